#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

const int steps = 32;
const Tensor n = arange(1, steps + 1);

// The variance of the weighted mean of independent errors of standard deviation n^-a, in theory.
double variance(double a, double p) { return (sum(pow(n, 2 * p - 2 * a)) / pow(sum(pow(n, p)), 2)).item(); }

// The same, measured.
double measured(double a, double p) {
  manual_seed(7);
  const Tensor errors = randn({4000, steps}) * pow(n, -a), weights = pow(n, p);
  return mean(pow(sum(errors * weights, 1) / sum(weights), 2)).item();
}

// The smallest variance of all powers from -2 to 10: it falls up to the best and rises from there.
double smallest_variance(double a) {
  double low = -2, high = 10;
  while (high - low > 1e-4) {
    const double third = (high - low) / 3;
    if (variance(a, low + third) < variance(a, high - third))
      high -= third;
    else
      low += third;
  }
  return variance(a, (low + high) / 2);
}

double times_smallest(double a, double p) { return variance(a, p) / smallest_variance(a); }

// Says how far from the best a power is, and not which one would be right.
Finding best(double a, double p) {
  const double ratio = times_smallest(a, p);
  if (ratio < 1 + 1e-4) return {};
  return {false, fmt::format("for a = {}, p = {} leaves {:.4f} times the smallest variance", a, p, ratio)};
}

}  // namespace

TEST_CASE("errors that fall as n^-3/4") {
  const double a = 0.75, p = exercise::best_power(a);
  const auto leaves = [&] {
    return fmt::format(" It leaves {:.2f} times the smallest variance", times_smallest(a, p));
  };
  CHECK_MESSAGE(
      !near(p, a),
      "p = a is one over the standard deviation of an error. But independent errors add up as variances, and the variance falls faster."
          << leaves());
  CHECK_MESSAGE(
      !near(p, 0.5),
      "p = 1/2 is the asker's root. It does not ask how fast the errors fall, and is not the best where they fall as 1 over the root of n either."
          << leaves());
  CHECK_MESSAGE(
      !near(p, 0),
      "p = 0 is the plain mean: the first errors, which are large, disturb it as much as the last ones."
          << leaves());
  CHECK_MESSAGE(!near(p, 1), "p = 1 is the lesson's answer for errors that fall as n^-1/2. These fall faster."
                                 << leaves());
  CHECK_MESSAGE(!(p < 0),
                "a power below 0 puts the weight on the first errors, which are the largest." << leaves());
  CHECK_MESSAGE(
      !(p > 5),
      "so high a power takes the last error nearly alone. That is best for running means, where the last holds all others; of independent errors each one adds something."
          << leaves());
  const double ratio = times_smallest(a, p);
  const bool only_near = ratio >= 1 + 1e-4 && ratio < 1.02;
  CHECK_MESSAGE(
      !only_near,
      "near, as a measured number may be: the variance is flat around the best power. Look for the rule behind it, by theory or by a few more a."
          << leaves());
  CHECK(best(a, p));
}

TEST_CASE("errors that do not fall") {
  const double p = exercise::best_power(0);
  INFO("a = 0: all errors are alike, so no step deserves more than another");
  CHECK(best(0, p));
}

TEST_CASE("whatever a is") {
  for (const double a : {0.1, 0.25, 0.5, 1., 1.5, 2.}) {
    INFO("the weight is one over the variance of an error, for each a");
    CHECK(best(a, exercise::best_power(a)));
  }
}

TEST_CASE("measured, with random numbers") {
  for (const double a : {0.25, 0.5, 0.75, 1.}) {
    const double p = exercise::best_power(a), here = measured(a, p);
    INFO("a is " << a << ", your p " << p << ", the variance measured there " << here
                 << "; a power half a unit lower or higher has more");
    CHECK(here < measured(a, p - 0.5));
    CHECK(here < measured(a, p + 0.5));
    CHECK(near(here / variance(a, p), 1, 0.1));
  }
}
