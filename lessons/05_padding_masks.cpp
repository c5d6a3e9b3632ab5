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
// | you learn to | build a mask from ids; tell a loss that falls from a model that learns; find where padding leaks; judge a spelling corrector beside two lazy ones |
// | you need | derivatives and the chain rule, a little C++; lesson 3 explains the LSTM, and what is needed of it is repeated |
// | time | 35 minutes to read; half a minute to run, seconds with `--quick` |
// | your data | `--data FILE` trains on lines `typo->word` and says what it read and what it left out; `--full` takes its time. The program `spell` also saves the corrector and applies it |
//
// A line with a tick is a *claim*: this run has checked it, and a false one makes the program fail. "Becomes false with"
// names flags that break it, so that you can see that it could be false.
//
// ## The question
//
// Someone builds a spelling corrector that works letter by letter (Stack Overflow, "How to pad sequences during training
// for an encoder decoder model"; question and answer are CC BY-SA). Two LSTM layers, the *encoder*, read the mistyped word.
// A third LSTM, the *decoder*, writes the right one. Words differ in length, but a batch is a rectangle of numbers. So the
// asker fills short inputs up in front:
//
// ```
// abc   ->  -abc
// defg  ->  defg
// ad    ->  --ad
// ```
//
// and sorts the training words into groups whose answers are equally long, and trains on one group after the other. "There
// has to be a better way to do this, such as padding after the EOS or before SOS characters etc. But if this is the case,
// how would I change the loss function so that this padding isn't counted into the loss?" (SOS and EOS are marks for the
// start and the end of a word.)
//
// The accepted answer, whole: padding goes after the end, "but it should really matter where the padding is" (did it mean
// *should not*? we measure), and the loss is multiplied by a *mask*, meant to be 1 where a position counts and 0 at padding:
//
// ```
// mask = 1 - cast(equal(y_true, PAD_ID), float)
// loss = categorical_crossentropy(y_true, y_pred) * mask
// return sum(loss) / sum(mask)
// ```
//
// We build the corrector, run these three lines as they stand, and look for every place where padding gets in.

// %%
#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "support/alphabet.hpp"
#include "support/corrector_training.hpp"
#include "support/lesson.hpp"
#include "support/text.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

lesson::Knob<int> padding{"padding", 10, "padded steps beyond the longest word, where all are padded alike",
                          lesson::at_least{0}};
lesson::Knob<double> lr{"lr", 0.015, "step size of Adam", lesson::at_least{0}};
lesson::Knob<int> hidden_units{"hidden", 0, "hidden units H of each LSTM (0: 32, in the corrector more)",
                               lesson::at_least{0}};
lesson::Knob<int> epochs_given{"epochs", 0, "times through all training pairs (0: chosen by step)",
                               lesson::at_least{0}};
lesson::Knob<std::string> data{"data", "", "a text file with a line `typo->word` for each pair"};

// %% [markdown]
// ## The words
//
// The lesson has a few hundred common English words. Mistakes are made from the seed, one in each copy of a word: two
// neighbours *swapped*, a letter *dropped*, a letter *doubled*, or a letter *replaced* by its neighbour on the keyboard.
// Each word also stands in the list as it is: a corrector must leave right words alone. A mistake that makes another word
// of the list, or that two words share, is left out.
//
// Nobody trains on all pairs. Of every six, one is kept for *validation*, to compare settings by, and one for the *test* of
// the last model. No typo is in two of the three parts, but the words are: we ask for unknown typos of known words.

// %%
const char* const common_words =
    "the and for you that with this have from they will would there their what about which when make "
    "like time just know take people into year good some could them see other than then now look only "
    "come over think also back after use two how our work first well way even new want because any these "
    "give day most very find thing many here tell more one must where before right too mean old great "
    "same big group begin seem country help talk turn start might show part against place such again "
    "case week company system program question during government small number always night point believe "
    "today bring happen without large million under water write mother money story young month different "
    "study business issue black little house since provide service around friend important father until "
    "power often political among stand however member almost include continue later community white "
    "least president learn change minute several information nothing social understand whether watch "
    "together follow parent anything create public already speak others level allow office spend health "
    "person history party within result morning reason research early moment himself teacher force "
    "enough education across although remember second toward policy everything process including "
    "consider appear actually probably market expect nation college interest course someone experience "
    "behind remain effect suggest control perhaps former sometimes require development themselves report "
    "better economic effort decide strong possible leader police finally return military according "
    "decision explain develop relationship federal difference receive international building action "
    "society director position especially special support official everyone project activity produce "
    "situation industry picture practice describe product patient certain personal technology computer "
    "attention organization century evidence difficult culture billion brother realize available "
    "opportunity condition daughter administration campaign material population hospital thousand "
    "increase security certainly behavior performance represent significant treatment individual "
    "determine particularly recognize character television everybody environmental professor operation "
    "financial authority knowledge democratic environment management traditional particular production "
    "conference throughout institution";

using lesson::Pair;  // a typo and its word

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream in(text);
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

// The letter beside this one in its row of the keyboard.
char neighbour_of(char letter) {
  for (const std::string row : {"qwertyuiop", "asdfghjkl", "zxcvbnm"}) {
    const std::size_t at = row.find(letter);
    if (at == std::string::npos) continue;
    const bool is_last = at + 1 == row.size();
    return row[is_last || (at > 0 && tg::random_stream().below(2) == 0) ? at - 1 : at + 1];
  }
  return letter;
}

// The word with one mistake.
std::string mistyped(std::string word) {
  const int kind = tg::random_stream().below(4), count = static_cast<int>(word.size());
  const auto at = static_cast<std::size_t>(tg::random_stream().below(kind == 0 ? count - 1 : count));
  if (kind == 0) std::swap(word[at], word[at + 1]);
  if (kind == 1) word.erase(at, 1);
  if (kind == 2) word.insert(at, 1, word[at]);
  if (kind == 3) word[at] = neighbour_of(word[at]);
  return word;
}

// `typos` different mistakes of each word (fewer where there are not so many), and the word itself;
// in a random order.
std::vector<Pair> made_pairs(const std::vector<std::string>& words, int typos) {
  std::set<std::string> taken(words.begin(), words.end());
  std::vector<Pair> pairs;
  for (const std::string& word : words) {
    pairs.push_back({word, word});
    int made = 0;
    for (int trial = 0; trial < 10 * typos && made < typos; ++trial) {
      const std::string typo = mistyped(word);
      if (!taken.insert(typo).second) continue;
      pairs.push_back({typo, word});
      ++made;
    }
  }
  std::vector<Pair> mixed;
  for (int i : tg::random_permutation(static_cast<int>(pairs.size())))
    mixed.push_back(pairs[static_cast<std::size_t>(i)]);
  return mixed;
}

// %% [markdown]
// A network reads and writes numbers, so each letter gets an *id*. Three symbols join the letters: `<pad>` fills up,
// `<start>` begins a word, `<end>` ends it. Each needs an id of its own. It is tempting to save one and to let padding *be*
// the end, since both mean "nothing more". We ask the alphabet for that, and see.

// %%
const int pad_id = 0, start_id = 1, end_id = 2;

struct Corpus {
  lesson::Alphabet letters;
  std::vector<Pair> train, validation, test;
};

Corpus corpus_of(const std::vector<Pair>& pairs, const lesson::Split& split) {
  std::vector<std::string> texts;
  for (const Pair& pair : pairs) texts.insert(texts.end(), {pair.typo, pair.word});
  Corpus corpus{lesson::Alphabet(lesson::characters_in(texts),
                                 {{"pad", pad_id}, {"start", start_id}, {"end", end_id}}),
                {},
                {},
                {}};
  for (const auto& [items, part] :
       {std::pair(&split.train, &corpus.train), std::pair(&split.validation, &corpus.validation),
        std::pair(&split.test, &corpus.test)})
    for (int item : *items) part->push_back(pairs[static_cast<std::size_t>(item)]);
  return corpus;
}

// `count` of the common words of at most nine letters, evenly chosen; 0: all common words.
Corpus made_corpus(int count, int typos) {
  std::vector<std::string> all = words_of(common_words);
  if (count > 0) std::erase_if(all, [](const std::string& word) { return word.size() > 9; });
  std::vector<std::string> words;
  const std::size_t wanted = count == 0 ? all.size() : static_cast<std::size_t>(count);
  for (std::size_t i = 0; i < wanted; ++i) words.push_back(all[i * all.size() / wanted]);
  tg::manual_seed(lesson::seed());
  const std::vector<Pair> pairs = made_pairs(words, typos);
  return corpus_of(pairs, lesson::split_by_turns(static_cast<int>(pairs.size()), 6));
}

// The pairs that the lesson works with up to its corrector.
const Corpus& corpus() {
  static const Corpus made = made_corpus(lesson::quick() ? 60 : 100, 6);
  return made;
}

std::size_t longest_word(const Corpus& given) {
  std::size_t longest = 0;
  for (const std::vector<Pair>* part : {&given.train, &given.validation, &given.test})
    for (const Pair& pair : *part)
      longest = std::max({longest, lesson::character_count(pair.typo), lesson::character_count(pair.word)});
  return longest;
}

// %%
STEP("Pairs and ids") {
  lesson::say("{} training pairs, {} for validation, {} for the test; the longest has {} letters",
              corpus().train.size(), corpus().validation.size(), corpus().test.size(),
              longest_word(corpus()));
  std::vector<lesson::Row> rows;
  for (std::size_t i = 0; i < 6; ++i) {
    const Pair& pair = corpus().train[i];
    std::string ids;
    for (int id : corpus().letters.encode(pair.typo)) ids += fmt::format("{} ", id);
    rows.push_back({pair.typo, pair.word, ids});
  }
  lesson::table({"typo", "word", "ids of the typo"}, rows);
  const std::string refusal = lesson::error_of([&] {
    lesson::Alphabet("abcdefghijklmnopqrstuvwxyz", {{"pad", 0}, {"start", 1}, {"end", 0}});
  });
  lesson::say("\nWhat the alphabet says to <pad> = <end> = 0: {}", refusal);
  lesson::claim("an alphabet in which padding and end share an id is refused",
                refusal.starts_with("[alphabet]"));
}

// %% [markdown]
// A mask that hides such padding hides the end too, and then nobody ever teaches the decoder to stop. The experiment below
// trains that way once, on purpose.
//
// ## The model, and how it is taught
//
// An LSTM reads one letter at a time and carries two vectors of $H$ numbers, $h$ (what it shows) and $c$ (what it
// remembers). After the last letter of the typo, the second encoder layer hands its $h$ and $c$ to the decoder. Those
// $2H$ numbers are all that the decoder learns of the typo. From there it writes: at each step it reads the letter before,
// and gives a score to each of the $C$ ids. A *softmax* turns scores into probabilities.
//
// In training we know the right word, and let the decoder read *its* letters, whatever it would have written itself. This
// is called *teacher forcing*. What it reads is what it must say, moved by one step:

// %%
enum class Place { after, before };

// Rows of ids as a rectangle, [B, width]: `<pad>` fills each up at one end. A width that is too small grows.
tg::Indices padded(const std::vector<std::vector<int>>& rows, Place place, int width) {
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

// Where padding stands in the two words of a pair, and how wide the rectangles are: 0 means as wide as the longest row.
struct Layout {
  Place typo = Place::after, word = Place::after;
  int typo_width = 0, word_width = 0;
};

// B pairs: the encoder reads typos [B,S]; the decoder reads and says words [B,T].
struct Batch {
  tg::Indices typos;
  std::vector<int> lengths;  // of the typos, without padding
  tg::Indices reads, says;
};

Batch batch_of(const lesson::Alphabet& letters, const std::vector<Pair>& pairs, const Layout& layout) {
  std::vector<std::vector<int>> typos, reads, says;
  std::vector<int> lengths;
  for (const Pair& pair : pairs) {
    typos.push_back(letters.encode(pair.typo));
    lengths.push_back(static_cast<int>(typos.back().size()));
    says.push_back(letters.encode(pair.word));
    reads.push_back(says.back());
    reads.back().insert(reads.back().begin(), start_id);
    says.back().push_back(end_id);
  }
  return {padded(typos, layout.typo, layout.typo_width), lengths,
          padded(reads, layout.word, layout.word_width), padded(says, layout.word, layout.word_width)};
}

// 1 where an id is a letter or a mark, 0 where it is padding: [B,T]
tg::Tensor mask_of(const tg::Indices& ids) {
  std::vector<tg::Real> mask;
  for (int id : ids.values()) mask.push_back(id == pad_id ? 0 : 1);
  return {ids.shape(), mask};
}

// %%
STEP("Teacher forcing, step by step") {
  const Pair pair = *std::find_if(corpus().train.begin(), corpus().train.end(), [](const Pair& each) {
    return each.typo != each.word && each.word.size() > 4;
  });
  const Batch batch =
      batch_of(corpus().letters, {pair}, {.word_width = static_cast<int>(pair.word.size()) + 3});
  std::vector<lesson::Row> rows;
  for (int t = 0; t < batch.says.dim(1); ++t)
    rows.push_back({t + 1, corpus().letters.symbol(batch.reads.at({0, t})),
                    corpus().letters.symbol(batch.says.at({0, t})),
                    static_cast<int>(mask_of(batch.says).at({0, t}))});
  lesson::say("The encoder has read \"{}\".", pair.typo);
  lesson::table({"step", "the decoder reads", "and must say", "mask"}, rows);
}

// %% [markdown]
// The decoder reads `<start>` where it must say the first letter, and it must say `<end>` where it reads the last. A
// decoder that read its own target unmoved would only have to copy it. The last rows are padding, and the mask is 0 there.
//
// Once trained, the decoder reads what it has itself written: it takes the id with the highest score, reads that, and goes
// on until it says `<end>`. This is *greedy decoding*. A word counts as right when all of its letters are.
//
// Ids go into the LSTMs as *one-hot* vectors: $C$ numbers, 1 at the id and 0 elsewhere.

// %%
// The asker's encoder: [B,S,C] through two layers.
struct TwoLayers {
  tg::nn::LSTM first, second;
  TwoLayers(int in, int hidden) : first(in, hidden), second(hidden, hidden) {}
  tg::nn::LSTMOutput operator()(const tg::Tensor& x, const tg::nn::LSTMOptions& options) const {
    return second(first(x, options).sequence, options);
  }
  tg::nn::Parameters parameters() const { return {{"first", first}, {"second", second}}; }
};

struct Speller {
  int classes;
  TwoLayers encoder;
  tg::nn::LSTM decoder;
  tg::nn::Dense readout;

  Speller(int class_count, int hidden)
      : classes(class_count), encoder(classes, hidden), decoder(classes, hidden), readout(hidden, classes) {}
  // Without lengths, padding is read like any letter.
  tg::nn::LSTMOutput read(const tg::Indices& typos, const std::vector<int>& lengths) const {
    return encoder(tg::one_hot(typos, classes), {.lengths = lengths});
  }
  // What the decoder gets at its steps from `first` on.
  tg::Tensor inputs(const tg::Indices& letters, const tg::nn::LSTMOutput&, int) const {
    return tg::one_hot(letters, classes);
  }
  tg::nn::Parameters parameters() const {
    return {{"encoder", encoder}, {"decoder", decoder}, {"readout", readout}};
  }
};

// %%
// Teacher forcing: scores for what is to be said, [B,T,C].
template <class Model>
tg::Tensor scores_of(const Model& model, const Batch& batch, const std::vector<int>& lengths) {
  const tg::nn::LSTMOutput reading = model.read(batch.typos, lengths);
  const tg::Tensor inputs = model.inputs(batch.reads, reading, 0);
  return model.readout(model.decoder(inputs, {.initial_state = reading.state}).sequence);
}

// Greedy decoding: the words that the model writes for the typos of some pairs.
template <class Model>
std::vector<std::string> written(const Model& model, const lesson::Alphabet& letters,
                                 const std::vector<Pair>& pairs, const Layout& layout, bool with_lengths) {
  const std::size_t most = 500;  // at a time, for the memory's sake
  if (pairs.size() > most) {
    const auto cut = pairs.begin() + most;
    std::vector<std::string> words = written(model, letters, {pairs.begin(), cut}, layout, with_lengths);
    for (const std::string& word : written(model, letters, {cut, pairs.end()}, layout, with_lengths))
      words.push_back(word);
    return words;
  }
  const tg::NoGrad off;
  const Batch batch = batch_of(letters, pairs, layout);
  const tg::nn::LSTMOutput reading =
      model.read(batch.typos, with_lengths ? batch.lengths : std::vector<int>{});
  const int count = static_cast<int>(pairs.size()),
            limit = *std::max_element(batch.lengths.begin(), batch.lengths.end()) + 4;
  tg::nn::LSTMState state = reading.state;
  std::vector<int> last(pairs.size(), start_id);
  std::vector<std::vector<int>> ids(pairs.size());
  for (int t = 0; t < limit; ++t) {
    const tg::nn::LSTMOutput step =
        model.decoder(model.inputs(tg::Indices({count, 1}, last), reading, t), {.initial_state = state});
    state = step.state;
    last = tg::argmax(model.readout(state.h), -1).values();
    for (std::size_t i = 0; i < last.size(); ++i) ids[i].push_back(last[i]);
  }
  std::vector<std::string> words;
  for (std::vector<int>& row : ids) {
    const auto stop = std::find(row.begin(), row.end(), end_id);
    // A word that never ends is no word: its last letters show that.
    words.push_back(letters.decode({row.begin(), stop}));
  }
  return words;
}

double share_right(const std::vector<std::string>& said, const std::vector<Pair>& pairs) {
  double right = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) right += said[i] == pairs[i].word;
  return right / static_cast<double>(pairs.size());
}

// %% [markdown]
// A way to train is a *scheme*: where padding stands, whether the encoder is told how long each typo really is, whether the
// loss is masked, and in which order batches come. The first one does what a framework does that is told nothing:
// everything is padded to one width, after the end, and everything counts.

// %%
enum class Order { shuffled, groups_mixed, group_after_group };

struct Scheme {
  std::string name;
  bool alike = false;   // all padded to one width; else each batch to its longest row
  bool lengths = true;  // whether the encoder is told them
  bool masked = true;   // whether the loss leaves padding out
  Place typo = Place::after, word = Place::after;
  Order order = Order::shuffled;
  bool end_is_masked = false;
};

Layout layout_of(const Corpus& given, const Scheme& scheme) {
  const int width = scheme.alike ? static_cast<int>(longest_word(given)) + padding : 0;
  return {scheme.typo, scheme.word, width, scheme.alike ? width + 1 : 0};
}

// The mean over all positions, or over those that the mask selects, in nats.
tg::Tensor loss_of(const tg::Tensor& scores, const Batch& batch, const Scheme& scheme) {
  if (!scheme.masked) return tg::cross_entropy(scores, batch.says);
  tg::Tensor mask = mask_of(batch.says);
  if (scheme.end_is_masked) {
    std::vector<tg::Real> no_end;
    for (int id : batch.says.values()) no_end.push_back(id == end_id || id == pad_id ? 0 : 1);
    mask = tg::Tensor(batch.says.shape(), no_end);
  }
  return tg::cross_entropy(scores, batch.says, {.mask = mask});
}

// The batches of a whole training, as items of `pairs`.
std::vector<std::vector<int>> plan_of(const std::vector<Pair>& pairs, Order order, int epochs, int size) {
  std::map<std::pair<std::size_t, std::size_t>, std::vector<int>> groups;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const std::size_t word = order == Order::shuffled ? 0 : lesson::character_count(pairs[i].word);
    const std::size_t typo = order == Order::groups_mixed ? lesson::character_count(pairs[i].typo) : 0;
    groups[{word, typo}].push_back(static_cast<int>(i));
  }
  std::vector<std::vector<int>> plan;
  const auto add = [&](const std::vector<int>& group) {
    for (std::vector<int> batch : lesson::batches(static_cast<int>(group.size()), size)) {
      for (int& item : batch) item = group[static_cast<std::size_t>(item)];
      plan.push_back(batch);
    }
  };
  if (order == Order::group_after_group) {
    for (const auto& [lengths, group] : groups)
      for (int epoch = 0; epoch < epochs; ++epoch) add(group);
    return plan;
  }
  for (int epoch = 0; epoch < epochs; ++epoch) {
    std::vector<std::vector<int>> before;
    before.swap(plan);
    for (const auto& [lengths, group] : groups) add(group);
    for (int i : tg::random_permutation(static_cast<int>(plan.size())))
      before.push_back(plan[static_cast<std::size_t>(i)]);
    before.swap(plan);
  }
  return plan;
}

// %%
// What a training left behind.
struct Course {
  std::vector<double> right;          // share of validation words right, after each epoch
  double positions = 0, padding = 0;  // that the encoder and the decoder computed, and how many were `<pad>`
  std::size_t batches = 0;
};

// How long and how fast: with `falling`, the step size goes down to 0 along half a cosine.
struct Pace {
  int epochs = 1;
  int batch = 16;
  double lr = 0;
  bool falling = false;
};

template <class Model>
Course train(const Model& model, const Corpus& given, const Scheme& scheme, const Pace& pace) {
  Course course;
  const Layout layout = layout_of(given, scheme);
  const std::vector<std::vector<int>> plan = plan_of(given.train, scheme.order, pace.epochs, pace.batch);
  const std::size_t every = (plan.size() - 1) / static_cast<std::size_t>(pace.epochs) + 1;
  const std::vector<Pair> looked_at(given.validation.begin(),
                                    given.validation.begin() +
                                        std::min<std::ptrdiff_t>(1000, given.validation.end() -
                                                                           given.validation.begin()));
  tg::optim::Adam adam(model.parameters(), {.lr = pace.lr});
  lesson::Progress progress(scheme.name, static_cast<int>(plan.size()));
  for (const std::vector<int>& items : plan) {
    std::vector<Pair> pairs;
    for (int item : items) pairs.push_back(given.train[static_cast<std::size_t>(item)]);
    const Batch batch = batch_of(given.letters, pairs, layout);
    const tg::Tensor scores = scores_of(model, batch, scheme.lengths ? batch.lengths : std::vector<int>{});
    const tg::Tensor loss = loss_of(scores, batch, scheme);
    adam.zero_grad();
    loss.backward();
    tg::optim::clip_grad_norm(model.parameters(), 1);
    if (pace.falling)
      adam.lr(tg::optim::cosine(static_cast<int>(course.batches), static_cast<int>(plan.size()), pace.lr));
    adam.step();

    for (const tg::Indices* ids : {&batch.typos, &batch.says}) {
      course.positions += static_cast<double>(ids->size());
      course.padding += static_cast<double>(ids->size()) - tg::sum(mask_of(*ids)).item();
    }
    if (++course.batches % every == 0 || course.batches == plan.size())
      course.right.push_back(
          share_right(written(model, given.letters, looked_at, layout, scheme.lengths), looked_at));
    progress.step("loss {:.3g}, right {:.0f}%", loss.item(),
                  course.right.empty() ? 0 : 100 * course.right.back());
  }
  return course;
}

Speller new_speller(int seed) {
  tg::manual_seed(seed);
  return Speller(corpus().letters.size(), hidden_units ? hidden_units : 32);
}

int epochs_wanted() { return epochs_given ? epochs_given.value() : lesson::quick() ? 13 : 17; }

struct Trained {
  Speller model;
  Course course;
};

// The same settings give the same run, so nothing is trained twice.
const Trained& trained(const Scheme& scheme, int seed, int epochs = epochs_wanted()) {
  static std::map<std::string, Trained> known;
  const std::string settings = fmt::format("{} {} {} {} {} {}", scheme.name, seed, epochs, lr.value(),
                                           padding.value(), hidden_units.value());
  if (const auto found = known.find(settings); found != known.end()) return found->second;
  const Speller model = new_speller(seed);
  const Course course = train(model, corpus(), scheme, {.epochs = epochs, .lr = lr});
  return known.insert({settings, {model, course}}).first->second;
}

// %% [markdown]
// ## The smallest failing demo
//
// We train for a few *epochs* (an epoch is once through all training pairs), padding counted. The loss is the mean of
// $-\ln p$, where $p$ is the probability that the model gave to what was right; its unit is called the *nat*. Once it is the
// mean over all positions, and once, *masked*, over letters and marks only. *Right* is the share of positions where the
// right id has the highest score. Two lazy predictors stand beside the model:
//
// - *frequencies*: always say each id with the share that it has in the training words, padding included;
// - *always pad*: say `<pad>` everywhere. Its loss is infinite, since it gives the letters a probability of 0. But it can be
//   right.
//
// **Predict first.** The loss comes out far below that of the frequencies, and most positions are right. Write down: of a
// hundred validation pairs, how many does this model get right, letter by letter?

// %%
Scheme all_counted() { return {.name = "padding counted", .alike = true, .lengths = false, .masked = false}; }

int demo_epochs() { return lesson::quick() ? 3 : 2; }

const Speller& demo_model() { return trained(all_counted(), lesson::seed(), demo_epochs()).model; }

// A number for each position, and where they belong to a letter or mark.
struct Scored {
  tg::Tensor losses, right, mask;  // [B,T]
};

Scored scored(const Speller& model, const Batch& batch, const std::vector<int>& lengths) {
  const tg::NoGrad off;
  const tg::Tensor scores = scores_of(model, batch, lengths);
  const std::vector<int> best = tg::argmax(scores, -1).values();
  std::vector<tg::Real> right;
  for (std::size_t i = 0; i < best.size(); ++i) right.push_back(best[i] == batch.says.values()[i] ? 1 : 0);
  return {tg::cross_entropy(scores, batch.says, {.reduction = tg::Reduction::none}),
          {batch.says.shape(), right},
          mask_of(batch.says)};
}

// The cross-entropy of the training ids' frequencies: over all positions, or over letters and marks.
double frequency_loss(const Batch& train, const Batch& validation, bool masked) {
  std::map<int, double> count;
  double total = 0, loss = 0, positions = 0;
  for (int id : train.says.values()) {
    if (masked && id == pad_id) continue;
    ++count[id];
    ++total;
  }
  for (int id : validation.says.values()) {
    if (masked && id == pad_id) continue;
    loss -= std::log(std::max(count[id], 1.0) / total);
    ++positions;
  }
  return loss / positions;
}

// %%
STEP("A loss that looks good") {
  const Layout layout = layout_of(corpus(), all_counted());
  const Batch train = batch_of(corpus().letters, corpus().train, layout);
  const Batch validation = batch_of(corpus().letters, corpus().validation, layout);
  const Scored model = scored(demo_model(), validation, {});
  const double all = tg::mean(model.losses).item(), all_right = tg::mean(model.right).item(),
               letters = tg::masked_mean(model.losses, model.mask).item(),
               letters_right = tg::masked_mean(model.right, model.mask).item();
  const double pads = 1 - tg::mean(model.mask).item();
  const auto percent = [](double share) { return lesson::right("{:.0f}%", 100 * share); };
  lesson::say("{} epochs; {} validation pairs, all {} positions wide; loss in nats per position\n",
              demo_epochs(), validation.says.dim(0), validation.says.dim(1));
  lesson::table({"", "loss, all", "right, all", "loss, masked", "right, masked"},
                {{"the model", all, percent(all_right), letters, percent(letters_right)},
                 {"frequencies", frequency_loss(train, validation, false), percent(pads),
                  frequency_loss(train, validation, true), ""},
                 {"always pad", lesson::right("infinite"), percent(pads), lesson::right("infinite"),
                  percent(0)}});
  const double words =
      share_right(written(demo_model(), corpus().letters, corpus().validation, layout, false),
                  corpus().validation);
  lesson::say("\nWords right, decoded greedily: {:.0f}%", 100 * words);
  lesson::claim("more than two thirds of all positions are right, and less than a fifth of the words",
                all_right > 2.0 / 3 && words < 0.2, lesson::fails_with("--padding 0"));
}

// %% [markdown]
// Most positions are padding, and padding is easy: the loss over all is little more than the masked loss times the share of
// letters and marks. The model has learned where words end, and little else. *Right* over all positions is no better a
// guide: `<pad>` always has most of it.
//
// Now keep this model as it is. Score the same words with more padding after them. **Predict first:** what does the loss
// over all positions do? And the masked one?

// %%
const std::vector<int> paddings = {0, 5, 10, 20, 40};

// The loss of a model on the validation words, each padded after its end to the longest and `extra` more.
Scored with_extra(const Speller& model, int extra) {
  Layout layout = layout_of(corpus(), all_counted());
  layout.word_width += extra - padding;
  return scored(model, batch_of(corpus().letters, corpus().validation, layout), {});
}

// `padding` scales the list, so that 0 leaves nothing of it.
int scaled(int extra) { return extra * padding / 10; }

// %%
STEP("The same model, the same words, more padding") {
  std::vector<lesson::Row> rows;
  std::vector<double> x, all, letters;
  for (int extra : paddings) {
    const Scored model = with_extra(demo_model(), scaled(extra));
    x.push_back(scaled(extra));
    all.push_back(tg::mean(model.losses).item());
    letters.push_back(tg::masked_mean(model.losses, model.mask).item());
    rows.push_back({scaled(extra), all.back(), lesson::right("{:.0f}%", 100 * tg::mean(model.right).item()),
                    letters.back(),
                    lesson::right("{:.0f}%", 100 * tg::masked_mean(model.right, model.mask).item())});
  }
  lesson::table({"padded steps added", "loss, all", "right, all", "loss, masked", "right, masked"}, rows);

  lesson::Figure figure(
      "loss_and_padding",
      "Nothing is learned between these points, yet the loss over all positions falls with padding; "
      "the masked one stays.");
  figure.axes({.x = "padded steps added after every word",
               .y = "loss of one trained model (nats per position)",
               .y_range = {.low = 0}});
  figure.line("all positions", x, all);
  figure.line("masked", x, letters);
  lesson::show(figure);
  lesson::claim("padding alone takes more than a third off the loss over all positions",
                all.back() < 2 * all.front() / 3, lesson::fails_with("--padding 0"));
  lesson::claim("the masked loss is the same with any padding, to a millionth",
                *std::max_element(letters.begin(), letters.end()) -
                        *std::min_element(letters.begin(), letters.end()) <
                    1e-6 * letters.front());
}

// %% [markdown]
// So this is the asker's question: how does the loss leave padding out?
//
// ## Diagnosis 1: what is divided by what
//
// A *mask* $m$ is 1 at letters and marks and 0 at padding. Let $l$ be the losses of the positions. Two formulas look alike:
// the mean of $l \cdot m$ over all positions, and
//
// $$ L = \frac{\sum l \, m}{\sum m} $$
//
// Four letters have the losses 1, 2, 3 and 0.5; then comes padding, with a loss of 7 at each step. **Predict first:** what
// does each formula give with two padded steps, and with a hundred? How much does a letter count: by how much does the
// result rise when the loss of that letter rises by 1?

// %%
STEP("Two ways to divide") {
  std::vector<lesson::Row> rows;
  double two_apart = 0, two_masked = 0;
  for (int extra : {0, 2, 20, 100}) {
    const tg::Tensor losses = tg::pad(tg::tensor({1, 2, 3, 0.5}), 0, 0, extra, 7).requires_grad(true);
    const tg::Tensor mask = tg::pad(tg::ones({4}), 0, 0, extra);
    const tg::Tensor over_all = tg::mean(losses * mask), masked = tg::sum(losses * mask) / tg::sum(mask);
    const auto counts = [&](const tg::Tensor& loss) { return tg::grad(loss, {losses})[0].at({0}); };
    rows.push_back({extra, over_all.item(), counts(over_all), masked.item(), counts(masked)});
    if (extra == 2) two_apart = over_all.item(), two_masked = masked.item();
  }
  lesson::table({"padded steps", "mean(l m)", "a letter counts", "sum(l m) / sum(m)", "a letter counts"},
                rows);
  lesson::claim("with two padded steps the formulas give 6.5 / 6 and 6.5 / 4",
                std::abs(two_apart - 6.5 / 6) < 1e-6 && std::abs(two_masked - 6.5 / 4) < 1e-6);
}

// %% [markdown]
// The first formula moves with padding, and so does its gradient: the more padding in a batch, the less its letters teach.
// The second, the answer's, does not. This is the right last line. Now the first one.
//
// ## Diagnosis 2: what is the mask made from?
//
// `categorical_crossentropy` wants one-hot targets, so in the answer `y_true` has the shape [B,T,C]: $B$ words of $T$
// positions, and at each position $C$ numbers, of which one is 1. The answer compares *those* with `PAD_ID`. We do the same,
// with 0 (our `<pad>`), and then with 1 and 2 as well.
//
// **Predict first:** an entry of a one-hot target is 0 or 1. Which entries equal 0? Which equal 2? And what shape has the
// mask?

// %%
// Keras' K.equal: 1 where an entry is this number.
tg::Tensor equals(const tg::Tensor& a, double number) { return (a >= number) * (a <= number); }

bool near(double a, double b, double relative = 1e-5) { return std::abs(a - b) <= relative * std::abs(b); }

// %%
STEP("The answer's mask") {
  const std::vector<Pair> pairs(corpus().validation.begin(), corpus().validation.begin() + 8);
  const Batch batch = batch_of(corpus().letters, pairs, {});
  const Scored model = scored(demo_model(), batch, batch.lengths);
  const int B = batch.says.dim(0), T = batch.says.dim(1), C = corpus().letters.size();
  const tg::Tensor target = tg::one_hot(batch.says, C);  // [B,T,C]
  const double plain = tg::mean(model.losses).item(),
               masked = tg::masked_mean(model.losses, model.mask).item();
  lesson::say("target {}, loss {}, the answer's mask {}", target.shape(), model.losses.shape(),
              (1 - equals(target, pad_id)).shape());
  const std::string refusal = lesson::error_of([&] { model.losses*(1 - equals(target, pad_id)); });
  lesson::say("What loss * mask says: {}\n", refusal);

  std::vector<lesson::Row> rows;
  bool all_plain = true;
  for (int id : {0, 1, 2}) {
    const tg::Tensor mask = 1 - equals(target, id);  // [B,T,C]
    const tg::Tensor losses = tg::reshape(model.losses, {B, T, 1});
    const double loss = (tg::sum(losses * mask) / tg::sum(mask)).item();
    all_plain = all_plain && near(loss, plain);
    const auto same = [&](const tg::Tensor& other) { return tg::sum(tg::abs(mask - other)).item() == 0; };
    rows.push_back({id,
                    same(target)       ? "the target itself"
                    : same(1 - target) ? "1 - target"
                                       : "1 everywhere",
                    loss});
  }
  rows.push_back({"(no mask)", "", plain});
  rows.push_back({"(mask from ids)",
                  mask_of(batch.says).shape() == model.losses.shape() ? "[B,T], as the loss" : "?", masked});
  lesson::say("With the loss as [B,T,1], so that it can be multiplied:\n");
  lesson::table({lesson::right("PAD_ID"), "the mask is", "loss"}, rows);
  lesson::claim("a mask made from one-hot targets has an axis too many, and the product is refused",
                refusal.starts_with("[mul]"));
  lesson::claim("made to fit, it masks nothing, whatever the id: the loss is the plain mean", all_plain);
  lesson::claim("a mask made from ids has the loss's shape and gives what cross_entropy gives under a mask",
                near(masked, loss_of(scores_of(demo_model(), batch, batch.lengths), batch, {}).item()));
}

// %% [markdown]
// Three ids, three kinds of mask, one result: *no* masking. Each position has the same number of ones in its $C$ mask
// entries, so all count alike. Made to fit, the code runs, the loss falls, and nothing says that it is wrong.
//
// Make the mask from the *ids*, [B,T], before they become one-hot. (With one-hot targets in hand, the column of `<pad>` is
// the same thing: `1 - y_true[:, :, PAD_ID]`.)
//
// ## Diagnosis 3: a batch without a single letter
//
// Texts cut into windows, or a batch divided among machines, can leave a part that is all padding. Then $\sum m = 0$.
//
// **Predict first:** the loss of such a batch is 0/0, which is NaN, *not a number*. After *one* training step on it, how
// many of the model's weights are still numbers?

// %%
STEP("The empty mask") {
  const Speller model = new_speller(lesson::seed());
  Batch batch = batch_of(corpus().letters, {corpus().train[0], corpus().train[1]}, {});
  batch.says =
      tg::Indices(batch.says.shape(), std::vector<int>(static_cast<std::size_t>(batch.says.size()), pad_id));
  const tg::Tensor mask = mask_of(batch.says), scores = scores_of(model, batch, batch.lengths);
  const std::string refusal =
      lesson::error_of([&] { tg::cross_entropy(scores, batch.says, {.mask = mask}); });
  const tg::Tensor losses = tg::cross_entropy(scores, batch.says, {.reduction = tg::Reduction::none});
  const tg::Tensor loss = tg::sum(losses * mask) / tg::sum(mask);
  tg::optim::Adam adam(model.parameters(), {.lr = lr});
  loss.backward();
  adam.step();
  std::int64_t lost = 0;
  for (const auto& [name, weight] : model.parameters())
    for (tg::Real value : weight.values()) lost += std::isnan(value);
  lesson::say("the answer's formula gives {}; after one step {} of {} weights are NaN",
              std::isnan(loss.item()) ? "NaN" : "a number", lost, model.parameters().count());
  lesson::say("What cross_entropy says to this mask: {}", refusal);
  lesson::claim("one batch of padding alone, by the answer's formula, makes every weight NaN",
                lost == model.parameters().count());
  lesson::claim("the engine's losses refuse a mask that selects nothing",
                refusal.starts_with("[cross_entropy]"));
}

// %% [markdown]
// From the loss, NaN spreads to every gradient, and so to every weight. Three cures are in use: refuse, as here; call
// the loss 0, as Keras 3 does; or divide by $\max(\sum m, 1)$. The second and third hide a batch that should not be
// there. If yours may be, skip it, and count how often.
//
// ## Diagnosis 4: what stands under the mask
//
// What a model computes at padding is nobody's business, so it may be anything: also an infinity or a NaN, from a
// logarithm of 0, or from memory that nobody set. The mask is 0 there. **Predict first:** what is 0 times NaN? And if
// one chooses by the mask instead of multiplying?
//
// Three positions with scores for four classes; the third is padding, and its scores are NaN. We look at the loss and at
// its gradient by the scores, twelve numbers.

// %%
STEP("Not a number under the mask") {
  const tg::Indices labels = tg::indices({1, 3, 0});
  const tg::Tensor mask = tg::tensor({1, 1, 0});
  const double nan = std::nan("");
  const tg::Tensor scores =
      tg::tensor({{1, 2, 0, 0}, {0, 0, 1, 3}, {nan, nan, nan, nan}}).requires_grad(true);
  const tg::LossOptions each = {.reduction = tg::Reduction::none};
  const tg::Tensor multiplied = tg::sum(tg::cross_entropy(scores, labels, each) * mask) / tg::sum(mask);
  const tg::Tensor chosen_after =
      tg::sum(tg::where(mask, tg::cross_entropy(scores, labels, each), 0)) / tg::sum(mask);
  const tg::Tensor chosen_before = tg::cross_entropy(scores, labels, {.mask = mask});
  std::vector<lesson::Row> rows;
  std::vector<int> lost;
  double at_padding = 1;
  for (const auto& [name, loss] :
       {std::pair("loss * mask", multiplied), std::pair("where(mask, loss, 0)", chosen_after),
        std::pair("the scores selected before any arithmetic", chosen_before)}) {
    const tg::Tensor gradient = tg::grad(loss, {scores})[0];
    int count = 0;
    for (tg::Real value : gradient.values()) count += std::isnan(value);
    lost.push_back(count);
    at_padding = tg::max(tg::abs(tg::select(gradient, 0, 2))).item();
    rows.push_back({name, loss.item(), count});
  }
  lesson::table({"the mask's way in", "loss", "NaN in the gradient, of 12"}, rows);
  lesson::claim("a product with the mask leaves NaN in the loss", std::isnan(multiplied.item()));
  lesson::claim("a choice after the arithmetic saves the loss and not the gradient",
                !std::isnan(chosen_after.item()) && lost[1] > 0);
  lesson::claim("a choice before the arithmetic saves both, and the gradient at padding is exactly 0",
                !std::isnan(chosen_before.item()) && lost[2] == 0 && at_padding == 0);
}

// %% [markdown]
// The second row is a trap: the loss looks healthy, but on the way back the chain rule multiplies the 0 that comes from
// `where` by the derivative of the loss before it, which is NaN. The losses of this engine take the third way.
//
// ## Diagnosis 5: the mask on the loss is not a mask on the state
//
// So far we talked about the loss. But an LSTM that is told nothing *reads* padding: each `<pad>` changes $h$ and $c$. The
// encoder hands its last state to the decoder, and no mask on the loss comes near it. What helps are *lengths*: the LSTM
// is told how many steps are real, and stops there.
//
// We train a model the right way (mask and lengths; below this is "the fix"), so that it has never met padding. Then each
// typo gets exactly $k$ padded steps. How far does the handed-over $h$ move? We divide its distance from the $h$ of the typo
// alone by the length of the latter; the table has the means over the validation words. Two ways read padding, two do not:
//
// - *read, after* and *read, before*: the encoder is told that the padded steps belong to the word.
// - *masked step by step, before*: at padding, the new state is thrown away and the old one kept, which is what Keras'
//   masking does.
// - *lengths, after*: the encoder is told how long each word is, and stops there.
//
// **Predict first:** the letters come last when padding stands in front. Does it then move the state less?

// %%
Scheme the_fix() { return {.name = "mask and lengths"}; }

// Each row with `count` padded steps at one end, which belong to it from now on.
std::vector<std::vector<int>> with_padding(std::vector<std::vector<int>> rows, Place place, int count) {
  for (auto& row : rows)
    row.insert(place == Place::before ? row.begin() : row.end(), static_cast<std::size_t>(count), pad_id);
  return rows;
}

std::vector<int> lengths_of(const std::vector<std::vector<int>>& rows) {
  std::vector<int> lengths;
  for (const auto& row : rows) lengths.push_back(static_cast<int>(row.size()));
  return lengths;
}

// A layer that keeps its state at padding: what it shows after each step, [B,T,H].
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

// How far rows of a lie from those of b, in lengths of b's: the mean over rows.
double distance(const tg::Tensor& a, const tg::Tensor& b) {
  return tg::mean(tg::norm(a - b, -1) / tg::norm(b, -1)).item();
}

// %%
std::vector<std::vector<int>> validation_typos() {
  std::vector<std::vector<int>> rows;
  for (const Pair& pair : corpus().validation) rows.push_back(corpus().letters.encode(pair.typo));
  return rows;
}

// The masked loss of the validation words when typos or words carry `count` padded steps that are read.
double loss_with_padding(const Speller& model, bool in_typo, Place place, int count) {
  std::vector<std::vector<int>> typos = validation_typos(), reads, says;
  for (const Pair& pair : corpus().validation) {
    says.push_back(corpus().letters.encode(pair.word));
    reads.push_back(says.back());
    reads.back().insert(reads.back().begin(), start_id);
    says.back().push_back(end_id);
  }
  if (in_typo) {
    typos = with_padding(typos, place, count);
  } else {
    reads = with_padding(reads, place, count);
    says = with_padding(says, place, count);
  }
  const tg::NoGrad off;
  const Batch batch = {padded(typos, Place::after, 0), lengths_of(typos), padded(reads, Place::after, 0),
                       padded(says, Place::after, 0)};
  return loss_of(scores_of(model, batch, batch.lengths), batch, the_fix()).item();
}

std::vector<double> state_after, state_before;  // how far it moves, for each number of padded steps

// %%
STEP("How far padding moves the state") {
  state_after.clear();
  state_before.clear();
  const Speller& model = trained(the_fix(), lesson::seed()).model;
  const tg::NoGrad off;
  const int C = corpus().letters.size();
  const std::vector<std::vector<int>> typos = validation_typos();
  const std::vector<int> lengths = lengths_of(typos);
  const auto state_of = [&](const std::vector<std::vector<int>>& rows) {
    return model.read(padded(rows, Place::after, 0), lengths_of(rows)).state.h;
  };
  const tg::Tensor alone = state_of(typos);
  std::vector<lesson::Row> rows;
  double worst = 0;
  for (int k : {0, 1, 2, 5, 10, 20}) {
    const auto after = with_padding(typos, Place::after, k), before = with_padding(typos, Place::before, k);
    state_after.push_back(distance(state_of(after), alone));
    state_before.push_back(distance(state_of(before), alone));
    const tg::Indices wide = padded(typos, Place::before, static_cast<int>(longest_word(corpus())) + k);
    const tg::Tensor mask = mask_of(wide);
    const tg::Tensor kept =
        masked_step_by_step(model.encoder.second,
                            masked_step_by_step(model.encoder.first, tg::one_hot(wide, C), mask), mask);
    const double stepwise = distance(tg::select(kept, 1, -1), alone);
    const double told =
        distance(model
                     .read(padded(typos, Place::after, static_cast<int>(longest_word(corpus())) + k), lengths)
                     .state.h,
                 alone);
    worst = std::max({worst, stepwise, told});
    rows.push_back({k, state_after.back(), state_before.back(), stepwise, told});
  }
  lesson::table({"k", "read, after", "read, before", "masked step by step, before", "lengths, after"}, rows);
  lesson::claim(
      "five padded steps that are read move the state by more than a tenth of its length, at either end",
      state_after[3] > 0.1 && state_before[3] > 0.1);
  lesson::claim(
      "masked in the recurrence, padding before and after the word give the same state, to a millionth",
      worst < 1e-6);
}

// %% [markdown]
// Padding that is read moves the state, and from a few steps on even further when it stands in front: the first letter then
// meets a state in which no word ever began. Kept out of the recurrence, padding has no place at all: before and after
// are the same.
//
// Does the moved state cost anything? The same model, the same typos. Now we put $k$ padded steps at one of four places,
// and look at the loss of the letters alone:
//
// - in the typo, *after* it or *before* it;
// - in the word that the decoder reads and says, *before `<start>`* or *after `<end>`*. These are the two places that the
//   asker thinks of.
//
// **Predict first:** one of the four costs nothing. Which, and why?

// %%
STEP("Four places for padding") {
  std::vector<double> loss_typo_after, loss_typo_before, loss_word_before, loss_word_after;
  const Speller& model = trained(the_fix(), lesson::seed()).model;
  const std::vector<int> counts = {0, 1, 2, 5, 10, 20};
  std::vector<lesson::Row> rows;
  for (int k : counts) {
    loss_typo_after.push_back(loss_with_padding(model, true, Place::after, k));
    loss_typo_before.push_back(loss_with_padding(model, true, Place::before, k));
    loss_word_before.push_back(loss_with_padding(model, false, Place::before, k));
    loss_word_after.push_back(loss_with_padding(model, false, Place::after, k));
    rows.push_back({k, loss_typo_after.back(), loss_typo_before.back(), loss_word_before.back(),
                    loss_word_after.back()});
  }
  lesson::say("masked loss, nats per letter or mark; uniform guessing costs {:.3g}\n",
              std::log(corpus().letters.size()));
  lesson::table({"k", "typo, after", "typo, before", "word, before <start>", "word, after <end>"}, rows);

  lesson::Figure figure(
      "places_of_padding",
      "Padding that is read moves the state that the encoder hands over (left), and costs loss at every "
      "place but one: after <end> (right).");
  figure.panel("how far the state moves");
  figure.axes({.x = "padded steps k", .y = "distance, in lengths of h", .y_range = {.low = 0}});
  figure.line("typo, after", counts, state_after);
  figure.line("typo, before", counts, state_before);
  figure.panel("what it costs");
  figure.axes({.x = "padded steps k", .y = "masked loss (nats)", .y_range = {.low = 0}});
  figure.line("typo, after", counts, loss_typo_after);
  figure.line("typo, before", counts, loss_typo_before);
  figure.line("word, before <start>", counts, loss_word_before);
  figure.line("word, after <end>", counts, loss_word_after);
  lesson::show(figure);

  lesson::claim("padding after <end> changes the masked loss by less than a millionth",
                near(loss_word_after.back(), loss_word_after.front(), 1e-6));
  lesson::claim("ten padded steps that are read at any of the other places raise it by more than a tenth",
                std::min({loss_typo_after[4], loss_typo_before[4], loss_word_before[4]}) >
                    1.1 * loss_word_after[0],
                lesson::fails_with("--lr 1e-6"));
}

// %% [markdown]
// An LSTM can't see the future. What comes after `<end>` in the decoder comes after everything that counts, so it changes
// no letter's score; the mask removes its loss, and nothing is left of it. That is why padding after the end is the habit,
// *in the decoder*. In the encoder no place is free: the *last* state is handed on, and all that was read is in it.
//
// This model had never met padding. Perhaps one that is trained with it learns to look past it. The experiment tells.
//
// ## The fix
//
// Three lines. Lengths and mask both come from ids; padding stands after the end on both sides:
//
// ```cpp
// encoder(tg::one_hot(typos, classes), {.lengths = lengths})       // 1. padding is not read
// tg::Tensor mask = mask_of(says);                                 // 2. from ids, [B,T]
// tg::cross_entropy(scores, says, {.mask = mask})                  // 3. sum(l m) / sum(m); an empty mask is refused
// ```
//
// Where padding comes after the end, `tg::sequence_mask(lengths, T)` makes the same mask from the words' lengths. Each batch
// is padded to its own longest row: we check that a wider one gives the same loss, so it would only cost time.
//
// We run the failing demo again. The fixed model is shown after as many epochs as the model of the demo, and at the end of
// its training.

// %%
STEP("The same demo, fixed") {
  const int short_epochs = demo_epochs();
  const Speller& late = trained(the_fix(), lesson::seed()).model;
  std::vector<lesson::Row> rows;
  const auto row = [&](const Scheme& scheme, int epochs) {
    const Speller& model = trained(scheme, lesson::seed(), epochs).model;
    const Layout layout = layout_of(corpus(), scheme);
    const Batch validation = batch_of(corpus().letters, corpus().validation, layout);
    const Scored result = scored(model, validation, scheme.lengths ? validation.lengths : std::vector<int>{});
    const double masked = tg::masked_mean(result.losses, result.mask).item(),
                 words = share_right(written(model, corpus().letters, corpus().validation, layout,
                                             scheme.lengths),
                                     corpus().validation);
    rows.push_back({scheme.name, epochs, scheme.masked ? masked : tg::mean(result.losses).item(), masked,
                    lesson::right("{:.0f}%", 100 * words)});
    return words;
  };
  row(all_counted(), short_epochs);
  row(the_fix(), short_epochs);
  const double words = row(the_fix(), epochs_wanted());
  lesson::table({"trained with", "epochs", "the loss it reports", "its masked loss", "words right"}, rows);

  std::vector<double> by_width;
  for (int width : {0, 30, 60}) {
    const Batch batch =
        batch_of(corpus().letters, corpus().validation, {.typo_width = width, .word_width = width});
    by_width.push_back(loss_of(scores_of(late, batch, batch.lengths), batch, the_fix()).item());
  }
  const auto [low, high] = std::minmax_element(by_width.begin(), by_width.end());
  lesson::claim("fixed, the loss is the same at every width of the rectangles, to a millionth",
                *high - *low <= 1e-6 * *high);
  lesson::claim("fixed and trained, the model gets more than a third of the validation pairs right",
                words > 1.0 / 3, lesson::fails_with("--lr 1e-6"));
}

// %% [markdown]
// After the short training neither model gets more than a few words right. By the losses that they report, the one with
// padding counted looks far better; by the masked losses, which can be compared, it is the worse.
//
// ## Groups by length
//
// The asker avoids the question: words of one length in one batch need no padding, and no mask. And nothing is lost by it:
// the masked loss of a mixed batch is the mean of the groups' losses, each weighted by its number of letters and marks.
// **Predict first:** then what can go wrong?

// %%
STEP("Groups need no mask") {
  const Speller& model = trained(the_fix(), lesson::seed()).model;
  const tg::NoGrad off;
  const Batch mixed = batch_of(corpus().letters, corpus().validation, {});
  const double masked = loss_of(scores_of(model, mixed, mixed.lengths), mixed, the_fix()).item();
  std::map<std::pair<std::size_t, std::size_t>, std::vector<Pair>> groups;
  for (const Pair& pair : corpus().validation) groups[{pair.word.size(), pair.typo.size()}].push_back(pair);
  double total = 0, letters = 0;
  for (const auto& [lengths, group] : groups) {
    const Batch batch = batch_of(corpus().letters, group, {});
    const auto count = static_cast<double>(batch.says.size());
    total += count * tg::cross_entropy(scores_of(model, batch, {}), batch.says).item();
    letters += count;
  }
  lesson::say("{} validation pairs make {} groups of equal lengths of typo and word",
              corpus().validation.size(), groups.size());
  lesson::say("masked loss of the mixed batch {:.6f}, weighted mean over the groups {:.6f}", masked,
              total / letters);
  lesson::claim(
      "the masked loss of a mixed batch is the groups' mean, weighted by letters, to a hundred-thousandth",
      near(masked, total / letters));
}

// %% [markdown]
// ## Experiment: the same pairs, nine ways
//
// - *padding counted*: the demo. *Padding counted, typo before*: the same with the asker's side for the typo (neither
//   with `--quick`).
// - *answer's mask*: the loss is masked (rightly, from ids), but the encoder reads padding. Typos after, and before.
// - *word before `<start>`*: masked, and typos by length, but the decoder reads its padding before it begins. In
//   training the number of padded steps follows from the right word. When it decodes, nobody knows that number, so it
//   begins at `<start>`.
// - *mask and lengths*: the fix.
// - *groups, mixed*: batches of equal lengths, in random order. *Group after group*: the asker's loop: all epochs of the
//   words of three letters, then all of four, and so on; typos padded before and read.
// - *end masked*: what comes of `<pad>` = `<end>`: the fix, but the mask hides the end.
//
// All see each training pair equally often. *Words right* are validation pairs, decoded greedily. *Positions* are the
// steps that encoder and decoder compute in an epoch, *padding* is its share of them, *batches* are the training steps
// in an epoch.
//
// **Predict first:** which is the best, and which get almost nothing right?

// %%
std::vector<Scheme> schemes() {
  std::vector<Scheme> all = {
      {.name = "answer's mask", .alike = true, .lengths = false},
      {.name = "answer's mask, typo before", .alike = true, .lengths = false, .typo = Place::before},
      {.name = "word before <start>", .alike = true, .word = Place::before},
      the_fix(),
      {.name = "groups, mixed", .order = Order::groups_mixed},
      {.name = "group after group",
       .lengths = false,
       .typo = Place::before,
       .order = Order::group_after_group},
      {.name = "end masked", .end_is_masked = true}};
  if (lesson::quick()) return all;
  Scheme before = all_counted();
  before.name += ", typo before";
  before.typo = Place::before;
  all.insert(all.begin(), {all_counted(), before});
  return all;
}

int seeds_wanted() { return lesson::seeds(1, 3, 10).size(); }

std::map<std::string, lesson::Spread> words_right;  // of each scheme, over the seeds

std::string percent_range(const lesson::Spread& spread) {
  if (spread.low == spread.high) return fmt::format("{:.0f}%", 100 * spread.median);
  return fmt::format("{:.0f}% ({:.0f} to {:.0f})", 100 * spread.median, 100 * spread.low, 100 * spread.high);
}

// %%
STEP("The experiment") {
  lesson::say(
      "{} training pairs, {} epochs, batches of {}, H = {}, step size {}; seeds: {}, from {} on. "
      "Words right: median (range)\n",
      corpus().train.size(), epochs_wanted(), Pace().batch, hidden_units ? hidden_units.value() : 32, lr,
      seeds_wanted(), lesson::seed());
  std::vector<lesson::Row> rows;
  lesson::Progress progress("schemes", static_cast<int>(schemes().size()) * seeds_wanted());
  lesson::Figure figure(
      "words_right_by_epoch",
      lesson::quick()
          ? "Masked and with lengths, or with padding before the typo, a model gets going; with "
            "padding read after the typo, hardly (first seed)."
          : "Masked, with lengths or with padding before the typo, a model gets going; with padding "
            "counted, or read after the typo, hardly (first seed).");
  figure.axes({.x = "epoch", .y = "words right (%)", .y_range = {.low = 0, .high = 100}});
  for (const Scheme& scheme : schemes()) {
    std::vector<double> right;
    for (int k = 0; k < seeds_wanted(); ++k) {
      right.push_back(trained(scheme, lesson::seed() + k).course.right.back());
      progress.step();
    }
    words_right[scheme.name] = lesson::spread(right);
    const Course& course = trained(scheme, lesson::seed()).course;
    rows.push_back({scheme.name, lesson::right(percent_range(words_right[scheme.name])),
                    lesson::right("{:.0f}", course.positions / epochs_wanted()),
                    lesson::right("{:.0f}%", 100 * course.padding / course.positions),
                    course.batches / static_cast<std::size_t>(epochs_wanted())});
    if (scheme.order != Order::shuffled || scheme.word == Place::before || scheme.end_is_masked) continue;
    std::vector<double> shares = {0};
    for (double share : course.right) shares.push_back(100 * share);
    figure.line(scheme.name, shares);
  }
  lesson::table({"scheme", "words right", "positions", "padding", "batches"}, rows);
  lesson::show(figure);
}

// %% [markdown]
// - *Where the padding stands matters, for the encoder.* After the word and read, it is what the last state has seen last,
//   and the word is far behind. In front, the word comes last. A model that is trained with padding in front learns to begin
//   late; it only needs more epochs than with lengths to get going. So the answer's sentence is right as printed, and the
//   advice before it is not: without lengths, "after the end-of-sequence token" is the worst place in the *encoder*. The
//   asker's own side was the better one.
// - *The mask helps*: compare *padding counted, typo before* with *answer's mask, typo before*. At first, most of what the
//   gradient teaches is padding. Mask and side each do little alone: compare these two with *answer's mask*.
// - *Before `<start>`* is behind the typo, too: the state has to survive all that padding on its way to the first letter. On
//   top of that, the number of padded steps tells the length of the word in training, and is unknown afterwards.
// - *Groups*, mixed, need no mask and the fewest positions. Their batches are more and smaller, many far below 16 pairs, and
//   so noisier. *Group after group* forgets the short words over the long ones: batches must be mixed.
// - *End masked*: the model is never told to stop.
//
// With lengths, the place no longer matters (Diagnosis 5). So: lengths and a mask where batches are mixed; groups where
// there are pairs enough to fill batches of equal lengths.
//
// ## Claims of the experiment

// %%
STEP("What we assert") {
  const auto named = [](const std::string& name) { return words_right[name].median; };
  const double fixed = named(the_fix().name);
  const lesson::fails_with nothing_learned("--lr 1e-6");
  lesson::claim(
      "mask and lengths: more than twice as many words right as with the answer's mask, padding after and read",
      fixed > 2 * named("answer's mask"), nothing_learned);
  lesson::claim("read by the encoder, padding before the typo beats padding after it",
                named("answer's mask, typo before") > named("answer's mask"), nothing_learned);
  lesson::claim("groups, mixed: more than twice as many words right as group after group",
                named("groups, mixed") > 2 * named("group after group"), nothing_learned);
  lesson::claim("word before <start>, and end masked: less than a fifth of the fix's words",
                std::max(named("word before <start>"), named("end masked")) < fixed / 5, nothing_learned);
}

// %% [markdown]
// ## A corrector, beside two lazy ones
//
// Padding is settled; is this a spelling corrector? We train on all words (with `--data`, on yours), and test on pairs that
// no choice so far has seen. In the same unit, words right, stand two predictors that learn nothing:
//
// - *leave it*: write the typo as it is. Right for right words only.
// - *nearest word*: of all words in the training pairs, the one with the smallest *edit distance*, which is the number of
//   letters to insert, drop or change; of equally near words the one that more training pairs have.
//
// The second is strong: it knows the list of words, and can only say words. A model that writes letter by letter has to
// learn them.
//
// The asker's model has a handicap that no mask cures: a long word must fit into the $2H$ numbers that are handed over. So
// beside it stands a second network (`lessons/support/corrector.cpp`). Its encoder reads in both directions (`BiLSTM`), and
// the decoder at its step $t$ also gets what the encoder shows at step $t$, next to the letter before. A typo and its word
// mostly run side by side, so it sees the right neighbourhood. Where the word is longer than the typo, it gets zeros.
//
// The last row, *spell*, is a marriage: a word that the training pairs know to be right stays; else the network's word
// counts where the training pairs have that word, and else the nearest word, where it is near.
//
// **Predict first:** who wins on all test pairs, on typos alone, and on words that were right already?

// %%
struct Size {
  int words, typos, hidden, epochs, batch;
};

Size size_of_corrector() {
  if (!data.value().empty()) return {0, 0, 96, 0, 64};
  if (lesson::quick()) return {60, 6, 32, 18, 16};
  return {0, 8, 48, 10, 16};
}

// On a file of one's own.
int epochs_on(std::size_t pairs) {
  const int some = lesson::usual_epochs(pairs);
  return lesson::quick() ? 1 : lesson::full() ? 4 * some : some;
}

// %%
STEP_ON_DATA(data, "A corrector") {
  const bool own = !data.value().empty();
  const Size size = size_of_corrector();
  lesson::PairParts pairs;
  std::vector<lesson::Corrected> ways;
  const int hidden = hidden_units ? hidden_units.value() : size.hidden;
  int epochs = epochs_given ? epochs_given.value() : size.epochs;
  if (own) {
    const lesson::Pairs read = lesson::read_pairs(data);
    lesson::say("{}", read.understood);
    pairs = lesson::split_pairs(read.pairs);
    lesson::say("{}", pairs.understood);
    if (epochs == 0) epochs = epochs_on(pairs.train.size());
  } else {
    const Corpus given = made_corpus(size.words, size.typos);
    pairs = {given.train, given.validation, given.test};
    tg::manual_seed(lesson::seed());
    const Speller speller(given.letters.size(), hidden);
    train(speller, given, {.name = "the asker's model"},
          {.epochs = epochs, .batch = size.batch, .lr = lr, .falling = true});
    ways.push_back(
        {"the asker's model, padding fixed", written(speller, given.letters, given.test, {}, true)});
  }
  const std::vector<Pair>& test = pairs.test;
  lesson::CorrectorTraining training(
      pairs, {.hidden = hidden, .batch = size.batch, .epochs = epochs, .lr = own ? lr / 5 : lr},
      lesson::seed());
  const lesson::Corrector& corrector = training.model;
  lesson::say("{} training pairs, {} to test; {} characters and marks; H = {}, {} epochs", pairs.train.size(),
              test.size(), corrector.letters.size(), hidden, epochs);
  lesson::train_corrector(training, pairs);
  for (const lesson::Corrected& way : lesson::ways_to_correct(corrector, test)) ways.push_back(way);
  std::vector<lesson::Row> rows;
  for (const lesson::Corrected& way : ways) rows.push_back(lesson::words_right_row(way, test));
  lesson::table({"words right, test", lesson::right("all"), lesson::right("typos"),
                 lesson::right("right words")},
                rows);

  const auto said_by = [&](const std::string& name) -> const std::vector<std::string>& {
    return std::find_if(ways.begin(), ways.end(),
                        [&](const lesson::Corrected& way) { return way.name == name; })
        ->said;
  };
  const std::vector<std::string>&network = said_by("the network"), &nearest = said_by("nearest word"),
        &both = ways.back().said;
  double known = 0, known_right = 0;
  for (std::size_t i = 0; i < test.size(); ++i) {
    const bool is_known = corrector.words.contains(network[i]);
    known += is_known;
    known_right += is_known && network[i] == test[i].word;
  }
  lesson::say(
      "\nFor {:.0f}% of the test the network writes a word of the training pairs; {:.0f}% of those are right.",
      100 * known / static_cast<double>(test.size()), 100 * known_right / std::max(known, 1.0));

  rows.clear();
  for (const bool wanted : {true, false}) {
    int shown = 0;
    for (std::size_t i = 0; i < test.size() && shown < 6; ++i) {
      const bool right = network[i] == test[i].word;
      // Of what it gets right, typos; of what it gets wrong, all.
      if (right != wanted || (wanted && test[i].typo == test[i].word)) continue;
      rows.push_back(
          {right ? "right" : "wrong", test[i].typo, test[i].word, network[i], nearest[i], both[i]});
      ++shown;
    }
  }
  lesson::say("\nThe first that the network gets right, and the first that it gets wrong:\n");
  lesson::table({"", "typo", "word", "network", "nearest", "spell"}, rows);

  const char* beats =
      "the asker's model, the network and spell each get more words right than leaving them all";
  if (own) return lesson::skip_claim(beats, "it is about the lesson's words");
  const auto share = [&](const std::vector<std::string>& said) { return share_right(said, test); };
  lesson::claim(beats,
                std::min({share(ways.front().said), share(network), share(both)}) >
                    share(said_by("leave it")),
                lesson::fails_with("--lr 1e-6"));
}

// %% [markdown]
// The nearest word is hard to beat, since it can only ever say words, and is told all of them. A model that writes letter
// by letter must learn them, and its typical mistake is a word that does not exist. That is also why the two go well
// together: where the network writes a word of the list, it has rarely done so by chance.
//
// With `--data`, the run says first how it read the file. Of several words after an arrow (`typo->word, word`) the first
// counts; pairs of several words, of more than 30 letters, or with signs that no word has are left out, and named. A word of
// which one typo is known is tested on another one, or on itself. Which pairs are held out is drawn at random, and is the
// same in every run.
//
// Debian's package `codespell` brings a file `dictionary.txt` with tens of thousands of real typos (`--data dictionary.txt`,
// and `--full` for a longer training). There, each word has a handful of pairs, too few to learn its spelling by heart. So
// most of the work is to *copy*, and to change one letter. The network can do that as long as typo and word run side by
// side; after a dropped letter they no longer do. What it lacks is a decoder that may look at *any* place of the typo:
// *attention*, an exercise of this lesson.
//
// ## What the original answer got wrong, or left out
//
// Its last line, the sum of the masked losses over the sum of the mask, is right. The rest, line by line:

// %%
STEP("The answer, line by line") {
  const auto named = [&](const std::string& name) { return percent_range(words_right[name]); };
  const std::size_t last = state_after.size() - 1;
  lesson::table(
      {"the answer", "this run"},
      {{"equal(y_true, PAD_ID) makes the mask",
        "y_true is one-hot: a [B,T,C] mask on a [B,T] loss is refused, and made to fit it masks nothing"},
       {"sum(loss) / sum(mask)", "0/0 for a batch of padding: all weights are NaN one step later"},
       {"loss * mask", "keeps a NaN that stands under the mask; a selection before the arithmetic does not"},
       {"the standard way is after the end-of-sequence token",
        fmt::format("harmless in the decoder; in the encoder, read: words right {}, before the word: {}",
                    named("answer's mask"), named("answer's mask, typo before"))},
       {"it should (not?) matter where the padding is",
        fmt::format(
            "it does where the LSTM reads it: 20 steps move the state by {:.2f} of its length after, by {:.2f} "
            "before; with lengths by nothing",
            state_after[last], state_before[last])},
       {"(says nothing about the encoder)",
        fmt::format("no mask on the loss undoes its padding: answer's mask {}, with lengths {}",
                    named("answer's mask"), named("mask and lengths"))},
       {"(says nothing about before <start>)",
        fmt::format("decoded, {} of the words are right", named("word before <start>"))},
       {"(says nothing about <pad> = <end>)",
        fmt::format("the end is masked: {} right", named("end masked"))},
       {"(says nothing about the groups)", fmt::format("mixed {}, one group after the other {}",
                                                       named("groups, mixed"), named("group after group"))}});
}

// %% [markdown]
// One thing more. The answer's loss is a mean over *letters and marks*: a word of eleven letters and its end count three
// times as much as one of three letters. If each word is to count the same, take each word's masked mean first and then the
// mean over words. Neither is wrong, but two programs that differ in this do not report the same number.
//
// ## Your turn
//
// Write down what you expect, then run the lesson again with
//
// - `--padding 0`: some claims become false. Which, and why not the others?
// - `--padding 40`: which schemes suffer, and which do not notice?
// - `--epochs 40`: does padding before the typo, read, catch up with the fix? Does padding after it?
// - `--hidden 16`, `--hidden 64`: does a larger state help the asker's model or the second network more?
// - `--lr 1e-6`: which claims survive, and what do those have in common?
// - `--seed 100`: other words, typos and beginnings. Which numbers move?
// - `--data FILE`: your own pairs. By how much does the nearest word win?
//
// ## Exercises
//
// Each has a test that is red until you are done:
//
// - `make exercise N=20`, *a mask from lengths* (fill): for padding after and before, where no id tells padding from the rest.
// - `make exercise N=21`, *the masked mean* (fix): what to divide by, what to do with a NaN, and a decision about the empty mask.
// - `make exercise N=22`, *the teacher-forcing shift* (fill): what the decoder reads and must say, made from the right words.
// - `make exercise N=23`, *additive attention* (extend): a decoder that looks at any place of the typo.
// - `make exercise N=24`, *what padding costs* (investigate): predict the share of padding in mixed and sorted batches, and what
//   it takes off the loss.
//
// ## Reading
//
// - [arxiv.org/abs/1409.3215](https://arxiv.org/abs/1409.3215), Sutskever, Vinyals and Le, 2014: the encoder-decoder; they
// reverse the input so that its beginning is near the output, and sort sentences by length.
// - [arxiv.org/abs/1409.0473](https://arxiv.org/abs/1409.0473), Bahdanau, Cho and Bengio, 2015: additive attention, because
// one state is too small for a long sentence.
// - [keras.io/guides/understanding_masking_and_padding](https://keras.io/guides/understanding_masking_and_padding): how a
// framework carries masks along by itself, and where they get lost.
