#include <doctest/doctest.h>

#include "../files.hpp"
#include "../support.hpp"
#include "recordings.hpp"
#include "support/speech/utterances.hpp"

// Utterances made of recordings, and lists of them.

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
    REQUIRE(utterance.ends.size() == utterance.files.size());
    for (std::size_t k = 0; k < utterance.ends.size(); ++k)
      CHECK(utterance.ends[k] == doctest::Approx(0.1 * static_cast<double>(k + 1)));
  }
  CHECK(counts == std::set<std::size_t>{2, 3, 4});
  CHECK(speakers.size() == 2);
  CHECK(files.size() == recordings.size());
  CHECK(texts.contains("two one"));
  CHECK(texts.contains("zero two zero one"));
}

TEST_CASE("digits: a single utterance is one recording") {
  tg::manual_seed(1);
  for (int i = 0; i < 20; ++i) CHECK(lesson::draw_utterance(some_recordings(), true).files.size() == 1);
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
  const auto again = lesson::read_utterances(path);
  REQUIRE(again.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(again[i].text == utterances[i].text);
    CHECK(again[i].files == utterances[i].files);
  }
  CHECK(lesson::read_utterances(folder.file("dos.txt", "a.wav\tGood day. \r\n\r\n"))[0].text == "Good day.");

  // Names with spaces and quotes, and a list from another system.
  Recordings spaced = all;
  spaced[24].file = "1_ada the \"first\"_0.wav";
  lesson::write_utterances(path, {lesson::join({spaced[24], spaced[3]})});
  CHECK(contents(path) == "\"1_ada the \\\"first\\\"_0.wav\" 0_ada_3.wav\tone zero\n");
  CHECK(lesson::read_utterances(path).at(0).files == Names{spaced[24].file, "0_ada_3.wav"});
  CHECK(lesson::read_utterances(folder.file("mac.txt",
                                            "\xef\xbb\xbf"
                                            "1_ada_0.wav\tone\r2_ada_0.wav\ttwo\r"))
            .size() == 2);

  utterances[1].files.clear();
  CHECK(fails_with([&] { lesson::write_utterances(path, utterances); },
                   "\"two two two\" by bob is not made of files"));
  CHECK(fails_with([&] { lesson::write_utterances(folder.file("no/list.txt"), {}); }, "[write_utterances]"));
}

TEST_CASE("digits: what each bad list is told") {
  const Folder folder("digits");
  const auto told = [&](const std::string& text, const std::string& error) {
    const std::string path = folder.file("list.txt", text);
    return fails_with([&] { lesson::read_utterances(path); }, "[read_utterances] " + path + error);
  };
  CHECK(told("", ": the list is empty; a line for each utterance is needed"));
  CHECK(told("1_ada_0.wav\tone\n1_ada_0.wav one\n",
             ", line 2: there is no tab in \"1_ada_0.wav one\"; names of files, a tab"));
  CHECK(told("1_ada_0.wav\xff\tone\n", ", line 1: byte 0xff is no text in UTF-8"));
  CHECK(told("\tone\n", ", line 1: no file is named before the tab; at least one is needed"));
  CHECK(told("a.wav\t \u00a0\na.wav\tone", ", line 1: no text follows the tab; what is said"));
  CHECK(told("a.wav\tone\tada\n", ", line 1: there is a second tab; the names of files and the text"));
}
