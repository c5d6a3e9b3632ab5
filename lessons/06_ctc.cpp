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
// # 6. How does CTC loss work, and what are its lengths?
//
// | card | |
// |---|---|
// | question | What does CTC compute, what are y_true, input_length and label_length, and in what form do the labels go in? |
// | you learn to | train a network on text of which nobody knows when it is said; check a loss by brute force; read a trellis; tell the wrong ways of calling CTC by their numbers |
// | you need | probabilities, logarithms, the chain rule, a little C++; lesson 3 explains the LSTM |
// | time | an hour to read; about a minute to run, seconds with `--quick` |
// | your data | `--data DIR` trains on recordings named `digit_speaker_index.wav` (or `.flac`, `.ogg`) and says what it understood of the folder; the program `transcribe` keeps what it learns, goes on with it, and reads other recordings |
//
// A line with a tick is a *claim*: this run has checked it, and a false one makes the program fail.
// "Becomes false with" names flags that break it. "(line 97)" is the place in this lesson's source.
//
// ## The question
//
// Someone wants to turn speech into letters (Stack Overflow, "Understanding CTC loss for speech
// recognition in Keras"; question and answer are CC BY-SA 4.0). A recording is cut into *frames* of
// 10 ms, each described by 20 numbers. A network reads the frames and says for each how likely each
// of 29 classes is: 26 letters, a space, an end sign, and a *blank*. The target is a text: "three
// one". Nobody knows which frame belongs to which letter, and that is what *connectionist temporal
// classification*, CTC, is for (Graves and others, 2006).
//
// "Is this the right way to code and use CTC loss? I do not understand what are concretely y_true,
// input_length and label_length. In what form should I give the labels to the network?"
//
// The answer explains the shapes, and offers code that finds the lengths. We take the loss apart on
// cases so small that we can list everything, run what the question and the answer do, and end with
// a network that reads spoken words letter by letter.

// %%
#include <algorithm>
#include <map>
#include <memory>

#include "support/alphabet.hpp"
#include "support/interrupt.hpp"
#include "support/lesson.hpp"
#include "support/speech/digit_split.hpp"
#include "support/speech/features.hpp"
#include "support/speech/spoken.hpp"
#include "support/speech/transcriber_training.hpp"
#include "support/speech/voice.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// %% [markdown]
// ## Say hello, without a blank
//
// Call the number of frames $T$. Suppose that the network gives one letter for each frame, a *path*
// of $T$ letters. People speak slowly: an `h` lasts for several frames. So we *merge* neighbours
// that are equal, and `hhelllo` says "helo".
//
// Take the four letters `h`, `e`, `l`, `o`. How many of all paths of 5, 6 and 7 frames say "hello"?
// Guess first.

// %%
using Labels = std::vector<int>;  // class ids

// Neighbours that are equal become one.
Labels merged(const Labels& path) {
  Labels said;
  for (const int label : path)
    if (said.empty() || said.back() != label) said.push_back(label);
  return said;
}

// Calls visit(path) with each of the classes^frames paths.
template <class Visit>
void each_path(int frames, int classes, Visit visit) {
  Labels path(static_cast<std::size_t>(frames), 0);
  while (true) {
    visit(path);
    std::size_t at = 0;
    while (at < path.size() && ++path[at] == classes) path[at++] = 0;
    if (at == path.size()) return;
  }
}

// How many paths there are, and how many of them say the target after `say`.
struct Count {
  std::int64_t all = 0, right = 0;
  Labels example;  // the first that does
};
Count count_paths(int frames, int classes, const Labels& target, Labels (*say)(const Labels&)) {
  Count count;
  each_path(frames, classes, [&](const Labels& path) {
    ++count.all;
    if (say(path) != target) return;
    if (count.right++ == 0) count.example = path;
  });
  return count;
}

const lesson::Alphabet hello_letters("helo"), hello_classes("helo", {{"blank", 4}});

// The text of a path; the blank is written _.
std::string written(const lesson::Alphabet& alphabet, const Labels& path, int blank) {
  std::string text;
  for (const int label : path) text += label == blank ? "_" : alphabet.symbol(label);
  return text;
}

// %%
STEP("Hello, without a blank") {
  const Labels hello = hello_letters.encode("hello"), helo = hello_letters.encode("helo");
  std::vector<lesson::Row> rows;
  std::int64_t found = 0;
  for (int frames = 5; frames <= 7; ++frames) {
    const Count two = count_paths(frames, 4, hello, merged), one = count_paths(frames, 4, helo, merged);
    rows.push_back({frames, two.all, two.right, one.right, written(hello_letters, one.example, -1)});
    found += two.right;
  }
  lesson::table({lesson::right("frames"), lesson::right("paths"), lesson::right("say hello"),
                 lesson::right("say helo"), "helo, for example"},
                rows);
  lesson::claim("without a blank no path says hello", found == 0);
}

// %% [markdown]
// None: merging destroys every double letter. The remedy is one more class, the *blank*: "no letter
// here". The rule is now the *collapse*: **merge equal neighbours first, then drop the blanks.** A
// blank between two equal letters keeps them apart, and a network may say blank whenever it is not
// sure, or when nothing is said. It is not the space: a space is a letter like the others, and
// stands in the text.
//
// Take a text of $U$ letters, of which $r$ equal the letter before them. A path needs a frame for
// each letter, and a blank before each of the $r$: at least $U + r$ frames. The other $T - U - r$
// lengthen any of the $U$ runs of a letter and the $U + 1$ runs of blanks around them. So the
// number of paths that say the text is the binomial coefficient "$T + U - r$ over $2U$",
//
// $$ \frac{(T + U - r)!}{(2U)! \, (T - U - r)!} $$
//
// and we can check our counting.

// %%
Labels collapsed(const Labels& path) { return tg::decode::collapse(path, 4); }

std::int64_t binomial(int n, int k) {
  std::int64_t ways = 1;
  for (int i = 1; i <= k; ++i) ways = ways * (n - k + i) / i;
  return ways;
}

// r: how many labels equal the one before.
int repeats(const Labels& target) {
  int count = 0;
  for (std::size_t i = 1; i < target.size(); ++i) count += target[i] == target[i - 1];
  return count;
}

// %%
STEP("Hello, with a blank") {
  std::vector<lesson::Row> rows;
  bool same = true;
  for (const auto& [text, frames] : std::vector<std::pair<const char*, int>>{
           {"hello", 5}, {"hello", 6}, {"hello", 7}, {"helo", 6}, {"ho", 6}, {"ll", 5}, {"lll", 6}}) {
    const Labels target = hello_classes.encode(text);
    const int r = repeats(target), letters = static_cast<int>(target.size());
    const Count count = count_paths(frames, 5, target, collapsed);
    const std::int64_t formula = frames < letters + r ? 0 : binomial(frames + letters - r, 2 * letters);
    rows.push_back({text, frames, letters + r, count.all, count.right, formula,
                    count.right ? written(hello_classes, count.example, 4) : "none: too few frames"});
    same = same && count.right == formula;
  }
  lesson::table({"text", lesson::right("frames"), lesson::right("needed"), lesson::right("paths"),
                 lesson::right("that say it"), lesson::right("formula"), "for example"},
                rows);
  lesson::say(
      "{:.3g} paths of 100 frames say a text of 50 letters, none doubled. Nobody adds those up one by one.",
      std::exp(std::lgamma(151) - std::lgamma(101) - std::lgamma(51)));
  lesson::claim("as many paths say a text as the binomial coefficient counts", same);
}

// %% [markdown]
// ## A case small enough to enumerate
//
// The network gives for each frame $t$ and each class $k$ a probability $p_t(k)$. What is said at
// one frame is not fed back into the next. So the probability of a path is a product, and the
// probability of a text is the sum over the paths that say it:
//
// $$ P(\text{text}) = \sum_{\text{paths that say it}} \; \prod_{t=1}^{T} p_t(k_t) $$
//
// where $k_t$ is the path's class at frame $t$. The CTC loss is $L = -\ln P$, in *nats*, the unit
// of natural logarithms; 0 is perfect. We take three classes, `a`, `b` and blank, four frames of
// random probabilities, and the text "ab", and list all paths.

// %%
using Frames = std::vector<std::vector<double>>;  // a row of C numbers for each frame

// The rows of a tensor [1,T,C].
Frames rows_of(const tg::Tensor& x) {
  const std::vector<tg::Real> values = x.clone().values();
  const auto width = static_cast<std::size_t>(x.dim(2));
  Frames rows;
  for (std::size_t at = 0; at < values.size(); at += width)
    rows.emplace_back(values.begin() + static_cast<std::ptrdiff_t>(at),
                      values.begin() + static_cast<std::ptrdiff_t>(at + width));
  return rows;
}

// The softmax of each row of scores.
Frames softmax_of(Frames rows) {
  for (std::vector<double>& row : rows) {
    double total = 0;
    for (double& score : row) total += score = std::exp(score);
    for (double& p : row) p /= total;
  }
  return rows;
}

double path_probability(const Frames& p, const Labels& path) {
  double product = 1;
  for (std::size_t t = 0; t < path.size(); ++t) product *= p[t][static_cast<std::size_t>(path[t])];
  return product;
}

const lesson::Alphabet ab("ab", {{"blank", 2}});

// %%
STEP("Every path of four frames") {
  const tg::Tensor scores = tg::randn({1, 4, 3});
  const Frames p = softmax_of(rows_of(scores));
  const Labels target = ab.encode("ab");
  std::vector<std::pair<double, Labels>> paths;
  double total = 0;
  each_path(4, 3, [&](const Labels& path) {
    if (tg::decode::collapse(path, 2) != target) return;
    paths.emplace_back(path_probability(p, path), path);
    total += paths.back().first;
  });
  std::sort(paths.rbegin(), paths.rend());
  std::vector<lesson::Row> rows;
  for (std::size_t i = 0; i < 5; ++i)
    rows.push_back({written(ab, paths[i].second, 2), lesson::right("{:.4f}", paths[i].first)});
  rows.push_back({fmt::format("{} others", paths.size() - 5),
                  lesson::right("{:.4f}", total - (paths[0].first + paths[1].first + paths[2].first +
                                                   paths[3].first + paths[4].first))});
  rows.push_back({"sum", lesson::right("{:.4f}", total)});
  lesson::table({"path", lesson::right("probability")}, rows);
  const double loss = tg::ctc_loss(scores, {target}, 2).item();
  lesson::say("-ln of the sum: {:.6f} nats. The engine's ctc_loss: {:.6f}.", -std::log(total), loss);
  lesson::claim("ctc_loss is minus the logarithm of the sum over all paths",
                std::abs(loss + std::log(total)) < 1e-5 * loss);
}

// %% [markdown]
// ## The recursion: forward, backward, posterior
//
// Put a blank before, between and after the letters: `_a_b_`. These are the $S = 2U + 1$ *places*
// of a *trellis*, a table with a row for each place and a column for each frame. Each path that
// says the text walks through it from left to right: it stays where it is, or goes to the next
// place, or leaves out a blank between two different letters. It begins in one of the first two
// places and ends in one of the last two.
//
// $\alpha_t(s)$, *forward*, is the probability of all ways that lead to place $s$ at frame $t$,
// with what is said at $t$. With $k_s$ the class of place $s$,
//
// $$ \alpha_t(s) = p_t(k_s) \, (\alpha_{t-1}(s) + \alpha_{t-1}(s-1) + [\text{skip}] \, \alpha_{t-1}(s-2)) $$
//
// where the skip counts only when $s$ is a letter and differs from the letter before. $\beta_t(s)$,
// *backward*, is the probability of all ways from there to the end, without what is said at $t$. At
// frame $t$ each path is at exactly one place, so for **every** frame
//
// $$ \sum_s \alpha_t(s) \, \beta_t(s) = P(\text{text}) $$
//
// and the share $\alpha_t(s) \beta_t(s) / P$ is the *posterior*: how likely it is that the text,
// given that it was said, was at place $s$ at frame $t$. Two tables of $T \times S$ numbers replace
// the sum over all paths.

// %%
struct Trellis {
  Labels places;                        // the class of each
  Frames forward, backward, posterior;  // [T,S]
  double probability = 0;
};

// Whether place s may be entered from s - 2.
bool may_skip(const Labels& places, std::size_t s, int blank) {
  return s >= 2 && places[s] != blank && places[s] != places[s - 2];
}

Trellis trellis(const Frames& p, const Labels& target, int blank) {
  Trellis table;
  table.places = {blank};
  for (const int label : target) table.places.insert(table.places.end(), {label, blank});
  const Labels& k = table.places;
  const std::size_t frames = p.size(), S = k.size();
  const auto said = [&](std::size_t t, std::size_t s) { return p[t][static_cast<std::size_t>(k[s])]; };
  Frames& alpha = table.forward = Frames(frames, std::vector<double>(S, 0.0));
  Frames& beta = table.backward = alpha;

  for (std::size_t s = 0; s < std::min<std::size_t>(S, 2); ++s) alpha[0][s] = said(0, s);
  for (std::size_t t = 1; t < frames; ++t)
    for (std::size_t s = 0; s < S; ++s)
      alpha[t][s] = said(t, s) * (alpha[t - 1][s] + (s >= 1 ? alpha[t - 1][s - 1] : 0) +
                                  (may_skip(k, s, blank) ? alpha[t - 1][s - 2] : 0));

  for (std::size_t s = S - std::min<std::size_t>(S, 2); s < S; ++s) beta[frames - 1][s] = 1;
  for (std::size_t t = frames - 1; t-- > 0;)
    for (std::size_t s = 0; s < S; ++s) {
      const auto from = [&](std::size_t next) { return said(t + 1, next) * beta[t + 1][next]; };
      beta[t][s] = from(s) + (s + 1 < S ? from(s + 1) : 0) +
                   (s + 2 < S && may_skip(k, s + 2, blank) ? from(s + 2) : 0);
    }

  for (std::size_t s = S - std::min<std::size_t>(S, 2); s < S; ++s) table.probability += alpha[frames - 1][s];
  table.posterior = alpha;
  for (std::size_t t = 0; t < frames; ++t)
    for (std::size_t s = 0; s < S; ++s) table.posterior[t][s] = alpha[t][s] * beta[t][s] / table.probability;
  return table;
}

// Each text that frames of probabilities can say, with its probability: every path is listed.
std::map<std::string, double> said_by(const Frames& p, const lesson::Alphabet& alphabet, int blank) {
  std::map<std::string, double> texts;
  each_path(static_cast<int>(p.size()), alphabet.size(), [&](const Labels& path) {
    texts[alphabet.decode(tg::decode::collapse(path, blank))] += path_probability(p, path);
  });
  return texts;
}

// %%
STEP("The recursion against the list") {
  const tg::Tensor scores = tg::randn({1, 7, 5});
  const Frames p = softmax_of(rows_of(scores));
  const std::map<std::string, double> texts = said_by(p, hello_classes, 4);
  double worst_recursion = 0, worst_frame = 0, worst_loss = 0, total = 0;
  for (const auto& [text, probability] : texts) {
    const Labels target = hello_classes.encode(text);
    const Trellis table = trellis(p, target, 4);
    total += table.probability;
    worst_recursion = std::max(worst_recursion, std::abs(table.probability / probability - 1));
    for (std::size_t t = 0; t < p.size(); ++t) {
      double sum = 0;
      for (std::size_t s = 0; s < table.places.size(); ++s) sum += table.forward[t][s] * table.backward[t][s];
      worst_frame = std::max(worst_frame, std::abs(sum / probability - 1));
    }
    const double loss = tg::ctc_loss(scores, {target}, 4).item();
    worst_loss = std::max(worst_loss, std::abs(loss + std::log(probability)) / std::max(1.0, loss));
  }
  lesson::say(
      "Seven frames of five classes can say {} texts. Added up, the recursion's probabilities give {:.12f}.",
      texts.size(), total);
  lesson::table({"compared with the list of all paths", "worst relative difference"},
                {{"forward recursion", worst_recursion},
                 {"forward times backward, at every frame", worst_frame},
                 {"ctc_loss (single precision)", worst_loss}});
  lesson::claim("the recursion gives every text the probability that the list gives it",
                worst_recursion < 1e-12 && worst_frame < 1e-12);
  lesson::claim("ctc_loss agrees for every text that can be said", worst_loss < 1e-5);
  lesson::claim("by the recursion, the probabilities of all texts add up to one",
                std::abs(total - 1) < 1e-12);
}

// %% [markdown]
// ## The gradient
//
// How does $L = -\ln P$ change with $\ln p_t(k)$? Every path goes through exactly one class at
// frame $t$, and its probability contains $p_t(k)$ once if that class is $k$, and not at all
// otherwise. So the derivative of $P$ is the probability of the paths through $k$. Its share of $P$
// is the posterior of all places of that class, added up:
//
// $$ \frac{\partial L}{\partial \ln p_t(k)} = -\gamma_t(k) $$
//
// $$ \gamma_t(k) = \sum_{s: k_s = k} \alpha_t(s) \beta_t(s) / P $$
//
// These shares add up to 1, so each frame of this gradient adds up to -1. The network gives
// *scores* $z$, with $p = \text{softmax}(z)$; the chain rule turns the gradient into
//
// $$ \frac{\partial L}{\partial z_t(k)} = p_t(k) - \gamma_t(k) $$
//
// What the network says, less what it should have said: the same as in ordinary classification,
// where the right class takes the place of $\gamma$. Each frame adds up to 0. (PyTorch returns
// $p - \gamma$ for the log-probabilities, too; so we check both.) *Finite differences*: move one
// score a little up and down, and see how the loss changes.

// %%
// gamma_t(k): the posterior of places, added up by class.
Frames class_shares(const Trellis& table, std::size_t classes) {
  Frames shares(table.posterior.size(), std::vector<double>(classes, 0.0));
  for (std::size_t t = 0; t < shares.size(); ++t)
    for (std::size_t s = 0; s < table.places.size(); ++s)
      shares[t][static_cast<std::size_t>(table.places[s])] += table.posterior[t][s];
  return shares;
}

double loss_by_hand(const Frames& scores, const Labels& target, int blank) {
  return -std::log(trellis(softmax_of(scores), target, blank).probability);
}

// %%
STEP("The gradient, three ways") {
  const Labels target = hello_classes.encode("hello");
  const tg::Tensor scores = tg::randn({1, 9, 5}).requires_grad(true);
  const Frames z = rows_of(scores), p = softmax_of(z), shares = class_shares(trellis(p, target, 4), 5);
  const Frames engine = rows_of(tg::grad(tg::ctc_loss(scores, {target}, 4), {scores})[0]);
  const tg::Tensor log_probs = tg::log_softmax(scores).detach().requires_grad(true);
  const Frames engine_log =
      rows_of(tg::grad(tg::ctc_loss_from_log_probs(log_probs, {target}, 4), {log_probs})[0]);

  const double h = 1e-5;  // the step of the finite difference
  double worst_formula = 0, worst_engine = 0, worst_log = 0, worst_zero = 0, worst_minus_one = 0;
  for (std::size_t t = 0; t < z.size(); ++t) {
    double sum = 0, sum_log = 0;
    for (std::size_t k = 0; k < 5; ++k) {
      Frames up = z, down = z;
      up[t][k] += h;
      down[t][k] -= h;
      const double difference = (loss_by_hand(up, target, 4) - loss_by_hand(down, target, 4)) / (2 * h);
      worst_formula = std::max(worst_formula, std::abs(p[t][k] - shares[t][k] - difference));
      worst_engine = std::max(worst_engine, std::abs(engine[t][k] - difference));
      worst_log = std::max(worst_log, std::abs(engine_log[t][k] + shares[t][k]));
      sum += engine[t][k];
      sum_log += engine_log[t][k];
    }
    worst_zero = std::max(worst_zero, std::abs(sum));
    worst_minus_one = std::max(worst_minus_one, std::abs(sum_log + 1));
  }
  lesson::table({"what is compared", "largest difference"},
                {{"p - gamma against finite differences", worst_formula},
                 {"the engine's gradient of the scores against finite differences", worst_engine},
                 {"the engine's gradient of the log-probabilities against -gamma", worst_log},
                 {"sum of a frame's gradient of the scores, from 0", worst_zero},
                 {"sum of a frame's gradient of the log-probabilities, from -1", worst_minus_one}});
  lesson::claim("the gradient of the scores is p - gamma", worst_formula < 1e-8 && worst_engine < 1e-5);
  lesson::claim("each frame of it adds up to 0, and to -1 for log-probabilities",
                worst_log < 1e-5 && worst_zero < 1e-5 && worst_minus_one < 1e-5);
}

// %% [markdown]
// ## Watch it learn
//
// No network yet: let the scores of 14 frames be free, nearly 0 at first, and follow the gradient
// towards "hello". The trellis shows the posterior: which frame speaks for which place. What will
// it look like in the end? Will the five letters share the frames evenly?

// %%
const int free_frames = 14;

// Follows the gradient of the scores themselves.
tg::Tensor trained_scores(const Labels& target, int steps) {
  const tg::Tensor scores = (0.01 * tg::randn({1, free_frames, 5})).detach().requires_grad(true);
  tg::optim::Adam adam({{"scores", scores}}, {.lr = 0.1});
  for (int step = 0; step < steps; ++step) {
    adam.zero_grad();
    tg::ctc_loss(scores, {target}, 4).backward();
    adam.step();
  }
  return scores;
}

// The names of the places, from the top: _ h _ e ...
std::vector<std::string> place_names(const Labels& places, const lesson::Alphabet& alphabet, int blank) {
  std::vector<std::string> names;
  for (const int place : places) names.push_back(written(alphabet, {place}, blank));
  return names;
}

// [T,S] row by row -> the values of a picture with a row for each place and a column for each frame.
std::vector<double> upright(const Frames& table) {
  std::vector<double> values;
  for (std::size_t s = 0; s < table[0].size(); ++s)
    for (const std::vector<double>& frame : table) values.push_back(frame[s]);
  return values;
}

// %%
STEP("From a haze to one path") {
  const Labels target = hello_classes.encode("hello");
  lesson::Figure figure("trellis",
                        "At first every way through the trellis is as good as another; training decides for "
                        "one, with two frames for each letter.");
  figure.axes({.x = "frame", .y = "place"});
  std::vector<lesson::Row> rows;
  double blank_before = 0, loss_after = 0;
  for (const int steps : {0, 300}) {
    const tg::Tensor scores = trained_scores(target, steps);
    const Frames p = softmax_of(rows_of(scores));
    const Trellis table = trellis(p, target, 4);
    const Frames shares = class_shares(table, 5);
    double blank = 0;
    for (const std::vector<double>& frame : shares) blank += frame[4] / free_frames;
    if (steps == 0) blank_before = blank;
    loss_after = tg::ctc_loss(scores, {target}, 4).item();
    rows.push_back({steps, lesson::right("{:.3f}", loss_after), lesson::right("{:.0f}%", 100 * blank),
                    written(hello_classes, tg::decode::align(scores, {target}, 4)[0].path, 4)});
    figure.panel(steps ? fmt::format("after {} steps", steps) : "before training");
    figure.heat_map(upright(table.posterior), static_cast<int>(table.places.size()), free_frames,
                    {.row_names = place_names(table.places, hello_classes, 4), .value = "posterior"});
  }
  lesson::table({lesson::right("steps"), lesson::right("loss (nats)"), lesson::right("share of blanks"),
                 "likeliest path that says hello"},
                rows);
  lesson::show(figure);
  const double letters = 4, uniform = 1 / (letters + 1);
  lesson::say(
      "With uniform scores the blank is one class in five, {:.0f}%, yet it has {:.0f}% of the posterior: it "
      "stands in {} of the {} places.",
      100 * uniform, 100 * blank_before, target.size() + 1, 2 * target.size() + 1);
  lesson::claim("the loss goes to 0, so the frames say hello", loss_after < 0.05);
  lesson::claim("already without training the blank has more of the posterior than its share of the classes",
                blank_before > 1.5 * uniform);
}

// %% [markdown]
// ## y_true, input_length and label_length, for two real words
//
// Now the asker's 29 classes: 26 letters, a space, an end sign written `>`, and the blank, which we
// put last, as Keras did when the question was asked. Say that a batch holds two recordings, the
// words "three" and "six". The network has read 12 frames of the first and 9 of the second; the
// second is filled up to 12 with anything at all.

// %%
const int blank = 28;
const lesson::Alphabet letters("abcdefghijklmnopqrstuvwxyz >", {{"blank", blank}});

// Labels as the asker has them: a matrix filled up with a number of no meaning.
const std::vector<std::string> two_words = {"three", "six"};
const std::vector<int> two_lengths = {12, 9};

std::vector<Labels> encoded(const std::vector<std::string>& texts) {
  std::vector<Labels> all;
  for (const std::string& text : texts) all.push_back(letters.encode(text));
  return all;
}

// For the last step, which puts what question and answer say beside what was measured.
double scores_part = NAN, blank_meant = NAN, blank_taken = NAN;
double honest_loss = NAN, least_lying = NAN, most_lying = NAN, weights_published = NAN, end_impossible = NAN;
double flat_part = NAN, carried_loss = NAN, beside_loss = NAN;
double error_plain = NAN, error_dropped = NAN, error_end = NAN, frames_left = NAN;

// %%
STEP("Two words, in numbers") {
  const lesson::PaddedTokens labels = lesson::pad_tokens(encoded(two_words), -1);
  const tg::Tensor scores = tg::randn({2, 12, letters.size()});
  lesson::table({"the asker's name", "ours", "shape", "holds"},
                {{"y_true", "labels", fmt::format("{}", labels.ids.shape()), fmt::format("{}", labels.ids)},
                 {"label_length", "(the rows' own lengths)", "[2]",
                  fmt::format("{}, {}", labels.lengths[0], labels.lengths[1])},
                 {"y_pred", "scores, before any softmax", fmt::format("{}", scores.shape()),
                  "what the network says"},
                 {"input_length", "lengths", "[2]", fmt::format("{}, {}", two_lengths[0], two_lengths[1])}});
  lesson::say(
      "y_true: ids of letters, no one-hot rows, no blanks. label_length: how many letters each text has. "
      "input_length: how many steps of y_pred are real. A network that reads two frames a step halves it.");

  const std::vector<Labels> targets = lesson::ragged(labels.ids, labels.lengths);
  const tg::Tensor each =
      tg::ctc_loss(scores, targets, blank, {.lengths = two_lengths, .reduction = tg::Reduction::none});
  const tg::Tensor alone = tg::ctc_loss(tg::slice(tg::slice(scores, 0, 1, 2), 1, 0, 9), {targets[1]}, blank);
  const tg::Tensor noise =
      tg::concat({tg::slice(scores, 1, 0, 9), 100 * tg::randn({2, 3, letters.size()})}, 1);
  const tg::Tensor other_padding =
      tg::ctc_loss(tg::slice(noise, 0, 1, 2), {targets[1]}, blank, {.lengths = {9}});
  lesson::table({"\"six\"", lesson::right("loss (nats)")},
                {{"in the batch", lesson::right("{:.5f}", each.at({1}))},
                 {"alone, nine frames", lesson::right("{:.5f}", alone.item())},
                 {"with other padding after its nine frames",
                  lesson::right("{:.5f}", other_padding.item())}});
  lesson::say("A character that no class is for: {}", lesson::error_of([] { letters.encode("3 six"); }));
  lesson::claim("with its lengths, a word costs the same alone, in a batch, and with any padding",
                std::abs(each.at({1}) - alone.item()) < 1e-5 &&
                    std::abs(other_padding.item() - alone.item()) < 1e-5);
  lesson::claim("label matrix to labels and back loses nothing",
                fmt::format("{}", lesson::pad_tokens(targets, -1).ids) == fmt::format("{}", labels.ids));
}

// %% [markdown]
// Our `ctc_loss` takes the labels as a list of lists, so that label lengths cannot lie;
// `lesson::ragged` makes it from a padded matrix, and `lesson::pad_tokens` goes back.
//
// ## Six wrong ways, each with its number
//
// **1. Probabilities where scores are expected.** The asker's network ends in a softmax. Keras' old
// function took probabilities; others take raw scores and apply a softmax inside. Feed
// probabilities to those and a second softmax is taken. What does a nearly perfect network, .98
// sure of the right class at each frame, cost then? And a perfect one?
//
// Our function refuses when every frame adds up to 1. To see the number, we take 1 off each
// probability: a softmax does not notice, and the check no longer sees a distribution.

// %%
// Frames that are `sure` of a path, [1,T,C]; the rest is shared among the other classes.
tg::Tensor sure_frames(const Labels& path, int classes, double sure) {
  const tg::Tensor right = tg::one_hot(tg::Indices({1, static_cast<int>(path.size())}, path), classes);
  return right * sure + (1 - right) * ((1 - sure) / (classes - 1));
}

// %%
STEP("Probabilities fed as scores") {
  const Labels target = letters.encode("six");
  Labels path;
  for (const int label : target) path.insert(path.end(), {label, label, blank});
  const auto right = [&](const tg::Tensor& p) { return tg::ctc_loss_from_probs(p, {target}, blank).item(); };
  const auto wrong = [&](const tg::Tensor& p) { return tg::ctc_loss(p - 1, {target}, blank).item(); };
  const tg::Tensor good = sure_frames(path, letters.size(), 0.98),
                   perfect = sure_frames(path, letters.size(), 1),
                   even = tg::full({1, 9, letters.size()}, 1.0 / letters.size());
  lesson::table(
      {"what the network says", lesson::right("as probabilities (nats)"), lesson::right("as scores (nats)")},
      {{"each class equally", lesson::right("{:.4f}", right(even)), lesson::right("{:.4f}", wrong(even))},
       {".98 for the right class", lesson::right("{:.4f}", right(good)),
        lesson::right("{:.4f}", wrong(good))},
       {"1 for the right class", lesson::right("{:.4f}", right(perfect)),
        lesson::right("{:.4f}", wrong(perfect))}});
  scores_part = wrong(perfect) / wrong(even);
  lesson::say("Taken as scores, even a perfect network pays {:.0f}% of what one pays that knows nothing.",
              100 * scores_part);
  lesson::say("Ours says: {}", lesson::error_of([&] { tg::ctc_loss(good, {target}, blank); }));
  lesson::say("And scores where probabilities are expected: {}", lesson::error_of([&] {
                tg::ctc_loss_from_probs(tg::ones({1, 9, 29}), {target}, blank);
              }));
  lesson::claim("a perfect network cannot get below half of the cost of knowing nothing", scores_part > 0.5);
}

// %% [markdown]
// **2. The first frames dropped, and the length left as it was.** The asker's code says
// `y_pred = y_pred[:, 2:, :]`, "since the first couple outputs of the RNN tend to be garbage", and
// passes the old `input_length` on.
//
// **3. The blank elsewhere.** In the asker's list the blank stands between the letters and the
// space; Keras' function takes the *last* class for the blank, here the end sign.
//
// **4. Lengths that lie.** `input_length` is often the length of the longest recording, for all.
//
// **5. Too few frames.** A text needs $U + r$ of them.

// %%
STEP("Frames, blanks and lengths") {
  const std::vector<Labels> targets = encoded(two_words);
  const tg::Tensor scores = tg::randn({2, 12, letters.size()});
  const tg::Tensor later = tg::slice(scores, 1, 2, 12);  // y_pred[:, 2:, :]
  lesson::say("2. Two frames dropped, the old lengths: {}",
              lesson::error_of([&] { tg::ctc_loss(later, targets, blank, {.lengths = two_lengths}); }));
  frames_left = later.dim(1);
  lesson::say("With lengths 10 and 7: {}", lesson::error_of([&] {
                tg::ctc_loss(later, targets, blank, {.lengths = {10, 7}});
              }));
  lesson::say("");

  // The same frames of probabilities, read with two ideas of the blank.
  const lesson::Alphabet askers("abcdefghijklmnopqrstuvwxyz >", {{"blank", 26}});
  const Labels six = askers.encode("six");
  const tg::Tensor frames =
      tg::log(sure_frames({six[0], six[0], 26, six[1], 26, 26, six[2], 26, 26}, 29, 0.98));
  blank_meant = tg::ctc_loss(frames, {six}, 26).item();
  blank_taken = tg::ctc_loss(frames, {six}, 28).item();
  lesson::say(
      "3. Nine frames that say \"six\", blank at 26 as in the asker's list: loss {:.3f} nats. Taken with the "
      "blank last, at 28: {:.3f}. A text that ends in the end sign then has the blank inside: {}",
      blank_meant, blank_taken, lesson::error_of([&] { tg::ctc_loss(frames, {askers.encode("six>")}, 28); }));
  lesson::say("");

  std::vector<lesson::Row> rows;
  least_lying = INFINITY;
  most_lying = 0;
  for (const auto& [name, filling] :
       std::vector<std::pair<const char*, tg::Tensor>>{{"zeros", tg::zeros({1, 3, 29})},
                                                       {"ones at the blank",
                                                        tg::one_hot(tg::Indices({1, 3}, {28, 28, 28}), 29)},
                                                       {"noise", 3 * tg::randn({1, 3, 29})}}) {
    const tg::Tensor six_padded = tg::concat({tg::slice(tg::slice(scores, 0, 1, 2), 1, 0, 9), filling}, 1);
    const double lying = tg::ctc_loss(six_padded, {targets[1]}, blank).item();
    honest_loss = tg::ctc_loss(six_padded, {targets[1]}, blank, {.lengths = {9}}).item();
    rows.push_back({name, lesson::right("{:.3f}", lying), lesson::right("{:.3f}", honest_loss)});
    least_lying = std::min(least_lying, lying);
    most_lying = std::max(most_lying, lying);
  }
  lesson::table({"4. the padding of \"six\" holds", lesson::right("loss, length 12 (nats)"),
                 lesson::right("length 9, the true one")},
                rows);
  lesson::say("5. \"three\" in five frames: {}", lesson::error_of([&] {
                tg::ctc_loss(tg::slice(tg::slice(scores, 0, 0, 1), 1, 0, 5), {targets[0]}, blank);
              }));
  const tg::Tensor short_frames = tg::randn({1, 5, 29}).requires_grad(true);
  const tg::Tensor hidden = tg::ctc_loss(short_frames, {targets[0]}, blank, {.zero_infinity = true});
  const double silent = tg::max(tg::abs(tg::grad(hidden, {short_frames})[0])).item();
  lesson::say(
      "With zero_infinity such an item costs {:.0f} and has gradient {:.0f}: it is left out of the training. "
      "Ask for that only when you know which items they are.",
      hidden.item(), silent);

  lesson::claim("another blank is another loss", std::abs(blank_meant - blank_taken) > 1);
  lesson::claim("with a length that lies, the loss depends on what the padding holds",
                most_lying - least_lying > 0.1);
  lesson::claim("zero_infinity leaves an impossible target out", hidden.item() == 0 && silent == 0);
}

// %% [markdown]
// **6. Two means.** Some libraries' `mean` divides each loss by its number of letters first, others
// do not. Reported losses differ by that factor, and so does the weight of long texts in the
// gradient.

// %%
STEP("Two means") {
  const std::vector<Labels> targets = encoded(two_words);
  const tg::Tensor scores = tg::randn({2, 12, letters.size()});
  const auto loss = [&](tg::Reduction reduction) {
    return tg::ctc_loss(scores, targets, blank, {.lengths = two_lengths, .reduction = reduction});
  };
  const tg::Tensor each = loss(tg::Reduction::none);
  const double mean = loss(tg::Reduction::mean).item(),
               per_letter = loss(tg::Reduction::target_length_mean).item();
  lesson::table({"loss of", "nats"}, {{"three", lesson::right("{:.3f}", each.at({0}))},
                                      {"six", lesson::right("{:.3f}", each.at({1}))},
                                      {"mean over the batch", lesson::right("{:.3f}", mean)},
                                      {"each divided by its letters, then the mean (PyTorch's default)",
                                       lesson::right("{:.3f}", per_letter)}});
  lesson::claim("both means are what their names say",
                std::abs(mean - (each.at({0}) + each.at({1})) / 2) < 1e-4 &&
                    std::abs(per_letter - (each.at({0}) / 5 + each.at({1}) / 3) / 2) < 1e-4);
}

// %% [markdown]
// ## The answer's ways to find lengths
//
// When all lengths are the same, says the answer, make them constants. With any others that is
// wrong way 4. Else the model must tell: by an "end_of_sentence" sign whose place gives the length,
// or by a branch that computes the number, rounded, and carried in the first step of the tensor.
// Here is the end sign, as published:
//
// `occurrence_weights = K.arange(start=max_length, stop=0)`
//
// The weights are to fall, `5 4 3 2 1`. Multiplied by 1 where the end sign stands and 0 elsewhere,
// their largest is at the first end. What does `arange` give?

// %%
STEP("The end sign") {
  const int steps = 5;
  weights_published = static_cast<double>(tg::arange(steps, 0).size());
  const tg::Tensor weights = tg::arange(steps, 0, -1);
  lesson::say("arange(5, 0) goes up from 5 and is past 0 at once: {} numbers. arange(5, 0, -1): {}.",
              weights_published, weights);
  lesson::say("Multiplied by where two texts of 5 have their end: {}", lesson::error_of([&] {
                tg::arange(steps, 0) * tg::ones({2, steps});
              }));

  const lesson::PaddedTokens labels = lesson::pad_tokens(encoded({"three>", "six>"}), 0);
  const int end = letters.id(">");
  lesson::say(
      "Where labels end, the data say it: lengths_to_end gives {} and {} "
      "for \"three>\" and \"six>\".",
      lesson::lengths_to_end(labels.ids, end)[0], lesson::lengths_to_end(labels.ids, end)[1]);

  // Where frames end, the answer's way: the first whose likeliest class is the end sign, else the last.
  const int tries = 1000, frames = 12;
  const Labels target = letters.encode("three>");
  const int needed = static_cast<int>(target.size()) + repeats(target);
  int impossible = 0, cut = 0;
  for (int i = 0; i < tries; ++i) {
    const tg::Indices best = tg::argmax(tg::randn({frames, letters.size()}), -1);
    int length = frames;
    for (int t = frames - 1; t >= 0; --t)
      if (best.at({t}) == end) length = t + 1;
    cut += length < frames;
    impossible += length < needed;
  }
  end_impossible = 100.0 * impossible / tries;
  lesson::say(
      "Of {} untrained networks' answers of {} frames, the end sign cuts real frames off in {:.0f}%, and "
      "leaves too few for \"three>\" in {:.0f}%.",
      tries, frames, 100.0 * cut / tries, end_impossible);
  lesson::claim("the published weights are empty", weights_published == 0 && weights.size() == steps);
  lesson::claim("an untrained network's end sign makes targets impossible", impossible > tries / 20);
}

// %% [markdown]
// Worse than that: the length is an `argmax`, an integer. As long as the likeliest class stays the
// same, nothing changes when the scores change a little. So no gradient says "your end was too
// early". The same holds for a branch whose output is rounded. Take twelve frames, of which a
// branch says how many count. How does the loss change with the branch's number?

// %%
STEP("A length that is rounded") {
  const Labels target = letters.encode("six");
  const tg::Tensor frames = tg::randn({1, 12, letters.size()});
  const auto loss_of = [&](double said) {
    const int length = static_cast<int>(std::lround(said));
    return static_cast<double>(tg::ctc_loss(frames, {target}, blank, {.lengths = {length}}).item());
  };
  std::vector<double> said, loss, slope;
  for (double number = 5.5; number <= 12.4; number += 0.02) {
    said.push_back(number);
    loss.push_back(loss_of(number));
    slope.push_back((loss_of(number + 1e-4) - loss_of(number - 1e-4)) / 2e-4);
  }
  const auto flat = std::count(slope.begin(), slope.end(), 0.0);
  flat_part = static_cast<double>(flat) / static_cast<double>(slope.size());
  lesson::say("The slope of the loss is exactly 0 at {1} of {0} numbers.", slope.size(), flat);

  // The same in the engine: the branch is a dense layer; its number becomes an int, and the graph ends there.
  const tg::nn::Dense branch(4, 1);
  const tg::Tensor state = tg::randn({1, 4});
  const int length = std::clamp(static_cast<int>(std::lround(9 + branch(state).item())), 5, 12);
  const tg::Tensor scores = tg::randn({1, 12, letters.size()}).requires_grad(true);
  tg::ctc_loss(scores, {target}, blank, {.lengths = {length}}).backward();
  lesson::say("The branch's weights got a gradient: {}. The scores: {}.",
              branch.weight.has_grad() ? "yes" : "no", scores.has_grad() ? "yes" : "no");
  lesson::Figure figure(
      "rounded_length",
      "The loss is a staircase in the branch's number: flat wherever one could take a slope.");
  figure.axes({.x = "what the branch says", .y = "loss (nats)"});
  figure.line("rounded to a length", said, loss);
  lesson::show(figure);
  lesson::claim("nearly everywhere the slope is exactly zero", flat_part > 0.9);
  lesson::claim("no gradient reaches the branch", !branch.weight.has_grad() && scores.has_grad());
}

// %% [markdown]
// And if one could train it, it would learn the wrong thing: in the picture, fewer frames are
// cheaper. The truth is simpler. **Neither length is for the model to say.** `input_length` is a
// fact of the recording: how many frames the network put out for it, and whoever padded the batch
// knows that. `label_length` is a fact of the text. If a format forces the length into the tensor
// (the answer carries it in the first step), take it out again before the loss:

// %%
STEP("A length carried in the first step") {
  const std::vector<Labels> targets = encoded(two_words);
  const tg::Tensor scores = tg::randn({2, 12, letters.size()});
  const tg::Tensor first =
      tg::pad(tg::tensor({{{12}, {9}}}), 2, 0, letters.size() - 1);  // [1,2,29]: 12 0 0 ... and 9 0 0 ...
  const tg::Tensor carried =
      tg::concat({tg::reshape(first, {2, 1, letters.size()}), scores}, 1);  // [2,13,29]

  std::vector<int> lengths;
  for (int b = 0; b < 2; ++b) lengths.push_back(static_cast<int>(carried.at({b, 0, 0})));
  const tg::Tensor frames = tg::slice(carried, 1, 1, carried.dim(1));
  carried_loss = tg::ctc_loss(frames, targets, blank, {.lengths = lengths}).item();
  beside_loss = tg::ctc_loss(scores, targets, blank, {.lengths = two_lengths}).item();
  const std::string forgotten = lesson::error_of([&] {
    tg::ctc_loss(carried, targets, blank, {.lengths = {14, 9}});
  });
  lesson::say("lengths {} and {}, loss {:.4f}; passed beside the tensor: {:.4f}.", lengths[0], lengths[1],
              carried_loss, beside_loss);
  lesson::say("A length of 14 for 13 steps: {}", forgotten);
  lesson::claim("carried in the first step or passed beside it: the same loss", carried_loss == beside_loss);
}

// %% [markdown]
// ## How to predict, once the loss is outside the model
//
// In the asker's code the loss is the model's output, a `Lambda` layer; then what is one to call
// for a prediction? Here the model maps frames to scores and nothing else. The loss takes scores
// and labels; a *decoder* takes scores alone:
//
// - *Greedy*: the likeliest class of each frame, then collapse.
// - *Beam search*: adds up the paths of each beginning of a text, and keeps the best few.
//
// They differ. Two frames say `a` with probability .4 and blank with .6. What does each decoder
// read, and which is right?

// %%
STEP("Two decoders, two answers") {
  const tg::Tensor p = tg::tensor({{{0.4, 0, 0.6}, {0.4, 0, 0.6}}}), scores = tg::log(tg::maximum(p, 1e-30));
  const std::map<std::string, double> texts = said_by(rows_of(p), ab, 2);
  std::vector<lesson::Row> rows;
  for (const auto& [text, probability] : texts)
    if (probability > 0)
      rows.push_back({text.empty() ? "(nothing)" : text, lesson::right("{:.2f}", probability)});
  lesson::table({"text", lesson::right("probability")}, rows);
  const std::string greedy = ab.decode(tg::decode::greedy(scores, 2)[0]);
  const tg::decode::Hypothesis best = tg::decode::beam(scores, 2)[0][0];
  lesson::say(
      "Greedy reads \"{}\": the path __ has {:.2f}, more than any other path. Beam search reads \"{}\": the "
      "paths a_, _a and aa together have {:.2f}.",
      greedy, path_probability(rows_of(p), {2, 2}), ab.decode(best.labels), std::exp(best.score));
  lesson::claim("greedy reads nothing, beam search reads a", greedy.empty() && ab.decode(best.labels) == "a");
  lesson::claim("the beam's score is the text's probability",
                std::abs(std::exp(best.score) - texts.at("a")) < 1e-6);
}

// %% [markdown]
// ## The asker's network
//
// Now frames that mean something. Sound is cut into pieces of 25 ms, one every 10 ms. Each becomes
// 20 numbers, the *mel-frequency cepstral coefficients* (MFCC): how strong the sound is in bands as
// wide as the ear's, on a logarithmic scale, of which a cosine transform keeps the rough shape.
// Over each recording every number is then brought to mean 0 and deviation 1, so that neither
// loudness nor microphone matters.
//
// The network is the asker's: two bidirectional LSTM layers (one LSTM reads forwards, one
// backwards, their outputs side by side), then a dense layer at every step that gives 29 scores.
// The network reads two frames at a step (`--joined 2`): 20 ms are still short beside a letter, and
// half the steps cost half the time. Adam takes the steps, with gradients clipped to length 5.
//
// A synthetic voice speaks, made in this program: buzz and noise through three resonances, as in a
// throat and mouth. The last section has recordings of people.

// %%
lesson::Knob<std::string> data{"data", "", "a folder of recordings named digit_speaker_index.wav"};
lesson::Knob<std::string> save{"save", "",
                               "with --data: keep what was learned in this file, for `transcribe`"};
lesson::Knob<int> step_count{"steps", 0, "steps of Adam (0: what suits the data and --quick or --full)",
                             lesson::at_least{0}};
lesson::Knob<int> hidden_units{"hidden", 0,
                               "hidden units H of each LSTM (0: 32, and 96 with --data, 128 with --full)",
                               lesson::at_least{0}};
lesson::Knob<int> batch_size{"batch", 16, "utterances in a batch", lesson::at_least{1}};
lesson::Knob<int> joined{"joined", 2, "frames of 10 ms that the network reads at a time",
                         lesson::at_least{1}};
lesson::Knob<double> lr{"lr", 3e-3, "largest step size of Adam, twice that for the synthetic voice",
                        lesson::at_least{0}};

const int features = 20;  // of a frame

struct Reader {
  tg::nn::BiLSTM first, second;
  tg::nn::Dense dense;

  Reader(int inputs, int hidden)
      : first(inputs, hidden), second(2 * hidden, hidden), dense(2 * hidden, letters.size()) {}

  // [B,T,D] -> scores [B,T,29]
  tg::Tensor operator()(const tg::Tensor& x, const std::vector<int>& lengths) const {
    const tg::Tensor low = first(x, {.lengths = lengths}).sequence;
    return dense(second(low, {.lengths = lengths}).sequence);
  }
  tg::nn::Parameters parameters() const { return {{"first", first}, {"second", second}, {"dense", dense}}; }
};

const int batches_a_round = 4;

// An utterance as the network gets it: frames [T,D] and a text.
using lesson::Spoken;
// x [B,T,D]; lengths, the true T of each: the asker's input_length; labels.
using Batch = lesson::SpokenBatch;

// %%
tg::Tensor network_input(const lesson::Sound& sound) {
  return lesson::joined_frames(lesson::normalised(lesson::mfcc(sound)), joined);
}

// U + r: as many steps as the letters need.
int steps_needed(const std::string& text) { return lesson::steps_needed(letters.encode(text)); }

Batch batch_of(const std::vector<Spoken>& spoken) { return lesson::batch_of(spoken, letters); }

// What the network reads by greedy decoding: error rates, and the blank's share of the probability.
lesson::Reading reading_of(const Reader& reader, const std::vector<Spoken>& spoken) {
  return lesson::reading_of([&](const Batch& batch) { return reader(batch.x, batch.lengths); }, spoken,
                            letters, blank);
}

// %% [markdown]
// ## Who speaks
//
// An utterance joins two to four digits of one speaker; its text is their names in letters, with
// spaces. The network trains on some recordings; others choose its best weights (*validation*), and
// others are read at the end (*test*). The speakers are the same in all three.

// %%
struct Corpus {
  lesson::DigitSplit split;
  std::vector<lesson::Utterance> validation, test;
};

// What is said in --quick is a single digit: five seconds are too short to learn more.
lesson::Utterance draw(const std::vector<lesson::Recording>& recordings) {
  if (!lesson::quick()) return lesson::draw_utterance(recordings);
  return lesson::join(
      {recordings[static_cast<std::size_t>(tg::random_stream().below(static_cast<int>(recordings.size())))]});
}

std::vector<lesson::Utterance> drawn(const std::vector<lesson::Recording>& recordings, int count) {
  std::vector<lesson::Utterance> utterances;
  for (int i = 0; i < count; ++i) utterances.push_back(draw(recordings));
  return utterances;
}

// The seed does not change what is held out.
Corpus read_corpus() {
  Corpus corpus;
  tg::manual_seed(0);
  corpus.split = lesson::split_by_index(
      lesson::synthetic_recordings(lesson::synthetic_speakers(4), lesson::quick() ? 16 : 40));
  corpus.validation = drawn(corpus.split.validation, lesson::quick() ? 20 : 50);
  corpus.test = drawn(corpus.split.test, lesson::quick() ? 40 : 100);
  tg::manual_seed(static_cast<std::uint64_t>(lesson::seed()));
  return corpus;
}

std::vector<Spoken> spoken(const std::vector<lesson::Utterance>& utterances) {
  return lesson::spoken(utterances, joined);
}

Corpus corpus;  // read by the next step

// %%
STEP("Who speaks") {
  corpus = read_corpus();
  const auto row = [](const char* name, const std::vector<lesson::Recording>& recordings) {
    double seconds = 0;
    for (const lesson::Recording& recording : recordings) seconds += recording.sound.seconds();
    return lesson::Row{name, recordings.size(), lesson::right("{:.0f}", seconds)};
  };
  lesson::say("{} speakers.", lesson::speakers_of(corpus.split.train).size());
  lesson::table({"part", lesson::right("recordings"), lesson::right("seconds")},
                {row("training", corpus.split.train), row("validation", corpus.split.validation),
                 row("test", corpus.split.test)});

  const lesson::Utterance& first = corpus.test[0];
  const tg::Tensor frames = lesson::mfcc(first.sound);
  lesson::say(
      "The first test utterance: \"{}\", {:.2f} s, {} frames of {} numbers, so {} steps of the network. "
      "Its {} letters and spaces, {} of which equal the one before, need at least {}.",
      first.text, first.sound.seconds(), frames.dim(0), frames.dim(1),
      lesson::joined_frames(frames, joined).dim(0), first.text.size(), repeats(letters.encode(first.text)),
      steps_needed(first.text));
  int impossible = 0;
  for (const Spoken& one : spoken(corpus.test)) impossible += one.frames.dim(0) < steps_needed(one.text);
  lesson::say("Test utterances with too few steps for their letters: {} of {}.", impossible,
              corpus.test.size());
}

// %% [markdown]
// ## The training loop
//
// Each round draws utterances for several batches, sorts them by length, so that little of a batch
// is padding, and takes one step of Adam for each batch. The step size rises over the first
// twentieth of the steps and then falls along half a cosine. From time to time the network reads
// the validation set; the weights that read it best are kept.
//
// %%
// Utterances for several batches, sorted by length and cut; the order of the batches is drawn.
std::vector<Batch> next_batches(int count) {
  std::vector<Spoken> round;
  int too_short = 0;
  for (int missing; (missing = count * batch_size - static_cast<int>(round.size())) > 0;)
    for (const Spoken& one : spoken(drawn(corpus.split.train, missing)))
      if (one.frames.dim(0) >= steps_needed(one.text))
        round.push_back(one);
      else if (++too_short > 20 * count * batch_size)
        tg::fail("06_ctc",
                 "nearly all utterances have fewer steps than their letters need; --joined is too large");
  std::sort(round.begin(), round.end(),
            [](const Spoken& a, const Spoken& b) { return a.frames.dim(0) < b.frames.dim(0); });
  std::vector<Batch> batches;
  for (const int place : tg::random_permutation(count)) {
    const auto first = round.begin() + place * batch_size;
    batches.push_back(batch_of({first, first + batch_size}));
  }
  return batches;
}

// One look at the validation set.
struct Look {
  int step = 0;
  double loss = 0;  // mean over the steps since the look before, nats per utterance
  double error = 1, blank_share = 0;
};

struct Training {
  Reader reader, best;  // the weights as they are, and those that read the validation set best
  tg::optim::Adam adam;
  int step = 0, steps;
  double loss_sum = 0;  // over the steps since the last look
  std::vector<Look> looks;

  Training(int hidden, int total)
      : reader(features * joined, hidden),
        best(features * joined, hidden),
        adam(reader.parameters(), {.lr = lr}),
        steps(total) {}
  int since_look() const { return step - (looks.empty() ? 0 : looks.back().step); }
  double best_error() const {
    double least = INFINITY;
    for (const Look& look : looks) least = std::min(least, look.error);
    return least;
  }
};

// %%
double step_size(int step, int steps) {
  const int rise = steps / 20 + 1;
  const double largest = 2 * lr;
  return step < rise ? tg::optim::warm_up(step, rise, largest)
                     : tg::optim::cosine(step - rise, steps - rise, largest);
}

// One step of Adam.
void learn(Training& training, const Batch& batch) {
  training.adam.lr(step_size(training.step, training.steps));
  training.adam.zero_grad();
  const tg::Tensor scores = training.reader(batch.x, batch.lengths);
  const tg::Tensor loss = tg::ctc_loss(scores, batch.labels, blank, {.lengths = batch.lengths});
  loss.backward();
  tg::optim::clip_grad_norm(training.reader.parameters(), 5);
  training.adam.step();
  training.loss_sum += loss.item();
  ++training.step;
}

void look(Training& training, const std::vector<Spoken>& validation) {
  const lesson::Reading score = reading_of(training.reader, validation);
  if (score.characters() < training.best_error())
    tg::nn::restore(training.best.parameters(), tg::nn::snapshot(training.reader.parameters()));
  training.looks.push_back(
      {training.step, training.loss_sum / training.since_look(), score.characters(), score.blank_share});
  training.loss_sum = 0;
}

// %%
// Trains up to the last step or until Ctrl-C.
void train(Training& training) {
  const std::vector<Spoken> validation = spoken(corpus.validation);
  // Looks are close together at first, when much happens.
  const auto between = [&] { return std::min(std::max(10, training.step / 2), training.steps / 10 + 1); };
  const lesson::Interruptible loop;
  lesson::Progress progress("training", training.steps);
  while (training.step < training.steps && !loop.interrupted()) {
    for (const Batch& batch : next_batches(std::min(batches_a_round, training.steps - training.step))) {
      learn(training, batch);
      progress.step("loss {:.3g}", training.loss_sum / training.since_look());
    }
    if (training.since_look() >= between() || training.step == training.steps) look(training, validation);
  }
}

// %% [markdown]
// ## Train it
//
// Watch two numbers on the validation set. The *character error rate*: how many letters must be
// inserted, deleted or changed, divided by the number of letters meant; saying nothing costs 100%.
// And the blank's share of all probability: at first one class in 29. What will the network learn
// first: letters, or silence? Sketch the curve of the blank. (The loss is that of the training, for
// an utterance, since the row before.)

// %%
int total_steps() {
  if (step_count > 0) return step_count;
  return lesson::full() ? 2000 : lesson::quick() ? 160 : 400;
}

// The one or two digits that, said whatever is heard, have the lowest error rate.
std::pair<std::string, double> best_constant(const std::vector<std::string>& meant) {
  std::pair<std::string, double> best = {"", 1};
  for (int digit = 0; digit < 10; ++digit)
    for (int other = -1; other < 10; ++other) {
      const std::string text = lesson::digit_name(digit) + (other < 0 ? "" : " " + lesson::digit_name(other));
      const double error =
          tg::decode::character_error_rate(std::vector<std::string>(meant.size(), text), meant);
      if (error < best.second) best = {text, error};
    }
  return best;
}

// The training, for the steps after it.
std::unique_ptr<Training> trained;

// %%
STEP("Training") {
  trained = std::make_unique<Training>(hidden_units > 0 ? hidden_units.value() : 32, total_steps());
  lesson::say("{} weights, {} steps.", trained->reader.parameters().count(), trained->steps);
  train(*trained);

  std::vector<lesson::Row> rows;
  std::vector<double> steps, error, blanks;
  for (const Look& look : trained->looks) {
    rows.push_back({look.step, lesson::right("{:.2f}", look.loss), lesson::right("{:.1f}%", 100 * look.error),
                    lesson::right("{:.0f}%", 100 * look.blank_share)});
    steps.push_back(look.step);
    error.push_back(100 * look.error);
    blanks.push_back(100 * look.blank_share);
  }
  lesson::table({lesson::right("steps"), lesson::right("loss (nats)"), lesson::right("character errors"),
                 lesson::right("blank's share")},
                rows);
  if (trained->step < trained->steps) lesson::say("Stopped after step {}.", trained->step);
  if (steps.size() > 1) {
    lesson::Figure figure("training",
                          "First the network says blank nearly everywhere; then letters break through.");
    figure.axes({.x = "training steps", .y = "percent", .y_range = {0, 100}});
    figure.line("character errors", steps, error);
    figure.line("the blank's share", steps, blanks);
    lesson::show(figure);
  }

  const char* silence_first = "the blank takes most of the probability first, and gives some of it back";
  if (trained->step < trained->steps) return lesson::skip_claim(silence_first, "the training was stopped");
  const double most = *std::max_element(blanks.begin(), blanks.end());
  lesson::claim(silence_first, most > 50 && blanks.back() < most, lesson::fails_with("--lr 1e-6"));
}

// %% [markdown]
// ## What it learned
//
// Why silence first: the blank stands in every second place of the trellis. While the network
// cannot tell one sound from another, blank is the best single answer, as in the trellis before
// training.
//
// Now the test set, by which nothing was chosen. Beside the error rates stands what one gets
// without listening: the best answer that is always the same. And what does beam search gain over
// greedy decoding?

// %%
STEP("What it learned") {
  if (trained->step < trained->steps)
    return lesson::skip_claim("the network reads better than any constant answer",
                              "the training was stopped");
  const std::vector<Spoken> test = spoken(corpus.test);
  const lesson::Reading greedy = reading_of(trained->best, test);
  std::vector<std::string> by_beam;
  for (const Spoken& one : test) {
    const tg::NoGrad off;
    const Batch batch = batch_of({one});
    const tg::Tensor scores = trained->best(batch.x, batch.lengths);
    by_beam.push_back(letters.decode(tg::decode::beam(scores, blank, {.width = 8})[0][0].labels));
  }
  const auto [answer, baseline] = best_constant(greedy.meant);
  lesson::table({"test set", lesson::right("character errors"), lesson::right("word errors")},
                {{fmt::format("always \"{}\"", answer), lesson::right("{:.1f}%", 100 * baseline),
                  lesson::right("{:.1f}%",
                                100 * tg::decode::word_error_rate(
                                          std::vector<std::string>(test.size(), answer), greedy.meant))},
                 {"greedy", lesson::right("{:.1f}%", 100 * greedy.characters()),
                  lesson::right("{:.1f}%", 100 * greedy.words())},
                 {"beam search, width 8",
                  lesson::right("{:.1f}%", 100 * tg::decode::character_error_rate(by_beam, greedy.meant)),
                  lesson::right("{:.1f}%", 100 * tg::decode::word_error_rate(by_beam, greedy.meant))}});

  int differ = 0;
  for (std::size_t i = 0; i < test.size(); ++i) differ += by_beam[i] != greedy.said[i];
  lesson::say("Beam search reads {} of {} texts differently.", differ, test.size());

  std::vector<lesson::Row> rows;
  for (std::size_t i = 0; i < test.size() && rows.size() < 8; ++i) {
    const bool mistaken = greedy.said[i] != greedy.meant[i];
    if (!mistaken && i >= 4) continue;
    rows.push_back({greedy.meant[i], greedy.said[i], corpus.test[i].speaker, mistaken ? "wrong" : ""});
  }
  lesson::table({"meant", "read", "speaker", ""}, rows);
  lesson::claim("the network reads better than any constant answer", greedy.characters() < baseline,
                lesson::fails_with("--lr 1e-6"));
}

// %% [markdown]
// ## Where each letter is said
//
// Nobody told the network when a letter is said. *Forced alignment* asks it: of all paths that say
// the text, which is the likeliest? The table gives its letters, and the mean probability of each
// over its steps. The picture draws its letters over the spectrogram: time from left to right,
// pitch from low to high, dark where there is energy. How long, do you think, does a letter last?

// %%
STEP("Where each letter is said") {
  const lesson::Utterance& utterance = corpus.test[0];
  const Batch batch = batch_of(spoken({utterance}));
  const tg::NoGrad off;
  const tg::Tensor scores = trained->best(batch.x, batch.lengths);
  const tg::decode::Alignment alignment = tg::decode::align(scores, batch.labels, blank)[0];
  const tg::Tensor mel = lesson::log_mel(utterance.sound);  // [T,bands]
  const int frames = mel.dim(0), bands = mel.dim(1);

  std::vector<std::string> marks(static_cast<std::size_t>(frames)), pitches(static_cast<std::size_t>(bands));
  std::vector<lesson::Row> rows;
  double lasting = 0;
  for (const tg::decode::Span& span : alignment.spans) {
    const std::string letter = span.label == letters.id(" ") ? "space" : letters.symbol(span.label);
    const int from = span.start * joined, to = std::min(span.stop * joined, frames);
    marks[static_cast<std::size_t>(std::min((from + to) / 2, frames - 1))] =
        span.label == letters.id(" ") ? "·" : letter;
    rows.push_back({letter, 10 * from, 10 * to, lesson::right("{:.2f}", std::exp(span.score))});
    lasting += 10.0 * (to - from);
  }
  lesson::table({"letter", lesson::right("from (ms)"), lesson::right("to (ms)"),
                 lesson::right("probability")},
                rows);
  const double blanks = 100 * (1 - lasting / (10.0 * frames));
  lesson::say("\"{}\": all letters together take {:.0f} ms of {} ms; {:.0f}% of the path is blank.",
              utterance.text, lasting, 10 * frames, blanks);

  std::vector<double> energy;
  for (int band = bands - 1; band >= 0; --band)
    for (int t = 0; t < frames; ++t) energy.push_back(mel.at({t, band}));
  for (int band = 0; band < bands; ++band)
    pitches[static_cast<std::size_t>(bands - 1 - band)] = band == 0 ? "low" : band == bands - 1 ? "high" : "";
  lesson::Figure spectrogram("alignment", "Each letter is pinned to a short moment, somewhere in its word.");
  spectrogram.axes({.x = fmt::format("\"{}\": time, frames of 10 ms", utterance.text), .y = "pitch"});
  spectrogram.heat_map(energy, bands, frames,
                       {.row_names = pitches, .column_names = marks, .value = "log energy"});
  lesson::show(spectrogram);
}

// %% [markdown]
// CTC asks for the right order, and never says how long a letter lasts, or where in its sound it
// stands.
//
// ## Drop the first frames? Add an end sign?
//
// Two habits are left. The asker's code drops the first two outputs, and the alphabet has an end
// sign. Does either help? We train small networks on single words of the synthetic voice, over
// several seeds: as above, with the first two outputs dropped (and the lengths made shorter), and
// with `>` after each text. What do you expect?

// %%
// Trains a small network on single words. What it then reads of others, without `>`.
std::vector<std::string> small_reading(const std::vector<Spoken>& words, const std::vector<Spoken>& held_out,
                                       int dropped, bool end_sign) {
  Reader reader(features * joined, 24);
  tg::optim::Adam adam(reader.parameters(), {.lr = 2 * lr});
  const auto read = [&](const Batch& batch) {  // the scores that count
    const tg::Tensor scores = reader(batch.x, batch.lengths);
    return tg::slice(scores, 1, dropped, scores.dim(1));
  };
  const auto shortened = [&](std::vector<int> lengths) {
    for (int& length : lengths) length -= dropped;
    return lengths;
  };
  const int epochs = 12;
  for (int epoch = 0; epoch < epochs; ++epoch)
    for (const std::vector<int>& items : lesson::batches(static_cast<int>(words.size()), 8)) {
      std::vector<Spoken> chosen;
      for (const int i : items) {
        chosen.push_back(words[static_cast<std::size_t>(i)]);
        if (end_sign) chosen.back().text += ">";
      }
      const Batch batch = batch_of(chosen);
      adam.zero_grad();
      tg::ctc_loss(read(batch), batch.labels, blank, {.lengths = shortened(batch.lengths)}).backward();
      tg::optim::clip_grad_norm(reader.parameters(), 5);
      adam.step();
    }
  const tg::NoGrad off;
  const Batch batch = batch_of(held_out);
  std::vector<std::string> said;
  for (const Labels& labels : tg::decode::greedy(read(batch), blank, {.lengths = shortened(batch.lengths)})) {
    said.push_back(letters.decode(labels));
    std::erase(said.back(), '>');
  }
  return said;
}

// %%
STEP("Drop the first frames? Add an end sign?") {
  std::vector<Spoken> words, held_out;
  // Every so many-th recording, so that each speaker and each word is there.
  const auto add = [](std::vector<Spoken>& to, const std::vector<lesson::Recording>& recordings,
                      std::size_t count) {
    const std::size_t apart = std::max<std::size_t>(1, recordings.size() / count);
    for (std::size_t i = 0; i < recordings.size(); i += apart)
      to.push_back({network_input(recordings[i].sound), lesson::digit_name(recordings[i].digit)});
  };
  add(words, corpus.split.train, lesson::quick() ? 120 : 200);
  add(held_out, corpus.split.test, 100);
  std::vector<std::string> meant;
  for (const Spoken& one : held_out) meant.push_back(one.text);
  struct Habit {
    const char* name;
    int dropped;
    bool end_sign;
  };
  std::vector<lesson::Row> rows;
  std::vector<double> medians;
  double widest = 0;
  const int seeds = lesson::seeds(1, 3, 3).size();
  for (const Habit& habit : {Habit{"all frames, no end sign", 0, false},
                             Habit{"two outputs dropped", 2, false}, Habit{"with an end sign", 0, true}}) {
    std::vector<double> errors;
    int wrong = 0, undoubled = 0;  // words, of all seeds
    for (int seed = 0; seed < seeds; ++seed) {
      tg::manual_seed(static_cast<std::uint64_t>(100 * lesson::seed() + seed));
      const std::vector<std::string> said = small_reading(words, held_out, habit.dropped, habit.end_sign);
      errors.push_back(tg::decode::character_error_rate(said, meant));
      for (std::size_t i = 0; i < said.size(); ++i) {
        wrong += said[i] != meant[i];
        undoubled += said[i] != meant[i] && letters.encode(said[i]) == merged(letters.encode(meant[i]));
      }
    }
    const lesson::Spread spread = lesson::spread(errors);
    rows.push_back({habit.name, lesson::right("{:.1f}%", 100 * spread.median),
                    lesson::right("{:.1f}% to {:.1f}%", 100 * spread.low, 100 * spread.high), wrong,
                    undoubled});
    medians.push_back(spread.median);
    widest = std::max(widest, spread.high - spread.low);
  }
  lesson::table({"single words", lesson::right("median error"), lesson::right("range over seeds"),
                 lesson::right("wrong words"), lesson::right("\"thre\"")},
                rows);
  lesson::say("Errors are of characters on the test set; wrong words are those of all seeds, {} words each.",
              held_out.size());
  if (seeds > 1)
    lesson::say("The medians differ by {:.1f} points; one row alone, from seed to seed, by up to {:.1f}.",
                100 * (*std::max_element(medians.begin(), medians.end()) -
                       *std::min_element(medians.begin(), medians.end())),
                100 * widest);
  error_plain = 100 * medians[0];
  error_dropped = 100 * medians[1];
  error_end = 100 * medians[2];
  lesson::claim(
      "all frames and no end sign read at most a tenth of the letters worse than either habit, and read",
      medians[0] < 0.5 && medians[0] <= medians[1] + 0.1 && medians[0] <= medians[2] + 0.1,
      lesson::fails_with("--lr 1e-6"));
}

// %% [markdown]
// Dropping changes no more than the seed does: a bidirectional network has seen the whole word before
// its first output, and has nothing to warm up. The end sign is not needed either: the network above
// reads well without it. But look at the last column. In the default run most wrong words are "three"
// read as "thre", and `>` saves many of them: after the second `e` there is something to say.
//
// ## Your own recordings
//
// `--data DIR` trains such a network on recordings of people. They are few and could be learned by
// heart. So each utterance is *varied* before it is read: said up to a fifth faster or slower, two
// short stretches of time and one band of features silenced. And *dropout* sets a share of the
// numbers between the layers to 0: no unit can rely on another.
//
// The run says first which files, speakers and rates it found, which files it ignored and why, and
// how it split the rest. Folders recorded as the Free Spoken Digit Dataset, the same indices for
// every speaker and digit, are split by index, so that figures can be compared. In any other, a
// fifth of what each speaker says of each digit is drawn for the test, the same in every run, and a
// fifth for the validation.
//
// This is what the program `transcribe` does. It also keeps what it learns (`--save`), goes on with
// it (`--resume`), takes lists of texts of your own, and reads other recordings:
//
// ```sh
// make program NAME=transcribe ARGS="train DIR"
// make program NAME=transcribe ARGS="read transcribe.safetensors FILE.wav --letters"
// ```

// %%
lesson::TranscriberOptions own_options() {
  lesson::TranscriberOptions options{.seed = lesson::seed(),
                                     .steps = lesson::full()    ? 12000
                                              : lesson::quick() ? 300
                                                                : 2400,
                                     .hidden = lesson::full() ? 128 : 96,
                                     .joined = joined,
                                     .batch = batch_size,
                                     .lr = lr,
                                     .characters = "abcdefghijklmnopqrstuvwxyz >"};
  if (step_count > 0) options.steps = step_count;
  if (hidden_units > 0) options.hidden = hidden_units;
  return options;
}

// %%
STEP_ON_DATA(data, "Your own recordings") {
  if (data.value().empty()) return lesson::say("(Only with --data.)");
  const lesson::SpeechCorpus own = lesson::read_speech(data);
  for (const std::string& line : own.understood) lesson::say("{}", line);
  lesson::TranscriberTraining training(own, own_options());
  lesson::say("{} weights, {} steps.", training.reader.parameters().count(), training.options.steps);
  lesson::train(training, own, save);
  lesson::print_looks(training);
  if (!training.done()) return lesson::say("Stopped after step {}.", training.step);
  lesson::say("Training took {:.0f} s.", training.seconds);
  lesson::print_test(training.best, own);
}

// %% [markdown]
// ## Question and answer, line by line
//
// The answer explains the shapes rightly, and its advice to care about the lengths is sound. Here
// is what both say, beside what this run measured.

// %%
STEP("Question and answer, line by line") {
  lesson::table(
      {"what is said", "this run"},
      {{"question: classes a to z, blank, space, end",
        fmt::format("Keras takes the last class for the blank: a loss of {:.3f} nats becomes {:.3f}",
                    blank_meant, blank_taken)},
       {"question: y_pred[:, 2:, :] \"is critical\"",
        fmt::format(
            "the length must shrink too: {} are promised, {:.0f} are there. Character errors with two "
            "outputs dropped and shorter lengths {:.1f}%, with all {:.1f}%",
            two_lengths[0], frames_left, error_dropped, error_plain)},
       {"question: a softmax at the end",
        fmt::format(
            "right for a loss of probabilities; for one of scores, a perfect network still pays {:.0f}%",
            100 * scores_part)},
       {"question: an end sign among the classes",
        fmt::format("character errors with it {:.1f}%, without {:.1f}%", error_end, error_plain)},
       {"answer: constant lengths, if all are the same",
        fmt::format("where they are not, the padding counts: \"six\" costs {:.1f} to {:.1f} nats, not {:.1f}",
                    least_lying, most_lying, honest_loss)},
       {"answer: K.arange(start=max_length, stop=0)",
        fmt::format("{:.0f} weights: a step of -1 is missing", weights_published)},
       {"answer: the end sign's argmax is the length of y_pred",
        fmt::format("untrained, {:.0f}% are too short for \"three>\"; and no gradient mends it",
                    end_impossible)},
       {"answer: a branch, rounded",
        fmt::format("its slope is 0 at {:.0f}% of the numbers", 100 * flat_part)},
       {"answer: the length in the first step",
        fmt::format("{:.3f} nats, as when passed beside: {:.3f}", carried_loss, beside_loss)}});
}

// %% [markdown]
// ## Your turn
//
// Write down what you expect, then run the lesson again with
//
// - `--joined 4`: steps of 40 ms. Which words can no longer be read, and why? Count the steps they
//   need.
// - `--joined 1`: twice the steps. What does it cost, and what does it give?
// - `--lr 1e-6`: which claims survive, and what have they in common?
// - `--steps 140`: what does beam search gain now, and why no longer at the end?
// - `--hidden 8`: how small may the network be?
// - `--data DIR --save m.safetensors`, then `transcribe read m.safetensors FILE.wav` with your own
//   voice. Whose voice does the network know?
//
// ## Exercises
//
// - `make exercise N=25`, *the collapse map* (fill): what a path says.
// - `make exercise N=26`, *a dense layer at every step* (fix): the network's last layer, which
//   somebody gave weights for each step, and which speaks in the padding.
// - `make exercise N=27`, *the alpha recursion* (extend): forward through the trellis, in `tg`'s
//   operations, so that its gradient comes for nothing.
// - `make exercise N=28`, *the beta recursion* (extend): backward, so that
//   $\sum_s \alpha_t(s) \beta_t(s)$ is the same at every frame.
// - `make exercise N=29`, *greedy decoding* (fill): a batch of scores and lengths to labels.
// - `make exercise N=30`, *a step of prefix beam search* (fill): two numbers for each prefix, and
//   which of them a repeated letter may use.
// - `make exercise N=31`, *label priors* (investigate): divide each probability by how often its
//   class is said. Predict what becomes of the blank, and see letters last longer.
//
// ## Reading
//
// - Graves, Fernández, Gomez, Schmidhuber, *Connectionist temporal classification*, ICML 2006:
//   where all of this comes from; equations 5 to 16 are the recursion and the gradient.
// - [distill.pub/2017/ctc](https://distill.pub/2017/ctc), Hannun, 2017: the same in pictures, with
//   beam search.
// - Hannun and others, *First-pass large vocabulary continuous speech recognition using
//   bi-directional recurrent DNNs*, 2014: the prefix search that `decode::beam` is.
