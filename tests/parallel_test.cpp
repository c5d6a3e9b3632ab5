#include "tinygrad_cpp/array/kernels/parallel.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "program.hpp"
#include "support.hpp"

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

TEST_CASE("loops give the same bits on any number of threads") {
  // A process has as many threads as it began with, so this test starts itself, and the child prints.
  if (std::getenv("PRINT_BITS") != nullptr) {
    using namespace tg;
    const auto print = [](const char* name, const Tensor& y, Inputs xs) {
      fmt::print("bits {} {:x}", name, hash_of(y.values()));
      for (const Tensor& g : grad(y, xs, {.upstream = randn(y.shape())}))
        fmt::print(" {:x}", hash_of(g.values()));
      fmt::print("\n");
    };
    const auto leaf = [](const Shape& shape) { return randn(shape).requires_grad(true); };
    const Tensor x = leaf({70323});
    print("curves", tanh(x) + sigmoid(x) * exp(x) + log(abs(x) + 1), {x});
    print("softmax", softmax(x), {x});
    for (int rows : {1, 2, 3, 5, 40, 100}) {
      const Tensor a = leaf({rows, 300}), b = leaf({300, 3000});
      print("product", matmul(a, b), {a, b});
    }
    for (int batch : {4, 7}) {
      const Tensor in = leaf({batch, 20, 64}), w = leaf({64, 256}), b = leaf({256}), s = leaf({batch, 64});
      print("lstm", lstm(in, {w, w, b}, {s, s}), {in, w, b, s});
    }
    return;
  }
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  std::vector<std::string> texts;
  for (const char* threads : {"OMP_NUM_THREADS=1", "OMP_NUM_THREADS=2", "OMP_NUM_THREADS=4"})
    texts.push_back(run_program({self, "-tc=loops give the same bits*"}, {threads, "PRINT_BITS=1"}).text);
  CHECK(texts[0].find("bits lstm") != std::string::npos);
  CHECK(texts[1] == texts[0]);
  CHECK(texts[2] == texts[0]);
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
  if (sanitized) {
    MESSAGE("skipped: a sanitizer needs more memory than this leaves");
    return;
  }
  // So little address space that it has no room for the stacks of 64 threads.
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  const Printed printed =
      run_program({"sh", "-c", "ulimit -v 400000 && exec \"$@\"", "sh", self, "-tc=the pieces are the same*"},
                  {"OMP_NUM_THREADS=64"});
  CHECK_MESSAGE(printed.status == 0, printed.text);
}
