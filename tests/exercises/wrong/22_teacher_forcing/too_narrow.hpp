// says: or a letter is lost
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Indices;

const int pad_id = 0, start_id = 1, end_id = 2;

struct Forced {
  Indices reads, says;
};

inline Forced teacher_forcing(const Indices& words) {
  const int items = words.dim(0), letters = words.dim(1);
  std::vector<int> reads, says;
  for (int item = 0; item < items; ++item) {
    std::vector<int> word;
    for (int t = 0; t < letters && words.at({item, t}) != pad_id; ++t) word.push_back(words.at({item, t}));
    const auto filled = [&](std::vector<int> row, int with) {
      row.resize(static_cast<std::size_t>(letters + 1), with);
      return row;
    };
    std::vector<int> read = word, say = word;
    read.insert(read.begin(), start_id);
    say.push_back(end_id);
    read = filled(read, pad_id);
    say = filled(say, pad_id);
    read.pop_back();
    say.pop_back();
    reads.insert(reads.end(), read.begin(), read.end());
    says.insert(says.end(), say.begin(), say.end());
  }
  return {Indices({items, letters}, reads), Indices({items, letters}, says)};
}

}  // namespace exercise
