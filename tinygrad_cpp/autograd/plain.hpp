#pragma once
#include <vector>

#include "tinygrad_cpp/autograd/tensor.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// dy/dx for each x, where y is a single number: the same as grad(y, xs), without the code that makes grad()
/// fast. Its body shows in forty lines how backward works. Error when y is not a single
/// number, or does not depend on an x.
std::vector<Tensor> plain_grad(const Tensor& y, Inputs xs);

}}  // namespace tg
