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
// # 3. Why does an LSTM autoencoder only predict the mean?
//
// | card | |
// |---|---|
// | question | Why does the reconstruction come out flat, and what cures it? |
// | you learn to | put baselines beside a loss; tell a bad step size from a lack of capacity and from an offset; compare losses in one unit only |
// | you need | derivatives and the chain rule, a little C++; LSTMs are explained below |
// | time | 20 minutes to read; under a minute to run, seconds with `--quick` |
//
// ## The question
//
// Someone trains an LSTM autoencoder to repeat its own input: 14 time steps of 5 numbers.
// It does not work. Whatever they try (a larger model, longer training, the sum instead of the mean, the
// target reversed), the output is five nearly flat lines, each at the average of its feature. "What is
// causing my model to predict the average, and how do I fix it?"
//
// The accepted answer says: use a larger hidden layer, and learn the *differences* between time steps instead
// of the values. It needed 942 steps to reach a loss of 0.0001 with the values, and 215 with the differences.
// We run all of it, and see what is true.

// %%
#include "support/lesson.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

lesson::Knob<int> hidden_units{"hidden", 0, "hidden units H of the experiment (0: both 5 and 100)",
                               lesson::at_least{0}};
lesson::Knob<int> step_limit{"steps", 1000, "Adam steps after which a run gives up", lesson::at_least{1}};
lesson::Knob<int> seed_count{"seeds", 0,
                             "seeds of the experiment (0: 5, or 1 with --quick, or 20 with --full)",
                             lesson::at_least{0}};
lesson::Knob<double> lr{"lr", 1e-3, "step size of Adam", lesson::at_least{0}};
lesson::Knob<double> askers_lr{"askers-lr", 1e-6, "step size of Adam in the failing demo",
                               lesson::at_least{0}};

const int small_model = 5, large_model = 100;
const double target_loss = 1e-4;

// The asker's table: T = 14 time steps (rows) of D = 5 features (columns).
const int T = 14, D = 5;
const tg::Tensor events = tg::tensor({{0.5122, 0.0360, 0.7027, 0.0721, 0.1892},
                                      {0.5177, 0.0833, 0.6574, 0.1204, 0.1389},
                                      {0.4643, 0.0364, 0.6242, 0.1576, 0.1818},
                                      {0.4375, 0.0133, 0.5733, 0.1867, 0.2267},
                                      {0.4838, 0.0625, 0.6042, 0.1771, 0.1562},
                                      {0.4804, 0.0175, 0.6798, 0.1053, 0.1974},
                                      {0.5030, 0.0445, 0.6712, 0.1438, 0.1404},
                                      {0.4987, 0.0490, 0.6699, 0.1536, 0.1275},
                                      {0.4898, 0.0388, 0.6704, 0.1330, 0.1579},
                                      {0.4711, 0.0390, 0.5877, 0.1532, 0.2201},
                                      {0.4627, 0.0484, 0.5269, 0.1882, 0.2366},
                                      {0.5043, 0.0807, 0.6646, 0.1429, 0.1118},
                                      {0.4852, 0.0606, 0.6364, 0.1515, 0.1515},
                                      {0.5279, 0.0629, 0.6886, 0.1514, 0.0971}});

// %% [markdown]
// ## Look at the data first
//
// Call the series $x$. Its row $x_t$ holds the $D$ features at time step $t$, and there are $T$ rows.
// A feature has a *mean* over time, and a *spread* (its standard deviation: how far it typically is from that
// mean).

// %%
// [T,D] -> [1,D]
tg::Tensor mean_row(const tg::Tensor& x) { return tg::mean(x, 0, tg::keepdim); }

// How far each feature typically is from its mean: [T,D] -> [1,D]
tg::Tensor spread_row(const tg::Tensor& x) {
  return tg::sqrt(tg::mean(tg::pow(x - mean_row(x), 2), 0, tg::keepdim));
}

// The mean squared error of predicting each entry of x by the same entry of another table.
double mse(const tg::Tensor& prediction, const tg::Tensor& x) { return tg::mse_loss(prediction, x).item(); }

// %%
STEP("The data") {
  const tg::Tensor means = mean_row(events), spreads = spread_row(events);
  std::vector<lesson::Row> rows;
  for (int d = 0; d < D; ++d) rows.push_back({d + 1, means.at({0, d}), spreads.at({0, d})});
  lesson::table({lesson::right("feature"), "mean", "spread"}, rows);

  const double size = mse(tg::zeros({T, D}), events),
               around_mean = mse(tg::broadcast_to(means, {T, D}), events);
  lesson::say("mean of the squares of all {} numbers: {:.4g}", T * D, size);
  lesson::say("the same after subtracting each feature's mean: {:.4g}", around_mean);
  lesson::say(
      "So {:.1f}% of the size of this series is its offset: five constants. What changes over time is the "
      "rest.",
      100 * (1 - around_mean / size));
}

// %% [markdown]
// ## The model
//
// An LSTM reads one row at a time. Between rows it carries two vectors of $H$ numbers:
// the *hidden state* $h_t$ (what it shows) and the *cell state* $c_t$ (what it remembers).
// $H$ is the number of hidden units, the model's capacity. For each row it computes three gates between 0 and
// 1 and a proposal between -1 and 1, each from $x_t$ and $h_{t-1}$ with weights of its own: $i$ (how much to
// write), $f$ (how much to keep), $o$ (how much to show), $g$ (what to write). Then
//
// $$ c_t = f \odot c_{t-1} + i \odot g $$
//
// $$ h_t = o \odot \tanh(c_t) $$
//
// where $\odot$ multiplies entry by entry. The *autoencoder* is two LSTMs and a dense layer with weight $W$
// and bias $b$:
//
// 1. The encoder reads all $T$ rows. Only its last $h$ and $c$ go on: the whole series squeezed into $2H$
// numbers.
// 2. The first reconstructed row is $\hat{x}_1 = W h + b$.
// 3. The decoder then reads *its own last output* and goes on: $h$ and $c$ from $\hat{x}_{t-1}$, then
// $\hat{x}_t = W h + b$.
//
// The loss is the mean squared error, MSE for short:
//
// $$ L = \frac{1}{T D} \sum_{t,d} (\hat{x}_{t,d} - x_{t,d})^2 $$

// %%
struct Autoencoder {
  tg::nn::LSTM encoder;
  tg::nn::LSTMCell decoder;
  tg::nn::Dense readout;

  Autoencoder(int features, int hidden)
      : encoder(features, hidden), decoder(features, hidden), readout(hidden, features) {}

  // [1,T,D] -> [1,T,D]
  tg::Tensor operator()(const tg::Tensor& input) const {
    tg::nn::LSTMState state = encoder(input).state;     // h and c, [1,H] each
    std::vector<tg::Tensor> rows = {readout(state.h)};  // [1,D] each
    while (static_cast<int>(rows.size()) < input.dim(1)) {
      state = decoder(rows.back(), state);
      rows.push_back(readout(state.h));
    }
    return tg::stack(rows, 1);
  }
  tg::nn::Parameters parameters() const {
    return {{"encoder", encoder}, {"decoder", decoder}, {"readout", readout}};
  }
};

// What one training run left behind.
struct Run {
  std::vector<double> losses;  // before each step, and after the last
  tg::Tensor output;           // [T,D]
  std::string settings;
  double furthest_weight = 0;  // how far the weight that moved most ended from where it began
  int steps() const { return static_cast<int>(losses.size()) - 1; }
  bool reached() const { return losses.back() < target_loss; }
  double loss_after(int step) const { return losses[static_cast<std::size_t>(std::min(step, steps()))]; }
};

// %% [markdown]
// Where the weights begin matters for how many steps are needed, so we name it.
// Input weights and the readout: *Glorot uniform* (random, scaled to the layer's width). Recurrent weights:
// *orthogonal* (a random rotation). Biases: 0, except that of the forget gate $f$, which is 1, so that the
// cell remembers at first. These are the habits of Keras. PyTorch draws every weight uniformly from $\pm
// 1/\sqrt{H}$.
//
// The training loop is the usual one: predict, compare, differentiate, step. It stops when the loss is below
// the target, or gives up at the limit. The *optimizer* is Adam. For each weight it keeps a running mean of
// the gradient and one of the squared gradient, and moves the weight by the step size times the first over
// the root of the second.

// %%
Run train(const tg::Tensor& input, const tg::Tensor& target, int hidden, int seed, double step_size,
          int limit) {
  tg::manual_seed(seed);
  Autoencoder model(D, hidden);
  tg::optim::Adam adam(model.parameters(), {.lr = step_size});
  const tg::Tensor x = tg::reshape(input, {1, T, D}), y = tg::reshape(target, {1, T, D});
  std::vector<tg::Tensor> before;
  for (const auto& [name, weight] : model.parameters()) before.push_back(weight.clone());

  Run run;
  while (true) {
    const tg::Tensor output = model(x);
    const tg::Tensor loss = tg::mse_loss(output, y);
    run.losses.push_back(loss.item());
    if (run.reached() || run.steps() == limit) {
      run.output = tg::reshape(output.detach(), {T, D});
      break;
    }
    adam.zero_grad();
    loss.backward();
    adam.step();
  }

  auto start = before.begin();
  for (const auto& [name, weight] : model.parameters())
    run.furthest_weight =
        std::max<double>(run.furthest_weight, tg::max(tg::abs(weight.detach() - *start++)).item());
  return run;
}

// %% [markdown]
// ## The smallest failing demo
//
// One thing in the asker's code is easy to miss: it calls Adam with a step size of 0.000001, that is 1e-6.
// The usual value is a thousand times larger. We train their model for a few hundred steps, exactly so.
//
// **Predict first.** Write down two numbers before you look below.
//
// 1. How far does the weight that moves most get from where it began?
// 2. By how many percent does the loss fall?

// %%
double askers_fall = 0;  // the share of the loss that the asker's step size took off

int demo_steps() { return std::min<int>(step_limit, 300); }

// %%
STEP("The asker's step size") {
  const Run run = train(events, events, small_model, lesson::seed(), askers_lr, demo_steps());
  askers_fall = 1 - run.losses.back() / run.losses.front();
  const double bound = askers_lr * (1 - 0.9) / std::sqrt(1 - 0.999) * run.steps();
  lesson::say("H = {}, step size {}, {} steps", small_model, askers_lr, run.steps());
  lesson::say("loss before {:.6f}, after {:.6f}: it fell by {:.2g}%", run.losses.front(), run.losses.back(),
              100 * askers_fall);
  lesson::say("the weight that moved most: {:.2g} from where it began", run.furthest_weight);
  lesson::say("step size times steps: {:.2g}; Adam's bound: {:.2g}", askers_lr * run.steps(), bound);
  lesson::claim("no weight moves further than Adam's bound", run.furthest_weight <= bound);
  lesson::claim("at the asker's step size the loss falls by less than a tenth", askers_fall < 0.1,
                lesson::fails_with("--askers-lr 1e-3"));
}

// %% [markdown]
// Nothing moves, and now you know why. Adam divides each gradient by its own recent size, so the *gradient*
// does not decide how far a weight goes: the step size $\eta$ does. Each step is at most
// $\eta (1 - \beta_1) / \sqrt{1 - \beta_2}$ long, with Adam's usual $\beta_1 = 0.9$ and $\beta_2 = 0.999$,
// and most steps are about $\eta$. A weight that must travel 0.5 at a millionth a step needs half a million
// steps. The accepted answer quietly used the usual step size. It never mentions this one.
//
// But that is not the whole story. The asker saw lines at the *mean*, so some of their models did learn
// something.
//
// ## Diagnosis 1: is the loss any good?
//
// A loss alone says little. Ask what a predictor scores that has learned nothing. Three lazy ones:
//
// - *mean*: say each feature's mean, always;
// - *copy*: say the row before (and for the first row, that row itself);
// - *zero*: say 0.
//
// We score them on the values, and on the differences $d_1 = x_1$, $d_t = x_t - x_{t-1}$ that the answer
// recommends. There, *copy* becomes: say "no difference", after a right first row.

// %%
tg::Tensor differenced(const tg::Tensor& x) {
  const tg::Tensor first = tg::slice(x, 0, 0, 1), later = tg::slice(x, 0, 1, T),
                   earlier = tg::slice(x, 0, 0, T - 1);
  return tg::concat({first, later - earlier}, 0);
}

double mean_baseline(const tg::Tensor& x) { return mse(tg::broadcast_to(mean_row(x), {T, D}), x); }

// The row before; row 0 has none and keeps its own.
tg::Tensor copied(const tg::Tensor& x) {
  return tg::concat({tg::slice(x, 0, 0, 1), tg::slice(x, 0, 0, T - 1)}, 0);
}

double copy_baseline(const tg::Tensor& x) { return mse(copied(x), x); }

// Zero after a right first row.
tg::Tensor zero_after_first(const tg::Tensor& x) {
  return tg::concat({tg::slice(x, 0, 0, 1), tg::zeros({T - 1, D})}, 0);
}

// Equal to a published number, as far as its eight decimals go.
bool published(double ours, double theirs) { return std::abs(ours - theirs) < 1e-8 + 1e-6 * theirs; }

// %%
STEP("Three lazy predictors") {
  const tg::Tensor changes = differenced(events);
  const double mean = mean_baseline(events), copy = copy_baseline(events),
               zero = mse(tg::zeros({T, D}), events);
  const double mean_change = mean_baseline(changes), no_change = mse(zero_after_first(changes), changes);
  lesson::table({"predictor", "MSE on values", "MSE on differences"},
                {{"mean of each feature", mean, mean_change},
                 {"copy (no difference)", copy, no_change},
                 {"zero", zero, mse(tg::zeros({T, D}), changes)}});
  lesson::say(
      "The target loss, {}, is {:.0f} times below the mean on values, but {:.0f} times on differences.",
      target_loss, mean / target_loss, mean_change / target_loss);
  lesson::claim("values, mean: 0.00119048", published(mean, 0.00119048));
  lesson::claim("values, copy: 0.00178914", published(copy, 0.00178914));
  lesson::claim("values, zero: 0.14103168", published(zero, 0.14103168));
  lesson::claim("differences, mean: 0.01238998", published(mean_change, 0.01238998));
  lesson::claim("differences, copy (no difference): 0.00178914", published(no_change, 0.00178914));
  lesson::claim("on this series, copy is worse than the mean", copy > mean);
  lesson::claim("reversed in time, the series has the same mean and the mean the same loss",
                published(mean_baseline(tg::flip(events, 0)), mean));
}

// %% [markdown]
// Four things to see.
//
// - The mean is the best of the lazy ones. The answer warns that a network will "simply copy the output from
//   the previous step". On this series that would be the *worse* habit, and it is not what the asker saw.
// - The asker wondered why reversing the target changed nothing. A model that says the mean can't tell.
// - Copy costs the same in both columns: it is one predictor in two units.
// - One and the same loss means different things in the two columns. So losses in different units can't be
//   compared, and neither can the numbers of steps to a loss.
//
// From here on we ask of every model what *share* of the mean's error it explains: 0% is the mean itself,
// 100% is perfect.
//
// ## Diagnosis 2: capacity, or something else?
//
// Now a sensible step size, and two sizes of model on the values as they are: the asker's, and the answer's.
//
// **Predict first:** after how many steps is the large one better than the mean? And is it then nearly done?

// %%
// A series in some form, and the way back to the asker's unit.
struct Series {
  const char* name;
  tg::Tensor values;  // [T,D]
  tg::Tensor (*undo)(const tg::Tensor&);
};

// %%
Series raw() {
  return {"raw", events, [](const tg::Tensor& y) { return y; }};
}

std::vector<Run> known;

// The same settings give the same run, so what an earlier step has trained long enough is not trained again.
Run trained(const Series& input, const Series& target, int hidden, int seed, int limit) {
  const std::string settings =
      fmt::format("{} {} {} {} {}", input.name, target.name, hidden, seed, lr.value());
  for (const Run& run : known)
    if (run.settings == settings && (run.reached() || run.steps() >= limit)) return run;
  Run run = train(input.values, target.values, hidden, seed, lr, limit);
  run.settings = settings;
  known.push_back(run);
  return run;
}

Run trained(const Series& series, int hidden, int seed) {
  return trained(series, series, hidden, seed, step_limit);
}

double share_explained(double error) { return 1 - error / mean_baseline(events); }

lesson::Cell percent(double share) { return lesson::right("{:.0f}%", 100 * share); }

lesson::Cell share_text(double error) {
  const double share = share_explained(error);
  return share < 0 ? lesson::right("worse") : percent(share);
}

// Loss and share of two runs after so many steps. A run that reached the target has stopped and keeps its loss.
void show_progress(const char* left_name, const Run& left, const char* right_name, const Run& right) {
  std::vector<lesson::Row> rows;
  for (int step : {0, 50, 100, 200, 300, 500, 1000}) {
    if (step > left.steps() && step > right.steps()) break;
    lesson::Row row = {step};
    for (const Run* run : {&left, &right}) {
      if (step > run->steps() && !run->reached()) {
        row.add("");
        row.add("");
        continue;
      }
      row.add(run->loss_after(step));
      row.add(share_text(run->loss_after(step)));
    }
    rows.push_back(row);
  }
  lesson::table({"steps", left_name, "share", right_name, "share"}, rows);
}

// The spread of each feature of the output, in percent of the spread it should have: 0% is a flat line.
void show_spreads(const char* left_name, const Run& left, const char* right_name, const Run& right) {
  const tg::Tensor wanted = spread_row(events), a = spread_row(left.output), b = spread_row(right.output);
  std::vector<lesson::Row> rows;
  for (int d = 0; d < D; ++d) {
    rows.push_back(
        {d + 1, percent(a.at({0, d}) / wanted.at({0, d})), percent(b.at({0, d}) / wanted.at({0, d}))});
  }
  lesson::table({"feature", left_name, right_name}, rows);
}

// %%
STEP("Two sizes on the values as they are") {
  const Run small = trained(raw(), small_model, lesson::seed());
  const Run large = trained(raw(), large_model, lesson::seed());
  lesson::say("Loss, and the share of the mean's error that it explains (worse: worse than the mean)\n");
  show_progress("H = 5", small, "H = 100", large);
  lesson::say(
      "At the end: how much each feature of the output moves over time, compared with how much it should\n");
  show_spreads("H = 5", small, "H = 100", large);
}

// %% [markdown]
// Here is the asker's picture, in numbers. Both models run down to the mean, and there they *wait*.
// The small one hardly gets any further, and its lines stay flat. The large one is at the mean early, then sits
// just below it for hundreds of steps, and only then gets away.
//
// So capacity is one part of the answer. But the large model is large enough, and still loses most of its
// time at the mean. What holds it there?
//
// ## Diagnosis 3: the offset
//
// We saw above that nearly all the size of this series is its offset. To say the mean, a network needs no
// LSTM at all: the bias $b$ of the readout could do it alone. But all weights learn at once, and with Adam
// all at the same pace. So the whole network first bends itself to say five constants, and then has to learn
// small movements from there.
//
// ## The fix
//
// Take the offset away before training, and put it back afterwards. That is one line each way:
//
// ```cpp
// x - mean_row(x)        // before
// y + mean_row(x)        // after
// ```
//
// The unit stays the same, so losses can be compared with those above.

// %%
Series centred() {
  return {"centred", events - mean_row(events), [](const tg::Tensor& y) { return y + mean_row(events); }};
}

// %%
STEP("The same demo, centred") {
  const Run before = trained(raw(), large_model, lesson::seed());
  const Run after = trained(centred(), large_model, lesson::seed());
  show_progress("raw", before, "centred", after);
  show_spreads("raw", before, "centred", after);
  lesson::claim("centred, the large model explains more than nine tenths of what the mean leaves",
                share_explained(after.losses.back()) > 0.9, lesson::fails_with("--lr 1e-6"));
}

// %% [markdown]
// The wait at the mean is gone.
//
// ## The other cure: differences
//
// The accepted answer trains on $d_1 = x_1$, $d_t = x_t - x_{t-1}$ instead. Differences have hardly any
// offset either, except in the first row. The way back is the running sum (*cumsum*):
//
// $$ x_t = d_1 + d_2 + \dots + d_t $$
//
// The published code, in PyTorch, has a mistake that is easy to make:
//
// ```
// initial_values = input_tensor[:, 0, :]            # a view, not a copy!
// input_tensor -= torch.roll(input_tensor, 1, 1)    # changes what the view shows
// input_tensor[:, 0, :] = initial_values            # writes row 0 onto itself
// ```
//
// `roll` moves each row down by one and the last row to the top. The third line was meant to put the true
// first row back. But `initial_values` is a window into the same memory, and that has changed by then. So the
// first row stays $x_1 - x_{14}$. In this project a slice is a tensor of its own, so here we must make the
// mistake on purpose.

// %%
Series differences() {
  return {"differenced", differenced(events), [](const tg::Tensor& y) { return tg::cumsum(y, 0); }};
}

tg::Tensor as_published(const tg::Tensor& x) { return x - tg::roll(x, 1, 0); }

// %%
STEP("There and back") {
  const tg::Tensor kept = differenced(events), lost = as_published(events);
  std::vector<lesson::Row> rows;
  auto show = [&](const char* name, const tg::Tensor& x) {
    lesson::Row row = {name};
    for (int d = 0; d < D; ++d) row.add(x.at({0, d}));
    rows.push_back(row);
  };
  show("the series", events);
  show("differences, first row kept", kept);
  show("differences as published", lost);
  lesson::table({"first row of", "1", "2", "3", "4", "5"}, rows);
  const double back = mse(tg::cumsum(kept, 0), events), not_back = mse(tg::cumsum(lost, 0), events);
  lesson::say("error after the way back: {:.1g} with the first row kept, {:.3g} as published", back,
              not_back);
  lesson::claim("the running sum of the differences is the series again", back < 1e-12);
  lesson::claim("of the published ones it is not: MSE 0.158", std::abs(not_back - 0.158) < 0.0005);
  lesson::claim("as published, the mean scores 0.00201685", published(mean_baseline(lost), 0.00201685));
  lesson::claim("as published, zero scores the same", published(mse(tg::zeros({T, D}), lost), 0.00201685));
}

// %% [markdown]
// As published, the differences add up to zero. So their running sum always ends at zero, and the mean and
// zero score the same. The level of the series was not learned, it was thrown away. That made the problem
// easier, and the 215 steps belong to that easier problem.
//
// ## Experiment: size and transformation
//
// Now all of it, side by side, each with several random beginnings (*seeds*): one run is an anecdote.
// We count the steps until the loss, in the unit that is trained on, is below the target. Then we undo the
// transformation and measure the error in the asker's unit. Only that error can be compared from row to row.
//
// Beside our numbers stand those of PyTorch 1.13 for the same model, target and step size, at most 1000 steps,
// begun in PyTorch's way with the seeds 0, 1 and 2. The beginnings differ, so the numbers do; the pattern should not.

// %%
int seeds_wanted() { return seed_count ? seed_count : lesson::quick() ? 1 : lesson::full() ? 20 : 5; }

std::vector<int> sizes_wanted() {
  if (hidden_units) return {hidden_units};
  return {small_model, large_model};
}

bool wanted(int hidden) { return hidden_units == 0 || hidden_units == hidden; }

// A run for each seed, summed up.
struct Result {
  lesson::Spread steps;   // to the target; a run that did not get there counts as the limit
  lesson::Spread losses;  // at the end, in the unit that was trained on
  lesson::Spread errors;  // at the end, in the asker's unit, after the way back
  std::string each;       // the steps of each run
};

// %%
std::string steps_text(double steps, double limit) {
  return steps >= limit ? "never" : fmt::format("{:.0f}", steps);
}

// Median and range.
std::string steps_text(const lesson::Spread& steps, double limit) {
  const std::string low = steps_text(steps.low, limit), high = steps_text(steps.high, limit);
  return low == high ? low : fmt::format("{} ({} to {})", steps_text(steps.median, limit), low, high);
}

Result result_of(const Series& series, int hidden) {
  std::vector<double> steps, losses, errors;
  std::string each;
  for (int k = 0; k < seeds_wanted(); ++k) {
    const Run run = trained(series, hidden, lesson::seed() + k);
    steps.push_back(run.reached() ? run.steps() : step_limit);
    losses.push_back(run.losses.back());
    errors.push_back(mse(series.undo(run.output), events));
    each += fmt::format(" {}", steps_text(steps.back(), step_limit));
  }
  return {lesson::spread(steps), lesson::spread(losses), lesson::spread(errors), each};
}

lesson::Spread large_steps(const Series& series) { return result_of(series, large_model).steps; }

// PyTorch 1.13, the same model begun in PyTorch's way, Adam 1e-3, at most 1000 steps, seeds 0, 1, 2.
std::string pytorch_steps(int hidden, const std::string& series) {
  if (hidden == small_model) return "never";
  if (hidden != large_model) return "-";
  if (series == "raw") return steps_text(lesson::spread({948, 679, 1000}), 1000);
  if (series == "centred") return steps_text(lesson::spread({200, 227, 300}), 1000);
  return steps_text(lesson::spread({279, 259, 318}), 1000);
}

// %%
STEP("The experiment") {
  lesson::say(
      "initialiser: input weights and readout Glorot uniform, recurrent weights orthogonal, "
      "biases 0, forget gate 1");
  lesson::say("Adam, step size {}, at most {} steps, target loss {}, {} seeds from {} on", lr, step_limit,
              target_loss, seeds_wanted(), lesson::seed());
  lesson::say("\nSteps to the target, one number a seed\n");
  std::vector<lesson::Row> steps, errors;
  for (int hidden : sizes_wanted()) {
    for (const Series& series : {raw(), centred(), differences()}) {
      const Result result = result_of(series, hidden);
      lesson::say("  H = {}, {}:{}", hidden, series.name, result.each);
      steps.push_back({hidden, series.name, lesson::right(steps_text(result.steps, step_limit)),
                       lesson::right(pytorch_steps(hidden, series.name))});
      errors.push_back({hidden, series.name, result.losses.median, result.errors.median,
                        lesson::right("{:#.2g} to {:#.2g}", result.errors.low, result.errors.high),
                        share_text(result.errors.median)});
    }
  }
  lesson::say("\nSteps to the target: median (range)\n");
  lesson::table({"H", "series", "here", "PyTorch 1.13, 3 seeds"}, steps);
  lesson::say(
      "At the end: the loss in the unit trained on; the error in the asker's unit, its range, and its "
      "share\n");
  const double mean = mean_baseline(events), copy = copy_baseline(events);
  errors.push_back({"", "mean", "", mean, "", share_text(mean)});
  errors.push_back({"", "copy", "", copy, "", share_text(copy)});
  lesson::table({"H", "series", "loss", "error", "range", "share"}, errors);
  if (!wanted(large_model)) return;
  const Result back = result_of(differences(), large_model);
  lesson::say(
      "Differenced, H = {}: the way back made the error {:.1f} times the loss. Independent mistakes would "
      "make it "
      "{} times.",
      large_model, back.errors.median / back.losses.median, (T + 1) / 2.0);
}

// %% [markdown]
// Read the two tables together.
//
// - Capacity first: the small model does not get there within the limit of steps, whatever we feed it.
// - Then the offset: with the large model, both transformations save more than half of the steps. Centring
//   does it *without* changing the unit.
// - A loss on differences is not an error on the series. Each row is a running sum, so an early mistake stays
//   in every later row. If the mistakes were independent, $t$ of them would add up at row $t$, which makes
//   $(T + 1)/2$ times the loss on average. The last line says how it really went: look at it before you trust
//   either number.
//
// ## Which side does the offset hurt?
//
// Centring changed two things at once: what the encoder *reads*, and what the decoder must *say* (and reads
// back). We can change one at a time, since input and target need not be the same table. A short run is
// enough to see which of them wait at the mean, and the unit is the same for all four.
//
// **Predict first:** which of the two matters?

// %%
STEP("One side at a time") {
  const int steps = std::min<int>(step_limit, 200);
  std::vector<lesson::Row> rows;
  std::vector<double> shares;
  for (bool target_centred : {false, true}) {
    for (bool input_centred : {false, true}) {
      const Series input = input_centred ? centred() : raw(), target = target_centred ? centred() : raw();
      std::vector<double> losses;
      for (int k = 0; k < seeds_wanted(); ++k)
        losses.push_back(trained(input, target, large_model, lesson::seed() + k, steps).loss_after(steps));
      const lesson::Spread loss = lesson::spread(losses);
      shares.push_back(share_explained(loss.median));
      rows.push_back({input.name, target.name, loss.median, share_text(loss.median)});
    }
  }
  lesson::say("H = {}, after {} steps, median of the seeds\n", large_model, steps);
  lesson::table({"encoder reads", "decoder must say", "loss", "share"}, rows);
  lesson::claim(
      "centring the target alone gets past half of the mean's error, centring the input alone does not",
      shares[2] > 0.5 && shares[1] < 0.5, lesson::fails_with("--lr 1e-6"));
}

// %% [markdown]
// What the encoder *reads* matters little. What the decoder must *say* does: it has to produce five constants at
// every step, and is fed those constants again at the next. Beside them, the small movements that it should
// learn are hard to see. Keep that for your own data: look at the *target* first.
//
// ## Claims
//
// What we now assert about training. A run that never reaches the target counts as the limit of steps.

// %%
STEP("The claims of the experiment") {
  const lesson::fails_with askers_step_size("--lr 1e-6");
  const std::string only_other_size = fmt::format("--hidden {} leaves this size out", hidden_units.value());

  for (const Series& series : {centred(), differences()}) {
    const std::string text =
        fmt::format("H = {}: the median steps of {} are at most half of raw's", large_model, series.name);
    if (wanted(large_model))
      lesson::claim(text, large_steps(series).median <= large_steps(raw()).median / 2, askers_step_size);
    else
      lesson::skip_claim(text, only_other_size);
  }

  const std::string text = fmt::format(
      "H = {}: on raw the loss falls by more than nine tenths, but no form reaches the target within the "
      "limit",
      small_model);
  if (!wanted(small_model)) return lesson::skip_claim(text, only_other_size);
  bool never = true;
  for (const Series& series : {raw(), centred(), differences()})
    never = never && result_of(series, small_model).losses.low >= target_loss;
  const Run first = trained(raw(), small_model, lesson::seed());
  lesson::claim(text, never && first.losses.back() < first.losses.front() / 10, askers_step_size);
}

// %% [markdown]
// ## What the original answer got wrong, or left out
//
// It was a good answer: it ran an experiment, and both of its changes help. Here is what a second look adds.

// %%
STEP("The answer, line by line") {
  const double mean = mean_baseline(events), copy = copy_baseline(events);
  const double mean_kept = mean_baseline(differenced(events)),
               mean_lost = mean_baseline(as_published(events));
  const double lost = mse(tg::cumsum(as_published(events), 0), events);
  std::vector<lesson::Row> rows = {
      {"(says nothing about the step size)",
       fmt::format("with the asker's, the loss fell by {:.1g}% in {} steps", 100 * askers_fall,
                   demo_steps())},
      {"networks copy the previous step",
       fmt::format("copying costs {:.3g}, the mean {:.3g}: the flat lines are the mean", copy, mean)},
      {"the code puts the first row back", fmt::format("it does not; the way back misses by {:.3g}", lost)},
      {"942 steps without differences, 215 with",
       fmt::format(
           "two units: the target is {:.0f} times below the mean on values, {:.0f} times on the published "
           "differences, {:.0f} times with the first row kept",
           mean / target_loss, mean_lost / target_loss, mean_kept / target_loss)}};
  if (wanted(large_model)) {
    rows.push_back({"(tries no other transformation)",
                    fmt::format("median steps: raw {}, differenced {}, but also centred {}",
                                steps_text(large_steps(raw()).median, step_limit),
                                steps_text(large_steps(differences()).median, step_limit),
                                steps_text(large_steps(centred()).median, step_limit))});
    rows.push_back({"(does not go back to the asker's unit)",
                    fmt::format("there, the error is {:#.2g} differenced, {:#.2g} centred",
                                result_of(differences(), large_model).errors.median,
                                result_of(centred(), large_model).errors.median)});
  }
  lesson::table({"the answer", "this run"}, rows);
}

// %% [markdown]
// ## Your turn
//
// Write down what you expect, then run the lesson again with
//
// - `--askers-lr 1e-3`: one claim becomes false. Which, and why is that good news?
// - `--lr 1e-6`: the asker's step size everywhere. Which claims survive, and what do those have in common?
// - `--hidden 20`: is the target out of reach, or only slower? For which of the three forms?
// - `--hidden 5 --steps 10000`: is "never" really never? For which form? What does that say about capacity?
// - `--lr 1e-2`: ten times the step size. Is it ten times faster?
// - `--seed 100`: other random beginnings. Which numbers move, and which hardly do?
//
// ## Reading
//
// - [arxiv.org/abs/1607.00148](https://arxiv.org/abs/1607.00148), Malhotra and others, 2016: the
// encoder-decoder that the asker wanted to build.
// - [arxiv.org/abs/1412.6980](https://arxiv.org/abs/1412.6980), Kingma and Ba, 2015: Adam; section 2.1 has
// the bound on a step.
// - [otexts.com/fpp3](https://otexts.com/fpp3), Hyndman and Athanasopoulos: sections 5.2 (simple methods to
// beat) and 9.1 (differencing).
