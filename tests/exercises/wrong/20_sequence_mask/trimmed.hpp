// says: takes all zeros behind the letters for padding hides it
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
  for (int item = 0; item < batch.says.dim(0); ++item) {
    int first = 0, stop = steps;
    if (batch.padding == Place::before)
      while (first < steps && batch.says.at({item, first}) == 0) ++first;
    else
      while (stop > 0 && batch.says.at({item, stop - 1}) == 0) --stop;
    for (int t = 0; t < steps; ++t) mask.push_back(t >= first && t < stop);
  }
  return Tensor(batch.says.shape(), mask);
}

}  // namespace exercise
