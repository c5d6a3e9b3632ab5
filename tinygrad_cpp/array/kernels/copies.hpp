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
/// Adds `part` to the elements from `start` on of an axis of `whole`: the way back of slice.
void add_slice(Array& whole, const Array& part, int axis, int start);
/// `before` and `after` elements of `value` around an axis.
Array pad(const Array& a, int axis, int before, int after, Real value);
/// One after the other along an axis; the first array says the other sizes.
Array concat(std::span<const Array> arrays, int axis);
/// Elements of an axis by position: out[.., i, ..] = a[.., ids[.., i, ..], ..]. ids has a's shape but for that axis.
Array gather(const Array& a, int axis, const Indices& ids);
/// The reverse: zeros of `shape`, to which each element of a is added at the place that gather took it from.
Array scatter_add(const Array& a, int axis, const Indices& ids, const Shape& shape);

/// The slices of a along its first axis at the ids, one after the other: [number of ids, ..].
Array take_rows(const Array& a, const Indices& ids);
/// The reverse: `to` with slice i of `from` added to its slice ids[i].
Array add_rows(Array to, const Array& from, const Indices& ids);

}}}  // namespace tg::kernels
