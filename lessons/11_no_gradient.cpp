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
// Nothing is broken: the derivative *is* 0 wherever it exists. An error is the lucky case. In PyTorch
// `round` and `sign` give zeros without a word. A threshold that is *one part* of a loss adds nothing to
// its gradient, also without a word.
//
// 1. For accuracy you need no trick. Train on the log loss, and judge by the argmax.
// 2. If the network must output something discrete, let it draw it, $z \sim p$, and lower the
//    *expected* loss. The score function (REINFORCE) gives its gradient from values of the loss alone.
// 3. "Straight-through" acts as if $z$ were $p$. With a drawn $z$ it is right on average if the loss is
//    linear in each choice and the choices are independent (then $p$ in place of $z$ is exact). Else it can
//    lead to a wrong place: test it on a case small enough to list.
//
// ```python
// assert penalty.requires_grad  # that part alone: False after argmax, >, int(); True, of no use, after round
// hard = F.one_hot(torch.multinomial(p, 1)[:, 0], C)  # log_p_of_z = (hard * scores.log_softmax(1)).sum(1)
// z = p + (hard - p).detach()  # straight-through; p [N,C]; TensorFlow: tf.stop_gradient(hard - p)
// loss = ((f - f.mean()) * N / (N - 1)).detach() * log_p_of_z  # score function; f [N]; take the mean
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
// that is differentiable almost everywhere, "its derivative is always 0". Both answers are right. Neither
// says itself what to do instead. In a third place a user of a public program finds that a part of its
// loss, made with argmax and `where`, changes nothing whatever its factor is, and another confirms it. No
// error told them (<https://github.com/Ugenteraan/Deep_Hierarchical_Classification/issues/6>).
//
// The cures that are passed on: put a soft version in its place, copy the gradient past the step
// ("straight-through"), add Gumbel noise. What does each of them cost? We measure it, on problems small
// enough to know the true gradient.
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
lesson::Knob<double> lr{"lr", 0.1, "step size of Adam for the moons", lesson::at_least{0}};
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
  lesson::say("1. The errors alone. Here:\n   {}\n   PyTorch: element 0 of tensors does not require grad",
              error);
  tg::mean(tg::abs(rounded(tg::sigmoid(network(on.x))) - on.y)).backward();
  const double slope = tg::norm(network.weight.grad()).item();
  lesson::say("\n2. With PyTorch's rule of round, no error. The norm of the gradient: {}", slope);
  double apart = 0;
  const tg::Tensor without = weights_after(0);
  for (const double factor : {1., 100.})
    apart = std::max<double>(apart, tg::max(tg::abs(weights_after(factor) - without)).item());
  lesson::say("\n3. log loss + factor * errors, trained 200 steps with the factors 0, 1 and 100.");
  lesson::predict("By how much does a weight change at most, if the factor of the errors is 100 and not 0?",
                  apart);
  lesson::claim("errors alone are refused: no tensor before the threshold gets a gradient",
                error != lesson::no_error, lesson::fails_with("--smooth"));
  lesson::claim("with the factors 0, 1 and 100 the trained weights are equal to the last bit", apart == 0,
                lesson::fails_with("--smooth"));
}

// %% [markdown]
// The third way is the worst: training runs, the printed loss goes down, and the part that was added
// does nothing. Two tests need no reading of code. Ask that part alone whether it requires a gradient.
// After `round` it says yes, so also train from the same seed with its factor 0 and 100, and compare the
// weights.
//
// ## The zero is right
//
// Move one weight a little. Hardly any point changes its side, and the share of errors stays *exactly*
// as it was. So the slope is 0. Where a point does change its side, the share jumps, and there is no
// slope. Finite differences cannot help: $(E(w + h) - E(w - h)) / 2h$ with a small $h$ finds 0, or a
// jump divided by $2h$. With a large $h$ they find the slope of *another* function, a smoothed one. We try
// $h$ from 1 down to 0.00001.
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
  lesson::Figure figure("stairs",
                        "The errors are stairs: flat between jumps. The expected errors are smooth.");
  figure.axes({.x = "one weight", .y = "share of errors"});
  figure.line("errors", weights, hard), figure.line("expected errors", weights, soft);
  std::vector<lesson::Row> rows;
  const double smooth_h = std::max(gap.value(), 0.01);  // with a smaller one, rounding in float shows
  double flat = 0, apart = 0;
  for (const double h : {1., 0.1, 0.01, 0.001, gap.value()}) {
    double zeros = 0, sum = 0;
    const int places = 200;
    for (int i = 0; i < places; ++i) {
      const double weight = -1 + 4 * (i + 0.5) / places;
      const double slope = (errors_at(weight + h, on) - errors_at(weight - h, on)) / (2 * h);
      if (slope == 0)
        ++zeros;
      else
        sum += std::abs(slope);
      const tg::Tensor leaf = tg::Tensor(weight).requires_grad(true);
      const double exact = tg::grad(expected_errors_at(leaf, on), {leaf})[0].item();
      const double difference = (expected_errors_at(tg::Tensor(weight + smooth_h), on).item() -
                                 expected_errors_at(tg::Tensor(weight - smooth_h), on).item()) /
                                (2 * smooth_h);
      apart = std::max(apart, std::abs(exact - difference));
    }
    flat = zeros / places;
    rows.push_back(
        {h, lesson::percent(flat),
         zeros < places ? lesson::right("{:.3g}", sum / (places - zeros)) : lesson::right("none")});
  }
  lesson::predict(
      "At 200 weights we take a difference with the smallest h. What share of the slopes is exactly 0?", flat,
      {.percent = true});
  lesson::table({"h", "slope exactly 0", "the others, mean size"}, rows);
  lesson::show(figure);
  lesson::claim("with the smallest h, at least 98% of the slopes of the errors are exactly 0", flat >= 0.98,
                lesson::fails_with("--gap 0.1"));
  lesson::claim("backward finds the slope of the expected errors, within 0.001 of finite differences",
                apart < 1e-3, lesson::fails_with("--gap 0.1"));
}

// %% [markdown]
// ## Accuracy: a smooth loss will do
//
// The asker of the first question wants few errors. Four losses for that: the log loss; the errors'
// expectation $|p - y|$, which is what trained without the floor; the hinge, which lesson 7 puts on
// distances, here on the score: $\max(0, 1 - z)$ for class 1, $\max(0, 1 + z)$ for class 0; and
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
    {"|p - y|",
     [](const tg::Tensor& z, const tg::Tensor& y) { return tg::mean(tg::abs(tg::sigmoid(z) - y)); }},
    {"hinge", [](const tg::Tensor& z, const tg::Tensor& y) { return tg::hinge_loss(z, 2 * y - 1); }},
    {"straight-through",
     [](const tg::Tensor& z, const tg::Tensor& y) {
       return tg::mean(tg::abs(straight_through(z > 0, z) - y));
     }},
};

// %%
STEP("Accuracy needs no trick") {
  lesson::Measurements judged("on 20,000 new points", {.percent = true, .decimals = 1});
  double behind = 0, settled = 0, restless = 1, rule = 0;
  for (const int seed : runs()) {
    seed_with(seed, 3);
    const Points on = points(1000), test = points(20000);
    const double ideal = accuracy(tg::sum(test.x, 1, tg::keepdim), test.y);
    for (const std::string name : {"log loss", "|p - y|", "hinge", "straight-through"}) {
      seed_with(seed, 4);
      double low = 1, high = 0;
      int step = 0;
      const Loss& used = through && name == "log loss"          ? losses.at("straight-through")
                         : smooth && name == "straight-through" ? losses.at("|p - y|")
                                                                : losses.at(name);
      const tg::nn::Dense network = train(on, used, 300, [&](const tg::nn::Dense& now) {
        if (++step <= 200) return;
        const tg::NoGrad no_grad;
        const double is = accuracy(now(test.x), test.y);
        low = std::min(low, is), high = std::max(high, is);
      });
      const tg::Tensor z = network(test.x).detach();
      judged.add(name, "accuracy", accuracy(z, test.y)),
          judged.add(name, "less than ideal", ideal - accuracy(z, test.y));
      judged.add(name, "range, last 100 steps", high - low);
      if (name == "log loss")
        behind = std::max(behind, ideal - accuracy(z, test.y)), settled = std::max(settled, high - low);
      if (name == "straight-through") restless = std::min(restless, high - low);
    }
    const tg::nn::Dense network(5, 1);
    const tg::Tensor z = network(on.x);
    losses.at(smooth ? "|p - y|" : "straight-through")(z, on.y).backward();
    const tg::Tensor perceptron = tg::mean(((z > 0) - on.y) * on.x, 0);
    rule =
        std::max<double>(rule, tg::max(tg::abs(tg::reshape(network.weight.grad(), {5}) - perceptron)).item());
  }
  lesson::predict("Which of the four losses is still moving by more than 2 points of accuracy at the end?",
                  {"log loss", "|p - y|", "hinge", "straight-through"}, 3);
  judged.table("loss");
  lesson::claim("in each run, the log loss ends within 1 point of the ideal accuracy", behind < 0.01,
                lesson::fails_with("--through"));
  lesson::claim("in each run, its accuracy moves by less than 1 point in the last 100 steps", settled < 0.01,
                lesson::fails_with("--through"));
  lesson::claim("in each run, straight-through moves by more than 2 points in the last 100 steps",
                restless > 0.02, lesson::fails_with("--smooth"));
  lesson::claim("straight-through and |b - y| give the perceptron's rule, within 1e-6", rule < 1e-6,
                lesson::fails_with("--smooth"));
}

// %% [markdown]
// Three losses with a slope of their own do what was asked. (On average $|p - y|$ counts the errors of a
// model that draws its answer. So it drives $p$ to 0 or 1, and $p$ is no longer the chance that something
// happens. Prefer the log loss.) The perceptron's rule is the slope of something else: of the sum of $|z|$
// over the errors. Where classes overlap, that is least with all weights at 0. So the weights shrink, and
// near 0 one step can turn most answers round.
//
// ## When the output must be discrete
//
// Sometimes no smooth loss is at hand: a word is chosen and *read by something else*, a switch is on or
// off, a cost comes out of a program. Call the choice $z$ and its cost $f(z)$. The network gives
// probabilities $p$, and draws $z$ from them. We want to lower the expected cost
//
// $$ E f = \sum_z p(z) f(z) $$
//
// With few choices, list them all, and backward has no difficulty. With many, estimate the gradient:
//
// - **Softmax itself.** Put $p$ where $z$ was. No draw, but $f(p)$ is $E f$ only if $f$ is linear in each
//   choice and the choices are independent.
// - **Straight-through.** Compute $f(z)$, and let backward act as if $z$ were $p$. (The row "argmax" takes
//   the most probable choice for $z$, and draws nothing.)
// - **Gumbel softmax** (Jang and others; Maddison and others, 2017). With Gumbel noise $g = -\ln(-\ln u)$,
//   $u$ uniform, the argmax of $\ln p + g$ *is* a draw from $p$. Put $softmax((\ln p + g) / \tau)$ in its
//   place. With a small temperature $\tau$ it is nearly a draw. ("Hard" takes its argmax, straight-through.)
// - **Score function** (REINFORCE; Williams, 1992; "score" is the name of $\nabla \ln p$ in statistics). The
//   gradient of $E f$ is $E[f(z) \nabla \ln p(z)]$, because $\nabla p = p \nabla \ln p$. It needs values of
//   $f$, and no slope. Take a *baseline* from $f$, here the mean cost of the *other* draws: the mean of the
//   estimate is the same, and its variance is usually smaller.

// %% tags=["unfolded"]
using Cost = std::function<tg::Tensor(const tg::Tensor& z)>;  // z [N,G,C], each row a choice: [N]
// From scores [N,G,C], all N alike: [N], the mean of whose gradients stands for the gradient of E f.
using Estimator = std::function<tg::Tensor(const Cost& f, const tg::Tensor& scores)>;

tg::Tensor gumbel(const tg::Shape& shape) { return -tg::log(-tg::log(tg::uniform(shape, 1e-7, 1))); }
tg::Tensor largest(const tg::Tensor& a) { return tg::one_hot(tg::argmax(a, -1), a.dim(-1)); }
tg::Tensor drawn(const tg::Tensor& scores) { return largest(scores.detach() + gumbel(scores.shape())); }
tg::Tensor log_chance(const tg::Tensor& scores, const tg::Tensor& z) {  // ln p(z): [N]
  return tg::sum(z * tg::log_softmax(scores), {1, 2});
}

tg::Tensor softmax_itself(const Cost& f, const tg::Tensor& scores) { return f(tg::softmax(scores)); }
tg::Tensor through_argmax(const Cost& f, const tg::Tensor& scores) {
  return f(straight_through(largest(scores), tg::softmax(scores)));
}
tg::Tensor through_draw(const Cost& f, const tg::Tensor& scores) {
  return f(straight_through(drawn(scores), tg::softmax(scores)));
}
Estimator gumbel_softmax(double temperature, bool hard = false) {
  return [=](const Cost& f, const tg::Tensor& scores) {
    const tg::Tensor soft = tg::softmax((scores + gumbel(scores.shape())) / temperature);
    return f(hard ? straight_through(largest(soft), soft) : soft);
  };
}
Estimator score_function(bool baseline) {
  return [=](const Cost& f, const tg::Tensor& scores) {
    const tg::Tensor z = drawn(scores), costs = f(z).detach();  // [N]
    const double n = costs.dim(0);
    // f_i less the mean of the others is n / (n - 1) (f_i - mean of all)
    const tg::Tensor weight = baseline && !no_baseline ? (costs - tg::mean(costs)) * (n / (n - 1)) : costs;
    return weight * log_chance(scores, z);
  };
}

const std::vector<std::pair<const char*, Estimator>> estimators = {
    {"softmax itself", softmax_itself},
    {"straight-through, argmax", through_argmax},
    {"straight-through, drawn", through_draw},
    {"Gumbel 5", gumbel_softmax(5)},
    {"Gumbel 1", gumbel_softmax(1)},
    {"Gumbel 0.1", gumbel_softmax(0.1)},
    {"Gumbel 1, hard", gumbel_softmax(1, true)},
    {"score function", score_function(false)},
    {"score, baseline", score_function(true)},
};

// All choices, [C^G,G,C], and the expected cost by listing them.
tg::Tensor all_choices(int groups, int classes) {
  int count = 1;
  for (int g = 0; g < groups; ++g) count *= classes;
  std::vector<int> ids;
  for (int i = 0; i < count; ++i)
    for (int g = 0, rest = i; g < groups; ++g, rest /= classes) ids.push_back(rest % classes);
  return tg::one_hot(tg::Indices({count, groups}, ids), classes);
}
tg::Tensor exact(const Cost& f, const tg::Tensor& scores) {  // scores [1,G,C]
  const tg::Tensor z = all_choices(scores.dim(1), scores.dim(2));
  return tg::sum(tg::exp(log_chance(tg::broadcast_to(scores, z.shape()), z)) * f(z));
}

// The scores after training with an estimator, or, without one, with the exact gradient.
tg::Tensor learned(const Cost& f, const Estimator& estimator, const tg::Tensor& start, double lr, int steps,
                   const std::function<void(const tg::Tensor&)>& after_step = {}) {
  const tg::Tensor scores = start.clone().detach().requires_grad(true);
  tg::optim::Adam adam({{"scores", scores}}, {.lr = lr});
  const tg::Shape many = {draws, start.dim(1), start.dim(2)};
  for (int step = 0; step < steps; ++step) {
    adam.zero_grad();
    (estimator ? tg::mean(estimator(f, tg::broadcast_to(scores, many))) : exact(f, scores)).backward();
    adam.step();
    if (after_step) after_step(scores);
  }
  return scores;
}

// %%
lesson::Diagram ways_back() {
  lesson::Diagram diagram("ways_back", "No slope passes the draw. Two ways lead around it.");
  const int scores = diagram.box(0, 1, "scores"), p = diagram.box(1, 1, "softmax", {.note = "p"}),
            draw = diagram.box(2, 1, "draw", {.strong = true}), z = diagram.box(3, 1, "z", {.round = true}),
            f = diagram.box(4, 1, "cost f"), through = diagram.box(2, 0, "straight-through"),
            score = diagram.box(2, 2, "score function");
  diagram.arrow(scores, p), diagram.arrow(p, draw), diagram.arrow(draw, z, {.crossed = true});
  diagram.arrow(z, f);
  for (const int way : {through, score})
    diagram.arrow(f, way, {.dashed = true}), diagram.arrow(way, p, {.strong = true});
  return diagram;
}

// %% [markdown]
// ## Where straight-through ends
//
// The smallest case: one bit $b$, which is 1 with chance $p$, and the cost $(b - t)^2$ with $t = 0.45$.
// A 1 costs 0.3025, a 0 costs 0.2025. So the best $p$ is 0. Listing gives
//
// $$ E f = p (1 - t)^2 + (1 - p) t^2 = t^2 + (1 - 2 t) p $$
//
// with the slope $1 - 2t = 0.1$ everywhere. And for a bit $b^2 = b$, so $(b - t)^2 = t^2 + (1 - 2t) b$: the
// same cost for both values. We train each estimator of the list above, and the exact gradient, on the cost
// in either form.

// %%
// The bit is the first of two classes: z [N,1,2].
tg::Tensor square_cost(const tg::Tensor& z) {
  const tg::Tensor far = tg::reshape(tg::slice(z, 2, 0, 1), {-1}) - target.value();
  return far * far;
}
tg::Tensor linear_cost(const tg::Tensor& z) {
  const double t = target;
  return t * t + (1 - 2 * t) * tg::reshape(tg::slice(z, 2, 0, 1), {-1});
}

// %%
STEP("Where straight-through ends") {
  lesson::show(ways_back());
  lesson::Measurements ends("p after 600 steps, mean of the last 300", {.decimals = 3});
  std::vector<std::pair<const char*, Estimator>> rows = {{"exact gradient", {}}};
  rows.insert(rows.end(), estimators.begin(), estimators.end());
  for (const int seed : runs())
    for (const auto& [name, estimator] : rows)
      for (const bool is_square : {true, false}) {
        seed_with(seed, 5);
        const tg::Tensor start = tg::randn({1, 1, 2});
        double sum = 0;
        int step = 0;
        const Cost f = (is_square ? !rewritten : square) ? square_cost : linear_cost;
        learned(f, estimator, start, 0.1, 600, [&](const tg::Tensor& scores) {
          const tg::NoGrad no_grad;
          if (++step > 300) sum += tg::softmax(scores).at({0, 0, 0});
        });
        ends.add(name, is_square ? "(b - t)^2" : "t^2 + (1 - 2t) b", sum / 300);
      }
  const auto count_above = [&](const char* column) {
    double count = 0;
    for (const auto& [name, estimator] : rows) count += ends.median(name, column) > 0.1;
    return count;
  };
  lesson::predict(
      "The best p is 0. Of nine estimators and the exact gradient, how many end above 0.1 with the square?",
      count_above("(b - t)^2"));
  lesson::predict("And where does Gumbel softmax with temperature 1 end, with the square?",
                  ends.median("Gumbel 1", "(b - t)^2"));
  lesson::predict("How many of the ten end above 0.1 with the same cost, written t^2 + (1 - 2t) b?",
                  count_above("t^2 + (1 - 2t) b"));
  ends.table("estimator");
  const auto within = [&](const char* row, const char* column, double low, double high) {
    const lesson::Spread is = ends.spread(row, column);
    return is.low >= low && is.high <= high;
  };
  lesson::claim("in each run, straight-through with a draw ends within 0.05 of t, not at 0",
                within("straight-through, drawn", "(b - t)^2", target - 0.05, target + 0.05),
                lesson::fails_with("--rewritten"));
  lesson::claim("in each run, with the cost written linear in b it ends below 0.02",
                within("straight-through, drawn", "t^2 + (1 - 2t) b", 0, 0.02),
                lesson::fails_with("--square"));
  lesson::claim("in each run, the score function with a baseline ends below 0.02 with either form",
                within("score, baseline", "(b - t)^2", 0, 0.02) &&
                    within("score, baseline", "t^2 + (1 - 2t) b", 0, 0.02));
  lesson::claim("in each run, Gumbel softmax with temperature 1 ends above 0.3 with the square",
                within("Gumbel 1", "(b - t)^2", 0.3, 1), lesson::fails_with("--rewritten"));
}

// %% [markdown]
// Straight-through takes the slope $2 (b - t)$ of the square at the $b$ that was drawn. Its mean is
// $2 (p - t)$. That is the slope of $(p - t)^2$, and it leads to $p = t$: the $p$ that makes the *mean* of
// $b$ equal to $t$. Nobody asked for that. (With the argmax it stays at 0.5, where the argmax changes sides.)
// The linear form has the same cost at 0 and at 1, but another slope between them, where no cost was ever
// defined. That slope is the right one. With the square, Gumbel softmax ends in a place of its own for each
// temperature, and of these three only the smallest ends near 0.
//
// ## Bias and noise, against all 64 choices
//
// Three wheels with four positions each make 64 choices. Each position has a vector of four numbers; the
// three that are chosen add up, and the cost is the squared distance to a goal. Vectors, goal and scores
// are drawn from a normal distribution. We know the exact gradient. For each estimator we take 20,000
// single draws. *Bias*: how far their mean is from the exact gradient. *Noise*: the standard deviation of
// one draw. Both are relative to the length of the exact gradient. A mean of 20,000 draws is off by about
// noise / 141 without any bias, so compare the two. (The score function's baseline is here the mean of
// 19,999 other draws. With 7 others, as when we train below, its noise is a little larger.)
//
// In the last row the cost is written linear in each wheel. One wheel stands at one position, so $z_i
// z_j = 0$ and $z_i^2 = z_i$ there: the square of a wheel's own vector becomes $\sum_i z_i |a_i|^2$.

// %%
struct Wheels {
  tg::Tensor vectors;  // [G,4,4]: wheel, position, number
  tg::Tensor goal;     // [1,4]
  tg::Tensor start;    // [1,G,4], scores

  tg::Tensor cost(const tg::Tensor& z) const {  // [N,G,4] -> [N]
    const int places = 4 * vectors.dim(0);
    const tg::Tensor far = tg::matmul(tg::reshape(z, {-1, places}), tg::reshape(vectors, {places, 4})) - goal;
    return tg::sum(far * far, 1);
  }
  // The same for each choice, and linear in each wheel.
  tg::Tensor linear(const tg::Tensor& z) const {
    const tg::Tensor own = tg::matmul(tg::permute(z, {1, 0, 2}), vectors);  // [G,N,4]: each wheel's vector
    const tg::Tensor lengths = tg::sum(vectors * vectors, 2);               // [G,4]
    return cost(z) - tg::sum(own * own, {0, 2}) + tg::sum(z * lengths, {1, 2});
  }
};

Wheels wheels(int seed, int count = 3) {
  seed_with(seed, 6);
  const tg::Tensor vectors = tg::randn({count, 4, 4}), goal = tg::randn({1, 4});
  return {vectors, goal, tg::randn({1, count, 4})};
}

struct Judged {
  double bias, noise;
};
Judged judge(const Cost& f, const Estimator& estimator, const tg::Tensor& start,
             const tg::Tensor& true_gradient, int count = 20000) {
  const tg::Tensor scores =
      tg::broadcast_to(start, {count, start.dim(1), start.dim(2)}).detach().requires_grad(true);
  const tg::Tensor each = tg::grad(tg::sum(estimator(f, scores)), {scores})[0];  // [N,G,C]
  const tg::Tensor mean = tg::mean(each, 0, tg::keepdim), off = each - mean;
  const double length = tg::norm(true_gradient).item();
  return {tg::norm(mean - true_gradient).item() / length,
          std::sqrt(tg::sum(off * off).item() / count) / length};
}

// %%
STEP("Bias and noise") {
  lesson::Measurements judged("relative to the exact gradient", {.decimals = 2});
  judged.column("bias", {.decimals = 3});
  double mended = 0, least_bias = 9, unbiased = 0, ratio = 0, same = 0, as_softmax = 0;
  for (const int seed : runs()) {
    const Wheels on = wheels(seed);
    const Cost square_form = [&](const tg::Tensor&z) { return on.cost(z); },
               linear_form = [&](const tg::Tensor&z) { return on.linear(z); };
    const Cost f = rewritten ? linear_form : square_form, g = square ? square_form : linear_form;
    const tg::Tensor start = on.start.clone().detach().requires_grad(true), z = all_choices(3, 4);
    same = std::max<double>(same, tg::max(tg::abs(f(z) - g(z))).item());
    const tg::Tensor truth = tg::grad(exact(f, start), {start})[0];
    std::map<std::string, Judged> by;
    seed_with(seed, 7);
    const auto row = [&](const char* name, const Cost& cost, const Estimator& estimator,
                         const tg::Tensor& to) {
      by[name] = judge(cost, estimator, start, to);
      judged.add(name, "bias", by[name].bias);
      judged.add(name, "noise of one draw", by[name].noise);
    };
    for (const auto& [name, estimator] : estimators) row(name, f, estimator, truth);
    row("straight-through, linear form", g, through_draw, truth);
    const tg::Tensor of_softmax = tg::grad(tg::sum(softmax_itself(f, start)), {start})[0];
    const Judged to_softmax = judge(f, through_draw, start, of_softmax);
    // six standard errors of the mean
    as_softmax = std::max(as_softmax, to_softmax.bias / (6 * to_softmax.noise / std::sqrt(20000.)));
    const Judged &through_it = by["straight-through, drawn"], &linear = by["straight-through, linear form"],
                 &score = by["score, baseline"];
    least_bias = std::min(least_bias, through_it.bias);
    unbiased = std::max(unbiased, score.bias / (6 * score.noise / std::sqrt(20000.)));
    mended = std::max(mended, linear.bias / (6 * linear.noise / std::sqrt(20000.)));
    ratio = std::max(ratio, score.noise / by["Gumbel 0.1"].noise);
  }
  lesson::predict(
      "The slope of straight-through with a draw: how far off is its mean, as a share of the exact gradient?",
      judged.median("straight-through, drawn", "bias"), {.percent = true});
  judged.table("estimator");
  lesson::say("\nChance alone makes a bias of about noise / 141: {:.3f} for the score function.",
              judged.median("score function", "noise of one draw") / 141);
  lesson::Figure figure(
      "bias_and_noise",
      "Gumbel softmax trades bias for noise. A baseline or a linear form lowers noise without bias.");
  figure.axes({.x = "bias, median (chance alone: noise / 141)", .y = "noise of one draw", .log_x = true});
  for (const char* name : {"straight-through, drawn", "Gumbel 1", "Gumbel 0.1", "score function",
                           "score, baseline", "straight-through, linear form"})
    figure.points(name, {judged.median(name, "bias")},
                  lesson::Spreads{judged.spread(name, "noise of one draw")});
  lesson::show(figure);
  lesson::claim("the cost and its linear form agree on all 64 choices, within 1e-4", same < 1e-4);
  lesson::claim("in each run, straight-through with a draw has a bias of more than a tenth", least_bias > 0.1,
                lesson::fails_with("--rewritten"));
  lesson::claim("in each run, its mean is the gradient of softmax itself, within six standard errors",
                as_softmax < 1);
  lesson::claim("in each run, with the linear form its bias is within six standard errors of 0", mended < 1,
                lesson::fails_with("--square"));
  lesson::claim("in each run, so is that of the score function with a baseline", unbiased < 1);
  lesson::claim("in each run, the score function with a baseline has less noise than Gumbel 0.1", ratio < 1,
                lesson::fails_with("--no-baseline"));
}

// %% [markdown]
// On average, straight-through follows the slope of $f(E z)$ here, not that of $E f(z)$. So does softmax
// itself, without the noise. That holds for any square: its slope is linear in $z$, so the mean of the slope
// is the slope at the mean. (With the argmax in place of a draw there is no noise, and the median bias is
// larger.) And the score function with a baseline, known as the noisy one, has less noise than the Gumbel
// softmax that is nearly free of bias.
//
// ## What it costs in learning
//
// Now train, with 8 draws in each of 300 steps. Each estimator gets the step size that is best for it, of
// 0.03, 0.1 and 0.3: with one step size for all, we would measure the step size. *Left* is how far the
// expected cost is from that of the best of the 64 choices, as a share of how far guessing is from it.

// %%
struct Learning {
  double lr = 0, mean = 1e9;
  std::vector<double> left = {};
};

Learning best_learning(const Estimator& estimator, const lesson::SeedRange& seeds, bool linear) {
  Learning best;
  for (const double lr : {0.03, 0.1, 0.3}) {
    Learning now{.lr = lr, .mean = 0};
    for (const int seed : seeds) {
      const Wheels on = wheels(seed);
      const Cost f = [&](const tg::Tensor& z) { return linear ? on.linear(z) : on.cost(z); };
      const tg::Tensor costs = f(all_choices(3, 4));
      const double least = tg::min(costs).item(), guessing = tg::mean(costs).item();
      seed_with(seed, 8);
      const tg::Tensor scores = learned(f, estimator, on.start, lr, 300);
      now.left.push_back((exact(f, scores).item() - least) / (guessing - least));
      now.mean += now.left.back() / seeds.size();
    }
    if (now.mean < best.mean) best = now;
  }
  return best;
}

// %%
STEP("What it costs in learning") {
  const lesson::SeedRange problems = lesson::seeds(20, 20, 50);
  std::map<std::string, Learning> by;
  std::vector<lesson::Row> rows;
  const auto row = [&](const char* name, const Estimator& estimator, bool linear) {
    const Learning it = by[name] = best_learning(estimator, problems, linear);
    rows.push_back(
        {name, it.lr, lesson::right("{}", lesson::number_text(it.mean, {.percent = true, .decimals = 1})),
         lesson::right("{}",
                       lesson::number_text(lesson::spread(it.left), {.percent = true, .decimals = 1}))});
  };
  row("exact gradient", {}, false);
  for (const auto& [name, estimator] : estimators) row(name, estimator, rewritten);
  row("straight-through, linear form", through_draw, !square);
  lesson::predict("Each with its best step size: which leaves the most on average?",
                  {"straight-through, drawn", "Gumbel 0.1", "the score function with a baseline"}, 0);
  lesson::say("{} problems", problems.size());
  lesson::table({"estimator", "step size", "left, mean", "left, median (range)"}, rows);
  const double through_it = by["straight-through, drawn"].mean, score = by["score, baseline"].mean,
               truth = by["exact gradient"].mean;
  lesson::claim(
      "straight-through with a draw leaves over 3 points more than the score function with a baseline",
      through_it > score + 0.03, lesson::fails_with("--rewritten"));
  lesson::claim("straight-through leaves over 4 points less with the linear form than with the square",
                by["straight-through, linear form"].mean < through_it - 0.04, lesson::fails_with("--square"));
  lesson::claim("the score function with a baseline leaves at most 8 points more than the exact gradient",
                score < truth + 0.08);
}

// %% [markdown]
// The exact gradient does not always end at the best choice either: from some starts it goes to another. So
// a few points say little here. And a bias at the start does not tell where training ends: Gumbel softmax
// with temperature 1 has about that of straight-through in step 5, but what it leaves is much nearer to the
// exact gradient's.
//
// ## A hidden layer of thresholds
//
// What is straight-through good for, then? It can train hidden layers, which have too many choices to list.
// Take two half moons, and 8 hidden units that say 0 or 1, by the sign of their $z$, without a draw.
// The last layer has a true gradient. For the hidden one it is 0, and we invent one:
//
// - *none*: the hidden layer stays as it began, and the last layer alone learns.
// - *slope 1*: the gradient goes past the threshold unchanged, as many explanations of "straight-through"
//   put it (`return grad_output`).
// - *slope 1 near 0*: only where $|z| \leq 1$ (Courbariaux, Hubara and others, 2016).
// - *the sigmoid's slope*.

// %%
Points moons(int count) {
  std::vector<tg::Real> x, y;
  for (int i = 0; i < count; ++i) {
    const double angle = std::acos(-1) * tg::random_stream().uniform(), side = i % 2 ? -1 : 1;
    x.push_back(static_cast<tg::Real>(side * (std::cos(angle) - 0.5) + 0.1 * tg::random_stream().normal()));
    x.push_back(static_cast<tg::Real>(side * (std::sin(angle) - 0.25) + 0.1 * tg::random_stream().normal()));
    y.push_back(i % 2);
  }
  return {tg::Tensor({count, 2}, x), tg::Tensor({count, 1}, y)};
}

using Threshold = std::function<tg::Tensor(const tg::Tensor& z)>;

tg::Tensor slope_one(const tg::Tensor& z) { return straight_through(z > 0, z); }
tg::Tensor slope_near(const tg::Tensor& z) { return straight_through(z > 0, tg::clamp(z, -1, 1)); }
tg::Tensor slope_sigmoid(const tg::Tensor& z) { return straight_through(z > 0, tg::sigmoid(z)); }

double moons_accuracy(int seed, const Threshold& threshold) {
  seed_with(seed, 9);
  const Points on = moons(400), test = moons(2000);
  const tg::nn::Dense hidden(2, hidden_units), last(hidden_units, 1);
  hidden.weight.assign(2 * hidden.weight), hidden.bias.assign(0.5 * tg::randn(hidden.bias.shape()));
  tg::optim::Adam adam(tg::nn::Parameters{{"hidden", hidden}, {"last", last}}, {.lr = lr});
  for (int step = 0; step < 600; ++step) {
    adam.zero_grad();
    log_loss(last(threshold(hidden(on.x))), on.y).backward();
    adam.step();
  }
  const tg::NoGrad no_grad;
  return accuracy(last(threshold(hidden(test.x))), test.y);
}

// %%
STEP("A hidden layer of thresholds") {
  const std::vector<std::pair<const char*, Threshold>> rows = {
      {"none", [](const tg::Tensor& z) { return z > 0; }},
      {"slope 1", sloped ? slope_sigmoid : slope_one},
      {"slope 1 near 0", identity ? slope_one : slope_near},
      {"the sigmoid's slope", identity ? slope_one : slope_sigmoid},
      {"sigmoid, no threshold", [](const tg::Tensor& z) { return tg::sigmoid(z); }},
      {"linear, no threshold", [](const tg::Tensor& z) { return z; }},
  };
  lesson::Measurements judged("new points", {.percent = true, .decimals = 1});
  const lesson::SeedRange many = lesson::seeds(5, 10, 20);
  for (const int seed : many)
    for (const auto& [name, threshold] : rows) judged.add(name, "accuracy", moons_accuracy(seed, threshold));
  lesson::predict("With sigmoids the network is nearly always right. With thresholds, trained with slope 1?",
                  judged.median("slope 1", "accuracy"), {.percent = true});
  judged.table("hidden gradient");
  std::vector<std::string> names = judged.rows();
  std::vector<std::vector<double>> all;
  for (const std::string& name : names) all.push_back(judged.values(name, "accuracy"));
  lesson::Figure figure(
      "hidden_thresholds",
      "Thresholds with slope 1 learn what a linear network does. A slope that falls off learns more.");
  figure.axes({.y = "accuracy on new points"});
  figure.strip("runs", names, all);
  lesson::show(figure);
  lesson::claim("in each run, the sigmoid's slope gives more than 95% accuracy",
                judged.spread("the sigmoid's slope", "accuracy").low > 0.95,
                lesson::fails_with("--identity"));
  lesson::claim("in each run, slope 1 gives less than 94%", judged.spread("slope 1", "accuracy").high < 0.94,
                lesson::fails_with("--sloped"));
  lesson::claim("the median accuracy with slope 1 is less than 3 points above that of the linear network",
                judged.median("slope 1", "accuracy") <
                    judged.median("linear, no threshold", "accuracy") + 0.03,
                lesson::fails_with("--sloped"));
}

// %% [markdown]
// With slope 1, backward sees no threshold: it sends the error to the hidden weights as in a *linear*
// network. And the network ends about where a linear one does, which cannot separate the moons with its
// straight line (with `--lr` 0.01, 0.03 and 0.3 as well). A hidden layer that stays as it began is often
// better. If the slope falls off away from 0, a point far from a unit's threshold hardly moves that unit.
// The points near it do.
//
// ## What to do
//
// 1. **Is there a smooth loss that wants the same?** Log loss for accuracy, CTC for text without timings
//    (lesson 6). Take it, and judge by what you care for.
// 2. **Few choices?** List them. It is exact, and backward does the rest.
// 3. **Is the cost known as a formula?** Write it linear in each choice. If the choices are independent,
//    put $p$ in place of $z$: that *is* the expected cost, without bias and without noise. If $z$ must be
//    drawn all the same, straight-through then has no bias, and in step 5 it has less noise than the score
//    function.
// 4. **Is the cost a program, a person, a distance of texts?** The score function with a baseline.
// 5. **Many hidden switches in a network?** Straight-through with a slope that falls off. Compare with a
//    hidden layer that is not trained, and with a linear network.
// 6. **Whatever you choose:** on a case small enough to list, compare where it ends with where the exact
//    gradient ends.
//
// ## What the answers got wrong, or left out
//
// - "`tf.floor` doesn't have a gradient": right, and training without it is enough for accuracy (step 3).
//   Why that does no harm was missing: $|p - y|$ is the expected share of errors, exactly. Nor does the
//   answer say that the floor of a probability below 1 is 0: that loss was the same for every network.
// - "Its derivative is always 0": right. It was missing that nobody is told where another part of the
//   loss has a gradient (step 1).
// - Straight-through, explained as a gradient copied past the step: it can end at 0.45 where 0 is right
//   (step 4), and in a hidden layer it learned no more than a linear network (step 7).
// - The "`gumbel_softmax` `hard=True` trick" (<https://github.com/rusty1s/pytorch_scatter/issues/63>): its
//   bias is about that of straight-through (step 5), yet it left about half as much (step 6).
// - That REINFORCE is too noisy: with a baseline it is less noisy here than Gumbel softmax at 0.1, without
//   bias (step 5). With more choices that changes: see "More wheels".
//
// ## Further
//
// What is interesting beside the argument. `--further` runs these sections too.
//
// ### More wheels
//
// With $G$ wheels there are $4^G$ choices. Nobody lists them for $G = 30$. But if the cost is linear in
// each wheel, and wheels are drawn independently, then putting $p$ in place of $z$ gives the expected
// cost. So the exact gradient is still known. We take 4,000 draws: chance alone makes a bias of noise / 63.

// %%
FURTHER("More wheels") {
  lesson::Measurements noise("noise of one draw, relative to the exact gradient", {.decimals = 1});
  lesson::Measurements bias("bias", {.decimals = 2});
  const std::vector<int> counts = {3, 10, 30};
  for (const int seed : runs())
    for (const int count : counts) {
      const Wheels on = wheels(seed, count);
      const Cost f = [&](const tg::Tensor& z) { return on.cost(z); };
      const Cost linear = [&](const tg::Tensor& z) { return on.linear(z); };
      const tg::Tensor start = on.start.clone().detach().requires_grad(true);
      const tg::Tensor truth = tg::grad(tg::sum(softmax_itself(linear, start)), {start})[0];
      const auto row = [&](const char* name, const Cost& cost, const Estimator& estimator) {
        const Judged it = judge(cost, estimator, start, truth, 4000);
        noise.add(name, fmt::format("{} wheels", count), it.noise);
        bias.add(name, fmt::format("{} wheels", count), it.bias);
      };
      row("straight-through, drawn", f, through_draw);
      row("Gumbel 1", f, gumbel_softmax(1));
      row("Gumbel 0.1", f, gumbel_softmax(0.1));
      row("score, baseline", f, score_function(true));
      row("straight-through, linear form", linear, through_draw);
    }
  lesson::predict(
      "From 3 wheels to 30: by which factor does the noise of the score function with a baseline grow?",
      noise.median("score, baseline", "30 wheels") / noise.median("score, baseline", "3 wheels"));
  noise.table("estimator");
  lesson::say("");
  bias.table("estimator");
  lesson::claim("with 30 wheels, the score function with a baseline has more noise than Gumbel 0.1",
                noise.median("score, baseline", "30 wheels") > noise.median("Gumbel 0.1", "30 wheels"));
}

// %% [markdown]
// One wheel of 30 changes the cost little, and over a small change a square is nearly linear: the bias of
// straight-through is smaller. The score function has no bias: its row shows chance alone. It does not know
// which wheel a cost comes from, so its noise grows with their number. That speaks for straight-through where
// there are many small choices, and against it where there are a few large ones.
//
// ### Soft argmax
//
// "Getting around `tf.argmax`": a popular way is the mean of the positions, weighted by $softmax(\beta x)$
// (Stack Overflow, question 46926809, as copied at
// <https://newbe.dev/getting-around-tf-argmax-which-is-not-differentiable>). It comes near the argmax for a
// large $\beta$. The code there takes $10^{10}$ unless told otherwise. Take five scores, 2, 0, 0, 0 and 2.1.
// The argmax is position 4.

// %%
FURTHER("Soft argmax") {
  std::vector<lesson::Row> rows;
  std::map<double, double> answer, slope;
  for (const double beta : {1., 3., 10., 30., 100., 1e10}) {
    const tg::Tensor x = tg::tensor(std::vector<double>{2, 0, 0, 0, 2.1}).requires_grad(true);
    const tg::Tensor soft = tg::sum(tg::softmax(x * beta) * tg::arange(5));
    answer[beta] = soft.item(), slope[beta] = tg::norm(tg::grad(soft, {x})[0]).item();
    rows.push_back({beta, lesson::right("{:.2f}", answer[beta]), lesson::right("{:.2g}", slope[beta])});
  }
  lesson::predict("With beta = 1, which position does the soft argmax give, from 0 to 4?", answer[1]);
  lesson::table({"beta", "soft argmax", "norm of the gradient"}, rows);
  lesson::claim("with beta = 1 it is within 0.1 of position 2, whose score is among the lowest",
                std::abs(answer[1] - 2) < 0.1);
  lesson::claim("with beta = 100 it is within 0.01 of the argmax, and the gradient is below 0.1",
                std::abs(answer[100] - 4) < 0.01 && slope[100] < 0.1);
}

// %% [markdown]
// With a small $\beta$ it is the mean of a distribution with two peaks: a place between them that nobody
// chose. Where it is right, the gradient is nearly gone again, and with $10^{10}$ it is exactly 0.
//
// ### F1 as a loss
//
// "Is it possible to make F1_Score differentiable and use it directly as a Loss function?" The answer: yes,
// put $p$ in place of the decisions in $F_1 = 2 TP / (2 TP + FP + FN)$. We try that on a class of 3 %, 1.5
// from the other, as in lesson 12. Beside it stands the log loss, with the threshold that has the best F1
// on the *training* points.

// %%
double f1(const tg::Tensor& z, const tg::Tensor& y, double threshold) {
  const tg::Tensor yes = z > threshold;
  return 2 * tg::sum(yes * y).item() / std::max<double>(1, tg::sum(yes).item() + tg::sum(y).item());
}

// %%
FURTHER("F1 as a loss") {
  const Loss soft_f1 = [](const tg::Tensor& z, const tg::Tensor& y) {
    const tg::Tensor p = tg::sigmoid(z);
    return 1 - 2 * tg::sum(p * y) / (tg::sum(p) + tg::sum(y));
  };
  const auto best_threshold = [](const tg::Tensor& z, const tg::Tensor& y) {
    double best = 0, at = 0;
    for (double threshold = -6; threshold < 3; threshold += 0.1)
      if (const double now = f1(z, y, threshold); now > best) best = now, at = threshold;
    return at;
  };
  lesson::Measurements judged("F1 on 50,000 new points", {.decimals = 3});
  for (const int seed : runs()) {
    seed_with(seed, 10);
    const auto rare = [](int count) {
      const tg::Tensor y = tg::uniform({count, 1}, 0, 1) < 0.03;
      return Points{tg::randn({count, 5}) + y * (1.5 / std::sqrt(5)), y};
    };
    const Points on = rare(20000), test = rare(50000);
    const auto row = [&](const char* name, const Loss& loss_of) {
      seed_with(seed, 11);
      const tg::nn::Dense network = train(on, loss_of, 300);
      const tg::Tensor z = network(test.x).detach();
      const double best = f1(z, test.y, best_threshold(network(on.x).detach(), on.y));
      judged.add(name, "at p = 0.5", f1(z, test.y, 0)), judged.add(name, "at the threshold", best);
      judged.add(name, "p said, mean", tg::mean(tg::sigmoid(z)).item());
    };
    row("log loss", losses.at(through ? "straight-through" : "log loss")), row("soft F1", soft_f1);
  }
  lesson::predict("Soft F1 at 0.5: by how much is its F1 above that of the log loss at its threshold?",
                  judged.median("soft F1", "at p = 0.5") - judged.median("log loss", "at the threshold"));
  judged.table("loss");
  lesson::claim("the median F1 of soft F1 at 0.5 is within 0.015 of that of the log loss at its threshold",
                std::abs(judged.median("soft F1", "at p = 0.5") -
                         judged.median("log loss", "at the threshold")) < 0.015,
                lesson::fails_with("--through"));
  lesson::claim("in each run, at 0.5 soft F1 has more than twice the F1 of the log loss",
                judged.spread("soft F1", "at p = 0.5").low > 2 * judged.spread("log loss", "at p = 0.5").high,
                lesson::fails_with("--through"));
}

// %% [markdown]
// The answer is right that it works: at 0.5 it is far above the log loss. It does not mention that a
// threshold, chosen after training, gives as much.
//
// ### An edit distance as a loss
//
// An edit distance takes text, not numbers: there is nothing to put $p$ into. The score function asks for
// values alone. Three letters, each one of a, b, c, d, are drawn independently. Half of the time the right
// word is *abc*, half of the time *bca*, and nothing tells which. The log loss of each letter makes each
// letter half and half. Always saying *abc* costs one edit on average: none, or two.

// %%
FURTHER("An edit distance as a loss") {
  const Cost edits = [](const tg::Tensor& z) {  // [N,3,4] -> [N]
    const tg::Indices letters = tg::argmax(z, -1);
    std::vector<tg::Real> costs;
    for (int i = 0; i < z.dim(0); ++i) {
      std::string word;
      for (int k = 0; k < 3; ++k) word += static_cast<char>('a' + letters.at({i, k}));
      const int sum = tg::decode::edit_distance(word, "abc") + tg::decode::edit_distance(word, "bca");
      costs.push_back(static_cast<tg::Real>(sum) / 2);
    }
    return tg::tensor(costs);
  };
  lesson::Measurements judged("edits on average, over all 64 words", {.decimals = 3});
  for (const int seed : runs()) {
    seed_with(seed, 12);
    const tg::Tensor start = tg::randn({1, 3, 4});
    const tg::Tensor scores = start.clone().detach().requires_grad(true);
    tg::optim::Adam adam({{"scores", scores}}, {.lr = 0.1});
    for (int step = 0; step < 300; ++step) {
      adam.zero_grad();
      const tg::Indices abc = {{0, 1, 2}}, bca = {{1, 2, 0}};
      (tg::cross_entropy(scores, abc) + tg::cross_entropy(scores, bca)).backward();
      adam.step();
    }
    judged.add("log loss of each letter", "edits", exact(edits, scores).item());
    const tg::Tensor by_score = learned(edits, score_function(true), start, 0.1, 300);
    judged.add("score function", "edits", exact(edits, by_score).item());
  }
  lesson::predict("The log loss of each letter: how many edits on average?",
                  judged.median("log loss of each letter", "edits"));
  judged.table("trained on");
  lesson::claim("in each run, the score function ends below 1.1 edits",
                judged.spread("score function", "edits").high < 1.1);
  lesson::claim("in each run, the log loss of each letter ends above 1.3 edits",
                judged.spread("log loss of each letter", "edits").low > 1.3);
}

// %% [markdown]
// ## Your turn
//
// Write down what you expect, then run the lesson again with
//
// - `--target 0.2`: where does straight-through end now?
// - `--draws 64`: which rows of steps 4 and 6 change?
// - `--hidden 32`: does slope 1 profit from more thresholds? Does a hidden layer that is not trained?
// - `--rewritten`: which claims become false, and what do they have in common?
//
// The claims are about the usual settings. With others some become false.
//
// ## Exercises
//
// - `make exercise N=57`, *a threshold with a slope* (extend): an operation with a rule of your own.
// - `make exercise N=58`, *the score function* (fix): a baseline that makes the gradient too small.
// - `make exercise N=59`, *no gradient* (quiz), for those who know half of this lesson: when it is green,
//   the others count as done.
//
// ## Reading
//
// - [arxiv.org/abs/1308.3432](https://arxiv.org/abs/1308.3432), Bengio and others, 2013: four
//   families of estimators, straight-through among them, for random gates that switch parts of a network off.
//   (We read the abstract.)
// - [arxiv.org/abs/1611.01144](https://arxiv.org/abs/1611.01144), Jang and others, 2017, and
//   [arxiv.org/abs/1611.00712](https://arxiv.org/abs/1611.00712), Maddison and others, 2017: Gumbel softmax.
// - [arxiv.org/abs/1602.02830](https://arxiv.org/abs/1602.02830), Courbariaux, Hubara and others, 2016:
//   networks with thresholds, and a slope that ends.
// - [arxiv.org/abs/1903.05662](https://arxiv.org/abs/1903.05662), Yin and others, 2019: for one kind of
//   network with thresholds, an invented slope that leads downhill, and one that is unstable.
// - Williams, 1992, "Simple statistical gradient-following algorithms for connectionist reinforcement
//   learning": the score function and its baseline.
