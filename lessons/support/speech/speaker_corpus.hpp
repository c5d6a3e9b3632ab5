// Recordings of several speakers, to train a network that tells them apart.
#pragma once
#include <string>
#include <vector>

#include "support/speech/speaker_pairs.hpp"

namespace lesson {

struct SpeakerCorpus {
  std::vector<std::string> names;  // of the speakers
  std::vector<SpeakerItem> train, validation, test;
  std::string held_out;                 // the files of validation and test, a line each
  std::vector<std::string> understood;  // sentences that say what was read and how it was split
};

/// Reads a folder. Where it has recordings of digits (digit_speaker_index.wav), these are read, and split as
/// split_digits does. Else each folder in it is a speaker, whatever is said and however the files are called.
/// Of each speaker's recordings a fifth is drawn for the test and a fifth for the validation, 2 to 20 each:
/// the same in every run. Copies are left out.
/// Error when a recording cannot be read or lasts more than a minute, when one sound has two speakers, when
/// there are fewer than 3 speakers, or one has fewer than 2 recordings in a part: a pair needs 2.
SpeakerCorpus read_speakers(const std::string& folder);

/// Synthetic voices that say each digit so often, split by index. The random stream decides; synthetic_speakers
/// says how voices differ. Error when there are fewer than 11 times.
SpeakerCorpus synthetic_corpus(int speakers, int times);

}  // namespace lesson
