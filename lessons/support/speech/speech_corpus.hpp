// Utterances to train on and utterances that are held out, from recordings on disk.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "support/speech/digit_split.hpp"
#include "support/speech/utterances.hpp"

namespace lesson {

struct SpeechCorpus {
  std::function<Utterance()> draw;          // an utterance to train on, drawn with the random stream
  std::vector<Utterance> validation, test;  // they do not depend on the random stream
  std::vector<std::string> answers;         // texts that a network would give that listens to nothing
  std::string characters;                   // of all texts
  std::string held_out;                     // the files of validation and test, a line each
  std::vector<std::string> understood;      // sentences that say what was read and how it was split
};

/// From a folder: recordings of digits, as read_digits and split_digits have them; an utterance joins two to
/// four of one speaker. From a file: a list of utterances, as read_utterances has it, with paths from the
/// list's folder; a tenth is drawn for the validation and a tenth for the test, copies of one sound together.
/// With `all`, the validation utterances are trained on too.
/// Error when there is no such place, a recording cannot be read, or too little is left to learn from.
SpeechCorpus read_speech(const std::string& path, bool all = false);

/// Sizes of a corpus of synthetic voices.
struct SyntheticSpeech {
  int speakers = 4, times = 40;     // each speaker says every digit so often
  int validation = 50, test = 100;  // utterances
  bool single = false;              // utterances of one digit
};

/// Utterances of synthetic voices, split by index and joined as those of a folder. The voices and what is
/// held out are the same in every run; the random stream starts anew.
SpeechCorpus synthetic_speech(const SyntheticSpeech& sizes = {});

}  // namespace lesson
