#pragma once
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "tinygrad_cpp/autograd/tensor.hpp"

// What decoders share; no header that users include includes this one.

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace decode {

/// The scores of frame t of a sequence. Error naming `op`, sequence and frame when one is NaN or none is finite.
std::span<const Real> checked_frame(const char* op, const Tensor& scores, int item, int t);

/// ln softmax of the first `length` frames of a sequence, [length,C], in double: hundreds of them will be added.
std::vector<double> log_probabilities(const char* op, const Tensor& scores, int item, int length);

/// ln(e^a + e^b)
inline double log_add(double a, double b) {
  if (a < b) std::swap(a, b);
  return b == -INFINITY ? a : a + std::log1p(std::exp(b - a));
}

}}}  // namespace tg::decode
