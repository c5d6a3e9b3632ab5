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
// # 4. How much should each step of a sequence count?
//
// | card | |
// |---|---|
// | question | A network guesses after every sample. Late guesses can be better than early ones: how does the loss say so? |
// | you learn to | put a weight on each time step, in the right shape; see what broadcasting and a hidden mean do to a wrong one; choose the power of n; keep a division by zero out of a loss |
// | you need | derivatives, means and variances, a little C++; lesson 3 for what an LSTM is |
// | time | 35 minutes to read; about half a minute to run, seconds with `--quick` |
//
// A line with a tick is a *claim*: this run has checked it, and a false one makes the program fail. "Becomes
// false with" names flags that break it.
//
// ## The question
//
// Someone watches a *Poisson process*: things that happen at random, but at a fixed mean rate. An LSTM gets
// one sample after another. After each it says its best guess of what does not change (the *invariants*): a
// direction, a distance and an energy (Stack Overflow, "Counting with Keras"; question and answers are CC
// BY-SA 4.0).
//
// After one sample nobody can guess well, after many one should. So a late mistake shall cost more than an
// early one. The asker wants to multiply the loss of step $n$ by $\sqrt{n}$, since "this value is
// representative of the relative ratio of uncertainty in a Poisson process". To know $n$, they write a layer
// that counts its own calls. It crashes, and they learn that it could not work anyway. "How can I get a
// counter for the RNN?"
//
// The accepted answer: you need no counter, take the numbers 1, 2, .. $T$ in the loss, where $T$ is the
// length of a sequence. That is right. We run it, and then ask what nobody asked there. Does each weight
// meet the step that it was made for? And is $\sqrt{n}$ the right one?

// %%
#include <algorithm>
#include <map>

#include "support/lesson.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

lesson::Knob<double> power{"power", 1, "the highest power of n that is compared (the others: 0 and 1/2)",
                           lesson::at_least{0}};
lesson::Knob<int> hidden{"hidden", 16, "hidden units of the LSTM", lesson::at_least{1}};
lesson::Knob<double> lr{"lr", 0.02, "step size of Adam at the beginning", lesson::at_least{0}};
lesson::Knob<int> training_steps{"steps", 0, "training steps (0: 1500, or 150 with --quick)",
                                 lesson::at_least{0}};

const int T = 32;  // samples in a sequence
const std::vector<int> shown = {1, 2, 5, 10, 20, T};

// %% [markdown]
// ## The data
//
// We make such data, so that the truth is known. A lamp hangs in the dark at a place $r$: three coordinates,
// in metres. Its *distance* is the length $|r|$, its *direction* the vector $u = r / |r|$ of length 1. Its
// *energy* $e$ is the mean number of photons that it sends us in one time step. A *sample* is what we get in
// one step, four numbers:
//
// - a rough fix of the place: $r$ with a random error on each coordinate, normal, of standard deviation 1 m;
// - a count of photons. Such a count is Poisson: its mean is $e$, and so is its variance.
//
// Each sequence has a lamp of its own: any direction, a distance evenly spread from 1 to 3 m, an energy drawn
// from a gamma distribution with mean 4 and standard deviation 2.

// %%
// What is true of B lamps, or what is said of them after each of T samples.
struct Guess {
  tg::Tensor place;   // [B,T,3], metres
  tg::Tensor energy;  // [B,T], photons per step
};

struct Lamps {
  tg::Tensor samples;  // [B,T,4]: a fix of the place and a count
  Guess truth;         // the same at every step
};

// Uniform numbers are multiplied until the product is below e^-mean; the count is how many it took, less one.
int poisson(double mean) {
  const double end = std::exp(-mean);
  int count = 0;
  for (double product = tg::random_stream().uniform(); product > end; ++count)
    product *= tg::random_stream().uniform();
  return count;
}

Lamps make_lamps(int count) {
  tg::RandomStream& random = tg::random_stream();
  std::vector<tg::Real> samples, places, energies;
  const auto add = [](std::vector<tg::Real>& numbers, double number) {
    numbers.push_back(static_cast<tg::Real>(number));
  };
  for (int b = 0; b < count; ++b) {
    double place[3], energy = 0;
    for (double& coordinate : place) coordinate = random.normal();
    const double scale = random.uniform(1, 3) / std::hypot(place[0], place[1], place[2]);
    for (double& coordinate : place) coordinate *= scale;
    // The sum of four exponential numbers of mean 1 is gamma.
    for (int i = 0; i < 4; ++i) energy -= std::log(1 - random.uniform());
    for (int t = 0; t < T; ++t) {
      for (double coordinate : place) {
        add(samples, coordinate + random.normal());
        add(places, coordinate);
      }
      add(samples, poisson(energy));
      add(energies, energy);
    }
  }
  return {tg::Tensor({count, T, 4}, samples),
          {tg::Tensor({count, T, 3}, places), tg::Tensor({count, T}, energies)}};
}

// %% [markdown]
// The classical guess after $n$ samples is their mean, the *running mean*. It is all one needs: the fixes and
// counts say nothing about $r$ and $e$ that their means do not say. (Statisticians call it a *sufficient
// statistic*.)
//
// Two more to compare with. The *lazy guess* has seen no sample: always the same direction, the mean
// distance, the mean energy. The *best guess* of the energy knows from which distribution we drew it. After
// $n$ counts with the sum $S$ it says $(4 + S) / (1 + n)$, and no other has a smaller mean square error.
//
// How wrong is a guess? We take the root of the mean square error over many lamps, the *RMS error*, for
// each invariant in its own unit. That of the direction is the distance between the two vectors of length
// 1: at most 2, and for small angles nearly the angle in radians.
//
// **Predict first:** from 5 samples to 20, how many times smaller do these errors get?

// %%
tg::Tensor step_numbers() { return tg::arange(1, T + 1); }  // 1, 2, .. T

// [..,3] -> [..]
tg::Tensor distance(const tg::Tensor& place) { return tg::norm(place, -1); }

// [..,3] -> [..,3], each of length 1; zeros where the place is 0, which has a section of its own below.
tg::Tensor direction(const tg::Tensor& place) {
  const tg::Tensor length = tg::norm(place, -1, tg::keepdim);
  return place / tg::where(length > 0, length, 1);
}

// A fix and a count at each step as a guess: [B,T,4]
Guess guess_of(const tg::Tensor& numbers) {
  return {tg::slice(numbers, -1, 0, 3), tg::select(numbers, -1, 3)};
}

Guess running_mean(const tg::Tensor& samples) {
  return guess_of(tg::cumsum(samples, 1) / tg::reshape(step_numbers(), {1, T, 1}));
}

tg::Tensor best_energy(const tg::Tensor& samples) {
  return (4 + tg::cumsum(guess_of(samples).energy, 1)) / (1 + step_numbers());
}

// %%
// RMS errors at steps 1 .. T.
struct Errors {
  std::vector<double> direction, distance, energy;
};

std::vector<double> root_mean_square(const tg::Tensor& errors) {  // [B,T] -> T numbers
  const auto roots = tg::sqrt(tg::mean(tg::pow(errors, 2), 0)).values();
  return {roots.begin(), roots.end()};
}

Errors errors_of(const Guess& guess, const Guess& truth) {
  return {root_mean_square(tg::norm(direction(guess.place) - direction(truth.place), -1)),
          root_mean_square(distance(guess.place) - distance(truth.place)),
          root_mean_square(guess.energy - truth.energy)};
}

Guess lazy_guess(int count) {
  return {tg::broadcast_to(tg::tensor({2, 0, 0}), {count, T, 3}), tg::full({count, T}, 4)};
}

double at_step(const std::vector<double>& numbers, int n) { return numbers[static_cast<std::size_t>(n - 1)]; }

// The slope of the straight line nearest to log(error) over log(n), from step `first` on.
double slope(const std::vector<double>& errors, int first) {
  double x_mean = 0, y_mean = 0, product = 0, square = 0;
  const double count = T - first + 1;
  for (int n = first; n <= T; ++n) {
    x_mean += std::log(n) / count;
    y_mean += std::log(at_step(errors, n)) / count;
  }
  for (int n = first; n <= T; ++n) {
    const double x = std::log(n) - x_mean;
    product += x * (std::log(at_step(errors, n)) - y_mean);
    square += x * x;
  }
  return product / square;
}

// Lamps that nobody trains on.
const Lamps& test_lamps() {
  static const Lamps lamps = [] {
    tg::manual_seed(lesson::seed() + 1000);
    return make_lamps(lesson::quick() ? 400 : 4000);
  }();
  return lamps;
}

// %%
STEP("One lamp, and many") {
  const Lamps& lamps = test_lamps();
  const Guess mean = running_mean(lamps.samples);
  lesson::say("The first lamp: {:.2f} m away, {:.2f} photons per step\n",
              distance(lamps.truth.place).at({0, 0}), lamps.truth.energy.at({0, 0}));
  std::vector<lesson::Row> rows;
  for (int n : shown) {
    const int t = n - 1;
    const tg::Tensor fix = tg::select(guess_of(lamps.samples).place, 1, t);
    rows.push_back({n, lesson::right("{:.2f}", distance(fix).at({0})),
                    lesson::right("{:.2f}", distance(mean.place).at({0, t})),
                    lesson::right("{:.0f}", lamps.samples.at({0, t, 3})),
                    lesson::right("{:.2f}", mean.energy.at({0, t}))});
  }
  lesson::table({"n", "distance of fix, m", "of mean fix, m", "count", "mean count"}, rows);

  const int count = lamps.samples.dim(0);
  const Errors errors = errors_of(mean, lamps.truth), lazy = errors_of(lazy_guess(count), lamps.truth);
  const std::vector<double> best = root_mean_square(best_energy(lamps.samples) - lamps.truth.energy);
  lesson::say(
      "\nRMS errors of the running mean, and of the best guess of the energy, over {} lamps. Slope: of the "
      "line nearest to log(error) over log(n)\n",
      count);
  rows.clear();
  for (int n : shown)
    rows.push_back({n, at_step(errors.direction, n), at_step(errors.distance, n), at_step(errors.energy, n),
                    at_step(best, n)});
  rows.push_back({"lazy guess", lazy.direction[0], lazy.distance[0], lazy.energy[0], lazy.energy[0]});
  rows.push_back({"slope", lesson::right("{:.3f}", slope(errors.direction, 1)),
                  lesson::right("{:.3f}", slope(errors.distance, 1)),
                  lesson::right("{:.3f}", slope(errors.energy, 1)), lesson::right("{:.3f}", slope(best, 1))});
  lesson::table({lesson::right("n"), "direction", "distance, m", "energy, photons", "best guess, photons"},
                rows);
  lesson::say("from 5 samples to 20: direction {:.2f} times smaller, distance {:.2f}, energy {:.2f}",
              at_step(errors.direction, 5) / at_step(errors.direction, 20),
              at_step(errors.distance, 5) / at_step(errors.distance, 20),
              at_step(errors.energy, 5) / at_step(errors.energy, 20));
  const std::vector<double> scaled =
      root_mean_square((mean.energy - lamps.truth.energy) / tg::sqrt(lamps.truth.energy / step_numbers()));
  lesson::say("RMS of the energy's error in units of sqrt(e / n): {:.3f} after 1 sample, {:.3f} after {}",
              at_step(scaled, 1), at_step(scaled, T), T);

  lesson::Figure figure(
      "root_n",
      "On two logarithmic axes the errors of the running mean fall along straight lines of slope -1/2.");
  const auto panel = [&](const char* title, const char* unit, const std::vector<double>& numbers,
                         double lazy_error) {
    std::vector<double> line, points;
    for (int n : shown) {
      line.push_back(at_step(numbers, T) * std::sqrt(double(T) / n));
      points.push_back(at_step(numbers, n));
    }
    figure.panel(title);
    figure.axes({.x = "samples n", .y = unit, .log_x = true, .log_y = true});
    figure.line("slope -1/2", shown, line);
    figure.points("running mean", shown, points);
    figure.baseline("lazy guess", lazy_error);
  };
  panel("direction", "RMS error", errors.direction, lazy.direction[0]);
  panel("distance", "RMS error, m", errors.distance, lazy.distance[0]);
  panel("energy", "RMS error, photons", errors.energy, lazy.energy[0]);
  lesson::show(figure);
  const auto near_half = [](const std::vector<double>& numbers) {
    return std::abs(slope(numbers, 1) + 0.5) < 0.08;
  };
  lesson::claim("the errors of the running mean fall with a slope of -1/2, to 0.08",
                near_half(errors.direction) && near_half(errors.distance) && near_half(errors.energy));
  lesson::claim(
      "after one sample, the best guess of the energy errs less than 0.8 times as much as the count itself",
      best[0] < 0.8 * errors.energy[0]);
}

// %% [markdown]
// Four times the samples, half the error: errors fall as $1/\sqrt{n}$. On logarithmic axes that is a line of
// slope $-1/2$. (The direction bends a little at the left: an angle can't be wrong by more than half a turn.)
// For the counts it is the asker's Poisson law: $n$ steps bring about $n e$ photons, a sum whose standard
// deviation is $\sqrt{n e}$. Divided by $n$ that is $\sqrt{e / n}$, and the last line above the picture
// agrees. The best guess is ahead of the running mean while samples are few, and has hardly an advantage when
// they are many: what one knows beforehand counts for one sample.
//
// ## The loss and the model
//
// With $\hat{r}_n$ and $\hat{e}_n$ the guesses after $n$ samples, the asker's loss of step $n$ is
//
// $$ L_n = 10\,D_n + Q_n + 3\,E_n $$
//
// where $D_n$ is the square of $\hat{u}_n - u$, averaged over the three coordinates, $Q_n$ the square of
// $|\hat{r}_n| - |r|$, and $E_n$ that of $\hat{e}_n - e$. The total is a mean of $w_n L_n$ over all steps $n$
// and all items $b$ of a batch, with *weights* $w_n = \sqrt{n}$. A batch has $B$ items, so losses per step
// have the shape $[B, T]$.
//
// The model is an LSTM and a dense layer with four outputs. It gets the samples scaled to about the size 1.

// %%
struct Estimator {
  tg::nn::LSTM memory;
  tg::nn::Dense readout;

  explicit Estimator(int units) : memory(4, units), readout(units, 4) {}
  // [B,T,4] -> a guess after each sample; of item b the first lengths[b] samples are read
  Guess operator()(const tg::Tensor& samples, const std::vector<int>& lengths = {}) const {
    const tg::Tensor scaled = (samples - tg::tensor({0, 0, 0, 4})) / 2;
    const Guess said = guess_of(readout(memory(scaled, {.lengths = lengths}).sequence));
    return {said.place, 4 + 2 * said.energy};
  }
  tg::nn::Parameters parameters() const { return {{"memory", memory}, {"readout", readout}}; }
};

// %%
// The mean over items and steps of w_n L_n; the weights are an option of every loss.
tg::Tensor askers_loss(const Guess& guess, const Guess& truth, const tg::LossOptions& options = {}) {
  return 10 * tg::mse_loss(direction(guess.place), direction(truth.place), options) +
         tg::mse_loss(distance(guess.place), distance(truth.place), options) +
         3 * tg::mse_loss(guess.energy, truth.energy, options);
}

// L_n before any mean over items or steps: [B,T]
tg::Tensor step_losses(const Guess& guess, const Guess& truth) {
  const tg::LossOptions each = {.reduction = tg::Reduction::none};
  return 10 * tg::mean(tg::mse_loss(direction(guess.place), direction(truth.place), each), -1) +
         tg::mse_loss(distance(guess.place), distance(truth.place), each) +
         3 * tg::mse_loss(guess.energy, truth.energy, each);
}

// A model that has learned nothing yet, and a small batch for it: what the next sections need.
Estimator untrained() {
  tg::manual_seed(lesson::seed());
  return Estimator(hidden);
}
const int few = 4;
Lamps few_lamps() {
  tg::manual_seed(lesson::seed() + 2000);
  return make_lamps(few);
}

// %% [markdown]
// ## The smallest failing demo
//
// Here is the asker's layer: it counts how often it is called. In this library, as in today's PyTorch and in
// Keras' *eager* mode, a call computes at once, so the layer does run. We take one model and one batch, let
// the counter make the weight, and compute the loss three times. Nothing is trained.
//
// **Predict first:**
//
// 1. What are the three losses, in units of the first?
// 2. In one batch, how much more does the last step count than the first?

// %%
// The asker's layer.
struct CountingLayer {
  int calls = 0;
  tg::Tensor operator()(const tg::Tensor&) {
    ++calls;
    return tg::full({1, 1}, calls);
  }
};

// %%
STEP("A counter in a layer") {
  const Estimator model = untrained();
  const Lamps batch = few_lamps();
  CountingLayer counter;
  std::vector<double> losses;
  std::vector<lesson::Row> rows;
  for (int call = 1; call <= 3; ++call) {
    const tg::Tensor weight = tg::sqrt(counter(batch.samples));
    const tg::Tensor weights = tg::broadcast_to(weight, {1, T});
    losses.push_back(askers_loss(model(batch.samples), batch.truth, {.weights = weights}).item());
    rows.push_back({call, weights.at({0, 0}), weights.at({0, T - 1}), losses.back(),
                    lesson::right("{:.4f}", losses.back() / losses.front())});
  }
  lesson::table({"call", "weight of step 1", fmt::format("weight of step {}", T), "loss", "over the first"},
                rows);
  lesson::claim(
      "scored three times with the counter, one and the same batch costs 1, sqrt(2) and sqrt(3) times "
      "the first",
      std::abs(losses[1] / losses[0] - std::sqrt(2)) < 1e-5 &&
          std::abs(losses[2] / losses[0] - std::sqrt(3)) < 1e-5);
}

// %% [markdown]
// The counter counts the wrong thing. A layer is called once for a whole batch of whole sequences, so it
// counts *batches*: every step of a batch gets the same weight, and the next batch gets a larger one. A look
// at the validation data in between counts too.
//
// ## Diagnosis 1: what a counter counts
//
// Let us see the weights of three batches in a row: as they are wanted, and from a counter called
//
// - once for each batch;
// - at each step, in a loop over time;
// - once for all, in a *static graph*, as the asker's Keras built it. There, a layer's code runs only
//   when the graph is built, with no data in it. Its own number is an ordinary Python number, which the
//   graph keeps as the constant it was then. (So say the accepted answer and TensorFlow's guide to
//   `tf.function`.) We imitate that by calling the counter once, before the loop.
//
// **Predict first:** called at each step, which weight does it give to the first step of the *second*
// batch?

// %%
STEP("What a counter counts") {
  const Lamps batch = few_lamps();
  const int batches = 3;
  CountingLayer by_batch, by_step, built;
  const double constant = std::sqrt(built(batch.samples).item());
  std::vector<double> places, wanted, once, each, graph;
  for (int k = 0; k < batches; ++k) {
    const double of_batch = std::sqrt(by_batch(batch.samples).item());
    for (int t = 0; t < T; ++t) {
      places.push_back(k * T + t + 1);
      wanted.push_back(std::sqrt(t + 1));
      once.push_back(of_batch);
      each.push_back(std::sqrt(by_step(tg::select(batch.samples, 1, t)).item()));
      graph.push_back(constant);
    }
  }
  std::vector<lesson::Row> rows;
  const auto row = [&](const char* name, const std::vector<double>& weights) {
    rows.push_back({name, at_step(weights, 1), at_step(weights, T), at_step(weights, T + 1),
                    at_step(weights, 2 * T), at_step(weights, 3 * T)});
  };
  row("wanted", wanted);
  row("counter, called for each batch", once);
  row("counter, called at each step", each);
  row("counter, static graph", graph);
  lesson::table({"weight at", "batch 1, first step", "last", "batch 2, first", "last", "batch 3, last"},
                rows);

  lesson::Figure figure("counters", "Only the wanted weights begin anew with each batch; no counter does.");
  figure.axes({.x = fmt::format("steps since the program began (a batch has {})", T), .y = "weight"});
  figure.line("wanted", places, wanted);
  figure.line("called at each step", places, each);
  figure.line("called for each batch", places, once);
  figure.line("static graph", places, graph);
  lesson::show(figure);

  const auto grows = [](const std::vector<double>& weights, int k) {
    return at_step(weights, (k + 1) * T) / at_step(weights, k * T + 1);
  };
  lesson::say(
      "In batch {}, the weight of the last step over that of the first: wanted {:.2f}; called for each batch "
      "{:.2f}; called at each step {:.2f}.",
      batches, grows(wanted, batches - 1), grows(once, batches - 1), grows(each, batches - 1));
  lesson::claim(
      "called for each batch, or in a static graph, the counter weighs all steps of a batch the same",
      grows(once, 0) == 1 && grows(once, 2) == 1 && grows(graph, 2) == 1);
  lesson::claim("called at each step, it goes on from batch to batch",
                std::abs(at_step(each, T + 1) - std::sqrt(T + 1)) < 1e-6);
}

// %% [markdown]
// Called at each step the counter is right for one batch. Then it goes on, and soon all weights of a
// batch are nearly the same again. One could set it back before each batch, until one forgets to. The
// cause is deeper: the number of a step is a *place in the data*, not a state of the model. So it must be
// made from the data's shape.
//
// ## The first fix: a range
//
// ```cpp
// tg::reshape(tg::sqrt(tg::arange(1, T + 1)), {1, T})   // what tg::sqrt_count_weights(T) gives
// ```
//
// The whole row of weights at once, of shape $[1, T]$. It has no memory, so it can't go wrong from batch to
// batch.
//
// The accepted answer writes `K.sqrt(tf.range(1, length+1))`. That range holds *integers*, and
// TensorFlow's square root refuses those: the line needs a cast to float. Here every number of a tensor
// is a `Real`, a float. But in your own C++ the same slip is silent: roots that are put into a
// `std::vector<int>` lose their fractions.
//
// **Predict first:** how many of the first $T$ roots survive that?

// %%
// n to some power, for n = 1 .. T: [1,T]
tg::Tensor count_weights(double exponent) { return tg::reshape(tg::pow(step_numbers(), exponent), {1, T}); }

// %%
STEP("The range") {
  const tg::Tensor weights = tg::sqrt_count_weights(T);
  std::vector<int> cut(static_cast<std::size_t>(T));
  int whole = 0;
  double cut_sum = 0;
  for (int t = 0; t < T; ++t) {
    int& root = cut[static_cast<std::size_t>(t)];
    root = static_cast<int>(weights.at({0, t}));
    whole += root == weights.at({0, t});
    cut_sum += root;
  }
  lesson::say("shape {}, begins {:.5f} {:.5f} {:.5f} {:.5f}", weights.shape(), weights.at({0, 0}),
              weights.at({0, 1}), weights.at({0, 2}), weights.at({0, 3}));
  lesson::say("as int: begins {} {} {} {}; {} of {} survive, and the sum loses {:.0f}%", cut[0], cut[1],
              cut[2], cut[3], whole, T, 100 * (1 - cut_sum / tg::sum(weights).item()));
  const Estimator model = untrained();
  const Lamps batch = few_lamps();
  const auto score = [&] {
    return askers_loss(model(batch.samples), batch.truth, {.weights = weights}).item();
  };
  const double first = score(), second = score(), third = score();
  lesson::say("the same batch, scored three times: {:.4g}, {:.4g}, {:.4g}", first, second, third);
  const double roots[] = {1, 1.41421, 1.73205, 2};
  bool right = true;
  for (int t = 0; t < 4; ++t) right = right && std::abs(weights.at({0, t}) - roots[t]) < 1e-5;
  lesson::claim("the weights of the first four steps are 1, 1.41421, 1.73205 and 2", right);
  lesson::claim("with the range, one and the same batch costs the same each time",
                first == second && second == third);
}

// %% [markdown]
// ## Diagnosis 2: which shape may weights have?
//
// A weight must meet its own step. Plain multiplication *broadcasts*: it lines shapes up from the right,
// and repeats axes of size 1. Losses in this library are stricter. They line weights up from the *left*
// (so that weights [B,T] fit a loss [B,T,3] too), and repeat the weights only, never the loss.
//
// To see which step a weight meets, take a loss that is 1 at the last step of each item and 0 elsewhere, and
// $T = 4$. Weighted, its mean should be $\sqrt{4} / 4 = 0.5$; without weights it is 0.25.
//
// **Predict first:** the weights $\sqrt{1}, \dots, \sqrt{4}$ as a plain row, of shape [4]: what comes out for
// a batch of 2, and what for a batch of 4?

// %%
// The number that f gives, or that it refuses.
template <class Function>
lesson::Cell number_or_refusal(const Function& f) {
  try {
    return lesson::right("{:.4g}", f());
  } catch (const tg::Error&) {
    return lesson::right("refused");
  }
}

// The mean of weighted losses: by plain multiplication, and by a loss.
double multiplied(const tg::Tensor& losses, const tg::Tensor& weights) {
  return tg::mean(losses * weights).item();
}
double weighted(const tg::Tensor& losses, const tg::Tensor& weights) {
  return tg::mse_loss(losses, tg::zeros(losses.shape()), {.weights = weights})
      .item();  // 0 and 1 are their squares
}
tg::Tensor last_step_losses(int items) {
  return tg::concat({tg::zeros({items, 3}), tg::ones({items, 1})}, 1);
}

// %%
STEP("Shapes of weights") {
  const tg::Tensor roots = tg::reshape(tg::sqrt_count_weights(4), {4}), row = tg::reshape(roots, {1, 4});
  const auto weights_of = [&](int items) -> std::vector<std::pair<const char*, tg::Tensor>> {
    return {{"[1,T]", row},
            {"[B,T]", tg::broadcast_to(row, {items, 4})},
            {"[T]", roots},
            {"[T,1]", tg::reshape(roots, {4, 1})},
            {"[B,T,1]", tg::broadcast_to(tg::reshape(roots, {1, 4, 1}), {items, 4, 1})}};
  };
  std::vector<lesson::Row> rows;
  for (const auto& shape : weights_of(2)) rows.push_back({shape.first});
  for (int items : {2, 4})
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const tg::Tensor losses = last_step_losses(items), weights = weights_of(items)[i].second;
      rows[i].add(number_or_refusal([&] { return multiplied(losses, weights); }));
      rows[i].add(number_or_refusal([&] { return weighted(losses, weights); }));
    }
  lesson::say(
      "T = 4. The mean of the weighted losses, by a plain product and by mse_loss; wanted is 0.5 "
      "everywhere\n");
  lesson::table({"shape", "B = 2: product", "B = 2: mse_loss", "B = 4: product", "B = 4: mse_loss"}, rows);

  // The loss was summed up over time too early: [B,1].
  const tg::Tensor early = tg::mean(last_step_losses(2), 1, tg::keepdim);
  lesson::say("a loss of shape [B,1] times [1,T]: {:.4g}, the mean loss {:.4g} times the mean weight {:.4g}",
              multiplied(early, row), tg::mean(early).item(), tg::mean(row).item());
  const std::string refusal = lesson::error_of([&] { weighted(early, row); });
  lesson::say("mse_loss on the same two: {}", refusal);

  lesson::claim("weights [1,T] and [B,T] reach the steps they were made for",
                std::abs(weighted(last_step_losses(2), row) - 0.5) < 1e-6 &&
                    std::abs(weighted(last_step_losses(4), row) - 0.5) < 1e-6);
  lesson::claim("where B = T, weights [T] reach the items in mse_loss, and nothing is refused",
                std::abs(weighted(last_step_losses(4), roots) - tg::mean(roots).item() / 4) < 1e-6);
  lesson::claim("a loss that has no time axis any more is refused with weights [1,T]",
                refusal.starts_with("[mse_loss]"));
}

// %% [markdown]
// Row by row:
//
// - [1,T] is right everywhere, and so is [B,T], which you need when each item has weights of its own.
// - [T] is right for a plain product, and refused by our losses, unless $B = T$. Then it is taken for one
//   weight per *item*: two axes of one size can't be told apart. So write the axis of size 1, always.
// - [T,1] and [B,T,1] are wrong wherever they give a number. It is always the same: the mean loss times
//   the mean weight. No step counts more than another.
// - A loss whose time axis is gone, times [1,T], pairs every item with every weight. That gives the same
//   number for any $B$, and nothing warns you.
//
// ## Diagnosis 3: a mean over time that nobody wrote
//
// The time axis gets lost in the asker's own code, in the line
//
// ```
// dist_loss = mean_squared_error(norm_r, norm_r_h)
// ```
//
// Keras' `mean_squared_error` averages over the *last axis*. For the directions that axis holds the three
// coordinates: [B,T,3] becomes [B,T], as it should. But the distances are [B,T] already. Their last axis
// is *time*, and out comes [B]. Then the two are added. (The energy has the same fault where it is
// [B,T].)
//
// Four items of four steps. Only the last item is wrong, by 2 m, and only at its *first* step. So its loss
// there is 4, and with weight $\sqrt{1}$ the weighted sum should be 4.
//
// **Predict first:** to which of the 16 places does the published code put this mistake? What does the same
// batch cost when the items stand in the reverse order?

// %%
// The distance's part of the published loss: its last axis is time.
tg::Tensor published_part(const tg::Tensor& said, const tg::Tensor& truth) {
  return tg::mean(tg::pow(said - truth, 2), -1);  // [B,T] -> [B]
}

// The same per item and step, [B,T]
tg::Tensor right_part(const tg::Tensor& said, const tg::Tensor& truth) {
  return tg::mse_loss(said, truth, {.reduction = tg::Reduction::none});
}

double published_cost = 0, right_cost = 0;  // for the summary

// %%
STEP("The hidden mean") {
  const tg::Tensor truth = tg::full({4, 4}, 2),
                   nothing = tg::zeros({4, 4});  // the other parts of the loss: 0
  std::vector<tg::Real> numbers(16, 2);
  numbers[12] = 4;  // item 4, step 1
  const tg::Tensor said({4, 4}, numbers), weights = tg::sqrt_count_weights(4);
  const tg::Tensor right = nothing + right_part(said, truth),
                   published = nothing + published_part(said, truth);
  lesson::say("shapes: directions [4,4,3] -> {}, distances [4,4] -> {}, their sum {}\n", nothing.shape(),
              published_part(said, truth).shape(), published.shape());
  std::vector<lesson::Row> rows;
  for (int b = 0; b < 4; ++b) {
    lesson::Row row = {b + 1};
    for (const tg::Tensor* losses : {&right, &published})
      for (int t = 0; t < 4; ++t) row.add(lesson::right("{:.0f}", losses->at({b, t})));
    rows.push_back(row);
  }
  lesson::table({"item", "right: step 1", "2", "3", "4", "published: step 1", "2", "3", "4"}, rows);

  const auto cost = [&](auto part, bool reversed) {
    const tg::Tensor a = reversed ? tg::flip(said, 0) : said;
    return tg::sum((nothing + part(a, truth)) * weights).item();
  };
  right_cost = cost(right_part, false);
  published_cost = cost(published_part, false);
  lesson::table({"weighted sum", "right", "published"},
                {{"items in this order", cost(right_part, false), cost(published_part, false)},
                 {"items in reverse order", cost(right_part, true), cost(published_part, true)}});
  const std::string refusal = lesson::error_of([&] {
    const tg::Tensor two = tg::zeros({2, 4});
    right_part(two, two) + published_part(two, two);
  });
  lesson::say("With 2 items of 4 steps: {}", refusal);
  const tg::Tensor per_item = published_part(said, truth);
  const std::string loss_refusal =
      lesson::error_of([&] { tg::mse_loss(per_item, tg::zeros({4}), {.weights = weights}); });
  lesson::say("And mse_loss, given distances without time and weights over time: {}", loss_refusal);
  lesson::claim("the right loss does not depend on the order of the items, the published one does",
                cost(right_part, false) == cost(right_part, true) &&
                    std::abs(cost(published_part, false) - cost(published_part, true)) > 1);
  lesson::claim("published, an early mistake is charged as a late one: it costs twice the right sum",
                std::abs(cost(published_part, false) / cost(right_part, false) - 2) < 1e-6);
  lesson::claim(
      "the sum is refused where B and T differ, and our loss refuses weights over a time that is gone",
      refusal != lesson::no_error && loss_refusal.starts_with("[mse_loss]"));
}

// %% [markdown]
// The published sum is silent only where $B = T$. Broadcasting lines items up with steps: what item $b$
// got wrong, averaged over time, is added to *step* $b$ of every item. So a mistake counts by where its
// item stands in the batch. A plain `+` can't know better, ours neither. What helps is a loss that never
// averages over *some* axes behind your back: `mse_loss` reduces everything or nothing
// (`Reduction::none`), and weighs by itself.
//
// ## Diagnosis 4: the direction of nothing
//
// The loss divides by a length: $u = r / |r|$. What if $r = 0$? Then it is $0 / 0$. You may think that a
// network never says exactly 0. It does, at once. The sequences of a batch differ in length, and the
// places after the end of a short one are *padding*. There our LSTM gives zeros, the bias of a fresh
// dense layer is 0, and so the guess is exactly 0.
//
// And before $0/0$ comes the length itself. The derivative of $\sqrt{x}$ is $1 / (2\sqrt{x})$, infinite
// at 0; by the chain rule it is multiplied with the derivative of $r \cdot r$, which is 0. Infinity times
// 0 is NaN, "not a number", and one NaN in a gradient spoils every parameter.
//
// We compare ways to write it at vectors $(s, 0, 0)$ for smaller and smaller $s$. For a length we ask for its
// derivative by the first coordinate, which should be 1. For a direction we ask how much its second
// coordinate moves with that of $r$, which should be $1/s$. And we ask `AnomalyMode`, which stops at the
// first operation that makes a NaN or an infinity, and names it.
//
// The length is once $\sqrt{r \cdot r}$ as it stands, *naive*, and once `tg::norm`. The directions:
// *naive* divides by the naive length; *chosen late* divides too, and then takes zeros where the length
// is 0; *clipped* divides by at least 1e-12, as many libraries do; *ours* is `direction` from the
// beginning of this lesson.
//
// **Predict first:** at $s = 0$, which of the six give NaN? And what do the others give?

// %%
tg::Tensor naive_length(const tg::Tensor& r) { return tg::sqrt(tg::sum(r * r, -1, tg::keepdim)); }
tg::Tensor safe_length(const tg::Tensor& r) { return tg::norm(r, -1, tg::keepdim); }

tg::Tensor naive_direction(const tg::Tensor& r) { return r / naive_length(r); }
tg::Tensor clipped_direction(const tg::Tensor& r) { return r / tg::maximum(safe_length(r), 1e-12); }
tg::Tensor chosen_late(const tg::Tensor& r) {
  return tg::where(safe_length(r) > 0, r / safe_length(r), tg::zeros(r.shape()));
}

// d f(r)_k / d r_k at r = (s, 0, 0)
double sensitivity(tg::Tensor (*f)(const tg::Tensor&), double s, int k) {
  const tg::Tensor r = tg::tensor({static_cast<tg::Real>(s), 0, 0}).requires_grad(true);
  const tg::Tensor y = f(r);
  return tg::grad(tg::select(y, 0, std::min(k, y.dim(0) - 1)), {r})[0].at({k});
}

lesson::Cell number_cell(double x) {
  return std::isnan(x)   ? lesson::right("NaN")
         : std::isinf(x) ? lesson::right("infinite")
                         : lesson::right("{:.3g}", x);
}

// What AnomalyMode says when f is differentiated at 0.
std::string anomaly(tg::Tensor (*f)(const tg::Tensor&)) {
  const tg::AnomalyMode watch;
  return lesson::error_of([&] {
    const tg::Tensor r = tg::zeros({3}).requires_grad(true);
    tg::sum(f(r)).backward();
  });
}

// %%
STEP("Length and direction near zero") {
  std::vector<lesson::Row> lengths, directions;
  for (double s : {1.0, 1e-3, 1e-6, 1e-30, 0.0}) {
    const lesson::Cell size = lesson::right("{:.0e}", s);
    lengths.push_back(
        {size, number_cell(sensitivity(naive_length, s, 0)), number_cell(sensitivity(safe_length, s, 0))});
    directions.push_back(
        {size, number_cell(sensitivity(naive_direction, s, 1)), number_cell(sensitivity(chosen_late, s, 1)),
         number_cell(sensitivity(clipped_direction, s, 1)), number_cell(sensitivity(direction, s, 1))});
  }
  lesson::table({lesson::right("s"), "length, naive", "tg::norm"}, lengths);
  lesson::say("");
  lesson::table({lesson::right("s"), "direction, naive", "chosen late", "clipped", "ours"}, directions);
  lesson::say("AnomalyMode on the naive length: {}", anomaly(naive_length));
  lesson::say("AnomalyMode on the naive direction: {}", anomaly(naive_direction));
  lesson::claim("at 0, the gradient of the naive length is NaN and that of tg::norm is 0",
                std::isnan(sensitivity(naive_length, 0, 0)) && sensitivity(safe_length, 0, 0) == 0);
  lesson::claim("at 0, the gradients of the naive direction and of one chosen late are NaN, ours is finite",
                std::isnan(sensitivity(naive_direction, 0, 1)) &&
                    std::isnan(sensitivity(chosen_late, 0, 1)) &&
                    std::isfinite(sensitivity(direction, 0, 1)));
  lesson::claim("AnomalyMode names the operation: sqrt for the length, div for the direction",
                anomaly(naive_length).find("sqrt") != std::string::npos &&
                    anomaly(naive_direction).find("div") != std::string::npos);
  lesson::claim("AnomalyMode finds nothing in tg::norm and in our direction",
                anomaly(safe_length) == lesson::no_error && anomaly(direction) == lesson::no_error);
}

// %% [markdown]
// - `tg::norm` knows its own rule: $r / |r|$, and 0 at 0. (At a corner there is no derivative; 0 is one of
//   the slopes that fit below the curve, a *subgradient*.)
// - To divide first and *choose* with `where` afterwards does not help the gradient: on the way back, 0 times
//   infinity is NaN. Choose the *divisor* first, as `direction` does: `place / where(length > 0, length, 1)`.
//   At 0 it divides by 1.
// - Clipping the length at 1e-12 gives no NaN, but a gradient so large that one step may throw the model
//   away.
// - Near 0 the true gradient of a direction is large: a tiny vector has hardly a direction. So while
//   training we limit the length of the whole gradient (`clip_grad_norm`).
// - At 1e-30 the square of $s$ is too small for a float. It becomes 0, and the length with it.
//
// Now the zeros that padding makes. A *mask*, 1 at real steps and 0 at padded ones, takes the padded
// steps out of the loss. **Predict first:** is the gradient safe?

// %%
double zero_guesses = 0;  // for the summary

// %%
STEP("Zeros from padding") {
  const Estimator model = untrained();
  const Lamps batch = few_lamps();
  const std::vector<int> short_item = {T, 5, T, T};
  const tg::LossOptions real = {.mask = tg::sequence_mask(short_item, T)};
  const auto gradient_norm = [&](tg::Tensor (*f)(const tg::Tensor&)) {
    const Guess guess = model(batch.samples, short_item);
    const tg::Tensor loss = tg::mse_loss(f(guess.place), f(batch.truth.place), real);
    return std::pair(loss.item(), tg::norm(tg::grad(loss, {model.readout.weight})[0]).item());
  };
  const auto naive = gradient_norm(naive_direction), safe = gradient_norm(direction);
  const tg::Tensor place = model(batch.samples, short_item).place;
  zero_guesses = tg::sum(distance(place) <= 0).item();
  lesson::say("A fresh model, {} items, one of them only {} samples long: {:.0f} guesses are exactly 0.", few,
              short_item[1], zero_guesses);
  lesson::say("Direction loss with the padding masked away:\n");
  lesson::table({"direction", "loss", "length of its gradient"},
                {{"naive", naive.first, number_cell(naive.second)},
                 {"ours", safe.first, number_cell(safe.second)}});
  lesson::claim("padding alone makes the naive gradient NaN, though the masked loss is a number",
                std::isfinite(naive.first) && std::isnan(naive.second) && std::isfinite(safe.second));
}

// %% [markdown]
// The loss does not see the padding, but the gradient does: it is 0 there, times the infinite slope of the
// division. A mask on the loss is not enough. What it hides must be finite too.
//
// ## The fix: the whole loss
//
// Everything above in one place. Weights and masks are options of the loss; each part reduces the axes that
// it should; nothing is divided by 0.
//
// ```cpp
// const tg::LossOptions options = {.mask = tg::sequence_mask(lengths, T),       // [B,T]
//                                  .weights = tg::sqrt_count_weights(T)};       // [1,T]
// askers_loss(model(samples, lengths), truth, options)
// ```
//
// We check it in three ways: against the sum written out; with NaN as padding; and against the way of the
// *second* answer to the question, which *carries the count in the targets*: the target gets one more
// column, which holds $n$, and the loss takes it out again. In Keras that is the way to hand a loss what
// it is not given. The answer writes it for targets without time,
//
// ```
// y_true = y_true_plus_timesteps[:, 0]
// time_steps = y_true_plus_timesteps[:, 1]
// ```
//
// On targets [B,T,5] the same two lines take *time steps* 0 and 1, not columns. For sequences it must be
// the last axis.
//
// Carrying the count is worth the trouble where the count is not the step: when a sequence is a piece cut
// from the middle of a longer one, say, so that its first sample is the 33rd. A range begins at 1 there, and
// is wrong. In this library you hand such weights over as they are, [B,T].

// %%
// The loss that finds its weights in the targets: columns 0 to 2 are the place, 3 the energy, 4 the count.
tg::Tensor loss_with_counts(const Guess& guess, const tg::Tensor& targets) {
  const tg::Tensor counts = tg::select(targets, -1, 4);  // [B,T]
  return askers_loss(guess, guess_of(tg::slice(targets, -1, 0, 4)), {.weights = tg::sqrt(counts)});
}

tg::Tensor targets_with_counts(const Guess& truth, int first_count) {
  const tg::Tensor counts = tg::broadcast_to(tg::reshape(step_numbers(), {1, T, 1}) + (first_count - 1),
                                             {truth.energy.dim(0), T, 1});
  return tg::concat({truth.place, tg::reshape(truth.energy, {truth.energy.dim(0), T, 1}), counts}, -1);
}

bool close(double a, double b) { return std::abs(a - b) <= 1e-5 * std::abs(b); }

// %%
STEP("The whole loss") {
  const Estimator model = untrained();
  const Lamps batch = few_lamps();
  const Guess guess = model(batch.samples);
  const tg::Tensor weights = tg::sqrt_count_weights(T);
  const double by_options = askers_loss(guess, batch.truth, {.weights = weights}).item();
  const tg::Tensor losses = step_losses(guess, batch.truth);
  double by_hand = 0;
  for (int b = 0; b < few; ++b)
    for (int t = 0; t < T; ++t) by_hand += std::sqrt(t + 1) * losses.at({b, t}) / (few * T);
  const tg::Tensor targets = targets_with_counts(batch.truth, 1);
  lesson::table({"the loss", "value"},
                {{"by the options of the losses", by_options},
                 {"added up by hand", by_hand},
                 {"counts carried in the targets", loss_with_counts(guess, targets).item()},
                 {"the same, first sample is the 33rd",
                  loss_with_counts(guess, targets_with_counts(batch.truth, 33)).item()},
                 {"without weights", askers_loss(guess, batch.truth).item()}});
  lesson::say("targets {}: [:, 1] takes {}, [.., 4] takes {}", targets.shape(),
              tg::select(targets, 1, 1).shape(), tg::select(targets, -1, 4).shape());

  const std::vector<int> lengths = {T, 5, T, 20};
  const tg::LossOptions options = {.mask = tg::sequence_mask(lengths, T), .weights = weights};
  const tg::Tensor real = tg::reshape(options.mask, {few, T, 1});
  const auto padded_with = [&](double padding) {
    const tg::Tensor samples = tg::where(real, batch.samples, padding);
    const Guess truth = {tg::where(real, batch.truth.place, padding),
                         tg::where(options.mask, batch.truth.energy, padding)};
    const tg::Tensor loss = askers_loss(model(samples, lengths), truth, options);
    return std::pair(loss.item(), tg::norm(tg::grad(loss, {model.memory.weight_x})[0]).item());
  };
  const auto with_zeros = padded_with(0), with_nans = padded_with(std::nan(""));
  lesson::say(
      "lengths {}, {}, {}, {}: padded with 0 the loss is {:.4f} and its gradient {:.4f} long; with NaN "
      "{:.4f} and {:.4f}",
      lengths[0], lengths[1], lengths[2], lengths[3], with_zeros.first, with_zeros.second, with_nans.first,
      with_nans.second);
  lesson::claim("weights as an option, by hand, and carried in the targets give the same loss",
                close(by_hand, by_options) && close(loss_with_counts(guess, targets).item(), by_options));
  lesson::claim("the padding reaches neither loss nor gradient",
                with_zeros == with_nans && std::isfinite(with_nans.first) && std::isfinite(with_nans.second));
  lesson::claim("on targets [B,T,5], [:, 1] is a time step and not a column",
                tg::select(targets, 1, 1).shape() == tg::Shape({few, 5}));
}

// %% [markdown]
// ## Mean, or weighted mean?
//
// Two ways to make one number of weighted losses $w_n L_n$:
//
// $$ \frac{1}{B T} \sum w_n L_n $$
//
// $$ \frac{\sum w_n L_n}{\sum w_n} $$
//
// The first is `mean` here and in Keras. The second, the *weighted mean*, is what PyTorch does with weights
// of classes. With the same weights in each batch they differ by one factor, the mean weight. So which one
// matters?
//
// **Predict first:** all losses are 1, $T = 4$, weights $\sqrt{n}$. What are the two? And what does the
// weighted mean do to a weight *per item* when a batch holds one item only?

// %%
double weighted_mean(const tg::Tensor& losses, const tg::Tensor& weights) {
  return (tg::sum(losses * weights) / tg::sum(tg::broadcast_to(weights, losses.shape()))).item();
}

// %%
STEP("Two means") {
  std::vector<lesson::Row> rows;
  for (int steps : {4, T})
    for (double exponent : {0.0, 0.5, 1.0}) {
      const tg::Tensor ones = tg::ones({1, steps});
      const tg::Tensor weights = tg::reshape(tg::pow(tg::arange(1, steps + 1), exponent), {1, steps});
      rows.push_back({steps, lesson::right("{}", exponent),
                      lesson::right("{:.6f}", multiplied(ones, weights)),
                      lesson::right("{:.6f}", weighted_mean(ones, weights))});
    }
  lesson::say("Losses that are all 1, weights n^p\n");
  lesson::table({"T", "p", "mean", "weighted mean"}, rows);
  const tg::Tensor one_item = tg::full({1, 1}, 3);
  lesson::say(
      "one item of loss 3 and weight 5: mean {:.4g}, weighted mean {:.4g}; with weight 50: {:.4g} and {:.4g}",
      multiplied(one_item, tg::full({1, 1}, 5)), weighted_mean(one_item, tg::full({1, 1}, 5)),
      multiplied(one_item, tg::full({1, 1}, 50)), weighted_mean(one_item, tg::full({1, 1}, 50)));

  // A large batch in two parts, with sequences of different lengths.
  const tg::Tensor losses = step_losses(untrained()(few_lamps().samples), few_lamps().truth);
  const tg::Tensor weights = tg::sqrt_count_weights(T), mask = tg::sequence_mask({T, T, 4, 3}, T);
  const auto part_mean = [&](int start, int stop) {
    return tg::masked_mean(tg::slice(losses * weights, 0, start, stop), tg::slice(mask, 0, start, stop))
        .item();
  };
  const auto part_sum = [&](int start, int stop) {
    return tg::sum(tg::slice(losses * weights * mask, 0, start, stop)).item();
  };
  const double whole = part_mean(0, 4), mean_of_means = (part_mean(0, 2) + part_mean(2, 4)) / 2;
  const double divided_once = (part_sum(0, 2) + part_sum(2, 4)) / tg::sum(mask).item();
  lesson::say(
      "Items of {}, {}, 4 and 3 samples, in one batch: {:.4f}. In two batches of two, their means averaged: "
      "{:.4f}; their sums divided once: {:.4f}.",
      T, T, whole, mean_of_means, divided_once);
  const tg::Tensor ones = tg::ones({1, 4}), roots = tg::sqrt_count_weights(4);
  lesson::claim("on losses of 1 and T = 4, the mean is 1.536566 and the weighted mean 1",
                std::abs(multiplied(ones, roots) - 1.536566) < 1e-6 &&
                    std::abs(weighted_mean(ones, roots) - 1) < 1e-6);
  lesson::claim("in a batch of one item, the weighted mean forgets the item's weight",
                close(weighted_mean(one_item, tg::full({1, 1}, 50)), 3));
  lesson::claim("sums of parts, divided once, are the mean of the whole; the mean of means is not",
                close(divided_once, whole) && !close(mean_of_means, whole));
}

// %% [markdown]
// - With `mean`, a higher power makes the whole loss larger, and with it the gradient. Plain gradient descent
//   takes that for a longer step, and a clipped gradient is clipped more. Adam divides it out again (lesson
//   3). So, to compare *powers* and nothing else, we divide the weights by their mean. That is the weighted
//   mean.
// - But weights per item, and masks, make $\sum w$ another number in each batch. Then the weighted mean makes
//   the weight of an item depend on who is in its batch; alone, it has none at all. `mean` has no such
//   surprise.
// - With lengths that differ, a mean of the means of parts is not the mean of the whole. Who adds up
//   gradients over several small batches must add sums, and divide once.
//
// ## Diagnosis 5: is the root the right power?
//
// Errors fall as $1/\sqrt{n}$. The asker concludes: weight $\sqrt{n}$. But the loss holds *squares* of
// errors, and those fall as $1/n$. To make all steps count alike on average, a squared error needs the
// weight $n$.
//
// A weight may also stand on the error itself, the *residual* $\epsilon_n$, before it is squared.
//
// **Predict first:** which weight on the residual gives the same loss as $n$ on the square? Does it give
// the same gradient? And which weight on the residual is the same as $\sqrt{n}$ on the square?

// %%
STEP("Where the root belongs") {
  const Estimator model = untrained();
  const Lamps batch = few_lamps();
  const tg::Tensor target = batch.truth.energy,
                   said = model(batch.samples).energy.detach().requires_grad(true);
  const tg::Tensor root = tg::sqrt_count_weights(T), n = count_weights(1);
  const tg::Tensor on_residual = tg::mse_loss(root * said, root * target),
                   on_square = tg::mse_loss(said, target, {.weights = n}),
                   askers = tg::mse_loss(said, target, {.weights = root}),
                   fourth_root = tg::mse_loss(count_weights(0.25) * said, count_weights(0.25) * target);
  const tg::Tensor a = tg::grad(on_residual, {said})[0], b = tg::grad(on_square, {said})[0];
  const double difference = tg::max(tg::abs(a - b)).item() / tg::max(tg::abs(b)).item();
  lesson::say("The energy's part of the loss, an untrained model\n");
  lesson::table({"weights", "loss"}, {{"sqrt(n) on the residual", on_residual.item()},
                                      {"n on the square", on_square.item()},
                                      {"sqrt(n) on the square", askers.item()},
                                      {"fourth root of n on the residual", fourth_root.item()}});
  lesson::say("the gradients of the first two differ by {:.1g} of their largest number", difference);
  lesson::claim("sqrt(n) on the residual and n on the square are one loss, in value and gradient",
                close(on_residual.item(), on_square.item()) && difference < 1e-5);
  lesson::claim("sqrt(n) on the square is the fourth root of n on the residual",
                close(askers.item(), fourth_root.item()) && !close(askers.item(), on_square.item()));
}

// %% [markdown]
// The asker's root belongs on the residual:
//
// $$ (\sqrt{n}\, \epsilon_n)^2 = n\, \epsilon_n^2 $$
//
// The weight $n$ is also what statistics says, if errors at different $n$ are *independent*. Let $y_n$ be
// measurements of one number $\theta$, with variance $\sigma^2 / n$. What is the best weight in
// $\sum w_n (y_n - \theta)^2$? The minimum is at $\hat{\theta} = \sum w_n y_n / \sum w_n$, whose variance
// is $\sigma^2 \sum (w_n^2 / n) / (\sum w_n)^2$. Set its derivative by each $w_n$ to zero, and $w_n / n$
// is the same for all $n$. So the best weight is $n$, *one over the variance*.
//
// But our errors at different $n$ are *not* independent. They are running means of one sequence: the mean
// of 20 samples contains that of 10. (For $j \le k$ the covariance of the means $m_j$ and $m_k$, how much
// they vary together, is $\sigma^2 / k$.)
//
// We measure the variance of $\hat{\theta}$ for weights $n^p$, both ways, with $\sigma = 1$, and put the
// theory beside it.
//
// **Predict first:** for independent errors, how many times the smallest variance does $\sqrt{n}$ give?
// And which power is best for running means?

// %%
// The variance of the weighted mean of y_1 .. y_T in theory. Errors that are independent have no covariance.
double variance_in_theory(double exponent, bool independent) {
  double top = 0, bottom = 0;
  for (int j = 1; j <= T; ++j) {
    bottom += std::pow(j, exponent);
    for (int k = 1; k <= T; ++k)
      if (j == k || !independent) top += std::pow(j, exponent) * std::pow(k, exponent) / std::max(j, k);
  }
  return top / (bottom * bottom);
}

// The same of many rows y [R,T], measured; the true number is 0.
double variance_measured(const tg::Tensor& y, double exponent) {
  const tg::Tensor weights = count_weights(exponent);
  return tg::mean(tg::pow(tg::sum(y * weights, 1) / tg::sum(weights), 2)).item();
}

// %%
STEP("The best power, where theory knows it") {
  tg::manual_seed(lesson::seed() + 3000);
  const int repeats = lesson::quick() ? 2000 : 20000;
  const tg::Tensor noise = tg::randn({repeats, T}), counts = step_numbers();
  const tg::Tensor independent = noise / tg::sqrt(counts), running = tg::cumsum(noise, 1) / counts;
  std::vector<lesson::Row> rows;
  for (double p : {0.0, 0.5, 1.0, 2.0, 4.0})
    rows.push_back({lesson::right("{}", p), lesson::right("{:.5f}", variance_in_theory(p, true)),
                    lesson::right("{:.5f}", variance_measured(independent, p)),
                    lesson::right("{:.5f}", variance_in_theory(p, false)),
                    lesson::right("{:.5f}", variance_measured(running, p))});
  rows.push_back({"last only", lesson::right("{:.5f}", 1.0 / T), "", lesson::right("{:.5f}", 1.0 / T), ""});
  lesson::say("Variance of the weighted mean, {} repeats\n", repeats);
  lesson::table({lesson::right("p"), "independent: theory", "measured", "running means: theory", "measured"},
                rows);
  const double best = variance_in_theory(1, true);
  lesson::say("Independent: sqrt(n) has {:.2f} times the smallest variance, no weights {:.2f} times.",
              variance_in_theory(0.5, true) / best, variance_in_theory(0, true) / best);

  bool agree = true;
  for (double p : {0.0, 0.5, 1.0, 2.0})
    agree = agree && std::abs(variance_measured(independent, p) / variance_in_theory(p, true) - 1) < 0.15 &&
            std::abs(variance_measured(running, p) / variance_in_theory(p, false) - 1) < 0.15;
  lesson::claim("theory and measurement of the variances agree to 15%", agree);
  lesson::claim("for independent errors, weights of the highest power compared beat 0 and 1/2",
                variance_measured(independent, power) < variance_measured(independent, 0.5) &&
                    variance_measured(independent, power) < variance_measured(independent, 0),
                lesson::fails_with("--power 0"));
  lesson::claim("for running means, a higher power is better, up to the last mean alone",
                variance_in_theory(0, false) > variance_in_theory(1, false) &&
                    variance_in_theory(1, false) > variance_in_theory(4, false) &&
                    variance_in_theory(4, false) > 1.0 / T);
}

// %% [markdown]
// For independent errors $n$ wins, and $\sqrt{n}$ gets most of the way. For running means there is no
// best power: the last mean holds all that the others hold, so the more weight on it, the better.
// "Inverse variance" does not settle the asker's question. And it is another question too. The asker does
// not want to combine the guesses of one sequence into a better one. The network must say something at
// *every* step, with the same parameters. There, $w_n$ decides whose mistakes it cares about when it
// can't please all. For that there is only one way: try.
//
// ## Experiment: powers 0, 1/2 and 1
//
// Three networks for each seed, with the same beginning and the same batches. Only the power in
// $w_n = n^p$ differs; the weights are divided by their mean. A fourth gets its weights from the asker's
// counter, called once for each batch. Batches are made anew at each training step, so nothing can be
// learned by heart. The step size of Adam falls to 0 along half a cosine.
//
// All are compared by the *unweighted* loss $L_n$ at each step, over lamps that they have never seen, divided
// by that of the running mean at the same $n$. So 1 is as good as the classical guess, and below is better.
// *Early* is the mean of these over the first 4 steps, *late* over the second half.
//
// **Predict first:** can the network beat the running mean, which holds all that the samples say? Where? And
// does the power matter more early or late?

// %%
const int batch_size = 12;  // so few that starting a second thread would not pay

int steps_wanted() { return training_steps ? training_steps.value() : lesson::quick() ? 150 : 1500; }
int seeds_wanted() { return lesson::seeds(3, 5, 20).size(); }

// Stands for a power where the asker's counter makes the weights, called once for each batch.
const double by_counter = -1;

Estimator train(double exponent, int seed) {
  tg::manual_seed(seed);
  const Estimator model(hidden);
  CountingLayer counter;
  const tg::Tensor of_steps = count_weights(exponent) / tg::mean(count_weights(exponent));  // [1,T]
  tg::optim::Adam adam(model.parameters(), {.lr = lr});
  for (int step = 0; step < steps_wanted(); ++step) {
    const Lamps batch = make_lamps(batch_size);
    const tg::Tensor weights = exponent == by_counter ? tg::sqrt(counter(batch.samples)) : of_steps;
    const tg::Tensor loss = askers_loss(model(batch.samples), batch.truth, {.weights = weights});
    adam.zero_grad();
    loss.backward();
    tg::optim::clip_grad_norm(model.parameters(), 5);
    adam.lr(tg::optim::cosine(step, steps_wanted(), lr));
    adam.step();
  }
  return model;
}

// %%
// What one network scores on the lamps that it never saw, at steps 1 .. T.
struct Score {
  Errors errors;
  std::vector<double> relative;  // its loss over that of the running mean
  double mean_of(int first, int last) const {
    double sum = 0;
    for (int n = first; n <= last; ++n) sum += at_step(relative, n);
    return sum / (last - first + 1);
  }
};

Score score_of(const Guess& guess) {
  const Lamps& lamps = test_lamps();
  static const tg::Tensor classical = tg::mean(step_losses(running_mean(lamps.samples), lamps.truth), 0);
  const auto ratio = (tg::mean(step_losses(guess, lamps.truth), 0) / classical).values();
  return {errors_of(guess, lamps.truth), {ratio.begin(), ratio.end()}};
}

// One score for each seed; the same power is trained once.
const std::vector<Score>& scores_of(double exponent) {
  static std::map<std::string, std::vector<Score>> known;
  const std::string settings =
      fmt::format("{} {} {} {} {}", exponent, lesson::seed(), lr.value(), hidden.value(), steps_wanted());
  std::vector<Score>& scores = known[settings];
  if (!scores.empty()) return scores;
  lesson::Progress progress("training", seeds_wanted());
  for (int k = 0; k < seeds_wanted(); ++k) {
    const Estimator model = train(exponent, lesson::seed() + k);
    const tg::NoGrad off;
    scores.push_back(score_of(model(test_lamps().samples)));
    progress.step("power {}", exponent);
  }
  return scores;
}

std::vector<double> powers() { return {0, 0.5, power}; }

// %%
// The median of something over the seeds.
template <class Function>
lesson::Spread over_seeds(double exponent, const Function& number) {
  std::vector<double> numbers;
  for (const Score& score : scores_of(exponent)) numbers.push_back(number(score));
  return lesson::spread(numbers);
}

lesson::Cell spread_cell(const lesson::Spread& numbers) {
  return lesson::right("{:.3f} ({:.3f} to {:.3f})", numbers.median, numbers.low, numbers.high);
}

double early(const Score& score) { return score.mean_of(1, 4); }
double late(const Score& score) { return score.mean_of(T / 2 + 1, T); }

// How a part of the loss changes from no weights to these, in percent, seed by seed.
lesson::Spread change(double (*part)(const Score&), double exponent) {
  std::vector<double> percents;
  for (std::size_t k = 0; k < scores_of(0).size(); ++k)
    percents.push_back(100 * (part(scores_of(exponent)[k]) / part(scores_of(0)[k]) - 1));
  return lesson::spread(percents);
}

// Medians over the seeds, at steps 1 .. T, of the numbers that `member` gives.
template <class Function>
std::vector<double> medians(double exponent, const Function& member) {
  std::vector<double> result;
  for (int n = 1; n <= T; ++n)
    result.push_back(over_seeds(exponent, [&](const Score& s) { return at_step(member(s), n); }).median);
  return result;
}

// %%
STEP("The experiment") {
  lesson::say(
      "{} hidden units, {} training steps of {} lamps, step size from {}; {} seeds from {} on. Loss over "
      "that of the running mean, median (range)\n",
      hidden, steps_wanted(), batch_size, lr, seeds_wanted(), lesson::seed());
  std::vector<lesson::Row> rows;
  std::vector<double> trained = powers();
  trained.push_back(by_counter);
  for (double p : trained) {
    lesson::Row row = {p == by_counter ? lesson::Cell("counter") : lesson::right("{}", p),
                       spread_cell(over_seeds(p, early)), spread_cell(over_seeds(p, late))};
    for (int n : {1, T})
      row.add(lesson::right("{:.3f}",
                            over_seeds(p, [&](const Score& s) { return at_step(s.relative, n); }).median));
    rows.push_back(row);
  }
  const Score lazy = score_of(lazy_guess(test_lamps().samples.dim(0)));
  rows.push_back({"lazy guess", lesson::right("{:.3f}", early(lazy)), lesson::right("{:.3f}", late(lazy)),
                  lazy.relative.front(), lazy.relative.back()});
  lesson::table({lesson::right("power"), "early", "late", "n = 1", fmt::format("n = {}", T)}, rows);

  const auto direction_of = [](const Score& s) -> const auto& { return s.errors.direction; };
  const auto distance_of = [](const Score& s) -> const auto& { return s.errors.distance; };
  const auto energy_of = [](const Score& s) -> const auto& { return s.errors.energy; };
  const Score classical = score_of(running_mean(test_lamps().samples));
  const auto best = root_mean_square(best_energy(test_lamps().samples) - test_lamps().truth.energy);
  lesson::say("\nRMS errors, in the units of the data, medians over the seeds\n");
  rows.clear();
  for (int n : {1, 5, T}) {
    for (double p : {0.0, power.value()})
      rows.push_back({n, fmt::format("LSTM, power {}", p), at_step(medians(p, direction_of), n),
                      at_step(medians(p, distance_of), n), at_step(medians(p, energy_of), n)});
    rows.push_back({n, "running mean", at_step(classical.errors.direction, n),
                    at_step(classical.errors.distance, n), at_step(classical.errors.energy, n)});
    rows.push_back({n, "best guess", "", "", at_step(best, n)});
  }
  rows.push_back(
      {"any", "lazy guess", lazy.errors.direction[0], lazy.errors.distance[0], lazy.errors.energy[0]});
  lesson::table({lesson::right("n"), "who", "direction", "distance, m", "energy, photons"}, rows);

  lesson::Figure errors(
      "estimators",
      "The LSTMs begin below the running mean in energy, and end above it in direction and distance.");
  const auto panel = [&](const char* title, const char* unit, auto member, double lazy_error) {
    errors.panel(title);
    errors.axes({.x = "samples n", .y = unit, .log_x = true, .log_y = true});
    errors.line("running mean", step_numbers().values(), member(classical));
    for (double p : {0.0, power.value()})
      errors.line(fmt::format("LSTM, power {}", p), step_numbers().values(), medians(p, member));
    errors.baseline("lazy guess", lazy_error);
  };
  panel("direction", "RMS error", direction_of, lazy.errors.direction[0]);
  panel("distance", "RMS error, m", distance_of, lazy.errors.distance[0]);
  panel("energy", "RMS error, photons", energy_of, lazy.errors.energy[0]);
  lesson::show(errors);

  lesson::Figure figure(
      "powers",
      "The higher the power, the worse the first guesses; without weights, the last ones are worst (bands: "
      "range over seeds).");
  figure.axes({.x = "samples n", .y = "loss over the running mean's", .log_x = true});
  for (double p : powers()) {
    std::vector<double> low, high;
    for (int n = 1; n <= T; ++n) {
      const lesson::Spread s = over_seeds(p, [&](const Score& score) { return at_step(score.relative, n); });
      low.push_back(s.low);
      high.push_back(s.high);
    }
    const std::string name = fmt::format("power {}", p);
    figure.band(name, step_numbers().values(), low, high);
    figure.line(name, step_numbers().values(),
                medians(
                    p, [](const Score& s) -> const auto& { return s.relative; }));
  }
  figure.baseline("running mean", 1);
  lesson::show(figure);
}

// %%
STEP("Early against late") {
  std::vector<lesson::Row> rows;
  for (double p : {0.5, power.value()}) {
    lesson::Row row = {lesson::right("{}", p)};
    for (const lesson::Spread& s : {change(early, p), change(late, p)})
      row.add(lesson::right("{:+.1f}% ({:+.1f} to {:+.1f})", s.median, s.low, s.high));
    rows.push_back(row);
  }
  lesson::say("Change of the loss against the network of the same seed without weights, median (range)\n");
  lesson::table({lesson::right("power"), "early", "late"}, rows);

  const Lamps& lamps = test_lamps();
  const Guess mean = running_mean(lamps.samples);
  const tg::Tensor whole = tg::mean(step_losses(mean, lamps.truth), 0);
  const Errors errors = errors_of(mean, lamps.truth);
  rows.clear();
  for (int n : {1, T}) {
    const auto share = [&](const std::vector<double>& error, double factor) {
      return lesson::right("{:.0f}%", 100 * factor * std::pow(at_step(error, n), 2) / whole.at({n - 1}));
    };
    rows.push_back(
        {n, share(errors.direction, 10.0 / 3), share(errors.distance, 1), share(errors.energy, 3)});
  }
  lesson::say("\nWhat the running mean's loss is made of\n");
  lesson::table({"n", "direction, 10 D", "distance, Q", "energy, 3 E"}, rows);
}

// %% [markdown]
// - *The power moves mistakes, it does not remove them.* Weights make the first guesses worse and the
//   last ones better, and in percent they cost more early than they bring late. $\sqrt{n}$ is a
//   compromise. It is not what the theory of errors demands, and need not be. Whether 1 is better late
//   than 1/2, so few seeds hardly decide: look at the ranges.
// - *The counter trains, and nothing complains.* Its network is nearly the one without weights. We clip
//   the gradient, and Adam divides it by its own size: that hides how the loss grows from batch to batch.
//   Plain gradient descent would take longer and longer steps.
// - *After the first sample the network beats the running mean*, since it has learned from which lamps we draw: its first
//   energies come near those of the best guess. Then the running mean catches up. It forgets nothing, and
//   late there is little to know beyond it. How near the network gets is a matter of training: compare
//   `--quick` with the default.
// - *The network's first distances are poor*, worse than the lazy guess's. Look at the last table: hardly
//   any of the loss is distance. The factors 10, 1 and 3 mean nothing without the units: change metres to
//   centimetres, and the distance is everything. All three parts fall as $1/n$, so a weight over time
//   does not change their shares.
//
// So which power? Ask which guesses you will use, and measure, as here: per step, against a classical guess,
// over several seeds.
//
// ## Claims
//
// What we now assert about training, in medians over the seeds.

// %%
STEP("The claims of the experiment") {
  const lesson::fails_with no_training("--lr 1e-9"), no_power("--power 0");
  const Score lazy = score_of(lazy_guess(test_lamps().samples.dim(0)));
  const auto last = [](auto member) {
    return over_seeds(0.5, [&](const Score& s) { return member(s.errors).back(); }).median;
  };
  lesson::claim("after the last sample, the LSTM trained with sqrt(n) beats the lazy guess in all three",
                last([](const Errors& e) { return e.direction; }) < lazy.errors.direction.back() / 2 &&
                    last([](const Errors& e) { return e.distance; }) < lazy.errors.distance.back() &&
                    last([](const Errors& e) { return e.energy; }) < lazy.errors.energy.back() / 2,
                no_training);
  lesson::claim("after the first sample, the LSTM trained without weights beats the running mean",
                over_seeds(0, [](const Score& s) { return s.relative.front(); }).median < 1, no_training);
  lesson::claim("the higher the power, the worse early",
                change(early, 0.5).median > 0 && change(early, power).median > change(early, 0.5).median,
                no_power);
  // In percent. Without training it is off zero too, but by far less.
  lesson::claim("late, the highest power is better than no weights", change(late, power).median < -0.1,
                no_power);
  lesson::claim("early, the counter's network is nearer to the one without weights than to that of sqrt(n)",
                change(early, 0.5).median > 1 &&
                    std::abs(change(early, by_counter).median) < change(early, 0.5).median / 2,
                no_training);
}

// %% [markdown]
// ## What the original answer got wrong, or left out
//
// The heart of the answer is right: no counter, a range, and keep the first two axes. Here is what a second
// look adds.

// %%
STEP("The answer, line by line") {
  const tg::Tensor roots = tg::sqrt_count_weights(T);
  const double best = variance_in_theory(1, true);
  lesson::table(
      {"question and answers", "this run"},
      {{"a counter in a layer",
        fmt::format(
            "in one batch all steps weigh the same, where the last should weigh {:.2f} times the first",
            roots.at({0, T - 1}))},
       {"K.sqrt(tf.range(1, length+1))", "integers: TensorFlow takes no root of them. Cast first"},
       {"K.reshape(sec, (1,-1))",
        fmt::format(
            "right. In this product [T] would do too; a loss here, with B = T = 4, makes {:.4f} of it, not "
            "0.5",
            weighted(last_step_losses(4), tg::reshape(tg::sqrt_count_weights(4), {4})))},
       {"mean_squared_error(norm_r, norm_r_h)",
        fmt::format(
            "a mean over time: [B,T] becomes [B]. It fits again where B = T, and then {:.0f} becomes {:.0f}",
            right_cost, published_cost)},
       {"r/norm_r",
        fmt::format("0/0 at each of {:.0f} padded guesses: the masked loss is a number, its gradient NaN",
                    zero_guesses)},
       {"y[:, 0], y[:, 1]", "on sequences these are time steps; columns are on the last axis"},
       {"return loss * sec",
        fmt::format("its mean is {:.2f} times as large as with weights of mean 1: a longer step "
                    "for gradient descent",
                    tg::mean(roots).item())},
       {"sqrt(n), for errors that fall as 1/sqrt(n)",
        fmt::format("a square needs n. For independent errors sqrt(n) has {:.2f} times the smallest variance",
                    variance_in_theory(0.5, true) / best)},
       {"(no measurement)", fmt::format("sqrt(n) instead of no weights: early {:+.1f}%, late {:+.1f}%",
                                        change(early, 0.5).median, change(late, 0.5).median)},
       {"dist_lost_weight", "a typo for dist_loss_weight, which Python finds only when the line runs"}});
}

// %% [markdown]
// ## Your turn
//
// Write down what you expect, then run the lesson again with
//
// - `--power 2`: is there still something to gain late? What does it cost early?
// - `--power 0`: which claims become false, and why exactly those?
// - `--lr 1e-9`: nothing is learned. Which claims survive, and what do they have in common?
// - `--hidden 4`: a network that cannot please all steps. Does the power matter more?
// - `--seed 100`: other lamps, other beginnings. Which numbers move, and which hardly do?
//
// ## Exercises
//
// - `make exercise N=16`, *count weights* (fix): weights $n^p$ for a batch of sequences whose first samples
//   have any number, of the right shape.
// - `make exercise N=17`, *safe direction* (extend): an operation with a rule of its own, $u = r / |r|$,
//   whose gradient is 0 at 0.
// - `make exercise N=18`, *weighted mean* (fill in): the weighted mean under a mask, from sums with which
//   parts of a batch give the whole.
// - `make exercise N=19`, *which power* (investigate): the power with the smallest variance for errors that
//   fall as $n^{-a}$. Predict, measure.
//
// ## Reading
//
// - [numpy.org/doc/stable/user/basics.broadcasting.html](https://numpy.org/doc/stable/user/basics.broadcasting.html):
//   the rules that make a wrong shape silent, in one page.
// - [tensorflow.org/guide/function](https://www.tensorflow.org/guide/function): what happens to a Python
//   counter in a graph; read "Executing Python side effects".
// - [arxiv.org/abs/1705.07115](https://arxiv.org/abs/1705.07115), Kendall, Gal and Cipolla, 2018: squared
//   errors weighted by one over their variance, with variances that are learned. It also answers where 10, 1
//   and 3 should come from.
