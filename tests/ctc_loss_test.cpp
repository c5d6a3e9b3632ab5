#include <doctest/doctest.h>

#include "support.hpp"

// What ctc_loss does with its options, and what it refuses.

using namespace tg;

namespace {

using Targets = std::vector<std::vector<int>>;

Tensor leaf(const Tensor& values) { return values.detach().clone().requires_grad(true); }

/// All elements are NaN.
bool all_nan(const Tensor& a) {
  return std::all_of(a.values().begin(), a.values().end(), [](Real v) { return std::isnan(v); });
}

}  // namespace

TEST_CASE("ctc_loss: reductions, and an upstream gradient that is respected") {
  manual_seed(1);
  const Tensor scores = randn({3, 9, 5});
  const Targets labels = {{1, 2, 3, 1}, {}, {4, 4}};
  const auto loss = [&](const Tensor& x, Reduction reduction) {
    return ctc_loss(x, labels, 0, {.reduction = reduction});
  };
  const Tensor each = loss(scores, Reduction::none);
  CHECK(each.shape() == Shape{3});
  CHECK(close(loss(scores, Reduction::sum), sum(each)));
  CHECK(close(loss(scores, Reduction::mean), mean(each)));
  CHECK(close(ctc_loss(scores, labels, 0), mean(each)));
  CHECK(close(loss(scores, Reduction::target_length_mean), mean(each / tensor({4, 1, 2}))));
  // uniform scores, 10 frames, 5 classes, 4 labels: 8.087012 and 2.021753 a label (pytorch#69016)
  const Tensor uniform_scores = zeros({1, 10, 5});
  CHECK(close(ctc_loss(uniform_scores, {{1, 2, 3, 4}}, 0, {.reduction = Reduction::target_length_mean}),
              tensor(2.021753), 1e-6));

  const auto gradient = [&](auto f) {
    const Tensor x = leaf(scores);
    f(x).backward();
    return x.grad();
  };
  const Tensor g = gradient([&](auto& x) { return loss(x, Reduction::sum); });
  CHECK(close(gradient([&](auto& x) { return 3 * loss(x, Reduction::mean); }), g));
  CHECK(same(gradient([&](auto& x) { return 0 * loss(x, Reduction::mean); }), zeros(g.shape())));
  const Tensor weights = tensor({2, 0, -1});
  CHECK(close(gradient([&](auto& x) { return sum(weights * loss(x, Reduction::none)); }),
              g * reshape(weights, {3, 1, 1})));
  CHECK(close(gradient([&](auto& x) { return loss(x, Reduction::target_length_mean); }),
              g / reshape(tensor({12, 3, 6}), {3, 1, 1})));
  const Tensor x = leaf(scores), twice = loss(x, Reduction::sum);
  twice.backward({.retain_graph = true});
  twice.backward();
  CHECK(close(x.grad(), 2 * g));
}

TEST_CASE("ctc_loss: the three losses agree in value and, through softmax, in gradient") {
  manual_seed(2);
  const Tensor scores = 2 * randn({2, 6, 4});
  const Targets labels = {{0, 0, 1}, {2}};
  const CTCOptions options{.lengths = {6, 4}};
  const auto run = [&](auto f) {
    const Tensor x = leaf(scores), loss = f(x);
    loss.backward();
    return std::pair(loss, x.grad());
  };
  const auto [a, d_a] = run([&](auto& x) { return ctc_loss(x, labels, 3, options); });
  const auto [b, d_b] =
      run([&](auto& x) { return ctc_loss_from_log_probs(log_softmax(x), labels, 3, options); });
  const auto [c, d_c] = run([&](auto& x) { return ctc_loss_from_probs(softmax(x), labels, 3, options); });
  CHECK(close(a, b, 4 * equality));
  CHECK(close(a, c, 4 * equality));
  CHECK(close(d_a, d_b, 4 * equality));
  CHECK(close(d_a, d_c, 4 * equality));
  CHECK(close(ctc_loss(scores + 1000, labels, 3, options), a, is_double ? 1e-12 : 1e-3));
}

TEST_CASE("ctc_loss: probabilities of exactly 0 and NaN in the padding stay out of the gradient") {
  const Tensor p = leaf(tensor({{{1, 0, 0}, {0.25, 0.75, 0}, {0.5, 0.5, 0}, {NAN, NAN, NAN}}}));
  const Tensor loss = ctc_loss_from_probs(p, {{1}}, 0, {.lengths = {3}});
  CHECK(close(loss, tensor(-std::log(0.25 * 0.5 + 0.75 * 0.5 + 0.75 * 0.5))));
  loss.backward();
  // -(share of the paths) / p: 1/8, 3/8 and 3/8 of 7/8
  CHECK(close(p.grad(), tensor({{{-1, 0, 0}, {-4.0 / 7, -8.0 / 7, 0}, {-6.0 / 7, -8.0 / 7, 0}, {0, 0, 0}}})));
}

TEST_CASE("ctc_loss: infinite losses have no gradient, and zero_infinity takes them for 0") {
  manual_seed(3);
  const Tensor blocked = tensor({{0.0, -INFINITY, 0.0}}),
               scores = leaf(concat({randn({1, 4, 3}), randn({1, 4, 3}) + blocked}, 0));
  const Targets labels = {{1, 1, 1},
                          {1}};  // the first has too few frames; the second, a label that is never possible
  CHECK(fails_with(
      [&] { ctc_loss(scores, labels, 0); },
      "[ctc_loss] sequence 0: 4 frames cannot carry 3 labels with 2 repeats, at least 5 are needed"));
  const Tensor zero = ctc_loss(scores, labels, 0, {.reduction = Reduction::none, .zero_infinity = true});
  CHECK(same(zero, tensor({0, 0})));
  sum(zero).backward();
  CHECK(same(scores.grad(), zeros({2, 4, 3})));
  scores.zero_grad();
  const Tensor infinite = ctc_loss(scores, {{2, 1}, {1}}, 0, {.reduction = Reduction::none});
  CHECK(std::isfinite(infinite.at({0})));
  CHECK(infinite.at({1}) == INFINITY);
  sum(infinite).backward();
  CHECK(same(slice(scores.grad(), 0, 1, 2), zeros({1, 4, 3})));
  CHECK(std::abs(scores.grad().at({0, 0, 0})) > 0);
  for (CTCInput input : {CTCInput::scores, CTCInput::log_probs}) {
    const CTCTargets targets = ctc_targets("ctc_loss", scores, labels, 0, {});
    for (const Tensor& y : {ctc(scores, targets, input), ctc_of_operations(scores, targets, input)}) {
      CHECK(y.at({0}) == INFINITY);
      CHECK(y.at({1}) == INFINITY);
      CHECK(same(grad(sum(y), {scores})[0], zeros({2, 4, 3})));
    }
  }
  // so far below the rest that no sum of logarithms holds it
  const Tensor far = tensor({{{0, -1e30}, {0, -1e30}}});
  CHECK(ctc_loss(far, {{1}}, 0).item() == INFINITY);
  CHECK(close(ctc_loss(far, {{}}, 0), tensor(0)));
}

TEST_CASE("ctc_loss: a NaN in a real frame makes its own sequence NaN and no other") {
  manual_seed(4);
  for (double bad : {std::nan(""), double{INFINITY}}) {
    const Tensor clean = randn({2, 20, 20}), hole = pad(reshape(tensor(bad), {1, 1, 1}), 2, 3, 16);
    const Tensor x = leaf(clean + pad(pad(hole, 1, 7, 12), 0, 1, 0));
    const Tensor each = ctc_loss(x, {{1, 2}, {3}}, 0, {.reduction = Reduction::none});
    CHECK(std::isfinite(each.at({0})));
    CHECK(std::isnan(each.at({1})));
    CHECK(all_nan(ctc_loss(x, {{1, 2}, {3}}, 0, {.zero_infinity = true})));
    sum(each).backward();
    CHECK(close(sum(slice(x.grad(), 0, 0, 1), -1), zeros({1, 20})));
    CHECK(all_nan(slice(x.grad(), 0, 1, 2)));
  }
}

TEST_CASE("ctc_loss: each loss refuses what belongs to another") {
  manual_seed(5);
  const Tensor scores = randn({2, 3, 4}), p = softmax(scores);
  const Targets labels = {{1}, {2}};
  CHECK(fails_with([&] { ctc_loss(p, labels, 0); }, "[ctc_loss] every frame is a distribution"));
  CHECK(close(ctc_loss(log(p), labels, 0), ctc_loss(scores, labels, 0), 4 * equality));
  CHECK(fails_with(
      [&] {
        ctc_loss_from_log_probs(zeros({2, 3, 4}), labels, 0);
      },
      "[ctc_loss_from_log_probs] sequence 0, frame 0: the sum of e^x over its classes is 4; 1 is needed. "
      "Raw scores go into ctc_loss"));
  CHECK(fails_with([&] { ctc_loss_from_log_probs(p, labels, 0); }, "probabilities into ctc_loss_from_probs"));
  CHECK(fails_with(
      [&] {
        ctc_loss_from_probs(ones({2, 3, 4}), labels, 0);
      },
      "[ctc_loss_from_probs] sequence 0, frame 0: its numbers add up to 4, the smallest is 1;"));
  CHECK(fails_with(
      [&] {
        ctc_loss_from_probs(tensor({{{1.5, -0.5}}}), {{1}}, 0);
      },
      "its numbers add up to 1, the smallest is -0.5; probabilities that add up to 1 are needed"));
  const Tensor late = concat({slice(p, 1, 0, 2), 2 * slice(p, 1, 2, 3)}, 1);
  CHECK(fails_with(
      [&] {
        ctc_loss_from_probs(late, labels, 0, {.lengths = {2, 3}});
      },
      "sequence 1, frame 2"));
  CHECK(fails_with([&] { ctc_loss_from_log_probs(NAN * scores, labels, 0); }, "is nan; 1 is needed"));
  CHECK(fails_with([&] { mse_loss(p, p, {.reduction = Reduction::target_length_mean}); },
                   "which only ctc_loss has"));
}

TEST_CASE("ctc_loss: mistakes are errors that name the sequence") {
  const Tensor scores = zeros({2, 8, 12});
  const Targets labels = {{1, 2}, {3}};
  const auto fails = [&](const Targets& targets, int blank, const std::vector<int>& lengths,
                         const char* text) {
    CHECK(fails_with([&] { ctc_loss(scores, targets, blank, {.lengths = lengths}); }, text));
  };
  fails(labels, 12, {}, "[ctc_loss] the blank is 12; the input has the classes 0 to 11");
  fails(labels, -1, {}, "[ctc_loss] the blank is -1;");
  fails({{1, 2}, {3, 11}}, 11, {},
        "[ctc_loss] sequence 1: label 11 at position 1 is the blank; a target holds labels only");
  fails({{1, 12}, {3}}, 0, {},
        "[ctc_loss] sequence 0: label 12 at position 1; labels go from 0 to 11, the blank 0 left out");
  fails({{1}, {-1}}, 0, {}, "[ctc_loss] sequence 1: label -1 at position 0");
  fails({{1}}, 0, {}, "[ctc_loss] 1 targets for a batch of 2; one per sequence is needed");
  fails(labels, 0, {8}, "[ctc_loss] 1 lengths for a batch of 2; one per sequence is needed");
  fails(labels, 0, {8, 0},
        "[ctc_loss] sequence 1 has length 0; lengths go from 1 to the 8 frames of the input");
  fails(labels, 0, {9, 8}, "[ctc_loss] sequence 0 has length 9; lengths go from 1 to the 8 frames");
  fails(labels, 0, {-3, 8}, "[ctc_loss] sequence 0 has length -3");
  fails({{}, {1, 1, 2, 2}}, 0, {8, 5},
        "[ctc_loss] sequence 1: 5 frames cannot carry 4 labels with 2 repeats, at least 6 are needed");
  CHECK(fails_with(
      [] {
        ctc_loss(zeros({8, 12}), {{1}}, 0);
      },
      "[ctc_loss] the input has shape [8, 12]; [B,T,C]"));
  CHECK(fails_with(
      [] {
        ctc_loss(zeros({1, 0, 12}), {{1}}, 0);
      },
      "[ctc_loss] the input has shape [1, 0, 12]"));
  CHECK(fails_with([] { ctc_loss(zeros({0, 8, 12}), {}, 0); }, "[ctc_loss] the loss has shape [0]"));
  CHECK(fails_with(
      [&] {
        ctc(zeros({1, 8, 12}), ctc_targets("ctc_loss", scores, labels, 0, {}), CTCInput::scores);
      },
      "[ctc_loss] the frames are [1, 8, 12]; the targets were made for [2, 8, 12]"));
  CHECK(ctc_loss(zeros({0, 8, 12}), {}, 0, {.reduction = Reduction::none}).shape() == Shape{0});
  // aa 3, aaa 5, abba 5, aabb 6
  CHECK(frames_needed({1, 1}) == 3);
  CHECK(frames_needed({1, 1, 1}) == 5);
  CHECK(frames_needed({1, 2, 2, 1}) == 5);
  CHECK(frames_needed({1, 1, 2, 2}) == 6);
  CHECK(frames_needed({}) == 0);
}

TEST_CASE("ctc_loss learns: a few steps make a target the likeliest, and leave no nodes behind") {
  manual_seed(6);
  const Tensor x = (0.1 * randn({1, 12, 5})).detach().requires_grad(true);
  const Targets labels = {{2, 2, 4, 1}};
  optim::Adam adam({{"x", x}}, {.lr = 0.2});
  const double before = static_cast<double>(ctc_loss(x, labels, 0).item());
  std::size_t nodes = 0;
  for (int step = 0; step < 60; ++step) {
    adam.zero_grad();
    ctc_loss(x, labels, 0).backward();
    adam.step();
    if (step == 0) nodes = live_nodes();
    CHECK(live_nodes() == nodes);
  }
  CHECK(static_cast<double>(ctc_loss(x, labels, 0).item()) < 0.1 * before);
  CHECK(decode::greedy(x, 0) == labels);
}
