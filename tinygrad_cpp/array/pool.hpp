#pragma once
#include <cstddef>

namespace tg::pool {

/// Memory for array storage and graph nodes, aligned to 64 bytes (a cache line, and the widest vector). A training
/// step asks for the same sizes again and again, so freed blocks wait in a list per size and thread for the next. Null
/// when there is none left.
void* allocate(std::size_t bytes);

/// Gives back a block of `bytes` bytes, the number it was asked for with.
void release(void* block, std::size_t bytes) noexcept;

}  // namespace tg::pool
