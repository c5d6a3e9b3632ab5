// The errors that beginners make, each with a sentence that says what to do.
#pragma once
#include <string>
#include <vector>

#include "support/exercises/tokens.hpp"

namespace judge {

/// What a compiler said about a line of an answer, shortened.
struct Said {
  std::string message;  // "error: 'y' was not declared in this scope"
  std::string code;     // the line
  std::string notes;    // what the compiler said further
};

/// A row of the table, and its sentence for this error. Both are empty when no row fits.
struct Advice {
  std::string row, sentence;
};
Advice advice_for(const Said& said, const std::vector<Token>& answer);

/// The whole table; $1 and $2 stand for words of the error.
std::vector<Advice> beginner_errors();

}  // namespace judge
