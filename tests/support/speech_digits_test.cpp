#include <doctest/doctest.h>

#include <cstdlib>

#include "../files.hpp"
#include "../program.hpp"
#include "../support.hpp"
#include "recordings.hpp"
#include "support/speech/digit_files.hpp"
#include "support/speech/digit_split.hpp"
#include "support/speech/features.hpp"
#include "support/speech/utterances.hpp"

#if __has_include(<sndfile.h>)
#include <sndfile.h>
#endif

// Folders of spoken digits.

TEST_CASE("digits: a folder is read in the order of its names, at one rate") {
  if (!has_libsndfile() || !has_libsamplerate()) return;
  const Folder folder("digits");
  fs::create_directory(folder.path / "more");
  fs::create_directory(folder.path / ".hidden");
  fs::create_directory(folder.path / "__MACOSX");
  double hertz = 400;  // another sound in each file
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
    lesson::write_sound(folder.file(name), tone(hertz += 10));
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
      "(07_theo_1.wav), 3 whose index is no whole number, or beyond 2147483647 "
      "(7_theo_-1.wav), 1 with a name that cannot be "
      "printed (7_the\\to_1.wav), 2 with another ending (README).");
  CHECK(digits.understood[2] ==
        "Missing: anna never says 0 2 7, ben smith never says 0 2 3, "
        "jos\u00e9 never says 0 2 3, mary_ann never says "
        "2 3 7, theo never says 0 3, nobody says 1 4 5 6 8 9.");
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

TEST_CASE("digits: one sound is not of two digits, nor of two speakers") {
  if (!has_libsndfile()) return;
  for (const char* other : {"1_ben_0.wav", "2_ada_0.wav"}) {
    const Folder folder("digits");
    lesson::write_sound(folder.file("1_ada_0.wav"), tone(300));
    lesson::write_sound(folder.file("1_ada_1.wav"), tone(300));
    CHECK(lesson::read_digits(folder.path.string()).recordings.size() == 2);
    lesson::write_sound(folder.file(other), tone(300));
    CHECK(fails_with([&] { lesson::read_digits(folder.path.string()); },
                     fmt::format("1_ada_0.wav and {} hold the same sound; it is one digit by one speaker",
                                 other)));
  }
}

TEST_CASE("digits: speakers named like digits, and links to nothing") {
  if (!has_libsndfile()) return;
  const Folder folder("digits");
  double hertz = 300;
  for (int digit = 0; digit < 10; ++digit)
    for (int speaker = 0; speaker < 2; ++speaker)
      lesson::write_sound(folder.file(fmt::format("{}_{}_0.wav", digit, speaker)), tone(hertz += 10));
  fs::create_symlink(folder.path / "none.wav", folder.path / "1_1_1.wav");
  const Names understood = lesson::read_digits(folder.path.string()).understood;
  REQUIRE(understood.size() == 3);
  CHECK(understood[1] == "Ignored 1 file: 1 that lead to a missing file (1_1_1.wav).");
  CHECK(understood[2] == "The speakers are named like digits; the digit must come first in a file's name.");
}

TEST_CASE("digits: names that may be one speaker's are told") {
  if (!has_libsndfile()) return;
  const Folder folder("digits");
  double hertz = 300;
  for (int digit = 0; digit < 10; ++digit)
    for (const char* speaker : {"Ben Smith", "ben_smith", "eve"})
      lesson::write_sound(folder.file(fmt::format("{}_{}_0.wav", digit, speaker)), tone(hertz += 10));
  const lesson::Digits digits = lesson::read_digits(folder.path.string());
  REQUIRE(digits.understood.size() == 2);
  CHECK(digits.understood[1] == "Taken for different speakers: \"Ben Smith\" and \"ben_smith\".");
}

TEST_CASE("digits: names that print alike are told, however their accents are encoded") {
  const auto alike = [](const Names& names) { return lesson::names_alike(names); };
  const std::string encodings = " (letters with accents in two encodings)";
  const std::string composed = "j\u00fcrgen", decomposed = "ju\u0308rgen";
  CHECK(alike({decomposed, composed, "jurgen"}) ==
        Names{"\"" + decomposed + "\" and \"" + composed + "\"" + encodings});
  CHECK(alike({"J_U\u0308rgen", "j\u00fc rgen"}).size() == 1);
  CHECK(alike({"ren\u00e9e", "rene\u0301e"}).size() == 1);
  CHECK(alike({"ngu\u1ec5n", "ngue\u0302\u0303n", "ngu\u00ea\u0303n"}).size() ==
        1);                                                          // one accent, then another
  CHECK(alike({"\u0438\u0439", "\u0438\u0438\u0306"}).size() == 1);  // Cyrillic
  CHECK(alike({"\ud55c\uae00", "\u1112\u1161\u11ab\u1100\u1173\u11af"}).size() == 1);  // Korean
  CHECK(alike({"\u304c", "\u304b\u3099"}).size() == 1);                                // kana
  CHECK(alike({"ada\u00a0may", "ada may"}) == Names{"\"ada\u00a0may\" and \"ada may\""});
  CHECK(alike({"\u0438\u0432\u0430\u043d", "\u0433\u043b\u0435\u0431", "\u5c71\u7530", "\u5c71\u672c"})
            .empty());
  CHECK(alike({"j\u00fcrgen", "j\u00f6rgen", "jurgen", "jrgen", "\u0308"}).empty());

  if (!has_libsndfile()) return;
  const Folder folder("digits");
  double hertz = 300;
  for (const std::string& speaker : {composed, decomposed})
    lesson::write_sound(folder.file("0_" + speaker + "_11.wav"), tone(hertz += 10));
  const Names understood = lesson::read_digits(folder.path.string()).understood;
  REQUIRE(understood.size() == 2);
  CHECK(understood[1].ends_with("Taken for different speakers: \"" + decomposed + "\" and \"" + composed +
                                "\"" + encodings + "."));
}

TEST_CASE("digits: what is noticed in the sounds is told of a folder") {
  if (!has_libsndfile()) return;
  const Folder folder("digits");
  std::vector<std::int16_t> both;
  for (int n = 0; n < 800; ++n)
    both.insert(both.end(),
                {static_cast<std::int16_t>(9000 * std::sin(n)), static_cast<std::int16_t>(1000 + 9 * n)});
  folder.file("1_ada_0.wav", wav_bytes(both, 2));
  lesson::write_sound(folder.file("1_ada_1.wav"), tone(440));
  const Names understood = lesson::read_digits(folder.path.string()).understood;
  REQUIRE(understood.size() == 3);
  CHECK(
      understood[1].starts_with("1 of 2 files has 2 channels that differ (1_ada_0.wav); only the strongest"));
}

TEST_CASE("digits: files whose digit is a word or their folder's name are told how to be called") {
  const Folder folder("digits");
  const auto told = [&](const std::string& file, const std::string& name) {
    fs::create_directories((folder.path / file).parent_path());
    folder.file(file, "x");
    const bool right =
        fails_with([&] { lesson::read_digits(folder.path.string()); },
                   ". A name begins with the digit as a number: rename " + file + " to " + name +
                       ", and the others alike. Files named digit_speaker_index.wav are needed");
    fs::remove(folder.path / file);
    return right;
  };
  CHECK(told("eight/george_nohash_10.wav", "8_george_nohash_10.wav"));
  CHECK(told("speech/Eight/0a7c2a8d_nohash_0.wav", "8_0a7c2a8d_nohash_0.wav"));
  CHECK(told("8/george_1.flac", "8_george_1.flac"));
  CHECK(told("eight_george_1.wav", "8_george_1.wav"));
  for (const char* file : {"eight/george.wav", "bed/george_1.wav", "10/george_1.wav", "10_george_1.wav"}) {
    fs::create_directories((folder.path / file).parent_path());
    folder.file(file, "x");
    CHECK(fails_with([&] { lesson::read_digits(folder.path.string()); },
                     "). Files named digit_speaker_index.wav"));
    fs::remove(folder.path / file);
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
  CHECK(told(here, folder.file("3_bob_1.wav") + ": it lasts 10.5 s; one digit is needed, at most 10 s. Cut"));
}

TEST_CASE("digits: speakers") {
  CHECK(lesson::speakers_of(some_recordings()) == Names{"ada", "bob"});
  CHECK(fails_with([] { lesson::speakers_of(some_recordings(), 3); },
                   "the number of speakers is 2 (ada, bob); at least 3 are needed"));
  CHECK(lesson::digit_name(0) == "zero");
  CHECK(lesson::digit_name(9) == "nine");
  CHECK(fails_with([] { lesson::digit_name(10); }, "10 is not a digit; 0 to 9 is needed"));
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
