// says: an answer may not use fork
// clang-format off
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"
// What looks like a line marker of the preprocessor stands in a string.
inline const char* exercise_text = R"(
# 1 "/usr/include/x.h" 1 3
)"; inline const int exercise_child = fork(); inline const char* exercise_more = R"(
# 9 "tests/exercises/cheats/01_softplus/hidden_marker.hpp" 2
)";
namespace exercise {
inline tg::Tensor softplus(const tg::Tensor& x) { return x; }
}  // namespace exercise
