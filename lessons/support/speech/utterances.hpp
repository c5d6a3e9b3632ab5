// Utterances made of recordings of digits, and lists of them.
#pragma once
#include <string>
#include <vector>

#include "support/speech/digits.hpp"

namespace lesson {

/// Digits that one speaker says in a row.
struct Utterance {
  std::string text;  // "three one"
  std::string speaker;
  Sound sound;
  std::vector<std::string> files;  // of the recordings that it joins
  std::vector<double> ends = {};   // where each recording ends, in seconds; empty for an utterance of a list
};

/// Joins recordings of one speaker. Error when there is none, or they have several speakers or rates.
Utterance join(const std::vector<Recording>& recordings);

/// Two to four recordings of one speaker, drawn with the random stream; one may come twice. With `single`,
/// one recording.
Utterance draw_utterance(const std::vector<Recording>& recordings, bool single = false);

/// A list that other programs can read: a line for each utterance, the names of its files with spaces
/// between, a tab, its text. A name with a space stands in double quotes. Error when an utterance
/// has no files, or the list cannot be written.
void write_utterances(const std::string& path, const std::vector<Utterance>& utterances);

/// The utterances of such a list, without sound and speaker. Texts stand for whatever is said, and lose the
/// white space at their ends. Error naming the line that has no file, no tab or no text.
std::vector<Utterance> read_utterances(const std::string& path);

}  // namespace lesson
