#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "support.hpp"

// What threads may share: parameters that none of them changes, and data of which each makes a copy.

using namespace tg;

namespace {

struct Model {
  nn::Embedding embedding{20, 6};
  nn::BiLSTM lstm{6, 5};
  nn::LSTMCell cell{10, 5};
  nn::PReLU prelu{5};
  nn::Dropout dropout{.5};
  nn::Dense dense{5, 4};

  Tensor operator()(const Indices& ids, const std::vector<int>& lengths) const {
    const Tensor sequence = lstm(embedding(ids), {.lengths = lengths}).sequence;
    const nn::LSTMState state = cell(select(sequence, 1, 0), cell.zero_state(ids.dim(0)));
    const nn::Dense copied = dense;  // a copy shares the weights
    return softmax(copied(dropout(prelu(state.h), nn::Mode::eval)) + sum(reshape(dense.weight, {-1}) * 0));
  }
};

/// Runs f in some threads at once; whether it was true in all.
template <class F>
bool in_threads(F f) {
  std::atomic<bool> good = true;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      if (!f(t)) good = false;
    });
  for (std::thread& thread : threads) thread.join();
  return good;
}

}  // namespace

TEST_CASE("threads: several run one model at once") {
  manual_seed(2);
  const Model model;
  const Indices ids = {{1, 2, 3, 4}, {5, 6, 7, 0}, {8, 9, 0, 0}};
  const std::vector<int> lengths = {4, 3, 2};
  const NoGrad off;
  const Tensor expected = model(ids, lengths);
  const std::size_t before = live_nodes();
  CHECK(in_threads([&](int) {
    const NoGrad off_here;
    for (int i = 0; i < 1000; ++i)
      if (!same(model(ids, lengths), expected)) return false;
    return true;
  }));
  CHECK(live_nodes() == before);
}

TEST_CASE("threads: several copy one tensor, and each trains a model of its own") {
  manual_seed(3);
  const Tensor data = randn({64, 8});
  const std::size_t before = live_nodes();
  CHECK(in_threads([&](int t) {
    manual_seed(7);
    const Tensor x = data.clone(), y = sum(x, 1, keepdim);
    const nn::Dense dense(8, 1);
    optim::SGD sgd(dense.parameters(), {.lr = .05});
    double first = 0, last = 0;
    for (int i = 0; i < 200; ++i) {
      const int from = 16 * ((t + i) % 4);
      const Tensor loss = mse_loss(dense(slice(x, 0, from, from + 16)), slice(y, 0, from, from + 16));
      sgd.zero_grad();
      loss.backward();
      sgd.step();
      last = static_cast<double>(loss.item());
      if (i == 0) first = last;
    }
    return last < first / 100;
  }));
  CHECK(live_nodes() == before);
}

TEST_CASE("threads: a tensor may be made in one and end in another") {
  const std::size_t before = live_nodes();
  Tensor made;
  std::thread([&] {
    const Tensor w = ones({3}).requires_grad(true);
    made = w * 2;
  }).join();
  CHECK(live_nodes() == before + 2);
  CHECK(same(made, full({3}, 2)));
  made = Tensor();
  CHECK(live_nodes() == before);
}
