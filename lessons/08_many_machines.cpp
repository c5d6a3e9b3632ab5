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
// # 8. One model, many machines: which average is right?
//
// | card | |
// |---|---|
// | question | Several machines train one model. Why is the average of their gradients wrong, and what is right? |
// | asked | of several machines: [huggingface/transformers 34242](https://github.com/huggingface/transformers/issues/34242), [pytorch/torchtitan 2206](https://github.com/pytorch/torchtitan/pull/2206); of one that takes a batch in parts: [huggingface/transformers 34191](https://github.com/huggingface/transformers/pull/34191), [meta-pytorch/torchtune 1875](https://github.com/meta-pytorch/torchtune/pull/1875), [ml-explore/mlx-lm 1544](https://github.com/ml-explore/mlx-lm/pull/1544), [karpathy/nanochat 59](https://github.com/karpathy/nanochat/pull/59) |
// | you learn to | weigh gradients of parts by what each mean was divided by; clip in the right place; get the same bits on any number of machines; estimate when a second machine is worth it |
// | you need | gradients, means and masks (lesson 5), a little C++ |
// | time | 30 minutes to read; under a minute to run, seconds with `--quick` |
//
// ## In short
//
// The mean of means is not the mean where the parts are of unequal size. Take the **sum** of the losses
// of each part, and divide by the number of terms of *all* parts. For a masked loss these are the real
// time steps, those that are not padding. On several machines, with PyTorch, `n` real steps here:
//
// ```python
// total = torch.tensor(float(n), device=loss_sum.device)
// dist.all_reduce(total)                              # the real steps of all machines
// (loss_sum * dist.get_world_size() / total).backward()  # DistributedDataParallel divides by world size
// torch.nn.utils.clip_grad_norm_(model.parameters(), 5)  # after, never before
// ```
//
// On one machine, with a batch in parts (*gradient accumulation*: the same bug, the same cure):
//
// ```python
// total = sum(mask.sum() for x, y, mask in parts)  # the real steps of all parts
// for x, y, mask in parts:
//     (loss_sum(x, y, mask) / total).backward()
// ```
//
// Here, where `loss` is a mean over `n` terms (several parts on one machine: `tg::dist::GradientSum`):
//
// ```cpp
// loss.backward();
// group.average_gradients(model.parameters(), n);  // sum of n times gradient, divided by sum of n
// tg::optim::clip_grad_norm(model.parameters(), 5);
// ```
//
// **The number:** 16 sequences of 2 to 40 steps, sorted by length, go to 4 machines. The plain average
// of the gradients is wrong by 45 % in the median of five runs (10 to 91 % in twenty others), in random
// order still by 5 %. Divided by the number of all steps, the error is one of rounding (step 2). Data
// of yours give other numbers: the error is 0 where all parts are equally long. Keras and Transformers have
// settings for this: see "What the answers got right".
//
// ## The question
//
// To train on $N$ machines (in MPI's word, *ranks*), each takes a part of the batch and computes the
// gradient of its own loss. An *all-reduce* adds up the gradients and gives all machines the sum. They all
// make the same update, so that their weights stay equal. That is *data-parallel training*.
//
// Part $k$ has a loss that is a mean over $n_k$ terms, with the gradient $g_k$. The mean over all terms has
// the gradient
//
// $$ g = \frac{\sum_k n_k g_k}{\sum_k n_k} $$
//
// Let $\bar n$ and $\bar g$ be the plain averages of both over the parts. Many trainers take $\bar g$.
// Multiplying out gives
//
// $$ g - \bar g = \frac{1}{\bar n} \, \frac1N \sum_k (n_k - \bar n)(g_k - \bar g) $$
//
// That is a covariance, divided by the mean number. So the plain average is right where all $n_k$ are equal,
// or where the numbers have nothing to do with the gradients. It is wrong where, say, short sequences ask
// for another change of the weights than long ones.
//
// The reports on the card describe trainers that took $\bar g$ where the $n_k$ differ. The first two are
// about machines, the other four about parts on one machine. (1544 and 59 were closed without being
// merged.) We run no trainer of theirs; we run the arithmetic. What we say of PyTorch we ran, with version
// 1.13, its gloo and 2 and 4 processes: the lines above are right to 3e-7, also where one process has
// nothing but padding. What we say of Keras and Transformers we read in their sources and pull requests.
//
// All machines of this lesson are simulated in one process, one part after the other. Only step 8, with
// `--mpi`, runs on real ones. A line with a tick is a *claim*: this run has checked it, and a false
// one makes the program fail. "Becomes false with" names flags that break it.

// %%
#include <chrono>
#include <deque>

#include "support/lesson.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

lesson::Knob<bool> plain{"plain", false, "wrong turn: average gradients without weights"};
lesson::Knob<bool> by_items{"by-items", false, "wrong turn: weigh each part by its items"};
lesson::Knob<bool> clip_first{"clip-first", false, "wrong turn: clip each part's gradient before averaging"};
lesson::Knob<bool> float_sum{"float-sum", false, "wrong turn: add gradients in float, machine by machine"};
lesson::Knob<bool> as_if_free{"free-messages", false, "wrong turn: count bytes, but not messages"};
lesson::Knob<int> lateness{"late", 16, "updates that the gradients of the last claim are late",
                           lesson::at_least{0}};
lesson::Knob<bool> mpi{"mpi", false, "run the last step on the processes that mpirun started"};
lesson::Knob<double> latency{"latency", 25, "microseconds that a message takes, however short",
                             lesson::at_least{0}};
lesson::Knob<double> bandwidth{"bandwidth", 1.17, "gigabytes a second between two machines",
                               lesson::at_least{0.001}};

// %% [markdown]
// ## The smallest failing demo
//
// The model is one number $w$, and the loss the mean of $(w - y)^2$. Its minimum is the mean of all $y$.
// Machine 1 has 2 numbers and machine 2 has 38. Gradient descent makes 200 updates with the step size 0.1.

// %%
struct Numbers {
  std::vector<double> of;
  double mean(double w) const {  // the slope of the mean of (w - y)^2
    double sum = 0;
    for (const double y : of) sum += 2 * (w - y);
    return sum / static_cast<double>(of.size());
  }
};

// Where gradient descent ends when the slopes of two machines are added with these shares.
double descend(const Numbers& a, const Numbers& b, double share_of_a) {
  double w = 0;
  for (int step = 0; step < 200; ++step) w -= 0.1 * (share_of_a * a.mean(w) + (1 - share_of_a) * b.mean(w));
  return w;
}

lesson::Diagram weighed_average() {
  lesson::Diagram diagram("weighed_average",
                          "Each gradient times what its mean was divided by; one division at the end.");
  const int sum = diagram.box(2, 0.5, "add", {.strong = true, .note = "all-reduce"}),
            all = diagram.box(3, 0.5, "divide by 40", {.strong = true}),
            update = diagram.box(4, 0.5, "the same update", {.round = true, .note = "on both machines"});
  for (const int k : {0, 1}) {
    const int mean = diagram.box(0, k, fmt::format("gradient of machine {}", k + 1),
                                 {.round = true, .note = fmt::format("of a mean over {}", k ? 38 : 2)}),
              times = diagram.box(1, k, fmt::format("times {}", k ? 38 : 2));
    diagram.arrow(mean, times), diagram.arrow(times, sum);
  }
  diagram.arrow(sum, all), diagram.arrow(all, update);
  return diagram;
}

// %%
STEP("One number on two machines") {
  lesson::show(weighed_average());
  const Numbers first{std::vector<double>(2, 1)}, second{std::vector<double>(38, 0)};
  const double plainly = descend(first, second, 0.5),
               weighed = descend(first, second, plain ? 0.5 : 2.0 / 40);
  lesson::predict(
      "Machine 1 has the numbers 1, 1; machine 2 has 38 zeros. The mean of all is 0.05. Where does training "
      "end if the two gradients are averaged without weights?",
      plainly);
  lesson::table({"average of the two gradients", "w after 200 steps"},
                {{"without weights", plainly}, {"weighed by 2 and 38", weighed}, {"wanted: the mean", 0.05}});
  lesson::claim("weighed by what each mean was divided by, two machines find the mean of all numbers",
                std::abs(weighed - 0.05) < 1e-9, lesson::fails_with("--plain"));
}

// %% [markdown]
// Without weights, each of the two numbers of machine 1 counts 19 times as much as one of machine 2.
// Training does converge, the loss falls, and nothing looks wrong. It ends at the mean of two means.
//
// ## A network
//
// Now an LSTM (lesson 3 explains it). An *item* is a sequence with a hidden level, and each time step shows
// this level with noise. After each time step the network guesses the level. Lengths go from 2 to 40; what
// stands after the end of an item is padding. The loss is the mean over the *real* steps of all items,
// those that are not padding, which a mask selects.
//
// We make the data such that the fault shows. Short items have higher levels, so short and long ones ask
// for different guesses. And the batch is in the order of lengths, as after sorting to save padding. So
// machine 1 gets the shortest items. The second table below takes both back.
//
// `shards(16, 4)` cuts 16 items into 4 parts, which it calls *shards*: items 0 to 3, 4 to 7, and so on.
// `GradientSum` takes the gradient of each part with a weight, and gives sum of weight times gradient
// divided by sum of weights.

// %% tags=["unfolded"]
const int T = 40;  // steps of the longest sequence

struct Estimator {
  tg::nn::LSTM memory{1, 8};
  tg::nn::Dense readout{8, 1};
  tg::Tensor operator()(const tg::Tensor& x, const std::vector<int>& lengths) const {
    return readout(memory(x, {.lengths = lengths}).sequence);
  }
  tg::nn::Parameters parameters() const { return {{"memory", memory}, {"readout", readout}}; }
};

struct Batch {
  tg::Tensor x, target;  // [B,T,1]
  std::vector<int> lengths;
  int size() const { return static_cast<int>(lengths.size()); }
  Batch part(const tg::dist::Shard& shard) const {
    return {tg::slice(x, 0, shard.begin, shard.end),
            tg::slice(target, 0, shard.begin, shard.end),
            {lengths.begin() + shard.begin, lengths.begin() + shard.end}};
  }
  double steps() const {
    double sum = 0;
    for (const int length : lengths) sum += length;
    return sum;
  }
};

struct Data {
  bool sorted = true, unequal = true;  // by length; lengths from 2 to T, or all T
  double tilt = 1;                     // the mean level: +tilt at the shortest item, -tilt at the longest
};

// A level for each item, noise at each step.
Batch make_batch(int items, const Data& data = {}) {
  std::vector<int> lengths;
  std::vector<tg::Real> means;
  const std::vector<int> order = data.sorted ? std::vector<int>() : tg::random_permutation(items);
  for (int i = 0; i < items; ++i) {
    const int place = data.sorted ? i : order[static_cast<std::size_t>(i)];
    const double share = items > 1 ? static_cast<double>(place) / (items - 1) : 0;
    lengths.push_back(data.unequal ? 2 + static_cast<int>(share * (T - 2)) : T);
    means.push_back(static_cast<tg::Real>(data.tilt * (1 - 2 * share)));
  }
  const tg::Tensor level = tg::randn({items, 1, 1}) + tg::Tensor({items, 1, 1}, means);
  return {level + 2 * tg::randn({items, T, 1}), tg::broadcast_to(level, {items, T, 1}), lengths};
}

// The mean over the real steps of all items.
tg::Tensor loss_of(const Estimator& model, const Batch& batch) {
  return tg::mse_loss(model(batch.x, batch.lengths), batch.target,
                      {.mask = tg::sequence_mask(batch.lengths, T)});
}

enum class Weigh { nothing, items, steps };
double weight_of(const Batch& part, Weigh by) {
  return by == Weigh::nothing ? 1 : by == Weigh::items ? part.size() : part.steps();
}
// What this lesson found right, or the wrong turn that a flag asks for.
Weigh right_rule() { return plain ? Weigh::nothing : by_items ? Weigh::items : Weigh::steps; }

// The gradients of a batch in so many parts, a part for each machine; left in the parameters.
void average_gradients(const Estimator& model, const Batch& batch, int machines, Weigh by,
                       double clip_parts_to = 0) {
  tg::dist::GradientSum sum(model.parameters());
  for (const tg::dist::Shard& shard : tg::dist::shards(batch.size(), machines)) {
    const Batch part = batch.part(shard);
    loss_of(model, part).backward();
    if (clip_parts_to > 0) tg::optim::clip_grad_norm(model.parameters(), clip_parts_to);
    sum.add(weight_of(part, by));
  }
  sum.average();
}

// %%
using Gradients = std::vector<double>;
Gradients gradients_of(const tg::nn::Parameters& parameters) {
  Gradients all;
  for (const auto& [name, tensor] : parameters)
    all.insert(all.end(), tensor.grad().values().begin(), tensor.grad().values().end());
  return all;
}
double size_of(const Gradients& gradients) {
  double squares = 0;
  for (const double g : gradients) squares += g * g;
  return std::sqrt(squares);
}
// The length of the difference, relative to the right one's.
double error(const Gradients& got, const Gradients& wanted) {
  Gradients gap = got;
  for (std::size_t i = 0; i < gap.size(); ++i) gap[i] -= wanted[i];
  return size_of(gap) / size_of(wanted);
}

std::uint64_t as_seed(int number) { return static_cast<std::uint64_t>(number); }

// %%
// The four kinds of data that the plain average meets.
struct Kind {
  const char* name;
  Data data;
};
const std::vector<Kind> kinds = {{"sorted by length", {}},
                                 {"sorted, levels alike", {.tilt = 0}},
                                 {"in random order", {.sorted = false}},
                                 {"all of one length", {.unequal = false}}};

// %%
STEP("The same batch on 1, 2 and 4 machines") {
  lesson::Measurements away("error of the gradient, relative to the joined batch's"),
      plainly("without weights on 4 machines");
  double worst = 0, equal = 0;
  std::vector<double> steps;
  for (const int seed : lesson::seeds(3, 5, 20)) {
    for (const Kind& kind : kinds) {
      tg::manual_seed(as_seed(seed));
      const Estimator model;
      const Batch batch = make_batch(16, kind.data);
      const auto gradient = [&](int machines, Weigh by) {
        average_gradients(model, batch, machines, by);
        return gradients_of(model.parameters());
      };
      const Gradients joined = gradient(1, Weigh::steps), average = gradient(4, Weigh::nothing);
      plainly.add(kind.name, "error", error(average, joined));
      plainly.add(kind.name, "times as long as the right one", size_of(average) / size_of(joined));
      if (!kind.data.unequal) equal = std::max(equal, error(average, joined));
      for (const int machines : {2, 4})
        worst = std::max(worst, error(gradient(machines, right_rule()), joined));
      if (&kind != &kinds[0]) continue;
      for (const int machines : {2, 4}) {
        const std::string column = fmt::format("{} machines", machines);
        away.add("without weights", column, error(gradient(machines, Weigh::nothing), joined));
        away.add("by items", column, error(gradient(machines, Weigh::items), joined));
        away.add("by real steps", column, error(gradient(machines, Weigh::steps), joined));
      }
      steps.clear();
      for (const auto& shard : tg::dist::shards(16, 4)) steps.push_back(batch.part(shard).steps());
    }
  }
  lesson::say("Four machines have {:.0f}, {:.0f}, {:.0f} and {:.0f} real steps.\n", steps[0], steps[1],
              steps[2], steps[3]);
  lesson::predict("How wrong is the gradient on 4 machines, averaged without weights?",
                  away.median("without weights", "4 machines"), {.percent = true});
  away.table("weights");
  std::vector<std::vector<double>> errors;
  for (const std::string& kind : plainly.rows()) errors.push_back(plainly.values(kind, "error"));
  lesson::say("");
  plainly.table("the batch");
  lesson::Figure figure("plain_average",
                        "How wrong the plain average is depends on the data; each run is a dot.");
  figure.axes({.y = "relative error on 4 machines"});
  figure.strip("", plainly.rows(), errors);
  lesson::show(figure);
  const auto least = [&](const char* row) {
    return std::min(away.spread(row, "2 machines").low, away.spread(row, "4 machines").low);
  };
  lesson::claim("weighed by real steps, the gradient of 2 and 4 machines is that of one, to 1e-5",
                worst < 1e-5, lesson::fails_with("--plain"));
  lesson::claim("weights by items are no better than none where all parts have equally many",
                away.values("by items", "4 machines") == away.values("without weights", "4 machines"));
  lesson::claim("sorted by length, without weights, the gradient is more than 5% wrong at every seed",
                least("without weights") > 0.05);
  lesson::claim(
      "where all items have one length, the plain average of 4 machines is the gradient of one, to 1e-5",
      equal < 1e-5);
}

// %% [markdown]
// The weight "items" looks right, and it is what one gets who counts sequences. But each part has equally
// many, so it changes nothing. What counts is the divisor of the loss: a masked mean is divided by real
// steps (and by the features of a step, the same number everywhere).
//
// The second table shows the covariance at work. In random order the parts have more equal numbers of
// steps. With levels that do not depend on the length, the gradients of the parts still differ, by the
// chance of four items if by nothing else. Only equal lengths make the plain average right. So how wrong it
// is depends on the data. These are ours, made for the purpose. Compare gradients on yours.
//
// ## What a loss is divided by
//
// | loss | weight of a part |
// |---|---|
// | mean over real steps (in a language model: tokens) | real steps |
// | mean over items: cross-entropy of a classifier; CTC's `mean`, here and in PyTorch | items |
// | sum | 1 for each part; then multiply the average by the number of parts |
//
// CTC shows that "count the tokens" is no general cure. Its `mean` here is over items, whatever their
// labels. (PyTorch's divides each item's loss by its number of labels first, and then takes the mean over
// items. So the weight is the number of items there, too.) Nine items on two machines are parts of 4 and 5.

// %%
STEP("CTC is divided by items") {
  lesson::Measurements away("error of the gradient of a CTC loss, 9 items on 2 machines");
  double worst = 0;
  for (const int seed : lesson::seeds(3, 5, 20)) {
    tg::manual_seed(as_seed(seed));
    const tg::nn::Dense model(3, 4);
    const tg::Tensor x = tg::randn({9, 12, 3});
    const std::vector<std::vector<int>> labels = {{0, 1, 2}, {1, 2}, {2, 0}, {0, 1, 2}, {1},
                                                  {2, 1},    {0},    {1},    {2}};
    const auto averaged = [&](int machines, const std::string& by) {
      tg::dist::GradientSum sum(model.parameters());
      for (const tg::dist::Shard& shard : tg::dist::shards(9, machines)) {
        const std::vector<std::vector<int>> some(labels.begin() + shard.begin, labels.begin() + shard.end);
        tg::ctc_loss(model(tg::slice(x, 0, shard.begin, shard.end)), some, 3).backward();
        double count = 0;
        for (const auto& word : some) count += static_cast<double>(word.size());
        sum.add(by == "nothing" ? 1 : by == "labels" ? count : shard.size());
      }
      sum.average();
      return gradients_of(model.parameters());
    };
    const Gradients joined = averaged(1, "items");
    for (const char* by : {"nothing", "labels", "items"})
      away.add(by, "error", error(averaged(2, by), joined));
    worst = std::max(worst, error(averaged(2, plain ? "nothing" : "items"), joined));
  }
  lesson::predict("Is a gradient that is weighed by the number of labels nearer to the right one?",
                  {"nearer than one without weights", "farther than one without weights"},
                  away.median("labels", "error") < away.median("nothing", "error") ? 0 : 1);
  away.table("weights");
  lesson::claim("CTC's mean is one over items: weighed by items it is right to 1e-5", worst < 1e-5,
                lesson::fails_with("--plain"));
  lesson::claim("weighed by labels it is wrong by more than 0.1% at every seed",
                away.spread("labels", "error").low > 1e-3);
}

// %% [markdown]
// The first part has 4 items with 10 labels, the second 5 items with 6. So "by labels" gives the larger
// weight to the part with fewer items.
//
// ## Clip before or after?
//
// Clipping scales a gradient down to a largest length. Clipped first, each part is scaled by a factor of
// its own, and the weights no longer mean what they should. Here the limit is half the length of the right
// gradient. All weights are by real steps.

// %%
STEP("Clip after averaging") {
  lesson::Measurements away("error of the clipped gradient");
  double worst = 0;
  for (const int seed : lesson::seeds(3, 5, 20)) {
    tg::manual_seed(as_seed(seed));
    const Estimator model;
    const tg::nn::Parameters parameters = model.parameters();
    const Batch batch = make_batch(16);
    average_gradients(model, batch, 1, Weigh::steps);
    const double limit = size_of(gradients_of(parameters)) / 2;
    tg::optim::clip_grad_norm(parameters, limit);
    const Gradients wanted = gradients_of(parameters);
    for (const int machines : {2, 4}) {
      const std::string column = fmt::format("{} machines", machines);
      const auto wrong_by = [&](bool before) {
        average_gradients(model, batch, machines, Weigh::steps, before ? limit : 0);
        tg::optim::clip_grad_norm(parameters, limit);
        return error(gradients_of(parameters), wanted);
      };
      away.add("before averaging", column, wrong_by(true));
      away.add("after averaging", column, wrong_by(false));
      worst = std::max(worst, wrong_by(clip_first));
    }
  }
  lesson::predict("How wrong is the clipped gradient on 4 machines, if each part is clipped first?",
                  away.median("before averaging", "4 machines"), {.percent = true});
  away.table("clipped");
  lesson::claim("clipped after averaging, the gradient is that of one machine, to 1e-5", worst < 1e-5,
                lesson::fails_with("--clip-first"));
  lesson::claim("clipped before, it is more than 1% wrong at every seed, even by real steps",
                away.spread("before averaging", "4 machines").low > 0.01);
}

// %% [markdown]
// ## What it costs
//
// A wrong gradient need not give a bad model. If one network fits all items perfectly, each part's gradient
// is 0 there, and weights do not matter. They matter where parts disagree. Here they do, and we train with
// Adam on the same batches: on one machine, and on 4 with and without weights. The gradient is clipped to a
// length of 5, after averaging. The loss is that of 256 new items.

// %% tags=["unfolded"]
struct Plan {
  int items = 16, machines = 4, updates = 200, late = 0;
  double lr = 0.01;
  Weigh by = Weigh::steps;
};

// The gradients in the parameters become these. (The slope of sum(p g) by p is g.)
void set_gradients(const tg::nn::Parameters& parameters, const std::vector<tg::Tensor>& gradients) {
  auto gradient = gradients.begin();
  for (const auto& [name, tensor] : parameters) {
    tensor.zero_grad();
    tg::sum(tensor * *gradient++).backward();
  }
}

// The loss of 256 new items after a training.
double trained(const Plan& plan, int seed) {
  tg::manual_seed(as_seed(seed));
  const Estimator model;
  const tg::nn::Parameters parameters = model.parameters();
  tg::optim::Adam adam(parameters, {.lr = plan.lr});
  std::deque<std::vector<tg::Tensor>> waiting;  // gradients on their way
  for (int batch = 0; batch < plan.updates + plan.late; ++batch) {
    average_gradients(model, make_batch(plan.items), plan.machines, plan.by);
    if (plan.late > 0) {
      waiting.emplace_back();
      for (const auto& [name, tensor] : parameters) waiting.back().push_back(tensor.grad());
      if (static_cast<int>(waiting.size()) <= plan.late) continue;
      set_gradients(parameters, waiting.front());
      waiting.pop_front();
    }
    tg::optim::clip_grad_norm(parameters, 5);
    adam.step();
  }
  const tg::NoGrad no_grad;
  tg::manual_seed(as_seed(seed + 5000));
  return loss_of(model, make_batch(256)).item();
}

// %%
STEP("What it costs the trained model") {
  lesson::Measurements loss("loss per real step of 256 new items");
  for (const int seed : lesson::seeds(3, 5, 20)) {
    const int updates = lesson::quick() ? 100 : 300;
    const double one = trained({.machines = 1, .updates = updates}, seed),
                 ours = trained({.updates = updates, .by = right_rule()}, seed),
                 wrong = trained({.updates = updates, .by = Weigh::nothing}, seed);
    loss.add("one machine", "loss", one);
    loss.add("4, by real steps", "loss", ours);
    loss.add("4, without weights", "loss", wrong);
    loss.add("4, without weights", "above one machine", wrong / one - 1);
    loss.add("4, by real steps", "above one machine", std::abs(ours / one - 1));
  }
  const double more = loss.median("4, without weights", "above one machine");
  lesson::predict(
      "After training on 4 machines without weights, how does the loss compare with one machine's?",
      {"more than 10% smaller", "within 10%", "more than 10% larger"},
      more < -0.1   ? 0
      : more <= 0.1 ? 1
                    : 2);
  loss.table();
  lesson::claim("by real steps, 4 machines end within 0.1% of the loss of one, at every seed",
                loss.spread("4, by real steps", "above one machine").high < 1e-3,
                lesson::fails_with("--plain"));
}

// %% [markdown]
// This is no broken model. The loss differs by some percent, at most seeds upwards, and it differs more
// between seeds. So a curve of the loss does not show this fault. A comparison of gradients does, at the
// first update.
//
// ## The same bits on any number of machines
//
// "Right to rounding" is not "the same". In float, $(a + b) + c$ and $a + (b + c)$ differ in the last bit,
// and training makes small differences larger. With more machines the sums are added in another order, so a
// run cannot be repeated on another number of them.
//
// The cure has two parts. Cut the batch into the same shards, four here, whatever the number of machines.
// And add in a way that no order changes: `GradientSum` rounds each term to a whole number of tiny units,
// and sums of whole numbers have no rounding. We train 60 updates and compare all bits of the weights.

// %%
// The average of four shards, added in float: each machine adds its own, then a ring adds those of the
// machines, from the second on.
void average_in_float(const Estimator& model, const Batch& batch, int machines) {
  const auto shards = tg::dist::shards(batch.size(), 4);
  const tg::nn::Parameters parameters = model.parameters();
  std::vector<std::vector<tg::Tensor>> sums(static_cast<std::size_t>(machines));
  const auto add = [](std::vector<tg::Tensor>& to, const std::vector<tg::Tensor>& more) {
    for (std::size_t p = 0; p < more.size(); ++p)
      p < to.size() ? to[p] = to[p] + more[p] : to.emplace_back(more[p]);
  };
  for (const tg::dist::Shard& shard : shards) {
    const Batch part = batch.part(shard);
    for (const auto& [name, tensor] : parameters) tensor.zero_grad();
    loss_of(model, part).backward();
    std::vector<tg::Tensor> weighed;
    for (const auto& [name, tensor] : parameters)
      weighed.push_back(tensor.grad() * (part.steps() / batch.steps()));
    add(sums[static_cast<std::size_t>(shard.number * machines / 4)], weighed);
  }
  std::vector<tg::Tensor> all;
  for (int k = 1; k <= machines; ++k) add(all, sums[static_cast<std::size_t>(k % machines)]);
  set_gradients(parameters, all);
}

// The weights after 60 updates. Machines deliver their shards in any order.
std::vector<tg::Real> weights_after(int machines, bool in_float) {
  tg::manual_seed(as_seed(lesson::seed()));
  const Estimator model;
  const tg::nn::Parameters parameters = model.parameters();
  tg::optim::Adam adam(parameters, {.lr = 0.01});
  for (int update = 0; update < 60; ++update) {
    const Batch batch = make_batch(16);
    if (in_float) {
      average_in_float(model, batch, machines);
    } else {
      tg::dist::GradientSum sum(parameters);
      const auto shards = tg::dist::shards(batch.size(), 4);
      for (int k = 0; k < 4; ++k) {  // from another shard on for each number of machines
        const Batch part = batch.part(shards[static_cast<std::size_t>((k + machines) % 4)]);
        loss_of(model, part).backward();
        sum.add(part.steps());
      }
      sum.average();
    }
    adam.step();
  }
  std::vector<tg::Real> all;
  for (const auto& [name, tensor] : parameters)
    all.insert(all.end(), tensor.values().begin(), tensor.values().end());
  return all;
}

// %%
STEP("The same bits") {
  const auto differ = [](bool in_float) {
    const auto one = weights_after(1, in_float), two = weights_after(2, in_float),
               four = weights_after(4, in_float);
    int count = 0;
    for (std::size_t i = 0; i < one.size(); ++i) count += one[i] != two[i] || one[i] != four[i];
    return static_cast<double>(count) / static_cast<double>(one.size());
  };
  const double floats = differ(true), ours = differ(float_sum);
  lesson::predict("Sums in float: which share of the weights differs between 1, 2 and 4 machines?", floats,
                  {.percent = true});
  lesson::say("In whole numbers, {:.0f}% of the weights differ.", 100 * differ(false));
  lesson::claim("added in whole numbers, the weights are the same bits in any order of the shards", ours == 0,
                lesson::fails_with("--float-sum"));
  lesson::claim("added in float, machine by machine, they are not", floats > 0);
}

// %% [markdown]
// ## When are many machines slower than one?
//
// A message of $n$ bytes takes about $\alpha + n / \beta$: a time $\alpha$, the *latency*, however short it
// is, and the *bandwidth* $\beta$ in bytes a second. In a *ring* each machine sends its neighbour
// $2 (N - 1)$ messages of $n / N$ bytes: one round adds up, one hands out the sums. *Halving and doubling*
// swaps a half with one partner, a quarter with the next, and so on, and the same way back. For $N$ a power
// of two these are $2 \log_2 N$ messages, and as many bytes. So an all-reduce takes
//
// $$ t_{ring} = 2 (N - 1) \alpha + 2 \frac{N-1}{N} \frac{n}{\beta} $$
//
// $$ t_{halving} = 2 \log_2 N \, \alpha + 2 \frac{N-1}{N} \frac{n}{\beta} $$
//
// The *efficiency* is the time of a step's computation divided by that of computation and all-reduce, when
// each machine has a batch of its own. $N$ machines are then $N$ times the efficiency as fast as one.
//
// This model leaves out much. Additions cost nothing, all links are alike and work both ways at once, no
// machine waits for a slow one, and nothing is computed while messages travel. (PyTorch's
// DistributedDataParallel does send while it computes.) Our own `GradientSum` costs more: it sends 8 bytes
// for each number where a float has 4, and two short all-reduces before them.
//
// $\alpha$ and $\beta$ are **assumed**: 25 microseconds, and 1.17 GB/s, about a 10 Gb/s network
// (`--latency` and `--bandwidth` change them). Three networks were **measured** once, on the authors' machine
// and one thread: this lesson's LSTM on a batch of 16 (0.082 ms a step, 1316 bytes of gradients), and two
// of this project's benchmarks, `speech_B32_T200_H128` (173 ms, 2.22 MB) and `autoencoder_h5` (0.047 ms,
// 1.9 kB). The last network is the speech network again, on a slow net of 100 Mb/s.
//
// Is the model right? We ran Open MPI 4.1 on that machine, each process in a network namespace of its own,
// with links at 100 Mb/s, the algorithm set, and two TCP connections for each pair. Below are medians of
// nine all-reduces of 2.22 MB, and one of 1.9 kB between two processes over TCP without a limit. Two cores
// played all machines, so the rows of 4 and 8 have some waiting in them that is no fault of a network.

// %%
struct Job {
  const char* name;
  double seconds, bytes;  // of one step's computation; of all gradients
  double speed = 0;       // bytes a second; 0: --bandwidth
};
double message_time() { return as_if_free ? 0 : latency * 1e-6; }
double bytes_time(const Job& job, int machines) {
  return 2.0 * (machines - 1) / machines * job.bytes / (job.speed > 0 ? job.speed : bandwidth * 1e9);
}
double ring(const Job& job, int machines) {
  return 2 * (machines - 1) * message_time() + bytes_time(job, machines);
}
double halving(const Job& job, int machines) {
  return 2 * std::log2(machines) * message_time() + bytes_time(job, machines);
}
double efficiency(const Job& job, double all_reduce) { return job.seconds / (job.seconds + all_reduce); }

const Job speech{"speech network", 0.173, 2.22e6}, lstm{"this LSTM", 0.082e-3, 1316},
    tiny{"tiny autoencoder", 0.047e-3, 1.9e3}, slow{"speech network, 100 Mb/s", 0.173, 2.22e6, 12.5e6};

// What Open MPI took, in seconds: with coll_tuned_allreduce_algorithm 4 and 6, and btl_tcp_links 2;
// by_default without any of these.
struct Measured {
  int machines;
  double ring, halving, by_default;
};
const std::vector<Measured> measured = {{2, 0.186, 0.188, 0.329},
                                        {4, 0.325, 0.443, 0.432},
                                        {8, 0.329, 0.488, 0.916}};
const double tiny_measured = 0.0473e-3;  // on 2

// %%
lesson::Figure efficiencies(const std::vector<Job>& jobs) {
  lesson::Figure figure("efficiency",
                        "Efficiency: lines by the model, dots measured. A ring's messages grow with the "
                        "machines, those of halving with their logarithm.");
  figure.axes({.x = "machines", .y = "efficiency", .log_x = true, .y_range = {0, 1}});
  const std::vector<double> numbers = {2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096};
  for (const bool in_ring : {true, false}) {
    figure.panel(in_ring ? "ring" : "halving and doubling");
    for (const Job& job : jobs) {
      std::vector<double> shares;
      for (const double n : numbers)
        shares.push_back(efficiency(job, (in_ring ? ring : halving)(job, static_cast<int>(n))));
      figure.line(job.name, numbers, shares);
    }
    std::vector<double> at, shares;
    for (const Measured& one : measured) {
      at.push_back(one.machines);
      shares.push_back(efficiency(slow, in_ring ? one.ring : one.halving));
    }
    figure.points(slow.name, at, shares);
    figure.points(tiny.name, {2}, lesson::Numbers{efficiency(tiny, tiny_measured)});
  }
  return figure;
}

// %%
STEP("When many machines are slower than one") {
  const auto times_one = [](const Job& job, int machines) {
    return machines * efficiency(job, ring(job, machines));
  };
  lesson::predict("How many times as fast as one are two machines for the tiny autoencoder?",
                  times_one(tiny, 2));
  std::vector<lesson::Row> rows;
  for (const Job& job : {speech, lstm, tiny, slow})
    for (const int machines : {2, 8, 128, 1024})
      rows.push_back({job.name, machines, lesson::percent(efficiency(job, ring(job, machines))),
                      lesson::percent(efficiency(job, halving(job, machines))), times_one(job, machines),
                      machines * efficiency(job, halving(job, machines))});
  lesson::table({"by the model", "machines", "efficiency, ring", "halving", "times one, ring", "halving"},
                rows);
  rows.clear();
  double least = 9, most = 0;  // measured over model
  for (const Measured& one : measured) {
    const double by_model = bytes_time(slow, one.machines);
    rows.push_back({one.machines});
    for (const double seconds : {by_model, one.ring, one.halving, one.by_default})
      rows.back().add(lesson::right("{:.0f}", 1e3 * seconds));
    least = std::min({least, one.ring / by_model, one.halving / by_model});
    most = std::max({most, one.ring / by_model, one.halving / by_model});
  }
  lesson::say("\nAn all-reduce of 2.22 MB at 100 Mb/s, in ms\n");
  lesson::table({"machines", "bytes by the model", "ring, measured", "halving", "Open MPI's defaults"}, rows);
  lesson::say("\n1.9 kB between two machines: {:.3f} ms by the model, {:.3f} measured.", 1e3 * ring(tiny, 2),
              1e3 * tiny_measured);
  lesson::show(efficiencies({speech, lstm, tiny, slow}));
  lesson::claim("by the model, two machines are slower than one for the tiny autoencoder",
                times_one(tiny, 2) < 1, lesson::fails_with("--free-messages"));
  lesson::claim("at 1024 machines the speech network keeps over 95% by halving, and under 80% in a ring",
                efficiency(speech, halving(speech, 1024)) > 0.95 &&
                    efficiency(speech, ring(speech, 1024)) < 0.8,
                lesson::fails_with("--free-messages"));
  lesson::claim("with the algorithm set, what was measured at 100 Mb/s is 1 to 1.7 times what the bytes take",
                least > 1 && most < 1.7);
}

// %% [markdown]
// For both small networks nearly all of it is messages, not bytes. By the formula, $N$ machines in a ring
// are faster than one only where a step takes longer than $2\alpha + 2n/(N\beta)$. So where a step is shorter
// than two messages, no number of machines helps. By halving, many can be faster than one although two are
// slower: see the tiny autoencoder on 8.
//
// At 100 Mb/s it is the bytes that make two machines slower than one. There, ring and halving took up to
// two thirds longer than the model says, and Open MPI's own choice up to three times as long. The small
// message was within a tenth of the model. So with $\alpha$ and $\beta$ of your own network, trust the model
// where it says that a second machine does *not* pay. Where it says that it does, measure.
//
// ## On real machines
//
// With Open MPI (`make deps-check` brings it), type
//
// ```sh
// make build/lessons/08_many_machines
// mpirun -np 2 build/lessons/08_many_machines --mpi --quick --only 8 --no-prose
// ```
//
// It also measures the efficiency that you have, as a median of 20 steps. Each rank has only its part of the
// batch there, so that is less than each with a batch of its own would have.

// %%
STEP("On real ranks") {
  if (!mpi) {
    lesson::say("This run is one process. `--mpi` under mpirun runs the second step on real ranks.");
    lesson::skip_claim("on real ranks, weighed by real steps, the gradient is that of one machine",
                       "it needs --mpi");
    return;
  }
  static char name[] = "08_many_machines";
  static char* names[] = {name, nullptr};
  static int count = 1;
  static char** arguments = names;
  static const tg::dist::Group group(count, arguments);
  tg::manual_seed(as_seed(lesson::seed()));
  const Estimator model;
  const tg::nn::Parameters parameters = model.parameters();
  const Batch batch = make_batch(16);
  average_gradients(model, batch, 1, Weigh::steps);
  const Gradients joined = gradients_of(parameters);
  const Batch part =
      batch.part(tg::dist::shards(batch.size(), group.size())[static_cast<std::size_t>(group.rank())]);
  const auto wrong_by = [&](Weigh by) {
    for (const auto& [name_of, tensor] : parameters) tensor.zero_grad();
    loss_of(model, part).backward();
    group.average_gradients(parameters, weight_of(part, by));
    return error(gradients_of(parameters), joined);
  };
  const double unweighed = wrong_by(Weigh::nothing), items = wrong_by(Weigh::items),
               steps = wrong_by(right_rule());
  const auto median_of = [&](const auto& work) {
    std::vector<double> seconds;
    for (int run = 0; run < 20; ++run) {
      group.barrier();
      const auto start = std::chrono::steady_clock::now();
      work();
      seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return lesson::spread(seconds).median;
  };
  const double computing = median_of([&] { loss_of(model, part).backward(); }),
               averaging = median_of([&] { group.average_gradients(parameters, part.steps()); });
  if (group.rank() != 0) return;
  if (group.size() == 1)
    lesson::say(
        "Nobody launched several processes: this is rank 0 of 1. Type mpirun -np 2 before the program.");
  lesson::say("{} ranks. Error without weights {:.3g}, by items {:.3g}, by real steps {:.3g}.", group.size(),
              unweighed, items, steps);
  lesson::say("Rank 0 computes for {:.3g} ms and averages for {:.3g} ms: {:.0f}% efficient.", 1e3 * computing,
              1e3 * averaging, 100 * computing / (computing + averaging));
  lesson::claim("on real ranks, weighed by real steps, the gradient is that of one machine", steps < 1e-5);
}

// %% [markdown]
// ## What the answers got right, and left out
//
// - "Divide the loss by the number of accumulation steps", as torchtune did before: right where all parts
//   are equally large. Step 2 shows the rest. **Keras 3** does it: `gradient_accumulation_steps=4` takes
//   "the average value of the gradients", and a masked loss is divided by the real steps of its own batch.
//   With `loss=keras.losses.MeanSquaredError(reduction="sum")` all real steps count alike. The gradient is
//   then larger by a factor, the mean number of real steps in a part, so choose the step size anew.
// - "Count the tokens" (torchtune, mlx-lm, nanochat): right for means over tokens. A CTC loss that is a
//   mean over items needs items (step 3).
// - "Count them on all devices" (34242): right. **Transformers'** `Trainer` does it with
//   `average_tokens_across_devices`, which is on by default since pull request 39395 of July 2025.
// - "After summing the gradients from each gpu DDP divides the gradients by N, so the effective learning
//   rate would be learning_rate / N", an answer in
//   [a forum](https://forums.pytorchlightning.ai/t/effective-learning-rate-and-batch-size-with-lightning-in-ddp/101).
//   For losses that are means it is not: the average of N means over equal parts is the mean over the
//   joined batch, and its gradient is 1 times as long as the right one, not 1/N (step 2, "all of one
//   length"). The batch has become larger, and *that* may ask for another step size (see Further).
// - A count made by `torch.tensor(n)` lies on the CPU. With GPUs and NCCL it must be on the GPU, or the sum
//   over devices fails ([transformers 38035](https://github.com/huggingface/transformers/issues/38035)).
//
// ## Further
//
// What is interesting beside the argument. `--further` runs this section too.
//
// ### Batch size, step size, and late gradients
//
// More machines make larger batches or more updates. The linear scaling rule of
// [Goyal and others](https://arxiv.org/abs/1706.02677) is: $k$ times the batch, $k$ times the step size,
// with smaller steps in the first epochs (*warm-up*). In the same forum one answer has that rule, and
// [one](https://lightning.ai/forums/t/effective-learning-rate-and-batch-size-with-lightning-in-ddp/101/20)
// takes the root: for four times the batch, twice. Goyal and others train with SGD. We use Adam here,
// without warm-up. All rows see as many items, but for the second one and the late ones.
//
// A gradient that is $k$ updates *late* was computed with the weights of $k$ updates ago, as when nobody
// waits for slow machines. Those rows make as many updates as the first one.

// %%
FURTHER("Batch size against step size, and late gradients") {
  lesson::Measurements loss("loss per real step of 256 new items");
  const int updates = lesson::quick() ? 80 : 400;
  const std::string late = fmt::format("16 items, {} updates late (--late)", lateness.value());
  for (const int seed : lesson::seeds(2, 5, 20)) {
    const auto add = [&](const char* name, const Plan& plan) { loss.add(name, "loss", trained(plan, seed)); };
    add("16 items, 0.01", {.machines = 1, .updates = updates});
    add("64 items, 0.01, as many updates", {.items = 64, .machines = 1, .updates = updates});
    add("64 items, 0.01", {.items = 64, .machines = 1, .updates = updates / 4});
    add("64 items, 0.02 (root)", {.items = 64, .machines = 1, .updates = updates / 4, .lr = 0.02});
    add("64 items, 0.04 (linear)", {.items = 64, .machines = 1, .updates = updates / 4, .lr = 0.04});
    add("16 items, 4 updates late", {.machines = 1, .updates = updates, .late = 4});
    add(late.c_str(), {.machines = 1, .updates = updates, .late = lateness});
    add("16 items, 64 updates late", {.machines = 1, .updates = updates, .late = 64});
  }
  lesson::predict(
      "The gradients are 4 updates late. How many times as large is the loss as with gradients in time?",
      loss.median("16 items, 4 updates late", "loss") / loss.median("16 items, 0.01", "loss"));
  loss.table();
  lesson::claim("gradients 16 updates late end at a larger loss than any in time, at every seed",
                loss.spread(late, "loss").low > loss.spread("16 items, 0.01", "loss").high,
                lesson::fails_with("--late 0"));
}

// %% [markdown]
// Read the rows of 64 items against each other, with their ranges. Where the ranges overlap, this run does
// not tell the rules apart, and we claim nothing about them. A rule for the step size is a first guess: try
// three. Late gradients are another matter: 16 updates are enough to see them at this step size.
//
// ## Your turn
//
// Write down what you expect, then run the lesson with
//
// - `--by-items`: which claims become false, and why does the one on CTC stay true?
// - `--latency 1`: is the tiny autoencoder still slower on two machines?
// - `--bandwidth 0.0125`, which is 100 Mb/s: which networks suffer, and why not the others?
// - `--further --late 2`: is a gradient that is 2 updates late worse than one in time?
// - `--seed 100`: which numbers move?
//
// ## Exercises
//
// - `make exercise N=47`, *average gradients* (fill): gradients of parts and their weights become the
//   gradient of the whole, also where a part has nothing to do.
// - `make exercise N=48`, *micro-batches* (fix): gradient accumulation that averages means.
// - `make exercise N=49`, *one step on many machines* (quiz), for those who know half of this lesson: when
//   it is green, the others count as done. Weights and one clip, a sum in any order, a ring, and how many
//   machines pay.
//
// ## Reading
//
// - [arxiv.org/abs/1706.02677](https://arxiv.org/abs/1706.02677), Goyal and others, 2017: large batches,
//   the linear rule, and a list of pitfalls of distributed SGD.
// - [huggingface.co/blog/gradient_accumulation](https://huggingface.co/blog/gradient_accumulation), 2024:
//   the bug, as the owners of one trainer tell it.
// - [Gloo's algorithms](https://github.com/pytorch/gloo/blob/main/docs/algorithms.md): ring, and halving
//   and doubling, step by step. Its chunked ring cuts the gradients into twice as many messages as ours.
//   For halving it names Thakur and others, *Optimization of collective communication operations in MPICH*,
//   2005.
