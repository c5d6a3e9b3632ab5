#pragma once
#include <cstddef>

#include "tinygrad_cpp/array/real.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// The number of tensors alive in all threads. A tensor with several handles counts once. If the number grows
/// from one training step to the next, the program keeps old graphs.
std::size_t live_nodes();

/// For the engine: one more (1), or one less (-1).
void count_node(int change);

}}  // namespace tg
