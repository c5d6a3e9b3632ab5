#include "support/contour.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "../support.hpp"

namespace {

/// The distance from a circle around (0.5, 0) with radius 1, negative inside.
tg::Tensor circle(const tg::Tensor& points) {
  const tg::Tensor x = tg::slice(points, 1, 0, 1) - 0.5, y = tg::slice(points, 1, 1, 2);
  return tg::sqrt(x * x + y * y) - 1;
}

}  // namespace

TEST_CASE("contour: lies where the scores change their sign, in pieces with gaps between") {
  const lesson::Contour line = lesson::zero_contour({-1, 2}, {-1.5, 1.5}, 60, circle);
  REQUIRE(line.x.size() == line.y.size());
  REQUIRE(line.x.size() > 100);
  CHECK(std::isnan(line.x.back()));
  double worst = 0, lowest = 0, highest = 0;
  int points = 0;
  for (std::size_t k = 0; k < line.x.size(); ++k) {
    REQUIRE(std::isnan(line.x[k]) == std::isnan(line.y[k]));
    if (std::isnan(line.x[k])) {
      CHECK(points == 2);  // no piece crosses more than one cell here
      points = 0;
      continue;
    }
    ++points;
    worst = std::max(worst, std::abs(std::hypot(line.x[k] - 0.5, line.y[k]) - 1));
    lowest = std::min(lowest, line.y[k]);
    highest = std::max(highest, line.y[k]);
  }
  CHECK(worst < 1e-3);  // the circle is bent within a cell of 0.05
  CHECK(lowest < -0.99);
  CHECK(highest > 0.99);
}

TEST_CASE("contour: empty where all scores have one sign; mistakes are errors") {
  CHECK(lesson::zero_contour({2, 3}, {2, 3}, 4, circle).x.empty());
  CHECK(fails_with([] { lesson::zero_contour({}, {0, 1}, 4, circle); }, "rising ranges are needed"));
  CHECK(fails_with([] { lesson::zero_contour({0, 1}, {0, 1}, 0, circle); }, "0 cells"));
  CHECK(fails_with(
      [] {
        lesson::zero_contour({0, 1}, {0, 1}, 2, [](const tg::Tensor& p) { return tg::sum(p); });
      },
      "the scores have shape []; [9, 1] is needed"));
}
