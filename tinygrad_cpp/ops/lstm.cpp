#include "tinygrad_cpp/ops/lstm.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <array>

#include "tinygrad_cpp/array/kernels.hpp"
#include "tinygrad_cpp/array/parallel.hpp"
#include "tinygrad_cpp/autograd/backward.hpp"
#include "tinygrad_cpp/autograd/record.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/ops/matmul.hpp"
#include "tinygrad_cpp/ops/movement.hpp"
#include "tinygrad_cpp/ops/pointwise.hpp"

namespace tg::inline TG_REAL_NAMESPACE {
namespace {

void check(const Tensor& x, const LSTMWeights& weights, const LSTMStart& start,
           const std::vector<int>& lengths) {
  const Tensor &weight_x = weights.weight_x, &weight_h = weights.weight_h, &bias = weights.bias;
  const int hidden = weight_h.rank() == 2 ? weight_h.dim(0) : 0, gates = 4 * hidden;
  if (hidden == 0 || weight_h.dim(1) != gates || weight_x.rank() != 2 || weight_x.dim(1) != gates ||
      bias.shape() != Shape{gates})
    fail("lstm", "weights are {}, {} and bias {}; [D,4H], [H,4H] and [4H] are needed", weight_x.shape(),
         weight_h.shape(), bias.shape());
  if (x.rank() != 2 && x.rank() != 3)
    fail("lstm", "the input has shape {}; [B,T,D] is needed, or [B,D] for one step", x.shape());
  const int batch = x.dim(0), features = weights.weight_x.dim(0);
  if (x.dim(-1) != features)
    fail("lstm", "the input has shape {}, its last axis {} features; this layer takes {}", x.shape(),
         x.dim(-1), features);
  for (const Tensor* state : {&start.h, &start.c})
    if (state->shape() != Shape{batch, hidden})
      fail("lstm", "the initial state has shape {}; [{}, {}] is needed, a row per item", state->shape(),
           batch, hidden);
  if (x.rank() == 3 && x.dim(1) == 0)
    fail("lstm", "the input has shape {}: no steps; at least one is needed", x.shape());
  if (lengths.empty()) return;
  if (x.rank() == 2)
    fail("lstm", "lengths were given for a single step [B,D]; they belong to a sequence [B,T,D]");
  if (static_cast<int>(lengths.size()) != batch)
    fail("lstm", "{} lengths for a batch of {}; one per item is needed", lengths.size(), batch);
  for (std::size_t item = 0; item < lengths.size(); ++item)
    if (lengths[item] < 1 || lengths[item] > x.dim(1))
      fail("lstm", "item {} has length {}; lengths go from 1 to the {} steps of the input", item,
           lengths[item], x.dim(1));
}

/// Both halves of the state after one step, from the input's share of the gates [B,4H].
struct Step {
  Tensor h, c;
};

Step step(const Tensor& input_gates, const Step& before, const LSTMWeights& weights) {
  const Tensor gates = input_gates + matmul(before.h, weights.weight_h);  // [B,4H]
  const int hidden = gates.dim(1) / 4;
  const auto gate = [&](int k) { return slice(gates, 1, k * hidden, (k + 1) * hidden); };  // [B,H]
  const Tensor c = sigmoid(gate(1)) * before.c + sigmoid(gate(0)) * tanh(gate(2));
  return {sigmoid(gate(3)) * tanh(c), c};
}

/// 1 where an item is real, [B,T,1].
Tensor real_steps(const std::vector<int>& lengths, int steps) {
  std::vector<Real> real;
  for (int length : lengths)
    for (int t = 0; t < steps; ++t) real.push_back(t < length ? Real(1) : Real(0));
  return Tensor({static_cast<int>(lengths.size()), steps, 1}, real);
}

// The fused kernel. Steps are numbered in the order of reading, and a step's items stand side by side, [T,B,..], so
// that each step is one product and one pass over neighbouring memory.

using Row = Eigen::Map<Eigen::Array<Real, Eigen::Dynamic, 1>>;
using ConstRow = Eigen::Map<const Eigen::Array<Real, Eigen::Dynamic, 1>>;

/// What the forward pass keeps for the backward pass.
struct Trace {
  int batch, steps, features, hidden;
  std::vector<int> lengths;
  bool reverse;
  Array x = {};       // [T,B,D], 0 where an item has ended
  Array gates = {};   // [T,B,4H] i f g o, after their activation
  Array h = {};       // [T,B,H], before each step
  Array c = {};       // [T,B,H], likewise
  Array tanh_c = {};  // [T,B,H], after each step

  /// The place in time of step k, and whether an item is real there.
  int time(int k) const { return reverse ? steps - 1 - k : k; }
  bool is_real(int k, std::int64_t item) const {
    return lengths.empty() || time(k) < lengths[static_cast<std::size_t>(item)];
  }
  /// The row of [B,T,..] that holds step k of an item.
  std::int64_t outer_row(int k, std::int64_t item) const { return item * steps + time(k); }
  /// What one item costs, in simple operations.
  std::int64_t work_of_item() const { return std::int64_t{steps} * hidden * hidden / 4; }
};

/// Rows [B,T,D] in the order of reading, [T,B,D], or (not `by_step`) from there back; of `shape`, 0 where an item is not real.
Array reordered(const Array& rows, const Trace& trace, bool by_step, const Shape& shape) {
  if ((trace.batch == 1 || trace.steps == 1) && trace.lengths.empty() && !trace.reverse)
    return rows.reshaped(shape);  // the same memory
  Array result(shape);
  const std::int64_t width = trace.features;
  const Real* from = rows.data();
  Real* to = result.mutable_data();
  parallel_for(trace.steps, trace.batch * width, [=, &trace](std::int64_t begin, std::int64_t end) {
    for (int k = static_cast<int>(begin); k < end; ++k)
      for (std::int64_t item = 0; item < trace.batch; ++item) {
        const std::int64_t outer = trace.outer_row(k, item) * width,
                           inner = (std::int64_t{k} * trace.batch + item) * width;
        Real* q = to + (by_step ? inner : outer);
        if (trace.is_real(k, item))
          std::copy_n(from + (by_step ? outer : inner), width, q);
        else
          std::fill_n(q, width, Real(0));
      }
  });
  return result;
}

/// Runs the recurrence, and gives h and c as [2,B,T,H].
Array forward(const Tensor& x, const LSTMWeights& weights, const LSTMStart& start, Trace& trace) {
  const int batch = trace.batch, steps = trace.steps, hidden = trace.hidden;
  const std::int64_t all = std::int64_t{batch} * hidden, rows = std::int64_t{steps} * batch;
  trace.x = reordered(x.array(), trace, true, {steps, batch, trace.features});
  trace.gates = Array({steps, batch, 4 * hidden});
  trace.h = Array({steps, batch, hidden});
  trace.c = Array({steps, batch, hidden});
  trace.tanh_c = Array({steps, batch, hidden});
  Real *gates = trace.gates.mutable_data(), *tanh_c = trace.tanh_c.mutable_data();
  Real *h = trace.h.mutable_data(), *c = trace.c.mutable_data();
  const Real* weight_h = weights.weight_h.array().data();
  std::copy_n(start.h.array().data(), all, h);
  std::copy_n(start.c.array().data(), all, c);
  parallel_for(rows, 4 * hidden, [=, bias = weights.bias.array().data()](std::int64_t row, std::int64_t end) {
    for (; row < end; ++row) std::copy_n(bias, 4 * hidden, gates + row * 4 * hidden);
  });
  kernels::add_product(gates, {trace.x.data(), rows, trace.features},
                       {weights.weight_x.array().data(), trace.features, 4 * hidden});
  Array out({2, batch, steps, hidden});
  Real *out_h = out.mutable_data(), *out_c = out_h + steps * all;
  // Items do not meet, so each thread takes some of them through all steps.
  parallel_for(batch, trace.work_of_item(), [=, &trace](std::int64_t first, std::int64_t last) {
    for (int k = 0; k < steps; ++k) {
      const std::int64_t from = k * all + first * hidden;
      kernels::add_product(gates + 4 * from, {h + from, last - first, hidden},
                           {weight_h, hidden, 4 * hidden});
      for (std::int64_t at = from, item = first; item < last; ++item, at += hidden) {
        const std::int64_t outer = trace.outer_row(k, item) * hidden;
        Row h_after(out_h + outer, hidden), c_after(out_c + outer, hidden), tanh_after(tanh_c + at, hidden);
        const ConstRow c_before(c + at, hidden);
        const bool is_real = trace.is_real(k, item);
        if (is_real) {
          Real* gate = gates + 4 * at;
          Row i(gate, hidden), f(gate + hidden, hidden), g(gate + 2 * hidden, hidden),
              o(gate + 3 * hidden, hidden);
          Row(gate, 2 * hidden) = Row(gate, 2 * hidden).logistic();  // i and f
          g = g.tanh();
          o = o.logistic();
          c_after = f * c_before + i * g;
          tanh_after = c_after.tanh();
          h_after = o * tanh_after;
        } else {
          h_after = 0;
          c_after = 0;
        }
        if (k + 1 == steps) continue;
        // An item that has ended, or not begun, waits.
        std::copy_n(is_real ? h_after.data() : h + at, hidden, h + at + all);
        std::copy_n(is_real ? c_after.data() : c + at, hidden, c + at + all);
      }
    }
  });
  return out;
}

/// The gradients of x, weight_x, weight_h, bias and the start's h and c, from the gradient `up` of forward's result.
std::vector<Tensor> backward(const Array& up, const Trace& trace, Inputs in) {
  const int batch = trace.batch, steps = trace.steps, hidden = trace.hidden;
  const std::int64_t all = std::int64_t{batch} * hidden;
  const Real *up_h = up.data(), *up_c = up_h + steps * all;
  Array d_h({batch, hidden}, 0), d_c({batch, hidden}, 0), d_gates({steps, batch, 4 * hidden});
  Real *dh = d_h.mutable_data(), *dc = d_c.mutable_data(), *d_gate = d_gates.mutable_data();
  // Turned once, so that a step's product reads it along its rows. (A single row is better off with dot products.)
  const Array& weight_h = in[2].array();
  const Array turned_h = batch == 1 ? weight_h : kernels::permute(weight_h, std::array{1, 0});
  const kernels::Matrix back = batch == 1 ? kernels::Matrix(weight_h.data(), hidden, 4 * hidden).turned()
                                          : kernels::Matrix(turned_h.data(), 4 * hidden, hidden);
  parallel_for(batch, 2 * trace.work_of_item(), [=, &trace](std::int64_t first, std::int64_t last) {
    for (int k = steps - 1; k >= 0; --k) {
      for (std::int64_t item = first; item < last; ++item) {
        const std::int64_t here = k * all + item * hidden, outer = trace.outer_row(k, item) * hidden;
        if (!trace.is_real(k, item)) {
          std::fill_n(d_gate + 4 * here, 4 * hidden, Real(0));
          continue;
        }
        const Real* gate = trace.gates.data() + 4 * here;
        const ConstRow i(gate, hidden), f(gate + hidden, hidden), g(gate + 2 * hidden, hidden),
            o(gate + 3 * hidden, hidden);
        const ConstRow tanh_c(trace.tanh_c.data() + here, hidden), c_before(trace.c.data() + here, hidden);
        Real* d = d_gate + 4 * here;
        Row d_i(d, hidden), d_f(d + hidden, hidden), d_g(d + 2 * hidden, hidden), d_o(d + 3 * hidden, hidden);
        Row dh_now(dh + item * hidden, hidden), dc_now(dc + item * hidden, hidden);
        dh_now += ConstRow(up_h + outer, hidden);
        dc_now += ConstRow(up_c + outer, hidden);
        // h = o tanh(c)
        d_o = dh_now * tanh_c * o * (1 - o);
        dc_now += dh_now * o * (1 - tanh_c * tanh_c);
        // c = f c_before + i g
        d_i = dc_now * g * i * (1 - i);
        d_f = dc_now * c_before * f * (1 - f);
        d_g = dc_now * i * (1 - g * g);
        dc_now *= f;
        dh_now = 0;  // h_before acts through the gates alone
      }
      // gates = .. + h_before Wh. An item that has ended adds nothing here: its gradient waits.
      kernels::add_product(dh + first * hidden,
                           {d_gate + 4 * (k * all + first * hidden), last - first, 4 * hidden}, back);
    }
  });
  // gates = x Wx + h_before Wh + b, over all steps at once
  const int rows = steps * batch;
  const Array gates = d_gates.reshaped({rows, 4 * hidden});
  std::vector<Tensor> gradients(in.size());
  if (in[0].requires_grad()) {
    const Array d_x = kernels::matmul(gates, false, in[1].array(), true);
    gradients[0] = Tensor(reordered(d_x, trace, false, in[0].shape()));
  }
  const auto weight_gradient = [&](std::size_t i, const Array& before) {
    if (!in[i].requires_grad() || add_product_later(i, before, gates)) return;
    const Array from = before.reshaped({rows, before.dim(-1)});
    if (Array* sum = gradient_sum(i))  // a cell in a loop has one array for all steps
      kernels::add_matmul(*sum, from, true, gates, false);
    else
      gradients[i] = Tensor(kernels::matmul(from, true, gates, false));
  };
  weight_gradient(1, trace.x);
  weight_gradient(2, trace.h);
  if (in[3].requires_grad()) gradients[3] = Tensor(kernels::sum_to(d_gates, in[3].shape()));
  gradients[4] = Tensor(std::move(d_h));
  gradients[5] = Tensor(std::move(d_c));
  return gradients;
}

/// Gradients that can be differentiated again: the twin's, run on stand-ins of the inputs. Without them an input that
/// was made from another one would pass that one's share on too, and it would count twice.
std::vector<Tensor> differentiable_backward(const Tensor& up, const Trace& trace, Inputs in) {
  std::vector<Tensor> own, wanted;
  for (const Tensor& input : in) {
    own.push_back(input.clone());
    if (input.requires_grad()) wanted.push_back(own.back());
  }
  const Tensor y =
      lstm_of_operations(own[0], {own[1], own[2], own[3]}, {own[4], own[5]}, trace.lengths, trace.reverse);
  std::vector<Tensor> found = grad(y, wanted, {.create_graph = true, .zero_if_unused = true, .upstream = up});
  std::vector<Tensor> gradients;
  auto next = found.begin();
  for (const Tensor& input : in) gradients.push_back(input.requires_grad() ? *next++ : Tensor());
  return gradients;
}

}  // namespace

Tensor lstm_of_operations(const Tensor& x, const LSTMWeights& weights, const LSTMStart& start,
                          const std::vector<int>& lengths, bool reverse) {
  check(x, weights, start, lengths);
  Step state{start.h, start.c};
  if (x.rank() == 2) {
    state = step(matmul(x, weights.weight_x) + weights.bias, state, weights);
    return stack({state.h, state.c}, 0);
  }
  const int steps = x.dim(1);
  std::vector<Tensor> masks;
  Tensor real_x = x;
  if (!lengths.empty()) {
    const Tensor real = real_steps(lengths, steps);
    masks = unstack(real, 1);  // T of [B,1]
    // Chosen before any arithmetic, so that a NaN in the padding reaches neither value nor gradient.
    real_x = where(real, x, 0);
  }
  const std::vector<Tensor> inputs =
      unstack(matmul(real_x, weights.weight_x) + weights.bias, 1);  // T of [B,4H]
  std::vector<Tensor> h(inputs.size()), c(inputs.size());
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    const std::size_t t = reverse ? inputs.size() - 1 - k : k;
    const Step next = step(inputs[t], state, weights);
    if (masks.empty()) {
      h[t] = next.h, c[t] = next.c;
      state = next;
    } else {
      h[t] = where(masks[t], next.h, 0), c[t] = where(masks[t], next.c, 0);
      state = {where(masks[t], next.h, state.h), where(masks[t], next.c, state.c)};
    }
  }
  return stack({stack(h, 1), stack(c, 1)}, 0);
}

Tensor lstm(const Tensor& x, const LSTMWeights& weights, const LSTMStart& start,
            const std::vector<int>& lengths, bool reverse) {
  check(x, weights, start, lengths);
  const bool one_step = x.rank() == 2;
  Trace trace{.batch = x.dim(0),
              .steps = one_step ? 1 : x.dim(1),
              .features = x.dim(-1),
              .hidden = weights.weight_h.dim(0),
              .lengths = lengths,
              .reverse = reverse};
  Array value = forward(x, weights, start, trace);
  if (one_step) value = value.reshaped({2, x.dim(0), weights.weight_h.dim(0)});
  return record("lstm", std::move(value),
                {x, weights.weight_x, weights.weight_h, weights.bias, start.h, start.c},
                [trace = std::move(trace)](auto& g, auto&, auto in) {
                  return is_recording() ? differentiable_backward(g, trace, in)
                                        : backward(g.array(), trace, in);
                });
}

}  // namespace tg::inline TG_REAL_NAMESPACE
