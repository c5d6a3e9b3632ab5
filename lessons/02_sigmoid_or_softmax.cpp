// ---
// jupyter:
//   jupytext:
//     text_representation:
//       extension: .cpp
//       format_name: percent
//       format_version: '1.3'
//   kernelspec:
//     display_name: C++20
//     language: C++20
//     name: xcpp20
// ---

// %% [markdown]
// # 2. One sigmoid or two softmax outputs?
//
// | card | |
// |---|---|
// | question | When a classifier gives `[a, b]`, is that P(0) and P(1)? And when it gives one number? |
// | you learn to | read the output of both kinds of network; say what makes them one model and what does not; keep a loss exact where probabilities have rounded; test whether probabilities are true |
// | you need | derivatives, logarithms, a little C++ |
// | time | 40 minutes to read; some ten seconds to run |
// | your data | `--data FILE.csv --target COLUMN` trains a softmax head on a table of your own, and says how it read the file; `--columns`, `--skip`, `--header`, `--separator`, `--missing` decide otherwise. The program `classify` also saves it and applies it |
//
// A line with a tick is a *claim*: this run has checked it, and a false one makes the program fail. "Becomes
// false with" names flags that break it, so that you can see that it could be false. "(line 97)" is the place
// in this lesson's source.
//
// ## The question
//
// Someone has trained a network to tell two classes apart, 0 and 1, in the library Keras (Stack Overflow,
// "Keras, output of model predict_proba"; question and answer are CC BY-SA 4.0). A function called
// `predict_proba` gives an "array of probability predictions". Write P(0) for the probability that the class
// is 0, and P(1) for class 1. They ask: "Does the output is [a, b], for a is probability of class_0, and b is
// the probability of class_1?"
//
// The accepted answer says: it depends on the network. If it ends in one *sigmoid*, the output is one number,
// P(1). If it ends in two *softmax* outputs, it is the pair P(0), P(1). The second is "rarely used and there
// are some theoretical advantages of using the first". In Keras, `predict_proba` was `predict` under another
// name, with a warning when a number is outside 0 to 1. (TensorFlow 2.6 removed the name in 2021. The two
// shapes remain.)
//
// That is right. It does not say what happens to somebody who mixes the two up, which advantages are meant,
// what the warning does not see, or whether a number between 0 and 1 is a probability at all. We look at all
// four.

// %%
#include <algorithm>
#include <functional>

#include "support/classifier.hpp"
#include "support/lesson.hpp"
#include "support/reliability.hpp"
#include "tinygrad_cpp/tinygrad.hpp"
#include "tinygrad_cpp/utf8.hpp"

lesson::Knob<double> lr{"lr", 0.5, "step size of the sigmoid head under gradient descent; Adam takes a tenth",
                        lesson::at_least{0}};
lesson::Knob<double> softmax_lr{"softmax-lr", 0.5,
                                "step size of the softmax head, as a share of the sigmoid head's",
                                lesson::at_least{0}};
lesson::Knob<int> step_count{"steps", 200, "training steps", lesson::at_least{1}};
lesson::Knob<double> stretch{"stretch", 3, "factor that makes scores over-confident", lesson::at_least{0.1}};
lesson::Knob<int> bin_count{"bins", 10, "groups of days in a reliability diagram", lesson::at_least{2}};
lesson::Knob<std::string> data{"data", "", "a CSV file of your own: numbers, and a column of classes"};
lesson::Knob<std::string> target{"target", "",
                                 "the column of --data that holds the classes: its name or number"};
lesson::CsvKnobs table_flags;

// %% [markdown]
// ## Look at the data first
//
// Our data is a made-up weather record. For each of $N$ days there are $D = 2$ *features*, known in the
// evening:
//
// - *damp*: how humid the air is, compared with the usual;
// - *fall*: how much the air pressure fell, compared with the usual.
//
// Both are drawn at random, with mean 0 and variance 1. The *label* $y$ says what the next day brought: 1 is
// rain, 0 is dry. We draw it too, from a chance that we know:
//
// $$ s = 1.5 \, damp + 2 \, fall - 1.5 $$
//
// $$ P(1) = \frac{1}{1 + e^{-s}} $$
//
// Knowing the true chance is a luxury that real data does not give. We will use it to check what a network
// says.
//
// Two numbers judge a prediction. *Accuracy* is the share of days on which the likelier class came true (half
// and half counts as dry). The *log loss* of a day is $-\ln$ of the probability that was given to what then
// happened, in *nats*, the unit of the natural logarithm: 0 for a sure prediction that was right, and without
// limit for a sure one that was wrong. We always give its mean over the days.
//
// **Predict first:** what does it cost to say "half and half" every day?

// %%
struct Examples {
  tg::Tensor x;        // [N,D]
  tg::Indices labels;  // [N], 0 or 1
  tg::Tensor y;        // [N,1], the labels as numbers
  tg::Tensor chance;   // [N,1], the true P(1); undefined where nobody knows it
};

struct Weather {
  Examples train, validation, test;
};

Examples examples(const tg::Tensor& x, const std::vector<int>& labels) {
  const int count = static_cast<int>(labels.size());
  return {x, tg::Indices({count}, labels), tg::Tensor({count, 1}, {labels.begin(), labels.end()}), {}};
}

// Days with two features that matter, and some that do not.
Examples weather(int days, int idle_features = 0) {
  std::vector<tg::Real> features, chances;
  std::vector<int> labels;
  tg::RandomStream& random = tg::random_stream();
  for (int day = 0; day < days; ++day) {
    const double damp = random.normal(), fall = random.normal();
    const double chance = 1 / (1 + std::exp(-(1.5 * damp + 2 * fall - 1.5)));
    for (double feature : {damp, fall}) features.push_back(static_cast<tg::Real>(feature));
    for (int k = 0; k < idle_features; ++k) features.push_back(static_cast<tg::Real>(random.normal()));
    chances.push_back(static_cast<tg::Real>(chance));
    labels.push_back(random.uniform() < chance ? 1 : 0);
  }
  Examples made = examples(tg::Tensor({days, 2 + idle_features}, features), labels);
  made.chance = tg::Tensor({days, 1}, chances);
  return made;
}

// To train on, to choose settings by, and to report on.
Weather weather_record(int seed) {
  tg::manual_seed(static_cast<std::uint64_t>(seed));
  return {weather(1000), weather(2000), weather(4000)};
}

Weather record;  // that of this run's seed

// %%
double rain_share(const Examples& days) { return tg::mean(days.y).item(); }

// The share of days on which the class said was the class seen.
double accuracy(const tg::Indices& said, const Examples& days) {
  int right = 0;
  for (std::size_t i = 0; i < said.values().size(); ++i) right += said.values()[i] == days.labels.values()[i];
  return static_cast<double>(right) / static_cast<double>(said.size());
}

// 1 where a number of the column [N,1] is above a limit, 0 elsewhere: [N]
tg::Indices above(const tg::Tensor& column, double limit) {
  std::vector<int> classes;
  for (tg::Real value : column.values()) classes.push_back(value > limit ? 1 : 0);
  return tg::Indices({column.dim(0)}, classes);
}

double log_loss(const tg::Tensor& p, const Examples& days) {
  return tg::binary_cross_entropy(p, days.y).item();
}

// The same probability for every day: [N,1]
tg::Tensor always(double p, const Examples& days) { return tg::full(days.y.shape(), p); }

lesson::Cell percent(double share) { return lesson::right("{:.1f}%", 100 * share); }

lesson::Row baseline_row(const char* name, const tg::Tensor& p, const Examples& days) {
  return {name, percent(accuracy(above(p, 0.5), days)), lesson::right("{:.4f}", log_loss(p, days))};
}

// %%
STEP("The data, and what it costs to have learned nothing") {
  record = weather_record(lesson::seed());
  const Examples& days = record.test;
  lesson::say("{} days to train on, {} to choose settings by (validation), {} to report on (test)",
              record.train.labels.size(), record.validation.labels.size(), days.labels.size());
  lesson::say("it rained on {:.1f}% of the training days\n", 100 * rain_share(record.train));
  lesson::table({"P(1) said on the test days", "accuracy", "log loss"},
                {baseline_row("0.5, always", always(0.5, days), days),
                 baseline_row("the share of rain in training, always", always(rain_share(record.train), days),
                              days),
                 baseline_row("the true chance", days.chance, days)});
}

// %% [markdown]
// Half and half costs $\ln 2$. The *majority*, who always says "dry", is right on most days: that accuracy is
// what a network must beat. To pay less than the second row, it must have learned something. Nobody can
// expect to pay less than the third: the rest is chance.
//
// ## Two heads
//
// The last layer of a network is its *head*. It computes *raw scores*: any number, positive or negative. (Raw
// scores are also called *logits*.) Ours has nothing before it, so the whole network is a matrix of weights
// $W$ and a bias $b$.
//
// One sigmoid: one score $z$ for each day.
//
// $$ z = x W + b $$
//
// $$ P(1) = sigmoid(z) = \frac{1}{1 + e^{-z}} $$
//
// Two softmax outputs: two scores $z_0, z_1$ for each day, from a $W$ with two columns $w_0, w_1$, and two
// biases $b_0, b_1$.
//
// $$ P(0) = \frac{e^{z_0}}{e^{z_0} + e^{z_1}} $$
//
// $$ P(1) = \frac{e^{z_1}}{e^{z_0} + e^{z_1}} $$
//
// Both are trained on the log loss. The loss functions here take the raw scores and do the sigmoid or the
// softmax themselves; below we see why.
//
// The training loop is the usual one: cost, differentiate, step. The *optimizer* decides the step. *SGD* is
// plain gradient descent: it moves each weight by the *step size* times the gradient. The softmax head gets
// a step size of its own; diagnosis 4 says which.

// %%
struct SigmoidHead {
  tg::nn::Dense dense;
  explicit SigmoidHead(int features) : dense(features, 1) {}
  tg::Tensor operator()(const tg::Tensor& x) const { return dense(x); }  // raw scores [N,1]
  tg::nn::Parameters parameters() const { return dense.parameters(); }
};

struct SoftmaxHead {
  tg::nn::Dense dense;
  explicit SoftmaxHead(int features) : dense(features, 2) {}
  tg::Tensor operator()(const tg::Tensor& x) const { return dense(x); }  // raw scores [N,2]
  tg::nn::Parameters parameters() const { return dense.parameters(); }
};

struct Heads {
  SigmoidHead sigmoid;
  SoftmaxHead softmax;
};

// %%
tg::Tensor cost(const SigmoidHead& head, const Examples& days) {
  return tg::binary_cross_entropy_with_logits(head(days.x), days.y);
}
tg::Tensor cost(const SoftmaxHead& head, const Examples& days) {
  return tg::cross_entropy(head(days.x), days.labels);
}

// What stands in Keras' `predict`: [N,1] and [N,2].
tg::Tensor keras_predict(const SigmoidHead& head, const tg::Tensor& x) { return tg::sigmoid(head(x)); }
tg::Tensor keras_predict(const SoftmaxHead& head, const tg::Tensor& x) { return tg::softmax(head(x)); }

// The loop of every training here. It gives the losses before each step, and after the last.
template <class Optimizer>
std::vector<double> descend(Optimizer optimizer, int steps, const std::function<tg::Tensor()>& loss_now) {
  std::vector<double> losses;
  while (true) {
    const tg::Tensor loss = loss_now();
    losses.push_back(loss.item());
    if (static_cast<int>(losses.size()) > steps) return losses;
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
  }
}

template <class Head>
std::vector<double> train(const Head& head, double step_size, int steps,
                          const Examples& days = record.train) {
  return descend(tg::optim::SGD(head.parameters(), {.lr = step_size}), steps,
                 [&] { return cost(head, days); });
}

// Column 1 of a weight [D,2] or of a bias [2], less column 0.
tg::Tensor column_difference(const tg::Tensor& w) { return tg::slice(w, -1, 1, 2) - tg::slice(w, -1, 0, 1); }

// Two heads with random weights that give the same probabilities; diagnosis 2 says why.
Heads begun_alike(int seed) {
  tg::manual_seed(static_cast<std::uint64_t>(seed));
  const Heads heads{SigmoidHead(2), SoftmaxHead(2)};
  heads.sigmoid.dense.weight.assign(column_difference(heads.softmax.dense.weight));
  heads.sigmoid.dense.bias.assign(column_difference(heads.softmax.dense.bias));
  return heads;
}

Heads trained_heads(int seed) {
  const Heads heads = begun_alike(seed);
  train(heads.sigmoid, lr, step_count);
  train(heads.softmax, softmax_lr * lr, step_count);
  return heads;
}

// %% [markdown]
// ## The smallest failing demo
//
// We train both heads and look at what `predict` of Keras would give: the sigmoid or the softmax of the raw
// scores, nothing else. Then a colleague who is used to the library scikit-learn reads *column 0* as P(0), as
// there, and says "dry" where it is above 0.5.
//
// **Predict first.** Both heads are equally good. How often is the colleague right with the one, and how
// often with the other?

// %%
double misread = 0, majority = 0;  // accuracies, for the summary

// Dry is class 0, so what is not above 0.5 is class 1.
double read_as_dry(const tg::Tensor& p, const Examples& days) {
  return accuracy(above(1 - tg::slice(p, 1, 0, 1), 0.5), days);
}

// %%
STEP("Column 0 of two heads") {
  const Examples& days = record.test;
  const Heads heads = trained_heads(lesson::seed());
  const tg::Tensor one = keras_predict(heads.sigmoid, days.x), two = keras_predict(heads.softmax, days.x);
  lesson::say("the sigmoid head gives shape {}, the softmax head {}. The first days:\n", one.shape(),
              two.shape());
  std::vector<lesson::Row> rows;
  for (int day = 0; day < 5; ++day)
    rows.push_back({day + 1, days.labels.at({day}) == 1 ? "rain" : "dry",
                    lesson::right("[{:.3f}]", one.at({day, 0})),
                    lesson::right("[{:.3f}, {:.3f}]", two.at({day, 0}), two.at({day, 1}))});
  lesson::table({"day", "it was", "sigmoid head", "softmax head"}, rows);

  const auto read_as_rain = [&](const tg::Tensor& p) {
    return accuracy(above(tg::slice(p, 1, 0, 1), 0.5), days);
  };
  misread = read_as_dry(one, days);
  majority = 1 - rain_share(days);
  lesson::say("");
  lesson::table({"accuracy, when column 0 is read as", "sigmoid head", "softmax head"},
                {{"P(0)", percent(misread), percent(read_as_dry(two, days))},
                 {"P(1)", percent(read_as_rain(one)), percent(read_as_rain(two))}});
  const double best = accuracy(above(days.chance, 0.5), days);
  lesson::say("(the majority: {:.1f}%; the true chance: {:.1f}%)", 100 * majority, 100 * best);
  lesson::claim(
      "read as P(0), column 0 comes within two points of the true chance with the softmax head, "
      "and is worse than the majority with the sigmoid head",
      read_as_dry(two, days) > best - 0.02 && misread < majority, lesson::fails_with("--lr 1e-6"));
}

// %% [markdown]
// Nothing crashed, no number left the range from 0 to 1, no warning was given. The same line of code means
// opposite things on the two shapes.
//
// ## Diagnosis 1: what one line of code means on the two shapes
//
// Call the output $p$. In the notation of Python's NumPy, the column 0 of before is `p[:, 0]`. Here are more
// lines that people write:
//
// - `p[:, 1] > 0.5`, for class 1;
// - `argmax(p, axis=1)`, the place of the largest number in each row, for the likelier class;
// - `p == y`, for the days on which the network was right (of the softmax head we take column 1).
//
// **Predict first:** which of them work on both shapes?

// %%
STEP("The same line on [N, 1] and on [N, 2]") {
  const Examples& days = record.test;
  const Heads heads = trained_heads(lesson::seed());
  const tg::Tensor one = keras_predict(heads.sigmoid, days.x), two = keras_predict(heads.softmax, days.x);
  const auto right = [&](const tg::Indices& said) { return percent(accuracy(said, days)); };
  const auto equal = [&](const tg::Tensor& p) {  // how often the number itself is the label
    const tg::Tensor y = days.y;
    return percent(tg::mean((p <= y) * (p >= y)).item());
  };
  const std::string refusal = lesson::error_of([&] { tg::select(one, 1, 1); });
  lesson::table({"line", "sigmoid head", "softmax head"},
                {{"p[:, 1] > 0.5", lesson::right("error"), right(above(tg::slice(two, 1, 1, 2), 0.5))},
                 {"argmax(p, axis=1)", right(tg::argmax(one, 1)), right(tg::argmax(two, 1))},
                 {"p == y", equal(one), equal(tg::slice(two, 1, 1, 2))}});
  lesson::say("\n(percentages of the test days; the majority has {:.1f}%)", 100 * majority);
  lesson::say("the error: {}", refusal);
  lesson::claim("argmax over the one column of a sigmoid head is always class 0",
                std::abs(accuracy(tg::argmax(one, 1), days) - majority) < 1e-6);
  lesson::claim("asking a sigmoid head for column 1 is an error that names the shape",
                refusal.find("4000, 1") != std::string::npos);
}

// %% [markdown]
// None of them does. `argmax` looks for the largest of *one* number and always finds it at place 0: class 0,
// which here is the majority's. That looks like a network that has learned nothing. And the last line is a
// habit from scikit-learn, where `predict` gives classes. In Keras it gives probabilities, and those are
// hardly ever 0 or 1.
//
// Only `p[:, 1]` is honest: on the wrong shape it is an error.
//
// | | `predict` gives | `predict_proba` gives |
// |---|---|---|
// | scikit-learn | classes, shape [N] | [N, classes], always |
// | Keras, one sigmoid | P(1), shape [N, 1] | the same as `predict`, until it was removed |
// | Keras, two softmax outputs | [N, 2] | the same as `predict`, until it was removed |
// | Keras inside its wrapper for scikit-learn | classes | [N, 2]: the wrapper puts `1-p` in front |
//
// ## Diagnosis 2: are they one model?
//
// Divide numerator and denominator of the softmax by $e^{z_1}$:
//
// $$ P(1) = \frac{e^{z_1}}{e^{z_0} + e^{z_1}} = \frac{1}{1 + e^{-(z_1 - z_0)}} = sigmoid(z_1 - z_0) $$
//
// Only the *difference* of the two scores counts. A softmax over two scores is a sigmoid of their difference.
// So a softmax head with columns $w_0, w_1$ says the same as a sigmoid head with $w = w_1 - w_0$ and
// $b = b_1 - b_0$. That is how `begun_alike` above chose where the sigmoid head begins.

// %%
STEP("The same probabilities") {
  const tg::Tensor pair = tg::tensor({{0.3, -1.2}});
  const double by_softmax = tg::softmax(pair).at({0, 1}),
               by_sigmoid = tg::sigmoid(column_difference(pair)).item(), exact = 1 / (1 + std::exp(1.5));
  lesson::say(
      "scores 0.3 and -1.2: P(1) is {:.8f} by softmax, {:.8f} by the sigmoid of the difference, "
      "and {:.8f} exactly",
      by_softmax, by_sigmoid, exact);
  const Heads heads = begun_alike(lesson::seed());
  train(heads.softmax, lr, step_count);
  SigmoidHead taken_over(2);
  taken_over.dense.weight.assign(column_difference(heads.softmax.dense.weight));
  taken_over.dense.bias.assign(column_difference(heads.softmax.dense.bias));
  const tg::Tensor p = keras_predict(taken_over, record.test.x),
                   q = keras_predict(heads.softmax, record.test.x);
  const double worst = tg::max(tg::abs(p - tg::slice(q, 1, 1, 2))).item();
  lesson::say(
      "a trained softmax head, and a sigmoid head with the differences of its columns: on {} test days "
      "the largest difference of P(1) is {:.1g}",
      p.dim(0), worst);
  lesson::say("numbers to learn: {} in the sigmoid head, {} in the softmax head",
              taken_over.parameters().count(), heads.softmax.parameters().count());
  lesson::claim("both ways give the exact P(1), up to rounding",
                std::abs(by_softmax - exact) < 1e-7 && std::abs(by_sigmoid - exact) < 1e-7);
  lesson::claim("with w = w1 - w0 the two heads say the same on every test day, up to rounding",
                worst < 1e-6);
}

// %% [markdown]
// So the two heads can say exactly the same things. One of them needs twice as many numbers for it. What does
// it do with the rest?
//
// ## Diagnosis 3: the direction in which nothing happens
//
// Add any constant to *both* scores: the difference stays, so the probabilities stay. In terms of weights:
// add the same vector to $w_0$ and to $w_1$. Along this *null direction* the loss is flat: there is no slope.
// The slope along a direction is the gradient's part in that direction. So the gradient has no part there, it
// is *orthogonal* to it. That means that its two columns add up to zero.
//
// And then gradient descent never moves along it. **Predict first:** train from two random beginnings. Will
// $w_0$ end at the same values? Will $w_1 - w_0$? Will $w_0 + w_1$?

// %%
STEP("The null direction") {
  const tg::Tensor scores = tg::tensor({{2.5, -1}, {0.25, 4}});
  const tg::Indices labels = tg::indices({1, 1});
  const double before = tg::cross_entropy(scores, labels).item();
  const double after = tg::cross_entropy(scores + 1000, labels).item();
  // Scores with few binary digits, so that the sum is exact in float.
  lesson::say("log loss of some scores: {:.7f}; of the same scores + 1000: {:.7f}", before, after);
  const Heads first = begun_alike(lesson::seed()), second = begun_alike(lesson::seed() + 1);
  cost(first.softmax, record.train).backward();
  const tg::Tensor gradient = first.softmax.dense.weight.grad();  // [D,2]
  const double along = tg::max(tg::abs(tg::sum(gradient, 1))).item(),
               size = tg::max(tg::abs(gradient)).item();
  lesson::say("the gradient's largest number is {:.2g}; its two columns add up to {:.1g} at most\n", size,
              along);
  // For the feature "damp".
  const auto row = [](const std::string& name, const SoftmaxHead& head) {
    const double w0 = head.dense.weight.at({0, 0}), w1 = head.dense.weight.at({0, 1});
    return lesson::Row{name, w0, w1, lesson::right("{:.3f}", w1 - w0), lesson::right("{:.5f}", w0 + w1)};
  };
  std::vector<lesson::Row> rows = {row("first beginning", first.softmax),
                                   row("second beginning", second.softmax)};
  const auto sums = [](const SoftmaxHead& head) { return tg::sum(head.dense.weight.detach(), 1).clone(); };
  const tg::Tensor sums_before = sums(first.softmax);
  for (const Heads* heads : {&first, &second}) train(heads->softmax, lr, 2 * step_count);
  rows.push_back(row("first, trained", first.softmax));
  rows.push_back(row("second, trained", second.softmax));
  lesson::table({"feature \"damp\"", "w0", "w1", "w1 - w0", "w0 + w1"}, rows);
  lesson::say("({} steps of SGD; the true chance has a difference of 1.5)", 2 * step_count);
  const auto apart = [&](auto part) {
    return tg::max(tg::abs(part(first.softmax) - part(second.softmax))).item();
  };
  const double differences =
      apart([](const SoftmaxHead& head) { return column_difference(head.dense.weight.detach()); });
  const double columns =
      apart([](const SoftmaxHead& head) { return tg::slice(head.dense.weight.detach(), 1, 0, 1); });
  const double drift = tg::max(tg::abs(sums(first.softmax) - sums_before)).item();
  lesson::claim("adding 1000 to all scores leaves the loss as it is", std::abs(after - before) < 1e-6);
  lesson::claim("the gradient is orthogonal to the null direction, up to rounding", along < 1e-5 * size);
  lesson::claim("from two beginnings w1 - w0 ends at the same values, and w0 does not",
                differences < 0.01 && columns > 0.05, lesson::fails_with("--lr 1e-6"));
  lesson::claim("training leaves w0 + w1 where it began, up to rounding", drift < 1e-4);
}

// %% [markdown]
// The difference is learned, the sum is left over from the beginning. Don't read meaning into $w_0$ or $w_1$
// alone: another beginning gives others, and the
// same network.
//
// ## Diagnosis 4: the step size
//
// So the heads are one model. Are they the same to *train*? Take one day, let $p$ be the P(1) that is said,
// and differentiate its log loss $L$. With the sigmoid head, a rainy day costs $-\ln p = \ln(1 + e^{-z})$ and
// a dry one $\ln(1 + e^z)$. The derivatives by $z$ are $p - 1$ and $p$, in one line:
//
// $$ \partial L / \partial z = p - y $$
//
// With the softmax head, a day costs $\ln(e^{z_0} + e^{z_1})$ less the score of what happened. The derivative
// of the logarithm by $z_1$ is $p$, that by $z_0$ is $1 - p$. So
//
// $$ \partial L / \partial z_1 = p - y $$
//
// $$ \partial L / \partial z_0 = (1 - p) - (1 - y) = -(p - y) $$
//
// With step size $\eta$ and gradient $g$, the sigmoid head's weight $w$ moves by $-\eta g$. In the softmax
// head $w_1$ moves by $-\eta g$ and $w_0$ by $+\eta g$. **Predict first:** how far does $w_1 - w_0$ move?
// Which head learns faster? Which step size makes them equal?

// %%
// The largest difference between two loss curves.
double gap(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

// %%
STEP("One step, and then many") {
  const auto weight_moved = [](double share) {  // of w1 - w0, by the largest element
    const Heads heads = begun_alike(lesson::seed());
    const tg::Tensor before = column_difference(heads.softmax.dense.weight.detach()).clone();
    train(heads.softmax, share * lr, 1);
    return tg::max(tg::abs(column_difference(heads.softmax.dense.weight.detach()) - before)).item();
  };
  const Heads one_step = begun_alike(lesson::seed());
  const tg::Tensor before = one_step.sigmoid.dense.weight.detach().clone();
  train(one_step.sigmoid, lr, 1);
  const double alone = tg::max(tg::abs(one_step.sigmoid.dense.weight.detach() - before)).item();
  lesson::say(
      "one step of SGD, step size {}: w moves by {:.5f} at most, w1 - w0 by {:.5f}: {:.4f} times as far", lr,
      alone, weight_moved(1), weight_moved(1) / alone);

  const Heads same = begun_alike(lesson::seed()), other = begun_alike(lesson::seed());
  const std::vector<double> sigmoid = train(same.sigmoid, lr, step_count);
  const std::vector<double> as_long = train(same.softmax, lr, step_count);
  const std::vector<double> shorter = train(other.softmax, softmax_lr * lr, step_count);
  std::vector<lesson::Row> rows;
  const auto number = [](double loss) { return lesson::right("{:.6f}", loss); };
  for (int step : {0, 1, 2, 5, 10, 20, 50, 100, 200}) {
    const auto at = static_cast<std::size_t>(step);
    if (at < sigmoid.size())
      rows.push_back({step, number(sigmoid[at]), number(as_long[at]), number(shorter[at])});
  }
  lesson::say(
      "\nThe loss on the training days, from one and the same beginning. (The true chance: {:.6f}. On the "
      "days that it is trained on, a head can pay a little less.)\n",
      log_loss(record.train.chance, record.train));
  lesson::table({"step", lesson::right("sigmoid, {}", lr), lesson::right("softmax, {}", lr),
                 lesson::right("softmax, {}", softmax_lr * lr)},
                rows);
  lesson::say(
      "largest difference from the sigmoid's curve: {:.2g} with the same step size, "
      "{:.1g} with {} times that",
      gap(sigmoid, as_long), gap(sigmoid, shorter), softmax_lr);

  const std::size_t shown = std::min<std::size_t>(sigmoid.size(), 61);
  const auto start_of = [&](const std::vector<double>& losses) {
    return std::vector<double>(losses.begin(), losses.begin() + static_cast<std::ptrdiff_t>(shown));
  };
  std::vector<double> steps, every_third;
  for (std::size_t i = 0; i < shown; i += 3) steps.push_back(static_cast<double>(i));
  lesson::Figure figure(
      "loss_curves",
      "With the same step size the softmax head is ahead from the first step on; with half of it, its points "
      "lie on the sigmoid head's line.");
  figure.axes({.x = "training step", .y = "log loss"});
  for (const auto& [title, losses] :
       {std::pair(fmt::format("softmax with step size {}", lr.value()), &as_long),
        std::pair(fmt::format("softmax with step size {}", softmax_lr * lr), &shorter)}) {
    figure.panel(title);
    every_third.clear();
    for (double step : steps) every_third.push_back((*losses)[static_cast<std::size_t>(step)]);
    figure.line(fmt::format("sigmoid with step size {}", lr.value()), start_of(sigmoid));
    figure.points("softmax", steps, every_third);
  }
  lesson::show(figure);
  lesson::claim("one step moves w1 - w0 twice as far as w", std::abs(weight_moved(1) / alone - 2) < 1e-3);
  lesson::claim(
      "at half the step size the softmax head's loss is the sigmoid head's at every step, up to rounding",
      gap(sigmoid, shorter) < 1e-5, lesson::fails_with("--softmax-lr 1"));
  lesson::claim("at the same step size it is not", gap(sigmoid, as_long) > 1e-3,
                lesson::fails_with("--lr 1e-6"));
}

// %% [markdown]
// The factor of two is exact, and it is no advantage of the softmax: a sigmoid head with twice the step size
// does the same. But somebody who swaps the heads and keeps the step size has changed two things.
//
// Now the optimizers that people use. *Adam* divides each weight's gradient by its own recent size, so that a
// factor on the loss falls out. One may think that the two falls out as well. *Weight decay* pulls each
// weight towards 0, by a small share of itself in each step.
//
// For SGD there is a second way to take the two back: train the softmax head on *half the loss*, which halves
// its gradient. **Predict first:** which of the two cures works with Adam? And does half the step size still
// do it with weight decay?

// %%
double adam_half_step = 0, adam_half_loss = 0;  // largest differences, for the summary

// %%
STEP("Other optimizers") {
  const Examples& days = record.train;
  // How far the softmax head's loss gets from the sigmoid head's. `make` gives the optimizer of some
  // parameters, a step size and a weight decay.
  const auto difference = [&](auto make, double share, double factor, double decay_factor) {
    const Heads heads = begun_alike(lesson::seed());
    const auto sigmoid = descend(make(heads.sigmoid.parameters(), 1.0, 1.0), step_count,
                                 [&] { return cost(heads.sigmoid, days); });
    auto softmax = descend(make(heads.softmax.parameters(), share, decay_factor), step_count,
                           [&] { return factor * cost(heads.softmax, days); });
    for (double& loss : softmax) loss /= factor;
    return gap(sigmoid, softmax);
  };
  const auto sgd = [](const tg::nn::Parameters& p, double share, double) {
    return tg::optim::SGD(p, {.lr = share * lr});
  };
  const auto adam = [](const tg::nn::Parameters& p, double share, double) {
    return tg::optim::Adam(p, {.lr = share * lr / 10});
  };
  const auto decaying = [](const tg::nn::Parameters& p, double share, double decay_factor) {
    return tg::optim::SGD(p, {.lr = share * lr, .weight_decay = 0.01 * decay_factor});
  };
  const auto row = [&](const char* name, auto make) {
    return lesson::Row{name, difference(make, 1, 1, 1), difference(make, softmax_lr, 1, 1),
                       difference(make, 1, 0.5, 1)};
  };
  lesson::say("Largest difference between the two heads' losses in {} steps. 1e-5 or less is rounding\n",
              step_count);
  lesson::table({"optimizer", "same step size", lesson::right("step size x {}", softmax_lr), "half the loss"},
                {row("SGD", sgd), row("Adam", adam), row("SGD, weight decay 0.01", decaying)});
  adam_half_step = difference(adam, softmax_lr, 1, 1);
  adam_half_loss = difference(adam, 1, 0.5, 1);
  const double sgd_half_loss = difference(sgd, 1, 0.5, 1);
  const double decay_kept = difference(decaying, softmax_lr, 1, 1),
               decay_doubled = difference(decaying, softmax_lr, 1, 2);
  lesson::say("weight decay, with {} times the step size and twice the decay: {:.1g}", softmax_lr,
              decay_doubled);
  lesson::claim("with Adam too, half the step size makes the losses agree", adam_half_step < 1e-3,
                lesson::fails_with("--softmax-lr 1"));
  lesson::claim("half the loss does it with SGD, and not with Adam",
                sgd_half_loss < 1e-5 && adam_half_loss > 1e-3, lesson::fails_with("--lr 1e-6"));
  lesson::claim(
      "with weight decay, half the step size is not enough, and together with twice the decay it is",
      decay_kept > 1e-4 && decay_doubled < 1e-5, lesson::fails_with("--softmax-lr 1"));
}

// %% [markdown]
// - Adam does ignore the size of the gradient. But the two does not come from the size: each of $w_0$ and
//   $w_1$ has the gradient that $w$ has, up to the sign. It comes from there being *two weights that move
//   apart*. So half the step size cures Adam too, and half the loss does nothing at all.
// - Weight decay is where the heads differ as models. It charges for the squares of the weights, and the
//   softmax head can split a difference $d$ into $-d/2$ and $d/2$: the squares of those add up to only half
//   of $d^2$. So the same decay pulls half as hard. Twice the decay makes it equal; so does half the loss,
//   which leaves the decay its whole step size.
//
// ## Diagnosis 5: heads that are neither
//
// Two more endings are common. The first is a softmax over *one* unit: someone changed `sigmoid` to
// `softmax`, and forgot to change 1 output to 2. **Predict first:** what does it say, and what does it learn?

// %%
STEP("A softmax over one unit") {
  const Examples& days = record.train;
  const SigmoidHead head = begun_alike(lesson::seed()).sigmoid;
  const std::string refusal = lesson::error_of([&] { tg::nn::Softmax()(head(days.x)); });
  lesson::say("What the layer Softmax says: {}", refusal);

  // The function does what it is told: e^z / e^z.
  const tg::Tensor z = head(days.x), p = tg::softmax(z);
  tg::sum(p * days.y).backward();
  const double slope = tg::max(tg::abs(head.dense.weight.grad())).item();
  lesson::say(
      "By hand, e^z / e^z: the smallest value is {}, the largest {}, the largest gradient of a weight {}",
      tg::min(p).item(), tg::max(p).item(), slope);

  const tg::Tensor before = head.dense.weight.detach().clone();
  const auto clipped = [&] {
    return tg::binary_cross_entropy(tg::clamp(tg::softmax(head(days.x)), 1e-7, 1 - 1e-7), days.y);
  };
  const auto losses = descend(tg::optim::Adam(head.parameters(), {.lr = lr / 10}), step_count, clipped);
  const double moved = tg::max(tg::abs(head.dense.weight.detach() - before)).item();
  const double said_rain = accuracy(above(tg::softmax(head(record.test.x)), 0.5), record.test);
  lesson::say("trained for {} steps of Adam: loss before {:.4f}, after {:.4f}; the weights have moved by {}",
              step_count, losses.front(), losses.back(), moved);
  lesson::say("accuracy {:.1f}%: it always says rain, and that is how often it rains", 100 * said_rain);
  lesson::claim("the layer refuses one unit", refusal.starts_with("[softmax]"));
  lesson::claim("its value is 1 and its gradient 0, exactly",
                tg::min(p).item() == 1 && tg::max(p).item() == 1 && slope == 0);
}

// %% [markdown]
// An accuracy that equals the share of one class, and a loss that does not move in any digit: when you see
// that, look at the last layer. (The loss is finite only because we clipped the probability, as Keras does;
// more of that below.)
//
// The second is *two sigmoids*, a yes or no of its own for each class. That is the right head when the
// classes do not exclude each other ("rain", "wind"). Here they do, so the two numbers should add up to 1.
// **Predict first:** do they? Does training help?

// %%
double worst_sum = 0;  // how far two sigmoids are from 1, for the summary

// %%
STEP("Two sigmoids") {
  // Two labels for each day: "dry" and "rain".
  const auto both = [](const Examples& days) { return tg::one_hot(days.labels, 2); };
  const auto sums = [](const tg::Tensor& scores) { return tg::sum(tg::sigmoid(scores), 1); };
  const SoftmaxHead head = begun_alike(lesson::seed()).softmax;
  std::vector<lesson::Row> rows;
  const auto add_row = [&](const std::string& name, const tg::Tensor& sum) {
    rows.push_back(
        {name, lesson::right("{:.4f}", tg::min(sum).item()), lesson::right("{:.4f}", tg::max(sum).item())});
    return tg::max(tg::abs(sum - 1)).item();
  };
  double early = 0, late = 0;
  int done = 0;
  for (int until : {0, 5, 50, 5 * step_count.value()}) {
    descend(tg::optim::SGD(head.parameters(), {.lr = lr}), until - done,
            [&] { return tg::binary_cross_entropy_with_logits(head(record.train.x), both(record.train)); });
    done = until;
    const double off = add_row(fmt::format("linear, {} steps", until), sums(head(record.test.x)));
    if (until == 5) early = off;
    late = off;
  }
  // The same with a hidden layer before it.
  tg::manual_seed(static_cast<std::uint64_t>(lesson::seed()));
  const tg::nn::Dense hidden(2, 8), last(8, 2);
  const auto scores = [&](const tg::Tensor& x) { return last(tg::tanh(hidden(x))); };
  descend(tg::optim::Adam({{"hidden", hidden}, {"last", last}}, {.lr = lr / 10}), step_count,
          [&] { return tg::binary_cross_entropy_with_logits(scores(record.train.x), both(record.train)); });
  worst_sum = add_row(fmt::format("with a hidden layer, {} steps", step_count), sums(scores(record.test.x)));
  lesson::say("\"P(0)\" + \"P(1)\" over the test days\n");
  lesson::table({"two sigmoids", "least", "most"}, rows);
  lesson::claim("trained to the end, two linear sigmoids add up to 1 ten times closer than after five steps",
                late < early / 10, lesson::fails_with("--lr 1e-6"));
}

// %% [markdown]
// For a linear head, training cures it: both sigmoids solve the same problem, mirrored, and that problem has
// one best solution. Nothing makes the sum 1 on the way there, or behind a hidden layer, where there are many
// solutions. A softmax adds up to 1 from the first step on, by its form.
//
// ## Diagnosis 6: why the loss wants raw scores
//
// One may also compute the probability first and its logarithm after. On paper that is the same. A `float`,
// though, has about seven digits, and close to 1 the next number below is $6 \cdot 10^{-8}$ away. A score of
// 18 should give $1 - 1.5 \cdot 10^{-8}$; that does not exist, and becomes 1.
//
// Then $\ln(1 - p)$ is $-\infty$. So libraries *clip*: Keras moves each probability into the range from
// $10^{-7}$ to $1 - 10^{-7}$. From raw scores, nothing needs clipping, since
//
// $$ -\ln(1 - sigmoid(z)) = \ln(1 + e^z) $$
//
// which is nearly $z$ for large $z$.
//
// A day that stayed dry, $y = 0$, with a score that says rain. **Predict first:** what does a score of 50
// cost from the raw score, from the probability, from the clipped probability? And what is the *slope*, the
// derivative of the loss by the score, from which the network would learn its mistake?

// %%
struct Costs {
  double loss, slope;
};

using Loss = tg::Tensor (*)(const tg::Tensor& z, const tg::Tensor& y);

tg::Tensor from_scores(const tg::Tensor& z, const tg::Tensor& y) {
  return tg::binary_cross_entropy_with_logits(z, y);
}
tg::Tensor from_probabilities(const tg::Tensor& z, const tg::Tensor& y) {
  return tg::binary_cross_entropy(tg::sigmoid(z), y);
}
tg::Tensor from_clipped(const tg::Tensor& z, const tg::Tensor& y) {
  return tg::binary_cross_entropy(tg::clamp(tg::sigmoid(z), 1e-7, 1 - 1e-7), y);
}

Costs cost_at(double score, double label, Loss loss_of) {
  const tg::Tensor z = tg::full({1, 1}, score).requires_grad(true);
  const tg::Tensor loss = loss_of(z, tg::full({1, 1}, label));
  loss.backward();
  return {loss.item(), z.grad().item()};
}

double clipped_cap = 0;  // what a score of 50 costs, for the summary

// %%
STEP("A score of 50") {
  std::vector<lesson::Row> rows;
  const auto cell = [](double number) {
    return std::isnan(number) ? lesson::right("nan") : lesson::right("{:.5g}", number);
  };
  for (double z : {0, 10, 15, 17, 18, 50, 100}) {
    const Costs raw = cost_at(z, 0, from_scores), plain = cost_at(z, 0, from_probabilities),
                clipped = cost_at(z, 0, from_clipped);
    rows.push_back({lesson::right("{}", z),
                    lesson::right("{:.9g}", tg::sigmoid(tg::tensor(static_cast<tg::Real>(z))).item()),
                    cell(raw.loss), cell(raw.slope), cell(plain.loss), cell(plain.slope), cell(clipped.loss),
                    cell(clipped.slope)});
  }
  lesson::say(
      "y = 0: loss and slope from raw scores, from the probability, and from the "
      "clipped probability (inf: infinite; nan: not a number)\n");
  lesson::table({"score", "sigmoid", "raw", "slope", "prob.", "slope", "clipped", "slope"}, rows);

  // On the other side: y = 1, and a score that says dry.
  const double low = cost_at(-50, 1, from_clipped).loss;
  clipped_cap = cost_at(50, 0, from_clipped).loss;
  const float highest = 1 - 1e-7F, epsilon = 1e-7F;
  lesson::say(
      "\nThe most that a clipped day can cost, in nats. TensorFlow 2.2 clips and "
      "then adds 1e-7 once more inside the logarithm\n");
  lesson::table({"", "y = 1, sure of dry", "y = 0, sure of rain"},
                {{"on paper, -ln(1e-7)", cell(-std::log(1e-7)), cell(-std::log(1e-7))},
                 {"in float", cell(low), cell(clipped_cap)},
                 {"in float, and 1e-7 added", cell(-std::log(epsilon + epsilon)),
                  cell(-std::log(1 - highest + epsilon))}});

  std::vector<double> scores, raw_loss, raw_slope, clipped_loss, clipped_slope;
  for (double z = -5; z <= 30; z += 0.25) {
    scores.push_back(z);
    const Costs raw = cost_at(z, 0, from_scores), clipped = cost_at(z, 0, from_clipped);
    raw_loss.push_back(raw.loss);
    raw_slope.push_back(raw.slope);
    clipped_loss.push_back(clipped.loss);
    clipped_slope.push_back(clipped.slope);
  }
  lesson::Figure figure(
      "clipped_loss",
      "Where the clipped loss stops rising, its slope falls to 0: the surest mistakes are the ones that "
      "teach nothing.");
  figure.panel("what the day costs");
  figure.axes({.x = "score of a dry day", .y = "loss"});
  figure.line("raw scores", scores, raw_loss);
  figure.line("clipped", scores, clipped_loss);
  figure.panel("what it teaches");
  figure.axes({.x = "score of a dry day", .y = "slope"});
  figure.line("raw scores", scores, raw_slope);
  figure.line("clipped", scores, clipped_slope);
  lesson::show(figure);

  const Costs raw = cost_at(50, 0, from_scores), clipped = cost_at(50, 0, from_clipped);
  lesson::claim("from raw scores, a score of 50 on a dry day costs 50 and has slope 1, exactly",
                raw.loss == 50 && raw.slope == 1);
  lesson::claim("clipped, it has slope 0, exactly", clipped.slope == 0);
  lesson::claim("in float, a sigmoid of 18 is 1, exactly", tg::sigmoid(tg::tensor(18)).item() == 1);
  lesson::claim("the clipped loss ends where it does on paper if y = 1, and lower if y = 0",
                std::abs(low + std::log(1e-7)) < 1e-3 && clipped_cap < low - 0.1);
}

// %% [markdown]
// - *From the probability*, digits are lost long before: at 15 the loss is already off in the third. As soon
//   as the sigmoid is 1 the loss is infinite, and the slope is not a number: one such day spoils every
//   weight. (17 is lost as well as 18, since $1 + e^{-17}$ is rounded before it divides.)
// - *Clipped*, the loss stops rising and the slope is exactly 0. It stops at two places: in float
//   $1 - 10^{-7}$ does not exist either, and the nearest number is a little further from 1. If a loss of
//   yours stands still at a number of the second table, times the share of one class, it is this. So it was
//   in step 8: each dry day cost the number on the right, and a rainy one nothing.
// - *Raw scores* have no such place.
//
// Is a score of 50 far-fetched? Features in large units (air pressure in pascal, about 100000) give scores of
// thousands before the first step. We begin the sigmoid head with a bias of 50, so that it is sure of rain
// every day, and train it in both ways. **Predict first:** who comes back?

// %%
STEP("Begun far off") {
  const Examples& days = record.train;
  const int steps = 2 * step_count;
  const auto train_with = [&](Loss loss_of) {
    const SigmoidHead head = begun_alike(lesson::seed()).sigmoid;
    head.dense.bias.assign(tg::full({1}, 50));
    return descend(tg::optim::SGD(head.parameters(), {.lr = lr}), steps,
                   [&] { return loss_of(head(days.x), days.y); });
  };
  const std::vector<double> raw = train_with(from_scores), clipped = train_with(from_clipped);
  std::vector<lesson::Row> rows;
  for (int step : {0, 50, 100, 200, 400})
    if (const auto at = static_cast<std::size_t>(step); at < raw.size())
      rows.push_back({step, raw[at], clipped[at]});
  lesson::table({"step", "trained on raw scores: loss", "on clipped probabilities: loss"}, rows);
  const double learned_nothing = log_loss(always(rain_share(days), days), days);
  lesson::say("(the share of rain, always: {:.3f})", learned_nothing);
  lesson::claim("begun at a score of 50, raw scores come back and cost less than the share of rain, always",
                raw.back() < learned_nothing, lesson::fails_with("--lr 1e-6"));
  lesson::claim("clipped, the loss does not move in any digit", clipped.back() == clipped.front());
}

// %% [markdown]
// Raw scores do: each dry day has slope 1, however far off it is. Clipped, every slope is 0. (Lesson 1 shows
// how `tg::explain` finds the place where a gradient stops.)
//
// ## The fix
//
// Give `predict_proba` one meaning: the shape is [N, classes], column $k$ is P(k), each row adds up to 1. One
// function for each head, and whoever calls it need not know which head there is.
//
// For the sigmoid head, column 0 is $sigmoid(-z)$. That equals $1 - sigmoid(z)$ on paper, and keeps its
// digits where $1 - p$ would round to 0.
//
// And a warning that sees what Keras' does not. Keras asked whether all numbers are from 0 to 1. We also ask
// whether there is a column for each class, and whether the rows add up to 1. Our `predict_proba` turns the
// warning into an error.

// %%
// What keeps p from being probabilities of classes, in words; empty when nothing does.
std::string complaint_about(const tg::Tensor& p) {
  if (p.rank() != 2 || p.dim(1) < 2)
    return fmt::format("shape {}: a column for each class is needed, and two classes at least", p.shape());
  const double low = tg::min(p).item(), high = tg::max(p).item();
  if (!(low >= 0 && high <= 1))
    return fmt::format("numbers from {:.3g} to {:.3g}; 0 to 1 is needed. Are these raw scores?", low, high);
  const double off = tg::max(tg::abs(tg::sum(p, 1) - 1)).item();
  if (off > 1e-4)
    return fmt::format("a row misses the sum 1 by {:.2g}. Are these sigmoids, one for each class?", off);
  return "";
}

tg::Tensor checked(const tg::Tensor& p) {
  if (const std::string complaint = complaint_about(p); !complaint.empty())
    tg::fail("predict_proba", "{}", complaint);
  return p;
}

// [N,2]: P(0) and P(1)
tg::Tensor predict_proba(const SigmoidHead& head, const tg::Tensor& x) {
  const tg::Tensor z = head(x).detach();
  return checked(tg::sigmoid(tg::concat({-z, z}, 1)));
}
tg::Tensor predict_proba(const SoftmaxHead& head, const tg::Tensor& x) {
  return checked(tg::softmax(head(x).detach()));
}

// [N]: the likelier class
template <class Head>
tg::Indices predict(const Head& head, const tg::Tensor& x) {
  return tg::argmax(predict_proba(head, x), 1);
}

// What Keras checked.
bool keras_would_warn(const tg::Tensor& p) { return tg::min(p).item() < 0 || tg::max(p).item() > 1; }

// %% [markdown]
// The demo of the beginning again, and then the warnings.

// %%
STEP("The same demo, fixed") {
  const Examples& days = record.test;
  const Heads heads = trained_heads(lesson::seed());
  const tg::Tensor one = predict_proba(heads.sigmoid, days.x), two = predict_proba(heads.softmax, days.x);
  std::vector<lesson::Row> rows;
  for (int day = 0; day < 5; ++day)
    rows.push_back({day + 1, days.labels.at({day}) == 1 ? "rain" : "dry",
                    lesson::right("[{:.3f}, {:.3f}]", one.at({day, 0}), one.at({day, 1})),
                    lesson::right("[{:.3f}, {:.3f}]", two.at({day, 0}), two.at({day, 1}))});
  lesson::table({"day", "it was", "sigmoid head", "softmax head"}, rows);
  lesson::say("");
  lesson::table({"accuracy", "sigmoid head", "softmax head"},
                {{"column 0, read as P(0)", percent(read_as_dry(one, days)), percent(read_as_dry(two, days))},
                 {"predict: the likelier class", percent(accuracy(predict(heads.sigmoid, days.x), days)),
                  percent(accuracy(predict(heads.softmax, days.x), days))}});
  const double best = accuracy(above(days.chance, 0.5), days);
  lesson::say("(the majority: {:.1f}%; the true chance: {:.1f}%)", 100 * majority, 100 * best);
  const tg::Tensor fifty = tg::tensor(50);
  lesson::say("P(0) at a score of 50: 1 - sigmoid(50) is {}, sigmoid(-50) is {:.3g}",
              (1 - tg::sigmoid(fifty)).item(), tg::sigmoid(-fifty).item());
  lesson::claim("both heads give shape [N, 2]", one.shape() == two.shape() && one.dim(1) == 2);
  lesson::claim("read as P(0), column 0 now comes within two points of the true chance with both heads",
                std::min(read_as_dry(one, days), read_as_dry(two, days)) > best - 0.02,
                lesson::fails_with("--lr 1e-6"));
}

// %%
STEP("Who warns") {
  const Examples& days = record.test;
  const Heads heads = trained_heads(lesson::seed());
  const tg::Tensor scores = heads.softmax(days.x).detach();
  std::vector<lesson::Row> rows;
  const auto add_row = [&](const char* name, const tg::Tensor& p) {
    const std::string complaint = complaint_about(p);
    rows.push_back(
        {name, keras_would_warn(p) ? "warns" : "silent", complaint.empty() ? "silent" : complaint});
  };
  const tg::Tensor one_unit = tg::softmax(tg::slice(scores, 1, 0, 1)), sigmoids = tg::sigmoid(scores);
  add_row("raw scores, no head at all", scores);
  add_row("one sigmoid, [N, 1]", keras_predict(heads.sigmoid, days.x));
  add_row("softmax over one unit", one_unit);
  add_row("two sigmoids", sigmoids);
  add_row("predict_proba, sigmoid head", predict_proba(heads.sigmoid, days.x));
  add_row("predict_proba, softmax head", predict_proba(heads.softmax, days.x));
  lesson::table({"output", "Keras' check", "our check"}, rows);
  const std::string refusal =
      lesson::error_of([&] { tg::binary_cross_entropy(tg::tensor({{1.7}}), tg::tensor({{1}})); });
  lesson::say("\nA loss that got a score as a probability: {}", refusal);
  lesson::claim(
      "a check of the range alone is silent about two sigmoids and about a softmax over one unit, "
      "ours is not",
      !keras_would_warn(sigmoids) && !keras_would_warn(one_unit) && !complaint_about(sigmoids).empty() &&
          !complaint_about(one_unit).empty());
  lesson::claim("a loss that takes probabilities refuses 1.7",
                refusal.find("Raw scores go into") != std::string::npos);
}

// %% [markdown]
// In this table the two sigmoids got the scores of a softmax head, as happens when the last layer is changed
// and the weights are loaded from the old file.
//
// A loss should refuse what is no probability, too. In Keras someone forgot the sigmoid and trained for days:
// the loss clipped the scores into range, and nothing looked wrong (keras-team/keras, issue 4744).
//
// ## Are they true?
//
// Now the numbers have the form of probabilities. That does not make them true. Probabilities are
// *calibrated* if, of all days on which 70% was said, it rains on 70%; and so for each number.
//
// To measure it, sort the days into ten groups by the P(1) that was said: below 0.1, 0.1 to 0.2, and so on.
// For each group compare the mean of what was *said* with the share of days on which it *happened*. A
// *reliability diagram* has the one to the right and the other upwards: calibrated is the diagonal. The
// *expected calibration error*, ECE for short, is the distance from it, in the mean over the days. With $n_k$
// days in group $k$:
//
// $$ ECE = \sum_k \frac{n_k}{N} \cdot |said_k - happened_k| $$
//
// An easy way to spoil calibration: multiply all scores by 3. **Predict first:** what happens to the
// accuracy? To the log loss? On which side of the diagonal do the points lie where the network says 90%?
//
// The cure is as simple. Divide all scores by one number, the *temperature* $T$. It is chosen on *validation*
// days, so that the log loss is least there: gradient descent again, on a single number. We train $\ln T$, so
// that $T$ cannot become negative.

// %%
using lesson::Reliability;  // of each group: what was said, what happened, how many days; and the ECE

// Of P(1) said on some days: [N,1]
Reliability reliability(const tg::Tensor& p, const Examples& days) {
  return lesson::reliability(p.values(), days.labels.values(), bin_count);
}

// The temperature that makes these scores [N,1] cost least.
double best_temperature(const tg::Tensor& scores, const tg::Tensor& y) {
  const tg::Tensor z = scores.detach(), log_t = tg::tensor(0).requires_grad(true);
  descend(tg::optim::Adam({{"log_t", log_t}}, {.lr = 0.05}), 150,
          [&] { return tg::binary_cross_entropy_with_logits(z * tg::exp(-log_t), y); });
  return std::exp(log_t.item());
}

double score_loss(const tg::Tensor& scores, const Examples& days) {
  return tg::binary_cross_entropy_with_logits(scores, days.y).item();
}

// Accuracy, log loss and ECE of probabilities, and of raw scores: [N,1]
lesson::Row probability_row(const std::string& name, const tg::Tensor& p, const Examples& days) {
  return {name, percent(accuracy(above(p, 0.5), days)), lesson::right("{:.4f}", log_loss(p, days)),
          lesson::right("{:.4f}", reliability(p, days).ece)};
}
lesson::Row score_row(const std::string& name, const tg::Tensor& scores, const Examples& days) {
  return {name, percent(accuracy(above(scores, 0), days)), lesson::right("{:.4f}", score_loss(scores, days)),
          lesson::right("{:.4f}", reliability(tg::sigmoid(scores), days).ece)};
}

// One panel of a reliability diagram.
void draw(lesson::Figure& figure, const std::string& title, const Reliability& measured) {
  figure.panel(title);
  figure.line("calibrated", {0, 1}, {0, 1});
  figure.points("measured", measured.said, measured.happened);
}

// %%
STEP("Calibrated, over-confident, cured") {
  const Examples &validation = record.validation, &test = record.test;
  const SigmoidHead head = trained_heads(lesson::seed()).sigmoid;
  const tg::Tensor trained = head(test.x).detach(), bold = trained * stretch.value();
  const double temperature = best_temperature(head(validation.x) * stretch.value(), validation.y);
  const tg::Tensor cured = bold * (1 / temperature);
  lesson::say("temperature found on the validation days for the scores times {}: {:.3f}\n", stretch,
              temperature);
  lesson::table({"test days", "accuracy", "log loss", "ECE"},
                {probability_row("the true chance", test.chance, test),
                 probability_row("the share of rain, always", always(rain_share(record.train), test), test),
                 score_row("as trained", trained, test),
                 score_row(fmt::format("scores x {}", stretch.value()), bold, test),
                 score_row("and divided by the temperature", cured, test)});

  const Reliability good = reliability(tg::sigmoid(trained), test),
                    bad = reliability(tg::sigmoid(bold), test), back = reliability(tg::sigmoid(cured), test);
  std::vector<lesson::Row> rows;
  for (std::size_t k = 0; k < bad.said.size(); ++k)
    rows.push_back(
        {lesson::right("{:.3f}", bad.said[k]), lesson::right("{:.3f}", bad.happened[k]), bad.counts[k]});
  lesson::say(
      "\nThe groups of the scores x {}: P(1) as said, the share of rain, and how many days there were\n",
      stretch);
  lesson::table({"said", "happened", "days"}, rows);

  lesson::Figure figure(
      "reliability",
      "As trained, the points lie near the diagonal. Scaled up, they lie above it on the left and below it "
      "on the right. The temperature puts them back.");
  figure.axes({.x = "P(1) said", .y = "share of rain", .x_range = {0, 1}, .y_range = {0, 1}});
  draw(figure, "as trained", good);
  draw(figure, fmt::format("scores x {}", stretch.value()), bad);
  draw(figure, "after the temperature", back);
  lesson::show(figure);
  lesson::claim(
      "scaled up, the calibration error is at least twice that of the scores as trained, "
      "and the log loss higher",
      bad.ece > 2 * good.ece && score_loss(bold, test) > score_loss(trained, test),
      lesson::fails_with("--stretch 1"));
  lesson::claim("the temperature takes off at least half of that error", back.ece < bad.ece / 2,
                lesson::fails_with("--stretch 1"));
}

// %% [markdown]
// Scores scaled up are *over-confident*: what was said is too near to 0 and to 1. Accuracy sees nothing of
// it, since every score keeps its sign. The log loss does. Note that the true chance has an ECE above 0 too:
// with this many days, that much is luck. And that *the share of rain, always* is well calibrated, and of no
// use. Calibration is not all; the log loss asks for both.
//
// ## Where over-confidence comes from
//
// Nobody multiplies scores by 3. Networks do it by themselves when they learn their training days by heart.
// Now a network with a hidden layer gets 200 days, with eight more features that have nothing to do with
// rain. We train it until it knows those days, choose the temperature on 200 others, and repeat all that for
// several seeds.
//
// **Predict first:** is it better than the majority? Does it cost less than saying the share of rain, always?

// %%
struct Network {
  tg::nn::Dense hidden;
  SigmoidHead head;
  Network(int features, int units) : hidden(features, units), head(units) {}
  tg::Tensor operator()(const tg::Tensor& x) const { return head(tg::tanh(hidden(x))); }
  tg::nn::Parameters parameters() const { return {{"hidden", hidden}, {"head", head}}; }
};

int seeds_wanted() { return lesson::seeds(3, 10, 50).size(); }

struct Overconfidence {
  double by_heart, accuracy, majority, learned_nothing, loss, temperature, cured_loss, ece, cured_ece;
};

Overconfidence overtrained(int seed) {
  tg::manual_seed(static_cast<std::uint64_t>(seed));
  const int idle = 8;
  const Examples few = weather(200, idle), validation = weather(200, idle), test = weather(2000, idle);
  const Network network(2 + idle, 32);
  descend(tg::optim::Adam(network.parameters(), {.lr = lr / 25}), lesson::quick() ? 400 : 1000,
          [&] { return tg::binary_cross_entropy_with_logits(network(few.x), few.y); });
  const tg::Tensor scores = network(test.x).detach();
  const double temperature = best_temperature(network(validation.x), validation.y);
  const tg::Tensor cured = scores * (1 / temperature);
  return {accuracy(above(network(few.x), 0), few),
          accuracy(above(scores, 0), test),
          1 - rain_share(test),
          log_loss(always(rain_share(few), test), test),
          score_loss(scores, test),
          temperature,
          score_loss(cured, test),
          reliability(tg::sigmoid(scores), test).ece,
          reliability(tg::sigmoid(cured), test).ece};
}

lesson::Spread over(const std::vector<Overconfidence>& runs, double Overconfidence::*part) {
  std::vector<double> numbers;
  for (const Overconfidence& run : runs) numbers.push_back(run.*part);
  return lesson::spread(numbers);
}

double overtrained_loss = 0, overtrained_baseline = 0;  // medians, for the summary

// %%
STEP("Learned by heart") {
  std::vector<Overconfidence> runs;
  lesson::Progress progress("training", seeds_wanted());
  for (int k = 0; k < seeds_wanted(); ++k) {
    runs.push_back(overtrained(lesson::seed() + k));
    progress.step("loss {:.3f}", runs.back().loss);
  }
  using O = Overconfidence;
  const auto number = [&](double O::*part) {
    const lesson::Spread s = over(runs, part);
    return lesson::right("{:.2f} ({:.2f} to {:.2f})", s.median, s.low, s.high);
  };
  lesson::say("{} seeds from {} on: median (range), of the accuracy the median\n", seeds_wanted(),
              lesson::seed());
  const auto share = [&](double O::*part) { return percent(over(runs, part).median); };
  lesson::table({"", "accuracy", "log loss", "ECE"},
                {{"share of rain, always", share(&O::majority), number(&O::learned_nothing), ""},
                 {"the network", share(&O::accuracy), number(&O::loss), number(&O::ece)},
                 {"after the temperature", share(&O::accuracy), number(&O::cured_loss),
                  number(&O::cured_ece)}});
  lesson::say("\naccuracy on its own training days: {:.1f}%", 100 * over(runs, &O::by_heart).median);
  const lesson::Spread t = over(runs, &O::temperature);
  lesson::say("temperature: {:.2f} ({:.2f} to {:.2f})", t.median, t.low, t.high);
  overtrained_loss = over(runs, &O::loss).median;
  overtrained_baseline = over(runs, &O::learned_nothing).median;
  const double cured = over(runs, &O::cured_loss).median;
  lesson::claim(
      "learned by heart, the network beats the majority and yet costs more than the share of rain, always",
      over(runs, &O::accuracy).median > over(runs, &O::majority).median &&
          overtrained_loss > overtrained_baseline,
      lesson::fails_with("--lr 1e-6"));
  lesson::claim("divided by the temperature, it costs less", cured < overtrained_baseline,
                lesson::fails_with("--lr 1e-6"));
}

// %% [markdown]
// A network can choose the right class most of the time and still say numbers that cost more than one average
// said every day. One more parameter, chosen on days that were not trained on, repairs most of it. It can't
// repair the wrong choices.
//
// ## Experiment: two heads, two optimizers, several seeds
//
// Each seed makes a weather record and a beginning of its own. We count the steps until the loss on the
// training days is within 0.005 of the lowest that any of the heads reached. **Predict first:** how many
// steps does the softmax head need, compared with the sigmoid head?

// %%
struct Entry {
  std::string optimizer, head, step_size;
  std::vector<double> steps, accuracy, loss, ece;  // one for each seed
};

std::vector<Entry> table_of_heads;

int experiment_limit() { return 2 * step_count; }

// The steps until a curve is within 0.005 of a loss; the limit where it never is.
double steps_to(const std::vector<double>& losses, double lowest) {
  const auto found =
      std::find_if(losses.begin(), losses.end(), [&](double loss) { return loss < lowest + 0.005; });
  return found == losses.end() ? experiment_limit() : static_cast<double>(found - losses.begin());
}

double median_steps(std::size_t entry) { return lesson::spread(table_of_heads[entry].steps).median; }

// %%
STEP("The experiment") {
  table_of_heads.clear();
  for (const char* optimizer : {"SGD", "Adam"}) {
    const double step_size = optimizer[0] == 'S' ? lr : lr / 10;
    table_of_heads.push_back({optimizer, "sigmoid", fmt::format("{:.3g}", step_size), {}, {}, {}, {}});
    table_of_heads.push_back({optimizer, "softmax", fmt::format("{:.3g}", step_size), {}, {}, {}, {}});
    table_of_heads.push_back(
        {optimizer, "softmax", fmt::format("{:.3g}", softmax_lr * step_size), {}, {}, {}, {}});
  }
  std::vector<double> learned_nothing, true_loss, true_accuracy, majorities, true_ece;
  lesson::Progress progress("training", seeds_wanted());
  for (int k = 0; k < seeds_wanted(); ++k) {
    const int seed = lesson::seed() + k;
    const Weather days = weather_record(seed);
    std::vector<std::vector<double>> curves;
    std::size_t at = 0;
    const auto run = [&](const auto& head, auto optimizer) {
      curves.push_back(descend(optimizer, experiment_limit(), [&] { return cost(head, days.train); }));
      const tg::Tensor p = tg::slice(predict_proba(head, days.test.x), 1, 1, 2);
      Entry& entry = table_of_heads[at++];
      entry.accuracy.push_back(accuracy(above(p, 0.5), days.test));
      entry.loss.push_back(cost(head, days.test).item());
      entry.ece.push_back(reliability(p, days.test).ece);
    };
    const auto run_all = [&](auto make) {
      const Heads first = begun_alike(seed), second = begun_alike(seed);
      run(first.sigmoid, make(first.sigmoid, 1.0));
      run(first.softmax, make(first.softmax, 1.0));
      run(second.softmax, make(second.softmax, softmax_lr));
    };
    run_all(
        [](const auto& head, double share) { return tg::optim::SGD(head.parameters(), {.lr = share * lr}); });
    run_all([](const auto& head, double share) {
      return tg::optim::Adam(head.parameters(), {.lr = share * lr / 10});
    });
    double lowest = HUGE_VAL;
    for (const auto& curve : curves) lowest = std::min(lowest, *std::min_element(curve.begin(), curve.end()));
    for (std::size_t i = 0; i < curves.size(); ++i)
      table_of_heads[i].steps.push_back(steps_to(curves[i], lowest));
    learned_nothing.push_back(log_loss(always(rain_share(days.train), days.test), days.test));
    true_loss.push_back(log_loss(days.test.chance, days.test));
    true_accuracy.push_back(accuracy(above(days.test.chance, 0.5), days.test));
    true_ece.push_back(reliability(days.test.chance, days.test).ece);
    majorities.push_back(1 - rain_share(days.test));
    progress.step("lowest loss {:.4f}", lowest);
  }
  std::vector<lesson::Row> rows;
  const auto number = [](const std::vector<double>& numbers) {
    return lesson::right("{:.4f}", lesson::spread(numbers).median);
  };
  const auto share = [](const std::vector<double>& numbers) {
    return percent(lesson::spread(numbers).median);
  };
  for (const Entry& entry : table_of_heads) {
    const lesson::Spread steps = lesson::spread(entry.steps);
    rows.push_back({entry.optimizer, entry.head, lesson::right(entry.step_size),
                    lesson::right("{} ({} to {})", steps.median, steps.low, steps.high),
                    share(entry.accuracy), number(entry.loss), number(entry.ece)});
  }
  rows.push_back({"", "share of rain", "", "", share(majorities), number(learned_nothing), ""});
  rows.push_back({"", "true chance", "", "", share(true_accuracy), number(true_loss), number(true_ece)});
  lesson::say(
      "seeds: {}, from {} on. Steps on the training days: median (range), at most {}; "
      "the rest on the test days: median\n",
      seeds_wanted(), lesson::seed(), experiment_limit());
  lesson::table({"optimizer", "head", "step size", "steps", "accuracy", "log loss", "ECE"}, rows);
  for (std::size_t first : {std::size_t{0}, std::size_t{3}}) {
    const double alone = median_steps(first), as_long = median_steps(first + 1),
                 shorter = median_steps(first + 2);
    const std::string& optimizer = table_of_heads[first].optimizer;
    lesson::claim(
        fmt::format(
            "{}: with the same step size the softmax head needs less than three quarters of the steps",
            optimizer),
        as_long < 0.75 * alone, lesson::fails_with("--lr 1e-6"));
    lesson::claim(fmt::format("{}: with half the step size it needs as many as the sigmoid head, within one",
                              optimizer),
                  std::abs(shorter - alone) <= 1, lesson::fails_with("--softmax-lr 1"));
  }
}

// %% [markdown]
// Read the last three columns first: with time, all six end at the same place, and that is the true chance
// but for the luck of the draw. The heads differ in how they get there, and there the step size explains all
// of it.
//
// ## Your own table
//
// The softmax head on a table of your own, which may have more than two classes: `--data FILE.csv --target
// COLUMN`. The column of classes may hold numbers or names. The other columns are the features, but for
// texts, dates, and columns that only count. The run says first how it read the file. `--columns a,b` uses
// these features alone, `--skip a` leaves one out, `--header yes` or `no` says whether line 1 holds names,
// `--separator semicolon` what stands between columns, and `--missing -999` what stands for a missing
// number. Without `--data`, a weather record in ordinary units takes its place.
//
// - Of five rows, three are for training, one for validation and one for the test. Which ones is drawn at
//   random, since files are often sorted by class; the draw is the same in every run. Rows that stand in
//   the table twice come into one part: a test row that was trained on would flatter the network.
// - Features are *standardised*: less their mean, divided by their spread (standard deviation), both taken
//   from the training rows. You have seen above what scores of thousands do.
// - Features that never change in the training rows are left out.
// - Adam trains on shuffled batches of 64 rows. The network with the least log loss on the validation rows
//   is kept.
// - The test rows judge it, beside the *majority*: the commonest class, always, with the shares of the
//   classes in training as its probabilities.
// - The ECE here is that of the class that is named, since there may be more than two. With few test rows,
//   most of an ECE is luck. To see how much, we draw outcomes from the very probabilities that were said,
//   as if they were true, and measure the ECE on those. (With few validation rows the temperature is luck,
//   too. It is at least 1 here, so it can only take off over-confidence.)
//
// The program `classify` is this section for daily use: it saves the network, goes on after Ctrl-C, takes
// a hidden layer, and gives the probabilities of new rows: `make program NAME=classify ARGS=--help`.

// %%
// The weather record in percent and hectopascal.
lesson::Csv weather_table(int rows) {
  tg::manual_seed(static_cast<std::uint64_t>(lesson::seed()) + 1);
  const Examples days = weather(rows);
  const std::vector<tg::Real> x = (days.x * tg::tensor({{8, -6}}) + tg::tensor({{70, 1013}})).values();
  lesson::Csv table{.names = {"humidity", "pressure"},
                    .rows = rows,
                    .columns = 2,
                    .values = {x.begin(), x.end()}};
  for (int label : days.labels.values()) table.classes.push_back(label == 1 ? "rain" : "dry");
  table.class_column = "next day";
  return table;
}

// %%
STEP_ON_DATA(data, "A softmax head on a table") {
  const bool own = !data.value().empty();
  lesson::CsvOptions how = table_flags.options();
  how.classes = target;
  const lesson::Csv csv = own ? lesson::read_csv(data, how) : weather_table(2000);
  if (own) lesson::say("{}\n", csv.understood);
  const lesson::ClassTable table = lesson::class_table(csv, own ? tg::shown_path(data) : "the weather");
  for (const std::string& sentence : table.understood) lesson::say("{}", sentence);

  lesson::ClassifierTraining training(table, {.hidden = 0, .lr = lr / 50}, lesson::seed());
  lesson::train_classifier(training, table, (step_count + 9) / 10);
  lesson::say(
      "\nOn the test rows, after {} epochs; epoch {} was best on the validation rows (log loss in nats)\n",
      training.epoch, training.best_epoch);
  lesson::table({"", "accuracy", "log loss", "ECE", "ECE by luck"}, lesson::class_rows(training.best, table));

  const auto score_of = [&](const tg::Tensor& log_p) {
    return lesson::class_score(log_p, table.test.labels);
  };
  const lesson::ClassScore network = score_of(training.best.log_probabilities(table.test.x)),
                           majority = score_of(lesson::share_log_probabilities(table, table.test.x.dim(0)));
  if (network.log_loss >= majority.log_loss)
    lesson::say(
        "The network costs no less than the majority does: these features do not tell it the class, or it "
        "needs more training (--steps).");
  lesson::Figure figure(
      "reliability_on_test_rows",
      fmt::format("On {} test rows the network has an ECE of {:.3f}. If its probabilities were true, luck "
                  "alone would make that about {:.3f}.",
                  table.split.test.size(), network.named.ece, network.ece_by_luck));
  figure.axes({.x = "P of the class named", .y = "share right", .x_range = {0, 1}, .y_range = {0, 1}});
  draw(figure, "", network.named);
  lesson::show(figure);

  const std::string text = "on the test rows the network costs less than three quarters of the majority";
  if (own) return lesson::skip_claim(text, "it is about the weather made from the seed");
  lesson::claim(text, network.log_loss < 0.75 * majority.log_loss, lesson::fails_with("--lr 1e-6"));
}

// %% [markdown]
// ## What the original answer got wrong, or left out
//
// What it says about the two shapes is right. Here is what a second look adds.

// %%
STEP("The answer, line by line") {
  lesson::table(
      {"the answer", "this run"},
      {{"one sigmoid: P(1). Two softmax outputs: P(0), P(1)",
        fmt::format("right; so column 0 means the opposite: misread, {:.1f}% are right (majority: {:.1f}%)",
                    100 * misread, 100 * majority)},
       {"\"theoretical advantages\" of one sigmoid, not named",
        "the same probabilities with half the numbers, no null direction, weights that can be read"},
       {"(says nothing about training)",
        fmt::format("the softmax head learns twice as fast at the same step size: {} steps for {} with SGD",
                    median_steps(1), median_steps(0))},
       {"(nor about optimizers)",
        fmt::format(
            "half the step size is the cure, for Adam too: losses agree to {:.1g}; half the loss leaves "
            "{:.2g}",
            adam_half_step, adam_half_loss)},
       {"a warning when numbers leave 0 to 1",
        fmt::format(
            "silent about two sigmoids (up to {:.2g} off the sum 1) and about a softmax over one unit",
            worst_sum)},
       {"(says nothing about the loss)",
        fmt::format(
            "clipped, a sure mistake costs {:.3f} and has slope 0; from raw scores it costs its score "
            "and has slope 1",
            clipped_cap)},
       {"calls the numbers probabilities",
        fmt::format(
            "a network that knew its training days by heart: log loss {:.3f}, share of rain, always: {:.3f}",
            overtrained_loss, overtrained_baseline)}});
}

// %% [markdown]
// And to the question, in one line: `[a, b]` is P(0), P(1) if it comes from a softmax; a single number is
// P(1); and both only as far as a reliability diagram says so.
//
// ## Your turn
//
// Write down what you expect, then run the lesson again with
//
// - `--softmax-lr 1`: which claims become false? Why not the others?
// - `--lr 1e-6`: hardly any learning. Which claims survive, and what do those have in common?
// - `--stretch 0.3`: under-confident scores. On which side of the diagonal do the points lie now? What is the
//   temperature?
// - `--bins 100`: the ECE of the true chance grows. Why?
// - `--steps 20`: is the sigmoid head calibrated before it has finished learning?
// - `--seed 100`: other weather, other beginnings. Which numbers move, and which hardly do?
// - `--data FILE.csv --target COLUMN`: is the majority beaten? Do the points lie on the diagonal?
//
// ## Exercises
//
// - `make exercise N=8`, *predict_proba* (fill): write it for both heads, so that it always gives [N, classes]
//   and keeps its digits near 0.
// - `make exercise N=9`, *a layer with a trainable slope* (extend): PReLU, to stand between two dense layers.
// - `make exercise N=10`, *temperature* (extend): a layer with one trainable number that divides the scores,
//   and is chosen on validation data.
// - `make exercise N=11`, *one step of two heads* (investigate): how much faster one of them learns, and which
//   step sizes make them alike when there is a hidden layer.
//
// ## Reading
//
// - [arxiv.org/abs/1706.04599](https://arxiv.org/abs/1706.04599), Guo and others, 2017: large networks are
//   over-confident, and one temperature cures most of it.
// - [deeplearningbook.org](https://www.deeplearningbook.org), Goodfellow, Bengio and Courville, 2016:
//   sections 4.1 (overflow and underflow) and 6.2.2 (which output goes with which loss).
// - [scikit-learn.org](https://scikit-learn.org/stable/modules/calibration.html), chapter "Probability
//   calibration": reliability diagrams of many kinds of model.
