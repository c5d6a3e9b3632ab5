#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <set>

#include "../files.hpp"
#include "../program.hpp"
#include "../support.hpp"
#include "sounds.hpp"
#include "support/speech/digits.hpp"
#include "support/speech/features.hpp"

// Folders of spoken digits: what is read, how it is split, and utterances made of it.

namespace {

using lesson::Recording;
using Recordings = std::vector<Recording>;
using Names = std::vector<std::string>;

// Digits 0 .. 2 of two speakers, each said `times` times; no two sound the same.
Recordings some_recordings(int times = 12) {
  Recordings all;
  for (int digit = 0; digit < 3; ++digit)
    for (const char* speaker : {"ada", "bob"})
      for (int index = 0; index < times; ++index)
        all.push_back({digit, speaker, index, tone(200 + 100 * digit + 10 * index + (*speaker == 'a')),
                       fmt::format("{}_{}_{}.wav", digit, speaker, index)});
  return all;
}

Names files_of(const Recordings& recordings) {
  Names names;
  for (const Recording& recording : recordings) names.push_back(recording.file);
  return names;
}

std::set<int> indices_of(const Recordings& recordings) {
  std::set<int> indices;
  for (const Recording& recording : recordings) indices.insert(recording.index);
  return indices;
}

}  // namespace

TEST_CASE("digits: a folder is read in the order of its names, at one rate") {
  if (!has_libsndfile()) return;
  const Folder folder("digits");
  for (const char* name :
       {"7_theo_12.wav", "7_theo_2.wav", "0_mary_ann_3.wav", "10_theo_1.wav", "x_theo_1.wav", "7_theo.wav",
        "7_theo_1.mp3", "7__1.wav", "7_the o_1.wav", "7_theo_-1.wav", "7_theo_99999999999.wav"})
    lesson::write_sound(folder.file(name), tone(440));
  lesson::write_sound(folder.file("3_anna_0.wav"), tone(440, 0.1, 16000));
  const lesson::Digits digits = lesson::read_digits(folder.path.string());
  CHECK(files_of(digits.recordings) ==
        Names{"0_mary_ann_3.wav", "3_anna_0.wav", "7_theo_12.wav", "7_theo_2.wav"});
  CHECK(digits.ignored == 8);
  const Recording& mary = digits.recordings[0];
  CHECK(mary.digit == 0);
  CHECK(mary.speaker == "mary_ann");
  CHECK(mary.index == 3);
  CHECK(digits.recordings[2].index == 12);
  for (const Recording& recording : digits.recordings) {
    CHECK(recording.sound.rate == 8000);
    CHECK(recording.sound.samples.size() == 800);
  }
}

TEST_CASE("digits: what each bad folder is told") {
  const Folder folder("digits");
  const std::string here = folder.path.string(), missing = folder.file("none");
  const auto told = [](const std::string& path, const std::string& text) {
    return fails_with([&] { lesson::read_digits(path); }, "[read_digits] " + text);
  };
  CHECK(told(missing, "there is no folder \"" + missing + "\"; looked for /"));
  CHECK(told(here,
             here + ": no recording of a digit is in it (it is empty); files named digit_speaker_index.wav"));
  const std::string file = folder.file("b.txt", "x");
  CHECK(told(file, file + ": this is not a folder; the folder that holds the recordings is needed"));
  folder.file("a.wav", "x");
  CHECK(told(here,
             here + ": no recording of a digit is in it (2 other files, the first is a.wav); files named "));
  if (!has_libsndfile()) return;
  lesson::write_sound(folder.file("1_bob_1.wav"), tone(440));
  const std::string bad = folder.file("2_bob_1.wav", "x");
  CHECK(fails_with([&] { lesson::read_digits(here); }, "[read_sound] " + bad + ": this is not a sound file"));
}

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
      "[split_by_index] the recordings have 10 different indices; at least 11 are needed: 5 for the test, 5 for"));
}

TEST_CASE("digits: speakers") {
  CHECK(lesson::speakers_of(some_recordings()) == Names{"ada", "bob"});
  CHECK(fails_with([] { lesson::speakers_of(some_recordings(), 3); },
                   "the number of speakers is 2 (ada, bob); at least 3 are needed"));
  CHECK(lesson::digit_name(0) == "zero");
  CHECK(lesson::digit_name(9) == "nine");
  CHECK(fails_with([] { lesson::digit_name(10); }, "10 is not a digit; 0 to 9 is needed"));
}

TEST_CASE("digits: an utterance joins two to four recordings of one speaker") {
  const Recordings recordings = some_recordings();
  tg::manual_seed(1);
  std::set<std::size_t> counts;
  std::set<std::string> speakers, texts, files;
  for (int i = 0; i < 300; ++i) {
    const lesson::Utterance utterance = lesson::draw_utterance(recordings);
    counts.insert(utterance.files.size());
    speakers.insert(utterance.speaker);
    texts.insert(utterance.text);
    for (const std::string& file : utterance.files) {
      files.insert(file);
      CHECK(file.substr(2, 3) == utterance.speaker);
    }
    CHECK(utterance.sound.samples.size() == 800 * utterance.files.size());
  }
  CHECK(counts == std::set<std::size_t>{2, 3, 4});
  CHECK(speakers.size() == 2);
  CHECK(files.size() == recordings.size());
  CHECK(texts.contains("two one"));
  CHECK(texts.contains("zero two zero one"));
}

TEST_CASE("digits: a seed decides the utterances") {
  const Recordings recordings = some_recordings();
  const auto drawn = [&](int seed) {
    tg::manual_seed(static_cast<std::uint64_t>(seed));
    Names names;
    for (int i = 0; i < 20; ++i)
      names.push_back(fmt::format("{}", fmt::join(lesson::draw_utterance(recordings).files, " ")));
    return names;
  };
  CHECK(drawn(1) == drawn(1));
  CHECK(drawn(1) != drawn(2));
}

TEST_CASE("digits: what is joined is the samples one after the other") {
  const Recordings all = some_recordings();
  const lesson::Utterance utterance = lesson::join({all[24], all[3]});
  CHECK(utterance.text == "one zero");
  CHECK(utterance.files == Names{"1_ada_0.wav", "0_ada_3.wav"});
  std::vector<float> samples = all[24].sound.samples;
  samples.insert(samples.end(), all[3].sound.samples.begin(), all[3].sound.samples.end());
  CHECK(utterance.sound.samples == samples);
  CHECK(fails_with(
      [&] {
        lesson::join({all[0], all[12]});
      },
      "[join] a recording of bob at 8000 samples a second follows one of ada at 8000"));
  CHECK(fails_with([] { lesson::join({}); }, "no recordings"));
  CHECK(fails_with([] { lesson::draw_utterance({}); }, "no recordings"));
}

TEST_CASE("digits: a list of utterances is written and read") {
  const Folder folder("digits");
  const Recordings all = some_recordings();
  const std::string path = folder.file("list.txt");
  std::vector<lesson::Utterance> utterances = {lesson::join({all[24], all[3]}),
                                               lesson::join({all[70], all[71], all[70]})};
  lesson::write_utterances(path, utterances);
  CHECK(contents(path) ==
        "1_ada_0.wav 0_ada_3.wav\tone zero\n2_bob_10.wav 2_bob_11.wav 2_bob_10.wav\ttwo two two\n");
  const auto again = lesson::read_utterances(path, all);
  REQUIRE(again.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(again[i].text == utterances[i].text);
    CHECK(again[i].speaker == utterances[i].speaker);
    CHECK(again[i].sound.samples == utterances[i].sound.samples);
  }
  CHECK(lesson::read_utterances(folder.file("dos.txt", "1_ada_0.wav\tone\r\n\r\n"), all)[0].text == "one");

  utterances[1].files.clear();
  CHECK(fails_with([&] { lesson::write_utterances(path, utterances); },
                   "\"two two two\" by bob is not made of files"));
  CHECK(fails_with([&] { lesson::write_utterances(folder.file("no/list.txt"), {}); }, "[write_utterances]"));
}

TEST_CASE("digits: what each bad list is told") {
  const Folder folder("digits");
  const Recordings all = some_recordings();
  const auto told = [&](const std::string& text, const std::string& error) {
    const std::string path = folder.file("list.txt", text);
    return fails_with([&] { lesson::read_utterances(path, all); }, "[read_utterances] " + path + error);
  };
  CHECK(told("", ": the list is empty; a line for each utterance is needed"));
  CHECK(told("1_ada_0.wav\tone\n1_ada_0.wav one\n",
             ", line 2: there is no tab in \"1_ada_0.wav one\"; names of files, a tab"));
  CHECK(told("\tone\n", ", line 1: no file is named before the tab; at least one is needed"));
  CHECK(told("1_eve_0.wav\tone\n",
             ", line 1: no recording is called \"1_eve_0.wav\"; names of the recordings"));
  CHECK(told("1_ada_0.wav 1_bob_0.wav\tone one\n", ", line 1: bob follows ada; one speaker is needed"));
  CHECK(told("1_ada_0.wav 2_ada_0.wav\tone three\n",
             ", line 1: the text is \"one three\", but the files say \"one two\""));
}

TEST_CASE("digits: real recordings, where there are any") {
  const char* named = std::getenv("TG_FSDD");
  const std::string path = named ? named : (project_path / "../shared/data/fsdd").string();
  if (!has_libsndfile() || !fs::is_directory(path)) {
    fmt::print("skipped: real recordings of digits (TG_FSDD=FOLDER names them)\n");
    return;
  }
  const lesson::Digits digits = lesson::read_digits(path);
  CHECK(digits.recordings.size() >= 2000);
  CHECK(lesson::speakers_of(digits.recordings, 4).size() >= 4);
  const lesson::DigitSplit split = lesson::split_by_index(digits.recordings);
  CHECK(split.test.size() == split.validation.size());
  tg::manual_seed(0);
  const lesson::Utterance utterance = lesson::draw_utterance(split.train);
  const tg::Tensor x = lesson::normalised(lesson::mfcc(utterance.sound));
  CHECK(x.dim(0) == 1 + (static_cast<int>(utterance.sound.samples.size()) - 200) / 80);
  for (float value : x.values()) CHECK(std::abs(value) < 20);
}
