#include <doctest/doctest.h>

#include "support.hpp"

using namespace tg;

TEST_CASE("mse_loss: values and reductions") {
  const Tensor y = tensor({1, 0, 1, 0}), p = tensor({0.1, 0.2, 0.3, 0.4}), mask = tensor({1, 0, 1, 1});
  CHECK(close(mse_loss(p, y, {.mask = mask}), tensor(0.486666667), 1e-6));  // Keras' masked mean
  CHECK(close(mse_loss(p, y, {.reduction = Reduction::sum}), tensor(1.5)));
  CHECK(close(mse_loss(p, y, {.reduction = Reduction::none}), tensor({0.81, 0.04, 0.49, 0.16})));
  CHECK(close(mse_loss(p, y, {.reduction = Reduction::none, .mask = mask}), tensor({0.81, 0, 0.49, 0.16})));
}

TEST_CASE("masks: aligned on the right, and nothing of what they leave out gets through") {
  manual_seed(1);
  const Tensor target = randn({2, 3, 4}), p = randn({2, 3, 4});
  const Tensor by_step = tensor({{1, 1, 0}, {1, 0, 0}});
  const Tensor by_element = broadcast_to(reshape(by_step, {2, 3, 1}), {2, 3, 4});
  CHECK(same(mse_loss(p, target, {.mask = by_step}), mse_loss(p, target, {.mask = by_element})));

  const Tensor poisoned = where(by_element, p, NAN).requires_grad(true);
  const Tensor loss = mse_loss(poisoned, where(by_element, target, NAN), {.mask = by_step});
  CHECK(same(loss, mse_loss(p, target, {.mask = by_step})));
  loss.backward();
  CHECK(same(poisoned.grad() * (1 - by_element), zeros({2, 3, 4})));

  // More padding changes nothing: the mean is over what is selected.
  const Tensor longer = pad(p, 1, 0, 5, 9), longer_target = pad(target, 1, 0, 5),
               longer_mask = pad(by_step, 1, 0, 5);
  CHECK(close(mse_loss(longer, longer_target, {.mask = longer_mask}), loss));
}

TEST_CASE("weights multiply, and the mean divides by the number of elements") {
  // sqrt-count weights of four steps on unit losses: mean 1.536566
  const Tensor weights = reshape(sqrt(arange(1, 5)), {1, 4}), unit = ones({1, 4});
  CHECK(close(mse_loss(unit, 0 * unit, {.weights = weights}),
              tensor((1 + std::sqrt(2.0) + std::sqrt(3.0) + 2) / 4)));
  CHECK(std::abs(static_cast<double>(mse_loss(unit, 0 * unit, {.weights = weights}).item()) - 1.536566) <
        1e-6);
  const Tensor masked = mse_loss(unit, 0 * unit, {.mask = tensor({{1, 0, 0, 1}}), .weights = weights});
  CHECK(close(masked, tensor(1.5)));  // (1 + 2) / 2
}

TEST_CASE("KL divergence: published numbers, bounds and edges") {
  // Keras: rows are not normalised, an arithmetic check.
  const Tensor t = tensor({{0.5, 0.8, 0.12}, {0.7, 0.43, 0.8}}),
               q = tensor({{0.4, 0.9, 0.12}, {0.36, 0.3, 0.4}});
  CHECK(close(kl_divergence(t, q), tensor(0.596074), 1e-6));
  const Tensor fair = tensor({0.5, 0.5}), skewed = tensor({0.9, 0.1});
  CHECK(close(kl_divergence(fair, skewed), tensor(0.510826), 1e-6));
  CHECK(close(kl_divergence(skewed, fair), tensor(0.368064), 1e-6));
  CHECK(close(symmetric_kl_divergence(fair, skewed), tensor(0.510826 + 0.368064), 1e-6));
  CHECK(same(symmetric_kl_divergence(fair, skewed), symmetric_kl_divergence(skewed, fair)));
  // pytorch#60928: negative for rows that are no distributions, positive once they are
  const Tensor o = tensor({0.1132, 0.5477, 0.3390}), z = tensor({0.1541, 0.0511, 0.0947});
  CHECK(close(kl_divergence(z, o), tensor(-0.194444), 1e-5));
  CHECK(close(kl_divergence(z / sum(z), o / sum(o)), tensor(0.555842), 1e-5));
  manual_seed(2);
  const Tensor p = softmax(randn({50, 4})), r = softmax(randn({50, 4}));
  CHECK(min(kl_divergence(p, r, {.reduction = Reduction::none})).item() > 0);
  CHECK(std::abs(kl_divergence(p, p).item()) < Real(1e-6));

  CHECK(same(kl_divergence(tensor({0, 1}), tensor({0, 1})), 0));  // 0 ln 0 is 0
  CHECK(kl_divergence(tensor({0.5, 0.5}), tensor({0, 1})).item() == INFINITY);
  const Tensor x = tensor({0, 1}).requires_grad(true);
  kl_divergence(x, tensor({0.5, 0.5})).backward();
  CHECK(x.grad().at({0}) == 0);
  const Tensor bad = tensor({{0.5, 0.5}, {NAN, NAN}}), good = tensor({{0.9, 0.1}, {0.5, 0.5}});
  CHECK(close(kl_divergence(bad, good, {.mask = tensor({1, 0})}), tensor(0.510826), 1e-6));
}

TEST_CASE("hinge loss: Keras' numbers") {
  const Tensor y = tensor({{-1, 1}, {-1, -1}}), s = tensor({{0.6, 0.4}, {0.4, 0.6}});
  CHECK(close(mean(hinge_loss(s, y, {.reduction = Reduction::none}), -1), tensor({1.1, 1.5})));
  CHECK(close(hinge_loss(s, y), tensor(1.3)));
  CHECK(close(hinge_loss(s, y, {.margin = 2, .reduction = Reduction::sum}), tensor(2.6 + 1.6 + 2.4 + 2.6)));
  CHECK(close(hinge_loss(s, y * tensor({{1, 1}, {1, 0}}), {.mask = tensor({{1, 1}, {1, 0}})}),
              tensor(3.6 / 3)));
}

TEST_CASE("binary cross-entropy: raw scores stay exact") {
  const Tensor x = tensor({50, -50, 0.3}), y = tensor({0, 1, 1});
  const Tensor each = binary_cross_entropy_with_logits(x, y, {.reduction = Reduction::none});
  CHECK(each.at({0}) == 50);
  CHECK(each.at({1}) == 50);
  CHECK(close(binary_cross_entropy_with_logits(slice(x, 0, 2, 3), slice(y, 0, 2, 3)),
              binary_cross_entropy(sigmoid(slice(x, 0, 2, 3)), slice(y, 0, 2, 3))));
  CHECK(same(binary_cross_entropy(tensor({0, 1}), tensor({0, 1})), 0));
  CHECK(binary_cross_entropy(tensor({0}), tensor({1})).item() == INFINITY);
  const Tensor score = tensor({0.5, -1}).requires_grad(true);
  binary_cross_entropy_with_logits(score, tensor({1, 0.25}), {.reduction = Reduction::sum}).backward();
  CHECK(close(score.grad(), sigmoid(score.detach()) - tensor({1, 0.25})));
  // one sigmoid is a two-way softmax: z = (.3, -1.2)
  CHECK(close(sigmoid(tensor(-1.5)), tensor(0.18242552), 1e-7));
  CHECK(close(softmax(tensor({0.3, -1.2})), tensor({1 - 0.18242552, 0.18242552}), 1e-7));
}

TEST_CASE("cross-entropy: shift invariance and masks") {
  manual_seed(3);
  const Tensor scores = randn({2, 3, 5}).requires_grad(true), mask = sequence_mask({3, 1}, 3);
  const Indices labels = indices({{1, 2, 0}, {4, 0, 0}}), junk = indices({{1, 2, 0}, {4, -1, 99}});
  CHECK(close(cross_entropy(scores + 1000, labels), cross_entropy(scores, labels), is_double ? 1e-12 : 1e-4));
  const Tensor p = softmax(scores.detach());
  const Tensor each = cross_entropy(scores, labels, {.reduction = Reduction::none});
  CHECK(close(static_cast<double>(each.at({0, 1})), -std::log(static_cast<double>(p.at({0, 1, 2})))));
  const Tensor loss = cross_entropy(scores, junk, {.mask = mask});
  CHECK(same(loss, cross_entropy(scores, labels, {.mask = mask})));
  loss.backward();
  const Tensor wide = reshape(mask, {2, 3, 1});
  const Tensor expected = (p - one_hot(labels, 5)) * wide / 4;
  CHECK(close(scores.grad(), expected));
}

TEST_CASE("masks and weights over time") {
  CHECK(same(sequence_mask({2, 0, 3}, 3), tensor({{1, 1, 0}, {0, 0, 0}, {1, 1, 1}})));
  CHECK(close(sqrt_count_weights(4), tensor({{1, std::sqrt(2.0), std::sqrt(3.0), 2}})));
  const Tensor each = tensor({1, 2, 3, 0.5, NAN, NAN}), mask = tensor({1, 1, 1, 1, 0, 0});
  CHECK(close(masked_mean(each, mask), tensor(1.625)));
}

TEST_CASE("gradients of the losses agree with differences, to second order") {
  if (!is_double) return;
  manual_seed(4);
  const Tensor mask = tensor({{1, 0, 1}, {1, 1, 0}}), weights = tensor({{1, 2, 3}}),
               labels = tensor({{1, -1, 1}, {-1, 1, 1}});
  const LossOptions options{.mask = mask, .weights = weights};
  const auto check = [](const char* name, auto f, std::initializer_list<Tensor> inputs,
                        bool second_order = true) {
    const GradcheckResult result = gradcheck(f, inputs, {.second_order = second_order});
    INFO(std::string(name), ": ", result.text);
    CHECK(result.ok);
    CHECK(result.largest > 1e-3);
  };
  const Tensor a = randn({2, 3}), b = randn({2, 3}), p = uniform({2, 3}, 0.1, 0.9),
               q = uniform({2, 3}, 0.1, 0.9);
  check("mse", [&](Inputs in) { return mse_loss(in[0], in[1], options); }, {a, b});
  check("bce", [&](Inputs in) { return binary_cross_entropy(in[0], in[1], options); }, {p, q});
  check("bce with logits", [&](Inputs in) { return binary_cross_entropy_with_logits(in[0], in[1], options); },
        {a, q});
  check("cross-entropy",
        [&](Inputs in) {
          return cross_entropy(in[0], indices({2, 0}), {.weights = tensor({1, 2})});
        },
        {a});
  check("kl", [&](Inputs in) { return kl_divergence(in[0], in[1], {.reduction = Reduction::none}); }, {p, q});
  check("symmetric kl", [&](Inputs in) { return symmetric_kl_divergence(in[0], in[1]); }, {p, q});
  check("hinge", [&](Inputs in) { return hinge_loss(in[0], labels, {.mask = mask, .weights = weights}); },
        {a});
}
