#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

// Two series [2,4,2], and the true differences of their rows [2,3,2].
const Tensor x = tensor({{{10, -1}, {12, -1}, {11, 3}, {15, 2}}, {{200, 0}, {190, 1}, {195, 2}, {185, 3}}});
const Tensor changes = slice(x, 1, 1, 4) - slice(x, 1, 0, 3);
const Tensor first = slice(x, 1, 0, 1);

// The same [4,2] for both series.
Tensor for_both(const Tensor& rows) { return stack({rows, rows}, 0); }

}  // namespace

TEST_CASE("there and back") {
  const Tensor got = exercise::undo_differences(changes, x), sums = x - first;
  const bool no_level = near(got, sums) || near(got, slice(sums, 1, 1, 4));
  CHECK_MESSAGE(
      !no_level,
      "the first value is missing: differences have lost the level, so the sum begins at the first row of x");
  CHECK_MESSAGE(!near(got, slice(x, 1, 1, 4)),
                "the first row is not in the result: T - 1 changes and one first row make T rows");
  CHECK_MESSAGE(
      !near(got, concat({first, slice(x, 1, 0, 3)}, 1)),
      "off by one: each row is late. The first change leads from row 1 to row 2, so row 2 holds it already");
  CHECK_MESSAGE(!near(got, concat({first, first + changes}, 1)),
                "no running sum: a change counts from the row before it, not from the first row");
  const Tensor first_and_changes = concat({first, changes}, 1);
  const bool other_axis = near(got, cumsum(first_and_changes, 0)) || near(got, cumsum(first_and_changes, 2));
  CHECK_MESSAGE(!other_axis,
                "the sum must run over time: axis 0 is the batch, axis 1 time, axis 2 the features");
  INFO("the changes are the true ones, so the result is the true series");
  CHECK(near(got, x));
}

TEST_CASE("an item alone") {
  const Tensor item = slice(x, 0, 1, 2);
  INFO("an item alone gives the same as in a batch: nothing of the others reaches it");
  CHECK(near(exercise::undo_differences(slice(changes, 0, 1, 2), item), item));
}

TEST_CASE("a mistake stays") {
  const Tensor mistake = for_both(tensor({{1, 0}, {0, 0}, {0, 0}}));
  const Tensor off = exercise::undo_differences(changes + mistake, x) - x;
  CHECK_MESSAGE(
      !near(off, for_both(tensor({{0, 0}, {1, 0}, {0, 0}, {0, 0}}))),
      "each change was added to the *true* row before. Then a mistake ends with its row, and the error looks "
      "smaller than it is for whoever uses the model, and knows the first row alone");
  {
    INFO("the first change of feature 0 is 1 too large; every later row is then off by 1");
    CHECK(near(off, for_both(tensor({{0, 0}, {1, 0}, {1, 0}, {1, 0}}))));
  }
  INFO("of x only the first row may be used; all others are NaN here");
  const Tensor first_known = concat({first, full({2, 3, 2}, NAN)}, 1);
  CHECK(near(exercise::undo_differences(changes, first_known), x));
}

TEST_CASE("gradients") {
  const Tensor d = changes.clone().requires_grad(true), series = x.clone().requires_grad(true);
  const Tensor got = exercise::undo_differences(d, series);
  {
    INFO("plain numbers have no gradient, nor has what was detached: make every row by Tensor operations");
    REQUIRE(got.requires_grad());
  }
  const std::vector<Tensor> slopes = grad(sum(got), {d, series}, {.zero_if_unused = true});
  {
    INFO(
        "of the sum of all rows: change 1 is part of the rows 2, 3 and 4, the last change of row 4 alone. "
        "A row that is detached before the next is made from it passes nothing back");
    CHECK(near(slopes[0], for_both(tensor({{3, 3}, {2, 2}, {1, 1}}))));
  }
  {
    INFO("of the sum of all rows: the first row of x is part of all four, and no other row of x is used");
    CHECK(near(slopes[1], for_both(tensor({{4, 4}, {0, 0}, {0, 0}, {0, 0}}))));
  }
  const auto f = [](Inputs in) { return exercise::undo_differences(in[0], in[1]); };
  CHECK(gradients_right(f, {changes, x}));
}

TEST_CASE("two rows, and one") {
  const Tensor two = tensor({{{5}, {7}}});
  CHECK(near(exercise::undo_differences(tensor({{{2}}}), two), two));
  INFO("a series of one row has no changes, and is its first row");
  CHECK(near(exercise::undo_differences(zeros({1, 0, 1}), tensor({{{5}}})), tensor({{{5}}})));
}
