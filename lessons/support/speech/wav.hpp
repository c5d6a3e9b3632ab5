// Recordings: read, written, and brought to another rate.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "support/speech/noticed.hpp"

namespace lesson {

/// One channel of samples between -1 and 1.
struct Sound {
  std::vector<float> samples;
  int rate = 8000;  // samples a second, 1000 to 768000

  double seconds() const { return static_cast<double>(samples.size()) / rate; }
};

/// The rate of telephones, of the Free Spoken Digit Dataset and of all lessons.
inline constexpr int speech_rate = 8000;

/// The most samples that are read: two hours of speech at 8000 a second, 22 minutes of music at 44100.
inline constexpr std::size_t longest_sound = 60'000'000;

/// Reads a file of any format that libsndfile knows (WAV, FLAC, Ogg, ..., but not MP3); without libsndfile,
/// WAV files of whole numbers or floats. Channels are averaged, but for those 40 dB below the strongest.
/// Where one differs from the strongest (a correlation below 0.5), the strongest alone is taken. `noticed` is
/// told, where it is given.
/// Error when it is no such file; when it was cut off, or says a wrong length; when it is shorter than 10 ms
/// or longer than longest_sound; when a sample is NaN, infinite or far beyond 1, when the bytes of samples
/// are swapped or nothing is heard.
Sound read_sound(const std::string& path, Noticed* noticed = nullptr);

/// Writes a WAV file of 16-bit samples; what is beyond -1 and 1 is clipped. Error when there are none, one is
/// NaN or infinite, or the file cannot be written.
void write_sound(const std::string& path, const Sound& sound);

/// The same sound at another rate, by libsamplerate. What the slower of the two rates cannot hold, from half
/// of it upwards, is taken out instead of coming back as other tones. Error unless both rates are from 1000
/// to 768000, and where they differ and this program was built without libsamplerate.
/// Source: Smith and Gossett, A flexible sampling-rate conversion method, ICASSP 1984.
Sound resampled(const Sound& sound, int rate);

}  // namespace lesson
