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
// # 12. Accurate, and it never finds the rare class: why?
//
// | card | |
// |---|---|
// | question | My classifier is 99 % accurate, and never finds the rare class. Do I need class weights, copies, SMOTE, a focal loss? |
// | asked | <https://stats.stackexchange.com/q/283170>, <https://stats.stackexchange.com/q/285231> (questions and answers are CC BY-SA 3.0) |
// | you learn to | say what an ideal classifier would find; see what weights and copies change; make weighted probabilities true again; choose a threshold from costs |
// | you need | lesson 2: scores, sigmoid, log loss, calibration |
// | time | 25 minutes to read; some seconds to run |
// | your data | `--data FILE.csv --target COLUMN`: the last section |
//
// ## In short
//
// Nothing need be wrong with the network. "Above 0.5" asks whether the rare class is the *likelier* one,
// and where it is rare that is hardly ever so. In our data the ideal classifier, which knows the true
// chance of each example, finds 6 % of the rare class too. Do not judge by accuracy, and do not use 0.5.
// Let a missed one cost as much as $c$ false alarms: then say "rare" where the probability is above
// $1 / (1 + c)$. Class weights and copies mostly move the threshold, and make the probabilities wrong.
// If you have used them, undo that first. $w$ is the weight of the rare class divided by that of the
// other; 1 means no weights.
//
// ```python
// p = model.predict(x); p = p / (p + w * (1 - p))  # Keras, trained with class_weight={0: 1, 1: w}
// p = torch.sigmoid(model(x) - math.log(w))  # or PyTorch, BCEWithLogitsLoss(pos_weight=torch.tensor(w))
// found = p > 1 / (1 + c)
// ```
//
// ```cpp
// const tg::Tensor p = tg::sigmoid(model(x) - std::log(w));  // here: raw scores
// const tg::Tensor found = p > 1 / (1 + c);
// ```
//
// **The number:** with weights, the network says 0.3 on average where 3 % happen. It finds the same
// examples as the network without weights does at a threshold of 3 %: the two agree on more than 97 %
// of the test examples in each run (step 3).
//
// ## The question
//
// Many people ask it, for fraud, illness, or faults in a factory. Tutorials answer with class weights,
// copies of the rare examples, *SMOTE* (new rare examples between two old ones), or a focal loss. The
// first three make the network say "rare" more often, so they seem to work.
//
// The first question above asks when unbalanced data is a problem at all. The second sums up its
// answers: "it's not, at least if you are thoughtful in your modeling", and what matters is how few
// rare examples there are. It then asks what copies and SMOTE are for. An answer says: to "increase the
// impact of minority class on cost function". (We read the questions, of the first one's answers what
// the second quotes, and this answer as quoted on imathworks.com.) What to do at 0.5 is left open, and
// so is what more impact does to a probability, and how to undo it.
//
// A line with a tick is a *claim*: this run has checked it, and a false one makes the program fail.
// "Becomes false with" names flags that break it.

// %%
#include <algorithm>
#include <functional>
#include <map>

#include "support/classifier.hpp"
#include "support/lesson.hpp"
#include "support/reliability.hpp"
#include "tinygrad_cpp/tinygrad.hpp"
#include "tinygrad_cpp/utf8.hpp"

lesson::Knob<bool> weigh{"weigh", false, "wrong turn: class weights in the network that should have none"};
lesson::Knob<bool> at_half{"at-half", false, "wrong turn: 0.5 wherever another threshold is right"};
lesson::Knob<bool> corrected{"corrected", false, "subtract ln w wherever the lesson forgets it on purpose"};
lesson::Knob<bool> uncorrected{"uncorrected", false, "wrong turn: leave probabilities as weights made them"};
lesson::Knob<bool> by_label{"by-label", false,
                            "wrong turn: ROC and PR of \"crack\" or not, in place of scores"};
lesson::Knob<double> rare{"rare", 0.03, "share of the rare class", lesson::from_to{0.005, 0.5}};
lesson::Knob<double> distance{"distance", 1.5, "how far apart the classes are, in standard deviations",
                              lesson::from_to{0.5, 5}};
lesson::Knob<double> alpha{"alpha", 0.25,
                           "focal loss: what a crack counts; a sound part counts the rest to 1",
                           lesson::from_to{0.01, 0.99}};
lesson::Knob<double> focus{"gamma", 2, "focal loss: the power of the factor", lesson::from_to{0, 5}};
lesson::Knob<double> missed_cost{"missed-cost", 20, "cost of a missed crack; a false alarm costs 1",
                                 lesson::at_least{1}};
lesson::Knob<double> lr{"lr", 0.2, "step size of Adam", lesson::at_least{0}};
lesson::Knob<int> step_count{"steps", 120, "training steps", lesson::at_least{1}};
lesson::Knob<int> heart_parts{"heart-parts", 1000, "parts to learn by heart", lesson::at_least{200}};
lesson::DataKnob<std::string> data{"data", "", "a CSV file of your own: numbers, and a column of classes"};
lesson::DataKnob<std::string> target{"target", "",
                                     "the column of --data that holds the classes: its name or number"};
lesson::CsvKnobs table_flags;

lesson::SeedRange runs() { return lesson::seeds(3, 5, 20); }

// %% [markdown]
// ## The data
//
// A factory measures five things on each part. A share $\pi$ of the parts has a crack, here 3 %. That is
// $y = 1$. Each measurement $x_k$ of a sound part is drawn by itself, from a normal distribution with mean
// 0 and variance 1. In a cracked part all five means are higher by $d / \sqrt 5$, so that the centres of
// the two classes lie $d = 1.5$ apart. With the density of the normal distribution, Bayes' rule gives the
// true chance:
//
// $$ P(crack) = \frac{1}{1 + e^{-s}} $$
//
// $$ s = \frac{d}{\sqrt 5} \sum_k x_k - \frac{d^2}{2} + \ln \frac{\pi}{1 - \pi} $$
//
// The score $s$ is linear in the measurements. So one dense layer with a sigmoid can say the true
// chance: the model is right. (Further: one that is not.) Each run trains on 20,000 parts and is judged
// on 50,000 others.

// %%
struct Parts {
  tg::Tensor x;      // [N,D], in the factory D = 5
  tg::Tensor y;      // [N,1], 1 where there is a crack
  tg::Tensor score;  // [N,1], s: the true P(crack) is its sigmoid
};

double log_odds(double share) { return std::log(share / (1 - share)); }

Parts parts(int count) {
  const double d = distance, shift = d / std::sqrt(5);
  const tg::Tensor y = tg::uniform({count, 1}, 0, 1) < rare.value();
  const tg::Tensor x = tg::randn({count, 5}) + y * shift;
  return {x, y, tg::sum(x, 1, tg::Keep::yes) * shift - d * d / 2 + log_odds(rare)};
}

struct Record {
  Parts train, test;
};

const Record& record(int seed) {  // drawn once for all steps
  static std::map<std::tuple<int, double, double>, Record> drawn;
  const auto key = std::tuple(seed, rare.value(), distance.value());
  if (!drawn.contains(key)) {
    tg::manual_seed(static_cast<std::uint64_t>(seed));
    const Parts train = parts(20000);
    drawn.emplace(key, Record{train, parts(50000)});
  }
  return drawn.at(key);
}

// %% [markdown]
// ## The model and its losses
//
// The network is one dense layer. We train it with Adam on all parts at once. The loss of a part is the
// log loss of lesson 2. *Class weights* multiply the loss of each cracked part by $w$. The usual choice
// is $w$ = sound parts / cracked parts. Then both classes count the same in total. (`balanced` in
// scikit-learn gives two weights with this ratio.)

// %% tags=["unfolded"]
using Loss = std::function<tg::Tensor(const tg::Tensor& z, const tg::Tensor& y)>;

tg::nn::Dense train(const Parts& on, const Loss& loss_of) {
  tg::nn::Dense network(on.x.dim(1), 1);
  network.weight.assign(tg::zeros({on.x.dim(1), 1}));  // the log loss is convex: no random start is needed
  // A shorter memory than the usual 0.999: the bias has far to go, and its gradient shrinks on the way.
  tg::optim::Adam adam(network.parameters(), {.lr = lr, .beta2 = 0.95});
  for (int step = 0; step < step_count; ++step) {
    adam.zero_grad();
    loss_of(network(on.x), on.y).backward();
    adam.step();
  }
  return network;
}

double balance(const tg::Tensor& y) { return (1 - tg::mean(y).item()) / tg::mean(y).item(); }  // w

tg::Tensor weighted_loss(const tg::Tensor& z, const tg::Tensor& y) {
  return tg::binary_cross_entropy_with_logits(z, y, {.weights = 1 + (balance(y) - 1) * y});
}
tg::Tensor plain_loss(const tg::Tensor& z, const tg::Tensor& y) {
  return weigh ? weighted_loss(z, y) : tg::binary_cross_entropy_with_logits(z, y);
}

// The scores of the test parts, from a network that is trained now: [N,1]
tg::Tensor scores(const Record& run, const Loss& loss_of) {
  return train(run.train, loss_of)(run.test.x).detach();
}

// %% [markdown]
// ## The smallest failing demo
//
// We train without weights and say "crack" where the probability is above 0.5, which is a score above
// 0. Three numbers judge that. *Accuracy*: the share of parts judged rightly. *Recall*: the share of the
// cracked parts that is found. *Precision*: the share of cracks among the parts called cracked. Two
// others are judged beside the network. One always says "sound". The *ideal* one knows the true chance
// $P(crack)$, and says "crack" where it is above 0.5. On average, nobody who knows only the measurements
// is right more often than the ideal.

// %%
struct Judged {
  double accuracy, recall, precision;  // precision: NaN where no part is called cracked
  double alarms;                       // the share of sound parts that is called cracked
};

Judged judge(const tg::Tensor& z, const tg::Tensor& y, double threshold = 0) {
  const tg::Tensor yes = z > threshold;
  const double hits = tg::sum(yes * y).item(), named = tg::sum(yes).item();
  return {tg::mean(yes == y).item(), hits / tg::sum(y).item(), named > 0 ? hits / named : std::nan(""),
          (named - hits) / tg::sum(1 - y).item()};
}

// A row of a table.
Judged add(lesson::Measurements& judged, const char* name, const tg::Tensor& z, const tg::Tensor& y,
           double threshold = 0) {
  const Judged it = judge(z, y, threshold);
  judged.add(name, "accuracy", it.accuracy);
  judged.add(name, "recall", it.recall);
  if (!std::isnan(it.precision)) judged.add(name, "precision", it.precision);
  return it;
}

// %%
lesson::Diagram one_threshold() {
  lesson::Diagram diagram("one_threshold",
                          "Training gives a probability. Costs give the threshold. Weights mix the two up.");
  const int x = diagram.box(0, 0, "measurements", {.round = true, .note = "[N,5]"}),
            dense = diagram.box(1, 0, "Dense(1)"),
            sigmoid = diagram.box(2, 0, "sigmoid", {.note = "of scores [N,1]"}),
            p = diagram.box(3, 0, "P(crack)", {.strong = true, .round = true, .note = "[N,1]"}),
            above = diagram.box(4, 0, "above 1/(1+c)?"), loss = diagram.box(1, 1, "log loss", {.note = "w?"}),
            costs = diagram.box(4, 1, "costs", {.round = true, .note = "c"});
  diagram.arrow(x, dense), diagram.arrow(dense, sigmoid), diagram.arrow(sigmoid, p), diagram.arrow(p, above);
  diagram.arrow(loss, dense, {.dashed = true}), diagram.arrow(costs, above, {.strong = true});
  return diagram;
}

// %%
STEP("Above 0.5") {
  lesson::show(one_threshold());
  lesson::Measurements judged("test parts, \"crack\" where P is above 0.5", {.percent = true, .decimals = 1});
  double apart = 0, more = 0;
  for (const int seed : runs()) {
    const Record& run = record(seed);
    const Judged never = add(judged, "always \"sound\"", run.test.score * 0 - 1, run.test.y),
                 network = add(judged, "the network", scores(run, plain_loss), run.test.y),
                 ideal = add(judged, "the ideal", run.test.score, run.test.y);
    apart = std::max(apart, std::abs(network.recall - ideal.recall));
    more = std::max(more, std::abs(ideal.accuracy - never.accuracy));
  }
  lesson::predict(
      "The ideal classifier knows each true chance, and says \"crack\" where it is above 0.5. What share "
      "of the cracked parts does it find?",
      judged.median("the ideal", "recall"), {.percent = true});
  judged.table();
  lesson::claim("in each run, the network finds as many cracks as the ideal, within 2.5 points",
                apart < 0.025, lesson::fails_with("--weigh"));
  lesson::claim("in each run, the ideal is at most half a point more accurate than always \"sound\"",
                more < 0.005, lesson::fails_with("--rare 0.3"));
}

// %% [markdown]
// The network has learned what there is to learn. Accuracy cannot tell it from a program that looks at
// nothing.
//
// ## What the ideal would find
//
// In our data this needs no run. The score $s$ of a cracked part is normal, with mean $\ln \frac{\pi}{1
// - \pi} + \frac{d^2}{2}$ and standard deviation $d$; for a sound part the mean has $- \frac{d^2}{2}$.
// With $\Phi$, the distribution function of the normal distribution, the share of cracked parts with a
// score above 0 is
//
// $$ recall = \Phi \left( \frac{d}{2} - \frac{1}{d} \ln \frac{1 - \pi}{\pi} \right) $$
//
// So two things decide: how rare the class is, and how far it lies from the other. No loss changes either.

// %%
double normal_above(double z) { return 0.5 * std::erfc(z / std::sqrt(2.)); }  // P(a normal number > z)

double ideal_recall(double d, double share, double threshold = 0) {
  return normal_above((threshold - log_odds(share) - d * d / 2) / d);
}
double ideal_alarms(double d, double share, double threshold = 0) {  // of the sound parts
  return normal_above((threshold - log_odds(share) + d * d / 2) / d);
}

// %%
STEP("What the ideal would find") {
  std::vector<lesson::Row> rows;
  const std::vector<double> distances = {1, 1.5, 2, 3, 4};
  for (const double share : {0.5, 0.1, 0.03, 0.01, 0.001}) {
    lesson::Row row = {lesson::percent(share, share < 0.01 ? 1 : 0)};
    for (const double d : distances) row.add(lesson::percent(ideal_recall(d, share), 1));
    rows.push_back(row);
  }
  lesson::predict(
      "1% of the parts are cracked, and the centres lie 4 standard deviations apart. What share of the "
      "cracked parts has a chance above 0.5?",
      ideal_recall(4, 0.01), {.percent = true});
  lesson::say("Cracked parts that the ideal finds at 0.5, by distance\n");
  lesson::table({"cracked", "d = 1", "1.5", "2", "3", "4"}, rows);
  double apart = 0;
  for (const int seed : runs()) {
    const Parts& test = record(seed).test;
    apart = std::max(apart, std::abs(judge(test.score, test.y).recall -
                                     ideal_recall(distance, weigh ? 0.5 : rare.value())));
  }
  lesson::claim("in each run, the recall that was counted is that of the formula, within 2.5 points",
                apart < 0.025, lesson::fails_with("--weigh"));
  const double found = ideal_recall(distance, 0.01), alarms = ideal_alarms(distance, 0.01);
  lesson::claim("with 1% of cracks, the ideal is 99% accurate and finds less than 2% of the cracks",
                found < 0.02 && std::abs(0.01 * found + 0.99 * (1 - alarms) - 0.99) < 5e-4,
                lesson::fails_with("--distance 3"));
}

// %% [markdown]
// "99 % accurate, and never finds it" is what the *best possible* classifier looks like, where the
// classes overlap and 0.5 is the threshold. A better measurement helps: read along a row. (`--weigh`
// compares with the formula for $\pi = 0.5$.)
//
// ## What class weights do
//
// Take all parts with the same measurements. A share $p$ of them is cracked. Weighted, they cost
// $-w p \ln q - (1 - p) \ln(1 - q)$ if the network says $q$. The derivative by $q$ is 0 where
//
// $$ \frac{q}{1 - q} = w \frac{p}{1 - p}, \quad that \, is \quad z_{weighted} = z + \ln w $$
//
// So weights add a constant to the score, if the model can say the true chance. The order of the parts
// stays. "Above 0.5" becomes "above $1 / (1 + w)$", which for the balanced $w$ is the share of cracks.
// Two more numbers judge the order alone. Go down the list of the parts, from the highest score. *ROC*,
// lesson 2's AUC, is the area under the curve of recall over false alarms: of a cracked and a sound
// part, how often does the cracked one have the higher score? *PR* is the *average precision*, nearly
// the area under the curve of precision over recall: at each cracked part note the precision so far;
// then take the mean. Guessing has a ROC of 0.5, and a PR of $\pi$.

// %%
struct Order {
  double roc, pr;
  std::vector<double> alarms, recall, precision;  // on the way down the list, after each 50th of the cracks
};

// Whether each part is called cracked, as a score. Equal ones stand in the list in random order.
tg::Tensor label(const tg::Tensor& z) { return (z > 0) + tg::uniform(z.shape(), 0, 0.5); }

Order order(const tg::Tensor& z, const tg::Tensor& y) {
  std::vector<std::pair<tg::Real, bool>> list;
  const tg::Tensor by = by_label ? label(z) : z;
  const auto scores = by.values(), cracks = y.values();
  for (std::size_t i = 0; i < scores.size(); ++i) list.emplace_back(-scores[i], cracks[i] > 0.5);
  std::sort(list.begin(), list.end());
  const double all = tg::sum(y).item(), sound = static_cast<double>(list.size()) - all;
  double hits = 0, alarms = 0;
  Order it{};
  for (const auto& [_, crack] : list) {
    if (!crack) {
      ++alarms, it.roc += hits / all / sound;
      continue;
    }
    ++hits, it.pr += hits / (hits + alarms) / all;
    if (hits < all * static_cast<double>(it.recall.size() + 1) / 50) continue;
    it.alarms.push_back(alarms / sound), it.recall.push_back(hits / all);
    it.precision.push_back(hits / (hits + alarms));
  }
  return it;
}

// Both curves, and where a threshold of 0.5 stands on them.
void draw_curves(const std::map<std::string, std::pair<Order, Judged>>& networks) {
  lesson::Figure figure("curves", "Weights and no weights have one curve; 0.5 is another point of it.");
  for (const bool roc : {true, false}) {
    figure.panel(roc ? "ROC" : "precision and recall");
    figure.axes({.x = roc ? "sound parts called cracked" : "recall",
                 .y = roc ? "recall" : "precision",
                 .x_range = {0, 1},
                 .y_range = {0, 1}});
    const auto x_of = [&](const Order& it) { return roc ? it.alarms : it.recall; };
    const auto y_of = [&](const Order& it) { return roc ? it.recall : it.precision; };
    const Order &without = networks.at("no weights").first, &with = networks.at("weights").first;
    figure.line("no weights", x_of(without), y_of(without));
    figure.points("weights", x_of(with), y_of(with));
    for (const auto& [name, of] : networks)
      figure.points(name + ", 0.5", {roc ? of.second.alarms : of.second.recall},
                    {roc ? of.second.recall : of.second.precision});
  }
  lesson::show(figure);
}

// %%
STEP("Weights move the threshold") {
  lesson::Measurements judged("on the test parts", {.percent = true}), labels("ROC of labels");
  judged.column("ROC", {.decimals = 3}), judged.column("PR", {.decimals = 3});
  std::map<std::string, std::pair<Order, Judged>> networks;
  double same = 1, apart = 0, shifted = 0;
  for (const int seed : runs()) {
    const Record& run = record(seed);
    const tg::Tensor plain = scores(run, plain_loss), weighted = scores(run, weighted_loss), &y = run.test.y;
    const double w = balance(run.train.y), threshold = at_half ? 0 : -std::log(w);
    const auto row = [&](const char* name, const tg::Tensor& z, double above) {
      const Judged half = add(judged, name, z, y, above);
      const Order it = order(z, y);
      judged.add(name, "ROC", it.roc), judged.add(name, "PR", it.pr);
      labels.add(name, "", order(label(z - above), y).roc);
      return std::pair(it, half);
    };
    networks = {{"no weights", row("no weights, above 0.5", plain, 0)},
                {"weights", row("weights, above 0.5", weighted, 0)}};
    row("no weights, above the share", plain, threshold);
    row("guessing, above 0.5", tg::randn(y.shape()), 0);
    const Order &without = networks["no weights"].first, &with = networks["weights"].first;
    same = std::min<double>(same, tg::mean((weighted > 0) == (plain > threshold)).item());
    apart = std::max({apart, std::abs(with.roc - without.roc), std::abs(with.pr - without.pr)});
    shifted = std::max(shifted, std::abs(tg::mean(weighted - plain).item() - std::log(w)));
  }
  lesson::predict("With balanced weights, what share of the cracked parts is found at 0.5?",
                  judged.median("weights, above 0.5", "recall"), {.percent = true});
  lesson::predict("And of the parts that it then calls cracked, how many are?",
                  judged.median("weights, above 0.5", "precision"), {.percent = true});
  judged.table();
  lesson::say("\nOf all test parts, the two networks call at least {} alike.",
              lesson::number_text(same, {.percent = true, .decimals = 1}));
  draw_curves(networks);
  lesson::say(
      "Of labels at 0.5 in place of scores, ROC would be {:.3f} without weights and {:.3f} with them.",
      labels.median("no weights, above 0.5", ""), labels.median("weights, above 0.5", ""));
  lesson::claim(
      "in each run, weights at 0.5 and no weights at the share of cracks agree on more than 97% of the parts",
      same > 0.97, lesson::fails_with("--at-half"));
  lesson::claim("in each run, weights add ln w to the mean score, within 0.15", shifted < 0.15,
                lesson::fails_with("--weigh"));
  lesson::claim("in each run, weights change ROC and PR by less than 0.01", apart < 0.01,
                lesson::fails_with("--by-label"));
}

// %% [markdown]
// Recall is many times as high, and nothing new was learned: the threshold did that. Precision
// shows the price. Note how differently ROC and PR sound for the same list. Compare PR with $\pi$,
// never with 0.5.
//
// Give both measures *scores*. Labels, as in `roc_auc_score(y, model.predict(x) > 0.5)`, give no error.
// They give the mean of recall and of the share of sound parts called sound. That depends on the
// threshold, so weights seem to help very much (`--by-label`).
//
// ## What they break
//
// A weighted network does not say probabilities. Lesson 2 has the tool: sort the parts into ten groups
// by the P that was said, and compare the mean of it with the share that was cracked. *ECE* is the
// distance of the two, averaged over the parts. The derivation above tells the cure: subtract $\ln w$
// from the score.

// %%
// How far probabilities are from what happens: lesson 2's reliability, with ten groups.
lesson::Reliability reliability(const tg::Tensor& z, const tg::Tensor& y) {
  const tg::Tensor p = tg::sigmoid(z);
  std::vector<int> cracks;
  for (const tg::Real label : y.values()) cracks.push_back(label > 0.5 ? 1 : 0);
  return lesson::reliability(p.values(), cracks);
}

double said(const tg::Tensor& z) { return tg::mean(tg::sigmoid(z)).item(); }

// %%
STEP("Weights break probabilities") {
  lesson::Measurements judged("on the test parts", {.percent = true, .decimals = 1});
  judged.column("ECE", {.decimals = 3});
  std::map<std::string, std::vector<lesson::Reliability>> diagrams;
  for (const int seed : runs()) {
    const Record& run = record(seed);
    const double w = balance(run.train.y);
    const tg::Tensor weighted = scores(run, weighted_loss);
    const auto row = [&](const char* name, const tg::Tensor& z) {
      diagrams[name].push_back(reliability(z, run.test.y));
      judged.add(name, "P said, mean", said(z));
      judged.add(name, "cracked", tg::mean(run.test.y).item());
      judged.add(name, "ECE", diagrams[name].back().ece);
    };
    row("no weights", scores(run, plain_loss));
    row("weights", corrected ? weighted - std::log(w) : weighted);
    row("weights, less ln w", uncorrected ? weighted : weighted - std::log(w));
  }
  lesson::predict("3% of the parts are cracked. What does the weighted network say on average?",
                  judged.median("weights", "P said, mean"), {.percent = true});
  judged.table();
  lesson::Figure figure(
      "weights_calibration",
      "With weights the points lie far below the diagonal. Less ln w, they are back on it.");
  figure.axes({.x = "P(crack) said", .y = "share cracked", .x_range = {0, 1}, .y_range = {0, 1}});
  for (const char* name : {"no weights", "weights", "weights, less ln w"})
    lesson::draw_reliability(figure, name, diagrams[name]);
  lesson::show(figure);
  lesson::claim("in each run, the weighted network's P misses the truth by more than 0.2 (ECE)",
                judged.spread("weights", "ECE").low > 0.2, lesson::fails_with("--corrected"));
  lesson::claim("in each run, less ln w it misses by less than 0.01",
                judged.spread("weights, less ln w", "ECE").high < 0.01, lesson::fails_with("--uncorrected"));
}

// %% [markdown]
// Whoever reads 0.9 from the weighted network and stops a machine for it has been misled: see where
// that point lies. The formula is known as the *prior correction* (King and Zeng, 2001). (On the right
// the points spread: hardly any part has a high true chance.)
//
// ## Copies, SMOTE, and fewer of the others
//
// *Copies*: each cracked part stands $w$ times in the data. For a whole $w$ that is the weighted loss,
// term by term, so it needs no run. *SMOTE* (Chawla and others, 2002) puts new cracked parts on the lines
// between a cracked part and its five nearest ones, until both classes are equally many. *Fewer*: keep as
// many sound parts as there are cracked ones, and throw the rest away. Each makes the classes equally
// large, so each should add about $\ln w$.

// %%
using Rows = std::vector<int>;  // numbers of parts

Rows rows_with(const tg::Tensor& y, bool crack) {
  Rows rows;
  for (int i = 0; const tg::Real label : y.values()) {
    if ((label > 0.5) == crack) rows.push_back(i);
    ++i;
  }
  return rows;
}

// Made from the cracked ones among these parts, so that both classes are equally many.
Parts smote(const Parts& from) {
  const tg::Tensor cracked = tg::take(from.x, tg::indices(rows_with(from.y, true)));
  const int count = cracked.dim(0), wanted = from.x.dim(0) - 2 * count;
  const auto x = cracked.values();
  std::vector<Rows> nearest;
  for (int i = 0; i < count; ++i) {
    std::vector<std::pair<tg::Real, int>> far;
    for (int j = 0; j < count; ++j) {
      tg::Real square = 0;
      for (int k = 0; k < 5; ++k) {
        const tg::Real gap = x[static_cast<std::size_t>(5 * i + k)] - x[static_cast<std::size_t>(5 * j + k)];
        square += gap * gap;
      }
      far.emplace_back(square, j);
    }
    std::partial_sort(far.begin(), far.begin() + 6, far.end());
    nearest.emplace_back();
    for (std::size_t k = 1; k < 6; ++k) nearest.back().push_back(far[k].second);  // 0 is the part itself
  }
  Rows ends, other_ends;
  for (int made = 0; made < wanted; ++made) {
    ends.push_back(tg::random_stream().below(count));
    const auto pick = static_cast<std::size_t>(tg::random_stream().below(5));
    other_ends.push_back(nearest[static_cast<std::size_t>(ends.back())][pick]);
  }
  const tg::Tensor a = tg::take(cracked, tg::indices(ends)), b = tg::take(cracked, tg::indices(other_ends));
  const tg::Tensor between = a + tg::uniform({wanted, 1}, 0, 1) * (b - a);
  return {tg::concat({from.x, between}, 0), tg::concat({from.y, tg::ones({wanted, 1})}, 0), {}};
}

Parts fewer(const Parts& from) {
  Rows rows = rows_with(from.y, true);
  const Rows sound = rows_with(from.y, false);
  const std::vector<int> mixed = tg::random_permutation(static_cast<int>(sound.size()));
  for (std::size_t i = 0, count = rows.size(); i < count; ++i)
    rows.push_back(sound[static_cast<std::size_t>(mixed[i])]);
  return {tg::take(from.x, tg::indices(rows)), tg::take(from.y, tg::indices(rows)), {}};
}

// %%
STEP("Copies in other clothes") {
  lesson::Measurements judged("on the test parts", {.decimals = 3});
  judged.column("recall at 0.5", {.percent = true});
  double apart = 0;
  for (const int seed : runs()) {
    const Record& run = record(seed);
    const tg::Tensor& y = run.test.y;
    const double log_w = std::log(balance(run.train.y)), shift = uncorrected ? 0 : log_w;
    const Order plain = order(scores(run, plain_loss), y);
    const auto row = [&](const char* name, const Parts& on, const Loss& loss_of) {
      const tg::Tensor z = train(on, loss_of)(run.test.x).detach();
      const Order it = order(z, y);
      judged.add(name, "recall at 0.5", judge(z, y).recall);
      judged.add(name, "ECE", reliability(z, y).ece);
      judged.add(name, "less ln w", reliability(z - shift, y).ece);
      judged.add(name, "ROC", it.roc), judged.add(name, "PR", it.pr);
      apart = std::max({apart, std::abs(it.roc - plain.roc), std::abs(it.pr - plain.pr)});
    };
    tg::manual_seed(static_cast<std::uint64_t>(seed) + 1000);
    row("weights, or copies", run.train, weighted_loss);
    row("SMOTE", smote(run.train), plain_loss);
    row("fewer sound parts", fewer(run.train), plain_loss);
    judged.add("no weights", "ROC", plain.roc), judged.add("no weights", "PR", plain.pr);
  }
  lesson::predict("By how much does SMOTE raise ROC?",
                  judged.median("SMOTE", "ROC") - judged.median("no weights", "ROC"));
  judged.table();
  lesson::claim("in each run, none of them changes ROC or PR by more than 0.02", apart < 0.02,
                lesson::fails_with("--by-label"));
  double most = 0;
  for (const char* name : {"weights, or copies", "SMOTE", "fewer sound parts"})
    most = std::max(most, judged.spread(name, "less ln w").high);
  lesson::claim("in each run, less ln w all three miss the truth by less than 0.02 (ECE)", most < 0.02,
                lesson::fails_with("--uncorrected"));
}

// %% [markdown]
// SMOTE knows nothing about cracks that the cracked parts do not say. Fewer sound parts train faster,
// which can be a reason. The correction needs a model that can say the truth, as ours can. For forests
// of trees on five real tables, Liu (2026) reports that it does not mend SMOTE, whose cracked parts are
// not distributed as real ones are. Then fit a temperature and an offset on data without copies.
//
// ## The focal loss
//
// Lin and others (2017) multiply the log loss by $(1 - p_t)^\gamma$, with $p_t$ the probability given
// to what is true. Parts that are easy count less. A factor $\alpha$ for the rare class, and $1 -
// \alpha$ for the other, comes with it. The paper found $\gamma = 2$ and $\alpha = 0.25$, and those are
// the defaults of `torchvision.ops.sigmoid_focal_loss`. Read that again: the *rare* class gets 0.25, a
// third of the weight of the other.
//
// (Keras' `BinaryFocalCrossentropy` has the same defaults, but applies $\alpha$ only with
// `apply_class_balancing=True`.)
//
// What does $\gamma$ move? Where a crack and no crack are equally likely, the expected loss is the same
// for $p$ and $1 - p$. So the best answer there is 0.5, whatever $\gamma$ is, and "above 0.5" should
// name the same parts.

// %%
Loss focal(double a) {
  return [a](const tg::Tensor& z, const tg::Tensor& y) {
    const tg::Tensor p = tg::sigmoid(z), truth = y * p + (1 - y) * (1 - p);
    const tg::Tensor each = tg::binary_cross_entropy_with_logits(z, y, {.reduction = tg::Reduction::none});
    return tg::mean((a * y + (1 - a) * (1 - y)) * tg::pow(1 - truth, focus.value()) * each);
  };
}

// %%
STEP("The focal loss") {
  lesson::Measurements judged("on the test parts, \"crack\" where P is above 0.5",
                              {.percent = true, .decimals = 1});
  judged.column("ECE", {.decimals = 3}), judged.column("ROC", {.decimals = 3});
  double same = 1;
  bool fewer_found = true;
  for (const int seed : runs()) {
    const Record& run = record(seed);
    const tg::Tensor& y = run.test.y;
    const auto row = [&](const char* name, const tg::Tensor& z) {
      judged.add(name, "recall", judge(z, y).recall);
      judged.add(name, "P said, mean", said(z));
      judged.add(name, "ECE", reliability(z, y).ece);
      judged.add(name, "ROC", order(z, y).roc);
      return z;
    };
    const tg::Tensor plain = row("log loss", scores(run, plain_loss)),
                     gamma_only = row("gamma alone", scores(run, focal(0.5))),
                     defaults = row("gamma and alpha", scores(run, focal(alpha)));
    same = std::min<double>(same, tg::mean((plain > 0) == (gamma_only > 0)).item());
    fewer_found = fewer_found && judge(defaults, y).recall < 0.5 * judge(plain, y).recall;
  }
  lesson::predict("Does the focal loss with its defaults find more cracked parts at 0.5 than the log loss?",
                  judged.median("gamma and alpha", "recall") > judged.median("log loss", "recall"));
  judged.table();
  lesson::claim("in each run, gamma alone and the log loss agree on more than 99.5% of the parts at 0.5",
                same > 0.995, lesson::fails_with("--weigh"));
  lesson::claim("in each run, gamma and alpha find less than half as many cracks as the log loss",
                fewer_found, lesson::fails_with("--alpha 0.75"));
}

// %% [markdown]
// The focal loss was made for object detectors, where nearly all of some 100,000 boxes in a picture are
// easy. There it keeps the easy ones from outweighing the rest. It is no cure for a threshold. And its
// $P$ is too near to 0.5 for most parts, which ruins the calibration without any weight.
//
// ## The fix: a threshold from costs
//
// Let a false alarm cost 1 and a missed crack $c$. To say "crack" costs $1 - p$ on average, to say
// "sound" costs $c p$. So say "crack" where
//
// $$ c p > 1 - p, \quad that \, is \quad p > \frac{1}{1 + c}, \quad or \quad z > -\ln c $$
//
// The class shares do not appear: they are in $p$ already. Whoever takes weights *and* this threshold
// counts them twice.

// %%
STEP("A threshold from costs") {
  const double c = missed_cost, threshold = at_half ? 0 : -std::log(c);
  lesson::Measurements costs("cost of 1000 test parts", {.decimals = 0});
  costs.column("recall", {.percent = true}), costs.column("precision", {.percent = true});
  double beyond = 0, mended_beyond = 0, half = 9, twice = 9;  // times the ideal's cost
  for (const int seed : runs()) {
    const Record& run = record(seed);
    const tg::Tensor plain = scores(run, plain_loss), weighted = scores(run, weighted_loss), &y = run.test.y;
    const double log_w = std::log(balance(run.train.y));
    const auto row = [&](const char* name, const tg::Tensor& z, double above) {
      const Judged it = judge(z, y, above);
      const tg::Tensor yes = z > above;
      const double cost = 1000 * tg::mean(c * (1 - yes) * y + yes * (1 - y)).item();
      costs.add(name, "cost", cost), costs.add(name, "recall", it.recall);
      if (!std::isnan(it.precision)) costs.add(name, "precision", it.precision);
      return cost;
    };
    const double ideal = row("the ideal, above 1/(1+c)", run.test.score, -std::log(c));
    beyond = std::max(beyond, row("no weights, above 1/(1+c)", plain, threshold) / ideal);
    mended_beyond = std::max(mended_beyond, row("weights, less ln w, above 1/(1+c)",
                                                uncorrected ? weighted : weighted - log_w, threshold) /
                                                ideal);
    half = std::min(half, row("no weights, above 0.5", plain, corrected ? -std::log(c) : 0) / ideal);
    row("weights, above 0.5", weighted, 0);
    twice = std::min(twice, row("weights, above 1/(1+c): twice", corrected ? weighted - log_w : weighted,
                                -std::log(c)) /
                                ideal);
    row("always \"sound\"", plain * 0 - 1, 0);
  }
  lesson::predict(
      "Always \"sound\" costs about 600. What does the network without weights cost, above 1/(1+c)?",
      costs.median("no weights, above 1/(1+c)", "cost"));
  costs.table();
  lesson::claim("in each run, without weights, above 1/(1+c), the cost is within 5% of the ideal's",
                beyond < 1.05, lesson::fails_with("--at-half"));
  lesson::claim("in each run, with weights, less ln w, it is too", mended_beyond < 1.05,
                lesson::fails_with("--uncorrected"));
  lesson::claim("in each run, without weights, above 0.5, it is more than 1.3 times the ideal's", half > 1.3,
                lesson::fails_with("--corrected"));
  lesson::claim("in each run, weights and the threshold together cost more than 1.5 times the ideal's",
                twice > 1.5, lesson::fails_with("--corrected"));
}

// %% [markdown]
// Weights at 0.5 are not far off here, because the balanced $w$ happens to be near $c$. Try
// `--missed-cost 5`.
//
// ## What the answers got wrong, or left out
//
// - "Unbalanced data is no problem if you are thoughtful": true here, for the order and for the
//   probabilities (steps 3 and 4). It does not help whoever reads the result at 0.5. The threshold was
//   missing (step 7).
// - "To increase the impact of minority class on cost function": that is what they do, and its effect
//   is $\ln w$ on each score (step 3). Nothing is learned by it that a threshold does not give.
// - "Use class weights": they add $\ln w$ to the score, and the mean probability becomes about ten
//   times the truth (steps 3 and 4).
// - "Use SMOTE": the same $\ln w$, and the same ROC and PR (step 5).
// - "Use the focal loss": with its defaults it finds fewer (step 6).
//
// ## Further
//
// What is interesting beside the argument. `--further` runs these sections too.
//
// ### Half the labels are missing
//
// Often cracks were overlooked when the data was labelled. Say each crack has its label with chance
// 0.5. Then the network learns $0.5 \, p$. That is never above 0.5: at that threshold the ideal finds
// *nothing*. But the order stays, and dividing by 0.5 mends the probability, if somebody knows that
// number.

// %%
FURTHER("Half the labels are missing") {
  const double kept = 0.5;
  lesson::Measurements judged("on test parts with right labels", {.decimals = 3});
  judged.column("recall at 0.5", {.percent = true, .decimals = 1});
  double apart = 0, found = 0, missed = 0;
  for (const int seed : runs()) {
    const Record& run = record(seed);
    const tg::Tensor& y = run.test.y;
    tg::manual_seed(static_cast<std::uint64_t>(seed) + 2000);
    const tg::Tensor labels = run.train.y * (tg::uniform(run.train.y.shape(), 0, 1) < kept);
    const tg::Tensor full = scores(run, plain_loss),
                     z = train({run.train.x, labels, {}}, plain_loss)(run.test.x).detach();
    const tg::Tensor p = tg::clamp(tg::sigmoid(z) * (uncorrected ? 1 : 1 / kept), 0, 0.999);
    const tg::Tensor mended = tg::log(p) - tg::log(1 - p);
    for (const auto& [name, of] :
         {std::pair("all labels", full), std::pair("half", z), std::pair("half, divided by 0.5", mended)}) {
      judged.add(name, "recall at 0.5", judge(of, y).recall);
      judged.add(name, "ECE", reliability(of, y).ece);
      judged.add(name, "ROC", order(of, y).roc);
    }
    apart = std::max(apart, std::abs(order(z, y).roc - order(full, y).roc));
    found = std::max(found, judge(z, y).recall);
    missed = std::max(missed, reliability(mended, y).ece);
  }
  judged.table();
  lesson::claim("in each run, without half the labels at most 3% of the cracks are found at 0.5",
                found < 0.03, lesson::fails_with("--weigh"));
  lesson::claim("in each run, ROC changes by less than 0.01", apart < 0.01, lesson::fails_with("--by-label"));
  lesson::claim("in each run, divided by 0.5, P misses the truth by less than 0.01 (ECE)", missed < 0.01,
                lesson::fails_with("--uncorrected"));
}

// %% [markdown]
// A linear network cannot say exactly $0.5 \, p$, since its score is not linear in the measurements.
// Here it comes near enough.
//
// ### Lesson 2's weather, with rain on 3 % of the days
//
// Is recall always so low where 3 % are of the rare class? Lesson 2's weather has two features and the
// score $s = 1.5 \, damp + 2 \, fall + b$. With $b = -5.8$ it rains on 3 % of the days. A linear score can
// say the true chance here, too.

// %%
Parts weather(int count) {
  const tg::Tensor x = tg::randn({count, 2}), score = tg::matmul(x, tg::tensor({{1.5}, {2}})) - 5.8;
  return {x, tg::uniform({count, 1}, 0, 1) < tg::sigmoid(score), score};
}

// %%
FURTHER("Rain on 3 % of the days") {
  lesson::Measurements judged("on 50,000 test days", {.decimals = 3});
  judged.column("recall at 0.5", {.percent = true});
  double same = 1;
  for (const int seed : runs()) {
    tg::manual_seed(static_cast<std::uint64_t>(seed) + 5000);
    const Parts days = weather(20000);
    const Record run = {days, weather(50000)};
    const tg::Tensor plain = scores(run, plain_loss), weighted = scores(run, weighted_loss), &y = run.test.y;
    const double log_w = std::log(balance(days.y));
    for (const auto& [name, z] :
         {std::pair("the ideal", run.test.score), std::pair("no weights", plain),
          std::pair("weights", weighted),
          std::pair("weights, less ln w", uncorrected ? weighted : weighted - log_w)}) {
      const Order it = order(z, y);
      judged.add(name, "recall at 0.5", judge(z, y).recall);
      judged.add(name, "ECE", reliability(z, y).ece);
      judged.add(name, "ROC", it.roc), judged.add(name, "PR", it.pr);
    }
    same = std::min<double>(same, tg::mean((weighted > 0) == (plain > (at_half ? 0 : -log_w))).item());
  }
  lesson::predict("It rains on 3% of the days. What share of them does the ideal find at 0.5?",
                  judged.median("the ideal", "recall at 0.5"), {.percent = true});
  judged.table();
  lesson::claim(
      "in each run, the ideal finds more than twice the share of rainy days that it finds of cracks",
      judged.spread("the ideal", "recall at 0.5").low > 2 * ideal_recall(distance, rare),
      lesson::fails_with("--distance 3"));
  lesson::claim(
      "in each run, weights at 0.5 and no weights at the share of rain agree on more than 97% of the days",
      same > 0.97, lesson::fails_with("--at-half"));
  lesson::claim("in each run, less ln w, P misses the truth by less than 0.01 (ECE)",
                judged.spread("weights, less ln w", "ECE").high < 0.01, lesson::fails_with("--uncorrected"));
}

// %% [markdown]
// It is not rarity alone. The features of these days say more about rain than those of the parts say about
// cracks: compare the ROC. What weights do is the same.
//
// ### Learned by heart
//
// Weights as a shift of $\ln w$ need a model that can say the truth, and enough data. A network with 32
// hidden units and few parts has neither. It learns its cracked parts by heart. Do weights help there?

// %%
FURTHER("Learned by heart") {
  lesson::Measurements judged("on the test parts", {.decimals = 3});
  for (const int seed : runs()) {
    tg::manual_seed(static_cast<std::uint64_t>(seed) + 3000);
    const Parts few = parts(heart_parts), &test = record(seed).test;
    for (const bool weights : {false, true}) {
      tg::manual_seed(static_cast<std::uint64_t>(seed) + 4000);
      const tg::nn::Dense hidden(5, 32), last(32, 1);
      const auto network = [&](const tg::Tensor& x) { return last(tg::tanh(hidden(x))); };
      tg::optim::Adam adam(tg::nn::Parameters{{"hidden", hidden}, {"last", last}}, {.lr = 0.02});
      for (int step = 0; step < 600; ++step) {
        adam.zero_grad();
        (weights ? weighted_loss : plain_loss)(network(few.x), few.y).backward();
        adam.step();
      }
      const Order it = order(network(test.x).detach(), test.y);
      const char* name = weights ? "weights" : "no weights";
      judged.add(name, "ROC", it.roc), judged.add(name, "PR", it.pr);
    }
    judged.add("the ideal", "ROC", order(test.score, test.y).roc),
        judged.add("the ideal", "PR", order(test.score, test.y).pr);
  }
  judged.table();
  lesson::claim("in each run, both have a ROC more than 0.03 below the ideal's",
                std::max(judged.spread("weights", "ROC").high, judged.spread("no weights", "ROC").high) <
                    judged.spread("the ideal", "ROC").low - 0.03,
                lesson::fails_with("--by-label"));
}

// %% [markdown]
// Hardly: they move ROC by far less than is missing to the ideal. What is missing is cracked parts, and a
// weight makes none. More of them, better measurements, or a smaller network help.
//
// ### Your own table
//
// `--data FILE.csv --target COLUMN` trains lesson 2's softmax head, without weights, on a table of your
// own. It says "rarest class" above 0.5, and above $1 / (1 + c)$, with $c$ from `--missed-cost`. The run
// says first how it read the file.

// %%
FURTHER_ON_DATA(data, "Your own table") {
  if (data.value().empty()) return lesson::say("(Only with --data.)");
  lesson::CsvOptions how = table_flags.options();
  how.classes = target;
  const lesson::Csv csv = lesson::read_csv(data, how);
  lesson::say("{}\n", csv.understood);
  const lesson::ClassTable table = lesson::class_table(csv, tg::shown_path(data));
  for (const std::string& sentence : table.understood) lesson::say("{}", sentence);
  lesson::ClassifierTraining training(table, {.hidden = 0}, lesson::seed());
  lesson::train_classifier(training, table, 40);
  const auto rarest = std::min_element(table.shares.begin(), table.shares.end());
  const int k = static_cast<int>(rarest - table.shares.begin());
  const std::string name = tg::shown(table.classes[static_cast<std::size_t>(k)], 30);
  const tg::Tensor log_p = tg::slice(training.best.log_probabilities(table.test.x), 1, k, k + 1);
  std::vector<tg::Real> is;
  for (const int label : table.test.labels.values()) is.push_back(label == k);
  const tg::Tensor y({static_cast<int>(is.size()), 1}, is);
  if (tg::sum(y).item() == 0)
    return lesson::say("\nNo test row is of the rarest class, {}: too few rows to judge.", name);
  lesson::Measurements judged(fmt::format("{} test rows, {} of them of the rarest class, {}", is.size(),
                                          tg::sum(y).item(), name),
                              {.percent = true});
  add(judged, "above 0.5", log_p, y, std::log(0.5));
  add(judged, "above 1/(1+c)", log_p, y, -std::log(1 + missed_cost));
  lesson::say("");
  judged.table();
}

// %% [markdown]
// The program `classify` does this for daily use, with a hidden layer, any number of classes and a cost
// for each. It names the class that is cheapest to name: the one with the largest probability times cost.
//
// ```sh
// make program NAME=classify ARGS="train TABLE.csv --target COLUMN --costs snow=20"
// make program NAME=classify ARGS="apply classify.safetensors NEW.csv --costs snow=20"
// ```
//
// ## Your turn
//
// Write down what you expect, then run the lesson again with
//
// - `--rare 0.01`: what do recall and PR of the ideal become? What does ROC?
// - `--missed-cost 5`: which rows of step 7 are dear now?
// - `--distance 3`: how much is there still to gain by a threshold?
// - `--weigh`: which claims become false, and what do they have in common?
//
// The claims are about the usual settings. With others some become false.
//
// ## Exercises
//
// - `make exercise N=60`, *undo the weights* (fill): true probabilities from those of a weighted network.
// - `make exercise N=61`, *the cheapest threshold* (fix): a threshold from costs that counts something
//   twice.
// - `make exercise N=62`, *average precision* (extend): PR, with ties.
// - `make exercise N=63`, *the rare class* (quiz), for those who know half of this lesson: when it is
//   green, the others count as done.
//
// ## Reading
//
// - [arxiv.org/abs/1708.02002](https://arxiv.org/abs/1708.02002), Lin and others, 2017: the focal loss.
// - [arxiv.org/abs/1106.1813](https://arxiv.org/abs/1106.1813), Chawla and others, 2002: SMOTE.
// - King and Zeng, 2001, "Logistic regression in rare events data": the prior correction.
// - [arxiv.org/abs/2606.29720](https://arxiv.org/abs/2606.29720), Liu, 2026: SMOTE, fewer of the others
//   and calibration, with forests and boosted trees.
// - Elkan, 2001, "The foundations of cost-sensitive learning": the threshold from costs, and what
//   weights do.
