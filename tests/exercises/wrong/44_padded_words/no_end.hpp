// says: nobody says where a word ends
#pragma once
#include <algorithm>
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Indices;
using tg::Tensor;

const int pad_id = 0, start_id = 1, end_id = 2;

struct Batch {
  Indices reads, says;
  std::vector<int> lengths;
};

inline Batch batch_of(const std::vector<std::vector<int>>& words) {
  std::size_t steps = 0;
  for (const std::vector<int>& word : words) steps = std::max(steps, word.size());
  std::vector<int> reads, says, lengths;
  for (const std::vector<int>& word : words) {
    std::vector<int> read = {start_id}, say = word;
    if (word.empty()) say = {end_id};
    read.insert(read.end(), word.begin(), word.end());

    lengths.push_back(static_cast<int>(say.size()));
    read.resize(steps, pad_id), say.resize(steps, pad_id);
    reads.insert(reads.end(), read.begin(), read.end());
    says.insert(says.end(), say.begin(), say.end());
  }
  const tg::Shape shape = {static_cast<int>(words.size()), static_cast<int>(steps)};
  return {Indices(shape, reads), Indices(shape, says), lengths};
}
inline Tensor last_state(const tg::nn::LSTMCell& cell, const Tensor& x, const std::vector<int>& lengths) {
  const int items = x.dim(0), steps = x.dim(1);
  const Tensor mask = tg::sequence_mask(lengths, steps);
  const Tensor clean = where(reshape(mask, {items, steps, 1}), x, 0);
  tg::nn::LSTMState state = cell.zero_state(items);
  for (int t = 0; t < steps; ++t) {
    const Tensor real = reshape(select(mask, 1, t), {items, 1});
    const tg::nn::LSTMState next = cell(select(clean, 1, t), state);
    state = {where(real, next.h, state.h), where(real, next.c, state.c)};
  }
  return state.h;
}

struct Score {
  Tensor loss;
  double places, words;
};
inline Score judged(const Tensor& scores, const Batch& batch) {
  const int items = scores.dim(0), steps = scores.dim(1);
  const Tensor mask = tg::sequence_mask(batch.lengths, steps);
  const Tensor clean = where(reshape(mask, {items, steps, 1}), scores, 0);
  const std::vector<int> ids(batch.says.values().begin(), batch.says.values().end());
  const Tensor costs = -gather(log_softmax(clean), 2, Indices({items, steps, 1}, ids));
  const Tensor loss = sum(reshape(costs, {items, steps}) * mask) / sum(mask);

  const Indices best = argmax(clean, 2);
  double real = 0, right = 0, words = 0;
  for (int item = 0; item < items; ++item) {
    const int length = batch.lengths[static_cast<std::size_t>(item)];
    int good = 0;
    for (int t = 0; t < length; ++t) good += best.at({item, t}) == batch.says.at({item, t});
    real += length, right += good, words += good == length;
  }
  return {loss, right / real, words / items};
}

}
