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
// | asked | "Counting with Keras" on Stack Overflow; we know its title but not its number (question and answers are CC BY-SA 4.0) |
// | you learn to | put a weight on each time step, in the right shape; see what broadcasting and a hidden mean do to a wrong one; choose the power of n and measure what it changes |
// | you need | derivatives, means and variances, a little C++; lesson 3 for what an LSTM is |
// | time | 30 minutes to read; half a minute to run, seconds with `--quick` |
//
// ## In short
//
// You need no counter. The number of a step is its place in the data, so make all weights at once from a
// range, and let the loss use them. Keras takes them as a `sample_weight` of two dimensions:
//
// ```python
// w = np.sqrt(np.arange(1, T + 1, dtype="float32"))     # T: the number of time steps
// model.compile("adam", loss=loss)  # returns [batch, T], as "mse" does for y of shape [batch, T, D]
// model.fit(x, y, sample_weight=np.tile(w / w.mean(), (len(x), 1)))
// ```
//
// (Keras 2.2, the asker's time, needs `sample_weight_mode="temporal"` in `compile` too.) Weights divided by
// their mean do not change a loss that is equal at all steps (step 2). The same in PyTorch, with `losses` of
// shape [batch, T], and here:
//
// ```python
// w = torch.sqrt(torch.arange(1, T + 1))
// loss = (w / w.mean() * losses).mean()
// ```
//
// ```cpp
// const tg::Tensor w = tg::sqrt_count_weights(T);       // [1, T]
// const tg::Tensor loss = tg::mse_loss(guess, truth, {.weights = w / tg::mean(w)});
// ```
//
// Do not expect much. In our experiment (step 8), $\sqrt{n}$ makes the loss of late guesses about 1 % smaller
// and that of the first ones 2 to 3 % larger. $n$ makes the late loss 1 to 2 % smaller, and the early one 7
// to 8 % larger.
//
// ## The question
//
// Someone watches a *Poisson process*: things that happen at random, but at a fixed mean rate. An LSTM gets
// one sample after another. After each sample it gives its best guess of three things that do not change: a
// direction, a distance and an energy.
//
// After one sample nobody can guess well. After many samples one should. So a late mistake should cost more
// than an early one. The asker wants to multiply the loss of step $n$ by $\sqrt{n}$, since "this value is
// representative of the relative ratio of uncertainty in a Poisson process". To know $n$, they write a layer
// that counts its own calls. It crashes, and they learn that it could not work anyway. "How can I get a
// counter for the RNN?"
//
// The accepted answer says: take the numbers 1, 2, .. $T$ in the loss, where $T$ is the length of a sequence.
// That is right. We run it, and then ask two more questions. Does each weight meet the step that it was made
// for? And is $\sqrt{n}$ the right weight?
//
// A line with a tick is a *claim*: this run has checked it, and a false one makes the program fail. "Becomes
// false with" names flags that break it. Keras and TensorFlow are not installed here. What we say of them we
// read in their sources and documentation. What we say of PyTorch we ran, with version 1.13.

// %%
#include <map>

#include "support/lesson.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

lesson::Knob<double> power{"power", 1, "the highest power of n that is compared (the others: 0 and 1/2)",
                           lesson::at_least{0}};
lesson::Knob<bool> from_counter{"counter", false, "wrong turn: weights from a layer that counts its calls"};
lesson::Knob<bool> no_row{"no-row", false, "wrong turn: weights of shape [T], not [1,T]"};
lesson::Knob<bool> hidden_mean{"hidden-mean", false, "wrong turn: a loss that averages over time"};
lesson::Knob<bool> naive{"naive-direction", false, "wrong turn: a direction that divides by any length"};
lesson::Knob<int> hidden{"hidden", 16, "hidden units of the LSTM", lesson::at_least{1}};
lesson::Knob<double> lr{"lr", 0.02, "step size of Adam at the beginning", lesson::at_least{0}};
lesson::Knob<int> training_steps{"steps", 0, "training steps (0: 1500, or 150 with --quick)",
                                 lesson::at_least{0}};

const int T = 32;  // samples in a sequence; a prediction names it

// %% [markdown]
// ## The data
//
// We make such data, so that the truth is known. A lamp hangs in the dark at a place $r$: three coordinates,
// in metres. Its *distance* is the length $|r|$, from 1 to 3 m. Its *direction* is $u = r / |r|$, a vector of
// length 1. Its *energy* $e$ is the mean number of photons that we get from it in one time step: about 4, and
// different for each lamp (a gamma distribution of mean 4 and standard deviation 2).
//
// A *sample* is what we get in one step: a rough fix of the place, whose coordinates have random errors of
// standard deviation 1 m, and a count of photons. Such a count is Poisson: its mean is $e$, and so is its
// variance.

// %%
// What is true of B lamps, or what is guessed after each of T samples.
struct Guess {
  tg::Tensor place;   // [B,T,3], metres
  tg::Tensor energy;  // [B,T], photons per step
};

struct Lamps {
  tg::Tensor samples;  // [B,T,4]: a fix of the place and a count
  Guess truth;         // the same at every step
};

// [..,3] -> [..]
tg::Tensor distance(const tg::Tensor& place) { return tg::norm(place, -1); }

// [..,3] -> [..,3], each of length 1; zeros where the place is 0, which has a section of its own below.
tg::Tensor direction(const tg::Tensor& place) {
  const tg::Tensor length = tg::norm(place, -1, tg::keepdim);
  return place /
         (naive ? tg::sqrt(tg::sum(place * place, -1, tg::keepdim)) : tg::where(length > 0, length, 1));
}

// Multiplies uniform numbers until the product is below e^-mean; the count is how many it took, less one.
tg::Real poisson(double mean) {
  const double end = std::exp(-mean);
  tg::Real count = 0;
  for (double product = tg::random_stream().uniform(); product > end; ++count)
    product *= tg::random_stream().uniform();
  return count;
}

Lamps make_lamps(int count) {
  const tg::Tensor place = direction(tg::randn({count, 1, 3})) * tg::uniform({count, 1, 1}, 1, 3);
  // The sum of four exponential numbers of mean 1 is gamma. A uniform number that rounds to 0 becomes 1e-9.
  const tg::Tensor uniform = tg::maximum(tg::uniform({count, 1, 4}, 0, 1), 1e-9);
  const tg::Tensor energy = -tg::sum(tg::log(uniform), -1);  // [B,1]
  std::vector<tg::Real> counts;
  for (int b = 0; b < count; ++b)
    for (int t = 0; t < T; ++t) counts.push_back(poisson(energy.at({b, 0})));
  return {tg::concat({place + tg::randn({count, T, 3}), tg::Tensor({count, T, 1}, counts)}, -1),
          {tg::broadcast_to(place, {count, T, 3}), tg::broadcast_to(energy, {count, T})}};
}

// A fix and a count at each step as a guess: [B,T,4]
Guess guess_of(const tg::Tensor& numbers) {
  return {tg::slice(numbers, -1, 0, 3), tg::select(numbers, -1, 3)};
}

// %% [markdown]
// ## The smallest failing demo
//
// Here is the asker's layer: it counts how often it is called. In this library, in PyTorch and in Keras when
// it runs *eagerly*, a call computes at once, so the layer does run. We write down the weights that it makes
// for three batches in a row, when it is called
//
// - once for each batch, as a layer is;
// - at each step, in a loop over time;
// - once for all, in a *static graph*, as the asker's Keras built it. There, a layer's code runs only while
//   the graph is built, with no data in it. Its own number is an ordinary Python number, and the graph keeps
//   it as a constant. (So say the accepted answer and TensorFlow's guide to `tf.function`.) We imitate that
//   by one call of the counter, before the loop.

// %%
// The asker's layer.
struct CountingLayer {
  int calls = 0;
  double operator()() { return ++calls; }
};

double at_step(const std::vector<double>& numbers, int n) { return numbers[static_cast<std::size_t>(n - 1)]; }

// %%
STEP("A counter in a layer") {
  CountingLayer by_batch, by_step, built;
  const double constant = std::sqrt(built());
  std::vector<double> places, wanted, once, each, graph;
  for (int k = 0; k < 3; ++k) {
    const double of_batch = std::sqrt(by_batch());
    for (int t = 0; t < T; ++t) {
      places.push_back(k * T + t + 1);
      wanted.push_back(std::sqrt(t + 1));
      once.push_back(of_batch);
      each.push_back(std::sqrt(by_step()));
      graph.push_back(constant);
    }
  }
  lesson::predict(
      "A batch has 32 steps, and the counter is called at each. Which weight does the first step of the "
      "second batch get? (1 is wanted)",
      at_step(each, T + 1));
  lesson::Figure figure("counters", "Only the wanted weights begin anew with each batch; no counter does.");
  figure.axes({.x = fmt::format("steps since the program began (a batch has {})", T), .y = "weight"});
  figure.line("wanted", places, wanted);
  figure.line("called at each step", places, each);
  figure.line("called for each batch", places, once);
  figure.line("static graph", places, graph);
  lesson::show(figure);
  lesson::claim("called for each batch, or in a static graph, the counter weighs all steps of a batch alike",
                at_step(once, 2 * T) == at_step(once, T + 1) &&
                    at_step(graph, 2 * T) == at_step(graph, T + 1));
  lesson::claim("called at each step, it goes on from batch to batch",
                std::abs(at_step(each, T + 1) - std::sqrt(T + 1)) < 1e-6);
}

// %% [markdown]
// The counter counts the wrong thing. A layer is called once for a whole batch of whole sequences, so it
// counts *batches*. Called at each step, it is right for one batch and then goes on. One could set it back
// before each batch, until one forgets to.
//
// The cause lies deeper. The number of a step is a *place in the data*, not a state of the model. So it
// must be made from the data's shape.
//
// ## The range
//
// ```cpp
// tg::reshape(tg::sqrt(tg::arange(1, T + 1)), {1, T})   // what tg::sqrt_count_weights(T) gives
// ```
//
// This makes the whole row of weights at once, of shape $[1, T]$. It has no memory.
//
// The accepted answer writes `K.sqrt(tf.range(1, length+1))`. That range holds *integers*, and TensorFlow's
// square root takes no integers. The line needs a cast to float first. PyTorch's `sqrt` converts by itself.
//
// The model is an LSTM and a dense layer with four outputs. It gets the samples scaled to about the size 1.
// With $\hat{r}_n$ and $\hat{e}_n$ the guesses after $n$ samples, the asker's loss of step $n$ is
//
// $$ L_n = 10\,D_n + Q_n + 3\,E_n $$
//
// $D_n$ is the square of $\hat{u}_n - u$, averaged over the three coordinates, $Q_n$ the square of
// $|\hat{r}_n| - |r|$, and $E_n$ the square of $\hat{e}_n - e$. The loss is the mean of $w_n L_n$ over all
// steps $n$ and all items of a batch, with *weights* $w_n$. (The factors 10, 1 and 3 are the asker's. They
// mean nothing without the units: in centimetres $Q_n$ would be 10,000 times as large.)

// %% tags=["unfolded"]
struct Estimator {
  tg::nn::LSTM memory;
  tg::nn::Dense readout;

  explicit Estimator(int units) : memory(4, units), readout(units, 4) {}
  // [B,T,4] -> a guess after each sample; of item b the first lengths[b] samples are read
  Guess operator()(const tg::Tensor& samples, const std::vector<int>& lengths = {}) const {
    const tg::Tensor scaled = (samples - tg::tensor({0, 0, 0, 4})) / 2;
    const Guess raw = guess_of(readout(memory(scaled, {.lengths = lengths}).sequence));
    return {raw.place, 4 + 2 * raw.energy};
  }
  tg::nn::Parameters parameters() const { return {{"memory", memory}, {"readout", readout}}; }
};

// The mean over items and steps of w_n L_n; the weights are an option of every loss.
tg::Tensor askers_loss(const Guess& guess, const Guess& truth, const tg::LossOptions& options = {}) {
  return 10 * tg::mse_loss(direction(guess.place), direction(truth.place), options) +
         tg::mse_loss(distance(guess.place), distance(truth.place), options) +
         3 * tg::mse_loss(guess.energy, truth.energy, options);
}

// n to some power, for n = 1 .. T: [1,T]. With --counter the counter stands for n.
tg::Tensor count_weights(double exponent, int steps = T) {
  static CountingLayer counter;
  const tg::Tensor n = from_counter ? tg::full({steps}, counter()) : tg::arange(1, steps + 1);
  return tg::reshape(tg::pow(n, exponent), {1, steps});
}

// A model that has learned nothing yet, and a small batch for it.
Estimator untrained() {
  tg::manual_seed(lesson::seed());
  return Estimator(hidden);
}
const int few = 4;
Lamps few_lamps() {
  tg::manual_seed(lesson::seed() + 2000);
  return make_lamps(few);
}

bool close(double a, double b) { return std::abs(a - b) <= 1e-5 * std::abs(b); }

// %%
STEP("The range") {
  const Estimator model = untrained();
  const Lamps batch = few_lamps();
  const Guess guess = model(batch.samples);
  CountingLayer counter;
  std::vector<double> counted, ranged;
  std::vector<lesson::Row> rows;
  tg::Tensor weights;
  for (int time = 1; time <= 3; ++time) {
    weights = count_weights(0.5);
    ranged.push_back(askers_loss(guess, batch.truth, {.weights = weights}).item());
    counted.push_back(
        askers_loss(guess, batch.truth, {.weights = tg::full({1, T}, std::sqrt(counter()))}).item());
    rows.push_back({time, counted.back(), ranged.back()});
  }
  lesson::say("The loss of one batch, computed three times. Nothing is trained.\n");
  lesson::table({lesson::right("time"), "weights from the counter", "weights from the range"}, rows);
  lesson::say("\nthe range: shape {}, {:.5f} {:.5f} {:.5f} {:.5f} .. {:.5f}", weights.shape(),
              weights.at({0, 0}), weights.at({0, 1}), weights.at({0, 2}), weights.at({0, 3}),
              weights.at({0, T - 1}));
  lesson::claim("with the range, one and the same batch costs the same each time",
                ranged[0] == ranged[1] && ranged[0] == ranged[2], lesson::fails_with("--counter"));
  lesson::claim("with the range, the last step weighs sqrt(T) times as much as the first",
                close(weights.at({0, T - 1}) / weights.at({0, 0}), std::sqrt(T)),
                lesson::fails_with("--counter"));
  const tg::Tensor ones = tg::ones({few, T});
  const auto of_ones = [&](const tg::Tensor& w) {
    return tg::mse_loss(ones, tg::zeros(ones.shape()), {.weights = w}).item();
  };
  lesson::claim(
      "where all steps cost the same, sqrt(n) makes the loss 3.85 times as large; divided by its mean, it "
      "does not change it",
      std::abs(of_ones(weights) - 3.85) < 0.005 && close(of_ones(weights / tg::mean(weights)), 1),
      lesson::fails_with("--counter"));
  lesson::claim("with the counter, the loss of one batch grows as 1, sqrt(2), sqrt(3)",
                close(counted[1] / counted[0], std::sqrt(2)) && close(counted[2] / counted[0], std::sqrt(3)));
}

// %% [markdown]
// ## Which shape may weights have?
//
// A weight must meet its own step. Losses per step have the shape $[B, T]$: a row for each item of the batch,
// a column for each step. Plain multiplication *broadcasts*, here as in NumPy, TensorFlow and PyTorch. It
// lines shapes up from the right, and repeats axes of size 1.
//
// To see which step a weight meets, take a loss that is 1 at the last step of each item and 0 elsewhere, and
// $T = 4$. The weights are 1, 1.41, 1.73 and 2. Weighted, the mean should be $\sqrt{4} / 4 = 0.5$. Without
// weights it is 0.25.

// %%
tg::Tensor last_step_losses(int items) {
  return tg::concat({tg::zeros({items, 3}), tg::ones({items, 1})}, 1);
}

// The mean of weighted losses, by plain multiplication.
double multiplied(const tg::Tensor& losses, const tg::Tensor& weights) {
  return tg::mean(losses * weights).item();
}

// The same by a loss: 0 and 1 are their own squares. NaN where it is refused.
double weighted(const tg::Tensor& losses, const tg::Tensor& weights) {
  double mean = std::nan("");
  lesson::error_of(
      [&] { mean = tg::mse_loss(losses, tg::zeros(losses.shape()), {.weights = weights}).item(); });
  return mean;
}

lesson::Cell number_or_refusal(double number) {
  return std::isnan(number) ? lesson::right("refused") : lesson::right("{:.4g}", number);
}

std::vector<std::string> cells_of(const tg::Tensor& numbers) {
  std::vector<std::string> cells;
  for (const tg::Real number : numbers.values()) cells.push_back(fmt::format("{:.3g}", number));
  return cells;
}

// %%
STEP("Shapes of weights") {
  const tg::Tensor roots = tg::reshape(tg::sqrt_count_weights(4), {4}), row = tg::reshape(roots, {1, 4}),
                   column = tg::reshape(roots, {4, 1});
  lesson::predict(
      "Losses [4,4] times weights [4,1]: the mean should be 0.5. What is it? (1 + 1.41 + 1.73 + 2 = 6.15)",
      multiplied(last_step_losses(4), column));

  lesson::Diagram diagram("weights_grid",
                          "A row [1,T] gives each step its weight; a column [T,1] gives each item one, where "
                          "B = T (coloured: the weight that was made for step 4).");
  const auto repeated = [&](double place, const tg::Tensor& weights, const char* shape, const char* how,
                            const std::vector<int>& last) {
    const int from = diagram.grid(0, place, weights.dim(0), weights.dim(1), cells_of(weights),
                                  {.title = shape, .strong = {3}});
    const int to = diagram.grid(2, place, 4, 4, cells_of(tg::broadcast_to(weights, {4, 4})),
                                {.title = "as they meet losses [4,4]", .strong = last});
    diagram.arrow(from, to, {.label = how});
  };
  repeated(0, row, "weights [1,4]", "repeated down", {3, 7, 11, 15});
  repeated(1, column, "weights [4,1]", "repeated across", {12, 13, 14, 15});
  lesson::show(diagram);

  const auto weights_of = [&](int items) -> std::vector<std::pair<const char*, tg::Tensor>> {
    return {{"[1,T]", row},
            {"[B,T]", tg::broadcast_to(row, {items, 4})},
            {"[T]", roots},
            {"[T,1]", column},
            {"[B,T,1]", tg::broadcast_to(tg::reshape(roots, {1, 4, 1}), {items, 4, 1})}};
  };
  std::vector<lesson::Row> rows;
  for (const auto& shape : weights_of(2)) rows.push_back({shape.first});
  for (int items : {2, 4})
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const tg::Tensor losses = last_step_losses(items), weights = weights_of(items)[i].second;
      double product = std::nan("");
      lesson::error_of([&] { product = multiplied(losses, weights); });
      rows[i].add(number_or_refusal(product));
      rows[i].add(number_or_refusal(weighted(losses, weights)));
    }
  lesson::say("T = 4. The mean of the weighted losses; 0.5 is wanted\n");
  lesson::table({"shape", "B = 2: product", "B = 2: mse_loss", "B = 4: product", "B = 4: mse_loss"}, rows);

  const tg::Tensor chosen = no_row ? roots : row;
  lesson::claim("in a loss, weights [1,T] reach their steps, for B = 2 and for B = T",
                close(weighted(last_step_losses(2), chosen), 0.5) &&
                    close(weighted(last_step_losses(4), chosen), 0.5),
                lesson::fails_with("--no-row"));
  const auto by_column = [&](const tg::Tensor& losses) {
    return multiplied(tg::broadcast_to(losses, {4, 4}), column);
  };
  lesson::claim(
      "weights [T,1] times losses [T,T]: item 4 costs twice as much as item 1, step 4 no more than step 1",
      close(by_column(tg::tensor({{0}, {0}, {0}, {1}})), 2 * by_column(tg::tensor({{1}, {0}, {0}, {0}}))) &&
          close(by_column(tg::tensor({{0, 0, 0, 1}})), by_column(tg::tensor({{1, 0, 0, 0}}))));
}

// %% [markdown]
// Row by row:
//
// - [1,T] is right everywhere. So is [B,T], which you need when each item has weights of its own.
// - [T] is right in a plain product. Our losses line weights up from the *left* (so that weights [B,T] fit a
//   loss [B,T,3]), so they refuse it, except where $B = T$. There it is taken for one weight per *item*: two
//   axes of one size cannot be told apart. So always write the axis of size 1.
// - [T,1] and [B,T,1] are wrong wherever they give a number. The weight $\sqrt{b}$ meets *item* $b$, and no
//   step counts more than another.
//
// PyTorch gives the same numbers for the products.
//
// ## The hidden mean
//
// The time axis can also get lost on the other side, in the loss. The asker's code has the line
//
// ```python
// dist_loss = mean_squared_error(norm_r, norm_r_h)
// ```
//
// Keras' `mean_squared_error` averages over the *last axis*. For the directions that axis holds the three
// coordinates: [B,T,3] becomes [B,T], as it should. But distances of shape [B,T] have *time* as their last
// axis, and become [B]. Then the two parts are added, [B,T] and [B].
//
// We take four items of four steps. Only the last item is wrong, by 2 m, and only at its *first* step. So its
// loss there is 4, and with the weight $\sqrt{1}$ the weighted sum should be 4. All directions are right.

// %%
// The distance's part of the loss, [B,T]. With the hidden mean it is [B].
tg::Tensor distance_part(const tg::Tensor& guess, const tg::Tensor& truth, bool mean_over_time) {
  const tg::Tensor squares = tg::mse_loss(guess, truth, {.reduction = tg::Reduction::none});
  return mean_over_time ? tg::mean(squares, -1) : squares;
}

// %%
STEP("The hidden mean") {
  const tg::Tensor truth = tg::full({4, 4}, 2), directions = tg::zeros({4, 4});
  std::vector<tg::Real> numbers(16, 2);
  numbers[12] = 4;  // item 4, step 1
  const tg::Tensor guess({4, 4}, numbers);
  const auto losses = [&](bool mean_over_time) {
    return directions + distance_part(guess, truth, mean_over_time);
  };
  const auto cost = [&](bool mean_over_time, bool reversed) {
    const tg::Tensor items = reversed ? tg::flip(guess, 0) : guess;
    return tg::sum((directions + distance_part(items, truth, mean_over_time)) * tg::sqrt_count_weights(4))
        .item();
  };
  lesson::predict(
      "The weighted sum should be 4. What is it with the mean over time? (First find the [B]: four "
      "numbers. Then add it to zeros [4,4].)",
      cost(true, false));

  lesson::Diagram diagram("hidden_mean",
                          "A mistake of item 4 at step 1 stays where it is on the left; the mean over time "
                          "moves it to step 4 of every item.");
  diagram.grid(0, 0, 4, 4, cells_of(losses(false)), {.title = "right: [B,T] + [B,T]", .strong = {12}});
  diagram.grid(1, 0, 4, 4, cells_of(losses(true)),
               {.title = "published: [B,T] + [B]", .strong = {3, 7, 11, 15}});
  lesson::show(diagram);
  lesson::table({"weighted sum", "right", "published"},
                {{"items in this order", cost(false, false), cost(true, false)},
                 {"items in reverse order", cost(false, true), cost(true, true)}});
  const std::string refusal = lesson::error_of([&] { tg::zeros({2, 4}) + tg::zeros({2}); });
  lesson::say("\nWith 2 items of 4 steps: {}", refusal);
  lesson::claim("the loss does not depend on the order of the items",
                close(cost(hidden_mean, false), cost(hidden_mean, true)),
                lesson::fails_with("--hidden-mean"));
  lesson::claim("a mistake at step 1 is charged with the weight of step 1",
                close(cost(hidden_mean, false), 4), lesson::fails_with("--hidden-mean"));
  lesson::claim("where B and T differ, the sum of [B,T] and [B] is refused", refusal != lesson::no_error);
}

// %% [markdown]
// The published sum is silent only where $B = T$. There broadcasting lines *items* up with *steps*: what item
// $b$ got wrong, averaged over time, is added to step $b$ of every item. A plain `+` cannot know better,
// neither ours nor Keras'. What helps is a loss that averages over all axes or none. `mse_loss` does so
// (`Reduction::none` for none).
//
// The same mean breaks `sample_weight`. With targets of shape [B,T] and the built-in "mse", Keras' loss is
// [B], and weights [B,T] do not fit (tensorflow issue 42750, with TensorFlow 2.3). Give the targets a third
// axis, [B,T,1].
//
// ## The fix: the whole loss
//
// Weights and masks are options of the loss, and each part reduces the axes that it should:
//
// ```cpp
// const tg::LossOptions options = {.mask = tg::sequence_mask(lengths, T),       // [B,T]
//                                  .weights = tg::sqrt_count_weights(T)};       // [1,T]
// askers_loss(model(samples, lengths), truth, options)
// ```
//
// In Keras the documented way is `sample_weight` in `fit`: "you can pass a 2D array with shape (samples,
// sequence_length), to apply a different weight to every timestep of every sample". What differs between
// versions is the *divisor*:
//
// - Keras 2.2 wants `sample_weight_mode="temporal"` in `compile`, and targets of three dimensions. It divides
//   the weighted sum by the number of weights that are not 0.
// - tf.keras 2 accepts the mode and ignores it; Keras 3 has no such argument. Both divide by the number of
//   all $B T$ entries.
// - Since Keras 3.9 a loss made with `reduction="mean_with_sample_weight"` divides by the sum of the weights.
//
// The second answer to the question takes another way: it *carries the count in the targets*. The targets get
// one more column, which holds $n$, and the loss takes it out again. The answer writes it for targets without
// time, `y[:, 0]` and `y[:, 1]`. On targets [B,T,5] these are *time steps* 0 and 1. For sequences it must be
// the last axis. This way is worth the trouble when the count is not the step, as in a piece from the
// middle of a longer sequence. But `sample_weight` of shape [B,T] can say that too.
//
// We compute the loss in these ways. Then we take short sequences with padding (weight 0), and use the four
// divisors on the same numbers. The formulas are Keras'; the program is ours.

// %% tags=["unfolded"]
// L_n before any mean over items or steps: [B,T]
tg::Tensor step_losses(const Guess& guess, const Guess& truth) {
  const tg::LossOptions each = {.reduction = tg::Reduction::none};
  return 10 * tg::mean(tg::mse_loss(direction(guess.place), direction(truth.place), each), -1) +
         tg::mse_loss(distance(guess.place), distance(truth.place), each) +
         3 * tg::mse_loss(guess.energy, truth.energy, each);
}

// The loss that finds its weights in the targets: columns 0 to 2 are the place, 3 the energy, 4 the count.
tg::Tensor loss_with_counts(const Guess& guess, const tg::Tensor& targets) {
  return askers_loss(guess, guess_of(tg::slice(targets, -1, 0, 4)),
                     {.weights = tg::sqrt(tg::select(targets, -1, 4))});
}

// %%
STEP("The whole loss") {
  lesson::Diagram drawing("model", "The weights meet the losses per step, before any mean.");
  const int samples = drawing.box(0, 0, "samples", {.round = true, .note = "[B,T,4]"}),
            memory = drawing.box(1, 0, "LSTM", {.note = "[B,T,H]"}),
            readout = drawing.box(2, 0, "Dense", {.note = "[B,T,4]"}),
            losses_box = drawing.box(3, 0, "loss", {.note = "[B,T]"}),
            truth = drawing.box(4, 0, "truth", {.round = true, .note = "[B,T,4]"}),
            weights_box = drawing.box(2, 1, "weights", {.strong = true, .round = true, .note = "[1,T]"}),
            times = drawing.box(3, 1, "times", {.strong = true, .note = "[B,T]"}),
            mean = drawing.box(4, 1, "mean", {.note = "[]"});
  drawing.arrow(samples, memory);
  drawing.arrow(memory, readout);
  drawing.arrow(readout, losses_box);
  drawing.arrow(truth, losses_box);
  drawing.arrow(losses_box, times);
  drawing.arrow(weights_box, times, {.strong = true});
  drawing.arrow(times, mean);
  lesson::show(drawing);

  const Lamps batch = few_lamps();
  const Guess guess = untrained()(batch.samples);
  const tg::Tensor losses = step_losses(guess, batch.truth), counts = tg::arange(1, T + 1);
  const double by_options = askers_loss(guess, batch.truth, {.weights = count_weights(0.5)}).item();
  double by_hand = 0;
  for (int b = 0; b < few; ++b)
    for (int t = 0; t < T; ++t) by_hand += std::sqrt(t + 1) * losses.at({b, t}) / (few * T);
  const tg::Tensor targets = tg::concat({batch.truth.place, tg::reshape(batch.truth.energy, {few, T, 1}),
                                         tg::broadcast_to(tg::reshape(counts, {1, T, 1}), {few, T, 1})},
                                        -1);
  const double carried = loss_with_counts(guess, targets).item();
  lesson::table({"the loss", "value"}, {{"weights as an option of the loss", by_options},
                                        {"added up by hand", by_hand},
                                        {"counts carried in the targets", carried},
                                        {"without weights", askers_loss(guess, batch.truth).item()}});
  lesson::claim("weights as an option, added up by hand, and carried in the targets give the same loss",
                close(by_options, by_hand) && close(carried, by_hand), lesson::fails_with("--counter"));

  // Weights 0 after the end of a sequence; then twice as many steps, all new ones padding.
  const tg::Tensor mask = tg::sequence_mask({T, 5, T, 20}, T), weights = tg::sqrt_count_weights(T) * mask;
  const auto divided = [&](int more_steps) {
    const double sum = tg::sum(weights * losses).item(), real = tg::sum(mask).item();
    return std::vector<double>{
        sum / real, sum / (few * (T + more_steps)), sum / tg::sum(weights).item(),
        askers_loss(guess, batch.truth, {.mask = mask, .weights = tg::sqrt_count_weights(T)}).item()};
  };
  const std::vector<double> once = divided(0), longer = divided(T);
  lesson::predict(
      "The sequences are padded to twice the length, with weight 0. How large is the loss in tf.keras "
      "2 or Keras 3 then, in units of before?",
      longer[1] / once[1]);
  const char* names[] = {"Keras 2.2: number of weights that are not 0",
                         "tf.keras 2, Keras 3: all B T entries",
                         "mean_with_sample_weight: sum of the weights", "here: number of real entries"};
  std::vector<lesson::Row> rows;
  for (std::size_t i = 0; i < once.size(); ++i) rows.push_back({names[i], once[i], longer[i]});
  lesson::table({"divisor", "loss", "with as many steps of padding again"}, rows);
  lesson::claim("a divisor that counts padding makes the loss smaller with more padding; the others do not",
                close(longer[1], once[1] / 2) && longer[0] == once[0] && longer[2] == once[2] &&
                    close(longer[3], longer[0]));
}

// %% [markdown]
// Three ways give one number. The divisor changes the size of the loss, and with it the size of the gradient.
// Where all batches have the same shape and weights, it is one factor. Where padding differs from batch to
// batch, real steps weigh differently. With all $B T$ entries, a step weighs less in a batch that is padded
// further. With the real entries, it weighs more in a batch that has few of them.
//
// ## Which power?
//
// What does the asker know about the errors? The classical guess after $n$ samples is their mean, the
// *running mean*. Its error falls as $1/\sqrt{n}$. For the energy: $n$ steps bring about $n e$ photons, a sum
// whose standard deviation is $\sqrt{n e}$; divided by $n$ that is $\sqrt{e / n}$. From this the asker
// concludes: weight $\sqrt{n}$.
//
// But the loss holds *squares* of errors, and those fall as $1/n$. A squared error that should count the same
// at every step, on average, needs the weight $n$. The asker's root belongs on the error itself, the
// *residual* $\epsilon_n$, before it is squared:
//
// $$ (\sqrt{n}\, \epsilon_n)^2 = n\, \epsilon_n^2 $$
//
// Statistics says $n$ too, if errors at different $n$ are *independent*. Let $y_n$ be measurements of one
// number $\theta$, each with the variance $\sigma^2 / n$. The sum $\sum w_n (y_n - \theta)^2$ is smallest at
// $\hat{\theta} = \sum w_n y_n / \sum w_n$, whose variance is
//
// $$ \sigma^2 \frac{\sum w_n^2 / n}{(\sum w_n)^2} $$
//
// Set its derivative by each $w_n$ to zero, and $w_n / n$ must be the same for all $n$. So the best weight is
// $n$, *one over the variance*. We measure it with $\sigma = 1$.

// %%
Guess running_mean(const tg::Tensor& samples) {
  return guess_of(tg::cumsum(samples, 1) / tg::reshape(tg::arange(1, T + 1), {1, T, 1}));
}

// Lamps that nobody trains on.
const Lamps& test_lamps() {
  static const Lamps lamps = [] {
    tg::manual_seed(lesson::seed() + 1000);
    return make_lamps(lesson::quick() ? 400 : 4000);
  }();
  return lamps;
}

// The variance of the weighted mean of independent y_1 .. y_T, in theory.
double variance_in_theory(double exponent) {
  double top = 0, bottom = 0;
  for (int n = 1; n <= T; ++n) {
    bottom += std::pow(n, exponent);
    top += std::pow(n, 2 * exponent - 1);
  }
  return top / (bottom * bottom);
}

// The same of many rows y [R,T], measured; the true number is 0.
double variance_measured(const tg::Tensor& y, double exponent) {
  const tg::Tensor weights = tg::pow(tg::arange(1, T + 1), exponent);
  return tg::mean(tg::pow(tg::sum(y * weights, 1) / tg::sum(weights), 2)).item();
}

// Errors of R measurements, y_n with the variance 1 / n: [R,T]
tg::Tensor independent_errors() {
  tg::manual_seed(lesson::seed() + 3000);
  return tg::randn({lesson::quick() ? 2000 : 20000, T}) / tg::sqrt(tg::arange(1, T + 1));
}

// %%
STEP("The best power, where theory knows it") {
  const Lamps& lamps = test_lamps();
  const tg::Tensor squares =
      tg::mean(tg::pow(running_mean(lamps.samples).energy - lamps.truth.energy, 2), 0);  // [T]
  const double first = squares.at({1}), last = squares.at({T - 1});
  lesson::say(
      "Mean square error of the running mean's energy: {:.3f} after 2 samples, {:.3f} after {}: {:.1f} times "
      "smaller.\n",
      first, last, T, first / last);
  lesson::predict(
      "How many times the smallest variance does the asker's sqrt(n) give? (No weights give 2.1.)",
      {"1.1", "1.5", "1.9"}, 0);
  const tg::Tensor errors = independent_errors();
  const double best = variance_in_theory(1);
  std::vector<lesson::Row> rows;
  std::vector<double> powers, measured;
  for (double p : {0.0, 0.5, 1.0, 2.0}) {
    powers.push_back(p);
    measured.push_back(variance_measured(errors, p) / best);
    rows.push_back({lesson::right("{}", p), lesson::right("{:.3f}", variance_in_theory(p) / best),
                    lesson::right("{:.3f}", measured.back())});
  }
  lesson::say("Variance of the weighted mean over the smallest one; measured with {} repeats\n",
              errors.dim(0));
  lesson::table({lesson::right("power p"), "theory", "measured"}, rows);
  std::vector<double> fine, theory;
  for (double p = 0; p < 2.05; p += 0.1) {
    fine.push_back(p);
    theory.push_back(variance_in_theory(p) / best);
  }
  lesson::Figure figure("variance_over_power", "The variance is smallest at p = 1 and flat around it.");
  figure.axes({.x = "power p of the weight", .y = "variance over the smallest"});
  figure.line("theory", fine, theory);
  figure.points("measured", powers, measured);
  lesson::show(figure);

  const Lamps batch = few_lamps();
  const tg::Tensor target = batch.truth.energy, root = tg::sqrt_count_weights(T),
                   guess = untrained()(batch.samples).energy.detach().requires_grad(true);
  const tg::Tensor on_residual = tg::mse_loss(root * guess, root * target),
                   on_square = tg::mse_loss(guess, target, {.weights = count_weights(1)});
  const tg::Tensor a = tg::grad(on_residual, {guess})[0], b = tg::grad(on_square, {guess})[0];
  lesson::say("\nsqrt(n) on the residuals of a batch: {:.4g}; n on their squares: {:.4g}", on_residual.item(),
              on_square.item());
  lesson::claim("in theory, sqrt(n) has 1.11 times the smallest variance, and no weights 2.09 times",
                std::abs(variance_in_theory(0.5) / best - 1.11) < 0.005 &&
                    std::abs(variance_in_theory(0) / best - 2.09) < 0.005);
  lesson::claim("the mean square error of the running mean falls as 1 / n, to 0.2 in the power",
                std::abs(std::log(first / last) / std::log(T / 2) - 1) < 0.2);
  lesson::claim("sqrt(n) on the residual and n on the square are one loss, in value and gradient",
                close(on_residual.item(), on_square.item()) &&
                    tg::max(tg::abs(a - b)).item() < 1e-5 * tg::max(tg::abs(b)).item(),
                lesson::fails_with("--counter"));
  lesson::claim("for independent errors, n on the squares has a smaller variance than sqrt(n) and than none",
                variance_measured(errors, power) < 0.97 * variance_measured(errors, 0.5) &&
                    variance_measured(errors, power) < 0.97 * variance_measured(errors, 0),
                lesson::fails_with("--power 0.5"));
}

// %% [markdown]
// For independent errors $n$ wins, and $\sqrt{n}$ gets most of the way.
//
// But this does not settle the asker's question. Their errors at different $n$ are not independent: the mean
// of 20 samples contains that of 10 (see "Correlated estimates" under Further). And they do not want to
// combine the guesses of one sequence into a better one. The network must give a guess at *every* step, with
// the same parameters. If it cannot fit all steps equally well, $w_n$ decides which it fits better. We know
// no theory for that, so we measure.
//
// ## The experiment
//
// For each seed we train three networks with the same beginning and the same batches. Only the power in $w_n
// = n^p$ differs. The weights are divided by their mean, so that this mean is 1 for each power. A fourth
// network gets its weights from the asker's counter, called once for each batch. Batches are made anew at
// each training step, so nothing can be learned by heart.
//
// We compare all of them by the *unweighted* loss $L_n$ over lamps that they have never seen, divided by the
// loss of the running mean at the same $n$. So 1 is as good as the classical guess, and below 1 is better.
// *Early* is the mean of these over the first 4 steps, *late* over the second half.

// %% tags=["unfolded"]
// The loss over that of the running mean, at steps 1 .. T.
std::vector<double> relative_loss(const Guess& guess) {
  const Lamps& lamps = test_lamps();
  const tg::Tensor classical = tg::mean(step_losses(running_mean(lamps.samples), lamps.truth), 0);
  const auto ratio = (tg::mean(step_losses(guess, lamps.truth), 0) / classical).values();
  return {ratio.begin(), ratio.end()};
}

const int batch_size = 12;
int steps_wanted() { return training_steps ? training_steps.value() : lesson::quick() ? 150 : 1500; }

// The exponent of a network whose weights the asker's counter makes, called once for each batch.
const double by_counter = -1;

Estimator train(double exponent, int seed) {
  tg::manual_seed(seed);
  const Estimator model(hidden);
  CountingLayer counter;
  const tg::Tensor of_steps = count_weights(exponent) / tg::mean(count_weights(exponent));  // [1,T]
  tg::optim::Adam adam(model.parameters(), {.lr = lr});
  for (int step = 0; step < steps_wanted(); ++step) {
    const Lamps batch = make_lamps(batch_size);
    const tg::Tensor weights = exponent == by_counter ? tg::full({1, T}, std::sqrt(counter())) : of_steps;
    const tg::Tensor loss = askers_loss(model(batch.samples), batch.truth, {.weights = weights});
    adam.zero_grad();
    loss.backward();
    tg::optim::clip_grad_norm(model.parameters(), 5);
    adam.lr(tg::optim::cosine(step, steps_wanted(), lr));  // falls to 0 along half a cosine
    adam.step();
  }
  return model;
}

std::string name_of(double exponent) {
  return exponent == by_counter ? "the asker's counter" : fmt::format("power {}", exponent);
}
std::vector<double> powers() {
  std::vector<double> result = {0, 0.5};
  if (power != 0 && power != 0.5) result.push_back(power);
  return result;
}

double mean_of(const std::vector<double>& numbers, int first, int last) {
  double sum = 0;
  for (int n = first; n <= last; ++n) sum += at_step(numbers, n);
  return sum / (last - first + 1);
}

// What the experiment measured, for each seed: the relative loss at each step, and its means.
struct Experiment {
  lesson::Measurements parts{"loss over that of the running mean", {.decimals = 3}}, steps{"the same"};
};

const Experiment& experiment() {
  static std::map<std::string, Experiment> known;
  const std::string settings = fmt::format("{} {} {} {} {} {}", power.value(), lesson::seed(), lr.value(),
                                           hidden.value(), steps_wanted(), from_counter.value());
  if (const auto found = known.find(settings); found != known.end()) return found->second;
  Experiment result;
  std::vector<double> exponents = powers();
  exponents.push_back(by_counter);
  for (const int seed : lesson::seeds(5, 7, 20))
    for (const double exponent : exponents) {
      const Estimator model = train(exponent, seed);
      const tg::NoGrad off;
      const std::vector<double> loss = relative_loss(model(test_lamps().samples));
      result.parts.add(name_of(exponent), "early", mean_of(loss, 1, 4));
      result.parts.add(name_of(exponent), "late", mean_of(loss, T / 2 + 1, T));
      for (int n = 1; n <= T; ++n) result.steps.add(name_of(exponent), n, at_step(loss, n));
    }
  return known[settings] = result;
}

// How the early or late loss changes from no weights to these, seed by seed.
std::vector<double> changes(double exponent, const char* part) {
  std::vector<double> result;
  const std::vector<double>&with = experiment().parts.values(name_of(exponent), part),
        &without = experiment().parts.values(name_of(0), part);
  for (std::size_t k = 0; k < with.size(); ++k) result.push_back(with[k] / without[k] - 1);
  return result;
}
double median_change(double exponent, const char* part) {
  return lesson::spread(changes(exponent, part)).median;
}

// %%
STEP("The experiment") {
  lesson::predict("After all 32 samples: does the network without weights beat the running mean?",
                  [] { return experiment().steps.median(name_of(0), T) < 1; });
  experiment().parts.table("weights");
  lesson::Figure figure("powers",
                        "The higher the power, the worse the first guesses; late the lines lie close "
                        "together (bands: range over seeds).");
  figure.axes({.x = "samples n", .y = "loss over the running mean's", .log_x = true});
  for (const double exponent : powers()) {
    std::vector<double> n, median, low, high;
    for (int step = 1; step <= T; ++step) {
      const lesson::Spread spread = experiment().steps.spread(name_of(exponent), step);
      n.push_back(step);
      median.push_back(spread.median);
      low.push_back(spread.low);
      high.push_back(spread.high);
    }
    figure.band(name_of(exponent), n, low, high);
    figure.line(name_of(exponent), n, median);
  }
  figure.baseline("running mean", 1);
  lesson::show(figure);
  lesson::claim(
      "after the first sample, the network without weights beats the running mean, in the median over seeds",
      experiment().steps.median(name_of(0), 1) < 1);
  lesson::claim(
      "after the last sample, the running mean beats the network without weights, in the median over seeds",
      experiment().steps.median(name_of(0), T) > 1);
}

// %% [markdown]
// The networks beat the running mean while samples are few, because they have learned from which lamps we
// draw. Then the running mean catches up, and after the last sample it is ahead of the network without
// weights. It forgets nothing, and late there is little to know beyond it.
//
// The counter's network is nearly the one without weights, and nothing complained. Two things hide it: we
// clip the gradient at a length of 5, and Adam divides it by its own size. Either keeps the steps from
// growing with the loss. Plain gradient descent without a clip would make the $k$-th step $\sqrt{k}$ times
// as long.
//
// ## Early against late
//
// Late, the seeds differ from each other about as much as the powers do, or more. But the networks of one
// seed saw the same batches. So we compare seed by seed: how does the loss change from no weights to these?

// %%
STEP("Early against late") {
  std::vector<std::string> rows;
  std::vector<std::vector<double>> percents;
  for (const double exponent : {0.5, power.value(), by_counter})
    for (const char* part : {"early", "late"}) {
      rows.push_back(fmt::format("{}, {}", part, name_of(exponent)));
      percents.emplace_back();
      for (const double number : changes(exponent, part)) percents.back().push_back(100 * number);
    }
  lesson::Figure figure(
      "early_against_late",
      "Weights move mistakes from the late guesses to the early ones (a dot for each seed).");
  figure.axes({.y = "change of the loss, percent"});
  figure.strip("change", rows, percents);
  figure.baseline("no weights", 0);
  lesson::show(figure);

  const double root_early = median_change(0.5, "early"), root_late = median_change(0.5, "late"),
               top_early = median_change(power, "early"), top_late = median_change(power, "late");
  lesson::claim("in the median over seeds, sqrt(n) makes the early loss larger, and the higher power more so",
                root_early > 0.005 && top_early > root_early + 0.005, lesson::fails_with("--counter"));
  lesson::claim("in the median over seeds, the highest power makes the late loss smaller", top_late < -0.001,
                lesson::fails_with("--counter"));
  lesson::claim("the asker's counter changes the early loss less than half as much as sqrt(n) does",
                std::abs(median_change(by_counter, "early")) < root_early / 2,
                lesson::fails_with("--counter"));
  const char* in_short =
      "in the median, sqrt(n) and n make the late loss smaller, by less than 3%; early, sqrt(n) makes it 1.5 "
      "to 5% larger, and n 5 to 12%";
  if (lesson::quick() || power != 1)
    lesson::skip_claim(in_short, "it is about fully trained networks and --power 1");
  else
    lesson::claim(in_short,
                  root_late < 0 && root_late > -0.03 && top_late < 0 && top_late > -0.03 &&
                      root_early > 0.015 && root_early < 0.05 && top_early > 0.05 && top_early < 0.12,
                  lesson::fails_with("--counter"));
}

// %% [markdown]
// The power moves mistakes, it does not remove them. $\sqrt{n}$ is a compromise. It is not what the theory of
// errors demands, and it need not be. Late, $n$ gains little more than $\sqrt{n}$, if anything (look at the
// dots); early it costs more.
//
// So which power? Ask which guesses you will use. Then measure, as here: per step, against a classical guess,
// over several seeds.
//
// ## What the original answers got wrong, or left out
//
// The heart of the accepted answer is right: no counter, a range of shape (1, length), and a loss that keeps
// its first two axes. A second look adds this:
//
// - `K.sqrt(tf.range(1, length+1))` takes the root of integers, which TensorFlow refuses. Cast first.
// - `sample_weight` of two dimensions is not mentioned. With it, the loss needs no weights inside.
// - The mean of `loss * sec` is larger than that of `loss`; for equal losses by a factor, the mean weight.
//   Plain gradient descent then takes longer steps. Divide the weights by their mean.
// - `y[:, 0]` and `y[:, 1]` are time steps where the targets are sequences (step 5).
//
// The answers leave out what is wrong in the asker's own loss:
//
// - `mean_squared_error(norm_r, norm_r_h)` averages over time, where `norm_r` is [B,T] (step 4).
// - `r/norm_r` is 0/0 where a guess is exactly 0, as at padded steps (Further).
// - $\sqrt{n}$ belongs on the residual; on the square it is $n$ (step 6). Nobody measured either (step 8).
// - `dist_lost_weight` is a typo for `dist_loss_weight`. Python finds it only when the line runs.
//
// ## Further
//
// What is interesting beside the argument. `--further` runs these sections too.
//
// ### The direction of nothing
//
// The loss divides by a length: $u = r / |r|$. At $r = 0$ that is $0 / 0$. And before $0/0$ comes the length
// itself. The derivative of $\sqrt{x}$ is $1 / (2\sqrt{x})$, infinite at 0. By the chain rule it is
// multiplied with the derivative of $r \cdot r$, which is 0. Infinity times 0 is NaN, "not a number", and one
// NaN in a gradient spoils every parameter.
//
// We compare ways to write a direction at vectors $(s, 0, 0)$ for smaller and smaller $s$. We ask how much
// its second coordinate moves with that of $r$, which should be $1/s$. *Naive* divides by $\sqrt{r \cdot r}$
// as it stands. *Chosen late* divides too, and takes zeros afterwards where the length is 0. *Clipped*
// divides by at least 1e-12, as PyTorch's `F.normalize` does. *Ours* is `direction` from the beginning of
// this lesson. And `AnomalyMode` stops at the first operation that makes a NaN or an infinity, and names it.

// %%
tg::Tensor naive_length(const tg::Tensor& r) { return tg::sqrt(tg::sum(r * r, -1, tg::keepdim)); }
tg::Tensor safe_length(const tg::Tensor& r) { return tg::norm(r, -1, tg::keepdim); }
tg::Tensor naive_direction(const tg::Tensor& r) { return r / naive_length(r); }
tg::Tensor clipped_direction(const tg::Tensor& r) { return r / tg::maximum(safe_length(r), 1e-12); }
tg::Tensor chosen_late(const tg::Tensor& r) {
  return tg::where(safe_length(r) > 0, r / safe_length(r), tg::zeros(r.shape()));
}

// d f(r)_k / d r_k at r = (s, 0, 0); a length has only f(r)_0.
double sensitivity(tg::Tensor (*f)(const tg::Tensor&), double s, int k) {
  const tg::Tensor r = tg::tensor({static_cast<tg::Real>(s), 0, 0}).requires_grad(true);
  return tg::grad(tg::select(f(r), 0, k), {r})[0].at({k});
}

lesson::Cell number_cell(double x) {
  return std::isnan(x) ? lesson::right("NaN") : lesson::right("{:.3g}", x);
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
FURTHER("Length and direction near zero") {
  std::vector<lesson::Row> rows;
  for (double s : {1.0, 1e-3, 1e-6, 1e-30, 0.0})
    rows.push_back({lesson::right("{:.0e}", s), number_cell(sensitivity(naive_direction, s, 1)),
                    number_cell(sensitivity(chosen_late, s, 1)),
                    number_cell(sensitivity(clipped_direction, s, 1)),
                    number_cell(sensitivity(direction, s, 1))});
  lesson::table({lesson::right("s"), "naive", "chosen late", "clipped", "ours"}, rows);
  lesson::say("\nAnomalyMode on the naive length: {}", anomaly(naive_length));
  lesson::say("AnomalyMode on the naive direction: {}", anomaly(naive_direction));
  lesson::claim("at 0, the gradient of the naive length is NaN and that of tg::norm is 0",
                std::isnan(sensitivity(naive_length, 0, 0)) && sensitivity(safe_length, 0, 0) == 0);
  lesson::claim("at 0, a direction that is divided naively or chosen late has a NaN gradient",
                std::isnan(sensitivity(naive_direction, 0, 1)) && std::isnan(sensitivity(chosen_late, 0, 1)));
  lesson::claim("at 0, the gradient of our direction is finite, and AnomalyMode finds nothing",
                std::isfinite(sensitivity(direction, 0, 1)) && anomaly(direction) == lesson::no_error,
                lesson::fails_with("--naive-direction"));
}

// %% [markdown]
// - `tg::norm` knows its own rule: $r / |r|$, and 0 at 0. (At a corner there is no derivative. 0 is one of
//   the slopes that fit below the curve, a *subgradient*.) PyTorch's `norm` does the same.
// - To divide first and *choose* with `where` afterwards does not help the gradient: on the way back, 0 times
//   infinity is NaN. Choose the *divisor* first, as `direction` does.
// - Clipping gives no NaN, but a gradient so large that one step may throw the model away.
// - At 1e-30 the square of $s$ is too small for a float. It becomes 0, and the naive length with it.
//   `tg::norm` still finds the length.
//
// ### Zeros from padding
//
// You may think that a network never gives exactly 0. It does, at once. The sequences of a batch differ in
// length, and the places after the end of a short one are *padding*. There our LSTM gives zeros, the bias of
// a fresh dense layer is 0, and so the guess of the place $r$ is exactly 0. (That of the energy is 4.) A
// *mask*, 1 at real steps and 0 at padded ones, takes the padded steps out of the loss. Is the gradient safe?
// And does it matter what stands at the padded places, zeros or NaN?

// %%
FURTHER("Zeros from padding") {
  const Estimator model = untrained();
  const Lamps batch = few_lamps();
  const std::vector<int> lengths = {T, 5, T, 20};
  const tg::LossOptions options = {.mask = tg::sequence_mask(lengths, T),
                                   .weights = tg::sqrt_count_weights(T)};
  const tg::Tensor at_zero = distance(model(batch.samples, lengths).place) <= 0;
  const double zeros = tg::sum(at_zero).item(), real_zeros = tg::sum(at_zero * options.mask).item();
  const tg::Tensor real = tg::reshape(options.mask, {few, T, 1});
  // Loss, and length of its gradient, with `padding` in place of samples and truth after the end.
  const auto padded_with = [&](double padding) {
    const Guess truth = {tg::where(real, batch.truth.place, padding),
                         tg::where(options.mask, batch.truth.energy, padding)};
    const tg::Tensor loss =
        askers_loss(model(tg::where(real, batch.samples, padding), lengths), truth, options);
    return std::pair<double, double>(loss.item(), tg::norm(tg::grad(loss, {model.readout.weight})[0]).item());
  };
  const auto with_zeros = padded_with(0), with_nans = padded_with(std::nan(""));
  lesson::say("A fresh model, lengths {}, {}, {}, {}: {:.0f} guesses of the place are exactly 0.\n",
              lengths[0], lengths[1], lengths[2], lengths[3], zeros);
  lesson::table({"padding", "loss", "length of its gradient"},
                {{"0", with_zeros.first, number_cell(with_zeros.second)},
                 {"NaN", with_nans.first, number_cell(with_nans.second)}});
  lesson::claim("under the mask, padding reaches neither loss nor gradient, even as NaN",
                with_zeros == with_nans && std::isfinite(with_nans.second),
                lesson::fails_with("--naive-direction"));
  lesson::claim("a fresh model guesses exactly the place 0 at every padded step, and nowhere else",
                real_zeros == 0 && close(zeros, (T - 5) + (T - 20)));
}

// %% [markdown]
// Run it with `--naive-direction`: the masked loss is still a number, but its gradient is NaN. The gradient
// at a padded step is 0, times the infinite slope of the division. A mask on the loss is not enough: at
// padded steps, too, values and slopes must be finite, or 0 times infinity makes NaN.
//
// ### Mean, or weighted mean?
//
// Two ways to make one number of weighted losses $w_n L_n$:
//
// $$ \frac{1}{B T} \sum w_n L_n $$
//
// $$ \frac{\sum w_n L_n}{\sum w_n} $$
//
// The first is `mean` here and Keras' default. The second, the *weighted mean*, is what PyTorch does with
// weights of classes in `cross_entropy`. With the same weights in each batch they differ by one factor, the
// mean weight. When does it matter which one you take?

// %%
double weighted_mean(const tg::Tensor& losses, const tg::Tensor& weights) {
  return (tg::sum(losses * weights) / tg::sum(tg::broadcast_to(weights, losses.shape()))).item();
}

// %%
FURTHER("Two means") {
  const tg::Tensor one_item = tg::full({1, 1}, 3);
  const auto with_weight = [&](double w) { return weighted_mean(one_item, tg::full({1, 1}, w)); };
  lesson::predict(
      "A batch holds one item, of loss 3. Its weight goes from 5 to 50. What is the weighted mean then?",
      with_weight(50));
  const tg::Tensor ones = tg::ones({1, 4}), roots = tg::sqrt_count_weights(4);
  lesson::say("four losses of 1, weights sqrt(n): mean {:.6f}, weighted mean {:.6f}", multiplied(ones, roots),
              weighted_mean(ones, roots));

  // A large batch in two parts, with sequences of different lengths.
  const Lamps batch = few_lamps();
  const tg::Tensor mask = tg::sequence_mask({T, T, 4, 3}, T),
                   losses = step_losses(untrained()(batch.samples), batch.truth) * tg::sqrt_count_weights(T);
  const auto sum_of = [&](int from, int to) { return tg::sum(tg::slice(losses * mask, 0, from, to)).item(); };
  const auto count_of = [&](int from, int to) { return tg::sum(tg::slice(mask, 0, from, to)).item(); };
  const double whole = sum_of(0, 4) / count_of(0, 4), once = (sum_of(0, 2) + sum_of(2, 4)) / count_of(0, 4),
               mean_of_means = (sum_of(0, 2) / count_of(0, 2) + sum_of(2, 4) / count_of(2, 4)) / 2;
  lesson::say(
      "items of {}, {}, 4 and 3 samples in one batch: {:.4f}; in two batches of two, their means "
      "averaged: {:.4f}; their sums divided once: {:.4f}",
      T, T, whole, mean_of_means, once);
  lesson::claim("on losses of 1 and T = 4, the mean is 1.536566 and the weighted mean 1",
                std::abs(multiplied(ones, roots) - 1.536566) < 1e-6 && close(weighted_mean(ones, roots), 1));
  lesson::claim("in a batch of one item, the weighted mean forgets the item's weight",
                close(with_weight(5), 3) && close(with_weight(50), 3));
  lesson::claim("sums of parts, divided once, are the mean of the whole; the mean of means is not",
                close(once, whole) && !close(mean_of_means, whole));
}

// %% [markdown]
// - With `mean`, a higher power makes the loss larger, and with it the gradient. Plain gradient descent takes
//   that for a longer step, and a clipped gradient is clipped more. To compare *powers* and nothing else, we
//   divided the weights by their mean.
// - Weights per item, and masks, make $\sum w$ another number in each batch. Then the weighted mean makes the
//   weight of an item depend on which items are in its batch. Alone, it has none at all.
// - With lengths that differ, a mean of the means of parts is not the mean of the whole. If you add up
//   gradients over several small batches, add sums, and divide once.
//
// ### Correlated estimates
//
// Running means of one sequence are not independent. For $j \le k$ the covariance of the means $m_j$ and
// $m_k$, how much they vary together, is $\sigma^2 / k$. Which power is best for them?

// %%
// The variance of the weighted mean of running means m_1 .. m_T, in theory.
double variance_of_running_means(double exponent) {
  double top = 0, bottom = 0;
  for (int j = 1; j <= T; ++j) {
    bottom += std::pow(j, exponent);
    for (int k = 1; k <= T; ++k) top += std::pow(j, exponent) * std::pow(k, exponent) / std::max(j, k);
  }
  return top / (bottom * bottom);
}

// %%
FURTHER("Correlated estimates") {
  tg::manual_seed(lesson::seed() + 3000);
  const tg::Tensor noise = tg::randn({lesson::quick() ? 2000 : 20000, T}),
                   running = tg::cumsum(noise, 1) / tg::arange(1, T + 1);
  std::vector<lesson::Row> rows;
  bool falls = true, agree = true;
  double before = std::numeric_limits<double>::infinity();
  for (double p : {0.0, 0.5, 1.0, 2.0, 4.0, 8.0}) {
    const double theory = variance_of_running_means(p), measured = variance_measured(running, p);
    rows.push_back(
        {lesson::right("{}", p), lesson::right("{:.5f}", theory), lesson::right("{:.5f}", measured)});
    falls = falls && theory < before && theory > 1.0 / T;
    agree = agree && std::abs(measured / theory - 1) < 0.15;
    before = theory;
  }
  rows.push_back({"the last alone", lesson::right("{:.5f}", 1.0 / T)});
  lesson::say("Variance of the weighted mean of running means\n");
  lesson::table({lesson::right("power p"), "theory", "measured"}, rows);
  lesson::claim("for running means, each higher power tried is better, and none reaches the last mean alone",
                falls);
  lesson::claim("theory and measurement agree to 15%", agree);
}

// %% [markdown]
// There is no best power: the last mean holds all that the others hold, so the more weight on it, the better.
// "One over the variance" is a rule for independent errors.
//
// ## Your turn
//
// Write down what you expect, then run the lesson again with
//
// - `--power 2`: is there still something to gain late? What does it cost early?
// - `--counter`: which claims become false, and why exactly those?
// - `--hidden 4`: a network that cannot fit all steps well. Does the power matter more?
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
// - `make exercise N=43`, *the whole loss, in parts* (quiz), for those who know
//   half of this lesson: when it is green, the others count as done. All in one number, for a batch
//   in parts.
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
