#include "support/batches.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "../support.hpp"

namespace {

using Items = std::vector<int>;
using Windows = std::vector<std::pair<int, int>>;

Items joined(const std::vector<Items>& parts) {
  Items all;
  for (const Items& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

bool each_once(Items items, int count) {
  std::sort(items.begin(), items.end());
  Items wanted(static_cast<std::size_t>(count));
  std::iota(wanted.begin(), wanted.end(), 0);
  return items == wanted;
}

}  // namespace

TEST_CASE("batches: every item once, in an order that the seed decides") {
  tg::manual_seed(3);
  const std::vector<Items> first = lesson::batches(103, 10), second = lesson::batches(103, 10);
  CHECK(first.size() == 11);
  for (std::size_t b = 0; b < 10; ++b) CHECK(first[b].size() == 10);
  CHECK(first[10].size() == 3);
  CHECK(each_once(joined(first), 103));
  CHECK(!std::is_sorted(first[0].begin(), first[0].end()));
  CHECK(first != second);
  tg::manual_seed(3);
  CHECK(lesson::batches(103, 10) == first);
  CHECK(lesson::batches(20, 10).size() == 2);
  CHECK(lesson::batches(3, 10).size() == 1);
  CHECK(fails_with([] { lesson::batches(0, 10); }, "[batches] count is 0; at least 1 item is needed"));
  CHECK(fails_with([] { lesson::batches(10, 0); }, "[batches] size is 0; at least 1 is needed"));
}

TEST_CASE("split: by turns and by time, whatever the seed") {
  const lesson::Split turns = lesson::split_by_turns(9, 4);
  CHECK(turns.train == Items{0, 1, 4, 5, 8});
  CHECK(turns.validation == Items{2, 6});
  CHECK(turns.test == Items{3, 7});
  const lesson::Split time = lesson::split_by_time(9, 4);
  CHECK(time.train == Items{0, 1, 2, 3, 4});
  CHECK(time.validation == Items{5, 6});
  CHECK(time.test == Items{7, 8});
  CHECK(lesson::split_by_turns(100).test.size() == 10);
  CHECK(lesson::split_by_time(10).train.size() == 8);
  CHECK(lesson::split_by_turns(3, 3).train == Items{0});
  CHECK(fails_with([] { lesson::split_by_turns(9); },
                   "[split_by_turns] 9 items; at least 10 are needed to hold out one in 10"));
  CHECK(fails_with([] { lesson::split_by_time(9); }, "[split_by_time] 9 items; at least 10"));
  CHECK(fails_with([] { lesson::split_by_time(9, 2); }, "every is 2; at least 3 is needed"));
}

TEST_CASE("split: at random, the same whatever the seed, and whatever the order of the items") {
  tg::manual_seed(1);
  const lesson::Split split = lesson::split_at_random(100, 5);
  tg::manual_seed(2);
  CHECK(lesson::split_at_random(100, 5).test == split.test);
  CHECK(split.test.size() == 20);
  CHECK(split.validation.size() == 20);
  CHECK(each_once(joined({split.train, split.validation, split.test}), 100));
  // Sorted into two classes, or coming in turns of five: no part holds one class alone, or one turn.
  const auto first_half = std::count_if(split.test.begin(), split.test.end(), [](int i) { return i < 50; });
  CHECK(first_half > 5);
  CHECK(first_half < 15);
  std::set<int> turns;
  for (const int item : split.test) turns.insert(item % 5);
  CHECK(turns.size() == 5);
  CHECK(fails_with([] { lesson::split_at_random(9); },
                   "[split_at_random] 9 items; at least 10 are needed to hold out one in 10"));
}

TEST_CASE("split: at random, items of one group in one part, unless the group is large") {
  Items alone(100), twins(100), few(100);
  for (int i = 0; i < 100; ++i) {
    alone[static_cast<std::size_t>(i)] = i;
    twins[static_cast<std::size_t>(i)] = i % 50;
    few[static_cast<std::size_t>(i)] = i % 3;
  }
  CHECK(lesson::split_at_random(alone, 5).test == lesson::split_at_random(100, 5).test);
  CHECK(lesson::split_at_random(alone, 5).validation == lesson::split_at_random(100, 5).validation);
  const lesson::Split split = lesson::split_at_random(twins, 5);
  CHECK(each_once(joined({split.train, split.validation, split.test}), 100));
  CHECK(split.test.size() == 20);
  CHECK(split.validation.size() == 20);
  for (const Items* part : {&split.train, &split.validation, &split.test})
    for (const int item : *part)
      CHECK(std::find(part->begin(), part->end(), (item + 50) % 100) != part->end());
  CHECK(lesson::split_at_random(few, 5).test == lesson::split_at_random(100, 5).test);
  CHECK(fails_with([] { lesson::split_at_random(Items(9)); }, "[split_at_random] 9 items; at least 10"));
}

TEST_CASE("split: within groups, at least one item of each group stays in training") {
  // Groups of one, two and three items.
  Items groups;
  for (int group = 0; group < 60; ++group)
    groups.insert(groups.end(), static_cast<std::size_t>(group % 3 + 1), group);
  const lesson::Split split = lesson::split_within_groups(groups);
  CHECK(split.test.size() == 12);
  CHECK(split.validation.size() == 12);
  CHECK(each_once(joined({split.train, split.validation, split.test}), 120));
  std::set<int> trained;
  for (const int item : split.train) trained.insert(groups[static_cast<std::size_t>(item)]);
  CHECK(trained.size() == 60);
  CHECK(fails_with(
      [] {
        lesson::split_within_groups({0, 1, 2, 3}, 3);
      },
      "[split_within_groups] each of 4 groups has one item; one with two is needed"));
  CHECK(fails_with([] { lesson::split_within_groups({0, 0}, 3); }, "2 items; at least 3"));
  CHECK(fails_with([] { lesson::split_within_groups({0, 0}, 0); }, "every is 0; at least 3"));
}

TEST_CASE("windows: cover a series, the last one with its true length") {
  CHECK(lesson::windows(10, 4, 2) == Windows{{0, 4}, {2, 6}, {4, 8}, {6, 10}});
  CHECK(lesson::windows(9, 4, 2) == Windows{{0, 4}, {2, 6}, {4, 8}, {6, 9}});
  CHECK(lesson::windows(10, 4) == Windows{{0, 4}, {4, 8}, {8, 10}});
  CHECK(lesson::windows(3, 1) == Windows{{0, 1}, {1, 2}, {2, 3}});
  CHECK(lesson::windows(3, 3, 2) == Windows{{0, 3}});
  CHECK(lesson::windows(3, 2147483647, 5) == Windows{{0, 3}});
  CHECK(lesson::windows(2147483647, 2147483000).back().second == 2147483647);
  CHECK(fails_with([] { lesson::windows(0, 1); }, "[windows] 0 rows; at least 1 is needed"));
  CHECK(fails_with([] { lesson::windows(9, 0); }, "[windows] size is 0; at least 1 is needed"));
  CHECK(fails_with([] { lesson::windows(9, 3, -1); }, "[windows] overlap is -1; 0 to 2 is needed"));
  CHECK(fails_with([] { lesson::windows(9, 3, 3); }, "overlap is 3; 0 to 2 is needed, or windows of 3 rows"));
}

TEST_CASE("pad_sequences: zeros after each end, true lengths, gradients to what is not padding") {
  const tg::Tensor a = tg::tensor({{1, 2}}).requires_grad(true), b = tg::tensor({{3, 4}, {5, 6}, {7, 8}});
  const lesson::Padded padded = lesson::pad_sequences({a, b});
  CHECK(same(padded.values, tg::tensor({{{1, 2}, {0, 0}, {0, 0}}, {{3, 4}, {5, 6}, {7, 8}}})));
  CHECK(padded.lengths == Items{1, 3});
  tg::sum(padded.values * 2).backward();
  CHECK(same(a.grad(), tg::tensor({{2, 2}})));

  const lesson::Padded other = lesson::pad_sequences({b, tg::zeros({0, 2})}, -1);
  CHECK(other.lengths == Items{3, 0});
  CHECK(same(tg::select(other.values, 0, 1), tg::full({3, 2}, -1)));
  const tg::nn::LSTM lstm(2, 3);
  CHECK(lstm(padded.values, {.lengths = padded.lengths}).sequence.shape() == tg::Shape{2, 3, 3});

  CHECK(
      fails_with([] { lesson::pad_sequences({}); }, "[pad_sequences] no sequences; at least one is needed"));
  CHECK(fails_with(
      [&] {
        lesson::pad_sequences({b, tg::zeros({4, 3})});
      },
      "[pad_sequences] sequence 1 is [4, 3], sequence 0 is [3, 2]; all must be [T,D]"));
  CHECK(fails_with([] { lesson::pad_sequences({tg::zeros({4})}); }, "sequence 0 is [4]"));
  CHECK(fails_with([] { lesson::pad_sequences({tg::zeros({0, 2})}); }, "all 1 sequences are empty"));
}

TEST_CASE("pad_tokens: the same for ids") {
  const lesson::PaddedTokens padded = lesson::pad_tokens({{7, 8, 9}, {}, {5}}, 1);
  CHECK(padded.ids.shape() == tg::Shape{3, 3});
  const std::span<const int> ids = padded.ids.values();
  CHECK(Items(ids.begin(), ids.end()) == Items{7, 8, 9, 1, 1, 1, 5, 1, 1});
  CHECK(padded.lengths == Items{3, 0, 1});
  CHECK(lesson::pad_tokens({{1}, {2, 3}}).ids.at({0, 1}) == 0);
  CHECK(fails_with([] { lesson::pad_tokens({}); }, "[pad_tokens] no sequences; at least one is needed"));
  CHECK(fails_with([] { lesson::pad_tokens({{}, {}}); }, "[pad_tokens] all 2 sequences are empty"));
}

TEST_CASE("ragged: a padded matrix and its lengths give the sequences back") {
  const std::vector<Items> sequences = {{7, 8, 9}, {}, {5}};
  const lesson::PaddedTokens padded = lesson::pad_tokens(sequences, 1);
  CHECK(lesson::ragged(padded.ids, padded.lengths) == sequences);
  CHECK(fails_with([&] { lesson::ragged(padded.ids, {3, 0}); }, "[ragged] 2 lengths for 3 rows"));
  CHECK(fails_with(
      [&] {
        lesson::ragged(padded.ids, {3, 0, 4});
      },
      "[ragged] row 2 has length 4; ids are [3, 3], so 0 to 3 is needed"));
  CHECK(fails_with([&] { lesson::ragged(padded.ids, {-1, 0, 1}); }, "row 0 has length -1"));
  CHECK(fails_with(
      [] {
        lesson::ragged(tg::indices({1, 2}), {2});
      },
      "[ragged] ids are [2]; [B,L] is needed"));
}

TEST_CASE("lengths_to_end: up to the first end, which counts") {
  const tg::Indices ids = tg::indices({{4, 9, 0, 0}, {9, 4, 9, 4}, {1, 2, 3, 9}});
  CHECK(lesson::lengths_to_end(ids, 9) == Items{2, 1, 4});
  CHECK(fails_with([&] { lesson::lengths_to_end(ids, 4); }, "[lengths_to_end] row 2 has no end, 4"));
  CHECK(fails_with([] { lesson::lengths_to_end(tg::indices({1, 2}), 2); }, "[lengths_to_end] ids are [2]"));
}
