#pragma once
#include <cstddef>
#include <cstdint>

namespace tg::pool {

/// Memory for array storage and graph nodes, aligned to 64 bytes (a cache line, and the widest vector
/// register). Each training step asks for the same sizes, so released blocks are kept in lists, one per size
/// and thread, and used again. Returns null if the system has no memory left.
void* allocate(std::size_t bytes);

/// Returns a block to the pool. `bytes` is the size that was passed to allocate().
void release(void* block, std::size_t bytes) noexcept;

/// How many blocks this thread has had from the system and not from a list.
std::uint64_t system_blocks();

}  // namespace tg::pool
