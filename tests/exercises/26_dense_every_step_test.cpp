#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

// 2 features, 3 classes, and weights that are easy to multiply by.
exercise::DenseEveryStep known_layer() {
  exercise::DenseEveryStep layer(2, 2, 3);
  layer.weight = tensor({{1, 0, 2}, {0, 1, -1}}).requires_grad(true);
  layer.bias = tensor({10, 20, 30}).requires_grad(true);
  return layer;
}

// Recordings that say two of the letters 1 and 2, with silence around; the blank is 0. A frame is a 1 at what is said,
// and noise. What is after a recording's length is loud.
struct Recordings {
  Tensor x;  // [B,T,3]
  std::vector<int> lengths;
  std::vector<std::vector<int>> texts;
};

Recordings recordings(int count, int steps) {
  Recordings all;
  std::vector<Real> values;
  for (int i = 0; i < count; ++i) {
    std::vector<int> said;
    all.texts.emplace_back();
    const auto last = [&](int what, int frames) { said.insert(said.end(), std::size_t(frames), what); };
    last(0, 1 + random_stream().below(2));
    for (int letter = 0; letter < 2; ++letter) {
      all.texts.back().push_back(1 + random_stream().below(2));
      last(all.texts.back().back(), 1 + random_stream().below(2));
      last(0, 1 + random_stream().below(steps / 2 - 3));
    }
    all.lengths.push_back(static_cast<int>(said.size()));
    said.resize(std::size_t(steps), -1);
    for (const int what : said)
      for (int feature = 0; feature < 3; ++feature)
        values.push_back(what < 0 ? 100 : (feature == what) + 0.1 * random_stream().normal());
  }
  all.x = Tensor({count, steps, 3}, values);
  return all;
}

}  // namespace

TEST_CASE("scores at every step") {
  const exercise::DenseEveryStep layer(4, 2, 3);
  const Tensor scores = layer(ones({2, 4, 2}), {4, 3});
  INFO(
      "CTC needs scores for each frame, [B,T,C]; those of the last step alone, [B,C], say one thing of a whole recording");
  CHECK(fmt::format("{}", scores.shape()) == "[2, 4, 3]");
}

TEST_CASE("the number of weights") {
  const int T = 6, H = 4, C = 3;
  const double count = static_cast<double>(exercise::DenseEveryStep(T, H, C).parameters().count());
  const std::string told =
      fmt::format(" = {} weights for {} steps, {} features and {} classes: ", count, T, H, C);
  CHECK_MESSAGE(!near(count, T * H * T * C + T * C),
                "one layer over all steps, T H x T C + T C"
                    << told << "what is heard at one step "
                    << "changes the scores of all, and a letter must be learned anew at each place");
  CHECK_MESSAGE(!near(count, T * (H * C + C)), "weights for each step, T (H C + C)"
                                                   << told
                                                   << "what is learned at one step is not known at another");
  INFO("the same weights at every step are H C + C, whatever T is");
  CHECK(near(count, H * C + C));
  CHECK(exercise::DenseEveryStep(4, 2, 3).weight.requires_grad());
  CHECK(exercise::DenseEveryStep(4, 2, 3).bias.requires_grad());
}

TEST_CASE("values by hand") {
  const exercise::DenseEveryStep layer = known_layer();
  CHECK(near(layer(tensor({{{1, 0}, {2, 3}}}), {2}), tensor({{{11, 20, 32}, {12, 23, 31}}})));
  INFO("the layer was made with steps = 2 and is given 3: one that treats all steps alike does not mind");
  CHECK(near(layer(tensor({{{1, 0}, {0, 0}, {2, 3}}}), {3}),
             tensor({{{11, 20, 32}, {10, 20, 30}, {12, 23, 31}}})));
}

TEST_CASE("padding says nothing") {
  const exercise::DenseEveryStep layer = known_layer();
  const Tensor scores = layer(tensor({{{1, 0}, {0, 0}}, {{2, 3}, {4, 4}}}), {1, 2});
  CHECK_MESSAGE(
      !near(select(select(scores, 0, 0), 0, 1), layer.bias),
      "padding says the bias: a 0 in x is no 0 in the scores, since the bias comes after the product");
  CHECK(near(scores, tensor({{{11, 20, 32}, {0, 0, 0}}, {{12, 23, 31}, {14, 24, 34}}})));
}

TEST_CASE("padding may hold anything") {
  const exercise::DenseEveryStep layer = known_layer();
  const Tensor x = tensor({{{1, 0}, {NAN, NAN}}, {{2, 3}, {4, 4}}}).requires_grad(true);
  const Tensor with_nan = layer(x, {1, 2});
  {
    INFO(
        "a NaN after the length is in the scores: choose with tg::where; a product with a mask of 0 keeps NaN");
    CHECK(near(with_nan, tensor({{{11, 20, 32}, {0, 0, 0}}, {{12, 23, 31}, {14, 24, 34}}})));
  }
  const std::vector<Tensor> slopes = grad(sum(with_nan), {x, layer.weight, layer.bias});
  {
    INFO("the bias counts at the 3 real steps, and not in the padding");
    CHECK(near(slopes[2], tensor({3, 3, 3})));
  }
  {
    INFO("the weights' gradient is x^T g: NaN times 0 is NaN, so choose among x too, before the product");
    CHECK(near(slopes[1], tensor({{7, 7, 7}, {7, 7, 7}})));
  }
  CHECK(near(slopes[0], tensor({{{3, 0}, {0, 0}}, {{3, 0}, {3, 0}}})));
}

TEST_CASE("gradients") {
  manual_seed(3);
  const auto f = [](Inputs in) {
    exercise::DenseEveryStep layer(3, 2, 4);
    layer.weight = in[1];
    layer.bias = in[2];
    return layer(in[0], {3, 1});
  };
  INFO("of x, weight and bias: make the scores of Tensor operations on the members");
  CHECK(gradients_right(f, {randn({2, 3, 2}), randn({2, 4}), randn({4})}));
}

TEST_CASE("it learns to read") {
  manual_seed(1);
  const Recordings training = recordings(16, 10), longer = recordings(16, 16);
  const auto train = [&](double heard) {  // heard = 0: a deaf network, which learns what is said most
    const exercise::DenseEveryStep layer(10, 3, 3);
    const auto loss = [&](const Recordings& all) {
      return ctc_loss(layer(all.x * heard, all.lengths), all.texts, 0, {.lengths = all.lengths});
    };
    optim::Adam adam(layer.parameters(), {.lr = 0.2});
    for (int step = 0; step < 60; ++step) {
      adam.zero_grad();
      loss(training).backward();
      adam.step();
    }
    return loss(longer).item();
  };
  const double deaf = train(0), hearing = train(1);
  INFO("the CTC loss of longer recordings than those of the training is " << hearing
                                                                          << "; a deaf network has " << deaf);
  CHECK(deaf > 2);
  CHECK(hearing < 0.1);
}
