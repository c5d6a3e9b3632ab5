#include <doctest/doctest.h>

#include <limits>

#include "paths.hpp"
#include "support.hpp"

using namespace tg;

namespace {

using Targets = std::vector<Labels>;
constexpr CTCInput both_inputs[] = {CTCInput::scores, CTCInput::log_probs};

Tensor leaf(const Tensor& values) { return values.detach().clone().requires_grad(true); }

double number(const Tensor& one) { return static_cast<double>(one.item()); }

/// Loss and gradient of one sequence by the textbook's recursion, in double: logarithms of some thousands, right to 1e-10.
double reference(const std::vector<std::vector<double>>& log_p, const Labels& target, int blank,
                 std::vector<std::vector<double>>& gradient) {
  const auto add = [](double a, double b) {
    const double high = std::max(a, b), low = std::min(a, b);
    return low == -INFINITY ? high : high + std::log1p(std::exp(low - high));
  };
  const std::size_t steps = log_p.size(), places = 2 * target.size() + 1;
  const auto class_of = [&](std::size_t s) {
    return static_cast<std::size_t>(s % 2 == 1 ? target[s / 2] : blank);
  };
  const auto skips = [&](std::size_t s) { return s > 1 && class_of(s) != class_of(s - 2); };
  std::vector<std::vector<double>> alpha(steps, std::vector<double>(places, -INFINITY)), beta = alpha;
  for (std::size_t t = 0; t < steps; ++t)
    for (std::size_t s = 0; s < places; ++s) {
      double from = t == 0 && s < 2 ? 0 : -INFINITY;
      if (t > 0)
        for (std::size_t k = 0; k <= (skips(s) ? 2 : std::min<std::size_t>(s, 1)); ++k)
          from = add(from, alpha[t - 1][s - k]);
      alpha[t][s] = from + log_p[t][class_of(s)];
    }
  for (std::size_t t = steps; t-- > 0;)
    for (std::size_t s = places; s-- > 0;) {
      double to = t + 1 == steps && s + 2 >= places ? 0 : -INFINITY;
      if (t + 1 < steps)
        for (std::size_t k = 0; k <= 2 && s + k < places; ++k)
          if (k < 2 || skips(s + 2)) to = add(to, beta[t + 1][s + k] + log_p[t + 1][class_of(s + k)]);
      beta[t][s] = to;
    }
  double total = alpha[steps - 1][places - 1];
  if (places > 1) total = add(total, alpha[steps - 1][places - 2]);
  gradient.clear();
  for (std::size_t t = 0; t < steps; ++t) {
    gradient.emplace_back();
    for (double v : log_p[t]) gradient[t].push_back(std::exp(v));
    for (std::size_t s = 0; s < places; ++s)
      gradient[t][class_of(s)] -= std::exp(alpha[t][s] + beta[t][s] - total);
  }
  return -total;
}

/// The largest difference of ctc_loss's gradient from the reference, for one sequence of raw scores [1,T,C].
double worst_gradient(const Tensor& scores, const Labels& target, int blank) {
  std::vector<std::vector<double>> log_p = probabilities(scores, 0, scores.dim(1)), expected;
  for (auto& frame : log_p) {
    const auto t = static_cast<int>(&frame - log_p.data());
    double largest = -INFINITY, total = 0;
    for (int c = 0; c < scores.dim(2); ++c)
      largest = std::max(largest, static_cast<double>(scores.at({0, t, c})));
    for (int c = 0; c < scores.dim(2); ++c)
      total += std::exp(static_cast<double>(scores.at({0, t, c})) - largest);
    for (int c = 0; c < scores.dim(2); ++c)
      frame[static_cast<std::size_t>(c)] =
          static_cast<double>(scores.at({0, t, c})) - largest - std::log(total);
  }
  const Tensor x = leaf(scores), loss = ctc_loss(x, {target}, blank);
  loss.backward();
  CHECK(close(number(loss), reference(log_p, target, blank, expected)));
  double worst = 0;
  for (int t = 0; t < x.dim(1); ++t)
    for (int c = 0; c < x.dim(2); ++c)
      worst = std::max(worst, std::abs(static_cast<double>(x.grad().at({0, t, c})) -
                                       expected[static_cast<std::size_t>(t)][static_cast<std::size_t>(c)]));
  return worst;
}

}  // namespace

TEST_CASE("CTC: Graves' examples with NaN as padding (TensorFlow's ctc_loss_op_test.py, warp-ctc's tests)") {
  const Tensor p = tensor({{0.633766, 0.221185, 0.0917319, 0.0129757, 0.0142857, 0.0260553},
                           {0.111121, 0.588392, 0.278779, 0.0055756, 0.00569609, 0.010436},
                           {0.0357786, 0.633813, 0.321418, 0.00249248, 0.00272882, 0.0037688},
                           {0.0663296, 0.643849, 0.280111, 0.00283995, 0.0035545, 0.00331533},
                           {0.458235, 0.396634, 0.123377, 0.00648837, 0.00903441, 0.00623107}});
  const Tensor q = tensor({{0.30176, 0.28562, 0.0831517, 0.0862751, 0.0816851, 0.161508},
                           {0.24082, 0.397533, 0.0557226, 0.0546814, 0.0557528, 0.19549},
                           {0.230246, 0.450868, 0.0389607, 0.038309, 0.0391602, 0.202456},
                           {0.280884, 0.429522, 0.0326593, 0.0339046, 0.0326856, 0.190345},
                           {0.423286, 0.315517, 0.0338439, 0.0393744, 0.0339315, 0.154046}});
  const Tensor probs = pad(stack({p, q}, 0), 1, 0, 2, NAN);  // [2,7,6]
  const Targets targets = {{0, 1, 2, 1, 0}, {0, 1, 1, 0}};
  const CTCOptions options{.lengths = {5, 5}, .reduction = Reduction::none};
  const Tensor x = leaf(log(probs)), loss = ctc_loss(x, targets, 5, options);
  CHECK(close(loss, tensor({3.34211, 5.42262}), 1e-5));
  CHECK(close(ctc_loss_from_log_probs(log(probs), targets, 5, options), loss, 1e-5));
  CHECK(close(ctc_loss_from_probs(probs, targets, 5, options), loss, 1e-5));
  sum(loss).backward();
  const Tensor on_path =
      stack({one_hot(indices({0, 1, 2, 1, 0}), 6), one_hot(indices({0, 1, 5, 1, 0}), 6)}, 0);
  CHECK(close(slice(x.grad(), 1, 0, 5), slice(probs, 1, 0, 5) - on_path, 1e-5));
  CHECK(close(x.grad().at({0, 2, 2}), -0.678582, 1e-5));
  CHECK(close(x.grad().at({1, 2, 5}), -0.797544, 1e-5));
  CHECK(same(slice(x.grad(), 1, 5, 7), zeros({2, 2, 6})));
}

TEST_CASE("CTC: Keras' numbers (ops/nn_test.py)") {
  const Tensor scores = tensor({{{0.4, 0.8, 0.4}, {0.2, 0.8, 0.3}, {0.9, 0.4, 0.5}},
                                {{0.4, 0.8, 0.4}, {0.2, 0.3, 0.3}, {0.4, 0.3, 0.2}}});
  const Tensor loss =
      ctc_loss(scores, {{1, 2, 1}, {1, 2}}, 0, {.lengths = {3, 2}, .reduction = Reduction::none});
  CHECK(close(loss, tensor({3.4411672, 1.91680186}), 1e-6));
}

TEST_CASE("CTC: worked gradients of log-probabilities and of raw scores, which differ (pytorch#52241)") {
  const Tensor scores = tensor({{{0.1, 0.4, 0.2, 0.4}, {0.3, -0.3, 0.4, 0.2}, {0.3, 0.2, 0.4, 0.3}}});
  const Tensor raw = leaf(scores), log_p = leaf(log_softmax(scores));
  const Tensor loss = ctc_loss(raw, {{1, 2}}, 0);
  CHECK(close(loss, tensor(2.426537), 1e-6));
  loss.backward();
  ctc_loss_from_log_probs(log_p, {{1, 2}}, 0).backward();
  CHECK(close(raw.grad(),
              tensor({{{0.107995, -0.618939, 0.230010, 0.280934},
                       {0.034720, -0.081072, -0.207900, 0.254252},
                       {0.003104, 0.225645, -0.478125, 0.249376}}}),
              1e-6));
  CHECK(close(log_p.grad(),
              tensor({{{-0.100127, -0.899873, 0, 0},
                       {-0.246272, -0.235284, -0.518444, 0},
                       {-0.246272, 0, -0.753728, 0}}}),
              1e-6));
}

TEST_CASE("CTC: closed forms for uniform scores, and the numbers of alignments (Hannun, Distill 2017)") {
  const auto uniform_loss = [](int steps, int classes, const Labels& target) {
    return number(ctc_loss(zeros({1, steps, classes}), {target}, classes - 1));
  };
  CHECK(close(uniform_loss(10, 5, {0, 1, 2, 3}), 8.087012, 1e-6));
  CHECK(close(uniform_loss(50, 20, {3}), 142.635912, 1e-6));
  const auto alignments = [&](int steps, const Labels& target) {
    return std::exp(steps * std::log(4.0) - uniform_loss(steps, 4, target));
  };
  const double exact = is_double ? 1e-12 : 1e-4;
  CHECK(close(alignments(3, {0, 1}), 5, exact));
  CHECK(close(alignments(4, {0, 1}), 15, exact));
  CHECK(close(alignments(5, {0, 1}), 35, exact));
  CHECK(close(alignments(6, {0, 1, 2}), 84, exact));
  CHECK(close(alignments(3, {0, 0}), 1, exact));
  CHECK(close(alignments(5, {0, 0}), 15, exact));
  CHECK(close(alignments(6, {0, 1, 1}), 28, exact));
  CHECK(close(alignments(6, {0, 0, 0}), 7, exact));
  // C(T + U - r, 2U), and fewest frames U + r
  for (int labels = 1; labels < 6; ++labels)
    for (int repeats = 0; repeats < labels; ++repeats)
      for (int steps = labels + repeats; steps < 12; ++steps) {
        Labels target;
        for (int i = 0; i < labels; ++i) target.push_back(i <= repeats ? 0 : 1 + (i - repeats) % 2);
        double count = 1;
        for (int i = 1; i <= 2 * labels; ++i)
          count *= static_cast<double>(steps + labels - repeats - 2 * labels + i) / i;
        CHECK(close(alignments(steps, target) / count, 1, exact));
      }
}

TEST_CASE("CTC: the best path is not the best labelling (Scheidl's CTCDecoder)") {
  const Tensor probs = tensor({{{0.4, 0, 0.6}, {0.4, 0, 0.6}}});  // a, b, blank
  const auto loss = [&](const Labels& target) {
    return number(ctc_loss_from_probs(probs, {target}, 2, {.zero_infinity = false}));
  };
  CHECK(close(loss({0}), 0.446287, 1e-6));
  CHECK(close(loss({}), -std::log(0.36), 1e-6));
  CHECK(loss({1}) == INFINITY);
  CHECK(fails_with([&] { loss({0, 0}); }, "2 frames cannot carry 2 labels with 1 repeats, at least 3"));
}

TEST_CASE("CTC: loss and gradient are sums over all paths, for every target, blank and length") {
  manual_seed(1);
  for (int blank : {0, 1, 2})
    for (int steps = 1; steps <= 6; ++steps) {
      const Tensor scores = 2 * randn({1, steps, 3});
      const auto frames = probabilities(scores, 0, steps);
      for (const Labels& target : all_targets(3, blank, 3)) {
        if (frames_needed(target) > steps) continue;
        double total = 0;
        std::vector<double> through(static_cast<std::size_t>(3 * steps), 0);  // [T,C]
        all_paths(frames, [&](const Labels& path, double p) {
          if (said(path, blank) != target) return;
          total += p;
          for (std::size_t t = 0; t < path.size(); ++t)
            through[3 * t + static_cast<std::size_t>(path[t])] += p;
        });
        for (double& share : through) share /= total;
        const Tensor raw = leaf(scores), log_p = leaf(log_softmax(scores));
        const Tensor loss = ctc_loss(raw, {target}, blank);
        CHECK(close(number(loss), -std::log(total), 4 * equality));
        CHECK(close(ctc_loss_from_log_probs(log_p, {target}, blank), loss, 4 * equality));
        const Tensor shares(scores.shape(), {through.begin(), through.end()});
        loss.backward();
        CHECK(close(raw.grad(), softmax(scores) - shares, 4 * equality));
        ctc_loss_from_log_probs(log_p, {target}, blank).backward();
        CHECK(close(log_p.grad(), -shares, 4 * equality));
      }
    }
}

TEST_CASE(
    "ctc: the fused kernel and its reference implementation agree in value and gradient, the padding's is exactly 0") {
  manual_seed(2);
  const Targets targets = {
      {1, 2, 2, 4}, {}, {3}, {4, 4, 4}, {2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2}};
  const std::vector<int> lengths = {9, 4, 1, 5, 20};
  const Tensor mask = reshape(sequence_mask(lengths, 20), {5, 20, 1});
  for (CTCInput input : both_inputs)
    for (int blank : {0, 5}) {
      const Tensor clean = 3 * randn({5, 20, 6}), up = randn({5});
      const Tensor x = leaf(input == CTCInput::scores ? clean : log_softmax(clean)),
                   bad = leaf(where(mask, x, NAN));
      const CTCTargets checked = ctc_targets("ctc_loss", x, targets, blank, lengths);
      const Tensor fused = ctc(x, checked, input), reference = ctc_of_operations(x, checked, input);
      CHECK(close(fused, reference, 10 * equality));
      const Tensor g = grad(fused, {x}, {.upstream = up})[0];
      CHECK(close(g, grad(reference, {x}, {.upstream = up})[0], 10 * equality));
      CHECK(same(g * (1 - mask), zeros(x.shape())));
      CHECK(close(sum(g, -1),
                  (input == CTCInput::scores ? 0 : -1) * reshape(up, {5, 1}) * reshape(mask, {5, 20}),
                  10 * equality));
      for (const Tensor& y : {ctc(bad, checked, input), ctc_of_operations(bad, checked, input)}) {
        CHECK(close(y, fused, 10 * equality));
        CHECK(close(grad(y, {bad}, {.upstream = up})[0], g, 10 * equality));
        CHECK(same(grad(y, {bad}, {.upstream = up})[0] * (1 - mask), zeros(x.shape())));
      }
      {
        const NoGrad off;
        CHECK(same(ctc(x, checked, input), fused));  // the loss alone is the same number
      }
      for (int item = 0; item < 5; ++item) {  // an item alone is the item in the batch
        const auto i = static_cast<std::size_t>(item);
        const Tensor alone = leaf(slice(slice(x, 0, item, item + 1), 1, 0, lengths[i]));
        const Tensor y = ctc(alone, ctc_targets("ctc_loss", alone, {targets[i]}, blank, {}), input);
        CHECK(same(y, slice(fused, 0, item, item + 1)));
        CHECK(same(grad(y, {alone}, {.upstream = slice(up, 0, item, item + 1)})[0],
                   slice(slice(g, 0, item, item + 1), 1, 0, lengths[i])));
      }
    }
}

TEST_CASE(
    "ctc: second order goes through the reference implementation, also when the frames depend on each other") {
  manual_seed(3);
  const Tensor w = randn({2, 5, 3}).requires_grad(true);
  const auto second = [&](auto loss) {
    const Tensor x = w * w, scores = x + roll(x, 1, 1);
    const CTCTargets targets = ctc_targets("ctc_loss", scores, {{1, 1}, {2}}, 0, {5, 3});
    const Tensor y = sum(pow(loss(scores, targets, CTCInput::scores), 2));
    return grad(sum(pow(grad(y, {w}, {.create_graph = true})[0], 2)), {w})[0];
  };
  CHECK(close(second(ctc), second(ctc_of_operations), 100 * equality));
}

TEST_CASE("CTC: at 1000 frames gradients are right to 1e-5, the loss to its last digits") {
  manual_seed(4);
  for (double scale : {0.0, 1.0, 20.0})
    for (int labels : {0, 1, 14, 15, 16, 30, 300}) {
      Labels target;
      for (int i = 0; i < labels; ++i) target.push_back(random_stream().below(28));
      CAPTURE(scale);
      CAPTURE(labels);
      CHECK(worst_gradient(scale * randn({1, 1000, 29}), target, 28) < (is_double ? 1e-9 : 1e-5));
    }
}

TEST_CASE("CTC: a network that is sure of the wrong thing has a finite, right loss and gradient") {
  // Sure of the blank, then of a wrong label, then of the end of the target first: what is needed later is e^-2000 now.
  const int steps = 40;
  std::vector<int> sure;
  for (int t = 0; t < steps; ++t) sure.push_back(t < 20 ? 0 : t < 30 ? 3 : 2);
  const Tensor peaks = reshape(50 * (2 * one_hot(Indices({steps}, sure), 4) - 1), {1, steps, 4});
  for (const Labels& target : {Labels{1, 2, 1, 2, 1, 2, 1, 2, 1, 1}, Labels{2, 1}, Labels{1}, Labels{}})
    CHECK(worst_gradient(peaks, target, 0) < 1e-5);
  CHECK(number(ctc_loss(peaks, {{1}}, 0)) > 1900);
  CHECK(worst_gradient(20 * peaks, {1, 1, 2}, 0) < 1e-5);  // +-1000
}
