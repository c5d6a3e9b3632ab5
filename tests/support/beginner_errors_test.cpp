// The table of beginners' errors: slips.txt holds a slip for each row, and each compiler that is here compiles
// it.
#include "support/exercises/beginner_errors.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "../files.hpp"
#include "../program.hpp"
#include "../sources.hpp"
#include "support/exercises/compiler_text.hpp"
#include "support/exercises/slips.hpp"
#include "support/exercises/tokens.hpp"

using namespace judge;

namespace {

const std::string head =
    "#pragma once\n#include <vector>\n#include \"tinygrad_cpp/tinygrad.hpp\"\n"
    "namespace exercise {\nusing tg::Real;\nusing tg::Tensor;\n";

struct Example {
  std::string row, text, source;
  int line = 0;  // that is to be named
};

std::vector<Example> examples() {
  std::vector<Example> all;
  for (const std::string& line : read_lines(project_path / "tests/support/slips.txt")) {
    if (line.starts_with("=== ")) {
      const std::string title = line.substr(4);
      const bool is_text = title.starts_with(": ");
      all.push_back({is_text ? "" : title, is_text ? title.substr(2) : "", head});
    } else if (!all.empty()) {
      Example& example = all.back();
      example.source += line + "\n";
      if (line.ends_with("<-"))
        example.line = static_cast<int>(std::count(example.source.begin(), example.source.end(), '\n'));
    }
  }
  for (Example& example : all) example.source += "}  // namespace exercise\n";
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

// A compiler with what all examples include, compiled once.
struct Compiler {
  Compiler(std::string compiler, const Folder& folder) : name(std::move(compiler)) {
    const std::string common =
        folder.file(name + ".hpp", "#include <vector>\n#include \"tinygrad_cpp/tinygrad.hpp\"\n");
    words = {name,
             "-std=c++20",
             "-DTG_REAL=double",
             "-Wall",
             "-Wextra",
             "-Wshadow",
             "-Wfloat-conversion",
             "-Werror=return-type",
             "-I" + project_path.string()};
    Words command = words;
    command.insert(command.end(), {"-x", "c++-header", common, "-o", common + ".gch"});
    const Printed printed = run_program(command, {"LC_ALL=C"});
    REQUIRE_MESSAGE(printed.status == 0, printed.text);
    words.insert(words.end(), {"-fsyntax-only", "-include", common});
  }
  Program begin(const std::string& file) const {
    Words command = words;
    command.push_back(file);
    return Program(command, {"LC_ALL=C"});
  }
  std::string name;
  Words words;
};

std::string shown(const std::string& text, const std::string& file, const std::string& source) {
  return text.find("error: ") != std::string::npos ? first_error(text, file, source)
                                                   : first_warning(text, file, source);
}

}  // namespace

TEST_CASE("each row of the table speaks for a slip, and names its line") {
  const std::vector<Example> all = examples();
  const Folder folder("slips");
  std::vector<Compiler> compilers;
  for (const char* name : {"g++", "clang++"})
    if (has_program(name)) compilers.emplace_back(name, folder);
  std::set<std::string> spoken;
  fs::current_path(project_path);  // the engine's names are read there
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Example& example = all[i];
    const std::string header = folder.file(fmt::format("slip_{}.hpp", i), example.source),
                      file = folder.file(fmt::format("slip_{}.cpp", i), "#include \"" + header + "\"\n"),
                      needed = example.row.empty() ? example.text : fixed_part(example.row);
    CHECK_MESSAGE(needed != "", "there is no row " << example.row);
    std::vector<Program> programs;
    for (const Compiler& compiler : compilers) programs.push_back(compiler.begin(file));
    for (std::size_t k = 0; k < programs.size(); ++k) {
      const std::string text = shown(programs[k].wait().text, header, example.source);
      CHECK_MESSAGE(text.find(needed) != std::string::npos, compilers[k].name << ", " << example.row << ":\n"
                                                                              << text);
      CHECK_MESSAGE(text.starts_with(fmt::format("{}:{}:", header, example.line)),
                    compilers[k].name << ", " << example.row << ", line " << example.line << ":\n"
                                      << text);
      CHECK_MESSAGE(std::count(text.begin(), text.end(), '\n') <= 6, text);
    }
    spoken.insert(example.row);
  }
  for (const Advice& row : beginner_errors())
    CHECK_MESSAGE(spoken.contains(row.row), "no slip for the row " << row.row);
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
  CHECK(
      line(
          "namespace e {\nint f(int a) {\n  for (int i = 0; i < a; ++i) {\n    a = g([&] { return i; });\n  }\n"
          "  return a;\n}\nstruct A {\n  int b;\n};\nenum class C { d };\n}\n") == 0);
  CHECK(line("namespace e {\nint f(int a) {\n  return a;\n\nint g() {\n  return 1;\n}\n}\n") == 2);
  CHECK(line("int f() {\n  return g(1, {2, 3};\n}\n") == 2);
  CHECK(line("int f(int a,\n      int b) {\n  if (a) {\n    b = 1;\n  return b;\n}\n") == 3);
  CHECK(line("int f() {\n  const char* c = \"text;\n}\n") == 2);
  CHECK(line("int f() {\n  return '(' + ')' ;  // (\n}\n") == 0);
}

TEST_CASE("an answer that is right is not told anything") {
  int seen = 0;
  for (const char* folder : {"lessons/exercises/solutions", "tests/exercises/right"})
    for (const std::string& file : files_under(folder)) {
      if (!file.ends_with(".hpp")) continue;
      const std::string source = contents(project_path / file);
      const std::vector<Token> tokens = tokens_of(source);
      CHECK_MESSAGE(integer_division(tokens).sentence == "", file);
      CHECK_MESSAGE(broken_brackets(source, tokens).sentence == "", file);
      ++seen;
    }
  // A copy for students has no solutions.
  CHECK((seen > 0 || !fs::exists(project_path / "lessons/exercises/solutions")));
}
