#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

// Of Q = 1, H = 2 and A = 1: the score of a step is 2 tanh(q + k_0).
exercise::Attention by_hand() {
  exercise::Attention attention(1, 2, 1);
  attention.query_weight = tensor({{1}});
  attention.state_weight = tensor({{1}, {0}});
  attention.v = tensor({{2}});
  return attention;
}

const Tensor& question() {
  static const Tensor q = tensor({{0.5}});
  return q;
}

// The scores of the states (1, 10) and (-1, 20) for that question.
const double first = 2 * std::tanh(1.5), second = 2 * std::tanh(-0.5);

Tensor weights_of(const std::vector<double>& scores) {
  return reshape(softmax(Tensor({static_cast<int>(scores.size())}, scores)), {1, -1});
}

// Words of random letters, of 2 to 6 letters each; a place of each word; and as the answer the letter at that place.
struct Lookups {
  static constexpr int letters = 6, places = 6, count = 64;
  Tensor words, place;  // one-hot: [B,T,letters], [B,places]
  std::vector<int> lengths;
  Indices answers;

  Lookups() {
    std::vector<int> ids, asked, right;
    for (int item = 0; item < count; ++item) {
      lengths.push_back(2 + random_stream().below(places - 1));
      asked.push_back(random_stream().below(lengths.back()));
      for (int t = 0; t < places; ++t) ids.push_back(random_stream().below(letters));
      right.push_back(ids[static_cast<std::size_t>(item * places + asked.back())]);
    }
    words = one_hot(Indices({count, places}, ids), letters);
    place = one_hot(Indices({count}, asked), places);
    answers = Indices({count}, right);
  }
};

// The mean loss of the last 20 of 150 steps of training.
double trained(const nn::Parameters& parameters, const std::function<Tensor(const Lookups&)>& scores) {
  optim::Adam adam(parameters, {.lr = 0.03});
  double last = 0;
  for (int step = 0; step < 150; ++step) {
    const Lookups batch;
    const Tensor loss = cross_entropy(scores(batch), batch.answers);
    adam.zero_grad();
    loss.backward();
    adam.step();
    if (step >= 130) last += loss.item() / 20;
  }
  return last;
}

}  // namespace

TEST_CASE("two steps, by hand") {
  const auto [context, weights] = by_hand()(question(), tensor({{{1, 10}, {-1, 20}}}), {2});
  CHECK_MESSAGE(!near(weights, ones({1, 2})),
                "each weight is 1: a softmax over the batch, of one item here, or over an axis of size 1. It "
                "runs over the steps of an item");
  CHECK_MESSAGE(!near(weights, weights_of({2 * 1.5, 2 * -0.5})),
                "there is no tanh: q W v then adds the same number to all scores of an item, and the softmax "
                "cancels it. Whatever is asked, the weights are the same");
  CHECK(near(weights, weights_of({first, second})));
  const double a = weights.at({0, 0}), b = weights.at({0, 1});
  INFO("the context is the sum of the states, each times its weight");
  CHECK(near(context, tensor({{a - b, 10 * a + 20 * b}})));
}

TEST_CASE("weights add up to 1 over the steps of each item") {
  manual_seed(3);
  const exercise::Attention attention(2, 4, 3);
  const Tensor weights = attention(randn({3, 2}), randn({3, 5, 4}), {5, 5, 5}).weights;
  CHECK_MESSAGE(!near(sum(weights, 0), ones({5})),
                "at each step the weights add up to 1 over the batch: items share their attention. Take the "
                "softmax over the axis of steps");
  CHECK(near(sum(weights, 1), ones({3})));
}

TEST_CASE("padding has the weight 0") {
  const Tensor states = tensor({{{1, 10}, {-1, 20}, {3, 7}, {3, 7}}});
  const Tensor weights = by_hand()(question(), states, {2}).weights;
  const double padded = 2 * std::tanh(3.5), nothing = 2 * std::tanh(0.5);
  CHECK_MESSAGE(!near(weights, weights_of({first, second, padded, padded})),
                "padding is looked at like any other step");
  CHECK_MESSAGE(!near(weights, weights_of({first, second, nothing, nothing})),
                "states of 0 at padding have a score and a weight all the same: mask the scores as well");
  CHECK_MESSAGE(!near(weights, weights_of({first, second, 0, 0})),
                "a score of 0 is no weight of 0: e^0 is 1. The score with the weight 0 is minus infinity");
  CHECK_MESSAGE(near(sum(weights, 1), ones({1})),
                "what is left after masking does not add up to 1: padding got its share before it was masked "
                "away. Mask the scores, before the softmax");
  CHECK(near(weights, pad(weights_of({first, second}), 1, 0, 2)));
  INFO("exactly 0: of an infinite state the smallest share would be infinite");
  const bool exactly_0 = weights.at({0, 2}) == 0 && weights.at({0, 3}) == 0;
  CHECK(exactly_0);
}

TEST_CASE("gradients") {
  manual_seed(4);
  const exercise::Attention start(2, 3, 4);
  const auto f = [](Inputs in) {
    exercise::Attention attention(2, 3, 4);
    attention.query_weight = in[0];
    attention.state_weight = in[1];
    attention.v = in[2];
    const auto [context, weights] = attention(in[3], in[4], {3, 1});
    return concat({context, weights}, 1);
  };
  INFO("gradients reach W, U, v, the query and the states: everything is made of Tensor operations");
  CHECK(
      gradients_right(f, {start.query_weight, start.state_weight, start.v, randn({2, 2}), randn({2, 3, 3})}));
}

TEST_CASE("padding that is not a number") {
  const double not_a_number = std::nan("");
  const Tensor q = question().clone().requires_grad(true);
  const Tensor k = tensor({{{1, 10}, {-1, 20}, {not_a_number, not_a_number}}}).requires_grad(true);
  const auto [context, weights] = by_hand()(q, k, {2});
  const auto [context_alone, weights_alone] = by_hand()(q, slice(k, 1, 0, 2), {2});
  {
    INFO(
        "0 times NaN is NaN, so a weight of 0 is not enough: replace the padded states with where, before any arithmetic");
    CHECK(near(weights, pad(weights_alone, 1, 0, 1)));
    CHECK(near(context, context_alone));
  }
  for (const Tensor& input : {q, k}) {
    const Tensor got = grad(sum(context * context), {input})[0];
    const Tensor needed = grad(sum(context_alone * context_alone), {input})[0];
    INFO(
        "the gradient of "
        << (input.rank() == 2 ? "q" : "k")
        << ": a NaN at padding may not reach it. A where after the arithmetic saves the value alone: replace the "
           "padded states first, and use the new ones in the scores and in the context");
    CHECK(near(got, needed));
  }
}

TEST_CASE("a letter is looked up") {
  const int hidden = 16;
  manual_seed(1);
  const nn::LSTM encoder(Lookups::letters, hidden);
  const exercise::Attention attention(Lookups::places, hidden, 32);
  const nn::Dense readout(hidden, Lookups::letters);
  const double attending = trained({{"encoder", encoder}, {"attention", attention}, {"readout", readout}},
                                   [&](const Lookups& batch) {
                                     const Tensor states =
                                         encoder(batch.words, {.lengths = batch.lengths}).sequence;
                                     return readout(attention(batch.place, states, batch.lengths).context);
                                   });
  // The same encoder's last state, and two layers that are told the place.
  const nn::LSTM reader(Lookups::letters, hidden);
  const nn::Dense inner(hidden + Lookups::places, 32), outer(32, Lookups::letters);
  const double remembering =
      trained({{"reader", reader}, {"inner", inner}, {"outer", outer}}, [&](const Lookups& batch) {
        const Tensor last = reader(batch.words, {.lengths = batch.lengths}).state.h;
        return outer(relu(inner(concat({last, batch.place}, 1))));
      });
  INFO("asked for the letter at a place of a short word, a model with attention comes to a loss of "
       << attending << " nats, and one with the last state alone to " << remembering
       << "; attention must get below half of that, for it need not remember the word");
  CHECK(attending < remembering / 2);
}
