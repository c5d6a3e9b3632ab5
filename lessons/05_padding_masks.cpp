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
// # 5. How do I pad sequences, and keep the padding out of the loss?
//
// | card | |
// |---|---|
// | question | Where does padding go, and how is it kept out of the loss, and out of everything else? |
// | asked | <https://stackoverflow.com/q/60447152> (we have the number from a mirror; question and answer are CC BY-SA 4.0) |
// | you learn to | make a mask that masks; see why a mask on the loss does not help the encoder; measure where an advice holds |
// | you need | derivatives, a little C++; lesson 3 explains the LSTM |
// | time | 30 minutes to read; a minute to run, seconds with `--quick` |
// | your data | `--data FILE`: lines `typo->word`; the last section says what is done with them |
//
// ## In short
//
// Pad after the end. From the ids make two things. The *lengths* keep the encoder from reading padding.
// A *mask*, 1 at letters and at the end mark, 0 at padding, keeps padding out of the loss. The accepted
// answer compares one-hot targets with PAD_ID. That mask has the shape [B, T, C] (B words, T steps, C
// symbols). It does not fit the losses [B, T]. Take the column of the padding instead.
//
// ```python
// # Keras. K: keras.backend, in Keras 3 keras.ops. y_true: one-hot [B, T, C], y_pred: probabilities
// x = Embedding(C, 32, mask_zero=True)(ids)              # PAD_ID = 0: the LSTM after it skips id 0
// def loss(y_true, y_pred):
//     mask = 1 - y_true[:, :, PAD_ID]                    # [B, T]
//     return K.sum(K.categorical_crossentropy(y_true, y_pred) * mask) / K.sum(mask)
// # PyTorch; x [B, T, D] goes into the LSTM as packed; scores [B, T, C], y are ids [B, T]
// packed = pack_padded_sequence(x, lengths.cpu(), batch_first=True, enforce_sorted=False)
// loss = F.cross_entropy(scores.transpose(1, 2), y, ignore_index=PAD_ID)
// ```
//
// ```cpp
// // here; word_lengths count the end mark
// encoder(tg::one_hot(typos, C), {.lengths = typo_lengths})
// tg::cross_entropy(scores, says, {.mask = tg::sequence_mask(word_lengths, T)})
// ```
//
// The lengths decide. Padded after the end, to 20 steps beyond the longest word, five networks with the
// mask alone get fewer than one word in five right; with lengths each gets more than half (step 7). With
// no more padding than the longest word needs, both learn. Padding *in front* of the typo, as you have it,
// does less harm, if the loss has its mask and the network always reads some padding first.
//
// ## The question
//
// Someone builds a spelling corrector that works letter by letter. Two LSTM layers, the *encoder*,
// read the mistyped word. A third LSTM, the *decoder*, writes the right one. Words differ in length,
// but a batch is a rectangle of numbers. So the asker fills short inputs up in front:
//
// ```
// abc   ->  -abc
// defg  ->  defg
// ad    ->  --ad
// ```
//
// The asker also sorts the training words into groups whose answers are equally long, and trains on one
// group after the other. "However, there has to be a better way to do this, such as padding after the EOS
// or before SOS characters etc. But if this is the case, how would I change the loss function so that this
// padding isn't counted into the loss?" (SOS and EOS are marks for the start and the end of a word.)
//
// The accepted answer says that padding goes after the end, "but it should really matter where the
// padding is". Perhaps it means *should not*; we measure it. And it gives a loss with a *mask*, which
// is meant to be 1 where a position counts and 0 at padding:
//
// ```
// mask = 1 - K.cast(K.equal(y_true, PAD_ID), K.floatx())
// loss = K.categorical_crossentropy(y_true, y_pred) * mask
// return K.sum(loss) / K.sum(mask)
// ```
//
// We build the corrector, run these lines, and look for every place where padding gets in. Keras is
// not installed here: what we say of it we read in its sources and documentation. What we say of
// PyTorch we ran, with version 1.13.
//
// A line with a tick is a *claim*: this run has checked it, and a false one makes the program fail.
// "Becomes false with" names flags that break it.

// %%
#include <algorithm>
#include <map>
#include <tuple>

#include "support/alphabet.hpp"
#include "support/common_words.hpp"
#include "support/corrector_training.hpp"
#include "support/lesson.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

lesson::DataKnob<std::string> data{"data", "", "a text file with a line `typo->word` for each pair"};
lesson::Knob<int> padding{"padding", 20, "the most padded steps beyond the longest word",
                          lesson::at_least{0}};
lesson::Knob<bool> count_padding{"count-padding", false, "wrong turn: the fixed loss counts padding"};
lesson::Knob<bool> read_padding{"read-padding", false, "wrong turn: the fixed encoder gets no lengths"};
lesson::Knob<bool> multiply{"multiply", false, "wrong turn: a mask that only multiplies the losses"};
lesson::Knob<bool> attend_padding{"attend-padding", false, "wrong turn: attention looks at padding too"};
lesson::Knob<bool> one_state{"one-state", false, "the last step's network without attention"};
lesson::Knob<bool> mended{"mended", false, "mend what is wrong on purpose"};
lesson::Knob<double> lr{"lr", 0.015, "step size of Adam", lesson::at_least{0}};
lesson::Knob<int> hidden_units{"hidden", 32, "hidden units H of each LSTM", lesson::at_least{1}};
lesson::Knob<int> epochs_given{"epochs", 0, "times through the training pairs (0: 20)", lesson::at_least{0}};

// %% [markdown]
// ## The words
//
// We take sixty common English words, and make typos of them from the seed. A typo has one mistake:
// two neighbours swapped, a letter dropped, doubled, or replaced by its neighbour on the keyboard.
// Each word also stands in the list as it is: a corrector must leave right words alone. We shuffle the
// pairs. Of every six, two are *held out*: no network trains on them. No typo is in both parts, but
// nearly every word is. So we ask for unknown typos of known words.
//
// A network reads and writes numbers, so each letter gets an *id*. Three symbols join the letters:
// `<pad>` fills up, `<start>` begins a word, `<end>` ends it. The longest typo has ten letters, and
// the longest word has nine and its `<end>`.

// %%
using lesson::Pair;                          // a typo and its word
using Rows = std::vector<std::vector<int>>;  // ids
const int pad_id = 0, start_id = 1, end_id = 2;
const int longest = 10;

const lesson::Alphabet& letters() {
  static const lesson::Alphabet all("abcdefghijklmnopqrstuvwxyz",
                                    {{"pad", pad_id}, {"start", start_id}, {"end", end_id}});
  return all;
}

struct Corpus {
  std::vector<Pair> train, held_out;
};

const Corpus& corpus() {
  static const Corpus made = [] {
    tg::manual_seed(static_cast<std::uint64_t>(lesson::seed()));
    Corpus parts;
    int place = 0;
    for (const Pair& pair : lesson::made_pairs(lesson::common_words(60), 6))
      (place++ % 6 < 4 ? parts.train : parts.held_out).push_back(pair);
    return parts;
  }();
  return made;
}

// %% [markdown]
// ## The model, and how it is taught
//
// An LSTM reads one letter at a time and carries two vectors of $H$ numbers: $h$, which it shows, and
// $c$, which it remembers. After the last letter of the typo, the second encoder layer hands its $h$
// and $c$ to the decoder. These $2H$ numbers are all that the decoder learns of the typo. Then it
// writes: at each step it reads the letter before, and gives a score to each of the $C$ ids. A
// *softmax* turns scores into probabilities.
//
// In training we know the right word, and the decoder reads *its* letters, whatever it would have
// written itself. This is called *teacher forcing*. What the decoder reads is what it must say, moved
// by one step: it reads `<start>` and must say the first letter, and it reads the last letter and must
// say `<end>`. Where a word is over, both are padding.
//
// ```
// reads   <start>  t  h  e  <pad>  <pad>
// says    t  h  e  <end>  <pad>  <pad>
// mask    1  1  1  1  0  0
// ```
//
// Once trained, the decoder reads what it has written itself: the id with the highest score, until it
// says `<end>`. This is *greedy decoding*. A word counts as right when all of its letters are. (In training
// the decoder never reads its own mistakes; in use it does. Lesson 3 has more on this *exposure bias*.)

// %%
enum class Place { after, before };

// How to train: where padding stands, and what is told of it.
struct Scheme {
  int more = -1;              // padded steps beyond the longest word; -1: each batch is as wide as it must be
  bool lengths = true;        // the encoder is told how long each typo is
  bool masked = true;         // the loss leaves padding out
  Place typo = Place::after;  // where the padding of the typos stands
  int before_start = 0;       // padded steps that the decoder reads before <start>
  bool ends = true;           // the mask selects <end>
  bool attends = false;
  auto operator<=>(const Scheme&) const = default;
};

// Mask and lengths: the right way. (Its flags break it.)
Scheme the_fix(int more = -1) { return {.more = more, .lengths = !read_padding, .masked = !count_padding}; }

// Rows as a rectangle [B,width], filled up with <pad>. A longer row makes it wider.
tg::Indices padded(const Rows& rows, Place place, int width) {
  auto wide = static_cast<std::size_t>(width);
  for (const auto& row : rows) wide = std::max(wide, row.size());
  std::vector<int> ids;
  for (auto row : rows) {
    row.insert(place == Place::before ? row.begin() : row.end(), wide - row.size(), pad_id);
    ids.insert(ids.end(), row.begin(), row.end());
  }
  return tg::Indices({static_cast<int>(rows.size()), static_cast<int>(wide)}, std::move(ids));
}

// Each row with `count` padded steps at one end, which belong to it from now on.
Rows lengthened(Rows rows, Place place, int count) {
  for (auto& row : rows)
    row.insert(place == Place::before ? row.begin() : row.end(), static_cast<std::size_t>(count), pad_id);
  return rows;
}

// What the encoder reads, and what the decoder reads and must say.
struct Texts {
  Rows typos, reads, says;
};

Texts texts_of(const std::vector<Pair>& pairs) {
  Texts texts;
  for (const Pair& pair : pairs) {
    texts.typos.push_back(letters().encode(pair.typo));
    texts.says.push_back(letters().encode(pair.word));
    texts.reads.push_back(texts.says.back());
    texts.reads.back().insert(texts.reads.back().begin(), start_id);
    texts.says.back().push_back(end_id);
  }
  return texts;
}

struct Batch {
  tg::Indices typos;         // [B,S]
  std::vector<int> lengths;  // of the typos; empty where the encoder is not told
  tg::Indices reads, says;   // [B,T]
};

Batch batch_of(const Texts& texts, const Scheme& scheme) {
  const int width = scheme.more < 0 ? 0 : longest + scheme.more;
  std::vector<int> lengths;
  if (scheme.lengths)
    for (const auto& row : texts.typos) lengths.push_back(static_cast<int>(row.size()));
  const auto word = [&](const Rows& rows) {
    return padded(lengthened(rows, Place::before, scheme.before_start), Place::after, width);
  };
  return {padded(texts.typos, scheme.typo, width), lengths, word(texts.reads), word(texts.says)};
}

// %% [markdown]
// Ids go into the LSTMs as *one-hot* vectors: $C$ numbers, 1 at the id and 0 elsewhere. The switch
// `attends` is for the last step; until then it is off.

// %% tags=["unfolded"]
// What the encoder has made of the typos.
struct Reading {
  tg::Tensor shown;         // h of the second layer at each step, [B,S,H]
  tg::nn::LSTMState state;  // its last h and c, [B,H] both
  tg::Tensor real;          // 1 at letters, [B,1,S]; undefined where the encoder is not told
};

struct Speller {
  int classes;
  bool attends;
  tg::nn::LSTM first, second, decoder;
  tg::nn::Dense query, readout;

  Speller(int class_count, int hidden, bool attention)
      : classes(class_count),
        attends(attention),
        first(classes, hidden),
        second(hidden, hidden),
        decoder(classes, hidden),
        query(hidden, hidden),
        readout(attention ? 2 * hidden : hidden, classes) {}

  Reading read(const tg::Indices& typos, const std::vector<int>& lengths) const {
    const tg::nn::LSTMOptions options = {.lengths = lengths};
    const tg::nn::LSTMOutput top = second(first(tg::one_hot(typos, classes), options).sequence, options);
    const int B = typos.dim(0), S = typos.dim(1);
    tg::Tensor real;
    if (!lengths.empty() && !attend_padding) real = tg::reshape(tg::sequence_mask(lengths, S), {B, 1, S});
    return {top.sequence, top.state, real};
  }

  struct Written {
    tg::Tensor h;             // of the decoder, [B,T,H]
    tg::Tensor scores;        // [B,T,C]
    tg::nn::LSTMState state;  // after the last letter
  };
  // Reads letters [B,T], and scores what comes after each.
  Written write(const Reading& typo, const tg::Indices& ids, const tg::nn::LSTMState& from) const {
    const tg::nn::LSTMOutput out = decoder(tg::one_hot(ids, classes), {.initial_state = from});
    const tg::Tensor& h = out.sequence;
    return {h, readout(attends ? tg::concat({h, seen(typo, h, typo.shown)}, -1) : h), out.state};
  }
  // For each step of the decoder the weighted mean of values [B,S,..], one for each step of the typo.
  tg::Tensor seen(const Reading& typo, const tg::Tensor& h, const tg::Tensor& values) const {
    return tg::attention(query(h), typo.shown, values, {.mask = typo.real});
  }

  tg::nn::Parameters parameters() const {
    tg::nn::Parameters all = {{"first", first},
                              {"second", second},
                              {"decoder", decoder},
                              {"readout", readout}};
    return attends ? tg::nn::Parameters{{"all", all}, {"query", query}} : all;
  }
};

// Teacher forcing: [B,T,C]
tg::Tensor scores_of(const Speller& model, const Batch& batch) {
  const Reading typo = model.read(batch.typos, batch.lengths);
  return model.write(typo, batch.reads, typo.state).scores;
}

// Greedy decoding: the word that the model writes for each typo.
std::vector<std::string> written(const Speller& model, const Batch& batch, int before_start = 0) {
  const tg::NoGrad off;
  const Reading typo = model.read(batch.typos, batch.lengths);
  const int count = batch.typos.dim(0);
  tg::nn::LSTMState state = typo.state;
  const Rows none(static_cast<std::size_t>(count));
  if (before_start > 0) state = model.write(typo, padded(none, Place::after, before_start), state).state;
  std::vector<int> last(none.size(), start_id);
  Rows ids = none;
  for (int t = 0; t < longest + 4; ++t) {
    const Speller::Written step = model.write(typo, tg::Indices({count, 1}, last), state);
    state = step.state;
    last = tg::argmax(step.scores, -1).values();
    for (std::size_t i = 0; i < last.size(); ++i) ids[i].push_back(last[i]);
  }
  std::vector<std::string> words;
  for (const auto& row : ids)
    words.push_back(letters().decode({row.begin(), std::find(row.begin(), row.end(), end_id)}));
  return words;
}

// The share of these words that a model writes rightly, padded as in a scheme.
double words_right(const Speller& model, const Scheme& scheme,
                   const std::vector<Pair>& pairs = corpus().held_out) {
  return lesson::share_of_words_right(written(model, batch_of(texts_of(pairs), scheme), scheme.before_start),
                                      pairs);
}

// %% [markdown]
// The loss of a position is the *cross-entropy* $-\ln p$, where $p$ is the probability that the model
// gives to the right id. Its unit is called the *nat*. An *epoch* is once through all training pairs.

// %% tags=["unfolded"]
// 1 where an id is a letter or a mark, 0 where it is padding: [B,T]
tg::Tensor mask_of(const tg::Indices& ids, bool ends = true) {
  std::vector<tg::Real> mask;
  for (const int id : ids.values()) mask.push_back(id == pad_id || (id == end_id && !ends) ? 0 : 1);
  return {ids.shape(), mask};
}

// The mean over all positions, or over those that the mask selects.
tg::Tensor loss_of(const Speller& model, const Batch& batch, const Scheme& scheme) {
  const tg::Tensor scores = scores_of(model, batch);
  if (!scheme.masked) return tg::cross_entropy(scores, batch.says);
  return tg::cross_entropy(scores, batch.says, {.mask = mask_of(batch.says, scheme.ends)});
}

using Plan = std::vector<std::vector<int>>;  // the batches of a training, as places in the training pairs

Plan shuffled(int epochs) {
  Plan plan;
  for (int epoch = 0; epoch < epochs; ++epoch)
    for (const auto& batch : lesson::batches(static_cast<int>(corpus().train.size()), 16))
      plan.push_back(batch);
  return plan;
}

Speller untrained(int seed, bool attends = false) {
  tg::manual_seed(static_cast<std::uint64_t>(seed));
  return Speller(letters().size(), hidden_units, attends);
}

void train(const Speller& model, const Scheme& scheme, const Plan& plan) {
  tg::optim::Adam adam(model.parameters(), {.lr = lr});
  for (const std::vector<int>& items : plan) {
    std::vector<Pair> pairs;
    for (const int item : items) pairs.push_back(corpus().train[static_cast<std::size_t>(item)]);
    const tg::Tensor loss = loss_of(model, batch_of(texts_of(pairs), scheme), scheme);
    adam.zero_grad();
    loss.backward();
    tg::optim::clip_grad_norm(model.parameters(), 1);
    adam.step();
  }
}

int epochs_wanted() { return epochs_given ? epochs_given.value() : 20; }

// The same settings give the same network, so nothing is trained twice.
const Speller& trained(const Scheme& scheme, int seed, int epochs = epochs_wanted()) {
  static std::map<std::tuple<Scheme, int, int, double, int>, Speller> known;
  const auto settings = std::tuple(scheme, seed, epochs, lr.value(), hidden_units.value());
  if (const auto found = known.find(settings); found != known.end()) return found->second;
  const Speller model = untrained(seed, scheme.attends);
  train(model, scheme, shuffled(epochs));
  return known.insert({settings, model}).first->second;
}

// %% [markdown]
// ## A loss that looks good
//
// We train one network for three epochs, with no thought of padding: everything is padded after its end,
// to ten steps beyond the longest word, the encoder reads the padding, and every position counts in the
// loss. Then we look at the held-out pairs, at the mean loss of a position, and at how often the right id
// has the highest score. Guessing costs $\ln 29 = 3.37$ nats.

// %%
lesson::Diagram encoder_decoder() {
  lesson::Diagram diagram("encoder_decoder",
                          "Padding gets in at two places: the encoder must be told the lengths, the loss "
                          "must be given a mask.");
  const int typo = diagram.box(0, 1, "typo", {.round = true, .note = "[B,S]"}),
            first = diagram.box(1, 1, "encoder 1"), second = diagram.box(2, 1, "encoder 2"),
            state = diagram.box(3, 1, "h, c", {.round = true}), decoder = diagram.box(3, 2, "decoder"),
            dense = diagram.box(4, 2, "Dense", {.note = "[B,T,C]"}), loss = diagram.box(5, 2, "loss"),
            lengths = diagram.box(1.5, 0, "lengths", {.strong = true, .round = true}),
            reads = diagram.box(2, 2, "<start>the", {.round = true, .note = "[B,T]"}),
            mask = diagram.box(5, 1, "mask", {.strong = true, .round = true}),
            says = diagram.box(5, 3, "the<end>", {.round = true, .note = "[B,T]"});
  const std::vector<std::pair<int, int>> flow = {{typo, first},    {first, second}, {second, state},
                                                 {decoder, dense}, {dense, loss},   {reads, decoder},
                                                 {says, loss}};
  for (const auto& [from, to] : flow) diagram.arrow(from, to);
  diagram.arrow(state, decoder, {.label = "2H numbers"});
  for (const auto& [from, to] : {std::pair(lengths, first), {lengths, second}, {mask, loss}})
    diagram.arrow(from, to, {.strong = true});
  return diagram;
}

// Padding is counted in the loss, or masked; the encoder reads it in both.
Scheme counted(int more, Place typo = Place::after) {
  return {.more = more, .lengths = mended, .masked = mended, .typo = mended ? Place::after : typo};
}
Scheme masked(int more, Place typo = Place::after) {
  return {.more = more, .lengths = mended, .typo = mended ? Place::after : typo};
}
const int few_epochs = 3;

// The held-out pairs, padded as in a scheme.
Batch held_out(const Scheme& scheme) { return batch_of(texts_of(corpus().held_out), scheme); }

// A number for each position, [B,T].
struct Scored {
  tg::Tensor losses, right, mask;
  double loss() const { return tg::mean(losses).item(); }
  double masked_loss() const { return tg::masked_mean(losses, mask).item(); }
};

Scored scored(const Speller& model, const Batch& batch) {
  const tg::NoGrad off;
  const tg::Tensor scores = scores_of(model, batch);
  const tg::Indices best = tg::argmax(scores, -1);
  std::vector<tg::Real> right;
  for (std::size_t i = 0; i < best.values().size(); ++i)
    right.push_back(best.values()[i] == batch.says.values()[i] ? 1 : 0);
  return {tg::cross_entropy(scores, batch.says, {.reduction = tg::Reduction::none}),
          {batch.says.shape(), right},
          mask_of(batch.says)};
}

// %%
STEP("A loss that looks good") {
  lesson::show(encoder_decoder());
  const Scheme scheme = counted(padding / 2);
  const Speller& model = trained(scheme, lesson::seed(), few_epochs);
  Batch batch = held_out(scheme);
  const Scored demo = scored(model, batch);
  const double all_right = tg::mean(demo.right).item();
  lesson::say(
      "{} training pairs, {} held out. The loss is {:.2f} nats, and {:.0f}% of the positions are right.",
      corpus().train.size(), corpus().held_out.size(), demo.loss(), 100 * all_right);
  const double words = lesson::predict("Of the held-out words, how many does this network write rightly?",
                                       [&] { return words_right(model, scheme); }, {.percent = true});

  std::vector<lesson::Row> rows;
  std::vector<double> all, masked;
  for (const int more : {0, padding / 4, padding / 2, padding.value(), 2 * padding}) {
    const Batch wider = held_out({.more = more});
    batch.reads = wider.reads, batch.says = wider.says;  // the typos stay
    const Scored result = scored(model, batch);
    all.push_back(result.loss()), masked.push_back(result.masked_loss());
    rows.push_back({more, all.back(), lesson::percent(tg::mean(result.right).item()), masked.back(),
                    lesson::percent(tg::masked_mean(result.right, result.mask).item())});
  }
  lesson::say("\nThe same network and words, with more padding or less after each word\n");
  lesson::table({"padded steps added", "loss, all", "right, all", "loss, letters", "right, letters"}, rows);
  lesson::claim("this network has more than half of all positions right, and fewer than one word in ten",
                all_right > 0.5 && words < 0.1, lesson::fails_with("--mended"));
  lesson::claim("more padding takes more than a third off its loss over all positions",
                all.back() < 2 * all.front() / 3, lesson::fails_with("--padding 0"));
  lesson::claim("its loss of letters and <end> is the same with any padding, to a millionth",
                *std::max_element(masked.begin(), masked.end()) <
                    (1 + 1e-6) * *std::min_element(masked.begin(), masked.end()));
}

// %% [markdown]
// In the demo most positions are padding, and padding is easy: after `<end>` and after `<pad>` comes
// `<pad>`. So the loss over all positions is little more than the loss of the letters times their share of
// the positions. It falls when we add padding, and no network gets better by that. ("Letters" in the table
// are letters and `<end>`.) A loss that leaves padding out does not move. This is what the asker wants.
//
// ## Two ways to divide
//
// A *mask* $m$ is 1 at letters and `<end>`, and 0 at padding. Let $l$ be the losses of the positions. Two
// formulas look alike: the mean of $l \cdot m$ over all positions, and
//
// $$ L = \frac{\sum l \, m}{\sum m} $$
//
// Take four letters with the losses 1, 2, 3 and 0.5. Then comes padding, with a loss of 7 at each step.
// We also ask how much a letter counts: by how much the result rises when the loss of one letter rises
// by 1.

// %%
STEP("Two ways to divide") {
  std::vector<lesson::Row> rows;
  double with_two = 0, with_hundred = 0;
  for (const int extra : {0, 2, 20, 100}) {
    const tg::Tensor losses = tg::pad(tg::tensor({1, 2, 3, 0.5}), 0, 0, extra, 7).requires_grad(true);
    const tg::Tensor real = tg::pad(tg::ones({4}), 0, 0, extra),
                     m = count_padding ? tg::ones({4 + extra}) : real;
    const tg::Tensor a = tg::mean(losses * real), b = tg::sum(losses * m) / tg::sum(m);
    const auto counts = [&](const tg::Tensor& loss) { return tg::grad(loss, {losses})[0].at({0}); };
    rows.push_back({extra, a.item(), counts(a), b.item(), counts(b)});
    if (extra == 2) with_two = a.item();
    with_hundred = b.item();
  }
  lesson::predict("With two padded steps: what is the mean of l m over all positions?", with_two);
  lesson::table({"padded steps", "mean(l m)", "a letter counts", "sum(l m) / sum(m)", "a letter counts"},
                rows);
  lesson::claim("with a hundred padded steps sum(l m) / sum(m) is 6.5 / 4, the mean of the four letters",
                std::abs(with_hundred - 6.5 / 4) < 1e-6, lesson::fails_with("--count-padding"));
}

// %% [markdown]
// In the first formula a letter counts less, the more padding its batch has. (If all batches had the same
// share of padding, Adam would hardly notice: its steps do not depend on a constant factor. But the share
// differs from batch to batch.) The second formula is the answer's last line, and it is right.
//
// Which of the two does your framework use? With the mask of `mask_zero`, Keras 2.2.4 and Keras from 2.10
// on divide by the number of steps that count. Keras from 2.6 to 2.9 sets the losses of the others to 0
// and divides by the number of all steps. (Read.) PyTorch's `ignore_index` divides by the number of
// positions that it keeps. (Run.)
//
// ## What is the mask made from?
//
// `categorical_crossentropy` wants one-hot targets. So in the answer `y_true` has the shape [B, T, C]: at
// each position $C$ numbers, of which one is 1. The answer compares *those* with `PAD_ID`. We do the same
// with our `PAD_ID` of 0, and then with 1 and 2, which another program may have. At each position we count
// the ones among the $C$ = 29 entries of the mask.

// %%
// Keras' K.equal: 1 where an entry is this number.
tg::Tensor equals(const tg::Tensor& a, double number) { return (a >= number) * (a <= number); }

bool near(double a, double b, double relative = 1e-5) { return std::abs(a - b) <= relative * std::abs(b); }

// %%
STEP("The answer's mask") {
  const std::vector<Pair> pairs(corpus().held_out.begin(), corpus().held_out.begin() + 8);
  const Speller& model = trained(counted(padding / 2), lesson::seed(), few_epochs);
  const Batch batch = batch_of(texts_of(pairs), the_fix());
  const Scored result = scored(model, batch);
  const tg::Tensor target = tg::one_hot(batch.says, letters().size()),  // [B,T,C]
      column = 1 - tg::select(target, -1, pad_id);                      // [B,T]
  const auto answers_mask = [&](int id) { return mended ? column : 1 - equals(target, id); };
  const auto ones = [](const tg::Tensor& mask) { return tg::sum(mask, -1); };  // [B,T]
  lesson::predict(
      "y_true is one-hot. How many of the 29 entries of 1 - equal(y_true, 0) are 1 at a position?",
      tg::max(ones(1 - equals(target, 0))).item());
  const std::string refusal = lesson::error_of([&] { result.losses* answers_mask(pad_id); });
  lesson::say("loss {} times the answer's mask {}: {}\n", result.losses.shape(), answers_mask(pad_id).shape(),
              refusal);

  std::vector<lesson::Row> rows;
  bool all_plain = true;
  for (const int id : {0, 1, 2}) {
    const tg::Tensor mask = answers_mask(id), entries = mended ? mask : ones(mask);
    // The losses [B,T,1] times the mask, summed over its last axis.
    const double loss = (tg::sum(result.losses * entries) / tg::sum(mask)).item();
    all_plain = all_plain && near(loss, result.loss());
    rows.push_back({fmt::format("PAD_ID = {}, loss made [B,T,1]", id), tg::min(entries).item(),
                    tg::max(entries).item(), loss});
  }
  const double by_column = (tg::sum(result.losses * column) / tg::sum(column)).item();
  rows.push_back({"no mask", "", "", result.loss()});
  rows.push_back({"1 - y_true[:, :, PAD_ID]", 0, 1, by_column});
  lesson::table({"the mask", "fewest ones", "most ones", "loss"}, rows);
  lesson::claim("the answer's mask has an axis too many, and the product is refused",
                refusal.starts_with("[mul]"), lesson::fails_with("--mended"));
  lesson::claim("made to fit, it masks nothing, whatever the id: the loss is the plain mean", all_plain,
                lesson::fails_with("--mended"));
  lesson::claim("the column of <pad> gives the loss that cross_entropy gives under a mask from ids",
                near(by_column, loss_of(model, batch, the_fix()).item()),
                lesson::fails_with("--count-padding"));
}

// %% [markdown]
// Three ids, three masks, and no masking: at each position the same number of entries is 1, so all positions
// count alike. As published, the product is an error. (PyTorch says so too; run. Keras lines shapes up in
// the same way; read.) The trap is the next step. If you add an axis to make it fit, the code runs, and it
// masks nothing.
//
// With ids as targets, [B, T], compare the ids. With one-hot targets take the column of the padding.
//
// ## What stands under the mask?
//
// A model may compute anything at padding, also an infinity or a NaN (*not a number*), from a logarithm
// of 0 or from memory that nobody set. The mask is 0 there, but 0 times NaN is NaN. So choose by the mask
// instead of multiplying. It matters *when* one chooses.
//
// Take three positions with scores for four classes. The third is padding, and its scores are NaN. We
// look at the loss and at its gradient by the twelve scores.

// %%
STEP("Not a number under the mask") {
  const tg::Indices labels = tg::indices({1, 3, 0});
  const tg::Tensor mask = tg::tensor({1, 1, 0});
  const double nan = std::nan("");
  const tg::Tensor scores =
      tg::tensor({{1, 2, 0, 0}, {0, 0, 1, 3}, {nan, nan, nan, nan}}).requires_grad(true);
  const tg::Tensor losses = tg::cross_entropy(scores, labels, {.reduction = tg::Reduction::none});
  const tg::Tensor multiplied = tg::sum(losses * mask) / tg::sum(mask),
                   after = tg::sum(tg::where(mask, losses, 0)) / tg::sum(mask),
                   before = multiply ? multiplied : tg::cross_entropy(scores, labels, {.mask = mask});
  const auto lost = [&](const tg::Tensor& loss) {
    const tg::Tensor gradient = tg::grad(loss, {scores})[0];
    int count = 0;
    for (const tg::Real value : gradient.values()) count += std::isnan(value);
    return count;
  };
  lesson::predict("where(mask, loss, 0) gives a loss without NaN. How many of the 12 gradients are NaN?",
                  lost(after));
  lesson::table({"how the mask is used", "loss", "NaN in the gradient"},
                {{"loss * mask", multiplied.item(), lost(multiplied)},
                 {"where(mask, loss, 0)", after.item(), lost(after)},
                 {"scores chosen first, then the loss", before.item(), lost(before)}});
  lesson::claim("a product with the mask leaves NaN in the loss", std::isnan(multiplied.item()));
  lesson::claim("a choice after the loss saves the loss and not the gradient",
                !std::isnan(after.item()) && lost(after) > 0);
  lesson::claim("a choice before the loss saves both", !std::isnan(before.item()) && lost(before) == 0,
                lesson::fails_with("--multiply"));
}

// %% [markdown]
// The second row is a trap: the loss looks healthy. On the way back, the chain rule multiplies the 0 that
// comes from `where` by the derivative of the loss before it, which is NaN. The losses of this library
// choose first. Keras 3 multiplies. (Read.) PyTorch's `where` and its `ignore_index` leave these four NaN in
// the gradient; choosing the rows of `scores` first, by `scores[mask]`, leaves none. (Run.)
//
// ## A mask on the loss is no mask on the state
//
// The loss is settled. But an LSTM *reads* the padding that it is given, and each `<pad>` changes $h$ and
// $c$. The encoder hands on its last state, and a mask on the loss does not change that state. What helps
// are *lengths*: the LSTM is told how many steps are real, and stops there.
//
// We train networks the right way, with mask and lengths, so that their encoders never meet padding. Then
// $k$ padded steps are added to every text, and read as letters are. They stand at one of four places: in
// the typo, after or before it; or in what the decoder reads and says, before `<start>` or after `<end>`.
// The asker thinks of the last two. We look at the loss of the letters alone. And we look at how far the
// encoder's last $h$ moves: the norm of the difference, as a share of the norm of $h$.

// %%
// The mean over rows of how far a lies from b, as a share of b's norm.
double distance(const tg::Tensor& a, const tg::Tensor& b) {
  return tg::mean(tg::norm(a - b, -1) / tg::norm(b, -1)).item();
}

// %%
STEP("Four places for padding") {
  const Texts plain = texts_of(corpus().held_out);
  lesson::Measurements cost("masked loss in nats, with k padded steps", {.decimals = 1}),
      moved("how far the encoder's last h moves", {.percent = true});
  double most_with_lengths = 0, least_cost = 100, most_after_end = 0;
  for (const int seed : lesson::seeds(1, 5, 10)) {
    const Speller& model = trained(the_fix(), seed);
    const tg::NoGrad off;
    const auto state = [&](const Batch& batch) { return model.read(batch.typos, batch.lengths).state.h; };
    const auto loss = [&](const Texts& texts) { return loss_of(model, batch_of(texts, {}), {}).item(); };
    const tg::Tensor alone = state(batch_of(plain, {}));
    for (const int k : {0, 2, 5, 20}) {
      for (const Place place : {Place::after, Place::before}) {
        const bool after = place == Place::after;
        const auto longer = [&](const Rows& rows) { return lengthened(rows, place, mended ? 0 : k); };
        Texts typo = plain, word = plain;
        typo.typos = longer(plain.typos);
        word.reads = longer(plain.reads), word.says = longer(plain.says);
        const double in_typo = loss(typo), in_word = loss(word);
        cost.add(after ? "typo, after" : "typo, before", k, in_typo);
        cost.add(after ? "word, after <end>" : "word, before <start>", k, in_word);
        moved.add(after ? "typo, after" : "typo, before", k, distance(state(batch_of(typo, {})), alone));
        if (after) most_after_end = std::max(most_after_end, std::abs(in_word / loss(plain) - 1));
        if (k >= 5)
          least_cost = std::min({least_cost, in_typo / loss(plain), after ? 100 : in_word / loss(plain)});
      }
      moved.add("typo, after, with lengths", k, distance(state(batch_of(plain, the_fix(k))), alone));
    }
    most_with_lengths = std::max(most_with_lengths, moved.values("typo, after, with lengths", 20).back());
  }
  std::vector<double> most;
  for (const std::string& row : cost.rows()) most.push_back(cost.median(row, 20));
  lesson::predict("One of the four places costs nothing. Which?",
                  {"typo, after", "word, after <end>", "typo, before", "word, before <start>"},
                  static_cast<int>(std::min_element(most.begin(), most.end()) - most.begin()));
  cost.table("padding in the");
  moved.table("padding in the");
  lesson::claim("padding after <end> changes the masked loss of no network by a millionth",
                most_after_end < 1e-6);
  lesson::claim("five padded steps or more at any other place cost each network half as much loss again",
                least_cost > 1.5, lesson::fails_with("--mended"));
  lesson::claim("with lengths, padding after the typo does not move the state by a millionth of its norm",
                most_with_lengths < 1e-6, lesson::fails_with("--read-padding"));
}

// %% [markdown]
// An LSTM cannot see the future. What comes after `<end>` in the decoder comes after everything that
// counts, so it changes no letter's score, and the mask removes its own loss. So padding after the end is
// safe, *in the decoder*. Padding before `<start>` is not: it comes between the state that is handed over
// and the first letter. In the encoder no place is safe, because the *last* state is handed on, and all
// that was read has changed it.
//
// The encoders of these networks had never met padding. Networks that are trained with it can perhaps learn
// to ignore it: step 7 tries that.
//
// ## The fix
//
// Lengths and mask both come from ids; padding stands after the end on both sides:
//
// ```cpp
// second(first(tg::one_hot(typos, C), {.lengths = lengths}) ..)    // 1. padding is not read
// const tg::Tensor mask = mask_of(says);                           // 2. from ids, [B,T]
// tg::cross_entropy(scores, says, {.mask = mask})                  // 3. sum(l m) / sum(m)
// ```
//
// Where padding comes after the end, `tg::sequence_mask(lengths, T)` makes the mask from the lengths of the
// words, `<end>` included. In Keras lengths are a mask, too: `Embedding(C, 32, mask_zero=True)`, or
// `LSTM(..)(x, mask=mask)`. (Read.) PyTorch has `pack_padded_sequence` (see "Further").
//
// We run the demo again. The fixed network is shown after as many epochs as the network of the demo, and
// at the end of its training.

// %%
STEP("The same demo, fixed") {
  lesson::Measurements runs("held-out pairs");
  runs.column("epochs", {.decimals = 0});
  runs.column("words right", {.percent = true});
  double widest = 0;
  for (const int seed : lesson::seeds(1, 5, 10)) {
    const auto add = [&](const char* name, const Scheme& scheme, int epochs) {
      const Speller& model = trained(scheme, seed, epochs);
      const tg::NoGrad off;
      runs.add(name, "epochs", epochs);
      runs.add(name, "words right", words_right(model, scheme));
      runs.add(name, "the loss it reports", loss_of(model, held_out(scheme), scheme).item());
      runs.add(name, "its masked loss", scored(model, held_out(scheme)).masked_loss());
    };
    add("padding counted", counted(padding / 2), few_epochs);
    add("mask and lengths", the_fix(), few_epochs);
    add("the same, longer", the_fix(), epochs_wanted());
    const tg::NoGrad off;
    const auto loss = [&](int more) {
      return loss_of(trained(the_fix(), seed), held_out(the_fix(more)), the_fix()).item();
    };
    widest = std::max<double>(widest, std::abs(loss(50) / loss(0) - 1));
  }
  runs.table("trained with");
  const auto ends = [&](const char* row, const char* column) { return runs.spread(row, column); };
  lesson::claim(
      "three epochs, padding counted: each network reports a lower loss than any fixed one, and has a higher "
      "masked loss",
      ends("padding counted", "the loss it reports").high <
              ends("mask and lengths", "the loss it reports").low &&
          ends("padding counted", "its masked loss").low > ends("mask and lengths", "its masked loss").high,
      lesson::fails_with("--mended"));
  lesson::claim("fixed, the loss of each network is the same at any width, to a millionth", widest < 1e-6,
                lesson::fails_with("--count-padding"));
}

// %% [markdown]
// By the losses that they report, the networks with padding counted look far better. By the masked loss,
// which can be compared, they are worse. And the fixed loss does not depend on the width of the
// rectangles, so it is best to pad each batch only as far as it needs: more would only cost time.
//
// ## How much padding?
//
// Now we train, and let the networks get used to their padding. Who is right depends on how much padding
// there is. So we add 0, 5, 10 and 20 steps beyond the longest word. (With 0 the shorter words still need
// padding.) There are these ways to train, all with the same pairs and epochs:
//
// - padding is *counted* in the loss, or *masked* (from ids, as the answer means it);
// - the encoder *reads* it *after* the typo, if we take the answer's advice for the encoder, too, or *before*
//   the typo, as the asker has it, or it is told the *lengths*. Mask and lengths are the fix. Its loss does
//   not depend on the width, so it is trained once.
// - *before `<start>`*: the encoder is told the lengths, and the decoder reads 0, 5, 10 or 20 padded steps
//   before `<start>`, in training and in use.
//
// *Words right* are those held-out words that are written letter by letter as they should be. The second
// table takes networks that were trained with the most padding before the typo, and uses them with less.

// %%
std::vector<int> paddings() {
  std::vector<int> all = {0, padding / 4, padding / 2, padding};
  if (lesson::quick()) all = {0, padding};
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

// %%
STEP("Padding, swept") {
  lesson::Measurements right("words right, by padded steps added", {.percent = true}),
      used(fmt::format("words right, trained with {} padded steps before the typo", padding.value()),
           {.percent = true});
  const int most = paddings().back(), half = most / 2;
  for (const int seed : lesson::seeds(1, 5, 10)) {
    for (const int more : paddings()) {
      const auto add = [&](const char* name, const Scheme& scheme) {
        right.add(name, more, words_right(trained(scheme, seed), scheme));
      };
      if (!lesson::quick()) {
        add("counted, read after", counted(more));
        add("counted, read before", counted(more, Place::before));
        add("counted, with lengths", {.more = more, .masked = false});
      }
      add("masked, read after", masked(more));
      add("masked, read before", masked(more, Place::before));
      add("masked, before <start>", {.before_start = mended ? 0 : more});
      add("mask and lengths", the_fix(read_padding ? more : -1));
    }
    const Scheme before = masked(most, Place::before);
    const auto use = [&](const char* name, Scheme scheme, int more) {
      scheme.more = more;
      used.add("it reads", name, words_right(trained(before, seed), scheme));
    };
    use("as many", before, most);
    use("half as many", before, half);
    use("none", {}, -1);
  }
  lesson::predict("The most padding, after the typo: masked in the loss, read by the encoder. Words right?",
                  right.median("masked, read after", most), {.percent = true});
  right.table();
  lesson::Figure figure(
      "right_and_padding",
      "Padding between reading and writing decides. In front of the typo it costs fewer words, "
      "with lengths none.");
  figure.axes({.x = "padded steps added", .y = "words right", .y_range = {.low = 0, .high = 1}});
  for (const std::string& row : right.rows()) {
    if (!row.starts_with("mask")) continue;  // the table has the others
    std::vector<double> middle, low, high;
    for (const int more : paddings()) {
      const lesson::Spread spread = right.spread(row, more);
      middle.push_back(spread.median), low.push_back(spread.low), high.push_back(spread.high);
    }
    figure.line(row, paddings(), middle);
    figure.band(row, paddings(), low, high);
  }
  lesson::show(figure);
  lesson::predict("Trained with the most padding before the typo, masked; used with none. Words right?",
                  used.median("it reads", "none"), {.percent = true});
  used.table();
  const auto median = [&](const char* row, int more) { return right.median(row, more); };
  const double least_fixed = right.spread("mask and lengths", most).low;
  lesson::claim(
      "most padding, after the typo or before <start>: no network gets half as many words as any fixed one",
      std::max(right.spread("masked, read after", most).high,
               right.spread("masked, before <start>", most).high) < 0.5 * least_fixed,
      lesson::fails_with("--mended"));
  lesson::claim("most padding, mask and lengths: each network gets more than half of its words right",
                least_fixed > 0.5, lesson::fails_with("--read-padding"));
  lesson::claim("most padding, masked: read before the typo, five times as many words are right as after it",
                median("masked, read before", most) > 5 * median("masked, read after", most),
                lesson::fails_with("--mended"));
  lesson::claim("without more padding the mask alone gets more than half of the fix's words, on either side",
                std::min(median("masked, read after", 0), median("masked, read before", 0)) >
                    0.5 * median("mask and lengths", 0));
  const double with_half = used.median("it reads", "half as many");
  lesson::claim(
      "trained with most padding before the typo: used with half of it, nearly as many words are right",
      with_half > 0.8 * used.median("it reads", "as many"));
  lesson::claim("trained with most padding before the typo: used with none, fewer words are right",
                used.median("it reads", "none") < 0.8 * with_half, lesson::fails_with("--mended"));
  const char
      *const halved = "most padding, read before the typo: counted, half as many words are right as masked",
             *const lengths =
                 "most padding, counted: with lengths, five times as many words are right as read after";
  if (lesson::quick())
    for (const char* claim : {halved, lengths})
      lesson::skip_claim(claim, "--quick does not train with padding counted");
  if (lesson::quick()) return;
  lesson::claim(halved, median("counted, read before", most) < 0.5 * median("masked, read before", most),
                lesson::fails_with("--mended"));
  lesson::claim(lengths, median("counted, with lengths", most) > 5 * median("counted, read after", most),
                lesson::fails_with("--mended"));
}

// %% [markdown]
// Read the table from the right, where there is most padding.
//
// - *After the typo* or *before `<start>`*, padding stands between the last letter that is read and the
//   first that is written. With much of it the networks learn next to nothing in this time. No mask on the
//   loss changes that. (With `--epochs 50`, in the median, most words are right with 5 such steps, less than
//   a quarter with 20.)
// - *Before the typo* the encoder reads as much padding. With the mask most words are right. So what does
//   the harm is not padding as such, but padding in between. The asker's own side was the better one here.
//   The amount may change when the network is used, but with none it gets fewer words right: it has learned
//   to begin from the state that some padded steps lead to.
// - *With lengths* no padding is read, and most words are right at any width.
// - *Counted* in the loss, padding makes learning slower, most where the encoder reads it before the typo.
//   With lengths it costs few words. (With `--epochs 50` most words are right in both.) And the loss that is
//   reported cannot be compared with another.
//
// Now look at the left column. With no more padding than the longest word needs, the mask alone learns well
// on either side. There the answer's advice is good enough.
//
// So the loss should have its mask. But what decides is the encoder: tell it the lengths.
//
// ## Attention
//
// One handicap is left that no mask cures: the whole typo must fit into the $2H$ numbers that are handed
// over. The cure is *attention*: at each step the decoder also gets a weighted mean of what the encoder has
// shown at every letter of the typo. A Dense layer makes a *query* $q$ from the decoder's $h$. What the
// encoder has shown are $k_1 .. k_S$. The better $k_t$ fits $q$, the larger is its weight $a_t$:
//
// $$ a_t = \frac{e^{q \cdot k_t / \sqrt{H}}}{\sum_j e^{q \cdot k_j / \sqrt{H}}}, \quad
// \mathrm{seen} = \sum_t a_t k_t $$
//
// The sums go over the letters only: padding needs a mask here, too. The last layer reads $h$ and what
// was seen. (In `Speller` these are `seen` and the last line of `write`.)
//
// Beside the two networks stand two lazy correctors. *Leave it* writes the typo as it is. *Nearest word*
// writes the known word with the smallest *edit distance*: the number of letters to insert, drop or
// change. It is strong, since it is given the list of words. A network that writes letter by letter must
// learn them.

// %%
Scheme attentive() {
  Scheme scheme = the_fix();
  scheme.attends = !one_state;
  return scheme;
}

// %%
STEP("Attention") {
  lesson::Measurements right("held-out words right", {.percent = true});
  const std::vector<Pair>& pairs = corpus().held_out;
  const lesson::KnownWords known(corpus().train);
  std::vector<std::string> nearest;
  for (const Pair& pair : pairs) nearest.push_back(known.nearest(pair.typo).word);
  double widest = 0;
  for (const int seed : lesson::seeds(1, 5, 10)) {
    right.add("leave it", "words right", lesson::share_of_words_right(lesson::typos_of(pairs), pairs));
    right.add("nearest word", "words right", lesson::share_of_words_right(nearest, pairs));
    for (const int epochs : {epochs_wanted() / 2, epochs_wanted()}) {
      const auto add = [&](const char* name, const Scheme& scheme) {
        right.add(fmt::format("{}, {} epochs", name, epochs), "words right",
                  words_right(trained(scheme, seed, epochs), the_fix()));
      };
      add("mask and lengths", the_fix());
      add("and attention", attentive());
    }
    const tg::NoGrad off;
    const auto loss = [&](int more) {
      return loss_of(trained(attentive(), seed), held_out(the_fix(more)), {}).item();
    };
    widest = std::max<double>(widest, std::abs(loss(20) / loss(0) - 1));
  }
  right.table();

  // One typo, and two padded steps. Of values that are one-hot places, the weighted mean is the weights.
  const Speller& model = trained(attentive(), lesson::seed());
  const Pair pair = *std::find_if(pairs.begin(), pairs.end(), [](const Pair& each) {
    return each.typo.size() > each.word.size() && each.word.size() > 5;
  });
  const tg::NoGrad off;
  const Texts texts = texts_of({pair});
  Batch one = batch_of(texts, the_fix());
  const int S = one.typos.dim(1) + 2, T = one.says.dim(1);
  one.typos = padded(texts.typos, Place::after, S);
  const Reading typo = model.read(one.typos, one.lengths);
  std::vector<int> places;
  for (int s = 0; s < S; ++s) places.push_back(s);
  const tg::Tensor one_at_each = tg::one_hot(tg::Indices({1, S}, places), S),               // [1,S,S]
      weights = model.seen(typo, model.write(typo, one.reads, typo.state).h, one_at_each);  // [1,T,S]
  const auto symbols = [](const tg::Indices& ids) {
    std::vector<std::string> all;
    for (const int id : ids.values()) all.push_back(letters().symbol(id));
    return all;
  };
  lesson::Figure figure("attention",
                        "Where the decoder looks in the typo (columns) when it writes each letter (rows).");
  figure.heat_map(weights.values(), T, S,
                  {.row_names = symbols(one.says), .column_names = symbols(one.typos), .value = "weight"});
  lesson::show(figure);

  const auto median = [&](const char* name) {
    return right.median(fmt::format("{}, {} epochs", name, epochs_wanted() / 2), "words right");
  };
  lesson::claim("after half of the epochs, attention gets more words right, in the median",
                median("and attention") > median("mask and lengths"), lesson::fails_with("--one-state"));
  lesson::claim("with attention, the loss of each network is the same at any width, to a millionth",
                widest < 1e-6, lesson::fails_with("--attend-padding"));
}

// %% [markdown]
// With attention the networks learn faster. After all epochs little or nothing is left of the lead: the $2H$
// numbers can hold a short word. Sentences are longer. Attention was invented for them: Bahdanau and others
// show that without it the quality of a translation falls with the length of the sentence.
//
// In the picture, padding has the weight 0. Follow the largest weight from row to row. Where the decoder
// looks need not be the letter that it writes: what the encoder shows at a letter can hold the letters
// before it, too.
//
// Nearest word is hard to beat. It can only say words, and is told all of them. The program `spell` (last
// section) joins both.
//
// ## What the original answer got wrong, or left out
//
// Its last line, the sum of the masked losses over the sum of the mask, is right. So is its place for
// padding, in the *decoder*. A second look adds:
//
// - The mask is made from one-hot targets. As published it is an error; made to fit, it masks nothing.
// - `loss * mask` keeps a NaN that stands under the mask. A batch of padding alone is 0/0 ("Further").
// - It says nothing about the encoder. Much padding after the typo keeps the networks from learning.
// - "It should (not?) matter where the padding is": it matters wherever an LSTM reads padding that it is not
//   told of, most where the padding stands between reading and writing. With no more padding than the
//   longest word needs, it hardly does.
// - It says nothing about `<pad>` = `<end>`, and nothing about the groups ("Further").
// - Its loss is a mean over *letters*: a word of seven letters and its `<end>` counts twice as much as one
//   of three letters. If words should count the same, take each word's masked mean first. Neither is wrong,
//   but two programs that differ in this do not report the same number.
//
// ## Further
//
// ### A mask that selects too little
//
// Texts cut into windows, or a batch divided among machines, can leave a part that is all padding. Then
// $\sum m = 0$, and the answer's loss is 0/0, which is NaN. We look at the gradients of such a batch.
//
// The other mask that selects too little hides `<end>`. It comes of saving an id, and letting padding *be*
// the end, since both mean "nothing more". We ask the alphabet for that, and train with such a mask.

// %%
FURTHER("A mask that selects too little") {
  const Speller model = untrained(lesson::seed());
  Batch batch = batch_of(texts_of({corpus().train[0], corpus().train[1]}), the_fix());
  batch.says = padded(Rows(2), Place::after, batch.says.dim(1));
  const tg::Tensor mask = mask_of(batch.says), scores = scores_of(model, batch);
  const tg::Tensor losses = tg::cross_entropy(scores, batch.says, {.reduction = tg::Reduction::none});
  const tg::Tensor loss = tg::sum(losses * mask) / (mended ? tg::maximum(tg::sum(mask), 1) : tg::sum(mask));
  loss.backward();
  std::int64_t lost = 0;
  for (const auto& [name, weight] : model.parameters())
    for (const tg::Real value : weight.grad().values()) lost += std::isnan(value);
  lesson::say("On padding alone, {} of {} gradients are NaN.", lost, model.parameters().count());
  const std::string refusal =
      lesson::error_of([&] { tg::cross_entropy(scores, batch.says, {.mask = mask}); });
  lesson::say("cross_entropy says to this mask: {}", refusal);
  const std::string same_id = lesson::error_of([] {
    lesson::Alphabet("abcdefghijklmnopqrstuvwxyz", {{"pad", pad_id}, {"start", start_id}, {"end", pad_id}});
  });
  lesson::say("The alphabet says to <pad> = <end>: {}\n", same_id);

  lesson::Measurements right("held-out words right", {.percent = true});
  Scheme no_end = the_fix();
  no_end.ends = mended;
  for (const int seed : lesson::seeds(1, 5, 10)) {
    right.add("mask and lengths", "words right", words_right(trained(the_fix(), seed), the_fix()));
    right.add("the same, <end> masked", "words right", words_right(trained(no_end, seed), no_end));
  }
  right.table();
  lesson::claim("one batch of padding alone, by the answer's formula, makes every gradient NaN",
                lost == model.parameters().count(), lesson::fails_with("--mended"));
  lesson::claim("this library's losses refuse a mask that selects nothing",
                refusal.starts_with("[cross_entropy]"));
  lesson::claim("an alphabet in which padding and end share an id is refused",
                same_id.starts_with("[alphabet]"));
  lesson::claim("with <end> masked no network gets a tenth of the words right",
                right.spread("the same, <end> masked", "words right").high < 0.1,
                lesson::fails_with("--mended"));
}

// %% [markdown]
// A step along a gradient that is NaN makes the weight NaN, and the model is lost. Three cures are in use:
// refuse, as here; call the loss 0, as Keras 3 does (read); or divide by $\max(\sum m, 1)$. The second and
// third hide a batch that should not be there. If yours may be, skip it, and count how often. PyTorch's
// `ignore_index` gives NaN when nothing is left (run).
//
// A network that is never told to stop goes on writing.
//
// ### Groups by length
//
// The asker puts words of one length into one batch. Then the decoder needs no padding and no mask. But the
// asker trains on one group after the other: all epochs of the shortest words, then all of the next length.
// Beside it we *mix* the same batches: they come in random order. Both encoders get lengths.

// %%
// Batches of words of one length: all epochs of a group before the next one, or in random order.
Plan grouped(bool mixed, int epochs) {
  std::map<std::size_t, std::vector<int>> groups;
  for (std::size_t i = 0; i < corpus().train.size(); ++i)
    groups[corpus().train[i].word.size()].push_back(static_cast<int>(i));
  Plan plan;
  for (const auto& [length, group] : groups)
    for (int epoch = 0; epoch < epochs; ++epoch)
      for (std::vector<int> batch : lesson::batches(static_cast<int>(group.size()), 16)) {
        for (int& item : batch) item = group[static_cast<std::size_t>(item)];
        plan.push_back(batch);
      }
  if (!mixed) return plan;
  Plan shuffled;
  for (const int i : tg::random_permutation(static_cast<int>(plan.size())))
    shuffled.push_back(plan[static_cast<std::size_t>(i)]);
  return shuffled;
}

// %%
FURTHER("Groups by length") {
  lesson::Measurements right("held-out words right, and batches in an epoch", {.percent = true});
  right.column("batches", {.decimals = 0});
  std::vector<Pair> shorter;
  for (const Pair& pair : corpus().held_out)
    if (pair.word.size() < 9) shorter.push_back(pair);
  for (const int seed : lesson::seeds(1, 5, 10)) {
    const auto add = [&](const char* name, bool in_groups, bool mixed) {
      const Speller model = untrained(seed);
      const Plan plan = in_groups ? grouped(mixed, epochs_wanted()) : shuffled(epochs_wanted());
      train(model, the_fix(), plan);
      right.add(name, "all words", words_right(model, the_fix()));
      right.add(name, "less than nine letters", words_right(model, the_fix(), shorter));
      right.add(name, "batches", static_cast<double>(plan.size()) / epochs_wanted());
    };
    add("words of all lengths", false, true);
    add("groups, mixed", true, true);
    add("one group after the other", true, mended);
  }
  right.table();
  lesson::claim("groups, mixed: half as many words right again as one group after the other, in the median",
                right.median("groups, mixed", "all words") >
                    1.5 * right.median("one group after the other", "all words"),
                lesson::fails_with("--mended"));
  lesson::claim(
      "one group after the other: no network gets a twentieth of the words before the last group right",
      right.spread("one group after the other", "less than nine letters").high < 0.05,
      lesson::fails_with("--mended"));
}

// %% [markdown]
// With one group after the other, what is right are words of nine letters: the last group. What the networks
// had learned of the others is lost. (This is called *catastrophic forgetting*.) So batches must be mixed.
// Groups need no mask, and their decoder computes nothing at padding. But here each step sees words of one
// length only, and fewer words are right than with batches of all lengths.
//
// ### Keras' Masking, packed sequences
//
// Keras keeps the old state at a masked step, so padding may stand on either side. We do that by hand, with
// padding in front, and compare with lengths and padding after.

// %%
// The h of a layer after each step, [B,T,H]: where the mask [B,T] is 0, the new state is thrown away.
tg::Tensor masked_step_by_step(const tg::nn::LSTMCell& cell, const tg::Tensor& x, const tg::Tensor& mask) {
  tg::nn::LSTMState state = cell.zero_state(x.dim(0));
  std::vector<tg::Tensor> shown;
  for (int t = 0; t < x.dim(1); ++t) {
    const tg::nn::LSTMState next = cell(tg::select(x, 1, t), state);
    const tg::Tensor real = tg::slice(mask, 1, t, t + 1);  // [B,1]
    state = {tg::where(real, next.h, state.h), tg::where(real, next.c, state.c)};
    shown.push_back(state.h);
  }
  return tg::stack(shown, 1);
}

// %%
FURTHER("Keras' Masking, packed sequences") {
  double furthest = 0;
  for (const int seed : lesson::seeds(2, 5, 10)) {
    const Speller model = untrained(seed);
    const tg::NoGrad off;
    const Batch after = held_out({.more = 10}), before = held_out({.more = 10, .typo = Place::before});
    const tg::Tensor mask = read_padding ? tg::ones(before.typos.shape()) : mask_of(before.typos);
    const tg::Tensor below = masked_step_by_step(model.first, tg::one_hot(before.typos, model.classes), mask),
                     top = masked_step_by_step(model.second, below, mask);
    furthest =
        std::max(furthest, distance(tg::select(top, 1, -1), model.read(after.typos, after.lengths).state.h));
  }
  lesson::say("The two differ by {:.2g} of the state's norm.", furthest);
  lesson::claim(
      "masked step by step, padding before the typo gives the state that lengths give, to a millionth",
      furthest < 1e-6, lesson::fails_with("--read-padding"));
}

// %% [markdown]
// In Keras the mask of `Embedding(mask_zero=True)` or `Masking()` travels with the data through LSTM (with
// `return_sequences=True`) and Dense to the loss. (Read, like all of Keras here.) Four traps:
//
// - It does not travel with the states from encoder to decoder. The loss gets a mask only where the input of
//   the decoder has one of its own.
// - `Masking(mask_value=0.)` masks a step at which *all* numbers are 0. One-hot padding has a 1 in the column
//   of `<pad>`, so nothing is masked. Leave the padding all 0, or use `Embedding` on ids.
// - On a GPU the fast kernel (cuDNN) wants padding after the end: "Inputs, if use masking, are strictly
//   right-padded". In `fit`, Keras 3 with TensorFlow stops with an error where cuDNN meets a mask with
//   padding in front; `LSTM(.., use_cudnn=False)` takes the slower kernel. tf.keras 2 takes that by itself.
// - At a masked step Keras' LSTM shows its last output again. With `zero_output_for_mask`, with cuDNN, and
//   here, it shows 0.
//
// In PyTorch `pack_padded_sequence` takes the lengths, on the CPU. It wants them sorted, or
// `enforce_sorted=False`, and refuses a length of 0. The last state is then that of each sequence alone.
// (Run.) In `MultiheadAttention` a `key_padding_mask` is True where a key is *ignored*; in Keras True means
// *keep*.
//
// ### Your own pairs
//
// `--data FILE` trains a corrector on lines `typo->word`. The run says first how it read the file, what it
// left out and why, and which pairs it held out. Debian's package `codespell` brings `dictionary.txt` with
// tens of thousands of real typos; try `--full` for that.
//
// This is what the program `spell` does. Its network reads in both directions, and its decoder also gets
// what the encoder shows at the same place. *spell* is the network and a list of words together: a known
// word stays; else the network's word counts where it is known; else the nearest known word where that is
// near. The program also keeps what it learns, goes on with it (`--resume`), and corrects the words of a
// text:
//
// ```sh
// make program NAME=spell ARGS="train dictionary.txt"
// make program NAME=spell ARGS="apply spell.safetensors letter.txt"
// ```

// %%
FURTHER_ON_DATA(data, "Your own pairs") {
  if (data.value().empty()) return lesson::say("(Only with --data.)");
  const lesson::Pairs read = lesson::read_pairs(data);
  lesson::say("{}", read.understood);
  const lesson::PairParts pairs = lesson::split_pairs(read.pairs);
  lesson::say("{}", pairs.understood);
  const int usual = lesson::usual_epochs(pairs.train.size());
  const int epochs = epochs_given      ? epochs_given.value()
                     : lesson::quick() ? 1
                     : lesson::full()  ? 4 * usual
                                       : usual;
  lesson::CorrectorTraining training(pairs, {.hidden = 3 * hidden_units, .epochs = epochs}, lesson::seed());
  lesson::train_corrector(training, pairs);
  std::vector<lesson::Row> rows;
  for (const lesson::Corrected& way : lesson::ways_to_correct(training.model, pairs.test))
    rows.push_back(lesson::words_right_row(way, pairs.test));
  lesson::table({"words right, test", lesson::right("all"), lesson::right("typos"),
                 lesson::right("right words")},
                rows);
}

// %% [markdown]
// ## Your turn
//
// Write down what you expect, then run the lesson again with
//
// - `--padding 40`: which rows of step 7 change, and which do not?
// - `--epochs 50`: which padding can be learned, if one waits? Which claims hold for 20 epochs alone?
// - `--read-padding`, `--count-padding`: break the fix in one way or the other. Which claims fall?
// - `--hidden 16`: does a smaller state make attention more useful, or less?
// - `--mended`: the wrong ways made right. Which claims say that something is wrong?
// - `--seed 100`: other words, typos and beginnings. Which numbers move?
//
// The claims are about the usual settings. With others some become false.
//
// ## Exercises
//
// - `make exercise N=20`, *a mask from lengths* (fill): for padding after and before, where no id tells
//   padding from the rest.
// - `make exercise N=21`, *the masked mean* (fix): what to divide by, what to do with a NaN, and a decision
//   about the empty mask.
// - `make exercise N=22`, *the teacher-forcing shift* (fill): what the decoder reads and must say, made from
//   the right words.
// - `make exercise N=23`, *additive attention* (extend): attention with weights of its own, in place of a
//   product.
// - `make exercise N=24`, *what padding costs* (investigate): predict the share of padding in mixed and
//   sorted batches, and what it takes off the loss.
// - `make exercise N=37`, *a GRU with lengths and a trained start* (extend): forwards or in
//   reverse, it never reads padding.
// - `make exercise N=38`, *causal attention with heads* (extend): no step sees what it must say.
// - `make exercise N=44`, *words in a rectangle* (quiz), for those who know half of this lesson:
//   when it is green, the others count as done. The batch, a state that stops at the end, loss and
//   shares.
//
// ## Reading
//
// - Sutskever, Vinyals and Le, *Sequence to sequence learning with neural networks*, 2014,
//   [arxiv.org/abs/1409.3215](https://arxiv.org/abs/1409.3215): the encoder-decoder. They reverse the input,
//   so that its beginning is near the output, and put sentences of about the same length into one batch.
// - Bahdanau, Cho and Bengio, *Neural machine translation by jointly learning to align and translate*, 2015,
//   [arxiv.org/abs/1409.0473](https://arxiv.org/abs/1409.0473): attention, because one state is too small for
//   a long sentence.
// - Bengio, Vinyals, Jaitly and Shazeer, *Scheduled sampling for sequence prediction with recurrent neural
//   networks*, 2015, [arxiv.org/abs/1506.03099](https://arxiv.org/abs/1506.03099): against exposure bias, the
//   decoder reads some of its own letters in training.
// - [keras.io/guides/understanding_masking_and_padding](https://keras.io/guides/understanding_masking_and_padding):
//   how a framework carries masks along by itself, and where they get lost.
