#include EXERCISE
#include <limits>

#include "check.hpp"

using namespace tg;

namespace {

using Gradients = std::vector<Tensor>;

// The result, which must have as many tensors as the gradients.
Gradients got(const Gradients& gradients, double limit) {
  const Gradients result = exercise::clipped(gradients, limit);
  INFO("one tensor for each gradient, in the same order");
  REQUIRE(result.size() == gradients.size());
  return result;
}

}  // namespace

TEST_CASE("above the limit") {
  const Gradients result = got({tensor({3, 0}), tensor({{4}})}, 1);
  CHECK_MESSAGE(!near(result[0], tensor({1, 0})),
                "each tensor, or each number, was clipped by itself: the norm is that of all together, 5");
  CHECK_MESSAGE(!near(result[0], tensor({3.0 / 25, 0})),
                "divided by the sum of squares: the norm is its root");
  CHECK(near(result[0], tensor({0.6, 0})));
  CHECK(near(result[1], tensor({{0.8}})));
  CHECK(near(got({tensor({3, -4})}, 2)[0], tensor({1.2, -1.6})));
}

TEST_CASE("below the limit") {
  const Gradients result = got({tensor({0.3, 0}), tensor({{-0.4}})}, 1);
  INFO("small gradients stay as they are: clipping never makes a step longer");
  CHECK(near(result[0], tensor({0.3, 0})));
  CHECK(near(result[1], tensor({{-0.4}})));
  CHECK(near(got({zeros({3})}, 1)[0], zeros({3})));
}

TEST_CASE("what is not finite") {
  const double inf = std::numeric_limits<double>::infinity();
  for (const double odd : {std::nan(""), inf, -inf}) {
    INFO("a gradient holds " << written(odd) << ": no factor is right, and the result must be empty");
    CHECK(exercise::clipped({tensor({1, 2}), tensor({3, odd})}, 1).empty());
  }
}

TEST_CASE("numbers of any size") {
  const Gradients result = got({tensor({3e200, 0}), tensor({4e200})}, 1);
  INFO("3e200 is finite, and its square is infinite: then the factor is 0, and the whole step is lost");
  CHECK(near(result[0], tensor({0.6, 0})));
  CHECK(near(result[1], tensor({0.8})));
  INFO("the squares of 1e-200 are 0, and below the limit nothing changes");
  CHECK(got({tensor({1e-200, 1e-200})}, 1)[0].at({0}) == 1e-200);
}

TEST_CASE("the gradients themselves") {
  const Tensor g = tensor({30, 40});
  got({g}, 1);
  INFO("the result has numbers of its own: what was given must not change");
  CHECK(near(g, tensor({30, 40})));
}
