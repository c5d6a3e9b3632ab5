#pragma once
#include <cmath>
#include <functional>
#include <vector>

#include "choices.hpp"

// A row per operation and shape family. gradcheck runs over every row in double, every element, first and
// second order; the random programs of random_graph.hpp are made of the same rows. An operation without a row
// fails a test that names it.
//
// A row's shapes are its own, {2, 3}, or left open: any.shape(), and any.part("a"), which broadcasts to it.
// So are axes and the like: any.axis(in[0]). choices.hpp lists what there is.

namespace op_table {

/// An input of a row: values that are drawn, and which others would do. In a random program those of another
/// tensor take their place.
struct Input {
  Input(Tensor drawn, std::function<bool(Real)> others = {}, bool all_apart = false)
      : values(std::move(drawn)), allowed(std::move(others)), apart(all_apart) {}

  Tensor values;
  /// Whether a value is far from kinks and poles, and not huge. None: no other values would do.
  std::function<bool(Real)> allowed;
  /// No two elements may be nearly equal, in all such inputs of the row together.
  bool apart;
};

constexpr double largest_input = 3;

inline Input normal(const Shape& shape) {
  return {tg::randn(shape), [](Real v) { return std::abs(v) <= largest_input; }};
}
inline Input between(double low, double high, const Shape& shape) {
  return {tg::uniform(shape, low, high), [=](Real v) { return low <= v && v <= high; }};
}
inline Input positive(const Shape& shape) { return between(0.5, 2, shape); }
/// At least 0.1 away from where an operation has a kink. The first elements lie one in each piece between the
/// kinks. These must be within 2 of 0, where normal numbers get: scale the input if they are not, f(3 * in[0]).
inline Input off(const std::vector<double>& kinks, const Shape& shape) {
  for (double kink : kinks)
    if (std::abs(kink) > 2) tg::fail("op_table", "a kink at {}; at most 2 is reached", kink);
  const auto is_off = [kinks](double value, double distance) {
    return std::all_of(kinks.begin(), kinks.end(), [=](double k) { return std::abs(value - k) >= distance; });
  };
  const auto piece = [kinks](double value) {
    return std::count_if(kinks.begin(), kinks.end(), [=](double k) { return k < value; });
  };
  std::vector<Real> values(static_cast<std::size_t>(shape.size()));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto is_wanted = [&](double value) {
      return is_off(value, 0.1) && value != 0 && std::abs(value) <= largest_input &&
             (i > kinks.size() || piece(value) == static_cast<std::ptrdiff_t>(i));
    };
    while (!is_wanted(values[i])) values[i] = Real(tg::random_stream().normal());
  }
  return {Tensor(shape, values),
          [is_off](Real v) { return std::abs(v) <= largest_input && is_off(v, 0.05); }};
}
/// As |a| and relu need it.
inline Input off_zero(const Shape& shape) { return off({0}, shape); }
/// All different, in a random order, so that a maximum stays the same one under a small step.
inline Input distinct(const Shape& shape) {
  const int count = static_cast<int>(shape.size());
  const double step = std::min(0.25, 8.0 / std::max(1, count));
  std::vector<Real> values;
  for (int i : tg::random_permutation(count)) values.push_back(Real(step * (i - count / 2)));
  return {Tensor(shape, values), [](Real v) { return std::abs(v) <= largest_input; }, true};
}
/// The same, and different from a distinct() of the same row.
inline Input between_them(const Shape& shape) {
  Input input = distinct(shape);
  input.values = input.values + 0.125;
  return input;
}

/// d sum(y) / dx, which can be differentiated again.
inline Tensor slope(const Tensor& y, const Tensor& x) {
  if (!x.requires_grad() || !y.requires_grad()) return 0 * x;
  return grad(sum(y), {x}, {.create_graph = true, .zero_if_unused = true})[0];
}

/// What a row calls, and its source text.
struct Call {
  const char* text;
  std::function<Tensor(Inputs in, const Choices& any)> run;
};

struct Row {
  const char* op;  // as in record("op", ...)
  const char* shapes;
  std::function<std::vector<Input>(const Choices& any)> inputs;
  Call call;
  bool linear = false;  // its second derivatives are 0
};

#define INPUTS(...) [](const Choices& any) { return (void)any, std::vector<Input>{__VA_ARGS__}; }
#define FUNCTION(...) [](Inputs in, const Choices& any) -> Tensor { return (void)any, __VA_ARGS__; }
#define CALL(...) \
  { #__VA_ARGS__, FUNCTION(__VA_ARGS__) }
#define ONE INPUTS(normal(any.shape()))
#define ONE_WITH_AXES INPUTS(normal(any.shape(1)))
#define TWO_THAT_BROADCAST INPUTS(normal(any.part("a")), normal(any.part("b")))
constexpr bool linear = true;

inline std::vector<Row> rows() {
  using namespace tg;
  return {
      {"add", "that broadcast", TWO_THAT_BROADCAST, CALL(in[0] + in[1]), linear},
      {"add", "rows and columns", INPUTS(normal({3}), normal({2, 1})), CALL(in[0] + in[1]), linear},
      {"add", "the same twice", ONE, CALL(in[0] + in[0]), linear},
      {"broadcast_to", "new and repeated axes", INPUTS(normal({2, 1})), CALL(broadcast_to(in[0], {4, 2, 3})),
       linear},
      {"broadcast_to", "any", INPUTS(normal(any.part("a"))), CALL(broadcast_to(in[0], any.shape())), linear},
      {"sum_to", "dropped and kept axes", INPUTS(normal({4, 2, 3})), CALL(sum_to(in[0], {2, 1})), linear},
      {"sum_to", "any", ONE, CALL(sum_to(in[0], any.part("a"))), linear},
      {"clone", "", ONE, CALL(in[0].clone()), linear},

      {"sub", "that broadcast", TWO_THAT_BROADCAST, CALL(in[0] - in[1]), linear},
      {"sub", "a number", INPUTS(normal({2, 3}), normal({})), CALL(in[0] - in[1]), linear},
      {"mul", "that broadcast", TWO_THAT_BROADCAST, CALL(in[0] * in[1])},
      {"mul", "middle axis", INPUTS(normal({2, 3, 2}), normal({3, 1})), CALL(in[0] * in[1])},
      {"mul", "the same twice", ONE, CALL(in[0] * in[0])},
      {"div", "that broadcast", INPUTS(normal(any.part("a")), positive(any.part("b"))), CALL(in[0] / in[1])},
      {"div", "rows and columns", INPUTS(normal({3}), positive({2, 1})), CALL(in[0] / in[1])},
      {"div", "the same twice", INPUTS(positive(any.shape())), CALL(1 / in[0] / in[0])},
      {"affine", "", ONE, CALL(any.number("a") - any.number("b") * in[0] / 2 - 0.5), linear},
      {"exp", "", ONE, CALL(exp(in[0]))},
      {"log", "", INPUTS(positive(any.shape())), CALL(log(in[0]))},
      {"sqrt", "", INPUTS(positive(any.shape())), CALL(sqrt(in[0]))},
      {"pow", "3", ONE, CALL(pow(in[0], 3))},
      {"pow", "2", ONE, CALL(pow(in[0], 2))},
      {"pow", "-1.5", INPUTS(positive(any.shape())), CALL(pow(in[0], -1.5))},
      {"pow", "1", ONE, CALL(pow(in[0], 1)), linear},
      {"pow", "a tensor", INPUTS(positive(any.part("a")), normal(any.part("b"))), CALL(pow(in[0], in[1]))},
      {"pow", "of columns", INPUTS(positive({2, 1}), normal({3})), CALL(pow(in[0], in[1]))},
      {"pow", "to 0 and 1", INPUTS(positive({2, 2}), tensor({{0, 1}, {1, 0}})), CALL(pow(in[0], in[1]))},
      {"pow", "of a number", ONE, CALL(pow(2, in[0]))},
      {"abs", "", INPUTS(off_zero(any.shape())), CALL(abs(in[0])), linear},
      {"tanh", "", ONE, CALL(tanh(in[0]))},
      {"sigmoid", "", ONE, CALL(sigmoid(in[0]))},
      {"relu", "", INPUTS(off_zero(any.shape())), CALL(relu(in[0])), linear},
      {"softplus", "", ONE, CALL(softplus(in[0]))},
      {"clamp", "both sides", INPUTS(off({-0.4, 0.9}, any.shape())), CALL(clamp(in[0], -0.4, 0.9)), linear},
      {"maximum", "that broadcast", INPUTS(distinct(any.part("a")), between_them(any.part("b"))),
       CALL(maximum(in[0], in[1])), linear},
      {"maximum", "columns", INPUTS(distinct({2, 3}), between_them({2, 1})), CALL(maximum(in[0], in[1])),
       linear},
      {"minimum", "that broadcast", INPUTS(distinct(any.part("a")), between_them(any.part("b"))),
       CALL(minimum(in[0], in[1])), linear},
      {"where", "that broadcast", TWO_THAT_BROADCAST, CALL(where(any.mask(any.part("c")), in[0], in[1])),
       linear},
      {"where", "all broadcast", INPUTS(normal({2, 1}), normal({})),
       CALL(where(tensor({1, 0, 1}), in[0], in[1])), linear},
      {"where", "a condition that needs a gradient", INPUTS(off_zero(any.part("a")), normal(any.part("b"))),
       CALL(where(in[0] > 0, where(in[0], in[1], 2), in[0])), linear},

      {"sum", "any axes", ONE, CALL(sum(in[0], any.axes(in[0]), any.keep())), linear},
      {"sum", "first and last, kept", INPUTS(normal({2, 3, 2})), CALL(sum(in[0], {0, -1}, keepdim)), linear},
      {"sum", "mean", ONE, CALL(mean(in[0], any.axes(in[0]), any.keep())), linear},
      {"max", "any axes", INPUTS(distinct(any.shape())), CALL(max(in[0], any.axes(in[0]), any.keep())),
       linear},
      {"max", "last", INPUTS(distinct({2, 3})), CALL(max(in[0], -1)), linear},
      {"max", "smallest", INPUTS(distinct(any.shape())), CALL(min(in[0], any.axes(in[0]), any.keep())),
       linear},
      {"norm", "last", INPUTS(off_zero({2, 3})), CALL(norm(in[0], -1))},
      {"norm", "any axes", INPUTS(off_zero(any.shape())), CALL(norm(in[0], any.axes(in[0]), any.keep()))},
      {"pow", "variance", ONE, CALL(var(in[0], any.axes(in[0]), any.keep()))},
      {"norm", "deviation", INPUTS(distinct(any.shape(1).with(0, 3))), CALL(stddev(in[0], 0, any.keep()))},
      {"logsumexp", "any axes", ONE, CALL(logsumexp(in[0], any.axes(in[0]), any.keep()))},
      {"logsumexp", "two axes, kept", INPUTS(normal({2, 3, 2})), CALL(logsumexp(in[0], {0, 2}, keepdim))},
      {"cumsum", "any axis", ONE_WITH_AXES, CALL(cumsum(in[0], any.axis(in[0]))), linear},
      {"mul", "running products", INPUTS(normal({2, 3})), CALL(cumprod(in[0], any.axis(in[0])))},
      {"gather", "the largest", INPUTS(distinct(any.shape(1))),
       CALL(topk(in[0], any.some(in[0]), any.axis(in[0])).values), linear},
      {"mul", "the largest, chosen by a product", INPUTS(distinct(any.shape(1))),
       CALL(sum(in[0] * one_hot(argmax(in[0], -1), in[0].dim(-1)), -1)), linear},

      {"reshape", "worked out", INPUTS(normal({2, 3})), CALL(reshape(in[0], {3, -1})), linear},
      {"reshape", "any", ONE, CALL(reshape(in[0], any.reshaped(in[0]))), linear},
      {"permute", "any order", ONE, CALL(permute(in[0], any.order(in[0]))), linear},
      {"permute", "transpose", INPUTS(normal(any.shape(2))), CALL(transpose(in[0])), linear},
      {"slice", "any range", ONE_WITH_AXES,
       CALL(slice(in[0], any.axis(in[0]), any.start(in[0]), any.stop(in[0]))), linear},
      {"select", "any place", ONE_WITH_AXES, CALL(select(in[0], any.axis(in[0]), any.index(in[0]))), linear},
      {"select", "unstack", INPUTS(normal({2, 3})), CALL(unstack(in[0], 1)[0] * unstack(in[0], 1)[2])},
      {"pad", "both sides", ONE_WITH_AXES,
       CALL(pad(in[0], any.axis(in[0]), any.count("a"), any.count("b"), any.number("a"))), linear},
      {"flip", "", ONE_WITH_AXES, CALL(flip(in[0], any.axis(in[0]))), linear},
      {"concat", "any axis",
       INPUTS(normal(any.shape(1)), normal(any.shape(1).with(any.axis(any.shape(1)), 2))),
       CALL(concat({in[0], in[1]}, any.axis(in[0]))), linear},
      {"concat", "the same twice", ONE_WITH_AXES, CALL(concat({in[0], in[0]}, any.axis(in[0]))), linear},
      {"concat", "stack", INPUTS(normal(any.shape()), normal(any.shape())),
       CALL(stack({in[0], in[1], in[0]}, any.new_axis(in[0]))), linear},
      {"concat", "roll", ONE_WITH_AXES, CALL(roll(in[0], any.count("a") + 1, any.axis(in[0]))), linear},
      {"gather", "a place twice", INPUTS(normal({2, 3})), CALL(gather(in[0], 1, indices({{0, 2}, {1, 1}}))),
       linear},
      {"gather", "any places", ONE_WITH_AXES, CALL(gather(in[0], any.axis(in[0]), any.places(in[0]))),
       linear},
      {"take", "rows, one twice", INPUTS(normal({3, 2})), CALL(take(in[0], indices({{0, 2}, {1, 1}}))),
       linear},
      {"take", "any rows", ONE_WITH_AXES, CALL(take(in[0], any.rows(in[0]))), linear},
      {"add_rows", "", ONE_WITH_AXES, CALL(slope(pow(take(in[0], any.rows(in[0])), 2), in[0])), linear},
      {"scatter_add", "", ONE_WITH_AXES,
       CALL(slope(pow(gather(in[0], any.axis(in[0]), any.places(in[0])), 2), in[0])), linear},

      {"matmul", "matrices", INPUTS(normal({2, 3}), normal({3, 4})), CALL(matmul(in[0], in[1]))},
      {"matmul", "one matrix for all",
       INPUTS(normal(any.shape(2)), normal({any.shape(2)[-1], any.size("n")})), CALL(matmul(in[0], in[1]))},
      {"matmul", "a product per item",
       INPUTS(normal(any.shape(2)), normal(any.shape(2).with(-2, any.shape(2)[-1]).with(-1, any.size("n")))),
       CALL(matmul(in[0], in[1]))},
      {"matmul", "the same twice", INPUTS(normal({3, 3})), CALL(matmul(in[0], in[0]))},
      {"softmax", "any axis", ONE_WITH_AXES, CALL(softmax(in[0], any.axis(in[0])))},
      {"softmax", "last", INPUTS(normal({2, 3})), CALL(softmax(in[0]))},
      {"log_softmax", "any axis", ONE_WITH_AXES, CALL(log_softmax(in[0], any.axis(in[0])))},
      {"log_softmax", "middle", INPUTS(normal({2, 3, 2})), CALL(log_softmax(in[0], 1))},
      {"lstm", "a sequence with lengths",
       INPUTS(normal({2, 3, 2}), normal({2, 8}), normal({2, 8}), normal({8}), normal({2, 2}), normal({2, 2})),
       CALL(lstm(in[0], {in[1], in[2], in[3]}, {in[4], in[5]}, {2, 3}))},
      {"lstm", "a sequence in reverse",
       INPUTS(normal({2, 3, 2}), normal({2, 8}), normal({2, 8}), normal({8}), normal({2, 2}), normal({2, 2})),
       CALL(lstm(in[0], {in[1], in[2], in[3]}, {in[4], in[5]}, {3, 2}, true))},
      {"lstm", "one step",
       INPUTS(normal({2, 3}), normal({3, 8}), normal({2, 8}), normal({8}), normal({2, 2}), normal({2, 2})),
       CALL(lstm(in[0], {in[1], in[2], in[3]}, {in[4], in[5]}))},
      {"ctc_loss", "scores, with lengths and a repeat", INPUTS(normal({2, 5, 3})),
       CALL(ctc(in[0], ctc_targets("ctc_loss", in[0], {{1, 2}, {1, 1}}, 0, {5, 4}), CTCInput::scores))},
      {"ctc_loss", "log-probabilities, an empty target, blank last", INPUTS(normal({2, 4, 3})),
       CALL(ctc(in[0], ctc_targets("ctc_loss", in[0], {{0, 1}, {}}, 2, {}), CTCInput::log_probs))},
  };
}

}  // namespace op_table
