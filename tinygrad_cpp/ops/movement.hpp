#pragma once
#include <initializer_list>
#include <vector>

#include "tinygrad_cpp/autograd/tensor.hpp"

// Operations that place elements elsewhere. Each one's gradient is the movement back: slice and pad, permute
// and its inverse, concat and slice. Results never share values with what can be assigned to, so nothing
// writes through.

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// The same elements under another shape of the same size; one size may be -1 and is worked out.
Tensor reshape(const Tensor& a, std::initializer_list<int> sizes);
Tensor reshape(const Tensor& a, const Shape& shape);

/// Axis i of the result is axis axes[i] of a.
Tensor permute(const Tensor& a, const std::vector<int>& axes);
/// The last two axes exchanged.
Tensor transpose(const Tensor& a);

/// Elements start .. stop - 1 along an axis; negative positions count from the end. Error outside the axis.
Tensor slice(const Tensor& a, int axis, int start, int stop);
/// One place of an axis, which is dropped from the shape; a negative index counts from the end.
Tensor select(const Tensor& a, int axis, int index);
/// `before` and `after` elements of `value` around an axis.
Tensor pad(const Tensor& a, int axis, int before, int after, double value = 0);
/// The elements of an axis in reverse order.
Tensor flip(const Tensor& a, int axis);
/// The elements moved `shift` places along an axis; those that leave at the end come in again at the start.
Tensor roll(const Tensor& a, int shift, int axis);

/// One after the other along an axis that they have; the other sizes must be equal.
Tensor concat(Inputs parts, int axis);
/// Side by side along a new axis; all shapes must be equal.
Tensor stack(Inputs parts, int axis);
/// The reverse of stack: the slices along an axis, without it.
std::vector<Tensor> unstack(const Tensor& a, int axis);

/// Elements of an axis by position: y[.., i, ..] = a[.., ids[.., i, ..], ..]. ids has a's shape but for that
/// axis. The gradient is added at the places that were taken.
Tensor gather(const Tensor& a, int axis, const Indices& ids);
/// Rows of a by id: a [N, ..] and ids [..] give [ids.., ..]. What an embedding does; the gradient is added at
/// the rows taken.
Tensor take(const Tensor& a, const Indices& ids);
/// 1 at each id along a new last axis of `classes`, 0 elsewhere: [B] to [B, classes].
Tensor one_hot(const Indices& ids, int classes);

}}  // namespace tg
