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
#include "support/speech/digits.hpp"
#include "support/speech/voice.hpp"
#include "tinygrad_cpp/array/random.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/safetensors.hpp"

// Lesson 06 on a folder of recordings: training that stops and goes on, and a recording read.

namespace {

using About = std::map<std::string, std::string>;

// A folder of recordings as the lesson reads it, made by the synthetic voice.
void record_digits(const fs::path& folder) {
  fs::create_directories(folder);
  tg::manual_seed(1);
  for (const lesson::Speaker& speaker : lesson::synthetic_speakers(2))
    for (int digit = 0; digit < 10; ++digit)
      for (int index = 0; index < 11; ++index)
        lesson::write_sound((folder / fmt::format("{}_{}_{}.wav", digit, speaker.name, index)).string(),
                            lesson::synthetic_digit(digit, speaker));
}

Program start(Words flags) {
  flags.push_back("--no-prose");
  return start_lesson("06_ctc", flags);
}

About about_of(const std::string& path) {
  try {
    return tg::load_about(path);
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

  const std::string recording = recordings + "/7_" + lesson::synthetic_speakers(1)[0].name + "_0.wav";
  const Printed reading = start({"--transcribe", recording, "--checkpoint", whole}).wait();
  CHECK(reading.status == 0);
  CHECK(holds(reading.text, "greedy: "));
  CHECK(holds(reading.text, "beam search"));
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
}
