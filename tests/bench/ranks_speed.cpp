// Times training steps of speech_B32_T200_H128, of bench.cpp, on the ranks that a launcher started, or alone.
// `make bench-ranks` sets ranks beside threads.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "workloads.hpp"

using namespace workloads;
using Clock = std::chrono::steady_clock;

int main(int argc, char** argv) {
  constexpr int items = 32, steps = 200, hidden = 128, warm_ups = 2, timed = 15;
  const dist::Group group(argc, argv);
  manual_seed(0);
  const Tensor all = randn({items, steps, 20});
  const auto targets = random_targets(items, steps / 10);
  const SpeechNet model(hidden);
  const nn::Parameters parameters = model.parameters();
  group.broadcast(parameters);
  const dist::Shard mine = dist::shards(items, group.size())[static_cast<std::size_t>(group.rank())];
  const Tensor x = slice(all, 0, mine.begin, mine.end);
  const std::vector<std::vector<int>> labels(targets.begin() + mine.begin, targets.begin() + mine.end);
  optim::Adam adam(parameters);
  std::vector<double> seconds;
  for (int step = 0; step < warm_ups + timed; ++step) {
    group.barrier();
    const Clock::time_point start = Clock::now();
    adam.zero_grad();
    speech_loss(model(x), labels).backward();
    if (group.size() > 1) group.average_gradients(parameters, mine.size());
    adam.step();
    group.barrier();
    if (step >= warm_ups) seconds.push_back(std::chrono::duration<double>(Clock::now() - start).count());
  }
  std::nth_element(seconds.begin(), seconds.begin() + timed / 2, seconds.end());
  if (group.rank() == 0) fmt::print("speech_B32_T200_H128\t{}\n", seconds[timed / 2]);
}
