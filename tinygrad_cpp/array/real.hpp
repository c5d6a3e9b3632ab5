#pragma once

#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__)
#error "tinygrad_cpp needs infinities and NaN (CTC's log 0, masks, AnomalyMode): compile without -ffast-math"
#endif

#ifndef TG_REAL
#define TG_REAL float
#endif

/// Array and Tensor are in an inline namespace named after Real. A program compiled for one precision
/// therefore does not link with the library of the other.
#define TG_JOIN_NAMES(a, b) a##b
#define TG_NAME_OF_REAL(real) TG_JOIN_NAMES(real_, real)
#define TG_REAL_NAMESPACE TG_NAME_OF_REAL(TG_REAL)

namespace tg {

/// The type of every number in an Array. -DTG_REAL=double builds the library in double, for gradient checks.
using Real = TG_REAL;

}  // namespace tg
