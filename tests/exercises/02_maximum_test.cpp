#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

// d sum(weight maximum(a, b)), towards both
std::vector<Tensor> slopes(const Tensor& a, const Tensor& b, double weight = 1) {
  const Tensor p = a.clone().requires_grad(true), q = b.clone().requires_grad(true);
  return grad(sum(weight * exercise::maximum(p, q)), {p, q});
}

}  // namespace

TEST_CASE("values") {
  CHECK(near(exercise::maximum(tensor({1, 5, -2}), tensor({3, 4, -2})), tensor({3, 5, -2})));
  CHECK(near(exercise::maximum(tensor({{1}, {3}}), tensor({0, 2})), tensor({{1, 2}, {3, 3}})));
}

TEST_CASE("where they differ, the larger gets all") {
  const std::vector<Tensor> found = slopes(tensor({1, 5}), tensor({3, 4}), 2);
  CHECK(near(found[0], tensor({0, 2})));
  CHECK(near(found[1], tensor({2, 0})));
}

TEST_CASE("at a tie") {
  const Tensor x = tensor({-1, 0, 7}).requires_grad(true);
  const Tensor slope = grad(sum(exercise::maximum(x, x)), {x})[0];  // maximum(x, x) is x
  CHECK_MESSAGE(!near(slope, zeros({3})),
                "maximum(x, x) has slope 0: at a tie nothing arrives at either input");
  CHECK_MESSAGE(!near(slope, full({3}, 2)), "maximum(x, x) has slope 2: at a tie both inputs get all of it");
  CHECK(near(slope, ones({3})));
  const std::vector<Tensor> found = slopes(tensor({2, 0}), tensor({2, 0}), 3);
  INFO("at a tie both inputs are treated alike, since maximum(a, b) and maximum(b, a) are the same");
  CHECK(near(found[0], tensor({1.5, 1.5})));
  CHECK(near(found[1], tensor({1.5, 1.5})));
}

TEST_CASE("gradients, away from ties") {
  const auto f = [](Inputs in) { return exercise::maximum(in[0], in[1]); };
  CHECK(gradients_right(f, {tensor({{1, 5}, {-3, 0.5}}), tensor({{3, 4}, {-2, 0.1}})}));
  INFO("with sizes that broadcast");
  CHECK(gradients_right(f, {tensor({{1}, {-3}}), tensor({0.5, 4})}));
}
