#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace op_table {

using tg::Axes;
using tg::Indices;
using tg::Inputs;
using tg::RandomStream;
using tg::Real;
using tg::Shape;
using tg::Tensor;

/// How large shapes are: a dozen elements; now and then enough for several threads; or with axes of size 0.
enum class Sizes { small, large, empty };

/// What a row of the op table leaves open (shapes, axes, labels), decided by a seed. Each choice has a random
/// stream of its own, so it is the same whenever it is asked for, in whatever order arguments are evaluated.
class Choices {
 public:
  /// Shapes are often those of `about`, so that a row finds tensors that fit.
  explicit Choices(std::uint64_t seed, Sizes sizes = Sizes::small, std::vector<Shape> about = {})
      : seed_(seed), sizes_(sizes), about_(std::move(about)) {}

  /// From `least` to `most` axes.
  Shape shape(int least = 0, int most = 6) const { return noted("shape", shape_of(least, most)); }
  /// A shape that broadcasts to shape().
  Shape part(const char* which) const { return noted("part", which, narrower(which, shape_of(0, 6))); }
  /// The size of an axis.
  int size(const char* which) const {
    RandomStream draw = stream(which);
    const int most = sizes_ == Sizes::large && draw.below(2) == 0 ? 24 : 3;
    return noted("size", which, sizes_ == Sizes::empty ? draw.below(4) : 1 + draw.below(most));
  }
  /// [B,T,D]
  Shape sequence() const {
    return noted("sequence",
                 sizes_ == Sizes::large ? Shape{size("B"), size("T"), size("D")} : shape_of(3, 3));
  }
  /// Another shape of as many elements: axes exchanged, two joined, one of size 1 put in.
  Shape reshaped(const Tensor& a) const {
    RandomStream draw = stream("reshaped");
    std::vector<int> sizes(a.shape().begin(), a.shape().end());
    for (std::size_t i = sizes.size(); i > 1; --i)
      std::swap(sizes[i - 1], sizes[static_cast<std::size_t>(draw.below(static_cast<int>(i)))]);
    if (sizes.size() > 1 && draw.below(2) == 0) {
      sizes[sizes.size() - 2] *= sizes.back();
      sizes.pop_back();
    }
    if (sizes.size() < 6 && draw.below(3) == 0) sizes.insert(sizes.begin(), 1);
    return noted("reshaped", Shape(std::span<const int>(sizes)));
  }

  int axis(const Shape& shape) const { return noted("axis", axis_of(shape)); }
  int axis(const Tensor& a) const { return axis(a.shape()); }
  /// Where stack puts a new axis.
  int new_axis(const Tensor& a) const {
    return noted("new_axis", stream("new_axis").below(2 * a.rank() + 2) - a.rank() - 1);
  }
  /// Some axes, or all of them.
  Axes axes(const Tensor& a) const {
    RandomStream draw = stream("axes");
    std::vector<int> some;
    for (int i = 0; i < a.rank() && some.size() < 3; ++i)
      if (draw.below(2) == 0) some.push_back(draw.below(2) == 0 ? i : i - a.rank());
    note("axes", some.empty() ? "Axes::all()" : braced(some));
    switch (some.size()) {
      case 1:
        return some[0];
      case 2:
        return {some[0], some[1]};
      case 3:
        return {some[0], some[1], some[2]};
      default:
        return Axes::all();
    }
  }
  tg::Keep keep() const {
    const bool keep = stream("keep").below(2) == 0;
    note("keep", keep ? "keepdim" : "Keep::no");
    return keep ? tg::keepdim : tg::Keep::no;
  }
  std::vector<int> order(const Tensor& a) const {
    RandomStream draw = stream("order");
    std::vector<int> order;
    for (int i = 0; i < a.rank(); ++i) order.insert(order.begin() + draw.below(i + 1), i);
    for (int& i : order) i -= draw.below(2) * a.rank();
    note("order", braced(order));
    return order;
  }

  /// A place along axis(a), and a range of them; negative ones count from the end.
  int index(const Tensor& a) const {
    RandomStream draw = stream("index");
    const int length = a.dim(axis_of(a.shape()));
    return noted("index", length == 0 ? 0 : draw.below(length) - draw.below(2) * length);
  }
  int start(const Tensor& a) const { return noted("start", range(a).first); }
  int stop(const Tensor& a) const { return noted("stop", range(a).second); }
  /// From 1 to the size of axis(a).
  int some(const Tensor& a) const {
    return noted("some", 1 + stream("some").below(std::max(1, a.dim(axis_of(a.shape())))));
  }
  /// 0, 1 or 2.
  int count(const char* which) const { return noted("count", which, stream(which).below(3)); }
  bool flag(const char* which) const { return noted("flag", which, stream(which).below(2) == 0); }
  double number(const char* which) const {
    return noted("number", which,
                 std::array{-1.5, -0.5, 0.75, 2.0}[static_cast<std::size_t>(stream(which).below(4))]);
  }

  /// For gather along axis(a), places that may come twice.
  Indices places(const Tensor& a) const {
    const int axis = axis_of(a.shape());
    const int count = stream("how many places").below(4) + (sizes_ == Sizes::empty ? 0 : 1);
    return noted("places", indices("places", a.shape().with(axis, count), a.dim(axis)));
  }
  /// For take, rows that may come twice.
  Indices rows(const Tensor& a) const {
    const int shape = stream("shape of rows").below(3);
    return noted("rows", indices("rows",
                                 shape == 0   ? Shape{}
                                 : shape == 1 ? Shape{4}
                                              : Shape{2, 2},
                                 a.dim(0)));
  }
  /// For cross_entropy.
  Indices classes(const Tensor& a) const {
    return noted("classes", indices("classes", a.shape().without(a.rank() - 1), a.dim(-1)));
  }

  /// A tensor of 0 and 1 that holds a 1, and one of -1 and 1.
  Tensor mask(const Shape& shape) const { return noted("mask", zeros_and_ones("mask", shape)); }
  Tensor signs(const Shape& shape) const { return noted("signs", 2 * zeros_and_ones("signs", shape) - 1); }

  /// Reduction, mask and weights of a loss of this shape.
  tg::LossOptions options(const Shape& loss) const {
    using enum tg::Reduction;
    RandomStream draw = stream("options");
    const int reduction = draw.below(3);
    tg::LossOptions options{.reduction = reduction == 0 ? none : reduction == 1 ? sum : mean};
    if (draw.below(2) == 0) options.mask = zeros_and_ones("mask", fitted(draw, loss));
    if (draw.below(2) == 0) {
      const Shape shape = fitted(draw, loss);
      std::vector<Real> weights;
      for (std::int64_t i = 0; i < shape.size(); ++i) weights.push_back(Real(draw.uniform(0.5, 2)));
      options.weights = Tensor(shape, weights);
    }
    note("options", fmt::format("{{.reduction = {}, .mask = {}, .weights = {}}}",
                                std::array{"none", "sum", "mean"}[static_cast<std::size_t>(reduction)],
                                options.mask, options.weights));
    return options;
  }
  /// None, or one for each item of a [B,T,..].
  std::vector<int> lengths(const Tensor& a) const {
    std::vector<int> lengths = stream("all of them").below(2) == 0 ? std::vector<int>() : lengths_of(a);
    note("lengths", braced(lengths));
    return lengths;
  }
  std::vector<int> all_lengths(const Tensor& a) const {
    note("all_lengths", braced(lengths_of(a)));
    return lengths_of(a);
  }
  int blank(const Tensor& frames) const { return noted("blank", blank_of(frames)); }
  /// Of CTC: as many as the frames can say, or more where flag("zero_infinity") allows it.
  std::vector<std::vector<int>> labels(const Tensor& frames) const {
    RandomStream draw = stream("labels");
    const std::vector<int> some = lengths(frames);
    const int classes = frames.dim(2), blank = blank_of(frames);
    std::vector<std::vector<int>> labels(static_cast<std::size_t>(frames.dim(0)));
    std::string text;
    for (std::size_t item = 0; item < labels.size(); ++item) {
      const int length = some.empty() ? frames.dim(1) : some[item];
      const bool too_many = flag("zero_infinity") && draw.below(4) == 0;
      for (int k = draw.below(length + 2); k > 0 && classes > 1; --k) {
        labels[item].push_back((blank + 1 + draw.below(classes - 1)) % classes);
        if (tg::frames_needed(labels[item]) > length && !too_many) labels[item].pop_back();
      }
      text += (item == 0 ? "" : ", ") + braced(labels[item]);
    }
    note("labels", "{" + text + "}");
    return labels;
  }
  tg::Reduction reduction() const {
    using enum tg::Reduction;
    const auto i = static_cast<std::size_t>(stream("reduction").below(4));
    note("reduction", std::array{"none", "sum", "mean", "target_length_mean"}[i]);
    return std::array{none, sum, mean, target_length_mean}[i];
  }

  /// What was chosen, by how a row asks for it: `axis`, `size("n"`.
  const std::map<std::string, std::string>& notes() const { return notes_; }

 private:
  RandomStream stream(std::string_view what) const {
    std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
    for (char c : what) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return RandomStream(seed_ ^ hash);
  }

  static std::string braced(const std::vector<int>& numbers) {
    return fmt::format("{{{}}}", fmt::join(numbers, ", "));
  }
  void note(const std::string& what, std::string value) const { notes_[what] = std::move(value); }
  template <class T>
  T noted(const std::string& what, T value) const {
    const std::string text = fmt::format("{}", value);
    note(what, text.size() < 200 ? text : "..");
    return value;
  }
  template <class T>
  T noted(const std::string& what, const char* which, T value) const {
    return noted(what + "(\"" + which + "\"", value);
  }

  Shape shape_of(int least, int most) const {
    RandomStream draw = stream("shape");
    if (!about_.empty() && draw.below(3) > 0) {
      const Shape& seen = about_[static_cast<std::size_t>(draw.below(static_cast<int>(about_.size())))];
      if (least <= seen.rank() && seen.rank() <= most) return seen;
    }
    const int rank = std::min(most, least + std::min(draw.below(7), draw.below(7)));
    std::vector<int> sizes(static_cast<std::size_t>(rank));
    int elements = 1;
    for (int& size : sizes) {
      size = draw.below(4) == 0 ? 1 : 2 + draw.below(3);
      if (elements * size > 12) size = 1;
      elements *= size;
    }
    if (rank > 0 && sizes_ != Sizes::small && draw.below(2) == 0) {
      int& size = sizes[static_cast<std::size_t>(draw.below(rank))];
      size = sizes_ == Sizes::empty ? 0 : 70000 / (elements / size) + draw.below(1000);
    }
    return Shape(std::span<const int>(sizes));
  }
  Shape narrower(const char* which, const Shape& shape) const {
    RandomStream draw = stream(which);
    std::vector<int> sizes(shape.begin(), shape.end());
    if (draw.below(2) == 0) sizes.erase(sizes.begin(), sizes.begin() + draw.below(shape.rank() + 1));
    for (int& size : sizes)
      if (draw.below(3) == 0) size = 1;
    return Shape(std::span<const int>(sizes));
  }
  /// A shape for mask or weights of a loss: axes left out on the right, or of size 1.
  static Shape fitted(RandomStream& draw, const Shape& loss) {
    std::vector<int> sizes(loss.begin(), loss.begin() + draw.below(loss.rank() + 1));
    for (int& size : sizes)
      if (draw.below(3) == 0) size = 1;
    return Shape(std::span<const int>(sizes));
  }
  int axis_of(const Shape& shape) const {
    RandomStream draw = stream("axis");
    return draw.below(std::max(1, shape.rank())) - draw.below(2) * shape.rank();
  }
  std::pair<int, int> range(const Tensor& a) const {
    RandomStream draw = stream("range");
    const int length = a.dim(axis_of(a.shape())), least = sizes_ == Sizes::empty ? 0 : 1;
    const int start = draw.below(std::max(1, length)),
              stop = std::min(length, start + least + draw.below(length + 1));
    return {start - draw.below(2) * length, stop == length || draw.below(2) == 0 ? stop : stop - length};
  }
  Indices indices(const char* what, const Shape& shape, int count) const {
    RandomStream draw = stream(what);
    std::vector<int> ids(static_cast<std::size_t>(shape.size()));
    std::generate(ids.begin(), ids.end(), [&] { return draw.below(std::max(1, count)); });
    return Indices(shape, ids);
  }
  Tensor zeros_and_ones(const char* what, const Shape& shape) const {
    RandomStream draw = stream(what);
    std::vector<Real> values(static_cast<std::size_t>(shape.size()));
    std::generate(values.begin(), values.end(), [&] { return Real(draw.below(2)); });
    if (!values.empty()) values[static_cast<std::size_t>(draw.below(static_cast<int>(values.size())))] = 1;
    return Tensor(shape, values);
  }
  std::vector<int> lengths_of(const Tensor& a) const {
    RandomStream draw = stream("lengths");
    std::vector<int> lengths(static_cast<std::size_t>(a.dim(0)));
    std::generate(lengths.begin(), lengths.end(), [&] { return 1 + draw.below(std::max(1, a.dim(1))); });
    return lengths;
  }
  int blank_of(const Tensor& frames) const { return stream("blank").below(std::max(1, frames.dim(2))); }

  std::uint64_t seed_;
  Sizes sizes_;
  std::vector<Shape> about_;
  mutable std::map<std::string, std::string> notes_;
};

}  // namespace op_table
