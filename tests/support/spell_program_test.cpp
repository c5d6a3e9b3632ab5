#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>

#include "../files.hpp"
#include "../support.hpp"
#include "checkpoints.hpp"
#include "lesson_run.hpp"
#include "program_run.hpp"
#include "support/corrector_training.hpp"
#include "support/text.hpp"

// The program `spell` on a small list of pairs, and what it is made of.

namespace {

Printed run(const Words& words, const std::string& input = "") {
  Words all = words;
  all.insert(all.begin(), (build_path / "lessons/programs/spell").string());
  return run_program(all, {}, input);
}

const Words words_to_learn = {"bread",  "water",  "stone",  "green",  "house",  "light",  "mouse",  "paper",
                              "river",  "smoke",  "table",  "uncle",  "violet", "wheel",  "young",  "animal",
                              "bottle", "circle", "doctor", "engine", "flower", "garden", "hammer", "island"};

// Of each word, each letter dropped but the first.
std::string pairs() {
  std::string text;
  for (const std::string& word : words_to_learn)
    for (std::size_t at = 1; at < word.size(); ++at) {
      std::string typo = word;
      typo.erase(at, 1);
      text += typo + "->" + word + "\n";
    }
  return text;
}

Words train(const std::string& file, const std::string& save, const Words& more) {
  Words words = {"train", file, "--save", save};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace

TEST_CASE("known words: the nearest, the more frequent of two, and words that are typos too") {
  const lesson::KnownWords words({{"teh", "the"},
                                  {"te", "the"},
                                  {"tea", "tea"},
                                  {"form", "from"},
                                  {"fomr", "form"},
                                  {"\u00e9t", "\u00e9t\u00e9"}});
  CHECK(words.nearest("thee").word == "the");
  CHECK(words.nearest("thea").word == "the");  // as near to tea, and there are two pairs of the
  CHECK(words.nearest("thea").distance == 1);
  CHECK(words.nearest("\u00e9te").word == "\u00e9t\u00e9");
  CHECK(words.nearest("\u00e9te").distance == 1);
  CHECK(words.contains("form"));
  CHECK(!words.is_right("form"));  // from may be meant
  CHECK(words.is_right("from"));
  CHECK(!words.is_right("teh"));
}

TEST_CASE("spell: learns, compares itself with others, saves, and corrects words") {
  const Folder folder("spell");
  const std::string file = folder.file("pairs.txt", pairs()), model = folder.file("m"),
                    out = folder.file("out.csv");
  const Printed printed = run(train(file, model, {"--epochs", "3", "--hidden", "8"}));
  CHECK_MESSAGE(printed.status == 0, printed.text);
  for (const char* part :
       {"102 pairs of 24 words; ", "split: at random, 12 pairs for the test and 12 for validation",
        "leave it", "nearest word", "the network", "spell: a known word stays"})
    CHECK_MESSAGE(holds(printed.text, part), part);

  const std::string text = "river  rivr\n\nx Bread ri\u00e9er\nqqqqqqqqqq rver";
  const Printed applied = run({"apply", model, "-", "--quiet"}, text);
  CHECK_MESSAGE(applied.status == 0, applied.text);
  const std::vector<std::string> lines = lesson::lines_of(applied.text);
  REQUIRE(lines.size() == 8);
  CHECK(lines[0] == "river\triver\tknown");
  CHECK((lines[1] == "rivr\triver\tnearest" || lines[1] == "rivr\triver\tnetwork"));
  CHECK(lines[3] == "Bread\tBread\tnothing");  // B is in no pair
  CHECK(lines[4] == "ri\u00e9er\tri\u00e9er\tnothing");
  CHECK((lines[6] == "rver\triver\tnearest" || lines[6] == "rver\triver\tnetwork"));
  CHECK(run({"apply", model, folder.file("words.txt", text), "--out", out}).status == 0);
  CHECK(contents(out).starts_with("given,correction,by\nriver,river,known\nrivr,river,ne"));
}

TEST_CASE("spell: the network learns to write the words") {
  const Folder folder("spell");
  const std::vector<lesson::Pair> all = lesson::read_pairs(folder.file("pairs.txt", pairs()), 1).pairs;
  const lesson::PairParts parts = lesson::split_pairs(all);
  lesson::CorrectorTraining training(parts, {.hidden = 24, .batch = 16, .epochs = 40, .lr = 0.02}, 0);
  const double before = static_cast<double>(training.model.loss(parts.test).item());
  lesson::train_corrector(training, parts);
  CHECK(training.done());
  CHECK(static_cast<double>(training.model.loss(parts.test).item()) < before / 3);
  CHECK(lesson::share_of_words_right(training.model.written(lesson::typos_of(parts.train)), parts.train) >
        0.9);
  // Beside others of any length a typo gives the same word: padding is not read.
  const std::string alone = training.model.written({"brea"})[0];
  CHECK(training.model.written({"brea", "aaaaaaaaaaaaaaaaaaaaaaaa"})[0] == alone);
}

TEST_CASE("spell: training that Ctrl-C stopped goes on as if nothing had happened") {
  const Folder folder("spell");
  const std::string file = folder.file("pairs.txt", pairs()), whole = folder.file("whole"),
                    parts = folder.file("parts");
  const Words settings = {"--epochs", "60", "--hidden", "16"};
  CHECK(run(train(file, whole, settings)).status == 0);
  // Until it stops within an epoch, which needs more to go on.
  Printed stopped;
  for (int trial = 0; trial < 20; ++trial) {
    fs::remove(parts);
    stopped = interrupted(start_built("spell", train(file, parts, settings)), parts, 3 * trial);
    if (about_of(parts)["batch"] != "0") break;
  }
  CHECK(stopped.status == 1);
  CHECK_MESSAGE(holds(stopped.text, "of 60: "), stopped.text);
  CHECK_MESSAGE(holds(stopped.text, "holds all of it, and --resume goes on from there"), stopped.text);
  CHECK(std::atoi(about_of(parts)["epoch"].c_str()) < 60);
  CHECK(run(train(file, parts, {"--resume"})).status == 0);
  CHECK(same_checkpoints(whole, parts));
}

TEST_CASE("spell: what it refuses, in words") {
  const Folder folder("spell");
  const auto refuses = [](const Words& words, const std::string& text, const std::string& input = "") {
    const Printed printed = run(words, input);
    INFO(printed.text);
    return printed.status == 1 && holds(printed.text, text);
  };
  const std::string file = folder.file("pairs.txt", pairs()), model = folder.file("m"),
                    empty = folder.file("empty.txt", "");
  CHECK(refuses(train(empty, model, {}), "0 pairs of single words; at least "));
  CHECK(
      refuses(train(folder.file("few.txt", "teh->the\n"), model, {}), "1 pairs of single words; at least "));
  CHECK(refuses(train(folder.file("csv.txt", "teh,the\n"), model, {}), "typo->word is needed"));
  CHECK(!fs::exists(model));
  CHECK(refuses(train(file, model, {"--resume"}), "there is no file"));
  CHECK(run(train(file, model, {"--epochs", "1", "--hidden", "2"})).status == 0);
  CHECK(refuses(train(folder.file("more.txt", pairs() + "teh->the\n"), model, {"--resume"}),
                "the pairs are not those that this training began with"));
  CHECK(
      refuses(train(file, model, {"--resume", "--epochs", "2"}), "leave out --epochs, --hidden and --seed"));
  CHECK(refuses({"apply", model, empty}, "there is no word"));
  CHECK(refuses({"apply", model, "-"}, "-: there is no word", " \n\t"));
  CHECK(refuses({"apply", model, "-"}, "standard input is no text in UTF-8", "\xff\xfe"));
  CHECK(refuses({"apply", model, folder.file("nowhere")}, "there is no file"));
  CHECK(refuses({"apply", file, file}, "pairs.txt"));
  CHECK(refuses({"apply", saved_by(folder, "classify"), file},
                "is no model of spell: it was saved by classify"));
  for (const auto& [name, value] : {std::pair("hidden", "99999999"),
                                    {"characters", "aa"},
                                    {"words", "river"},
                                    {"words", "river 1"},
                                    {"epochs", "0"},
                                    {"epoch", "9"},
                                    {"random", "x"}})
    CHECK(refuses({"apply", damaged(model, folder, name, value), file},
                  fmt::format("its entry \"{}\" is \"", name)));
}
