#include "tinygrad_cpp/array/kernels/parallel.hpp"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

// The plain form of run_parallel() starts and joins threads for every loop:
//   std::vector<std::thread> threads;
//   for (std::int64_t i = 1; i < n; ++i)
//     threads.emplace_back([=] { body(context, count * i / n, count * (i + 1) / n); });
//   body(context, 0, count / n);
//   for (std::thread& thread : threads) thread.join();
// Starting a thread can take longer than the loop itself. This file starts the threads once and keeps them in
// a pool, where they sleep between loops. OpenMP keeps its threads too, but its static schedule binds each
// piece of a loop to one thread. If another program occupies that thread's core, the loop waits. Here a free
// thread takes the piece.
// Gain (two threads on two processors; `make bench-gains`): over new threads 15 times as fast for a loop of
// 65,536 elements, 2.5 for 1,048,576. OpenMP is as fast while the machine is idle; with two other programs
// that compute, it took 4 times as long for the large loop, and 1000 times for the small one.
// tests/parallel_test.cpp checks that each element is visited once, and that results do not depend on the
// number of threads. Its process with one thread runs the plain loop body(context, 0, count).

namespace tg {
namespace {

using Body = void (*)(void* context, std::int64_t begin, std::int64_t end);

// The number of checks before a waiting thread sleeps: some tens of microseconds. In a training loop the next
// work usually arrives sooner. If other programs use the processor, longer spinning would slow the thread we
// wait for.
constexpr int max_spins = 1000;

inline void pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#endif
}

// Waits until the number is no longer `old`: spins first, then sleeps.
void wait_while(const std::atomic<std::uint32_t>& number, std::uint32_t old) {
  for (int i = 0; i < max_spins; ++i) {
    if (number.load(std::memory_order_acquire) != old) return;
    pause();
  }
  while (number.load(std::memory_order_acquire) == old) number.wait(old, std::memory_order_acquire);
}

thread_local bool in_parallel_loop = false;  // a loop inside a loop runs in one piece

// Threads that work on one loop at a time. A loop is cut into one piece per thread. The pieces depend only on
// the count and the number of threads, so sums do not depend on which thread was free. A thread claims a
// piece when it is ready, so a loop never waits for a thread that the system has not woken yet.
class Pool {
 public:
  explicit Pool(int threads) {
    try {
      for (; threads_ < threads; ++threads_) std::thread([this] { run_worker(); }).detach();
    } catch (const std::system_error&) {
      // The system cannot create more threads; use those we have.
    }
  }

  int threads() const { return threads_; }

  /// Returns false if a loop of another thread is using the pool.
  bool run(std::int64_t count, void* context, Body body) {
    const std::unique_lock<std::mutex> lock(mutex_, std::try_to_lock);
    if (!lock) return false;
    count_ = count;
    context_ = context;
    body_ = body;
    pieces_ = static_cast<std::uint32_t>(std::min<std::int64_t>(count, threads_));
    failure_ = nullptr;
    done_.store(0, std::memory_order_relaxed);
    const std::uint32_t job = job_.load(std::memory_order_relaxed) + 1;
    claims_.store(pack(job, pieces_), std::memory_order_release);
    job_.store(job, std::memory_order_release);
    job_.notify_all();
    run_pieces();
    for (std::uint32_t done; (done = done_.load(std::memory_order_acquire)) < pieces_;)
      wait_while(done_, done);
    if (failure_) std::rethrow_exception(failure_);
    return true;
  }

 private:
  // The job's number and its number of unclaimed pieces. They are in one word, so that a late thread cannot
  // claim a piece of the next job by mistake.
  static std::uint64_t pack(std::uint32_t job, std::uint32_t left) {
    return static_cast<std::uint64_t>(job) << 32 | left;
  }

  void run_pieces() {
    std::uint64_t claims = claims_.load(std::memory_order_acquire);
    while ((claims & 0xffffffff) != 0) {
      if (!claims_.compare_exchange_weak(claims, claims - 1, std::memory_order_acq_rel)) continue;
      // The job cannot end before this piece is done, so its fields do not change.
      const std::int64_t pieces = pieces_, piece = pieces - static_cast<std::int64_t>(claims & 0xffffffff);
      in_parallel_loop = true;
      try {
        body_(context_, count_ * piece / pieces, count_ * (piece + 1) / pieces);
      } catch (...) {
        const std::lock_guard<std::mutex> lock(failure_mutex_);
        failure_ = std::current_exception();
      }
      in_parallel_loop = false;
      if (done_.fetch_add(1, std::memory_order_acq_rel) + 1 == pieces) done_.notify_one();
      claims = claims_.load(std::memory_order_acquire);
    }
  }

  [[noreturn]] void run_worker() {
    for (std::uint32_t seen = 0;;) {
      wait_while(job_, seen);
      seen = job_.load(std::memory_order_acquire);
      run_pieces();
    }
  }

  int threads_ = 1;  // including the caller
  std::mutex mutex_, failure_mutex_;
  std::int64_t count_ = 0;
  void* context_ = nullptr;
  Body body_ = nullptr;
  std::uint32_t pieces_ = 0;
  std::exception_ptr failure_;
  std::atomic<std::uint64_t> claims_ = 0;
  std::atomic<std::uint32_t> job_ = 0, done_ = 0;
};

int requested_threads() {
  if (const char* text = std::getenv("OMP_NUM_THREADS"))
    if (const int number = std::atoi(text); number > 0) return std::min(number, 1024);
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

// Never destroyed, because its threads run until the program ends.
std::atomic<Pool*> global_pool = nullptr;

Pool& pool() {
  static std::once_flag once;
  std::call_once(once, [] {
    global_pool = new Pool(requested_threads());
    // A forked process does not have the threads.
    pthread_atfork(nullptr, nullptr, [] { global_pool = new Pool(1); });
  });
  return *global_pool;
}

}  // namespace

void run_parallel(std::int64_t count, void* context, Body body) {
  if (count > 1 && !in_parallel_loop) {
    Pool& shared = pool();
    if (shared.threads() > 1 && shared.run(count, context, body)) return;
  }
  body(context, 0, count);
}

}  // namespace tg
