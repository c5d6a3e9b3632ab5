// says: File too large
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

inline tg::Tensor softplus(const tg::Tensor& x) {
  tg::save("build/exercises/saved.safetensors", {{"x", x}});
  return x;
}

}  // namespace exercise
