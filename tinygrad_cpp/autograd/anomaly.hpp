#pragma once
#include <cstddef>

#include "tinygrad_cpp/autograd/tensor.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// While it exists, an operation in this thread throws an Error that names it if its result or a gradient
/// holds a NaN or an infinity. The Error says whether an input already held one. Reads every result once: for
/// finding a fault, not for training.
class AnomalyMode {
 public:
  AnomalyMode();
  ~AnomalyMode();
  AnomalyMode(const AnomalyMode&) = delete;
  AnomalyMode& operator=(const AnomalyMode&) = delete;

 private:
  bool before_;
};

// For the engine.

/// Whether an AnomalyMode exists in this thread.
bool looks_for_anomalies();

/// Error unless the result of an operation is finite; it says whether an input was not finite already.
void check_result(const char* op, const Array& value, Inputs inputs);

/// Under AnomalyMode, Error unless the gradient of an input is finite.
void check_gradient(const char* op, std::size_t input, const Array& gradient);

/// While it exists, a message about a result that is NaN or infinite, from finite inputs, says that this was in
/// the gradient of this operation.
class Differentiating {
 public:
  explicit Differentiating(const char* op);
  ~Differentiating();
  Differentiating(const Differentiating&) = delete;
  Differentiating& operator=(const Differentiating&) = delete;

 private:
  const char* before_;
};

}}  // namespace tg
