// says: must be refused: a row of ones
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
    for (int t = 0; t < steps; ++t)
      mask.push_back(batch.padding == Place::after ? t < length : t >= steps - length);
  }
  return Tensor(batch.says.shape(), mask);
}

}  // namespace exercise
