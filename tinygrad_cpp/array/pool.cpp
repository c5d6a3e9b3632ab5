#include "tinygrad_cpp/array/pool.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <new>
#include <utility>

namespace tg::pool {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool recycles = false;  // a sanitizer must see each block come and go
#elif defined(__has_feature)
constexpr bool recycles = !__has_feature(address_sanitizer);
#else
constexpr bool recycles = true;
#endif

constexpr std::size_t unit = 64;
constexpr std::size_t most_kept = std::size_t{256} << 20;  // bytes that may wait in a thread's lists

/// Sizes are rounded up to a multiple of 64 bytes below 1 KiB, above it to four steps a doubling.
struct SizeClass {
  std::size_t index, bytes;
};

SizeClass size_class(std::size_t bytes) {
  if (bytes <= 16 * unit) {
    const std::size_t units = std::max<std::size_t>(1, (bytes + unit - 1) / unit);
    return {units - 1, units * unit};
  }
  const int doubling = std::bit_width(bytes - 1) - 1;  // 2^doubling < bytes <= 2^(doubling + 1)
  const std::size_t step = std::size_t{1} << (doubling - 2);
  const std::size_t steps = (bytes + step - 1) / step;  // 5 to 8
  return {16 + static_cast<std::size_t>(doubling - 10) * 4 + (steps - 5), steps * step};
}

/// From the system. Large arrays ask for huge pages where the system has them (Linux): 2 MiB cost it one page fault and the
/// processor one address to translate, where small pages cost 512.
void* fresh(std::size_t bytes) {
#ifdef MADV_HUGEPAGE
  constexpr std::size_t huge = std::size_t{2} << 20;
  if (bytes >= huge) {
    const std::size_t whole = (bytes + huge - 1) / huge * huge;
    void* block = std::aligned_alloc(huge, whole);
    if (block != nullptr) madvise(block, whole, MADV_HUGEPAGE);
    return block;
  }
#endif
  return std::aligned_alloc(unit, bytes);
}

struct Block {
  Block* next;
};

/// The thread's lists are gone: what outlives them goes straight back to the system. Apart from them, since a compiler may
/// leave out what a destructor writes into the object that it ends.
thread_local bool closed = false;

struct Lists {
  std::array<Block*, 16 + 4 * 54> heads = {};
  std::size_t kept = 0;

  ~Lists() {
    closed = true;
    for (Block*& head : heads)
      while (head != nullptr) std::free(std::exchange(head, head->next));
  }
};

thread_local Lists lists;

}  // namespace

void* allocate(std::size_t bytes) {
  const SizeClass size = size_class(bytes);
  if (recycles && !closed)
    if (Block* block = lists.heads[size.index]) {
      lists.heads[size.index] = block->next;
      lists.kept -= size.bytes;
      return block;
    }
  return fresh(size.bytes);
}

void release(void* block, std::size_t bytes) noexcept {
  const SizeClass size = size_class(bytes);
  if (!recycles || closed || lists.kept + size.bytes > most_kept) return std::free(block);
  lists.heads[size.index] = new (block) Block{lists.heads[size.index]};
  lists.kept += size.bytes;
}

}  // namespace tg::pool
