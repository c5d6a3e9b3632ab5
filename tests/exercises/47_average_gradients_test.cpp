#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

using exercise::Part;

std::vector<Tensor> got(const std::vector<Part>& parts, std::size_t parameters) {
  const std::vector<Tensor> result = exercise::averaged(parts);
  INFO("one Tensor for each parameter");
  REQUIRE(result.size() == parameters);
  return result;
}

}  // namespace

TEST_CASE("two machines") {
  const std::vector<Tensor> result =
      got({{{tensor({4, 0}), tensor({{8}})}, 1}, {{tensor({0, 4}), tensor({{-8}})}, 3}}, 2);
  CHECK_MESSAGE(!near(result[0], tensor({2, 2})), "the weights were not used: this is a mean of means");
  CHECK_MESSAGE(!near(result[0], tensor({2, 6})),
                "divided by the number of machines: divide by the sum of the weights");
  CHECK_MESSAGE(!near(result[0], tensor({4, 12})), "weighted and added up, but not divided");
  CHECK_MESSAGE(!near(result[0], tensor({3, 1})),
                "the machine with the larger weight must count more, not less");
  CHECK(near(result[0], tensor({1, 3})));
  CHECK(near(result[1], tensor({{-4}})));
}

TEST_CASE("one machine") {
  INFO("alone, the gradient stays as it is, whatever its weight");
  CHECK(near(got({{{tensor({4, 0})}, 7}}, 1)[0], tensor({4, 0})));
}

TEST_CASE("machines that had nothing to do") {
  const Part some = {{tensor({4, 0})}, 2}, more = {{tensor({1, 3})}, 1}, odd = {{tensor({NAN, INFINITY})}, 0},
             none = {{}, 0};
  {
    INFO("gradients with weight 0 are not read: 0 times NaN is NaN");
    CHECK(near(got({some, odd, more}, 1)[0], tensor({3, 1})));
    CHECK(near(got({odd, some}, 1)[0], tensor({4, 0})));
  }
  {
    INFO("a part with weight 0 may have no gradients at all, and may stand first");
    CHECK(near(got({none, some, more}, 1)[0], tensor({3, 1})));
  }
  INFO("where all weights are 0, the result is empty");
  CHECK(exercise::averaged({odd, none}).empty());
  CHECK(exercise::averaged({}).empty());
}

TEST_CASE("a masked loss") {
  manual_seed(4);
  const nn::Dense model(2, 1);
  const Tensor x = randn({5, 4, 2}), y = randn({5, 4, 1}), mask = sequence_mask({1, 4, 2, 4, 3}, 4);
  const auto part = [&](int start, int end) -> Part {
    const Tensor real = slice(mask, 0, start, end),
                 loss = mse_loss(model(slice(x, 0, start, end)), slice(y, 0, start, end), {.mask = real});
    return {grad(loss, {model.weight, model.bias}), sum(real).item()};
  };
  const Part joined = part(0, 5);
  const std::vector<Tensor> result = got({part(0, 1), part(1, 3), part(3, 5)}, 2);
  INFO("three machines must give the gradient of the joined batch");
  CHECK(near(result[0], joined.gradients[0]));
  CHECK(near(result[1], joined.gradients[1]));
}

TEST_CASE("what was given stays") {
  const Tensor first = tensor({4, 0}), second = tensor({0, 4});
  got({{{first}, 1}, {{second}, 3}}, 1);
  INFO("the result has numbers of its own: what the machines sent must not change");
  CHECK(near(first, tensor({4, 0})));
  CHECK(near(second, tensor({0, 4})));
}
