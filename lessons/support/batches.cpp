#include "support/batches.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "tinygrad_cpp/array/random.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/ops/movement.hpp"

namespace lesson {
namespace {

void check_split(const char* op, int count, int every) {
  if (every < 3) tg::fail(op, "every is {}; at least 3 is needed, or nothing is left to train on", every);
  if (count < every)
    tg::fail(op, "{} items; at least {} are needed to hold out one in {}", count, every, every);
}

// 0 .. count - 1 in an order that every run has.
std::vector<int> fixed_order(int count) {
  tg::RandomStream random(20200131);
  std::vector<int> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  for (int i = count - 1; i > 0; --i)
    std::swap(order[static_cast<std::size_t>(i)], order[static_cast<std::size_t>(random.below(i + 1))]);
  return order;
}

// The greatest length.
int longest(const char* op, const std::vector<int>& lengths) {
  if (lengths.empty()) tg::fail(op, "no sequences; at least one is needed");
  const int most = *std::max_element(lengths.begin(), lengths.end());
  if (most == 0) tg::fail(op, "all {} sequences are empty; one must have a step", lengths.size());
  return most;
}

void check_matrix(const char* op, const tg::Indices& ids) {
  if (ids.rank() != 2) tg::fail(op, "ids are {}; [B,L] is needed, a row for each sequence", ids.shape());
}

}  // namespace

std::vector<std::vector<int>> batches(int count, int size) {
  if (count < 1) tg::fail("batches", "count is {}; at least 1 item is needed", count);
  if (size < 1) tg::fail("batches", "size is {}; at least 1 is needed", size);
  const std::vector<int> order = tg::random_permutation(count);
  std::vector<std::vector<int>> all;
  for (auto start = order.begin(); start != order.end();) {
    const auto stop = start + std::min<std::ptrdiff_t>(size, order.end() - start);
    all.emplace_back(start, stop);
    start = stop;
  }
  return all;
}

Split split_by_turns(int count, int every) {
  check_split("split_by_turns", count, every);
  Split split;
  for (int i = 0; i < count; ++i) {
    const int turn = i % every;
    (turn == every - 1 ? split.test : turn == every - 2 ? split.validation : split.train).push_back(i);
  }
  return split;
}

Split split_at_random(int count, int every) {
  check_split("split_at_random", count, every);
  return split_within_groups(std::vector<int>(static_cast<std::size_t>(count)), every);
}

Split split_at_random(const std::vector<int>& groups, int every) {
  const int count = static_cast<int>(groups.size());
  check_split("split_at_random", count, every);
  const auto part = static_cast<std::size_t>(count / every);
  std::map<int, std::vector<int>> items;  // of each group
  for (int i = 0; i < count; ++i) items[groups[static_cast<std::size_t>(i)]].push_back(i);
  std::vector<bool> placed(groups.size());
  Split split;
  for (const int i : fixed_order(count)) {
    if (placed[static_cast<std::size_t>(i)]) continue;
    const std::vector<int>& group = items[groups[static_cast<std::size_t>(i)]];
    const std::vector<int> together = 2 * group.size() > part ? std::vector<int>{i} : group;
    std::vector<int>& into = split.test.size() + together.size() <= part         ? split.test
                             : split.validation.size() + together.size() <= part ? split.validation
                                                                                 : split.train;
    for (const int item : together) placed[static_cast<std::size_t>(item)] = true;
    into.insert(into.end(), together.begin(), together.end());
  }
  for (std::vector<int>* each : {&split.train, &split.validation, &split.test})
    std::sort(each->begin(), each->end());
  return split;
}

Split split_within_groups(const std::vector<int>& groups, int every) {
  const int count = static_cast<int>(groups.size());
  check_split("split_within_groups", count, every);
  const int part = count / every;
  std::map<int, int> left;  // items of each group that no one has taken
  for (const int group : groups) ++left[group];
  if (left.size() == groups.size())
    tg::fail("split_within_groups", "each of {} groups has one item; one with two is needed, to hold out one",
             count);
  Split split;
  std::vector<bool> held_out(groups.size());
  for (const int i : fixed_order(count)) {
    std::vector<int>& into = static_cast<int>(split.test.size()) < part ? split.test : split.validation;
    const auto at = static_cast<std::size_t>(i);
    if (static_cast<int>(split.validation.size()) == part || left[groups[at]] == 1) continue;
    --left[groups[at]];
    held_out[at] = true;
    into.push_back(i);
  }
  for (int i = 0; i < count; ++i)
    if (!held_out[static_cast<std::size_t>(i)]) split.train.push_back(i);
  std::sort(split.test.begin(), split.test.end());
  std::sort(split.validation.begin(), split.validation.end());
  return split;
}

Split split_by_time(int count, int every) {
  check_split("split_by_time", count, every);
  Split split;
  const int part = count / every;
  for (int i = 0; i < count; ++i)
    (i >= count - part ? split.test : i >= count - 2 * part ? split.validation : split.train).push_back(i);
  return split;
}

std::vector<std::pair<int, int>> windows(int rows, int size, int overlap) {
  if (rows < 1) tg::fail("windows", "{} rows; at least 1 is needed", rows);
  if (size < 1) tg::fail("windows", "size is {}; at least 1 is needed", size);
  if (overlap < 0 || overlap >= size)
    tg::fail("windows", "overlap is {}; 0 to {} is needed, or windows of {} rows do not move on", overlap,
             size - 1, size);
  std::vector<std::pair<int, int>> all;
  for (int start = 0;; start += size - overlap) {
    all.emplace_back(start, std::min(rows - start, size) + start);
    if (all.back().second == rows) return all;
  }
}

Padded pad_sequences(const std::vector<tg::Tensor>& sequences, double padding) {
  Padded padded;
  for (const tg::Tensor& sequence : sequences) {
    const tg::Shape shape = sequence.shape(), first = sequences[0].shape();
    if (shape.rank() != 2 || shape.dim(1) != first.dim(1))
      tg::fail("pad_sequences", "sequence {} is {}, sequence 0 is {}; all must be [T,D] with the same D",
               padded.lengths.size(), shape, first);
    padded.lengths.push_back(shape.dim(0));
  }
  const int steps = longest("pad_sequences", padded.lengths);
  std::vector<tg::Tensor> rows;
  for (const tg::Tensor& sequence : sequences)
    rows.push_back(tg::pad(sequence, 0, 0, steps - sequence.dim(0), padding));
  padded.values = tg::stack(rows, 0);
  return padded;
}

PaddedTokens pad_tokens(const std::vector<std::vector<int>>& sequences, int padding) {
  PaddedTokens padded;
  for (const std::vector<int>& sequence : sequences)
    padded.lengths.push_back(static_cast<int>(sequence.size()));
  const int steps = longest("pad_tokens", padded.lengths);
  std::vector<int> ids;
  for (const std::vector<int>& sequence : sequences) {
    ids.insert(ids.end(), sequence.begin(), sequence.end());
    ids.insert(ids.end(), static_cast<std::size_t>(steps) - sequence.size(), padding);
  }
  padded.ids = tg::Indices({static_cast<int>(sequences.size()), steps}, std::move(ids));
  return padded;
}

std::vector<std::vector<int>> ragged(const tg::Indices& ids, const std::vector<int>& lengths) {
  check_matrix("ragged", ids);
  if (static_cast<int>(lengths.size()) != ids.dim(0))
    tg::fail("ragged", "{} lengths for {} rows; each row needs one", lengths.size(), ids.dim(0));
  std::vector<std::vector<int>> sequences;
  auto row = ids.values().begin();
  for (const int length : lengths) {
    if (length < 0 || length > ids.dim(1))
      tg::fail("ragged", "row {} has length {}; ids are {}, so 0 to {} is needed", sequences.size(), length,
               ids.shape(), ids.dim(1));
    sequences.emplace_back(row, row + length);
    row += ids.dim(1);
  }
  return sequences;
}

std::vector<int> lengths_to_end(const tg::Indices& ids, int end) {
  check_matrix("lengths_to_end", ids);
  std::vector<int> lengths;
  auto row = ids.values().begin();
  for (int item = 0; item < ids.dim(0); ++item, row += ids.dim(1)) {
    const auto found = std::find(row, row + ids.dim(1), end);
    if (found == row + ids.dim(1))
      tg::fail("lengths_to_end", "row {} has no end, {}; each row needs one", item, end);
    lengths.push_back(static_cast<int>(found - row) + 1);
  }
  return lengths;
}

}  // namespace lesson
