// says: using stands outside namespace exercise
#pragma once
#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

inline tg::Tensor softplus(const tg::Tensor& x) { return x; }

}  // namespace exercise

using namespace exercise;
