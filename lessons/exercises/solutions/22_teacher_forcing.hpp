#pragma once
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Indices;

const int pad_id = 0, start_id = 1, end_id = 2;

struct Forced {
  Indices reads, says;  // [B,L+1]
};

// What is read is the letter before, and before the first letter there is <start>. The first step without a letter is the
// one that says <end>; for the longest word that is step L, which is why the results are one step wider.
inline Forced teacher_forcing(const Indices& words) {
  const int items = words.dim(0), letters = words.dim(1);
  std::vector<int> reads, says;
  for (int item = 0; item < items; ++item) {
    int before = start_id;
    for (int t = 0; t <= letters; ++t) {
      const int letter = t < letters ? words.at({item, t}) : pad_id;
      const bool ends_here = letter == pad_id && before != pad_id;
      reads.push_back(before);
      says.push_back(ends_here ? end_id : letter);
      before = letter;
    }
  }
  return {Indices({items, letters + 1}, reads), Indices({items, letters + 1}, says)};
}

}  // namespace exercise
