#pragma once
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Indices;
using tg::Real;
using tg::Tensor;

enum class Place { after, before };

struct Batch {
  Indices reads, says;       // what the decoder reads and must say, [B,T] both
  std::vector<int> lengths;  // of what it must say, <end> included: B numbers
  Place padding = Place::after;
};

// Nothing is asked of the ids but how many there are: whatever 0 means, the mask is the same. A length beyond T would make
// a row of ones, as T does; the wrong lengths behind it would then never be found.
inline Tensor sequence_mask(const Batch& batch) {
  const int steps = batch.says.dim(1);
  std::vector<Real> mask;
  for (const int length : batch.lengths) {
    if (length < 0 || length > steps)
      tg::fail("sequence_mask", "got a length of {}; lengths go from 0 to {} steps", length, steps);
    for (int t = 0; t < steps; ++t)
      mask.push_back(batch.padding == Place::after ? t < length : t >= steps - length);
  }
  return Tensor(batch.says.shape(), mask);
}

}  // namespace exercise
