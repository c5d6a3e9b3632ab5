#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

std::string shape_of(const Tensor& x) { return x.defined() ? fmt::format("{}", x.shape()) : "undefined"; }

double sigmoid_of(double z) { return 1 / (1 + std::exp(-z)); }

// Examples whose scores, divided by `stretch`, are true: of each group of examples with one score, the share
// of class 1 is just its probability. With p = 1/4 and 3/4, that is one example in four on the other side;
// with p = 1/10 and 9/10, one in ten.
struct Stretched {
  std::vector<Real> scores;
  std::vector<int> labels;

  explicit Stretched(double stretch) {
    add(stretch * std::log(3), {1, 1, 1, 0});
    add(-stretch * std::log(3), {0, 0, 1, 0});
    add(stretch * std::log(9), {1, 1, 1, 1, 1, 0, 1, 1, 1, 1});
    add(-stretch * std::log(9), {0, 0, 0, 1, 0, 0, 0, 0, 0, 0});
  }
  void add(double score, const std::vector<int>& group) {
    scores.insert(scores.end(), group.size(), score);
    labels.insert(labels.end(), group.begin(), group.end());
  }
  Tensor column() const { return Tensor({static_cast<int>(scores.size()), 1}, scores); }
};

}  // namespace

TEST_CASE("probabilities of one output") {
  const Tensor p = exercise::probabilities(tensor({{0}, {std::log(3)}, {-std::log(4)}}));
  {
    INFO("[N,2] for both forms: P(0) and P(1)");
    REQUIRE(shape_of(p) == "[3, 2]");
  }
  const Tensor right = tensor({{0.5, 0.5}, {0.25, 0.75}, {0.8, 0.2}});
  CHECK_MESSAGE(!near(p, flip(right, 1)),
                "the columns are exchanged: sigmoid(z) is P(1), and column k stands for class k");
  CHECK_MESSAGE(!near(p, softmax(tensor({{0, 0}, {-std::log(3), std::log(3)}, {std::log(4), -std::log(4)}}))),
                "the softmax of (-z, z) has twice the difference: sigmoid(z) is the softmax of (0, z)");
  CHECK(near(p, right));
  INFO("scores of any size");
  CHECK(near(exercise::probabilities(tensor({{1000}, {-1000}})), tensor({{0, 1}, {1, 0}})));
}

TEST_CASE("probabilities of two outputs") {
  const Tensor p = exercise::probabilities(tensor({{1, 1}, {5, 5 + std::log(3)}, {1000, 0}}));
  CHECK_MESSAGE(!near(sum(p, 1), 2 * ones({3})), "two outputs of a softmax add up to 1");
  CHECK(near(p, tensor({{0.5, 0.5}, {0.25, 0.75}, {1, 0}})));
}

TEST_CASE("the loss") {
  const Indices labels = {1, 0, 1};
  const Tensor one = tensor({{std::log(3)}, {std::log(9)}, {0}});
  const double right = -(std::log(0.75) + std::log(0.1) + std::log(0.5)) / 3;
  const Tensor found = exercise::loss(one, labels);
  {
    INFO("one number, of shape []");
    REQUIRE(shape_of(found) == "[]");
  }
  const double all_pairs =
      -(2 * std::log(0.75) + std::log(0.25) + 2 * std::log(0.9) + std::log(0.1) + 3 * std::log(0.5)) / 9;
  CHECK_MESSAGE(!near(found, 3 * right), "the mean over the examples, not their sum");
  CHECK_MESSAGE(!near(found, right / 2), "divided by all N x 2 numbers: each example counts once, N in all");
  CHECK_MESSAGE(!near(found, all_pairs), "each score was compared with every label");
  CHECK_MESSAGE(!near(found, -(std::log(0.25) + std::log(0.9) + std::log(0.5)) / 3),
                "-ln of the other class: the label says whose probability counts");
  CHECK(near(found, right));
  INFO("the same pairs of probabilities from two outputs cost the same");
  CHECK(near(exercise::loss(concat({full({3, 1}, 7), one + 7}, 1), labels), right));
}

TEST_CASE("scores of 1000, on the wrong side") {
  for (const bool two : {false, true}) {
    const Tensor z = (two ? tensor({{1000, 0}, {0, 1}}) : tensor({{-1000}, {1}})).requires_grad(true);
    const Tensor found = exercise::loss(z, {1, 1});
    const bool finite = std::isfinite(found.item());
    INFO(std::string(two ? "two outputs" : "one output") << ": P(1) is e^-1000, which rounds to 0");
    CHECK_MESSAGE(finite,
                  "the loss is the logarithm of a probability that has been rounded to 0: take the logarithm "
                  "from the scores, log_softmax");
    CHECK_MESSAGE(
        near(found, (1000 - std::log(sigmoid_of(1))) / 2),
        "the probability was clipped: then the loss is that of the clip, and nothing pulls the score back");
    const Tensor slope = grad(found, {z})[0];
    INFO("the example that is most wrong must be pulled most: its slope is 1 / N in size");
    CHECK(near(slope.at({0, 0}), two ? 0.5 : -0.5));
  }
}

TEST_CASE("gradients") {
  const Indices labels = {1, 0, 0};
  manual_seed(1);
  const auto f = [&](Inputs in) { return exercise::loss(in[0], labels); };
  CHECK(gradients_right(f, {randn({3, 1})}));
  CHECK(gradients_right(f, {randn({3, 2})}));
}

TEST_CASE("two outputs are one") {
  manual_seed(2);
  nn::Dense two(3, 2);
  two.bias = randn({2});
  const nn::Dense one = exercise::one_output(two);
  {
    INFO("a layer with one output has a weight [D,1] and a bias [1]");
    REQUIRE(shape_of(one.weight) == "[3, 1]");
    REQUIRE(shape_of(one.bias) == "[1]");
  }
  const Tensor x = randn({5, 3}), z = one(x), both = two(x);
  CHECK_MESSAGE(!near(z, slice(both, 1, 1, 2)),
                "column 1 alone: a softmax depends on the difference of both scores");
  CHECK_MESSAGE(!near(z, slice(both, 1, 0, 1) - slice(both, 1, 1, 2)),
                "this is the score of class 0: sigmoid(z) is P(1), so column 1 minus column 0");
  CHECK_MESSAGE(!near(one.bias, zeros({1})), "the biases differ too");
  INFO("the probabilities must be the same for every x");
  CHECK(near(exercise::probabilities(z), exercise::probabilities(both)));
}

TEST_CASE("the temperature") {
  for (const double stretch : {1., 3., 0.2, 40.}) {
    const Stretched examples(stretch);
    const Indices labels = indices(examples.labels);
    const double found = exercise::temperature(examples.column(), labels);
    INFO("scores that are true once they are divided by " << stretch);
    CHECK_MESSAGE((stretch == 1 || !near(found, 1 / stretch, 1e-3)),
                  "this is 1 / T: the scores are divided by T, so over-confident ones have a T above 1");
    CHECK(near(found, stretch, 1e-4));
    CHECK(near(exercise::temperature(concat({examples.column() * 0.5, examples.column() * 1.5}, 1), labels),
               found, 1e-4));
  }
}

TEST_CASE("trained, both forms say the same") {
  manual_seed(3);
  const Tensor x = randn({64, 2});
  std::vector<int> ids;
  for (const Real noisy : (slice(x, 1, 0, 1) + slice(x, 1, 1, 2) + 2 * randn({64, 1})).values())
    ids.push_back(noisy > 0);
  const Indices labels = indices(ids);
  const auto trained = [&](int outputs) {
    const nn::Dense layer(2, outputs);
    optim::SGD sgd(layer.parameters(), {.lr = 1});
    for (int step = 0; step < 800; ++step) {
      sgd.zero_grad();
      exercise::loss(layer(x), labels).backward();
      sgd.step();
    }
    return layer;
  };
  const nn::Dense one = trained(1), two = trained(2);
  {
    INFO("both have reached the same smallest loss, so they say the same of every example");
    CHECK(near(exercise::probabilities(one(x)), exercise::probabilities(exercise::one_output(two)(x)), 1e-6));
  }
  INFO("at the smallest loss no scale of the scores is better");
  CHECK(near(exercise::temperature(one(x), labels), 1, 1e-4));
}
