#pragma once
#include <initializer_list>
#include <iosfwd>
#include <span>
#include <type_traits>
#include <vector>

#include "tinygrad_cpp/array/array.hpp"
#include "tinygrad_cpp/array/indices.hpp"
#include "tinygrad_cpp/array/map.hpp"
#include "tinygrad_cpp/array/nested.hpp"
#include "tinygrad_cpp/array/random.hpp"
#include "tinygrad_cpp/array/temporary_values.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

struct Node;

struct BackwardOptions {
  /// Keeps the graph, so that backward can run over it again. Otherwise backward frees it.
  bool retain_graph = false;
};

/// An array of numbers and its node in the computation graph. A Tensor is a handle: copies are the same
/// tensor, with the same values and the same gradient. The result of an operation has a history if recording
/// is on and an input requires a gradient. Any other tensor is a leaf; only leaves have grad() and assign().
/// Only one thread at a time may use a graph.
class Tensor {
 public:
  /// An undefined tensor: defined() is false, and any use of its values or gradient is an Error.
  Tensor() = default;
  /// A single number, as in `a / 2` and `maximum(a, 0)`.
  Tensor(Number auto number) : Tensor(Array({}, to_real("tensor", static_cast<double>(number)))) {}
  /// A nested list: `Tensor x = {{1, 2}, {3, 4}}` has shape [2, 2]. Error when ragged.
  Tensor(std::initializer_list<Nested<Real>> items);
  /// Row-major values; Error unless their number is the shape's size.
  Tensor(const Shape& shape, const std::vector<Real>& values) : Tensor(Array(shape, values)) {}
  explicit Tensor(Array value);
  explicit Tensor(Node* node);
  Tensor(const Tensor& other) noexcept;
  Tensor(Tensor&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  Tensor& operator=(Tensor other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~Tensor() {
    if (node_ != nullptr) release();
  }

  bool defined() const { return node_ != nullptr; }
  const Array& array() const&;
  Array array() const&& { return array(); }  // a reference would dangle, here and below
  const Shape& shape() const& { return array().shape(); }
  Shape shape() const&& { return array().shape(); }
  int rank() const { return shape().rank(); }
  /// The size of an axis; negative axes count from the end.
  int dim(int axis) const { return shape().dim(axis); }
  std::int64_t size() const { return array().size(); }

  /// All values in row-major order; a vector when the tensor is a temporary.
  std::span<const Real> values() const& { return array().values(); }
  TemporaryValues<Real> values() const&&;
  /// The value at a position, an index for each axis; negative ones count from the end.
  Real at(std::initializer_list<int> position) const;
  /// The value of a tensor of one element.
  Real item() const;

  /// Whether this tensor gets gradients: set for a leaf, inherited by the results of operations.
  bool requires_grad() const;
  /// Whether no operation recorded this tensor. Stays false after backward() frees the history.
  bool is_leaf() const;
  /// Sets whether a leaf requires a gradient, and returns the leaf. Error unless the tensor is a leaf.
  Tensor requires_grad(bool needed) const;
  /// The sum of the gradients of all backward() calls since zero_grad(). Error when there is none.
  const Tensor& grad() const&;
  Tensor grad() const&& { return grad(); }
  bool has_grad() const;
  /// Removes the gradient: has_grad() is false afterwards.
  void zero_grad() const;

  /// Adds d this / d leaf to grad() of every leaf that requires a gradient. Error unless the tensor is a
  /// single number (a loss) and requires a gradient.
  void backward(BackwardOptions options = {}) const;

  /// A copy of the values; gradients flow through.
  Tensor clone() const;
  /// A leaf with the same values and no history. A leaf's detach() shares its values: assign() to one changes
  /// both.
  Tensor detach() const;
  /// Overwrites a leaf's values in place, without history, as an optimizer does.
  void assign(const Tensor& values) const;
  /// A leaf's values for writing in place, for the inner loop of an optimizer. Write before the tensor is
  /// used again: backward() cannot detect later writes.
  std::span<Real> overwrite() const&;
  std::span<Real> overwrite() const&& = delete;  // it would dangle

  /// The node behind the handle, for the engine.
  Node* node() const { return node_; }
  Node& checked_node() const;

 private:
  void release() noexcept;

  Node* node_ = nullptr;
};

/// Several tensors as an argument: a view of a vector, an array or a braced list, without copies.
class Inputs : public std::span<const Tensor> {
 public:
  using std::span<const Tensor>::span;
  Inputs(std::initializer_list<Tensor> tensors) : span(tensors.begin(), tensors.size()) {}
  Inputs(std::span<const Tensor> tensors) : span(tensors) {}
};

/// `tensor({{1, 2}, {3, 4}})`, at any depth. `tensor(3)` is a single number; a vector of n numbers gives
/// shape [n]. Error when the list is ragged, or a number is too large for a Real.
Tensor tensor(const Nested<Real>& values);
template <Number T>
Tensor tensor(const std::vector<T>& values) {
  std::vector<Real> reals;
  for (T value : values) reals.push_back(to_real("tensor", static_cast<double>(value)));
  return Tensor(Shape{static_cast<int>(reals.size())}, reals);
}
Tensor zeros(const Shape& shape);
Tensor ones(const Shape& shape);
Tensor full(const Shape& shape, double value);
/// start, start + step, ... up to but without stop: arange(5, 0, -1) is 5 4 3 2 1, and arange(5, 0) is empty.
Tensor arange(double start, double stop, double step = 1);
/// 0, 1, ... stop - 1.
Tensor arange(double stop);
/// Normal with mean 0 and standard deviation 1, from the random stream.
Tensor randn(const Shape& shape);
/// Uniformly distributed over [low, high), from the random stream.
Tensor uniform(const Shape& shape, double low, double high);

/// Applies f to every value. The result is an Array without history, to pass to record(). Error that names
/// `op` when shapes do not broadcast.
template <class F>
Array map(const Tensor& a, F f) {
  return map(a.array(), f);
}
template <class F>
Array map(const char* op, const Tensor& a, const Tensor& b, F f) {
  return map(op, a.array(), b.array(), f);
}
template <class F>
Array map(const Tensor& a, const Tensor& b, F f) {
  return map("map", a, b, f);
}

std::ostream& operator<<(std::ostream& out, const Tensor& tensor);

}}  // namespace tg

template <>
struct fmt::formatter<tg::Tensor> {
  fmt::formatter<tg::Real> element;  // {:.3f} is for each number
  constexpr auto parse(fmt::format_parse_context& context) {
    if (context.begin() != context.end() && *context.begin() != '}') return element.parse(context);
    fmt::format_parse_context six_digits(".6g");
    element.parse(six_digits);
    return context.begin();
  }
  auto format(const tg::Tensor& tensor, fmt::format_context& context) const -> decltype(context.out());
};
