// The arithmetic of the workloads by hand: loops, Eigen's vectors and the engine's product. No graph, nothing
// general, and no allocation after the start. Time runs in the first axis here ([T,B,D]), which saves copies.
// A step's result is a loss; by_hand.cpp compares it with the engine's.
#pragma once
#include <Eigen/Core>
#include <cmath>
#include <memory>
#include <vector>

#include "tinygrad_cpp/array/kernels/parallel.hpp"
#include "tinygrad_cpp/array/kernels/products.hpp"

namespace by_hand {

using tg::kernels::add_product;
using Factor = tg::kernels::Matrix;
using Numbers = std::vector<float>;
using Row = Eigen::Map<Eigen::ArrayXf>;
using ConstRow = Eigen::Map<const Eigen::ArrayXf>;
using Doubles = Eigen::Map<Eigen::ArrayXd>;

/// All parameters of a model in one array, with Adam (the defaults of optim::Adam).
struct Weights {
  Eigen::ArrayXf value, gradient, m, v;
  int steps = 0;

  explicit Weights(const Numbers& start)
      : value(ConstRow(start.data(), static_cast<Eigen::Index>(start.size()))),
        gradient(Eigen::ArrayXf::Zero(value.size())),
        m(gradient),
        v(gradient) {}

  void adam() {
    ++steps;
    const float first = 1 / (1 - std::pow(0.9f, float(steps))),
                second = 1 / (1 - std::pow(0.999f, float(steps)));
    float* __restrict w = value.data(), * __restrict m_at = m.data(), * __restrict v_at = v.data();
    const float* __restrict g = gradient.data();
    for (Eigen::Index i = 0; i < value.size(); ++i) {
      m_at[i] = 0.9f * m_at[i] + 0.1f * g[i];
      v_at[i] = 0.999f * v_at[i] + 0.001f * g[i] * g[i];
      w[i] -= 1e-3f * (m_at[i] * first) / (std::sqrt(v_at[i] * second) + 1e-8f);
    }
  }
};

/// i, f, g and o of one item from their sums, and c and h from them. tanh_c is kept for the way back.
inline void lstm_step(float* gate, const float* c_before, float* c, float* tanh_c, float* h, int hidden) {
  Row i_f(gate, 2 * hidden), i(gate, hidden), f(gate + hidden, hidden), g(gate + 2 * hidden, hidden),
      o(gate + 3 * hidden, hidden), c_now(c, hidden), tanh_now(tanh_c, hidden);
  i_f = i_f.logistic();
  g = g.tanh();
  o = o.logistic();
  c_now = f * ConstRow(c_before, hidden) + i * g;
  tanh_now = c_now.tanh();
  Row(h, hidden) = o * tanh_now;
}

/// Its way back: from dh and dc, the gradients of the four sums, and dc of the step before.
inline void lstm_step_back(const float* gate, const float* c_before, const float* tanh_c, const float* dh,
                           float* dc, float* d_gate, int hidden) {
  const ConstRow i(gate, hidden), f(gate + hidden, hidden), g(gate + 2 * hidden, hidden),
      o(gate + 3 * hidden, hidden), tanh_now(tanh_c, hidden), dh_now(dh, hidden);
  Row dc_now(dc, hidden);
  Row(d_gate + 3 * hidden, hidden) = dh_now * tanh_now * o * (1 - o);
  dc_now += dh_now * o * (1 - tanh_now * tanh_now);
  Row(d_gate, hidden) = dc_now * g * i * (1 - i);
  Row(d_gate + hidden, hidden) = dc_now * ConstRow(c_before, hidden) * f * (1 - f);
  Row(d_gate + 2 * hidden, hidden) = dc_now * i * (1 - g * g);
  dc_now *= f;
}

template <class Matrix>
Factor factor(const Matrix& rows) {
  return {rows.data(), rows.rows(), rows.cols()};
}
template <class Matrix>
Factor factor(const Eigen::Transpose<Matrix>& columns) {
  return factor(columns.nestedExpression()).transposed();
}

/// bench.cpp's autoencoder of one series: an encoder's state starts a decoder that reads its own output.
template <int T, int D, int H>
class Autoencoder {
  template <int N, int M>
  using Matrix = Eigen::Matrix<float, N, M, Eigen::RowMajor>;
  template <int N, int M>
  using View = Eigen::Map<Matrix<N, M>>;

  /// out += a b, by whichever is faster.
  template <class Out, class A, class B>
  static void add(Out&& out, const A& a, const B& b) {
    if constexpr (H < 16)
      out.noalias() += a * b;
    else
      add_product(out.data(), factor(a), factor(b));
  }

  /// An LSTM's weights, or their gradients, in the array of all.
  struct Cell {
    View<D, 4 * H> x;
    View<H, 4 * H> h;
    View<1, 4 * H> bias;
    explicit Cell(float* at) : x(at), h(at + D * 4 * H), bias(at + (D + H) * 4 * H) {}
  };
  static constexpr int cell = (D + H + 1) * 4 * H;

  /// What `N` steps leave behind. Row k of h and c is the state before step k.
  template <int N>
  struct Trace {
    Matrix<N, 4 * H> gates, d_gates;
    Matrix<N + 1, H> h, c;
    Matrix<N, H> tanh_c;

    void forward(int k) {
      lstm_step(gates.row(k).data(), c.row(k).data(), c.row(k + 1).data(), tanh_c.row(k).data(),
                h.row(k + 1).data(), H);
    }
    void backward(int k, const Matrix<1, H>& dh, Matrix<1, H>& dc) {
      lstm_step_back(gates.row(k).data(), c.row(k).data(), tanh_c.row(k).data(), dh.data(), dc.data(),
                     d_gates.row(k).data(), H);
    }
  };

  struct Memory {
    Matrix<T, D> y, d_y;
    Trace<T> encoder;
    Trace<T - 1> decoder;
  };

 public:
  explicit Autoencoder(const Numbers& start, const Numbers& series)
      : weights_(start),
        memory_(std::make_unique<Memory>()),
        series_(Eigen::Map<const Matrix<T, D>>(series.data())) {}

  float step() {
    float* at = weights_.value.data();
    const Cell encoder(at), decoder(at + cell);
    const View<H, D> readout(at + 2 * cell);
    const View<1, D> readout_bias(at + 2 * cell + H * D);
    auto& [y, d_y, in, out] = *memory_;

    in.gates.rowwise() = encoder.bias;
    add(in.gates, series_, encoder.x);
    in.h.row(0).setZero(), in.c.row(0).setZero();
    for (int k = 0; k < T; ++k) {
      if (k > 0) add(in.gates.row(k), in.h.row(k), encoder.h);
      in.forward(k);
    }
    out.h.row(0) = in.h.row(T), out.c.row(0) = in.c.row(T);
    y.rowwise() = readout_bias;
    add(y.row(0), out.h.row(0), readout);
    out.gates.rowwise() = decoder.bias;
    for (int k = 0; k + 1 < T; ++k) {
      add(out.gates.row(k), y.row(k), decoder.x);
      add(out.gates.row(k), out.h.row(k), decoder.h);
      out.forward(k);
      add(y.row(k + 1), out.h.row(k + 1), readout);
    }
    d_y = (y - series_) * (2.f / (T * D));
    const float loss = (y - series_).squaredNorm() / (T * D);

    float* gradient = weights_.gradient.data();
    Cell d_encoder(gradient), d_decoder(gradient + cell);
    View<H, D> d_readout(gradient + 2 * cell);
    View<1, D> d_readout_bias(gradient + 2 * cell + H * D);
    Matrix<1, H> dh = Matrix<1, H>::Zero(), dc = dh;
    for (int k = T - 2; k >= 0; --k) {
      add(dh, d_y.row(k + 1), readout.transpose());
      out.backward(k, dh, dc);
      add(d_y.row(k), out.d_gates.row(k), decoder.x.transpose());
      dh.setZero();
      add(dh, out.d_gates.row(k), decoder.h.transpose());
    }
    add(dh, d_y.row(0), readout.transpose());
    for (int k = T - 1; k >= 0; --k) {
      in.backward(k, dh, dc);
      dh.setZero();
      if (k > 0) add(dh, in.d_gates.row(k), encoder.h.transpose());
    }
    weights_.gradient = 0;
    add(d_encoder.x, series_.transpose(), in.d_gates);
    add(d_encoder.h, in.h.template topRows<T>().transpose(), in.d_gates);
    d_encoder.bias = in.d_gates.colwise().sum();
    add(d_decoder.x, y.template topRows<T - 1>().transpose(), out.d_gates);
    add(d_decoder.h, out.h.template topRows<T - 1>().transpose(), out.d_gates);
    d_decoder.bias = out.d_gates.colwise().sum();
    add(d_readout, out.h.transpose(), d_y);
    d_readout_bias = d_y.colwise().sum();
    weights_.adam();
    return loss;
  }

 private:
  Weights weights_;
  std::unique_ptr<Memory> memory_;
  Matrix<T, D> series_;
};

/// CTC's loss of each item and the gradient of their weighted sum, from raw scores [T,B,C]. Probabilities of
/// a frame are divided by their sum, which keeps them in a double's range on these scores, not on all. (A
/// float's is too small at 1000 frames: the loss is wrong by 1 %.)
class CTC {
 public:
  CTC(int steps, const std::vector<std::vector<int>>& labels, int classes)
      : steps_(steps), batch_(static_cast<int>(labels.size())), classes_(classes), items_(labels.size()) {
    for (std::size_t b = 0; b < labels.size(); ++b) {
      Item& item = items_[b];
      for (int label : labels[b]) item.states.push_back(classes - 1), item.states.push_back(label);
      item.states.push_back(classes - 1);
      const std::size_t states = item.states.size();
      for (std::size_t s = 0; s < states; ++s)
        item.skips.push_back(s >= 2 && item.states[s] != classes - 1 && item.states[s] != item.states[s - 2]);
      item.alpha.resize((states + 2) * static_cast<std::size_t>(steps));
      item.probability.resize(static_cast<std::size_t>(steps * classes));
      for (auto* numbers : {&item.beta, &item.next, &item.emitted}) numbers->resize(states + 2);
      item.sums.resize(static_cast<std::size_t>(classes));
    }
  }

  /// weight[b] times the loss of item b, summed.
  double operator()(const float* scores, const Numbers& weight, float* gradient) {
    tg::parallel_for(batch_, tg::parallel_grain, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t b = begin; b < end; ++b) {
        const auto at = static_cast<std::size_t>(b);
        items_[at].loss =
            weight[at] * run(items_[at], scores + b * classes_, gradient + b * classes_, weight[at]);
      }
    });
    double sum = 0;
    for (const Item& item : items_) sum += item.loss;
    return sum;
  }

 private:
  struct Item {
    std::vector<int> states;
    Numbers probability;
    std::vector<double> skips, alpha, beta, next, emitted, sums;
    double loss = 0;
  };

  double run(Item& item, const float* scores, float* gradient, float weight) const {
    const int states = static_cast<int>(item.states.size()), width = states + 2;  // two zeros in front
    const double* skips = item.skips.data();
    double* emitted = item.emitted.data();
    double log_likelihood = 0;
    for (int t = 0; t < steps_; ++t) {
      float* p = item.probability.data() + t * classes_;
      const ConstRow row(scores + std::int64_t{t} * batch_ * classes_, classes_);
      Row probability(p, classes_);
      probability = (row - row.maxCoeff()).exp();
      probability *= 1 / probability.sum();
      for (int s = 0; s < states; ++s) emitted[s] = p[item.states[static_cast<std::size_t>(s)]];
      double* now = item.alpha.data() + std::int64_t{t} * width + 2;
      now[-2] = now[-1] = 0;
      if (t == 0) {
        std::fill_n(now, states, 0.);
        now[0] = emitted[0];
        if (states > 1) now[1] = emitted[1];
      } else {
        const double* before = now - width;
        for (int s = 0; s < states; ++s)
          now[s] = (before[s] + before[s - 1] + skips[s] * before[s - 2]) * emitted[s];
      }
      const double total = Doubles(now, states).sum();
      Doubles(now, states) *= 1 / total;
      log_likelihood += std::log(total);
    }
    const double* last = item.alpha.data() + std::int64_t{steps_ - 1} * width + 2;
    log_likelihood += std::log(last[states - 1] + (states > 1 ? last[states - 2] : 0));
    double *beta = item.beta.data(), *next = item.next.data();  // two zeros behind
    std::fill_n(beta, width, 0.), std::fill_n(next, width, 0.);
    for (int t = steps_ - 1; t >= 0; --t) {
      const float* p = item.probability.data() + t * classes_;
      const double* alpha = item.alpha.data() + std::int64_t{t} * width + 2;
      if (t + 1 == steps_) {
        beta[states - 1] = 1;
        if (states > 1) beta[states - 2] = 1;
      } else {
        for (int s = 0; s < states; ++s)
          beta[s] = next[s] + next[s + 1] + (s + 2 < states ? skips[s + 2] : 0) * next[s + 2];
      }
      Doubles sums(item.sums.data(), classes_);
      sums = 0;
      for (int s = 0; s < states; ++s) sums[item.states[static_cast<std::size_t>(s)]] += alpha[s] * beta[s];
      const double total = sums.sum();
      Row(gradient + std::int64_t{t} * batch_ * classes_, classes_) =
          weight * (ConstRow(p, classes_) - (sums * (1 / total)).cast<float>());
      for (int s = 0; s < states; ++s) next[s] = beta[s] * p[item.states[static_cast<std::size_t>(s)]];
      Doubles(next, states) *= 1 / Doubles(next, states).sum();
    }
    return -log_likelihood;
  }

  int steps_, batch_, classes_;
  std::vector<Item> items_;
};

}  // namespace by_hand
