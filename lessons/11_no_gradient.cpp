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
// # 11. No gradients provided: how can a network learn through argmax, round or a threshold?
//
// | card | |
// |---|---|
// | question | My loss contains an argmax, a rounding or a threshold, and no gradient arrives. What do I do? |
// | asked | <https://github.com/tensorflow/tensorflow/issues/8625> (floor), <https://github.com/pytorch/pytorch/issues/1339> (argmax), <https://datascience.stackexchange.com/q/66581> (F1, CC BY-SA 4.0) |
// | you learn to | see a part of a loss that has no gradient; say which smooth loss does the same; measure what an invented gradient gets wrong; choose one where there must be one |
// | you need | derivatives, a little C++; lesson 2: sigmoid, log loss |
// | time | 30 minutes to read; some seconds to run |
//
// ## In short
//
// Nothing is broken: the derivative *is* 0 wherever it exists. An error is the lucky case. `round` and
// `sign` give zeros without a word, and so does a threshold that is *one part* of a loss.
//
// 1. For accuracy you need no trick. Train on the log loss, and judge by the argmax.
// 2. If the network must output something discrete, let it draw it, $z \sim p$, and lower the
//    *expected* loss. The score function (REINFORCE) gives its gradient from values of the loss alone.
// 3. "Straight-through" acts as if $z$ were $p$. It is right on average if the loss is linear in each
//    choice, and else it can lead to a wrong place: test it on a case small enough to list.
//
// ```python
// assert penalty.requires_grad  # PyTorch: False after argmax, >, int(); True, and of no use, after round
// z = p + (hard - p).detach()  # straight-through; TensorFlow: tf.stop_gradient(hard - p)
// loss = ((f - f.mean()) * N / (N - 1)).detach() * log_p_of_z  # score function, N draws; take the mean
// ```
//
// ```cpp
// const tg::Tensor z = p + (hard - p).detach();                                      // here
// const tg::Tensor loss = ((f - tg::mean(f)) * (N / (N - 1.))).detach() * log_p_of_z;
// ```
//
// **The number:** draw a bit $b$ that is 1 with chance $p$, and let the loss be $(b - 0.45)^2$. Best is
// $p = 0$. Straight-through settles near 0.45. Write the *same* loss as $0.2025 + 0.1 \, b$, and it
// finds 0 (step "Where straight-through ends").
//
// ## The question
//
// Someone trains with `y_pred = tf.floor(y_prob)` in the loss. TensorFlow stops: "No gradients provided
// for any variable". Without the floor it trains. The answer there: "`tf.floor` doesn't have a
// gradient". Someone else needs an argmax between two networks (PyTorch). The answer: even as a function
// that is differentiable almost everywhere, "its derivative is always 0". Both answers are right, and end
// there. In a third place two users of a public program find that a part of its loss, made with argmax
// and `where`, changes nothing whatever its factor is. No error told them
// (<https://github.com/Ugenteraan/Deep_Hierarchical_Classification/issues/6>).
//
// The cures that are passed on: put a soft version in its place, copy the gradient past the step
// ("straight-through"), add Gumbel noise. Hardly anybody says what each of them costs. So we measure it,
// on problems small enough to know the true gradient.
//
// A line with a tick is a *claim*: this run has checked it, and a false one makes the program fail.
// "Becomes false with" names flags that break it. What we say of PyTorch we ran, with version 1.13;
// what we say of TensorFlow we read.

// %%
#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "support/lesson.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

lesson::Knob<bool> smooth{"smooth", false, "a sigmoid wherever the lesson takes a threshold on purpose"};
lesson::Knob<bool> through{"through", false, "wrong turn: straight-through where the log loss would do"};
lesson::Knob<bool> square{"square", false, "wrong turn: leave the loss a square where it should be linear"};
lesson::Knob<bool> rewritten{"rewritten", false, "the loss linear in each choice wherever it is a square"};
lesson::Knob<bool> no_baseline{"no-baseline", false, "wrong turn: a score function without a baseline"};
lesson::Knob<bool> identity{"identity", false, "wrong turn: slope 1 everywhere for a hidden threshold"};
lesson::Knob<bool> sloped{"sloped", false, "the sigmoid's slope wherever the lesson takes slope 1"};
lesson::Knob<double> target{"target", 0.45, "t, what the bit should be near to", lesson::from_to{0, 0.49}};
lesson::Knob<double> gap{"gap", 1e-5, "smallest difference of weights for slopes", lesson::at_least{1e-6}};
lesson::Knob<int> draws{"draws", 8, "draws for each training step", lesson::at_least{2}};
lesson::Knob<int> hidden_units{"hidden", 8, "hidden thresholds", lesson::at_least{1}};

lesson::SeedRange runs() { return lesson::seeds(3, 5, 20); }
void seed_with(int seed, int what) { tg::manual_seed(static_cast<std::uint64_t>(1000 * what + seed)); }

// %% [markdown]
// ## The smallest failing demo
//
// Two classes overlap: five measurements, normal with variance 1, and the centres lie $d = 2$ apart. The
// model is one dense layer: a score $z$, and $p = 1 / (1 + e^{-z})$. It says "class 1" if $z > 0$. The
// *ideal* classifier, which knows the centres, is right in $\Phi(d / 2)$ = 84 % of cases. The *errors*
// are the share judged wrongly, 1 less the accuracy. We put that into the loss, as askers do.

// %%
struct Points {
  tg::Tensor x;  // [N,5]
  tg::Tensor y;  // [N,1], 0 or 1
};

const double far_apart = 2;

Points points(int count) {
  const tg::Tensor y = tg::uniform({count, 1}, 0, 1) < 0.5;
  return {tg::randn({count, 5}) + (y - 0.5) * (far_apart / std::sqrt(5)), y};
}

tg::Tensor above(const tg::Tensor& z) { return smooth ? tg::sigmoid(10 * z) : z > 0; }
tg::Tensor errors(const tg::Tensor& z, const tg::Tensor& y) { return tg::mean(tg::abs(above(z) - y)); }
double accuracy(const tg::Tensor& z, const tg::Tensor& y) { return tg::mean((z > 0) == y).item(); }

// PyTorch's round has a rule: the gradient is 0.
tg::Tensor rounded(const tg::Tensor& p) {
  return tg::record("round", tg::map(p, [](tg::Real a) { return std::nearbyint(a); }), {p},
                    {[](auto& g, auto&, auto) { return g * 0; }});
}

using Loss = std::function<tg::Tensor(const tg::Tensor& z, const tg::Tensor& y)>;

// %% tags=["unfolded"]
tg::nn::Dense train(const Points& on, const Loss& loss_of, int steps = 200,
                    const std::function<void(const tg::nn::Dense&)>& after_step = {}) {
  tg::nn::Dense network(5, 1);
  tg::optim::Adam adam(network.parameters(), {.lr = 0.05});
  for (int step = 0; step < steps; ++step) {
    adam.zero_grad();
    loss_of(network(on.x), on.y).backward();
    adam.step();
    if (after_step) after_step(network);
  }
  return network;
}

tg::Tensor log_loss(const tg::Tensor& z, const tg::Tensor& y) {
  return tg::binary_cross_entropy_with_logits(z, y);
}

// %%
STEP("Three ways to get no gradient") {
  const auto weights_after = [](double factor) {
    seed_with(lesson::seed(), 1);
    const Points on = points(1000);
    const tg::nn::Dense network = train(on, [factor](const tg::Tensor& z, const tg::Tensor& y) {
      return factor == 0 ? log_loss(z, y) : log_loss(z, y) + factor * errors(z, y);
    });
    return tg::concat({tg::reshape(network.weight, {-1}), network.bias}, 0).detach();
  };
  seed_with(lesson::seed(), 1);
  const Points on = points(1000);
  const tg::nn::Dense network(5, 1);
  const std::string error = lesson::error_of([&] { errors(network(on.x), on.y).backward(); });
  lesson::say("1. The errors alone. Here:\n   {}\n   PyTorch: element 0 of tensors does not require grad", error);
  tg::mean(tg::abs(rounded(tg::sigmoid(network(on.x))) - on.y)).backward();
  const double slope = tg::norm(network.weight.grad()).item();
  lesson::say("\n2. With PyTorch's rule of round, no error. The norm of the gradient: {}", slope);
  double apart = 0;
  const tg::Tensor without = weights_after(0);
  for (const double factor : {1., 100.})
    apart = std::max<double>(apart, tg::max(tg::abs(weights_after(factor) - without)).item());
  lesson::say("\n3. log loss + factor * errors, trained 200 steps with the factors 0, 1 and 100.");
  lesson::predict("By how much does a weight change at most, if the factor of the errors is 100 and not 0?", apart);
  lesson::claim("errors alone are refused: no tensor before the threshold gets a gradient",
                error != lesson::no_error, lesson::fails_with("--smooth"));
  lesson::claim("with the factors 0, 1 and 100 the trained weights are equal to the last bit", apart == 0,
                lesson::fails_with("--smooth"));
}

// %% [markdown]
// The third way is the worst: training runs, the printed loss goes down, and the part that was added
// does nothing. Two tests need no reading of code. Ask that part alone whether it requires a gradient.
// After `round` it says yes, so also train with its factor 0 and 100, and compare the weights.
//
// ## The zero is right
//
// Move one weight a little. Hardly any point changes its side, and the share of errors stays *exactly*
// as it was. So the slope is 0. Where a point does change its side, the share jumps, and there is no
// slope. Finite differences cannot help: $(E(w + h) - E(w - h)) / 2h$ with a small $h$ finds 0, or a
// jump divided by $2h$. With a large $h$ they find the slope of *another* function, a smoothed one.
//
// So choose the smoothing. Let the model draw its answer: $b = 1$ with chance $p$. Then a point is judged
// wrongly with chance $|p - y|$, and the *expected* errors are the mean of that. They are smooth.

// %%
double errors_at(double weight, const Points& on) {
  const tg::NoGrad no_grad;
  return tg::mean(((on.x * weight - 0.3 > 0) == on.y) == 0).item();
}
tg::Tensor expected_errors_at(const tg::Tensor& weight, const Points& on) {
  return tg::mean(tg::abs(tg::sigmoid(on.x * weight - 0.3) - on.y));
}

// %%
STEP("The zero is right") {
  seed_with(lesson::seed(), 2);
  Points on = points(100);
  on.x = tg::slice(on.x, 1, 0, 1) * 2;  // one measurement: one weight to move
  std::vector<double> weights, hard, soft;
  for (double weight = -1; weight <= 3; weight += 0.005) {
    weights.push_back(weight), hard.push_back(errors_at(weight, on));
    soft.push_back(expected_errors_at(tg::Tensor(weight), on).item());
  }
  lesson::Figure figure("stairs", "The errors are stairs: flat between jumps. The expected errors are smooth.");
  figure.axes({.x = "one weight", .y = "share of errors"});
  figure.line("errors", weights, hard), figure.line("expected errors", weights, soft);
  std::vector<lesson::Row> rows;
  double flat = 0, least = 1e9, apart = 0;
  for (const double h : {1., 0.1, 0.01, 0.001, gap.value()}) {
    double zeros = 0, sum = 0;
    const int places = 200;
    for (int i = 0; i < places; ++i) {
      const double weight = -1 + 4 * (i + 0.5) / places;
      const double slope = (errors_at(weight + h, on) - errors_at(weight - h, on)) / (2 * h);
      if (slope == 0) ++zeros;
      else sum += std::abs(slope), least = std::min(least, std::abs(slope));
      const tg::Tensor leaf = tg::Tensor(weight).requires_grad(true);
      const double exact = tg::grad(expected_errors_at(leaf, on), {leaf})[0].item();
      const double difference = (expected_errors_at(tg::Tensor(weight + 0.01), on).item() -
                                 expected_errors_at(tg::Tensor(weight - 0.01), on).item()) / 0.02;
      apart = std::max(apart, std::abs(exact - difference));
    }
    flat = zeros / places;
    rows.push_back({h, lesson::percent(flat), zeros < places ? lesson::right("{:.3g}", sum / (places - zeros)) : lesson::right("none")});
  }
  lesson::predict("At 200 weights we take a difference with the smallest h. What share of the slopes is exactly 0?",
                  flat, {.percent = true});
  lesson::table({"h", "slope exactly 0", "the others, mean size"}, rows);
  lesson::show(figure);
  lesson::claim("with the smallest h, at least 98% of the slopes of the errors are exactly 0", flat >= 0.98,
                lesson::fails_with("--gap 0.1"));
  lesson::claim("backward finds the slope of the expected errors, within 0.001 of finite differences", apart < 1e-3);
}

// %% [markdown]
// ## Accuracy: a smooth loss will do
//
// The asker of the first question wants few errors. Four losses for that: the log loss; the errors'
// expectation $|p - y|$, which is what trained "without the floor"; the hinge loss of lesson 7; and
// straight-through: the threshold as it is, and backward acts as if it were not there.
//
// $$ b = z + (\mathbf{1}[z > 0] - z)_{detached} $$
//
// Its value is the threshold, its slope that of $z$. With the loss $|b - y|$ the gradient of a weight
// $w_k$ is then the mean of $(b - y) x_k$: 0 for a point judged rightly, and $\pm x_k$ for an error. That
// is the *perceptron's* rule (Rosenblatt, 1958). It is known not to settle where classes overlap.

// %%
tg::Tensor straight_through(const tg::Tensor& hard, const tg::Tensor& soft) {
  return soft + (hard - soft).detach();
}

const std::map<std::string, Loss> losses = {
    {"log loss", log_loss},
    {"|p - y|", [](const tg::Tensor& z, const tg::Tensor& y) { return tg::mean(tg::abs(tg::sigmoid(z) - y)); }},
    {"hinge", [](const tg::Tensor& z, const tg::Tensor& y) { return tg::hinge_loss(z, 2 * y - 1); }},
    {"straight-through",
     [](const tg::Tensor& z, const tg::Tensor& y) { return tg::mean(tg::abs(straight_through(z > 0, z) - y)); }},
};

// %%
STEP("Accuracy needs no trick") {
  lesson::Measurements judged("on 20,000 new points", {.percent = true, .decimals = 1});
  judged.column("range, last 100 steps", {.percent = true, .decimals = 1});
  double behind = 0, settled = 0, restless = 1, rule = 0;
  for (const int seed : runs()) {
    seed_with(seed, 3);
    const Points on = points(1000), test = points(20000);
    const double ideal = accuracy(tg::sum(test.x, 1, tg::keepdim), test.y);
    for (const auto& [name, loss_of] : losses) {
      seed_with(seed, 4);
      double low = 1, high = 0;
      int step = 0;
      const Loss& used = through && name == "log loss" ? losses.at("straight-through") : loss_of;
      const tg::nn::Dense network = train(on, used, 300, [&](const tg::nn::Dense& now) {
        if (++step <= 200) return;
        const tg::NoGrad no_grad;
        const double is = accuracy(now(test.x), test.y);
        low = std::min(low, is), high = std::max(high, is);
      });
      const tg::Tensor z = network(test.x).detach();
      judged.add(name, "accuracy", accuracy(z, test.y)), judged.add(name, "less than ideal", ideal - accuracy(z, test.y));
      judged.add(name, "range, last 100 steps", high - low);
      if (name == "log loss") behind = std::max(behind, ideal - accuracy(z, test.y)), settled = std::max(settled, high - low);
      if (name == "straight-through") restless = std::min(restless, high - low);
    }
    const tg::nn::Dense network(5, 1);
    const tg::Tensor z = network(on.x);
    losses.at("straight-through")(z, on.y).backward();
    const tg::Tensor perceptron = tg::mean(((z > 0) - on.y) * on.x, 0);
    rule = std::max<double>(rule, tg::max(tg::abs(tg::reshape(network.weight.grad(), {5}) - perceptron)).item());
  }
  lesson::predict("Which of the four losses is still moving by more than 2 points of accuracy at the end?",
                  {"log loss", "|p - y|", "hinge", "straight-through"}, 3);
  judged.table("loss");
  lesson::claim("in each run, the log loss ends within 1 point of the ideal accuracy", behind < 0.01,
                lesson::fails_with("--through"));
  lesson::claim("in each run, its accuracy moves by less than 1 point in the last 100 steps", settled < 0.01,
                lesson::fails_with("--through"));
  lesson::claim("in each run, straight-through moves by more than 2 points in the last 100 steps", restless > 0.02);
  lesson::claim("straight-through and |b - y| give the perceptron's rule, within 1e-6", rule < 1e-6);
}
