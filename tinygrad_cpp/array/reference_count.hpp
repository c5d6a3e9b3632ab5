#pragma once
#include <atomic>
#include <cstdint>

namespace tg {

/// How many handles share something. While one thread has them all, counting needs no atomic instruction:
/// each function is told whether they are `shared` between threads.
class ReferenceCount {
 public:
  explicit ReferenceCount(std::uint32_t number) : number_(number) {}
  void add(bool shared) {
    if (shared)
      number_.fetch_add(1, std::memory_order_relaxed);
    else
      number_.store(get() + 1, std::memory_order_relaxed);
  }
  /// Returns true if it was the last.
  bool remove(bool shared) {
    if (shared) return number_.fetch_sub(1, std::memory_order_acq_rel) == 1;
    const std::uint32_t left = get() - 1;
    number_.store(left, std::memory_order_relaxed);
    return left == 0;
  }
  /// Acquires what other threads wrote before they removed their references, so the last owner may write.
  bool is_one() const { return number_.load(std::memory_order_acquire) == 1; }

 private:
  std::uint32_t get() const { return number_.load(std::memory_order_relaxed); }

  std::atomic<std::uint32_t> number_;
};

}  // namespace tg
