#pragma once
#include <functional>
#include <string>

#include "tinygrad_cpp/autograd/tensor.hpp"

namespace tg::inline TG_REAL_NAMESPACE {

struct GradcheckOptions {
  /// Checks the gradients of the gradients too, also with respect to the upstream gradient.
  bool second_order = false;
  /// The largest allowed |analytic - numeric| / max(1, |numeric|).
  double tolerance = 1e-6;
};

struct GradcheckResult {
  bool ok = true;
  double worst = 0;             // the largest |analytic - numeric| / max(1, |numeric|)
  double largest = 0;           // the largest |numeric| of first order: near 0, the check has seen nothing
  double largest_second = 0;    // the same of second order; 0 for a linear f
  std::string text = "passed";  // where it was worst: order, input, element, both numbers
};

/// Compares the gradients of f with central differences, for every element of every input and a random upstream
/// gradient (a plain sum cannot see a wrong softmax). Inputs are copied and the random stream is left alone.
/// Error in the float build: differences of floats have too few digits.
GradcheckResult gradcheck(const std::function<Tensor(Inputs)>& f, Inputs inputs,
                          const GradcheckOptions& options = {});

}  // namespace tg::inline TG_REAL_NAMESPACE
