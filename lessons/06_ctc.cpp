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
// | asked | <https://stackoverflow.com/q/57292896> (question and answer are CC BY-SA 4.0) |
// | you learn to | hand labels, lengths and blank to any CTC function; check a loss by listing all paths; read a trellis; tell wrong calls by their numbers |
// | you need | probabilities, logarithms, the chain rule, a little C++; lesson 3 explains the LSTM |
// | time | 30 minutes to read; a minute to run, seconds with `--quick` |
// | your data | `--data DIR`: recordings of spoken digits; the last section says how they are named |
//
// ## In short
//
// The asker's call is right once two things are changed: do not cut frames off (`y_pred[:, 2:, :]`), and
// make the blank the *last* class. (The blank is a class that means "no letter here".) With $C$ classes and
// a batch of $B$ recordings, `K.ctc_batch_cost` takes
//
// - `y_true` [B, U]: the class ids of each text's letters, 0 to $C - 2$. Shorter rows are filled up to $U$
//   with any number. No one-hot rows, no blanks. With a = 0, "cat" is `[2, 0, 19]`, filled up to $U = 5$:
//   `[2, 0, 19, 0, 0]`.
// - `label_length` [B, 1]: how many letters each text has, for "cat" `[3]`.
// - `y_pred` [B, T, C]: the network's softmax at each of $T$ frames.
// - `input_length` [B, 1]: how many of the $T$ frames of `y_pred` are real, not padding: for 1 second of
//   100 frames `[100]`.
//
// Both lengths are facts of your data: pass them, and let no model guess them. Other functions want other
// forms ("scores" are what goes into a softmax, also called logits):
//
// | function | takes | axes | blank | lengths | labels filled up with |
// |---|---|---|---|---|---|
// | `K.ctc_batch_cost`, tf.keras 2 | probabilities | [B,T,C] | C - 1 | [B,1] | anything |
// | `keras.losses.CTC`, Keras 3 | scores | [B,T,C] | 0 | none: all T frames count | 0 |
// | `keras.ops.ctc_loss`, Keras 3 | scores | [B,T,C] | 0 | [B] | 0 |
// | `tf.compat.v1.nn.ctc_loss` | scores | [T,B,C] | C - 1 | [B] | (a sparse tensor) |
// | `tf.nn.ctc_loss`, TensorFlow 2 | scores | [T,B,C] | 0 | [B] | 0 |
// | `torch.nn.CTCLoss` | log-probabilities | [T,B,C] | 0 | [B] | anything |
// | `tg::ctc_loss`, here | scores | [B,T,C] | you say it | [B] | (a list of lists) |
//
// ```python
// # tf.keras 2: the letters are classes 0 .. C-2; in_len and y_len are [B]
// loss = K.ctc_batch_cost(y_true, probs, in_len[:, None], y_len[:, None])
// # Keras 3: no softmax in the model; the letters are classes 1 .. C-1
// model.compile("adam", loss=keras.losses.CTC())
// # PyTorch: the letters are classes 1 .. C-1
// loss = nn.CTCLoss(blank=0)(logits.log_softmax(-1).transpose(0, 1), y, in_len, y_len)
// ```
//
// ```cpp
// // here
// const tg::Tensor loss = tg::ctc_loss(scores, labels, blank, {.lengths = lengths});
// ```
//
// Five networks of the asker's form, trained so on recordings and their texts, then read other recordings
// of the same four synthetic voices with less than 1 % wrong letters, in the median (step 7).
//
// ## The question
//
// Someone wants to turn speech into letters. A recording is a sequence of *frames*, each described by 20
// numbers. A network reads them. For each frame it says how likely each of 29 *classes* is: 26 letters, a
// space, an end sign, and a *blank*. The target is a text, such as "three one". Nobody knows which frame
// belongs to which letter. A loss for such targets is *connectionist temporal classification*, CTC
// (Graves and others, 2006).
//
// Is this "the right way to code and use CTC loss?" they ask. "I do not understand what are concretely
// y_true, input_length and label_length." "In what form should I give the labels to the network?"
//
// The answer explains the shapes, and offers code that finds the lengths. We first take the loss apart,
// on cases so small that we can list everything. Then we call it in the right way and in six wrong ways.
// In the end networks read spoken words letter by letter.
//
// Keras and TensorFlow are not installed here. What we say of them we read in their documentation and
// sources (tf-keras 2.21, Keras 3.16, TensorFlow 2.13). What we say of PyTorch we ran, with version 1.13.
//
// A line with a tick is a *claim*: this run has checked it, and a false one makes the program fail.
// "Becomes false with" names flags that break it. In the terminal, "(line 97)" is the place in this
// lesson's source.

// %%
#include <algorithm>
#include <map>

#include "support/alphabet.hpp"
#include "support/lesson.hpp"
#include "support/speech/alignment_pictures.hpp"
#include "support/speech/spoken.hpp"
#include "support/speech/transcriber_training.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

lesson::DataKnob<std::string> data{"data", "", "a folder of recordings named digit_speaker_index.wav"};
lesson::DataKnob<std::string> save{"save", "",
                                   "with --data: a file for the trained network, for `transcribe`"};
lesson::Knob<bool> drop_first{"drop-first", false, "wrong turn: drop blanks first, then merge"};
lesson::Knob<bool> skip_doubles{"skip-doubles", false,
                                "wrong turn: the trellis skips the blank between equal letters too"};
lesson::Knob<bool> same_ids{"same-ids", false, "wrong turn: the same class ids where the blank is class 0"};
lesson::Knob<bool> lying{"lying", false, "wrong turn: T as the length of every recording"};
lesson::Knob<bool> twice{"softmax-twice", false, "wrong turn: train on probabilities taken for scores"};
lesson::Knob<bool> mended{"mended", false, "mend what the wrong ways do wrong on purpose"};
lesson::Knob<int> step_count{"steps", 0, "training steps (0: what suits the data and --quick or --full)",
                             lesson::at_least{0}};
lesson::Knob<int> hidden_units{"hidden", 0, "hidden units H of each LSTM (0: 32; with --data 96, or 128)",
                               lesson::at_least{0}};
lesson::Knob<int> batch_size{"batch", 16, "utterances in a batch", lesson::at_least{1}};
lesson::Knob<int> joined{"joined", 2, "frames of 10 ms that the network reads at a time",
                         lesson::at_least{1}};
lesson::Knob<double> lr{"lr", 3e-3, "largest step size of Adam, twice that for the synthetic voice",
                        lesson::at_least{0}};

// %% [markdown]
// ## Say hello, without a blank
//
// Suppose that the network names one letter for each frame. The $T$ letters are a *path*. A spoken `h`
// lasts for several frames. So we *merge* neighbours that are equal, and the path `hhelllo` says "helo".
//
// Now no path can say "hello": merging destroys every double letter. The remedy is one more class, the
// *blank*, written `_` here. It means "no letter here". The rule is now the *collapse*: **first merge
// equal neighbours, then drop the blanks.** A blank between two equal letters keeps them apart: `hel_lo`
// says "hello". The blank is also there for frames in which nobody speaks. It is not the space. A space
// is a letter like the others and stands in the text.
//
// How many paths say a given text? Take a text of $U$ letters, of which $r$ equal the letter before them.
// ("hello" has $U = 5$ and $r = 1$.) Cut a path into *runs*: a run of blanks, a run of the first letter,
// a run of blanks, and so on. There are $U$ runs of letters and $U + 1$ runs of blanks. Each run of a
// letter needs at least one frame. A run of blanks may be empty, but between two equal letters it needs
// at least one frame. So a path needs at least $U + r$ frames. The other $T - U - r$ frames may lengthen
// any of the $2U + 1$ runs. The number of ways to spread $n$ equal frames over $m$ runs is the binomial
// coefficient "$n + m - 1$ over $m - 1$". With $n = T - U - r$ and $m = 2U + 1$ that is "$T + U - r$ over
// $2U$":
//
// $$ \frac{(T + U - r)!}{(2U)! \, (T - U - r)!} $$
//
// We check it by listing all paths over the letters `h`, `e`, `l`, `o`.

// %%
using Labels = std::vector<int>;  // class ids

// Neighbours that are equal become one.
Labels merged(const Labels& path) {
  Labels said;
  for (const int label : path)
    if (said.empty() || said.back() != label) said.push_back(label);
  return said;
}

Labels without(int blank, Labels path) {
  std::erase(path, blank);
  return path;
}

// What a path says.
Labels collapsed(const Labels& path, int blank) {
  return drop_first ? merged(without(blank, path)) : without(blank, merged(path));
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

// How many paths say the target.
struct Count {
  std::int64_t right = 0;
  Labels example;  // the first of them
};
const int no_blank = -1;
Count count_paths(int frames, int classes, const Labels& target, int blank) {
  Count count;
  each_path(frames, classes, [&](const Labels& path) {
    if (collapsed(path, blank) == target && count.right++ == 0) count.example = path;
  });
  return count;
}

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

const lesson::Alphabet hello_classes("helo", {{"blank", 4}});

// The text of a path; the blank is written _.
std::string written(const lesson::Alphabet& alphabet, const Labels& path, int blank) {
  std::string text;
  for (const int label : path) text += label == blank ? "_" : alphabet.symbol(label);
  return text;
}

// %%
STEP("Say hello") {
  lesson::predict("With a blank, 5 classes have 15625 paths of 6 frames. How many of them say \"hello\"?",
                  [] { return count_paths(6, 5, hello_classes.encode("hello"), 4).right; });
  std::vector<lesson::Row> rows;
  bool same = true;
  std::int64_t hello_unblanked = 0;
  for (const auto& [text, frames] : std::vector<std::pair<const char*, int>>{
           {"hello", 5}, {"hello", 6}, {"hello", 7}, {"helo", 6}, {"ll", 5}, {"lll", 6}}) {
    const Labels target = hello_classes.encode(text);
    const int r = repeats(target), letters = static_cast<int>(target.size());
    const Count plain = count_paths(frames, 4, target, no_blank), blanked = count_paths(frames, 5, target, 4);
    const std::int64_t formula = frames < letters + r ? 0 : binomial(frames + letters - r, 2 * letters);
    rows.push_back({text, frames, letters + r, plain.right, blanked.right, formula,
                    blanked.right ? written(hello_classes, blanked.example, 4) : "none: too few frames"});
    same = same && blanked.right == formula;
    if (text == std::string("hello")) hello_unblanked += plain.right;
  }
  lesson::table({"text", lesson::right("frames"), lesson::right("needed"), lesson::right("without a blank"),
                 lesson::right("with a blank"), lesson::right("formula"), "for example"},
                rows);
  lesson::say(
      "In 100 frames, a text of 50 letters, none doubled, has {:.3g} paths. Nobody adds those up one by one.",
      std::exp(std::lgamma(151) - std::lgamma(101) - std::lgamma(51)));
  lesson::claim("without a blank no path of 5 to 7 frames says hello", hello_unblanked == 0);
  lesson::claim("in all six rows, as many paths with a blank say the text as the formula counts", same,
                lesson::fails_with("--drop-first"));
}

// %% [markdown]
// ## A case small enough to enumerate
//
// The network gives for each frame $t$ and each class $k$ a probability $p_t(k)$. CTC takes the classes
// of different frames as independent, given the recording: which class one frame has does not change the
// probabilities of another. So the probability of a path is a product over its frames. Several paths say
// the same text, and a path says only one text. So the probability of a text is a sum:
//
// $$ P(\text{text}) = \sum_{\text{paths that say it}} \; \prod_{t=1}^{T} p_t(k_t) $$
//
// where $k_t$ is the path's class at frame $t$. The CTC loss is $L = -\ln P$, in *nats*, the unit of
// natural logarithms. It is 0 if $P = 1$: no path of another text has any probability.
//
// Take three classes, `a`, `b` and blank, four frames, and the text "ab". First let all three classes be
// equally likely at every frame. Then we draw other probabilities: random scores, and a *softmax* of each
// frame, which makes scores $z$ into probabilities $e^{z_k} / \sum_j e^{z_j}$.

// %%
using Frames = std::vector<std::vector<double>>;  // a row of numbers for each frame

// The rows of a tensor [1,T,C].
Frames rows_of(const tg::Tensor& x) {
  const std::vector<tg::Real> values = x.clone().values();
  const auto width = static_cast<std::ptrdiff_t>(x.dim(2));
  Frames rows;
  for (auto at = values.begin(); at != values.end(); at += width) rows.emplace_back(at, at + width);
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

// The paths that say the target, the likeliest first.
std::vector<std::pair<double, Labels>> paths_of(const Frames& p, const Labels& target, int blank) {
  std::vector<std::pair<double, Labels>> paths;
  each_path(static_cast<int>(p.size()), static_cast<int>(p[0].size()), [&](const Labels& path) {
    if (collapsed(path, blank) == target) paths.emplace_back(path_probability(p, path), path);
  });
  std::sort(paths.rbegin(), paths.rend());
  return paths;
}

double sum_of(const std::vector<std::pair<double, Labels>>& paths) {
  double total = 0;
  for (const auto& path : paths) total += path.first;
  return total;
}

const lesson::Alphabet ab("ab", {{"blank", 2}});

// %%
STEP("Every path of four frames") {
  const Labels target = ab.encode("ab");
  lesson::predict(
      "Each of the three classes has probability 1/3 at each of four frames. How likely is \"ab\"? (The "
      "formula counts its paths. U = 2, r = 0, T = 4.)",
      sum_of(paths_of(Frames(4, {1.0 / 3, 1.0 / 3, 1.0 / 3}), target, 2)));
  tg::manual_seed(static_cast<std::uint64_t>(lesson::seed()));
  const tg::Tensor scores = tg::randn({1, 4, 3});
  const auto paths = paths_of(softmax_of(rows_of(scores)), target, 2);
  const double total = sum_of(paths), loss = tg::ctc_loss(scores, {target}, 2).item();
  std::vector<lesson::Row> rows;
  for (std::size_t i = 0; i < 5; ++i)
    rows.push_back({written(ab, paths[i].second, 2), lesson::right("{:.4f}", paths[i].first)});
  rows.push_back({fmt::format("{} others", paths.size() - 5),
                  lesson::right("{:.4f}", total - sum_of({paths.begin(), paths.begin() + 5}))});
  rows.push_back({"sum", lesson::right("{:.4f}", total)});
  lesson::say("Random probabilities:");
  lesson::table({"path", lesson::right("probability")}, rows);
  lesson::say("-ln of the sum: {:.6f} nats. The library's ctc_loss: {:.6f}.", -std::log(total), loss);
  lesson::claim("for random scores, ctc_loss is minus the logarithm of the sum over all 15 paths",
                std::abs(loss + std::log(total)) < 1e-5 * std::max(1.0, loss),
                lesson::fails_with("--drop-first"));
}

// %% [markdown]
// Every path counts, not only the likeliest one.
//
// ## The recursion: forward, backward, posterior
//
// The list of paths grows too fast. Here is the way around it. Put a blank before, between and after the
// letters of the text: "ab" becomes `_ a _ b _`. These are $S = 2U + 1$ *states*. A path that says the
// text walks through the states from left to right. In the next frame it may
//
// - stay in its state (the run gets longer),
// - go on to the next state,
// - or skip a blank: from a letter to the next letter. This is forbidden where the two letters are equal,
//   since without the blank they would merge into one.
//
// A path begins in one of the first two states and ends in one of the last two. The *trellis* is a table
// with a row for each state and a column for each frame. All paths that are in one state at one frame may
// go on in the same ways. So we may add up what led there, and forget how it came there.
//
// Let $k_s$ be the class of state $s$. *Forward*, $\alpha_t(s)$, is the probability of all ways from the
// beginning to state $s$ at frame $t$. It includes what is said at $t$. At the first frame
//
// $$ \alpha_1(1) = p_1(k_1), \quad \alpha_1(2) = p_1(k_2) $$
//
// and 0 in all other states. From then on
//
// $$ \alpha_t(s) = p_t(k_s) \, (\alpha_{t-1}(s) + \alpha_{t-1}(s-1) + [\text{skip}] \, \alpha_{t-1}(s-2)) $$
//
// where [skip] is 1 if $s$ is a letter that differs from the letter before, and else 0. (A term whose
// state does not exist is 0.) The probability of the text is the sum of the last two states at the last
// frame:
//
// $$ P = \alpha_T(S) + \alpha_T(S-1) $$
//
// *Backward*, $\beta_t(s)$, is the probability of all ways from state $s$ at frame $t$ to the end. It
// does not include what is said at $t$, because $\alpha_t(s)$ already does:
//
// $$ \beta_t(s) = \sum_{s'} p_{t+1}(k_{s'}) \, \beta_{t+1}(s') $$
//
// over the states $s'$ that may follow $s$: $s$, $s+1$, and $s+2$ if that skip is allowed. At the last
// frame it is 1 in the last two states and 0 elsewhere. So $\alpha_t(s) \beta_t(s)$ is the probability of
// all paths that are in state $s$ at frame $t$. At frame $t$ each path is in exactly one state, so for
// **every** frame
//
// $$ \sum_s \alpha_t(s) \, \beta_t(s) = P $$
//
// The share $\alpha_t(s) \beta_t(s) / P$ is the *posterior*: how likely it is that a path was in state
// $s$ at frame $t$, given that it says the text. One table of $T \times S$ numbers gives $P$; two give
// the posterior.
//
// To do it by hand, set every $p$ to 1. Then $\alpha$ *counts* ways. For "ab" the first frame has one way
// in state `_`, one in state `a`, and none in the other three. Fill in the next columns.

// %% tags=["unfolded"]
struct Tables {
  Labels states;                        // the class of each
  Frames forward, backward, posterior;  // [T,S]
  double probability = 0;
};

// Whether state s may follow s - 2.
bool may_skip(const Labels& states, std::size_t s, int blank) {
  return s >= 2 && states[s] != blank && (skip_doubles || states[s] != states[s - 2]);
}

Labels with_blanks(const Labels& target, int blank) {
  Labels states = {blank};
  for (const int label : target) states.insert(states.end(), {label, blank});
  return states;
}

Tables tables_of(const Frames& p, const Labels& target, int blank) {
  Tables tables;
  const Labels& k = tables.states = with_blanks(target, blank);
  const std::size_t T = p.size(), S = k.size(), last_two = S - std::min<std::size_t>(S, 2);
  const auto said = [&](std::size_t t, std::size_t s) { return p[t][static_cast<std::size_t>(k[s])]; };
  Frames& alpha = tables.forward = Frames(T, std::vector<double>(S, 0.0));
  Frames& beta = tables.backward = alpha;

  for (std::size_t s = 0; s < std::min<std::size_t>(S, 2); ++s) alpha[0][s] = said(0, s);
  for (std::size_t t = 1; t < T; ++t)
    for (std::size_t s = 0; s < S; ++s)
      alpha[t][s] = said(t, s) * (alpha[t - 1][s] + (s >= 1 ? alpha[t - 1][s - 1] : 0) +
                                  (may_skip(k, s, blank) ? alpha[t - 1][s - 2] : 0));

  for (std::size_t s = last_two; s < S; ++s) beta[T - 1][s] = 1;
  for (std::size_t t = T - 1; t-- > 0;)
    for (std::size_t s = 0; s < S; ++s) {
      const auto by = [&](std::size_t next) { return said(t + 1, next) * beta[t + 1][next]; };
      beta[t][s] =
          by(s) + (s + 1 < S ? by(s + 1) : 0) + (s + 2 < S && may_skip(k, s + 2, blank) ? by(s + 2) : 0);
    }

  for (std::size_t s = last_two; s < S; ++s) tables.probability += alpha[T - 1][s];
  tables.posterior = alpha;
  for (std::size_t t = 0; t < T; ++t)
    for (std::size_t s = 0; s < S; ++s) tables.posterior[t][s] *= beta[t][s] / tables.probability;
  return tables;
}

// The names of the states, from the top: _ h _ e ...
std::vector<std::string> state_names(const Labels& states, const lesson::Alphabet& alphabet, int blank) {
  std::vector<std::string> names;
  for (const int state : states) names.push_back(written(alphabet, {state}, blank));
  return names;
}

// 1, 2, 3, ...
std::vector<std::string> frame_names(int frames) {
  std::vector<std::string> names;
  for (int t = 1; t <= frames; ++t) names.push_back(std::to_string(t));
  return names;
}

// %%
lesson::Diagram hello_trellis() {
  const Labels states = with_blanks(hello_classes.encode("hello"), 4);
  lesson::Trellis trellis;
  trellis.states = state_names(states, hello_classes, 4);
  trellis.times = frame_names(9);
  const int S = static_cast<int>(states.size());
  for (int s = 0; s < S; ++s) {
    trellis.steps.push_back({s, s});
    if (s >= 1) trellis.steps.push_back({s - 1, s});
    if (s >= 2 && states[static_cast<std::size_t>(s)] != 4)
      trellis.steps.push_back({s - 2, s, {.crossed = !may_skip(states, static_cast<std::size_t>(s), 4)}});
  }
  trellis.first = {0, 1};
  trellis.last = {S - 2, S - 1};
  trellis.path = {1, 1, 3, 5, 5, 6, 7, 9, 10};
  lesson::Diagram diagram(
      "hello_trellis",
      "Every path that says hello in nine frames; one of them, hhell_lo_, is drawn over the "
      "others. From l to l no path may skip the blank.");
  diagram.trellis(trellis);
  return diagram;
}

// %%
STEP("The recursion against the list") {
  const Tables ways = tables_of(Frames(4, {1, 1, 1}), ab.encode("ab"), 2);
  lesson::predict("All p are 1, the text is \"ab\". How many ways lead to the state b at frame 3?",
                  ways.forward[2][3]);
  std::vector<lesson::Row> rows;
  for (std::size_t s = 0; s < ways.states.size(); ++s) {
    rows.push_back({state_names(ways.states, ab, 2)[s]});
    for (const std::vector<double>& frame : ways.forward) rows.back().add(lesson::right("{:g}", frame[s]));
  }
  lesson::table({"ways to state", lesson::right("frame 1"), lesson::right("2"), lesson::right("3"),
                 lesson::right("4")},
                rows);
  lesson::say(
      "The last two states at frame 4: {:g} paths say \"ab\". Backward counts the ways on: from the first "
      "frame {:g} if it is _, {:g} if it is a.",
      ways.probability, ways.backward[0][0], ways.backward[0][1]);

  lesson::predict(
      "Seven frames of five classes have 78125 paths. How many cells has the trellis of \"hello\" there?",
      7 * static_cast<int>(with_blanks(hello_classes.encode("hello"), 4).size()));
  lesson::show(hello_trellis());

  // Every text that seven frames can say, by the list of all paths.
  tg::manual_seed(static_cast<std::uint64_t>(lesson::seed()));
  const tg::Tensor scores = tg::randn({1, 7, 5});
  const Frames p = softmax_of(rows_of(scores));
  std::map<Labels, double> texts;
  each_path(7, 5, [&](const Labels& path) { texts[collapsed(path, 4)] += path_probability(p, path); });
  double worst_text = 0, worst_frame = 0, worst_loss = 0, total = 0;
  for (const auto& [target, probability] : texts) {
    const Tables tables = tables_of(p, target, 4);
    total += tables.probability;
    worst_text = std::max(worst_text, std::abs(tables.probability / probability - 1));
    for (const std::vector<double>& frame : tables.posterior) {
      double sum = 0;
      for (const double share : frame) sum += share;
      worst_frame = std::max(worst_frame, std::abs(sum - 1));
    }
    const double loss = tg::ctc_loss(scores, {target}, 4).item();
    worst_loss = std::max(worst_loss, std::abs(loss + std::log(tables.probability)) / std::max(1.0, loss));
  }
  lesson::say("\nSeven frames of five classes can say {} texts. Worst relative differences over all of them:",
              texts.size());
  lesson::table({"compared", lesson::right("difference")},
                {{"forward recursion, and the list of all paths", worst_text},
                 {"forward times backward at every frame, and P", worst_frame},
                 {"ctc_loss (single precision), and the recursion", worst_loss},
                 {"all texts together, and 1", std::abs(total - 1)}});
  lesson::claim("for all texts of seven frames, the recursion gives at every frame the list's probability",
                worst_text < 1e-12 && worst_frame < 1e-12, lesson::fails_with("--skip-doubles"));
  lesson::claim("ctc_loss agrees with the recursion for all of these texts", worst_loss < 1e-5,
                lesson::fails_with("--skip-doubles"));
  lesson::claim("by the recursion, the probabilities of all of these texts add up to one",
                std::abs(total - 1) < 1e-12, lesson::fails_with("--skip-doubles"));
}

// %% [markdown]
// ## The gradient
//
// How does $L = -\ln P$ change with $\ln p_t(k)$? Look at one frame $t$. Every path goes through exactly
// one class $k$ there, so its probability holds exactly one of the numbers $p_t(1), .., p_t(C)$, once, as
// a factor. Sort the paths by that class:
//
// $$ P = \sum_k p_t(k) \, A_k $$
//
// where $A_k$ does not depend on frame $t$. So $\partial P / \partial p_t(k) = A_k$. Since
// $d \ln p = dp / p$, the derivative by $\ln p_t(k)$ is $p_t(k) A_k$: the probability of all paths
// through $k$. Its share of $P$ is the posterior of all states of that class, added up; call it
// $\gamma_t(k)$. And $L = -\ln P$ gives $dL = -dP / P$. So
//
// $$ \frac{\partial L}{\partial \ln p_t(k)} = -\gamma_t(k) $$
//
// $$ \gamma_t(k) = \sum_{s: k_s = k} \alpha_t(s) \beta_t(s) / P $$
//
// The $\gamma$ of a frame add up to 1, so each frame of this gradient adds up to -1.
//
// The network gives scores $z$, with $\ln p_t(k) = z_t(k) - \ln \sum_j e^{z_t(j)}$. So
// $\partial \ln p_t(j) / \partial z_t(k)$ is $1 - p_t(k)$ for $j = k$, and $-p_t(k)$ for every other $j$.
// The chain rule adds up over $j$:
//
// $$ \frac{\partial L}{\partial z_t(k)} = -\gamma_t(k) + p_t(k) \sum_j \gamma_t(j) = p_t(k) - \gamma_t(k) $$
//
// What the network says, less the posterior. In ordinary classification the gradient of a softmax has the
// same form: there 1 for the right class and 0 for the others stand in the place of $\gamma$. But
// $\gamma$ depends on the scores, so it moves while the network learns. Each frame of this gradient adds
// up to 0.
//
// We compare the formula with *finite differences*: move one score a little up and down, and see how the
// loss changes. Then we ask two questions.
//
// **Where does the gradient lead while a network cannot tell one frame from another?** Such a network
// gives each frame the same $p(k)$; call these *equal frames*. First let all classes be equally likely.
// Then all paths are equally likely. The $T - U - r$ extra frames are spread over $2U + 1$ runs. No run
// is special, so each gets the same number on average. $U + 1$ of the runs are blanks. So the *blank's
// posterior share*, the mean of its $\gamma$ over the frames, is
//
// $$ \frac{1}{T} \left( r + (U + 1) \frac{T - U - r}{2U + 1} \right) $$
//
// whatever the number of classes. For long recordings it goes to $(U + 1) / (2U + 1)$, a little more than
// one half. The gradient pulls $p$ towards it. When $p$ has come there, the blank has more than any
// single letter. So paths with many blanks gain on the others, and $\gamma$ has moved on. The gradient of
// such a network is 0 only where $p(k)$ is the mean of $\gamma(k)$. To find such a point, we put the means
// of $\gamma$ in the place of $p$, and repeat. We take "three one" (U = 9, r = 1) in T = 40 frames. (With
// `--joined` it is as many frames as 0.8 s have.)
//
// **Does the gradient decide for one path?** There is no network: the scores of 10 frames are free
// numbers, nearly 0 at first, and the text is "ab". We *train* them: each of 300 steps moves them against
// the gradient. (The rule is *Adam*: it divides each gradient by its own recent size.)

// %% tags=["unfolded"]
const int blank = 28;  // the asker's classes, the blank last
const lesson::Alphabet letters("abcdefghijklmnopqrstuvwxyz >", {{"blank", blank}});

// gamma_t(k): the posterior of states, added up by class.
Frames class_shares(const Tables& tables, std::size_t classes) {
  Frames shares(tables.posterior.size(), std::vector<double>(classes, 0.0));
  for (std::size_t t = 0; t < shares.size(); ++t)
    for (std::size_t s = 0; s < tables.states.size(); ++s)
      shares[t][static_cast<std::size_t>(tables.states[s])] += tables.posterior[t][s];
  return shares;
}

// The mean over frames of each class's share.
std::vector<double> mean_shares(const Frames& shares) {
  std::vector<double> means(shares[0].size(), 0.0);
  for (const std::vector<double>& frame : shares)
    for (std::size_t k = 0; k < means.size(); ++k) means[k] += frame[k] / static_cast<double>(shares.size());
  return means;
}

double blank_share_by_runs(const Labels& target, double frames) {
  const double U = static_cast<double>(target.size()), r = repeats(target);
  return (r + (U + 1) * (frames - U - r) / (2 * U + 1)) / frames;
}

double loss_by_hand(const Frames& scores, const Labels& target, int blank) {
  return -std::log(tables_of(softmax_of(scores), target, blank).probability);
}

// All frames have the same probabilities. First they are equal, then they are the mean of gamma, and again.
std::vector<double> blank_shares(const Labels& target, int frames, int rounds) {
  std::vector<double> p(static_cast<std::size_t>(letters.size()), 1.0 / letters.size()), shares;
  for (int round = 0; round < rounds; ++round) {
    p = mean_shares(
        class_shares(tables_of(Frames(static_cast<std::size_t>(frames), p), target, blank), p.size()));
    shares.push_back(p[static_cast<std::size_t>(blank)]);
  }
  return shares;
}

// Follows the gradient of the scores themselves.
tg::Tensor trained_scores(const Labels& target, int frames, int steps, int seed) {
  tg::manual_seed(static_cast<std::uint64_t>(seed));
  const tg::Tensor scores = (0.01 * tg::randn({1, frames, 3})).detach().requires_grad(true);
  tg::optim::Adam adam({{"scores", scores}}, {.lr = 0.1});
  for (int step = 0; step < steps; ++step) {
    adam.zero_grad();
    tg::ctc_loss(scores, {target}, 2).backward();
    adam.step();
  }
  return scores;
}

// [T,S] row by row -> the values of a picture with a row for each state and a column for each frame.
std::vector<double> upright(const Frames& table) {
  std::vector<double> values;
  for (std::size_t s = 0; s < table[0].size(); ++s)
    for (const std::vector<double>& frame : table) values.push_back(frame[s]);
  return values;
}

// %%
STEP("The gradient, and where it leads") {
  const Frames even(4, {1.0 / 3, 1.0 / 3, 1.0 / 3});
  lesson::predict(
      "Each of a, b, blank has probability 1/3 at each of four frames; the text is \"ab\". What is the "
      "gradient p - gamma of the score of b at the first frame?",
      even[0][1] - class_shares(tables_of(even, ab.encode("ab"), 2), 3)[0][1]);

  const Labels hello = hello_classes.encode("hello");
  tg::manual_seed(static_cast<std::uint64_t>(lesson::seed()));
  const tg::Tensor scores = tg::randn({1, 9, 5}).requires_grad(true);
  const Frames z = rows_of(scores), p = softmax_of(z), gamma = class_shares(tables_of(p, hello, 4), 5);
  const tg::Tensor log_probs = tg::log_softmax(scores).detach().requires_grad(true);
  const Frames by_scores = rows_of(tg::grad(tg::ctc_loss(scores, {hello}, 4), {scores})[0]),
               by_logs =
                   rows_of(tg::grad(tg::ctc_loss_from_log_probs(log_probs, {hello}, 4), {log_probs})[0]);
  const double h = 1e-5;  // the step of the finite difference
  double worst_formula = 0, worst_scores = 0, worst_logs = 0;
  for (std::size_t t = 0; t < z.size(); ++t)
    for (std::size_t k = 0; k < 5; ++k) {
      Frames up = z, down = z;
      up[t][k] += h;
      down[t][k] -= h;
      const double difference = (loss_by_hand(up, hello, 4) - loss_by_hand(down, hello, 4)) / (2 * h);
      worst_formula = std::max(worst_formula, std::abs(p[t][k] - gamma[t][k] - difference));
      worst_scores = std::max(worst_scores, std::abs(by_scores[t][k] - difference));
      worst_logs = std::max(worst_logs, std::abs(by_logs[t][k] + gamma[t][k]));
    }
  lesson::table({"compared", lesson::right("largest difference")},
                {{"p - gamma, and finite differences", worst_formula},
                 {"the library's gradient of the scores, and finite differences", worst_scores},
                 {"the library's gradient of the log-probabilities, and -gamma", worst_logs}});

  lesson::claim("the gradient of the scores is p - gamma, and that of the log-probabilities -gamma",
                worst_formula < 1e-8 && worst_scores < 1e-5 && worst_logs < 1e-5,
                lesson::fails_with("--skip-doubles"));

  const int equal_frames = std::max(10, 80 / joined);  // the steps of a network in 0.8 s
  const std::vector<double> shares = blank_shares(letters.encode("three one"), equal_frames, 20);
  lesson::predict(
      "\"three one\" (U = 9, r = 1, T as above), all classes equally likely: what is the blank's posterior "
      "share?",
      shares[0], {.percent = true});
  lesson::say("\"three one\" in {} equal frames:", equal_frames);
  std::vector<lesson::Row> rounds;
  for (const std::size_t round : {0, 1, 2, 19})
    rounds.push_back({round + 1, lesson::percent(round ? shares[round - 1] : 1.0 / letters.size()),
                      lesson::percent(shares[round])});
  lesson::table({lesson::right("round"), lesson::right("blank's p"),
                 lesson::right("blank's posterior share")},
                rounds);
  double worst_share = 0, least_rise = 1;
  for (int digit = 0; digit < 10; ++digit) {
    const Labels target = letters.encode(lesson::digit_name(digit));
    const std::vector<double> rise = blank_shares(target, 20, 20);
    worst_share = std::max(worst_share, std::abs(rise[0] - blank_share_by_runs(target, 20)));
    least_rise = std::min(least_rise, rise.back() - rise[0]);
  }
  lesson::claim(
      "with equal probabilities the formula gives the blank's posterior share, for the names of ten digits "
      "in 20 frames",
      worst_share < 1e-9, lesson::fails_with("--skip-doubles"));
  lesson::claim("in equal frames the share then rises further, by more than 20 points for each of the ten",
                least_rise > 0.2);

  const Labels text = ab.encode("ab");
  const int frames = 10;
  lesson::Measurements found("\"ab\" in 10 free frames", {.percent = true});
  found.column("loss (nats)", {.decimals = 3});
  lesson::Figure figure("haze", "Before training the posterior is spread out; after it, few paths are left.");
  figure.axes({.x = "frame", .y = "state"});
  const char *after = "after 300 steps", *likeliest = "likeliest path's share of P";
  for (const int seed : lesson::seeds(5, 5, 20))
    for (const int steps : {0, 300}) {
      const tg::Tensor free = trained_scores(text, frames, steps, seed);
      const Frames free_p = softmax_of(rows_of(free));
      const Tables tables = tables_of(free_p, text, 2);
      const std::string row = steps > 0 ? after : "before training";
      found.add(row, "loss (nats)", tg::ctc_loss(free, {text}, 2).item());
      found.add(row, likeliest, paths_of(free_p, text, 2)[0].first / tables.probability);
      if (seed != lesson::seed()) continue;
      figure.panel(row);
      figure.heat_map(upright(tables.posterior), static_cast<int>(tables.states.size()), frames,
                      {.row_names = state_names(tables.states, ab, 2),
                       .column_names = frame_names(frames),
                       .value = "posterior"});
    }
  found.table();
  lesson::show(figure);
  lesson::claim("from each start the loss comes below 0.1 nats, and no path has more than 60% of P",
                found.spread(after, "loss (nats)").high < 0.1 && found.spread(after, likeliest).high < 0.6);
}

// %% [markdown]
// Two things to remember. First, where a network cannot tell frames apart, its probability of the blank
// is pulled far above 1/29. In the end it is the likeliest class of every frame: such a network says
// nothing. Second, the loss does not ask for a certain path: it is the sum that must be near 1. Here
// several paths are left. They differ in where one run ends and the next begins.
//
// (PyTorch's `CTCLoss` gives $p - \gamma$ where $-\gamma$ is asked for, the gradient of the
// log-probabilities; we ran it. Put `log_softmax` before it, and the gradient of the scores is right: the
// chain rule leaves a frame that adds up to 0 as it is.)
//
// ## y_true, input_length and label_length, for two real words
//
// Now the asker's 29 classes: 26 letters, a space, an end sign written `>`, and the blank as the last
// one. A batch holds two recordings, the words "three" and "six". The scores are random. "three" has 12
// frames, "six" has 9 and is filled up to 12 with anything at all.
//
// Three things are easy to mix up.
//
// - `input_length` counts what the *network* puts out. A network that reads two frames at a step puts out
//   half as many.
// - Where the blank is class 0, every letter moves up by one: `a` is 1.
// - `keras.losses.CTC` has no lengths. It counts all $T$ frames of every recording, and as label length
//   the number of labels that are not 0. So the paths go through the padding too.
//
// The step gives the same scores to the rules of each function. The rules are theirs as we read them; the
// program is ours. (A score $\ln(p + 10^{-7})$ is what `K.ctc_batch_cost` makes of a probability $p$.)

// %%
const std::vector<std::string> two_words = {"three", "six"};
std::vector<int> two_lengths() { return lying ? std::vector<int>{12, 12} : std::vector<int>{12, 9}; }

std::vector<Labels> encoded(const std::vector<std::string>& texts) {
  std::vector<Labels> all;
  for (const std::string& text : texts) all.push_back(letters.encode(text));
  return all;
}

// The blank becomes class 0, and every other class moves up by one.
tg::Tensor blank_first(const tg::Tensor& scores) {
  if (same_ids) return scores;
  return tg::concat({tg::slice(scores, 2, blank, blank + 1), tg::slice(scores, 2, 0, blank)}, 2);
}
std::vector<Labels> from_one(std::vector<Labels> labels) {
  for (Labels& row : labels)
    for (int& label : row) label += !same_ids;
  return labels;
}

// %%
STEP("Two words, and their losses by other rules") {
  tg::manual_seed(static_cast<std::uint64_t>(lesson::seed()));
  const std::vector<Labels> targets = encoded(two_words);
  const lesson::PaddedTokens labels = lesson::pad_tokens(targets, -1);
  const tg::Tensor scores = tg::randn({2, 12, letters.size()}), probs = tg::softmax(scores);
  lesson::table({"the asker's name", "shape", "holds"},
                {{"y_true", fmt::format("{}", labels.ids.shape()), fmt::format("{}", labels.ids)},
                 {"label_length", "[2, 1]", fmt::format("{}, {}", labels.lengths[0], labels.lengths[1])},
                 {"y_pred", fmt::format("{}", probs.shape()), "probabilities; each frame adds up to 1"},
                 {"input_length", "[2, 1]", fmt::format("{}, {}", two_lengths()[0], two_lengths()[1])}});

  const auto losses = [&](const tg::Tensor& z, const std::vector<Labels>& ids, int blank_class,
                          const std::vector<int>& lengths) {
    return tg::ctc_loss(z, ids, blank_class, {.lengths = lengths, .reduction = tg::Reduction::none});
  };
  const std::vector<int> all_frames = mended ? two_lengths() : std::vector<int>{12, 12};
  const tg::Tensor ours = losses(scores, targets, blank, two_lengths()), moved = blank_first(scores),
                   tensorflow = losses(moved, from_one(targets), 0, two_lengths()),
                   old_keras = losses(tg::log(probs + 1e-7), targets, blank, two_lengths()),
                   padding_too = losses(moved, from_one(targets), 0, all_frames);
  std::vector<lesson::Row> rows;
  const auto row = [&](const char* name, const tg::Tensor& both, const std::string& returns) {
    rows.push_back(
        {name, lesson::right("{:.4f}", both.at({0})), lesson::right("{:.4f}", both.at({1})), returns});
  };
  const auto mean = [](const tg::Tensor& both, double three = 1, double six = 1) {
    return fmt::format("{:.4f}", (both.at({0}) / three + both.at({1}) / six) / 2);
  };
  row("K.ctc_batch_cost", old_keras, "[2, 1]");
  row("keras.losses.CTC", padding_too, "mean: " + mean(padding_too));
  row("keras.ops.ctc_loss, tf.nn.ctc_loss", tensorflow, "[2]");
  row("torch.nn.CTCLoss", tensorflow, "mean of loss / letters: " + mean(tensorflow, 5, 3));
  row("tg::ctc_loss", ours, "mean: " + mean(ours));
  lesson::table({"loss in nats by", lesson::right("\"three\""), lesson::right("\"six\""), "returns"}, rows);
  const double apart =
      std::max(tg::max(tg::abs(tensorflow - ours)).item(), tg::max(tg::abs(old_keras - ours)).item());

  const tg::Tensor alone = tg::ctc_loss(tg::slice(tg::slice(scores, 0, 1, 2), 1, 0, 9), {targets[1]}, blank);
  const tg::Tensor noise =
      tg::concat({tg::slice(scores, 1, 0, 9), 100 * tg::randn({2, 3, letters.size()})}, 1);
  const tg::Tensor other_padding = losses(noise, targets, blank, two_lengths());
  lesson::claim("blank first or last, scores or probabilities: with ids to match, the losses are the same",
                apart < 1e-4, lesson::fails_with("--same-ids"));
  lesson::claim("counting every frame, as keras.losses.CTC does, gives the shorter word another loss",
                std::abs(padding_too.at({1}) - ours.at({1})) > 0.01, lesson::fails_with("--mended"));
  lesson::claim("with its length, a word costs the same alone, in the batch, and with other padding",
                std::abs(ours.at({1}) - alone.item()) < 1e-4 &&
                    std::abs(other_padding.at({1}) - alone.item()) < 1e-4,
                lesson::fails_with("--lying"));
}

// %% [markdown]
// The last column differs even where the losses agree. PyTorch's default `mean` divides each loss by its
// number of letters first. Reported losses differ by that factor, and so does the weight of long texts in
// the gradient. Here that is `Reduction::target_length_mean`.
//
// Our `ctc_loss` takes the labels as a list of lists, so that label lengths cannot be wrong.
// `lesson::ragged` makes it from a padded matrix, and `lesson::pad_tokens` goes back.
//
// ## Six wrong ways, each with its number
//
// 1. **Probabilities where scores are expected.** The asker's network ends in a softmax. That is right
//    for `K.ctc_batch_cost`. Keras 3's, TensorFlow's and our functions apply a softmax themselves.
//    Feed them probabilities, and a second softmax is taken. (PyTorch takes none, and wants logarithms.) We
//    let the network be *perfect*: 1 for the right class at each of nine frames, which say "six". To get
//    past our check we take 1 off each probability, which changes no softmax. Beside it stands a network
//    that knows nothing: 1/29 for each class.
// 2. **Scores where probabilities are expected.** The logarithm of a negative number is NaN.
// 3. **Frames cut off, and the length left as it was.** The asker's code says
//    `y_pred = y_pred[:, 2:, :]`, "since the first couple outputs of the RNN tend to be garbage", and
//    passes `input_length` on as it was. Here 10 frames are left, of which "six" has 7.
// 4. **The blank elsewhere.** In the asker's list the blank stands between the letters and the space. But
//    `K.ctc_batch_cost` takes the *last* class for the blank. There the asker has the end sign. We make
//    nine frames 98 % sure of "six" by the asker's list.
// 5. **Lengths that are not true.** `input_length` is the length of the longest recording, 12, for all. The
//    padding of "six" is scores of 0, or random scores, or a sure blank.
// 6. **Too few frames.** A text needs $U + r$ of them: "three" needs six. We give it five.
//
// For way 1, think of one frame. Before the second softmax, the right class has the score 1, and each of
// the 28 others has 0.

// %%
// Frames that are `sure` of a path, [1,T,C]; the rest is shared among the other classes.
tg::Tensor sure_frames(const Labels& path, double sure) {
  const int classes = letters.size();
  const tg::Tensor right = tg::one_hot(tg::Indices({1, static_cast<int>(path.size())}, path), classes);
  return right * sure + (1 - right) * ((1 - sure) / (classes - 1));
}

lesson::Cell nats(double loss) { return lesson::right("{:.3f}", loss + 0.0); }

// %%
STEP("Six wrong ways") {
  tg::manual_seed(static_cast<std::uint64_t>(lesson::seed()));
  const std::vector<Labels> targets = encoded(two_words);
  const Labels six = targets[1];
  const auto as_scores = [&](const tg::Tensor& p) {
    return mended ? tg::ctc_loss_from_probs(p, {six}, blank).item()
                  : tg::ctc_loss(p - 1, {six}, blank).item();
  };
  const tg::Tensor perfect =
      sure_frames({six[0], six[0], blank, six[1], six[1], blank, six[2], six[2], blank}, 1);
  const double right = tg::ctc_loss_from_probs(perfect, {six}, blank).item(), wrong = as_scores(perfect),
               ignorant = as_scores(tg::full({1, 9, letters.size()}, 1.0 / letters.size()));
  lesson::predict("Way 1: how likely is the right class of a perfect frame after the second softmax?",
                  std::exp(1.0) / (std::exp(1.0) + letters.size() - 1), {.percent = true});

  const tg::Tensor scores = tg::randn({2, 12, letters.size()}), first = tg::slice(scores, 0, 0, 1),
                   second = tg::slice(scores, 0, 1, 2);
  const tg::Tensor logs = tg::log((mended ? tg::softmax(scores) : scores) + 1e-7);
  const double nans = tg::mean(1 - (logs <= logs)).item();
  const tg::Tensor later = tg::slice(scores, 1, 2, 12);  // y_pred[:, 2:, :]
  const std::vector<int> after = mended ? std::vector<int>{10, 7} : std::vector<int>{12, 9};
  const std::string cut = lesson::error_of([&] { tg::ctc_loss(later, targets, blank, {.lengths = after}); });
  const auto six_is_cut = [&](int length) {
    return tg::ctc_loss(tg::slice(later, 0, 1, 2), {six}, blank, {.lengths = {length}}).item();
  };
  const double cut_right = six_is_cut(7), cut_wrong = six_is_cut(after[1]);

  // Nine sure frames whose blank is class 26, as in the asker's list, where x is class 23.
  const tg::Tensor sure = tg::log(sure_frames({six[0], six[0], 26, six[1], 26, 26, six[2], 26, 26}, 0.98));
  const double blank_right = tg::ctc_loss(sure, {six}, 26).item(),
               blank_wrong = tg::ctc_loss(sure, {six}, mended ? 26 : 28).item();

  const tg::Tensor nine = tg::slice(second, 1, 0, 9);
  const double true_length = tg::ctc_loss(nine, {six}, blank).item();
  std::vector<double> untrue;
  for (const tg::Tensor& filling : {tg::zeros({1, 3, 29}), 3 * tg::randn({1, 3, 29}),
                                    tg::one_hot(tg::Indices({1, 3}, {blank, blank, blank}), 29) * 9})
    untrue.push_back(
        tg::ctc_loss(tg::concat({nine, filling}, 1), {six}, blank, {.lengths = {mended ? 9 : 12}}).item());
  const auto [least, most] = std::minmax_element(untrue.begin(), untrue.end());

  const tg::Tensor five = tg::slice(first, 1, 0, mended ? 6 : 5).detach().requires_grad(true);
  const std::string few = lesson::error_of([&] { tg::ctc_loss(five, {targets[0]}, blank); });
  const tg::Tensor hidden = tg::ctc_loss(five, {targets[0]}, blank, {.zero_infinity = true});
  const double silent = tg::max(tg::abs(tg::grad(hidden, {five})[0])).item();

  lesson::table({"wrong way", lesson::right("right (nats)"), lesson::right("wrong (nats)"), "here"},
                {{"1 probabilities as scores: perfect", nats(right), nats(wrong), "refused"},
                 {"1 the same, knows nothing", nats(ignorant), nats(ignorant), "refused"},
                 {"2 scores as probabilities", "", lesson::right("{:.0f}% NaN", 100 * nans), "refused"},
                 {"3 frames cut off: the longest", "", "", "refused"},
                 {"3 the same, \"six\"", nats(cut_right), nats(cut_wrong), "not noticed"},
                 {"4 the blank elsewhere", nats(blank_right), nats(blank_wrong), "not noticed"},
                 {"5 untrue lengths", nats(true_length), lesson::right("{:.1f} to {:.1f}", *least, *most),
                  "not noticed"},
                 {"6 too few frames", lesson::right("infinite"), "", "refused"}});
  lesson::say("1: {}", lesson::error_of([&] { tg::ctc_loss(perfect, {six}, blank); }));
  lesson::say("2: {}", lesson::error_of([&] { tg::ctc_loss_from_probs(scores, targets, blank); }));
  lesson::say("3: {}", cut);
  lesson::say("6: {}", few);
  lesson::say("6 with zero_infinity: loss {:g}, largest gradient {:g}.", hidden.item(), silent);
  lesson::claim("way 1: a perfect network still pays more than half of what one pays that knows nothing",
                wrong > 0.5 * ignorant, lesson::fails_with("--mended"));
  lesson::claim("way 2: of random scores, between a third and two thirds have no logarithm",
                nans > 1.0 / 3 && nans < 2.0 / 3, lesson::fails_with("--mended"));
  lesson::claim("way 3: the longest recording's old length is refused; the other's gives it another loss",
                cut != lesson::no_error && std::abs(cut_wrong - cut_right) > 0.1,
                lesson::fails_with("--mended"));
  lesson::claim("way 4: with another blank, sure frames cost more than ten times as much",
                blank_wrong > 10 * blank_right, lesson::fails_with("--mended"));
  lesson::claim("way 5: with an untrue length, the loss depends on what the padding holds",
                *most - *least > 0.1, lesson::fails_with("--mended"));
  lesson::claim("way 6: too few frames are refused; zero_infinity makes loss and gradient 0",
                few != lesson::no_error && hidden.item() == 0 && silent == 0, lesson::fails_with("--mended"));
}

// %% [markdown]
// What others do (PyTorch: run; the rest: read):
//
// - Ways 1 and 2: PyTorch complains neither of probabilities nor of scores where it wants
//   log-probabilities. For both it gave a *negative* loss, which $-\ln P$ never is.
// - Way 3: PyTorch and `K.ctc_batch_cost` too refuse a length that is larger than the number of frames. A
//   recording that is shorter by two frames or more passes: two frames of its padding are counted.
// - Way 4: it can be noticed only if a text contains the class that is taken for the blank, as the end sign.
//   Then our function refuses. PyTorch gave a number. `K.ctc_batch_cost` drops such a class at the end of a
//   text without a word; it complains only if a letter follows.
// - Way 5: no function can notice it. (Padding that is surely blank changes next to nothing: that is the
//   smaller number.) Check one loss by hand.
// - Way 6: `K.ctc_batch_cost` stops with "Not enough time for target transition sequence". PyTorch's loss
//   is infinite, and its gradient NaN. With `zero_infinity` such an item costs nothing and teaches
//   nothing. Ask for that only when you know which items they are.
//
// ## The asker's network
//
// Now frames of sound. Sound is cut into pieces of 25 ms, one every 10 ms. Each becomes 20 numbers, its
// *mel-frequency cepstral coefficients* (MFCC). The energy is taken in 26 bands, which are wider at high
// frequencies, on a logarithmic scale. A cosine transform keeps the rough shape of these 26 numbers. Each of
// the 20 is brought to mean 0 and deviation 1 over the recording, so that loudness and microphone matter
// less.
//
// The network has the asker's form. An *LSTM* reads a sequence step by step. At each step it gives $H$
// numbers, which depend on all steps so far. A *bidirectional* one is two: one reads forwards, the other
// backwards, and their outputs stand side by side. So the output of each step may depend on the whole
// recording. Two such layers follow each other. Then comes a *dense layer* at every step: 29 scores, each a
// weighted sum of the $2H$ numbers, with the same weights at each step. (*Weights* are the numbers that
// training changes.) The network reads two frames at a step, so it takes half as many steps.

// %% tags=["unfolded"]
const int features = 20;  // of a frame

struct Reader {
  tg::nn::BiLSTM first, second;
  tg::nn::Dense dense;

  explicit Reader(int hidden)
      : first(features * joined, hidden), second(2 * hidden, hidden), dense(2 * hidden, letters.size()) {}

  // [B,T,D] -> scores [B,T,29]
  tg::Tensor operator()(const tg::Tensor& x, const std::vector<int>& lengths) const {
    const tg::Tensor low = first(x, {.lengths = lengths}).sequence;
    return dense(second(low, {.lengths = lengths}).sequence);
  }
  tg::nn::Parameters parameters() const { return {{"first", first}, {"second", second}, {"dense", dense}}; }
};

using lesson::Spoken;               // frames [T,D] and a text
using Batch = lesson::SpokenBatch;  // x [B,T,D]; lengths, the asker's input_length; labels

// %% [markdown]
// Four synthetic voices speak, made in this program: buzz and noise through three resonances, as in a
// throat and a mouth. ("Further" has recordings of people.) An *utterance* is two to four digits of one
// speaker, one after another; its text is their names, with spaces. Some recordings are trained on,
// others show how far the training is (*validation*), others are read at the end (*test*). The speakers
// are the same in all three. With `--quick` an utterance is a single digit: five seconds are too short to
// learn more.
//
// ## The training loop
//
// A batch is 16 utterances, drawn anew each time. We draw several batches at once and sort their
// utterances by length, so that little of a batch is padding. The step size of Adam rises over the first
// twentieth of the steps and then falls along half a cosine. Where the gradient of all weights together is
// longer than 5, it is made that long.
//
// The loss is one line: scores, labels, blank, lengths.

// %% tags=["unfolded"]
// The seed changes neither voices nor what is held out.
const lesson::SpeechCorpus& corpus() {
  static const lesson::SpeechCorpus made = [] {
    lesson::SyntheticSpeech sizes = {.single = lesson::quick()};
    if (lesson::quick()) sizes.times = 16, sizes.validation = 20, sizes.test = 40;
    return lesson::synthetic_speech(sizes);
  }();
  return made;
}

tg::Tensor training_loss(const Reader& reader, const Batch& batch) {
  const tg::Tensor scores = reader(batch.x, batch.lengths);
  return tg::ctc_loss(twice ? tg::softmax(scores) - 1 : scores, batch.labels, blank,
                      {.lengths = batch.lengths});
}

std::vector<Batch> draw_batches() {
  std::vector<Spoken> drawn = lesson::draw_spoken("06_ctc", corpus().draw, 4 * batch_size, joined, letters);
  std::sort(drawn.begin(), drawn.end(),
            [](const Spoken& a, const Spoken& b) { return a.frames.dim(0) < b.frames.dim(0); });
  return lesson::batches_of(drawn, batch_size, letters);
}

// After each step it calls look(reader, step, loss).
template <class Look>
Reader train(int hidden, int steps, int seed, const Look& look) {
  tg::manual_seed(static_cast<std::uint64_t>(seed));
  const Reader reader(hidden);
  tg::optim::Adam adam(reader.parameters(), {.lr = lr});
  std::vector<Batch> batches;
  const int rise = steps / 20 + 1;
  for (int step = 0; step < steps; ++step) {
    if (batches.empty()) batches = draw_batches();
    const tg::Tensor loss = training_loss(reader, batches.back());
    batches.pop_back();
    adam.lr(step < rise ? tg::optim::warm_up(step, rise, 2 * lr)
                        : tg::optim::cosine(step - rise, steps - rise, 2 * lr));
    adam.zero_grad();
    loss.backward();
    tg::optim::clip_grad_norm(reader.parameters(), 5);
    adam.step();
    look(reader, step + 1, loss.item());
  }
  return reader;
}

// %% [markdown]
// ## It reads
//
// Watch two numbers on the validation utterances. The *character error rate* is the least number of
// letters that must be inserted, deleted or changed, divided by the number of letters in the true texts
// (the *word error rate* counts words so). Saying nothing costs 100 %. The other is the *blank's mean
// probability*: $p$ of the blank, not its posterior, over all steps. Before training that is about 1/29.
// What will a network learn first: letters, or the blank? Per letter, an utterance has about as many
// steps as step 4's "three one". How high does the blank rise?
//
// To read, we take the likeliest class of each step and collapse the path (*greedy decoding*). Beside the
// errors on the test utterances stands what one gets without listening: the best answer that is always
// the same.

// %%
lesson::Reading reading_of(const Reader& reader, const std::vector<lesson::Utterance>& utterances) {
  return lesson::reading_of([&](const Batch& batch) { return reader(batch.x, batch.lengths); },
                            lesson::spoken(utterances, joined), letters, blank);
}

// Looks are close together at first, when much happens.
bool looked_at(int step, int steps) {
  for (const double part : {0.03, 0.06, 0.12, 0.18, 0.24, 0.32, 0.5, 1.0})
    if (step == static_cast<int>(std::ceil(part * steps))) return true;
  return false;
}

std::vector<Reader> trained;  // by the next step, one for each seed

// %%
STEP("It reads") {
  const int hidden = hidden_units > 0 ? hidden_units.value() : 32, usual = lesson::full() ? 1000 : 400,
            steps = step_count > 0 ? step_count.value() : usual;
  const char *characters = "character errors", *words = "word errors", *share = "blank's mean probability";
  lesson::Measurements course("validation utterances", {.percent = true}),
      errors("test utterances", {.percent = true, .decimals = 1});
  course.column("loss of a batch (nats)", {.decimals = 2});
  std::vector<std::string> said, meant;  // by the first network
  std::vector<double> peaks, falls;
  trained.clear();
  for (const int seed : lesson::seeds(1, 5, 20)) {
    double peak = 0, last = 0;
    trained.push_back(train(hidden, steps, seed, [&](const Reader& reader, int step, double loss) {
      if (!looked_at(step, steps)) return;
      const lesson::Reading reading = reading_of(reader, corpus().validation);
      course.add(step, "loss of a batch (nats)", loss);
      course.add(step, characters, reading.characters());
      course.add(step, share, last = reading.blank_share);
      peak = std::max(peak, last);
    }));
    peaks.push_back(peak), falls.push_back(peak - last);
    const lesson::Reading reading = reading_of(trained.back(), corpus().test);
    errors.add("networks", characters, reading.characters());
    errors.add("networks", words, reading.words());
    if (meant.empty()) said = reading.said, meant = reading.meant;
  }
  lesson::predict("How high does the blank's mean probability rise, in the median over the networks?",
                  lesson::spread(peaks).median, {.percent = true});
  const std::string answer = lesson::best_answer(corpus().answers, meant);
  const std::vector<std::string> always(meant.size(), answer);
  const double constant = tg::decode::character_error_rate(always, meant);
  errors.add(fmt::format("always \"{}\"", answer), characters, constant);
  errors.add(fmt::format("always \"{}\"", answer), words, tg::decode::word_error_rate(always, meant));
  course.table("steps");
  errors.table();
  lesson::Figure figure(
      "training", "First the blank rises and nothing is read; then letters come (bands: range over seeds).");
  figure.axes({.x = "training steps", .y = "share", .y_range = {0, 1.1}});
  for (const char* column : {characters, share}) {
    std::vector<double> at, median, low, high;
    for (const std::string& row : course.rows()) {
      const lesson::Spread spread = course.spread(row, column);
      at.push_back(std::stod(row)), median.push_back(spread.median);
      low.push_back(spread.low), high.push_back(spread.high);
    }
    figure.band(column, at, low, high);
    figure.line(column, at, median);
  }
  lesson::show(figure);
  for (std::size_t i = 0, shown = 0; i < said.size() && shown < 3; ++i)
    if (said[i] != meant[i] && ++shown) lesson::say("\"{}\" was read as \"{}\".", meant[i], said[i]);

  const double median = errors.median("networks", characters);
  lesson::claim("every network first raises the blank's mean probability above one half, then lowers it",
                lesson::spread(peaks).low > 0.5 && lesson::spread(falls).low > 0.05,
                lesson::fails_with("--softmax-twice"));
  lesson::claim("the networks make less than a quarter of the constant answer's errors, in the median",
                median < constant / 4, lesson::fails_with("--softmax-twice"));
  const char* in_short = "the median of character errors is below 1%";
  if (lesson::quick()) return lesson::skip_claim(in_short, "--quick trains one network, for a short time");
  lesson::claim(in_short, median < 0.01, lesson::fails_with("--softmax-twice"));
}

// %% [markdown]
// The blank comes first, as in step 4. As long as a network cannot tell one sound from
// another, all its frames are nearly equal. There the blank's probability rises far above the share that
// the gradient asked for at first, and it is the likeliest class of nearly every step. A training that is
// stopped there reads nearly nothing. Later the frames differ, and letters come.
//
// But if blanks are all that ever comes, look for wrong way 1: with `--softmax-twice` these networks are
// trained so, and they say nothing to the end.
//
// ## Where each letter is said
//
// Nobody told a network when a letter is said. *Forced alignment* asks it: of all paths that say the
// text, which is the likeliest? (It is the forward recursion with a maximum in place of the sum, and a
// note in each cell of where the maximum came from.) The pictures show one utterance: the probability of
// each class at each step, and the letters over the spectrogram, with time from left to right,
// frequency from low to high, dark where there is energy.
//
// We know where a word ends, since we joined the recordings. So we can measure how far from there the
// space is put. Beside it stands the same number for letters that are spread evenly over the utterance.

// %%
lesson::AlignedText aligned(const Reader& reader, const lesson::Utterance& utterance) {
  const tg::NoGrad off;
  const Batch batch = lesson::batch_of(lesson::spoken({utterance}, joined), letters);
  const tg::Tensor scores = reader(batch.x, batch.lengths);
  return {utterance.text, tg::reshape(scores, {-1, letters.size()}),
          tg::decode::align(scores, batch.labels, blank)[0]};
}

// The mean distance of the spaces from where two recordings were joined, in ms. Middles are in steps.
double space_error(const lesson::Utterance& utterance, const std::vector<double>& middles) {
  double sum = 0;
  std::size_t word = 0;
  for (std::size_t i = 0; i < middles.size(); ++i)
    if (utterance.text[i] == ' ') sum += std::abs(10 * joined * middles[i] - 1000 * utterance.ends[word++]);
  return sum / static_cast<double>(std::max<std::size_t>(word, 1));
}

// %%
STEP("Where each letter is said") {
  const char *networks = "networks", *evenly = "letters spread evenly", *spaces = "a space is off by (ms)",
             *lasts = "a letter lasts (ms)", *blanks = "blank steps on the path";
  lesson::Measurements found("forced alignment of the test utterances", {.decimals = 0});
  found.column(blanks, {.percent = true});
  for (const Reader& reader : trained) {
    double off = 0, off_evenly = 0, lasting = 0, spans = 0, steps = 0;
    for (const lesson::Utterance& utterance : corpus().test) {
      const tg::decode::Alignment path = aligned(reader, utterance).path;
      const auto length = static_cast<double>(path.path.size()),
                 count = static_cast<double>(path.spans.size());
      std::vector<double> middles, even;
      for (const tg::decode::Span& span : path.spans) {
        middles.push_back((span.start + span.stop) / 2.0);
        even.push_back(length / count * (static_cast<double>(even.size()) + 0.5));
        lasting += span.stop - span.start;
      }
      off += space_error(utterance, middles), off_evenly += space_error(utterance, even);
      spans += count, steps += length;
    }
    const auto count = static_cast<double>(corpus().test.size());
    found.add(networks, blanks, 1 - lasting / steps), found.add(evenly, blanks, 0);
    found.add(networks, lasts, 10 * joined * lasting / spans);
    found.add(evenly, lasts, 10 * joined * steps / spans);
    if (!lesson::quick())
      found.add(networks, spaces, off / count), found.add(evenly, spaces, off_evenly / count);
  }
  lesson::predict(
      "Spread evenly over all steps, a letter would last T / U of them. What share of that does a letter "
      "last on the networks' paths? (Step 7's last row tells how often they say blank.)",
      found.median(networks, lasts) / found.median(evenly, lasts), {.percent = true});
  found.table();
  const lesson::Utterance* shown = &corpus().test[0];
  for (const lesson::Utterance& one : corpus().test)
    if (one.ends.size() < 3 && one.text.find("three") != std::string::npos) shown = &one;
  const lesson::AlignedText picture = aligned(trained[0], *shown);
  lesson::show(lesson::posterior_picture(picture, letters, blank));
  lesson::show(lesson::spectrogram_picture(picture, letters, shown->sound, joined));
  const char* claim =
      "the spaces are off by less than half as much as those of an even spread, in the median";
  if (lesson::quick()) return lesson::skip_claim(claim, "with --quick an utterance is one word");
  lesson::claim(claim, found.median(networks, spaces) < found.median(evenly, spaces) / 2,
                lesson::fails_with("--softmax-twice"));
}

// %% [markdown]
// (A letter lasts as long as an even spread would give it, times the share of steps that are not blank.)
//
// The spaces stand near the joins: the networks find the words. Inside a word do not trust the times. CTC
// asks for the right order. It never says how long a letter lasts, or where in its sound it stands.
// "Peaks and priors" under "Further" has more.
//
// ## What the original answer got wrong, or left out
//
// The answer explains the shapes rightly, and its advice to care about the lengths is sound. A second
// look adds:
//
// - `input_length` counts steps of `y_pred`, not "chars": a text has far fewer letters.
// - `input_length` is not for the model to say. It is a fact of the recording, which whoever padded the
//   batch knows. Two of the answer's ways let the model tell it, and give it no gradient ("Further").
// - `K.arange(start=max_length, stop=0)` lacks a step of -1. TensorFlow stops with an error there;
//   NumPy's and our range is empty. The weights are never made.
// - It lets the lengths be constants "if all lengths are the same". If they are not, that is wrong way 5.
// - It does not say that the blank must be the last class, while the asker has the end sign there (way
//   4).
// - It does not look at `y_pred[:, 2:, :]` (way 3). In Keras' example `image_ocr.py`, where the line
//   comes from, another function makes the lengths two shorter. The cut has no reason here: a bidirectional
//   network can use the whole recording at its first output.
// - The asker's loss is the model's output, a `Lambda` layer. Then one needs a second model to predict.
//   Keep the loss outside, and a decoder takes what the model gives.
//
// ## Further
//
// What is interesting beside the argument. `--further` runs these sections too.
//
// ### How to predict, once the loss is outside the model
//
// A *decoder* takes the network's output alone, scores or probabilities:
//
// - *Greedy*: the likeliest class of each frame, then collapse.
// - *Beam search*: goes through the frames, adds up the paths of each beginning of a text, and keeps the
//   best few.
//
// They differ. Two frames say `a` with probability .4 and blank with .6. What does each decoder read, and
// which is right?
//
// Beam search has a trap in Keras. `K.ctc_decode(greedy=False)` calls TensorFlow's old decoder, which
// merges equal neighbours *once more*, in the text. By its documentation it makes "A B" of the path
// `A B B * B * B`, where `*` is the blank. (We read it.) It takes probabilities; `keras.ops.ctc_decode`
// takes scores.

// %%
FURTHER("Two decoders, two answers") {
  const tg::Tensor p = tg::tensor({{{0.4, 0, 0.6}, {0.4, 0, 0.6}}});
  std::map<Labels, double> texts;
  each_path(2, 3,
            [&](const Labels& path) { texts[collapsed(path, 2)] += path_probability(rows_of(p), path); });
  const Labels greedy = tg::decode::greedy(tg::log(p + 1e-30), 2)[0];
  const tg::decode::Hypothesis best = tg::decode::beam_from_probs(p, 2)[0][0];
  lesson::table({"decoder", "reads", lesson::right("probability of the text")},
                {{"greedy", greedy.empty() ? "(nothing)" : ab.decode(greedy),
                  lesson::right("{:.2f}", texts[greedy])},
                 {"beam search", ab.decode(best.labels), lesson::right("{:.2f}", texts[best.labels])}});
  lesson::claim("greedy reads nothing; beam search reads a, with its probability",
                greedy.empty() && ab.decode(best.labels) == "a" &&
                    std::abs(std::exp(best.score) - texts[best.labels]) < 1e-6);
}

// %% [markdown]
// Greedy decoding finds the likeliest *path*, `__`. The text "a" has three paths, and together they have
// more. Beam search can also take a language model, which says how likely a letter is after the text so
// far.
//
// ### The answer's ways to find lengths
//
// The answer lets the model tell how many frames count: by an end sign, or by a branch that computes the
// number and rounds it. The end sign, as published:
//
// ```python
// occurrence_weights = K.arange(start=max_length, stop=0, dtype=K.floatx())
// ```
//
// The weights are meant to fall, 5 4 3 2 1. Multiplied by 1 where the end sign is the likeliest class and
// by 0 elsewhere, their largest is at the first end. Without a step of -1 there are none: the range goes
// up from 5 and is past 0 at once. With the step mended, we try it on untrained networks and random
// frames. How often are real frames cut off, and how often are too few left for the text?
//
// Worse: the length is an `argmax`, an integer. As long as the likeliest class stays the same, a small
// change of the scores changes no length. So no gradient says "your end was too early". The same holds
// for a branch whose number is rounded. The cure is to pass the length.

// %%
FURTHER("Lengths from the model") {
  const int tries = lesson::quick() ? 200 : 1000, frames = 12;
  const Labels three = letters.encode("three>");
  tg::manual_seed(static_cast<std::uint64_t>(lesson::seed()));
  int cut_off = 0, too_few = 0;
  for (int i = 0; i < tries; ++i) {
    const tg::NoGrad off;
    const tg::Indices best = tg::argmax(Reader(32)(tg::randn({1, frames, features * joined}), {frames}), -1);
    int length = frames;
    for (int t = frames - 1; t >= 0; --t)
      if (best.at({0, t}) == letters.id(">")) length = t + 1;
    cut_off += length < frames, too_few += length < lesson::steps_needed(three);
  }
  const tg::Tensor published = tg::arange(5, 0), repaired = tg::arange(5, 0, -1);
  lesson::say("arange(5, 0) has {} numbers, arange(5, 0, -1) has {}.", published.size(), repaired.size());
  lesson::say(
      "Of {} untrained networks, the end sign cuts real frames off in {:.0f}%, and leaves too few "
      "for \"three>\" in {:.0f}%.",
      tries, 100.0 * cut_off / tries, 100.0 * too_few / tries);

  lesson::claim("the published weights are empty", published.size() == 0 && repaired.size() == 5);
  lesson::claim("the end sign of some untrained networks leaves too few frames for the text", too_few > 0);
}

// %% [markdown]
// ### Peaks and priors
//
// The probabilities of a trained network often have *peaks*: a letter for a few steps, blank at all
// others. A path needs each letter at one step only, and the blank has risen everywhere before the
// letters come (step 4). Zeyer and others (2021) prove on a small example that a network which begins
// with equal probabilities ends in peaks, and reads everything wrong. How long a letter lasts here, step 8
// measures. For reading, peaks do little harm. For times they do.
//
// A remedy: divide each class's probability by its *prior*, its mean over all steps,
// $p_t(k) / \bar{p}(k)^w$ with a weight $w$. The blank has a large prior, so it loses most, and the
// letters beside it last longer. Use it to *align* a text that is known, not to read: where a class is
// hardly ever said, dividing by its prior makes much of little. Exercise 31 does it, on a network with
// sharp peaks. Priors can also be used in training (Zeyer; Huang and others, 2024).
//
// ### CTC, attention, transducer
//
// CTC assumes that what is said at one frame does not depend on what was said before, given the
// recording. So it has no explicit model of the language, and a text cannot have more letters than
// frames. Two other ways do without these limits. An *encoder and decoder with attention* writes one
// letter after another; for each it looks at all frames and at the letters before. It need not go from
// left to right, so it can skip or repeat words, and it needs an end sign. A *transducer* (Graves, 2012)
// goes through the frames from left to right as CTC does, but each score also depends on the letters so
// far, and a frame may say several of them.
//
// A *bidirectional* network cannot write while somebody speaks: its backward half begins at the end. For
// that take an LSTM that reads forwards only, or one that waits for a second or so. CTC and transducers
// allow it; attention over all frames does not.
//
// ### Your own recordings
//
// `--data DIR` trains such a network on recordings of people, named `digit_speaker_index.wav` (or
// `.flac`, `.ogg`). They are few and could be learned by heart. So each utterance is *varied* before it
// is read: said up to a fifth faster or slower, two short stretches of time and one band of features
// silenced. And *dropout* sets a share of the numbers between the layers to 0, so that no unit can rely
// on another.
//
// The run says first which files, speakers and rates it found, which files it ignored and why, and how it
// split the rest. Folders recorded as the Free Spoken Digit Dataset, the same indices for every speaker
// and digit, are split by index, so that figures can be compared. In any other, a fifth of what each
// speaker says of each digit is drawn for the test, the same in every run, and a fifth for the
// validation.
//
// This is what the program `transcribe` does. It also keeps what it learns (`--save`), goes on with it
// (`--resume`), takes lists of texts of your own, and reads other recordings:
//
// ```sh
// make program NAME=transcribe ARGS="train DIR"
// make program NAME=transcribe ARGS="read transcribe.safetensors FILE.wav --letters"
// ```

// %%
FURTHER_ON_DATA(data, "Your own recordings") {
  if (data.value().empty()) return lesson::say("(Only with --data.)");
  const lesson::SpeechCorpus own = lesson::read_speech(data);
  for (const std::string& line : own.understood) lesson::say("{}", line);
  const int steps = lesson::full() ? 12000 : lesson::quick() ? 300 : 2400, hidden = lesson::full() ? 128 : 96;
  lesson::TranscriberTraining training(own, {.seed = lesson::seed(),
                                             .steps = step_count > 0 ? step_count.value() : steps,
                                             .hidden = hidden_units > 0 ? hidden_units.value() : hidden,
                                             .joined = joined,
                                             .batch = batch_size,
                                             .lr = lr,
                                             .characters = "abcdefghijklmnopqrstuvwxyz >"});
  lesson::say("{} weights, {} steps.", training.reader.parameters().count(), training.options.steps);
  lesson::train(training, own, save);
  lesson::print_looks(training);
  if (!training.done()) return lesson::say("Stopped after step {}.", training.step);
  lesson::say("Training took {:.0f} s.", training.seconds);
  lesson::print_test(training.best, own);
}

// %% [markdown]
// ## Your turn
//
// Write down what you expect, then run the lesson again with
//
// - `--skip-doubles`: paths of "helo" now count for "hello". Which claims become false, and which do not?
// - `--softmax-twice`: networks that are trained in wrong way 1. What do they read?
// - `--joined 4`: steps of 40 ms, half as many as before; step 4 then counts for these too. How high does the
//   formula begin, and how high does the blank rise? Which claim becomes false?
// - `--steps 100`: what do the networks say at this point?
// - `--hidden 8`: how small may the network be?
// - `--data DIR --save m.safetensors`, then `transcribe read m.safetensors FILE.wav` with your own voice.
//   Whose voice does the network know?
//
// ## Exercises
//
// - `make exercise N=25`, *the collapse map* (fill): what a path says.
// - `make exercise N=26`, *a dense layer at every step* (fix): the network's last layer, which somebody
//   gave weights for each step, and which speaks in the padding.
// - `make exercise N=27`, *the alpha recursion* (extend): forward through the trellis, in `tg`'s
//   operations, so that its gradient comes for nothing.
// - `make exercise N=28`, *the beta recursion* (extend): backward, so that
//   $\sum_s \alpha_t(s) \beta_t(s)$ is the same at every frame.
// - `make exercise N=29`, *greedy decoding* (fill): a batch of scores and lengths to labels.
// - `make exercise N=30`, *a step of prefix beam search* (fill): two numbers for each prefix, and which
//   of them a repeated letter may use.
// - `make exercise N=31`, *label priors* (investigate): divide each probability by how often its class is
//   said. Predict what becomes of the blank, and see letters last longer.
// - `make exercise N=45`, *CTC from its definition* (quiz), for those who know half of this lesson:
//   when it is green, the others count as done. Loss, gradient, and what is said.
//
// ## Reading
//
// - Graves, Fernández, Gomez, Schmidhuber, *Connectionist temporal classification*, ICML 2006: where all
//   of this comes from; equations 5 to 16 are the recursion and the gradient.
// - [distill.pub/2017/ctc](https://distill.pub/2017/ctc), Hannun, 2017: the same in pictures, with beam
//   search.
// - Hannun and others, *First-pass large vocabulary continuous speech recognition using bi-directional
//   recurrent DNNs*, 2014: the prefix search that `decode::beam` is.
// - [arxiv.org/abs/2105.14849](https://arxiv.org/abs/2105.14849), Zeyer and others, *Why does CTC result in
//   peaky behavior?*, 2021.
// - [arxiv.org/abs/2406.02560](https://arxiv.org/abs/2406.02560), Huang and others, *Less peaky and more
//   accurate CTC forced alignment by label priors*, 2024.
