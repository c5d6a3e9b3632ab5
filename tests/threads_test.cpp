#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

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

/// Large enough for the loops within to be shared among the engine's own threads.
struct Tagger {
  nn::LSTM lstm{12, 40};
  nn::Dense dense{40, 3};
  Tensor operator()(const Tensor& x) const { return dense(lstm(x).sequence); }  // [B,T,12] -> [B,T,3]
  nn::Parameters parameters() const { return {{"lstm", lstm}, {"dense", dense}}; }
};

/// The losses of a training, which depend on the seed alone.
std::vector<double> losses_of_training(int seed) {
  manual_seed(seed);
  const Tagger tagger;
  optim::Adam adam(tagger.parameters(), {.lr = .01});
  const Tensor x = randn({16, 5, 12}), y = slice(x, 2, 0, 3);
  std::vector<double> losses;
  for (int step = 0; step < 8; ++step) {
    const Tensor loss = mse_loss(tagger(x), y);
    adam.zero_grad();
    loss.backward();
    adam.step();
    losses.push_back(static_cast<double>(loss.item()));
  }
  return losses;
}

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

TEST_CASE("threads: several take a parameter's values and change their own") {
  const Tensor weight = ones({8}).requires_grad(true);
  CHECK(in_threads([&](int t) {
    for (int i = 0; i < 1000; ++i) {
      Array mine = weight.array();
      mine.mutable_data()[0] = Real(t);
      if (!mine.unique() || mine.values()[0] != Real(t)) return false;
    }
    return true;
  }));
  CHECK(same(weight, ones({8})));
}

TEST_CASE("threads: a rule may give a parameter itself as a gradient") {
  const Tensor weight = full({8}, 3).requires_grad(true);
  CHECK(in_threads([&](int) {
    for (int i = 0; i < 300; ++i) {
      const Tensor x = ones({8}).requires_grad(true);
      const auto dot = [&] {
        return record("dot", Array(Shape{}, 24), {x, weight},
                      {[](auto&, auto&, auto in) { return in[1]; },
                       [](auto&, auto&, auto in) { return in[0]; }});
      };
      if (!same(grad(dot() + dot(), {x})[0], full({8}, 6))) return false;
    }
    return true;
  }));
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

TEST_CASE("threads: trainings at once are what each is alone, with the engine's threads between them") {
  const std::size_t before = live_nodes();
  std::vector<std::vector<double>> alone;
  for (int seed = 0; seed < 4; ++seed) alone.push_back(losses_of_training(seed));
  CHECK(in_threads([&](int t) {
    for (int i = 0; i < 3; ++i) {
      const std::vector<double>& expected = alone[static_cast<std::size_t>(t)];
      const std::vector<double> losses = losses_of_training(t);
      if (!std::equal(losses.begin(), losses.end(), expected.begin(), expected.end(),
                      [](double a, double b) { return close(a, b); }))
        return false;
    }
    return true;
  }));
  for (const std::vector<double>& losses : alone) CHECK(losses.back() < losses.front());
  CHECK(live_nodes() == before);
}

TEST_CASE("threads: several run one model at once, with the engine's threads between them") {
  manual_seed(4);
  const Tagger tagger;
  const Tensor data = randn({16, 5, 12});
  const NoGrad off;
  const Tensor expected = tagger(data);
  CHECK(in_threads([&](int) {
    const NoGrad off_here;
    const Tensor x = data.clone();
    for (int i = 0; i < 20; ++i)
      if (!close(tagger(x), expected)) return false;
    return true;
  }));
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
