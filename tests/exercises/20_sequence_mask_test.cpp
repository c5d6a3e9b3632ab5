#include EXERCISE
#include "check.hpp"

using namespace tg;
using exercise::Place;

namespace {

// An alphabet that keeps an id for each mark: 0 is padding, 1 <start>, 2 <end>, and letters come after.
exercise::Batch batch_of(Place padding) {
  if (padding == Place::after)
    return {indices({{1, 5, 6, 0}, {1, 0, 0, 0}, {1, 5, 6, 7}}),
            indices({{5, 6, 2, 0}, {2, 0, 0, 0}, {5, 6, 7, 2}}),
            {3, 1, 4},
            padding};
  return {indices({{0, 1, 5, 6}, {0, 0, 0, 1}, {1, 5, 6, 7}}),
          indices({{0, 5, 6, 2}, {0, 0, 0, 2}, {5, 6, 7, 2}}),
          {3, 1, 4},
          padding};
}

Tensor needed(Place padding) {
  const Tensor after = tensor({{1, 1, 1, 0}, {1, 0, 0, 0}, {1, 1, 1, 1}});
  return padding == Place::after ? after : flip(after, 1);
}

// What the function says to lengths that cannot be; empty when it takes them.
std::string refusal(const std::vector<int>& lengths) {
  exercise::Batch batch = batch_of(Place::after);
  batch.lengths = lengths;
  try {
    exercise::sequence_mask(batch);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("padding after the words") {
  const Tensor mask = exercise::sequence_mask(batch_of(Place::after));
  CHECK_MESSAGE(!near(mask, tensor({{1, 1, 1, 1}, {1, 1, 0, 0}, {1, 1, 1, 1}})),
                "one step too many: steps count from 0, so a word of length 3 has the steps 0, 1 and 2");
  CHECK_MESSAGE(!near(mask, tensor({{1, 1, 0, 0}, {0, 0, 0, 0}, {1, 1, 1, 0}})),
                "one step too few: the lengths include <end>, and its loss counts like a letter's");
  CHECK_MESSAGE(!near(mask, needed(Place::before)), "the wrong side: here the padding comes after the words");
  CHECK_MESSAGE(!near(mask, 1 - needed(Place::after)),
                "turned round: 1 is where a loss counts, 0 where there is padding");
  CHECK(near(mask, needed(Place::after)));
}

TEST_CASE("padding before the words") {
  const Tensor mask = exercise::sequence_mask(batch_of(Place::before));
  CHECK_MESSAGE(!near(mask, needed(Place::after)),
                "the wrong side: batch.padding is Place::before, so the first steps of a row are padding");
  CHECK_MESSAGE(!near(mask, tensor({{0, 0, 1, 1}, {0, 0, 0, 0}, {0, 1, 1, 1}})),
                "one step too few: a word of length 3 in 4 steps begins at step 4 - 3 = 1");
  CHECK_MESSAGE(!near(mask, tensor({{1, 1, 1, 1}, {0, 0, 1, 1}, {1, 1, 1, 1}})),
                "one step too many: a word of length 3 in 4 steps begins at step 4 - 3 = 1");
  CHECK(near(mask, needed(Place::before)));
}

TEST_CASE("nothing real, and nothing but real") {
  for (const Place padding : {Place::after, Place::before}) {
    exercise::Batch batch = {indices({{0, 0, 0}, {1, 5, 6}}),
                             indices({{0, 0, 0}, {5, 6, 2}}),
                             {0, 3},
                             padding};
    INFO("length 0 is a row of zeros, length T a row of ones, on both sides");
    CHECK(near(exercise::sequence_mask(batch), tensor({{0, 0, 0}, {1, 1, 1}})));
  }
}

TEST_CASE("0 is <start> as well") {
  INFO(
      "the decoder begins with the id of the padding here: a mask from what it reads hides the first letter that it must say");
  CHECK(near(exercise::sequence_mask({indices({{0, 5, 6, 0}}), indices({{5, 6, 2, 0}}), {3}}),
             tensor({{1, 1, 1, 0}})));
}

TEST_CASE("0 is a letter as well") {
  INFO("a real 0 stands inside this word: a mask from the ids hides a letter; only the length knows");
  CHECK(near(exercise::sequence_mask({indices({{1, 5, 0, 6, 2, 0}}), indices({{5, 0, 6, 2, 0, 0}}), {4}}),
             tensor({{1, 1, 1, 1, 0, 0}})));
}

TEST_CASE("0 is <end> as well") {
  INFO(
      "the end has the id of the padding here: whoever takes all zeros behind the letters for padding hides it, and nobody teaches the decoder to stop");
  CHECK(near(exercise::sequence_mask({indices({{1, 5, 6, 0}}), indices({{5, 6, 0, 0}}), {3}}),
             tensor({{1, 1, 1, 0}})));
}

TEST_CASE("lengths that cannot be") {
  const std::string beyond = refusal({3, 1, 5});
  {
    INFO(
        "a length of 5 in 4 steps must be refused: a row of ones would look as if all were well. Call tg::fail");
    REQUIRE(!beyond.empty());
  }
  {
    INFO("the error says \"" << beyond << "\"; it must name the length, 5, and the number of steps, 4");
    const bool named = beyond.find('5') != std::string::npos && beyond.find('4') != std::string::npos;
    CHECK(named);
  }
  INFO("a length of -1 must be refused as well: a row of zeros would look as if all were well");
  CHECK(!refusal({3, -1, 4}).empty());
}
