// Slips that an answer's own words show.
#pragma once
#include <string>
#include <vector>

#include "support/exercises/tokens.hpp"

namespace judge {

/// What is wrong, and where; line 0 where nothing is, column 0 where it is the whole line.
struct Slip {
  int line = 0, column = 0;
  std::string sentence;
};

/// A bracket without its partner, a text without its end, or a struct without the `;` after it. Compilers
/// notice these late, often in another file. Which { lacks its } is seen from the indentation; where that does
/// not show it, it is the { that the file's last } closes.
Slip broken_brackets(const std::string& source, const std::vector<Token>& answer);

/// A division of whole numbers whose result is meant to have a fraction: 1 / 2, or, where a double is wanted,
/// a / b of two names that are declared as int. Nothing where the types cannot be seen.
Slip integer_division(const std::vector<Token>& answer);

}  // namespace judge
