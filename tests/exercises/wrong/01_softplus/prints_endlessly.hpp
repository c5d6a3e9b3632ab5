// says: it printed more than
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

inline Tensor softplus(const Tensor& x) {
  for (;;) fmt::print("{}\n", x);
}

}  // namespace exercise
