// Which recordings of digits are trained on, and which are held out.
#pragma once
#include <string>
#include <vector>

#include "support/speech/digits.hpp"

namespace lesson {

/// What to train on, to choose settings by, and to report at the end.
struct DigitSplit {
  std::vector<Recording> train, validation, test;  // in the order in which they came
  bool by_index = true;
  std::vector<std::string> understood;  // sentences that say how it was made, and what is only trained on
};

/// The recordings with the five lowest indices are the test, those with the next five the validation, as the
/// Free Spoken Digit Dataset is split. Error when there are fewer than 11 indices.
DigitSplit split_by_index(std::vector<Recording> recordings);

/// split_by_index where recordings are such a set: every speaker says every digit with the same indices, 20
/// or more, and no two recordings are copies. Else, of each speaker's recordings of a digit, a fifth is drawn
/// for the test and a fifth for the validation: at least 1 and at most 5 each. Copies stay together. The draw
/// is the same in every run, whatever the random stream, and does not depend on other speakers and digits. A
/// digit that a speaker says fewer than 3 times is only trained on.
/// Error naming the speaker when that leaves a speaker with nothing held out.
DigitSplit split_digits(std::vector<Recording> recordings);

}  // namespace lesson
