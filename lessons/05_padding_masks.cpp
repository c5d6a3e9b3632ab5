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
// Pad after the end. Make two things from the ids: the *lengths*, so that the encoder never reads
// padding, and a *mask* [B, T], so that the loss does not count it. The accepted answer makes its mask
// from one-hot targets [B, T, C]. It does not fit the loss [B, T]. Take the column of the padding.
//
// ```python
// # Keras 2: 1. an LSTM after this layer skips id 0    2. a mask [B, T]    3. divide by its sum
// x = Embedding(C, 32, mask_zero=True)(ids)
// mask = 1 - y_true[:, :, PAD_ID]                                       # y_true is one-hot
// loss = K.sum(K.categorical_crossentropy(y_true, y_pred) * mask) / K.sum(mask)
// # PyTorch, the same three; y holds ids [B, T]
// packed = pack_padded_sequence(x, lengths.cpu(), batch_first=True, enforce_sorted=False)
// loss = F.cross_entropy(scores.transpose(1, 2), y, ignore_index=PAD_ID)
// ```
//
// ```cpp
// encoder(tg::one_hot(typos, classes), {.lengths = lengths})                                    // here
// tg::cross_entropy(scores, says, {.mask = tg::sequence_mask(word_lengths, T)})
// ```
//
// The lengths decide. With 20 padded steps behind every word, five networks with the mask alone get
// fewer than one word in five right; with lengths each gets more than half (step 7). With no more
// padding than the longest word needs, both learn. Padding *in front* of what the encoder reads, as
// you have it, works with a mask, as long as you always use the amount that you trained with.
//
// ## The question
//
// Someone builds a spelling corrector that works letter by letter. Two LSTM layers, the *encoder*,
// read the mistyped word. A third LSTM, the *decoder*, writes the right one. Words differ in length,
// but a batch is a rectangle of numbers. So the asker fills short inputs up in front,
//
// ```
// abc   ->  -abc
// defg  ->  defg
// ad    ->  --ad
// ```
//
// sorts the training words into groups whose answers are equally long, and trains on one group after
// the other. "There has to be a better way to do this, such as padding after the EOS or before SOS
// characters etc. But if this is the case, how would I change the loss function so that this padding
// isn't counted into the loss?" (SOS and EOS are marks for the start and the end of a word.)
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

lesson::Knob<std::string> data{"data", "", "a text file with a line `typo->word` for each pair"};
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
// Each word also stands in the list as it is: a corrector must leave right words alone. Of every six
// pairs two are *held out*: nobody trains on them. No typo is in both parts, but the words are. So we
// ask for unknown typos of known words.
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
// says `<end>`. This is *greedy decoding*. A word counts as right when all of its letters are.

// %%
enum class Place { after, before };

// How to train: where padding stands, and who knows of it.
struct Scheme {
  std::string name = "";
  int more = -1;        // padded steps beyond the longest word; -1: each batch is as wide as it must be
  bool lengths = true;  // the encoder is told how long each typo is
  bool masked = true;   // the loss leaves padding out
  Place typo = Place::after, word = Place::after;
  bool ends = true;  // the mask selects <end>
  bool attends = false;
  auto operator<=>(const Scheme&) const = default;
};

// The right way. (Its flags break it.)
Scheme the_fix(int more = -1) {
  return {.name = "mask and lengths", .more = more, .lengths = !read_padding, .masked = !count_padding};
}

// Rows as a rectangle [B,width], filled up with <pad>. A longer row makes it wider.
tg::Indices padded(const Rows& rows, Place place, int width) {
  auto wide = static_cast<std::size_t>(width);
  for (const auto& row : rows) wide = std::max(wide, row.size());
  std::vector<int> ids;
  for (const auto& row : rows) {
    if (place == Place::before) ids.insert(ids.end(), wide - row.size(), pad_id);
    ids.insert(ids.end(), row.begin(), row.end());
    if (place == Place::after) ids.insert(ids.end(), wide - row.size(), pad_id);
  }
  return tg::Indices({static_cast<int>(rows.size()), static_cast<int>(wide)}, std::move(ids));
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
  for (const auto& row : texts.typos) lengths.push_back(static_cast<int>(row.size()));
  if (!scheme.lengths) lengths.clear();
  return {padded(texts.typos, scheme.typo, width), lengths, padded(texts.reads, scheme.word, width),
          padded(texts.says, scheme.word, width)};
}

// %% [markdown]
// Ids go into the LSTMs as *one-hot* vectors: $C$ numbers, 1 at the id and 0 elsewhere. The switch
// `attends` is for the last step; until then it is off.

// %%
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
    if (!lengths.empty()) real = tg::reshape(tg::sequence_mask(lengths, S), {B, 1, S});
    return {top.sequence, top.state, attend_padding ? tg::Tensor() : real};
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

// Greedy decoding: the ids that the model writes for each typo.
Rows written(const Speller& model, const Batch& batch) {
  const tg::NoGrad off;
  const Reading typo = model.read(batch.typos, batch.lengths);
  const int count = batch.typos.dim(0);
  tg::nn::LSTMState state = typo.state;
  std::vector<int> last(static_cast<std::size_t>(count), start_id);
  Rows ids(last.size());
  for (int t = 0; t < longest + 4; ++t) {
    const Speller::Written step = model.write(typo, tg::Indices({count, 1}, last), state);
    state = step.state;
    last = tg::argmax(step.scores, -1).values();
    for (std::size_t i = 0; i < last.size(); ++i) ids[i].push_back(last[i]);
  }
  for (auto& row : ids) row.erase(std::find(row.begin(), row.end(), end_id), row.end());
  return ids;
}

std::vector<std::string> words_of(const Rows& ids) {
  std::vector<std::string> words;
  for (const auto& row : ids) words.push_back(letters().decode(row));
  return words;
}

// The share of held-out words of at least so many letters that was said.
double share_right(const std::vector<std::string>& said, std::size_t letters = 0) {
  double right = 0, count = 0;
  for (std::size_t i = 0; i < said.size(); ++i) {
    const std::string& word = corpus().held_out[i].word;
    right += word.size() >= letters && said[i] == word;
    count += word.size() >= letters;
  }
  return right / count;
}

// The held-out pairs, padded as in a scheme.
Batch held_out(const Scheme& scheme) { return batch_of(texts_of(corpus().held_out), scheme); }

double words_right(const Speller& model, const Scheme& scheme) {
  return share_right(words_of(written(model, held_out(scheme))));
}

// %% [markdown]
// The loss of a position is the *cross-entropy* $-\ln p$, where $p$ is the probability that the model
// gives to the right id. Its unit is called the *nat*. An *epoch* is once through all training pairs.

// %%
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

Speller untrained(int seed, bool attends = false) {
  tg::manual_seed(static_cast<std::uint64_t>(seed));
  return Speller(letters().size(), hidden_units, attends);
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
// We train for three epochs as a framework does by default: everything is padded after its end, to ten
// steps beyond the longest word, the encoder reads the padding, and every position counts in the loss.
// Then we look at the held-out pairs, at the mean loss of a position, and at how often the right id has
// the highest score. Guessing costs $\ln 29 = 3.37$ nats.

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
  for (const auto& [from, to] : {std::pair(typo, first),
                                 {first, second},
                                 {second, state},
                                 {decoder, dense},
                                 {dense, loss},
                                 {reads, decoder},
                                 {says, loss}})
    diagram.arrow(from, to);
  diagram.arrow(state, decoder, {.label = "2H numbers"});
  for (const auto& [from, to] : {std::pair(lengths, first), {lengths, second}, {mask, loss}})
    diagram.arrow(from, to, {.strong = true});
  return diagram;
}

Scheme counted(int more, Place typo = Place::after) {
  return {.name = "padding counted",
          .more = more,
          .lengths = mended,
          .masked = mended,
          .typo = mended ? Place::after : typo};
}
const int few_epochs = 3;

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
  const Batch as_trained = held_out(scheme);
  const Scored demo = scored(model, as_trained);
  const double all_right = tg::mean(demo.right).item();
  lesson::say(
      "{} training pairs, {} held out. The loss is {:.2f} nats, and {:.0f}% of the positions are right.",
      corpus().train.size(), corpus().held_out.size(), demo.loss(), 100 * all_right);
  const double words = lesson::predict("Of the held-out words, how many does this network write rightly?",
                                       [&] { return words_right(model, scheme); }, {.percent = true});

  std::vector<lesson::Row> rows;
  std::vector<double> at, all, masked;
  for (const int more : {0, padding / 4, padding / 2, padding.value(), 2 * padding}) {
    Batch batch = as_trained;  // the typos stay
    batch.reads = padded(texts_of(corpus().held_out).reads, Place::after, longest + more);
    batch.says = padded(texts_of(corpus().held_out).says, Place::after, longest + more);
    const Scored result = scored(model, batch);
    at.push_back(more), all.push_back(result.loss()), masked.push_back(result.masked_loss());
    rows.push_back({more, all.back(), lesson::percent(tg::mean(result.right).item()), masked.back(),
                    lesson::percent(tg::masked_mean(result.right, result.mask).item())});
  }
  lesson::say("\nThe same network and words, with more padding or less after each word\n");
  lesson::table({"padded steps added", "loss, all", "right, all", "loss, letters", "right, letters"}, rows);
  lesson::Figure figure("loss_and_padding",
                        "Nothing is learned between these points, yet the loss over all positions falls.");
  figure.axes({.x = "padded steps added after every word",
               .y = "loss of one network (nats per position)",
               .y_range = {.low = 0}});
  figure.line("all positions", at, all);
  figure.line("letters and <end> only", at, masked);
  lesson::show(figure);
  lesson::claim("more than half of all positions are right, and fewer than one word in ten",
                all_right > 0.5 && words < 0.1, lesson::fails_with("--mended"));
  lesson::claim("more padding takes more than a third off the loss over all positions",
                all.back() < 2 * all.front() / 3, lesson::fails_with("--padding 0"));
  lesson::claim("the loss of letters and <end> is the same with any padding, to a millionth",
                *std::max_element(masked.begin(), masked.end()) <
                    (1 + 1e-6) * *std::min_element(masked.begin(), masked.end()));
}

// %% [markdown]
// Most positions are padding, and padding is easy: `<pad>` follows `<end>` and `<pad>`. So the loss over
// all positions is little more than the loss of the letters times their share. It falls when we add
// padding, and no network gets better by that. A loss that leaves padding out does not move. This is
// what the asker wants.
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
  std::map<int, double> over_all, masked;
  for (const int extra : {0, 2, 20, 100}) {
    const tg::Tensor losses = tg::pad(tg::tensor({1, 2, 3, 0.5}), 0, 0, extra, 7).requires_grad(true);
    const tg::Tensor real = tg::pad(tg::ones({4}), 0, 0, extra),
                     m = count_padding ? tg::ones({4 + extra}) : real;
    const tg::Tensor a = tg::mean(losses * real), b = tg::sum(losses * m) / tg::sum(m);
    const auto counts = [&](const tg::Tensor& loss) { return tg::grad(loss, {losses})[0].at({0}); };
    rows.push_back({extra, a.item(), counts(a), b.item(), counts(b)});
    over_all[extra] = a.item(), masked[extra] = b.item();
  }
  lesson::predict("With two padded steps: what is the mean of l m over all positions?", over_all[2]);
  lesson::table({"padded steps", "mean(l m)", "a letter counts", "sum(l m) / sum(m)", "a letter counts"},
                rows);
  lesson::claim("with a hundred padded steps sum(l m) / sum(m) is 6.5 / 4, as without",
                masked[0] == 1.625 && std::abs(masked[100] - 1.625) < 1e-6,
                lesson::fails_with("--count-padding"));
  lesson::claim("the mean of l m is 6.5 / 4 without padding, and 6.5 / 104 with a hundred padded steps",
                over_all[0] == 1.625 && std::abs(over_all[100] - 6.5 / 104) < 1e-6);
}

// %% [markdown]
// In the first formula the letters of a batch teach less, the more padding the batch has. The second is
// the answer's last line, and it is right.
//
// Which of the two does your framework use? With the mask of `mask_zero`, Keras 2.2 and Keras from 2.10
// on divide by the number of steps that count. Keras from 2.6 to 2.9 sets the losses of the others to 0
// and divides by the number of all steps. (Read.) PyTorch's `ignore_index` divides by the number of
// positions that it keeps. (Run.)
//
// ## What is the mask made from?
//
// `categorical_crossentropy` wants one-hot targets. So in the answer `y_true` has the shape [B, T, C]: at
// each position $C$ numbers, of which one is 1. The answer compares *those* with `PAD_ID`. We do the same
// with our `PAD_ID` of 0, and then with 1 and 2, which another program may have.

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
  const tg::Tensor target = tg::one_hot(batch.says, letters().size());  // [B,T,C]
  const auto answers_mask = [&](int id) { return mended ? mask_of(batch.says) : 1 - equals(target, id); };
  const std::vector<std::string> names = {"the target itself", "1 - target", "1 everywhere", "made from ids"};
  const std::vector<tg::Tensor> kinds = {target, 1 - target, tg::ones(target.shape())};
  const auto kind = [&](const tg::Tensor& mask) {
    std::size_t k = 0;
    while (k < 3 && (mask.shape() != target.shape() || tg::max(tg::abs(mask - kinds[k])).item() > 0)) ++k;
    return k;
  };
  lesson::predict("1 - equal(y_true, 0), where y_true is one-hot: which mask is that?",
                  {"the target itself", "1 - target", "1 everywhere"},
                  static_cast<int>(kind(1 - equals(target, 0))));
  const std::string refusal = lesson::error_of([&] { result.losses* answers_mask(pad_id); });
  lesson::say("loss {} times the answer's mask {}: {}\n", result.losses.shape(), answers_mask(pad_id).shape(),
              refusal);

  std::vector<lesson::Row> rows;
  bool all_plain = true;
  for (const int id : {0, 1, 2}) {
    const tg::Tensor mask = answers_mask(id);
    const tg::Tensor losses =
        mended ? result.losses : tg::reshape(result.losses, {batch.says.dim(0), batch.says.dim(1), 1});
    const double loss = (tg::sum(losses * mask) / tg::sum(mask)).item();
    all_plain = all_plain && near(loss, result.loss());
    rows.push_back({fmt::format("PAD_ID = {}, loss made [B,T,1]", id), names[kind(mask)], loss});
  }
  const tg::Tensor column = 1 - tg::select(target, -1, pad_id);  // [B,T]
  const double by_column = (tg::sum(result.losses * column) / tg::sum(column)).item();
  rows.push_back({"no mask", "", result.loss()});
  rows.push_back({"1 - y_true[:, :, PAD_ID]", "the column of <pad>", by_column});
  lesson::table({"", "the mask is", "loss"}, rows);
  lesson::claim("the answer's mask has an axis too many, and the product is refused",
                refusal.starts_with("[mul]"), lesson::fails_with("--mended"));
  lesson::claim("made to fit, it masks nothing, whatever the id: the loss is the plain mean", all_plain,
                lesson::fails_with("--mended"));
  lesson::claim("the column of <pad> gives the loss that cross_entropy gives under a mask from ids",
                near(by_column, loss_of(model, batch, the_fix()).item()),
                lesson::fails_with("--count-padding"));
}

// %% [markdown]
// Three ids, three kinds of mask, and no masking: each position has the same number of ones in its $C$
// mask entries, so all positions count alike. As published, the product is an error. (PyTorch says so
// too; run. Keras lines shapes up in the same way; read.) The trap is the next step. If you add an axis to
// make it fit, the code runs and the loss falls.
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
// choose first. PyTorch's `where` and its `ignore_index` leave these four NaN in the gradient; choosing
// the rows of `scores` first, by `scores[mask]`, leaves none. (Run.)
//
// ## A mask on the loss is no mask on the state
//
// The loss is settled. But an LSTM *reads* the padding that it is given, and each `<pad>` changes $h$ and
// $c$. The encoder hands on its last state, and no mask on the loss comes near it. What helps are
// *lengths*: the LSTM is told how many steps are real, and stops there.
//
// We train networks the right way, with mask and lengths, so that they never meet padding. Then every
// text gets $k$ padded steps, which belong to it as letters do. They stand at one of four places: in the
// typo, after or before it; or in what the decoder reads and says, before `<start>` or after `<end>`. These
// two are the places that the asker thinks of. We look at the loss of the letters alone, and at how far
// the encoder's last $h$ moves, as a share of its length.

// %%
// Each row with `count` padded steps at one end, which belong to it from now on.
Rows lengthened(Rows rows, Place place, int count) {
  for (auto& row : rows)
    row.insert(place == Place::before ? row.begin() : row.end(), static_cast<std::size_t>(mended ? 0 : count),
               pad_id);
  return rows;
}

// A line for each row: the medians, and the range around them.
void draw(lesson::Figure& figure, const lesson::Measurements& all, const std::vector<int>& at) {
  for (const std::string& row : all.rows()) {
    std::vector<double> middle, low, high;
    for (const int column : at) {
      const lesson::Spread spread = all.spread(row, column);
      middle.push_back(spread.median), low.push_back(spread.low), high.push_back(spread.high);
    }
    figure.line(row, at, middle);
    figure.band(row, at, low, high);
  }
}

// The mean over rows of how far a lies from b, as a share of b's length.
double distance(const tg::Tensor& a, const tg::Tensor& b) {
  return tg::mean(tg::norm(a - b, -1) / tg::norm(b, -1)).item();
}

// %%
STEP("Four places for padding") {
  const Texts plain = texts_of(corpus().held_out);
  const std::vector<int> counts = {0, 2, 5, 20};
  const char* const after_end = "word, after <end>";
  lesson::Measurements cost("masked loss in nats, with k padded steps", {.decimals = 1}),
      moved("how far the encoder's last h moves", {.percent = true});
  double most_with_lengths = 0;
  bool free = true, dear = true;
  for (const int seed : lesson::seeds(1, 5, 10)) {
    const Speller& model = trained(the_fix(), seed);
    const tg::NoGrad off;
    const auto state = [&](const Batch& batch) { return model.read(batch.typos, batch.lengths).state.h; };
    const auto loss = [&](const Texts& texts) { return loss_of(model, batch_of(texts, {}), {}).item(); };
    const tg::Tensor alone = state(batch_of(plain, {}));
    for (const int k : counts) {
      for (const Place place : {Place::after, Place::before}) {
        const bool after = place == Place::after;
        Texts typo = plain, word = plain;
        typo.typos = lengthened(plain.typos, place, k);
        word.reads = lengthened(plain.reads, place, k), word.says = lengthened(plain.says, place, k);
        cost.add(after ? "typo, after" : "typo, before", k, loss(typo));
        cost.add(after ? after_end : "word, before <start>", k, loss(word));
        moved.add(after ? "typo, after" : "typo, before", k, distance(state(batch_of(typo, {})), alone));
        if (k < 5) continue;
        dear = dear && loss(typo) > 1.5 * loss(plain) && (after || loss(word) > 1.5 * loss(plain));
        free = free && (!after || near(loss(word), loss(plain), 1e-6));
      }
      const double with_lengths = distance(state(batch_of(plain, the_fix(k))), alone);
      moved.add("typo, after, with lengths", k, with_lengths);
      most_with_lengths = std::max(most_with_lengths, with_lengths);
    }
  }
  std::vector<double> most;
  for (const std::string& row : cost.rows()) most.push_back(cost.median(row, 20));
  lesson::predict("One of the four places costs nothing. Which?",
                  {"typo, after", "word, after <end>", "typo, before", "word, before <start>"},
                  static_cast<int>(std::min_element(most.begin(), most.end()) - most.begin()));
  cost.table("padding in the");
  moved.table("padding in the");
  lesson::Figure figure(
      "places_of_padding",
      "Padding that is read moves the state, and costs loss at every place but one: after <end>.");
  figure.panel("how far the state moves");
  figure.axes({.x = "padded steps k", .y = "share of its length", .y_range = {.low = 0}});
  draw(figure, moved, counts);
  figure.panel("what it costs");
  figure.axes({.x = "padded steps k", .y = "masked loss (nats)", .y_range = {.low = 0}});
  draw(figure, cost, counts);
  lesson::show(figure);
  lesson::claim("padding after <end> changes the masked loss of no network by a millionth", free);
  lesson::claim("five padded steps or more at any other place cost each network half as much loss again",
                dear, lesson::fails_with("--mended"));
  lesson::claim("with lengths, padding after the typo does not move the state by a millionth of its length",
                most_with_lengths < 1e-6, lesson::fails_with("--read-padding"));
}

// %% [markdown]
// An LSTM cannot see the future. What comes after `<end>` in the decoder comes after everything that
// counts, so it changes no letter's score, and the mask removes its own loss. That is why padding after
// the end is the habit, *in the decoder*. Padding before `<start>` is not free: it comes between the state
// that is handed over and the first letter. In the encoder no place is free, because the *last* state is
// handed on, and all that was read is in it.
//
// These networks had never met padding. Networks that are trained with it can perhaps learn to ignore it:
// step 7 tries that.
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
// words. In Keras lengths are a mask, too: `Embedding(C, 32, mask_zero=True)`, or `LSTM(..)(x, mask=mask)`.
// PyTorch has `pack_padded_sequence` (see "Further").
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
      "padding counted: each network reports a lower loss, and has a higher masked loss, than any fixed one",
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
// there is. So we add 0, 5, 10 and 20 steps beyond the longest word. (Even with 0 about a third
// of all positions is padding.) There are six ways to train, all with the same pairs and epochs:
//
// - padding is *counted* in the loss, or *masked* (from ids, as the answer means it);
// - the encoder *reads* it *after* the typo, as the answer says, or *before* the typo, as the asker has it,
//   or it is told the *lengths*. Mask and lengths are the fix. Its loss does not depend on the width, so
//   it is trained once.
//
// *Words right* are those held-out words that are written letter by letter as they should be.

// %%
std::vector<int> paddings() {
  std::vector<int> all = {0, padding / 4, padding / 2, padding};
  if (lesson::quick()) all = {0, padding};
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

Scheme masked(int more, Place typo = Place::after) {
  return {.name = "masked", .more = more, .lengths = mended, .typo = mended ? Place::after : typo};
}

// %%
STEP("Padding, swept") {
  lesson::Measurements right("words right, by padded steps beyond the longest word", {.percent = true}),
      elsewhere(fmt::format("words right, trained with {} padded steps", padding.value()), {.percent = true});
  const char *const before_typo = "masked, read before the typo", *const before_start =
                                                                      "masked, before <start>";
  for (const int seed : lesson::seeds(1, 5, 10)) {
    for (const int more : paddings()) {
      const auto add = [&](const char* name, const Scheme& scheme) {
        right.add(name, more, words_right(trained(scheme, seed), scheme));
      };
      if (!lesson::quick()) {
        add("counted, read after", counted(more));
        add("counted, read before", counted(more, Place::before));
        add("counted, with lengths", {.name = "counted", .more = more, .masked = false});
      }
      add("masked, read after", masked(more));
      add("masked, read before", masked(more, Place::before));
      add("mask and lengths", the_fix(read_padding ? more : -1));
    }
    const auto use = [&](const char* name, const Scheme& scheme) {
      const Speller& model = trained(scheme, seed);
      if (scheme.word == Place::after) elsewhere.add(name, "used with as many", words_right(model, scheme));
      elsewhere.add(name, "used with none", words_right(model, {}));
    };
    use(before_typo, masked(padding, Place::before));
    use(before_start,
        {.name = "before <start>", .more = padding, .word = mended ? Place::after : Place::before});
    use("mask and lengths", the_fix());
  }
  const int most = paddings().back();
  lesson::predict("The most padding, after the typo: masked in the loss, read by the encoder. Words right?",
                  right.median("masked, read after", most), {.percent = true});
  right.table();
  lesson::Figure figure("right_and_padding",
                        "With lengths, or with a mask and padding in front, the amount of padding matters "
                        "little; otherwise it decides.");
  figure.axes(
      {.x = "padded steps beyond the longest word", .y = "words right", .y_range = {.low = 0, .high = 1}});
  draw(figure, right, paddings());
  lesson::show(figure);
  elsewhere.table();
  const lesson::Spread fixed = right.spread("mask and lengths", most),
                       after = right.spread("masked, read after", most);
  const auto median = [&](const char* row, int more) { return right.median(row, more); };
  lesson::claim(
      "most padding, read after the typo: with a mask alone no network gets a fifth of its words right",
      after.high < 0.2, lesson::fails_with("--mended"));
  lesson::claim("most padding, mask and lengths: each network gets more than half of its words right",
                fixed.low > 0.5, lesson::fails_with("--read-padding"));
  lesson::claim("most padding, masked: read before the typo, five times as many words are right as after it",
                median("masked, read before", most) > 5 * median("masked, read after", most),
                lesson::fails_with("--mended"));
  lesson::claim("without more padding the mask alone gets more than half of the fix's words, on either side",
                std::min(median("masked, read after", 0), median("masked, read before", 0)) >
                    0.5 * median("mask and lengths", 0));
  lesson::claim("networks that have learned with padding before the typo get fewer words right without it",
                elsewhere.median(before_typo, "used with none") <
                    0.8 * elsewhere.median(before_typo, "used with as many"),
                lesson::fails_with("--mended"));
  lesson::claim(
      "of words that were padded before <start>, no network gets a tenth right without that padding",
      elsewhere.spread(before_start, "used with none").high < 0.1, lesson::fails_with("--mended"));
  const char *const halved =
                        "most padding, read before the typo: counted, half as many words are right as masked",
                    *const harmless =
                        "most padding, counted, but with lengths: more than half right, in the median";
  if (lesson::quick())
    for (const char* claim : {halved, harmless})
      lesson::skip_claim(claim, "--quick does not train with padding counted");
  if (lesson::quick()) return;
  lesson::claim(harmless, median("counted, with lengths", most) > 0.5);
  lesson::claim(halved, median("counted, read before", most) < 0.5 * median("masked, read before", most),
                lesson::fails_with("--mended"));
}

// %% [markdown]
// Read the table from the right, where there is most padding.
//
// - *Read after the typo*, padding makes learning hard, and with enough of it impossible in this time. The
//   word is far behind when the state is handed over. No mask on the loss changes that. (With
//   `--epochs 50` some padding can be learned, and much cannot.)
// - *Read before the typo*, padding does little harm in training if the loss is masked, and much harm if it
//   is counted. So the asker's own side was the better one. But the network needs its padding: used
//   without it, it gets fewer words right. The width has become a part of the model.
// - *With lengths* most words are right at any width, also if padding is counted in the loss. Counting it
//   seems to cost some words, and its loss is still too small and cannot be compared with another.
// - *Before `<start>`* fails when it is used. While training, the number of padded steps tells how long
//   the right word is. Who corrects a typo does not know that number.
//
// Now look at the left column. With no more padding than the longest word needs, all ways learn. There
// the answer's advice is good enough.
//
// So the loss has its mask, and it should have it. But what decides is the encoder: tell it the lengths.
//
// ## Attention
//
// One handicap is left that no mask cures: the whole typo must fit into the $2H$ numbers that are handed
// over. The cure is *attention*: at each step the decoder also gets a weighted mean of what the encoder has
// shown at every letter of the typo. A Dense layer makes a question $q$ from the decoder's $h$. What the
// encoder has shown are $k_1 .. k_S$. The better $k_t$ fits $q$, the larger is its weight $a_t$:
//
// $$ a_t = \frac{e^{q \cdot k_t / \sqrt{H}}}{\sum_j e^{q \cdot k_j / \sqrt{H}}}, \qquad
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
  const lesson::KnownWords known(corpus().train);
  double widest = 0;
  std::vector<double> moves;
  for (const int seed : lesson::seeds(1, 5, 10)) {
    const auto add = [&](const std::string& name, const std::vector<std::string>& said) {
      right.add(name, "all", share_right(said));
      right.add(name, "six letters or more", share_right(said, 6));
    };
    std::vector<std::string> nearest;
    for (const Pair& pair : corpus().held_out) nearest.push_back(known.nearest(pair.typo).word);
    add("leave it", lesson::typos_of(corpus().held_out));
    add("nearest word", nearest);
    const Batch batch = held_out(the_fix());
    const auto network = [&](const std::string& name, const Scheme& scheme, int epochs) {
      add(fmt::format("{}, {} epochs", name, epochs),
          words_of(written(trained(scheme, seed, epochs), batch)));
    };
    for (const int epochs : {epochs_wanted() / 2, epochs_wanted()}) {
      network("mask and lengths", the_fix(), epochs);
      network("and attention", attentive(), epochs);
    }
    const Speller& attending = trained(attentive(), seed);
    const tg::NoGrad off;
    const auto loss = [&](int more) { return loss_of(attending, held_out(the_fix(more)), {}).item(); };
    widest = std::max<double>(widest, std::abs(loss(20) / loss(0) - 1));
    const Reading typo = attending.read(batch.typos, batch.lengths);
    const int B = batch.typos.dim(0), S = batch.typos.dim(1);
    const tg::Tensor place = tg::broadcast_to(tg::reshape(tg::arange(0, S), {1, S, 1}), {B, S, 1}),
                     looks = attending.seen(typo, attending.write(typo, batch.reads, typo.state).h, place);
    const auto mean_place = [&](int step) { return tg::mean(tg::select(looks, 1, step)).item(); };
    moves.push_back(mean_place(3) - mean_place(0));
  }
  right.table();

  // One typo: weights are what is seen of values that are the places themselves.
  const Speller& model = trained(attentive(), lesson::seed());
  const Pair pair = *std::find_if(corpus().held_out.begin(), corpus().held_out.end(), [](const Pair& each) {
    return each.typo.size() > each.word.size() && each.word.size() > 5;
  });
  const tg::NoGrad off;
  const Batch one = batch_of(texts_of({pair}), the_fix());
  const Reading typo = model.read(one.typos, one.lengths);
  const int S = one.typos.dim(1), T = one.says.dim(1);
  const tg::Tensor place = tg::arange(0, S),
                   one_at_each = tg::relu(1 - tg::abs(tg::reshape(place, {1, S, 1}) - place)),  // [1,S,S]
      weights = model.seen(typo, model.write(typo, one.reads, typo.state).h, one_at_each);      // [1,T,S]
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
    return right.median(fmt::format("{}, {} epochs", name, epochs_wanted() / 2), "all");
  };
  lesson::claim("after half of the epochs, attention gets more words right, in the median",
                median("and attention") > median("mask and lengths"), lesson::fails_with("--one-state"));
  const double move = lesson::spread(moves).median;
  lesson::say("From the first to the fourth letter the look moves by {:.1f} places, in the median.\n", move);
  lesson::claim(
      "for the fourth letter a network looks further to the right than for the first, in the median",
      move > 0.2, lesson::fails_with("--one-state"));
  lesson::claim("with attention, the loss of each network is the same at any width, to a millionth",
                widest < 1e-6, lesson::fails_with("--attend-padding"));
}

// %% [markdown]
// With attention the networks learn faster, long words too. After all epochs the lead is small: these are
// only sixty words, and both networks write most of them rightly. Sentences are longer. One state is too
// small for them, and attention was invented for that: Bahdanau and others show that without it the
// quality of a translation falls with the length of the sentence.
//
// In the picture, follow the weights from row to row: the decoder looks from left to right. Where it looks
// need not be the letter that it writes, because what the encoder shows at a letter holds the letters
// before it, too.
//
// Nearest word is hard to beat. It can only say words, and is told all of them. The program `spell` (last
// section) joins both: it trusts the network where that writes a known word, and else takes the nearest
// word where that is near.
//
// ## What the original answer got wrong, or left out
//
// Its last line, the sum of the masked losses over the sum of the mask, is right. So is its place for
// padding, in the *decoder*. A second look adds:
//
// - The mask is made from one-hot targets. As published it is an error; made to fit, it masks nothing.
// - `loss * mask` keeps a NaN that stands under the mask. A batch of padding alone is 0/0 ("Further").
// - It says nothing about the encoder, where padding decides whether anything is learned.
// - "It should (not?) matter where the padding is": it matters wherever an LSTM reads padding before
//   something that counts. The asker's own side was the better one for the encoder. How much it matters
//   depends on how much padding there is; with no more than the longest word needs, it hardly does.
// - It says nothing about `<pad>` = `<end>`, and nothing about the groups ("Further").
// - Its loss is a mean over *letters*: a word of eleven letters and its `<end>` counts three times as much
//   as one of three letters. If words should count the same, take each word's masked mean first. Neither
//   is wrong, but two programs that differ in this do not report the same number.
//
// ## Further
//
// ### A mask that selects too little
//
// Texts cut into windows, or a batch divided among machines, can leave a part that is all padding. Then
// $\sum m = 0$, and the answer's loss is 0/0, which is NaN. We take one training step on such a batch.
//
// The other mask that selects too little hides `<end>`. It comes of saving an id, and letting padding *be*
// the end, since both mean "nothing more". We ask the alphabet for that, and train with such a mask.

// %%
FURTHER("A mask that selects too little") {
  const Speller model = untrained(lesson::seed());
  Batch batch = batch_of(texts_of({corpus().train[0], corpus().train[1]}), the_fix());
  batch.says =
      tg::Indices(batch.says.shape(), std::vector<int>(static_cast<std::size_t>(batch.says.size()), pad_id));
  const tg::Tensor mask = mask_of(batch.says), scores = scores_of(model, batch);
  const tg::Tensor losses = tg::cross_entropy(scores, batch.says, {.reduction = tg::Reduction::none});
  const tg::Tensor loss = tg::sum(losses * mask) / (mended ? tg::maximum(tg::sum(mask), 1) : tg::sum(mask));
  tg::optim::Adam adam(model.parameters(), {.lr = lr});
  loss.backward();
  adam.step();
  std::int64_t lost = 0;
  for (const auto& [name, weight] : model.parameters())
    for (const tg::Real value : weight.values()) lost += std::isnan(value);
  lesson::say("After one step on padding alone, {} of {} weights are NaN.", lost, model.parameters().count());
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
  lesson::claim("one batch of padding alone, by the answer's formula, makes every weight NaN",
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
// From the loss, NaN spreads to every gradient, and so to every weight. Three cures are in use: refuse, as
// here; call the loss 0, as Keras 3 does (read); or divide by $\max(\sum m, 1)$. The second and third hide
// a batch that should not be there. If yours may be, skip it, and count how often. PyTorch's
// `ignore_index` gives NaN when nothing is left (run).
//
// A network that is never told to stop goes on writing.
//
// ### Groups by length
//
// The asker puts words of one length into one batch. Then the decoder needs no padding and no mask. But the
// asker trains on one group after the other: all epochs of the shortest words, then all of the next length.
// Beside it we *mix*: batches of equal lengths of typo and word, in random order.

// %%
// The same batches for each epoch, or all epochs of a group before the next one.
Plan grouped(bool mixed, int epochs) {
  std::map<std::pair<std::size_t, std::size_t>, std::vector<int>> groups;
  for (std::size_t i = 0; i < corpus().train.size(); ++i) {
    const Pair& pair = corpus().train[i];
    groups[{pair.word.size(), mixed ? pair.typo.size() : 0}].push_back(static_cast<int>(i));
  }
  Plan plan;
  for (const auto& [lengths, group] : groups)
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
  const Scheme askers = {.lengths = false, .typo = Place::before};
  for (const int seed : lesson::seeds(1, 5, 10)) {
    const auto add = [&](const char* name, const Scheme& scheme, bool in_groups, bool mixed) {
      const Speller model = untrained(seed);
      const Plan plan = in_groups ? grouped(mixed, epochs_wanted()) : shuffled(epochs_wanted());
      train(model, scheme, plan);
      const std::vector<std::string> said = words_of(written(model, held_out({})));  // without padding
      right.add(name, "words right", share_right(said));
      right.add(name, "eight letters or more", share_right(said, 8));
      right.add(name, "batches", static_cast<double>(plan.size()) / epochs_wanted());
    };
    add("mask and lengths", the_fix(), false, true);
    add("groups, mixed", {}, true, true);
    add("one group after the other", askers, true, mended);
  }
  right.table();
  lesson::claim(
      "groups, mixed: more than twice as many words right as one group after the other, in the median",
      right.median("groups, mixed", "words right") >
          2 * right.median("one group after the other", "words right"),
      lesson::fails_with("--mended"));
}

// %% [markdown]
// With one group after the other, what is right are mostly long words. They came last, and the networks
// have forgotten the others. So batches must be mixed. Mixed groups need no mask, and compute nothing at
// padding. But their batches are more and smaller, so the steps are noisier. Groups are for those who have
// pairs enough to fill batches of equal lengths.
//
// ### Teacher forcing and exposure bias
//
// In training the decoder reads right letters. When it is used, it reads what it has written. It has never
// seen its own mistakes: this is called *exposure bias*. We let each network write the held-out words
// both ways, and compare place by place. *After a mistake* are the places behind the first wrong letter.

// %%
FURTHER("Teacher forcing and exposure bias") {
  lesson::Measurements rates("share that is right", {.percent = true});
  bool same = true;
  for (const int seed : lesson::seeds(1, 5, 10)) {
    const Speller& model = trained(the_fix(), seed);
    const tg::NoGrad off;
    const Texts texts = texts_of(corpus().held_out);
    const Batch batch = batch_of(texts, the_fix());
    const tg::Indices forced = tg::argmax(scores_of(model, batch), -1);
    const Rows own = written(model, batch);
    double words = 0, own_words = 0, after = 0, own_after = 0, places = 0;
    for (std::size_t i = 0; i < own.size(); ++i) {
      const std::vector<int>& says = texts.says[i];
      std::vector<int> with_right, with_own = own[i];
      for (std::size_t t = 0; t < says.size(); ++t)
        with_right.push_back(forced.at({static_cast<int>(i), static_cast<int>(t)}));
      with_own.push_back(end_id);
      with_own.resize(says.size(), pad_id);
      words += with_right == says, own_words += with_own == says;
      const auto wrong = std::mismatch(says.begin(), says.end(), with_right.begin()).first - says.begin();
      for (auto t = static_cast<std::size_t>(wrong) + 1; t < says.size(); ++t)
        ++places, after += with_right[t] == says[t], own_after += with_own[t] == says[t];
    }
    const auto add = [&](const char* name, double whole, double letters_after) {
      rates.add(name, "words", whole / static_cast<double>(own.size()));
      rates.add(name, "letters after a mistake", letters_after / places);
    };
    add("reads the right letters", words, after);
    add("reads its own letters", own_words, own_after);
    same = same && words == own_words;
  }
  lesson::predict("Do more words come out right when the decoder reads the right letters?", !same);
  rates.table("the decoder");
  lesson::claim("each network gets as many words right with its own letters as with the right ones", same);
}

// %% [markdown]
// As long as no letter is wrong, both ways read the same. So the first mistake comes at the same place, and
// as many words are right. What differs is what follows: with its own mistakes before it the network goes
// on less well. In words of nine letters not much can follow. In a long text everything does. Scheduled
// sampling (Bengio and others, 2015) lets the decoder read some of its own letters while training.
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
    const Batch after = batch_of(texts_of(corpus().held_out), {.more = 10});
    const tg::Indices before = padded(texts_of(corpus().held_out).typos, Place::before, longest + 10);
    const tg::Tensor mask = read_padding ? tg::ones(before.shape()) : mask_of(before);
    const tg::Tensor below = masked_step_by_step(model.first, tg::one_hot(before, model.classes), mask),
                     top = masked_step_by_step(model.second, below, mask);
    furthest =
        std::max(furthest, distance(tg::select(top, 1, -1), model.read(after.typos, after.lengths).state.h));
  }
  lesson::say("Between the two lie {:.2g} of a state's length.", furthest);
  lesson::claim(
      "masked step by step, padding before the typo gives the state that lengths give, to a millionth",
      furthest < 1e-6, lesson::fails_with("--read-padding"));
}

// %% [markdown]
// In Keras the mask of `Embedding(mask_zero=True)` or `Masking()` travels with the data through LSTM and
// Dense to the loss. (Read, like all of Keras here.) Three traps:
//
// - `Masking(mask_value=0.)` masks a step at which *all* numbers are 0. One-hot padding has a 1 in the column
//   of `<pad>`, so nothing is masked. Leave the padding all 0, or use `Embedding` on ids.
// - On a GPU the fast kernel (cuDNN) wants padding after the end: "inputs, if use masking, are strictly
//   right-padded". So this is one more reason for padding after, with lengths.
// - At a masked step Keras' LSTM shows its last output again. Here it shows 0.
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
// word stays; else the network's word counts where it is known; else the nearest known word. The program
// also keeps what it learns, goes on with it (`--resume`), and corrects the words of a text:
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
// - `--epochs 50`: which padding can be learned, if one waits?
// - `--read-padding`, `--count-padding`: break the fix in one way or the other. Which claims fall?
// - `--hidden 16`: does a smaller state make attention more useful, or less?
// - `--mended`: the wrong ways made right. Which claims say that something is wrong?
// - `--seed 100`: other words, typos and beginnings. Which numbers move?
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
//   networks*, 2015, [arxiv.org/abs/1506.03099](https://arxiv.org/abs/1506.03099).
// - [keras.io/guides/understanding_masking_and_padding](https://keras.io/guides/understanding_masking_and_padding):
//   how a framework carries masks along by itself, and where they get lost.
