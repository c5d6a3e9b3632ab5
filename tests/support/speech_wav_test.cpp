#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <limits>

#include "../files.hpp"
#include "../support.hpp"
#include "sounds.hpp"
#include "support/speech/wav.hpp"

// Recordings as files.

using lesson::Sound;

TEST_CASE("sound: what was written is read, and what is too loud is clipped") {
  if (!has_libsndfile()) return;
  const Folder folder("sound");
  Sound sound{.samples = std::vector<float>(400), .rate = 16000};
  for (std::size_t n = 0; n < 400; ++n) sound.samples[n] = (static_cast<float>(n * 163) - 32768) / 32768;
  lesson::write_sound(folder.file("a.wav"), sound);
  const Sound again = lesson::read_sound(folder.file("a.wav"));
  CHECK(again.rate == 16000);
  CHECK(again.samples == sound.samples);
  CHECK(again.seconds() == 0.025);

  sound.samples[0] = -3;
  sound.samples[1] = 1.5f;
  lesson::write_sound(folder.file("a.wav"), sound);
  const Sound clipped = lesson::read_sound(folder.file("a.wav"));
  CHECK(clipped.samples[0] == -1);
  CHECK(clipped.samples[1] == 32767 / 32768.0f);
}

TEST_CASE("sound: encodings are all brought to -1 .. 1") {
  if (!has_libsndfile()) return;
  const Folder folder("sound");
  std::vector<std::int16_t> four;
  std::vector<std::int32_t> wide;
  std::vector<Int24> three_bytes;
  std::vector<float> real, expected;
  std::vector<double> long_real;
  std::vector<std::uint8_t> narrow;
  for (int n = 0; n < 200; ++n) {
    const int loud = n % 2 == 0 ? 4 : n % 5;  // eighths of full scale
    const auto all = static_cast<std::int16_t>(4096 * loud);
    four.insert(four.end(),
                {all, static_cast<std::int16_t>(all + 1000), all, static_cast<std::int16_t>(all - 1000)});
    wide.push_back(loud << 28);
    three_bytes.emplace_back(loud << 20);
    long_real.push_back(loud / 8.0);
    real.push_back(static_cast<float>(loud) / 8);
    narrow.push_back(static_cast<std::uint8_t>(128 + 16 * loud));
    expected.push_back(static_cast<float>(loud) / 8);
  }
  const auto read = [&](const std::string& bytes) {
    return lesson::read_sound(folder.file("a.wav", bytes)).samples;
  };
  CHECK(read(wav_bytes(four, 4)) == expected);
  CHECK(read(wav_bytes(wide, 1)) == expected);
  CHECK(read(wav_bytes(three_bytes, 1)) == expected);
  CHECK(read(wav_bytes(real, 1, 8000, 3)) == expected);
  CHECK(read(wav_bytes(long_real, 1, 8000, 3)) == expected);
  CHECK(read(wav_bytes(narrow, 1)) == expected);
}

TEST_CASE("sound: what each bad file is told") {
  if (!has_libsndfile()) return;
  const Folder folder("sound");
  const std::string missing = folder.file("no.wav"), here = folder.path.string();
  CHECK(
      fails_with([&] { lesson::read_sound(missing); }, "there is no file \"" + missing + "\"; looked for /"));
  CHECK(fails_with([&] { lesson::read_sound(here); },
                   here + ": this is a directory; the path of a file is needed"));
  CHECK(refused("", "the file is empty; a recording is needed"));
  CHECK(refused(
      "name,age\nAda,36\n",
      "this is a text that begins with \"name,age\\nAda,36\\n\"; a WAV, FLAC or Ogg file is needed. Get"));
  CHECK(refused(std::string(2000, '\1'),
                "this is not a sound file; a WAV, FLAC or Ogg file is needed. Convert it"));
  const std::vector<std::int16_t> second(8000, 100);
  CHECK(refused(wav_bytes(second, 1, 8000, 0x1234),
                "it is damaged, or encoded in a way that libsndfile does not know (Error in WAV"));
  CHECK(refused(wav_bytes<std::int16_t>({}, 1), "there is no sample in it; a recording is needed"));
  CHECK(refused(wav_bytes<std::int16_t>({1, 2, 3, 4}, 1),
                "it lasts 0.5 ms (4 samples); at least 10 ms are needed"));
  CHECK(refused(wav_bytes(second, 1, 20), "the rate is 20 samples a second; 1000 to 768000 is needed"));
  std::vector<float> broken(300, 0.1f);
  broken[7] = std::numeric_limits<float>::quiet_NaN();
  CHECK(refused(wav_bytes(broken, 1, 8000, 3), "sample 7 is nan; finite numbers are needed"));
  broken[7] = -std::numeric_limits<float>::infinity();
  CHECK(refused(wav_bytes(broken, 1, 8000, 3), "sample 7 is -inf; finite numbers are needed"));

  const Sound sound = tone(440);
  CHECK(fails_with([&] { lesson::write_sound(folder.file("no/a.wav"), sound); },
                   "a.wav: cannot create a temporary file in the same directory"));
  CHECK(fails_with([&] { lesson::write_sound(folder.file("a.wav"), {}); }, "there is no sample in it"));
}

TEST_CASE("sound: numbers that are no sound between -1 and 1") {
  if (!has_libsndfile()) return;
  std::vector<float> real;
  std::vector<double> long_real;
  for (int n = 0; n < 400; ++n) {
    real.push_back(static_cast<float>(std::round(13732 * std::sin(n))));
    long_real.push_back(std::sin(n));
  }
  real[7] = 13732;
  const std::string whole =
      "a sample is 13732, and all are whole numbers, as of 16 bits; floats from -1 to 1 are";
  CHECK(refused(wav_bytes(real, 1, 8000, 3), whole));
  CHECK(refused(wav_bytes(real, 2, 8000, 3), whole));
  real[8] += 0.25f;
  CHECK(refused(wav_bytes(real, 1, 8000, 3), "a sample is 13732; full scale is 1, and at most 8 is read"));
  for (float& sample : real) sample = 0.25f;
  real[6] = 1e30f, real[7] = -1e30f;
  CHECK(refused(wav_bytes(real, 1, 8000, 3), "a sample is 1e+30; full scale is 1, and at most 8 is read"));
  CHECK(refused(wav_bytes(real, 2, 8000, 3), "a sample is 1e+30; full scale is 1, and at most 8 is read"));
  long_real[5] = 1e300;
  CHECK(refused(wav_bytes(long_real, 1, 8000, 3), "sample 5 is inf; finite numbers are needed"));
}

TEST_CASE("sound: a recording in which nothing is heard") {
  if (!has_libsndfile()) return;
  std::vector<std::int16_t> samples(8000, 0);
  const std::string heard = "nothing is heard: all samples lie between ";
  CHECK(refused(wav_bytes(samples, 1), heard + "0 and 0, where full scale is -1 to 1. Record it again"));
  CHECK(refused(wav_bytes(samples, 2), heard));
  CHECK(refused(wav_bytes(std::vector<float>(8000, 0.25f), 1, 8000, 3), heard + "0.25 and 0.25"));
  for (std::size_t n = 0; n < samples.size(); ++n) samples[n] = static_cast<std::int16_t>(n % 3 - 1);
  CHECK(refused(wav_bytes(samples, 1), heard + "-3.05e-05 and 3.05e-05"));
  std::vector<std::int32_t> not_scaled;  // 16 bits, at the wrong end of 32
  for (int n = 0; n < 8000; ++n) not_scaled.push_back(static_cast<std::int32_t>(10000 * std::sin(n)));
  CHECK(refused(wav_bytes(not_scaled, 1), heard));
}

TEST_CASE("sound: only regular files are read, and only so much of them") {
  if (!has_libsndfile()) return;
  const Folder folder("sound");
  const std::string pipe = folder.file("pipe.wav");
  if (mkfifo(pipe.c_str(), 0600) == 0)
    CHECK(fails_with([&] { lesson::read_sound(pipe); }, "this is a pipe; the path of a file is needed"));
  CHECK(fails_with([&] { lesson::read_sound("/dev/zero"); }, "this is a device"));

  // 16 bits of silence, the last of them a hole in the file.
  const std::size_t size = 2 * (lesson::longest_sound + 8000);
  std::string header =
      wav_bytes<std::int16_t>({}, 1).substr(0, 40) + bytes_of(static_cast<std::uint32_t>(size));
  const std::string path = folder.file("long.wav", header);
  fs::resize_file(path, header.size() + size);
  CHECK(fails_with([&] { lesson::read_sound(path); },
                   "long.wav: it lasts longer than 125 min; at most 60000000 samples are read"));
}

TEST_CASE("sound: the file that is written is the published format, whole or not at all") {
  const Folder folder("sound");
  const std::string path = folder.file("a.wav", "old");
  std::vector<std::int16_t> samples(200, 0x1234);
  samples[7] = -2;
  Sound sound{.samples = {}, .rate = 11025};
  for (const std::int16_t sample : samples) sound.samples.push_back(static_cast<float>(sample) / 32768);
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  lesson::write_sound(path, sound);
  CHECK(contents(path) == wav_bytes(samples, 1, 11025));
  CHECK(fs::status(path).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(fails_with([&] { lesson::write_sound(folder.path.string(), sound); }, "this is a directory"));
}
