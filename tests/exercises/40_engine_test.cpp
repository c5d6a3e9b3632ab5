#include EXERCISE
#include "check.hpp"

namespace {

using exercise::Number;
using exercise::variable;

const double tanh_slope = 1 - std::pow(std::tanh(0.25), 2);  // of tanh at 0.25

double slope(const Number& y, const Number& x) {
  const std::vector<double> gradients = exercise::gradient(y, {x});
  return gradients.size() == 1 ? gradients[0] : std::nan("");
}

// The loss of a network with two hidden units on the four points of exclusive or, which no straight line
// parts. 9 weights.
Number exclusive_or(const std::vector<Number>& w) {
  Number sum = variable(0);
  for (const double a : {-1., 1.})
    for (const double b : {-1., 1.}) {
      const Number x = variable(a), y = variable(b), wrong_by = variable(a * b);  // minus the target
      const Number left = tanh(w[0] * x + w[1] * y + w[2]), right = tanh(w[3] * x + w[4] * y + w[5]);
      const Number error = w[6] * left + w[7] * right + w[8] + wrong_by;
      sum = sum + error * error;
    }
  return sum * variable(0.25);
}

const std::vector<double> small_weights = {0.5, 0.4, -0.3, -0.6, -0.5, -0.2, 0.3, 0.2, 0.1};

}  // namespace

TEST_CASE("values") {
  const Number a = variable(3), b = variable(-2);
  CHECK(near(a.value, 3));
  CHECK(near((a + b).value, 1));
  CHECK(near((a * b).value, -6));
  CHECK(near(tanh(b).value, std::tanh(-2)));
}

TEST_CASE("one operation") {
  // Each from new variables: what a call leaves behind is another test's subject.
  const auto of_product = [](bool first) {
    const Number a = variable(3), b = variable(-2);
    return slope(a * b, first ? a : b);
  };
  const auto of_tanh = [] {
    const Number a = variable(0.25);
    return slope(tanh(a), a);
  };
  const Number a = variable(3), b = variable(-2), c = variable(5), alone = variable(7);
  CHECK(near(slope(a + b, b), 1));
  CHECK_MESSAGE(!near(of_product(true), 3),
                "the slope of a b with respect to a is b, the other factor, and not a");
  CHECK(near(of_product(true), -2));
  CHECK(near(of_product(false), 3));
  CHECK_MESSAGE(!near(of_tanh(), 1 - 0.25 * 0.25),
                "1 - y^2 is the slope of tanh with y, the result, not with what goes in");
  CHECK(near(of_tanh(), tanh_slope));
  INFO("with respect to itself a number has the slope 1");
  CHECK(near(slope(alone, alone), 1));
  INFO("y does not depend on this one: its derivative is 0");
  CHECK(near(slope(a * b, c), 0));
}

TEST_CASE("a second call") {
  const Number x = variable(3), z = variable(2), y = x * z;
  CHECK(near(slope(y, x), 2));
  CHECK_MESSAGE(!near(slope(y, x), 4),
                "the gradients of the call before were still there: nothing may stay behind");
  INFO("the same call must give the same");
  CHECK(near(slope(y, x), 2));
  const std::vector<double> both = exercise::gradient(y, {z, x});
  INFO("one derivative for each of xs, in their order");
  REQUIRE(both.size() == 2);
  CHECK(near(both[0], 3));
  CHECK(near(both[1], 2));
}

TEST_CASE("a number that is used twice") {
  const Number x = variable(0.5);
  const Number a = x * x, y = a + tanh(a);
  CHECK_MESSAGE(!near(slope(y, x), tanh_slope),
                "the last use overwrote the gradient of those before: each use adds its share");
  CHECK_MESSAGE(!near(slope(y, x), tanh_slope / 2),
                "each use overwrote the gradient of those before: each use adds its share");
  CHECK_MESSAGE(
      !near(slope(y, x), 1),
      "the share of tanh(a) never came to x: a passed its gradient on before all that use it had given "
      "theirs. Go back in the order in which the numbers were made, the last first");
  CHECK(near(slope(y, x), 1 + tanh_slope));
  INFO("x x has the slope 2 x: a number that goes into an operation twice gets a share for each time");
  CHECK(near(slope(x * x, x), 1));
}

TEST_CASE("a number that is used near and far") {
  // x is used by the last operation and by the first. Squares of squares: y = x^8 + x.
  const Number x = variable(1.5);
  const Number a = x * x, b = a * a, y = b * b + x;
  CHECK(near(slope(y, x), 8 * std::pow(1.5, 7) + 1));
  // a is used by the last operation and by the one before: y = (a + a^2) a with a = x^2.
  const Number last = (a + a * a) * a;
  INFO(
      "a number passed its gradient on before all that use it had given their shares: go back in the order "
      "in which the numbers were made, the last first");
  CHECK(near(slope(last, x), 4 * std::pow(1.5, 3) + 6 * std::pow(1.5, 5)));
  [[maybe_unused]] const Number unused = b * x;
  INFO("what was made of b later has no part in it");
  CHECK(near(slope(b, x), 4 * std::pow(1.5, 3)));
}

TEST_CASE("sixty doublings take no longer than other operations") {
  // A way back that follows each path by itself would take 2^60 turns.
  const Number x = variable(1);
  Number y = x;
  for (int i = 0; i < 60; ++i) y = y + y;
  CHECK(near(slope(y, x), std::pow(2, 60)));
}

TEST_CASE("compared with central differences") {
  // Of x^3 a central difference is 3 x^2 + h^2, so it is wrong by h^2, and a difference to one side
  // by 3 x h + h^2.
  const auto cube = [](const std::vector<Number>& x) { return x[0] * x[0] * x[0]; };
  const double error = exercise::largest_error(cube, {2}, 0.01);
  CHECK_MESSAGE(
      !near(error, 3 * 2 * 0.01 + 1e-4, 1e-6),
      "the difference is taken to one side: its error is proportional to h, that of a central one to h^2");
  CHECK_MESSAGE(!near(error, 12, 0.01), "f(x + h) and f(x - h) are 2 h apart: divide by 2 h, not by h");
  CHECK(near(error, 1e-4, 1e-6));
  {
    INFO("of the network's loss, with h = 1e-5");
    CHECK(near(exercise::largest_error(exclusive_or, small_weights, 1e-5), 0, 1e-8));
  }
  // A derivative that is wrong: a variable made inside hides the dependence from the engine.
  const auto hidden = [](const std::vector<Number>& x) { return x[0] * variable(x[1].value); };
  INFO("the gradient here lacks the derivative of the second number, 3: that must be found");
  CHECK(near(exercise::largest_error(hidden, {3, 5}, 1e-4), 3, 1e-6));
  const auto both = [](const std::vector<Number>& x) {
    return variable(x[0].value) + variable(-2 * x[1].value);
  };
  INFO("the largest |difference|: an error below 0 is an error too");
  CHECK(near(exercise::largest_error(both, {3, 5}, 1e-4), 2, 1e-6));
}

TEST_CASE("it trains") {
  const auto bowl = [](const std::vector<Number>& w) { return w[0] * w[0] + w[1] * w[1] * variable(2); };
  const std::vector<double> once = exercise::descended(bowl, {1, 1}, 0.1, 1);
  REQUIRE(once.size() == 2);
  CHECK_MESSAGE(once[0] < 1, "the step goes up: move against the gradient");
  CHECK(near(once[0], 0.8));
  CHECK(near(once[1], 0.6));
  const std::vector<double> twice = exercise::descended(bowl, {1, 1}, 0.1, 2);
  CHECK_MESSAGE(!near(twice[0], 0.6),
                "the second step used the gradient of the first: make the loss anew from the new weights");
  CHECK_MESSAGE(!near(twice[0], 0.44),
                "the second step used the sum of both gradients: that is a missing zero_grad");
  CHECK(near(twice[0], 0.64));
  CHECK(near(exercise::descended(bowl, {1, 1}, 0.1, 0)[0], 1));

  const auto loss = [](const std::vector<double>& weights) {
    std::vector<Number> w;
    for (const double weight : weights) w.push_back(variable(weight));
    return exclusive_or(w).value;
  };
  INFO("a network of two tanh units learns exclusive or; saying the mean would cost 1, and it begins at "
       << loss(small_weights));
  CHECK(loss(exercise::descended(exclusive_or, small_weights, 0.2, 500)) < 0.01);
}
