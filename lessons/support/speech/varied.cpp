#include "support/speech/varied.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "tinygrad_cpp/array/random.hpp"
#include "tinygrad_cpp/error.hpp"

namespace lesson {

tg::Tensor varied(const tg::Tensor& x) {
  if (x.rank() != 2 || x.dim(0) < 1 || x.dim(1) < 4)
    tg::fail("varied", "x is {}; frames [T,D] with at least 4 features are needed", x.shape());
  tg::RandomStream& random = tg::random_stream();
  const int D = x.dim(1), before = x.dim(0);
  const int after = std::max(1, static_cast<int>(before * std::exp(random.uniform(-0.2, 0.2))));
  std::vector<tg::Real> values;
  const std::span<const tg::Real> said = x.values();
  for (int t = 0; t < after; ++t) {  // between two frames: a mixture of both
    const double place = std::clamp((t + 0.5) * before / after - 0.5, 0.0, before - 1.0);
    const int left = static_cast<int>(place), right = std::min(left + 1, before - 1);
    for (int d = 0; d < D; ++d)
      values.push_back(
          static_cast<tg::Real>((left + 1 - place) * said[static_cast<std::size_t>(left * D + d)] +
                                (place - left) * said[static_cast<std::size_t>(right * D + d)]));
  }
  const auto silence = [&](int from_frame, int to_frame, int from_feature, int to_feature) {
    for (int t = from_frame; t < std::min(to_frame, after); ++t)
      for (int d = from_feature; d < to_feature; ++d) values[static_cast<std::size_t>(t * D + d)] = 0;
  };
  for (int i = 0; i < 2; ++i) {
    const int start = random.below(after);
    silence(start, start + random.below(12), 0, D);
  }
  const int band = random.below(D - 3);
  silence(0, after, band, band + random.below(4));
  return {tg::Shape{after, D}, values};
}

}  // namespace lesson
