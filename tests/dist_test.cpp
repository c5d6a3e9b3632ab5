// Gradient accumulation in one process, and the group of one. tests/dist/ has the program for several.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "support.hpp"
#include "tinygrad_cpp/dist/gradient_sum.hpp"
#include "tinygrad_cpp/dist/group.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

using namespace tg;

namespace {

constexpr double tolerance = sizeof(Real) == 4 ? 1e-6 : 1e-12;

std::vector<std::vector<Real>> gradients_of(const nn::Parameters& parameters) {
  std::vector<std::vector<Real>> all;
  for (const auto& [name, tensor] : parameters)
    all.emplace_back(tensor.grad().values().begin(), tensor.grad().values().end());
  return all;
}

/// The largest difference, relative to the largest number of its parameter.
double difference(const std::vector<std::vector<Real>>& a, const std::vector<std::vector<Real>>& b) {
  double worst = 0;
  for (std::size_t p = 0; p < a.size(); ++p) {
    double size = 0, gap = 0;
    for (std::size_t i = 0; i < a[p].size(); ++i) {
      size = std::max(size, std::abs(static_cast<double>(a[p][i])));
      gap = std::max(gap, std::abs(static_cast<double>(a[p][i]) - static_cast<double>(b[p][i])));
    }
    worst = std::max(worst, gap / size);
  }
  return worst;
}

struct Tagger {
  nn::LSTM lstm{3, 5};
  nn::Dense dense{5, 4};
  Tensor operator()(const Tensor& x, const std::vector<int>& lengths) const {
    return dense(lstm(x, {.lengths = lengths}).sequence);
  }
  nn::Parameters parameters() const { return {{"lstm", lstm}, {"dense", dense}}; }
};

constexpr int batch = 9, steps = 12;

// Nine sequences, and what a loss of some of them is divided by.
struct Data {
  Tensor x = randn({batch, steps, 3}), target = randn({batch, steps, 4});
  std::vector<int> lengths = {12, 7, 5, 9, 8, 11, 6, 10, 12};
  std::vector<std::vector<int>> labels = {{0},       {1, 2}, {2, 0},    {0, 1, 2}, {1},
                                          {2, 1, 0}, {0, 2}, {1, 0, 1}, {2}};

  std::vector<int> lengths_of(const dist::Shard& shard) const {
    return {lengths.begin() + shard.begin, lengths.begin() + shard.end};
  }
  std::vector<std::vector<int>> labels_of(const dist::Shard& shard) const {
    return {labels.begin() + shard.begin, labels.begin() + shard.end};
  }
  Tensor scores(const Tagger& model, const dist::Shard& shard) const {
    return model(slice(x, 0, shard.begin, shard.end), lengths_of(shard));
  }
  double steps_of(const dist::Shard& shard) const {
    double sum = 0;
    for (int length : lengths_of(shard)) sum += length;
    return sum;
  }
};

struct Loss {
  const char* name;
  std::function<Tensor(const Data&, const Tagger&, const dist::Shard&)> value;
  std::function<double(const Data&, const dist::Shard&)> divided_by;
};

Tensor ctc(const Data& data, const Tagger& model, const dist::Shard& shard, Reduction reduction) {
  return ctc_loss(data.scores(model, shard), data.labels_of(shard), 3,
                  {.lengths = data.lengths_of(shard), .reduction = reduction});
}

const auto items = [](const Data&, const dist::Shard& shard) { return static_cast<double>(shard.size()); };

const std::vector<Loss> losses = {
    {"mse, mask",
     [](const Data& data, const Tagger& model, const dist::Shard& shard) {
       return mse_loss(data.scores(model, shard), slice(data.target, 0, shard.begin, shard.end),
                       {.mask = sequence_mask(data.lengths_of(shard), steps)});
     },
     [](const Data& data, const dist::Shard& shard) { return 4 * data.steps_of(shard); }},
    {"cross-entropy of the last step",
     [](const Data& data, const Tagger& model, const dist::Shard& shard) {
       std::vector<int> classes;
       for (int i = shard.begin; i < shard.end; ++i) classes.push_back(i % 4);
       return cross_entropy(select(data.scores(model, shard), 1, 4), Indices({shard.size()}, classes));
     },
     items},
    {"ctc, mean",
     [](const Data& data, const Tagger& model, const dist::Shard& shard) {
       return ctc(data, model, shard, Reduction::mean);
     },
     items},
    {"ctc, target_length_mean",
     [](const Data& data, const Tagger& model, const dist::Shard& shard) {
       return ctc(data, model, shard, Reduction::target_length_mean);
     },
     items},
    // A sum was divided by 1. The average over shards is then the sum divided by the number of shards.
    {"ctc, sum",
     [](const Data& data, const Tagger& model, const dist::Shard& shard) {
       return ctc(data, model, shard, Reduction::sum) * (shard.size() == batch ? 0.25 : 1.0);
     },
     [](const Data&, const dist::Shard&) { return 1.0; }},
};

}  // namespace

TEST_CASE("shards: all of a batch, in order, in sizes that differ by at most one") {
  for (int size : {0, 1, 3, 4, 9, 100})
    for (int count : {1, 2, 4, 7}) {
      int end = 0;
      for (const dist::Shard& shard : dist::shards(size, count)) {
        CHECK(shard.begin == end);
        CHECK(shard.size() >= size / count);
        CHECK(shard.size() <= (size + count - 1) / count);
        end = shard.end;
      }
      CHECK(end == size);
    }
}

TEST_CASE("GradientSum: parts weighted by what their means were divided by are the joined batch") {
  manual_seed(1);
  const Tagger model;
  const Data data;
  const nn::Parameters parameters = model.parameters();
  const dist::Shard whole = {0, 0, batch};
  for (const Loss& loss : losses) {
    CAPTURE(loss.name);
    loss.value(data, model, whole).backward();
    const auto joined = gradients_of(parameters);
    for (const auto& [name, tensor] : parameters) tensor.zero_grad();
    const auto away = [&](bool weighted) {
      dist::GradientSum sum(parameters);
      for (const dist::Shard& shard : dist::shards(batch, 4)) {
        loss.value(data, model, shard).backward();
        sum.add(weighted ? loss.divided_by(data, shard) : 1);
      }
      sum.average();
      return difference(joined, gradients_of(parameters));
    };
    CHECK(away(true) < 10 * tolerance);
    if (loss.divided_by(data, whole) != 1) CHECK(away(false) > 0.01);
    for (const auto& [name, tensor] : parameters) tensor.zero_grad();
  }
}

TEST_CASE("GradientSum: the same bits in any order, and without rounding where there is one part") {
  manual_seed(2);
  const Tensor w = zeros({1000}).requires_grad(true);
  const nn::Parameters parameters = {{"w", w}};
  std::vector<Tensor> parts;
  for (int i = 0; i < 7; ++i) parts.push_back(randn({1000}) * exp(randn({1000}) * 5));
  const auto average = [&](const std::vector<int>& order) {
    dist::GradientSum all(parameters);
    for (int i : order) {
      sum(w * parts[static_cast<std::size_t>(i)]).backward();
      all.add(0.1 + i);
    }
    CHECK(all.average() > 0);
    return gradients_of(parameters);
  };
  const auto first = average({0, 1, 2, 3, 4, 5, 6});
  CHECK(first == average({6, 2, 0, 1, 5, 4, 3}));
  CHECK(average({3})[0] == std::vector<Real>(parts[3].values().begin(), parts[3].values().end()));
}

TEST_CASE("GradientSum: weights of 0, unreached parameters, NaN") {
  const Tensor a = ones({2}).requires_grad(true), b = ones({3}).requires_grad(true),
               c = ones({1}).requires_grad(true);
  const nn::Parameters parameters = {{"a", a}, {"b", b}, {"c", c}, {"a again", a}};
  const auto add = [&](dist::GradientSum& to, const Tensor& loss, double weight) {
    loss.backward();
    to.add(weight);
  };
  dist::GradientSum all(parameters);
  const Real nan = std::numeric_limits<Real>::quiet_NaN();
  add(all, sum(a * tensor({1, 2})), 1);
  add(all, sum(a * tensor({nan, nan})), 0);  // had nothing to do
  add(all, sum(a * tensor({5, 2})) + sum(b), 3);
  CHECK(all.average() == 4);
  CHECK(a.grad().at({0}) == 4);
  CHECK(a.grad().at({1}) == 2);
  CHECK(b.grad().at({0}) == Real(0.75));
  CHECK_FALSE(c.has_grad());

  dist::GradientSum next(parameters);
  add(next, sum(a * Tensor({2}, {1, nan})) + sum(b), 1);
  add(next, sum(a) + sum(b), 1);
  next.average();
  CHECK(std::isnan(a.grad().at({0})));
  CHECK(std::isnan(a.grad().at({1})));
  CHECK(b.grad().at({2}) == 1);
}

TEST_CASE("Group: alone it is rank 0 of 1 and changes no bit") {
  int argc = 0;
  char** argv = nullptr;
  dist::Group group(argc, argv);
  CHECK(group.rank() == 0);
  CHECK(group.size() == 1);
  CHECK(group.sum(0.1) == 0.1);
  CHECK(group.any(true));
  CHECK_FALSE(group.any(false));
  group.barrier();
  const Tensor w = randn({5}).requires_grad(true);
  const nn::Parameters parameters = {{"w", w}};
  const std::vector<Real> before(w.values().begin(), w.values().end());
  group.broadcast(parameters);
  CHECK(before == std::vector<Real>(w.values().begin(), w.values().end()));
  sum(w * w).backward();
  const auto gradients = gradients_of(parameters);
  CHECK(group.average_gradients(parameters, 14) == 14);
  CHECK(gradients == gradients_of(parameters));
  CHECK(group.mine(dist::shards(8, 4)).size() == 4);
  CHECK(fails_with([&] { dist::Group(argc, argv); },
                   "[dist] this is the second Group of a process; one is needed, at the start of main()"));
}
