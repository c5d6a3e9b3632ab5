#include "tinygrad_cpp/ops/fused_ctc.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "tinygrad_cpp/array/kernels/parallel.hpp"
#include "tinygrad_cpp/array/kernels/scaled_number.hpp"
#include "tinygrad_cpp/autograd/backward.hpp"
#include "tinygrad_cpp/autograd/fast_rule.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/ops/movement.hpp"
#include "tinygrad_cpp/ops/pointwise.hpp"
#include "tinygrad_cpp/ops/reduce.hpp"
#include "tinygrad_cpp/ops/softmax.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {
namespace {

// The fused kernel. Probabilities are scaled numbers: a path that is very improbable at one frame may be the
// only one left later, so its probability must not underflow. scaled_number.hpp has the plain form,
// logarithms. Gain over the same kernel with logarithms in double, each frame's largest one kept apart: five
// times as fast, and at 1000 frames float gradients are off by 1e-6 instead of 5e-5. Gain over the reference
// implementation below (`make bench-gains`): 8 to 11 times as fast, 13 with two threads.

using scaled::Exponent;
using scaled::Number;
using scaled::Row;
using Vector = Eigen::Array<Real, Eigen::Dynamic, 1>;

struct Numbers {
  void resize(std::int64_t size) { mantissa.resize(size), exponent.resize(size); }
  Row from(std::int64_t i) { return {mantissa.data() + i, exponent.data() + i}; }

  Vector mantissa;
  Eigen::Array<Exponent, Eigen::Dynamic, 1> exponent;
};

/// Rows are filled up to whole vectors: a remainder would take longer than the full vectors.
std::int64_t whole_vectors(std::int64_t size) {
  constexpr std::int64_t lanes = Eigen::internal::packet_traits<Real>::size;
  return (size + lanes - 1) / lanes * lanes;
}

/// The extended labels that a path goes through: blank 0, label 1, blank 1, .. label U, blank U. There is no
/// label 0. Labels after U fill the row up; a path only goes on, so none comes back from there.
struct ExtendedLabels {
  template <class Labels>
  ExtendedLabels(Labels first, Labels last) : label{0}, skip{scaled::zero_exponent} {
    for (; first != last; ++first) {
      const bool differs = label.size() > 1 && *first != label.back();
      label.push_back(*first);
      skip.push_back(differs ? 0 : scaled::zero_exponent);
    }
    label.resize(static_cast<std::size_t>(whole_vectors(std::ssize(label)) + 1));
    skip.resize(label.size(), scaled::zero_exponent);
  }

  std::vector<int> label;      // [W], W > U
  std::vector<Exponent> skip;  // [W]: 0 where a path may come from the label before and leave out the blank
};

/// to[i] = from[at[i]]. One by one is faster than the processor's gather, so nothing tells the compiler that
/// they do not overlap.
void pick(Row from, const std::vector<int>& at, Row to) {
  for (std::int64_t i = 0; i < std::ssize(at); ++i) to.set(i, from[at[static_cast<std::size_t>(i)]]);
}

/// One more frame for the paths that stand at labels. Clang vectorises it only with __restrict.
void step_labels(Row label, Row blank, Row y, const std::vector<Exponent>& may_skip,
                 Real* __restrict mantissa, Exponent* __restrict exponent) {
  const Exponent* skip = may_skip.data();
  for (std::int64_t i = 1; i < std::ssize(may_skip); ++i) {
    const Number skipping{label.mantissa[i - 1], label.exponent[i - 1] + skip[i]};
    const Number next = product(sum(label[i], blank[i - 1], skipping), y[i]);
    mantissa[i] = next.mantissa, exponent[i] = next.exponent;
  }
}

int max_label_count(const CTCTargets& targets) {
  std::size_t count = 0;
  for (const auto& labels : targets.labels) count = std::max(count, labels.size());
  return static_cast<int>(count);
}

/// The losses of a batch's sequences, one after the other in the same memory.
class Kernel {
 public:
  Kernel(const CTCTargets& targets, CTCInput input, bool with_gradient)
      : targets_(targets), input_(input), with_gradient_(with_gradient) {
    const std::int64_t steps = targets.frames[1], width = whole_vectors(max_label_count(targets) + 1) + 1;
    y_.resize(steps * stride_), softmax_.resize(steps * stride_);
    y_label_.resize(width), share_.resize(width - 1);
    alpha_.resize((with_gradient ? steps + 1 : 2) * 2 * width), beta_.resize(2 * 2 * width);
  }

  /// The loss of one sequence, whose frames are at x; its gradient goes to d_x if there is to be one.
  double run(std::size_t item, const Real* x, Real* d_x) {
    const std::vector<int>& target = targets_.labels[item];
    const ExtendedLabels extended(target.begin(), target.end()), reversed(target.rbegin(), target.rend());
    const std::int64_t steps = targets_.lengths[item];
    labels_ = std::ssize(target), width_ = std::ssize(extended.label);
    share_.setZero();
    const double normaliser = read(x, steps);
    begin(alpha(0));
    for (std::int64_t t = 0; t < steps; ++t) step(extended, t, alpha(t), alpha(t + 1));
    const Number all = sum(alpha(steps)[labels_], alpha(steps)[width_ + labels_]);
    if (std::isnan(normaliser) || all.exponent < scaled::zero_exponent + scaled::zero_slack) {
      const double loss = std::isnan(normaliser) ? normaliser : std::numeric_limits<double>::infinity();
      if (with_gradient_) std::fill_n(d_x, steps * classes_, std::isnan(loss) ? static_cast<Real>(loss) : 0);
      return loss;
    }
    if (with_gradient_) {
      begin(beta(steps));
      for (std::int64_t t = steps - 1; t >= 0; --t) {
        // From the end, paths go through the reversed target in the same way.
        step(reversed, t, beta(t + 1), beta(t));
        differentiate(extended, t, alpha(t + 1), beta(t), all.exponent, d_x + t * classes_);
      }
    }
    return normaliser - scaled::log(all);
  }

 private:
  /// Graves' alpha, blanks [W] and then labels [W]: the probability of all that can lead to a label by
  /// frame t. (Where there is no gradient, two frames in turn are enough.)
  Row alpha(std::int64_t t) { return alpha_.from((with_gradient_ ? t : t % 2) * 2 * width_); }
  /// Graves' beta, in reverse order: the probability of all that can follow a label from frame t on.
  Row beta(std::int64_t t) { return beta_.from(t % 2 * 2 * width_); }

  /// Makes y_, and softmax_ for scores. Returns the logarithm of the factors that are divided out; NaN if a
  /// frame has no largest number.
  double read(const Real* x, std::int64_t steps) {
    double largest_x = 0, log_totals = 0;
    for (std::int64_t t = 0; t < steps; ++t) {
      auto frame = y_.mantissa.segment(t * stride_, stride_);
      frame.head(classes_) = Eigen::Map<const Vector>(x + t * classes_, classes_);
      frame.tail(stride_ - classes_) = -std::numeric_limits<Real>::infinity();
      const Real largest = frame.maxCoeff();
      largest_x += static_cast<double>(largest);
      frame -= largest;
    }
    // e^x = 2^exponent e^rest. ln 2 is cut in two, the larger part so short that its product with the
    // exponent is exact.
    constexpr Real high = Real(0.693359375), low = static_cast<Real>(scaled::ln2 - 0.693359375);
    Real *mantissa = y_.mantissa.data(), *plain = softmax_.data();
    Exponent* exponent = y_.exponent.data();
    const std::int64_t all = steps * stride_;
    for (std::int64_t i = 0; i < all; ++i) {
      const Real binary = std::max(mantissa[i] * static_cast<Real>(1 / scaled::ln2),
                                   static_cast<Real>(scaled::zero_exponent));
      exponent[i] = static_cast<Exponent>(binary < 0 ? binary : 0);
      const Real rest =
          mantissa[i] - static_cast<Real>(exponent[i]) * high - static_cast<Real>(exponent[i]) * low;
      mantissa[i] = rest < -1 ? Real(-1) : rest;  // only of an x near -infinity; NaN stays
    }
    y_.mantissa.head(all) = y_.mantissa.head(all).exp();
    for (std::int64_t i = 0; i < all; ++i) plain[i] = mantissa[i] * scaled::power_of_two(exponent[i]);
    double totals = 1;
    for (std::int64_t t = 0; t < steps; ++t) {
      auto frame = softmax_.segment(t * stride_, stride_);
      const Real total = frame.sum();
      frame *= 1 / total;
      totals *= static_cast<double>(total);
      if (totals > 1e200) log_totals += std::log(std::exchange(totals, 1));
    }
    log_totals += std::log(totals);
    return input_ == CTCInput::scores || std::isnan(log_totals) ? log_totals : -largest_x;
  }

  /// Before the first frame all paths stand at blank 0.
  void begin(Row row) const {
    for (std::int64_t i = 0; i < 2 * width_; ++i) row.set(i, {1, scaled::zero_exponent});
    row.exponent[0] = 0;
  }

  /// One more frame. A path stays, moves on to the next label, or skips the blank between two labels that
  /// differ.
  void step(const ExtendedLabels& extended, std::int64_t t, Row blank, Row to_blank) {
    const Row y = y_.from(t * stride_), y_label = y_label_.from(0);
    const Row label = blank.from(width_), to_label = to_blank.from(width_);
    pick(y, extended.label, y_label);
    const Number y_blank = y[targets_.blank];
    for (std::int64_t i = 0; i < width_ - 1; ++i) to_blank.set(i, product(sum(blank[i], label[i]), y_blank));
    to_label.set(0, {1, scaled::zero_exponent});
    step_labels(label, blank, y_label, extended.skip, to_label.mantissa, to_label.exponent);
  }

  /// The gradient of frame t. Its y is in alpha and in beta, so a label's share of all paths is alpha beta /
  /// (y all). Of `all` only the exponent is used; its mantissa is replaced by the sum over the labels, so that
  /// rounding errors that both have in common cancel.
  void differentiate(const ExtendedLabels& extended, std::int64_t t, Row a, Row b, Exponent all, Real* d_x) {
    const Row a_label = a.from(width_), b_label = b.from(width_), y_label = y_label_.from(0);
    const Number y_blank = y_.from(t * stride_)[targets_.blank];
    Real* share = share_.data();
    for (std::int64_t i = 0; i <= labels_; ++i)
      share[i] = a.mantissa[i] * b.mantissa[labels_ - i] *
                 scaled::power_of_two(a.exponent[i] + b.exponent[labels_ - i] - y_blank.exponent - all);
    const Real blanks = share_.sum() / y_blank.mantissa;
    share[0] = 0;
    for (std::int64_t i = 1; i <= labels_; ++i) {
      const std::int64_t j = labels_ + 1 - i;  // counted from the end
      share[i] = a_label.mantissa[i] * b_label.mantissa[j] / y_label.mantissa[j] *
                 scaled::power_of_two(a_label.exponent[i] + b_label.exponent[j] - y_label.exponent[j] - all);
    }
    const Real scale = 1 / (blanks + share_.sum());
    if (input_ == CTCInput::scores)
      std::copy_n(softmax_.data() + t * stride_, classes_, d_x);
    else
      std::fill_n(d_x, classes_, Real(0));
    d_x[targets_.blank] -= blanks * scale;
    for (std::int64_t i = 1; i <= labels_; ++i)
      d_x[extended.label[static_cast<std::size_t>(i)]] -= share[i] * scale;
  }

  const CTCTargets& targets_;
  const CTCInput input_;
  const bool with_gradient_;
  const std::int64_t classes_ = targets_.frames[2];
  const std::int64_t stride_ = whole_vectors(classes_);  // from frame to frame of y and softmax
  std::int64_t labels_ = 0, width_ = 0;                  // U and W, of this sequence
  Numbers y_;                                            // [T,C], e^x divided by each frame's largest
  Vector softmax_;                                       // [T,C]
  Numbers y_label_;                                      // [W], y of the labels at one frame
  Vector share_;                                         // [W-1], 0 after U
  Numbers alpha_, beta_;
};

/// The losses [B], and the gradient [B,T,C] if `gradient` is defined.
Array forward(const Array& frames, const CTCTargets& targets, CTCInput input, Array& gradient) {
  const std::int64_t classes = frames.dim(2), all = frames.dim(1) * classes;  // of one sequence
  Array losses({frames.dim(0)});
  Real *loss = losses.mutable_data(), *d_x = gradient.defined() ? gradient.mutable_data() : nullptr;
  const std::int64_t work = 16 * (all + std::int64_t{frames.dim(1)} * max_label_count(targets));
  parallel_for(losses.size(), work, [=, &frames, &targets](std::int64_t first, std::int64_t last) {
    Kernel kernel(targets, input, d_x != nullptr);
    for (std::int64_t item = first; item < last; ++item) {
      const auto i = static_cast<std::size_t>(item);
      Real* d = d_x == nullptr ? nullptr : d_x + item * all;
      loss[item] = static_cast<Real>(kernel.run(i, frames.data() + item * all, d));
      if (d != nullptr) std::fill(d + targets.lengths[i] * classes, d + all, Real(0));
    }
  });
  return losses;
}

void check(const Tensor& frames, const CTCTargets& targets) {
  if (frames.shape() != targets.frames)
    fail("ctc_loss", "the frames are {}; the targets were made for {}", frames.shape(), targets.frames);
}

}  // namespace

Tensor ctc_of_operations(const Tensor& frames, const CTCTargets& targets, CTCInput input) {
  check(frames, targets);
  const int batch = frames.dim(0), steps = frames.dim(1), states = 2 * max_label_count(targets) + 1;
  std::vector<int> classes;             // [B,T,S] of the states, the same at every frame
  std::vector<Real> real, skips, ends;  // [B,T] frames, [B,S] states that a path may skip to, and end at
  for (std::size_t item = 0; item < targets.labels.size(); ++item) {
    const std::vector<int>& labels = targets.labels[item];
    std::vector<int> row(static_cast<std::size_t>(states), targets.blank);
    for (std::size_t i = 0; i < labels.size(); ++i) row[2 * i + 1] = labels[i];
    for (std::size_t s = 0; s < row.size(); ++s) {
      skips.push_back(s > 1 && row[s] != row[s - 2]);
      ends.push_back(s == 2 * labels.size() || s + 1 == 2 * labels.size());
    }
    for (int t = 0; t < steps; ++t) {
      classes.insert(classes.end(), row.begin(), row.end());
      real.push_back(t < targets.lengths[item]);
    }
  }
  const Tensor is_real({batch, steps, 1}, real), may_skip({batch, states}, skips);
  const Tensor may_end({batch, states}, ends);
  // Chosen before any arithmetic, so that a NaN after the end reaches neither value nor gradient.
  const Tensor kept = where(is_real, frames, 0), log_p = input == CTCInput::scores ? log_softmax(kept) : kept;
  const Indices ids({batch, steps, states}, std::move(classes));
  const std::vector<Tensor> y = unstack(gather(log_p, 2, ids), 1);  // T of [B,S]
  const std::vector<Tensor> mask = unstack(is_real, 1);             // T of [B,1]
  const auto moved = [states](const Tensor& a, int by) {
    return slice(pad(a, 1, by, 0, -INFINITY), 1, 0, states);
  };
  // [B,S], logarithms. Before the first frame all paths are at blank 0.
  Tensor alpha = pad(zeros({batch, 1}), 1, 0, states - 1, -INFINITY);
  for (std::size_t t = 0; t < y.size(); ++t) {
    const Tensor skipping = where(may_skip, moved(alpha, 2), -INFINITY);
    const Tensor next = logsumexp(stack({alpha, moved(alpha, 1), skipping}, 0), 0) + y[t];
    alpha = where(mask[t], next, alpha);
  }
  return -logsumexp(where(may_end, alpha, -INFINITY), 1);
}

Tensor ctc(const Tensor& frames, const CTCTargets& targets, CTCInput input) {
  check(frames, targets);
  // Loss and gradient share most of the work, so both are computed here if the gradient will be wanted.
  Array gradient = is_recording() && frames.requires_grad() ? Array(frames.shape()) : Array();
  Array losses = forward(frames.array(), targets, input, gradient);
  return record("ctc_loss", std::move(losses), {frames},
                {[targets, input](auto& g, auto&, auto in) {  // the gradient of the reference implementation
                  const Recording on(true);
                  return grad(ctc_of_operations(in[0], targets, input), {in[0]},
                              {.create_graph = true, .upstream = g})[0];
                }},
                // only speed
                [gradient](InputGradients& to, auto& g, auto&, auto) {
                  const Array up = g.array().reshaped({g.dim(0), 1, 1});
                  to.add(0, Tensor(map(gradient, up, [](Real p, Real q) { return p == 0 ? p : p * q; })));
                });
}

}}  // namespace tg
