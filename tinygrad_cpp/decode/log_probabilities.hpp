#pragma once
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "tinygrad_cpp/autograd/tensor.hpp"

// Shared by the decoders. Internal: no public header includes this one.

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace decode {

/// The scores of frame t of a sequence. Error naming `op`, sequence and frame if a score is NaN or +inf, or
/// if none is finite.
std::span<const Real> checked_frame(const char* op, const Tensor& scores, int item, int t);

/// ln softmax of the first `length` frames of a sequence, [length,C]. In double, because decoders add up
/// hundreds of them.
std::vector<double> log_probabilities(const char* op, const Tensor& scores, int item, int length);

/// ln(e^a + e^b)
inline double log_add(double a, double b) {
  if (a < b) std::swap(a, b);
  return b == -INFINITY ? a : a + std::log1p(std::exp(b - a));
}

}}}  // namespace tg::decode
