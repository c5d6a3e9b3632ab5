#include "notebooks_export/notebook.hpp"

#include <doctest/doctest.h>

#include <string>

#include "../files.hpp"
#include "notebooks_export/cells.hpp"
#include "notebooks_export/recording.hpp"
#include "support/error_of.hpp"

// How notebooks are made of lessons.

namespace {

const std::string source =
    "// ---\n// jupyter: header\n// ---\n\n// %% [markdown]\n// # 9. Why?\n//\n// Because.\n\n"
    "// %%\n#include <string>\n\n// %%\nSTEP(\"One\") {\n}\n\n// %%\nSTEP(\"Two\") {\n}\n";

bool same(const notebook::Output& a, const notebook::Output& b) {
  return a.kind == b.kind && a.text == b.text && a.svg == b.svg && a.png_base64 == b.png_base64;
}

}  // namespace

TEST_CASE("notebooks: the cells of a lesson, after two of their own") {
  const Folder folder("notebook");
  const auto cells = notebook::cells_of_lesson(folder.file("09_why.cpp", source));
  REQUIRE(cells.size() == 6);
  CHECK(cells[0].cell.tag == "about");
  CHECK(cells[1].cell.tag == "notebook-setup");
  CHECK(cells[2].cell.prose);
  CHECK(cells[2].cell.source == "# 9. Why?\n\nBecause.");
  CHECK(cells[3].cell.source == "#include <string>");
  CHECK(cells[4].cell.source == "STEP(\"One\") {\n}");
  CHECK(cells[4].line == 13);
  for (std::size_t i = 0; i < cells.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) CHECK(cells[i].cell.id != cells[j].cell.id);

  SUBCASE("an edit leaves all ids as they were") {
    std::string edited = source;
    edited.replace(edited.find("Because"), 7, "Therefore");
    edited.replace(edited.find("<string>"), 8, "<vector>");
    const auto later = notebook::cells_of_lesson(folder.file("09_why.cpp", edited));
    REQUIRE(later.size() == cells.size());
    for (std::size_t i = 0; i < cells.size(); ++i) CHECK(later[i].cell.id == cells[i].cell.id);
  }
}

TEST_CASE("notebooks: a prediction is asked before the code, which is folded with what follows") {
  const Folder folder("notebook");
  const std::string asks =
      "// %%\nSTEP(\"Three\") {\n  // lesson::predict(\"no call\", 1);\n"
      "  lesson::predict(\"How many \"\n    \"steps?\", n);\n"
      "  lesson::predict(\n      \"Which \\\"one\\\"?\", {\"the sum\",\n \"the mean\"}, 1);\n}\n\n"
      "// %% [markdown]\n// It took 57.\n// ```\n// # no heading\n// ```\n//\n// ## Next\n//\n// Text.\n\n"
      "// %%\nFURTHER(\"Four\") {\n  lesson::predict(\"Does it?\", true);\n}\n\n"
      "// %% [markdown]\n// # Last\n";
  const auto cells = notebook::cells_of_lesson(folder.file("09_why.cpp", source + asks));
  REQUIRE(cells.size() == 12);
  CHECK(cells[6].cell.prose);
  CHECK(cells[6].cell.tag == "question");
  CHECK(cells[6].cell.source ==
        "**Predict first.**\n\n- How many steps?\n- Which \"one\"? (the sum, or the mean)");
  CHECK(cells[7].cell.tag == "prediction");
  CHECK(cells[6].line == cells[7].line);  // so that the cell before keeps its outputs
  CHECK(cells[8].cell.source ==
        "<details class=\"answer\"><summary>What it shows</summary>\n\nIt took 57.\n```\n# no "
        "heading\n```\n\n</details>\n\n## Next\n\nText.");
  CHECK(cells[9].cell.source == "**Predict first.** Does it?");
  CHECK(cells[11].cell.source == "# Last");
  CHECK(notebook::json_of({{cells[7].cell}, {}}).find("\"outputs_hidden\": true") != std::string::npos);
  CHECK(notebook::json_of({{cells[8].cell}, {}}).find("jupyter") == std::string::npos);
  const std::string error = lesson::error_of([&] {
    notebook::cells_of_lesson(folder.file("09_why.cpp", source + "// %%\nlesson::predict(question, 1);\n"));
  });
  CHECK_MESSAGE(error.find("lesson::predict(question, 1);: questions and choices must stand there") !=
                    std::string::npos,
                error);
}

TEST_CASE("notebooks: code that a page does not fold has a tag") {
  const Folder folder("notebook");
  const auto cells = notebook::cells_of_lesson(
      folder.file("09_why.cpp", source + "// %% tags=[\"unfolded\"]\nstruct Model {};\n"));
  CHECK(cells.back().cell.tag == "unfolded");
  CHECK(cells.back().cell.source == "struct Model {};");
  CHECK(cells[4].cell.tag == "");
}

TEST_CASE("notebooks: what jupytext would read in another way is refused, with its line") {
  const Folder folder("notebook");
  const struct {
    std::string added;
    const char* error;
  } cases[] = {{"  // %%\n", "09_why.cpp:20: a marker of a cell begins in the first column"},
               {"int n;  \n// %d items\n", "09_why.cpp:21: jupytext takes a comment"},
               {"// %% [markdown]\n// text\nint n;\n", "09_why.cpp:22: in a cell of markdown"},
               {"// %% tags=[\"unfoled\"]\n", "09_why.cpp:20: a marker of a cell is `// %%`"}};
  for (const auto& [added, error] : cases) {
    const std::string path = folder.file("09_why.cpp", source + added);
    const std::string found = lesson::error_of([&] { notebook::cells_of_lesson(path); });
    CHECK_MESSAGE(found.find(error) != std::string::npos, found);
  }
  CHECK(lesson::error_of([&] {
          notebook::cells_of_lesson(folder.file("none.cpp"));
        }).find("there is no file") != std::string::npos);
}

TEST_CASE("notebooks: titles of steps and of cells") {
  CHECK(notebook::titles_of_steps(
            "STEP(\"a b\") {\n}\nSTEP_ON_DATA(data, \"c\") {\n}\nSTEP(x) STEP( \"d\") STEP(\"e\"\n"
            "FURTHER(\"f\") {\n}\nFURTHER_ON_DATA(data, \"g\") {\n}\n") ==
        std::vector<std::string>{"a b", "c", "f", "g"});
  const Folder folder("notebook");
  const auto id = [&](const std::string& heading) {
    return notebook::cells_of_lesson(folder.file("09_why.cpp", "// %% [markdown]\n// " + heading + "\n"))
        .at(2)
        .cell.id;
  };
  CHECK(id("## One") == notebook::id_of("09_why", "One 1"));
  CHECK(id("text\n// # Two") == notebook::id_of("09_why", "Two 1"));
  CHECK(id("#Three") == notebook::id_of("09_why", " 1"));
  CHECK(id("a # Four") == notebook::id_of("09_why", " 1"));
}

// A regular expression of the standard library calls itself for each character.
TEST_CASE("notebooks: a line of a million characters") {
  const Folder folder("notebook");
  const std::string longest(1'000'000, 'x');
  const std::string added = "// %% [markdown]\n// # " + longest + "\n\n// %%\nint n;  // " + longest +
                            "\n  // " + longest + "\nSTEP(\"" + longest + "\") {\n}\n";
  CHECK(in_child([&] {
          return notebook::cells_of_lesson(folder.file("09_why.cpp", source + added)).size() == 8 ? 0 : 1;
        }) == 0);
}

TEST_CASE("notebooks: an exercise without its number or its lesson is an error in words") {
  const std::string hints = "title: A\nlesson: lessons/01_autodiff.cpp, \"Heading\"\n--- hint 1\nx\n";
  const notebook::Exercise exercise = notebook::exercise_of("04_name", hints);
  CHECK(exercise.lesson == "01_autodiff");
  CHECK(exercise.heading == "Heading");
  CHECK(exercise.hints == std::vector<std::string>{"x\n"});
  CHECK(notebook::cells_of_exercises("01_autodiff", {exercise}).size() == 6);
  const auto error = [](auto call) { return lesson::error_of(call); };
  for (const char* name : {"autodiff", "", "_06", "00_x"})
    CHECK(error([&] { notebook::cells_of_exercises(name, {}); }).find("does not begin with a number") !=
          std::string::npos);
  CHECK(error([&] {
          notebook::cells_of_exercises("01_autodiff", {notebook::exercise_of("\xff\x1b", hints)});
        }).find("\\xff\\x1b") != std::string::npos);
  CHECK(error([] { notebook::exercise_of("04_name", "title: A\n"); }).find("no lesson") != std::string::npos);
}

TEST_CASE("notebooks: what a lesson printed, by step") {
  const std::string end = "\x1e{\"end\":{\"passed\":1,\"failed\":0,\"skipped\":0}}\n";
  const std::string printed =
      "\x1e{\"step\":{\"line\":7}}\n\na\n\nb\n\x1e{\"claim\":{\"text\":\"b\"}}\n\n"
      "\x1e{\"display\":{\"image/svg+xml\":\"<svg/>\",\"text/plain\":\"it falls\"}}\n\n"
      "\x1e{\"step\":{\"line\":9}}\nc\n";
  const notebook::Recording good = notebook::recording_of(printed + end);
  CHECK(good.held);
  REQUIRE(good.outputs.at(7).size() == 2);
  CHECK(same(good.outputs.at(7)[0], {notebook::Output::Kind::text, "a\n\nb\n"}));
  CHECK(same(good.outputs.at(7)[1], {notebook::Output::Kind::picture, "it falls", "<svg/>"}));
  CHECK(same(good.outputs.at(9).at(0), {notebook::Output::Kind::text, "c\n"}));

  const notebook::Recording stopped = notebook::recording_of(printed + "\x1e{\"error\":\"no\"}\n" + end);
  CHECK(!stopped.held);
  CHECK(same(stopped.outputs.at(9).at(1), {notebook::Output::Kind::error, "no"}));
  CHECK(!notebook::recording_of("\x1e{\"end\":{\"passed\":1,\"failed\":1,\"skipped\":0}}\n").held);
  CHECK(lesson::error_of([&] { notebook::recording_of(printed); }).find("ended before") != std::string::npos);
  for (const std::string line : {"4294967303", "1e30", "7.5", "-1", "true"})
    CHECK(lesson::error_of([&] {
            notebook::recording_of("\x1e{\"step\":{\"line\":" + line + "}}\n" + end);
          }).find("a whole number is needed") != std::string::npos);
}

TEST_CASE("notebooks: what is no text in UTF-8 cannot be written") {
  using notebook::Output;
  const notebook::Cell cells[] = {{true, "a", "caf\xe9"},
                                  {false, "a", "x", "", {{Output::Kind::text, "caf\xe9"}}}};
  for (const notebook::Cell& cell : cells)
    CHECK(lesson::error_of([&] {
            notebook::json_of({{cell}, {}});
          }).find("no text in UTF-8") != std::string::npos);
}

TEST_CASE("notebooks: written and read back") {
  using notebook::Output;
  const notebook::Notebook written = {{{true, "a", "# Why?\n\nx", "about"},
                                       {false,
                                        "b",
                                        "int x;",
                                        "",
                                        {{Output::Kind::text, "1\n2\n"},
                                         {Output::Kind::picture, "it falls", "<svg/>", "QQ=="}}},
                                       {false, "c", "", "", {{Output::Kind::error, "no"}}}},
                                      {"pass\tit holds"}};
  const Folder folder("notebook");
  const std::string path = folder.file("a.ipynb", notebook::json_of(written));
  const notebook::Notebook read = notebook::read_notebook(path);
  CHECK(read.claims == written.claims);
  REQUIRE(read.cells.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    const notebook::Cell &got = read.cells[i], &needed = written.cells[i];
    CHECK(got.prose == needed.prose);
    CHECK(got.id + got.source + got.tag == needed.id + needed.source + needed.tag);
    REQUIRE(got.outputs.size() == needed.outputs.size());
    for (std::size_t k = 0; k < got.outputs.size(); ++k) CHECK(same(got.outputs[k], needed.outputs[k]));
  }
  for (const char* bad : {"", "[]", "{\"cells\": 3}"}) {
    const std::string error =
        lesson::error_of([&] { notebook::read_notebook(folder.file("bad.ipynb", bad)); });
    CHECK_MESSAGE(error.find("bad.ipynb is no notebook") != std::string::npos, error);
  }
}
