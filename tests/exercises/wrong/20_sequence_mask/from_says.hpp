// says: a mask from the ids hides a letter
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
  std::vector<Real> mask;
  for (const int id : batch.says.values()) mask.push_back(id != 0);
  return Tensor(batch.says.shape(), mask);
}

}  // namespace exercise
