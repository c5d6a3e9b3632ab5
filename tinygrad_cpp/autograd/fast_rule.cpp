#include "tinygrad_cpp/autograd/fast_rule.hpp"

#include <algorithm>

#include "tinygrad_cpp/array/kernels/copies.hpp"
#include "tinygrad_cpp/array/kernels/products.hpp"
#include "tinygrad_cpp/autograd/anomaly.hpp"
#include "tinygrad_cpp/autograd/arithmetic.hpp"
#include "tinygrad_cpp/autograd/gradient_sums.hpp"
#include "tinygrad_cpp/autograd/node.hpp"
#include "tinygrad_cpp/error.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

bool InputGradients::needs(std::size_t i) const { return indices_[i] != no_index; }

void InputGradients::add(std::size_t i, Tensor gradient) {
  if (!needs(i)) return;
  const Node& node = *y_.node();
  const Shape &needed = node.inputs()[i].shape(), &output = node.value.shape();
  if (!gradient.defined()) fail(node.op, "the rule of input {} gave an undefined gradient", i);
  check_gradient(node.op, i, gradient.array());
  if (gradient.shape() != needed) {
    if (gradient.shape() != output || !broadcasts_to(needed, output))
      fail(
          node.op,
          "the rule of input {} gave a gradient of shape {}; the input's shape {} is needed, or the output's {} "
          "where the input was broadcast to it",
          i, gradient.shape(), needed, output);
    gradient = sum_to(gradient, needed);
  }
  sums_.add(indices_[i], std::move(gradient));
}

/// The sum so far, to which `terms` elements will be added. Null where nothing has arrived, and under
/// AnomalyMode, which checks each term.
Array* InputGradients::accumulated(std::size_t i, std::int64_t terms) {
  if (looks_for_anomalies()) return nullptr;
  const auto size = std::max<std::int64_t>(1, y_.node()->inputs()[i].size());
  return sums_.accumulated(indices_[i], static_cast<double>(terms) / static_cast<double>(size));
}

void InputGradients::add_slice(std::size_t i, const Array& g, int axis, int start) {
  if (!needs(i)) return;
  if (Array* sum = accumulated(i, g.size())) return kernels::add_slice(*sum, g, axis, start);
  const Shape& shape = y_.node()->inputs()[i].shape();
  const auto others = std::max<std::int64_t>(1, shape.with(axis, 1).size());
  const auto length = static_cast<int>(g.size() / others);
  add(i, Tensor(kernels::pad(g.reshaped(shape.with(axis, length)), axis, start, shape[axis] - start - length,
                             0)));
}

void InputGradients::add_rows(std::size_t i, const Array& g, const Indices& ids) {
  if (!needs(i)) return;
  if (Array* sum = accumulated(i, g.size()))
    *sum = kernels::add_rows(std::move(*sum), g, ids);
  else
    add(i, Tensor(kernels::add_rows(Array(y_.node()->inputs()[i].shape(), 0), g, ids)));
}

void InputGradients::add_product(std::size_t i, const Array& a, bool transpose_a, const Array& b,
                                 bool transpose_b) {
  if (!needs(i)) return;
  if (transpose_a && !transpose_b && a.rank() == 2 && !looks_for_anomalies()) {
    const Node& node = *y_.node();
    const Shape& needed = node.inputs()[i].shape();
    if (needed != Shape{a.dim(1), b.dim(-1)} || a.dim(0) != b.dim(0))
      fail(
          node.op,
          "the fast rule of input {} gave a product of a {}, transposed, and b {}; [K,M] and [K,N] are needed "
          "where the input is [M,N], here {}",
          i, a.shape(), b.shape(), needed);
    if (sums_.defer_product(indices_[i], a, b)) return;
  }
  if (Array* sum = accumulated(i, y_.node()->inputs()[i].size()))
    kernels::add_matmul(*sum, a, transpose_a, b, transpose_b);
  else
    add(i, Tensor(kernels::matmul(a, transpose_a, b, transpose_b)));
}

}}  // namespace tg
