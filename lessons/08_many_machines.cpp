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
// | asked | [huggingface/transformers 34191](https://github.com/huggingface/transformers/pull/34191), [meta-pytorch/torchtune 1875](https://github.com/meta-pytorch/torchtune/pull/1875), [ml-explore/mlx-lm 1544](https://github.com/ml-explore/mlx-lm/pull/1544), [karpathy/nanochat 59](https://github.com/karpathy/nanochat/pull/59) |
// | you learn to | weigh gradients of parts by what each mean was divided by; clip in the right place; get the same bits on any number of machines; estimate when a second machine is worth it |
// | you need | gradients, means and masks (lesson 5), a little C++ |
// | time | 25 minutes to read; under a minute to run, seconds with `--quick` |
//
// ## In short
//
// The mean of means is not the mean, unless all parts are equally large. Multiply each part's gradient by
// what its mean was divided by, add, and divide once by the sum of these numbers. For a masked loss that is
// the number of real steps, for CTC's `mean` that of items. In PyTorch (not run here; its documentation says
// that DistributedDataParallel averages over `world_size` ranks), with `n` real steps on this rank:
//
// ```python
// total = torch.tensor(float(n)); dist.all_reduce(total)              # over all ranks
// (loss_mean * n * world_size / total).backward()                     # DDP divides by world_size
// torch.nn.utils.clip_grad_norm_(model.parameters(), 5)               # after, never before
// ```
//
// ```cpp
// loss.backward();
// group.average_gradients(model.parameters(), n);
// tg::optim::clip_grad_norm(model.parameters(), 5);
// ```
//
// Step 2 measures it: on 4 machines, the plain average is wrong by about half in the median, and so is one
// that is weighed by items. Weighed by real steps, it is right to rounding. *Gradient accumulation* is one
// machine that plays many, one after the other, and has the same bug and the same cure.
//
// ## The question
//
// To train on $N$ machines (in MPI's word, *ranks*), each takes a part of the batch and computes the gradient
// of its own loss. An *all-reduce* adds up the gradients and gives all ranks the sum. They all make the same
// step, so that their weights stay equal. That is *data-parallel training*.
//
// Part $k$ has a loss that is a mean over $n_k$ terms, with the gradient $g_k$. The mean over all terms has
// the gradient
//
// $$ g = \frac{\sum_k n_k g_k}{\sum_k n_k} $$
//
// The plain average $\frac1N \sum_k g_k$ is the same only if all $n_k$ are equal, or all $g_k$. Each report
// under "asked" describes a trainer that took it where the $n_k$ differ. We run no trainer of theirs; we run
// the arithmetic.
//
// All machines of this lesson are simulated in one process, one part after the other. Only the last step,
// with `--mpi`, runs on real ones. A line with a tick is a *claim*: this run has checked it, and a false one
// makes the program fail. "Becomes false with" names flags that break it.

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
lesson::Knob<bool> mpi{"mpi", false, "run the last step on the processes that mpirun started"};
lesson::Knob<double> latency{"latency", 25, "microseconds that a message takes, however short",
                             lesson::at_least{0}};
lesson::Knob<double> bandwidth{"bandwidth", 1.17, "gigabytes a second between two machines",
                               lesson::at_least{0.001}};

// %% [markdown]
// ## The smallest failing demo
//
// The model is one number $w$, and the loss the mean of $(w - y)^2$. Its minimum is the mean of all $y$.
// Machine 1 has 2 numbers and machine 2 has 38.

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

// %%
STEP("One number on two machines") {
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
// Without weights, each of the two numbers of machine 1 counts 19 times as much as one of machine 2. Training
// does converge, the loss falls, and nothing looks wrong. It ends at the mean of two means.
//
// ## A network
//
// Now an LSTM. An item has a hidden level, and each step shows it with noise. After each step the network
// guesses the level. Lengths go from 2 to 40, and the batch is in the order of lengths, as after sorting to
// save padding. Short items have higher levels, so short and long ones ask for different guesses. The loss is
// the mean over the real steps of all items.
//
// `GradientSum` takes the gradient of each part with a weight, and gives sum of weight times gradient divided
// by sum of weights.

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

// Lengths from 2 to T, in order. A level for each item, noise at each step. The level of a short item is
// higher on average: +1 at the shortest, -1 at the longest.
Batch make_batch(int items) {
  std::vector<int> lengths;
  std::vector<tg::Real> means;
  for (int i = 0; i < items; ++i) {
    const double share = items > 1 ? static_cast<double>(i) / (items - 1) : 0;
    lengths.push_back(2 + static_cast<int>(share * (T - 2)));
    means.push_back(static_cast<tg::Real>(1 - 2 * share));
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
STEP("The same batch on 1, 2 and 4 machines") {
  lesson::Measurements away("error of the gradient, relative to the joined batch's");
  double worst = 0;
  for (const int seed : lesson::seeds(3, 5, 20)) {
    tg::manual_seed(as_seed(seed));
    const Estimator model;
    const Batch batch = make_batch(16);
    average_gradients(model, batch, 1, Weigh::steps);
    const Gradients joined = gradients_of(model.parameters());
    for (const int machines : {2, 4}) {
      const std::string column = fmt::format("{} machines", machines);
      const auto add = [&](const char* row, Weigh by) {
        average_gradients(model, batch, machines, by);
        away.add(row, column, error(gradients_of(model.parameters()), joined));
      };
      add("without weights", Weigh::nothing);
      add("by items", Weigh::items);
      add("by real steps", Weigh::steps);
      average_gradients(model, batch, machines, right_rule());
      worst = std::max(worst, error(gradients_of(model.parameters()), joined));
    }
  }
  lesson::predict("How wrong is the gradient on 4 machines, averaged without weights?",
                  away.median("without weights", "4 machines"), {.percent = true});
  away.table("weights");
  const auto least = [&](const char* row) {
    return std::min(away.spread(row, "2 machines").low, away.spread(row, "4 machines").low);
  };
  lesson::claim("weighed by real steps, the gradient of 2 and 4 machines is that of one, to 1e-5",
                worst < 1e-5, lesson::fails_with("--plain"));
  lesson::claim("weights by items are no better than none where all parts have equally many",
                away.values("by items", "4 machines") == away.values("without weights", "4 machines"));
  lesson::claim("without weights the gradient is more than 5% wrong at every seed",
                least("without weights") > 0.05);
}

// %% [markdown]
// The weight "items" looks right, and it is what one gets who counts sequences. But each part has equally
// many, so it changes nothing. What counts is the divisor of the loss: a masked mean is divided by real steps
// (and by the features of a step, the same number everywhere).
//
// ## What a loss is divided by
//
// | loss | weight of a part |
// |---|---|
// | mean over real steps | real steps |
// | mean over items: cross-entropy, CTC's `mean` here | items |
// | sum | 1 for each part; then multiply by the number of parts, or do not divide |
//
// CTC shows that "count the tokens" is no general cure: `mean` here is over items, whatever their labels.

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
  away.table("weights");
  lesson::claim("CTC's mean is one over items: weighed by items it is right to 1e-5", worst < 1e-5,
                lesson::fails_with("--plain"));
  lesson::claim("weighed by labels it is wrong by more than 0.1%", away.spread("labels", "error").low > 1e-3);
}

// %% [markdown]
// ## Clip before or after?
//
// Clipping scales a gradient down to a largest length. Clipped first, each part is scaled by a factor of its
// own, and the weights no longer mean what they should. Here the limit is half the length of the right
// gradient.

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
// Adam on the same batches: on one machine, and on 4 with and without weights.
//
// Do not expect a broken model. The loss differs by a few percent, in either direction, which is less than it
// differs between seeds. So a curve of the loss does not show this fault. A comparison of gradients does, at
// the first step.

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
  for (int update = 0; update < plan.updates; ++update) {
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
  loss.table();
  lesson::claim("by real steps, 4 machines end within 0.1% of the loss of one, at every seed",
                loss.spread("4, by real steps", "above one machine").high < 1e-3,
                lesson::fails_with("--plain"));
}

// %% [markdown]
// ## The same bits on any number of machines
//
// "Right to rounding" is not "the same". In float, $(a + b) + c$ and $a + (b + c)$ differ in the last bit,
// and training makes small differences larger. With more machines the sums are added in another order, so a
// run cannot be repeated on another number of them.
//
// The cure has two parts. Cut the batch into the same shards, four here, whatever the number of machines. And
// add in a way that no order changes: `GradientSum` adds whole numbers, which have no rounding. We train 60
// updates and compare all bits of the weights.

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
// ## Batch size, step size, and late gradients
//
// More machines make larger batches or more updates. The linear scaling rule of
// [Goyal and others](https://arxiv.org/abs/1706.02677) is: four times the batch, four times the step size.
// On [Lightning's forum](https://lightning.ai/forums/t/effective-learning-rate-and-batch-size-with-lightning-in-ddp/101/20)
// one answer has that rule, and another takes the root: twice. Goyal and others train with SGD. We use Adam
// here. All runs see as many items, but for the row that says otherwise. A gradient that is $k$ updates
// *late* was computed with the weights of $k$ updates ago, as when nobody waits for slow machines.

// %%
STEP("Batch size against step size") {
  lesson::Measurements loss("loss per real step");
  const int updates = lesson::quick() ? 80 : 400;
  for (const int seed : lesson::seeds(2, 5, 20)) {
    const auto add = [&](const char* name, const Plan& plan) { loss.add(name, "loss", trained(plan, seed)); };
    add("16 items, 0.01", {.machines = 1, .updates = updates});
    add("64 items, 0.01, as many updates", {.items = 64, .machines = 1, .updates = updates});
    add("64 items, 0.01", {.items = 64, .machines = 1, .updates = updates / 4});
    add("64 items, 0.02 (root)", {.items = 64, .machines = 1, .updates = updates / 4, .lr = 0.02});
    add("64 items, 0.04 (linear)", {.items = 64, .machines = 1, .updates = updates / 4, .lr = 0.04});
    add("16 items, 4 updates late", {.machines = 1, .updates = updates, .late = 4});
    add("16 items, 16 updates late", {.machines = 1, .updates = updates, .late = 16});
    add("16 items, 64 updates late", {.machines = 1, .updates = updates, .late = 64});
  }
  loss.table();
  lesson::claim("a gradient 16 updates late ends at a larger loss than one in time",
                loss.median("16 items, 16 updates late", "loss") > loss.median("16 items, 0.01", "loss"));
}

// %% [markdown]
// Read the rows of 64 items against each other, with their ranges. Where the ranges overlap, this run does
// not tell the rules apart, and we claim nothing about them. A rule for the step size is a first guess: try
// three. Late gradients are another matter: 16 updates are enough to see them.
//
// ## When are many machines slower than one?
//
// A message of $n$ bytes takes about $\alpha + n / \beta$: a time $\alpha$ however short it is, and the
// bandwidth $\beta$. In a *ring* each machine sends its neighbour $2 (N - 1)$ messages of $n / N$ bytes: one
// round adds up, one hands out the sums. *Halving and doubling* swaps a half with one partner, a quarter with
// the next, and so on, and the same way back: $2 \log_2 N$ messages, and as many bytes. Without the time of
// the additions, an all-reduce takes
//
// $$ t_{ring} = 2 (N - 1) \alpha + 2 \frac{N-1}{N} \frac{n}{\beta} $$
//
// $$ t_{halving} = 2 \log_2 N \, \alpha + 2 \frac{N-1}{N} \frac{n}{\beta} $$
//
// The *efficiency* is the step's computation divided by computation and all-reduce, when each machine has a
// batch of its own. $\alpha$ and $\beta$ are **assumed** (25 microseconds, 1.17 GB/s, about a 10 Gb/s
// network; turn `--latency` and `--bandwidth`). The speech network (173 ms, 2.22 MB) and the tiny autoencoder
// (0.047 ms, 1.9 kB) were measured once on the authors' machine. This lesson's LSTM is **measured in this
// run**.

// %%
struct Job {
  const char* name;
  double seconds, bytes;  // of one step's computation; of all gradients
};
double message_time() { return as_if_free ? 0 : latency * 1e-6; }
double bytes_time(double bytes, int machines) {
  return 2.0 * (machines - 1) / machines * bytes / (bandwidth * 1e9);
}
double ring(double bytes, int machines) {
  return 2 * (machines - 1) * message_time() + bytes_time(bytes, machines);
}
double halving(double bytes, int machines) {
  return 2 * std::log2(machines) * message_time() + bytes_time(bytes, machines);
}
double efficiency(const Job& job, double all_reduce) { return job.seconds / (job.seconds + all_reduce); }

// This lesson's LSTM on a batch of 16: the best of 20 runs.
Job measured_here() {
  const Estimator model;
  const Batch batch = make_batch(16);
  double best = 1e9, bytes = 0;
  for (const auto& [name, tensor] : model.parameters())
    bytes += static_cast<double>(tensor.values().size() * sizeof(tg::Real));
  for (int run = 0; run < 20; ++run) {
    const auto start = std::chrono::steady_clock::now();
    average_gradients(model, batch, 1, Weigh::steps);
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return {"this LSTM", best, bytes};
}

// %%
STEP("When many machines are slower than one") {
  const Job speech{"speech network", 0.173, 2.22e6}, tiny{"tiny autoencoder", 0.047e-3, 1.9e3},
      here = measured_here();
  const auto times_one = [](const Job& job, int machines) {
    return machines * efficiency(job, ring(job.bytes, machines));
  };
  lesson::predict("How many times as fast as one are two machines for the tiny autoencoder?",
                  times_one(tiny, 2));
  std::vector<lesson::Row> rows;
  for (const Job& job : {speech, here, tiny})
    for (const int machines : {2, 8, 32, 128, 1024})
      rows.push_back({job.name, machines, lesson::percent(efficiency(job, ring(job.bytes, machines))),
                      lesson::percent(efficiency(job, halving(job.bytes, machines))),
                      times_one(job, machines)});
  lesson::say("This LSTM: {:.3g} ms a step, {:.0f} bytes of gradients (measured).\n", 1000 * here.seconds,
              here.bytes);
  lesson::table({"network", "machines", "efficiency, ring", "efficiency, halving", "times one, ring"}, rows);
  lesson::Figure figure("efficiency",
                        "Efficiency by the cost model: a ring's messages grow with the number of machines, "
                        "those of halving with its logarithm.");
  figure.axes({.x = "machines", .y = "efficiency", .log_x = true, .y_range = {0, 1}});
  const std::vector<double> numbers = {2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096};
  for (const bool in_ring : {true, false}) {
    figure.panel(in_ring ? "ring" : "halving and doubling");
    for (const Job& job : {speech, here, tiny}) {
      std::vector<double> shares;
      for (const double n : numbers) {
        const int machines = static_cast<int>(n);
        shares.push_back(efficiency(job, (in_ring ? ring : halving)(job.bytes, machines)));
      }
      figure.line(job.name, numbers, shares);
    }
  }
  lesson::show(figure);
  lesson::claim("by the model, two machines are slower than one for the tiny autoencoder",
                times_one(tiny, 2) < 1, lesson::fails_with("--free-messages"));
  lesson::claim("at 1024 machines the speech network keeps over 95% by halving, and under 80% in a ring",
                efficiency(speech, halving(speech.bytes, 1024)) > 0.95 &&
                    efficiency(speech, ring(speech.bytes, 1024)) < 0.8,
                lesson::fails_with("--free-messages"));
}

// %% [markdown]
// For both small networks nearly all of it is messages, not bytes. A network whose step is shorter than two
// messages gains nothing from a second machine, nor from more of them in a ring. This is a model: no machine
// waits for a slow one in it, and nothing is computed while messages travel.
//
// ## On real machines
//
// With Open MPI (`make deps-check` brings it), type
//
// ```sh
// make build/lessons/08_many_machines
// mpirun -np 2 build/lessons/08_many_machines --mpi --quick --only 9 --no-prose
// ```

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
  if (group.rank() != 0) return;
  if (group.size() == 1)
    lesson::say(
        "Nobody launched several processes: this is rank 0 of 1. Type mpirun -np 2 before the program.");
  lesson::say("{} ranks. Error without weights {:.3g}, by items {:.3g}, by real steps {:.3g}.", group.size(),
              unweighed, items, steps);
  lesson::claim("on real ranks, weighed by real steps, the gradient is that of one machine", steps < 1e-5);
}

// %% [markdown]
// ## What the answers got right, and left out
//
// - "Divide the loss by the number of accumulation steps": right where all parts are equally large. Step 2
//   shows the rest.
// - "Count the tokens" (torchtune, mlx-lm, nanochat): right for means over tokens. A CTC loss that is a mean
//   over items needs items (step 3).
// - "Multiply the step size by the number of machines" (Lightning's forum): the table of step 7 has it for Adam, as "linear",
//   beside no change and the root, with ranges over seeds.
//
// ## Your turn
//
// Write down what you expect, then run the lesson with
//
// - `--by-items`: which claims become false, and why does the one on CTC stay true?
// - `--latency 1`: is the tiny autoencoder still slower on two machines?
// - `--seed 100`: which numbers move?
//
// ## Reading
//
// - [arxiv.org/abs/1706.02677](https://arxiv.org/abs/1706.02677), Goyal and others, 2017: large batches, the
//   linear rule, and a list of pitfalls of distributed SGD.
// - [huggingface.co/blog/gradient_accumulation](https://huggingface.co/blog/gradient_accumulation): the bug,
//   as its owners tell it.
// - [Gloo's algorithms](https://github.com/pytorch/gloo/blob/main/docs/algorithms.md): ring, and halving and
//   doubling, step by step. For the costs of the latter it names Thakur and others, 2005.
