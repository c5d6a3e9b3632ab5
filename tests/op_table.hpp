#pragma once
#include <functional>
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

// A row per operation and shape family. gradcheck runs over every row in double, every element, first and second order.
// An operation without a row fails a test that names it.

namespace op_table {

using tg::Inputs;
using tg::Shape;
using tg::Tensor;

/// Values that a row's inputs are drawn from.
inline Tensor normal(const Shape& shape) { return tg::randn(shape); }
inline Tensor positive(const Shape& shape) { return tg::uniform(shape, 0.5, 2); }
/// At least 0.1 away from 0, where |a| and relu have a kink.
inline Tensor off_zero(const Shape& shape) {
  const Tensor a = tg::randn(shape);
  return a + where(a < 0, -0.1, 0.1);
}
/// All different, in a random order, so that a maximum stays the same one under a small step.
inline Tensor distinct(const Shape& shape) {
  std::vector<tg::Real> values;
  for (int i : tg::random_permutation(static_cast<int>(shape.size())))
    values.push_back(tg::Real(0.25) * tg::Real(i));
  return Tensor(shape, values);
}

struct Row {
  const char* op;  // as in record("op", ...)
  const char* shapes;
  std::function<std::vector<Tensor>()> inputs;
  std::function<Tensor(Inputs)> f;
  bool linear = false;  // its second derivatives are 0
};

#define INPUTS(...) [] { return std::vector<Tensor>{__VA_ARGS__}; }
#define CALL(...) [](Inputs in) -> Tensor { return __VA_ARGS__; }
constexpr bool linear = true;

inline std::vector<Row> rows() {
  using namespace tg;
  const Indices ids = indices({{0, 2}, {1, 1}});
  return {
      {"add", "equal", INPUTS(normal({2, 3}), normal({2, 3})), CALL(in[0] + in[1]), linear},
      {"add", "rows and columns", INPUTS(normal({3}), normal({2, 1})), CALL(in[0] + in[1]), linear},
      {"add", "the same twice", INPUTS(normal({2})), CALL(in[0] + in[0]), linear},
      {"broadcast_to", "new and repeated axes", INPUTS(normal({2, 1})), CALL(broadcast_to(in[0], {4, 2, 3})),
       linear},
      {"sum_to", "dropped and kept axes", INPUTS(normal({4, 2, 3})), CALL(sum_to(in[0], {2, 1})), linear},
      {"clone", "", INPUTS(normal({3})), CALL(in[0].clone()), linear},

      {"sub", "equal", INPUTS(normal({2, 3}), normal({2, 3})), CALL(in[0] - in[1]), linear},
      {"sub", "a number", INPUTS(normal({2, 3}), normal({})), CALL(in[0] - in[1]), linear},
      {"mul", "equal", INPUTS(normal({2, 3}), normal({2, 3})), CALL(in[0] * in[1])},
      {"mul", "middle axis", INPUTS(normal({2, 3, 2}), normal({3, 1})), CALL(in[0] * in[1])},
      {"mul", "the same twice", INPUTS(normal({2, 3})), CALL(in[0] * in[0])},
      {"div", "equal", INPUTS(normal({2, 3}), positive({2, 3})), CALL(in[0] / in[1])},
      {"div", "rows and columns", INPUTS(normal({3}), positive({2, 1})), CALL(in[0] / in[1])},
      {"div", "the same twice", INPUTS(positive({2})), CALL(1 / in[0] / in[0])},
      {"affine", "", INPUTS(normal({2, 3})), CALL(1 - 3 * in[0] / 2 - 0.5), linear},
      {"exp", "", INPUTS(normal({2, 3})), CALL(exp(in[0]))},
      {"log", "", INPUTS(positive({2, 3})), CALL(log(in[0]))},
      {"sqrt", "", INPUTS(positive({2, 3})), CALL(sqrt(in[0]))},
      {"pow", "3", INPUTS(normal({2, 3})), CALL(pow(in[0], 3))},
      {"pow", "2", INPUTS(normal({2, 3})), CALL(pow(in[0], 2))},
      {"pow", "-1.5", INPUTS(positive({2, 3})), CALL(pow(in[0], -1.5))},
      {"pow", "1", INPUTS(normal({2, 3})), CALL(pow(in[0], 1)), linear},
      {"pow", "a tensor", INPUTS(positive({2, 3}), normal({2, 3})), CALL(pow(in[0], in[1]))},
      {"pow", "of columns", INPUTS(positive({2, 1}), normal({3})), CALL(pow(in[0], in[1]))},
      {"pow", "to 0 and 1", INPUTS(positive({2, 2}), tensor({{0, 1}, {1, 0}})), CALL(pow(in[0], in[1]))},
      {"pow", "of a number", INPUTS(normal({2, 3})), CALL(pow(2, in[0]))},
      {"abs", "", INPUTS(off_zero({2, 3})), CALL(abs(in[0])), linear},
      {"tanh", "", INPUTS(normal({2, 3})), CALL(tanh(in[0]))},
      {"sigmoid", "", INPUTS(normal({2, 3})), CALL(sigmoid(in[0]))},
      {"relu", "", INPUTS(off_zero({2, 3})), CALL(relu(in[0])), linear},
      {"softplus", "", INPUTS(normal({2, 3})), CALL(softplus(in[0]))},
      {"clamp", "both sides", INPUTS(distinct({2, 3})), CALL(clamp(in[0], 0.3, 0.9)), linear},
      {"maximum", "equal", INPUTS(distinct({2, 3}), distinct({2, 3}) + 0.1), CALL(maximum(in[0], in[1])),
       linear},
      {"maximum", "columns", INPUTS(distinct({2, 3}), distinct({2, 1}) + 0.6), CALL(maximum(in[0], in[1])),
       linear},
      {"minimum", "equal", INPUTS(distinct({2, 3}), distinct({2, 3}) + 0.1), CALL(minimum(in[0], in[1])),
       linear},
      {"where", "equal", INPUTS(normal({2, 3}), normal({2, 3})),
       CALL(where(tensor({{1, 0, 1}, {0, 0, 1}}), in[0], in[1])), linear},
      {"where", "all broadcast", INPUTS(normal({2, 1}), normal({})),
       CALL(where(tensor({1, 0, 1}), in[0], in[1])), linear},

      {"sum", "all", INPUTS(normal({2, 3})), CALL(sum(in[0])), linear},
      {"sum", "middle", INPUTS(normal({2, 3, 2})), CALL(sum(in[0], 1)), linear},
      {"sum", "first and last, kept", INPUTS(normal({2, 3, 2})), CALL(sum(in[0], {0, -1}, keepdim)), linear},
      {"max", "all", INPUTS(distinct({2, 3})), CALL(max(in[0])), linear},
      {"max", "last", INPUTS(distinct({2, 3})), CALL(max(in[0], -1)), linear},
      {"max", "first, kept", INPUTS(distinct({3, 2, 2})), CALL(max(in[0], 0, keepdim)), linear},
      {"max", "smallest", INPUTS(distinct({3, 2})), CALL(min(in[0], 0)), linear},
      {"norm", "last", INPUTS(normal({2, 3})), CALL(norm(in[0], -1))},
      {"norm", "all", INPUTS(normal({2, 3})), CALL(norm(in[0]))},
      {"pow", "variance", INPUTS(normal({2, 3})), CALL(var(in[0], 1))},
      {"norm", "deviation", INPUTS(normal({3, 2})), CALL(stddev(in[0], 0, keepdim))},
      {"logsumexp", "last", INPUTS(normal({2, 3})), CALL(logsumexp(in[0], -1))},
      {"logsumexp", "two axes, kept", INPUTS(normal({2, 3, 2})), CALL(logsumexp(in[0], {0, 2}, keepdim))},
      {"cumsum", "first", INPUTS(normal({3, 2})), CALL(cumsum(in[0], 0)), linear},
      {"cumsum", "middle", INPUTS(normal({2, 3, 2})), CALL(cumsum(in[0], 1)), linear},

      {"mul", "running products", INPUTS(normal({2, 3})), CALL(cumprod(in[0], 1))},
      {"gather", "the largest", INPUTS(distinct({2, 5})), CALL(topk(in[0], 2).values), linear},

      {"reshape", "", INPUTS(normal({2, 3})), CALL(reshape(in[0], {3, -1})), linear},
      {"permute", "three axes", INPUTS(normal({2, 3, 4})), CALL(permute(in[0], {2, 0, 1})), linear},
      {"permute", "transpose", INPUTS(normal({2, 3})), CALL(transpose(in[0])), linear},
      {"slice", "middle", INPUTS(normal({2, 5, 2})), CALL(slice(in[0], 1, 1, 4)), linear},
      {"slice", "to the end", INPUTS(normal({4})), CALL(slice(in[0], 0, -2, 4)), linear},
      {"select", "middle", INPUTS(normal({2, 5, 2})), CALL(select(in[0], 1, -2)), linear},
      {"select", "unstack", INPUTS(normal({2, 3})), CALL(unstack(in[0], 1)[0] * unstack(in[0], 1)[2])},
      {"pad", "both sides", INPUTS(normal({2, 3})), CALL(pad(in[0], 1, 2, 1, 7)), linear},
      {"flip", "", INPUTS(normal({2, 3, 2})), CALL(flip(in[0], 1)), linear},
      {"concat", "first", INPUTS(normal({2, 3}), normal({1, 3})), CALL(concat({in[0], in[1]}, 0)), linear},
      {"concat", "the same twice", INPUTS(normal({2, 3})), CALL(concat({in[0], in[0]}, 1)), linear},
      {"concat", "stack", INPUTS(normal({2, 3}), normal({2, 3})), CALL(stack({in[0], in[1]}, -1)), linear},
      {"concat", "roll", INPUTS(normal({4, 2})), CALL(roll(in[0], -1, 0)), linear},
      {"gather", "a place twice", INPUTS(normal({2, 3})), [ids](Inputs in) { return gather(in[0], 1, ids); },
       linear},
      {"gather", "first axis", INPUTS(normal({3, 2})), [ids](Inputs in) { return gather(in[0], 0, ids); },
       linear},
      {"take", "rows, one twice", INPUTS(normal({3, 2})), [ids](Inputs in) { return take(in[0], ids); },
       linear},
      {"take", "numbers", INPUTS(normal({3})), [ids](Inputs in) { return take(in[0], ids); }, linear},
      {"add_rows", "", INPUTS(normal({3, 2})),
       [ids](Inputs in) { return grad(sum(pow(take(in[0], ids), 2)), {in[0]}, {.create_graph = true})[0]; },
       linear},
      {"scatter_add", "a place twice", INPUTS(normal({2, 3})),
       [ids](Inputs in) {
         return grad(sum(pow(gather(in[0], 1, ids), 2)), {in[0]}, {.create_graph = true})[0];
       },
       linear},

      {"matmul", "matrices", INPUTS(normal({2, 3}), normal({3, 4})), CALL(matmul(in[0], in[1]))},
      {"matmul", "one matrix for all", INPUTS(normal({2, 2, 3}), normal({3, 2})), CALL(matmul(in[0], in[1]))},
      {"matmul", "a product per item", INPUTS(normal({2, 2, 3}), normal({2, 3, 2})),
       CALL(matmul(in[0], in[1]))},
      {"matmul", "the same twice", INPUTS(normal({3, 3})), CALL(matmul(in[0], in[0]))},
      {"softmax", "last", INPUTS(normal({2, 3})), CALL(softmax(in[0]))},
      {"softmax", "first", INPUTS(normal({3, 2})), CALL(softmax(in[0], 0))},
      {"log_softmax", "last", INPUTS(normal({2, 3})), CALL(log_softmax(in[0]))},
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
      {"log_softmax", "middle", INPUTS(normal({2, 3, 2})), CALL(log_softmax(in[0], 1))},
  };
}

}  // namespace op_table
