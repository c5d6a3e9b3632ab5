#include <map>

#include EXERCISE
#include "check.hpp"

namespace {

using exercise::Prefixes;
using Labels = std::vector<int>;
using Frames = std::vector<std::vector<double>>;

// A prefix that is not there has probability 0.
exercise::Endings of(const Prefixes& prefixes, const Labels& prefix) {
  const auto found = prefixes.find(prefix);
  return found == prefixes.end() ? exercise::Endings{} : found->second;
}
std::string words(const Labels& labels) { return "[" + fmt::format("{}", fmt::join(labels, " ")) + "]"; }
double total(const exercise::Endings& paths) { return paths.blank + paths.label; }

Prefixes searched(const Frames& frames, int blank, int width) {
  Prefixes prefixes = {{{}, {1, 0}}};
  for (const std::vector<double>& p : frames) prefixes = exercise::beam_step(prefixes, p, blank, width);
  return prefixes;
}

// The probability of each text, by the list of all paths.
std::map<Labels, double> listed(const Frames& frames, int blank) {
  std::map<Labels, double> texts;
  for (Labels path(frames.size(), 0);;) {
    double product = 1;
    for (std::size_t t = 0; t < path.size(); ++t) product *= frames[t][std::size_t(path[t])];
    texts[tg::decode::collapse(path, blank)] += product;
    std::size_t t = 0;
    while (t < path.size() && ++path[t] == static_cast<int>(frames[t].size())) path[t++] = 0;
    if (t == path.size()) return texts;
  }
}

Frames random_frames(int frames, int classes) {
  const std::vector<tg::Real> p = tg::softmax(tg::randn({frames, classes})).values();
  Frames rows;
  for (auto row = p.begin(); row != p.end(); row += classes) rows.emplace_back(row, row + classes);
  return rows;
}

const int wide = 1000;  // keeps all

}  // namespace

TEST_CASE("the first frame") {
  const Prefixes after = exercise::beam_step({{{}, {1, 0}}}, {0.5, 0.3, 0.2}, 0, wide);
  CHECK(near(of(after, {}).blank, 0.5));
  CHECK(near(of(after, {1}).label, 0.3));
  CHECK(near(of(after, {2}).label, 0.2));
  INFO("a path that ends in a label is no path that ends in a blank: keep the two apart");
  CHECK(near(of(after, {}).label, 0));
  CHECK(near(of(after, {1}).blank, 0));
}

TEST_CASE("one prefix goes on") {
  const Prefixes after = exercise::beam_step({{{1}, {0.2, 0.3}}}, {0.5, 0.4, 0.1}, 0, wide);
  {
    INFO(
        "a blank after any path says nothing new: (0.2 + 0.3) 0.5 stays with the prefix, and ends in a blank");
    CHECK(near(of(after, {1}).blank, 0.25));
  }
  {
    INFO("another label says something new after any path: (0.2 + 0.3) 0.1");
    CHECK(near(of(after, {1, 2}).label, 0.05));
  }
  const double longer = of(after, {1, 1}).label, same = of(after, {1}).label;
  CHECK_MESSAGE(
      !near(longer, 0.2),
      "1 1 is said by paths that end in a blank and go on with 1, and not by those that end in 1: without a "
      "blank between, equal neighbours are merged. Only 0.2 of the 0.5 ends in a blank");
  CHECK_MESSAGE(!near(longer, 0.12), "1 1 is said by the paths that end in a *blank* and go on with 1");
  CHECK_MESSAGE(!near(longer, 0),
                "1 1 cannot be said: a path of 1 that ends in a blank and goes on with 1 says it");
  CHECK(near(longer, 0.08));
  CHECK_MESSAGE(!near(same, 0), "a path that ends in 1 and goes on with 1 still says 1: a letter may last");
  CHECK_MESSAGE(!near(same, 0.2), "a path that ends in a blank and goes on with 1 says 1 1, and no longer 1");
  CHECK(near(same, 0.12));
}

TEST_CASE("two ways to one prefix") {
  const Prefixes before = {{{1}, {0.2, 0.1}}, {{1, 2}, {0.05, 0.15}}};
  const Prefixes after = exercise::beam_step(before, {0.5, 0.1, 0.4}, 0, wide);
  const double found = of(after, {1, 2}).label;
  INFO(
      "1 2 is said by 1 2 that lasts, 0.15 0.4, and by 1 that grows, (0.2 + 0.1) 0.4: add up, do not overwrite");
  CHECK(near(found, 0.18));
}

TEST_CASE("the blank is the one that is given") {
  const Prefixes after = exercise::beam_step({{{}, {1, 0}}}, {0.5, 0.3, 0.2}, 2, wide);
  CHECK(near(of(after, {}).blank, 0.2));
  CHECK(near(of(after, {0}).label, 0.5));
}

TEST_CASE("a wide beam is exact") {
  tg::manual_seed(6);
  for (const int blank : {0, 2}) {
    const Frames frames = random_frames(6, 3);
    const Prefixes found = searched(frames, blank, wide);
    double sum = 0;
    for (const auto& [labels, paths] : found) sum += total(paths);
    {
      INFO("each path says one text, so the probabilities of all texts add up to 1");
      CHECK(near(sum, 1));
    }
    for (const auto& [labels, probability] : listed(frames, blank)) {
      const std::string text = words(labels);
      INFO(text << ", by the list of all paths of 6 frames");
      CHECK(near(total(of(found, labels)), probability));
    }
  }
}

TEST_CASE("a narrow beam keeps the likeliest") {
  // The classes 1, 2, and the blank 0. "1" is said in two ways, each of them less likely than "2" is.
  const Prefixes after = exercise::beam_step({{{}, {0.4, 0}}, {{1}, {0.1, 0.2}}}, {0.3, 0.2, 0.5}, 0, 2);
  // {} .12    1 .09 + .04 + .08 = .21    2 .2    1 1 .02    1 2 .15
  {
    INFO("no more prefixes than the width");
    CHECK(after.size() == 2);
  }
  {
    INFO(
        "the likeliest is 1, with 0.09 for paths that end in a blank and 0.12 for others, which came in two ways: compare "
        "blank + label, after all is added up");
    CHECK(near(total(of(after, {1})), 0.21));
  }
  {
    INFO("the second is 2, with 0.2; the least likely go");
    CHECK(near(total(of(after, {2})), 0.2));
  }
  INFO(
      "a frame's probabilities as in the lesson: a beam of width 2 finds that a, with 0.64, beats silence, with 0.36");
  const Prefixes lesson = searched({{0.4, 0, 0.6}, {0.4, 0, 0.6}}, 2, 2);
  CHECK(near(total(of(lesson, {0})), 0.64));
  CHECK(near(total(of(lesson, {})), 0.36));
}

TEST_CASE("never above the exact probability") {
  tg::manual_seed(7);
  const Frames frames = random_frames(6, 4);
  std::map<Labels, double> exact = listed(frames, 0);
  for (const int width : {1, 3, 10, 30})
    for (const auto& [labels, paths] : searched(frames, 0, width)) {
      const std::string text = words(labels);
      INFO("width " << width << ", " << text << ": what is dropped can only be missing");
      CHECK(total(paths) <= exact[labels] + 1e-12);
    }
}
