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

/// A thread's free blocks. Without a destructor, so that using them needs no check that they were made.
struct Lists {
  std::array<Block*, 16 + 4 * 54> heads;
  std::size_t kept, limit;  // bytes; the limit is 0 before a Closer is made and after it
};
constinit thread_local Lists lists = {};
constinit thread_local bool closed = false;

/// Gives the free blocks back as their thread ends. What outlives the thread goes straight to the system.
struct Closer {
  Closer() { lists.limit = most_kept; }
  ~Closer() {
    closed = true;
    lists.limit = 0;
    for (Block*& head : lists.heads)
      while (head != nullptr) std::free(std::exchange(head, head->next));
  }
};

}  // namespace

void* allocate(std::size_t bytes) {
  const SizeClass size = size_class(bytes);
  Block*& head = lists.heads[size.index];
  if (head == nullptr) return fresh(size.bytes);
  lists.kept -= size.bytes;
  return std::exchange(head, head->next);
}

void release(void* block, std::size_t bytes) noexcept {
  const SizeClass size = size_class(bytes);
  if (lists.kept + size.bytes > lists.limit) {
    if (!recycles || closed) return std::free(block);
    static thread_local const Closer closer;
    if (lists.kept + size.bytes > lists.limit) return std::free(block);
  }
  lists.heads[size.index] = new (block) Block{lists.heads[size.index]};
  lists.kept += size.bytes;
}

}  // namespace tg::pool
