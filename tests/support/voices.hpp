#pragma once
#include <fmt/format.h>

#include <filesystem>
#include <string>

#include "support/speech/voice.hpp"
#include "support/speech/wav.hpp"
#include "tinygrad_cpp/array/random.hpp"

// Folders of recordings that tests make themselves, said by the synthetic voice.

/// Digits 0 .. 9 of voice1, voice2, .., each said `times` times: 7_voice1_0.wav.
inline void record_digits(const std::filesystem::path& folder, int speakers = 2, int times = 11) {
  std::filesystem::create_directories(folder);
  tg::manual_seed(1);
  for (const lesson::Speaker& speaker : lesson::synthetic_speakers(speakers))
    for (int digit = 0; digit < 10; ++digit)
      for (int index = 0; index < times; ++index)
        lesson::write_sound((folder / fmt::format("{}_{}_{}.wav", digit, speaker.name, index)).string(),
                            lesson::synthetic_digit(digit, speaker));
}

/// A folder for each of voice1, voice2, .. with recordings 0.wav, 1.wav, ..
inline void record_voices(const std::filesystem::path& folder, int speakers, int times) {
  tg::manual_seed(1);
  for (const lesson::Speaker& speaker : lesson::synthetic_speakers(speakers)) {
    std::filesystem::create_directories(folder / speaker.name);
    for (int index = 0; index < times; ++index)
      lesson::write_sound((folder / speaker.name / fmt::format("{}.wav", index)).string(),
                          lesson::synthetic_digit(index % 10, speaker));
  }
}
