#include "tinygrad_cpp/autograd/anomaly.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "tinygrad_cpp/error.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {
namespace {

thread_local bool looking = false;
thread_local const char* differentiated = nullptr;

/// The first element that is not finite, or null.
const Real* anomaly_in(const Array& array) {
  const auto values = array.values();
  const auto found = std::find_if(values.begin(), values.end(), [](Real v) { return !std::isfinite(v); });
  return found == values.end() ? nullptr : &*found;
}

}  // namespace

AnomalyMode::AnomalyMode() : before_(std::exchange(looking, true)) {}
AnomalyMode::~AnomalyMode() { looking = before_; }

Differentiating::Differentiating(const char* op) : before_(std::exchange(differentiated, op)) {}
Differentiating::~Differentiating() { differentiated = before_; }

bool looks_for_anomalies() { return looking; }

void check_result(const char* op, const Array& value, Inputs inputs) {
  const Real* bad = anomaly_in(value);
  if (bad == nullptr) return;
  for (const Tensor& input : inputs)
    if (const Real* before = anomaly_in(input.array()))
      fail(op, "input {}, shape {}, already holds {}; it is a leaf, or was made outside AnomalyMode",
           &input - inputs.data(), input.shape(), *before);
  fail(op, "{}{} at element {} of its result, shape {}, from finite inputs",
       differentiated == nullptr ? "" : fmt::format("in the gradient of {}: ", differentiated), *bad,
       bad - value.data(), value.shape());
}

void check_gradient(const char* op, std::size_t input, const Array& gradient) {
  if (!looking) return;
  if (const Real* bad = anomaly_in(gradient))
    fail(op, "its rule gave {} at element {} of the gradient of input {}, shape {}", *bad,
         bad - gradient.data(), input, gradient.shape());
}

}}  // namespace tg
