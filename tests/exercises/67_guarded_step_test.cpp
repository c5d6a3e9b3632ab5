#include EXERCISE
#include <limits>

#include "check.hpp"

using namespace tg;

namespace {

// Two weights with these gradients.
struct Weights {
  Tensor a = tensor({1, 2}).requires_grad(true), b = tensor({{3}}).requires_grad(true);
  Weights(double first, double second, double third) {
    (sum(a * tensor({first, second})) + sum(b * tensor({{third}}))).backward();
  }
  nn::Parameters parameters() const { return {{"a", a}, {"b", b}}; }
};

}  // namespace

TEST_CASE("attention") {
  const Tensor scores = tensor({{0, std::log(3), 5}, {7, 0, 0}}), mask = tensor({{1, 1, 0}, {1, 0, 0}});
  const Tensor values = tensor({{{4}, {8}, {100}}, {{-2}, {50}, {50}}});
  const Tensor got = exercise::attend(scores, values, mask);
  const Tensor all = softmax(scores);
  CHECK_MESSAGE(!near(got, sum(reshape(all * mask, {2, 3, 1}) * values, 1)),
                "masked after the softmax alone: then the weights of the real steps no longer add up to 1");
  CHECK_MESSAGE(!near(got, sum(reshape(softmax(scores * mask), {2, 3, 1}) * values, 1)),
                "a score of 0 is no mask: e^0 is a weight like any other");
  CHECK(near(got, tensor({{7}, {-2}})));
}

TEST_CASE("attention over nothing") {
  const Tensor scores = tensor({{1, 2}, {3, 4}}).requires_grad(true);
  const Tensor values = tensor({{{1}, {2}}, {{6}, {8}}}).requires_grad(true);
  const Tensor got = exercise::attend(scores, values, tensor({{1, 0}, {0, 0}}));
  CHECK_MESSAGE(!near(got, tensor({{1}, {7}})),
                "an item without a real step got the mean of its padding: its weights must be 0");
  {
    INFO("an item without a real step gets 0; the softmax of nothing but -infinity is NaN");
    CHECK(near(got, tensor({{1}, {0}})));
  }
  INFO("and no gradient is NaN");
  const std::vector<Tensor> gradients = grad(sum(got), {scores, values});
  CHECK(near(gradients[0], zeros({2, 2})));
  CHECK(near(gradients[1], tensor({{{1}, {0}}, {{0}, {0}}})));
}

TEST_CASE("the loss") {
  const Tensor z = tensor({std::log(3), -std::log(4)}), y = tensor({1, 1});
  CHECK_MESSAGE(!near(exercise::loss(z, y), -std::log(0.75) - std::log(0.2)),
                "the mean over the items, not their sum");
  CHECK(near(exercise::loss(z, y), -(std::log(0.75) + std::log(0.2)) / 2));
  CHECK(near(exercise::loss(z, 1 - y), -(std::log(0.25) + std::log(0.8)) / 2));
  const Tensor far = tensor({1000, -1000}).requires_grad(true), wrong = tensor({0, 1});
  const Tensor loss = exercise::loss(far, wrong);
  {
    INFO(
        "scores of 1000 on the wrong side: p has rounded to 1 or to 0, and its logarithm is infinite or that of a clip. Begin "
        "with the scores");
    CHECK(near(loss, 1000));
  }
  INFO("and each score is pulled back with a slope of 1 / N");
  CHECK(near(grad(loss, {far})[0], tensor({0.5, -0.5})));
}

TEST_CASE("a step") {
  const Weights small(0.3, 0, 0.4);
  CHECK(exercise::step(small.parameters(), 2, 1));
  CHECK_MESSAGE(!near(small.a, tensor({1.6, 2})), "this goes uphill: against the gradient is down");
  CHECK_MESSAGE(!near(small.a, tensor({-0.2, 2})), "below the limit nothing is scaled");
  CHECK(near(small.a, tensor({0.4, 2})));
  CHECK(near(small.b, tensor({{2.2}})));
  const Weights large(30, 0, 40);
  CHECK(exercise::step(large.parameters(), 1, 1));
  CHECK_MESSAGE(!near(large.a, tensor({0, 2})),
                "clipped one by one: the norm is that of all gradients together, 50");
  CHECK(near(large.a, tensor({0.4, 2})));
  CHECK(near(large.b, tensor({{2.2}})));
}

TEST_CASE("a step that is refused") {
  for (const double odd : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    const Weights weights(1, 1, odd);
    INFO("the gradient of the last weight is " << written(odd));
    CHECK_FALSE(exercise::step(weights.parameters(), 0.1, 1));
    INFO("nothing may have changed, also no weight that stands before the bad one, in whatever order");
    CHECK(near(weights.a, tensor({1, 2})));
    CHECK(near(weights.b, tensor({{3}})));
  }
}

TEST_CASE("a parameter without a gradient") {
  const Weights weights(0.3, 0, 0.4);
  const Tensor idle = tensor({5}).requires_grad(true);
  CHECK(exercise::step({{"idle", idle}, {"weights", weights.parameters()}}, 1, 1));
  CHECK(near(idle, tensor({5})));
  CHECK(near(weights.a, tensor({0.7, 2})));
}

TEST_CASE("the culprit") {
  const Tensor x = tensor({0, 4}).requires_grad(true);
  CHECK(exercise::culprit([&] { return sum(x * x); }) == "");
  {
    INFO("the logarithm of 0 shows in the value");
    CHECK(exercise::culprit([&] { return sum(log(x)); }) == "log");
  }
  {
    INFO(
        "the square root at 0 has a finite value. Its gradient is infinite: backward() must run under AnomalyMode too");
    CHECK(exercise::culprit([&] { return sum(sqrt(x)); }) == "div");
  }
  INFO("and the mode ends with the call");
  CHECK(std::isinf(sum(log(x)).item()));
}

TEST_CASE("a training with odd batches") {
  manual_seed(3);
  const nn::Dense score(2, 1), value(2, 1);
  const nn::Parameters all = {{"score", score}, {"value", value}};
  int refused = 0;
  double last = 0;
  for (int i = 0; i < 200; ++i) {
    Tensor x = randn({16, 3, 2});
    const Tensor y = select(select(x, 1, 0), 1, 0) > 0;
    if (i % 50 == 7) x = where(x > 1, full({}, std::nan("")), x);
    const Tensor mask = i % 50 == 9 ? zeros({16, 3}) : ones({16, 3}) * tensor({1, 0, 0});
    for (const auto& [name, parameter] : all) parameter.zero_grad();
    const Tensor seen = exercise::attend(reshape(score(x), {16, 3}), x, mask);
    const Tensor loss = exercise::loss(reshape(value(seen), {16}), y);
    loss.backward();
    refused += !exercise::step(all, 1, 1);
    if (i == 199) last = loss.item();
  }
  INFO(
      "4 of 200 batches hold a NaN, 4 have no real step; the first must be refused, the others are harmless");
  CHECK(refused == 4);
  INFO("the rest must train: the label is the sign of what is attended to");
  CHECK(last < 0.3);
}
