#pragma once
#include <cstddef>

#include "tinygrad_cpp/array/real.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// The tensors that are alive in all threads, each counted once however many handles share it: constant from
/// one training step to the next.
std::size_t live_nodes();

/// For the engine: one more (1), or one less (-1).
void count_node(int change);

}}  // namespace tg
