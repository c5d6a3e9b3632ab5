// bench.cpp's speech network and its perceptron by hand (by_hand.hpp).
#pragma once
#include <algorithm>

#include "by_hand.hpp"

namespace by_hand {

inline void fill_rows(float* out, std::int64_t rows, const float* row, std::int64_t columns) {
  for (std::int64_t i = 0; i < rows; ++i) std::copy_n(row, columns, out + i * columns);
}
inline void sum_rows(float* out, const float* from, std::int64_t rows, std::int64_t columns) {
  Row sum(out, columns);
  sum = 0;
  for (std::int64_t i = 0; i < rows; ++i) sum += ConstRow(from + i * columns, columns);
}

/// Two LSTMs, one of which runs backwards through time: [T,B,D] to [T,B,2H]. A thread each.
class BiLSTM {
 public:
  BiLSTM(int steps, int batch, int features, int hidden)
      : T(steps), B(batch), D(features), H(hidden), out(size(2 * H)), d_out(size(2 * H)) {
    for (Direction& one : directions_) {
      for (Numbers* numbers : {&one.gates, &one.d_gates}) numbers->resize(size(4 * H));
      for (Numbers* numbers : {&one.c, &one.tanh_c, &one.h}) numbers->resize(size(H));
      for (Numbers* numbers : {&one.dh, &one.dc, &one.zeros})
        numbers->resize(static_cast<std::size_t>(B * H));
      one.d_x.resize(size(D));
      one.weight_h_transposed.resize(static_cast<std::size_t>(4 * H * H));
    }
  }

  std::int64_t weights() const { return 2 * direction_weights(); }

  void forward(const float* x, const float* weights) {
    each_direction([=, this](Direction& one, std::int64_t d) {
      const float *weight_x = weights + d * direction_weights(), *weight_h = weight_x + D * 4 * H,
                  *bias = weight_h + H * 4 * H;
      fill_rows(one.gates.data(), T * B, bias, 4 * H);
      add_product(one.gates.data(), Factor(x, T * B, D), Factor(weight_x, D, 4 * H));
      for (std::int64_t k = 0; k < T; ++k) {
        const std::int64_t t = d == 0 ? k : T - 1 - k, before = d == 0 ? t - 1 : t + 1;
        float* gates = one.gates.data() + t * B * 4 * H;
        if (k > 0)
          add_product(gates, Factor(one.h.data() + before * B * H, B, H), Factor(weight_h, H, 4 * H));
        for (std::int64_t b = 0; b < B; ++b) {
          const std::int64_t at = (t * B + b) * H;
          const float* c_before = k > 0 ? one.c.data() + (before * B + b) * H : one.zeros.data();
          lstm_step(gates + b * 4 * H, c_before, one.c.data() + at, one.tanh_c.data() + at, one.h.data() + at,
                    static_cast<int>(H));
          std::copy_n(one.h.data() + at, H, out.data() + 2 * at + d * H);
        }
      }
    });
  }

  /// From d_out. d_x may be null.
  void backward(const float* x, const float* weights, float* gradient, float* d_x) {
    each_direction([=, this](Direction& one, std::int64_t d) {
      const float *weight_x = weights + d * direction_weights(), *weight_h = weight_x + D * 4 * H;
      float *d_weight_x = gradient + d * direction_weights(), *d_weight_h = d_weight_x + D * 4 * H,
            *d_bias = d_weight_h + H * 4 * H;
      for (std::int64_t i = 0; i < H; ++i)
        for (std::int64_t j = 0; j < 4 * H; ++j)
          one.weight_h_transposed[static_cast<std::size_t>(j * H + i)] = weight_h[i * 4 * H + j];
      std::ranges::fill(one.dh, 0.f), std::ranges::fill(one.dc, 0.f);
      for (std::int64_t k = T - 1; k >= 0; --k) {
        const std::int64_t t = d == 0 ? k : T - 1 - k, before = d == 0 ? t - 1 : t + 1;
        float* d_gates = one.d_gates.data() + t * B * 4 * H;
        for (std::int64_t b = 0; b < B; ++b) {
          const std::int64_t at = (t * B + b) * H;
          Row(one.dh.data() + b * H, H) += ConstRow(d_out.data() + 2 * at + d * H, H);
          lstm_step_back(one.gates.data() + 4 * at,
                         k > 0 ? one.c.data() + (before * B + b) * H : one.zeros.data(),
                         one.tanh_c.data() + at, one.dh.data() + b * H, one.dc.data() + b * H,
                         d_gates + b * 4 * H, static_cast<int>(H));
        }
        std::ranges::fill(one.dh, 0.f);
        if (k > 0)
          add_product(one.dh.data(), Factor(d_gates, B, 4 * H),
                      Factor(one.weight_h_transposed.data(), 4 * H, H));
      }
      const float* d_gates = one.d_gates.data();
      std::fill_n(d_weight_x, (D + H) * 4 * H, 0.f);
      add_product(d_weight_x, Factor(x, T * B, D).transposed(), Factor(d_gates, T * B, 4 * H));
      // h of each step with the gates of the next one
      add_product(d_weight_h, Factor(one.h.data() + (d == 0 ? 0 : B * H), (T - 1) * B, H).transposed(),
                  Factor(d_gates + (d == 0 ? B * 4 * H : 0), (T - 1) * B, 4 * H));
      sum_rows(d_bias, d_gates, T * B, 4 * H);
      if (d_x == nullptr) return;
      std::ranges::fill(one.d_x, 0.f);
      add_product(one.d_x.data(), Factor(d_gates, T * B, 4 * H), Factor(weight_x, D, 4 * H).transposed());
    });
    if (d_x != nullptr)
      Row(d_x, T * B * D) =
          Row(directions_[0].d_x.data(), T * B * D) + Row(directions_[1].d_x.data(), T * B * D);
  }

  const std::int64_t T, B, D, H;
  Numbers out, d_out;

 private:
  struct Direction {
    Numbers gates, d_gates, c, tanh_c, h, dh, dc, zeros, d_x, weight_h_transposed;
  };

  std::size_t size(std::int64_t columns) const { return static_cast<std::size_t>(T * B * columns); }
  std::int64_t direction_weights() const { return (D + H + 1) * 4 * H; }

  template <class Body>
  void each_direction(Body body) {
    tg::parallel_for(2, tg::parallel_grain, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t d = begin; d < end; ++d) body(directions_[d], d);
    });
  }

  Direction directions_[2];
};

/// out += a w + bias for all rows, and back.
struct Dense {
  std::int64_t rows, in, out;

  std::int64_t weights() const { return (in + 1) * out; }
  void forward(const float* x, const float* weight, float* y) const {
    fill_rows(y, rows, weight + in * out, out);
    add_product(y, Factor(x, rows, in), Factor(weight, in, out));
  }
  void backward(const float* x, const float* weight, const float* dy, float* gradient, float* dx) const {
    std::fill_n(gradient, in * out, 0.f);
    add_product(gradient, Factor(x, rows, in).transposed(), Factor(dy, rows, out));
    sum_rows(gradient + in * out, dy, rows, out);
    if (dx == nullptr) return;
    std::fill_n(dx, rows * in, 0.f);
    add_product(dx, Factor(dy, rows, out), Factor(weight, in, out).transposed());
  }
};

class SpeechNet {
 public:
  /// x is [B,T,20].
  SpeechNet(const Numbers& start, const Numbers& x, int steps, const std::vector<std::vector<int>>& labels,
            int hidden)
      : weights_(start),
        first_(steps, static_cast<int>(labels.size()), 20, hidden),
        second_(steps, static_cast<int>(labels.size()), 2 * hidden, hidden),
        dense_{first_.T * first_.B, 2 * hidden, 29},
        ctc_(steps, labels, 29),
        x_(x.size()),
        scores_(static_cast<std::size_t>(dense_.rows * 29)),
        d_scores_(scores_.size()) {
    for (std::int64_t b = 0; b < first_.B; ++b)
      for (std::int64_t t = 0; t < steps; ++t)
        std::copy_n(x.data() + (b * steps + t) * 20, 20, x_.data() + (t * first_.B + b) * 20);
    for (const auto& one : labels)
      item_weights_.push_back(1.f / static_cast<float>(one.size() * labels.size()));
  }

  float step() {
    const float *first = weights_.value.data(), *second = first + first_.weights(),
                *dense = second + second_.weights();
    float *d_first = weights_.gradient.data(), *d_second = d_first + first_.weights(),
          *d_dense = d_second + second_.weights();
    first_.forward(x_.data(), first);
    second_.forward(first_.out.data(), second);
    dense_.forward(second_.out.data(), dense, scores_.data());
    const double loss = ctc_(scores_.data(), item_weights_, d_scores_.data());
    dense_.backward(second_.out.data(), dense, d_scores_.data(), d_dense, second_.d_out.data());
    second_.backward(first_.out.data(), second, d_second, first_.d_out.data());
    first_.backward(x_.data(), first, d_first, nullptr);
    weights_.adam();
    return static_cast<float>(loss);
  }

 private:
  Weights weights_;
  BiLSTM first_, second_;
  Dense dense_;
  CTC ctc_;
  Numbers x_, scores_, d_scores_, item_weights_;
};

/// 784-256-10 with a relu and cross-entropy.
class Perceptron {
 public:
  Perceptron(const Numbers& start, const Numbers& x, const std::vector<int>& labels)
      : weights_(start),
        first_{static_cast<std::int64_t>(labels.size()), 784, 256},
        second_{first_.rows, 256, 10},
        x_(x),
        labels_(labels),
        hidden_(static_cast<std::size_t>(first_.rows * 256)),
        d_hidden_(hidden_.size()),
        scores_(static_cast<std::size_t>(first_.rows * 10)) {}

  float step() {
    const float *first = weights_.value.data(), *second = first + first_.weights();
    float* gradient = weights_.gradient.data();
    const auto size = static_cast<Eigen::Index>(hidden_.size());
    first_.forward(x_.data(), first, hidden_.data());
    Row hidden(hidden_.data(), size), d_hidden(d_hidden_.data(), size);
    hidden = hidden.max(0.f);
    second_.forward(hidden_.data(), second, scores_.data());
    const auto rows = static_cast<float>(first_.rows);
    float loss = 0;
    for (std::int64_t i = 0; i < first_.rows; ++i) {  // scores become their gradient
      Row row(scores_.data() + i * 10, 10);
      const int label = labels_[static_cast<std::size_t>(i)];
      row = (row - row.maxCoeff()).exp();
      row *= 1 / row.sum();
      loss -= std::log(row[label]) / rows;
      row[label] -= 1;
      row *= 1 / rows;
    }
    second_.backward(hidden_.data(), second, scores_.data(), gradient + first_.weights(), d_hidden_.data());
    d_hidden = (hidden > 0.f).select(d_hidden, 0.f);
    first_.backward(x_.data(), first, d_hidden_.data(), gradient, nullptr);
    weights_.adam();
    return loss;
  }

 private:
  Weights weights_;
  Dense first_, second_;
  Numbers x_;
  std::vector<int> labels_;
  Numbers hidden_, d_hidden_, scores_;
};

}  // namespace by_hand
