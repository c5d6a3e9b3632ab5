#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

// Two series of two steps. Feature 0 has the mean 4 and the variance 5 (1, 3, 5, 7), feature 1 the mean 200
// and the variance 10000, feature 2 never changes.
const Tensor& series() {
  static const Tensor x = tensor({{{1, 100, 3}, {3, 300, 3}}, {{5, 100, 3}, {7, 300, 3}}});
  return x;
}
const double root = std::sqrt(5.);
Tensor standard() {
  return tensor({{{-3 / root, -1, 0}, {-1 / root, 1, 0}}, {{1 / root, -1, 0}, {3 / root, 1, 0}}});
}
Tensor flat() { return broadcast_to(tensor({4, 200, 3}), {2, 2, 3}); }

// Waves around levels that are 20 to 60 times as large, [1,14,5], as the asker's table.
Tensor waves() {
  std::vector<Real> values;
  for (int t = 0; t < 14; ++t)
    for (int d = 0; d < 5; ++d) values.push_back(1 + 0.5 * d + 0.05 * std::sin(0.4 * (d + 1) * t + d));
  return Tensor({1, 14, 5}, values);
}

struct Reconstructor {
  nn::LSTM encoder, decoder;
  nn::Dense readout;

  explicit Reconstructor(int hidden) : encoder(5, hidden), decoder(hidden, hidden), readout(hidden, 5) {}
  Tensor operator()(const Tensor& x) const {
    const Tensor code = encoder(x).state.h;  // [1,H]
    return readout(decoder(broadcast_to(reshape(code, {1, 1, -1}), {1, x.dim(1), code.dim(1)})).sequence);
  }
  nn::Parameters parameters() const {
    return {{"encoder", encoder}, {"decoder", decoder}, {"readout", readout}};
  }
};

}  // namespace

TEST_CASE("the scale") {
  const exercise::Scale scale(series());
  const Tensor z = scale.standardised(series()), right = standard();
  CHECK_MESSAGE(!near(z, series() - mean(series(), {0, 1})),
                "only the offset is gone: divide by the spread too");
  CHECK_MESSAGE(!std::isnan(sum(z).item()),
                "a feature that never changes has the spread 0, and 0 / 0 is not a number: divide it by 1");
  CHECK_MESSAGE(!near(slice(z, 2, 0, 2), slice(right, 2, 0, 2) * std::sqrt(0.75)),
                "the squares were divided by their number less 1: the spread is the root of the mean square");
  CHECK_MESSAGE(!near(z, (series() - mean(series())) / stddev(series())),
                "one mean and one spread for all features together: each has its own, since units differ");
  const Tensor own = series() - mean(series(), 1, keepdim);
  CHECK_MESSAGE(!near(slice(z, 2, 0, 1), slice(own / stddev(series(), 1, keepdim), 2, 0, 1)),
                "each series has a mean of its own: what sets one apart from the others would be lost");
  CHECK(near(z, right));
}

TEST_CASE("another series on the same scale") {
  const exercise::Scale scale(series());
  const Tensor other = tensor({{{4 + root, 0, 3}, {4, 200, 5}}});
  INFO("the scale is that of the series it was made from: a new one is not measured with its own mean");
  CHECK(near(scale.standardised(other), tensor({{{1, -2, 0}, {0, 0, 2}}})));
  CHECK_MESSAGE(!near(scale.back(zeros({1, 2, 3})), zeros({1, 2, 3})), "back must add the mean again");
  CHECK_MESSAGE(!near(scale.back(standard()), (standard() + tensor({4, 200, 3})) * tensor({root, 100, 1})),
                "back undoes the last thing first: times the spread, then plus the mean");
  CHECK(near(scale.back(standard()), series()));
  CHECK(near(scale.back(scale.standardised(other)), other));
}

TEST_CASE("the share that is explained") {
  CHECK_MESSAGE(!near(exercise::explained(flat(), series()), 1),
                "flat lines at the means explain nothing: 1 minus the quotient of the errors");
  CHECK(near(exercise::explained(flat(), series()), 0));
  CHECK(near(exercise::explained(series(), series()), 1));
  // Errors of 1 everywhere: a mean square of 1, beside (5 + 10000 + 0) / 3 of the flat lines.
  const double found = exercise::explained(series() + 1, series());
  CHECK_MESSAGE(
      !near(found, 1 - 3 / sum(mean(pow(series(), 2), {0, 1})).item()),
      "compared with saying 0. The mean is the predictor to beat: the offset is most of the series");
  CHECK_MESSAGE(!near(found, 1 - 1 / var(series()).item()),
                "compared with one mean of all features: each flat line lies at the mean of its own feature");
  CHECK(near(found, 1 - 3 / 10005.));
  INFO("worse than the mean is below 0: twice as far away costs four times as much");
  CHECK(near(exercise::explained(2 * flat() - series(), series()), -3));
  CHECK(near(exercise::explained(flat() + 2 * (series() - flat()), series()), 0));
}

// The model multiplies its input by a weight for each feature, which begins at 0. Adam's first step is as
// long as its rate, whatever the gradient, so the weight is 0.1 after it.
TEST_CASE("one step, by hand") {
  const Tensor weight = zeros({1}).requires_grad(true);
  Tensor seen;
  const auto model = [&](const Tensor& z) {
    seen = z.detach();
    return pad(weight * slice(z, 2, 0, 1), 2, 0, 2);  // features 1 and 2 stay at 0
  };
  const exercise::Result before = exercise::trained(model, {{"weight", weight}}, series(), 0, 0.1);
  {
    INFO("the model sees the standardised series");
    CHECK(near(seen, standard()));
  }
  {
    INFO("with weights of 0 it says 0, which is flat lines at the means, in the units of x");
    CHECK(near(before.output, flat()));
    CHECK(near(before.explained, 0));
    CHECK(near(before.error, 10005 / 3.));
  }
  const exercise::Result after = exercise::trained(model, {{"weight", weight}}, series(), 1, 0.1);
  CHECK_MESSAGE(!near(after.output, flat()), "this is what it said before the last step: ask it once more");
  const double v0 = 0.81 * 5, v1 = 10000;
  {
    INFO("the output goes back to the units of x before anything is judged");
    CHECK(near(after.output, flat() + 0.1 * pad(slice(series() - flat(), 2, 0, 1), 2, 0, 2), 1e-6));
  }
  CHECK_MESSAGE(!near(after.error, (0.81 + 1) / 3, 1e-6),
                "this is the error of the standardised numbers: say it in the units of x");
  CHECK(near(after.error, (v0 + v1) / 3, 1e-6));
  CHECK_MESSAGE(!near(after.explained, 1 - 1.81 / 2, 1e-6),
                "this share is that of the standardised numbers: compare errors in the units of x");
  CHECK(near(after.explained, 1 - (v0 + v1) / 10005, 1e-6));
}

TEST_CASE("gradients of one step do not stay for the next") {
  // The loss is (w - 1)^2, up to a factor. Sums of gradients would go on pushing far beyond 1.
  const Tensor weight = zeros({1}).requires_grad(true);
  const auto model = [&](const Tensor& z) { return weight * z; };
  const exercise::Result found = exercise::trained(model, {{"weight", weight}}, series(), 300, 0.05);
  INFO("the weight must come to 1, and it is " << weight.item() << ": is there a zero_grad in each step?");
  CHECK(near(found.explained, 1, 1e-3));
}

TEST_CASE("an LSTM autoencoder gets beyond the mean") {
  const Tensor x = waves();
  manual_seed(1);
  const Reconstructor raw(16);
  optim::Adam adam(raw.parameters(), {.lr = 0.005});
  for (int step = 0; step < 300; ++step) {
    adam.zero_grad();
    mse_loss(raw(x), x).backward();
    adam.step();
  }
  manual_seed(1);
  const Reconstructor model(16);
  const double with = exercise::trained(model, model.parameters(), x, 300, 0.005).explained;
  const double without = exercise::explained(raw(x).detach(), x);
  INFO("trained on the series as it is, the same model explains " << without << " of the mean's error");
  CHECK(without < 0.2);
  CHECK(with > 0.5);
}
