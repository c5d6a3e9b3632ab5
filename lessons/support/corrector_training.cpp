#include "support/corrector_training.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>

#include "support/batches.hpp"
#include "support/checkpoint.hpp"
#include "support/fingerprint.hpp"
#include "support/interrupt.hpp"
#include "support/progress.hpp"
#include "support/statistics.hpp"
#include "support/text.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

namespace lesson {
namespace {

const char* const program = "spell";

std::string characters_of(const PairParts& pairs) {
  std::vector<std::string> texts;
  for (const std::vector<Pair>* part : {&pairs.train, &pairs.validation, &pairs.test})
    for (const Pair& pair : *part) texts.insert(texts.end(), {pair.typo, pair.word});
  return characters_in(texts);
}

std::string fingerprint_of(const PairParts& pairs) {
  Fingerprint all;
  for (const std::vector<Pair>* part : {&pairs.train, &pairs.validation, &pairs.test}) {
    all.add(static_cast<double>(part->size()));
    for (const Pair& pair : *part)
      for (const std::string* text : {&pair.typo, &pair.word}) all.add(*text);
  }
  return all.text();
}

// The batches of an epoch, as items of `pairs`.
std::vector<std::vector<int>> epoch_of(const std::vector<Pair>& pairs, int size) {
  const bool grouped = pairs.size() >= 5000;
  std::map<std::pair<std::size_t, std::size_t>, std::vector<int>> groups;  // by the lengths of word and typo
  for (std::size_t i = 0; i < pairs.size(); ++i)
    groups[grouped ? std::pair(character_count(pairs[i].word), character_count(pairs[i].typo))
                   : std::pair<std::size_t, std::size_t>()]
        .push_back(static_cast<int>(i));
  std::vector<std::vector<int>> made, mixed;
  for (const auto& [lengths, group] : groups)
    for (std::vector<int> items : batches(static_cast<int>(group.size()), size)) {
      for (int& item : items) item = group[static_cast<std::size_t>(item)];
      made.push_back(items);
    }
  for (const int i : tg::random_permutation(static_cast<int>(made.size())))
    mixed.push_back(made[static_cast<std::size_t>(i)]);
  return mixed;
}

// One step of Adam. Gives the loss.
double learn(CorrectorTraining& training, const std::vector<Pair>& pairs, int batches_an_epoch) {
  const int step = training.epoch * batches_an_epoch + training.batch;
  const tg::Tensor loss = training.model.loss(pairs);
  training.adam.zero_grad();
  loss.backward();
  tg::optim::clip_grad_norm(training.model.network.parameters(), 1);
  training.adam.lr(
      tg::optim::cosine(step, training.settings.epochs * batches_an_epoch, training.settings.lr));
  training.adam.step();
  ++training.batch;
  return static_cast<double>(loss.item());
}

// How often the network is right, on a thousand validation pairs at most.
double right_on(const Corrector& model, const std::vector<Pair>& validation) {
  const std::ptrdiff_t count = std::min<std::ptrdiff_t>(1000, validation.end() - validation.begin());
  const std::vector<Pair> some(validation.begin(), validation.begin() + count);
  return share_of_words_right(model.written(typos_of(some)), some);
}

Corrector new_corrector(const PairParts& pairs, int hidden, int seed) {
  tg::manual_seed(static_cast<std::uint64_t>(seed));
  return Corrector(characters_of(pairs), KnownWords(pairs.train), hidden);
}

// Lines "word pairs is_typo".
std::string text_of(const KnownWords& words) {
  std::string text;
  for (const auto& [word, about] : words.words())
    text += fmt::format("{}{} {} {}", text.empty() ? "" : "\n", word, about.pairs, about.is_typo ? 1 : 0);
  return text;
}

KnownWords words_in(const CheckpointEntries& about) {
  std::map<std::string, KnownWords::Word> words;
  for (const std::string& line : about.lines("words")) {
    const std::size_t last = line.rfind(' '), first = last == 0 ? last : line.rfind(' ', last - 1);
    if (last == std::string::npos || first == std::string::npos || first == 0)
      about.refuse("words", "a word, a number of pairs, and 0 or 1 on each line");
    words[line.substr(0, first)] = {std::atoi(line.c_str() + first + 1), line.back() == '1'};
  }
  return KnownWords(words);
}

}  // namespace

PairParts split_pairs(const std::vector<Pair>& pairs) {
  std::map<std::string, int> number_of;  // of each word
  std::vector<int> words;
  for (const Pair& pair : pairs)
    words.push_back(number_of.emplace(pair.word, static_cast<int>(number_of.size())).first->second);
  const Split split = split_within_groups(words);
  PairParts parts;
  for (const auto& [items, part] :
       {std::pair(&split.train, &parts.train), std::pair(&split.validation, &parts.validation),
        std::pair(&split.test, &parts.test)})
    for (const int item : *items) part->push_back(pairs[static_cast<std::size_t>(item)]);
  parts.understood = fmt::format(
      "split: at random, {} pairs for the test and {} for validation; at least one pair of each word is in "
      "training",
      parts.test.size(), parts.validation.size());
  return parts;
}

int usual_epochs(std::size_t pairs) {
  return std::clamp(250000 / static_cast<int>(std::max<std::size_t>(pairs, 1)), 4, 60);
}

CorrectorTraining::CorrectorTraining(const CorrectorSettings& given, const Corrector& corrector)
    : settings(given), model(corrector), adam(model.network.parameters(), {.lr = given.lr}) {}

CorrectorTraining::CorrectorTraining(const PairParts& pairs, const CorrectorSettings& given, int seed)
    : CorrectorTraining(given, new_corrector(pairs, given.hidden, seed)) {
  random = tg::random_state();
  fingerprint = fingerprint_of(pairs);
}

void CorrectorTraining::save(const std::string& path) const {
  tg::save(path, {{"network", model.network}, {"adam", adam.state()}},
           {{"program", program},
            {"characters", model.characters},
            {"words", text_of(model.words)},
            {"hidden", fmt::format("{}", settings.hidden)},
            {"size", fmt::format("{}", settings.batch)},
            {"epochs", fmt::format("{}", settings.epochs)},
            {"lr", fmt::format("{}", settings.lr)},
            {"epoch", fmt::format("{}", epoch)},
            {"batch", fmt::format("{}", batch)},
            {"right", fmt::format("{}", right)},
            {"pairs", fingerprint},
            {"random", random}});
}

CorrectorTraining CorrectorTraining::saved(const std::string& path) {
  const CheckpointEntries about(program, path);
  constexpr int most = 1'000'000'000;
  const std::string& characters = about.text("characters");
  try {
    spelling_alphabet(characters);
  } catch (const tg::Error&) {
    about.refuse("characters", "each character once");
  }
  CorrectorSettings settings;
  // The file holds [2H,8H] and [C,4H] numbers.
  const double square = std::sqrt(static_cast<double>(about.room_for(16)));
  settings.hidden = about.whole("hidden", 1, 1 + static_cast<int>(square));
  settings.batch = about.whole("size", 1, most);
  settings.epochs = about.whole("epochs", 1, most);
  settings.lr = about.number("lr");
  CorrectorTraining training(settings, Corrector(characters, words_in(about), settings.hidden));
  tg::load(path, {{"network", training.model.network}, {"adam", training.adam.state()}});
  training.epoch = about.whole("epoch", 0, settings.epochs);
  training.batch = about.whole("batch", 0, most);
  training.right = about.number("right");
  training.fingerprint = about.text("pairs");
  about.restore_random("random");
  training.random = tg::random_state();
  return training;
}

void train_corrector(CorrectorTraining& training, const PairParts& pairs, const std::string& path) {
  if (training.fingerprint != fingerprint_of(pairs))
    tg::fail(program,
             "the pairs are not those that this training began with, so some that it was trained on could be "
             "tested. Give the same file, or train anew");
  const Interruptible loop;
  if (!path.empty()) training.save(path);  // so that a path that cannot be written is told now
  Progress progress("epochs", training.settings.epochs - training.epoch);
  while (!training.done() && !loop.interrupted()) {
    tg::random_state(training.random);
    const std::vector<std::vector<int>> epoch = epoch_of(pairs.train, training.settings.batch);
    const auto count = static_cast<int>(epoch.size());
    Progress within("batches", count - training.batch);
    while (training.batch < count && !loop.interrupted()) {
      std::vector<Pair> batch;
      for (const int item : epoch[static_cast<std::size_t>(training.batch)])
        batch.push_back(pairs.train[static_cast<std::size_t>(item)]);
      const double loss = learn(training, batch, count);
      within.step("loss {:.3g}, right {:.0f}%", loss, 100 * training.right);
    }
    if (training.batch >= count) {
      ++training.epoch;
      training.batch = 0;
      training.random = tg::random_state();
      training.right = right_on(training.model, pairs.validation);
      progress.step();
    }
    if (!path.empty()) training.save(path);
  }
}

std::vector<std::string> typos_of(const std::vector<Pair>& pairs) {
  std::vector<std::string> typos;
  for (const Pair& pair : pairs) typos.push_back(pair.typo);
  return typos;
}

double share_of_words_right(const std::vector<std::string>& said, const std::vector<Pair>& pairs) {
  double count = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) count += said.at(i) == pairs[i].word;
  return count / static_cast<double>(std::max<std::size_t>(pairs.size(), 1));
}

std::vector<Corrected> ways_to_correct(const Corrector& model, const std::vector<Pair>& pairs) {
  const std::vector<std::string> typos = typos_of(pairs);
  std::vector<std::string> nearest, corrected;
  Progress progress("nearest words", static_cast<int>(typos.size()));
  for (const std::string& typo : typos) {
    nearest.push_back(model.words.nearest(typo).word);
    progress.step();
  }
  for (const Correction& one : model.corrected(typos)) corrected.push_back(one.word);
  return {{"leave it", typos},
          {"nearest word", nearest},
          {"the network", model.written(typos)},
          {"spell", corrected}};
}

Row words_right_row(const Corrected& way, const std::vector<Pair>& pairs) {
  double good[2] = {0, 0}, count[2] = {0, 0};
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const bool is_word = pairs[i].typo == pairs[i].word;
    good[is_word] += way.said.at(i) == pairs[i].word;
    ++count[is_word];
  }
  Row row = {way.name};
  row.add(percent((good[0] + good[1]) / std::max(count[0] + count[1], 1.0), 1));
  for (const int kind : {0, 1})
    row.add(count[kind] > 0 ? percent(good[kind] / count[kind], 1) : right("none"));
  return row;
}

}  // namespace lesson
