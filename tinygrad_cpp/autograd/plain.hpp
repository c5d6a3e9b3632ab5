#pragma once
#include <vector>

#include "tinygrad_cpp/autograd/tensor.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// dy/dx for each x, where y is a single number: what grad(y, xs) gives, without what makes that fast. Its
/// body is how backward works, in forty lines; read it first. Error when y is no single number, or does not
/// depend on an x.
std::vector<Tensor> plain_grad(const Tensor& y, Inputs xs);

}}  // namespace tg
