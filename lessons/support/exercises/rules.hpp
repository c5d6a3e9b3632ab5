// What an answer may contain, after the preprocessor. Each function gives a sentence about the first thing
// that is wrong, or nothing.
#pragma once
#include <string>
#include <vector>

#include "support/exercises/tokens.hpp"

namespace judge {

/// The words of an answer after the preprocessor. `without` are the names that the exercise is about, as
/// `without:` of its hints lists them: "tg::softplus", "LSTM", or a namespace, "optim::".
std::string borrowed_word(const std::vector<Token>& answer, const std::vector<std::string>& without);
std::string wrong_word(const std::vector<Token>& answer);

/// Outside `namespace exercise { .. }` an answer may have nothing but using-declarations of std and tg: what
/// stands there would be found before the tests' own names. Functions of the test may not be declared again.
std::string wrong_place(const std::vector<Token>& answer, const std::vector<Token>& test);

/// Whether two texts have the same tokens.
bool same(const std::vector<Token>& a, const std::vector<Token>& b);

}  // namespace judge
