#include <doctest/doctest.h>

#include <string>

#include "../files.hpp"
#include "lesson_run.hpp"

// The learner's own pairs, `typo->word`, in lesson 05.

namespace {

Printed run(const std::string& data) {
  return run_lesson("05_padding_masks", {"--no-prose", "--data", data});
}

// A pair for each of `count` made-up words, a letter dropped.
std::string pairs(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    std::string word = "é";
    for (int rest = i + 100; rest > 0; rest /= 5) word += static_cast<char>('a' + rest % 5);
    text += word.substr(0, word.size() - 1) + "x->" + word + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE(
    "pairs: a file of one's own; the first of several words counts, several words in one are left out") {
  const Folder folder("pairs");
  const Printed printed =
      run(folder.file("good.txt", pairs(150) + "\nfoo -> food, fool, why\r\nalot->a lot\n"));
  CHECK(printed.status == 0);
  CHECK(holds(printed.text, "151 pairs; left out: 1"));
  CHECK(holds(printed.text, "nearest word"));
  CHECK(!holds(printed.text, "The answer's mask"));  // the other steps are about the lesson's own words
}

TEST_CASE("pairs: a bad file is one clear error and a bad exit status") {
  const Folder folder("pairs");
  const struct {
    const char *name, *text, *error;
  } files[] = {{"empty.txt", "", "empty.txt: 0 pairs"},
               {"few.txt", "teh->the\n", "1 pairs of single words; at least 100"},
               {"csv.txt", "teh->the\nteh,the\n", "line 2: got \"teh,the\"; typo->word is needed"},
               {"hole.txt", "teh->\n", "line 1: nothing stands after the arrow"},
               {"binary.txt", "teh->the\n\xff\xfe\n", "line 2: byte 0xff is no text in UTF-8"}};
  for (const auto& [file_name, text, error] : files) {
    const std::string name = file_name;
    CAPTURE(name);
    const Printed printed = run(folder.file(name, text));
    CHECK(printed.status == 1);
    CHECK_MESSAGE(holds(printed.text, error), printed.text);
  }
  CHECK(holds(run(folder.file("missing.txt")).text, "there is no file"));
  CHECK(holds(run(folder.path.string()).text, "this is a directory"));
}
