#include "support/speech/noticed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

struct Moments {
  double mean = 0, deviation = 0;
  double neighbours = 0;  // correlation of each sample with the next
};

Moments moments_of(const std::vector<float>& samples) {
  double sum = 0, squares = 0, products = 0, before = 0;
  for (const float sample : samples) sum += static_cast<double>(sample);
  const double count = static_cast<double>(samples.size()), mean = sum / std::max(1.0, count);
  for (const float sample : samples) {
    const double x = static_cast<double>(sample) - mean;
    squares += x * x;
    products += x * before;
    before = x;
  }
  return {mean, std::sqrt(squares / std::max(1.0, count)), squares > 0 ? products / squares : 0};
}

}  // namespace

bool is_clipped(const std::vector<float>& samples) {
  constexpr float full_scale = 0.985f;  // some programs stop a little below 1
  constexpr std::ptrdiff_t row = 3;
  constexpr double share = 0.01;
  std::ptrdiff_t clipped = 0;
  for (auto begin = samples.begin(); begin != samples.end();) {
    const auto end = std::find_if(begin, samples.end(), [&](float sample) { return sample != *begin; });
    if (end - begin >= row && std::abs(*begin) >= full_scale) clipped += end - begin;
    begin = end;
  }
  return static_cast<double>(clipped) > share * static_cast<double>(samples.size());
}

bool has_offset(const std::vector<float>& samples) {
  constexpr double least = 0.002;  // below that, a few steps of 16 bits, nothing is heard either
  const Moments moments = moments_of(samples);
  return std::abs(moments.mean) > std::max(least, moments.deviation / 2);
}

bool is_swapped(const std::vector<float>& samples) {
  constexpr double more = 0.4;   // of 2700 recordings that are right, none has more than 0.14
  constexpr double sound = 0.5;  // where hiss of 40 ms, below 0, becomes noise, around 0
  std::vector<float> swapped;
  swapped.reserve(samples.size());
  unsigned low_bytes = 0;  // all 0 where the file has 8 bits
  for (const float sample : samples) {
    const float whole = sample * 32768;
    if (whole != std::round(whole) || std::abs(whole) > 32768) return false;  // not of 16 bits
    const auto bits = static_cast<std::uint16_t>(static_cast<std::int32_t>(whole));
    low_bytes |= bits & 0xffu;
    swapped.push_back(static_cast<std::int16_t>(static_cast<std::uint16_t>(bits << 8 | bits >> 8)));
  }
  return low_bytes != 0 &&
         moments_of(swapped).neighbours > std::max(sound, moments_of(samples).neighbours + more);
}

std::vector<std::string> noticed_lines(const std::vector<std::pair<std::string, Noticed>>& files) {
  std::vector<std::string> lines;
  // "FILE has SOMETHING: MEANING." or "3 of 20 files have SOMETHING (FILE): MEANING."
  const auto tell = [&](const char* something, const char* meaning, const auto& concerns) {
    std::string name;  // of the first
    int count = 0, fewest = 0, most = 0;
    for (const auto& [file, noticed] : files) {
      if (!concerns(noticed)) continue;
      if (++count == 1) name = tg::shown_path(file), fewest = noticed.channels;
      fewest = std::min(fewest, noticed.channels), most = std::max(most, noticed.channels);
    }
    if (count == 0) return;
    const std::string what =
        fmt::format(fmt::runtime(something),
                    fewest == most ? fmt::format("{}", most) : fmt::format("{} to {}", fewest, most));
    lines.push_back(files.size() == 1 ? fmt::format("{} has {}{}.", name, what, meaning)
                                      : fmt::format("{} of {} files {} {} ({}){}.", count, files.size(),
                                                    count == 1 ? "has" : "have", what, name, meaning));
  };
  tell("{} channels", "; they were averaged",
       [](const Noticed& one) { return one.channels > 1 && !one.silent && !one.differ; });
  tell("{} channels, and not all are heard", "; silent ones were left out",
       [](const Noticed& one) { return one.silent && !one.differ; });
  tell("{} channels that differ",
       "; only the strongest was taken, since a mixture is no recording of one voice",
       [](const Noticed& one) { return one.differ; });
  tell("clipped peaks", ": more than 1% of the samples are cut off at full scale. Record at a lower level",
       [](const Noticed& one) { return one.clipped; });
  tell(
      "a constant offset",
      ": the samples lie around another number than 0. Take it out: ffmpeg -i FILE -af highpass=f=20 NEW.wav",
      [](const Noticed& one) { return one.offset; });
  return lines;
}

}  // namespace lesson
