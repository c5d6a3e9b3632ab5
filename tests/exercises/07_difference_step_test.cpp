#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

struct Case {
  double constant = 0;  // added to the loss
  double unit = 1;      // how many units of w are a metre
};

// The mean error of the central difference with step h = 10^power.
double error_at(int power, Case what) {
  manual_seed(1);
  const double h = std::pow(10., power);
  const Tensor w = (what.unit * uniform({1000}, 0.5, 2)).requires_grad(true);
  const auto loss = [&](const Tensor& at) { return at / what.unit * tanh(at / what.unit) + what.constant; };
  const Tensor difference = (loss(w + h) - loss(w - h)) / (2 * h);
  return mean(abs(difference - grad(sum(loss(w)), {w})[0])).item();
}

int best_power(Case what) {
  int best = 0;
  for (int power = 0; power >= -16; --power)
    if (error_at(power, what) < error_at(best, what)) best = power;
  return best;
}

// Says what was measured around a prediction, and not where the best is.
Finding is_best(int power, Case what) {
  if (power == best_power(what)) return {};
  std::string text = "measured:";
  for (const int near_by : {power + 1, power, power - 1})
    text += fmt::format(" error {:.1e} at h = 1e{}{}", error_at(near_by, what), near_by,
                        near_by < power ? "" : ",");
  return {false, text};
}

// Whether a tenth of h multiplies the error by `factor`, in the mean over three tenths and to the nearest power of ten.
Finding is_factor(double factor, int first_power) {
  const double first = error_at(first_power, {}), last = error_at(first_power - 3, {});
  const double measured = std::round(std::log10(last / first) / 3);
  if (factor > 0 && std::abs(std::log10(factor) - measured) < 0.4) return {};
  return {false, fmt::format("measured: error {:.1e} at h = 1e{}, and {:.1e} at h = 1e{}", first, first_power,
                             last, first_power - 3)};
}

}  // namespace

TEST_CASE("large steps") {
  const double factor = exercise::prediction().large_steps;
  CHECK_MESSAGE(!near(factor, 0.1),
                "a tenth of h, a tenth of the error: so it is for the one-sided difference. Stepping to both "
                "sides, the errors in h cancel, and what is left falls like h^2");
  CHECK_MESSAGE(
      factor < 1,
      "at large h the error is truncation, the line through two points of a curve: it falls with h");
  CHECK(is_factor(factor, -1));
}

TEST_CASE("small steps") {
  const double factor = exercise::prediction().small_steps;
  CHECK_MESSAGE(
      !(factor < 1),
      "the smaller h, the better: so it would be if numbers had all their digits. Both values of L are off by "
      "about their last one, and that error, divided by 2 h, grows");
  CHECK_MESSAGE(
      !near(factor, 1),
      "it does not come to rest: both values of L are off by about their last digit, and that is divided by an "
      "ever smaller 2 h");
  CHECK_MESSAGE(
      !near(factor, 100),
      "truncation falls like h^2, but rounding does not rise like 1 / h^2: the error of L stays what it is, and is "
      "divided by h once");
  CHECK(is_factor(factor, -6));
}

TEST_CASE("the best step") {
  const int power = exercise::prediction().best;
  CHECK_MESSAGE(
      power > -11,
      "the smaller h, the better? At so small a step L changes in its last few digits only, and those "
      "are wrong. The best is where truncation and rounding are about the same");
  const bool square_root = power == -8 || power == -7;
  CHECK_MESSAGE(
      !square_root,
      "that is the square root of epsilon, the rule for one-sided differences, where h meets epsilon / h. Here "
      "h^2 meets it, and that is at a larger h");
  const bool of_float = power == -2 || power == -3;
  CHECK_MESSAGE(!of_float, "that is the best step in float; this is double, whose epsilon is 2e-16");
  CHECK(is_best(power, {}));
}

TEST_CASE("with 10000 added to the loss") {
  const int power = exercise::prediction().best_plus_10000;
  CHECK_MESSAGE(
      power != best_power({}),
      "a constant drops out of the difference, on paper. But each value is rounded to what a number near 10000 can "
      "hold before they are subtracted: its last digit is about 1e-12, not 1e-16");
  CHECK_MESSAGE(power >= best_power({}),
                "rounding is now the larger error, and a smaller h makes it larger still: go the other way");
  CHECK_MESSAGE(
      power != best_power({}) + 4,
      "rounding is 10000 times as large, but h need not be: truncation grows like h^2 meanwhile. They meet where "
      "h^3 is 10000 times as large");
  CHECK(is_best(power, {.constant = 10000}));
}

TEST_CASE("in millimetres") {
  const int power = exercise::prediction().best_in_millimetres;
  CHECK_MESSAGE(
      power != best_power({}),
      "h is no pure number: it is a length, as w is. The same h is now a step a thousand times shorter, far on the "
      "side of rounding. That is why tg::gradcheck steps by 1e-5 |w| where |w| is above 1");
  CHECK_MESSAGE(power != best_power({}) - 3,
                "the other way: a metre is a thousand millimetres, so the same step is a larger number");
  CHECK(is_best(power, {.unit = 1000}));
}
