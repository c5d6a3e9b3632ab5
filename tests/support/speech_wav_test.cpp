#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <limits>

#include "../files.hpp"
#include "../support.hpp"
#include "sounds.hpp"
#include "support/speech/wav.hpp"

// Recordings as files, and at another rate.

namespace {

using lesson::Sound;

// Reading these bytes fails; the error names the file and then says this.
bool refused(const std::string& bytes, const std::string& text) {
  const Folder folder("sound");
  const std::string path = folder.file("bad.wav", bytes);
  return fails_with([&] { lesson::read_sound(path); }, "[read_sound] " + path + ": " + text);
}

// The greatest distance between the middles of two sounds: at the ends a filter reaches out into silence.
double distance(const Sound& a, const Sound& b) {
  const std::size_t size = a.samples.size(), margin = size / 4;
  REQUIRE(std::max(size, b.samples.size()) - std::min(size, b.samples.size()) <= 1);
  double most = 0;
  for (std::size_t n = margin; n < size - margin; ++n)
    most = std::max(most, std::abs(static_cast<double>(a.samples[n]) - static_cast<double>(b.samples[n])));
  return most;
}

}  // namespace

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

TEST_CASE("sound: channels are averaged, and encodings are all brought to -1 .. 1") {
  if (!has_libsndfile()) return;
  const Folder folder("sound");
  std::vector<std::int16_t> left_and_right;
  std::vector<std::int32_t> wide;
  std::vector<float> real;
  std::vector<std::uint8_t> narrow;
  for (int n = 0; n < 200; ++n) {
    left_and_right.insert(left_and_right.end(), {16384, -8192});
    wide.push_back(1 << 29);
    real.push_back(0.25f);
    narrow.push_back(160);
  }
  const auto read = [&](const std::string& bytes) {
    return lesson::read_sound(folder.file("a.wav", bytes)).samples;
  };
  CHECK(read(wav_bytes(left_and_right, 2)) == std::vector<float>(200, 0.125f));
  CHECK(read(wav_bytes(wide, 1)) == std::vector<float>(200, 0.25f));
  CHECK(read(wav_bytes(real, 1, 8000, 3)) == std::vector<float>(200, 0.25f));
  CHECK(read(wav_bytes(narrow, 1)) == std::vector<float>(200, 0.25f));
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
  CHECK(refused("name,age\nAda,36\n",
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
                   "a.wav: cannot make a file beside it"));
  CHECK(fails_with([&] { lesson::write_sound(folder.file("a.wav"), {}); }, "there is no sample in it"));
}

TEST_CASE("sound: a file that was cut off is read as far as it goes") {
  if (!has_libsndfile()) return;
  const Folder folder("sound");
  const std::string whole = wav_bytes(std::vector<std::int16_t>(8000, 100), 1);
  CHECK(lesson::read_sound(folder.file("a.wav", whole.substr(0, whole.size() / 2))).samples.size() == 3989);
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

TEST_CASE("sound: without libsndfile the error says how to get it") {
  if (has_libsndfile()) return;
  for (const char* what : {"make deps", "libsndfile1-dev", "run make again"}) {
    CHECK(fails_with([&] { lesson::read_sound("a.wav"); }, what));
  }
}

TEST_CASE("resampled: a tone keeps its frequency and its strength at every rate") {
  for (int rate : {6000, 8001, 11025, 16000, 22050, 44100, 48000}) {
    CAPTURE(rate);
    CHECK(distance(lesson::resampled(tone(440, 0.2, rate), 8000), tone(440, 0.2)) < 1e-3);
    CHECK(distance(lesson::resampled(tone(2500, 0.2), rate), tone(2500, 0.2, rate)) < 1e-3);
  }
  CHECK(lesson::resampled(tone(440), 8000).samples == tone(440).samples);
}

TEST_CASE("resampled: what the new rate cannot hold is gone, and not another tone") {
  for (double hertz : {4001.0, 4050.0, 4500.0, 5000.0, 7000.0, 7900.0, 7990.0, 11000.0}) {
    CAPTURE(hertz);
    const Sound low = lesson::resampled(tone(hertz, 0.2, 44100), 8000);
    CHECK(distance(low, {.samples = std::vector<float>(low.samples.size())}) < 5e-4);
  }
  // Taking every second sample instead would leave a tone of 3000 Hz.
  const Sound low = lesson::resampled(tone(5000, 0.2, 16000), 8000);
  CHECK(distance(low, {.samples = std::vector<float>(low.samples.size())}) < 5e-4);
}

TEST_CASE("resampled: lasts as long, and a constant stays one") {
  for (int rate : {1000, 7999, 11025, 44100, 768000}) {
    const Sound constant{.samples = std::vector<float>(4000, 0.25f)};
    const Sound other = lesson::resampled(constant, rate);
    CHECK(other.rate == rate);
    CHECK(std::abs(other.seconds() - 0.5) <= 1.0 / rate);
    CHECK(distance(other, {.samples = std::vector<float>(other.samples.size(), 0.25f)}) < 1e-5);
  }
  CHECK(fails_with([] { lesson::resampled(tone(440), 0); },
                   "[resampled] the new rate is 0 samples a second; 1000 to 768000"));
  CHECK(fails_with([] { lesson::resampled({.samples = {0, 1}, .rate = -1}, 8000); }, "the old rate is -1"));
  CHECK(lesson::resampled({.samples = {}, .rate = 16000}, 8000).samples.empty());
}
