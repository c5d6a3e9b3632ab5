#pragma once
#include <span>

#include "tinygrad_cpp/autograd/record.hpp"

// Only speed: what an operation declares beside its rules. Skip it in a first reading.

namespace tg { inline namespace TG_REAL_NAMESPACE {

class GradientSums;

/// Where a FastRule puts the gradients of the inputs. Each is added to what has arrived for that input
/// before, in place where that is possible; nothing is done for an input that needs no gradient. `i` is the
/// position of the input.
class InputGradients {
 public:
  InputGradients(GradientSums& sums, const Tensor& y, std::span<const std::uint32_t> indices)
      : sums_(sums), y_(y), indices_(indices) {}

  bool needs(std::size_t i) const;
  /// Adds a gradient of the input's shape, or of the output's where the input was broadcast to it.
  void add(std::size_t i, Tensor gradient);
  /// Adds g to the slice of an axis that begins at `start`. Other elements do not change: a sequence cut into
  /// T steps costs T small additions and not T of full size.
  void add_slice(std::size_t i, const Array& g, int axis, int start);
  /// Adds row k of g to row ids[k] of the input's gradient.
  void add_rows(std::size_t i, const Array& g, const Indices& ids);
  /// Adds the product of a and b, either transposed if asked. Small products a^T b for a large weight are
  /// deferred: the factors of several steps are joined and multiplied together, so that the gradient of a
  /// weight that is used at every step is read and written once for many steps.
  void add_product(std::size_t i, const Array& a, bool transpose_a, const Array& b, bool transpose_b);

 private:
  Array* accumulated(std::size_t i, std::int64_t terms);

  GradientSums& sums_;
  const Tensor& y_;
  std::span<const std::uint32_t> indices_;  // of the inputs' gradients in sums_
};

}}  // namespace tg
