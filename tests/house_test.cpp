// The rules of the house that no compiler checks: who may include whom, how long a file may be, and whether
// the README tells the truth.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "program.hpp"
#include "sources.hpp"

namespace {

namespace fs = std::filesystem;

// A file or directory of tinygrad_cpp/ and the floor it stands on. An include points to the same floor or to
// a lower one.
const std::map<std::string, int> floors = {
    {"error", 0},  {"utf8", 0},  {"array", 1}, {"autograd", 2}, {"ops", 3}, {"nn", 4},
    {"losses", 4}, {"optim", 4}, {"dist", 4},  {"decode", 4},   {"io", 4},  {"tinygrad", 5},
};

// A heavy header, and the only places that may include it: a path starts with `start` and ends with `end`.
struct Visitor {
  std::string header, start, end;
};
const std::vector<Visitor> visitors = {
    {"Eigen/", "tinygrad_cpp/array/kernels/", ".cpp"},
    {"Eigen/", "tinygrad_cpp/ops/lstm_kernel", ".cpp"},
    {"Eigen/", "tinygrad_cpp/ops/fused_ctc", ".cpp"},
    {"Eigen/", "tests/bench/by_hand", ".hpp"},
    {"nlohmann/", "tinygrad_cpp/io/", ".cpp"},
    {"mpi.h", "tinygrad_cpp/dist/messages", ".cpp"},
    {"nlohmann/", "lessons/support/", ".cpp"},
    {"nlohmann/", "notebooks_export/", ".cpp"},
    {"CLI/", "lessons/support/flags", ".cpp"},
    {"Eigen/", "lessons/support/speech/features", ".cpp"},
    {"sndfile.h", "lessons/support/speech/wav", ".cpp"},
    {"samplerate.h", "lessons/support/speech/resample", ".cpp"},
    {"sndfile.h", "tests/support/speech_", ".cpp"},  // writes what wav.cpp is to read
};

// Everything kept under version control, by the names that the top level is allowed to have.
constexpr std::array top_level = {"Makefile",         "README.md",    "LICENSE", "CHANGELOG.md",
                                  "CITATION.cff",     "tinygrad_cpp", "lessons", "tests",
                                  "notebooks_export", ".ci",          ".github", ".clang-format",
                                  ".devcontainer",    ".gitignore"};

struct Include {
  std::string file, target;  // target without its quotes or angle brackets
  int line;
  bool quoted;
  std::string where() const { return fmt::format("{}:{}: includes {}", file, line, target); }
};

std::vector<Include> includes_of(const std::string& file, const Lines& lines) {
  std::vector<Include> includes;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string text = lines[i];
    std::erase_if(text, [](unsigned char c) { return std::isspace(c) != 0; });
    if (!text.starts_with("#include\"") && !text.starts_with("#include<")) continue;
    const bool quoted = text[8] == '"';
    const std::size_t end = text.find(quoted ? '"' : '>', 9);
    includes.push_back({file, text.substr(9, end - 9), static_cast<int>(i) + 1, quoted});
  }
  return includes;
}

// "tinygrad_cpp/array/shape.hpp" stands on floor "array", "tinygrad_cpp/error.hpp" on floor "error".
std::string floor_name(std::string_view path) {
  path.remove_prefix(std::string_view("tinygrad_cpp/").size());
  return std::string(path.substr(0, path.find_first_of("/.")));
}

// What is wrong with one include, or nothing.
std::string complaint(const Include& include) {
  const auto& [file, target, line, quoted] = include;
  const bool ours = target.starts_with("tinygrad_cpp/");
  if (file.starts_with("tinygrad_cpp/")) {
    if (quoted && !ours) return "the engine includes only tinygrad_cpp/...; lessons and tests stand above it";
    if (!floors.contains(floor_name(file)))
      return "this floor is not in the table of floors in tests/house_test.cpp";
    if (ours && !floors.contains(floor_name(target))) return "there is no such floor";
    if (ours && floors.at(floor_name(target)) > floors.at(floor_name(file))) {
      return fmt::format("{} stands above {}; an include points down or sideways", floor_name(target),
                         floor_name(file));
    }
  }
  if (file.starts_with("lessons/") &&
      (target.starts_with("tests/") || target.find("../") != std::string::npos)) {
    return "lessons include support/... and tinygrad_cpp/..., by their full path";
  }
  if (ours && !fs::exists(project_path / target)) return "there is no such file";
  if (file.ends_with(".hpp") && !file.starts_with("tests/") && target == "iostream")
    return "headers stay thin: use fmt in the .cpp";
  for (const Visitor& visitor : visitors) {
    if (!target.starts_with(visitor.header)) continue;
    const bool welcome = std::any_of(visitors.begin(), visitors.end(), [&, &file = file](const Visitor& v) {
      return v.header == visitor.header && file.starts_with(v.start) && file.ends_with(v.end);
    });
    if (!welcome)
      return fmt::format("<{}...> is not allowed here; see `visitors` in tests/house_test.cpp",
                         visitor.header);
  }
  return "";
}

std::string complaint(const std::string& file, const std::string& text) {
  const auto includes = includes_of(file, {text});
  return includes.empty() ? "no include seen" : complaint(includes[0]);
}

}  // namespace

TEST_CASE("an include points down or sideways, and heavy headers stay where they belong") {
  std::map<std::string, std::vector<std::string>>
      alone;  // header -> the files of lessons/support that include it
  int seen = 0;
  for (const char* top : {"tinygrad_cpp", "lessons", "tests", "notebooks_export"}) {
    for (const std::string& file : files_under(top)) {
      if (!is_source(file)) continue;
      for (const Include& include : includes_of(file, read_lines(project_path / file))) {
        const std::string wrong = complaint(include);
        CHECK_MESSAGE(wrong.empty(), include.where() << ": " << wrong);
        ++seen;
        if (!file.starts_with("lessons/support/")) continue;
        for (const char* header : {"CLI/", "nlohmann/"}) {
          auto& files = alone[header];
          if (include.target.starts_with(header) && (files.empty() || files.back() != file))
            files.push_back(file);
        }
      }
    }
  }
  for (const auto& header : alone) {
    CHECK_MESSAGE(header.second.size() <= 1, header.first
                                                 << " belongs in one file of lessons/support: "
                                                 << fmt::format("{}", fmt::join(header.second, ", ")));
  }
  CHECK(seen > 0);
}

TEST_CASE("the checker of includes sees a wrong include") {
  const std::string error = "#include \"tinygrad_cpp/error.hpp\"";
  CHECK(complaint("tinygrad_cpp/ops/matmul.cpp", error) == "");
  CHECK(complaint("tinygrad_cpp/ops/matmul.cpp", "#include <Eigen/Core>") != "");
  CHECK(complaint("tinygrad_cpp/ops/fused_lstm.cpp", "#include <Eigen/Core>") != "");
  CHECK(complaint("tinygrad_cpp/ops/lstm_kernel.cpp", "#include <Eigen/Core>") == "");
  CHECK(complaint("tinygrad_cpp/array/array.cpp", "#  include <Eigen/Core>") != "");
  CHECK(complaint("tinygrad_cpp/array/array.hpp", "#include <iostream>") != "");
  CHECK(complaint("tinygrad_cpp/array/array.hpp", "#include \"array.hpp\"") != "");
  CHECK(complaint("tinygrad_cpp/error.cpp", "#include \"tinygrad_cpp/tinygrad.hpp\"") != "");
  CHECK(complaint("tinygrad_cpp/attic/old.cpp", error) != "");
  CHECK(complaint("tinygrad_cpp/nn/dense.cpp", "#include \"support/lesson.hpp\"") != "");
  CHECK(complaint("lessons/03_name.cpp", "#include \"tinygrad_cpp/no_such_file.hpp\"") != "");
  CHECK(complaint("lessons/03_name.cpp", "#include \"../tests/op_table.hpp\"") != "");
  CHECK(complaint("lessons/support/data.hpp", "#include <nlohmann/json.hpp>") != "");
}

TEST_CASE("a file has one subject, so it is short") {
  constexpr std::size_t most = 320;
  for (const char* top : {"tinygrad_cpp", "lessons/support", "lessons/programs", "tests"}) {
    for (const std::string& file : files_under(top)) {
      if (!is_source(file)) continue;
      const std::size_t lines = read_lines(project_path / file).size();
      CHECK_MESSAGE(lines <= most,
                    fmt::format("{}:{}: more than {} lines; it has two subjects", file, lines, most));
    }
  }
}

TEST_CASE("no file names a path of the machine it was written on") {
  // Split, so that this file does not find itself.
  const Lines places = {
      "/"
      "home/",
      "/"
      "work/",
      "/"
      "Users/",
      "/"
      "root/"};
  int seen = 0;
  for (const char* top : top_level) {
    for (const std::string& file : files_under(top)) {
      const Lines lines = read_lines(project_path / file);
      for (std::size_t i = 0; i < lines.size(); ++i) {
        for (const std::string& place : places) {
          const std::size_t at = lines[i].find(place);
          // After a letter it is the inside of a longer path or of an address.
          const bool inside = at != std::string::npos && at > 0 &&
                              (std::isalnum(lines[i][at - 1]) != 0 || lines[i][at - 1] == '.');
          CHECK_MESSAGE((at == std::string::npos || inside),
                        fmt::format("{}:{}: names {}", file, i + 1, place));
        }
      }
      ++seen;
    }
  }
  CHECK(seen > 0);
}

TEST_CASE("float and double cannot be mixed: what depends on Real has another name in each library") {
  if (!has_program("nm")) return;
  const auto symbols = [](const char* library) {
    std::set<std::string> names;
    const Printed list = run_program({"nm", "-C", "--defined-only", (build_path / library).string()});
    CHECK(list.status == 0);
    for (const std::string& text : lines_of(list.text)) {  // "address type name"
      const std::size_t type = text.find_first_of("TW", text.find(' '));
      if (type != std::string::npos && text[type - 1] == ' ' && text.find("tg::") == type + 2)
        names.insert(text.substr(type + 2));
    }
    return names;
  };
  const std::set<std::string> single = symbols("libtinygrad_cpp.a"),
                              twice = symbols("libtinygrad_cpp_double.a");
  REQUIRE(single.size() > 100);
  REQUIRE(twice.size() > 100);
  for (const std::string& name : single)
    for (const char* floor : {"nn::", "optim::", "kernels::", "_loss", "Tensor", "Array"})
      if (name.find(floor) != std::string::npos) CHECK_MESSAGE(!twice.contains(name), name);
}

// In the README's first C++ program, `// prints: text` stands on the line that prints `text`.
TEST_CASE("the README's example prints what its comments say") {
  const std::string mark = "// prints: ";
  std::vector<std::pair<int, std::string>> expected;
  const Lines readme = read_lines(project_path / "README.md");
  auto line = std::find(readme.begin(), readme.end(), "```cpp");
  REQUIRE_MESSAGE(line != readme.end(), "README.md:1: no ```cpp block");
  for (++line; line != readme.end() && *line != "```"; ++line) {
    const std::size_t at = line->find(mark);
    if (at != std::string::npos)
      expected.emplace_back(line - readme.begin() + 1, line->substr(at + mark.size()));
  }
  REQUIRE_MESSAGE(!expected.empty(), "README.md:1: no comment `// prints: ` in the first ```cpp block");

  const Printed example = run_program({(build_path / "readme_example").string()});
  CHECK(example.status == 0);
  const Lines printed = lines_of(example.text);
  for (std::size_t i = 0; i < std::max(printed.size(), expected.size()); ++i) {
    const std::string got = i < printed.size() ? printed[i] : "(nothing)";
    const int at = i < expected.size() ? expected[i].first : expected.back().first;
    const std::string said = i < expected.size() ? expected[i].second : "(nothing)";
    CHECK_MESSAGE(got == said,
                  fmt::format("README.md:{}: says it prints `{}`, but it prints `{}`", at, said, got));
  }
}
