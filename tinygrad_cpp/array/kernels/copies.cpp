#include "tinygrad_cpp/array/kernels/copies.hpp"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "tinygrad_cpp/array/kernels/parallel.hpp"
#include "tinygrad_cpp/array/kernels/reductions.hpp"
#include "tinygrad_cpp/array/map.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace kernels {
namespace {

using Strides = std::array<std::int64_t, Shape::max_rank>;

/// For each axis, the distance in memory from one element to the next.
Strides strides_of(const Shape& shape) {
  Strides strides = {};
  std::int64_t step = 1;
  for (int i = shape.rank() - 1; i >= 0; --i) {
    strides[static_cast<std::size_t>(i)] = step;
    step *= shape[i];
  }
  return strides;
}

/// out[i, j, ..] = first[i strides[0] + j strides[1] + ..]
Array copy_strided(const Real* first, const Shape& shape, const Strides& strides) {
  Array out(shape);
  if (out.size() == 0) return out;
  Real* q = out.mutable_data();
  if (shape.rank() == 0) return *q = *first, out;
  const int last = shape.rank() - 1;
  const std::int64_t length = shape[last], step = strides[static_cast<std::size_t>(last)];
  Strides at = {};
  for (;;) {
    if (step == 1)
      std::copy_n(first, length, q);
    else
      for (std::int64_t i = 0; i < length; ++i) q[i] = first[i * step];
    q += length;
    int axis = last - 1;
    for (; axis >= 0; --axis) {
      const auto i = static_cast<std::size_t>(axis);
      first += strides[i];
      if (++at[i] < shape[axis]) break;
      first -= strides[i] * shape[axis];
      at[i] = 0;
    }
    if (axis < 0) return out;
  }
}

/// A part of an array holds its elements from `start` on along an axis, `size` numbers in all. Calls f(offset
/// in the whole, offset in the part, length) for each contiguous run of the part, on all threads.
template <class F>
void for_each_run(const Shape& whole, int axis, std::int64_t start, std::int64_t size, F f) {
  const AxisView view = view_along(whole, axis);
  const std::int64_t run = size / std::max<std::int64_t>(1, view.outer), step = view.length * view.inner,
                     first = start * view.inner;
  if (view.outer == 1)
    parallel_for(run, 1, [=](std::int64_t begin, std::int64_t end) { f(first + begin, begin, end - begin); });
  else
    parallel_for(view.outer, run, [=](std::int64_t o, std::int64_t end) {
      for (; o < end; ++o) f(first + o * step, o * run, run);
    });
}

/// Copies a part into the whole, at the elements from `start` on along an axis.
void copy_into(Array& whole, const Array& part, int axis, int start) {
  for_each_run(whole.shape(), axis, start, part.size(),
               [p = part.data(), q = whole.mutable_data()](auto in_whole, auto in_part, auto length) {
                 std::copy_n(p + in_part, length, q + in_whole);
               });
}

}  // namespace

Array broadcast_to(const Array& a, const Shape& shape) {
  if (a.shape() == shape) return a;
  const Strides strides_a = strides_of(a.shape());
  Strides strides = {};
  const int lead = shape.rank() - a.rank();
  for (int i = 0; i < a.rank(); ++i)
    if (a.shape()[i] != 1)
      strides[static_cast<std::size_t>(lead + i)] = strides_a[static_cast<std::size_t>(i)];
  return copy_strided(a.data(), shape, strides);
}

Array permute(const Array& a, std::span<const int> axes) {
  const Strides strides_a = strides_of(a.shape());
  Strides strides = {};
  Shape shape = a.shape();
  for (int i = 0; i < a.rank(); ++i) {
    const int from = axes[static_cast<std::size_t>(i)];
    strides[static_cast<std::size_t>(i)] = strides_a[static_cast<std::size_t>(from)];
    shape = shape.with(i, a.shape()[from]);
  }
  return copy_strided(a.data(), shape, strides);
}

Array flip(const Array& a, int axis) {
  Strides strides = strides_of(a.shape());
  std::int64_t& step = strides[static_cast<std::size_t>(axis)];
  const Real* first = a.data() + (a.shape()[axis] - 1) * step;
  step = -step;
  return copy_strided(first, a.shape(), strides);
}

Array slice(const Array& a, int axis, int start, int stop) {
  Array out(a.shape().with(axis, stop - start));
  for_each_run(a.shape(), axis, start, out.size(),
               [p = a.data(), q = out.mutable_data()](auto in_a, auto in_out, auto length) {
                 std::copy_n(p + in_a, length, q + in_out);
               });
  return out;
}

void add_slice(Array& whole, const Array& part, int axis, int start) {
  for_each_run(whole.shape(), axis, start, part.size(),
               [p = part.data(), q = whole.mutable_data()](auto in_whole, auto in_part, auto length) {
                 for (std::int64_t i = 0; i < length; ++i) q[in_whole + i] += p[in_part + i];
               });
}

Array pad(const Array& a, int axis, int before, int after, Real value) {
  Array out(a.shape().with(axis, before + a.shape()[axis] + after), value);
  copy_into(out, a, axis, before);
  return out;
}

Array concat(std::span<const Array> arrays, int axis) {
  int length = 0;
  for (const Array& a : arrays) length += a.shape()[axis];
  Array out(arrays[0].shape().with(axis, length));
  int start = 0;
  for (const Array& a : arrays) {
    copy_into(out, a, axis, start);
    start += a.shape()[axis];
  }
  return out;
}

Array gather(const Array& a, int axis, const Indices& ids) {
  const AxisView from = view_along(a.shape(), axis), to = view_along(ids.shape(), axis);
  Array out(ids.shape());
  Real* q = out.mutable_data();
  const int* id = ids.values().data();
  for (std::int64_t o = 0; o < to.outer; ++o)
    for (std::int64_t i = 0; i < to.length; ++i)
      for (std::int64_t k = 0; k < to.inner; ++k) *q++ = a.data()[(o * from.length + *id++) * from.inner + k];
  return out;
}

Array scatter_add(const Array& a, int axis, const Indices& ids, const Shape& shape) {
  const AxisView from = view_along(ids.shape(), axis), to = view_along(shape, axis);
  const auto add_to = [&](auto* sums) {
    const int* id = ids.values().data();
    const Real* p = a.data();
    for (std::int64_t o = 0; o < from.outer; ++o)
      for (std::int64_t i = 0; i < from.length; ++i)
        for (std::int64_t k = 0; k < from.inner; ++k) sums[(o * to.length + *id++) * to.inner + k] += *p++;
  };
  Array out(shape, 0);
  if (from.length <= few_terms) return add_to(out.mutable_data()), out;
  std::vector<double> sums(static_cast<std::size_t>(out.size()));
  add_to(sums.data());
  add_doubles({out.mutable_data(), sums.size()}, sums);
  return out;
}

Array take_rows(const Array& a, const Indices& ids) {
  const std::int64_t width = view_along(a.shape(), 0).inner;
  Array out(a.shape().with(0, static_cast<int>(ids.size())));
  Real* q = out.mutable_data();
  for (int id : ids.values()) q = std::copy_n(a.data() + id * width, width, q);
  return out;
}

Array add_rows(Array to, const Array& from, const Indices& ids) {
  const std::int64_t width = view_along(to.shape(), 0).inner;
  const Real* p = from.data();
  Real* const all = to.mutable_data();
  if (ids.size() < few_terms) {
    for (int id : ids.values())
      for (std::int64_t k = 0; k < width; ++k) all[id * width + k] += *p++;
    return to;
  }
  // After few_terms terms, a row's sum in float is moved to its sum in double.
  std::vector<std::uint8_t> terms(static_cast<std::size_t>(to.dim(0)));
  std::unordered_map<int, std::vector<double>> double_sums;
  const auto row_of = [=](int id) {
    return std::span<Real>(all + id * width, static_cast<std::size_t>(width));
  };
  for (int id : ids.values()) {
    const std::span<Real> row = row_of(id);
    std::uint8_t& count = terms[static_cast<std::size_t>(id)];
    if (++count == few_terms) {
      move_to_doubles(row, double_sums[id]);
      count = 1;
    }
    for (Real& sum : row) sum += *p++;
  }
  for (const auto& [id, doubles] : double_sums) add_doubles(row_of(id), doubles);
  return to;
}

}}}  // namespace tg::kernels
