// The table of beginners' errors: slips.txt holds a slip for each row, and each compiler that is here
// compiles it.
#include "support/exercises/beginner_errors.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "../files.hpp"
#include "../program.hpp"
#include "../sources.hpp"
#include "support/exercises/compiler_text.hpp"
#include "support/exercises/slips.hpp"
#include "support/exercises/tokens.hpp"

using namespace judge;

namespace {

struct Example {
  std::string row, text, source, file;
  int line = 0;        // that is to be named
  bool alone = false;  // whether it needs a compilation of its own
};

std::vector<Example> examples(const Folder& folder) {
  std::vector<Example> all;
  for (const std::string& line : read_lines(project_path / "tests/support/slips.txt")) {
    if (line.starts_with("===")) {
      const std::size_t number = all.size();
      all.emplace_back();
      Example& example = all.back();
      example.alone = line.starts_with("===!");
      example.row = line.substr(line.find(' ') + 1);
      if (example.row.starts_with(": ")) example.text = std::exchange(example.row, "").substr(2);
      example.file = folder.file(fmt::format("slip_{}.hpp", number));
      example.source =
          fmt::format("namespace exercise {{ namespace slip_{} {{\nusing tg::Real;\nusing tg::Tensor;\n",
                      number);
    } else if (!all.empty()) {
      Example& example = all.back();
      example.source += line + "\n";
      if (line.ends_with("<-"))
        example.line = static_cast<int>(std::count(example.source.begin(), example.source.end(), '\n'));
    }
  }
  for (Example& example : all) {
    example.source += "}}  // namespace exercise\n";
    folder.file(fs::path(example.file).filename().string(), example.source);
  }
  return all;
}

// The longest part of a row's sentence that is the same for every error.
std::string fixed_part(const std::string& row) {
  std::string longest;
  for (const Advice& each : beginner_errors()) {
    if (each.row != row) continue;
    for (std::size_t begin = 0; begin < each.sentence.size();) {
      const std::size_t end = std::min(each.sentence.find('$', begin), each.sentence.size());
      if (end - begin > longest.size()) longest = each.sentence.substr(begin, end - begin);
      begin = end + 2;
    }
  }
  return longest;
}

bool is_error(const std::string& shown, const std::string& file) {
  return shown.starts_with(file) && shown.find(": error: ") < shown.find('\n');
}

// While it lives, paths start from the project, as they do for the judge.
struct InProject {
  InProject() { fs::current_path(project_path); }
  ~InProject() { fs::current_path(before); }
  InProject(const InProject&) = delete;
  const fs::path before = fs::current_path();
};

// What a compiler says about some slips, with what they include compiled before.
class Compiler {
 public:
  Compiler(const std::string& name, const Folder& folder) : folder_(folder) {
    const std::string common = folder.file(
        name + ".hpp",
        "#include <algorithm>\n#include <map>\n#include <vector>\n#include \"tinygrad_cpp/tinygrad.hpp\"\n");
    words_ = {name,
              "-std=c++20",
              "-DTG_REAL=double",
              "-Wall",
              "-Wextra",
              "-Wshadow",
              "-Wfloat-conversion",
              "-Werror=return-type",
              name == "g++" ? "-fmax-errors=0" : "-ferror-limit=0",
              "-I" + project_path.string()};
    const Printed printed = run({"-x", "c++-header", common, "-o", common + ".gch"});
    REQUIRE_MESSAGE(printed.status == 0, printed.text);
    words_.insert(words_.end(), {"-S", "-o", folder.file("out"), "-include", common});
  }
  std::string text_about(const std::vector<Example>& slips) const {
    std::string all;
    for (const Example& slip : slips) all += fmt::format("#include \"{}\"\n", slip.file);
    return run({folder_.file("slips.cpp", all)}).text;
  }

 private:
  Printed run(const Words& more) const {
    Words words = words_;
    words.insert(words.end(), more.begin(), more.end());
    return run_program(words, {"LC_ALL=C"});
  }

  const Folder& folder_;
  Words words_;
};

}  // namespace

TEST_CASE("each row of the table speaks for a slip, and names its line") {
  const InProject there;  // the engine's names are read from its headers
  const Folder folder("slips");
  const std::vector<Example> all = examples(folder);
  std::vector<std::vector<Example>> groups = {{}};  // those that can be compiled together, and the others
  for (const Example& slip : all) {
    if (slip.alone)
      groups.push_back({slip});
    else
      groups.front().push_back(slip);
  }
  for (const std::string name : {"g++", "clang++"}) {
    if (!has_program(name)) continue;
    const Compiler compiler(name, folder);
    for (const std::vector<Example>& group : groups) {
      const std::string text = compiler.text_about(group);
      for (const Example& slip : group) {
        const std::string error = first_error(text, slip.file, slip.source),
                          warning = first_warning(text, slip.file, slip.source),
                          place = fmt::format("{}:{}:", slip.file, slip.line),
                          shown = is_error(error, slip.file) ? error : warning,
                          needed = slip.row.empty() ? slip.text : fixed_part(slip.row),
                          about = fmt::format("{}, {}{}, {}\n{}{}", name, slip.row, slip.text, place, error,
                                              warning);
        CHECK_MESSAGE(needed != "", about);
        CHECK_MESSAGE(shown.starts_with(place), about);
        CHECK_MESSAGE(shown.find(needed) != std::string::npos, about);
        CHECK_MESSAGE(std::count(shown.begin(), shown.end(), '\n') <= 6, shown);
      }
    }
  }
  for (const Advice& row : beginner_errors())
    CHECK_MESSAGE(std::any_of(all.begin(), all.end(),
                              [&](const Example& slip) { return slip.row == row.row; }),
                  "no slip for the row " << row.row);
}

TEST_CASE("whole numbers that are divided where a fraction is wanted") {
  const auto line = [](const std::string& text) { return integer_division(tokens_of(text)).line; };
  for (const char* text :
       {"double f(double x) { return 1 / 2 * x; }", "Tensor f(Tensor x) { return pow(x, 1 / 2); }",
        "double f(int n, int all) { const double part = n / all; return part; }",
        "double f(int n, int all) { if (all > 0) { return n / all; } return 0; }",
        "double f(std::size_t n) { tg::Real a = 1 / n; return a; }"})
    CHECK_MESSAGE(line(text) == 1, std::string(text));
  for (const char* text :
       {"double f(double x) { return 1.0 / 2 * x + x * 1 / 2 + 4 / 2; }",
        "int f(int n, int all) { const int part = n / all; return n / all; }",
        "double f(double n, int all) { return n / all; }", "double f(int n, A all) { return n / all.size; }",
        "double f(int n, int all) { const auto middle = [&] { return n / all; }; return middle(); }",
        "int f(int n) { return n / 2; } double g(double n) { return n / 2; }",
        "double f(int n, int all) { return 1.0 * n / all; }", "double f(int n) { return g(n) / g(2); }",
        "double f(std::vector<double> v, int n, int m) { return v[n / m]; }"})
    CHECK_MESSAGE(line(text) == 0, std::string(text));
}

TEST_CASE("brackets without a partner") {
  const auto line = [](const std::string& text) { return broken_brackets(text, tokens_of(text)).line; };
  CHECK(line("namespace e {\nint f(int a) {\n  for (int i = 0; i < a; ++i) {\n"
             "    a = g([&] { return i; });\n  }\n"
             "  return a;\n}\nstruct A {\n  int b;\n};\nenum class C { d };\n}\n") == 0);
  CHECK(line("namespace e {\nint f(int a) {\n  return a;\n\nint g() {\n  return 1;\n}\n}\n") == 2);
  CHECK(line("int f() {\n  return g(1, {2, 3};\n}\n") == 2);
  CHECK(line("int f(int a,\n      int b) {\n  if (a) {\n    b = 1;\n  return b;\n}\n") == 3);
  CHECK(line("int f() {\n  const char* c = \"text;\n}\n") == 2);
  CHECK(line("int f() {\n  return '(' + ')' ;  // (\n}\n") == 0);
}

TEST_CASE("code that is right is not told anything") {
  for (const char* folder :
       {"tinygrad_cpp", "lessons/support", "lessons/exercises/solutions", "tests/exercises/right"})
    for (const std::string& file : files_under(folder)) {
      if (!is_source(file)) continue;
      const std::string source = contents(project_path / file);
      const std::vector<Token> tokens = tokens_of(source);
      CHECK_MESSAGE(broken_brackets(source, tokens).sentence == "", file);
      CHECK_MESSAGE(integer_division(tokens).sentence == "", file);
    }
}
