#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

// The gradient of z, with the upstream gradients 1, 10, 100, ..
Tensor slope(const Tensor& z, double width, const Tensor& upstream) {
  const Tensor leaf = z.clone().detach().requires_grad(true), y = exercise::threshold(leaf, width);
  {
    INFO(
        "the result requires no gradient: a comparison alone, or a detach() around everything, lets none pass");
    REQUIRE(y.requires_grad());
  }
  return grad(sum(upstream * y), {leaf})[0];
}

}  // namespace

TEST_CASE("values") {
  const Tensor z = tensor({{-3, -0.2, 0.2}, {0.1, 2, -7}});
  const Tensor got = exercise::threshold(z, 1);
  CHECK_MESSAGE(!near(got, clamp(z / 2, -0.5, 0.5) + 0.5),
                "these are the values of the line: the result must be 0 or 1");
  CHECK(near(got, tensor({{0, 0, 1}, {1, 1, 0}})));
  INFO("1 where z is above 0: at 0 it is 0");
  CHECK(near(exercise::threshold(tensor({0, 1e-9, -1e-9}), 1), tensor({0, 1, 0})));
}

TEST_CASE("slope") {
  const Tensor z = tensor({-3, -0.9, -0.1, 0.1, 0.9, 3}), ones_above = ones({6});
  const Tensor got = slope(z, 1, ones_above);
  CHECK_MESSAGE(!near(got, zeros({6})),
                "the gradient is 0: the soft part is added and taken away again. Detach one of the two");
  CHECK_MESSAGE(!near(got, tensor({0.5, 0.5, 0.5, 0.5, 0.5, 0.5})),
                "z = 3 is far from the threshold, and got a gradient: the slope must end at width");
  CHECK_MESSAGE(!near(got, ones({6})), "this is slope 1 everywhere: it must end at width");
  CHECK_MESSAGE(!near(got, tensor({0, 1, 1, 1, 1, 0})),
                "the line from -1 to 1 rises by 1 in all, so its slope is 1/2");
  CHECK(near(got, tensor({0, 0.5, 0.5, 0.5, 0.5, 0})));
}

TEST_CASE("other widths") {
  const Tensor z = tensor({-0.3, -0.2, 0.2, 3.9, 4.1});
  INFO("width 0.25: slope 2 where |z| <= 0.25");
  CHECK(near(slope(z, 0.25, ones({5})), tensor({0, 2, 2, 0, 0})));
  INFO("width 4: slope 1/8 where |z| <= 4");
  CHECK(near(slope(z, 4, ones({5})), tensor({0.125, 0.125, 0.125, 0.125, 0})));
}

TEST_CASE("the gradient from above") {
  INFO("the slope is multiplied by the gradient that arrives");
  CHECK(near(slope(tensor({{-0.5, 0.5}, {2, 0.1}}), 1, tensor({{1, 10}, {100, -1000}})),
             tensor({{0.5, 5}, {0, -500}})));
}
