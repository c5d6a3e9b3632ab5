#include <doctest/doctest.h>

#include <set>

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

TEST_CASE("spoken: utterances are drawn until enough of them have steps for their letters") {
  const lesson::Alphabet letters(lesson::characters_in({"three"}), {{"blank", 4}});
  int calls = 0;
  const auto draw = [&] {  // every other one lasts for 5 steps, and "three" needs 6
    const double seconds = ++calls % 2 == 0 ? 0.065 : 0.2;
    return lesson::Utterance{.text = "three", .speaker = "a", .sound = tone(440, seconds), .files = {}};
  };
  const std::vector<lesson::Spoken> drawn = lesson::draw_spoken("test", draw, 6, 1, letters);
  CHECK(drawn.size() == 6);
  CHECK(calls > 6);
  for (const lesson::Spoken& one : drawn) CHECK(one.frames.dim(0) > 6);
  const auto shortened = [](const tg::Tensor& frames) { return tg::slice(frames, 0, 0, 3); };
  CHECK(fails_with([&] { lesson::draw_spoken("test", draw, 2, 1, letters, shortened); },
                   "have fewer steps than their letters need, as \"three\" with 3 steps"));
}

TEST_CASE("spoken: batches are neighbours in a drawn order, and what is left over is dropped") {
  const lesson::Alphabet letters("abcdefg", {{"blank", 7}});
  std::vector<lesson::Spoken> spoken;
  for (const char* text : {"a", "b", "c", "d", "e", "f", "g"}) spoken.push_back({tg::ones({3, 4}), text});
  std::set<int> firsts;
  for (int i = 0; i < 20; ++i) {
    const std::vector<lesson::SpokenBatch> batches = lesson::batches_of(spoken, 2, letters);
    REQUIRE(batches.size() == 3);
    for (const lesson::SpokenBatch& batch : batches) CHECK(batch.labels[1][0] == batch.labels[0][0] + 1);
    firsts.insert(batches[0].labels[0][0]);
  }
  CHECK(firsts == std::set<int>{0, 2, 4});
}

TEST_CASE("spoken: the best answer that listens to nothing") {
  CHECK(lesson::best_answer({"aa", "ab", "b"}, {"ab", "ab", "bb"}) == "ab");
  CHECK(lesson::best_answer({"xyz"}, {"ab", "b"}).empty());
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
