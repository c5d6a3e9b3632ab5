#pragma once
#include <cstdint>

namespace tg {

/// The work of a loop that starting a second thread pays for, in simple operations (an addition of two numbers).
inline constexpr std::int64_t parallel_grain = 1 << 16;

/// Cuts [0, count) into one range per thread and calls body(context, begin, end) on each, at the same time.
void run_parallel(std::int64_t count, void* context,
                  void (*body)(void* context, std::int64_t begin, std::int64_t end));

/// body(begin, end) over [0, count): in one piece when count * cost is small, else on all threads (OMP_NUM_THREADS).
template <class Body>
void parallel_for(std::int64_t count, std::int64_t cost, Body body) {
  if (count * cost < parallel_grain) return body(std::int64_t{0}, count);
  run_parallel(count, &body, [](void* context, std::int64_t begin, std::int64_t end) {
    (*static_cast<Body*>(context))(begin, end);
  });
}

}  // namespace tg
