#include "tinygrad_cpp/autograd/backward.hpp"

#include <algorithm>
#include <limits>

#include "tinygrad_cpp/autograd/pass.hpp"
#include "tinygrad_cpp/error.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

void Tensor::backward(BackwardOptions options) const {
  if (!requires_grad())
    fail(
        "backward",
        "{} does not require a gradient; requires_grad(true) must be set on a leaf before it is used, and outside "
        "NoGrad",
        node_->op);
  if (size() != 1)
    fail("backward", "the result has shape {}; a single number is needed. Take its sum or mean", shape());
  Pass pass(*this, 0, options.retain_graph ? Pass::Graph::kept : Pass::Graph::freed);
  pass.check_unchanged();
  pass.run(ones(shape()), false);
  pass.add_to_leaves();
}

std::vector<Tensor> grad(const Tensor& y, Inputs xs, const GradOptions& options) {
  Tensor upstream = options.upstream;
  if (!upstream.defined()) {
    if (y.size() != 1)
      fail("grad",
           "the result has shape {}; a single number is needed. Take its sum or mean, or pass {{.upstream = "
           "...}}",
           y.shape());
    upstream = ones(y.shape());
  }
  if (upstream.shape() != y.shape())
    fail("grad", "upstream has shape {}, y has shape {}; they must be equal", upstream.shape(), y.shape());
  std::uint64_t lowest = std::numeric_limits<std::uint64_t>::max();
  for (const Tensor& x : xs) {
    if (!x.requires_grad())
      fail("grad", "xs[{}] does not require a gradient; requires_grad(true) must be set before it is used",
           &x - xs.data());
    lowest = std::min(lowest, x.node()->id);
  }
  std::vector<Tensor> results(xs.size());
  if (y.requires_grad()) {
    Pass pass(y, lowest, Pass::Graph::kept);
    pass.only(xs);
    pass.check_unchanged();
    pass.run(upstream, options.create_graph);
    results = pass.gradients_of_xs();
  }
  upstream = Tensor();
  for (std::size_t i = 0; i < xs.size(); ++i) {
    if (!results[i].defined()) {
      if (!options.zero_if_unused)
        fail("grad",
             "y does not depend on xs[{}], shape {}; {{.zero_if_unused = true}} gives zeros instead of this "
             "error",
             i, xs[i].shape());
      results[i] = zeros(xs[i].shape());
    } else if (!options.create_graph) {
      results[i] = unshared(results[i]);
    }
  }
  return results;
}

}}  // namespace tg
