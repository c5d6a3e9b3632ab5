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
// | asked | <https://stackoverflow.com/q/41716380> (question and answers are CC BY-SA 3.0) |
// | you learn to | read the output of both kinds of network; give both one shape; keep a loss exact where probabilities have rounded; test whether probabilities are true |
// | you need | derivatives, logarithms, a little C++ |
// | time | 30 minutes to read; some seconds to run |
// | your data | `--data FILE.csv --target COLUMN`: the last section says how the file is read |
//
// ## In short
//
// It depends on the last layer. `Dense(2, activation="softmax")` gives rows `[a, b]`: `a` is P(0), the
// probability of class 0, and `b` is P(1). `Dense(1, activation="sigmoid")` gives one column, and that
// is P(1). Column $k$ means class $k$ because your targets are coded so. A last layer *without* sigmoid
// or softmax gives raw scores, which are no probabilities. (`predict_proba` was `predict` under another
// name, until TensorFlow 2.6 removed it.) Bring whatever you have to one shape, [N, 2]:
//
// ```python
// p = model.predict(x)  # Keras, the last layer has a sigmoid or a softmax
// proba = np.hstack([1 - p, p]) if p.shape[1] == 1 else p  # P(0), P(1)
// z = model.predict(x)  # Keras, it has neither (trained with from_logits=True): raw scores
// proba = tf.sigmoid(np.hstack([-z, z])) if z.shape[1] == 1 else tf.nn.softmax(z)
// z = model(x)  # PyTorch: raw scores
// proba = torch.sigmoid(torch.cat([-z, z], 1)) if z.shape[1] == 1 else z.softmax(1)
// ```
//
// ```cpp
// const tg::Tensor z = model(x);  // here: raw scores
// const tg::Tensor proba = z.dim(1) == 1 ? tg::sigmoid(tg::concat({-z, z}, 1)) : tg::softmax(z);
// ```
//
// **The number:** say class 0 where the first column is above 0.5. With two softmax outputs that is
// right for more than 80 % of our test examples, with one sigmoid for less than 20 %, in each of ten
// runs (step 1). For training, give the loss raw scores: `BCEWithLogitsLoss` in PyTorch, here
// `binary_cross_entropy_with_logits`, in Keras `from_logits=True` (newer Keras on TensorFlow takes them
// from a last sigmoid or softmax by itself; step 5). Whether 0.9 means 90 %, only a test tells (step 8).
//
// ## The question
//
// Someone has trained a Keras network to tell class 0 from class 1. `predict_proba` gives an "array of
// probability predictions". They ask: "does the output is [a, b], for a is probability of class_0, and
// b is the probability of class_1?"
//
// The accepted answer says: it depends on the network. One sigmoid gives one number, P(1). Two softmax
// outputs give the pair P(0), P(1). It calls the second way "rarely used", and says that the first has
// "some theorethical advantages". Another answer adds that it depends on the targets, too.
//
// What they say about the two shapes is right. Four questions stay open. What happens to somebody who
// mixes the two up? Which advantages does one sigmoid have? What does the loss need? And is a number
// between 0 and 1 a probability at all?
//
// A line with a tick is a *claim*: this run has checked it, and a false one makes the program fail.
// "Becomes false with" names flags that break it. Keras, TensorFlow and scikit-learn are not installed
// here. What we say of them we read in their sources and documentation. What we say of PyTorch we ran,
// with version 1.13.

// %%
#include <algorithm>
#include <functional>
#include <map>

#include "support/classifier.hpp"
#include "support/lesson.hpp"
#include "support/reliability.hpp"
#include "tinygrad_cpp/tinygrad.hpp"
#include "tinygrad_cpp/utf8.hpp"

lesson::Knob<bool> mended{"mended", false, "the right form wherever the lesson takes a wrong one on purpose"};
lesson::Knob<bool> keras_shape{"keras-shape", false,
                               "wrong turn: predict_proba gives what Keras' predict gives"};
lesson::Knob<bool> one_column{"one-column", false,
                              "wrong turn: column 1 of a softmax head stands for the difference"};
lesson::Knob<bool> clip{"clip", false, "wrong turn: clipped probabilities in place of raw scores"};
lesson::Knob<bool> on_training{"on-training", false, "wrong turn: choose the temperature on training days"};
lesson::Knob<double> lr{"lr", 0.5,
                        "step size of gradient descent; Adam takes a tenth, with --data a fiftieth",
                        lesson::at_least{0}};
lesson::Knob<double> softmax_lr{"softmax-lr", 0.5,
                                "the softmax head's step size that should make both heads learn alike",
                                lesson::at_least{0}};
lesson::Knob<double> decay{"decay", 0, "weight decay where the lesson has none", lesson::at_least{0}};
lesson::Knob<int> step_count{"steps", 200, "training steps", lesson::at_least{1}};
lesson::Knob<int> heart_steps{"heart-steps", 0, "steps to learn days by heart (0: 1000, or 400 with --quick)",
                              lesson::at_least{0}};
lesson::Knob<double> stretch{"stretch", 3, "factor that makes scores over-confident", lesson::at_least{0.1}};
lesson::Knob<int> bin_count{"bins", 10, "groups of days in a reliability diagram", lesson::at_least{2}};
lesson::DataKnob<std::string> data{"data", "", "a CSV file of your own: numbers, and a column of classes"};
lesson::DataKnob<std::string> target{"target", "",
                                     "the column of --data that holds the classes: its name or number"};
lesson::CsvKnobs table_flags;

lesson::SeedRange runs() { return lesson::seeds(5, 10, 20); }

// %% [markdown]
// ## The data
//
// Our data is a made-up weather record. For each of $N$ days there are two *features*, known in the
// evening: *damp*, how humid the air is, and *fall*, how much the air pressure fell. Both are drawn from
// a normal distribution with mean 0 and variance 1. The *label* $y$ says what the next day brought: 1
// is rain, 0 is dry. We draw it too, from a chance that we know:
//
// $$ P(1) = \frac{1}{1 + e^{-s}}, \quad s = 1.5 \, damp + 2 \, fall - 1.5 $$
//
// Real data does not give the true chance. We use it to check what a network says. Each run of an
// experiment makes a record of its own: 1000 days to train on, 2000 to choose settings by
// (*validation*), and 4000 for the numbers that we report (*test*).

// %%
// 1 where a number of the column [N,1] is above a limit, 0 elsewhere: [N]
tg::Indices above(const tg::Tensor& column, double limit) {
  std::vector<int> classes;
  for (const tg::Real value : column.values()) classes.push_back(value > limit ? 1 : 0);
  return tg::indices(classes);
}

struct Days {
  tg::Tensor x;        // [N,D]
  tg::Tensor score;    // [N,1], s: the true P(1) is its sigmoid
  tg::Tensor y;        // [N,1], 1 where it rained
  tg::Indices labels;  // [N], the same
};

// Days with two features that matter, and some that do not.
Days weather(int count, int idle = 0) {
  const tg::Tensor x = tg::randn({count, 2 + idle});
  const tg::Tensor score = tg::matmul(tg::slice(x, 1, 0, 2), tg::tensor({{1.5}, {2}})) - 1.5;
  const tg::Tensor y = tg::uniform({count, 1}, 0, 1) < tg::sigmoid(score);
  return {x, score, y, above(y, 0.5)};
}

struct Record {
  Days train, validation, test;
};

Record record(int seed) {
  tg::manual_seed(static_cast<std::uint64_t>(seed));
  return {weather(1000), weather(2000), weather(4000)};
}

// %% [markdown]
// ## Two heads
//
// The last layer of a network is its *head*. It computes *raw scores*, also called *logits*: any
// numbers, positive or negative. A sigmoid or a softmax makes probabilities of them. Our head has
// nothing before it, so the whole network is a matrix of weights $W$ and a bias $b$. One score $z$ and
// a sigmoid give P(1):
//
// $$ z = x W + b, \quad P(1) = sigmoid(z) = \frac{1}{1 + e^{-z}} $$
//
// Two scores $z_0, z_1$, from a $W$ with two columns, and a softmax give both:
//
// $$ P(0) = \frac{e^{z_0}}{e^{z_0} + e^{z_1}}, \quad P(1) = \frac{e^{z_1}}{e^{z_0} + e^{z_1}} $$
//
// Both are trained on the *log loss*. A day costs $-\ln$ of the probability that was given to what then
// happened. That is 0 where the probability was 1, and it grows without limit as the probability goes
// to 0. We give the mean over days, in *nats*, the unit of the natural logarithm. The loss functions
// take the raw scores and do the sigmoid or the softmax themselves. Step 5 shows why.

// %% tags=["unfolded"]
struct SigmoidHead {
  tg::nn::Dense dense;
  explicit SigmoidHead(int features = 2) : dense(features, 1) {}
  tg::Tensor operator()(const tg::Tensor& x) const { return dense(x); }  // raw scores [N,1]
  tg::nn::Parameters parameters() const { return dense.parameters(); }
};

struct SoftmaxHead {
  tg::nn::Dense dense;
  explicit SoftmaxHead(int features = 2) : dense(features, 2) {}
  tg::Tensor operator()(const tg::Tensor& x) const { return dense(x); }  // raw scores [N,2]
  tg::nn::Parameters parameters() const { return dense.parameters(); }
};

tg::Tensor cost(const SigmoidHead& head, const Days& days) {
  return tg::binary_cross_entropy_with_logits(head(days.x), days.y);
}
tg::Tensor cost(const SoftmaxHead& head, const Days& days) {
  return tg::cross_entropy(head(days.x), days.labels);
}

// Every training here. Gives the loss before each step, and after the last.
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

// Plain gradient descent: each weight moves by the step size times its gradient.
template <class Head>
std::vector<double> train(const Head& head, const Days& days, double step_size, int steps) {
  return descend(tg::optim::SGD(head.parameters(), {.lr = step_size, .weight_decay = decay}), steps,
                 [&] { return cost(head, days); });
}

// What one run works with.
struct Trained {
  Record days;
  SigmoidHead sigmoid;
  SoftmaxHead softmax;
};

Trained trained(int seed) {
  const Trained run = {record(seed), SigmoidHead(), SoftmaxHead()};
  train(run.sigmoid, run.days.train, lr, step_count);
  train(run.softmax, run.days.train, lr, step_count);
  return run;
}

// What Keras' predict gives: [N,1] and [N,2].
tg::Tensor keras_predict(const SigmoidHead& head, const tg::Tensor& x) {
  const tg::Tensor p = tg::sigmoid(head(x));
  return mended ? tg::concat({1 - p, p}, 1) : p;
}
tg::Tensor keras_predict(const SoftmaxHead& head, const tg::Tensor& x) { return tg::softmax(head(x)); }

// %%
lesson::Diagram two_heads() {
  lesson::Diagram diagram("two_heads", "One score becomes one column, P(1). Two scores become two.");
  const int x = diagram.box(0, 0.5, "features", {.round = true, .note = "[N,2]"}),
            one = diagram.box(1, 0, "Dense(1)", {.note = "scores [N,1]"}),
            two = diagram.box(1, 1, "Dense(2)", {.note = "scores [N,2]"}),
            sigmoid = diagram.box(2, 0, "sigmoid"), softmax = diagram.box(2, 1, "softmax"),
            p = diagram.box(3, 0, "P(1)", {.strong = true, .round = true, .note = "[N,1]"}),
            pair = diagram.box(3, 1, "P(0), P(1)", {.strong = true, .round = true, .note = "[N,2]"});
  diagram.arrow(x, one), diagram.arrow(one, sigmoid), diagram.arrow(sigmoid, p);
  diagram.arrow(x, two), diagram.arrow(two, softmax), diagram.arrow(softmax, pair);
  return diagram;
}

// %% [markdown]
// ## The smallest failing demo
//
// We train both heads and look at what `predict` of Keras would give. Then a colleague who is used to
// scikit-learn reads *column 0* as P(0), as there, and says "dry" where it is above 0.5. *Accuracy* is
// the share of days on which what was said came true. Two numbers to compare it with: the *majority*
// says "dry" every day, and the *true chance* names what is likelier. On average, nobody who knows only
// the two features can do better than the true chance.

// %%
// The accuracy of somebody who takes column 0 for the probability of class k.
double read_as(int k, const tg::Tensor& p, const Days& days) {
  const tg::Tensor column = tg::slice(p, 1, 0, 1);
  return tg::accuracy(above(k == 1 ? column : 1 - column, 0.5), days.labels);
}

double true_accuracy(const Days& days) { return tg::accuracy(above(days.score, 0), days.labels); }
double dry_share(const Days& days) { return tg::accuracy(above(days.y, 1), days.labels); }  // dry every day

lesson::Cell row_text(const tg::Tensor& p, int day) {
  return lesson::right(p.dim(1) == 1 ? fmt::format("[{:.3f}]", p.at({day, 0}))
                                     : fmt::format("[{:.3f}, {:.3f}]", p.at({day, 0}), p.at({day, 1})));
}

// The first days, as two heads see them: [N,1] or [N,2] each.
void show_days(const Days& days, const tg::Tensor& one, const tg::Tensor& two) {
  std::vector<lesson::Row> rows;
  for (int day = 0; day < 4; ++day)
    rows.push_back(
        {day + 1, days.labels.at({day}) == 1 ? "rain" : "dry", row_text(one, day), row_text(two, day)});
  lesson::table({"day", "it was", "sigmoid head", "softmax head"}, rows);
}

// %%
STEP("Column 0 of two heads") {
  lesson::show(two_heads());
  lesson::Measurements right("share of test days that is judged rightly", {.percent = true, .decimals = 1});
  double furthest = 0;  // from the true chance
  for (const int seed : runs()) {
    const Trained run = trained(seed);
    const Days& days = run.days.test;
    const tg::Tensor one = keras_predict(run.sigmoid, days.x), two = keras_predict(run.softmax, days.x);
    if (seed == lesson::seed()) show_days(days, one, two);
    for (const int k : {0, 1}) {
      right.add("sigmoid head", fmt::format("column 0 read as P({})", k), read_as(k, one, days));
      right.add("softmax head", fmt::format("column 0 read as P({})", k), read_as(k, two, days));
    }
    right.add("the majority", "without a network", dry_share(days));
    right.add("the true chance", "without a network", true_accuracy(days));
    furthest = std::max(furthest, true_accuracy(days) - read_as(0, two, days));
  }
  const lesson::Spread one = right.spread("sigmoid head", "column 0 read as P(0)"),
                       two = right.spread("softmax head", "column 0 read as P(0)");
  lesson::say("");
  lesson::predict(
      "Read as P(0), column 0 of the softmax head is right on about 83% of the days. On what share is the "
      "column of the sigmoid head right, read as P(0)?",
      one.median, {.percent = true});
  right.table("column 0 of");
  lesson::claim("in each run, the softmax head read so comes within two points of the true chance",
                furthest < 0.02);
  lesson::claim(
      "in each run, the softmax head read so is right on more than 80%, the sigmoid head on less than 20%",
      two.low > 0.8 && one.high < 0.2, lesson::fails_with("--mended"));
}

// %% [markdown]
// Nothing crashed, no number left the range from 0 to 1, no warning was given. Saying "dry" every day
// would have been far better than this reading of a good network.
//
// ## What one line of code means on the two shapes
//
// Call the output $p$. In Python's NumPy the column 0 from above is `p[:, 0]`. Here are more lines that
// people write, with labels $y$ of shape [N, 1]:
//
// - `p[:, 1] > 0.5`, for class 1;
// - `argmax(p, axis=1)`, the place of the largest number in each row, for the likelier class;
// - `(p > 0.5) == y`, whether the class was right, and its mean for the accuracy;
// - `p == y`, a habit from scikit-learn, where `predict` gives classes.

// %%
STEP("The same line on [N, 1] and on [N, 2]") {
  const Trained run = trained(lesson::seed());
  const Days& days = run.days.test;
  const tg::Tensor one = keras_predict(run.sigmoid, days.x), two = keras_predict(run.softmax, days.x);
  const auto hits = [&](const tg::Tensor& p) { return tg::mean((p > 0.5) == days.y).item(); };
  const auto equal = [&](const tg::Tensor& p) { return tg::mean(p == days.y).item(); };
  const auto likelier = [&](const tg::Tensor& p) { return tg::accuracy(tg::argmax(p, 1), days.labels); };
  const auto cell = [](double share) { return lesson::percent(share, 1); };
  lesson::predict(
      "Of a softmax head, (p > 0.5) has two columns: class 0 yes or no, class 1 yes or no. Each is "
      "compared with y. What is the mean?",
      hits(two), {.percent = true});
  const std::string refusal = lesson::error_of([&] { tg::select(one, 1, 1); });
  lesson::table({"test days judged rightly", "sigmoid head", "softmax head"},
                {{"p[:, 1] > 0.5", lesson::right(refusal == lesson::no_error ? "a number" : "error"),
                  cell(tg::accuracy(above(tg::slice(two, 1, 1, 2), 0.5), days.labels))},
                 {"argmax(p, axis=1)", cell(likelier(one)), cell(likelier(two))},
                 {"(p > 0.5) == y", cell(hits(one)), cell(hits(two))},
                 {"p == y", cell(equal(one)), cell(equal(two))},
                 {"(the majority)", cell(dry_share(days)), cell(dry_share(days))}});
  lesson::say("The error: {}", refusal);
  lesson::claim("asking a sigmoid head for column 1 is an error that names the shape",
                refusal.find("4000, 1") != std::string::npos, lesson::fails_with("--mended"));
  lesson::claim("argmax over the one column of a sigmoid head names class 0 on every test day",
                tg::argmax(one, 1).values() == std::vector<int>(4000), lesson::fails_with("--mended"));
  lesson::claim("(p > 0.5) == y is right on exactly half of a softmax head's numbers", hits(two) == 0.5);
}

// %% [markdown]
// No line works on both. `argmax` looks for the largest of *one* number and always finds it at place 0:
// class 0, which here is the majority's. That looks like a network that has learned nothing. In a row
// of a softmax head one number is above 0.5 and the other is not. So of the two comparisons with $y$
// one is right and one is wrong, whatever the network says. That looks like guessing. And none of these
// probabilities is exactly 0 or 1. Only `p[:, 1]` is safe: on the wrong shape it is an error. PyTorch
// does the same with all four lines. (A $y$ of shape [N] has a trap of its own: compared with [N, 1] it
// gives [N, N], every day against every day. Lesson 7 is about that.)
//
// | | `predict` gives | `predict_proba` gives |
// |---|---|---|
// | scikit-learn, one target | classes, [N] | [N, classes]; columns in the order of `classes_`, which is sorted |
// | scikit-learn, several targets | classes, [N, targets] | often a list with one such array for each target |
// | Keras, one sigmoid | P(1), [N, 1] | the same as `predict`, until it was removed |
// | Keras, two softmax outputs | [N, 2]; column k is the class with code k | the same as `predict`, until it was removed |
// | Keras 2 in its wrapper for scikit-learn | classes | [N, 2]: the wrapper puts `1 - p` in front |
//
// "Sorted" has a trap of its own: as texts, the classes '1', '2' and '10' stand in the order '1', '10',
// '2'.
//
// ## Are they one model?
//
// Divide numerator and denominator of the softmax by $e^{z_1}$:
//
// $$ P(1) = \frac{e^{z_1}}{e^{z_0} + e^{z_1}} = \frac{1}{1 + e^{-(z_1 - z_0)}} = sigmoid(z_1 - z_0) $$
//
// Only the *difference* of the two scores counts. So a softmax head whose weights are the columns $w_0,
// w_1$ says the same as a sigmoid head with $w = w_1 - w_0$ and $b = b_1 - b_0$. We train softmax
// heads, make sigmoid heads of their differences, and compare. A mistake is quickly made: to take over
// $w_1$ and $b_1$ alone.

// %%
// Column 1 of a weight [D,2], of a bias [2] or of scores [N,2], less column 0.
tg::Tensor column_difference(const tg::Tensor& w) { return tg::slice(w, -1, 1, 2) - tg::slice(w, -1, 0, 1); }
tg::Tensor column_one(const tg::Tensor& w) { return tg::slice(w, -1, 1, 2); }

// A sigmoid head whose weights are made from a softmax head's.
SigmoidHead taken_over(const SoftmaxHead& from, tg::Tensor (*part)(const tg::Tensor&)) {
  const SigmoidHead head;
  head.dense.weight.assign(part(from.dense.weight));
  head.dense.bias.assign(part(from.dense.bias));
  return head;
}

double largest(const tg::Tensor& a) { return tg::max(tg::abs(a)).item(); }

// %%
STEP("The same probabilities") {
  const tg::Tensor pair = tg::tensor({{0.3, -1.2}});
  const double by_softmax = tg::softmax(pair).at({0, 1}), raised = tg::softmax(pair + 3).at({0, 1});
  const double z = lesson::predict(
      "A softmax head gives the scores 0.3 and -1.2. Which score must a sigmoid head give, to say the same?",
      column_difference(pair).item());
  const double by_sigmoid = tg::sigmoid(column_difference(pair)).item(), exact = 1 / (1 + std::exp(1.5));
  lesson::say(
      "P(1) is {:.6f} by softmax, {:.6f} with 3 more on both scores, {:.6f} by the sigmoid of {:.2g}.\n",
      by_softmax, raised, by_sigmoid, z);
  lesson::Measurements apart("largest difference of P(1) from the softmax head's, on the test days");
  SigmoidHead sigmoid;
  SoftmaxHead softmax;
  for (const int seed : runs()) {
    const Trained run = trained(seed);
    softmax = run.softmax;
    const tg::Tensor x = run.days.test.x, p = column_one(keras_predict(softmax, x));
    sigmoid = taken_over(softmax, one_column ? column_one : column_difference);
    apart.add("w1 - w0, b1 - b0", "largest difference", largest(tg::sigmoid(sigmoid(x)) - p));
    apart.add("w1 and b1 alone", "largest difference",
              largest(tg::sigmoid(taken_over(softmax, column_one)(x)) - p));
  }
  apart.table("a sigmoid head with");
  lesson::say("Numbers to learn: {} in the sigmoid head, {} in the softmax head.",
              sigmoid.parameters().count(), softmax.parameters().count());
  lesson::claim("softmax and the sigmoid of the difference give the exact P(1), up to rounding",
                std::abs(by_softmax - exact) < 1e-6 && std::abs(by_sigmoid - exact) < 1e-6);
  lesson::claim(
      "in each run, a sigmoid head with w1 - w0 and b1 - b0 says the same on every test day, up to "
      "rounding",
      apart.spread("w1 - w0, b1 - b0", "largest difference").high < 1e-5, lesson::fails_with("--one-column"));
}

// %% [markdown]
// The two heads can say exactly the same things, and the softmax head needs twice as many numbers for
// it. The answer does not name the advantages of one sigmoid. Here are two. It has half the numbers,
// and its weights can be read: $w$ is what one more unit of a feature adds to the score for rain. $w_1$
// alone says nothing, since the same number added to both columns changes nothing. (For training, this
// has a consequence: see "The step size" under Further.) The softmax has an advantage too: it works for
// three classes and more.
//
// ## Heads that are neither
//
// Two more endings are common. One is a softmax over *one* unit: someone changed `sigmoid` to
// `softmax`, and forgot to change 1 output to 2. The other is *two sigmoids*: a yes or no of its own
// for each class. That is the right head where classes do not exclude each other ("rain", "wind"). Here
// they do, so the two numbers should add up to 1.
//
// We train both. The loss of the one unit gets the probability, clipped into the range from $10^{-7}$ to
// $1 - 10^{-7}$, as in Keras 2.2.4. The two sigmoids have a hidden layer of 8 units before them. (Without
// it, the second sigmoid would end with the weights of the first and the other sign, and the sum would
// be 1.)

// %% tags=["unfolded"]
struct Network {
  tg::nn::Dense hidden, last;
  Network(int features, int units, int outputs) : hidden(features, units), last(units, outputs) {}
  tg::Tensor operator()(const tg::Tensor& x) const { return last(tg::tanh(hidden(x))); }  // [N,outputs]
  tg::nn::Parameters parameters() const { return {{"hidden", hidden}, {"last", last}}; }
};

tg::Tensor clipped(const tg::Tensor& p) { return tg::clamp(p, 1e-7, 1 - 1e-7); }

// How far "P(0)" + "P(1)" of two sigmoids is from 1, after training: the largest over the test days.
double sum_missed(const Record& days, int steps) {
  const Network net(2, 8, 2);
  const tg::Tensor both = tg::one_hot(days.train.labels, 2);  // dry, rain
  descend(tg::optim::Adam(net.parameters(), {.lr = lr / 10}), steps, [&] {
    const tg::Tensor scores = net(days.train.x);
    return mended ? tg::cross_entropy(scores, days.train.labels)
                  : tg::binary_cross_entropy_with_logits(scores, both);
  });
  const tg::Tensor scores = net(days.test.x);
  return largest(tg::sum(mended ? tg::softmax(scores) : tg::sigmoid(scores), 1) - 1);
}

// %%
STEP("One unit, and two sigmoids") {
  lesson::predict("A softmax over one unit: which probability does it give for a score of -2?",
                  tg::softmax(tg::tensor({{-2}})).item());
  lesson::Measurements one("a softmax over one unit", {.decimals = 4}),
      two("two sigmoids, a hidden layer: how far the numbers miss the sum 1 on the worst test day",
          {.decimals = 3});
  const std::string trained = fmt::format("after {} steps", step_count.value());
  one.column("accuracy", {.percent = true});
  double moved = 0;
  for (const int seed : runs()) {
    const Record days = record(seed);
    const int units = mended ? 2 : 1;
    const tg::nn::Dense last(2, units);
    const tg::Tensor before = last.weight.detach().clone();
    const auto p = [&](const Days& of) { return tg::slice(tg::softmax(last(of.x)), 1, units - 1, units); };
    const std::vector<double> losses =
        descend(tg::optim::Adam(last.parameters(), {.lr = lr / 10}), step_count,
                [&] { return tg::binary_cross_entropy(clipped(p(days.train)), days.train.y); });
    moved = std::max(moved, largest(last.weight - before));
    one.add("before training", "loss", losses.front());
    one.add(trained, "loss", losses.back());
    one.add(trained, "smallest P(1)", tg::min(p(days.test)).item());
    one.add(trained, "accuracy", tg::accuracy(above(p(days.test), 0.5), days.test.labels));
    two.add("before training", "missed by", sum_missed(days, 0));
    two.add(trained, "missed by", sum_missed(days, step_count));
  }
  one.table();
  lesson::say("");
  two.table();
  const std::string refusal = lesson::error_of([] { tg::nn::Softmax()(tg::zeros({1000, 1})); });
  lesson::say("\nWhat our layer Softmax says to one unit: {}", refusal);
  lesson::claim("in each run, training moves no weight of a softmax over one unit", moved == 0,
                lesson::fails_with("--mended"));
  lesson::claim("in each run, two sigmoids that were trained miss the sum 1 by more than 0.001 on some day",
                two.spread(trained, "missed by").low > 0.001, lesson::fails_with("--mended"));
  lesson::claim("the layer Softmax refuses one unit", refusal.starts_with("[softmax]"));
}

// %% [markdown]
// A softmax over one unit is $e^z / e^z$: always 1, whatever the weights are. So its gradient is 0, and
// it says rain every day. An accuracy that equals the share of one class, and a loss that does not move
// in any digit: when you see that, look at the last layer. (In newer Keras on TensorFlow, from 2.4 at the
// latest, it looks different. There the binary loss takes the score from before this softmax, too. So the
// loss falls as with a sigmoid, while the output stays 1. Keras 3 warns of a softmax over one unit.)
//
// Two sigmoids learn to add up to nearly 1, since one label is 1 where the other is 0. But nothing
// forces the sum to be 1. In a softmax its form does, before any training too.
//
// ## Why the loss wants raw scores
//
// One may also compute the probability first and its logarithm after. On paper that is the same. But a
// `float` has about seven digits: the largest float below 1 is $1 - 6 \cdot 10^{-8}$. A score of 18
// should give $1 - 1.5 \cdot 10^{-8}$. There is no such float, so it becomes 1, and then $\ln(1 - p)$
// is $-\infty$. So libraries *clip* the probability. From raw scores nothing needs clipping, since a dry
// day costs
//
// $$ -\ln(1 - sigmoid(z)) = \ln(1 + e^z) = max(z, 0) + \ln(1 + e^{-|z|}) $$
//
// and the last form never overflows.
//
// Take a day that stayed dry, with a score that says rain. We look at its loss, and at the *slope*, the
// derivative of the loss by the score. A weight's gradient is the slope times the weight's feature, in
// the mean over the days. So a day with slope 0 teaches nothing.

// %% tags=["unfolded"]
using Loss = tg::Tensor (*)(const tg::Tensor& z, const tg::Tensor& y);

tg::Tensor from_probabilities(const tg::Tensor& z, const tg::Tensor& y) {
  return tg::binary_cross_entropy(tg::sigmoid(z), y);
}
tg::Tensor from_clipped(const tg::Tensor& z, const tg::Tensor& y) {
  return mended ? tg::binary_cross_entropy_with_logits(z, y)
                : tg::binary_cross_entropy(clipped(tg::sigmoid(z)), y);
}
tg::Tensor from_scores(const tg::Tensor& z, const tg::Tensor& y) {
  return clip ? tg::binary_cross_entropy(clipped(tg::sigmoid(z)), y)
              : tg::binary_cross_entropy_with_logits(z, y);
}

struct Costs {
  double loss, slope;
};

Costs cost_at(double score, double label, Loss loss_of) {
  const tg::Tensor z = tg::full({1, 1}, score).requires_grad(true);
  const tg::Tensor loss = loss_of(z, tg::full({1, 1}, label));
  loss.backward();
  return {loss.item(), z.grad().item()};
}

lesson::Cell digits(double number) {
  return std::isnan(number) ? lesson::right("nan") : lesson::right("{:.5g}", number);
}

// %%
STEP("A score of 50") {
  const Costs raw = cost_at(50, 0, from_scores), clipped_cost = cost_at(50, 0, from_clipped);
  lesson::predict("A dry day gets the score 50. What does it cost from the raw score, in nats?", raw.loss);
  std::vector<lesson::Row> rows;
  for (const double z : {0, 10, 15, 18, 50}) {
    lesson::Row row = {lesson::right("{}", z),
                       lesson::right("{:.9g}", tg::sigmoid(tg::tensor(static_cast<tg::Real>(z))).item())};
    for (const Loss loss : {from_scores, from_probabilities, from_clipped}) {
      row.add(digits(cost_at(z, 0, loss).loss));
      row.add(digits(cost_at(z, 0, loss).slope));
    }
    rows.push_back(row);
  }
  lesson::say("A dry day: loss and slope. (inf: infinite; nan: not a number)\n");
  lesson::table({"score", "sigmoid", "raw score", "slope", "probability", "slope", "clipped", "slope"}, rows);

  lesson::Figure figure(
      "clipped_loss",
      "Where the clipped loss stops rising, its slope falls to 0: the surest mistakes teach nothing.");
  for (const auto& [title, label, part] : {std::tuple("what the day costs", "loss (nats)", &Costs::loss),
                                           std::tuple("what it teaches", "slope", &Costs::slope)}) {
    figure.panel(title);
    figure.axes({.x = "score of a dry day", .y = label});
    for (const auto& [name, loss] :
         std::map<std::string, Loss>{{"raw scores", from_scores}, {"clipped", from_clipped}}) {
      std::vector<double> x, y;
      for (double z = -5; z <= 30; z += 0.25) x.push_back(z), y.push_back(cost_at(z, 0, loss).*part);
      figure.line(name, x, y);
    }
  }
  lesson::show(figure);

  lesson::claim("from the raw score, a score of 50 on a dry day costs exactly 50, and its slope is exactly 1",
                raw.loss == 50 && raw.slope == 1, lesson::fails_with("--clip"));
  lesson::claim("clipped, it costs 15.94 and its slope is exactly 0",
                std::abs(clipped_cost.loss - 15.94) < 0.005 && clipped_cost.slope == 0,
                lesson::fails_with("--mended"));
}

// %% [markdown]
// - *From the raw score*, the loss and its slope are right in every row.
// - *From the probability*, the loss is 1 % too low at a score of 15 already. Where the sigmoid is 1, the
//   loss is infinite and its slope is not a number. After a step with one such day no weight is a
//   number either.
// - *Clipped*, the loss stops rising and the slope is exactly 0. (It stops a little below $-\ln 10^{-7} =
//   16.12$: $1 - 10^{-7}$ is no float either, and the nearest one is a little further from 1.) In step 4
//   each dry day cost as much as the last row shows, and a rainy one almost nothing.
//
// ## Which library clips
//
// Which of the three you have depends on the library and on its version:
//
// | | given the probability | most that a day costs |
// |---|---|---|
// | Keras 2.2.4; Keras 3 on PyTorch or JAX | clips it | $-\ln 10^{-7}$, about 16 |
// | tf.keras 2, in `fit` | takes the score from before a last sigmoid; else it clips and adds $10^{-7}$ in the logarithm | no limit; else $-\ln(2 \cdot 10^{-7})$, about 15 |
// | tf.keras 2, eager | at first it clips and adds; from 2.4 at the latest as in `fit` | as above |
// | Keras 3 on TensorFlow | takes the score from before a last sigmoid; else it clips | no limit; else about 16 |
// | PyTorch, `binary_cross_entropy` | keeps the logarithm above -100; where the sigmoid is 1 the slope is 0 | 100 |
//
// In all of them `from_logits=True` (in Keras 2.2.4 only of `K.binary_crossentropy`) or a loss "with
// logits" takes raw scores, and then nothing is clipped. (PyTorch was run, the others were read.)
//
// ## Begun far off
//
// Is a score of 50 far-fetched? Features in large units, such as an air pressure of 100000 pascal, give
// scores of tens of thousands before the first step. (There the cure is to subtract each feature's mean and
// to divide by its standard deviation.) We begin the sigmoid head with a bias of 50, so that it is sure of
// rain every day. Then we train it both ways.

// %%
// The score of somebody who always says the share of rain among the training days: [N,1]
tg::Tensor share_of_rain(const Days& train, const Days& days) {
  const double share = tg::mean(train.y).item();
  return tg::full(days.y.shape(), std::log(share / (1 - share)));
}

double score_loss(const tg::Tensor& scores, const Days& days) {
  return tg::binary_cross_entropy_with_logits(scores, days.y).item();
}

// %%
STEP("Begun far off") {
  const int steps = 2 * step_count;
  lesson::Measurements losses("loss on the training days", {.decimals = 3});
  double learned_nothing = 1, stayed = 0;
  for (const int seed : runs()) {
    const Days days = record(seed).train;
    const auto train_with = [&](const char* name, Loss loss_of) {
      const SigmoidHead head;
      head.dense.bias.assign(tg::full({1}, 50));
      const auto curve = descend(tg::optim::SGD(head.parameters(), {.lr = lr}), steps,
                                 [&] { return loss_of(head(days.x), days.y); });
      for (const int step : {0, steps / 4, steps / 2, steps})
        losses.add(step, name, curve[static_cast<std::size_t>(step)]);
      return std::abs(curve.back() - curve.front());
    };
    train_with("raw scores", from_scores);
    stayed = std::max(stayed, train_with("clipped probabilities", from_clipped));
    learned_nothing = std::min(learned_nothing, score_loss(share_of_rain(days, days), days));
  }
  lesson::predict("By how many nats does the clipped loss fall in this training?", stayed);
  losses.table("step");
  lesson::say("Always saying the share of rain costs at least {:.3f}.", learned_nothing);
  lesson::claim(
      "in each run, raw scores come back: they end below the cost of always saying the share of rain",
      losses.spread(steps, "raw scores").high < learned_nothing, lesson::fails_with("--clip"));
  lesson::claim("in each run, the clipped loss does not move in any digit", stayed == 0,
                lesson::fails_with("--mended"));
}

// %% [markdown]
// From raw scores each dry day has slope 1, however far off it is, so at first the bias falls at a steady
// pace. Clipped, every slope is 0. (Lesson 1 shows how `tg::explain` finds the place where a gradient stops.)
//
// ## The fix
//
// Give `predict_proba` one meaning. The shape is [N, classes], column $k$ is P(k), and each row adds up
// to 1. There is one function for each head, and whoever calls it need not know which head it is.
//
// For the sigmoid head, column 0 is $sigmoid(-z)$. That equals $1 - sigmoid(z)$ on paper, and it keeps
// its digits where $1 - p$ rounds to 0. (The first Keras line in "In short" has to take $1 - p$: there
// `predict` gives no scores.)

// %%
tg::Tensor predict_proba(const SigmoidHead& head, const tg::Tensor& x) {
  const tg::Tensor z = head(x).detach();
  return tg::sigmoid(keras_shape ? z : tg::concat({-z, z}, 1));
}
tg::Tensor predict_proba(const SoftmaxHead& head, const tg::Tensor& x) {
  return tg::softmax(head(x).detach());
}

// %%
STEP("The same demo, fixed") {
  lesson::Measurements right("share of test days that is judged rightly", {.percent = true, .decimals = 1});
  double furthest = 0, off = 0;
  for (const int seed : runs()) {
    const Trained run = trained(seed);
    const Days& days = run.days.test;
    const tg::Tensor one = predict_proba(run.sigmoid, days.x), two = predict_proba(run.softmax, days.x);
    if (seed == lesson::seed()) show_days(days, one, two);
    const auto add = [&](const char* head, const tg::Tensor& p) {
      right.add(head, "column 0 read as P(0)", read_as(0, p, days));
      right.add(head, "argmax", tg::accuracy(tg::argmax(p, 1), days.labels));
      furthest = std::max(furthest, true_accuracy(days) - read_as(0, p, days));
      off = std::max(off, largest(tg::sum(p, 1) - 1));
    };
    add("sigmoid head", one);
    add("softmax head", two);
    right.add("the true chance", "argmax", true_accuracy(days));
  }
  lesson::say("");
  right.table();
  const tg::Tensor fifty = tg::tensor(50);
  const double kept = tg::sigmoid(-fifty).item(), lost = (1 - tg::sigmoid(fifty)).item();
  lesson::say("\nP(0) at a score of 50: 1 - sigmoid(50) is {}, sigmoid(-50) is {:.3g}.", lost, kept);
  lesson::claim("in each run, each row of either head adds up to 1, up to rounding", off < 1e-6,
                lesson::fails_with("--keras-shape"));
  lesson::claim(
      "in each run, column 0 read as P(0) comes within two points of the true chance with both heads",
      furthest < 0.02, lesson::fails_with("--keras-shape"));
  lesson::claim("sigmoid(-50) is e^-50, where 1 - sigmoid(50) is 0",
                lost == 0 && std::abs(kept * std::exp(50) - 1) < 1e-5);
}

// %% [markdown]
// Now the same line means the same on both heads.
//
// ## Are they true?
//
// The numbers have the form of probabilities. That does not make them true. Probabilities are
// *calibrated* if, of all days on which 70 % was said, it rains on 70 %, and so for each number.
//
// To measure it, sort the days into ten groups by the P(1) that was said: below 0.1, 0.1 to 0.2, and so
// on. For each group compare the mean of what was *said* with the share of days on which it *happened*.
// A *reliability diagram* has the one to the right and the other upwards: calibrated is the diagonal.
// The *expected calibration error*, ECE for short, is the distance from it, in the mean over the days.
// With $n_k$ days in group $k$:
//
// $$ ECE = \sum_k \frac{n_k}{N} \cdot |said_k - happened_k| $$
//
// (Guo and others, 2017, sort by the probability of the class that is *named*, and count how often it
// is right. That works for more than two classes too. It is another number: the table has both.)
//
// An easy way to spoil calibration is to multiply all scores by 3. The cure is as simple. Divide all
// scores by one number, the *temperature* $T$. It is chosen on *validation* days, so that the log loss
// is least there: gradient descent again, on one number. We train $\ln T$, so that $T$ cannot become
// negative.

// %%
using lesson::Reliability;  // of each group: what was said, what happened, how many days; and the ECE

// Of P(1) said on some days: [N,1]
Reliability reliability(const tg::Tensor& p, const Days& days) {
  return lesson::reliability(p.values(), days.labels.values(), bin_count);
}
// Of the probability of the class that is named.
Reliability reliability_of_named(const tg::Tensor& p, const Days& days) {
  const tg::Tensor named = tg::maximum(p, 1 - p), right = (p > 0.5) == days.y;
  const tg::Indices hit = above(right, 0.5);
  return lesson::reliability(named.values(), hit.values(), bin_count);
}

// The temperature that makes these scores [N,1] cost least.
double best_temperature(const tg::Tensor& scores, const tg::Tensor& y) {
  const tg::Tensor z = scores.detach(), log_t = tg::tensor(0).requires_grad(true);
  descend(tg::optim::Adam({{"log_t", log_t}}, {.lr = 0.05}), 150,
          [&] { return tg::binary_cross_entropy_with_logits(z * tg::exp(-log_t), y); });
  return std::exp(log_t.item());
}

// %%
STEP("Calibrated, over-confident, cured") {
  lesson::Measurements judged("on the test days", {.decimals = 3});
  judged.column("log loss", {.decimals = 2});
  const std::string bold = fmt::format("scores times {}", stretch.value());
  std::map<std::string, std::vector<Reliability>> diagrams;
  std::vector<double> temperatures;
  bool same_choices = true;
  for (const int seed : runs()) {
    const Trained run = trained(seed);
    const Days &validation = run.days.validation, &test = run.days.test;
    const auto add = [&](const std::string& name, const tg::Tensor& scores) {
      const tg::Tensor p = tg::sigmoid(scores);
      judged.add(name, "log loss", score_loss(scores, test));
      diagrams[name].push_back(reliability(p, test));
      judged.add(name, "ECE", diagrams[name].back().ece);
      judged.add(name, "ECE, class named", reliability_of_named(p, test).ece);
    };
    const tg::Tensor scores = run.sigmoid(test.x).detach(), scaled = scores * stretch.value();
    const double t = best_temperature(run.sigmoid(validation.x) * stretch.value(), validation.y);
    temperatures.push_back(t);
    add("as trained", scores);
    add(bold, scaled);
    add("divided by T", scaled * (1 / t));
    add("true chance", test.score);
    add("share of rain", share_of_rain(run.days.train, test));
    same_choices = same_choices && tg::mean((scores > 0) == (scaled * (1 / t) > 0)).item() == 1;
  }
  lesson::predict(
      "The scores of a trained network are multiplied by 3, or by --stretch. Which temperature cures them, "
      "about?",
      lesson::spread(temperatures).median);
  judged.table("P(1) is");
  lesson::say("\nT: {}\n", lesson::number_text(lesson::spread(temperatures)));
  lesson::predict(
      "A calibrated network's scores are multiplied by 3. Where it now says 85%, how often does it rain?",
      {"on about 64%", "on about 85%", "on about 95%"}, 0);
  lesson::Figure figure(
      "reliability",
      "As trained, the points lie near the diagonal. Scaled up they lie above it on the left "
      "and below it on the right. The temperature puts them back (lines: range over runs).");
  figure.axes({.x = "P(1) said", .y = "share of rain", .x_range = {0, 1}, .y_range = {0, 1}});
  for (const std::string& name : {std::string("as trained"), bold, std::string("divided by T")})
    lesson::draw_reliability(figure, name, diagrams[name]);
  lesson::show(figure);
  const auto each_falls = [&](const char* column,
                              const std::string& to) {  // from the scores scaled up, in each run
    const std::vector<double>&from = judged.values(bold, column), &now = judged.values(to, column);
    return std::equal(now.begin(), now.end(), from.begin(), std::less<>());
  };
  const double ece = judged.median(bold, "ECE");
  lesson::claim(
      "in each run, scaling up raises the log loss and the ECE; the median ECE becomes more than 3 times as "
      "high",
      each_falls("log loss", "as trained") && each_falls("ECE", "as trained") &&
          ece > 3 * judged.median("as trained", "ECE"),
      lesson::fails_with("--stretch 1"));
  lesson::claim("in each run, the temperature lowers the ECE; the median ECE becomes less than half as high",
                each_falls("ECE", "divided by T") && judged.median("divided by T", "ECE") < ece / 2,
                lesson::fails_with("--stretch 1"));
  lesson::claim("in each run, scores as trained, scaled up and divided by T name the same classes",
                same_choices);
}

// %% [markdown]
// Scores scaled up are *over-confident*: what was said is too near to 0 and to 1. Accuracy does not
// change, since every score keeps its sign. The log loss does. The true chance has an ECE above 0 too:
// with this many days, that much is luck. And whoever says the share of rain every day is well
// calibrated, and cannot tell a rainy day from a dry one. Calibration is not all. The log loss measures
// both.
//
// ($T$ is not exactly 3: the scores as trained are not exactly calibrated, and with 2000 validation days some
// luck is left. The log loss here is computed from scores. Computed from probabilities it is infinite as
// soon as P(1) rounds to 1 on one dry day: see step 5.)
//
// Nobody multiplies scores by 3. But networks become over-confident by themselves, when they learn
// their training days by heart: see Further.
//
// ## What the original answers got wrong, or left out
//
// What they say about the two shapes is right. A second look adds this:
//
// - Column 0 means the opposite on the two shapes, and nothing warns (steps 1 and 2). The warning in
//   Keras' `predict_proba` looked at the range 0 to 1 alone (Further: "Who warns").
// - The answer does not say which "theoretical advantages" one sigmoid has. We found half the numbers,
//   and weights that can be read (step 3).
// - At the same step size the two heads do not learn equally fast. That changes results when somebody
//   swaps them (Further: "The step size").
// - They say nothing about the loss. It wants the raw scores (steps 5 and 6).
// - They call the numbers probabilities. Whether they are, a reliability diagram tells (step 8).
//
// ## Further
//
// What is interesting beside the argument. `--further` runs these sections too.
//
// ### The step size
//
// The heads are one model. Are they the same to *train*? Take one day, let $p$ be the P(1) that is
// said, and differentiate its log loss $L$. With the sigmoid head a rainy day costs $\ln(1 + e^{-z})$,
// a dry one $\ln(1 + e^z)$. The derivatives by $z$ are $p - 1$ and $p$. In one line:
//
// $$ \partial L / \partial z = p - y $$
//
// With the softmax head a day costs $\ln(e^{z_0} + e^{z_1})$ less the score of what happened. The
// derivative of the logarithm by $z_1$ is $p$, that by $z_0$ is $1 - p$. So
//
// $$ \partial L / \partial z_1 = p - y, \quad \partial L / \partial z_0 = (1 - p) - (1 - y) = -(p - y) $$
//
// With step size $\eta$ and gradient $g$, the sigmoid head's $w$ moves by $-\eta g$. If the softmax head
// says the same, its $w_1$ moves by $-\eta g$ and its $w_0$ by $+\eta g$. So $w_0 + w_1$ stays where it
// began.
//
// Both heads begin with the same probabilities: $w$ is $w_1 - w_0$ of random weights.

// %%
struct Heads {
  SigmoidHead sigmoid;
  SoftmaxHead softmax;
};

Heads begun_alike(int seed) {
  tg::manual_seed(static_cast<std::uint64_t>(seed));
  const SoftmaxHead softmax;
  return {taken_over(softmax, column_difference), softmax};
}

// The largest difference between two loss curves.
double gap(const std::vector<double>& a, const std::vector<double>& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
  return most;
}

// The steps until a curve is within 0.005 of a loss.
double steps_to(const std::vector<double>& losses, double lowest) {
  const auto near = [&](double loss) { return loss < lowest + 0.005; };
  return static_cast<double>(std::find_if(losses.begin(), losses.end(), near) - losses.begin());
}

// How far w1 - w0 moves in one step, in units of how far w moves.
double times_as_far(const Days& days, double share) {
  const Heads heads = begun_alike(lesson::seed());
  const tg::Tensor before = heads.sigmoid.dense.weight.detach().clone();
  train(heads.sigmoid, days, lr, 1);
  train(heads.softmax, days, share * lr, 1);
  return largest(column_difference(heads.softmax.dense.weight) - before) /
         largest(heads.sigmoid.dense.weight - before);
}

// %%
FURTHER("The step size") {
  const double factor = times_as_far(record(lesson::seed()).train, softmax_lr);
  lesson::predict("One step, the same step size: w1 - w0 moves how many times as far as w?",
                  times_as_far(record(lesson::seed()).train, 1));
  lesson::Measurements steps("steps until the training loss is within 0.005 of the lowest");
  std::vector<lesson::Row> rows;
  std::vector<double> alone, as_long, shorter;  // the curves of the first run
  double apart = 0, drift = 0;
  for (const int seed : runs()) {
    const Days days = record(seed).train;
    const Heads first = begun_alike(seed), second = begun_alike(seed);
    const tg::Tensor sum = tg::sum(first.softmax.dense.weight.detach(), 1).clone();
    const std::vector<double> a = train(first.sigmoid, days, lr, 2 * step_count),
                              b = train(first.softmax, days, lr, 2 * step_count),
                              c = train(second.softmax, days, softmax_lr * lr, 2 * step_count);
    const double lowest = std::min({a.back(), b.back(), c.back()});
    steps.add("sigmoid head", "steps", steps_to(a, lowest));
    steps.add("softmax head, the same step size", "steps", steps_to(b, lowest));
    steps.add("softmax head, half the step size", "steps", steps_to(c, lowest));
    apart = std::max(apart, gap(a, c));
    drift = std::max(drift, largest(tg::sum(first.softmax.dense.weight, 1) - sum));
    const double w0 = first.softmax.dense.weight.at({0, 0}), w1 = first.softmax.dense.weight.at({0, 1});
    if (rows.size() < 3) rows.push_back({seed, w0, w1, w1 - w0, w0 + w1, sum.at({0})});
    if (seed == lesson::seed()) alone = a, as_long = b, shorter = c;
  }
  steps.table();
  lesson::say("\nWeights of \"damp\" in trained softmax heads\n");
  lesson::table({lesson::right("seed"), "w0", "w1", "w1 - w0", "w0 + w1", "w0 + w1 at first"}, rows);
  std::vector<double> at;
  for (std::vector<double>* curve : {&alone, &as_long, &shorter})
    curve->resize(std::min<std::size_t>(61, curve->size()));
  for (std::size_t step = 0; step < shorter.size(); ++step) at.push_back(static_cast<double>(step));
  lesson::Figure figure(
      "loss_curves",
      "With the same step size the softmax head is ahead; with half of it, its points lie on "
      "the sigmoid head's line.");
  figure.axes({.x = "training step", .y = "log loss"});
  figure.line("sigmoid head", alone);
  figure.line("softmax head, the same step size", as_long);
  figure.points("softmax head, half the step size", at, shorter);
  lesson::show(figure);
  lesson::claim("one step with half the step size moves w1 - w0 as far as w", std::abs(factor - 1) < 1e-3,
                lesson::fails_with("--softmax-lr 1"));
  lesson::claim(
      "in each run, with half the step size both heads have the same loss at every step, up to rounding",
      apart < 1e-5, lesson::fails_with("--softmax-lr 1"));
  lesson::claim(
      "in the median, with the same step size the softmax head needs less than 3/4 of the steps of half",
      steps.median("softmax head, the same step size", "steps") <
          0.75 * steps.median("softmax head, half the step size", "steps"),
      lesson::fails_with("--softmax-lr 1"));
  lesson::claim("in each run, training leaves w0 + w1 where it began, up to rounding", drift < 1e-4,
                lesson::fails_with("--decay 0.01"));
}

// %% [markdown]
// The factor of two is exact. Somebody who swaps the heads and keeps the step size has changed two
// things.
//
// In the table, $w_1 - w_0$ is nearly the same in each run (the records differ), while $w_0$ and $w_1$ are
// not. The difference is learned. The sum is left over from the beginning: along the *null direction*,
// the same number added to both columns, the loss is flat, so its gradient has no part there.
//
// ### Other optimizers
//
// *Adam* divides each weight's gradient by its own recent size, so that a factor on the loss cancels.
// One may think that the factor 2 cancels as well. *Weight decay* pulls each weight towards 0, by a small
// share of itself in each step.
//
// With SGD there is a second way to undo the factor 2: train the softmax head on *half the loss*, which
// halves its gradient. Which of the two cures works with Adam? And with weight decay?

// %%
FURTHER("Other optimizers") {
  lesson::Measurements apart("largest difference between the two heads' losses", {.decimals = 3});
  const auto sgd = [](double weight_decay) {
    return [weight_decay](const tg::nn::Parameters& p, double share) {
      return tg::optim::SGD(p, {.lr = share * lr, .weight_decay = weight_decay});
    };
  };
  const auto adam = [](const tg::nn::Parameters& p, double share) {
    return tg::optim::Adam(p, {.lr = share * lr / 10});
  };
  for (const int seed : runs()) {
    const Days days = record(seed).train;
    const auto add = [&](const char* name, const auto& make, const auto& make_softmax) {
      for (const auto& [cure, share, factor] :
           {std::tuple("same step size", 1.0, 1.0), std::tuple("half the step size", softmax_lr.value(), 1.0),
            std::tuple("half the loss", 1.0, 0.5)}) {
        const Heads heads = begun_alike(seed);
        const double part = factor;
        const auto sigmoid = descend(make(heads.sigmoid.parameters(), 1), step_count,
                                     [&] { return cost(heads.sigmoid, days); });
        auto softmax = descend(make_softmax(heads.softmax.parameters(), share), step_count,
                               [&] { return part * cost(heads.softmax, days); });
        for (double& loss : softmax) loss /= part;
        apart.add(name, cure, gap(sigmoid, softmax));
      }
    };
    add("SGD", sgd(0), sgd(0));
    add("Adam", adam, adam);
    add("decay 0.01", sgd(0.01), sgd(0.01));
    add("decay 0.01, 0.02", sgd(0.01), sgd(0.02));
  }
  apart.table("optimizer");
  const auto spread = [&](const char* name, const char* cure) { return apart.spread(name, cure); };
  lesson::claim("in each run, with Adam too, half the step size makes the losses agree",
                spread("Adam", "half the step size").high < 1e-3, lesson::fails_with("--softmax-lr 1"));
  lesson::claim("in each run, half the loss does so with SGD, and not with Adam",
                spread("SGD", "half the loss").high < 1e-5 && spread("Adam", "half the loss").low > 1e-3);
  lesson::claim(
      "in each run, with weight decay half the step size is not enough, and together with twice the decay "
      "it is",
      spread("decay 0.01", "half the step size").low > 1e-4 &&
          spread("decay 0.01, 0.02", "half the step size").high < 1e-5,
      lesson::fails_with("--softmax-lr 1"));
}

// %% [markdown]
// - Adam does ignore the size of the gradient. But the factor 2 does not come from the size: $w_0$ and $w_1$
//   each have the gradient that $w$ has, up to the sign. It comes from *two weights that move apart*.
//   So half the step size cures Adam too, and half the loss changes almost nothing.
// - With weight decay the heads differ as models (rows "decay", of SGD; in the last row the softmax
//   head has twice the decay). It charges for the squares of the weights. The softmax head can split a
//   difference $d$ into $-d/2$ and $d/2$, and the squares of those add up to half of $d^2$. So the same
//   decay pulls half as hard. Half the step size and twice the decay make it equal. So does half the
//   loss, which leaves the decay its whole step size.
//
// ### Who warns
//
// Keras' `predict_proba` asked one question: are all numbers from 0 to 1? Ask two more: is there a
// column for each class, and do the rows add up to 1? In the table, the two sigmoids got the scores of
// a softmax head, as happens when the last layer is changed and the weights are loaded from the old
// file.

// %%
struct Checks {
  bool in_range, columns, sums;
  bool all() const { return in_range && columns && sums; }
};

Checks checks(const tg::Tensor& p) {
  return {tg::min(p).item() >= 0 && tg::max(p).item() <= 1, p.rank() == 2 && p.dim(1) >= 2,
          largest(tg::sum(p, 1) - 1) < 1e-4};
}

// %%
FURTHER("Who warns") {
  const Trained run = trained(lesson::seed());
  const tg::Tensor x = run.days.test.x, scores = run.softmax(x).detach();
  const tg::Tensor one_unit = tg::softmax(tg::slice(scores, 1, 0, mended ? 2 : 1)),
                   sigmoids = mended ? tg::softmax(scores) : tg::sigmoid(scores);
  std::vector<lesson::Row> rows;
  const auto add = [&](const char* name, const tg::Tensor& p) {
    lesson::Row row = {name};
    for (const bool passed : {checks(p).in_range, checks(p).columns, checks(p).sums})
      row.add(passed ? "yes" : "no");
    rows.push_back(row);
    return checks(p);
  };
  add("raw scores, no softmax", scores);
  add("one sigmoid", keras_predict(run.sigmoid, x));
  const Checks unit = add("softmax over one unit", one_unit), two = add("two sigmoids", sigmoids);
  const bool good = add("predict_proba, sigmoid head", predict_proba(run.sigmoid, x)).all() &&
                    add("predict_proba, softmax head", predict_proba(run.softmax, x)).all();
  lesson::table({"output", "from 0 to 1", "a column for each class", "rows add up to 1"}, rows);
  const std::string refusal =
      lesson::error_of([] { tg::binary_cross_entropy(tg::tensor({{1.7}}), tg::tensor({{1}})); });
  lesson::say("\nOur loss, when it gets a score for a probability: {}", refusal);
  lesson::claim("two sigmoids and a softmax over one unit pass the range check, and fail one of the others",
                unit.in_range && !unit.all() && two.in_range && !two.all(), lesson::fails_with("--mended"));
  lesson::claim("predict_proba passes all three checks with both heads", good,
                lesson::fails_with("--keras-shape"));
  lesson::claim("a loss that takes probabilities refuses 1.7", refusal != lesson::no_error);
}

// %% [markdown]
// A loss should refuse what is no probability, too. PyTorch's does. In an old Keras on Theano someone forgot
// the sigmoid and trained for days: the loss clipped the scores into range, and there was no error
// (keras-team/keras, issue 4744).
//
// ### Learned by heart
//
// A network with a hidden layer of 32 units gets 200 days, with eight more features that have nothing
// to do with rain. We train it until it knows those days, choose the temperature on as many others, and
// repeat that with several seeds.

// %%
FURTHER("Learned by heart") {
  const int few = 200, idle = 8, steps = heart_steps ? heart_steps.value() : lesson::quick() ? 400 : 1000;
  lesson::Measurements judged("on 2000 other days", {.decimals = 2});
  judged.column("accuracy", {.percent = true});
  std::vector<double> by_heart, temperatures;
  bool beats = true, costs_more = true, cured = true;
  for (const int seed : runs()) {
    tg::manual_seed(static_cast<std::uint64_t>(seed));
    const Days known = weather(few, idle), validation = weather(few, idle), test = weather(2000, idle);
    const Network network(2 + idle, 32, 1);
    descend(tg::optim::Adam(network.parameters(), {.lr = 0.02}), steps,
            [&] { return tg::binary_cross_entropy_with_logits(network(known.x), known.y); });
    const tg::Tensor scores = network(test.x).detach();
    const Days& judge = on_training ? known : validation;
    const double t = best_temperature(network(judge.x), judge.y);
    const auto add = [&](const char* name, const tg::Tensor& z) {
      judged.add(name, "accuracy", tg::accuracy(above(z, 0), test.labels));
      judged.add(name, "log loss", score_loss(z, test));
      judged.add(name, "ECE", reliability(tg::sigmoid(z), test).ece);
      return score_loss(z, test);
    };
    const double nothing = add("the share of rain, always", share_of_rain(known, test));
    costs_more = costs_more && add("the network", scores) > nothing;
    cured = cured && add("divided by T", scores * (1 / t)) < nothing;
    beats = beats && judged.values("the network", "accuracy").back() > dry_share(test);
    by_heart.push_back(tg::accuracy(above(network(known.x), 0), known.labels));
    temperatures.push_back(t);
  }
  judged.table();
  lesson::say("\naccuracy on the days learned by heart: {}; temperature: {}",
              lesson::number_text(lesson::spread(by_heart), {.percent = true}),
              lesson::number_text(lesson::spread(temperatures)));
  lesson::claim("in each run, learned by heart the network beats the majority", beats);
  lesson::claim("in each run, it costs more than always saying the share of rain", costs_more,
                lesson::fails_with("--heart-steps 40"));
  lesson::claim("in each run, divided by the temperature it costs less than that", cured,
                lesson::fails_with("--on-training"));
}

// %% [markdown]
// A network can choose the right class most of the time and still say numbers that cost more than one
// average said every day. One more parameter, chosen on days that were not trained on, takes off much
// of that cost. It cannot change the choices.
//
// ### AUC
//
// Many people judge such a network by its *AUC*. Take a rainy and a dry day at random. AUC is the share
// of such pairs in which the rainy day has the higher number, and ties count half. 1 is perfect, 0.5 is
// guessing. (The name, "area under the curve", is that of the ROC curve: the share of rainy days found
// against the share of dry days taken for rainy ones, over all thresholds. The area is this share of
// pairs.)
//
// AUC asks for the *order* alone. So it cannot see calibration. It does see whether column 0 is read as
// P(1).

// %%
double auc(const tg::Tensor& numbers, const Days& days) {
  std::map<tg::Real, std::pair<double, double>> at;  // of each number: its dry and its rainy days
  const auto values = numbers.values();
  for (std::size_t i = 0; i < values.size(); ++i)
    (days.labels.values()[i] == 1 ? at[values[i]].second : at[values[i]].first) += 1;
  double won = 0, dry = 0, rainy = 0;
  for (const auto& [number, count] : at) {
    won += count.second * (dry + count.first / 2);
    dry += count.first;
    rainy += count.second;
  }
  return won / (dry * rainy);
}

// %%
FURTHER("AUC") {
  lesson::Measurements judged("on the test days", {.decimals = 3});
  double moved = 0, turned = 0;
  bool dearer = true;
  for (const int seed : runs()) {
    const Trained run = trained(seed);
    const Days& days = run.days.test;
    const tg::Tensor z = run.sigmoid(days.x).detach(), bold = z * stretch.value();
    const auto add = [&](const std::string& name, const tg::Tensor& scores) {
      judged.add(name, "AUC", auc(scores, days));
      judged.add(name, "log loss", score_loss(scores, days));
    };
    add("P(1), as trained", z);
    add(fmt::format("scores times {}", stretch.value()), bold);
    add("P(0), read as P(1)", -z);
    judged.add("P(1) of scores times 20, in float", "AUC", auc(tg::sigmoid(z * 20), days));
    moved = std::max(moved, std::abs(auc(bold, days) - auc(z, days)));
    turned = std::max(turned, std::abs(auc(-z, days) - (1 - auc(z, days))));
    dearer = dearer && score_loss(bold, days) > score_loss(z, days);
  }
  lesson::predict("The AUC of P(1) is about 0.9. What is it if P(0) is read as P(1)?",
                  judged.median("P(0), read as P(1)", "AUC"));
  judged.table("judged by");
  lesson::claim("in each run, over-confident scores cost more and have the same AUC", dearer && moved < 1e-6,
                lesson::fails_with("--stretch 1"));
  lesson::claim("in each run, the AUC of P(0) read as P(1) is one minus that of P(1)", turned < 1e-6);
}

// %% [markdown]
// An AUC well below 0.5 can be a sign that somebody has read the wrong column. The last row shows a
// trap: many probabilities round to 1 and become ties, so AUC changes although the scores have the same
// order. Compute it from raw scores.
//
// ### Your own table
//
// `--data FILE.csv --target COLUMN` trains a softmax head on a table of your own, which may have more
// than two classes. The column of classes may hold numbers or names. The other columns are the
// features, but for texts, dates, and columns that only count. The run says first how it read the file.
// `--columns`, `--skip`, `--header`, `--separator` and `--missing` decide otherwise.
//
// Of five rows, three are for training, one is for validation and one for the test. Features are
// *standardised*: less their mean, divided by their standard deviation over the training rows. The
// network with the least log loss on the validation rows is kept, and the test rows judge it. The ECE
// is that of the class that is named. With few test rows most of an ECE is luck, so beside it stands
// the ECE that luck alone would make: we draw outcomes from the very probabilities that were said. The
// temperature is at least 1 here, so it can only take off over-confidence.
//
// The program `classify` does this for daily use. It saves the network, goes on after Ctrl-C, takes a
// hidden layer, and gives the probabilities of new rows:
//
// ```sh
// make program NAME=classify ARGS="train TABLE.csv --target COLUMN"
// make program NAME=classify ARGS="apply classify.safetensors NEW.csv"
// ```

// %%
FURTHER_ON_DATA(data, "Your own table") {
  if (data.value().empty()) return lesson::say("(Only with --data.)");
  lesson::CsvOptions how = table_flags.options();
  how.classes = target;
  const lesson::Csv csv = lesson::read_csv(data, how);
  lesson::say("{}\n", csv.understood);
  const lesson::ClassTable table = lesson::class_table(csv, tg::shown_path(data));
  for (const std::string& sentence : table.understood) lesson::say("{}", sentence);

  lesson::ClassifierTraining training(table, {.hidden = 0, .lr = lr / 50}, lesson::seed());
  lesson::train_classifier(training, table, (step_count + 9) / 10);
  lesson::say(
      "\nOn the test rows, after {} epochs; epoch {} was best on the validation rows (log loss in nats)\n",
      training.epoch, training.best_epoch);
  lesson::table({"", "accuracy", "log loss", "ECE", "ECE by luck"}, lesson::class_rows(training.best, table));
}

// %% [markdown]
// Does the network cost less than the majority? If not, these features do not tell it the class, or it
// needs more training (`--steps`).
//
// ## Your turn
//
// Write down what you expect, then run the lesson again with
//
// - `--mended`: which claims become false? What do they have in common?
// - `--clip`: why does the network of step 6 not come back?
// - `--stretch 0.3`: under-confident scores. On which side of the diagonal do the points lie now? What
//   is the temperature?
// - `--bins 100`: the ECE of the true chance grows. Why?
// - `--steps 20`: is the sigmoid head calibrated before it has finished learning?
// - `--further --softmax-lr 1`: which claims become false? Why not the others?
//
// The claims are about the usual settings. With others some become false.
//
// ## Exercises
//
// - `make exercise N=8`, *predict_proba* (fill): write it for both heads, so that it always gives [N,
//   classes] and keeps its digits near 0.
// - `make exercise N=9`, *a layer with a trainable slope* (extend): PReLU, to stand between two dense
//   layers.
// - `make exercise N=10`, *temperature* (extend): a layer with one trainable number that divides the
//   scores, and is chosen on validation data.
// - `make exercise N=11`, *one step of two heads* (investigate): how much faster one of them learns,
//   and which step sizes make them alike when there is a hidden layer.
// - `make exercise N=41`, *after the last layer* (quiz), for those who know half of this lesson:
//   when it is green, the others count as done. Probabilities, loss and temperature of both heads.
//
// ## Reading
//
// - [arxiv.org/abs/1706.04599](https://arxiv.org/abs/1706.04599), Guo and others, 2017: large networks
//   are over-confident, and one temperature cures most of it.
// - [deeplearningbook.org](https://www.deeplearningbook.org), Goodfellow, Bengio and Courville, 2016:
//   sections 4.1 (overflow and underflow) and 6.2.2 (which output goes with which loss).
// - [scikit-learn.org](https://scikit-learn.org/stable/modules/calibration.html), chapter "Probability
//   calibration": reliability diagrams of many kinds of model.
