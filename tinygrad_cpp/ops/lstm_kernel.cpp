#include "tinygrad_cpp/ops/lstm_kernel.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <array>

#include "tinygrad_cpp/array/kernels/copies.hpp"
#include "tinygrad_cpp/array/kernels/parallel.hpp"
#include "tinygrad_cpp/array/kernels/products.hpp"
#include "tinygrad_cpp/array/kernels/reductions.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace lstm_kernel {
namespace {

using Row = Eigen::Map<Eigen::Array<Real, Eigen::Dynamic, 1>>;
using ConstRow = Eigen::Map<const Eigen::Array<Real, Eigen::Dynamic, 1>>;

/// Copies `count` numbers, or writes zeros where an item is not real.
void copy_real(const Real* from, std::int64_t count, Real* to, bool is_real) {
  if (is_real)
    std::copy_n(from, count, to);
  else
    std::fill_n(to, count, Real(0));
}

/// Copies x [B,T,D] into the inputs (inwards), or [T,B,D] to [B,T,D]; 0 where an item is not real.
void reorder(const Real* from, Real* to, const Trace& trace, bool inwards) {
  const std::int64_t features = trace.features, width = inwards ? trace.width() : features;
  parallel_for(trace.steps, trace.batch * features, [=, &trace](std::int64_t begin, std::int64_t end) {
    for (int k = static_cast<int>(begin); k < end; ++k)
      for (std::int64_t item = 0; item < trace.batch; ++item) {
        const std::int64_t outer = trace.outer_row(k, item) * features,
                           inner = (std::int64_t{k} * trace.batch + item) * width;
        copy_real(from + (inwards ? outer : inner), features, to + (inwards ? inner : outer),
                  trace.is_real(k, item));
      }
  });
}

/// The right factor of a step's product: [Wx; Wh], or only Wh.
Array step_weights(const Tensor& weight_x, const Tensor& weight_h, bool with_x) {
  return with_x ? kernels::concat(std::array{weight_x.array(), weight_h.array()}, 0) : weight_h.array();
}

/// Makes the arrays of a pass, and what can be computed before the recurrence.
void prepare(const Array& x, Pass& pass) {
  Trace& trace = pass.trace;
  const int batch = trace.batch, steps = trace.steps, features = trace.features, hidden = trace.hidden,
            kept = trace.kept ? steps : 1;
  trace.inputs = Array({kept, batch, trace.width()});
  trace.gates = Array({kept, batch, 4 * hidden});
  trace.c = Array({kept, batch, hidden});
  if (trace.kept) trace.tanh_c = Array({steps, batch, hidden});
  pass.out = Array({2, batch, steps, hidden});
  pass.step_weights = step_weights(pass.weights.weight_x, pass.weights.weight_h, trace.takes_x());
  Real* inputs = trace.inputs.mutable_data();
  for (std::int64_t item = 0; item < batch; ++item)
    std::copy_n(pass.start.h.array().data() + item * hidden, hidden,
                inputs + item * trace.width() + features);
  std::copy_n(pass.start.c.array().data(), std::int64_t{batch} * hidden, trace.c.mutable_data());
  if (trace.takes_x()) return;
  const std::int64_t rows = std::int64_t{steps} * batch;
  if (trace.kept)
    reorder(x.data(), inputs, trace, true);
  else
    pass.from_x = Array({batch, steps, 4 * hidden});
  Real* to = (trace.kept ? trace.gates : pass.from_x).mutable_data();
  parallel_for(rows, 4 * hidden,
               [=, bias = pass.weights.bias.array().data()](std::int64_t row, std::int64_t end) {
                 for (; row < end; ++row) std::copy_n(bias, 4 * hidden, to + row * 4 * hidden);
               });
  kernels::add_product(to,
                       trace.kept ? kernels::Matrix(inputs, rows, trace.width()).part(0, rows, 0, features)
                                  : kernels::Matrix(x.data(), rows, features),
                       {pass.weights.weight_x.array().data(), features, 4 * hidden});
}

/// Runs items [first, last) of a pass through all steps.
void run(const Array& x, Pass& pass, std::int64_t first, std::int64_t last) {
  Trace& trace = pass.trace;
  const int steps = trace.steps, features = trace.features, hidden = trace.hidden, width = trace.width();
  // The last columns of the inputs are h, the columns before it x.
  const int columns = pass.step_weights.dim(0);
  const kernels::Matrix weight(pass.step_weights.data(), columns, 4 * hidden);
  const Real* bias = pass.weights.bias.array().data();
  Real *inputs = trace.inputs.mutable_data(), *gates = trace.gates.mutable_data();
  Real *c = trace.c.mutable_data(), *out_h = pass.out.mutable_data(), *out_c = out_h + pass.out.size() / 2;
  for (int k = 0; k < steps; ++k) {
    for (std::int64_t item = first; item < last; ++item) {
      const std::int64_t row = trace.row(k, item), outer = trace.outer_row(k, item);
      if (trace.takes_x())
        copy_real(x.data() + outer * features, features, inputs + row * width, trace.is_real(k, item));
      if (trace.takes_x() || pass.from_x.defined())
        std::copy_n(trace.takes_x() ? bias : pass.from_x.data() + outer * 4 * hidden, 4 * hidden,
                    gates + row * 4 * hidden);
    }
    const std::int64_t row = trace.row(k, first), rows = last - first;
    const kernels::Matrix all_columns(inputs + row * width, rows, width);
    kernels::add_product(gates + row * 4 * hidden, all_columns.part(0, rows, width - columns, columns),
                         weight);
    for (std::int64_t item = first; item < last; ++item) {
      const std::int64_t at = trace.row(k, item) * hidden, outer = trace.outer_row(k, item) * hidden;
      Row h_after(out_h + outer, hidden), c_after(out_c + outer, hidden),
          tanh_after(trace.kept ? trace.tanh_c.mutable_data() + at : h_after.data(), hidden);
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
      // The state of an item that has ended, or not begun, does not change.
      const std::int64_t next = trace.row(k + 1, item);
      const Real* h = inputs + trace.row(k, item) * width + features;
      std::copy_n(is_real ? h_after.data() : h, hidden, inputs + next * width + features);
      std::copy_n(is_real ? c_after.data() : c_before.data(), hidden, c + next * hidden);
    }
  }
}

}  // namespace

Pass::Pass(const Tensor& x, const LSTMWeights& w, const LSTMStart& s, const std::vector<int>& lengths,
           bool reverse)
    : weights(w),
      start(s),
      trace{.batch = x.dim(0),
            .steps = x.rank() == 2 ? 1 : x.dim(1),
            .features = x.dim(-1),
            .hidden = w.weight_h.dim(0),
            .lengths = lengths,
            .reverse = reverse,
            .kept = is_recording()} {
  const auto needs = [](const Tensor& input) { return input.requires_grad(); };
  trace.kept = trace.kept && (needs(x) || needs(w.weight_x) || needs(w.weight_h) || needs(w.bias) ||
                              needs(s.h) || needs(s.c));
}

void forward(const Array& x, std::span<Pass> passes) {
  for (Pass& pass : passes) prepare(x, pass);
  const Trace& trace = passes[0].trace;
  const std::int64_t batch = trace.batch, all = std::ssize(passes) * batch;
  // Items are independent, so each thread runs some of them through all steps.
  parallel_for(all, trace.work_of_item(), [=, &x](std::int64_t begin, std::int64_t end) {
    while (begin < end) {
      const std::int64_t pass = begin / batch, first = begin % batch,
                         last = std::min(batch, first + end - begin);
      run(x, passes[static_cast<std::size_t>(pass)], first, last);
      begin += last - first;
    }
  });
}

void backward(InputGradients& to, const Array& up, const Trace& trace, Inputs in) {
  const int batch = trace.batch, steps = trace.steps, features = trace.features, hidden = trace.hidden;
  const std::int64_t all = std::int64_t{batch} * hidden;
  const Real *up_h = up.data(), *up_c = up_h + steps * all;
  const bool with_x = trace.takes_x() && to.needs(0);
  const Array weight = step_weights(in[1], in[2], with_x);
  const std::int64_t columns = weight.dim(0), before_h = columns - hidden;
  // The gradients of one step's inputs, x (if with_x) and h, and those of all gates.
  Array d_inputs({batch, weight.dim(0)}, 0), d_c({batch, hidden}, 0), d_gates({steps, batch, 4 * hidden});
  Array d_x = with_x ? Array(in[0].shape()) : Array();
  Real *d_input = d_inputs.mutable_data(), *dc = d_c.mutable_data(), *d_gate = d_gates.mutable_data();
  Real* dx = with_x ? d_x.mutable_data() : nullptr;
  // Transposed once, so that each step's product reads contiguous rows. (For a single row, dot products are
  // faster.)
  const Array transposed = batch == 1 ? weight : kernels::permute(weight, std::array{1, 0});
  const kernels::Matrix back = batch == 1 ? kernels::Matrix(weight.data(), columns, 4 * hidden).transposed()
                                          : kernels::Matrix(transposed.data(), 4 * hidden, columns);
  parallel_for(batch, 2 * trace.work_of_item(), [=, &trace](std::int64_t first, std::int64_t last) {
    for (int k = steps - 1; k >= 0; --k) {
      for (std::int64_t item = first; item < last; ++item) {
        std::fill_n(d_input + item * columns, before_h, Real(0));
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
        Row dh_now(d_input + item * columns + before_h, hidden), dc_now(dc + item * hidden, hidden);
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
        dh_now = 0;  // h_before acts only through the gates
      }
      // gates = (x Wx) + h_before Wh + b. An item that has ended adds nothing: its gates' gradient is 0.
      kernels::add_product(d_input + first * columns,
                           {d_gate + 4 * (k * all + first * hidden), last - first, 4 * hidden}, back);
      if (dx != nullptr)
        for (std::int64_t item = first; item < last; ++item)
          copy_real(d_input + item * columns, features, dx + trace.outer_row(k, item) * features,
                    trace.is_real(k, item));
    }
  });
  // gates = x Wx + h_before Wh + b, over all steps at once
  const int rows = steps * batch;
  const Array gates = d_gates.reshaped({rows, 4 * hidden}),
              inputs = trace.inputs.reshaped({rows, trace.width()});
  if (to.needs(0) && !with_x) {
    d_x = Array(in[0].shape());
    reorder(kernels::matmul(gates, false, in[1].array(), true).data(), d_x.mutable_data(), trace, false);
  }
  if (to.needs(0)) to.add(0, Tensor(std::move(d_x)));
  const auto add_weight = [&](std::size_t i, int start, int stop) {
    if (to.needs(i)) to.add_product(i, kernels::slice(inputs, 1, start, stop), true, gates, false);
  };
  if (rows < 4 * hidden) {  // one product each, of its columns of the inputs
    add_weight(1, 0, features);
    add_weight(2, features, trace.width());
  } else if (to.needs(1) || to.needs(2)) {  // one product for both: copies less
    const Array both = kernels::matmul(inputs, true, gates, false);
    if (to.needs(1)) to.add(1, Tensor(kernels::slice(both, 0, 0, features)));
    if (to.needs(2)) to.add(2, Tensor(kernels::slice(both, 0, features, trace.width())));
  }
  if (to.needs(3)) to.add(3, Tensor(kernels::sum_to(d_gates, in[3].shape())));
  to.add(4, Tensor(with_x ? kernels::slice(d_inputs, 1, features, trace.width()) : std::move(d_inputs)));
  to.add(5, Tensor(std::move(d_c)));
}

}}}  // namespace tg::lstm_kernel
