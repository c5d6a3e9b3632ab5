#include <doctest/doctest.h>

#include <map>
#include <numeric>

#include "paths.hpp"
#include "support.hpp"

using namespace tg;

namespace {

using Targets = std::vector<Labels>;

/// The exact ln probability of every labelling of one sequence's first `length` frames.
std::map<Labels, double> exact_scores(const Tensor& scores, int item, int length, int blank) {
  std::map<Labels, double> totals;
  all_paths(probabilities(scores, item, length),
            [&](const Labels& path, double p) { totals[said(path, blank)] += p; });
  for (auto& [labels, total] : totals) total = std::log(total);
  return totals;
}

Tensor poisoned(const Tensor& scores, const std::vector<int>& lengths) {
  return where(reshape(sequence_mask(lengths, scores.dim(1)), {scores.dim(0), scores.dim(1), 1}), scores,
               NAN);
}

}  // namespace

TEST_CASE("greedy: merges repeats, then drops blanks; the best path is not the best labelling (Scheidl)") {
  CHECK(decode::collapse({1, 1, 0, 1, 2, 2, 0, 0, 2}, 0) == Labels{1, 1, 2, 2});
  CHECK(decode::collapse({0, 0}, 0).empty());
  CHECK(decode::collapse({}, 0).empty());
  const Tensor scores = log(tensor({{{0.4, 0, 0.6}, {0.4, 0, 0.6}}}));  // a, b, blank
  CHECK(decode::greedy(scores, 2) == Targets{{}});
  const std::vector<decode::Hypothesis> found = decode::beam(scores, 2, {.width = 3, .top = 3})[0];
  REQUIRE(found.size() == 2);  // b and aa are impossible
  CHECK(found[0].labels == Labels{0});
  CHECK(close(found[0].score, std::log(0.64)));
  CHECK(found[1].labels.empty());
  CHECK(close(found[1].score, std::log(0.36)));

  manual_seed(1);
  const Tensor two = randn({2, 30, 4});
  const Targets both = decode::greedy(two, 3, {.lengths = {30, 11}});
  CHECK(both == decode::greedy(poisoned(two, {30, 11}), 3, {.lengths = {30, 11}}));
  CHECK(both[1] == decode::greedy(slice(slice(two, 0, 1, 2), 1, 0, 11), 3)[0]);
  const Indices best = argmax(two, 2);
  CHECK(both[0] == decode::collapse({best.values().begin(), best.values().begin() + 30}, 3));
}

TEST_CASE("beam: a wide beam is an exhaustive enumeration, a narrow one is never above it") {
  manual_seed(2);
  for (int blank : {0, 2})
    for (int run = 0; run < 5; ++run) {
      const Tensor scores = 2 * randn({2, 5, 3});
      const std::vector<int> lengths = {5, 3};
      const auto wide =
          decode::beam(poisoned(scores, lengths), blank, {.lengths = lengths, .width = 400, .top = 400});
      for (int item = 0; item < 2; ++item) {
        const auto i = static_cast<std::size_t>(item);
        const auto exact = exact_scores(scores, item, lengths[i], blank);
        CHECK(wide[i].size() == exact.size());
        double before = 0, total = 0;
        for (const auto& [labels, score] : wide[i]) {
          CHECK(close(score, exact.at(labels), 1e-9));
          CHECK(score <= before);
          before = score;
          total += std::exp(score);
        }
        CHECK(close(total, 1, 1e-9));
      }
      double last = -INFINITY;
      for (int width : {1, 2, 4, 8, 400}) {
        const decode::Hypothesis best = decode::beam(scores, blank, {.width = width})[0][0];
        CHECK(best.score <= exact_scores(scores, 0, 5, blank).at(best.labels) + 1e-12);
        last = best.score;
      }
      CHECK(close(last, wide[0][0].score, 1e-9));
    }
}

TEST_CASE("beam: scores of long sequences against ctc_loss, no labelling twice") {
  manual_seed(3);
  const Tensor scores = 3 * randn({1, 60, 8});
  for (int width : {1, 5, 30}) {
    const auto found = decode::beam(scores, 7, {.width = width, .top = width})[0];
    std::map<Labels, int> seen;
    for (const auto& [labels, score] : found) {
      CHECK(++seen[labels] == 1);
      const double exact = -static_cast<double>(ctc_loss(scores, {labels}, 7).item());
      CHECK(score <= exact + 1e-4);
    }
    CHECK(static_cast<int>(found.size()) == width);
  }
  // With certain frames nothing is dropped, and the score is exact.
  const Tensor sure = reshape(30 * one_hot(indices({1, 1, 0, 1, 2, 0}), 3), {1, 6, 3});
  const decode::Hypothesis best = decode::beam(sure, 0)[0][0];
  CHECK(best.labels == Labels{1, 1, 2});
  CHECK(close(best.score, -static_cast<double>(ctc_loss(sure, {{1, 1, 2}}, 0).item()), 1e-6));
}

TEST_CASE("beam: a language model adds its score for each label, once") {
  manual_seed(4);
  const auto language = [](const Labels& prefix, int label) {
    if (label == 1 && !prefix.empty() && prefix.back() == 1) return double{-INFINITY};  // never twice
    return -0.3 * label - 0.1 * static_cast<double>(prefix.size());
  };
  const Tensor scores = randn({1, 5, 3});
  std::map<Labels, double> expected;
  for (auto [labels, score] : exact_scores(scores, 0, 5, 0)) {
    Labels prefix;
    for (int label : labels) {
      score += language(prefix, label);
      prefix.push_back(label);
    }
    if (score > -INFINITY) expected[labels] = score;
  }
  const auto found = decode::beam(scores, 0, {.width = 400, .top = 400, .language_model = language})[0];
  CHECK(found.size() == expected.size());
  for (const auto& [labels, score] : found) CHECK(close(score, expected.at(labels), 1e-9));
  // With room for two, "a" is dropped at the second frame and comes back at the third, while "ab", which grew from it, lives
  // on: at the fourth both are "ab", once.
  const auto only_ab = [](const Labels& prefix, int label) {
    return label == static_cast<int>(prefix.size()) + 1 ? 0.0 : double{-INFINITY};
  };
  const Tensor back = log(tensor({{{0.7, 0.3, 0}, {0.4, 0, 0.6}, {0.05, 0.5, 0.45}, {0.05, 0.05, 0.9}}}));
  const auto two = decode::beam(back, 0, {.width = 2, .top = 2, .language_model = only_ab})[0];
  CHECK(two[0].labels == Labels{1, 2});
  CHECK(close(two[0].score, std::log(0.14 * 0.9 + 0.081 * 0.9 + 0.09 * 0.05), 1e-6));
  CHECK(two[1].labels == Labels{1});
  // It can change the winner: "aa" and "ab" are as likely, and the model knows better.
  const Tensor tie = log(tensor({{{0.98, 0.01, 0.01}, {0.01, 0.01, 0.98}, {0.49, 0.5, 0.01}}}));
  const auto prefers_aa = [](const Labels& prefix, int label) {
    return std::log(prefix.empty() || label == prefix.back() ? 0.9 : 0.1);
  };
  CHECK(decode::beam(tie, 2)[0][0].labels == Labels{0, 1});
  CHECK(decode::beam(tie, 2, {.language_model = prefers_aa})[0][0].labels == Labels{0, 0});
}

TEST_CASE("align: the likeliest of all paths that say the target, with its spans") {
  manual_seed(5);
  for (int blank : {0, 2})
    for (const Labels& target : all_targets(3, blank, 3)) {
      const int length = 6;
      const Tensor scores = 2 * randn({2, 8, 3});
      const auto frames = probabilities(scores, 1, length);
      Labels best;
      double top = 0;
      all_paths(frames, [&](const Labels& path, double p) {
        if (p > top && said(path, blank) == target) best = path, top = p;
      });
      const std::vector<int> lengths = {8, length};
      const auto found = decode::align(poisoned(scores, lengths), {{}, target}, blank, {.lengths = lengths});
      CHECK(found[0].path == Labels(8, blank));
      CHECK(found[0].spans.empty());
      CHECK(found[1].path == best);
      CHECK(close(found[1].score, std::log(top), 1e-9));
      CHECK(found[1].score <=
            -static_cast<double>(ctc_loss(slice(slice(scores, 0, 1, 2), 1, 0, 6), {target}, blank).item()) +
                1e-5);
      CHECK(found[1].spans.size() == target.size());
      Labels again(static_cast<std::size_t>(length), blank), order;
      for (const decode::Span& span : found[1].spans) {
        double total = 0;
        for (int t = span.start; t < span.stop; ++t) {
          again[static_cast<std::size_t>(t)] = span.label;
          total += std::log(frames[static_cast<std::size_t>(t)][static_cast<std::size_t>(span.label)]);
        }
        CHECK(close(span.score, total / (span.stop - span.start), 1e-9));
        order.push_back(span.label);
      }
      CHECK(order == target);
      CHECK(again == best);
    }
}

TEST_CASE("align: repeats keep a blank between them, and exactly enough frames leave one path") {
  const auto [path, spans, score] = decode::align(zeros({1, 6, 3}), {{1, 1, 2, 2}}, 0)[0];
  CHECK(path == Labels{1, 0, 1, 2, 0, 2});
  CHECK(close(score, 6 * std::log(1.0 / 3)));
  CHECK(spans[3].start == 5);
  CHECK(spans[3].stop == 6);
}

TEST_CASE("decoders: bad input is an error that names sequence and frame") {
  const Tensor scores = zeros({2, 4, 3});
  CHECK(fails_with(
      [&] {
        decode::greedy(zeros({4, 3}), 0);
      },
      "[greedy] the input has shape [4, 3]; [B,T,C]"));
  CHECK(fails_with([&] { decode::greedy(scores, 3); },
                   "[greedy] the blank is 3; the input has the classes 0 to 2"));
  CHECK(fails_with([&] { decode::beam(scores, 0, {.lengths = {4, 5}}); }, "[beam] sequence 1 has length 5"));
  CHECK(fails_with([&] { decode::beam(scores, 0, {.width = 2, .top = 3}); },
                   "[beam] top is 3, width is 2; 1 <= top <= width is needed"));
  CHECK(fails_with([&] { decode::beam(scores, 0, {.width = 0, .top = 0}); }, "[beam] top is 0, width is 0"));
  CHECK(fails_with(
      [&] {
        decode::align(scores, {{1, 1, 2}, {1, 1, 1}}, 0);
      },
      "[align] sequence 1: 4 frames cannot carry 3 labels with 2 repeats, at least 5 are needed"));
  CHECK(fails_with(
      [&] {
        decode::align(scores, {{1}, {0}}, 0);
      },
      "[align] sequence 1: label 0 at position 0 is the blank"));
  const Tensor never = broadcast_to(tensor({0, 0, -INFINITY}), {2, 4, 3});
  CHECK(fails_with(
      [&] {
        decode::align(never, {{1}, {2}}, 0);
      },
      "[align] sequence 1: every path that gives its target has probability 0"));
  CHECK(decode::beam(never, 0, {.width = 50, .top = 50})[0].size() == 3);  // nothing, a, aa
  const Tensor bad = poisoned(scores, {4, 2}), empty = scores - INFINITY;
  CHECK(fails_with([&] { decode::greedy(bad, 0); }, "[greedy] sequence 1, frame 2: a score is nan"));
  CHECK(fails_with([&] { decode::beam(bad, 0); }, "[beam] sequence 1, frame 2: a score is nan"));
  CHECK(fails_with(
      [&] {
        decode::align(bad, {{1}, {1}}, 0);
      },
      "[align] sequence 1, frame 2: a score is nan"));
  CHECK(fails_with([&] { decode::greedy(empty, 0); }, "[greedy] sequence 0, frame 0: every score is -inf"));
  const auto forbids = [](const Labels&, int) { return double{-INFINITY}; };
  const auto confused = [](const Labels&, int) { return std::nan(""); };
  const Tensor no_blank = broadcast_to(tensor({-INFINITY, 0, 0}), {1, 4, 3});
  CHECK(decode::beam(scores, 0, {.language_model = forbids})[0][0].labels.empty());
  CHECK(fails_with(
      [&] { decode::beam(no_blank, 0, {.language_model = forbids}); },
      "[beam] sequence 0, frame 0: no prefix is possible any more; the language model forbids all"));
  CHECK(fails_with([&] { decode::beam(scores, 0, {.language_model = confused}); },
                   "[beam] the language model gave nan for label 1"));
}

TEST_CASE("edit distance and error rates") {
  using decode::edit_distance;
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("flaw", "lawn") == 2);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("same", "same") == 0);
  CHECK(edit_distance("für", "fur") == 1);  // a character of two bytes
  CHECK(edit_distance("für", "fär") == 1);
  CHECK(edit_distance(Labels{1, 2, 3, 4}, Labels{2, 3, 5}) == 2);
  manual_seed(6);
  for (int run = 0; run < 50; ++run) {  // against the definition, worked out from the ends
    Labels a, b;
    for (int i = random_stream().below(7); i > 0; --i) a.push_back(random_stream().below(3));
    for (int i = random_stream().below(7); i > 0; --i) b.push_back(random_stream().below(3));
    const std::function<int(std::size_t, std::size_t)> distance = [&](std::size_t i, std::size_t j) -> int {
      if (i == 0 || j == 0) return static_cast<int>(i + j);
      return std::min(
          {distance(i - 1, j - 1) + (a[i - 1] != b[j - 1]), distance(i - 1, j) + 1, distance(i, j - 1) + 1});
    };
    CHECK(edit_distance(a, b) == distance(a.size(), b.size()));
    CHECK(edit_distance(b, a) == edit_distance(a, b));
  }
  CHECK(close(decode::label_error_rate({{1, 2}, {}}, {{1, 2, 3}, {4}}), 0.5));
  CHECK(close(decode::character_error_rate({"one tow", "three"}, {"one two", "three"}), 2.0 / 12));
  CHECK(close(decode::word_error_rate({"one tow", "  three\tfour "}, {"one two", "three"}), 2.0 / 3));
  CHECK(close(decode::word_error_rate({"a b c"}, {"x"}), 3.0));
  CHECK(fails_with([] { decode::word_error_rate({"a"}, {}); },
                   "[word_error_rate] 1 hypotheses, 0 references; the numbers must be equal"));
  // The same word in CP866: the bytes 80 to bf would look like parts of one long character.
  CHECK(fails_with(
      [] {
        decode::character_error_rate({"a", "\x80\x80\x91\x8a\x82\x80"}, {"a", "\x8c\x8e\x91\x8a\x82\x80"});
      },
      "[character_error_rate] reference 1 is not UTF-8: its byte 0, counted from 0, is 0x8c"));
  CHECK(fails_with([] { decode::character_error_rate({"caf\xe9"}, {"café"}); },
                   "hypothesis 0 is not UTF-8: its byte 3"));
  CHECK(fails_with([] { decode::word_error_rate({"a"}, {"a \xed\xa0\x80"}); },
                   "reference 0 is not UTF-8: its byte 2"));
  CHECK(close(decode::word_error_rate({"a\u00a0b\u3000c\u2009\u2028d"}, {"a b c x"}), 0.25));
  CHECK(close(decode::word_error_rate({"a\u200bb"}, {"a b"}), 1.0));  // no white space, whatever it is called
  CHECK(fails_with([] { decode::character_error_rate({"a"}, {""}); },
                   "[character_error_rate] 1 references, all empty; at least one must not be empty"));
}
