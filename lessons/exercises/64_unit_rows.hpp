#pragma once
#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// Each row of x [N,D] divided by its length, the root of the sum of its squares: [N,D]. A row of zeros has no
// direction. It stays a row of zeros, and must put no NaN into any gradient. All other rows get the length 1,
// short ones too: rows of length 1e-9 are data, not zeros.
//
// The code below gives the right values and is wrong all the same. Delete the line with not_done_yet, run the
// tests, and mend it. tg::norm would do the work and is left out here; use sum(x * x, -1, tg::keepdim), sqrt
// and where.

namespace exercise {

using tg::Tensor;

inline Tensor unit_rows(const Tensor& x) {
  not_done_yet("unit_rows", R"(lessons/13_nan_and_forgetting.cpp, "The smallest failing demo")");
  const Tensor length = sqrt(sum(x * x, -1, tg::keepdim));
  return where(length > 0, x / length, tg::zeros({}));
}

}  // namespace exercise
