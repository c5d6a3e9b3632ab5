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
  double largest = 0;           // the largest |numeric| of first order; near 0, the check proves nothing
  double largest_second = 0;    // the same of second order; 0 for a linear f
  std::string text = "passed";  // if not ok, the worst element: order, input, index, both numbers
  /// Leaves that require a gradient and that the result was made from, though they are not among those to
  /// check; and those to check that require none. Empty where there are none.
  std::vector<std::string> unchecked = {};
};

/// Compares the gradients of f with central differences, for every element of every input and a random
/// upstream gradient (a sum alone would not do: a softmax sums to 1 whatever its inputs). Inputs are copied,
/// and f must use the copies that it receives. Every call of f sees the same random numbers; the state of the
/// stream is restored afterwards. Error when the result of f depends on none of its inputs. Error in the
/// float build, because differences of floats have too few digits.
GradcheckResult gradcheck(const std::function<Tensor(Inputs)>& f, Inputs inputs,
                          const GradcheckOptions& options = {});

/// The same for leaves that f captures, such as a layer's weights: changes their values in place and restores
/// them. Skips leaves that require no gradient. See nn/check.hpp for a layer.
GradcheckResult gradcheck_in_place(const std::function<Tensor()>& f, Inputs leaves,
                                   const std::vector<std::string>& names,
                                   const GradcheckOptions& options = {});

}}  // namespace tg
