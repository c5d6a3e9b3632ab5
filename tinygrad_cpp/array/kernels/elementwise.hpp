#pragma once
#include "tinygrad_cpp/array/array.hpp"

// Vectorised functions of each element. They compute the values of operations in ops/, without gradients.

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace kernels {

/// exp(-inf) is exactly 0.
Array exp(const Array& a);
Array log(const Array& a);
Array tanh(const Array& a);
Array sigmoid(const Array& a);

}}}  // namespace tg::kernels
