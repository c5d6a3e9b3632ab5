#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

// A row, normalised over its numbers.
Tensor normalised(const Tensor& x, double epsilon = 1e-5) {
  const Tensor centred = x - mean(x, -1, keepdim);
  return centred / sqrt(mean(centred * centred, -1, keepdim) + epsilon);
}

// An LSTM's step from its sums [B,4H]; tanh sees `shown`, made of the new c.
nn::LSTMState step(const Tensor& sums, const Tensor& c, const std::function<Tensor(const Tensor&)>& shown) {
  const std::vector<Tensor> parts = unstack(reshape(sums, {c.dim(0), 4, c.dim(1)}), 1);
  const Tensor next = sigmoid(parts[1]) * c + sigmoid(parts[0]) * tanh(parts[2]);
  return {sigmoid(parts[3]) * tanh(shown(next)), next};
}
Tensor as_it_is(const Tensor& c) { return c; }

struct Case {
  exercise::LayerNormLSTMCell cell{2, 3};
  Tensor x, h, c, from_x, from_h;

  Case() {
    manual_seed(1);
    cell.bias.assign(randn({12}));
    x = randn({2, 2}), h = randn({2, 3}), c = randn({2, 3});
    from_x = matmul(x, cell.weight_x), from_h = matmul(h, cell.weight_h);
  }
};

}  // namespace

TEST_CASE("one step") {
  const Case one;
  const nn::LSTMState found = one.cell(one.x, {one.h, one.c});
  REQUIRE(found.h.defined());
  REQUIRE(found.c.defined());
  const Tensor &bias = one.cell.bias, sums = normalised(one.from_x) + normalised(one.from_h) + bias;
  const auto c_of = [&](const Tensor& all) { return step(all, one.c, as_it_is).c; };
  CHECK_MESSAGE(!near(found.c, c_of(one.from_x + one.from_h + bias)), "the sums are not normalised");
  CHECK_MESSAGE(
      !near(found.c, c_of(normalised(one.from_x + one.from_h) + bias)),
      "the sum of both was normalised: x and h have a norm each, or the larger one drowns the other");
  CHECK_MESSAGE(!near(found.c, c_of(normalised(one.from_x + one.from_h + bias))),
                "the bias was normalised too: it comes after the norms, or its mean would be lost");
  const Tensor by_gate =
      reshape(normalised(reshape(one.from_x, {2, 4, 3})) + normalised(reshape(one.from_h, {2, 4, 3})),
              {2, 12});
  CHECK_MESSAGE(!near(found.c, c_of(by_gate + bias)),
                "each gate was normalised by itself: N_x and N_h are over all 4H numbers");
  CHECK_MESSAGE(!near(found.c, normalised(c_of(sums))),
                "the cell itself was normalised: it goes on as it is, or it could not keep a number");
  REQUIRE(near(found.c, c_of(sums)));
  CHECK_MESSAGE(!near(found.h, step(sums, one.c, as_it_is).h), "tanh must see N_c of the new c");
  CHECK_MESSAGE(!near(found.h, sigmoid(slice(sums, 1, 9, 12)) * normalised(tanh(found.c))),
                "the tanh was normalised: the norm comes before it, so that h stays between -1 and 1");
  CHECK_MESSAGE(!near(found.h, sigmoid(slice(sums, 1, 9, 12)) * tanh(normalised(one.c))),
                "h shows the old c: o and tanh come after the cell has been written");
  CHECK(near(found.h, step(sums, one.c, [](const Tensor& c) { return normalised(c); }).h));
}

TEST_CASE("the size of the inputs does not matter") {
  const Case one;
  const nn::LSTMState found = one.cell(one.x, {one.h, one.c}), large = one.cell(1000 * one.x, {one.h, one.c});
  INFO("x times 1000 changes nothing but for epsilon");
  CHECK(near(large.h, found.h, 1e-3));
  const nn::LSTMState alone = one.cell(slice(one.x, 0, 1, 2), {slice(one.h, 0, 1, 2), slice(one.c, 0, 1, 2)});
  INFO("an item alone gives the same as in a batch: nothing is normalised over the batch");
  CHECK(near(alone.h, slice(found.h, 0, 1, 2)));
}

TEST_CASE("the parameters, and their gradients") {
  const Case one;
  std::vector<std::string> names;
  for (const auto& [name, tensor] : one.cell.parameters()) names.push_back(name);
  const auto loss = [&] {
    const nn::LSTMState first = one.cell(one.x, {one.h, one.c}), second = one.cell(one.x, first);
    return concat({second.h, second.c}, 1);
  };
  {
    INFO("weight_x, weight_h, bias, two scales, and N_c's scale and shift: "
         << one.cell.parameters().count() << " numbers are listed, in "
         << fmt::format("{}", fmt::join(names, ", ")));
    CHECK(one.cell.parameters().count() == 24 + 36 + 12 + 12 + 12 + 3 + 3);
  }
  // The list holds the tensors themselves, not copies: what an optimizer changes, the cell uses.
  const std::vector<Tensor> needed = {one.cell.weight_x,     one.cell.weight_h,     one.cell.bias,
                                      one.cell.norm_x.scale, one.cell.norm_h.scale, one.cell.norm_c.scale,
                                      one.cell.norm_c.shift};
  for (const Tensor& tensor : needed) {
    bool listed = false;
    for (const auto& [name, parameter] : one.cell.parameters())
      listed = listed || parameter.values().data() == tensor.values().data();
    INFO("a parameter of shape " << fmt::format("{}", tensor.shape())
                                 << " is not in the list, so nothing would train it");
    CHECK(listed);
  }
  const GradcheckResult result = gradcheck(one.cell.parameters(), loss);
  INFO("gradcheck(parameters, loss) through two steps: keep c and h Tensors with their history. "
       << result.text);
  CHECK(result.ok);
}

TEST_CASE("it remembers, where the inputs are large") {
  // The first of eight numbers, 1 or -1, behind noise; everything comes 100 times as large.
  const auto trained = [](const auto& cell, const nn::Parameters& parameters) {
    const nn::Dense readout(8, 1);
    optim::Adam adam({{"cell", parameters}, {"readout", readout}}, {.lr = 0.02});
    double last = 0;
    for (int step = 0; step < 150; ++step) {
      const Tensor first = 2 * (uniform({16, 1}, -1, 1) > 0) - 1;
      const Tensor x = 100 * reshape(concat({first, 0.5 * randn({16, 7})}, 1), {16, 8, 1});
      nn::LSTMState state = cell.zero_state(16);
      for (const Tensor& row : unstack(x, 1)) state = cell(concat({row, ones({16, 1})}, 1), state);
      const Tensor loss = mse_loss(readout(state.h), first);
      adam.zero_grad();
      loss.backward();
      adam.step();
      if (step >= 130) last += loss.item() / 20;
    }
    return last;
  };
  manual_seed(3);
  const nn::LSTMCell plain(2, 8);
  const double without = trained(plain, plain.parameters());
  manual_seed(3);
  const exercise::LayerNormLSTMCell cell(2, 8);
  const double with = trained(cell, cell.parameters());
  INFO("saying the mean costs 1; after as many steps an LSTM without norms is at " << without);
  CHECK(with < 0.1);
}
