#include "tinygrad_cpp/autograd/live_nodes.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <utility>

namespace tg { inline namespace TG_REAL_NAMESPACE {
namespace {

/// Tensors made minus tensors destroyed by one thread, which may be negative. Only its own thread writes it,
/// so no locked addition is needed.
struct Counter {
  std::atomic<std::int64_t> count = 0;
  Counter* next = nullptr;
};

std::mutex counters_mutex;
Counter* counters = nullptr;  // of all threads that run
std::atomic<std::int64_t> count_of_ended_threads = 0;
constinit thread_local Counter* own_counter = nullptr;

/// The first time in a thread, and after its thread_local variables were destroyed.
void count_without_counter(int change) {
  static thread_local bool ended = false;
  struct Owner {
    Owner() {
      const std::lock_guard<std::mutex> lock(counters_mutex);
      counter.next = std::exchange(counters, &counter);
      own_counter = &counter;
    }
    ~Owner() {
      const std::lock_guard<std::mutex> lock(counters_mutex);
      count_of_ended_threads += counter.count;
      Counter** at = &counters;
      while (*at != &counter) at = &(*at)->next;
      *at = counter.next;
      own_counter = nullptr;
      ended = true;
    }
    Counter counter;
  };
  if (ended) return void(count_of_ended_threads += change);
  static thread_local Owner owner;
  owner.counter.count += change;
}

}  // namespace

void count_node(int change) {
  if (own_counter == nullptr) return count_without_counter(change);
  std::atomic<std::int64_t>& count = own_counter->count;
  count.store(count.load(std::memory_order_relaxed) + change, std::memory_order_relaxed);
}

std::size_t live_nodes() {
  const std::lock_guard<std::mutex> lock(counters_mutex);
  std::int64_t total = count_of_ended_threads;
  for (const Counter* each = counters; each != nullptr; each = each->next) total += each->count;
  return static_cast<std::size_t>(total);
}

}}  // namespace tg
