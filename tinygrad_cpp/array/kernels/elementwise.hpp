#pragma once
#include "tinygrad_cpp/array/array.hpp"

// Loops over arrays, with no gradients and no checks beyond what map() does: the values of the operations in ops/.

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace kernels {

// Vectorised. exp(-inf) is exactly 0.
Array exp(const Array& a);
Array log(const Array& a);
Array tanh(const Array& a);
Array sigmoid(const Array& a);

}}}  // namespace tg::kernels
