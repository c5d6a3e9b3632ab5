#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

// Centres along both axes, of the lengths 2 and 5, and one row at (3, 4): cosines .6 and .8.
exercise::MarginSoftmax by_hand(double scale, double margin) {
  exercise::MarginSoftmax layer(2, 2);
  layer.centres = tensor({{2, 0}, {0, 5}});
  layer.scale = scale, layer.margin = margin;
  return layer;
}
Tensor row() { return tensor({{3, 4}}); }

// -ln of the first of two softmax outputs.
double cost(double own, double other) { return std::log(1 + std::exp(other - own)); }

double loss(double scale, double margin, int speaker) {
  return by_hand(scale, margin)(row(), {speaker}).item();
}

// A recording of one of 4 speakers: 2 coordinates say who it is, 4 are noise.
struct Recordings {
  Indices speakers;
  Tensor x;
  explicit Recordings(int count) {
    std::vector<int> ids;
    for (int i = 0; i < count; ++i) ids.push_back(i % 4);
    speakers = indices(ids);
    const Tensor places = tensor({{1, 1}, {1, -1}, {-1, 1}, {-1, -1}});
    x = concat({take(places, speakers) + 0.3 * randn({count, 2}), randn({count, 4})}, 1);
  }
};

}  // namespace

TEST_CASE("the cosines") {
  const exercise::MarginSoftmax layer = by_hand(10, 0.3);
  const Tensor found = layer.cosine(tensor({{3, 4}, {-6, 0}, {0, 1e-6}}));
  {
    INFO("[B,K]: a number for each row and each centre");
    REQUIRE(fmt::format("{}", found.shape()) == "[3, 2]");
  }
  const Tensor needed = tensor({{0.6, 0.8}, {-1, 0}, {0, 1}});
  CHECK_MESSAGE(!near(found, needed * tensor({{5}, {6}, {1e-6}})),
                "the rows of x keep their lengths: bring them to 1 as well");
  CHECK_MESSAGE(!near(found, needed * tensor({2, 5})),
                "the centres keep their lengths: bring them to 1 as well");
  CHECK(near(found, needed));
}

TEST_CASE("a row that is 0") {
  const exercise::MarginSoftmax layer = by_hand(10, 0.3);
  const Tensor x = tensor({{0, 0}, {3, 4}}).requires_grad(true);
  CHECK_MESSAGE(!std::isnan(sum(layer.cosine(x)).item()), "0 / 0 is not a number: the cosine there is 0");
  CHECK(near(layer.cosine(x), tensor({{0, 0}, {0.6, 0.8}})));
  const bool is_number = std::isfinite(sum(grad(layer(x, {0, 1}), {x})[0]).item());
  CHECK_MESSAGE(
      is_number,
      "the value is right and the gradient is not a number: 0 / 0 is still on the way back. Choose the "
      "divisor "
      "before the division");
}

TEST_CASE("the loss, by hand") {
  CHECK_MESSAGE(!near(loss(10, 0.3, 0), cost(6, 8)),
                "the margin does nothing: subtracted from all cosines it cancels in the softmax");
  CHECK_MESSAGE(!near(loss(10, 0.3, 0), cost(9, 8)),
                "the margin was added to the own cosine: that makes the task easier. It is subtracted");
  CHECK_MESSAGE(!near(loss(10, 0.3, 0), cost(6, 5)),
                "the margin was taken from the others: it makes the own cosine smaller");
  CHECK_MESSAGE(!near(loss(10, 0.3, 0), cost(5.7, 8)),
                "the margin is part of the cosine: scale (cosine - margin)");
  CHECK_MESSAGE(!near(loss(10, 0.3, 0), cost(0.3, 0.8)),
                "without the scale: a softmax of numbers between -1 and 1 can never be sure");
  CHECK_MESSAGE(!near(loss(10, 0.3, 0), cost(3, 8) / 2), "divided by all B K numbers: each row counts once");
  CHECK(near(loss(10, 0.3, 0), cost(3, 8)));
  CHECK(near(loss(10, 0.3, 1), cost(5, 6)));
  CHECK(near(loss(4, 0, 1), cost(3.2, 2.4)));
  INFO("a scale of 10000 overflows nothing");
  CHECK(near(loss(10000, 0.3, 0), 5000));
}

TEST_CASE("the mean over rows") {
  const Tensor both = by_hand(10, 0.3)(tensor({{3, 4}, {30, 40}}), {0, 1});
  CHECK_MESSAGE(!near(both, cost(3, 8) + cost(5, 6)), "the mean over the rows, not the sum");
  CHECK(near(both, (cost(3, 8) + cost(5, 6)) / 2));
  CHECK(fmt::format("{}", both.shape()) == "[]");
}

TEST_CASE("the parameters, and their gradients") {
  manual_seed(1);
  const exercise::MarginSoftmax layer(3, 4);
  {
    INFO("the centres are trained, and nothing else");
    CHECK(layer.parameters().count() == 12);
  }
  const Tensor x = randn({5, 3});
  const GradcheckResult result = gradcheck(layer.parameters(), [&] { return layer(x, {0, 1, 2, 3, 3}); });
  INFO("gradcheck(parameters, loss): lengths are part of the graph too, no detach(). " << result.text);
  CHECK(result.ok);
  CHECK(gradients_right([&](Inputs in) { return layer(in[0], {0, 1, 2, 3, 3}); }, {x}));
}

TEST_CASE("with a margin, speakers come to lie closer together") {
  // The mean cosine of two recordings of one speaker that were not trained on.
  const auto closeness = [](double margin) {
    manual_seed(2);
    const nn::Dense hidden(6, 16), readout(16, 3);
    exercise::MarginSoftmax loss(3, 4);
    loss.margin = margin;
    const auto embedded = [&](const Tensor& x) { return readout(tanh(hidden(x))); };
    optim::Adam adam({{"hidden", hidden}, {"readout", readout}, {"loss", loss.parameters()}}, {.lr = 0.02});
    for (int step = 0; step < 200; ++step) {
      const Recordings batch(64);
      adam.zero_grad();
      loss(embedded(batch.x), batch.speakers).backward();
      adam.step();
    }
    const Recordings a(400), b(400);
    const Tensor left = embedded(a.x), right = embedded(b.x);
    return mean(sum(left * right, -1) / (norm(left, -1) * norm(right, -1))).item();
  };
  const double without = closeness(0), with = closeness(0.5);
  INFO("the mean cosine of two recordings of one speaker is " << without << " without a margin, and " << with
                                                              << " with one of 0.5");
  CHECK(with > without);
}
