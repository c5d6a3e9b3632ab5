#include "support/clusters.hpp"

#include <doctest/doctest.h>

#include "support/error_of.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

namespace {

tg::Tensor squared(const tg::Tensor& a, const tg::Tensor& b) { return tg::sum(tg::pow(a - b, 2), -1); }

}  // namespace

TEST_CASE("clusters: rows that are close, in the order of their first rows") {
  const tg::Tensor rows = tg::tensor({{0}, {10}, {1}, {11}, {12}, {30}});
  CHECK(lesson::clusters(rows, 3, squared) == std::vector<int>{0, 1, 0, 1, 1, 2});
  CHECK(lesson::clusters(rows, 6, squared) == std::vector<int>{0, 1, 2, 3, 4, 5});
  CHECK(lesson::clusters(rows, 1, squared) == std::vector<int>(6, 0));
}

TEST_CASE("clusters: two large ones are further apart than a large and a single one") {
  // Means 0, 4 and 8.5: the single row is further from its neighbour, 4.5, than the pairs are from each other.
  const tg::Tensor rows = tg::tensor({{0}, {0}, {0}, {4}, {4}, {4}, {8.5}});
  CHECK(lesson::clusters(rows, 2, squared) == std::vector<int>{0, 0, 0, 1, 1, 1, 1});
}

TEST_CASE("clusters: a number that cannot be had is refused") {
  const auto told = [](int wanted) {
    return lesson::error_of([&] { lesson::clusters(tg::zeros({2, 3}), wanted, squared); });
  };
  CHECK(told(0) == "[clusters] rows are [2, 3] and 0 clusters are wanted; [N,D] and from 1 to N are needed");
  CHECK(told(3).starts_with("[clusters] rows are [2, 3] and 3 clusters are wanted"));
}

TEST_CASE("purity: the share of items whose label leads in their cluster") {
  CHECK(lesson::purity({0, 0, 0, 1, 1}, {7, 7, 8, 8, 8}) == doctest::Approx(0.8));
  CHECK(lesson::purity({0, 1, 2}, {5, 5, 5}) == 1);
  CHECK(lesson::error_of([] { lesson::purity({0, 1}, {5}); }).starts_with("[purity] there are 2 clusters"));
}
