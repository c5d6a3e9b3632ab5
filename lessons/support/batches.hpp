// Cutting data into what a training loop takes at a time.
#pragma once
#include <utility>
#include <vector>

#include "tinygrad_cpp/autograd/tensor.hpp"

namespace lesson {

/// The items 0 .. count - 1, each once, shuffled with the random stream and cut into batches of `size`; the
/// last may be smaller. One call is one epoch.
/// Error unless count and size are at least 1.
std::vector<std::vector<int>> batches(int count, int size);

/// Which items to train on, to choose settings by, and to report at the end. Never decided by the seed, so
/// that every run holds out the same ones.
struct Split {
  std::vector<int> train, validation, test;
};

/// Of every `every` items in a row, the last is for the test and the one before it for validation. For
/// items that do not depend on their neighbours and come in no order: in a file they may be sorted, or come
/// in turns of their own. Error unless every is at least 3 and count at least `every`.
Split split_by_turns(int count, int every = 10);

/// Of `count` items one in `every`, drawn at random, is for the test, and as many for validation: for items
/// from a file, in whatever order. The random stream is the split's own. Errors as above.
Split split_at_random(int count, int every = 10);

/// The same, and items of one group, as rows that stand in a table twice, come into one part: groups[i] is
/// the group of item i. A group of more than half a part is divided nevertheless. Errors as above.
Split split_at_random(const std::vector<int>& groups, int every = 10);

/// The same for items in groups, as the typos of one word: groups[i] is the group of item i. At least one
/// item of each group stays in training, so that a network is never asked for a group that it has not met.
/// Errors as above, and when no group has two items.
Split split_within_groups(const std::vector<int>& groups, int every = 10);

/// For series, where the future must not be trained on: of `every` equal parts in the order of time, the last
/// is for the test and the one before it for validation. Errors as above.
Split split_by_time(int count, int every = 10);

/// The [start, stop) of windows over the rows of a series, each begun size - overlap rows after the one
/// before. The last stops with the series, so it may be shorter.
/// Error unless rows and size are at least 1, and overlap from 0 to size - 1.
std::vector<std::pair<int, int>> windows(int rows, int size, int overlap = 0);

/// Sequences of different lengths as one tensor.
struct Padded {
  tg::Tensor values;         // [B,T,D], T the greatest length
  std::vector<int> lengths;  // B, for LSTMOptions and sequence_mask
};

/// Sequences [T,D] with `padding` after the end of each that is shorter than the longest. Gradients flow
/// through. Error when there is none, when D differs, or when all are empty.
Padded pad_sequences(const std::vector<tg::Tensor>& sequences, double padding = 0);

/// The same for tokens.
struct PaddedTokens {
  tg::Indices ids;  // [B,T]
  std::vector<int> lengths;
};

/// `padding` must be an id that an embedding has. Error when there is no sequence, or all are empty.
PaddedTokens pad_tokens(const std::vector<std::vector<int>>& sequences, int padding = 0);

/// The way back: the first lengths[b] ids of each row of [B,L]. Error unless there is a length for each row,
/// from 0 to L.
std::vector<std::vector<int>> ragged(const tg::Indices& ids, const std::vector<int>& lengths);

/// The length of each row of [B,L] up to the first `end`, which counts. Error that names a row without one.
std::vector<int> lengths_to_end(const tg::Indices& ids, int end);

}  // namespace lesson
