#include "tinygrad_cpp/autograd/tensor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <ostream>
#include <string_view>

#include "tinygrad_cpp/array/print.hpp"
#include "tinygrad_cpp/autograd/node.hpp"
#include "tinygrad_cpp/error.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {
namespace {

Node& leaf(const Tensor& tensor, const char* op) {
  Node& node = tensor.checked_node();
  if (!tensor.is_leaf())
    fail(op,
         "this tensor was made by {}; only a leaf can do that. detach() gives a leaf with the same values",
         node.op);
  return node;
}

}  // namespace

Tensor::Tensor(Array value) {
  if (!value.defined())
    fail("tensor", "made from an Array() without values; Tensor() is the undefined tensor");
  *this = Tensor(new Node(std::move(value)));
}

Tensor::Tensor(Node* node) : node_(node) {
  if (node != nullptr) node->references.add(node->shared);
}

Tensor::Tensor(const Tensor& other) noexcept : Tensor(other.node_) {}

void Tensor::release() noexcept {
  if (node_->references.remove(node_->shared)) destroy(node_);
}

Tensor::Tensor(std::initializer_list<Nested<Real>> items) : Tensor(tensor(Nested<Real>(items))) {}

Node& Tensor::checked_node() const {
  if (node_ == nullptr)
    fail("tensor", "undefined: a default-constructed Tensor has no values; assign one to it first");
  return *node_;
}

const Array& Tensor::array() const& { return checked_node().value; }

TemporaryValues<Real> Tensor::values() const&& {
  const std::span<const Real> view = array().values();
  return std::vector<Real>(view.begin(), view.end());
}

Real Tensor::at(std::initializer_list<int> position) const {
  return array().data()[offset_of("at", shape(), position)];
}

Real Tensor::item() const {
  if (size() != 1) fail("item", "shape {} has {} elements; exactly one is needed", shape(), size());
  return *array().data();
}

bool Tensor::is_leaf() const { return checked_node().history == nullptr && !node_->freed; }

bool Tensor::requires_grad() const { return checked_node().requires_grad; }

Tensor Tensor::requires_grad(bool needed) const {
  Node& node = leaf(*this, "requires_grad");
  node.requires_grad = needed;
  if (needed && !node.shared) {
    node.shared = true;
    node.value.share_between_threads();
  }
  return *this;
}

const Tensor& Tensor::grad() const& {
  const Node& node = leaf(*this, "grad");
  if (!node.gradient.defined())
    fail("grad", "no gradient here: {}",
         node.requires_grad ? "backward() has not reached this tensor since zero_grad()"
                            : "the tensor does not require one; requires_grad(true) comes first");
  return node.gradient;
}

bool Tensor::has_grad() const { return checked_node().gradient.defined(); }

void Tensor::zero_grad() const { checked_node().gradient = Tensor(); }

Tensor Tensor::clone() const {
  return record("clone", array().clone(), {*this}, {[](auto& g, auto&, auto) { return g; }});
}

Tensor Tensor::detach() const { return Tensor(is_leaf() ? array() : array().clone()); }

void Tensor::assign(const Tensor& values) const {
  Node& node = leaf(*this, "assign");
  if (values.shape() != node.value.shape())
    fail("assign", "shapes differ: this tensor is {}, the values are {}; they must be equal", shape(),
         values.shape());
  const std::span<const Real> from = values.array().values();
  std::copy(from.begin(), from.end(), node.value.overwrite());
}

std::span<Real> Tensor::overwrite() const& {
  Node& node = leaf(*this, "overwrite");
  return {node.value.overwrite(), static_cast<std::size_t>(size())};
}

Tensor tensor(const Nested<Real>& values) { return Tensor(Array(values.shape, values.values)); }

Tensor zeros(const Shape& shape) { return full(shape, 0); }

Tensor ones(const Shape& shape) { return full(shape, 1); }

Tensor full(const Shape& shape, double value) { return Tensor(Array(shape, to_real("full", value))); }

Tensor arange(double start, double stop, double step) {
  if (step == 0 || !std::isfinite(start) || !std::isfinite(stop) || !std::isfinite(step))
    fail("arange", "from {} to {} in steps of {}; finite numbers and a step other than 0 are needed", start,
         stop, step);
  // A quotient that rounding alone keeps from being whole is whole: arange(1, 1.3, 0.1) ends at 1.2.
  const double quotient = (stop - start) / step, whole = std::round(quotient);
  const double rounding = 4 * std::numeric_limits<double>::epsilon() * (std::abs(start) + std::abs(stop));
  const double count =
      std::max(0.0, std::abs(quotient - whole) * std::abs(step) <= rounding ? whole : std::ceil(quotient));
  if (count > 1 << 30)
    fail("arange", "from {} to {} in steps of {}: {} numbers are too many", start, stop, step, count);
  Array values(Shape{static_cast<int>(count)});
  Real* p = values.mutable_data();
  for (int i = 0; i < static_cast<int>(count); ++i) p[i] = to_real("arange", start + i * step);
  return Tensor(std::move(values));
}

Tensor arange(double stop) { return arange(0, stop); }

Tensor randn(const Shape& shape) {
  Array values(shape);
  std::generate_n(values.mutable_data(), values.size(),
                  [] { return static_cast<Real>(random_stream().normal()); });
  return Tensor(std::move(values));
}

Tensor uniform(const Shape& shape, double low, double high) {
  Array values(shape);
  // Rounded to Real, a number just below `high` may become `high` itself.
  const auto above = static_cast<Real>(high), below = std::nextafter(above, static_cast<Real>(low));
  std::generate_n(values.mutable_data(), values.size(), [=] {
    const auto drawn = static_cast<Real>(random_stream().uniform(low, high));
    return drawn < above ? drawn : below;
  });
  return Tensor(std::move(values));
}

std::ostream& operator<<(std::ostream& out, const Tensor& tensor) { return out << fmt::format("{}", tensor); }

}}  // namespace tg

auto fmt::formatter<tg::Tensor>::format(const tg::Tensor& tensor, fmt::format_context& context) const
    -> decltype(context.out()) {
  // fmt::format_to would compile all of fmt here, and this file would take half as long again.
  constexpr std::string_view undefined = "undefined";
  if (!tensor.defined()) return std::copy(undefined.begin(), undefined.end(), context.out());
  const tg::Real* values = tensor.array().data();
  return tg::print_bracketed(context, tensor.shape(), [&](std::int64_t offset) {
    return element.format(tg::plain_nan(values[offset]), context);
  });
}
