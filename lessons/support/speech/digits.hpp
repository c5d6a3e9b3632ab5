// Spoken digits from a folder, and utterances made of them.
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
  std::string file;  // its name within the folder; empty when no file holds it
};

struct Digits {
  std::vector<Recording> recordings;  // in the order of their files' names
  int ignored = 0;                    // files of other names
};

/// Reads all recordings of a folder: digit_speaker_index.wav, as the Free Spoken Digit Dataset names them
/// (7_theo_12.wav). Those of another rate are resampled.
/// Error when there is no such folder, no such name in it, or a recording that cannot be read.
Digits read_digits(const std::string& folder);

/// The speakers' names in alphabetical order. Error when there are fewer than `at_least`.
std::vector<std::string> speakers_of(const std::vector<Recording>& recordings, int at_least = 1);

/// What to train on, to choose settings by, and to report at the end.
struct DigitSplit {
  std::vector<Recording> train, validation, test;
};

/// The recordings with the five lowest indices are the test, those with the next five the validation, so that
/// every run holds out the same ones. Error when there are fewer than 11 indices.
DigitSplit split_by_index(std::vector<Recording> recordings);

/// Digits that one speaker says in a row.
struct Utterance {
  std::string text;  // "three one"
  std::string speaker;
  Sound sound;
  std::vector<std::string> files;  // of the recordings that it joins
};

/// Joins recordings of one speaker. Error when there is none, or they have several speakers or rates.
Utterance join(const std::vector<Recording>& recordings);

/// Two to four recordings of one speaker, drawn with the random stream; one may come twice.
Utterance draw_utterance(const std::vector<Recording>& recordings);

/// A list that other programs can read: a line for each utterance, the names of its files with spaces
/// between, a tab, its text. Error when an utterance has no files, or the list cannot be written.
void write_utterances(const std::string& path, const std::vector<Utterance>& utterances);

/// The utterances of such a list, joined from these recordings. Error naming the line when a file is not
/// among them, or the text is not what they say.
std::vector<Utterance> read_utterances(const std::string& path, const std::vector<Recording>& recordings);

}  // namespace lesson
