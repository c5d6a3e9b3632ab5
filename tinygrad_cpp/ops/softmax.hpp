#pragma once
#include "tinygrad_cpp/autograd/tensor.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// e^a / sum e^a along an axis: numbers from 0 to 1 with sum 1. Adding a constant to a does not change it.
///   dL/da = y (g - sum(g y))
Tensor softmax(const Tensor& a, int axis = -1);

/// ln softmax(a), with all digits where log(softmax(a)) would lose some.   dL/da = g - softmax(a) sum(g)
Tensor log_softmax(const Tensor& a, int axis = -1);

}}  // namespace tg
