#pragma once
#include <cstdint>

namespace tg {

/// The smallest loop worth a second thread, in simple operations (an addition of two numbers).
inline constexpr std::int64_t parallel_grain = 1 << 16;

/// Cuts [0, count) into one range per thread and calls body(context, begin, end) for each range, in parallel.
void run_parallel(std::int64_t count, void* context,
                  void (*body)(void* context, std::int64_t begin, std::int64_t end));

/// Calls body(begin, end) for ranges that cover [0, count): one range if the loop is smaller than
/// parallel_grain, else one per thread, in parallel. `cost` is the work per element in simple operations.
/// OMP_NUM_THREADS sets the number of threads.
template <class Body>
void parallel_for(std::int64_t count, std::int64_t cost, Body body) {
  if (count * cost < parallel_grain) return body(std::int64_t{0}, count);
  run_parallel(count, &body, [](void* context, std::int64_t begin, std::int64_t end) {
    (*static_cast<Body*>(context))(begin, end);
  });
}

}  // namespace tg
