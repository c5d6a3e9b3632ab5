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
// # 1. Where does a gradient come from?
//
// | card | |
// |---|---|
// | question | What does `backward()` compute, how do I know that it is right, and why does my network not learn? |
// | asked | in many forms; one is <https://stackoverflow.com/q/48001598>, about `zero_grad` (CC BY-SA 4.0) |
// | you learn to | write an engine that differentiates, check a gradient, and find out why a network does not learn |
// | you need | derivatives and the chain rule, a little C++ |
// | time | 30 minutes to read; about ten seconds to run |
//
// ## In short
//
// `backward()` applies the chain rule to the record of all operations that made the loss. It starts at the
// loss with 1 and goes back. Each value gets the **sum**, over all operations that use it, of the operation's
// slope times the gradient of its result. That is exact up to rounding. An evaluation of the loss and
// `backward()` together take the time of a few evaluations (about two in step 5); central differences take
// two evaluations for each weight. Check each weight's gradient against $(L(w + h) - L(w - h)) / 2h$. In
// `float` take $h$ near 0.005, the cube root of its precision (step 2).
//
// ```python
// optimizer.zero_grad()  # PyTorch
// loss = F.binary_cross_entropy_with_logits(model(x), y)  # y: floats, in the shape of model(x)
// loss.backward(); optimizer.step()
// ```
//
// ```cpp
// sgd.zero_grad();  // here
// const tg::Tensor loss = tg::binary_cross_entropy_with_logits(model(x), y);
// loss.backward(), sgd.step();
// ```
//
// (In Keras, `fit` takes these steps. A `tf.GradientTape` returns gradients and adds them to nothing, so
// there is no `zero_grad`.)
//
// **The number:** $y = a + \tanh(a)$ with $a = x^2$ has the derivative 1.940 at $x = 0.5$. An engine that
// overwrites gradients instead of adding them says 0.470 (step 4).
//
// When a network does not learn, look for one of these mistakes first. The table says who tells you (PyTorch
// 1.13 and `tg`, the library of these lessons; both were run):
//
// | mistake | PyTorch | `tg` |
// |---|---|---|
// | no `zero_grad` | says nothing | says nothing |
// | labels `[B]` for outputs `[B, 1]` | loss above: error; `mse_loss`: warning; by hand: nothing | losses: error |
// | `step` before `backward` | first round: nothing; later: error, except for one layer | error |
// | `zero_grad`, `step`, then predict and `backward` | nothing; the network never learns | error |
// | `backward` twice on one loss | error | error |
// | `best = model` (or its `state_dict()`) | nothing; `best` changes with the model | nothing |
// | large inputs, clipped probability | nothing; most points get no gradient | nothing; `tg::explain` shows it (step 7) |
//
// ## The question
//
// Someone copied a training loop: predict, compare, `backward()`, step. It runs, prints a loss, and the loss
// hardly falls. Is the gradient wrong, or the loop, or the data? They can't tell, since `backward()` is a
// closed box to them.
//
// So we open the box. A *gradient* is the list of derivatives of one number, the *loss*, with respect to
// every number that may be changed, the *weights*. To *learn* is to move each weight a little against its
// derivative, again and again. A line with a tick below is a *claim*, which this run has checked; "becomes
// false with" names flags that break it.

// %%
#include <algorithm>
#include <chrono>
#include <limits>
#include <map>
#include <memory>

#include "support/contour.hpp"
#include "support/lesson.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

lesson::Knob<int> hidden_units{"hidden", 16, "hidden units of the network", lesson::at_least{1}};
lesson::Knob<double> lr{"lr", 1, "step size of gradient descent", lesson::at_least{0}};
lesson::Knob<int> epochs{"epochs", 0, "times through the training points (0: 200, or 100 with --quick)",
                         lesson::at_least{0}};
lesson::Knob<double> noise{"noise", 0.15, "how far a point strays from its half-moon", lesson::at_least{0}};
lesson::Knob<double> unit{"unit", 1000, "millimetres in a unit of length, in the network that does not learn",
                          lesson::at_least{0.001}};
lesson::Knob<double> check_step{"h", 0, "step h of the check of the network (0: cube root of epsilon)",
                                lesson::at_least{0}};
lesson::Knob<bool> overwrite{"overwrite", false,
                             "wrong turn: the small engine sets gradients, not adds them"};
lesson::Knob<bool> keep_gradients{"keep-gradients", false, "wrong turn: train without zero_grad"};
lesson::Knob<bool> compare_pairs{"every-pair", false, "wrong turn: train on labels [B] against scores [B,1]"};

// %% [markdown]
// ## The smallest failing demo: the definition, taken literally
//
// Our function is
//
// $$ f(x) = x \tanh(x) $$
//
// The *hyperbolic tangent*, $\tanh$, rises from -1 to 1, and its derivative is $1 - \tanh^2$. By hand, with
// the product rule:
//
// $$ f'(x) = \tanh(x) + x (1 - \tanh^2(x)) $$
//
// For thousands of weights nobody does that by hand. A computer could use the definition instead: take a
// small step $h$, and see how much $f$ changes. This is the *finite difference*:
//
// $$ f'(x) \approx \frac{f(x + h) - f(x)}{h} $$
//
// The definition says: the smaller $h$, the better. But a computer keeps a limited number of digits: a
// `float` about 7, a `double` about 16. Networks mostly run on `float`. We take the derivative at $x = 1$.

// %% tags=["unfolded"]
template <class Number>
Number f(Number x) {
  return x * std::tanh(x);
}

double slope_by_hand(double x) {
  const double t = std::tanh(x);
  return t + x * (1 - t * t);
}

template <class Number>
Number one_sided(Number x, Number h) {
  return (f(x + h) - f(x)) / h;
}

// %%
STEP("Smaller and smaller steps") {
  const auto error_at = [](float h) { return std::abs(one_sided(1.0f, h) - slope_by_hand(1)); };
  lesson::predict("In float, is the derivative better with h = 1e-7 than with h = 1e-3?",
                  error_at(1e-7f) < error_at(1e-3f));
  std::vector<lesson::Row> rows;
  for (double h : {1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-11, 1e-13, 1e-15, 1e-17})
    rows.push_back({lesson::right("{:.0e}", h),
                    lesson::right("{:.8f}", one_sided(1.0f, static_cast<float>(h))),
                    lesson::right("{:.8f}", one_sided(1.0, h))});
  rows.push_back(
      {"by hand", lesson::right("{:.8f}", slope_by_hand(1)), lesson::right("{:.8f}", slope_by_hand(1))});
  lesson::table({lesson::right("h"), "float", "double"}, rows);
  lesson::claim("with h = 1e-8 the float answer is exactly 0, and with h = 1e-17 the double one is too",
                one_sided(1.0f, 1e-8f) == 0 && one_sided(1.0, 1e-17) == 0);
}

// %% [markdown]
// The answer gets better, then worse. In the end it is 0: the sum $1 + h$ is rounded to 1, so $f$ does not
// change.
//
// ## Diagnosis: two errors against each other
//
// The error has two parts.
//
// - *Truncation*: the line through two points of a curve is not its tangent. This error is proportional to
// $h$.
// - *Rounding*: both values of $f$ are wrong by about their last digit, and the difference is divided by a
// small $h$. This error grows like $1/h$.
//
// The distance from 1 to the next larger number is called $\epsilon$ (epsilon); for a `float` it is 1.2e-7.
// The sum of both errors is roughly $h + \epsilon/h$. It is smallest at $h = \sqrt{\epsilon}$, and there it
// is about $2\sqrt{\epsilon}$: half of the digits are lost. A step to both sides, the *central* difference,
// is better:
//
// $$ f'(x) \approx \frac{f(x + h) - f(x - h)}{2h} $$
//
// Its truncation shrinks like $h^2$. The sum $h^2 + \epsilon/h$ is smallest where $h$ is about the cube root
// of $\epsilon$. The next step measures both formulas at many points.

// %%
template <class Number>
Number central(Number x, Number h) {
  return (f(x + h) - f(x - h)) / (2 * h);
}

const int steps_per_decade = 4;

// The mean error of a difference formula over the points, for steps from 1 down: the k-th is 10^(-k / 4).
template <class Number>
std::vector<double> errors_by_step(Number (*formula)(Number, Number), const std::vector<double>& points,
                                   int decades) {
  std::vector<double> errors;
  for (int k = 0; k <= decades * steps_per_decade; ++k) {
    const auto h = static_cast<Number>(std::pow(10.0, -static_cast<double>(k) / steps_per_decade));
    double sum = 0;
    for (double point : points) {
      const auto x = static_cast<Number>(point);
      sum += std::abs(static_cast<double>(formula(x, h)) - slope_by_hand(static_cast<double>(x)));
    }
    errors.push_back(sum / static_cast<double>(points.size()));
  }
  return errors;
}

// %%
STEP("The error against the step size") {
  tg::manual_seed(lesson::seed());
  std::vector<double> points, steps;
  for (int k = 0; k < 200; ++k) points.push_back(tg::random_stream().uniform(0.5, 2));
  for (int k = 0; k <= 16 * steps_per_decade; ++k)
    steps.push_back(std::pow(10.0, -static_cast<double>(k) / steps_per_decade));

  lesson::Figure figure("step_size_errors",
                        "From right to left the error falls with h (truncation), turns, and rises again "
                        "(rounding); central differences turn sooner, and lower.");
  figure.axes({.x = "step h", .y = "mean error of the derivative", .log_x = true, .log_y = true});
  std::vector<lesson::Row> rows;
  bool near = true;
  // Gives back the step with the smallest error.
  const auto add = [&](const char* formula, const char* numbers, const std::vector<double>& errors,
                       double root) {
    figure.line(numbers, std::vector<double>(steps.begin(), steps.begin() + std::ssize(errors)), errors);
    const auto best = std::min_element(errors.begin(), errors.end()) - errors.begin();
    const double h = steps[static_cast<std::size_t>(best)];
    rows.push_back({formula, numbers, lesson::right("{:.1g}", root), lesson::right("{:.1g}", h),
                    lesson::right("{:.2g}", errors[static_cast<std::size_t>(best)])});
    near = near && h < 10 * root && h > root / 10;
    return h;
  };
  const double in_float = std::numeric_limits<float>::epsilon(),
               in_double = std::numeric_limits<double>::epsilon();
  figure.panel("one-sided");
  add("one-sided", "float", errors_by_step(one_sided<float>, points, 10), std::sqrt(in_float));
  add("one-sided", "double", errors_by_step(one_sided<double>, points, 16), std::sqrt(in_double));
  figure.panel("central");
  const double best =
      add("central", "float", errors_by_step(central<float>, points, 10), std::cbrt(in_float));
  add("central", "double", errors_by_step(central<double>, points, 16), std::cbrt(in_double));
  lesson::predict("Which h is the best for the central difference in float?", best);
  lesson::table({"formula", "numbers", "root of epsilon", "best h", "error there"}, rows);
  lesson::show(figure);
  lesson::claim("the best step is within a factor of ten of the root of epsilon, in all four cases", near);
}

// %% [markdown]
// (The root is the square root for one-sided differences, the cube root for central ones.) On the right the
// lines are straight, with slope 1 (one-sided) and slope 2 (central): truncation. On the left they have slope
// -1: rounding. In `float` they end level: the answer is 0 there, and the error is the whole derivative.
//
// So a finite difference is a good *check* of a gradient: central, and with the right $h$. To *train* with it
// would cost two evaluations of the whole loss for each weight. The chain rule does better.
//
// ## The fix: the chain rule, kept by the computer
//
// A computer evaluates $f$ in small steps. Here there are two, with a name for each result:
//
// $$ t = \tanh(x), \quad y = x \, t $$
//
// Each step alone is easy to differentiate. The derivatives of its result with respect to its inputs are its
// *slopes*: $1 - t^2$ for the first; $t$ towards $x$ and $x$ towards $t$ for the second. The *gradient* of a
// value is the derivative of the final result with respect to it. The chain rule says:
//
// $$ \mathrm{gradient\ of\ a\ value} = \sum_{\mathrm{users}} \mathrm{slope} \cdot \mathrm{gradient\ of\ the\ user} $$
//
// The *users* of a value are all operations that took it as input. Begin at the result, whose gradient is 1,
// and go back to the inputs: this is *backpropagation*, or reverse-mode automatic differentiation. The
// computer must keep one record on the way forward: for each value, what it was made from, and with which
// slopes. This record is the *graph*.
//
// Here it is as a program. Three things to look for:
//
// - Each operation computes its value, and gives its slopes as numbers. For $a b$ the slope towards $a$ is
// $b$, and towards $b$ it is $a$.
// - `in_order` lists every value once, and only after all of its users (`waiting_for` counts those that are
// missing). This is called a *topological order*.
// - `backward` is the formula above: each value, in that order, adds slope times gradient to each of its
// children.

// %% tags=["unfolded"]
// One number of a computation, and what it was made from.
struct Value {
  std::string name;
  double data;
  std::vector<std::pair<std::shared_ptr<Value>, double>> children;  // each with the slope towards it
  double grad = 0;                                                  // d result / d this
};
using Scalar = std::shared_ptr<Value>;

Scalar made(const char* name, double data, std::vector<std::pair<Scalar, double>> children = {}) {
  return std::make_shared<Value>(Value{name, data, std::move(children)});
}

Scalar operator+(const Scalar& a, const Scalar& b) { return made("+", a->data + b->data, {{a, 1}, {b, 1}}); }
Scalar operator-(const Scalar& a, const Scalar& b) { return made("-", a->data - b->data, {{a, 1}, {b, -1}}); }
Scalar operator*(const Scalar& a, const Scalar& b) {
  return made("*", a->data * b->data, {{a, b->data}, {b, a->data}});
}
Scalar tanh(const Scalar& a) {
  const double t = std::tanh(a->data);
  return made("tanh", t, {{a, 1 - t * t}});
}

// The result and every value behind it, once each; with them, how many times each is used.
std::vector<Value*> found_behind(const Scalar& result, std::map<Value*, int>& uses) {
  std::vector<Value*> found = {result.get()};
  for (std::size_t i = 0; i < found.size(); ++i)  // `found` grows on the way
    for (const auto& [child, slope] : found[i]->children)
      if (uses[child.get()]++ == 0) found.push_back(child.get());
  return found;
}

// The same, each value after all of its users.
std::vector<Value*> in_order(const Scalar& result) {
  std::map<Value*, int> waiting_for;
  found_behind(result, waiting_for);
  std::vector<Value*> order = {result.get()};
  for (std::size_t i = 0; i < order.size(); ++i)
    for (const auto& [child, slope] : order[i]->children)
      if (--waiting_for[child.get()] == 0) order.push_back(child.get());
  return order;
}

void backward(const Scalar& result) {
  result->grad = 1;
  for (Value* value : in_order(result))
    for (const auto& [child, slope] : value->children) child->grad += slope * value->grad;
}

// Wrong: a value keeps only what its last user gave it.
void backward_overwriting(const Scalar& result) {
  result->grad = 1;
  for (Value* value : in_order(result))
    for (const auto& [child, slope] : value->children) child->grad = slope * value->grad;
}

// `backward`, unless --overwrite asks for the wrong one.
void differentiate(const Scalar& result) { overwrite ? backward_overwriting(result) : backward(result); }

// %% [markdown]
// Now four ways to one number, $f'(1.5)$: by hand, by finite difference, by this engine, and by the real one,
// `tg`. In `tg` a `Tensor` is a block of numbers, here of one. `requires_grad(true)` says that we want to
// differentiate with respect to it; `backward()` leaves the result in `grad()`.
//
// One example proves little. So both engines also differentiate a function in which everything is used
// several times, at 100 random places. It is written once, for any type that has the operations.

// %%
template <class T>
T tangle(const T& a, const T& b, const T& c) {
  const T d = a * b + tanh(a - c), e = d * d - b;
  return e * tanh(d) + e * (c - a) * d;
}

// The largest relative difference between the small engine and tg, over random places.
double worst_on_tangle(int places) {
  double worst = 0;
  for (int k = 0; k < places; ++k) {
    std::vector<Scalar> ours;
    std::vector<tg::Tensor> theirs;
    for (const char* name : {"a", "b", "c"}) {
      theirs.push_back(tg::uniform({}, -1, 1).requires_grad(true));
      ours.push_back(made(name, theirs.back().item()));
    }
    differentiate(tangle(ours[0], ours[1], ours[2]));
    tangle(theirs[0], theirs[1], theirs[2]).backward();
    for (std::size_t i = 0; i < 3; ++i)
      worst = std::max(worst, std::abs(ours[i]->grad - theirs[i].grad().item()) /
                                  std::max(1.0, std::abs(ours[i]->grad)));
  }
  return worst;
}

// %%
STEP("Four ways to one number") {
  const Scalar x = made("x", 1.5);
  differentiate(x * tanh(x));
  const tg::Tensor w = tg::tensor(1.5).requires_grad(true);
  const tg::Tensor z = w * tg::tanh(w);
  z.backward();

  const double hand = slope_by_hand(1.5), ours = x->grad, engine = w.grad().item();
  std::vector<lesson::Row> rows;
  const auto show = [&](const char* way, double found) {
    rows.push_back({way, lesson::right("{:.12f}", found), lesson::right("{:.1g}", std::abs(found - hand))});
  };
  show("by hand", hand);
  show("central difference, double, near the best h", central(1.5, std::cbrt(1e-16)));
  show("the engine above, double", ours);
  show("tg, float", engine);
  lesson::table({"way", "derivative", "off by"}, rows);
  lesson::claim("the engine above agrees with the derivative by hand to 1e-15", std::abs(ours - hand) < 1e-15,
                lesson::fails_with("--overwrite"));
  lesson::claim("tg agrees with it as far as a float has digits", std::abs(engine - hand) < 1e-6);

  tg::manual_seed(lesson::seed());
  const double worst = worst_on_tangle(100);
  lesson::say("On the tangle the largest relative difference between both engines is {:.1g}.", worst);
  lesson::claim("both engines agree on a function that uses everything several times, at 100 places",
                worst < 1e-5, lesson::fails_with("--overwrite"));
}

// %% [markdown]
// The engine is no approximation: there is no $h$ in it. The only error left is rounding.
//
// ## Why gradients add up
//
// Two parts of `backward` are easy to get wrong: the `+=`, and the order. Let us break each, on
//
// $$ a = x^2, \quad y = a + \tanh(a) $$
//
// Here $a$ is used twice. If you change $a$ a little, $y$ changes through both uses, and the changes *add*.
// By hand, the derivative is $2x (1 + 1 - \tanh^2(a))$. We take it at $x = 0.5$.
//
// Follow each wrong way with a pencil; $1 - \tanh^2(0.25)$ is 0.940. With `=`, the order is right: $y$,
// $\tanh$, $a$, $x$. With the wrong order, `found_behind` gives $y$, $a$, $\tanh$, $x$: then $a$ passes its
// gradient on before $\tanh$ has added to it.

// %%
STEP("Why gradients add up") {
  const double at = 0.5, t = std::tanh(at * at), hand = 2 * at * (1 + 1 - t * t);
  std::vector<lesson::Row> rows;
  const auto derivative = [&](const char* way, void (*pass)(const Scalar&)) {
    const Scalar x = made("x", at), a = x * x;
    pass(a + tanh(a));
    rows.push_back({way, lesson::right("{:.3f}", x->grad)});
    return x->grad;
  };
  const double overwritten = derivative("= in place of +=", backward_overwriting);
  const double too_early = derivative("+=, in the order of finding", [](const Scalar& result) {
    result->grad = 1;
    std::map<Value*, int> uses;
    // Wrong: a passes its gradient on before tanh has added to it.
    for (Value* value : found_behind(result, uses))
      for (const auto& [child, slope] : value->children) child->grad += slope * value->grad;
  });
  const double right = derivative("+=, each value after its users", differentiate);
  rows.push_back({"by hand", lesson::right("{:.3f}", hand)});
  lesson::predict("What does the engine say with += in the order of finding?", {"0.470", "1.000", "1.940"},
                  1);
  lesson::table({"backward", "dy/dx"}, rows);

  const Scalar x = made("x", at), a = x * x, bent = tanh(a), y = a + bent;
  backward(y);
  lesson::Diagram graph("graph",
                        fmt::format("Slopes multiply along a path and add where paths meet. Below each value "
                                    "stands its gradient: that of a is {:.3f} + {:.3f} = {:.3f}.",
                                    y->children[0].second, bent->children[0].second, a->grad));
  const auto box = [&](double column, double row, const char* text, const Scalar& value) {
    return graph.box(column, row, text, {.note = fmt::format("{:.3f}", value->grad)});
  };
  const int boxes[] = {box(0, 0, "x", x), box(1, 0, "a = x x", a), box(2, 1, "tanh a", bent),
                       box(3, 0, "y", y)};
  graph.arrow(boxes[0], boxes[1], {.label = fmt::format("{:.3g} twice", a->children[0].second)});
  graph.arrow(boxes[1], boxes[2], {.label = fmt::format("{:.3g}", bent->children[0].second)});
  graph.arrow(boxes[2], boxes[3], {.label = fmt::format("{:.3g}", y->children[1].second)});
  graph.arrow(boxes[1], boxes[3], {.label = fmt::format("{:.3g}", y->children[0].second)});
  lesson::show(graph);
  lesson::claim("adding up in order gives the derivative by hand, 1.940",
                std::abs(right - hand) < 1e-15 && std::abs(right - 1.940) < 5e-4,
                lesson::fails_with("--overwrite"));
  lesson::claim("overwriting gives 0.470, and the order of finding 1.000",
                std::abs(overwritten - 0.470) < 5e-4 && std::abs(too_early - 1) < 5e-4);

  const Scalar start = made("x", 1);
  Scalar sum = start;
  for (int k = 0; k < 60; ++k) sum = sum + sum;
  differentiate(sum);
  lesson::claim("sixty doublings x + x make a graph of 61 values, and a gradient of 2 to the power of 60",
                in_order(sum).size() == 61 && start->grad == std::pow(2.0, 60));
}

// %% [markdown]
// With `=`, $a$ keeps only what came through $\tanh$, and $x$ only one of the two factors of $x^2$. In the
// order of finding, $a$ passes on only what came straight from $y$. Both wrong numbers look like a
// derivative: right sign, wrong size. A network trained on such numbers may still learn something. The loss
// does not tell you; a comparison with finite differences does.
//
// The doublings show why each value must be visited once. There are $2^{60}$ paths from the end to the start,
// and a program that followed each of them would not finish.
//
// ## A small network: two half-moons
//
// `tg` does the same with blocks of numbers: one node can stand for thousands of multiplications. Where a
// value above keeps a slope, a tensor keeps a *rule*, which makes the gradient of an input from the gradient
// of the result. With it we train a network.
//
// The data are points in a plane, each with a *label*, 0 or 1. The points of each class lie on a half-circle,
// and the two half-circles interleave. Each point strays a little, at random. We *train* on some points, and
// judge by others, which are *held out*.

// %%
struct Moons {
  tg::Tensor points;  // [N,2]
  tg::Tensor labels;  // [N,1], 0 or 1
};

// The classes take turns.
Moons made_moons(int count) {
  std::vector<tg::Real> points, labels;
  for (int k = 0; k < count; ++k) {
    const double angle = tg::random_stream().uniform(0, std::acos(-1.0));
    const double right = noise * tg::random_stream().normal(), up = noise * tg::random_stream().normal();
    const bool lower = k % 2 == 1;
    points.push_back(static_cast<tg::Real>((lower ? 1 - std::cos(angle) : std::cos(angle)) + right));
    points.push_back(static_cast<tg::Real>((lower ? 0.5 - std::sin(angle) : std::sin(angle)) + up));
    labels.push_back(lower ? 1 : 0);
  }
  return {tg::Tensor({count, 2}, points), tg::Tensor({count, 1}, labels)};
}

Moons chosen(const Moons& all, const std::vector<int>& items) {
  const tg::Indices ids({static_cast<int>(items.size())}, items);
  return {tg::take(all.points, ids), tg::take(all.labels, ids)};
}

struct Data {
  Moons train, held_out;
};

Data made_data(int seed) {
  tg::manual_seed(static_cast<std::uint64_t>(seed) + 1000);
  Moons train = made_moons(360);
  return {std::move(train), made_moons(600)};
}

// %% [markdown]
// The network takes $B$ points at once, a *batch*, as a block of shape $[B, 2]$:
//
// $$ s = \tanh(x W_1 + b_1) \, W_2 + b_2 $$
//
// Each layer is a matrix of weights $W$ and a list of weights $b$, its *bias*. The outputs of the first layer
// are the *hidden units*. In between stands $\tanh$, which bends; without it, two layers would be no more
// than one. The result $s$ is one number for each point, its *score*: above 0 the network says 1, below it
// says 0. The *sigmoid* $\sigma(s) = 1 / (1 + e^{-s})$ turns a score into the probability $p$ of class 1.
//
// The loss is the *cross-entropy*: $-\ln$ of the probability that the network gave to the right class, as a
// mean over the points. Its unit is the *nat*. It is near 0 for a network that is sure and right, and grows
// without limit for one that is sure and wrong. It is computed from the scores directly, which loses no
// digits.

// %% tags=["unfolded"]
using Activation = tg::Tensor (*)(const tg::Tensor&);

struct Net {
  tg::nn::Dense hidden, readout;
  Activation bend;

  explicit Net(int units, Activation activation = tg::tanh)
      : hidden(2, units), readout(units, 1), bend(activation) {}
  tg::Tensor operator()(const tg::Tensor& x) const { return readout(bend(hidden(x))); }  // [B,2] -> [B,1]
  tg::nn::Parameters parameters() const { return {{"hidden", hidden}, {"readout", readout}}; }
};

// With first weights drawn from the seed.
Net net_of(int seed, int units, Activation activation = tg::tanh) {
  tg::manual_seed(static_cast<std::uint64_t>(seed));
  return Net(units, activation);
}

using Loss = tg::Tensor (*)(const tg::Tensor& scores, const tg::Tensor& labels);

tg::Tensor from_scores(const tg::Tensor& scores, const tg::Tensor& labels) {
  return tg::binary_cross_entropy_with_logits(scores, labels);
}

// Wrong: [B,1] - [B] is [B,B], every point against every label. More about it below.
tg::Tensor every_pair(const tg::Tensor& scores, const tg::Tensor& labels) {
  return tg::mean(tg::pow(tg::sigmoid(scores) - tg::reshape(labels, {-1}), 2));
}

// %% [markdown]
// Is its gradient right? Three checks before we train:
//
// - `tg::plain_grad` is `backward` without anything that makes it fast: forty lines in
// `tinygrad_cpp/autograd/plain.cpp`, the code above in terms of tensors. Read them next.
// - Finite differences: each weight is moved by $h$ to both sides, and the whole loss computed anew.
// - A stopwatch: what does an evaluation cost, and what does an evaluation with `backward()` after it?
//
// The network has 2 inputs, 16 hidden units and 1 output. Count its weights and biases before you go on.

// %%
STEP("Is the gradient of the network right, and what does it cost?") {
  const Moons points = made_data(lesson::seed()).train;
  const Net net = net_of(lesson::seed(), hidden_units);
  const auto loss = [&] { return from_scores(net(points.points), points.labels); };
  std::vector<tg::Tensor> weights;
  for (const auto& [name, weight] : net.parameters()) weights.push_back(weight);
  const std::vector<tg::Tensor> plain = tg::plain_grad(loss(), weights);
  loss().backward();
  const int count = static_cast<int>(net.parameters().count());
  lesson::predict("How many evaluations of the loss do central differences need for all weights?", 2 * count);

  const auto h = static_cast<tg::Real>(check_step > 0 ? check_step.value()
                                                      : std::cbrt(std::numeric_limits<float>::epsilon()));
  double largest = 0, off_plain = 0, off_difference = 0;
  for (std::size_t k = 0; k < weights.size(); ++k) {
    const tg::NoGrad off;
    const tg::Tensor& weight = weights[k];
    off_plain = std::max<double>(off_plain, tg::max(tg::abs(plain[k] - weight.grad())).item());
    for (std::size_t i = 0; i < weight.values().size(); ++i) {
      const tg::Real before = weight.values()[i];
      weight.overwrite()[i] = before + h;
      const double above = loss().item();
      weight.overwrite()[i] = before - h;
      const double below = loss().item();
      weight.overwrite()[i] = before;
      const double slope = weight.grad().values()[i];
      off_difference = std::max(off_difference, std::abs(slope - (above - below) / (2 * h)));
      largest = std::max(largest, std::abs(slope));
    }
  }
  // In turn, so that other programs slow down both alike: a browser's clock counts milliseconds.
  using Clock = std::chrono::steady_clock;
  std::chrono::duration<double> alone{0}, with_backward{0};
  for (int k = 0; k < 20000; ++k) {
    const auto start = Clock::now();
    {
      const tg::NoGrad off;
      loss();
    }
    const auto between = Clock::now();
    loss().backward();
    alone += between - start, with_backward += Clock::now() - between;
  }

  lesson::table({"gradient of backward() against", "largest difference"},
                {{"plain_grad", lesson::right("{:.1g}", off_plain)},
                 {fmt::format("central differences, h = {:.2g}", h), lesson::right("{:.1g}", off_difference)},
                 {"(the largest derivative)", lesson::right("{:.2g}", largest)}});
  if (!lesson::settings().record)  // a page that is made anew should not change
    lesson::say("An evaluation and backward take the time of {:.1f} evaluations.\n", with_backward / alone);
  lesson::claim("the network has 65 weights, so central differences need 130 evaluations", count == 65,
                lesson::fails_with("--hidden 1"));
  lesson::claim("plain_grad agrees with backward to a millionth of the largest derivative",
                off_plain < 1e-6 * largest);
  lesson::claim("central differences agree with backward to a hundredth of the largest derivative",
                off_difference < 0.01 * largest, lesson::fails_with("--h 1e-7"));
  lesson::claim("an evaluation with backward takes less time than five evaluations alone",
                with_backward < 5 * alone);
}

// %% [markdown]
// For a million weights, central differences would need two million evaluations for one step. `backward()`
// needs the time of a few, since it goes once through the same operations. As a check, finite differences are
// worth their time. In the build of `tg` with `double`, `tg::gradcheck` makes this check for you.
//
// Now train. The loop has five lines: predict, compare, forget the old gradients, differentiate, step. One
// *epoch* is one time through all training points, in batches, in random order. The optimizer is *stochastic
// gradient descent*, SGD: it moves each weight $w$ with gradient $g$ to $w - \eta g$. It is *stochastic*
// because a batch is only a sample of the points. The step size $\eta$ shrinks to 0 on the way, so that a run
// ends calmly.
//
// A loss means little alone. So we put simpler predictors beside it:
//
// - *majority*: always the more frequent class, with its share as the probability. Here both are equally
// frequent, so it costs $\ln 2 = 0.693$ nats;
// - *linear*: one layer and nothing else, $s = x W + b$. What it calls class 1 lies on one side of a straight
// line.
//
// One run proves little. So we take several *seeds*, each with data and first weights of its own.

// %% tags=["unfolded"]
int rounds() { return epochs ? epochs.value() : lesson::quick() ? 100 : 200; }

struct Recipe {
  Loss loss = compare_pairs ? every_pair : from_scores;
  double step_size = lr;
  int epochs = rounds();
  bool zero_grad = !keep_gradients;
};

template <class Model>
double loss_on(const Model& model, const Moons& data) {
  const tg::NoGrad off;
  return from_scores(model(data.points), data.labels).item();
}

// The share of points on the right side.
template <class Model>
double right_on(const Model& model, const Moons& data) {
  const tg::NoGrad off;
  const tg::Tensor says_one = model(data.points) > 0;
  return 1 - tg::mean(tg::abs(says_one - data.labels)).item();
}

// Gives back the loss on all training points before each epoch, and after the last.
template <class Model>
std::vector<double> train(const Model& model, const Moons& data, const Recipe& recipe = {}) {
  tg::optim::SGD sgd(model.parameters(), {.lr = recipe.step_size});
  std::vector<double> losses = {loss_on(model, data)};
  for (int epoch = 0; epoch < recipe.epochs; ++epoch) {
    sgd.lr(tg::optim::cosine(epoch, recipe.epochs, recipe.step_size));
    for (const std::vector<int>& items : lesson::batches(data.labels.dim(0), 32)) {
      const Moons batch = chosen(data, items);
      const tg::Tensor loss = recipe.loss(model(batch.points), batch.labels);
      if (recipe.zero_grad) sgd.zero_grad();
      loss.backward();
      sgd.step();
    }
    losses.push_back(loss_on(model, data));
  }
  return losses;
}

tg::nn::Dense linear_of(int seed) {
  tg::manual_seed(static_cast<std::uint64_t>(seed));
  return tg::nn::Dense(2, 1);
}

// %%
// The points, and the lines where both models change their mind.
void show_moons(const Moons& data, const tg::nn::Dense& linear, const Net& net) {
  lesson::Figure moons("half_moons", "The straight line cuts both half-moons; the network's boundary bends.");
  const lesson::Range across = {-2, 3}, up = {-1.5, 2};
  moons.axes({.x = "first coordinate", .y = "second coordinate", .x_range = across, .y_range = up});
  for (int label : {0, 1}) {
    std::vector<double> x, y;
    for (int k = 0; k < data.labels.dim(0); ++k) {
      if (data.labels.at({k, 0}) != static_cast<tg::Real>(label)) continue;
      x.push_back(data.points.at({k, 0}));
      y.push_back(data.points.at({k, 1}));
    }
    moons.points(fmt::format("class {}", label), x, y);
  }
  const lesson::Contour straight = lesson::zero_contour(across, up, 80, linear);
  const lesson::Contour bent = lesson::zero_contour(across, up, 80, net);
  if (!straight.x.empty()) moons.line("linear", straight.x, straight.y);
  if (!bent.x.empty()) moons.line("network", bent.x, bent.y);
  lesson::show(moons);
}

// %%
STEP("Two half-moons") {
  lesson::Measurements measured("loss in nats, and points on the right side");
  lesson::Figure losses(
      "moon_losses",
      "The linear model is done after a few epochs and stays on its plateau; the network leaves it.");
  losses.axes({.x = "epoch", .y = "cross-entropy on the training points, nats", .log_y = true});
  double stall = 0;  // the largest share of its loss that a linear model loses in the second half
  for (const int seed : lesson::seeds(3, 7, 21)) {
    const Data data = made_data(seed);
    const auto add = [&](const char* name, const auto& model) {
      const std::vector<double> curve = train(model, data.train);
      measured.add(name, "loss at first", curve.front());
      measured.add(name, "loss, training", curve.back());
      measured.add(name, "loss, held out", loss_on(model, data.held_out));
      measured.add(name, "right, held out", right_on(model, data.held_out));
      if (seed == lesson::seed()) losses.line(name, curve);
      return curve;
    };
    const tg::nn::Dense linear = linear_of(seed);
    const std::vector<double> curve = add("linear", linear);
    stall = std::max(stall, 1 - curve.back() / curve[curve.size() / 2]);
    const Net net = net_of(seed, hidden_units);
    add("network", net);
    if (seed == lesson::seed()) show_moons(data.held_out, linear, net);
  }
  losses.baseline("majority", std::log(2.0));
  lesson::show(losses);
  measured.column("right, held out", {.percent = true});
  measured.table("model");
  lesson::claim("in the second half of training no linear model's loss falls by more than 5%", stall < 0.05);
  lesson::claim("held out, the network's loss is below half of the linear model's, in the median",
                measured.median("network", "loss, held out") <
                    0.5 * measured.median("linear", "loss, held out"),
                lesson::fails_with("--every-pair"));
  lesson::claim("the network gets more right than the linear model by 5 percentage points, in the median",
                measured.median("network", "right, held out") >
                    measured.median("linear", "right, held out") + 0.05,
                lesson::fails_with("--hidden 1"));
}

// %% [markdown]
// Before training, both models cost roughly as much as the majority; look at the first losses. The trained
// linear model beats that easily, and then more training does not help: no straight line separates the
// half-moons. That *plateau* is the floor of a model. A network that stops there has not learned to bend.
//
// ## A network that does not learn
//
// Now a realistic case. The same points, but in millimetres where they were in metres: all coordinates are a
// thousand times as large. A network with `relu` between the layers ($\max(s, 0)$, the usual choice), and a
// loss written by hand from the probability $p$ and the label $y$:
//
// $$ L = -\mathrm{mean}(y \ln p + (1 - y) \ln(1 - p)) $$
//
// The first try gives infinity or `nan`, *not a number*. Someone on the internet said: *clip* $p$ to between
// 0.0000001 and 0.9999999. Now the loss is finite. But the network does not learn.
//
// We ask the graph. `tg::explain` prints a line for each value: the operation that made it, its shape, the
// size of its gradient (the *norm*: the root of the sum of the squares), and how many percent of that
// gradient are exactly 0. (`tg::graphviz` writes the graph for the program Graphviz.) `tg::AnomalyMode` names
// the operation that first gave infinity or `nan`.
//
// A hint for the prediction: the coordinates are near 1000, and most weights are a few tenths. What is
// $\sigma$ of such a score?

// %%
// ln 0 is minus infinity, and 0 times that is NaN.
tg::Tensor by_hand(const tg::Tensor& p, const tg::Tensor& y) {
  return -tg::mean(y * tg::log(p) + (1 - y) * tg::log(1 - p));
}

tg::Tensor unclipped(const tg::Tensor& scores, const tg::Tensor& y) {
  return by_hand(tg::sigmoid(scores), y);
}

tg::Tensor clipped(const tg::Tensor& scores, const tg::Tensor& y) {
  return by_hand(tg::clamp(tg::sigmoid(scores), 1e-7, 1 - 1e-7), y);
}

Data in_millimetres(const Data& data) {
  return {{data.train.points * unit.value(), data.train.labels},
          {data.held_out.points * unit.value(), data.held_out.labels}};
}

// Each coordinate less its mean, divided by its standard deviation; both taken from the training points.
Data standardised(const Data& data) {
  const tg::Tensor mean = tg::mean(data.train.points, 0, tg::keepdim),
                   spread = tg::stddev(data.train.points, 0, tg::keepdim);
  return {{(data.train.points - mean) / spread, data.train.labels},
          {(data.held_out.points - mean) / spread, data.held_out.labels}};
}

Net relu_net(int seed) { return net_of(seed, hidden_units, tg::relu); }

// 1 for each point whose score gets a gradient of exactly 0, else 0: [N,1]
tg::Tensor without_gradient(const Net& net, const Moons& data, Loss loss_of) {
  const tg::Tensor scores = net(data.points);
  const tg::Tensor g = tg::grad(loss_of(scores, data.labels), {scores})[0];
  return 1 - ((g > 0) + (g < 0));
}

// 1 for each point on the wrong side, else 0: [N,1]
tg::Tensor on_the_wrong_side(const Net& net, const Moons& data) {
  return tg::abs((net(data.points) > 0) - data.labels);
}

double largest_slope(const Net& net, const Moons& data, Loss loss_of) {
  return tg::max(tg::abs(tg::grad(loss_of(net(data.points), data.labels), {net.hidden.weight})[0])).item();
}

// Calls use(name, data, loss) for both inputs with both losses.
template <class Use>
void four_experiments(int seed, const Use& use) {
  const Data large = in_millimetres(made_data(seed)), scaled = standardised(large);
  use("millimetres, clipped", large, clipped);
  use("millimetres, from scores", large, from_scores);
  use("standardised, clipped", scaled, clipped);
  use("standardised, from scores", scaled, from_scores);
}

// %%
STEP("Ask the graph") {
  const Moons data = in_millimetres(made_data(lesson::seed())).train;
  const Net net = relu_net(lesson::seed());
  lesson::predict("With the clip, for what share of the points is the gradient of the score exactly 0?",
                  tg::mean(without_gradient(net, data, clipped)).item(), {.percent = true});
  const std::string found = lesson::error_of([&] {
    const tg::AnomalyMode on;
    unclipped(net(data.points), data.labels);
  });
  lesson::say("Without the clip, under AnomalyMode: {}\n", found);
  const tg::Tensor loss = clipped(net(data.points), data.labels);
  lesson::say("With the clip the loss is {:.3g} nats; guessing costs {:.3g}.\n", loss.item(), std::log(2.0));
  lesson::say("{}", tg::explain(loss));
  lesson::claim("without the clip, AnomalyMode stops at a logarithm", found.starts_with("[log]"),
                lesson::fails_with("--unit 1"));
}

// %% [markdown]
// Read the table from the bottom up: that is how the gradient flows. (`affine` is $1 - p$, or a change of
// sign. The points and the labels need no gradient and are left out.) At a `log` about half of it is 0, and
// rightly: a point of class 1 has no use for $\ln(1 - p)$. `clamp`, the clip, gets a gradient for every
// point; `sigmoid`, its input, for few. What was cut off learns nothing, whether the point was sure and right
// or sure and *wrong*: move the score a little, and the clipped $p$ does not move. And most are sure: the
// typical score is in the hundreds, and $\sigma(20)$ is already 1 in a `float`.
//
// Now look at the top, at the leaves. Only the few points that still have a gradient pull at the weights, but
// they pull with coordinates near 1000. So the gradient of a weight can be large where most points have none;
// this differs from seed to seed, and the next step counts. The size of a gradient does not tell you whether
// a network learns. The column of zeros tells you where the gradient stopped.
//
// There are two suspects: the clip, and the size of the inputs. Two suspects make four experiments.
// *Standardised* means: each coordinate less its mean, divided by its standard deviation. The *loss from
// scores* needs no clip, since it never computes the sigmoid on its own. Someone may also say that the step
// size is too large; so we try three.

// %%
STEP("Two suspects, four experiments") {
  lesson::Measurements first(
      "before the first step: loss in nats, points whose score gets a gradient of exactly 0, those of them "
      "on the wrong side, and the largest derivative of a first-layer weight");
  for (const int seed : lesson::seeds(21))
    four_experiments(seed, [&](const char* name, const Data& data, Loss loss) {
      const Net net = relu_net(seed);
      const tg::Tensor none = without_gradient(net, data.train, loss);
      first.add(name, "loss", loss(net(data.train.points), data.train.labels).item());
      first.add(name, "no gradient", tg::mean(none).item());
      first.add(name, "none, though wrong", tg::mean(none * on_the_wrong_side(net, data.train)).item());
      first.add(name, "largest derivative", largest_slope(net, data.train, loss));
    });

  lesson::Measurements right("held-out points on the right side, after training", {.percent = true});
  const std::vector<double> step_sizes = {lr, lr * 1e-3, lr * 1e-6};
  std::vector<double> cut_off;  // training points that the clip cuts off after training, where standardised
  double wrongly_cut_off = 0;
  for (const int seed : lesson::seeds(3, 7, 21))
    four_experiments(seed, [&](const std::string& name, const Data& data, Loss loss) {
      for (const double step_size : step_sizes) {
        const Net net = relu_net(seed);
        train(net, data.train, {.loss = loss, .step_size = step_size});
        right.add(name, fmt::format("step {:g}", step_size), right_on(net, data.held_out));
        if (name != "standardised, clipped" || step_size != lr) continue;
        const tg::Tensor none = without_gradient(net, data.train, loss);
        cut_off.push_back(tg::mean(none).item());
        wrongly_cut_off += tg::sum(none * on_the_wrong_side(net, data.train)).item();
      }
    });
  std::vector<std::vector<double>> dots;
  std::vector<double> medians;  // at the first step size
  for (const std::string& row : right.rows()) {
    dots.push_back(right.values(row, right.columns()[0]));
    medians.push_back(right.median(row, right.columns()[0]));
  }
  const bool other_loss = medians[1] > 0.95, other_unit = medians[2] > 0.95;
  lesson::predict("Which change alone cures it?",
                  {"the loss from scores", "standardised inputs", "either", "neither"},
                  other_loss && other_unit ? 2
                  : other_unit             ? 1
                  : other_loss             ? 0
                                           : 3);
  first.column("no gradient", {.percent = true});
  first.column("none, though wrong", {.percent = true});
  first.table("inputs and loss");
  right.table("inputs and loss");
  lesson::say(
      "Standardised, after training with step {:g}: the clip cuts off {:.1f}% of the training points, in the "
      "median; of all that it cuts off, {} are on the wrong side.\n",
      lr.value(), 100 * lesson::spread(cut_off).median, wrongly_cut_off);
  lesson::Figure figure("two_suspects",
                        "Standardised inputs cure the network, whatever the loss; a dot is a seed.");
  figure.axes({.y = fmt::format("share of held-out points right, step size {:g}", lr.value())});
  figure.strip("networks", right.rows(), dots);
  lesson::show(figure);

  double best_large = 0;
  for (const char* row : {"millimetres, clipped", "millimetres, from scores"})
    for (const std::string& column : right.columns())
      best_large = std::max(best_large, right.median(row, column));
  lesson::claim(
      "with large inputs and a clip the first loss is more than twice what guessing costs, in the median",
      first.median("millimetres, clipped", "loss") > 2 * std::log(2.0), lesson::fails_with("--unit 1"));
  lesson::claim(
      "with large inputs and a clip, more than three quarters of the points have no gradient, and more than "
      "a tenth have none though they are on the wrong side, in the median",
      first.median("millimetres, clipped", "no gradient") > 0.75 &&
          first.median("millimetres, clipped", "none, though wrong") > 0.1,
      lesson::fails_with("--unit 1"));
  const std::vector<double>&in_mm = first.values("millimetres, clipped", "largest derivative"),
        &usual = first.values("standardised, clipped", "largest derivative");
  int large_slopes = 0;
  for (std::size_t k = 0; k < in_mm.size(); ++k) large_slopes += in_mm[k] > 3 * usual[k];
  lesson::claim(
      "yet in a third of these networks or more, the largest derivative is over three times that with "
      "standardised inputs",
      3 * large_slopes >= std::ssize(in_mm), lesson::fails_with("--unit 1"));
  lesson::claim(
      "with standardised inputs the clip cuts off no point before training, and none on the wrong side after "
      "it",
      first.spread("standardised, clipped", "no gradient").high == 0 && wrongly_cut_off == 0);
  lesson::claim(
      "in millimetres both losses, at all three step sizes, stay more than 5 percentage points below the "
      "standardised networks, in the median",
      best_large + 0.05 < std::min(medians[2], medians[3]), lesson::fails_with("--unit 1"));
}

// %% [markdown]
// Two things to see.
//
// - With standardised inputs the clip does no harm. At first no score is large enough for it. After training
// it may cut off some points, but these are sure and *right*, and need no gradient. So the clip was not the
// cause. It hid the cause: infinity or `nan` said at once that the scores are too large.
// - In millimetres the loss from scores does not get there either, at any of these step sizes. (Its zeros are
// rightly 0: none belongs to a point on the wrong side.) A likely reason: the gradient of a first-layer
// weight is multiplied by the coordinate, which is near 1000; that of a bias is not. One step size can
// hardly suit both.
//
// ## A checklist
//
// When a network does not learn, go down this list.
//
// 1. What does guessing cost, and what a linear model? (step 6)
// 2. Is the first loss roughly what guessing costs? (step 6: yes; in millimetres it is far above, step 8)
// 3. Do the shapes agree? Use the losses of the library, which refuse. ("Mistake 2")
// 4. Is the loop in order: predict, `zero_grad`, `backward`, `step`? ("Mistake 1" and "Mistake 4")
// 5. Is the gradient right? Central differences, or `gradcheck` in `double`. (step 5)
// 6. Can it learn eight points by heart? ("Eight points by heart")
// 7. Where does the gradient stop? `tg::explain(loss)`, the column of zeros. (step 7)
// 8. Are the inputs of size 1? (step 8)
// 9. Is it more than luck? Several seeds, points held out. (step 6)
//
// ## Further
//
// Each section stands alone. `--further` runs them.
//
// ### Mistake 1: no zero_grad
//
// `backward()` *adds* to `grad()`. That is the `+=` of the small engine, and it is there on purpose: so
// gradients of several batches can be added up. A loop without `zero_grad()` moves along the sum of all
// gradients since the beginning. Old gradients push on, like a ball without friction, and the weights shoot
// past the bottom. PyTorch and `tg` do the same, and neither says anything.
//
// ```cpp
// loss.backward(); sgd.step();                    // wrong
// sgd.zero_grad(); loss.backward(); sgd.step();   // right
// ```

// %%
FURTHER("Mistake 1: no zero_grad") {
  lesson::Measurements loss("held-out loss after training, nats");
  for (const int seed : lesson::seeds(5, 7, 21)) {
    const Data data = made_data(seed);
    for (const bool wrong : {false, true}) {
      Recipe recipe;
      if (wrong) recipe.zero_grad = false;
      const Net net = net_of(seed, hidden_units);
      train(net, data.train, recipe);
      loss.add(wrong ? "without zero_grad" : "with zero_grad", "loss", loss_on(net, data.held_out));
    }
  }
  loss.table("loop");
  lesson::claim("without zero_grad the loss ends at more than twice what it is with it, in the median",
                loss.median("without zero_grad", "loss") > 2 * loss.median("with zero_grad", "loss"),
                lesson::fails_with("--keep-gradients"));
}

// %% [markdown]
// ### Mistake 2: a loss that compares every pair
//
// The network says $[B, 1]$, a column. Labels often come as $[B]$, a row. Subtract them, and both are
// repeated until they fit (*broadcast*): the result is $[B, B]$, every prediction against every label.
//
// ```cpp
// tg::mean(tg::pow(p - labels, 2))   // wrong: [B,1] - [B]
// tg::mse_loss(p, labels)            // right: equal shapes, or an error
// ```
//
// With $\bar y$, the mean of the labels, this loss is the mean of $(p_i - \bar y)^2$, plus a constant. So it
// does not know which label belongs to which point, and the best answer is the same $p = \bar y$ for all. In
// PyTorch 1.13 `mse_loss` and `l1_loss` compute it and warn; the binary cross-entropies refuse; a loss by
// hand says nothing.

// %%
tg::Tensor each_its_own(const tg::Tensor& scores, const tg::Tensor& labels) {
  return compare_pairs ? every_pair(scores, labels) : tg::mse_loss(tg::sigmoid(scores), labels);
}

// The largest change of the gradient of the first layer when the labels are dealt out anew, as a share of its
// largest entry.
double change_by_shuffle(const Net& net, const Moons& data, Loss loss_of) {
  const Moons dealt = {data.points, chosen(data, tg::random_permutation(data.labels.dim(0))).labels};
  const auto gradient = [&](const Moons& moons) {
    return tg::grad(loss_of(net(moons.points), moons.labels), {net.hidden.weight})[0];
  };
  const tg::Tensor g = gradient(data);
  return tg::max(tg::abs(gradient(dealt) - g)).item() / tg::max(tg::abs(g)).item();
}

// %%
FURTHER("Mistake 2: a loss that compares every pair") {
  lesson::Measurements measured(
      "after training: probabilities, and the change of the gradient by other labels");
  measured.column("labels shuffled", {.percent = true});
  double worst_change = 0;
  for (const int seed : lesson::seeds(5, 7, 21)) {
    const Data data = made_data(seed);
    for (const auto& [name, loss] :
         {std::pair<const char*, Loss>("every pair", every_pair), {"each with its own", each_its_own}}) {
      const Net net = net_of(seed, hidden_units);
      const double change = change_by_shuffle(net, data.train, loss);
      if (loss == every_pair) worst_change = std::max(worst_change, change);
      train(net, data.train, {.loss = loss});
      const tg::NoGrad off;
      const tg::Tensor p = tg::sigmoid(net(data.held_out.points));
      measured.add(name, "lowest p", tg::min(p).item());
      measured.add(name, "highest p", tg::max(p).item());
      measured.add(name, "highest - lowest", tg::max(p).item() - tg::min(p).item());
      measured.add(name, "labels shuffled", change);
    }
  }
  measured.table("loss");
  const Moons few = chosen(made_data(lesson::seed()).train, {0, 1, 2, 3});
  const std::string refusal =
      lesson::error_of([&] { tg::mse_loss(few.labels, tg::reshape(few.labels, {-1})); });
  lesson::say("mse_loss says to such shapes: {}", refusal);
  lesson::claim("trained on every pair, the probabilities lie five times closer together, in the median",
                measured.median("every pair", "highest - lowest") <
                    measured.median("each with its own", "highest - lowest") / 5,
                lesson::fails_with("--every-pair"));
  lesson::claim(
      "the gradient of every pair changes by less than 0.1% when the labels are shuffled, for each seed",
      worst_change < 1e-3);
  lesson::claim("mse_loss refuses to compare shapes that differ", refusal.starts_with("[mse_loss]"));
}

// %% [markdown]
// ### Mistake 3: backward twice
//
// What does a second walk through the same graph give? In the small engine $\tanh(x)$ still holds its
// gradient from the first walk, and passes the sum on once more. So resetting only the weights is not enough
// there. `tg` and PyTorch do not store gradients of intermediate values, and free the graph during
// `backward`: the second call is an error. Usually you want neither: predict again, and call `backward()` on
// the new loss.
//
// ```cpp
// z.backward(); z.backward();                         // wrong
// z.backward({.retain_graph = true}); z.backward();   // right: the sum
// ```
//
// For $y = x \tanh(x)$ a second `backward` of the small engine can be followed with a pencil.

// %%
FURTHER("Mistake 3: backward twice") {
  const Scalar x = made("x", 1.5);
  const Scalar y = x * tanh(x);
  backward(y);
  const double once = x->grad;
  backward(y);
  const double ratio = x->grad / once;
  lesson::predict("In the small engine, how many times its gradient does x hold after two backwards?", ratio);

  const tg::Tensor w = tg::tensor(1.5).requires_grad(true);
  const tg::Tensor z = w * tg::tanh(w);
  z.backward({.retain_graph = true});
  const double once_in_tg = w.grad().item();
  z.backward();
  const std::string refusal = lesson::error_of([&] { z.backward(); });  // wrong: the graph is gone
  lesson::say("tg says without retain_graph: {}", refusal);
  lesson::claim("in the small engine a second backward gives neither once nor twice the gradient",
                std::abs(ratio - 1) > 0.1 && std::abs(ratio - 2) > 0.1);
  lesson::claim("tg refuses backward on a graph that it has freed", refusal.starts_with("[backward]"));
  lesson::claim("with retain_graph a second backward doubles the gradient",
                std::abs(w.grad().item() - 2 * once_in_tg) < 1e-6);
}

// %% [markdown]
// ### Mistake 4: step before backward
//
// Two lines in the wrong order. In the first round there are no gradients yet; later there are those of the
// round before, and `step` overwrites weights that `backward` still needs: the slope of a product is the
// *other factor*, as it was when the product was made. PyTorch 1.13 skips the first `step` without a word. In
// the second round its `backward` ends in "modified by an inplace operation", as soon as one of the changed
// weights is needed, so not in a network of one layer.
//
// Worse: `zero_grad`, `step`, then predict and `backward`. Each `step` finds gradients that were just reset,
// so no weight ever moves. PyTorch says nothing.
//
// ```cpp
// sgd.step(); sgd.zero_grad(); loss.backward();   // wrong
// sgd.zero_grad(); loss.backward(); sgd.step();   // right
// ```

// %%
FURTHER("Mistake 4: step before backward") {
  const Moons data = made_data(lesson::seed()).train;
  const Net net = net_of(lesson::seed(), hidden_units);
  tg::optim::SGD sgd(net.parameters(), {.lr = lr});
  const auto wrong_round = [&] {
    const tg::Tensor loss = from_scores(net(data.points), data.labels);
    sgd.step();  // wrong: it moves the weights that the loss was made from
    sgd.zero_grad();
    loss.backward();
  };
  const std::string first = lesson::error_of(wrong_round);
  from_scores(net(data.points), data.labels).backward();  // a right round leaves gradients
  const std::string later = lesson::error_of(wrong_round);
  from_scores(net(data.points), data.labels).backward();
  sgd.zero_grad();
  const std::string reset = lesson::error_of([&] { sgd.step(); });
  lesson::say("Without gradients: {}\n", first);
  lesson::say("With those of the round before: {}", later);
  lesson::claim("a step without gradients is refused, in the first round and after zero_grad",
                first.starts_with("[optimizer]") && reset.starts_with("[optimizer]"));
  lesson::claim("backward refuses when weights have changed since the prediction",
                later.starts_with("[backward]"));
}

// %% [markdown]
// ### Mistake 5: a copy that is no copy
//
// You want to keep the best network so far, and write `const Net best = net;`. A copied `Tensor` points to
// the *same* numbers. In PyTorch, `best = net` and `best = net.state_dict()` do so too; `copy.deepcopy` makes
// a copy.
//
// ```cpp
// const Net best = net;                                   // wrong
// const auto best = tg::nn::snapshot(net.parameters());   // right
// tg::nn::restore(net.parameters(), best);                // and back
// ```

// %%
FURTHER("Mistake 5: a copy that is no copy") {
  const Moons data = made_data(lesson::seed()).train;
  const Net net = net_of(lesson::seed(), hidden_units);
  const Net best = net;                                                // wrong: the same weights
  const tg::nn::Parameters kept = tg::nn::snapshot(net.parameters());  // right: the numbers
  const tg::Tensor before = best.hidden.weight.clone();
  const auto moved = [&](const tg::Tensor& weight) { return tg::max(tg::abs(weight - before)).item(); };

  tg::optim::SGD sgd(net.parameters(), {.lr = 1});
  from_scores(net(data.points), data.labels).backward();
  sgd.step();
  const double copy = moved(best.hidden.weight), snapshot = moved(kept.begin()->tensor);
  lesson::say("One step of net moved the weights of the copy by up to {:.3g}, those of the snapshot by {}.",
              copy, snapshot);
  tg::nn::restore(net.parameters(), kept);
  lesson::claim("a copied network moves with the original", copy > 0);
  lesson::claim("a snapshot does not, and restore brings its numbers back",
                snapshot == 0 && moved(net.hidden.weight) == 0);
}

// %% [markdown]
// ### Eight points by heart
//
// The cheapest test of all: take one small batch, and train on it alone. A network with many more weights
// than there are points *should* get its loss to nearly 0. If it can't, something is likely broken, and more
// data or patience will not help. "Should", not "must": with two hidden units there are nine weights for
// eight points, one more than points, and some first weights lead to a place from which descent does not get
// away in 1000 steps. And where two of the points are equal but for their labels, no network gets to 0.

// %%
FURTHER("Eight points by heart") {
  lesson::Measurements measured("cross-entropy on eight points after 1000 steps on them, nats");
  const auto learn = [&](const char* name, const Net& net, const Moons& data, Loss loss) {
    const Moons eight = chosen(data, {0, 1, 2, 3, 4, 5, 6, 7});
    train(net, eight, {.loss = loss, .epochs = 1000});
    measured.add(name, "loss", loss_on(net, eight));
  };
  const Recipe usual;
  const std::string sound = fmt::format("tanh, {} hidden", hidden_units.value());
  for (const int seed : lesson::seeds(7)) {
    const Data data = made_data(seed);
    learn(sound.c_str(), net_of(seed, hidden_units), data.train, usual.loss);
    learn("the same, loss of every pair", net_of(seed, hidden_units), data.train, every_pair);
    learn("relu, millimetres, clipped loss", relu_net(seed), in_millimetres(data).train, clipped);
  }
  for (const int seed : lesson::seeds(100))
    learn("tanh, 2 hidden", net_of(seed, 2), made_data(seed).train, usual.loss);
  measured.table("network");
  const std::vector<double>& of_two = measured.values("tanh, 2 hidden", "loss");
  const auto stuck = std::ranges::count_if(of_two, [](double loss) { return loss > 0.05; });
  lesson::say("Of {} networks with 2 hidden units, {} stay above 0.05 nats.\n", of_two.size(), stuck);
  lesson::claim("the sound network learns eight points by heart, to less than 0.05 nats, in the median",
                measured.median(sound, "loss") < 0.05, lesson::fails_with("--every-pair"));
  lesson::claim("with two hidden units, some of 100 networks stay above 0.05 nats, but fewer than half",
                stuck > 0 && 2 * stuck < std::ssize(of_two));
  lesson::claim("the network in millimetres with the clip stays above what the majority costs, in the median",
                measured.median("relu, millimetres, clipped loss", "loss") > std::log(2.0),
                lesson::fails_with("--unit 1"));
}

// %% [markdown]
// ### How many hidden units?
//
// One unit is a straight line again: $\tanh$ of one number only rises or only falls, so the score changes its
// sign along one line. With two, most networks stay on the plateau, and now and then one leaves it. So a
// network may be large enough, and still not find the way.

// %%
FURTHER("How many hidden units?") {
  lesson::Measurements right("held-out points on the right side", {.percent = true});
  for (const int seed : lesson::seeds(5, 7, 21)) {
    const Data data = made_data(seed);
    const auto add = [&](const std::string& name, const auto& model) {
      train(model, data.train);
      right.add(name, "right", right_on(model, data.held_out));
    };
    add("linear", linear_of(seed));
    for (const int units : {1, 2, 4, 16}) add(fmt::format("{} hidden", units), net_of(seed, units));
  }
  right.table("model");
  lesson::claim(
      "one hidden unit gets at most 2 percentage points more right than the linear model, for each seed",
      std::ranges::equal(right.values("1 hidden", "right"), right.values("linear", "right"),
                         [](double one, double linear) { return one < linear + 0.02; }));
}

// %% [markdown]
// ### Gradients of gradients
//
// The slopes of the small engine are plain numbers, so they have no slopes themselves. In `tg` each operation
// gives its rule in terms of the same operations, so a gradient can have a graph of its own.
// `tg::grad(y, {x})` returns the gradient, and with `create_graph` it can be differentiated again (PyTorch:
// `torch.autograd.grad` with the same word).
//
// What is that good for? Look for the lowest point of
//
// $$ f(x) = \frac{x^4}{4} - x $$
//
// which is at $x = 1$, beginning at $x = 4$. Gradient descent moves to $x - \eta f'(x)$. Far out the function
// is steep, and a large step size overshoots; near the bottom it is flat, and a small one crawls. *Newton's
// method* asks the second derivative how fast the slope changes: $x - f'(x) / f''(x)$. There is no step size
// to choose.
//
// Then why is not every network trained so? With $N$ weights there are $N^2$ second derivatives, and a system
// of $N$ equations to solve in each step.

// %%
tg::Tensor valley(const tg::Tensor& x) { return 0.25 * tg::pow(x, 4) - x; }

// Steps until the slope is below 0.0001, of gradient descent or, without a step size, of Newton's method;
// infinity if it never is.
double steps_to_the_bottom(double step_size = 0) {
  const bool newton = step_size == 0;
  const tg::Tensor x = tg::tensor(4).requires_grad(true);
  for (int step = 0; step < 10000; ++step) {
    const tg::Tensor slope = tg::grad(valley(x), {x}, {.create_graph = newton})[0];
    if (std::abs(slope.item()) < 1e-4) return step;
    if (!std::isfinite(slope.item())) break;
    const tg::Tensor move = newton ? slope.detach() / tg::grad(slope, {x})[0] : step_size * slope;
    x.assign(x.detach() - move);
  }
  return INFINITY;
}

// %%
FURTHER("Gradients of gradients") {
  const tg::Tensor x = tg::tensor(4).requires_grad(true);
  const tg::Tensor first = tg::grad(valley(x), {x}, {.create_graph = true})[0];
  const tg::Tensor second = tg::grad(first, {x})[0];
  lesson::predict("What is the second derivative at 4, 3 x squared?", second.item());
  double best = INFINITY;
  for (double step_size : {0.001, 0.01, 0.03, 0.1, 0.2})
    best = std::min(best, steps_to_the_bottom(step_size));
  const double newton = steps_to_the_bottom();
  lesson::say("Newton's method needs {} steps, gradient descent with the best of five step sizes {}.", newton,
              best);
  lesson::claim("the first two derivatives at 4 are 63 and 48, as by hand",
                std::abs(first.item() - 63) < 1e-3 && std::abs(second.item() - 48) < 1e-3);
  lesson::claim("Newton's method needs less than half the steps of the best of these step sizes",
                newton < best / 2);
  const std::string forgotten = lesson::error_of([&] {
    const tg::Tensor slope = tg::grad(valley(x), {x})[0];  // wrong: without create_graph
    tg::grad(slope, {x});
  });
  lesson::say("When create_graph is forgotten: {}", forgotten);
  lesson::claim("a gradient that was made without create_graph can't be differentiated, and tg says so",
                forgotten.starts_with("[grad]"));
}

// %% [markdown]
// ## Your turn
//
// Write down what you expect, then run the lesson again with
//
// - `--overwrite`: which claims become false, and which of them compares with a derivative by hand?
// - `--h 1e-7`, `--h 0.3`: which check of the network breaks, and why?
// - `--keep-gradients`, `--every-pair`: what does the network still learn?
// - `--hidden 1`: why does a layer of one unit not bend the boundary?
// - `--unit 1`, `--unit 30`, `--unit 300`: how large may the inputs be before the clip does harm?
// - `--noise 0.4`: the half-moons overlap. Who suffers more, the line or the network?
//
// And in code, for the small engine or with `tg`:
//
// - Make one slope false, say the -1 of the subtraction, and find it with central differences.
// - Change the small engine so that a second `backward` gives exactly twice the gradient.
// - With `create_graph`, get the product of all second derivatives and a vector without computing the $N^2$
// of them.
//
// ## Exercises
//
// - `make exercise N=1`, *softplus and its rule* (fill): write the operation $\ln(1 + e^x)$ with `record`, so
// that it neither overflows nor loses its gradient.
// - `make exercise N=2`, *the maximum at a tie* (fix): what are the slopes where both are equal, so that they
// add up to 1?
// - `make exercise N=3`, *SGD written with assign* (fill): move the weights of a model without an optimizer,
// and without the engine complaining.
// - `make exercise N=4`, *layer normalisation* (extend): a layer that standardises on the way, and learns in
// millimetres.
// - `make exercise N=5`, *dropout* (fill): elements that are dropped at random while training, and a mean
// that stays.
// - `make exercise N=6`, *Adam's step* (fix): a step size for each weight, with three mistakes in it.
// - `make exercise N=7`, *how small should h be?* (investigate): predict where the best step is, then
// measure.
// - `make exercise N=40`, *an engine of your own* (quiz), for those who know half of this lesson:
//   when it is green, the others count as done. It keeps what made a number, goes back, is compared
//   with differences, and trains.
//
// ## Reading
//
// - [arxiv.org/abs/1502.05767](https://arxiv.org/abs/1502.05767), Baydin and others, 2018: a survey of
// automatic differentiation; section 2 tells it apart from finite differences and from symbolic derivatives.
// - [github.com/karpathy/micrograd](https://github.com/karpathy/micrograd), Karpathy, 2020: a scalar engine
// like ours, in Python. Look for what its `backward` does when it is called twice.
// - [karpathy.github.io/2019/04/25/recipe](https://karpathy.github.io/2019/04/25/recipe/), Karpathy, 2019: a
// longer checklist, by someone who has needed each line of it.
