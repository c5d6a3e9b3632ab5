#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

std::string shape_of(const Tensor& x) { return x.defined() ? fmt::format("{}", x.shape()) : "undefined"; }

// Of two features and one head: queries, keys and values are the input itself.
exercise::CausalAttention plain(int heads = 1) {
  exercise::CausalAttention layer(2, heads);
  layer.query = layer.key = layer.value = layer.output = tensor({{1, 0}, {0, 1}});
  return layer;
}

// The softmax of scores, as a row [1,n].
Tensor weights_of(const std::vector<double>& scores) {
  return softmax(Tensor({1, static_cast<int>(scores.size())}, scores));
}

Tensor row_of(const exercise::Attended& found, int head, int t) {
  return reshape(select(select(select(found.weights, 0, 0), 0, head), 0, t), {1, -1});
}

}  // namespace

TEST_CASE("two steps, by hand") {
  // q = k = v = x: (1, 0) and (1, 1). Step 1 asks (1, 1): its scores are 1 and 2, over sqrt(2).
  const Tensor x = tensor({{{1, 0}, {1, 1}}});
  const exercise::Attended found = plain()(x, {2});
  {
    INFO("the weights are [B,heads,T,T], and y is [B,T,D]");
    REQUIRE(shape_of(found.weights) == "[1, 1, 2, 2]");
    REQUIRE(shape_of(found.y) == "[1, 2, 2]");
  }
  const double root = std::sqrt(2), share = weights_of({1 / root, 2 / root}).at({0, 1});
  CHECK_MESSAGE(!near(row_of(found, 0, 0), weights_of({1 / root, 1 / root})),
                "step 0 looks at step 1, which is what it must say: no step may see a later one");
  CHECK_MESSAGE(!near(row_of(found, 0, 0), tensor({{0.5, 0}})),
                "the later step was masked after the softmax, and had its share by then: mask the scores");
  CHECK_MESSAGE(
      !near(row_of(found, 0, 0), weights_of({1 / root, 0})),
      "a score of 0 is no weight of 0, since e^0 is 1: the score with the weight 0 is minus infinity");
  CHECK(near(row_of(found, 0, 0), tensor({{1, 0}})));
  const Tensor second = row_of(found, 0, 1);
  CHECK_MESSAGE(!near(second, tensor({{0, 1}})),
                "step 1 looks at itself alone: it may see the steps before, too");
  CHECK_MESSAGE(!near(second, tensor({{1, 0}})),
                "step 1 does not look at itself: u <= t, the step itself too");
  CHECK_MESSAGE(
      !near(second, weights_of({1, 2})),
      "the scores are not divided by sqrt(D / heads): with many features they grow, and the softmax with "
      "them "
      "becomes a choice of one");
  CHECK_MESSAGE(!near(second, weights_of({1. / 2, 2. / 2})),
                "divided by D / heads: its square root is needed");
  CHECK(near(second, tensor({{1 - share, share}})));
  CHECK(near(found.y, tensor({{{1, 0}, {1, share}}})));
}

TEST_CASE("heads") {
  // Head 0 has feature 0, head 1 feature 1. At step 1 head 0 has the scores 2 and 4, head 1
  // the scores 3 and 9.
  const Tensor x = tensor({{{1, 1}, {2, 3}}});
  const exercise::Attended found = plain(2)(x, {2});
  REQUIRE(shape_of(found.weights) == "[1, 2, 2, 2]");
  CHECK_MESSAGE(!near(row_of(found, 0, 1), weights_of({5 / std::sqrt(2), 13 / std::sqrt(2)})),
                "each head looks at its own columns of q and k alone");
  CHECK_MESSAGE(!near(row_of(found, 0, 1), weights_of({2 / std::sqrt(2), 4 / std::sqrt(2)})),
                "divided by sqrt(D): a head's scores are sums over D / heads numbers");
  CHECK(near(row_of(found, 0, 1), weights_of({2, 4})));
  CHECK(near(row_of(found, 1, 1), weights_of({3, 9})));
  const double a = row_of(found, 0, 1).at({0, 1}), b = row_of(found, 1, 1).at({0, 1});
  INFO("the heads' results stand side by side: head j in the columns it came from");
  CHECK(near(select(found.y, 1, 1), tensor({{1 + a, 1 + 2 * b}})));
}

TEST_CASE("as the engine's attention does it") {
  manual_seed(1);
  const exercise::CausalAttention layer(6, 2);
  const Tensor x = randn({3, 5, 6});
  const exercise::Attended found = layer(x, {5, 5, 5});
  const auto split = [&](const Tensor& w) {
    return permute(reshape(matmul(x, w), {3, 5, 2, 3}), {0, 2, 1, 3});
  };
  const Tensor heads =
      attention(split(layer.query), split(layer.key), split(layer.value), {.mask = causal_mask(5)});
  const Tensor joined = reshape(permute(heads, {0, 2, 1, 3}), {3, 5, 6});
  CHECK_MESSAGE(!near(found.y, joined), "the last product, with Wo, is missing");
  CHECK(near(found.y, matmul(joined, layer.output)));
  CHECK(near(sum(found.weights, -1), ones({3, 2, 5})));
}

TEST_CASE("what comes later changes nothing") {
  manual_seed(2);
  const exercise::CausalAttention layer(4, 2);
  const Tensor x = randn({2, 5, 4}), other = concat({slice(x, 1, 0, 3), randn({2, 2, 4})}, 1);
  INFO("steps 0 to 2 must not depend on steps 3 and 4");
  CHECK(near(slice(layer(other, {5, 5}).y, 1, 0, 3), slice(layer(x, {5, 5}).y, 1, 0, 3)));
}

TEST_CASE("padding") {
  manual_seed(3);
  const exercise::CausalAttention layer(4, 2);
  const Tensor x = randn({2, 5, 4});
  const std::vector<int> lengths = {5, 2};
  const Tensor spoilt =
      where(reshape(sequence_mask(lengths, 5), {2, 5, 1}), x, std::nan("")).requires_grad(true);
  const exercise::Attended found = layer(spoilt, lengths);
  const exercise::Attended alone = layer(slice(slice(x, 0, 1, 2), 1, 0, 2), {2});
  CHECK_MESSAGE(near(slice(slice(found.y, 0, 1, 2), 1, 0, 2), alone.y),
                "the padding is NaN, and reaches real steps: replace it before any arithmetic");
  CHECK_MESSAGE(near(slice(slice(found.y, 0, 1, 2), 1, 2, 5), zeros({1, 3, 4})), "at padding y is exactly 0");
  CHECK(near(slice(slice(found.weights, 0, 1, 2), 2, 2, 5), zeros({1, 2, 3, 5})));
  CHECK(near(slice(found.y, 0, 0, 1), layer(slice(x, 0, 0, 1), {5}).y));
  const Tensor slope = grad(sum(found.y * found.y), {layer.value})[0];
  const bool is_number = std::isfinite(sum(slope).item());
  CHECK_MESSAGE(
      is_number,
      "the gradient is not a number: replace padded inputs before any arithmetic, not the results alone");
}

TEST_CASE("the parameters, and their gradients") {
  manual_seed(4);
  const exercise::CausalAttention layer(4, 2);
  const Tensor x = randn({2, 3, 4});
  {
    INFO("four weights, Wq, Wk, Wv and Wo");
    CHECK(layer.parameters().count() == 4 * 16);
  }
  const GradcheckResult result = gradcheck(layer.parameters(), [&] { return layer(x, {3, 2}).y; });
  INFO("gradcheck(parameters, loss). " << result.text);
  CHECK(result.ok);
  const auto weights = [&](Inputs in) { return layer(in[0], {3, 2}).weights; };
  CHECK(gradients_right(weights, {x}));
}

TEST_CASE("it finds what was said before") {
  // A word of random letters, told a second time: each letter of its second half is the one 4 steps before.
  manual_seed(5);
  const int letters = 5, half = 4, steps = 2 * half;
  const exercise::CausalAttention layer(letters + steps, 1);
  const nn::Dense readout(letters + steps, letters);
  optim::Adam adam({{"layer", layer}, {"readout", readout}}, {.lr = 0.02});
  double last = 0;
  for (int step = 0; step < 200; ++step) {
    std::vector<int> ids, next;
    for (int item = 0; item < 32; ++item) {
      std::vector<int> word;
      for (int t = 0; t < half; ++t) word.push_back(random_stream().below(letters));
      for (int t = 0; t < steps; ++t) ids.push_back(word[static_cast<std::size_t>(t % half)]);
      for (int t = 0; t < half; ++t) next.push_back(word[static_cast<std::size_t>(t)]);
    }
    std::vector<int> places;
    for (int item = 0; item < 32; ++item)
      for (int t = 0; t < steps; ++t) places.push_back(t);
    const Tensor x =
        concat({one_hot(Indices({32, steps}, ids), letters), one_hot(Indices({32, steps}, places), steps)},
               2);
    const Tensor y = layer(x, std::vector<int>(32, steps)).y;
    // What steps 3 to 6 see must tell letters 4 to 7.
    const Tensor loss = cross_entropy(readout(slice(y, 1, half - 1, steps - 1)), Indices({32, half}, next));
    adam.zero_grad();
    loss.backward();
    adam.step();
    last = loss.item();
  }
  INFO("guessing costs ln 5 = 1.6 nats");
  CHECK(last < 0.5);
}
