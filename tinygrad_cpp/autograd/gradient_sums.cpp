#include "tinygrad_cpp/autograd/gradient_sums.hpp"

#include <algorithm>

#include "tinygrad_cpp/array/kernels/copies.hpp"
#include "tinygrad_cpp/array/kernels/parallel.hpp"
#include "tinygrad_cpp/array/kernels/products.hpp"
#include "tinygrad_cpp/array/kernels/reductions.hpp"
#include "tinygrad_cpp/autograd/arithmetic.hpp"
#include "tinygrad_cpp/autograd/node.hpp"

// The plain form is one line of plain.cpp: sum = sum + term.

namespace tg { inline namespace TG_REAL_NAMESPACE {
namespace {

/// Whether only the engine holds the tensor and its values. Never a parameter: other threads may be counting
/// its handles.
bool is_unshared(const Tensor& tensor) {
  const Node& node = *tensor.node();
  return !node.shared && node.references.is_one() && node.history == nullptr && node.value.unique();
}

std::span<Real> values_of(Array& array) {
  return {array.mutable_data(), static_cast<std::size_t>(array.size())};
}

}  // namespace

Tensor unshared(const Tensor& tensor) {
  return is_unshared(tensor) ? tensor : Tensor(tensor.array().clone());
}

bool may_add_in_place(const Tensor& sum, const Tensor& term) {
  return is_unshared(sum) && !term.node()->requires_grad;
}

void add_in_place(const Tensor& sum, const Tensor& term) {
  Real* p = sum.node()->value.mutable_data();
  const Real* q = term.node()->value.data();
  parallel_for(sum.size(), 1, [=](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) p[i] += q[i];
  });
}

void GradientSums::add(std::uint32_t index, Tensor term) {
  Tensor& sum = sums_[index].gradient;
  if (!sum.defined()) return void(sum = std::move(term));
  if (!may_add_in_place(sum, term)) return void(sum = tg::add(sum, term));
  count_terms(index, 1);
  add_in_place(sum, term);
}

Array* GradientSums::accumulated(std::uint32_t index, double part) {
  Tensor& sum = sums_[index].gradient;
  if (!sum.defined()) return nullptr;
  sum = unshared(sum);
  count_terms(index, part);
  return &sum.node()->value;
}

void GradientSums::count_terms(std::uint32_t index, double terms) {
  float& count = sums_[index].terms;
  if ((count += static_cast<float>(terms)) < kernels::few_terms) return;
  count = static_cast<float>(terms);
  kernels::move_to_doubles(values_of(sums_[index].gradient.node()->value), long_sums_[index]);
}

bool GradientSums::defer_product(std::uint32_t index, const Array& a, const Array& g) {
  constexpr std::int64_t large = 4096;  // elements: a smaller product stays in the nearest cache
  const std::int64_t m = a.dim(-1), n = g.dim(-1);
  // With as many rows the factors are as large as their product: then it pays, and to keep more would cost
  // more memory.
  const std::int64_t enough = m * n / std::max<std::int64_t>(1, m + n);
  if (m * n < large || a.size() / m >= enough) return false;
  auto all = deferred_for(index);
  if (all == deferred_.end()) all = deferred_.insert(all, {index, 0, {}, {}});
  const int rows = static_cast<int>(a.size() / m);
  all->rows += rows;
  all->a.push_back(a.reshaped({rows, a.dim(-1)}));
  all->g.push_back(g.reshaped({rows, g.dim(-1)}));
  if (all->rows >= enough) add_deferred(index);
  return true;
}

std::vector<GradientSums::DeferredProducts>::iterator GradientSums::deferred_for(std::uint32_t index) {
  return std::find_if(deferred_.begin(), deferred_.end(),
                      [=](const DeferredProducts& each) { return each.index == index; });
}

void GradientSums::add_deferred(std::uint32_t index) {
  const auto found = deferred_for(index);
  if (found == deferred_.end()) return;
  const DeferredProducts all = std::move(*found);
  deferred_.erase(found);
  const Array a = all.a.size() == 1 ? all.a[0] : kernels::concat(all.a, 0),
              g = all.g.size() == 1 ? all.g[0] : kernels::concat(all.g, 0);
  Tensor& sum = sums_[index].gradient;
  if (!sum.defined()) sum = Tensor(Array({a.dim(1), g.dim(1)}, 0));
  kernels::add_matmul(*accumulated(index, 1), a, true, g, false);
}

void GradientSums::add_long_sum(std::uint32_t index) {
  const auto found = long_sums_.find(index);
  if (found == long_sums_.end()) return;
  Tensor& gradient = sums_[index].gradient;
  const bool recorded = gradient.requires_grad();  // then the sum must be, too
  Array all = recorded ? Array(gradient.shape(), 0) : gradient.array();
  kernels::add_doubles(values_of(all), found->second);
  gradient = recorded ? tg::add(gradient, Tensor(std::move(all))) : Tensor(std::move(all));
  long_sums_.erase(found);
}

}}  // namespace tg
