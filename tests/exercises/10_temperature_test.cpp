#include EXERCISE
#include "check.hpp"

using namespace tg;
using exercise::Scored, exercise::Temperature;

namespace {

// The number that the layer trains.
Tensor trained_number(const Temperature& layer) {
  INFO(
      "parameters() must list one Tensor of one number. With a temperature for each class, one class could gain on another, "
      "and choices would change");
  REQUIRE(layer.parameters().size() == 1);
  REQUIRE(layer.parameters().count() == 1);
  const Tensor number = layer.parameters().begin()->tensor;
  INFO("requires_grad(true) makes the number trainable");
  REQUIRE(number.requires_grad());
  return number;
}

double t_of(const Temperature& layer) { return 1 / layer(ones({1, 1})).item(); }

// Four days with the scores 0 and z; three of them are of class 1. Said is P(1) = sigmoid(z / T), and the log loss is least
// where that is 3/4: at T = z / ln 3.
Scored three_of_four(double temperature) {
  const Real z = temperature * std::log(3.0);
  return {tensor({{0, z}, {0, z}, {0, z}, {0, z}}), indices({1, 1, 0, 1})};
}

// Days with two features that matter and eight that do not; one of three classes, drawn from a chance.
std::pair<Tensor, Indices> days(int count) {
  const Tensor x = randn({count, 10});
  const Tensor p = softmax(matmul(slice(x, 1, 0, 2), tensor({{2, -1, 0}, {0, 1, -2}})));
  std::vector<int> labels;
  for (int day = 0; day < count; ++day) {
    const double drawn = random_stream().uniform();
    labels.push_back(drawn < p.at({day, 0}) ? 0 : drawn < p.at({day, 0}) + p.at({day, 1}) ? 1 : 2);
  }
  return {x, Indices({count}, labels)};
}

// The share of days on which the likeliest class came true.
double accuracy(const Scored& said) {
  const Indices likeliest = argmax(said.scores, 1);
  double right = 0;
  for (std::size_t day = 0; day < likeliest.values().size(); ++day)
    right += likeliest.values()[day] == said.labels.values()[day];
  return right / static_cast<double>(likeliest.size());
}

// By how much it is surer than right: the mean of the largest probability, less the accuracy.
double overconfidence(const Scored& said) {
  return mean(max(softmax(said.scores), 1)).item() - accuracy(said);
}

}  // namespace

TEST_CASE("scores are divided") {
  const Tensor scores = tensor({{2, 4}, {-1, 0}});
  const Tensor got = Temperature(2)(scores);
  CHECK_MESSAGE(!near(got, 2 * scores), "this multiplies by the temperature: then a high one makes surer");
  CHECK_MESSAGE(!near(got, softmax(scores) / 2),
                "these are probabilities divided by T: their rows no longer add up to 1. Divide raw scores");
  CHECK_MESSAGE(!near(got, softmax(scores / 2)),
                "these are probabilities: give raw scores back, since the loss takes the softmax itself");
  CHECK(near(got, tensor({{1, 2}, {-0.5, 0}})));
}

TEST_CASE("one trainable number, for any head") {
  const Temperature layer(4);
  const Tensor number = trained_number(layer);
  CHECK(near(layer(tensor({{8}, {-2}})), tensor({{2}, {-0.5}})));
  CHECK(near(layer(tensor({{4, 0, -4}})), tensor({{1, 0, -1}})));
  const Tensor scores = tensor({{1, -2, 0}, {0.5, 3, -1}}), upstream = tensor({{1, -1, 2}, {0.5, 1, -2}});
  const auto f = [&](Inputs in) { return layer(in[0]); };
  CHECK(gradients_right(f, {scores}));
  const double value = number.item();
  const auto at = [&](double other) {
    number.assign(full(number.shape(), other));
    return sum(upstream * layer(scores)).item();
  };
  const double by_differences = (at(value + 1e-5) - at(value - 1e-5)) / 2e-5;
  at(value);
  sum(upstream * layer(scores)).backward();
  INFO("the gradient of the number that is trained, against differences");
  REQUIRE(number.has_grad());
  CHECK(near(number.grad().item(), by_differences, 1e-6));
}

TEST_CASE("above 0, wherever training leads") {
  const Temperature layer(1);
  const Tensor number = trained_number(layer), scores = tensor({{1, -2}});
  for (const double anywhere : {-3., 0., 3.}) {
    number.assign(full(number.shape(), anywhere));
    number.zero_grad();
    const Tensor got = layer(scores);
    INFO("an optimizer has made the trained number " << anywhere << ", and T is " << written(t_of(layer)));
    {
      INFO(
          "a negative T turns every choice round, and 0 is no divisor: train a number that may be anything, and "
          "make a positive T of it, as e to the power of it");
      REQUIRE(std::isfinite(t_of(layer)));
      REQUIRE(got.at({0, 0}) > 0);
      REQUIRE(got.at({0, 1}) < 0);
    }
    sum(tensor({{1, 0}}) * got).backward();
    INFO("where T is cut off, its slope is 0 and it cannot come back");
    CHECK(number.grad().item() != 0);
  }
}

TEST_CASE("fitted on the days that were not trained on") {
  const Scored training = three_of_four(0.5), validation = three_of_four(3);
  const double got = t_of(exercise::fitted(training, validation));
  CHECK_MESSAGE(!near(got, 1), "T is still 1: nothing was trained");
  CHECK_MESSAGE(
      !near(got, 0.5, 0.02),
      "this is the best T on the training days. Those the network may know by heart, and is right to be sure of: "
      "choose it on the others");
  {
    INFO("the scores of the validation days are 3 times too large: the log loss is least at T = 3");
    CHECK(near(got, 3, 0.02));
  }
  INFO("scores that are not sure enough, a fifth of what they should be");
  CHECK(near(t_of(exercise::fitted(training, three_of_four(0.2))), 0.2, 0.02));
}

TEST_CASE("the weights stay as they are") {
  manual_seed(1);
  const nn::Dense network(3, 2);
  const Tensor x = randn({20, 3}), before = network.weight.clone().detach();
  const std::vector<int> labels{0, 1, 1, 0, 1, 0, 0, 1, 1, 1, 0, 0, 1, 0, 1, 1, 0, 0, 1, 0};
  const Scored said{network(x), Indices({20}, labels)};
  INFO(
      "a network's scores remember how they were made, and backward goes on into its weights: detach() them first");
  REQUIRE_NOTHROW(exercise::fitted(said, said));
  CHECK_FALSE(network.weight.has_grad());
  CHECK(near(network.weight, before));
}

TEST_CASE("a network that knows its training days by heart") {
  manual_seed(2);
  const auto [x, labels] = days(60);
  const nn::Dense hidden(10, 16), last(16, 3);
  const auto scored = [&](const Tensor& features, const Indices& happened) {
    return Scored{last(tanh(hidden(features))), happened};
  };
  optim::Adam adam({{"hidden", hidden}, {"last", last}}, {.lr = 0.02});
  for (int step = 0; step < 300; ++step) {
    adam.zero_grad();
    cross_entropy(scored(x, labels).scores, labels).backward();
    adam.step();
  }
  const auto [validation_x, validation_labels] = days(200);
  const auto [test_x, test_labels] = days(1000);
  const Scored training = scored(x, labels), test = scored(test_x, test_labels);
  const Temperature layer = exercise::fitted(training, scored(validation_x, validation_labels));
  const Scored cured{layer(test.scores), test_labels};
  const double loss_before = cross_entropy(test.scores, test_labels).item(),
               loss_after = cross_entropy(cured.scores, test_labels).item();
  INFO("accuracy on its training days " << accuracy(training) << ", on new ones " << accuracy(test)
                                        << "; temperature " << t_of(layer));
  CHECK(accuracy(training) == 1);
  {
    INFO("divided by one positive number, the largest score stays the largest");
    CHECK(near(accuracy(cured), accuracy(test)));
  }
  {
    INFO("by how much it is surer than right: before " << overconfidence(test) << ", after "
                                                       << overconfidence(cured));
    CHECK(std::abs(overconfidence(cured)) < overconfidence(test) / 3);
  }
  INFO("log loss on new days: before " << loss_before << ", after " << loss_after);
  CHECK(loss_after < 0.8 * loss_before);
}
