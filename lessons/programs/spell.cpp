// Learns from pairs of words, a wrong and a right one, how to correct spelling, and corrects new words.
// Lesson 05 explains the method.
#include <iostream>
#include <iterator>

#include "support/corrector_training.hpp"
#include "support/csv_line.hpp"
#include "support/run_program.hpp"
#include "support/text.hpp"
#include "support/text_file.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/file.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace {

using lesson::right;

struct Flags {
  lesson::SavedTraining saved{.save = "spell.safetensors"};
  std::string out;
  int epochs = 0, hidden = 96, seed = 0;
};
Flags flags;

void print_examples(const std::vector<lesson::Corrected>& ways, const std::vector<lesson::Pair>& test) {
  std::vector<lesson::Row> rows;
  const std::vector<std::string>& said = ways.back().said;
  for (const bool wanted : {true, false}) {
    int shown = 0;
    for (std::size_t i = 0; i < test.size() && shown < 5; ++i) {
      const bool is_right = said[i] == test[i].word;
      // Of what it gets right, typos; of what it gets wrong, all.
      if (is_right != wanted || (wanted && test[i].typo == test[i].word)) continue;
      rows.push_back({wanted ? "right" : "wrong", test[i].typo, test[i].word, said[i]});
      ++shown;
    }
  }
  lesson::say("\nThe first that it gets right, and the first that it gets wrong\n");
  lesson::table({"", "typo", "word", "said"}, rows);
}

lesson::CorrectorTraining begun(const lesson::PairParts& pairs) {
  if (!flags.saved.resume) {
    flags.saved.keep_old();
    const int epochs = flags.epochs > 0 ? flags.epochs : lesson::usual_epochs(pairs.train.size());
    return lesson::CorrectorTraining(pairs, {.hidden = flags.hidden, .epochs = epochs}, flags.seed);
  }
  if (flags.hidden != Flags().hidden || flags.seed != Flags().seed || flags.epochs != 0)
    tg::fail("spell", "--resume goes on as the training began; leave out --epochs, --hidden and --seed");
  auto training = lesson::CorrectorTraining::saved(flags.saved.save);
  flags.saved.note_resumed(fmt::format("after epoch {} of {}", training.epoch, training.settings.epochs));
  return training;
}

void train(const lesson::Words& files) {
  const lesson::Pairs read = lesson::read_pairs(files[0]);
  lesson::note("{}", read.understood);
  const lesson::PairParts pairs = lesson::split_pairs(read.pairs);
  lesson::note("{}", pairs.understood);
  const std::string file = tg::shown_path(flags.saved.save);
  lesson::CorrectorTraining training = begun(pairs);
  lesson::train_corrector(training, pairs, flags.saved.save);
  if (!training.done())
    flags.saved.fail_stopped("spell",
                             fmt::format("after epoch {} of {}", training.epoch, training.settings.epochs));
  lesson::note("{} epochs; saved in {}\n", training.epoch, file);
  const std::vector<lesson::Corrected> ways = lesson::ways_to_correct(training.model, pairs.test);
  std::vector<lesson::Row> rows;
  for (const lesson::Corrected& way : ways) rows.push_back(lesson::words_right_row(way, pairs.test));
  lesson::results({"words right, test", right("all"), right("typos"), right("right words")}, rows);
  if (lesson::quiet()) return;
  lesson::say(
      "spell: a known word stays; else the network's word where it is known, the nearest known word where "
      "it is near, or the text as it is");
  print_examples(ways, pairs.test);
}

// The words of a text, between white space.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words(1);
  for (; !text.empty(); text.remove_prefix(tg::first_character(text).size)) {
    const tg::Character character = tg::first_character(text);
    if (!tg::is_space(character.code))
      words.back() += text.substr(0, character.size);
    else if (!words.back().empty())
      words.emplace_back();
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

std::string text_of(const std::string& path) {
  if (path != "-") return lesson::read_text("spell", path);
  const std::string text(std::istreambuf_iterator<char>(std::cin), {});
  if (tg::utf8_end(text) < text.size())
    tg::fail("spell", "standard input is no text in UTF-8; words are needed");
  return text;
}

void apply(const lesson::Words& files) {
  const lesson::Corrector model = lesson::CorrectorTraining::saved(files[0]).model;
  const std::vector<std::string> words = words_of(text_of(files[1]));
  if (words.empty())
    tg::fail("spell", "{}: there is no word; at least one is needed", tg::shown_path(files[1]));
  const std::vector<lesson::Correction> found = model.corrected(words);
  std::string text = lesson::csv_line({"given", "correction", "by"});
  std::vector<lesson::Row> rows;
  int changed = 0, kept = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const char* by = lesson::name_of(found[i].by);
    rows.push_back({tg::shown(words[i], 30), tg::shown(found[i].word, 30), by});
    text += lesson::csv_line({words[i], found[i].word, by});
    changed += found[i].word != words[i];
    kept += found[i].by == lesson::Correction::By::nothing;
  }
  lesson::note(
      "{} words: {} changed; {} kept, since no known word is near or a character is new to the model\n",
      words.size(), changed, kept);
  if (flags.out.empty()) return lesson::results({"given", "correction", "by"}, rows);
  tg::write_whole("spell", flags.out, {text});
  lesson::note("written to {}", tg::shown_path(flags.out));
}

}  // namespace

int main(int argc, char** argv) {
  return lesson::run_program(
      argc, argv,
      {.meaning = "Learns to correct spelling from lines `wrong->right`, and corrects words.",
       .commands = {{"train", "PAIRS", "learn, test, save the model",
                     flags.saved.flags(
                         {{"epochs", "times through the pairs; 0: 4 to 60, by their number", &flags.epochs,
                           0},
                          {"hidden", "units of each LSTM of the encoder", &flags.hidden, 1, 10000},
                          {"seed", "start of the random numbers", &flags.seed, 0}}),
                     train},
                    {"apply",
                     "MODEL FILE",
                     "correct the words of a text; - is standard input",
                     {{.name = "out",
                       .meaning = "write CSV, and print nothing",
                       .value = &flags.out,
                       .kind = "FILE"}},
                     apply}},
       .example = "spell train dictionary.txt && echo beleive | spell apply spell.safetensors -"});
}
