#pragma once
#include <vector>

#include "tinygrad_cpp/autograd/tensor.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

struct GradOptions {
  /// Records how the gradients are computed, so that they can be differentiated again.
  bool create_graph = false;
  /// Zeros for an x that y does not depend on, instead of an Error.
  bool zero_if_unused = false;
  /// dL/dy for a loss L that was computed from y. Needed unless y is a single number; the default is 1.
  Tensor upstream = {};
};

/// dy/dx for each x, with the shape of x. Runs only the rules between y and the xs. Changes no grad() and
/// keeps the graph. An x may be any tensor, not only a leaf. Error when an x does not require a
/// gradient or, without zero_if_unused, y does not depend on it.
std::vector<Tensor> grad(const Tensor& y, Inputs xs, const GradOptions& options = {});

}}  // namespace tg
