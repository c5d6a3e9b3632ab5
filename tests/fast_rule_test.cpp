#include <doctest/doctest.h>

#include "support.hpp"
#include "tinygrad_cpp/array/kernels/copies.hpp"
#include "tinygrad_cpp/autograd/gradient_sums.hpp"

// What operations declare beside their rules, only for speed.

using namespace tg;

namespace {

Tensor leaf(const Tensor& values) { return values.detach().clone().requires_grad(true); }

}  // namespace

TEST_CASE("a fast rule stands in for the rules where nothing is recorded") {
  const Tensor x = leaf(tensor({{1, 2}, {3, 4}})), unused = tensor({1, 1});
  int slow = 0, fast = 0;
  const auto second_row = [&] {
    return record("second_row", kernels::slice(x.array(), 0, 1, 2).reshaped({2}), {x, unused},
                  {[&slow](auto& g, auto&, auto) {
                     return ++slow, pad(reshape(g, {1, 2}), 0, 1, 0);
                   },
                   Rule{}},
                  [&fast](InputGradients& to, auto& g, auto&, auto) {
                    ++fast;
                    CHECK(to.needs(0));
                    CHECK(!to.needs(1));
                    to.add(1, Tensor());  // nobody needs it
                    to.add_slice(0, g.array(), 0, 1);
                  });
  };
  const Tensor expected = tensor({{0, 0}, {3, 3}});
  sum(second_row() + second_row() + second_row()).backward();
  CHECK(same(x.grad(), expected));
  CHECK(fast == 3);
  const Tensor y = sum(second_row() + second_row() + second_row());
  CHECK(same(grad(y, {x})[0], expected));
  CHECK(fast == 6);
  CHECK(slow == 0);
  CHECK(same(grad(y, {x}, {.create_graph = true})[0], expected));
  CHECK(same(plain_grad(y, {x})[0], expected));
  CHECK(fast == 6);
  CHECK(slow == 6);
  const AnomalyMode on;  // looks at each term alone
  CHECK(same(grad(y, {x})[0], expected));
  const Tensor bad = record("bad", x.array(), {x}, {Rule{}}, [](InputGradients& to, auto& g, auto&, auto) {
    to.add(0, Tensor(Array(g.shape(), INFINITY)));
  });
  CHECK(fails_with([&] { sum(bad).backward(); },
                   "[bad] its rule gave inf at element 0 of the gradient of input 0"));
}

TEST_CASE(
    "products for a large weight that is used at many steps are added up in one, with the same result") {
  const int size = 64, steps = 50;  // so many that some are added on the way
  const Tensor w = leaf(randn({size, size}) * 0.1), x = leaf(randn({2, size}));
  const auto walk = [&](const Tensor& weight) {
    Tensor h = x;
    for (int t = 0; t < steps; ++t) h = tanh(matmul(h, weight));
    return sum(h * h);
  };
  const auto far = [](const Tensor& a, const Tensor& b) {
    return max(abs(a - b)).item() / max(abs(b)).item();
  };
  const double near = sizeof(Real) == 4 ? 1e-4 : 1e-12;
  const Tensor each_alone = grad(walk(w), {w}, {.create_graph = true})[0];
  CHECK(far(grad(walk(w), {w})[0], each_alone) < near);
  walk(w).backward();
  CHECK(far(w.grad(), each_alone) < near);
  // A weight that is itself computed: its gradient is whole before it is passed on.
  CHECK(far(grad(walk(2 * w), {w})[0], grad(walk(2 * w), {w}, {.create_graph = true})[0]) < near);
  const Tensor v = 2 * w, both_ways = walk(v) + sum(v * v) + sum(w);
  const std::vector<Tensor> whole = grad(both_ways, {v, w}), again = grad(both_ways, {v, w}),
                            expected = grad(both_ways, {v, w}, {.create_graph = true});
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(far(whole[i], expected[i]) < near);
    CHECK(same(whole[i], again[i]));
  }
}

TEST_CASE(
    "a product is deferred where that gains something, and no longer than until the gradient is wanted") {
  GradientSums sums;
  sums.resize(2);
  const auto array = [](const Shape& shape) { return randn(shape).array(); };
  const Array a = array({2, 64}), g = array({2, 64});
  CHECK(!sums.defer_product(0, array({1, 8}), array({1, 8})));      // a small product
  CHECK(!sums.defer_product(0, array({40, 64}), array({40, 64})));  // factors that are larger than it
  CHECK(sums.defer_product(1, a, g));
  CHECK(sums.defer_product(1, g, a));
  CHECK(!sums[1].defined());
  sums.finish(0);
  CHECK(!sums[1].defined());
  sums.finish(1);
  CHECK(close(sums[1], matmul(transpose(Tensor(a)), Tensor(g)) + matmul(transpose(Tensor(g)), Tensor(a))));
  for (int i = 0; i < 15; ++i) CHECK(sums.defer_product(0, a, g));
  CHECK(!sums[0].defined());
  CHECK(sums.defer_product(0, a, g));  // 32 rows: the factors are as large as their product
  CHECK(sums[0].defined());

  const Tensor w = leaf(randn({64, 64}));
  const auto wrong =
      record("wrong", Array({2, 64}, 0), {w}, {Rule{}}, [&](InputGradients& to, auto& up, auto&, auto) {
        to.add_product(0, up.array(), true, array({3, 64}), false);
      });
  CHECK(
      fails_with([&] { sum(wrong).backward(); },
                 "[wrong] the fast rule of input 0 gave a product of a [2, 64], transposed, and b [3, 64]"));
  if (sizeof(Real) != 4) return;
  const AnomalyMode on;
  const auto infinite =
      record("infinite", Array({2, 64}, 1), {w}, {Rule{}}, [&](InputGradients& to, auto& up, auto&, auto) {
        const Tensor large = up * 1e30;
        to.add_product(0, large.array(), true, large.array(), false);
      });
  CHECK(fails_with([&] { sum(infinite).backward(); },
                   "[infinite] its rule gave inf at element 0 of the gradient of input 0"));
}
