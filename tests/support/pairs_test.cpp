#include "support/pairs.hpp"

#include <doctest/doctest.h>

#include <string>

#include "../files.hpp"
#include "../support.hpp"
#include "lesson_run.hpp"

// The learner's own pairs, `typo->word`: what is read of them, and what lesson 05 makes of them.

namespace {

Printed run(const std::string& data) {
  return run_lesson("05_padding_masks", {"--no-prose", "--data", data});
}

lesson::Pairs read(const std::string& bytes, int longest = 30) {
  const Folder folder("pairs");
  return lesson::read_pairs(folder.file("pairs.txt", bytes), 1, longest);
}

/// The first pair as it was read: "typo|word".
std::string first(const std::string& bytes) {
  const lesson::Pair pair = read(bytes).pairs[0];
  return pair.typo + "|" + pair.word;
}

/// Whether a line is left out for this reason.
bool left_out(const std::string& line, const std::string& reason) {
  const lesson::Pairs found = read("teh->the\n" + line + "\n");
  CHECK(found.pairs.size() == 2);  // teh, and the word as it is
  CHECK_MESSAGE(holds(found.understood, "\nlines left out: 1 " + reason + " (line 2: "), found.understood);
  return holds(found.understood, "\nlines left out: 1 " + reason + " (line 2: ");
}

bool refused(const std::string& bytes, const std::string& text) {
  return fails_with([&] { read(bytes); }, text);
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
  CHECK(holds(printed.text, "151 pairs of 151 words; 9 characters"));
  CHECK(holds(printed.text, "lines left out: 1 of several words (line 153: alot->a lot)"));
  CHECK(holds(printed.text, "split: at random, 30 pairs for the test and 30 for validation"));
  CHECK(holds(printed.text, "nearest word"));
  CHECK(!holds(printed.text, "The answer's mask"));  // the other steps are about the lesson's own words
}

TEST_CASE("pairs: arrows, lists, quotes and white space of any kind") {
  for (const char* line : {"teh->the", "teh -> the", "teh-->the", "teh=>the", "teh \u2192 the",
                           "\"teh\"->\"the\"", "'teh' -> \u201cthe\u201d", "teh->the;tea", "teh->the, tea",
                           "teh->the,", "\u00a0teh\u00a0->\tthe\u200b", "\ufeffteh->the"}) {
    CAPTURE(line);
    CHECK(first(std::string(line) + "\n") == "teh|the");
  }
  CHECK(first("teh->the\rfro->for\r") == "teh|the");
  CHECK(read("teh->the\rfro->for\r").pairs.size() == 4);
  CHECK(first("re-use->reuse\n") == "re-use|reuse");
  CHECK(first("dont->don't\n") == "dont|don't");
  CHECK(first("\u0645\u06cc\u200c\u0631\u0648->\u0645\u06cc\n") ==
        "\u0645\u06cc\u200c\u0631\u0648|\u0645\u06cc");
}

TEST_CASE("pairs: what is left out, each reason with a line") {
  CHECK(left_out("alot->a lot", "of several words"));
  CHECK(left_out("a\tlot->lot", "of several words"));
  CHECK(left_out("a\u00a0lot->lot", "of several words"));
  CHECK(left_out("a\u200blot->lot", "with an invisible character"));
  CHECK(left_out("a->b->c", "with several arrows"));
  CHECK(left_out("a->b\u2192c", "with several arrows"));
  CHECK(left_out("cal->call(s)", "with a sign that no word has"));
  CHECK(left_out("\"cal->call\"", "with a sign that no word has"));
  CHECK(left_out("teh->the", "twice the same"));
  CHECK(left_out("teh->tea", "of a typo with two words"));
  CHECK(left_out("# teh->the", "of comment"));
  CHECK(left_out(std::string(31, 'x') + "->y", "longer than 30 letters"));
}

TEST_CASE("pairs: names above the pairs are left out, and said") {
  for (const char* names : {"misspelling->correction", "Typo -> Word", "wrong->right"})
    CHECK(holds(read(std::string("# a list\n") + names + "\nteh->the\n").understood,
                "lines left out: 1 of comment (line 1: # a list), 1 of names above the pairs (line 2: "));
  CHECK(read("misspelling->correction\nteh->the\n").pairs.size() == 2);
  CHECK(read("teh->the\ntypo->word\n").pairs.size() == 4);
  const lesson::Pairs found = read("alpha->number\n" + pairs(20));
  CHECK(holds(found.understood, "1 unlike all others, as names above the pairs are (line 1: alpha->number)"));
  CHECK(found.pairs[0].word != "number");
  CHECK(read("alpha->number\nbeta->gogo\n" + pairs(20)).pairs[0].word == "number");
}

TEST_CASE("pairs: marks of lists, counts, notes and full stops are taken off, and it is said") {
  for (const char* line : {"1. teh->the", "12) teh->the", "- teh->the", "* teh -> the", "\u2022 teh->the"}) {
    CAPTURE(line);
    CHECK(first(std::string(line) + "\n") == "teh|the");
    CHECK(holds(read(std::string(line) + "\n").understood, "1 with a bullet or number taken off (line 1: "));
  }
  for (const char* line : {"teh->the (12)", "teh->the # often", "teh->the."}) {
    CAPTURE(line);
    CHECK(first(std::string(line) + "\n") == "teh|the");
    CHECK(holds(read(std::string(line) + "\n").understood, " taken off (line 1: teh->the"));
  }
  CHECK(first("ect.->etc.\n") == "ect.|etc.");
  CHECK(first("eg->e.g.\n") == "eg|e.g.");
  CHECK(first("-teh->the\n") == "-teh|the");
  for (const char* arrow : {"\u2013>", "\u2014>", "\u21d2", "\u27f6", "\u2794", "-\u203a"})
    CHECK(first(std::string("teh ") + arrow + " the\n") == "teh|the");
}

TEST_CASE("pairs: lists that are the other way round are refused") {
  CHECK(
      refused("the \u2190 teh\n", "line 1: the arrow of \"the \u2190 teh\" points to the left; typo->word"));
  CHECK(refused("the<-teh\n", "points to the left"));
  CHECK(refused("the \u2039- teh\n", "points to the left"));
  std::string lines, lists, right;
  for (int i = 0; i < 30; ++i) {
    const std::string word(static_cast<std::size_t>(i / 3 + 2), 'a'), typo = word + "xyz"[i % 3];
    lines += word + "->" + typo + "\n";
    right += typo + "->" + word + "\n";
    if (i % 3 == 0) lists += word + "->" + word + "x, " + word + "y, " + word + "z\n";
  }
  CHECK(refused(lines,
                "the right side has 30 different words and the left 10; typo->word is needed, and these "
                "lines seem to be word->typo. Turn them round"));
  CHECK(refused(lists, "the right side has 30 different words and the left 10"));
  CHECK(read(right).pairs.size() == 40);
}

TEST_CASE("pairs: letters are counted, not bytes") {
  std::string word;
  for (int i = 0; i < 30; ++i) word += "\u0436";
  CHECK(first(word + "->\u0436\n") == word + "|\u0436");
  CHECK(holds(read(word + "->\u0436\n").understood,
              "1 pairs of 1 words; 1 characters: \u0436\nlines left out: none"));
  CHECK(refused(word + "\u0436->a\n", "Lines left out: 1 longer than 30 letters (line 1:"));
}

TEST_CASE("pairs: the run says what was read in a way of its own") {
  const lesson::Pairs found = read("a->b\nc-->d\n\"e\"->f\ng->h, i\nj->k,\n");
  CHECK(holds(found.understood, "5 pairs of 5 words; 10 characters: abcdefghjk"));
  CHECK(holds(found.understood, "1 with an arrow of another form (line 2: c-->d)"));
  CHECK(holds(found.understood, "1 with quotes taken off (line 3: \"e\"->f)"));
  CHECK(holds(found.understood,
              "1 with several words after the arrow, of which the first counts (line 4: g->h, i)"));
  CHECK(holds(read("caf\u00e9->cafe\u0301\n").understood,
              "lines read: 1 with an accent that is a character of its own"));
  CHECK(std::count(found.understood.begin(), found.understood.end(), '\n') == 2);
}

TEST_CASE("pairs: the share of nearest words does not depend on the number of pairs") {
  const Folder folder("pairs");
  // One typo a word, as in most lists.
  const std::string all = pairs(201);
  for (const int count : {100, 101, 102, 109, 110, 200, 201}) {
    CAPTURE(count);
    std::size_t end = 0;
    for (int i = 0; i < count; ++i) end = all.find('\n', end) + 1;
    const Printed printed =
        run_lesson("05_padding_masks", {"--no-prose", "--hidden", "1", "--epochs", "1", "--data",
                                        folder.file("some.txt", all.substr(0, end))});
    CHECK(printed.status == 0);
    const std::size_t at = printed.text.find("nearest word ");
    REQUIRE(at != std::string::npos);
    CHECK(std::stod(printed.text.substr(at + 13)) > 60);
  }
}

TEST_CASE("pairs: a bad file is one clear error and a bad exit status") {
  const Folder folder("pairs");
  const struct {
    const char *name, *text, *error;
  } files[] = {{"empty.txt", "", "empty.txt: 0 pairs"},
               {"few.txt", "teh->the\n", "1 pairs of single words; at least 100"},
               {"arrows.txt", "a->b->c\n", "Lines left out: 1 with several arrows (line 1: a->b->c)"},
               {"utf16.txt", "\xff\xfe", "the file is text in UTF-16"},
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
