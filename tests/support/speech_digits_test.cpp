#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <set>

#include "../files.hpp"
#include "../program.hpp"
#include "../support.hpp"
#include "sounds.hpp"
#include "support/speech/digit_split.hpp"
#include "support/speech/features.hpp"
#include "support/speech/utterances.hpp"

#if __has_include(<sndfile.h>)
#include <sndfile.h>
#endif

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
  fs::create_directory(folder.path / "more");
  fs::create_directory(folder.path / ".hidden");
  fs::create_directory(folder.path / "__MACOSX");
  for (const char* name : {"7_theo_12.wav",
                           "7_theo_2.wav",
                           "0_mary_ann_3.wav",
                           "7_ben smith_1.WAV",
                           "7_jos\u00e9_1.Wav",
                           "more/2_theo_0.wav",
                           ".hidden/2_theo_1.wav",
                           "__MACOSX/._2_theo_0.wav",
                           "._7_theo_2.wav",
                           ".DS_Store",
                           "10_theo_1.wav",
                           "07_theo_1.wav",
                           "x_theo_1.wav",
                           "7_theo.wav",
                           "7__1.wav",
                           "7_theo_1.mp3",
                           "7_theo_-1.wav",
                           "7_theo_1 (copy).wav",
                           "7_theo_99999999999.wav",
                           "7_the\to_1.wav",
                           "notes.txt",
                           "README"})
    lesson::write_sound(folder.file(name), tone(440));
  lesson::write_sound(folder.file("3_anna_0.wav"), tone(440, 0.1, 16000));
  fs::create_directory_symlink(folder.path, folder.path / "circle");
  const lesson::Digits digits = lesson::read_digits(folder.path.string());
  CHECK(files_of(digits.recordings) == Names{"0_mary_ann_3.wav", "3_anna_0.wav", "7_ben smith_1.WAV",
                                             "7_jos\u00e9_1.Wav", "7_theo_12.wav", "7_theo_2.wav",
                                             "more/2_theo_0.wav"});
  const Recording& mary = digits.recordings[0];
  CHECK(mary.digit == 0);
  CHECK(mary.speaker == "mary_ann");
  CHECK(mary.index == 3);
  CHECK(digits.recordings[2].speaker == "ben smith");
  CHECK(digits.recordings[4].index == 12);
  CHECK(digits.recordings[6].digit == 2);
  for (const Recording& recording : digits.recordings) {
    CHECK(recording.sound.rate == 8000);
    CHECK(recording.sound.samples.size() == 800);
  }
  CHECK(digits.ignored == 13);
  REQUIRE(digits.understood.size() == 3);
  CHECK(digits.understood[0] ==
        "Read 7 recordings in " + folder.path.string() +
            ". Speakers: anna (1), ben smith (1), jos\u00e9 (1), mary_ann (1), theo (3). "
            "Resampled to 8000 a second: 1 from 16000.");
  CHECK(
      digits.understood[1] ==
      "Ignored 13 files: 3 not named digit_speaker_index (7__1.wav), 1 of a format that is not read (convert "
      "them to WAV) (7_theo_1.mp3), 1 that lead to another folder (circle), 2 whose digit is not 0 to 9 "
      "(07_theo_1.wav), 3 whose index is no whole number (7_theo_-1.wav), 1 with a name that cannot be printed "
      "(7_the\\to_1.wav), 2 with another ending (README).");
  CHECK(
      digits.understood[2] ==
      "Missing: anna never says 0 2 7, ben smith never says 0 2 3, jos\u00e9 never says 0 2 3, mary_ann never says 2 3 "
      "7, theo never says 0 3, nobody says 1 4 5 6 8 9.");
}

#if __has_include(<sndfile.h>)
TEST_CASE("digits: other formats, and files that are the same recording by their names") {
  const Folder folder("digits");
  const auto write = [&](const char* name, int format, const lesson::Sound& sound) {
    SF_INFO about = {};
    about.samplerate = sound.rate, about.channels = 1, about.format = format;
    SNDFILE* file = sf_open(folder.file(name).c_str(), SFM_WRITE, &about);
    REQUIRE(file);
    sf_writef_float(file, sound.samples.data(), static_cast<sf_count_t>(sound.samples.size()));
    sf_close(file);
  };
  const auto read = [&] { return lesson::read_digits(folder.path.string()); };
  write("1_ada_1.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, tone(400));
  write("1_ada_2.OGG", SF_FORMAT_OGG | SF_FORMAT_VORBIS, tone(500));
  write("1_ada_3.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16, tone(600));
  CHECK(files_of(read().recordings) == Names{"1_ada_1.flac", "1_ada_2.OGG", "1_ada_3.aiff"});
  CHECK(read().ignored == 0);

  // The same sound once more: ignored, with its name.
  write("1_ada_1.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, tone(400));
  write("1_ada_03.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, tone(600));
  CHECK(read().recordings.size() == 3);
  CHECK(read().understood[1] == "Ignored 2 files: 2 with the same recording as another file (1_ada_1.wav).");

  // Another sound: one of the two is wrong, and nobody knows which.
  write("1_ada_02.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, tone(700));
  CHECK(
      fails_with(read,
                 folder.path.string() +
                     ": by their names, 1_ada_02.wav and 1_ada_2.OGG are both recording 2 of digit 1 by ada, "
                     "and they sound different. Give one another index, or remove it"));
}
#endif

TEST_CASE("digits: names that may be one speaker's are told") {
  if (!has_libsndfile()) return;
  const Folder folder("digits");
  for (int digit = 0; digit < 10; ++digit)
    for (const char* speaker : {"Ben Smith", "ben_smith", "eve"})
      lesson::write_sound(folder.file(fmt::format("{}_{}_0.wav", digit, speaker)), tone(300));
  const lesson::Digits digits = lesson::read_digits(folder.path.string());
  REQUIRE(digits.understood.size() == 2);
  CHECK(digits.understood[1] == "Taken for different speakers: \"Ben Smith\" and \"ben_smith\".");
}

TEST_CASE("digits: what each bad folder is told") {
  const Folder folder("digits");
  const std::string here = folder.path.string(), missing = folder.file("none");
  const auto told = [](const std::string& path, const std::string& text) {
    return fails_with([&] { lesson::read_digits(path); }, "[read_digits] " + text);
  };
  CHECK(told(missing, "there is no folder \"" + missing + "\"; looked for /"));
  CHECK(told(here,
             here + ": no recording of a digit is in it. It is empty. Files named digit_speaker_index.wav"));
  const std::string file = folder.file("b.txt", "x");
  CHECK(told(file, file + ": this is not a folder; the folder that holds the recordings is needed"));
  folder.file("a.wav", "x");
  CHECK(told(here, here +
                       ": no recording of a digit is in it. Ignored 2 files: 1 not named digit_speaker_index "
                       "(a.wav), 1 with another ending (b.txt). Files named "));
  if (!has_libsndfile()) return;
  lesson::write_sound(folder.file("1_bob_1.wav"), tone(440));
  const std::string bad = folder.file("2_bob_1.wav", "x");
  CHECK(fails_with([&] { lesson::read_digits(here); }, "[read_sound] " + bad + ": this is a text"));
  lesson::write_sound(folder.file("3_bob_1.wav"), tone(440, 10.5));
  CHECK(fails_with(
      [&] { lesson::read_digits(here); },
      bad + ": this is a text that begins with \"x\"; a WAV, FLAC or Ogg file is needed. Get the recording "
            "itself. Nor can 1 other file be used: 3_bob_1.wav"));
  fs::remove(bad);
  CHECK(told(here, folder.file("3_bob_1.wav") + ": it lasts 10.5 s; one digit is needed, at most 10 s"));
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
      "Split by index, as the Free Spoken Digit Dataset is, because every speaker says every digit with the same "
      "indices: 0 to 4 are the test, 5 to 9 the validation.");

  const std::string drawn =
      "Test and validation are drawn, the same in every run: a fifth each of what a speaker says of a digit, 1 to 5. They "
      "are not the lowest indices, as in the Free Spoken Digit Dataset, because ";
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
  CHECK(fails_with(
      [&] { lesson::split_digits(set); },
      "[split_digits] bob says no digit 3 times (bob's 0 (2), bob's 1 (2), bob's 2 (2)); one recording "
      "each is needed to train on, to choose by and to test. Record more"));
  CHECK(fails_with([] { lesson::split_digits({}); }, "no recordings"));
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

  // Names with spaces and quotes, and a list from another system.
  Recordings spaced = all;
  spaced[24].file = "1_ada the \"first\"_0.wav";
  lesson::write_utterances(path, {lesson::join({spaced[24], spaced[3]})});
  CHECK(contents(path) == "\"1_ada the \\\"first\\\"_0.wav\" 0_ada_3.wav\tone zero\n");
  CHECK(lesson::read_utterances(path, spaced).at(0).files == Names{spaced[24].file, "0_ada_3.wav"});
  CHECK(lesson::read_utterances(folder.file("mac.txt",
                                            "\xef\xbb\xbf"
                                            "1_ada_0.wav\tone\r2_ada_0.wav\ttwo\r"),
                                all)
            .size() == 2);

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
  CHECK(told("1_ada_0.wav\xff\tone\n", ", line 1: byte 0xff is no text in UTF-8"));
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
  CHECK(digits.ignored == 0);
  CHECK(digits.understood.size() == 1);
  const lesson::DigitSplit split = lesson::split_digits(digits.recordings);
  CHECK(split.by_index);
  CHECK(files_of(split.test) == files_of(lesson::split_by_index(digits.recordings).test));
  CHECK(split.test.size() == split.validation.size());
  tg::manual_seed(0);
  const lesson::Utterance utterance = lesson::draw_utterance(split.train);
  const tg::Tensor x = lesson::normalised(lesson::mfcc(utterance.sound));
  CHECK(x.dim(0) == 1 + (static_cast<int>(utterance.sound.samples.size()) - 200) / 80);
  for (float value : x.values()) CHECK(std::abs(value) < 20);
}
