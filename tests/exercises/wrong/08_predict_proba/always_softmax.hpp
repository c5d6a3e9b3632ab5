// says: a softmax over one column is always 1
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

inline Tensor predict_proba(const Tensor& scores) { return softmax(scores); }

}  // namespace exercise
