// says: one step too many
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Indices;
using tg::Real;
using tg::Tensor;

enum class Place { after, before };

struct Batch {
  Indices reads, says;
  std::vector<int> lengths;
  Place padding = Place::after;
};

inline Tensor sequence_mask(const Batch& batch) {
  const int steps = batch.says.dim(1);
  std::vector<Real> mask;
  for (const int length : batch.lengths) {
    if (length < 0 || length > steps) tg::fail("sequence_mask", "length {}, steps {}", length, steps);
    for (int t = 0; t < steps; ++t)
      mask.push_back(batch.padding == Place::after ? t <= length : t >= steps - length);
  }
  return Tensor(batch.says.shape(), mask);
}

}  // namespace exercise
