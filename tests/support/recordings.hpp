#pragma once
#include <fmt/format.h>

#include <set>
#include <string>
#include <vector>

#include "sounds.hpp"
#include "support/speech/digits.hpp"

// Recordings of digits that tests make themselves.

using lesson::Recording;
using Recordings = std::vector<Recording>;
using Names = std::vector<std::string>;

/// Digits 0 .. 2 of two speakers, each said `times` times; no two sound the same.
inline Recordings some_recordings(int times = 12) {
  Recordings all;
  for (int digit = 0; digit < 3; ++digit)
    for (const char* speaker : {"ada", "bob"})
      for (int index = 0; index < times; ++index)
        all.push_back({digit, speaker, index, tone(200 + 100 * digit + 10 * index + (*speaker == 'a')),
                       fmt::format("{}_{}_{}.wav", digit, speaker, index)});
  return all;
}

inline Names files_of(const Recordings& recordings) {
  Names names;
  for (const Recording& recording : recordings) names.push_back(recording.file);
  return names;
}

inline std::set<int> indices_of(const Recordings& recordings) {
  std::set<int> indices;
  for (const Recording& recording : recordings) indices.insert(recording.index);
  return indices;
}
