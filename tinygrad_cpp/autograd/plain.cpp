#include "tinygrad_cpp/autograd/plain.hpp"

#include <map>

#include "tinygrad_cpp/autograd/arithmetic.hpp"
#include "tinygrad_cpp/autograd/node.hpp"
#include "tinygrad_cpp/error.hpp"

// Backward is the chain rule. The gradient of a tensor is a sum with one term for each use of the tensor in
// an operation. The operation's rule computes the term from the gradient of the operation's result. pass.cpp
// does the same for long graphs and large sums.

namespace tg { inline namespace TG_REAL_NAMESPACE {
namespace {

/// The terms that the operation of y contributes to the gradients of its inputs, where g is the gradient of
/// y.
std::vector<Tensor> terms(const Tensor& y, const Tensor& g) {
  const History& history = *y.node()->history;
  const Inputs inputs = history.inputs();
  if (const JointRule* rule = history.joint()) return (*rule)(g, y, inputs);
  std::vector<Tensor> all(inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (const Rule& rule = history.rules()[i]; rule && inputs[i].requires_grad()) all[i] = rule(g, y, inputs);
  return all;
}

}  // namespace

std::vector<Tensor> plain_grad(const Tensor& y, Inputs xs) {
  if (y.size() != 1)
    fail("plain_grad", "the result has shape {}; a single number is needed. Take its sum or mean", y.shape());
  const NoGrad gradients_have_no_history;
  std::map<const Node*, Tensor> gradients = {{y.node(), ones(y.shape())}};
  const std::vector<Tensor> tensors = nodes_behind(y);  // the oldest first, so each comes after its inputs
  for (auto tensor = tensors.rbegin(); tensor != tensors.rend(); ++tensor) {
    const auto g = gradients.find(tensor->node());
    if (g == gradients.end() || tensor->node()->history == nullptr) continue;
    const std::vector<Tensor> all = terms(*tensor, g->second);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Tensor& input = tensor->node()->inputs()[i];
      if (!all[i].defined() || !input.requires_grad()) continue;
      const Tensor term = sum_to(all[i], input.shape());  // where the input was broadcast
      Tensor& sum = gradients[input.node()];
      sum = sum.defined() ? add(sum, term) : term;
    }
  }
  std::vector<Tensor> results;
  for (const Tensor& x : xs) {
    const auto g = gradients.find(x.node());
    if (g == gradients.end() || !x.requires_grad())
      fail(
          "plain_grad",
          "y does not depend on xs[{}], shape {}, or that x requires no gradient, or backward() freed the graph",
          results.size(), x.shape());
    results.push_back(g->second.clone());
  }
  return results;
}

}}  // namespace tg
