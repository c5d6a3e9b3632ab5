#include <doctest/doctest.h>

#include "../support.hpp"
#include "sounds.hpp"
#include "support/speech/features.hpp"
#include "support/speech/spoken.hpp"
#include "support/speech/varied.hpp"

// Utterances as a network for CTC gets them.

TEST_CASE("joined frames: neighbours side by side, the last filled up with zeros") {
  const tg::Tensor x = tg::tensor({{1, 2}, {3, 4}, {5, 6}});
  CHECK(tg::all_close(lesson::joined_frames(x, 1), x));
  CHECK(tg::all_close(lesson::joined_frames(x, 2), tg::tensor({{1, 2, 3, 4}, {5, 6, 0, 0}})));
  CHECK(tg::all_close(lesson::joined_frames(x, 5), tg::tensor({{1, 2, 3, 4, 5, 6, 0, 0, 0, 0}})));
  CHECK(fails_with([&] { lesson::joined_frames(x, 0); }, "count is 0"));
  CHECK(fails_with([] { lesson::joined_frames(tg::zeros({3}), 2); }, "x is [3]"));
}

TEST_CASE("spoken: a double letter needs a step more") {
  CHECK(lesson::steps_needed({}) == 0);
  CHECK(lesson::steps_needed({3, 1, 3}) == 3);
  CHECK(lesson::steps_needed({2, 2, 2, 0, 0}) == 8);
}

TEST_CASE("spoken: batches keep lengths and labels, and a network's reading is scored") {
  const lesson::Alphabet letters("ab", {{"blank", 2}});
  const std::vector<lesson::Spoken> spoken = {{tg::ones({3, 4}), "ab"}, {tg::ones({2, 4}), "b"}};
  const lesson::SpokenBatch batch = lesson::batch_of(spoken, letters);
  CHECK(batch.x.shape() == tg::Shape{2, 3, 4});
  CHECK(batch.lengths == std::vector<int>{3, 2});
  CHECK(batch.labels == std::vector<std::vector<int>>{{0, 1}, {1}});
  CHECK(fails_with([&] { lesson::batch_of({{tg::ones({3, 4}), "abc"}}, letters); }, "c"));

  // Says "a", "a", blank at three frames, whatever it is given.
  const auto scores = [](const lesson::SpokenBatch& given) {
    CHECK(given.x.dim(0) == 2);
    const tg::Tensor one = tg::tensor({{{9, 0, 0}, {9, 0, 0}, {0, 0, 9}}});
    return tg::concat({one, one}, 0);
  };
  const lesson::Reading reading = lesson::reading_of(scores, spoken, letters, 2);
  CHECK(reading.said == std::vector<std::string>{"a", "a"});
  CHECK(reading.meant == std::vector<std::string>{"ab", "b"});
  CHECK(reading.characters() == doctest::Approx(2.0 / 3));
  CHECK(reading.words() == 1);
  CHECK(reading.blank_share == doctest::Approx(0.2).epsilon(0.01));  // one of the five real frames
}

TEST_CASE("varied: up to a fifth faster or slower, with stretches and bands of zeros") {
  tg::manual_seed(3);
  const tg::Tensor x = tg::ones({100, 20});
  int shortest = 1000, longest = 0, silenced = 0;
  for (int i = 0; i < 50; ++i) {
    const tg::Tensor y = lesson::varied(x);
    CHECK(y.dim(1) == 20);
    shortest = std::min(shortest, y.dim(0)), longest = std::max(longest, y.dim(0));
    for (const tg::Real value : y.clone().values()) silenced += value == 0;
  }
  CHECK(shortest >= 81);
  CHECK(shortest < 90);
  CHECK(longest > 110);
  CHECK(longest <= 122);
  CHECK(silenced > 1000);
  CHECK(silenced < 30000);
  CHECK(lesson::varied(tg::ones({1, 4})).dim(0) == 1);
  CHECK(fails_with([] { lesson::varied(tg::ones({5, 3})); }, "[varied] x is [5, 3]"));
}
