// The names of Google Benchmark that tests/bench/bench.cpp uses, for Emscripten, for which there is no such
// library. The program takes names of workloads, and prints for each: name, tab, and the seconds of processor
// time that an iteration takes, the median of seven runs. It needs node, which counts that time.
#pragma once
#include <emscripten.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace benchmark {

class State {
 public:
  std::map<std::string, double> counters;

  explicit State(const std::vector<std::int64_t>& arguments) : arguments_(arguments) {}
  std::int64_t range(std::size_t i = 0) const { return arguments_.at(i); }
  double seconds() const { return median_; }

  /// `for (auto _ : state)` iterates for half a second first, then seven times as often as fills 0.05 s.
  struct [[maybe_unused]] Value {};
  struct Iterator {
    State* state;
    Value operator*() const { return {}; }
    void operator++() const {}
    bool operator!=(const Iterator& /*end*/) const { return state->left_-- > 0 || state->next_run(); }
  };
  Iterator begin() {
    start_ = now();
    return {this};
  }
  Iterator end() { return {this}; }

 private:
  static double now() {
    return EM_ASM_DOUBLE({
      var used = process.cpuUsage();
      return (used.user + used.system) / 1e6;
    });
  }
  bool next_run() {
    const double passed = now() - start_;
    if (run_ == 0 && passed < 0.5) {
      ++count_;
      left_ = 0;
      return true;
    }
    if (run_ == 0)
      count_ =
          std::max<std::int64_t>(1, static_cast<std::int64_t>(0.05 / passed * static_cast<double>(count_)));
    else
      times_[run_ - 1] = passed / static_cast<double>(count_);
    if (run_ == times_.size()) {
      std::nth_element(times_.begin(), times_.begin() + times_.size() / 2, times_.end());
      median_ = times_[times_.size() / 2];
      return false;
    }
    ++run_;
    left_ = count_ - 1;
    start_ = now();
    return true;
  }

  std::vector<std::int64_t> arguments_;
  std::array<double, 7> times_ = {};
  std::size_t run_ = 0;
  std::int64_t count_ = 0, left_ = 0;
  double start_ = 0, median_ = 0;
};

struct Workload {
  std::function<void(State&)> function;
  std::string name;
  std::vector<std::int64_t> arguments;

  Workload* Name(const char* text) { return name = text, this; }
  Workload* Arg(std::int64_t argument) { return Args({argument}); }
  Workload* Args(const std::vector<std::int64_t>& list) { return arguments = list, this; }
  Workload* UseRealTime() { return this; }
};

inline std::deque<Workload>& workloads() {
  static std::deque<Workload> all;
  return all;
}
inline Workload* add(std::function<void(State&)> function) {
  return &workloads().emplace_back(Workload{function, "", {}});
}

template <class T>
void DoNotOptimize(const T& value) {
  asm volatile("" : : "m"(value) : "memory");
}

inline int run(int count, char** words) {
  for (const Workload& workload : workloads()) {
    if (std::find(words + 1, words + count, workload.name) == words + count) continue;
    State state(workload.arguments);
    workload.function(state);
    const double per = state.counters.count("per") ? state.counters["per"] : 1;
    std::printf("%s\t%.9f\n", workload.name.c_str(), state.seconds() / per);
  }
  return 0;
}

}  // namespace benchmark

#define BENCHMARK_JOIN_(a, b) a##b
#define BENCHMARK_JOIN(a, b) BENCHMARK_JOIN_(a, b)
#define BENCHMARK(function) \
  [[maybe_unused]] static const auto* BENCHMARK_JOIN(workload_, __LINE__) = benchmark::add(function)
#define BENCHMARK_CAPTURE(function, name, ...) BENCHMARK([](auto& state) { function(state, __VA_ARGS__); })
#define BENCHMARK_MAIN() \
  int main(int count, char** words) { return benchmark::run(count, words); }
