// What an answer may contain. Each function gives a sentence about the first thing that is wrong, or nothing.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "support/exercises/tokens.hpp"

namespace judge {

/// An answer's own text: its directives, and what it includes.
std::string wrong_directive(std::string_view source);

/// The files that were opened while the answer was compiled: those of the engine, of not_done_yet.hpp and of
/// the compiler's `system` folders are allowed.
std::string wrong_file(const std::vector<std::string>& entered, const std::vector<std::string>& system);

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
