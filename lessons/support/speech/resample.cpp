#include <cmath>
#include <cstdint>
#include <numeric>

#include "support/speech/wav.hpp"
#include "tinygrad_cpp/error.hpp"

#if __has_include(<samplerate.h>)
#include <samplerate.h>
#endif

namespace lesson {
namespace {

void check_rate(const char* name, int rate) {
  constexpr int lowest = 1000, highest = 768000;
  if (rate < lowest || rate > highest)
    tg::fail("resampled", "the {} rate is {} samples a second; {} to {} is needed", name, rate, lowest,
             highest);
}

}  // namespace

#if __has_include(<samplerate.h>)
Sound resampled(const Sound& sound, int rate) {
  check_rate("old", sound.rate);
  check_rate("new", rate);
  if (rate == sound.rate || sound.samples.empty()) return {sound.samples, rate};
  const double ratio = static_cast<double>(rate) / sound.rate;
  if (!src_is_valid_ratio(ratio))  // more than the library takes at once
    return resampled(resampled(sound, static_cast<int>(std::sqrt(1.0 * rate * sound.rate))), rate);
  const std::int64_t common = std::gcd(sound.rate, rate), in = sound.rate / common, out = rate / common;
  const std::int64_t count = (std::ssize(sound.samples) * out + in - 1) / in;
  Sound result{.samples = std::vector<float>(static_cast<std::size_t>(count)), .rate = rate};
  SRC_DATA data{};
  data.data_in = sound.samples.data();
  data.data_out = result.samples.data();
  data.input_frames = static_cast<long>(sound.samples.size());
  data.output_frames = static_cast<long>(count);
  data.src_ratio = ratio;
  if (const int error = src_simple(&data, SRC_SINC_MEDIUM_QUALITY, 1))
    tg::fail("resampled", "libsamplerate cannot bring {} samples a second to {}: {}", sound.rate, rate,
             src_strerror(error));
  return result;
}
#else
Sound resampled(const Sound& sound, int rate) {
  check_rate("old", sound.rate);
  check_rate("new", rate);
  if (rate == sound.rate || sound.samples.empty()) return {sound.samples, rate};
  tg::fail(
      "resampled",
      "the sound has {} samples a second, {} are needed, and this program was built without libsamplerate. "
      "Install it (make deps, or Debian's libsamplerate0-dev) and run make again",
      sound.rate, rate);
}
#endif

}  // namespace lesson
