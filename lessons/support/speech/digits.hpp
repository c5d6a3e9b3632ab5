// Spoken digits from a folder.
#pragma once
#include <string>
#include <vector>

#include "support/speech/wav.hpp"

namespace lesson {

/// "zero" .. "nine".
const std::string& digit_name(int digit);

/// One digit, said once.
struct Recording {
  int digit = 0;
  std::string speaker;
  int index = 0;     // which of the speaker's recordings of this digit
  Sound sound;       // at speech_rate
  std::string file;  // its path within the folder; empty when no file holds it
};

struct Digits {
  std::vector<Recording> recordings;  // in the order of their files' paths
  int ignored = 0;                    // files that are no recording of a digit
  std::vector<std::string>
      understood;  // sentences that say what was read, what was ignored and what is missing
};

/// Reads all recordings of a folder and of the folders in it: digit_speaker_index.wav, as the Free Spoken
/// Digit Dataset names them (7_theo_12.wav). The ending may be that of another format that read_sound reads,
/// in capitals too. Those of another rate are resampled. Hidden files and folders are passed over.
/// Error when there is no such folder, no such name in it, or a recording that cannot be read or lasts more
/// than 10 s; and when two files of different sound are the same recording by their names.
Digits read_digits(const std::string& folder);

/// The speakers' names in alphabetical order. Error when there are fewer than `at_least`.
std::vector<std::string> speakers_of(const std::vector<Recording>& recordings, int at_least = 1);

}  // namespace lesson
