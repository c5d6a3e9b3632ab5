#pragma once
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <numbers>
#include <string>
#include <vector>

#include "../files.hpp"
#include "../support.hpp"
#include "support/speech/wav.hpp"
#include "tinygrad_cpp/error.hpp"

// Sounds that tests make themselves.

/// Whether the library was built with libsndfile, which reads more than WAV files. Asked when the tests run,
/// since only the library is built again when that comes.
inline bool has_libsndfile() {
  const Folder folder("has_libsndfile");
  try {
    lesson::read_sound(folder.file("a.flac", "fLaC" + std::string(100, '\0')));
  } catch (const tg::Error& error) {
    if (std::string(error.what()).find("without libsndfile") == std::string::npos) return true;
  }
  MESSAGE("skipped: the library was built without libsndfile");
  return false;
}

/// Whether the library was built with libsamplerate.
inline bool has_libsamplerate() {
  try {
    lesson::resampled({.samples = {0}, .rate = 16000}, 8000);
    return true;
  } catch (const tg::Error& error) {
    CHECK(std::string(error.what()) ==
          "[resampled] the sound has 16000 samples a second, 8000 are needed, and this program was built "
          "without libsamplerate. Install it (make deps, or Debian's libsamplerate0-dev) and run make again");
    MESSAGE("skipped: the library was built without libsamplerate");
    return false;
  }
}

inline lesson::Sound tone(double hertz, double seconds = 0.1, int rate = lesson::speech_rate) {
  lesson::Sound sound{.samples = {}, .rate = rate};
  for (int n = 0; n < seconds * rate; ++n)
    sound.samples.push_back(static_cast<float>(0.5 * std::sin(2 * std::numbers::pi * hertz * n / rate)));
  return sound;
}

/// The greatest distance between the middles of two sounds: at the ends a filter reaches out into silence.
inline double distance(const lesson::Sound& a, const lesson::Sound& b) {
  const std::size_t size = a.samples.size(), margin = size / 4;
  REQUIRE(std::max(size, b.samples.size()) - std::min(size, b.samples.size()) <= 1);
  double most = 0;
  for (std::size_t n = margin; n < size - margin; ++n)
    most = std::max(most, std::abs(static_cast<double>(a.samples[n]) - static_cast<double>(b.samples[n])));
  return most;
}

/// A number of 24 bits, the lowest first.
struct Int24 {
  explicit Int24(std::int32_t value) { std::memcpy(bytes, &value, sizeof bytes); }
  unsigned char bytes[3];
};

template <class T>
std::string bytes_of(T value) {
  std::string bytes(sizeof(T), '\0');
  std::memcpy(bytes.data(), &value, sizeof(T));
  return bytes;
}

/// A WAV file, byte by byte. Encoding 1 holds whole numbers, 3 floats.
template <class T>
std::string wav_bytes(const std::vector<T>& samples, int channels, int rate = 8000, int encoding = 1) {
  std::string data;
  for (T sample : samples) data += bytes_of(sample);
  const auto u16 = [](int value) { return bytes_of(static_cast<std::uint16_t>(value)); };
  const auto u32 = [](std::size_t value) { return bytes_of(static_cast<std::uint32_t>(value)); };
  const int frame = channels * static_cast<int>(sizeof(T));
  return "RIFF" + u32(36 + data.size()) + "WAVEfmt " + u32(16) + u16(encoding) + u16(channels) +
         u32(static_cast<std::size_t>(rate)) + u32(static_cast<std::size_t>(rate * frame)) + u16(frame) +
         u16(8 * static_cast<int>(sizeof(T))) + "data" + u32(data.size()) + data;
}

/// Reading these bytes fails; the error names the file and then says this.
inline bool refused(const std::string& bytes, const std::string& text) {
  const Folder folder("refused_sound");
  const std::string path = folder.file("bad.wav", bytes);
  return fails_with([&] { lesson::read_sound(path); }, "[read_sound] " + path + ": " + text);
}
