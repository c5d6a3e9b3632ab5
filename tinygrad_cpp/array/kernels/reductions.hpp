#pragma once
#include <span>
#include <vector>

#include "tinygrad_cpp/array/array.hpp"
#include "tinygrad_cpp/array/indices.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace kernels {

// Reductions over the axes of a set, which are dropped from the shape.
Array sum(const Array& a, AxisSet axes);
Array max(const Array& a, AxisSet axes);
Indices argmax(const Array& a, int axis);
/// The places of the k largest along an axis, the largest first.
Indices top_k(const Array& a, int axis, int k);
/// Running sums along an axis.
Array cumsum(const Array& a, int axis);
/// a summed down to a shape that broadcasts to a's.
Array sum_to(const Array& a, const Shape& shape);

// Sums of very many floats. Added one by one, each equal term is rounded the same way: a million times 0.1
// gives 100958. So a few terms are added in float, and their sums in double.
inline constexpr std::int64_t few_terms = 32;
/// doubles += sums, and sums = 0. The doubles are made, as zeros, where there are none.
void move_to_doubles(std::span<Real> sums, std::vector<double>& doubles);
/// sums += doubles
void add_doubles(std::span<Real> sums, const std::vector<double>& doubles);

}}}  // namespace tg::kernels
