#pragma once
#include <initializer_list>
#include <vector>

#include "tinygrad_cpp/autograd/tensor.hpp"

// Operations that move elements. The gradient moves them back: slice and pad, permute and its inverse, concat
// and slice. A result never shares values with a leaf, so assign() does not change results.

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// The same elements with another shape of the same size. One size may be -1: it is computed from the others.
Tensor reshape(const Tensor& a, std::initializer_list<int> sizes);
Tensor reshape(const Tensor& a, const Shape& shape);

/// Axis i of the result is axis axes[i] of a.
Tensor permute(const Tensor& a, const std::vector<int>& axes);
/// The last two axes exchanged.
Tensor transpose(const Tensor& a);

/// Elements start .. stop - 1 along an axis; negative positions count from the end. Error outside the axis.
Tensor slice(const Tensor& a, int axis, int start, int stop);
/// One position of an axis, without that axis. A negative index counts from the end.
Tensor select(const Tensor& a, int axis, int index);
/// `before` and `after` elements of `value` around an axis.
Tensor pad(const Tensor& a, int axis, int before, int after, double value = 0);
/// The elements of an axis in reverse order.
Tensor flip(const Tensor& a, int axis);
/// The elements moved by `shift` positions along an axis. Those that leave at one end come in at the other.
Tensor roll(const Tensor& a, int shift, int axis);

/// The parts one after the other along an existing axis. All other sizes must be equal.
Tensor concat(Inputs parts, int axis);
/// The parts along a new axis. All shapes must be equal.
Tensor stack(Inputs parts, int axis);
/// The reverse of stack: the slices along an axis, without it.
std::vector<Tensor> unstack(const Tensor& a, int axis);

/// Elements of an axis by position: y[.., i, ..] = a[.., ids[.., i, ..], ..]. ids has the shape of a except
/// on that axis. The gradient is added at the positions that were taken.
Tensor gather(const Tensor& a, int axis, const Indices& ids);
/// Rows of a by id, as in an embedding: a [N, ..] and ids [..] give [ids.., ..]. The gradient is added to the
/// rows that were taken.
Tensor take(const Tensor& a, const Indices& ids);
/// 1 at each id along a new last axis of `classes`, 0 elsewhere: [B] to [B, classes].
Tensor one_hot(const Indices& ids, int classes);

}}  // namespace tg
