#include <doctest/doctest.h>

#include <cmath>

#include "support.hpp"

// Sums of very many terms. Added one by one in float, a million equal terms are wrong by a hundredth.

using namespace tg;

namespace {

/// Right to 1e-6, whatever Real is.
bool right(const Tensor& got, double expected) {
  const auto values = got.values();
  const bool good = std::all_of(values.begin(), values.end(), [=](Real v) {
    return std::abs(static_cast<double>(v) - expected) <= 1e-6 * std::abs(expected);
  });
  if (!good) fmt::print(stderr, "  got {:.9g}; {:.9g} is right\n", values[0], expected);
  return good;
}

Tensor leaf(std::initializer_list<Nested<Real>> values) { return Tensor(values).requires_grad(true); }

constexpr int million = 1000000;

}  // namespace

TEST_CASE("sums: a million equal terms are added up right, whatever the axis and the value") {
  // Each value is rounded in its own way while it is added.
  for (const double value : {.1, 1000., 1 / 3., .7, 1.1e-3, 1.9999}) {
    CAPTURE(value);
    const double exact = static_cast<double>(static_cast<Real>(value));
    const Tensor flat = full({million}, value);
    CHECK(right(sum(flat), million * exact));
    CHECK(right(mean(flat, 0), exact));
    for (const int columns : {2, 3, 17, 64, 300, 1000}) {
      CAPTURE(columns);
      const int rows = million / columns;
      const Tensor wide = full({rows, columns}, value);
      CHECK(right(sum(wide, 0), rows * exact));
      CHECK(right(sum(wide, 1), columns * exact));
      CHECK(right(mean(wide, 0), exact));
      CHECK(right(norm(wide, 0), std::sqrt(static_cast<double>(rows)) * exact));
      CHECK(right(sum_to(wide, {columns}), rows * exact));
      CHECK(right(cumsum(wide, 0).at({rows - 1, columns - 1}), rows * exact));
    }
    CHECK(right(sum(full({100, 100, 100}, value), {0, 1}), 1e4 * exact));
    CHECK(right(sum(full({100, 100, 100}, value), {0, 2}), 1e4 * exact));
    CHECK(right(cumsum(flat, 0).at({million - 1}), million * exact));
    CHECK(right(cumsum(flat, 0).at({million / 2}), (million / 2 + 1) * exact));
    // Products of all kinds: a row by a column, by several, a few rows, many.
    for (const int rows : {1, 3, 80})
      for (const int columns : {1, 5, 40}) {
        CAPTURE(rows);
        CAPTURE(columns);
        const int terms = rows * columns > 100 ? 100000 : million;
        const Tensor a = full({rows, terms}, value), b = ones({terms, columns});
        CHECK(right(matmul(a, b), terms * exact));
        CHECK(right(transpose(matmul(transpose(b), transpose(a))), terms * exact));
      }
  }
}

TEST_CASE("sums: rows of any length, wherever they begin in memory, and products of fewer terms") {
  // Values whose roundings pile up most.
  for (const double value : {1.9782641, 1.2079148, 1.5390003, 1.93941879, 1.88235664}) {
    CAPTURE(value);
    const double exact = static_cast<double>(static_cast<Real>(value));
    for (const int length : {2, 15, 17, 63, 89, 255, 474, 714, 1023, 2000}) {
      CAPTURE(length);
      CHECK(right(sum(full({3, length}, value), 1), length * exact));
    }
    for (const int rows : {1, 3, 80})
      for (const int columns : {1, 40}) {
        const Tensor product = matmul(full({rows, 2048}, value), ones({2048, columns}));
        CHECK(close(product, full({rows, columns}, 2048 * exact), 2e-6));
      }
  }
}

TEST_CASE("sums: gradients that a million terms go to are added up right") {
  const double exact = static_cast<double>(Real(.1));
  SUBCASE("a layer's weight and bias") {
    const nn::Dense dense(2, 3);
    (sum(dense(full({million, 2}, .1))) * .1).backward();
    CHECK(right(dense.weight.grad(), million * exact * exact));
    CHECK(right(dense.bias.grad(), million * exact));
  }
  SUBCASE("the places of gather, take and an embedding") {
    const Tensor x = leaf({{1, 2}, {3, 4}});
    const std::vector<int> many(million, 1);
    const Indices ids({million}, many), columns({1, million}, many);
    (sum(take(x, ids)) * .1).backward();
    CHECK(right(select(x.grad(), 0, 1), million * exact));
    CHECK(same(select(x.grad(), 0, 0), zeros({2})));
    const Tensor row = leaf({{1, 2}});
    (sum(gather(row, 1, columns)) * .1).backward();
    CHECK(right(select(row.grad(), 1, 1), million * exact));
    const nn::Embedding embedding(2, 3);
    (sum(embedding(ids)) * .1).backward();
    CHECK(right(select(embedding.weight.grad(), 0, 1), million * exact));
  }
  SUBCASE("a leaf that many operations use") {
    const Tensor w = leaf({1});
    std::vector<Tensor> uses;
    for (int i = 0; i < 100000; ++i) uses.push_back(w * .1);
    sum(stack(uses, 0)).backward();
    CHECK(right(w.grad(), 100000 * exact));
    const nn::LSTMCell cell(1, 1);  // its bias gets a gradient from each of many steps
    nn::LSTMState state = cell.zero_state(1);
    std::vector<Tensor> single;
    for (int i = 0; i < 5000; ++i) single.push_back(cell(tensor({{0.5}}), cell.zero_state(1)).h);
    sum(stack(single, 0)).backward();
    const nn::LSTMCell other = cell;
    const std::vector<Real> all(cell.bias.grad().values().begin(), cell.bias.grad().values().end());
    cell.bias.zero_grad();
    sum(other(tensor({{0.5}}), cell.zero_state(1)).h).backward();
    for (std::size_t i = 0; i < all.size(); ++i)
      CHECK(
          close(static_cast<double>(all[i]), 5000 * static_cast<double>(cell.bias.grad().values()[i]), 1e-6));
  }
  SUBCASE("terms of which only the last can be differentiated again") {
    const Tensor w = leaf({3}), square = w * w;
    std::vector<Tensor> uses = {square};
    for (int i = 0; i < 100; ++i) uses.push_back(w * .1);
    const Tensor first = grad(sum(stack(uses, 0)), {w}, {.create_graph = true})[0];
    CHECK(right(first, 6 + 100 * exact));
    CHECK(same(grad(sum(first), {w})[0], tensor({2})));
  }
  SUBCASE("a place that many slices hold") {
    const Tensor x = leaf({{1, 2, 3, 4}});
    std::vector<Tensor> uses;
    for (int i = 0; i < 100000; ++i) uses.push_back(select(x, 1, 2));
    (sum(stack(uses, 0)) * .1).backward();
    CHECK(close(static_cast<double>(x.grad().at({0, 2})), 100000 * exact, 2e-6));
  }
}
