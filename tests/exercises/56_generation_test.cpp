#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

constexpr int C = 5;  // padding, <start>, <end>, two letters

Indices says() { return Indices({3, 4}, {3, 4, 2, 0, 4, 2, 0, 0, 3, 3, 4, 2}); }

// At place t, the score of id c is how often c was read at places 0 to t, and `ahead` times how often at t + 1.
exercise::Network counting(double ahead) {
  return [ahead](const Indices& reads) {
    const int B = reads.dim(0), T = reads.dim(1);
    std::vector<Real> scores;
    for (int b = 0; b < B; ++b)
      for (int t = 0; t < T; ++t)
        for (int c = 0; c < C; ++c) {
          double score = t + 1 < T ? ahead * (reads.at({b, t + 1}) == c) : 0;
          for (int u = 0; u <= t; ++u) score += reads.at({b, u}) == c;
          scores.push_back(score);
        }
    return Tensor({B, T, C}, scores);
  };
}

// Says what comes after all that has been read: the letters of `word`, as long as they were read rightly.
exercise::Network by_heart(const std::vector<int>& word) {
  return [word](const Indices& reads) {
    std::vector<int> next;
    for (int b = 0; b < reads.dim(0); ++b) {
      bool right = reads.at({b, 0}) == 1;
      for (int t = 0; t < reads.dim(1); ++t) {
        if (t > 0)
          right = right && t <= static_cast<int>(word.size()) &&
                  reads.at({b, t}) == word[static_cast<std::size_t>(t - 1)];
        next.push_back(!right                              ? 0
                       : t < static_cast<int>(word.size()) ? word[static_cast<std::size_t>(t)]
                                                           : 2);
      }
    }
    return one_hot(Indices(reads.shape(), next), C);
  };
}

std::string text_of(const std::vector<int>& ids) {
  return fmt::format("{}", Indices({static_cast<int>(ids.size())}, ids));
}

}  // namespace

TEST_CASE("what is read") {
  const Indices reads = exercise::reads_of(says());
  REQUIRE(fmt::format("{}", reads.shape()) == "[3, 4]");
  for (int b = 0; b < 3; ++b) {
    INFO("row " << b << ": nothing has been said yet, so <start> is read");
    CHECK(reads.at({b, 0}) == 1);
  }
  for (int b = 0; b < 3; ++b)
    for (int t = 1; t < 4; ++t) {
      if (says().at({b, t}) == 0) continue;
      INFO("row " << b << ", place " << t
                  << ": what must have been said just before, and not what must be said now");
      CHECK(reads.at({b, t}) == says().at({b, t - 1}));
    }
}

TEST_CASE("the floor") {
  const double got = exercise::floor_of(says());
  CHECK_MESSAGE(!near(got, 3 * std::log(3) / 12), "padding must not be said: it is no symbol");
  CHECK_MESSAGE(!near(got, 3 * std::log(3) / 6), "the end must be said, too: it is a symbol");
  CHECK_MESSAGE(!near(got, std::log(3)), "this is for a whole row: it is spread over its symbols");
  INFO("three different rows of nine symbols in all, three ends among them");
  CHECK(near(got, 3 * std::log(3) / 9));
}

TEST_CASE("leaks") {
  {
    INFO("this network sees only what it has read, and what it has read was said before: no leak");
    CHECK(near(exercise::leak(counting(0), says(), C), 0));
  }
  INFO("this network sees one place ahead, and what stands there is what it must say now");
  CHECK(near(exercise::leak(counting(0.01), says(), C), 0.01));
  // Reads two places ahead, at the last place but two alone.
  const auto far = [](const Indices& reads) {
    std::vector<Real> scores(static_cast<std::size_t>(reads.dim(0)) * 4 * C);
    for (int b = 0; b < reads.dim(0); ++b)
      scores[static_cast<std::size_t>((b * 4 + 1) * C)] = -reads.at({b, 3});
    return Tensor({reads.dim(0), 4, C}, scores);
  };
  const bool seen = exercise::leak(far, says(), C) > 0.5;
  CHECK_MESSAGE(seen, "at place 1 this network sees what must be said at place 2, and its score only falls");
}

TEST_CASE("writing") {
  const std::vector<int> word = {3, 4, 4, 3, 4};
  const std::string got = text_of(exercise::write(by_heart(word), 10)), needed = text_of(word);
  CHECK_MESSAGE(got.find(", 2]") == std::string::npos, "the end is no letter: it is not given back");
  {
    INFO(
        "the network must read <start> and all that it has written: with the last id alone it knows nothing");
    CHECK(got == needed);
  }
  {
    INFO("no more than `most` ids");
    CHECK(text_of(exercise::write(by_heart(word), 3)) == text_of({3, 4, 4}));
  }
  INFO("a word may be empty");
  CHECK(exercise::write(by_heart({}), 3).empty());
}
