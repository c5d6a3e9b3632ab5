#include "support/markdown.hpp"

#include <doctest/doctest.h>

#include <string>

#include "../files.hpp"
#include "support/source.hpp"
#include "support/terminal.hpp"

// Markdown as a lesson may hold it, and as a slip of the keyboard leaves it.

namespace {

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("markdown: marks without anything between or behind them") {
  lesson::forbid_colour();
  using lesson::rendered;
  CHECK(rendered("#", 40) == "\n");
  CHECK(rendered("a\n\n##\n\nb", 40) == "a\n\n\n\nb\n");
  CHECK(rendered("# A\n", 40) == "A\n=\n");
  for (const char* text :
       {"",    "#",    "# ",   "######", "$",   "$$",       "$$$",    "$$$$", "*",    "**",
        "***", "****", "`",    "``",     "```", "[",        "[]",     "[](",  "[]()", "](",
        ">",   "> ",   ">#",   "|",      "||",  "|\n|-",    "|\n|-|", "-",    "- ",   "1.",
        "1. ", "\\",   "$\\$", "$^$",    "$_$", "$\\frac$", "${$",    "$}$",  "\t",   "\xff"})
    for (const char* before : {"", "a\n", "> ", "- ", "  ", "**"})
      for (const char* after : {"", "\n", "\n\n", "a", "\na"})
        for (const int width : {1, 20, 88})
          (void)rendered(before + std::string(text) + after, width);  // throws nothing
}

TEST_CASE("markdown: an address in angle brackets") {
  CHECK(lesson::rendered("see <https://example.org/q/1>, licence CC", 60) ==
        "see https://example.org/q/1, licence CC\n");
  CHECK(lesson::rendered("a <http b> <https://c", 60) == "a <http b> <https://c\n");
}

TEST_CASE("markdown: a card names who asked, on a narrow terminal too") {
  const std::string card =
      "| card | |\n|---|---|\n| question | Why? |\n"
      "| asked | <https://stackoverflow.com/q/65205506> (CC BY-SA 4.0) |\n";
  CHECK(lesson::rendered(card, 88).find("asked     https://stackoverflow.com/q/65205506 (CC BY-SA 4.0)\n") !=
        std::string::npos);
  CHECK(lesson::rendered(card, 40).find("https://stackoverflow.com/q/65205506") != std::string::npos);
  CHECK(lesson::question_of({{true, 1, "# 3. Why?\n\n" + card}}, "") == "Why?");
}

TEST_CASE("markdown: a formula that is not closed is shown whole") {
  CHECK(lesson::rendered("$$\nx^2\n$$", 40) == "    x²\n");
  CHECK(lesson::rendered("$$x^2$$", 40) == "    x²\n");
  CHECK(lesson::rendered("$$abc", 40) == "    abc\n");
  CHECK(lesson::rendered("$$$", 40) == "    $\n");
}

TEST_CASE("markdown: a backslash before a letter of two bytes keeps the letter") {
  CHECK(lesson::readable_formula("x^\\é") == "x^é");
  CHECK(lesson::readable_formula("^^^\\\xcc\x82") == "^(^^\xcc\x82)");
  CHECK(lesson::readable_formula("x\\") == "x");
}

TEST_CASE("markdown: what is nested without end takes no more stack than there is") {
  for (const char* text : {">", "> ", "**", "*", "[", "- ", "|", "\\", "$$"})
    CHECK(!lesson::rendered(repeated(text, 20'000) + "# x", 40).empty());
  for (const char* text : {"{", "^", "_", "\\sqrt", "\\frac", "\\hat"})
    CHECK(!lesson::readable_formula(repeated(text, 100'000) + "x").empty());
  CHECK(lesson::readable_formula(repeated("{", 90) + "x^2" + repeated("}", 90)) == "x²");
  CHECK(lesson::rendered("> > > # A", 20) == "| | | A\n| | | =\n");
  CHECK(!lesson::rendered(repeated("> ", 30) + "# A title", 20).empty());
}

TEST_CASE("markdown: the source of a lesson is a regular file") {
  const Folder folder("source");
  CHECK(lesson::read_cells(folder.path.string()).empty());
  CHECK(lesson::read_cells(folder.file("none.cpp")).empty());
  CHECK(lesson::read_cells("/dev/zero").empty());
  CHECK(
      lesson::question_of(lesson::read_cells(folder.file("a.cpp", "// %% [markdown]\n// #\n// # 3. Why?\n")),
                          "?") == "Why?");
  CHECK(lesson::question_of(lesson::read_cells(folder.file("b.cpp", "// %% [markdown]\n// #")), "none") ==
        "none");
}
