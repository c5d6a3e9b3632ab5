#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <numeric>

#include "support/speech/wav.hpp"
#include "tinygrad_cpp/error.hpp"

namespace lesson {
namespace {

// The window spans so many periods of the slower rate on each side of an output sample.
constexpr double periods = 40;

// A window of Blackman falls to -74 dB within 5.5 / (2 periods) of that rate, centred on the cutoff: put there, it is down when
// half the rate is reached.
constexpr double cutoff = 1 - 5.5 / (2 * periods);

/// A low-pass filter at the input's samples offset, offset + 1, ... from its middle. `band` is the part of the
/// input's band that is kept; the sum is 1, so that silence and a constant stay what they are.
void low_pass(double offset, double band, std::vector<float>& taps) {
  const double width = periods / band, frequency = std::numbers::pi * band * cutoff;
  double sum = 0;
  std::vector<double> exact(taps.size());
  for (std::size_t i = 0; i < taps.size(); ++i) {
    const double u = offset + static_cast<double>(i), angle = std::numbers::pi * u / width;
    if (std::abs(u) >= width) continue;
    const double blackman = 0.42 + 0.5 * std::cos(angle) + 0.08 * std::cos(2 * angle);
    sum += exact[i] = blackman * (u == 0 ? frequency : std::sin(frequency * u) / u);
  }
  for (std::size_t i = 0; i < taps.size(); ++i) taps[i] = static_cast<float>(exact[i] / sum);
}

void check_rate(const char* name, int rate) {
  constexpr int lowest = 1000, highest = 768000;
  if (rate < lowest || rate > highest)
    tg::fail("resampled", "the {} rate is {} samples a second; {} to {} is needed", name, rate, lowest,
             highest);
}

}  // namespace

Sound resampled(const Sound& sound, int rate) {
  check_rate("old", sound.rate);
  check_rate("new", rate);
  if (rate == sound.rate) return sound;

  // Output sample m lies at m * in / out of the input: the same taps serve m, m + out, m + 2 out, ...
  const std::int64_t common = std::gcd(sound.rate, rate), in = sound.rate / common, out = rate / common;
  const auto size = static_cast<std::int64_t>(sound.samples.size()), count = (size * out + in - 1) / in;
  const double band = std::min(1.0, static_cast<double>(out) / static_cast<double>(in));
  const auto reach = static_cast<std::int64_t>(std::ceil(periods / band));
  std::vector<float> taps(static_cast<std::size_t>(2 * reach));

  Sound result{.samples = std::vector<float>(static_cast<std::size_t>(count)), .rate = rate};
  for (std::int64_t phase = 0; phase < std::min(out, count); ++phase) {
    std::int64_t first = phase * in / out - reach + 1;
    low_pass(static_cast<double>(first) - static_cast<double>(phase * in) / static_cast<double>(out), band,
             taps);
    for (std::int64_t m = phase; m < count; m += out, first += in) {
      // Before the beginning and after the end there is silence.
      const std::int64_t from = std::max<std::int64_t>(first, 0), to = std::min(first + 2 * reach, size);
      if (from < to)
        result.samples[static_cast<std::size_t>(m)] =
            std::inner_product(&sound.samples[static_cast<std::size_t>(from)],
                               &sound.samples[static_cast<std::size_t>(from)] + (to - from),
                               &taps[static_cast<std::size_t>(from - first)], 0.0f);
    }
  }
  return result;
}

}  // namespace lesson
