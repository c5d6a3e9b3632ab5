#include <doctest/doctest.h>

#include "../support.hpp"
#include "sounds.hpp"
#include "support/speech/wav.hpp"

// Sounds at another rate.

namespace {

using lesson::Sound;

}  // namespace

TEST_CASE("resampled: a tone keeps its frequency and its strength at every rate") {
  if (!has_libsamplerate()) return;
  for (int rate : {6000, 8001, 11025, 16000, 22050, 44100, 48000}) {
    CAPTURE(rate);
    CHECK(distance(lesson::resampled(tone(440, 0.2, rate), 8000), tone(440, 0.2)) < 1e-3);
    CHECK(distance(lesson::resampled(tone(2500, 0.2), rate), tone(2500, 0.2, rate)) < 1e-3);
  }
}

TEST_CASE("resampled: what the new rate cannot hold is gone, and not another tone") {
  if (!has_libsamplerate()) return;
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
  if (!has_libsamplerate()) return;
  for (int rate : {1000, 7999, 11025, 44100, 768000}) {
    const Sound constant{.samples = std::vector<float>(4000, 0.25f)};
    const Sound other = lesson::resampled(constant, rate);
    CHECK(other.rate == rate);
    CHECK(std::abs(other.seconds() - 0.5) <= 1.0 / rate);
    CHECK(distance(other, {.samples = std::vector<float>(other.samples.size(), 0.25f)}) < 1e-5);
  }
}

TEST_CASE("resampled: the same rate, nothing at all, and rates that cannot be") {
  CHECK(lesson::resampled(tone(440), 8000).samples == tone(440).samples);
  CHECK(fails_with([] { lesson::resampled(tone(440), 0); },
                   "[resampled] the new rate is 0 samples a second; 1000 to 768000"));
  CHECK(fails_with([] { lesson::resampled({.samples = {0, 1}, .rate = -1}, 8000); }, "the old rate is -1"));
  CHECK(lesson::resampled({.samples = {}, .rate = 16000}, 8000).samples.empty());
}
