#pragma once
#include "tinygrad_cpp/nn/parameters.hpp"

// Internal: no public header includes this one.

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace dist {

/// Error, the same on every rank, if names or shapes of the parameters differ between ranks. It names both.
void check_same(const char* op, const nn::Parameters& parameters, int rank);

}}}  // namespace tg::dist
