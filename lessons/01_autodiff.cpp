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
// | you learn to | take a derivative in four ways and compare them; write an engine that does it; train a small network; recognise five mistakes by what they print |
// | you need | derivatives and the chain rule, a little C++ |
// | time | 40 minutes to read; about ten seconds to run |
//
// A line with a tick is a *claim*, which this run has checked. "Becomes false with" names flags that break it: try
// them. Keep the source, `lessons/01_autodiff.cpp`, open beside this text; "(line ...)" is a place in it.
//
// ## The question
//
// Someone has built a first network. They copied a training loop: predict, compare, `backward()`, step. It runs,
// prints a loss, and the loss hardly falls. Is the gradient wrong? Is the network too small? Is a line of the loop in
// the wrong place? They can't tell, since `backward()` is a closed box to them.
//
// So we open the box. A *gradient* is the list of derivatives of one number, the *loss*, with respect to every number
// that may be changed, the *weights*. To *learn* is to move each weight a little against its derivative, again and
// again. All of that stands on one thing: derivatives that are right, and cheap.

// %%
#include <algorithm>
#include <limits>
#include <map>
#include <memory>

#include "support/lesson.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

lesson::Knob<int> hidden_units{"hidden", 16, "hidden units of the network", lesson::at_least{1}};
lesson::Knob<double> lr{"lr", 1, "step size of gradient descent", lesson::at_least{0}};
lesson::Knob<int> epochs{"epochs", 0, "times through the training points (0: 200, or 100 with --quick)",
                         lesson::at_least{0}};
lesson::Knob<double> noise{"noise", 0.15, "how far a point strays from its half-moon", lesson::at_least{0}};
lesson::Knob<double> unit{"unit", 1000, "millimetres in a unit of length, in the network that does not learn",
                          lesson::at_least{0.001}};

// %% [markdown]
// ## The smallest failing demo: the definition, taken literally
//
// Our function is
//
// $$ f(x) = x \tanh(x) $$
//
// The *hyperbolic tangent*, $\tanh$, rises from -1 to 1, and its derivative is $1 - \tanh^2$. *By hand*, with the
// product rule:
//
// $$ f'(x) = \tanh(x) + x (1 - \tanh^2(x)) $$
//
// For a network with thousands of weights nobody does that by hand. A computer could use the definition instead. Take
// a small step $h$ and look how much $f$ changes. This is the *finite difference*:
//
// $$ f'(x) \approx \frac{f(x + h) - f(x)}{h} $$
//
// The definition says: the smaller $h$, the better. A computer stores numbers with a limited number of digits: a
// `float` about 7, a `double` about 16. Networks mostly run on `float`.
//
// **Predict first:** at $x = 1$, which row of the table will be nearest to the derivative by hand, in `float` and in
// `double`? And what will the smallest $h$ give?

// %%
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
// The answer gets better, then worse, and in the end it is 0: then $1 + h$ is rounded to 1, and $f$ has not changed
// at all.
//
// ## Diagnosis: two errors against each other
//
// The error has two parts.
//
// - *Truncation*: the line through two points of a curve is not its tangent. This error shrinks with $h$, in
// proportion.
// - *Rounding*: both values of $f$ are off by about their last digit, and the difference is divided by a small $h$.
// This error grows like $1/h$.
//
// The relative size of the last digit is called $\epsilon$ (epsilon): the distance from 1 to the next number. The sum
// of the two errors, about $h + \epsilon/h$, is smallest near $h = \sqrt{\epsilon}$, and there it is about
// $\sqrt{\epsilon}$: half of the digits are lost. It helps to step to both sides, the *central* difference:
//
// $$ f'(x) \approx \frac{f(x + h) - f(x - h)}{2h} $$
//
// Its truncation shrinks like $h^2$, so the best $h$ is near the cube root of $\epsilon$.
//
// **Predict first:** in a picture with both axes logarithmic, a power of $h$ is a straight line. Sketch the error
// against $h$. Which slopes will the left and the right part have?

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

std::size_t place_of_smallest(const std::vector<double>& numbers) {
  return static_cast<std::size_t>(std::min_element(numbers.begin(), numbers.end()) - numbers.begin());
}

double tiny_step_error = 0, best_step_error = 0;  // of the central difference in float, for the summary

// %%
STEP("The error against the step size") {
  tg::manual_seed(lesson::seed());
  std::vector<double> points, steps;
  for (int k = 0; k < 200; ++k) points.push_back(tg::random_stream().uniform(0.5, 2));
  for (int k = 0; k <= 16 * steps_per_decade; ++k)
    steps.push_back(std::pow(10.0, -static_cast<double>(k) / steps_per_decade));

  struct Line {
    const char *panel, *name;
    std::vector<double> errors;
    double epsilon, root;
  };
  const double in_float = std::numeric_limits<float>::epsilon(),
               in_double = std::numeric_limits<double>::epsilon();
  const std::vector<Line> lines = {
      {"one-sided", "float", errors_by_step(one_sided<float>, points, 10), in_float, std::sqrt(in_float)},
      {"one-sided", "double", errors_by_step(one_sided<double>, points, 16), in_double, std::sqrt(in_double)},
      {"central", "float", errors_by_step(central<float>, points, 10), in_float, std::cbrt(in_float)},
      {"central", "double", errors_by_step(central<double>, points, 16), in_double, std::cbrt(in_double)}};
  lesson::Figure figure("step_size_errors",
                        "From right to left the error falls with h (truncation), turns, and rises again "
                        "(rounding); central differences turn sooner, and lower.");
  figure.axes({.x = "step h", .y = "mean error of the derivative", .log_x = true, .log_y = true});
  std::vector<lesson::Row> rows;
  bool near = true;
  for (const Line& line : lines) {
    if (&line == &lines[0] || &line == &lines[2]) figure.panel(line.panel);
    figure.line(line.name, std::vector<double>(steps.begin(), steps.begin() + std::ssize(line.errors)),
                line.errors);
    const std::size_t best = place_of_smallest(line.errors);
    rows.push_back({line.panel, line.name, lesson::right("{:.2g}", line.epsilon),
                    lesson::right("{:.1g}", line.root), lesson::right("{:.1g}", steps[best]),
                    lesson::right("{:.2g}", line.errors[best])});
    near = near && steps[best] < 10 * line.root && steps[best] > line.root / 10;
  }
  tiny_step_error = lines[2].errors[28];  // at h = 1e-7
  best_step_error = lines[2].errors[place_of_smallest(lines[2].errors)];
  lesson::table({"formula", "numbers", "epsilon", "its root", "best h measured", "error there"}, rows);
  lesson::say(
      "Means over {} points. The root is the square root for one-sided differences, the cube root for central ones.\n",
      points.size());
  lesson::show(figure);
  lesson::claim("the best step is within a factor of ten of the root of epsilon, in all four cases", near);
}

// %% [markdown]
// On the right the lines are smooth, with slope 1 (one-sided) and slope 2 (central): truncation. On the left they are
// ragged, with slope -1: rounding. In `float` they end level: there the answer is 0, and the error is the whole
// derivative.
//
// So finite differences are a good *check* of a gradient: central, in `double`, with the right $h$. To *train* with
// them would cost one or two evaluations of the whole loss for each weight. Can all derivatives be had at once,
// exactly, for the price of a few evaluations?
//
// ## The fix: the chain rule, kept by the computer
//
// A computer evaluates $f$ in small steps. Here there are two, with a name for each result:
//
// $$ t = \tanh(x) $$
//
// $$ y = x \, t $$
//
// Each step alone is easy to differentiate. Its derivatives with respect to what it was made from are its *slopes*:
// $1 - t^2$ for the first; $t$ towards $x$ and $x$ towards $t$ for the second. The chain rule says how to put them
// together. Call the *gradient* of a value the derivative of the final result with respect to it. Then
//
// $$ \mathrm{gradient\ of\ a\ value} = \sum_{\mathrm{users}} \mathrm{slope} \cdot \mathrm{gradient\ of\ the\ user} $$
//
// where the *users* of a value are all steps that took it as input. That is all there is. Begin at the result, whose
// gradient is 1, and go back to the inputs; this is *backpropagation*, or reverse-mode automatic differentiation.
// What has to be kept while computing forward is who was made from whom, and with which slope. That record is the
// *graph*.
//
// Here it is as a program. `made` and the four operations build the graph; `found_behind`, `in_order` and `backward`
// walk it.

// %%
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

// %% [markdown]
// Line by line:
//
// - `Value` has the number itself (`data`), what it was made from (`children`, each with a slope) and the place for
// the gradient (`grad`). `shared_ptr` keeps a child alive as long as anything was made from it.
// - `made` makes one. A number that we begin with has no children.
// - Each operation computes its value, and gives its slopes as numbers. For $a b$ the slope towards $a$ is $b$, and
// towards $b$ it is $a$.
// - `found_behind` walks from the result to everything behind it. A value may be used by several others; it is listed
// once, and `uses` counts its users.
// - `in_order` goes through the values once more. It lists a value only when the last of its users has been listed
// (`waiting_for` has come down to 0). This is called a *topological order*.
// - `backward` is the formula above: each value, in that order, adds slope times gradient to each of its children.
//
// Now the four ways side by side, at $x = 1.5$: by hand, by finite difference, by this engine, and by the real one,
// `tg`. In `tg` a `Tensor` is a block of numbers, here of one. `requires_grad(true)` says that we want to
// differentiate with respect to it; `backward()` leaves the result in `grad()`.
//
// **Predict first:** to how many digits will they agree?

// %%
STEP("Four ways to one number") {
  const Scalar x = made("x", 1.5);
  const Scalar y = x * tanh(x);
  backward(y);

  const tg::Tensor w = tg::tensor(1.5).requires_grad(true);
  const tg::Tensor z = w * tg::tanh(w);
  z.backward();

  const double hand = slope_by_hand(1.5), difference = central(1.5, std::cbrt(1e-16)), ours = x->grad,
               engine = w.grad().item();
  std::vector<lesson::Row> rows;
  const auto show = [&](const char* way, double found) {
    rows.push_back({way, lesson::right("{:.12f}", found), lesson::right("{:.1g}", std::abs(found - hand))});
  };
  show("by hand", hand);
  show("central difference, double, near the best h", difference);
  show("the engine above, double", ours);
  show("tg, float", engine);
  lesson::table({"way", "derivative", "off by"}, rows);
  lesson::claim("the engine above agrees with the derivative by hand to 1e-15",
                std::abs(ours - hand) < 1e-15);
  lesson::claim("tg agrees with it as far as a float has digits", std::abs(engine - hand) < 1e-6);
}

// %% [markdown]
// The engine is not an approximation: there is no $h$ in it. It does what you do by hand, and the only error left is
// rounding.
//
// One example proves little. Here is a function in which everything is used several times, at random places,
// differentiated by both engines. It is written once, for any type that has the operations.

// %%
template <class T>
T tangle(const T& a, const T& b, const T& c) {
  const T d = a * b + tanh(a - c), e = d * d - b;
  return e * tanh(d) + e * (c - a) * d;
}

// %%
STEP("The engine against tg on a tangle") {
  tg::manual_seed(lesson::seed());
  double worst = 0;
  const int trials = 100;
  for (int k = 0; k < trials; ++k) {
    std::vector<Scalar> ours;
    std::vector<tg::Tensor> theirs;
    for (const char* name : {"a", "b", "c"}) {
      theirs.push_back(tg::uniform({}, -1, 1).requires_grad(true));
      ours.push_back(made(name, theirs.back().item()));
    }
    backward(tangle(ours[0], ours[1], ours[2]));
    tangle(theirs[0], theirs[1], theirs[2]).backward();
    for (std::size_t i = 0; i < 3; ++i)
      worst = std::max(worst, std::abs(ours[i]->grad - theirs[i].grad().item()) /
                                  std::max(1.0, std::abs(ours[i]->grad)));
  }
  lesson::say("{} random places, three gradients each: the largest relative difference is {:.1g}", trials,
              worst);
  lesson::claim("the engine above and tg agree on a function that uses everything several times",
                worst < 1e-5);
}

// %% [markdown]
// ## A picture of the graph
//
// Here is the graph of $y = x \tanh(x)$ once more, this time printed. On the left each value with its children under
// it, further in. Then its number, the slope on the way down to it, and its gradient.
//
// **Predict first:** $x$ will stand there twice, with two slopes. How does its gradient come out of them?

// %%
// A row for each way from the result down to a value.
std::vector<lesson::Row> graph_rows(const Scalar& result) {
  struct Visit {
    const Value* value;
    int depth;
    double slope;
  };
  std::vector<lesson::Row> rows;
  std::vector<Visit> open = {{result.get(), 0, NAN}};
  while (!open.empty()) {
    const auto [value, depth, slope] = open.back();
    open.pop_back();
    const std::string indent =
        depth == 0 ? "" : std::string(static_cast<std::size_t>(3 * (depth - 1)), ' ') + "└─ ";
    rows.push_back({indent + value->name, lesson::right("{:.4f}", value->data),
                    depth == 0 ? lesson::Cell("") : lesson::right("{:.4f}", slope),
                    lesson::right("{:.4f}", value->grad)});
    for (auto child = value->children.rbegin(); child != value->children.rend(); ++child)
      open.push_back({child->first.get(), depth + 1, child->second});
  }
  return rows;
}

// %%
STEP("A picture of the graph") {
  const Scalar x = made("x", 1.5), t = tanh(x), y = x * t;
  backward(y);
  lesson::table({"made from", "value", "slope", "gradient"}, graph_rows(y));

  const double direct = y->children[0].second, first = y->children[1].second, second = t->children[0].second;
  lesson::say("straight to y:  slope {:.4f}", direct);
  lesson::say("through tanh:   slope {:.4f} times {:.4f} = {:.4f}", first, second, first * second);
  lesson::say("together:       {:.4f}\n", direct + first * second);
  lesson::Figure figure(
      "graph",
      fmt::format("x reaches y in two ways, and its gradient is the sum of both: {:.3f} + {:.3f} = {:.3f}.",
                  direct, first * second, x->grad));
  figure.axes({.x = "step of the computation",
               .y = "(heights mean nothing here)",
               .x_range = {-0.2, 2.2},
               .y_range = {-0.2, 1.2}});
  figure.line(fmt::format("x straight to y: slope {:.3f}", direct), {0, 2}, {0, 0});
  figure.line(fmt::format("x through tanh to y: slopes {:.3f} and {:.3f}", second, first), {0, 1, 2},
              {0, 1, 0});
  figure.points(fmt::format("x, gradient {:.3f}", x->grad), {0}, {0});
  figure.points(fmt::format("tanh x, gradient {:.3f}", t->grad), {1}, {1});
  figure.points(fmt::format("y, gradient {:.0f}", y->grad), {2}, {0});
  lesson::show(figure);
}

// %% [markdown]
// The real engine keeps the same graph. `tg::explain` prints a line for each value:
//
// - its number, the operation that made it (a *leaf* is one that we began with), its shape (`[]` is a single number),
// and the numbers of the values that it was made from;
// - the size of its gradient (the *norm*: the root of the sum of the squares), and how many percent of that gradient
// are exactly 0;
// - under *trouble*, whether a value or a gradient is infinite or not a number.
//
// (`tg::graphviz` writes the graph for the program Graphviz, whose `dot -Tsvg` draws it.)
//
// It also walks the graph in the same way. `tg::plain_grad(y, {x})` is its `backward` without anything that makes it
// fast, forty lines in `tinygrad_cpp/autograd/plain.cpp`. Read them next: where a value above keeps a slope, a tensor
// keeps a *rule*, which makes the gradient of an input from the gradient of the result.

// %%
STEP("The same graph in tg") {
  const tg::Tensor x = tg::tensor(1.5).requires_grad(true);
  const tg::Tensor y = x * tg::tanh(x);
  lesson::say("{}", tg::explain(y));
  const double plain = tg::plain_grad(y, {x})[0].item();
  y.backward();
  lesson::say("dy/dx by plain_grad {:.4f}, by backward {:.4f}", plain, x.grad().item());
  lesson::claim("plain_grad and backward give the same number for y = x tanh(x)", plain == x.grad().item());
}

// %% [markdown]
// ## Why gradients add up
//
// Two parts of `backward` are easy to get wrong: the `+=`, and the order. Let us break each and look, on
//
// $$ a = x^2, \quad y = a + \tanh(a) $$
//
// Here $a$ is used twice. If you change $a$ a little, $y$ changes through both uses, and the changes *add*. By hand,
// the derivative is $2x (1 + 1 - \tanh^2(a))$.
//
// **Predict first:** what comes out with `=` instead of `+=`? And with `+=`, when $a$ hands its gradient on before
// its second user has added to it? Which of the two mistakes would you notice in the loss of a network?

// %%
STEP("Why gradients add up") {
  const double at = 0.5;
  const auto built = [&] {
    const Scalar x = made("x", at), a = x * x;
    return std::pair(x, a + tanh(a));
  };
  std::vector<lesson::Row> rows;
  const auto show = [&](const char* way, double found) {
    rows.push_back({way, lesson::right("{:.6f}", found)});
    return found;
  };

  const auto [x1, y1] = built();  // wrong: the last user wins
  y1->grad = 1;
  for (Value* value : in_order(y1))
    for (const auto& [child, slope] : value->children) child->grad = slope * value->grad;
  const double overwritten = show("= instead of +=", x1->grad);

  const auto [x2, y2] = built();  // wrong: a value is handed on while a user of it still waits
  y2->grad = 1;
  std::map<Value*, int> uses;
  for (Value* value : found_behind(y2, uses))
    for (const auto& [child, slope] : value->children) child->grad += slope * value->grad;
  const double too_early = show("+=, in the order of finding", x2->grad);

  const auto [x3, y3] = built();
  backward(y3);
  const double right = show("+=, each value after its users", x3->grad);

  const double t = std::tanh(at * at), hand = show("by hand", 2 * at * (1 + 1 - t * t));
  lesson::table({"backward", "derivative"}, rows);
  lesson::claim("overwriting gives a wrong number, and so does the wrong order",
                std::abs(overwritten - hand) > 0.1 && std::abs(too_early - hand) > 0.1);
  lesson::claim("adding up in order gives the number found by hand", std::abs(right - hand) < 1e-15);

  Scalar sum = made("x", 1);
  const Scalar start = sum;
  const int doublings = 60;
  for (int k = 0; k < doublings; ++k) sum = sum + sum;
  backward(sum);
  lesson::say("{} doublings, x + x again and again: {} values in order, and a gradient of {:.4g}", doublings,
              in_order(sum).size(), start->grad);
  lesson::claim("sixty doublings are 61 values, and the gradient is 2 to the power of 60",
                in_order(sum).size() == 61 && start->grad == std::pow(2.0, 60));
}

// %% [markdown]
// With `=`, $a$ keeps only what came through $\tanh$, and $x$ only one of the two factors of $x^2$. In the order of
// finding, $a$ hands on only what came straight from $y$. Both numbers look like a derivative: right sign, wrong
// size. A network trained on them may still learn, only worse. So no loss tells you; a comparison with finite
// differences does.
//
// The doublings show why each value must be visited once. There are as many ways from the end to the start as the
// gradient says, and a program that followed each of them would not finish.
//
// What the small engine can't do: it holds one number per value, where `tg` holds a whole block and needs one node
// for a thousand multiplications. It checks nothing, which will matter below. And its slopes are plain numbers, so
// they have no slopes themselves.
//
// ## Gradients of gradients
//
// In `tg` the slopes are not numbers: each operation gives its rule in terms of the same operations, so a gradient
// can have a graph of its own. `tg::grad(y, {x})` returns the gradient instead of leaving it in `grad()`, and with
// `create_graph` it can be differentiated again.
//
// What is that good for? Look for the lowest point of
//
// $$ f(x) = \frac{x^4}{4} - x $$
//
// which is at $x = 1$, beginning at $x = 4$. *Gradient descent* moves $x$ by the *step size* $\eta$ (eta) times the
// derivative, downhill: $x - \eta f'(x)$. Far out the function is steep, and a large step size overshoots; near the
// bottom it is flat, and a small one crawls. *Newton's method* asks the second derivative how fast the slope changes,
// and goes to where the slope would be 0 if it went on changing so: $x - f'(x) / f''(x)$. There is no step size to
// choose.
//
// **Predict first:** by hand, what are $f'(4)$, $f''(4)$ and $f'''(4)$? And how many steps does each method need
// until the slope is below 0.0001?

// %%
tg::Tensor valley(const tg::Tensor& x) { return 0.25 * tg::pow(x, 4) - x; }

const double flat_enough = 1e-4;
const int patience = 10000;  // steps after which we give up

// Steps until the slope is flat, of gradient descent or, without a step size, of Newton's method; `patience` if it
// never is.
int steps_to_the_bottom(double step_size = 0) {
  const bool newton = step_size == 0;
  const tg::Tensor x = tg::tensor(4).requires_grad(true);
  for (int step = 0; step < patience; ++step) {
    const tg::Tensor slope = tg::grad(valley(x), {x}, {.create_graph = newton})[0];
    if (std::abs(slope.item()) < flat_enough) return step;
    if (!std::isfinite(slope.item())) return patience;
    const tg::Tensor move = newton ? slope.detach() / tg::grad(slope, {x})[0] : step_size * slope;
    x.assign(x.detach() - move);
  }
  return patience;
}

// %%
STEP("Gradients of gradients") {
  const tg::Tensor x = tg::tensor(4).requires_grad(true);
  const tg::Tensor first = tg::grad(valley(x), {x}, {.create_graph = true})[0];
  const tg::Tensor second = tg::grad(first, {x}, {.create_graph = true})[0];
  const tg::Tensor third = tg::grad(second, {x})[0];
  const double by_hand[] = {4 * 4 * 4 - 1, 3 * 4 * 4, 6 * 4};  // x^3 - 1, 3 x^2, 6 x
  const double found[] = {first.item(), second.item(), third.item()};
  lesson::say("The first three derivatives at 4: tg {}, {}, {}; by hand {}, {}, {}\n", found[0], found[1],
              found[2], by_hand[0], by_hand[1], by_hand[2]);
  std::vector<lesson::Row> rows;
  int best = patience;
  for (double step_size : {0.001, 0.01, 0.03, 0.1, 0.2}) {
    const int steps = steps_to_the_bottom(step_size);
    best = std::min(best, steps);
    rows.push_back({"gradient descent", lesson::right("{}", step_size),
                    steps < patience ? lesson::Cell(steps) : lesson::right("never")});
  }
  const int newton = steps_to_the_bottom();
  rows.push_back({"Newton", lesson::right("none"), newton});
  lesson::table({"method", "step size", "steps"}, rows);
  lesson::claim("the first three derivatives agree with those by hand",
                std::equal(found, found + 3, by_hand,
                           [](double a, double b) { return std::abs(a - b) < 1e-5 * b; }));
  lesson::claim("Newton's method needs less than half the steps of the best of these step sizes",
                newton < best / 2);
  const std::string forgotten = lesson::error_of([&] {
    const tg::Tensor slope = tg::grad(valley(x), {x})[0];  // wrong: without create_graph
    tg::grad(slope, {x});
  });
  lesson::say("What tg says when create_graph is forgotten: {}", forgotten);
  lesson::claim("a gradient that was made without create_graph can't be differentiated, and tg says so",
                forgotten.starts_with("[grad]"));
}

// %% [markdown]
// (Without `create_graph` the slope is a plain number with no graph behind it, so it depends on nothing.)
//
// Then why is not every network trained so? With $N$ weights there are $N^2$ second derivatives, and a system of $N$
// equations to solve in each step. So networks use gradient descent, and the step size stays a thing to choose.

// %% [markdown]
// ## A small network: two half-moons
//
// Now the use of it all. The data: points in a plane, each with a *label*, 0 or 1. The points of each class lie on a
// half-circle, and the two half-circles interleave. Each point strays a little, at random.
//
// We keep three parts apart: points to *train* on, points to look at while we choose settings
// (*validation*), and points for one last look (*test*).

// %%
struct Moons {
  tg::Tensor points;  // [N,2]
  tg::Tensor labels;  // [N,1], 0 or 1
};

const int point_count = 600;

// The classes take turns.
Moons made_moons(int seed) {
  tg::manual_seed(static_cast<std::uint64_t>(seed) + 1000);
  std::vector<tg::Real> points, labels;
  for (int k = 0; k < point_count; ++k) {
    const double angle = tg::random_stream().uniform(0, std::acos(-1.0));
    const double right = noise * tg::random_stream().normal(), up = noise * tg::random_stream().normal();
    const bool lower = k % 2 == 1;
    points.push_back(static_cast<tg::Real>((lower ? 1 - std::cos(angle) : std::cos(angle)) + right));
    points.push_back(static_cast<tg::Real>((lower ? 0.5 - std::sin(angle) : std::sin(angle)) + up));
    labels.push_back(lower ? 1 : 0);
  }
  return {tg::Tensor({point_count, 2}, points), tg::Tensor({point_count, 1}, labels)};
}

Moons chosen(const Moons& all, const std::vector<int>& items) {
  const tg::Indices ids({static_cast<int>(items.size())}, items);
  return {tg::take(all.points, ids), tg::take(all.labels, ids)};
}

// %%
struct Parts {
  Moons train, validation, test;
};

Parts made_parts(int seed) {
  const Moons all = made_moons(seed);
  const lesson::Split split = lesson::split_by_turns(point_count, 5);
  return {chosen(all, split.train), chosen(all, split.validation), chosen(all, split.test)};
}

// %% [markdown]
// The network takes $B$ points at once, a *batch*, as a block of shape $[B, 2]$:
//
// $$ s = \tanh(x W_1 + b_1) \, W_2 + b_2 $$
//
// Each layer is a matrix of weights $W$ and a list of weights $b$, its *bias*. The outputs of the first layer are the
// *hidden units*. In between stands $\tanh$, which bends; without it, two layers would be no more than one. The
// result $s$ is one number for each point, its *score*: above 0 the network says 1, below it says 0. The *sigmoid*
// $\sigma(s) = 1 / (1 + e^{-s})$ turns a score into the probability $p$ of class 1.
//
// The loss is the *cross-entropy*: $-\ln$ of the probability that the network gave to the right class, as a mean over
// the points. Its unit is the *nat*. It is 0 for a network that is sure and right, and grows without limit for one
// that is sure and wrong. It is computed from the scores directly, which loses no digits.
//
// A loss means little alone. So we put simpler predictors beside it, in the same unit:
//
// - *majority*: always the more frequent class, with its share as the probability;
// - *linear*: one layer and nothing else, $s = x W + b$. What it calls class 1 lies on one side of a straight line.

// %%
using Activation = tg::Tensor (*)(const tg::Tensor&);

struct Net {
  tg::nn::Dense hidden, readout;
  Activation bend;

  explicit Net(int units, Activation activation = tg::tanh)
      : hidden(2, units), readout(units, 1), bend(activation) {}
  tg::Tensor operator()(const tg::Tensor& x) const { return readout(bend(hidden(x))); }  // [B,2] -> [B,1]
  tg::nn::Parameters parameters() const { return {{"hidden", hidden}, {"readout", readout}}; }
};

using Loss = tg::Tensor (*)(const tg::Tensor& scores, const tg::Tensor& labels);

tg::Tensor from_scores(const tg::Tensor& scores, const tg::Tensor& labels) {
  return tg::binary_cross_entropy_with_logits(scores, labels);
}

// The share of points on the right side.
double accuracy(const tg::Tensor& scores, const tg::Tensor& labels) {
  const tg::Tensor says_one = scores > 0;
  return 1 - tg::mean(tg::abs(says_one - labels)).item();
}

// %% [markdown]
// The training loop has five lines: predict; compare; forget the old gradients; differentiate; step. One *epoch* is
// one time through all training points, in batches, in random order. The optimizer is *stochastic gradient descent*,
// SGD: $w - \eta g$ for each weight $w$ with gradient $g$, *stochastic* because a batch is only a sample of the
// points. The step size $\eta$ shrinks to 0 on the way, so that a run ends calm.

// %%
// What one training run left behind: after each epoch, and before the first.
struct Curves {
  std::vector<double> train_loss, validation_loss;  // nats
  double accuracy = 0, test_accuracy = 0;  // at the end: on the validation points, on the test points
};

int rounds() { return epochs ? epochs.value() : lesson::quick() ? 100 : 200; }

template <class Model>
Curves train(const Model& model, const Parts& data, Loss loss_of = from_scores, double step_size = lr) {
  tg::optim::SGD sgd(model.parameters(), {.lr = step_size});
  Curves curves;
  const auto look = [&] {
    const tg::NoGrad off;
    curves.train_loss.push_back(from_scores(model(data.train.points), data.train.labels).item());
    curves.validation_loss.push_back(
        from_scores(model(data.validation.points), data.validation.labels).item());
  };
  look();
  for (int epoch = 0; epoch < rounds(); ++epoch) {
    sgd.lr(tg::optim::cosine(epoch, rounds(), step_size));
    for (const std::vector<int>& items : lesson::batches(data.train.points.dim(0), 32)) {
      const Moons batch = chosen(data.train, items);
      const tg::Tensor loss = loss_of(model(batch.points), batch.labels);
      sgd.zero_grad();
      loss.backward();
      sgd.step();
    }
    look();
  }
  curves.accuracy = accuracy(model(data.validation.points), data.validation.labels);
  curves.test_accuracy = accuracy(model(data.test.points), data.test.labels);
  return curves;
}

// Begun anew from the seed: a network of so many hidden units, or a linear model for 0.
Net net_of(int seed, int units) {
  tg::manual_seed(static_cast<std::uint64_t>(seed));
  return Net(units);
}

tg::nn::Dense linear_of(int seed) {
  tg::manual_seed(static_cast<std::uint64_t>(seed));
  return tg::nn::Dense(2, 1);
}

// %% [markdown]
// Before we train: is the gradient right? We know how to check. Each weight is moved by $h$ to both sides, and the
// whole loss computed anew. `tg` runs on `float` here, so $h$ is the cube root of that $\epsilon$.

// %%
int weights_in_net = 0;                          // for the summary
double worst_difference = 0, loss_at_start = 0;  // likewise

// %%
STEP("Is the gradient of the network right?") {
  const Moons points = made_parts(lesson::seed()).train;
  const Net net = net_of(lesson::seed(), hidden_units);
  const auto loss = [&] { return from_scores(net(points.points), points.labels); };
  loss().backward();
  loss_at_start = loss().item();

  const tg::NoGrad off;
  const auto h = static_cast<tg::Real>(std::cbrt(std::numeric_limits<float>::epsilon()));
  int evaluations = 0;
  double largest = 0;
  for (const auto& [name, weight] : net.parameters()) {
    for (std::size_t i = 0; i < weight.values().size(); ++i) {
      const tg::Real before = weight.values()[i];
      weight.overwrite()[i] = before + h;
      const double above = loss().item();
      weight.overwrite()[i] = before - h;
      const double below = loss().item();
      weight.overwrite()[i] = before;
      evaluations += 2;
      const double slope = weight.grad().values()[i], difference = (above - below) / (2 * h);
      worst_difference = std::max(worst_difference, std::abs(slope - difference));
      largest = std::max(largest, std::abs(slope));
    }
  }
  weights_in_net = static_cast<int>(net.parameters().count());
  lesson::say("{} weights; h = {:.2g}", weights_in_net, h);
  lesson::say("finite differences: {} evaluations of the loss; backward: 1 forward and 1 back", evaluations);
  lesson::say("largest derivative {:.3f}, largest difference between the two ways {:.1g}", largest,
              worst_difference);
  lesson::claim(
      "the gradient of the network agrees with finite differences to a hundredth of its largest entry",
      worst_difference < 0.01 * largest);
}

// %% [markdown]
// This is the price that we wanted to avoid: two evaluations for each weight. With a million weights it would be two
// million, for one step. As a check it is worth it. In the build of `tg` with `double`, `tg::gradcheck` does it for
// you.
//
// Now train. **Predict first:** what share of the points can a straight line get right? And what is the loss of a
// network that has learned nothing?

// %%
double majority_loss(const tg::Tensor& labels) {
  const double p = tg::mean(labels).item();
  return -(p * std::log(p) + (1 - p) * std::log(1 - p));
}

double majority_accuracy(const tg::Tensor& labels) {
  const double p = tg::mean(labels).item();
  return std::max(p, 1 - p);
}

lesson::Cell percent(double share) { return lesson::right("{:.0f}%", 100 * share); }

// The line where the scores are 0, as pieces with gaps between: where the sign changes along two sides of a cell of a
// grid, a piece joins them.
template <class Model>
std::pair<std::vector<double>, std::vector<double>> boundary_of(const Model& model) {
  const int cells = 80;
  const double left = -2, bottom = -1.5, width = 5.0 / cells, height = 3.5 / cells;
  std::vector<tg::Real> grid;
  for (int j = 0; j <= cells; ++j)
    for (int i = 0; i <= cells; ++i)
      for (double place : {left + i * width, bottom + j * height})
        grid.push_back(static_cast<tg::Real>(place));
  const tg::NoGrad off;
  const int corners = (cells + 1) * (cells + 1);
  const std::vector<tg::Real> scores = model(tg::Tensor({corners, 2}, grid)).values();
  std::pair<std::vector<double>, std::vector<double>> line;
  for (int j = 0; j < cells; ++j) {
    for (int i = 0; i < cells; ++i) {
      const int corner = j * (cells + 1) + i;
      const int around[] = {corner, corner + 1, corner + cells + 2, corner + cells + 1};
      for (int k = 0; k < 4; ++k) {
        const auto a = static_cast<std::size_t>(around[k]), b = static_cast<std::size_t>(around[(k + 1) % 4]);
        if ((scores[a] > 0) == (scores[b] > 0)) continue;
        const double share = scores[a] / (scores[a] - scores[b]);
        line.first.push_back(grid[2 * a] + share * (grid[2 * b] - grid[2 * a]));
        line.second.push_back(grid[2 * a + 1] + share * (grid[2 * b + 1] - grid[2 * a + 1]));
      }
      if (line.first.empty() || std::isnan(line.first.back())) continue;
      line.first.push_back(NAN);
      line.second.push_back(NAN);
    }
  }
  return line;
}

Curves linear_run, net_run;  // of the first seed

// %%
STEP("Two half-moons") {
  const Parts data = made_parts(lesson::seed());
  const tg::nn::Dense linear = linear_of(lesson::seed());
  const Net net = net_of(lesson::seed(), hidden_units);
  linear_run = train(linear, data);
  net_run = train(net, data);

  const tg::Tensor& labels = data.validation.labels;
  lesson::say("{} points to train on, {} to validate; SGD with step size {}, {} epochs; loss in nats\n",
              data.train.points.dim(0), data.validation.points.dim(0), lr, rounds());
  lesson::table({"predictor", "weights", "loss, training", "loss, validation", "right, validation"},
                {{"majority", 1, majority_loss(data.train.labels), majority_loss(labels),
                  percent(majority_accuracy(labels))},
                 {"linear", linear.parameters().count(), linear_run.train_loss.back(),
                  linear_run.validation_loss.back(), percent(linear_run.accuracy)},
                 {fmt::format("network, {} hidden", hidden_units.value()), net.parameters().count(),
                  net_run.train_loss.back(), net_run.validation_loss.back(), percent(net_run.accuracy)}});
  lesson::say("Before its first step the network costs {:.3g} nats on the training points.\n",
              net_run.train_loss.front());

  lesson::Figure moons(
      "half_moons",
      fmt::format("The straight line cuts both half-moons; the network's boundary bends between "
                  "them. They get {:.0f}% and {:.0f}% of the validation points right.",
                  100 * linear_run.accuracy, 100 * net_run.accuracy));
  moons.axes({.x = "first coordinate", .y = "second coordinate", .x_range = {-2, 3}, .y_range = {-1.5, 2}});
  for (int label : {0, 1}) {
    std::vector<double> x, y;
    for (int k = 0; k < data.validation.points.dim(0); ++k) {
      if (labels.at({k, 0}) != static_cast<tg::Real>(label)) continue;
      x.push_back(data.validation.points.at({k, 0}));
      y.push_back(data.validation.points.at({k, 1}));
    }
    moons.points(fmt::format("class {}", label), x, y);
  }
  const auto [line_x, line_y] = boundary_of(linear);
  const auto [curve_x, curve_y] = boundary_of(net);
  if (!line_x.empty()) moons.line("linear", line_x, line_y);
  if (!curve_x.empty()) moons.line("network", curve_x, curve_y);
  lesson::show(moons);

  lesson::Figure losses(
      "moon_losses",
      "The linear model is done after a few epochs and stays on its plateau; the network leaves it.");
  losses.axes({.x = "epoch", .y = "cross-entropy, nats", .log_y = true});
  losses.line("linear, training", linear_run.train_loss);
  losses.line("network, training", net_run.train_loss);
  losses.line("network, validation", net_run.validation_loss);
  losses.baseline("majority", majority_loss(labels));
  lesson::show(losses);

  const auto half = static_cast<std::size_t>(rounds() / 2);
  lesson::claim(
      "in the second half of training the linear model's loss falls by less than 2%, and it ends above twice "
      "the network's",
      linear_run.train_loss.back() > 0.98 * linear_run.train_loss[half] &&
          linear_run.train_loss.back() > 2 * net_run.train_loss.back(),
      lesson::fails_with("--hidden 1"));
}

// %% [markdown]
// Guessing the majority costs $\ln 2$, since there are as many points of each class, and a network that has learned
// nothing costs about as much. The linear model beats that easily, and then no training helps: a straight line can't
// do better. That *plateau* is the floor of a model. A network that stops there has not learned to bend. (The spikes
// are steps that went too far: with `--lr 0.3` they are gone.)
//
// ## Experiment: how many hidden units?
//
// One run is an anecdote. So we take several *seeds*, each with data and first weights of its own. The table gives
// medians, and in brackets the range.
//
// **Predict first:** how many hidden units are needed to leave the plateau? Can one do it?

// %%
int seeds_wanted() { return lesson::seeds(3, 7, 21).size(); }

std::string median_and_range(const std::vector<double>& numbers) {
  const lesson::Spread s = lesson::spread(numbers);
  return fmt::format("{:.3f} ({:.3f} to {:.3f})", s.median, s.low, s.high);
}

std::string percents(const std::vector<double>& shares) {
  const lesson::Spread s = lesson::spread(shares);
  return fmt::format("{:.0f}% ({:.0f} to {:.0f})", 100 * s.median, 100 * s.low, 100 * s.high);
}

// The shares of points on the right side, a number for each seed.
struct Shares {
  std::vector<double> validation, test;
};
Shares linear_accuracy, net_accuracy;
double one_unit = 0;  // the median share of a network with one hidden unit

// %%
STEP("The experiment") {
  std::vector<int> sizes = {0, 1, 2, 4, 16, 64};  // 0: the linear model
  if (lesson::quick()) sizes = {0, 1, 2, 16};
  if (std::find(sizes.begin(), sizes.end(), hidden_units.value()) == sizes.end())
    sizes.push_back(hidden_units);
  std::vector<lesson::Row> rows;
  std::vector<double> majority;
  lesson::Progress progress("training", static_cast<int>(sizes.size()) * seeds_wanted());
  for (int units : sizes) {
    std::vector<double> train_losses, losses;
    Shares right;
    for (int k = 0; k < seeds_wanted(); ++k) {
      const int seed = lesson::seed() + k;
      const Parts data = made_parts(seed);
      const Curves run = units == 0 ? train(linear_of(seed), data) : train(net_of(seed, units), data);
      train_losses.push_back(run.train_loss.back());
      losses.push_back(run.validation_loss.back());
      right.validation.push_back(run.accuracy);
      right.test.push_back(run.test_accuracy);
      if (units == 0) majority.push_back(majority_accuracy(data.validation.labels));
      progress.step("{} hidden units", units);
    }
    rows.push_back({units == 0 ? std::string("linear") : fmt::format("{} hidden", units),
                    lesson::right(median_and_range(train_losses)), lesson::right(median_and_range(losses)),
                    lesson::right(percents(right.validation))});
    if (units == 0) linear_accuracy = right;
    if (units == 1) one_unit = lesson::spread(right.validation).median;
    if (units == hidden_units) net_accuracy = right;
  }
  lesson::say("{} seeds from {} on; loss in nats\n", seeds_wanted(), lesson::seed());
  lesson::table({"model", "loss, training", "loss, validation", "right, validation"}, rows);
  lesson::claim(
      "the linear model gets more points right than the majority by 20 percentage points, in the median",
      lesson::spread(linear_accuracy.validation).median > lesson::spread(majority).median + 0.2,
      lesson::fails_with("--lr 1e-6"));
  lesson::claim("the network gets more right than the linear model by 5 percentage points, in the median",
                lesson::spread(net_accuracy.validation).median >
                    lesson::spread(linear_accuracy.validation).median + 0.05,
                lesson::fails_with("--hidden 1"));
}

// %% [markdown]
// One unit is a straight line again: $\tanh$ of one number only rises or only falls, so the score changes its sign
// along one line. With two, some seeds get off the plateau and others do not: look at the range. So a network may be
// large enough and still not find the way.
//
// ## Five mistakes that everyone makes
//
// Each comes with the wrong code, what it does, and the right code. Some are errors here, with a text that says what
// to do. Others give a number, and one has to know what to look at.
//
// ### 1. The old gradients are not forgotten
//
// `backward()` *adds* to `grad()`. That is the same `+=` as in the small engine, and it is there on purpose. So a
// loop without `zero_grad()` moves along the sum of all gradients since the beginning.
//
// ```cpp
// loss.backward(); sgd.step();                    // wrong
// sgd.zero_grad(); loss.backward(); sgd.step();   // right
// ```
//
// **Predict first:** does the loss fall at all? What would a ball do that rolls through a valley without friction?

// %%
// The validation loss after some epochs of a loop that forgets the old gradients, or does not.
double loss_of_loop(int seed, bool forget) {
  const Parts data = made_parts(seed);
  const Net net = net_of(seed, hidden_units);
  tg::optim::SGD sgd(net.parameters(), {.lr = lr});
  for (int epoch = 0; epoch < 20; ++epoch) {
    for (const std::vector<int>& items : lesson::batches(data.train.points.dim(0), 32)) {
      const Moons batch = chosen(data.train, items);
      const tg::Tensor loss = from_scores(net(batch.points), batch.labels);
      if (forget) sgd.zero_grad();  // wrong without it
      loss.backward();
      sgd.step();
    }
  }
  return from_scores(net(data.validation.points), data.validation.labels).item();
}

double loss_kept = 0,
       loss_forgotten = 0;  // medians, for the summary: gradients kept, and forgotten as they should be

// %%
STEP("Mistake 1: no zero_grad") {
  std::vector<double> with, without;
  for (int k = 0; k < 3; ++k) {
    with.push_back(loss_of_loop(lesson::seed() + k, true));
    without.push_back(loss_of_loop(lesson::seed() + k, false));
  }
  loss_kept = lesson::spread(without).median;
  loss_forgotten = lesson::spread(with).median;
  lesson::say("Validation loss after 20 epochs, nats; guessing the majority costs {:.3g}\n", std::log(2.0));
  lesson::Row header = {"loop"};
  for (int k = 0; k < 3; ++k) header.add(lesson::right("seed {}", lesson::seed() + k));
  lesson::table(header, {{"with zero_grad", with[0], with[1], with[2]},
                         {"without", without[0], without[1], without[2]}});
  lesson::claim("without zero_grad the loss ends at more than twice what it is with it, in the median",
                loss_kept > 2 * loss_forgotten, lesson::fails_with("--lr 1e-6"));
}

// %% [markdown]
// The old gradients push on, like a ball without friction: the weights shoot past the bottom and up the other side.
//
// ### 2. A loss that compares every pair
//
// The network says $[B, 1]$, a column. Labels often come as $[B]$, a row. Subtract them, and both are
// repeated until they fit (*broadcast*): the result is $[B, B]$, every prediction against every label.
//
// ```cpp
// tg::mean(tg::pow(p - labels, 2))   // wrong: [B,1] - [B]
// tg::mse_loss(p, labels)            // right: equal shapes, or an error
// ```
//
// **Predict first:** we train on this loss until it falls no more. What will the network say to each point in the
// end?

// %%
tg::Tensor every_pair(const tg::Tensor& scores, const tg::Tensor& labels) {
  return tg::mean(
      tg::pow(tg::sigmoid(scores) - tg::reshape(labels, {-1}), 2));  // wrong: [B,1] - [B] is [B,B]
}

tg::Tensor each_its_own(const tg::Tensor& scores, const tg::Tensor& labels) {
  return tg::mse_loss(tg::sigmoid(scores), labels);
}

// Of a network trained on every pair, for the summary: the loss, and then the probabilities of the validation points.
struct PairRun {
  double before = 0, after = 0, lowest = 0, highest = 0;
};
PairRun pairs;

// The gradient of the first layer's weights.
tg::Tensor first_gradient(const Net& net, const Moons& data, Loss loss_of) {
  return tg::grad(loss_of(net(data.points), data.labels), {net.hidden.weight})[0];
}

// The largest change of that gradient when the labels are dealt out anew, in percent of its largest entry.
double change_by_shuffle(const Net& net, const Moons& data, Loss loss_of) {
  std::vector<tg::Real> labels;
  for (int k : tg::random_permutation(data.labels.dim(0))) labels.push_back(data.labels.at({k, 0}));
  const tg::Tensor g = first_gradient(net, data, loss_of);
  const tg::Tensor shuffled =
      first_gradient(net, {data.points, tg::Tensor(data.labels.shape(), labels)}, loss_of);
  return 100 * tg::max(tg::abs(shuffled - g)).item() / tg::max(tg::abs(g)).item();
}

// %%
STEP("Mistake 2: a broadcast in a loss") {
  const Parts data = made_parts(lesson::seed());
  const tg::Tensor &x = data.validation.points, &y = data.validation.labels;
  std::vector<lesson::Row> rows;
  double change = 0, right_range = 0;
  for (const auto& [name, loss] :
       {std::pair<const char*, Loss>("every pair", every_pair), {"each with its own", each_its_own}}) {
    const Net net = net_of(lesson::seed(), hidden_units);
    const double before = loss(net(x), y).item(), changed = change_by_shuffle(net, data.train, loss);
    train(net, data, loss);
    const tg::Tensor p = tg::sigmoid(net(x));
    const double low = tg::min(p).item(), high = tg::max(p).item(), after = loss(net(x), y).item();
    rows.push_back({name, before, after, low, high, lesson::right("{:.1f}%", changed)});
    right_range = high - low;  // of the last one
    if (loss != every_pair) continue;
    change = changed;
    pairs = {before, after, low, high};
  }
  lesson::say(
      "Before and after: the mean squared error. Then the lowest and the highest probability p after training; and by how "
      "much the gradient changes when the labels are shuffled, in percent of its largest entry\n");
  lesson::table({"loss", "before", "after", "lowest p", "highest p", "labels shuffled"}, rows);
  const std::string refusal = lesson::error_of([&] { tg::mse_loss(y, tg::reshape(y, {-1})); });
  lesson::say("What mse_loss says to such shapes: {}", refusal);
  lesson::claim(
      "trained on every pair, the probabilities lie five times closer together than trained on each with its own",
      pairs.highest - pairs.lowest < right_range / 5, lesson::fails_with("--lr 1e-6"));
  lesson::claim("the gradient of every pair does not change when the labels are shuffled", change < 0.1);
  lesson::claim("mse_loss refuses to compare shapes that differ", refusal.starts_with("[mse_loss]"));
}

// %% [markdown]
// The network says nearly one number to all: the share of class 1. Against every label at once there is no better one.
// The last column says why: deal the labels out to other points, and the gradient stays the same. Write losses with
// the functions that `tg` has for it; they refuse.
//
// ### 3. Backward twice
//
// `backward()` walks the graph. What happens if it walks it again?
//
// ```cpp
// z.backward(); z.backward();                         // wrong
// z.backward({.retain_graph = true}); z.backward();   // right: the sum
// ```
//
// **Predict first:** call `backward` twice on $y = x \tanh(x)$ in our small engine, without a reset. Is the gradient
// twice as large?

// %%
double twice_by_once = 0;  // for the summary

// %%
STEP("Mistake 3: backward twice") {
  const Scalar x = made("x", 1.5);
  const Scalar y = x * tanh(x);
  backward(y);
  const double once = x->grad;
  backward(y);
  twice_by_once = x->grad / once;

  const tg::Tensor w = tg::tensor(1.5).requires_grad(true);
  const tg::Tensor z = w * tg::tanh(w);
  z.backward();
  const double once_in_tg = w.grad().item();
  const std::string refusal = lesson::error_of([&] { z.backward(); });  // wrong: the graph is gone

  w.zero_grad();
  const tg::Tensor again = w * tg::tanh(w);
  again.backward({.retain_graph = true});
  again.backward();
  lesson::table({"engine", "once", "twice", "ratio"},
                {{"the small one", once, x->grad, lesson::right("{:.3f}", twice_by_once)},
                 {"tg, with retain_graph", once_in_tg, w.grad().item(),
                  lesson::right("{:.3f}", w.grad().item() / once_in_tg)}});
  lesson::say("What tg says without: {}", refusal);
  lesson::claim(
      "in the small engine a second backward gives a number that is neither once nor twice the gradient",
      std::abs(twice_by_once - 1) > 0.1 && std::abs(twice_by_once - 2) > 0.1);
  lesson::claim("tg refuses a second backward on a graph that it has freed",
                refusal.starts_with("[backward]"));
  lesson::claim("with retain_graph a second backward doubles the gradient",
                std::abs(w.grad().item() - 2 * once_in_tg) < 1e-6);
}

// %% [markdown]
// In the small engine $\tanh(x)$ still held its gradient from the first walk, and passed the sum on once more. So
// resetting only the weights is not enough there. `tg` keeps the gradients of intermediate values nowhere, and frees
// the graph as it goes. Usually you want neither: predict again, and call `backward()` on the new loss.
//
// ### 4. Step before backward
//
// Two lines in the wrong order. In the first round there are no gradients yet. In any later round there are those of
// the round before.
//
// ```cpp
// sgd.step(); sgd.zero_grad(); loss.backward();   // wrong
// sgd.zero_grad(); loss.backward(); sgd.step();   // right
// ```

// %%
STEP("Mistake 4: step before backward") {
  const Moons points = made_parts(lesson::seed()).train;
  const Net net = net_of(lesson::seed(), hidden_units);
  tg::optim::SGD sgd(net.parameters(), {.lr = lr});

  const auto wrong_round = [&] {
    const tg::Tensor loss = from_scores(net(points.points), points.labels);
    sgd.step();  // wrong: it moves the weights that the loss was made from
    sgd.zero_grad();
    loss.backward();
  };
  const std::string first = lesson::error_of(wrong_round);
  from_scores(net(points.points), points.labels).backward();  // a right round leaves gradients
  const std::string later = lesson::error_of(wrong_round);
  lesson::say("Without gradients: {}\n", first);
  lesson::say("With those of the round before: {}", later);
  lesson::claim("a step without gradients is refused", first.starts_with("[optimizer]"));
  lesson::claim("backward refuses when weights have changed since the prediction",
                later.starts_with("[backward]"));
}

// %% [markdown]
// The second text is worth a thought. The slope of a product is the *other factor*, as it was when the product was
// made. If that has been overwritten, the chain rule multiplies by the wrong number. So `backward()` first looks
// whether the weights are still as they were. The `add` of the last bias is only the first place that it comes to.
//
// ### 5. A copy that is no copy
//
// You want to keep the best network so far, and write `const Net best = net;`. A copied `Tensor` points to
// the *same* numbers.
//
// ```cpp
// const Net best = net;                                   // wrong
// const auto best = tg::nn::snapshot(net.parameters());   // right
// tg::nn::restore(net.parameters(), best);                // and back
// ```
//
// **Predict first:** after one more step of `net`, how far is `best` from it?

// %%
STEP("Mistake 5: a copied layer shares its weights") {
  const Moons points = made_parts(lesson::seed()).train;
  const Net net = net_of(lesson::seed(), hidden_units);
  const Net best = net;                                                // wrong: the same weights
  const tg::nn::Parameters kept = tg::nn::snapshot(net.parameters());  // right: the numbers
  const tg::Tensor before = best.hidden.weight.clone();

  tg::optim::SGD sgd(net.parameters(), {.lr = 1});
  from_scores(net(points.points), points.labels).backward();
  sgd.step();

  const auto moved = [&](const tg::Tensor& weight) { return tg::max(tg::abs(weight - before)).item(); };
  const double copy = moved(best.hidden.weight), snapshot = moved(kept.begin()->tensor);
  lesson::say("One step of net moved the weights of the copy by up to {:.3g}, those of the snapshot by {}",
              copy, snapshot);
  tg::nn::restore(net.parameters(), kept);
  lesson::say("After restore, net is {} away from where it was", moved(net.hidden.weight));
  lesson::claim("a copied network moves with the original", copy > 0);
  lesson::claim("a snapshot does not, and restore brings its numbers back",
                snapshot == 0 && moved(net.hidden.weight) == 0);
}

// %% [markdown]
// ## A network that does not learn
//
// Now a case as it comes from life. The same points, but measured in millimetres where they were in metres: all
// coordinates are a thousand times as large. A network with `relu` between the layers ($\max(s, 0)$, the usual
// choice), and a loss written by hand from the probability $p$ and the label $y$:
//
// $$ L = -\mathrm{mean}(y \ln p + (1 - y) \ln(1 - p)) $$
//
// The first try ended in `nan`, *not a number*. (`tg::AnomalyMode` names the operation where the trouble began.)
// Someone on the internet said: *clip* $p$ to between 0.0000001 and 0.9999999. Now the loss is finite. And nothing
// learns.
//
// **Predict first:** which operation stops the gradient?

// %%
// ln 0 times 0 is NaN.
tg::Tensor by_hand(const tg::Tensor& p, const tg::Tensor& y) {
  return -tg::mean(y * tg::log(p) + (1 - y) * tg::log(1 - p));
}

tg::Tensor unclipped(const tg::Tensor& scores, const tg::Tensor& y) {
  return by_hand(tg::sigmoid(scores), y);
}

tg::Tensor clipped(const tg::Tensor& scores, const tg::Tensor& y) {
  return by_hand(tg::clamp(tg::sigmoid(scores), 1e-7, 1 - 1e-7), y);
}

Parts in_millimetres(const Parts& data) {
  Parts large = data;
  for (Moons* part : {&large.train, &large.validation, &large.test})
    part->points = part->points * unit.value();
  return large;
}

// Each coordinate less its mean, divided by how far it typically is from there; both taken from the training points.
Parts standardised(const Parts& data) {
  const tg::Tensor& x = data.train.points;
  const tg::Tensor mean = tg::mean(x, 0, tg::keepdim);  // [1,2]
  const tg::Tensor spread = tg::sqrt(tg::mean(tg::pow(x - mean, 2), 0, tg::keepdim));
  Parts scaled = data;
  for (Moons* part : {&scaled.train, &scaled.validation, &scaled.test})
    part->points = (part->points - mean) / spread;
  return scaled;
}

Net relu_net(int seed) {
  tg::manual_seed(static_cast<std::uint64_t>(seed));
  return Net(hidden_units, tg::relu);
}

// The share of points whose score gets a gradient of exactly 0.
double dead_share(const Net& net, const Moons& data, Loss loss_of) {
  const tg::Tensor scores = net(data.points);
  const tg::Tensor g = tg::grad(loss_of(scores, data.labels), {scores})[0];
  return 1 - tg::mean((g > 0) + (g < 0)).item();
}

double broken_loss_at_start = 0;  // for the summary

// %%
STEP("Ask the graph") {
  const Parts large = in_millimetres(made_parts(lesson::seed()));
  const Net net = relu_net(lesson::seed());
  const Moons& points = large.train;
  const std::string first_nan = lesson::error_of([&] {
    const tg::AnomalyMode on;
    unclipped(net(points.points), points.labels);
  });
  const double raw_loss = unclipped(net(points.points), points.labels).item();
  lesson::say("The loss without the clip: {}. Under AnomalyMode: {}\n",
              std::isnan(raw_loss) ? "nan" : fmt::format("{:.3g}", raw_loss), first_nan);
  broken_loss_at_start = clipped(net(points.points), points.labels).item();
  lesson::say("With the clip: {:.3g} nats, where guessing the majority costs {:.3g}. explain says:\n",
              clipped(net(points.points), points.labels).item(), std::log(2.0));
  lesson::say("{}", tg::explain(clipped(net(points.points), points.labels)));
}

// %% [markdown]
// Read the table from the bottom up: that is how the gradient flows. (`affine` is $1 - p$, or a change of sign.
// Values that no gradient flows to, here the points and the labels, are left out.) At a `log` half of it is 0, and
// rightly: a point of class 1 has no use for $\ln(1 - p)$. But `clamp`, the clip, gets a gradient for every point,
// and `sigmoid`, its input, for few. What was cut off learns nothing, whether the point was sure and right or sure
// and *wrong*: move the score a little, and the clipped $p$ does not move. And nearly all are sure: the coordinates
// are in the thousands, so the scores are large too, and $\sigma(20)$ is already 1 in a float.
//
// Above `relu` there are more zeros still, since it passes nothing on where its input is below 0.
//
// Now look at the top, at the leaves. The gradients of the weights are not small at all: the few points that still
// have a gradient pull with coordinates in the thousands. So the size of a gradient does not tell you whether a
// network learns. The column of zeros tells you where the gradient stopped.
//
// There are two suspects: the clip, and the size of the numbers that go in. Two suspects make four experiments.
// *Standardised* means: each coordinate less its mean, divided by how far it typically is from there. The *loss from
// scores* needs no clip, since the sigmoid is never computed on its own.
//
// **Predict first:** which change cures it? One of them, either, or only both?

// %%
double dead_clip = 0;  // the median share of points without a gradient, for the summary
std::vector<double> broken_accuracy, cured_accuracy;  // a number for each seed
double standardised_clip = 0;                         // the median share right

const double step_factors[] = {1, 1e-3, 1e-6};

// %%
STEP("Two suspects, four experiments") {
  std::vector<lesson::Row> rows;
  double best_unscaled = 0;
  lesson::Progress progress("training", 4 * seeds_wanted());
  for (const bool scaled : {false, true}) {
    for (const auto& [name, loss] :
         {std::pair<const char*, Loss>("clipped", clipped), {"from scores", from_scores}}) {
      std::vector<double> dead, right[3];
      for (int k = 0; k < seeds_wanted(); ++k) {
        const int seed = lesson::seed() + k;
        const Parts large = in_millimetres(made_parts(seed)), data = scaled ? standardised(large) : large;
        dead.push_back(dead_share(relu_net(seed), data.train, loss));
        for (int size = 0; size < 3; ++size)
          right[size].push_back(train(relu_net(seed), data, loss, lr * step_factors[size]).accuracy);
        progress.step("{}", name);
      }
      lesson::Row row = {scaled ? "standardised" : "millimetres", name, lesson::right(percents(dead))};
      for (const std::vector<double>& shares : right) row.add(percent(lesson::spread(shares).median));
      rows.push_back(row);
      for (const std::vector<double>& shares : right)
        if (!scaled) best_unscaled = std::max(best_unscaled, lesson::spread(shares).median);
      if (!scaled && loss == clipped) {
        dead_clip = lesson::spread(dead).median;
        broken_accuracy = right[0];
      }
      if (scaled && loss == clipped) standardised_clip = lesson::spread(right[0]).median;
      if (scaled && loss == from_scores) cured_accuracy = right[0];
    }
  }
  lesson::say(
      "Medians of {} seeds. Zeros: the share of points whose score gets a gradient of exactly 0 before the first step, with "
      "its range. The rest: the share of validation points that are right after training, with three step sizes\n",
      seeds_wanted());
  lesson::Row header = {"points", "loss", "zeros"};
  for (double factor : step_factors) header.add(lesson::right("step {:g}", lr * factor));
  lesson::table(header, rows);
  lesson::claim(
      "with large numbers and a clip, more than three quarters of the points have no gradient at all",
      dead_clip > 0.75, lesson::fails_with("--unit 1"));
  lesson::claim(
      "in millimetres, no loss and none of these step sizes comes within 5 percentage points of the standardised "
      "network, in the median",
      best_unscaled + 0.05 < std::min(standardised_clip, lesson::spread(cured_accuracy).median),
      lesson::fails_with("--unit 1"));
}

// %% [markdown]
// Two things to see.
//
// - With standardised points the clip does no harm: no score is so large that it bites. So the clip was not the
// cause. It hid the cause: `nan` said at once that the scores are too large.
// - In millimetres the loss from scores does not get there either, at any of these step sizes. (Its zeros are honest
// ones: points that are sure and right need no gradient.) A likely reason: the gradient of a first-layer weight is
// multiplied by the coordinate, which is in the thousands; that of a bias is not. One step size can hardly suit both.
//
// ## Can it learn eight points by heart?
//
// One more test, the cheapest of all. Take one small batch and train on it alone. A sound network *must* get its loss
// to nearly 0: it has more weights than there are points. If it can't, something is broken, and more data or patience
// will not help.

// %%
const int by_heart_steps = 500;

// The loss, in nats, of a network on the first eight training points after it was trained on nothing else.
double loss_on_one_batch(const Net& net, const Moons& all, Loss loss_of) {
  const Moons batch = chosen(all, {0, 1, 2, 3, 4, 5, 6, 7});
  tg::optim::SGD sgd(net.parameters(), {.lr = lr});
  for (int step = 0; step < by_heart_steps; ++step) {
    const tg::Tensor loss = loss_of(net(batch.points), batch.labels);
    sgd.zero_grad();
    loss.backward();
    sgd.step();
  }
  return from_scores(net(batch.points), batch.labels).item();
}

double one_batch_sound = 0, one_batch_broken = 0;  // medians, for the summary

// %%
STEP("Eight points by heart") {
  std::vector<double> sound, in_pairs, broken;
  for (int k = 0; k < seeds_wanted(); ++k) {
    const int seed = lesson::seed() + k;
    const Parts data = made_parts(seed);
    sound.push_back(loss_on_one_batch(net_of(seed, hidden_units), data.train, from_scores));
    in_pairs.push_back(loss_on_one_batch(net_of(seed, hidden_units), data.train, every_pair));
    broken.push_back(loss_on_one_batch(relu_net(seed), in_millimetres(data).train, clipped));
  }
  lesson::say("Cross-entropy on eight points after {} steps on them, nats; the majority costs {:.3g}\n",
              by_heart_steps, std::log(2.0));
  lesson::table({"network", "loss"},
                {{"tanh, loss from scores", lesson::right(median_and_range(sound))},
                 {"tanh, loss of every pair", lesson::right(median_and_range(in_pairs))},
                 {"relu, millimetres, clipped loss",
                  lesson::right("{:.3g} ({:.3g} to {:.3g})", lesson::spread(broken).median,
                                lesson::spread(broken).low, lesson::spread(broken).high)}});
  one_batch_sound = lesson::spread(sound).median;
  one_batch_broken = lesson::spread(broken).median;
  lesson::claim("the sound network learns eight points by heart, to less than 0.05 nats",
                one_batch_sound < 0.05, lesson::fails_with("--lr 1e-6"));
  lesson::claim("the network in millimetres with the clip stays above what the majority costs",
                one_batch_broken > std::log(2.0), lesson::fails_with("--unit 1"));
}

// %% [markdown]
// The loss of every pair fails here too: it costs what the majority does. So this test takes a moment, and catches a
// broken loss and a broken scale alike.
//
// ## Claims
//
// What we now assert about the network, on the points that nobody has looked at until now.

// %%
STEP("The last look") {
  lesson::table({"model", "right, validation", "right, test"},
                {{"linear", lesson::right(percents(linear_accuracy.validation)),
                  lesson::right(percents(linear_accuracy.test))},
                 {fmt::format("network, {} hidden", hidden_units.value()),
                  lesson::right(percents(net_accuracy.validation)),
                  lesson::right(percents(net_accuracy.test))}});
  lesson::claim(
      "on the test points too the network gets more right than the linear model by 5 percentage points",
      lesson::spread(net_accuracy.test).median > lesson::spread(linear_accuracy.test).median + 0.05,
      lesson::fails_with("--hidden 1"));
}

// %% [markdown]
// ## What the usual advice gets wrong, or leaves out
//
// There is no single answer behind this lesson. These are sentences that one reads everywhere.

// %%
STEP("The advice, line by line") {
  lesson::table(
      {"the advice", "this run"},
      {{"the smaller h, the better the derivative",
        fmt::format("central, in float: error {:.1g} at h = 1e-7, {:.1g} at the best h", tiny_step_error,
                    best_step_error)},
       {"backward twice doubles the gradient",
        fmt::format("where intermediate gradients stay, as in the small engine, it gives {:.2f} times",
                    twice_by_once)},
       {"train until the loss falls no more",
        fmt::format("compared in every pair that is at {:.3f}, and the network says {:.2f} to {:.2f} to all",
                    pairs.after, pairs.lowest, pairs.highest)},
       {"clip the probability and the nan is gone",
        fmt::format("so is the gradient of {:.0f}% of the points, where the inputs are large",
                    100 * dead_clip)},
       {"then the clip is to blame",
        fmt::format("with standardised points it does no harm: {:.0f}% right", 100 * standardised_clip)},
       {"a network with a hidden layer beats a linear model",
        fmt::format("not with one unit: {:.0f}% right, and the linear model {:.0f}%", 100 * one_unit,
                    100 * lesson::spread(linear_accuracy.validation).median)}});
}

// %% [markdown]
// ## A checklist
//
// When a network does not learn, go down this list. Each line names what to do, and what it said in this run.

// %%
STEP("The checklist") {
  const auto text = [](double number) { return fmt::format("{:.3g}", number); };
  lesson::table({"check", "how", "this run"},
                {{"1. What does guessing cost?", "majority_loss(labels), and a linear model",
                  fmt::format("{} nats; the linear model {}", text(std::log(2.0)),
                              text(linear_run.validation_loss.back()))},
                 {"2. Does the first loss cost that?", "loss.item() before the first step",
                  fmt::format("sound {}, broken {}", text(loss_at_start), text(broken_loss_at_start))},
                 {"3. Do the shapes agree?", "tg::mse_loss and its kind, which refuse",
                  fmt::format("compared in pairs, p from {:.2f} to {:.2f}", pairs.lowest, pairs.highest)},
                 {"4. Is the gradient right?", "central differences; tg::gradcheck in the double build",
                  fmt::format("{} weights, off by {:.0e} at most", weights_in_net, worst_difference)},
                 {"5. Can it learn one batch by heart?", "loss_on_one_batch, eight points",
                  fmt::format("sound {}, broken {}", text(one_batch_sound), text(one_batch_broken))},
                 {"6. Where does the gradient stop?", "tg::explain(loss), column zeros; AnomalyMode for nan",
                  fmt::format("{:.0f}% zeros below the clip", 100 * dead_clip)},
                 {"7. Are the inputs of size 1?", "standardised(data)",
                  fmt::format("{:.0f}% right before, {:.0f}% after",
                              100 * lesson::spread(broken_accuracy).median,
                              100 * lesson::spread(cured_accuracy).median)},
                 {"8. Is the loop in order?", "predict, zero_grad, backward, step",
                  fmt::format("without zero_grad {}, with it {}", text(loss_kept), text(loss_forgotten))},
                 {"9. Is it more than luck?", "three seeds or more, points held out",
                  fmt::format("{} right on test points", percents(net_accuracy.test))}});
}

// %% [markdown]
// ## Your turn
//
// Write down what you expect, then run the lesson again with
//
// - `--hidden 1`: which claims become false? Why does a layer of one unit not bend the boundary?
// - `--lr 1e-6`: nothing learns. Which lines of the checklist would tell you?
// - `--lr 10`: and now?
// - `--unit 1`, `--unit 30`, `--unit 300`: how large may the inputs be before the clip does harm?
// - `--noise 0.4`: the half-moons overlap. Who suffers more, the line or the network?
// - `--seed 100`: other points, other first weights. Which numbers move, and which hardly do?
//
// And in code, for the small engine or with `tg`:
//
// - Make one slope false, say the -1 of the subtraction, and find it with central differences.
// - Change the small engine so that a second `backward` gives exactly twice the gradient.
// - With `create_graph`, get the product of all second derivatives and a vector without computing the $N^2$ of them.
//
// ## Exercises
//
// - `make exercise N=1`, *softplus and its rule* (fill): write the operation $\ln(1 + e^x)$ with `record`, so that it
// neither overflows nor loses its gradient.
// - `make exercise N=2`, *the maximum at a tie* (fix): what are the slopes where both are equal, so that they add up
// to 1?
// - `make exercise N=3`, *SGD written with assign* (fill): move the weights of a model without an optimizer, and
// without the engine complaining.
// - `make exercise N=4`, *layer normalisation* (extend): a layer that standardises on the way, and learns in
// millimetres.
// - `make exercise N=5`, *dropout* (fill): elements that are dropped at random while training, and a mean that stays.
// - `make exercise N=6`, *Adam's step* (fix): a step size for each weight, with three mistakes in it.
// - `make exercise N=7`, *how small should h be?* (investigate): predict where the best step is, then measure.
//
// ## Reading
//
// - [arxiv.org/abs/1502.05767](https://arxiv.org/abs/1502.05767), Baydin and others, 2018: a survey of automatic
// differentiation; section 2 tells it apart from finite differences and from symbolic derivatives.
// - [github.com/karpathy/micrograd](https://github.com/karpathy/micrograd), Karpathy, 2020: a scalar engine like
// ours, in Python. Look for what its `backward` does when it is called twice.
// - [karpathy.github.io/2019/04/25/recipe](https://karpathy.github.io/2019/04/25/recipe/), Karpathy, 2019: a longer
// checklist, by someone who has needed each line of it.
