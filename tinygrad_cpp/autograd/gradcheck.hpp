#pragma once
#include <functional>
#include <string>
#include <vector>

#include "tinygrad_cpp/autograd/tensor.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

struct GradcheckOptions {
  /// Checks the gradients of the gradients too, also with respect to the upstream gradient.
  bool second_order = false;
  /// The largest allowed |analytic - numeric| / max(1, |numeric|).
  double tolerance = 1e-6;
};

struct [[nodiscard]] GradcheckResult {
  bool ok = true;
  double worst = 0;             // the largest |analytic - numeric| / max(1, |numeric|)
  double largest = 0;           // the largest |numeric| of first order: near 0, the check has seen nothing
  double largest_second = 0;    // the same of second order; 0 for a linear f
  std::string text = "passed";  // where it was worst: order, input, element, both numbers
};

/// Compares the gradients of f with central differences, for every element of every input and a random
/// upstream gradient (a plain sum cannot see a wrong softmax). Inputs are copied: f must use the ones it is
/// given, and it is an Error when its result depends on none of them. Every call of f gets the same random
/// numbers; the stream's state is restored afterwards. Error in the float build: differences of floats have
/// too few digits.
GradcheckResult gradcheck(const std::function<Tensor(Inputs)>& f, Inputs inputs,
                          const GradcheckOptions& options = {});

/// The same for leaves that f captures, such as a layer's weights: their values are changed in place and put
/// back. Leaves that require no gradient are left out. See nn/check.hpp for a layer.
GradcheckResult gradcheck_in_place(const std::function<Tensor()>& f, Inputs leaves,
                                   const std::vector<std::string>& names,
                                   const GradcheckOptions& options = {});

}}  // namespace tg
