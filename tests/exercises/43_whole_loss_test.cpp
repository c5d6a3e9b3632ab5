#include EXERCISE
#include "check.hpp"

using namespace tg;
using exercise::Part;

namespace {

// The truth is (0, 0, 5). Step 1 guesses (3, 4, 0): the direction (.6, .8, 0) for (0, 0, 1), so the squares
// are .36, .64 and 1, their mean 2/3; the distance is right. Step 2 guesses (0, 0, 7): right direction, 2
// too far.
const double turned = 20 / 3., farther = 4;
Part two_steps(int first = 1) {
  return {tensor({{{3, 4, 0}, {0, 0, 7}}}), tensor({{0, 0, 5}}), {first}, {2}};
}

double loss(const std::vector<Part>& parts, double power) {
  return exercise::whole_loss(parts, power).item();
}

// Parts of random guesses.
Part random_part(const std::vector<int>& first, const std::vector<int>& lengths, int steps) {
  const int items = static_cast<int>(lengths.size());
  return {randn({items, steps, 3}), randn({items, 3}), first, lengths};
}

// The same part with `more` padded steps of this value.
Part padded(const Part& part, int more, double value = std::nan("")) {
  return {pad(part.guess, 1, 0, more, value), part.truth, part.first, part.lengths};
}

}  // namespace

TEST_CASE("equal weights, by hand") {
  CHECK_MESSAGE(
      !near(loss({two_steps()}, 0), (3 * turned + farther) / 2),
      "the squares of the three coordinates were added up: their mean is needed, as the lesson's loss has "
      "it");
  CHECK_MESSAGE(!near(loss({two_steps()}, 0), (turned / 10 + farther) / 2),
                "the direction has the factor 10");
  CHECK_MESSAGE(!near(loss({two_steps()}, 0), turned + farther),
                "divide by the sum of the weights, which are 1 each here");
  CHECK(near(loss({two_steps()}, 0), (turned + farther) / 2));
  INFO("the loss is one number, of shape []");
  CHECK(fmt::format("{}", exercise::whole_loss({two_steps()}, 0).shape()) == "[]");
}

TEST_CASE("later steps count more") {
  const double found = loss({two_steps()}, 1);
  CHECK_MESSAGE(!near(found, (turned + farther) / 2),
                "the weights did nothing: a mean over the steps was taken before they met the losses");
  CHECK_MESSAGE(!near(found, farther), "the first step counts nothing: it has seen 1 sample, not 0");
  CHECK_MESSAGE(
      !near(found, (turned + 2 * farther) / 2),
      "divided by the number of steps: with larger weights the loss grows, as with a longer step. Divide "
      "by the sum of the weights");
  CHECK(near(found, (turned + 2 * farther) / 3));
  CHECK(near(loss({two_steps()}, 0.5), (turned + std::sqrt(2) * farther) / (1 + std::sqrt(2))));
}

TEST_CASE("a piece from further back") {
  CHECK_MESSAGE(!near(loss({two_steps(33)}, 1), (turned + 2 * farther) / 3),
                "step t of this item has seen 33 + t samples: n = first[b] + t");
  CHECK(near(loss({two_steps(33)}, 1), (33 * turned + 34 * farther) / 67));
}

TEST_CASE("as many items as steps, each with a truth of its own") {
  // Item 0 guesses its truth at both steps; item 1 is two_steps().
  const Part both = {tensor({{{1, 0, 0}, {1, 0, 0}}, {{3, 4, 0}, {0, 0, 7}}}),
                     tensor({{1, 0, 0}, {0, 0, 5}}),
                     {1, 1},
                     {2, 2}};
  const double found = loss({both}, 0);
  // Paired by step: (1,0,0) with (1,0,0) and (0,0,5); (3,4,0) with (1,0,0), (0,0,7) with (0,0,5).
  const double by_step = 0 + (turned + 16) + (10 * (0.16 + 0.64) / 3 + 16) + farther;
  CHECK_MESSAGE(
      !near(found, by_step / 4),
      "the truth [B,3] was paired with steps, not with items: a silent broadcast against [T,3]. Give it an "
      "axis of steps, [B,1,3]");
  CHECK(near(found, (turned + farther) / 4));
  // Item 1 begins at 9, and item 0 at 1.
  Part later = both;
  later.first = {1, 9};
  CHECK(near(loss({later}, 1), (9 * turned + 10 * farther) / (1 + 2 + 9 + 10)));
}

TEST_CASE("padding") {
  Part cut = two_steps();
  cut.lengths = {1};
  CHECK_MESSAGE(!near(loss({cut}, 0), turned / 2),
                "padded steps count in the divisor: the same sequence would cost less in a wider batch");
  CHECK_MESSAGE(!near(loss({cut}, 0), (turned + farther) / 2),
                "steps after lengths[b] are padding, and count nothing");
  CHECK(near(loss({cut}, 0), turned));
  const double not_a_number = loss({padded(two_steps(), 2)}, 1);
  CHECK_MESSAGE(!std::isnan(not_a_number),
                "0 times NaN is NaN: replace padded steps with where, do not multiply");
  CHECK(near(not_a_number, (turned + 2 * farther) / 3));
}

TEST_CASE("the direction of nothing") {
  Part nothing = two_steps();
  nothing.guess = tensor({{{0, 0, 0}, {0, 0, 7}}}).requires_grad(true);
  const Tensor found = exercise::whole_loss({nothing}, 0);
  CHECK_MESSAGE(!std::isnan(found.item()), "0 / 0: where the guess is 0 its direction is 0");
  CHECK(
      near(found, (10 / 3. + 25 + farther) / 2));  // the direction is wrong by 1 in one of three coordinates
  const Tensor slope = grad(found, {nothing.guess})[0];
  const bool is_number = std::isfinite(sum(slope).item());
  CHECK_MESSAGE(
      is_number,
      "the value is right and the gradient is not a number: the division by 0 is still on the way back. "
      "Choose the divisor before the division");
  INFO(
      "where the guess is 0 nothing is learned from the direction; what is farther still pulls the other "
      "step");
  CHECK(near(slope, tensor({{{0, 0, 0}, {0, 0, 2}}})));
}

TEST_CASE("a batch in parts") {
  manual_seed(1);
  const Part a = random_part({1, 7}, {3, 2}, 3), b = random_part({33}, {1}, 4);
  // The same three items in one part.
  const Part all = {concat({pad(a.guess, 1, 0, 1), b.guess}, 0),
                    concat({a.truth, b.truth}, 0),
                    {1, 7, 33},
                    {3, 2, 1}};
  for (const double power : {0., 0.5, 2.}) {
    const double whole = loss({all}, power), parts = loss({a, b}, power);
    CHECK_MESSAGE(
        !near(parts, (loss({a}, power) + loss({b}, power)) / 2),
        "the mean of the parts' means: a part of one step would count as much as one of five. Add up both "
        "sums over all parts, and divide once");
    CHECK(near(parts, whole));
  }
  Part nothing = padded(b, 1);
  nothing.lengths = {0};
  INFO("a part that is all padding changes nothing");
  CHECK(near(loss({a, nothing, b}, 1), loss({a, b}, 1)));
}

TEST_CASE("gradients") {
  manual_seed(2);
  const Part a = random_part({1, 5}, {3, 2}, 3), b = random_part({2}, {2}, 2);
  const auto f = [&](Inputs in) {
    return exercise::whole_loss({{in[0], a.truth, a.first, a.lengths}, {in[1], b.truth, b.first, b.lengths}},
                                0.5);
  };
  CHECK(gradients_right(f, {a.guess, b.guess}));
  const Tensor guess = padded(a, 2, HUGE_VAL).guess.requires_grad(true);
  const Tensor slope = grad(exercise::whole_loss({{guess, a.truth, a.first, a.lengths}}, 1), {guess})[0];
  const bool is_number = std::isfinite(sum(slope).item());
  CHECK_MESSAGE(is_number,
                "an infinity at a padded step made the gradient NaN: replace the guesses there before any "
                "arithmetic, a where "
                "after it saves the value alone");
  INFO("padded steps have no gradient");
  CHECK(near(slice(slope, 1, 3, 5), zeros({2, 2, 3})));
}
