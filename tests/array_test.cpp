#include <doctest/doctest.h>

#include <thread>

#include "support.hpp"
#include "tinygrad_cpp/array/kernels/copies.hpp"
#include "tinygrad_cpp/array/kernels/products.hpp"
#include "tinygrad_cpp/array/kernels/scaled_number.hpp"

using namespace tg;

TEST_CASE("shapes: axes and sizes") {
  const Shape shape{2, 3, 4};
  CHECK(shape.size() == 24);
  CHECK(shape.dim(-1) == 4);
  CHECK(shape.inserted(1, 7) == Shape{2, 7, 3, 4});
  CHECK(shape.inserted(3, 7) == Shape{2, 3, 4, 7});
  CHECK(shape.without(0) == Shape{3, 4});
  CHECK(shape != Shape{2, 3});
  CHECK(Shape{}.size() == 1);
  CHECK(Shape{3, 0}.size() == 0);
  CHECK(fmt::format("{}", shape) == "[2, 3, 4]");
}

TEST_CASE("braced numbers of any depth") {
  CHECK(tensor({{{1}, {2}}, {{3}, {4}}}).shape() == Shape{2, 2, 1});
  CHECK(tensor({{1}, {2}, {3}}).shape() == Shape{3, 1});
  CHECK(tensor(3).shape() == Shape{});
  CHECK(tensor({1, 2.5}).at({-1}) == Real(2.5));
  CHECK(indices({{1, 2}, {0, 1}}).at({0, 1}) == 2);
}

TEST_CASE("printing") {
  CHECK(fmt::format("{}", tensor({{1, 2.5}, {3, 4}})) == "[[1, 2.5],\n [3, 4]]");
  CHECK(fmt::format("{}", tensor(3)) == "3");
  CHECK(fmt::format("{}", indices({1, 2})) == "[1, 2]");
  CHECK(fmt::format("{}", arange(100)) == "[0, 1, 2, ..., 97, 98, 99]");
  CHECK(fmt::format("{}", zeros({2, 0})) == "[[],\n []]");
  CHECK(fmt::format("{}", Tensor()) == "undefined");
}

TEST_CASE("a shared array is copied before it is written") {
  Array a(Shape{3}, 1);
  const Array b = a;
  CHECK(a.data() == b.data());
  a.mutable_data()[0] = 5;
  CHECK(b.data()[0] == 1);
  CHECK(a.data()[0] == 5);
  CHECK(a.reshaped({3, 1}).data() == a.data());
}

TEST_CASE("map broadcasts as plain loops do") {
  manual_seed(1);
  const std::vector<Shape> shapes = {{},           {1},          {5},          {4, 1},
                                     {4, 5},       {1, 5},       {3, 1, 5},    {3, 4, 1},
                                     {3, 4, 5},    {1, 4, 1},    {2, 3, 1, 5}, {2, 1, 4, 1},
                                     {2, 3, 4, 5}, {1, 1, 1, 1}, {2, 1, 1, 5}, {1, 3, 4, 1}};
  for (const Shape& p : shapes)
    for (const Shape& q : shapes) {
      const Tensor a = randn(p), b = randn(q);
      const Array found = map(a, b, [](Real x, Real y) { return 10 * x - y; });
      const Array wide_a = kernels::broadcast_to(a.array(), found.shape());
      const Array wide_b = kernels::broadcast_to(b.array(), found.shape());
      bool all = true;
      for (std::int64_t i = 0; i < found.size(); ++i)
        all = all && close(found.data()[i], 10 * wide_a.data()[i] - wide_b.data()[i]);
      CHECK(all);
    }
  // broadcast_to itself, by hand
  CHECK(same(broadcast_to(tensor({{1}, {2}}), {2, 2, 2}), tensor({{{1, 1}, {2, 2}}, {{1, 1}, {2, 2}}})));
}

TEST_CASE("random stream: golden values, the same on every compiler") {
  // xoshiro256** and splitmix64 as published: the first outputs for seed 0, also to be had from the authors' C code.
  RandomStream stream(0);
  CHECK(stream.bits() == 0x99ec5f36cb75f2b4);
  CHECK(stream.bits() == 0xbf6e1f784956452a);
  manual_seed(42);
  CHECK(RandomStream(3).uniform(-2, 5) == -2 + 7 * RandomStream(3).uniform());
  const double drawn[] = {random_stream().uniform(), random_stream().normal(), random_stream().normal()};
  CHECK(drawn[0] == 0x1.5780b2e0c2ecp-4);
  CHECK(drawn[1] == -0x1.04ff9bfe3c5b1p+0);
  CHECK(drawn[2] == 0x1.df16ccfa4d2a1p-1);
}

TEST_CASE("random stream: distributions and state") {
  manual_seed(5);
  const Tensor n = randn({40000}), u = uniform({40000}, -1, 3);
  CHECK(std::abs(mean(n).item()) < 0.02);
  CHECK(std::abs(mean(n * n).item() - 1) < 0.03);
  CHECK(std::abs(mean(pow(n, 4)).item() - 3) < 0.2);  // a normal distribution's fourth moment
  CHECK(std::abs(mean(u).item() - 1) < 0.03);
  CHECK(min(u).item() >= -1);
  CHECK(max(u).item() < 3);
  std::vector<int> counts(3);
  for (int i = 0; i < 3000; ++i) ++counts[static_cast<std::size_t>(random_stream().below(3))];
  for (int count : counts) CHECK(std::abs(count - 1000) < 120);

  const std::string state = random_state();
  const Tensor first = randn({3});
  random_state(state);
  CHECK(same(randn({3}), first));
  auto order = random_permutation(10);
  std::sort(order.begin(), order.end());
  for (int i = 0; i < 10; ++i) CHECK(order[static_cast<std::size_t>(i)] == i);
}

TEST_CASE("random stream: each thread has its own") {
  manual_seed(7);
  const Tensor here = randn({2});
  std::thread([&] {
    manual_seed(7);
    CHECK(same(randn({2}), here));
  }).join();
}

TEST_CASE(
    "products agree with plain loops: one row, few, many, odd columns, several chunks, transposed factors") {
  manual_seed(4);
  // Small whole numbers, whose sums are exact in any order.
  const auto digits = [](const Shape& shape) {
    std::vector<Real> values(static_cast<std::size_t>(shape.size()));
    for (Real& value : values) value = static_cast<Real>(random_stream().below(19) - 9);
    return Tensor(shape, values);
  };
  for (const Shape& sizes : {Shape{1, 5, 40},
                             {3, 4, 6},
                             {7, 40, 33},
                             {32, 20, 80},
                             {33, 7, 64},
                             {65, 5, 31},
                             {90, 400, 31},
                             {70, 260, 530},
                             {600, 5, 530},
                             {40, 0, 5},
                             {2, 0, 70000},
                             {70, 0, 80},
                             {0, 5, 40},
                             {40, 5, 0}})
    for (const bool turn_a : {false, true})
      for (const bool turn_b : {false, true}) {
        CAPTURE(fmt::format("{}", sizes));
        CAPTURE(turn_a);
        CAPTURE(turn_b);
        const int m = sizes.dim(0), k = sizes.dim(1), n = sizes.dim(2);
        const Tensor a = digits(turn_a ? Shape{k, m} : Shape{m, k}),
                     b = digits(turn_b ? Shape{n, k} : Shape{k, n}), before = digits({m, n});
        const Real *p = a.values().data(), *q = b.values().data();
        std::vector<double> expected(before.values().begin(), before.values().end());
        for (int i = 0; i < m; ++i)
          for (int j = 0; j < n; ++j)
            for (int l = 0; l < k; ++l)
              expected[static_cast<std::size_t>(i * n + j)] +=
                  static_cast<double>(p[turn_a ? l * m + i : i * k + l]) *
                  static_cast<double>(q[turn_b ? j * k + l : l * n + j]);
        Array found = before.array();
        kernels::add_matmul(found, a.array(), turn_a, b.array(), turn_b);
        CHECK(matches({found.data(), expected.size()}, expected, 0));
      }
}

TEST_CASE("scaled numbers: the digits of a Real, the range of a logarithm, and a zero") {
  manual_seed(9);
  for (int run = 0; run < 1000; ++run) {
    const double x = random_stream().uniform(0.01, 10), y = random_stream().uniform(0.01, 10);
    const auto p = static_cast<scaled::Exponent>(random_stream().below(2000) - 1000);
    const auto q = static_cast<scaled::Exponent>(p + random_stream().below(40) - 20);
    const scaled::Number a{static_cast<Real>(x), p}, b{static_cast<Real>(y), q};
    CHECK(close(log(product(a, b)), std::log(x * y) + static_cast<double>(p + q) * scaled::ln2));
    CHECK(close(log(sum(a, b)), std::log(x + y * std::exp2(static_cast<double>(q - p))) +
                                    static_cast<double>(p) * scaled::ln2));
    CHECK(close(log(sum(b, a, b)), log(sum(sum(b, a), b))));
    CHECK((product(a, b).mantissa >= 1 && product(a, b).mantissa < 2));
  }
  const scaled::Number one{1, 0}, zero{1, scaled::zero_exponent}, tiny{1, -1000000};
  CHECK(sum(one, zero).mantissa == 1);
  CHECK(sum(one, tiny).mantissa == 1);
  CHECK(sum(zero, tiny).exponent == tiny.exponent);
  CHECK(product(zero, zero).exponent == scaled::zero_exponent);
  CHECK(product(zero, one).exponent == scaled::zero_exponent);
  CHECK(product(tiny, tiny).exponent == -2000000);
  CHECK(scaled::power_of_two(-3) == Real(0.125));
  CHECK(scaled::power_of_two(scaled::zero_exponent) == 0);
}
