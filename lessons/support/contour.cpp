#include "support/contour.hpp"

#include <cmath>
#include <span>

#include "tinygrad_cpp/autograd/record.hpp"
#include "tinygrad_cpp/error.hpp"

namespace lesson {

Contour zero_contour(const Range& x, const Range& y, int cells,
                     const std::function<tg::Tensor(const tg::Tensor&)>& score_of) {
  if (cells < 1 || !(x.low < x.high) || !(y.low < y.high))
    tg::fail("zero_contour",
             "{} cells, x from {} to {}, y from {} to {}; at least one cell and rising ranges are needed",
             cells, x.low, x.high, y.low, y.high);
  std::vector<tg::Real> corners;  // [(cells + 1)^2, 2], row by row
  for (int j = 0; j <= cells; ++j)
    for (int i = 0; i <= cells; ++i) {
      corners.push_back(static_cast<tg::Real>(x.low + (x.high - x.low) * i / cells));
      corners.push_back(static_cast<tg::Real>(y.low + (y.high - y.low) * j / cells));
    }
  const tg::NoGrad off;
  const int count = (cells + 1) * (cells + 1);
  const tg::Tensor scored = score_of(tg::Tensor({count, 2}, corners));
  if (scored.size() != count)
    tg::fail("zero_contour", "the scores have shape {}; [{}, 1] is needed, one for each point",
             scored.shape(), count);
  const std::span<const tg::Real> scores = scored.values();

  Contour line;
  for (int j = 0; j < cells; ++j) {
    for (int i = 0; i < cells; ++i) {
      // A piece joins the places where the sign changes along the sides of a cell, at the share of the side
      // where a straight line between both scores is 0.
      const int corner = j * (cells + 1) + i;
      const int around[] = {corner, corner + 1, corner + cells + 2, corner + cells + 1};
      bool crossed = false;
      for (int k = 0; k < 4; ++k) {
        const auto a = static_cast<std::size_t>(around[k]), b = static_cast<std::size_t>(around[(k + 1) % 4]);
        if ((scores[a] > 0) == (scores[b] > 0)) continue;
        const double share = scores[a] / (scores[a] - scores[b]);
        line.x.push_back(corners[2 * a] + share * (corners[2 * b] - corners[2 * a]));
        line.y.push_back(corners[2 * a + 1] + share * (corners[2 * b + 1] - corners[2 * a + 1]));
        crossed = true;
      }
      if (!crossed) continue;
      line.x.push_back(NAN);
      line.y.push_back(NAN);
    }
  }
  return line;
}

}  // namespace lesson
