#pragma once
#include <span>

#include "tinygrad_cpp/array/array.hpp"
#include "tinygrad_cpp/array/indices.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace kernels {

Array broadcast_to(const Array& a, const Shape& shape);
/// Axis i of the result is axis axes[i] of a.
Array permute(const Array& a, std::span<const int> axes);
Array flip(const Array& a, int axis);
/// Elements start .. stop - 1 of an axis.
Array slice(const Array& a, int axis, int start, int stop);
/// The gradient of slice: adds `part` to `whole` at the elements from `start` on along an axis.
void add_slice(Array& whole, const Array& part, int axis, int start);
/// Puts `before` elements of `value` before an axis and `after` elements after it.
Array pad(const Array& a, int axis, int before, int after, Real value);
/// Joins arrays along an axis. All other sizes must be equal.
Array concat(std::span<const Array> arrays, int axis);
/// out[.., i, ..] = a[.., ids[.., i, ..], ..] along an axis. ids has a's shape except along this axis.
Array gather(const Array& a, int axis, const Indices& ids);
/// The gradient of gather: starts from zeros of `shape` and adds each element of a where gather took it from.
Array scatter_add(const Array& a, int axis, const Indices& ids, const Shape& shape);

/// The rows a[id, ..] for all ids, in their order: [number of ids, ..].
Array take_rows(const Array& a, const Indices& ids);
/// The gradient of take_rows: adds row i of `from` to row ids[i] of `to`.
Array add_rows(Array to, const Array& from, const Indices& ids);

}}}  // namespace tg::kernels
