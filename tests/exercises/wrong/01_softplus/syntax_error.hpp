// says: error:
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

inline tg::Tensor softplus(const tg::Tensor& x) { return (x;
}

}  // namespace exercise
