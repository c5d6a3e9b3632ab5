#include <doctest/doctest.h>

#include "support.hpp"

using namespace tg;

namespace {

struct One {
  Tensor w = tensor({1, -2}).requires_grad(true);
  nn::Parameters parameters() const { return {{"w", w}}; }
};

}  // namespace

TEST_CASE("Adam: Kingma and Ba's algorithm 1, step by step in double") {
  One one;
  optim::Adam adam(one.parameters(), {.lr = 0.1, .weight_decay = 0.01});
  std::vector<double> w = {1, -2}, m = {0, 0}, v = {0, 0};
  for (int t = 1; t <= 20; ++t) {
    adam.zero_grad();
    sum(pow(one.w, 2) * tensor({1, 3})).backward();
    adam.step();
    for (std::size_t i = 0; i < 2; ++i) {
      const double g = 2 * w[i] * (i == 0 ? 1 : 3);
      m[i] = 0.9 * m[i] + 0.1 * g;
      v[i] = 0.999 * v[i] + 0.001 * g * g;
      const double m_hat = m[i] / (1 - std::pow(0.9, t)), v_hat = v[i] / (1 - std::pow(0.999, t));
      w[i] -= 0.1 * 0.01 * w[i] + 0.1 * m_hat / (std::sqrt(v_hat) + 1e-8);
    }
    CHECK(matches(one.w.values(), {w[0], w[1]}, is_double ? 1e-12 : 1e-5));
  }
}

TEST_CASE("Adam: a step is about lr, however large the gradient, and never above its bound") {
  // lr (1 - beta1) / sqrt(1 - beta2) = 3.16 lr (Kingma and Ba, section 2.1): the asker's lr of 1e-6 cannot move a weight far.
  for (double scale : {1e-3, 1.0, 1e6}) {
    One one;
    optim::Adam adam(one.parameters(), {.lr = 1e-6});
    const Tensor before = one.w.detach().clone();
    for (int t = 0; t < 1000; ++t) {
      adam.zero_grad();
      (sum(one.w) * scale).backward();
      adam.step();
    }
    const double moved = static_cast<double>(max(abs(one.w.detach() - before)).item());
    CHECK(moved <= 3.2e-3);
    CHECK(moved > 0.5e-3);
  }
}

TEST_CASE("optimizers leave parameters without a gradient alone") {
  One one, unused;
  optim::Adam adam({{"one", one}, {"unused", unused}});
  sum(one.w).backward();
  adam.step();
  CHECK(same(unused.w, tensor({1, -2})));
  CHECK(!same(one.w, tensor({1, -2})));
  CHECK(adam.state().size() == 6);  // m, v and the number of steps of each
  adam.lr(0.5);
  CHECK(adam.lr() == 0.5);

  const Tensor loss = sum(one.w * one.w);
  adam.zero_grad();
  sum(one.w).backward();
  adam.step();
  CHECK(fails_with([&] { loss.backward(); },
                   "was changed after mul used it"));  // a step between forward and backward
}
