#include <map>

#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

using Sequences = std::vector<std::vector<int>>;

// What a table reaches that counts, for each beginning, what follows it: no network that sees only what it has
// read can do better. -1 is the end.
double table_loss(const Sequences& sequences) {
  std::map<std::vector<int>, std::map<int, double>> follows;
  for (const auto& sequence : sequences)
    for (std::size_t t = 0; t <= sequence.size(); ++t)
      follows[{sequence.begin(), sequence.begin() + static_cast<std::ptrdiff_t>(t)}]
             [t < sequence.size() ? sequence[t] : -1] += 1;
  double nats = 0, symbols = 0;
  for (const auto& [beginning, next] : follows) {
    double all = 0;
    for (const auto& [id, count] : next) all += count;
    for (const auto& [id, count] : next) nats -= count * std::log(count / all);
    symbols += all;
  }
  return nats / symbols;
}

}  // namespace

TEST_CASE("four different sequences") {
  const double got = exercise::loss_floor({{1, 2}, {1, 3}, {2, 2}, {3, 1}});
  CHECK_MESSAGE(!near(got, std::log(4) / 2), "the end must be said, too: it is a symbol like the others");
  CHECK_MESSAGE(!near(got, 2. / 3), "this is in bits: nats take the natural logarithm");
  CHECK_MESSAGE(!near(got, std::log(4)),
                "this is the loss of a whole sequence: it is spread over its symbols and its end");
  INFO("ln 4 for each sequence, over two ids and an end");
  CHECK(near(got, std::log(4) / 3));
}

TEST_CASE("different lengths") {
  const double got = exercise::loss_floor({{1}, {2, 2, 2, 2, 2}});
  CHECK_MESSAGE(!near(got, (std::log(2) / 2 + std::log(2) / 6) / 2),
                "the loss is the mean over all symbols: divide once, by the symbols of the whole list");
  CHECK(near(got, 2 * std::log(2) / 8));
}

TEST_CASE("the same sequence again") {
  const double got = exercise::loss_floor({{1, 2}, {1, 2}, {1, 2}, {3, 4}});
  CHECK_MESSAGE(!near(got, std::log(4) / 3),
                "three of the four are the same: a network may give that one a probability of 3/4");
  CHECK_MESSAGE(!near(got, std::log(2) / 3),
                "two are different, but not equally frequent: the floor is the entropy of their shares");
  CHECK(near(got, -(3 * std::log(0.75) + std::log(0.25)) / 12));
  INFO("one sequence alone can be known by heart");
  CHECK(near(exercise::loss_floor({{5, 6, 7}, {5, 6, 7}}), 0));
}

TEST_CASE("a table that counts reaches it") {
  for (const Sequences& sequences : {Sequences{{1}, {1, 1}, {1, 1, 1}, {2}}, Sequences{{}, {1}, {}, {1, 2}},
                                     Sequences{{3, 1}, {3, 1}, {3}}}) {
    INFO("an empty sequence is one, too, and one may be the beginning of another");
    CHECK(near(exercise::loss_floor(sequences), table_loss(sequences)));
  }
}
