// How the time and the memory of a training step grow: with the number of frames, items and units of a speech
// network, of operations in a graph, and with threads. `make limits` draws it, beside PyTorch where it is
// installed.
#include <fmt/ranges.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>

#include "support/figure.hpp"
#include "support/run_program.hpp"
#include "support/settings.hpp"
#include "workloads.hpp"

using namespace workloads;

namespace {

double seconds(const std::function<void()>& step) {
  const auto start = std::chrono::steady_clock::now();
  step();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The median of as many steps as fit in half a second, at least three, after one to warm up.
double median_seconds(const std::function<void()>& step) {
  step();
  std::vector<double> times;
  for (double all = 0; times.size() < 3 || (all < 0.5 && times.size() < 101); all += times.back())
    times.push_back(seconds(step));
  return lesson::spread(times).median;
}

/// What one process measures: the seconds of a step, and its largest memory in bytes.
struct Cost {
  double seconds = lesson::Range::from_data, bytes = lesson::Range::from_data;
};

double largest_memory() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return 1024. * static_cast<double>(usage.ru_maxrss);
}

constexpr int labels = 10;

/// The memory is that beyond what the process had at its start.
void print(const std::function<void()>& step) {
  const double before = largest_memory(), time = median_seconds(step);
  lesson::say("{}\t{}\t{}", "step", time, largest_memory() - before);
}

void measure_speech(int batch, int frames, int hidden) {
  manual_seed(0);
  const Tensor x = randn({batch, frames, 20});
  const auto targets = random_targets(batch, labels);  // of one length, or the loss takes T^2 steps
  const SpeechNet model(hidden);
  optim::Adam adam(model.parameters());
  print([&] {
    adam.zero_grad();
    speech_loss(model(x), targets).backward();
    adam.step();
  });
}

/// A chain of operations on 16 numbers, forward and backward.
void measure_chain(int operations) {
  print([operations] {
    const Tensor start = ones({16}).requires_grad(true);
    Tensor end = start;
    for (int i = 0; i < operations; i += 2) end = end * 1.0001 + 0.5;
    sum(end).backward();
  });
}

/// What a program prints: a name, seconds and bytes. NaN where it fails.
Cost cost_of(const std::string& command) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(popen(command.c_str(), "r"), pclose);
  Cost cost;
  if (out == nullptr || std::fscanf(out.get(), "%*s %lf %lf", &cost.seconds, &cost.bytes) != 2) return {};
  return cost;
}

/// The slope of a line through the logarithms, from `first` on: 1 where y grows as x.
double slope(const std::vector<double>& x, const std::vector<double>& y, std::size_t first) {
  double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (std::size_t i = first; i < x.size(); ++i) {
    const double a = std::log(x[i]), b = std::log(y[i]);
    n += 1, sx += a, sy += b, sxx += a * a, sxy += a * b;
  }
  return (n * sxy - sx * sy) / (n * sxx - sx * sx);
}

struct Family {
  std::string name, axis;
  std::vector<double> sizes;
  std::function<std::string(int)> command;  // of one size, for this program
  std::function<std::string(int)> peer;     // its name there; none: empty
};

void draw(const std::string& program, const std::string& peer) {
  const auto speech = [](int batch, int frames, int hidden) {
    return fmt::format("speech {} {} {}", batch, frames, hidden);
  };
  const auto their_speech = [](int batch, int frames, int hidden) {
    return fmt::format("speech_B{}_T{}_H{}_L{}", batch, frames, hidden, labels);
  };
  const std::string their_name = "PyTorch, two threads";
  const std::vector<Family> families = {{"frames",
                                         "frames T of 8 items, 64 units",
                                         {64, 128, 256, 512, 1024, 2048, 4096, 8192},
                                         [=](int n) { return speech(8, n, 64); },
                                         [=](int n) { return their_speech(8, n, 64); }},
                                        {"items",
                                         "items B of 100 frames, 64 units",
                                         {1, 2, 4, 8, 16, 32, 64, 128, 256},
                                         [=](int n) { return speech(n, 100, 64); },
                                         [=](int n) { return their_speech(n, 100, 64); }},
                                        {"units",
                                         "units H, 8 items of 100 frames",
                                         {8, 16, 32, 64, 128, 256, 512, 1024},
                                         [=](int n) { return speech(8, 100, n); },
                                         [=](int n) { return their_speech(8, 100, n); }},
                                        {"operations",
                                         "operations in the graph",
                                         {1e2, 1e3, 1e4, 1e5, 1e6},
                                         [](int n) { return fmt::format("chain {}", n); },
                                         [](int) { return std::string(); }}};
  std::vector<lesson::Row> rows;
  std::vector<std::string> faults;
  for (const Family& family : families) {
    lesson::Figure figure(fmt::format("growth_{}", family.name),
                          fmt::format("A training step against {}.", family.axis));
    std::vector<std::pair<std::string, std::vector<Cost>>> lines;
    const auto line = [&](const std::string& name, const std::string& before, const auto& command) {
      std::vector<Cost> costs;
      for (double size : family.sizes) {
        const std::string what = command(static_cast<int>(size));
        costs.push_back(what.empty() ? Cost() : cost_of(before + what + " 2>/dev/null"));
      }
      if (std::ranges::any_of(costs, [](const Cost& cost) { return std::isfinite(cost.seconds); }))
        lines.emplace_back(name, costs);
    };
    for (int threads : {1, 2})
      line(threads == 1 ? "one thread" : "two threads",
           fmt::format("OMP_NUM_THREADS={} {} ", threads, program), family.command);
    if (!peer.empty())
      line(their_name, fmt::format("OMP_NUM_THREADS=2 OPENBLAS_NUM_THREADS=2 {} 2 ", peer), family.peer);
    for (const bool time : {true, false}) {
      figure.panel(time ? "time" : "memory");
      figure.axes({.x = family.axis, .y = time ? "seconds" : "bytes", .log_x = true, .log_y = true});
      for (const auto& [name, costs] : lines) {
        std::vector<double> values;
        for (const Cost& cost : costs) values.push_back(time ? cost.seconds : cost.bytes);
        figure.line(name, family.sizes, values);
        const double power = slope(family.sizes, values, values.size() / 2);
        // Below 1 it may be: up to 256 MB are kept for reuse whatever the size.
        if (family.name == "frames" && name != their_name && power > (time ? 1.25 : 1.1))
          faults.push_back(
              fmt::format("{} by its power {:.2f} on {}", time ? "time" : "memory", power, name));
        rows.push_back({family.name, name, time ? "time" : "memory", fmt::format("{:.3g}", values.front()),
                        fmt::format("{:.3g}", values.back()), fmt::format("{:.2f}", power)});
      }
    }
    lesson::show(figure);
  }
  lesson::results({"against", "line", "of", "first", "last", "power"}, rows);
  if (!faults.empty())
    fail("growth", "a step grows faster than its frames: {}", fmt::format("{}", fmt::join(faults, ", ")));
}

}  // namespace

int main(int argc, char** argv) {
  std::string peer;
  const auto number = [](const std::string& word) { return std::stoi(word); };
  return lesson::run_program(argc, argv,
                             {.meaning = "Measures how a training step's time and memory grow.",
                              .commands = {{"speech",
                                            "B T H",
                                            "one step of the speech network: seconds and bytes",
                                            {},
                                            [=](const lesson::Words& w) {
                                              measure_speech(number(w[0]), number(w[1]), number(w[2]));
                                            }},
                                           {"chain",
                                            "OPERATIONS",
                                            "one chain of small operations: seconds and bytes",
                                            {},
                                            [=](const lesson::Words& w) { measure_chain(number(w[0])); }},
                                           {"draw",
                                            "",
                                            "all sizes, each in a process of its own, as pictures",
                                            {{.name = "figures",
                                              .meaning = "the directory of the pictures",
                                              .value = &lesson::settings().figures,
                                              .kind = "DIR"},
                                             {.name = "peer",
                                              .meaning = "peer_pytorch.py, to stand beside",
                                              .value = &peer,
                                              .kind = "PROGRAM"}},
                                            [&](const lesson::Words&) { draw(argv[0], peer); }}},
                              .example = "growth draw --figures pictures"});
}
