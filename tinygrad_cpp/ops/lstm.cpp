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
  Array h = {};       // [T+1,B,H], before and after each step
  Array c = {};       // [T+1,B,H]
  Array tanh_c = {};  // [T,B,H], after each step

  /// The place in time of step k, and whether an item is real there.
  int time(int k) const { return reverse ? steps - 1 - k : k; }
  bool is_real(int k, std::int64_t item) const {
    return lengths.empty() || time(k) < lengths[static_cast<std::size_t>(item)];
  }
};

/// [B,T,width] at `from` to [T,B,width] in the order of reading, 0 where an item has ended.
Array by_step(const Array& from, const Trace& trace, int width) {
  const Shape shape{trace.steps, trace.batch, width};
  if ((trace.batch == 1 || trace.steps == 1) && trace.lengths.empty() && !trace.reverse)
    return from.reshaped(shape);  // the same memory
  Array to(shape, 0);
  Real* q = to.mutable_data();
  for (int k = 0; k < trace.steps; ++k)
    for (int item = 0; item < trace.batch; ++item, q += width)
      if (trace.is_real(k, item))
        std::copy_n(from.data() + (std::int64_t{item} * trace.steps + trace.time(k)) * width, width, q);
  return to;
}

/// The way back: [T,B,width] to [B,T,width] at `to`, 0 where an item has ended.
void by_item(const Real* from, const Trace& trace, int width, Real* to) {
  for (int k = 0; k < trace.steps; ++k)
    for (int item = 0; item < trace.batch; ++item, from += width) {
      Real* q = to + (std::int64_t{item} * trace.steps + trace.time(k)) * width;
      if (trace.is_real(k, item))
        std::copy_n(from, width, q);
      else
        std::fill_n(q, width, Real(0));
    }
}

/// What one item costs, in simple operations.
std::int64_t work_of_item(const Trace& trace) {
  return std::int64_t{trace.steps} * trace.hidden * trace.hidden / 4;
}

/// Runs the recurrence, and gives h and c as [2,B,T,H].
Array forward(const Tensor& x, const LSTMWeights& weights, const LSTMStart& start, Trace& trace) {
  const int batch = trace.batch, steps = trace.steps, hidden = trace.hidden;
  const std::int64_t all = std::int64_t{batch} * hidden;
  trace.x = by_step(x.array(), trace, trace.features);
  trace.gates = Array({steps, batch, 4 * hidden});
  trace.h = Array({steps + 1, batch, hidden});
  trace.c = Array({steps + 1, batch, hidden});
  trace.tanh_c = Array({steps, batch, hidden});
  Real *gates = trace.gates.mutable_data(), *tanh_c = trace.tanh_c.mutable_data();
  Real *h = trace.h.mutable_data(), *c = trace.c.mutable_data();
  const Real* weight_h = weights.weight_h.array().data();
  std::copy_n(start.h.array().data(), all, h);
  std::copy_n(start.c.array().data(), all, c);
  for (std::int64_t row = 0; row < std::int64_t{steps} * batch; ++row)
    std::copy_n(weights.bias.array().data(), 4 * hidden, gates + row * 4 * hidden);
  kernels::add_product(gates, {trace.x.data(), std::int64_t{steps} * batch, trace.features},
                       {weights.weight_x.array().data(), trace.features, 4 * hidden});
  // Items do not meet, so each thread takes some of them through all steps.
  parallel_for(batch, work_of_item(trace), [=, &trace](std::int64_t first, std::int64_t last) {
    for (int k = 0; k < steps; ++k) {
      const std::int64_t from = k * all + first * hidden;
      kernels::add_product(gates + 4 * from, {h + from, last - first, hidden},
                           {weight_h, hidden, 4 * hidden});
      for (std::int64_t at = from, item = first; item < last; ++item, at += hidden) {
        if (!trace.is_real(k, item)) {  // the state waits
          std::copy_n(h + at, hidden, h + at + all);
          std::copy_n(c + at, hidden, c + at + all);
          continue;
        }
        Real* gate = gates + 4 * at;
        Row i(gate, hidden), f(gate + hidden, hidden), g(gate + 2 * hidden, hidden),
            o(gate + 3 * hidden, hidden), i_and_f(gate, 2 * hidden);
        i_and_f = i_and_f.logistic();
        g = g.tanh();
        o = o.logistic();
        Row c_next(c + at + all, hidden), tanh_next(tanh_c + at, hidden);
        c_next = f * ConstRow(c + at, hidden) + i * g;
        tanh_next = c_next.tanh();
        Row(h + at + all, hidden) = o * tanh_next;
      }
    }
  });
  Array out({2, batch, steps, hidden});
  by_item(trace.h.data() + all, trace, hidden, out.mutable_data());
  by_item(trace.c.data() + all, trace, hidden, out.mutable_data() + steps * all);
  return out;
}

/// The gradients of x, weight_x, weight_h, bias and the start's h and c, from the gradient `up` of forward's result.
std::vector<Tensor> backward(const Array& up, const Trace& trace, Inputs in) {
  const int batch = trace.batch, steps = trace.steps, hidden = trace.hidden;
  const std::int64_t all = std::int64_t{batch} * hidden, rows = std::int64_t{steps} * batch;
  const Array both = up.reshaped({2, batch, steps, hidden});
  const Array up_h = by_step(kernels::slice(both, 0, 0, 1), trace, hidden);
  const Array up_c = by_step(kernels::slice(both, 0, 1, 2), trace, hidden);
  Array d_h({batch, hidden}, 0), d_c({batch, hidden}, 0), d_gates({steps, batch, 4 * hidden}, 0);
  Real *dh = d_h.mutable_data(), *dc = d_c.mutable_data(), *d_gate = d_gates.mutable_data();
  // Turned once, so that a step's product reads it along its rows. (A single row is better off with dot products.)
  const Array& weight_h = in[2].array();
  const Array turned_h = batch == 1 ? weight_h : kernels::permute(weight_h, std::array{1, 0});
  const kernels::Matrix back = batch == 1 ? kernels::Matrix(weight_h.data(), hidden, 4 * hidden).turned()
                                          : kernels::Matrix(turned_h.data(), 4 * hidden, hidden);
  parallel_for(batch, 2 * work_of_item(trace),
               [=, &trace, &up_h, &up_c](std::int64_t first, std::int64_t last) {
                 for (int k = steps - 1; k >= 0; --k) {
                   for (std::int64_t item = first; item < last; ++item) {
                     if (!trace.is_real(k, item)) continue;
                     const std::int64_t here = k * all + item * hidden;
                     const Real* gate = trace.gates.data() + 4 * here;
                     const ConstRow i(gate, hidden), f(gate + hidden, hidden), g(gate + 2 * hidden, hidden),
                         o(gate + 3 * hidden, hidden);
                     const ConstRow tanh_c(trace.tanh_c.data() + here, hidden),
                         c_before(trace.c.data() + here, hidden);
                     Real* d = d_gate + 4 * here;
                     Row d_i(d, hidden), d_f(d + hidden, hidden), d_g(d + 2 * hidden, hidden),
                         d_o(d + 3 * hidden, hidden);
                     Row dh_now(dh + item * hidden, hidden), dc_now(dc + item * hidden, hidden);
                     dh_now += ConstRow(up_h.data() + here, hidden);
                     dc_now += ConstRow(up_c.data() + here, hidden);
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
                                        {d_gate + 4 * (k * all + first * hidden), last - first, 4 * hidden},
                                        back);
                 }
               });
  // gates = x Wx + h_before Wh + b, over all steps at once
  const kernels::Matrix gates(d_gates.data(), rows, 4 * hidden), x(trace.x.data(), rows, trace.features),
      h_before(trace.h.data(), rows, hidden), weight_x(in[1].array().data(), trace.features, 4 * hidden);
  std::vector<Tensor> gradients(in.size());
  if (in[0].requires_grad()) {
    Array by_steps(trace.x.shape(), 0), d_x(in[0].shape());
    kernels::add_product(by_steps.mutable_data(), gates, weight_x.turned());
    by_item(by_steps.data(), trace, trace.features, d_x.mutable_data());
    gradients[0] = Tensor(std::move(d_x));
  }
  const auto weight_gradient = [&](std::size_t i, const kernels::Matrix& before) {
    if (!in[i].requires_grad()) return;
    Array* sum = gradient_sum(i);  // a cell in a loop has one array for all steps
    Array fresh = sum == nullptr ? Array(in[i].shape(), 0) : Array();
    kernels::add_product((sum == nullptr ? fresh : *sum).mutable_data(), before.turned(), gates);
    if (sum == nullptr) gradients[i] = Tensor(std::move(fresh));
  };
  weight_gradient(1, x);
  weight_gradient(2, h_before);
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
