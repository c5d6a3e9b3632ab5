#include "tinygrad_cpp/ops/movement.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "tinygrad_cpp/array/kernels/copies.hpp"
#include "tinygrad_cpp/autograd/fast_rule.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/ops/pointwise.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {
namespace {

/// An order of axes in a few bytes, so that a rule that captures it needs no heap memory.
using AxisOrder = std::array<std::int8_t, Shape::max_rank>;

Tensor permuted(const Tensor& a, AxisOrder order) {
  std::array<int, Shape::max_rank> axes;
  AxisOrder back = {};
  for (int i = 0; i < a.rank(); ++i) {
    const std::int8_t from = order[static_cast<std::size_t>(i)];
    axes[static_cast<std::size_t>(i)] = from;
    back[static_cast<std::size_t>(from)] = static_cast<std::int8_t>(i);
  }
  return record("permute",
                kernels::permute(a.array(), std::span(axes).first(static_cast<std::size_t>(a.rank()))), {a},
                {[back](auto& g, auto&, auto) { return permuted(g, back); }});
}

/// Error unless the ids exist and have the shape that gather needs.
void check_ids(const Shape& shape, int axis, const Indices& ids) {
  if (ids.rank() != shape.rank() || ids.shape().with(axis, 1) != shape.with(axis, 1))
    fail("gather", "ids have shape {}, a has shape {}; all sizes but that of axis {} must be equal",
         ids.shape(), shape, axis);
  for (int id : ids.values())
    if (id < 0 || id >= shape[axis])
      fail("gather", "id {} on axis {} of shape {}; ids go from 0 to {}", id, axis, shape, shape[axis] - 1);
}

/// The shape of take's result: the axes of the ids instead of the first axis of `from`.
Shape shape_of_rows(const Shape& from, const Shape& ids) {
  Shape shape = from.without(0);
  for (int i = ids.rank() - 1; i >= 0; --i) shape = shape.inserted(0, ids[i]);
  return shape;
}

/// The reverse of take: adds each row of a to zeros of `shape` at its id.
Tensor add_rows(const Tensor& a, const Indices& ids, const Shape& shape) {
  return record("add_rows", kernels::add_rows(Array(shape, 0), a.array(), ids), {a},
                {[ids](auto& g, auto&, auto) { return take(g, ids); }});
}

Tensor scatter_add(const Tensor& a, int axis, const Indices& ids, const Shape& shape) {
  return record("scatter_add", kernels::scatter_add(a.array(), axis, ids, shape), {a},
                {[axis, ids](auto& g, auto&, auto) { return gather(g, axis, ids); }});
}

}  // namespace

Tensor reshape(const Tensor& a, const Shape& shape) {
  return record("reshape", a.array().reshaped(shape), {a},
                {[](auto& g, auto&, auto in) { return reshape(g, in[0].shape()); }},
                // only speed: without the copy that record() makes of a leaf, which can be assigned to
                [](InputGradients& to, auto& g, auto&, auto in) {
                  to.add(0, Tensor(g.array().reshaped(in[0].shape())));
                });
}

Tensor reshape(const Tensor& a, std::initializer_list<int> sizes) {
  const std::vector<int> asked = sizes;
  const auto open = std::count(asked.begin(), asked.end(), -1);
  if (open == 0) return reshape(a, Shape(std::span<const int>(asked)));
  if (open > 1)
    fail("reshape", "{} leaves {} sizes open with -1; one can be worked out", bracketed(asked), open);
  std::vector<int> found = asked;
  int& unknown = *std::find(found.begin(), found.end(), -1);
  unknown = 1;
  const std::int64_t known = Shape(std::span<const int>(found)).size();
  if (known == 0 || a.size() % known != 0)
    fail("reshape",
         "{} ({} elements) cannot become {}: the other sizes multiply to {}, which must divide them",
         a.shape(), a.size(), bracketed(asked), known);
  unknown = static_cast<int>(a.size() / known);
  return reshape(a, Shape(std::span<const int>(found)));
}

Tensor permute(const Tensor& a, const std::vector<int>& axes) {
  AxisOrder order = {};
  AxisSet seen;
  if (static_cast<int>(axes.size()) != a.rank())
    fail("permute", "{} axes for shape {}; each of its {} axes must be named once", axes.size(), a.shape(),
         a.rank());
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const int axis = a.shape().axis("permute", axes[i]);
    if (seen.contains(axis))
      fail("permute", "axis {} of shape {} is named twice; each must be named once", axis, a.shape());
    seen.insert(axis);
    order[i] = static_cast<std::int8_t>(axis);
  }
  return permuted(a, order);
}

Tensor transpose(const Tensor& a) {
  if (a.rank() < 2)
    fail("transpose", "shape {} has {} axes; at least 2 are needed. reshape it to [n, 1]", a.shape(),
         a.rank());
  AxisOrder order;
  std::iota(order.begin(), order.end(), std::int8_t{0});
  std::swap(order[static_cast<std::size_t>(a.rank()) - 2], order[static_cast<std::size_t>(a.rank()) - 1]);
  return permuted(a, order);
}

Tensor slice(const Tensor& a, int axis, int start, int stop) {
  axis = a.shape().axis("slice", axis);
  const int length = a.shape()[axis];
  const int first = start < 0 ? start + length : start, last = stop < 0 ? stop + length : stop;
  if (first < 0 || last > length || first > last)
    fail("slice", "{} to {} on axis {} of shape {}; 0 <= start <= stop <= {} is needed", start, stop, axis,
         a.shape(), length);
  return record("slice", kernels::slice(a.array(), axis, first, last), {a},
                {[axis, first, last](auto& g, auto&, auto in) {
                  return pad(g, axis, first, in[0].shape()[axis] - last);
                }},
                // only speed
                [axis, first](InputGradients& to, auto& g, auto&, auto) {
                  to.add_slice(0, g.array(), axis, first);
                });
}

Tensor select(const Tensor& a, int axis, int index) {
  axis = a.shape().axis("select", axis);
  const int length = a.shape()[axis], place = index < 0 ? index + length : index;
  if (place < 0 || place >= length)
    fail("select", "index {} on axis {} of shape {}; indices go from {} to {}", index, axis, a.shape(),
         -length, length - 1);
  return record("select", kernels::slice(a.array(), axis, place, place + 1).reshaped(a.shape().without(axis)),
                {a}, {[axis, place](auto& g, auto&, auto in) {
                  return pad(reshape(g, g.shape().inserted(axis, 1)), axis, place,
                             in[0].shape()[axis] - place - 1);
                }},
                // only speed
                [axis, place](InputGradients& to, auto& g, auto&, auto) {
                  to.add_slice(0, g.array(), axis, place);
                });
}

Tensor pad(const Tensor& a, int axis, int before, int after, double value) {
  axis = a.shape().axis("pad", axis);
  if (before < 0 || after < 0)
    fail("pad", "{} before and {} after axis {}; neither may be negative. slice cuts off", before, after,
         axis);
  if (std::int64_t{before} + a.shape()[axis] + after > std::numeric_limits<int>::max())
    fail("pad", "{} before and {} after axis {} of shape {} are too many", before, after, axis, a.shape());
  return record("pad", kernels::pad(a.array(), axis, before, after, static_cast<Real>(value)), {a},
                {[axis, before](auto& g, auto&, auto in) {
                  return slice(g, axis, before, before + in[0].shape()[axis]);
                }});
}

Tensor flip(const Tensor& a, int axis) {
  axis = a.shape().axis("flip", axis);
  return record("flip", kernels::flip(a.array(), axis), {a},
                {[axis](auto& g, auto&, auto) { return flip(g, axis); }});
}

Tensor roll(const Tensor& a, int shift, int axis) {
  axis = a.shape().axis("roll", axis);
  const int length = std::max(1, a.shape()[axis]), tail = ((shift % length) + length) % length;
  if (tail == 0) return a.clone();
  return concat({slice(a, axis, length - tail, length), slice(a, axis, 0, length - tail)}, axis);
}

Tensor concat(Inputs parts, int axis) {
  if (parts.empty()) fail("concat", "no parts; at least one is needed");
  const Shape& first = parts[0].shape();
  axis = first.axis("concat", axis);
  std::vector<Array> arrays;
  std::int64_t length = 0;
  for (const Tensor& part : parts) {
    if (part.rank() != first.rank() || part.shape().with(axis, 0) != first.with(axis, 0))
      fail("concat", "part {} has shape {}, part 0 has shape {}; all sizes but that of axis {} must be equal",
           &part - parts.data(), part.shape(), first, axis);
    arrays.push_back(part.array());
    length += part.shape()[axis];
  }
  if (length > std::numeric_limits<int>::max())
    fail("concat", "the parts have {} places along axis {}; too many", length, axis);
  return record("concat", kernels::concat(arrays, axis), parts, [axis](auto& g, auto&, auto in) {
    std::vector<Tensor> gradients;
    int start = 0;
    for (const Tensor& part : in) {
      const int stop = start + part.shape()[axis];
      gradients.push_back(part.requires_grad() ? slice(g, axis, start, stop) : Tensor());
      start = stop;
    }
    return gradients;
  });
}

Tensor stack(Inputs parts, int axis) {
  if (parts.empty()) fail("stack", "no parts; at least one is needed");
  const Shape& first = parts[0].shape();
  for (const Tensor& part : parts)
    if (part.shape() != first)
      fail("stack", "part {} has shape {}, part 0 has shape {}; all must be equal", &part - parts.data(),
           part.shape(), first);
  const int last = first.rank();  // the new axis may be the last
  if (axis < -last - 1 || axis > last)
    fail("stack", "axis {} for parts of shape {}; new axes go from {} to {}", axis, first, -last - 1, last);
  if (axis < 0) axis += last + 1;
  std::vector<Tensor> wide;
  for (const Tensor& part : parts) wide.push_back(reshape(part, first.inserted(axis, 1)));
  return concat(wide, axis);
}

std::vector<Tensor> unstack(const Tensor& a, int axis) {
  axis = a.shape().axis("unstack", axis);
  std::vector<Tensor> parts;
  for (int i = 0; i < a.shape()[axis]; ++i) parts.push_back(select(a, axis, i));
  return parts;
}

Tensor gather(const Tensor& a, int axis, const Indices& ids) {
  axis = a.shape().axis("gather", axis);
  check_ids(a.shape(), axis, ids);
  return record("gather", kernels::gather(a.array(), axis, ids), {a},
                {[axis, ids](auto& g, auto&, auto in) { return scatter_add(g, axis, ids, in[0].shape()); }});
}

Tensor take(const Tensor& a, const Indices& ids) {
  if (a.rank() < 1) fail("take", "a is a single number; it has no rows");
  for (int id : ids.values())
    if (id < 0 || id >= a.dim(0))
      fail("take", "id {} of the rows of {}; ids go from 0 to {}", id, a.shape(), a.dim(0) - 1);
  return record("take", kernels::take_rows(a.array(), ids).reshaped(shape_of_rows(a.shape(), ids.shape())),
                {a}, {[ids](auto& g, auto&, auto in) { return add_rows(g, ids, in[0].shape()); }},
                // only speed
                [ids](InputGradients& to, auto& g, auto&, auto) { to.add_rows(0, g.array(), ids); });
}

Tensor one_hot(const Indices& ids, int classes) {
  if (classes < 1) fail("one_hot", "{} classes; at least 1 is needed", classes);
  Array hot(ids.shape().inserted(ids.rank(), classes), 0);
  Real* row = hot.mutable_data();
  for (int id : ids.values()) {
    if (id < 0 || id >= classes)
      fail("one_hot", "id {} of {} classes; ids go from 0 to {}", id, classes, classes - 1);
    row[id] = 1;
    row += classes;
  }
  return Tensor(std::move(hot));
}

}}  // namespace tg
