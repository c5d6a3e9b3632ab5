#include "tinygrad_cpp/array/parallel.hpp"

#ifdef _OPENMP
#include <omp.h>
#endif

#include <algorithm>
#include <exception>

namespace tg {

void run_parallel(std::int64_t count, void* context, void (*body)(void*, std::int64_t, std::int64_t)) {
#ifdef _OPENMP
  if (!omp_in_parallel() && omp_get_max_threads() > 1 && count > 1) {
    std::exception_ptr failure;  // an exception must not leave a parallel region
    const int most = static_cast<int>(std::min<std::int64_t>(count, omp_get_max_threads()));
#pragma omp parallel num_threads(most)
    {
      const std::int64_t threads = omp_get_num_threads(), thread = omp_get_thread_num();
      try {
        body(context, count * thread / threads, count * (thread + 1) / threads);
      } catch (...) {
#pragma omp critical
        failure = std::current_exception();
      }
    }
    if (failure) std::rethrow_exception(failure);
    return;
  }
#endif
  body(context, 0, count);
}

}  // namespace tg
