#pragma once
#include <span>
#include <vector>

#include "tinygrad_cpp/array/array.hpp"
#include "tinygrad_cpp/array/indices.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace kernels {

// Reductions over a set of axes. The result does not have these axes.
Array sum(const Array& a, AxisSet axes);
Array max(const Array& a, AxisSet axes);
Indices argmax(const Array& a, int axis);
/// The indices of the k largest elements along an axis, the largest first.
Indices top_k(const Array& a, int axis, int k);
/// Cumulative sums along an axis.
Array cumsum(const Array& a, int axis);
/// The gradient of a broadcast: sums a down to `shape`, which must broadcast to a's shape.
Array sum_to(const Array& a, const Shape& shape);

// If very many equal floats are added one by one, each addition is rounded the same way: a million times 0.1
// gives 100958. Therefore only a short run of terms is added in float one by one (few_terms, unless the loop
// says otherwise), and a long sum continues in double.
inline constexpr std::int64_t few_terms = 32;
/// doubles += sums; then sums = 0. An empty `doubles` is filled with zeros first.
void move_to_doubles(std::span<Real> sums, std::vector<double>& doubles);
/// sums += doubles
void add_doubles(std::span<Real> sums, const std::vector<double>& doubles);

}}}  // namespace tg::kernels
