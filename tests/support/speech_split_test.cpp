#include <doctest/doctest.h>

#include <algorithm>

#include "../support.hpp"
#include "recordings.hpp"
#include "support/speech/digit_split.hpp"

// Which recordings are held out.

TEST_CASE("digits: the lowest indices there are make the test, the next the validation") {
  Recordings recordings = some_recordings(14);
  std::erase_if(recordings, [](const Recording& r) { return r.index == 2; });
  const lesson::DigitSplit split = lesson::split_by_index(recordings);
  CHECK(indices_of(split.test) == std::set<int>{0, 1, 3, 4, 5});
  CHECK(indices_of(split.validation) == std::set<int>{6, 7, 8, 9, 10});
  CHECK(indices_of(split.train) == std::set<int>{11, 12, 13});
  CHECK(split.test.size() == 30);
  CHECK(split.train.size() == 18);
  CHECK(files_of(split.train)[0] == "0_ada_11.wav");

  CHECK(indices_of(lesson::split_by_index(some_recordings(11)).train) == std::set<int>{10});
  CHECK(fails_with(
      [] { lesson::split_by_index(some_recordings(10)); },
      "[split_by_index] the recordings have 10 different indices; at least 11 are needed: 5 for the test,"));
}

TEST_CASE("digits: only a set that is recorded as FSDD is split by index") {
  const auto why = [](const Recordings& recordings) {
    const lesson::DigitSplit split = lesson::split_digits(recordings);
    return split.understood.at(0);
  };
  Recordings set = some_recordings(20);
  const lesson::DigitSplit split = lesson::split_digits(set);
  CHECK(split.by_index);
  CHECK(indices_of(split.test) == std::set<int>{0, 1, 2, 3, 4});
  CHECK(indices_of(split.validation) == std::set<int>{5, 6, 7, 8, 9});
  REQUIRE(split.understood.size() == 1);
  CHECK(
      split.understood[0] ==
      "Split by index, as the Free Spoken Digit Dataset is, because every speaker says every digit with the "
      "same indices: 0 to 4 are the test, 5 to 9 the validation.");

  const std::string drawn =
      "Test and validation are drawn, the same in every run: a fifth each of what a speaker says of a "
      "digit, 1 to 5. They are not the lowest indices, as in the Free Spoken Digit Dataset, because ";
  CHECK(why(some_recordings(19)) == drawn + "there are 19 indices, and that holds out 10.");
  for (Recording& recording : set)
    if (recording.speaker == "bob") recording.index += 50;
  CHECK(why(set) == drawn + "bob's 0 has other indices than ada's 0.");
  Recordings incomplete = some_recordings(20);
  std::erase_if(incomplete, [](const Recording& r) { return r.speaker == "bob" && r.digit == 1; });
  CHECK(why(incomplete) == drawn + "not every speaker says every digit.");
  Recordings copied = some_recordings(20);
  copied[45].sound = copied[41].sound;
  CHECK(why(copied) == drawn + "ada's 1 has copies of one sound.");
}

TEST_CASE("digits: what is drawn is a part of each speaker's digits, and the same every time") {
  Recordings set = some_recordings(12);
  for (Recording& recording : set)
    if (recording.speaker == "bob") recording.index += 50;
  const auto count = [](const Recordings& recordings, int digit, const char* speaker) {
    return std::count_if(recordings.begin(), recordings.end(),
                         [&](const Recording& r) { return r.digit == digit && r.speaker == speaker; });
  };
  tg::manual_seed(1);
  const lesson::DigitSplit split = lesson::split_digits(set);
  CHECK(!split.by_index);
  for (int digit = 0; digit < 3; ++digit)
    for (const char* speaker : {"ada", "bob"}) {
      CHECK(count(split.test, digit, speaker) == 2);
      CHECK(count(split.validation, digit, speaker) == 2);
      CHECK(count(split.train, digit, speaker) == 8);
    }
  const double untouched = tg::random_stream().uniform();
  tg::manual_seed(1);
  CHECK(tg::random_stream().uniform() == untouched);
  tg::manual_seed(2);
  CHECK(files_of(lesson::split_digits(set).test) == files_of(split.test));

  // Another speaker changes nothing for those who were there.
  Recordings more = set;
  for (int index = 0; index < 3; ++index)
    more.push_back({7, "eve", index, tone(900 + 10 * index), fmt::format("7_eve_{}.wav", index)});
  const lesson::DigitSplit with_eve = lesson::split_digits(more);
  Names test = files_of(with_eve.test);
  std::erase_if(test, [](const std::string& file) { return file.starts_with("7_eve"); });
  CHECK(test == files_of(split.test));
  for (const Recordings* part : {&with_eve.train, &with_eve.validation, &with_eve.test})
    CHECK(count(*part, 7, "eve") == 1);

  // Copies of one sound are in one part.
  for (std::size_t i = 1; i < 8; ++i) set[i].sound = set[0].sound;  // of ada's 12 zeros
  const lesson::DigitSplit copied = lesson::split_digits(set);
  int parts = 0;
  for (const Recordings* part : {&copied.train, &copied.validation, &copied.test})
    parts += std::any_of(part->begin(), part->end(),
                         [&](const Recording& r) { return r.sound.samples == set[0].sound.samples; });
  CHECK(parts == 1);
  CHECK(copied.understood.at(1) == "Copies of one sound (7) stay in one part.");
}

TEST_CASE("digits: too few recordings of a digit or by a speaker are told before training") {
  Recordings set = some_recordings(4);
  std::erase_if(set, [](const Recording& r) { return r.speaker == "bob" && r.digit == 1 && r.index > 1; });
  const lesson::DigitSplit split = lesson::split_digits(set);
  CHECK(split.understood.at(1) == "Only trained on, since fewer than 3 are there: bob's 1 (2).");
  for (const Recordings* part : {&split.validation, &split.test})
    CHECK(std::none_of(part->begin(), part->end(),
                       [](const Recording& r) { return r.speaker == "bob" && r.digit == 1; }));
  std::erase_if(set, [](const Recording& r) { return r.speaker == "bob" && r.index > 1; });
  CHECK(fails_with([&] { lesson::split_digits(set); },
                   "[split_digits] bob says no digit 3 times: 0 (2), 1 (2), 2 (2); one recording "
                   "each is needed to train on, to choose by and to test. Record more"));
  set = some_recordings(4);
  for (Recording& recording : set)
    if (recording.speaker == "ada" && recording.index > 0) recording.sound = tone(50 + 10 * recording.digit);
  CHECK(fails_with(
      [&] { lesson::split_digits(set); },
      "ada says no digit 3 times: 0 (2), 1 (2), 2 (2), copies of one sound counted once; one recording"));
  CHECK(fails_with([] { lesson::split_digits({}); }, "no recordings"));
}
