#pragma once
#include <vector>

#include "tinygrad_cpp/autograd/tensor.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

struct GradOptions {
  /// Records how the gradients were computed, so that they can be differentiated again.
  bool create_graph = false;
  /// Gives zeros for an x that y does not depend on, instead of an Error.
  bool zero_if_unused = false;
  /// dL/dy of whatever L follows y. Needed unless y is a single number, for which it is 1.
  Tensor upstream = {};
};

/// dy/dx for each x, as tensors of the xs' shapes. Visits only what lies between y and the xs, touches no
/// grad() and leaves the graph as it was. An x may be any tensor, not only a leaf; Error when it does not
/// require a gradient.
std::vector<Tensor> grad(const Tensor& y, Inputs xs, const GradOptions& options = {});

}}  // namespace tg
