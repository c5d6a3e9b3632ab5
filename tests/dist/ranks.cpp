// What several processes do together; dist_ranks_test.cpp starts it under mpirun and reads what it prints.
//   ranks train         trains 30 steps on four shards and prints a digest of the weights
//   ranks forms         how far four ways to average are from the joined batch's gradient
//   ranks differ        models that differ between ranks
//   ranks throw         one rank throws while the others wait for it
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <exception>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

using namespace tg;

namespace {

struct Tagger {
  nn::LSTM lstm{3, 8};
  nn::Dropout dropout{0.2};
  nn::Dense dense{8, 2};
  Tensor operator()(const Tensor& x, const std::vector<int>& lengths, nn::Mode mode) const {
    return dense(dropout(lstm(x, {.lengths = lengths}).sequence, mode));
  }
  nn::Parameters parameters() const { return {{"lstm", lstm}, {"dense", dense}}; }
};

constexpr int steps = 40;

// Sequences in the order of their lengths, as in a list that somebody sorted.
struct Data {
  explicit Data(int items) : x(randn({items, steps, 3})), target(randn({items, steps, 2})) {
    for (int i = 0; i < items; ++i) lengths.push_back(2 + i * 38 / (items - 1));
  }
  std::vector<int> lengths_of(const dist::Shard& shard) const {
    return {lengths.begin() + shard.begin, lengths.begin() + shard.end};
  }
  // The steps of the shard that are real, which its loss is a mean over.
  double real_steps(const dist::Shard& shard) const {
    const std::vector<int> some = lengths_of(shard);
    return std::accumulate(some.begin(), some.end(), 0.0);
  }
  Tensor loss(const Tagger& model, const dist::Shard& shard, nn::Mode mode) const {
    const std::vector<int> some = lengths_of(shard);
    const Tensor y = model(slice(x, 0, shard.begin, shard.end), some, mode);
    return mse_loss(y, slice(target, 0, shard.begin, shard.end), {.mask = sequence_mask(some, steps)});
  }
  Tensor x, target;  // [B,T,3], [B,T,2]
  std::vector<int> lengths;
};

std::uint64_t digest(const nn::Parameters& parameters) {
  std::uint64_t sum = 14695981039346656037u;  // FNV-1a
  for (const auto& [name, tensor] : parameters)
    for (std::byte byte : std::as_bytes(tensor.values()))
      sum = (sum ^ static_cast<std::uint64_t>(byte)) * 1099511628211u;
  return sum;
}

void train(const dist::Group& group) {
  manual_seed(1);
  const Data data(7);
  manual_seed(static_cast<unsigned>(2 + group.rank()));  // weights of its own, until rank 0's come
  const Tagger model;
  const nn::Parameters parameters = model.parameters();
  group.broadcast(parameters);
  optim::Adam adam(parameters, {.lr = 1e-2});
  const std::vector<dist::Shard> shards = dist::shards(7, 4);
  double total = 0;
  for (int step = 0; step < 30; ++step) {
    dist::GradientSum sum(parameters);
    for (const dist::Shard& shard : group.mine(shards)) {
      // Dropout is of the shard, not of the rank.
      manual_seed(static_cast<unsigned>(100 * step + shard.number));
      data.loss(model, shard, nn::Mode::train).backward();
      sum.add(data.real_steps(shard));
    }
    total = sum.average(group);
    optim::clip_grad_norm(parameters, 1);
    adam.step();
  }
  const double here = static_cast<double>(digest(parameters) % 1000003);
  const bool equal = group.sum(here) == here * group.size();
  if (group.rank() == 0)
    fmt::print("{} ranks: weights {:016x}, {} steps a batch, ranks {}\n", group.size(), digest(parameters),
               total, equal ? "equal" : "differ");
}

std::vector<double> gradients(const nn::Parameters& parameters) {
  std::vector<double> all;
  for (const auto& [name, tensor] : parameters)
    for (Real g : tensor.grad().values()) all.push_back(static_cast<double>(g));
  return all;
}

// Relative Euclidean distances from the gradient of the whole batch.
void forms(const dist::Group& group) {
  manual_seed(3);
  const Data data(16);
  const Tagger model;
  const nn::Parameters parameters = model.parameters();
  const std::vector<dist::Shard> cut = dist::shards(16, group.size());
  const dist::Shard whole = {0, 0, 16}, mine = cut[static_cast<std::size_t>(group.rank())];
  const auto gradient = [&](const dist::Shard& shard, const std::function<void()>& then) {
    for (const auto& [name, tensor] : parameters) tensor.zero_grad();
    data.loss(model, shard, nn::Mode::eval).backward();
    then();
    return gradients(parameters);
  };
  const auto distance = [](const std::vector<double>& a, const std::vector<double>& b) {
    double gap = 0, size = 0;
    for (std::size_t i = 0; i < a.size(); ++i) gap += (a[i] - b[i]) * (a[i] - b[i]), size += a[i] * a[i];
    return std::sqrt(gap / size);
  };
  const auto joined = gradient(whole, [] {});
  const auto row = [&](const char* name, const std::function<void()>& then) {
    const double far = distance(joined, gradient(mine, then));
    if (group.rank() == 0) fmt::print("{} {:.1e}\n", name, far);
  };
  row("naive", [&] { group.average_gradients(parameters, 1); });
  row("items", [&] { group.average_gradients(parameters, mine.size()); });
  row("steps", [&] { group.average_gradients(parameters, data.real_steps(mine)); });
}

}  // namespace

int main(int argc, char** argv) {
  try {
    dist::Group group(argc, argv);
    const std::string what = argc > 1 ? argv[1] : "";
    if (what == "train") train(group);
    if (what == "forms") forms(group);
    if (what == "differ") group.broadcast({{"w", ones({2, group.rank() + 1})}});
    if (what == "throw") {
      if (group.rank() == 1) throw Error("[ranks] rank 1 cannot go on");
      group.barrier();
    }
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
}
