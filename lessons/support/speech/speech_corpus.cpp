#include "support/speech/speech_corpus.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <set>

#include "support/alphabet.hpp"
#include "support/batches.hpp"
#include "support/speech/voice.hpp"
#include "tinygrad_cpp/array/random.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

namespace fs = std::filesystem;

constexpr double longest_utterance = 60;  // seconds
constexpr std::size_t fewest_utterances = 10;

void check_digits(const DigitSplit& split) {
  for (const auto* part : {&split.train, &split.validation, &split.test})
    if (std::all_of(part->begin(), part->end(),
                    [&](const Recording& one) { return one.digit == (*part)[0].digit; }))
      tg::fail("read_speech",
               "one part of the recordings has only the digit {}; at least 2 digits are needed, each said 3 "
               "times, or one answer is always right",
               (*part)[0].digit);
}

std::vector<Utterance> drawn(const std::vector<Recording>& recordings, int count, bool single = false) {
  std::vector<Utterance> utterances;
  for (int i = 0; i < count; ++i) utterances.push_back(draw_utterance(recordings, single));
  return utterances;
}

// The names of one digit, and of two.
std::vector<std::string> digit_answers() {
  std::vector<std::string> answers;
  for (int digit = 0; digit < 10; ++digit)
    for (int other = -1; other < 10; ++other)
      answers.push_back(digit_name(digit) + (other < 0 ? "" : " " + digit_name(other)));
  return answers;
}

std::function<Utterance()> drawing(std::vector<Recording> from, bool single = false) {
  return [recordings = std::make_shared<std::vector<Recording>>(std::move(from)), single] {
    return draw_utterance(*recordings, single);
  };
}

SpeechCorpus read_folder(const std::string& folder, bool all) {
  Digits digits = read_digits(folder);
  DigitSplit split = split_digits(std::move(digits.recordings));
  check_digits(split);
  SpeechCorpus corpus;
  corpus.understood = std::move(digits.understood);
  corpus.understood.insert(corpus.understood.end(), split.understood.begin(), split.understood.end());
  for (const auto* part : {&split.validation, &split.test})
    for (const Recording& recording : *part) corpus.held_out += recording.file + "\n";
  tg::manual_seed(0);
  if (all) split.train.insert(split.train.end(), split.validation.begin(), split.validation.end());
  corpus.validation = drawn(split.validation, 100);
  corpus.test = drawn(split.test, 200);
  corpus.answers = digit_answers();
  corpus.characters = characters_in(corpus.answers);
  corpus.understood.push_back(fmt::format(
      "Two to four recordings of one speaker make an utterance. {} recordings are trained on; {} utterances "
      "of {} others choose the best weights, {} of {} others are the test.",
      split.train.size(), corpus.validation.size(), split.validation.size(), corpus.test.size(),
      split.test.size()));
  corpus.draw = drawing(std::move(split.train));
  return corpus;
}

// The sound of each utterance of a list, from files.
std::vector<std::string> read_sounds(const std::string& list, std::vector<Utterance>& utterances) {
  std::map<std::string, Sound> sounds;
  std::vector<std::pair<std::string, Noticed>> noticed;
  for (std::size_t i = 0; i < utterances.size(); ++i) {
    Utterance& utterance = utterances[i];
    utterance.sound.rate = speech_rate;
    for (const std::string& file : utterance.files) try {
        const auto [sound, is_new] = sounds.try_emplace(file);
        if (is_new)
          sound->second = resampled(read_sound((fs::path(list).parent_path() / file).string(),
                                               &noticed.emplace_back(file, Noticed()).second),
                                    speech_rate);
        const std::vector<float>& samples = sound->second.samples;
        utterance.sound.samples.insert(utterance.sound.samples.end(), samples.begin(), samples.end());
      } catch (const tg::Error& error) {
        tg::fail("read_speech", "{}, line {}: {}", tg::shown_path(list), i + 1, error.what());
      }
    if (utterance.sound.seconds() > longest_utterance)
      tg::fail("read_speech",
               "{}, line {}: it lasts {:.1f} s; at most {:g} s are needed. Cut it into sentences",
               tg::shown_path(list), i + 1, utterance.sound.seconds(), longest_utterance);
  }
  return noticed_lines(noticed);
}

// The number of the group of each utterance: those of one sound are one.
std::vector<int> sound_groups(const std::vector<Utterance>& utterances) {
  std::map<std::vector<float>, int> groups;
  std::vector<int> numbers;
  for (const Utterance& utterance : utterances)
    numbers.push_back(
        groups.try_emplace(utterance.sound.samples, static_cast<int>(groups.size())).first->second);
  return numbers;
}

SpeechCorpus read_list(const std::string& list, bool all) {
  std::vector<Utterance> utterances = read_utterances(list);
  if (utterances.size() < fewest_utterances)
    tg::fail("read_speech", "{}: the list has {} utterances; at least {} are needed", tg::shown_path(list),
             utterances.size(), fewest_utterances);
  SpeechCorpus corpus;
  corpus.understood = read_sounds(list, utterances);
  const Split split = split_at_random(sound_groups(utterances));
  const auto part = [&](const std::vector<int>& items) {
    std::vector<Utterance> chosen;
    for (const int i : items) chosen.push_back(utterances[static_cast<std::size_t>(i)]);
    return chosen;
  };
  corpus.validation = part(split.validation);
  corpus.test = part(split.test);
  for (const auto* held_out : {&corpus.validation, &corpus.test})
    for (const Utterance& utterance : *held_out)
      for (const std::string& file : utterance.files) corpus.held_out += file + "\n";
  std::vector<int> items = split.train;
  if (all) items.insert(items.end(), split.validation.begin(), split.validation.end());
  std::vector<std::string> texts;
  for (const Utterance& utterance : utterances) texts.push_back(utterance.text);
  corpus.characters = characters_in(texts);
  const std::set<std::string> different(texts.begin(), texts.end());
  corpus.answers.assign(different.begin(), different.end());
  corpus.answers.resize(std::min<std::size_t>(corpus.answers.size(), 200));
  double seconds = 0;
  for (const Utterance& utterance : utterances) seconds += utterance.sound.seconds();
  corpus.understood.insert(
      corpus.understood.begin(),
      fmt::format("Read {} utterances of {:.0f} s in {}: {} different texts, of the characters \"{}\".",
                  utterances.size(), seconds, tg::shown_path(list), different.size(),
                  tg::shown(corpus.characters, 100)));
  corpus.understood.push_back(fmt::format(
      "Drawn, the same in every run: {} to train on, {} to choose the best weights by, {} to test.",
      items.size(), corpus.validation.size(), corpus.test.size()));
  corpus.draw = [chosen = std::make_shared<std::vector<Utterance>>(part(items))] {
    return (*chosen)[static_cast<std::size_t>(tg::random_stream().below(static_cast<int>(chosen->size())))];
  };
  return corpus;
}

}  // namespace

SpeechCorpus read_speech(const std::string& path, bool all) {
  return fs::is_regular_file(path) ? read_list(path, all) : read_folder(path, all);
}

SpeechCorpus synthetic_speech(const SyntheticSpeech& sizes) {
  tg::manual_seed(0);
  DigitSplit split = split_by_index(synthetic_recordings(synthetic_speakers(sizes.speakers), sizes.times));
  SpeechCorpus corpus;
  corpus.validation = drawn(split.validation, sizes.validation, sizes.single);
  corpus.test = drawn(split.test, sizes.test, sizes.single);
  corpus.answers = digit_answers();
  corpus.characters = characters_in(corpus.answers);
  corpus.draw = drawing(std::move(split.train), sizes.single);
  return corpus;
}

}  // namespace lesson
