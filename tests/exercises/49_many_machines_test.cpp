#include EXERCISE
#include <algorithm>

#include "check.hpp"

using namespace tg;

namespace {

using exercise::Part;

// Two parameters, and parts whose gradients are known: (4, 0) and (0, 4), with the weights 1 and 3.
struct Two {
  Tensor w = tensor({0, 0}).requires_grad(true);
  nn::Parameters parameters() const { return {{"w", w}}; }
  Part part(double first, double second, double weight) const {
    return {[*this, first, second] { return sum(w * tensor({first, second})); }, weight};
  }
  std::vector<Part> parts() const { return {part(4, 0, 1), part(0, 4, 3)}; }
};

}  // namespace

TEST_CASE("gradients") {
  const Two two;
  exercise::gradients(two.parameters(), two.parts(), 100);
  REQUIRE(two.w.has_grad());
  const Tensor got = two.w.grad();
  CHECK_MESSAGE(!near(got, tensor({2, 2})), "a mean of means: the weights were not used");
  CHECK_MESSAGE(!near(got, tensor({4, 12})),
                "weighted and added up, but not divided by the sum of the weights");
  CHECK(near(got, tensor({1, 3})));
  exercise::gradients(two.parameters(), two.parts(), 100);
  INFO("gradients that were there before do not count");
  CHECK(near(two.w.grad(), tensor({1, 3})));
}

TEST_CASE("clipping") {
  const Two two;
  exercise::gradients(two.parameters(), two.parts(), 1);
  const Tensor got = two.w.grad();
  CHECK_MESSAGE(!near(got, tensor({0.25, 0.75})),
                "each part was clipped, and then they were averaged: clip what all parts left, once");
  CHECK_MESSAGE(!near(got, tensor({1, 3})), "not clipped: the norm is 3.16, and the limit 1");
  CHECK(near(got, tensor({1 / std::sqrt(10.), 3 / std::sqrt(10.)})));
}

TEST_CASE("a part with weight 0") {
  const Two two;
  std::vector<Part> parts = two.parts();
  int runs = 0;
  parts.insert(parts.begin(), {[&] {
                                 ++runs;
                                 return sum(two.w * NAN);
                               },
                               0});
  INFO("it is not run: 0 times NaN is NaN");
  REQUIRE_NOTHROW(exercise::gradients(two.parameters(), parts, 100));
  CHECK(runs == 0);
  CHECK(near(two.w.grad(), tensor({1, 3})));
}

TEST_CASE("sums in any order") {
  manual_seed(9);
  std::vector<double> numbers = {1000, 1e-7, -1000, 0.1, 0.2, 0.3};
  for (const double number : uniform({994}, -1000, 1000).values()) numbers.push_back(number);
  double plain = 0;
  for (const double number : numbers) plain += number;
  const double sum = exercise::any_order(numbers);
  {
    INFO(
        "right to 1e-9: steps of 2^-40 are fine enough for 1000 roundings, thousandths or millionths are not");
    CHECK(std::abs(sum - plain) < 1e-9);
    CHECK(std::abs(exercise::any_order({1e-7, 0.5}) - 0.5000001) < 1e-9);
    CHECK(std::abs(exercise::any_order({-0.1, -0.2}) + 0.3) < 1e-9);
  }
  for (int turn = 0; turn < 20; ++turn) {
    std::rotate(numbers.begin(), numbers.begin() + 47, numbers.end());
    INFO(
        "the same numbers from another one on: sums of doubles are rounded, and the last bit depends on the order");
    REQUIRE(exercise::any_order(numbers) == sum);
  }
  INFO("a million in all must fit: 64 bits hold 10^6 2^40, 32 bits do not");
  CHECK(exercise::any_order(std::vector<double>(1000, 1000)) == 1e6);
  CHECK(exercise::any_order(std::vector<double>(1000, -1000)) == -1e6);
}

TEST_CASE("the ring") {
  const exercise::Network slow{0.5, 10};
  const double got = exercise::ring(4, 40, slow);
  CHECK_MESSAGE(!near(got, 27.), "6 messages, but not of all 40 bytes: each is the 4th part");
  CHECK_MESSAGE(!near(got, 4.5),
                "one round gives the sums, and a second one hands them out: 2 (machines - 1) messages");
  CHECK_MESSAGE(!near(got, 6.), "the bytes alone: each message takes the latency too");
  CHECK_MESSAGE(!near(got, 6.5), "one latency for all: each of the 6 messages has its own");
  CHECK(near(got, 9.));
  CHECK(near(exercise::ring(2, 40, slow), 5.));
  CHECK(near(exercise::ring(1, 40, slow), 0.));
}

TEST_CASE("machines that pay") {
  {
    INFO("a step shorter than two messages: one machine is fastest");
    CHECK(exercise::machines_that_pay(0.9, 0, {0.5, 1e9}, 64) == 1);
  }
  {
    // 64 / N + 2 (N - 1): 64, 34, 25.3, 22, 20.8, 20.67, 21.1
    INFO(
        "more machines compute faster and send more messages: the shortest time is the sum's, here on 6 machines");
    CHECK(exercise::machines_that_pay(64, 0, {1, 1e9}, 64) == 6);
  }
  {
    INFO("never more machines than there are");
    CHECK(exercise::machines_that_pay(64, 0, {1, 1e9}, 3) == 3);
  }
  {
    // 4 / N + 2 (N - 1): 4, 4
    INFO("one machine and two take as long: the smallest of equals");
    CHECK(exercise::machines_that_pay(4, 0, {1, 1e9}, 8) == 1);
  }
  INFO(
      "bytes count too: 10 / N + 2 (N - 1) / N 5 is 10 on any number of machines, and latency makes it more");
  CHECK(exercise::machines_that_pay(10, 5, {0.01, 1}, 8) == 1);
}

TEST_CASE("three steps on parts of any size") {
  manual_seed(12);
  const Tensor x = randn({7, 4, 2}), y = randn({7, 4, 1}), mask = sequence_mask({4, 1, 2, 4, 3, 1, 1}, 4);
  const auto train = [&](const std::vector<int>& ends) {
    manual_seed(1);
    const nn::Dense model(2, 1);
    for (int step = 0; step < 3; ++step) {
      std::vector<Part> parts;
      for (int start = 0; const int end : ends) {
        const Tensor real = slice(mask, 0, start, end);
        parts.push_back({[&, start, end, real] {
                           return mse_loss(model(slice(x, 0, start, end)), slice(y, 0, start, end),
                                           {.mask = real});
                         },
                         sum(real).item()});
        start = end;
      }
      exercise::gradients(model.parameters(), parts, 0.5);
      for (const auto& [name, parameter] : model.parameters())
        parameter.assign(parameter - 0.1 * parameter.grad());
    }
    return model.weight;
  };
  const Tensor joined = train({7});
  INFO("the weights must be those of one machine");
  CHECK(near(train({2, 7}), joined));
  CHECK(near(train({1, 3, 6, 7}), joined));
}
