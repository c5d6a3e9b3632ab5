#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdint>
#include <sstream>

#include "../files.hpp"
#include "checkpoints.hpp"
#include "lesson_run.hpp"
#include "program_run.hpp"
#include "sounds.hpp"
#include "support/interrupt.hpp"
#include "support/speech/transcriber_training.hpp"
#include "voices.hpp"

// transcribe: training that stops and goes on, sounds that are read, and what is refused.

namespace {

Printed transcribe(const Words& words) { return run_built("transcribe", words); }

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

// The cells of the lines that --quiet leaves.
using Fields = std::vector<Words>;
Fields fields_of(const std::string& text) {
  Fields lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    lines.emplace_back(1);
    for (const char c : line)
      if (c == '\t')
        lines.back().emplace_back();
      else
        lines.back().back() += c;
  }
  return lines;
}

bool refuses(const Words& words, const std::string& text) {
  const Printed printed = transcribe(words);
  INFO(printed.text);
  CHECK(printed.status == 1);
  return holds(printed.text, text);
}

}  // namespace

TEST_CASE("transcribe: training that Ctrl-C stopped goes on as if nothing had happened, and then reads") {
  if (!has_libsndfile()) return;
  const Folder folder("transcribe");
  const std::string recordings = folder.file("recordings"), whole = folder.file("whole"),
                    halves = folder.file("halves");
  record_digits(recordings);
  const auto train = [&](const std::string& checkpoint) {
    return Words{"train", recordings, "--steps", "48", "--hidden", "8", "--save", checkpoint};
  };
  const Printed trained = transcribe(train(whole));
  CHECK(trained.status == 0);
  CHECK(holds(trained.text, "Two to four recordings of one speaker make an utterance. 140 recordings are"));
  CHECK(holds(trained.text, "\ngreedy "));
  REQUIRE(about_of(whole)["step"] == "48");

  const Printed early = interrupted(start_built("transcribe", train(halves)), halves);
  CHECK(early.status == 1);
  About half = about_of(halves);
  CHECK(std::stoi(half["step"]) > 0);
  CHECK(std::stoi(half["step"]) < 48);
  CHECK_MESSAGE(holds(early.text, fmt::format("stopped after step {} of 48: ", half["step"])), early.text);
  CHECK(refuses({"train", recordings, "--save", halves, "--resume", "--hidden", "8"},
                "--resume goes on as the training began, and other flags change that"));
  const Printed on = transcribe({"train", recordings, "--save", halves, "--resume"});
  CHECK(on.status == 0);
  CHECK(holds(on.text, fmt::format("after step {} of 48", half["step"])));
  About first = about_of(whole), second = about_of(halves);
  for (const char* name : {"step", "steps", "hidden", "loss_sum", "looks", "random"})
    CHECK(first[name] == second[name]);
  CHECK((numbers_of(whole) == numbers_of(halves)));

  // Another draw could test what was trained on.
  const std::string test_file = about_of(whole)["held_out"];
  fs::remove(recordings + "/" + test_file.substr(0, test_file.find('\n')));
  CHECK(refuses({"train", recordings, "--save", halves, "--resume"},
                "other recordings are held out now than when this training began"));

  const std::string recording = recordings + "/7_voice1_0.wav", other = recordings + "/3_voice1_0.wav";
  const Printed reading = transcribe({"read", whole, recording, other});
  CHECK(reading.status == 0);
  CHECK(holds(reading.text, "log-probability"));
  CHECK(!holds(reading.text, " channels"));
  const Printed quiet = transcribe({"read", whole, recording, other, "--quiet", "--beam", "0"});
  CHECK(lines_in(quiet.text) == 2);
  CHECK(quiet.text.starts_with(recording + "\t"));
  CHECK(std::count(quiet.text.begin(), quiet.text.end(), '\t') == 4);
  CHECK(
      holds(transcribe({"read", whole, recording, "--picture"}).text, "What the network says at each step"));
  const Printed one_bad = transcribe({"read", whole, folder.file("none.wav"), other, "--quiet"});
  CHECK(one_bad.status == 1);
  CHECK(holds(one_bad.text, "there is no file"));
  CHECK(holds(one_bad.text, other + "\t"));
  CHECK(holds(one_bad.text, "1 of 2 files could not be read"));
  std::vector<std::int16_t> both;  // a voice, and another sound
  for (const float sample : lesson::read_sound(recording).samples)
    both.insert(both.end(), {static_cast<std::int16_t>(32767 * sample),
                             static_cast<std::int16_t>(1000 * std::sin(static_cast<double>(both.size())))});
  const std::string stereo = folder.file("stereo.wav", wav_bytes(both, 2));
  CHECK(holds(transcribe({"read", whole, stereo}).text, "has 2 channels that differ; only"));
}

TEST_CASE(
    "transcribe: a signal stops a training after its step, from which it goes on as if nothing had happened") {
  if (!has_libsndfile()) return;
  const Folder folder("transcribe_steps");
  const std::string recordings = folder.file("recordings"), whole = folder.file("whole"),
                    parts = folder.file("parts");
  record_digits(recordings, 1, 4);
  const lesson::SpeechCorpus corpus = lesson::read_speech(recordings, false);
  const lesson::TranscriberOptions options = {.steps = 11, .hidden = 4, .batch = 4};
  lesson::TranscriberTraining uninterrupted(corpus, options);
  lesson::train(uninterrupted, corpus, whole);
  lesson::TranscriberTraining(corpus, options).save(parts);
  for (int step = 1; step <= options.steps; ++step) {
    const lesson::Interruptible outer;
    std::raise(SIGUSR1);
    auto training = lesson::TranscriberTraining::saved(parts, corpus);
    lesson::train(training, corpus, parts);
    CHECK(about_of(parts)["step"] == std::to_string(step));
  }
  About first = about_of(whole), second = about_of(parts);
  for (const char* name : {"loss_sum", "looks", "round_steps", "round_random", "random"})
    CHECK(first[name] == second[name]);
  CHECK((numbers_of(whole) == numbers_of(parts)));
}

TEST_CASE("transcribe: a checkpoint's link and mode stay, and what is no file is left alone") {
  if (!has_libsndfile()) return;
  const Folder folder("transcribe_files");
  const std::string recordings = folder.file("recordings");
  record_digits(recordings, 1, 3);
  const auto two_steps = [&](const std::string& checkpoint) {
    return transcribe({"train", recordings, "--steps", "2", "--hidden", "8", "--save", checkpoint});
  };
  const std::string link = folder.file("link"), target = folder.file("target", "earlier"),
                    pipe = folder.file("pipe");
  fs::create_symlink("target", link);
  fs::permissions(target, fs::perms::owner_read | fs::perms::owner_write);
  CHECK(holds(two_steps(link).text, "link.old"));
  CHECK(fs::is_symlink(link));
  CHECK(about_of(target)["step"] == "2");
  CHECK(fs::status(target).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(contents(link + ".old") == "earlier");
  CHECK(fs::status(link + ".old").permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  if (mkfifo(pipe.c_str(), 0600) == 0) {
    CHECK(two_steps(pipe).status == 1);
    CHECK(fs::is_fifo(pipe));
  }
}

TEST_CASE("transcribe: a list of utterances with texts of one's own") {
  if (!has_libsndfile()) return;
  const Folder folder("transcribe_list");
  record_digits(folder.file("sounds"), 2, 1);
  std::string list;
  for (int digit = 0; digit < 10; ++digit)
    list += fmt::format("sounds/{0}_voice1_0.wav sounds/{0}_voice2_0.wav\t{1}\n", digit,
                        digit % 2 == 0 ? "Möwe?" : "ja ja");
  const std::string path = folder.file("list.txt", list), model = folder.file("model");
  const Printed trained = transcribe({"train", path, "--steps", "3", "--hidden", "4", "--save", model});
  CHECK(trained.status == 0);
  CHECK_MESSAGE(holds(trained.text, "Read 10 utterances of"), trained.text);
  CHECK(holds(trained.text, "2 different texts, of the characters \" ?Maejwö\"."));
  CHECK(holds(trained.text,
              "Drawn, the same in every run: 8 to train on, 1 to choose the best weights by, 1 to test."));
  CHECK(about_of(model)["characters"] == " ?Maejwö");

  // An untrained network says some letters or other: the text, and the times of its letters.
  const std::string sound = folder.file("sounds") + "/3_voice1_0.wav";
  const Fields text = fields_of(transcribe({"read", model, sound, "--quiet"}).text);
  REQUIRE(text.size() == 1);
  CHECK(std::stod(text[0][2]) < 0);
  const Fields letters = fields_of(transcribe({"read", model, sound, "--quiet", "--letters"}).text);
  std::string said;
  double before = 0;
  for (const Words& letter : letters) {
    REQUIRE(letter.size() == 5);
    said += letter[1] == "space" ? " " : letter[1];
    CHECK(std::stod(letter[2]) >= before);
    CHECK(std::stod(letter[3]) > std::stod(letter[2]));
    CHECK(std::stod(letter[4]) > 0);
    CHECK(std::stod(letter[4]) <= 1);
    before = std::stod(letter[3]);
  }
  CHECK(said == text[0][1]);
  CHECK(!said.empty());
  CHECK(before <= lesson::read_sound(sound).seconds() + 0.005);
  CHECK(refuses({"train", folder.file("few.txt", list.substr(0, list.size() / 2)), "--save", model},
                "the list has 5 utterances; at least 10 are needed"));
  CHECK(refuses({"train", folder.file("lost.txt", list + "sounds/none.wav\tja\n"), "--save", model},
                "lost.txt, line 11: "));
}

TEST_CASE("transcribe: what it refuses") {
  if (!has_libsndfile()) return;
  const Folder folder("transcribe_refuses");
  const std::string other = folder.file("other.safetensors"), sound = folder.file("sound.wav");
  CHECK(refuses({"train", folder.file("none"), "--save", other}, "none"));
  fs::create_directories(folder.file("empty"));
  CHECK(refuses({"train", folder.file("empty"), "--save", other}, "no recording of a digit is in it"));
  lesson::write_sound(sound, {std::vector<float>(8000, 0.1f), 8000});
  tg::save(other, {}, {{"program", "spell"}});
  CHECK(refuses({"read", other, sound}, "is no model of transcribe: it was saved by spell"));
  tg::save(other, {}, {});
  CHECK(refuses({"read", other, sound}, "it does not say which program saved it"));
  CHECK(refuses({"read", folder.file("nowhere"), sound}, "there is no file"));
  CHECK(refuses({"read", sound, sound}, "sound.wav"));

  // Entries that a damaged file may hold; the weights are looked at after them.
  struct Entries {
    std::string hidden, joined, characters;
  };
  for (const Entries& entries : {Entries{"96x", "2", "ab"},
                                 {"99999999", "2", "ab"},
                                 {"2", "0", "ab"},
                                 {"2", "1000000", "ab"},
                                 {"1", "1", ""},
                                 {"1", "1", "aa"}}) {
    tg::save(other, {{"w", tg::zeros({100})}},
             {{"program", "transcribe"},
              {"hidden", entries.hidden},
              {"joined", entries.joined},
              {"characters", entries.characters},
              {"looks", "1 1 1 1\n"}});
    CAPTURE(entries.hidden);
    CAPTURE(entries.characters);
    CHECK(refuses({"read", other, sound}, "other.safetensors: its entry \""));
  }

  const std::string one_digit = folder.file("one_digit");
  record_digits(one_digit, 2, 4);
  for (const fs::path& file : fs::directory_iterator(one_digit))
    if (!file.filename().string().starts_with("7_")) fs::remove(file);
  CHECK(refuses({"train", one_digit, "--save", other}, "has only the digit 7; at least 2 digits are needed"));
  const std::string short_sounds = folder.file("short_sounds");
  record_digits(short_sounds, 1, 3);
  for (const fs::path& file : fs::directory_iterator(short_sounds)) {
    lesson::Sound one = lesson::read_sound(file.string());
    one.samples.erase(one.samples.begin(), one.samples.begin() + 400);
    one.samples.resize(300);
    lesson::write_sound(file.string(), one);
  }
  CHECK(refuses({"train", short_sounds, "--save", other, "--steps", "1", "--hidden", "2"},
                "fewer steps than their letters need, as \""));
  const std::string good = folder.file("good");
  record_digits(good, 1, 3);
  CHECK(refuses({"train", good, "--save", folder.file("no") + "/such/model"}, "no/such/model"));
}

TEST_CASE("lessons 06 and 07: they say what they understood of a folder, and print what the programs do") {
  if (!has_libsndfile()) return;
  const Folder folder("digits_lesson");
  const std::string recordings = folder.file("recordings"), model = folder.file("model");
  record_digits(recordings, 4, 4);
  fs::rename(recordings + "/3_voice1_2.wav", recordings + "/3_voice1_2.WAV");
  for (int index = 0; index < 4; ++index) fs::remove(fmt::format("{}/0_voice2_{}.wav", recordings, index));
  for (int index = 2; index < 4; ++index) fs::remove(fmt::format("{}/5_voice3_{}.wav", recordings, index));
  lesson::write_sound(recordings + "/10_voice1_0.wav", tone(440));
  const auto understood = [](const std::string& text) {
    CHECK_MESSAGE(holds(text, "Speakers: voice1 (40), voice2 (36), voice3 (38), voice4 (40). All have 8000"),
                  text);
    CHECK(holds(text, "Ignored 1 file: 1 whose digit is not 0 to 9 (10_voice1_0.wav)."));
    CHECK(holds(text, "Missing: voice2 never says 0."));
    CHECK(holds(text, "Test and validation are drawn, the same in every run"));
    CHECK(holds(text, "because voice2's 1 has other indices than voice1's 0") == false);
    CHECK(holds(text, "Only trained on, since fewer than 3 are there: voice3's 5 (2)."));
  };
  const auto run = [&](const char* lesson) {
    return run_lesson(lesson,
                      {"--no-prose", "--data", recordings, "--steps", "1", "--hidden", "2", "--save", model});
  };
  const Printed words = run("06_ctc");
  CHECK(words.status == 0);
  understood(words.text);
  CHECK(holds(words.text, "\ngreedy "));
  CHECK(transcribe({"read", model, recordings + "/7_voice1_0.wav"}).status == 0);
  const Printed speakers = run("07_speaker_embeddings");
  CHECK(speakers.status == 0);
  understood(speakers.text);
  CHECK(holds(speakers.text, "78 recordings are trained on, 38 choose the threshold, 38 are the test."));
  CHECK(about_of(model)["program"] == "tell_speakers");
}
