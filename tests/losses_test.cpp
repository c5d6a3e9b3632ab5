#include <doctest/doctest.h>

#include "support.hpp"

using namespace tg;

TEST_CASE("mse_loss: values, reductions and the shape trap") {
  const Tensor y = tensor({1, 0, 1, 0}), p = tensor({0.1, 0.2, 0.3, 0.4}), mask = tensor({1, 0, 1, 1});
  CHECK(close(mse_loss(p, y, {.mask = mask}), tensor(0.486666667), 1e-6));  // Keras' masked mean
  CHECK(close(mse_loss(p, y, {.reduction = Reduction::sum}), tensor(1.5)));
  CHECK(close(mse_loss(p, y, {.reduction = Reduction::none}), tensor({0.81, 0.04, 0.49, 0.16})));
  CHECK(close(mse_loss(p, y, {.reduction = Reduction::none, .mask = mask}), tensor({0.81, 0, 0.49, 0.16})));
  CHECK(fails_with(
      [] {
        mse_loss(zeros({5, 1}), zeros({5}));
      },
      "[mse_loss] shapes differ: prediction is [5, 1], target is [5]; reshape one of them (a silent "
      "broadcast would "
      "compare every pair)"));
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
  CHECK(fails_with(
      [&] {
        mse_loss(p, target, {.mask = zeros({2, 3})});
      },
      "[mse_loss] the mask selects nothing"));
  CHECK(fails_with(
      [&] {
        mse_loss(p, target, {.mask = ones({3, 4})});
      },
      "[mse_loss] the mask has shape [3, 4], the loss [2, 3, 4]"));
  CHECK(fails_with(
      [&] {
        mse_loss(p, target, {.weights = ones({2, 3, 4, 1})});
      },
      "[mse_loss] the weights tensor has shape [2, 3, 4, 1]"));
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
  CHECK(fails_with([&] { mse_loss(unit, unit, {.reduction = Reduction::target_length_mean}); },
                   "which only ctc_loss has"));
}
