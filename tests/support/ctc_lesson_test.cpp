#include <doctest/doctest.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdint>
#include <cstring>
#include <thread>

#include "../files.hpp"
#include "lesson_run.hpp"
#include "sounds.hpp"
#include "support/speech/voice.hpp"
#include "tinygrad_cpp/array/random.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/safetensors.hpp"

// Lesson 06 on a folder of recordings: training that stops and goes on, and a recording read.

namespace {

using About = std::map<std::string, std::string>;

// A folder of recordings as the lesson reads it, made by the synthetic voice.
void record_digits(const fs::path& folder, int speakers = 2, int times = 11) {
  fs::create_directories(folder);
  tg::manual_seed(1);
  for (const lesson::Speaker& speaker : lesson::synthetic_speakers(speakers))
    for (int digit = 0; digit < 10; ++digit)
      for (int index = 0; index < times; ++index)
        lesson::write_sound((folder / fmt::format("{}_{}_{}.wav", digit, speaker.name, index)).string(),
                            lesson::synthetic_digit(digit, speaker));
}

Program start(Words flags) {
  flags.push_back("--no-prose");
  return start_lesson("06_ctc", flags);
}

About about_of(const std::string& path) {
  try {
    return tg::load_metadata(path);
  } catch (const tg::Error&) {
    return {};
  }
}

// The tensors' bytes, without the header.
std::string numbers_of(const std::string& path) {
  const std::string bytes = contents(path);
  std::uint64_t header = 0;
  std::memcpy(&header, bytes.data(), sizeof header);
  return bytes.substr(sizeof header + header);
}

}  // namespace

TEST_CASE("lesson 06: training that Ctrl-C stopped goes on as if nothing had happened, and then reads") {
  if (!has_libsndfile()) return;
  const Folder folder("ctc_lesson");
  const std::string recordings = folder.file("recordings"), whole = folder.file("whole"),
                    halves = folder.file("halves");
  record_digits(recordings);
  const auto flags = [&](const std::string& checkpoint) {
    return Words{"--data", recordings, "--steps", "48", "--hidden", "8", "--checkpoint", checkpoint};
  };
  start(flags(whole)).wait();
  REQUIRE(about_of(whole)["step"] == "48");

  // A checkpoint's link and mode stay, and what is no file is left alone.
  const auto two_steps = [&](const std::string& checkpoint) {
    return start({"--data", recordings, "--steps", "2", "--hidden", "8", "--checkpoint", checkpoint}).wait();
  };
  const std::string link = folder.file("link"), target = folder.file("target", "earlier"),
                    pipe = folder.file("pipe");
  fs::create_symlink("target", link);
  fs::permissions(target, fs::perms::owner_read | fs::perms::owner_write);
  two_steps(link);
  CHECK(fs::is_symlink(link));
  CHECK(about_of(target)["step"] == "2");
  CHECK(fs::status(target).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(contents(link + ".old") == "earlier");
  CHECK(fs::status(link + ".old").permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  if (mkfifo(pipe.c_str(), 0600) == 0) {
    CHECK(two_steps(pipe).status == 1);
    CHECK(fs::is_fifo(pipe));
  }

  Program stopping = start(flags(halves));
  for (int waited = 0; waited < 60000 && (about_of(halves).empty() || about_of(halves)["step"] == "0");
       ++waited)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  kill(stopping.id, SIGINT);
  const Printed stopped = stopping.wait();
  CHECK(stopped.status == 0);  // no claim about a training that was stopped
  About half = about_of(halves);
  CHECK(std::stoi(half["step"]) > 0);
  CHECK(std::stoi(half["step"]) < 48);
  CHECK(holds(stopped.text, "--resume goes on from there"));

  Words on = flags(halves);
  on.push_back("--resume");
  CHECK(holds(start(on).wait().text, fmt::format("after step {} of 48", half["step"])));
  About first = about_of(whole), second = about_of(halves);
  for (const char* name : {"step", "steps", "loss_sum", "looks", "random"})
    CHECK(first[name] == second[name]);
  CHECK((numbers_of(whole) == numbers_of(halves)));

  // Another draw could test what was trained on.
  const std::string test_file = about_of(whole)["held_out"];
  fs::remove(recordings + "/" + test_file.substr(0, test_file.find('\n')));
  const Printed changed = start(on).wait();
  CHECK(changed.status == 1);
  CHECK_MESSAGE(holds(changed.text, "other recordings are held out now than when this training began"),
                changed.text);

  const std::string recording = recordings + "/7_" + lesson::synthetic_speakers(1)[0].name + "_0.wav";
  const Printed reading = start({"--transcribe", recording, "--checkpoint", whole}).wait();
  CHECK(reading.status == 0);
  CHECK(holds(reading.text, "greedy: "));
  CHECK(holds(reading.text, "beam search"));
  CHECK(!holds(reading.text, " channels"));
  std::vector<std::int16_t> both;  // a voice, and another sound
  for (const float sample : lesson::read_sound(recording).samples)
    both.insert(both.end(), {static_cast<std::int16_t>(32767 * sample),
                             static_cast<std::int16_t>(1000 * std::sin(static_cast<double>(both.size())))});
  const std::string stereo = folder.file("stereo.wav", wav_bytes(both, 2));
  CHECK(holds(start({"--transcribe", stereo, "--checkpoint", whole}).wait().text,
              "has 2 channels that differ; only"));
}

TEST_CASE("lesson 06: what it refuses") {
  if (!has_libsndfile()) return;
  const Folder folder("ctc_lesson_refuses");
  const auto refuses = [](const Words& flags, const std::string& text) {
    const Printed printed = start(flags).wait();
    INFO(printed.text);
    return printed.status != 0 && holds(printed.text, text);
  };
  CHECK(refuses({"--data", folder.file("none")}, "none"));
  const std::string other = folder.file("other.safetensors"), sound = folder.file("sound.wav");
  tg::save(other, {}, {{"lesson", "another"}});
  lesson::write_sound(sound, {std::vector<float>(8000, 0.1f), 8000});
  CHECK(refuses({"--transcribe", sound, "--checkpoint", other}, "is no checkpoint of this lesson"));
  CHECK(refuses({"--transcribe", sound, "--checkpoint", folder.file("nowhere")}, "there is no file"));
  CHECK(refuses({"--transcribe", other, "--checkpoint", folder.file("nowhere")}, "there is no file"));
  CHECK(refuses({"--resume"}, "--resume goes on with a training on recordings; --data must name them"));

  // Entries that a damaged file may hold; the weights are looked at after them.
  for (const auto& [hidden, joined] :
       {std::pair{"96x", "2"}, {"99999999", "2"}, {"2", "0"}, {"2", "1000000"}}) {
    tg::save(other, {}, {{"lesson", "06_ctc"}, {"hidden", hidden}, {"joined", joined}, {"steps", "1"}});
    CHECK(refuses({"--transcribe", sound, "--checkpoint", other}, "other.safetensors: its entry \""));
  }

  const std::string one_digit = folder.file("one_digit");
  record_digits(one_digit, 2, 4);
  for (const fs::path& file : fs::directory_iterator(one_digit))
    if (!file.filename().string().starts_with("7_")) fs::remove(file);
  CHECK(refuses({"--data", one_digit, "--checkpoint", other},
                "has only the digit 7; at least 2 digits are needed"));
  const std::string short_sounds = folder.file("short_sounds");
  record_digits(short_sounds, 1, 3);
  for (const fs::path& file : fs::directory_iterator(short_sounds)) {
    lesson::Sound one = lesson::read_sound(file.string());
    one.samples.erase(one.samples.begin(), one.samples.begin() + 400);
    one.samples.resize(300);
    lesson::write_sound(file.string(), one);
  }
  CHECK(refuses({"--data", short_sounds, "--checkpoint", other, "--steps", "1", "--hidden", "2"},
                "fewer steps than their letters need, as \""));
}

TEST_CASE("lessons 06 and 07: they say what they understood of a folder") {
  if (!has_libsndfile()) return;
  const Folder folder("digits_lesson");
  const std::string recordings = folder.file("recordings");
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
  understood(start({"--data", recordings, "--steps", "1", "--hidden", "2", "--checkpoint", folder.file("c")})
                 .wait()
                 .text);
  const Printed speakers =
      run_lesson("07_speaker_embeddings", {"--no-prose", "--data", recordings, "--steps", "1"});
  understood(speakers.text);
  CHECK_MESSAGE(holds(speakers.text, "test                38"),
                speakers.text);  // all of them, of each speaker
}
