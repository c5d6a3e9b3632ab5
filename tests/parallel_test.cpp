#include "tinygrad_cpp/array/parallel.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "program.hpp"

using tg::parallel_for;

namespace {

constexpr std::int64_t costly = tg::parallel_grain;

// How often each of the numbers up to count is visited.
std::vector<int> visits(std::int64_t count) {
  std::vector<int> seen(static_cast<std::size_t>(count));
  parallel_for(count, costly, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) ++seen[static_cast<std::size_t>(i)];
  });
  return seen;
}

bool each_once(std::int64_t count) {
  return visits(count) == std::vector<int>(static_cast<std::size_t>(count), 1);
}

}  // namespace

TEST_CASE("a loop over several threads visits each number once") {
  for (std::int64_t count : {1, 2, 3, 7, 1000, 1 << 20}) CHECK(each_once(count));
  for (int i = 0; i < 20000; ++i) REQUIRE(each_once(5));
  int calls = 0;
  parallel_for(0, costly, [&](std::int64_t begin, std::int64_t end) {
    CHECK(begin == end);
    ++calls;
  });
  CHECK(calls == 1);
}

TEST_CASE("the pieces are the same in each run, whoever is free: sums have the same digits") {
  const auto pieces = [] {
    std::mutex one;
    std::vector<std::pair<std::int64_t, std::int64_t>> all;
    parallel_for(1001, costly, [&](std::int64_t begin, std::int64_t end) {
      const std::lock_guard<std::mutex> alone(one);
      all.emplace_back(begin, end);
    });
    std::sort(all.begin(), all.end());
    return all;
  };
  const auto first = pieces();
  for (int i = 0; i < 100; ++i) REQUIRE(pieces() == first);
}

TEST_CASE("a loop within a loop, and loops of several threads at once") {
  std::atomic<int> sum = 0;
  parallel_for(8, costly, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::vector<int> seen = visits(100);
      sum += std::accumulate(seen.begin(), seen.end(), 0);
    }
  });
  CHECK(sum == 800);
  std::atomic<bool> right = true;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 2000; ++i) right = right && each_once(64);
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(right);
}

TEST_CASE("what a piece throws reaches the caller, and the next loop runs") {
  for (int bad : {0, 99}) {
    const auto loop = [&] {
      parallel_for(100, costly, [&](std::int64_t begin, std::int64_t end) {
        if (begin <= bad && bad < end) throw std::runtime_error("bad piece");
      });
    };
    CHECK_THROWS_WITH(loop(), "bad piece");
    CHECK(each_once(100));
  }
}

TEST_CASE("a forked process has loops too") {
  CHECK(each_once(100));
  const pid_t child = fork();
  if (child == 0) _exit(each_once(100) ? 0 : 1);
  int status = -1;
  waitpid(child, &status, 0);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("where the system gives fewer threads than are wanted, loops go on with those there are") {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  MESSAGE("skipped: a sanitizer needs more memory than this leaves");
#else
  // So little address space that it has no room for the stacks of 64 threads.
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  const Printed printed =
      run_program({"sh", "-c", "ulimit -v 400000 && exec \"$@\"", "sh", self, "-tc=the pieces are the same*"},
                  {"OMP_NUM_THREADS=64"});
  CHECK_MESSAGE(printed.status == 0, printed.text);
#endif
}
