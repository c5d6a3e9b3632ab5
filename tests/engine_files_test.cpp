#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <regex>
#include <set>

#include "program.hpp"
#include "sources.hpp"

// The engine as a text: pairs of files, what is read first, and what tools make of it.

namespace fs = std::filesystem;

TEST_CASE("the engine's files come in pairs, and each has a name of its own") {
  std::map<std::string, std::string> places;  // name -> directory
  int pairs = 0;
  for (const std::string& file : files_under("tinygrad_cpp")) {
    if (!is_source(file)) continue;
    const fs::path path = file;
    const std::string directory = path.parent_path().generic_string();
    const std::string& place = places.emplace(path.stem().string(), directory).first->second;
    CHECK_MESSAGE(place == directory, file << ": " << place << " has a file of that name");
    if (path.extension() != ".cpp") continue;
    const fs::path header = fs::path(file).replace_extension(".hpp");
    CHECK_MESSAGE(fs::exists(project_path / header), file << ": its header is not beside it");
    ++pairs;
  }
  CHECK(pairs > 40);
}

TEST_CASE("tinygrad.hpp includes every layer") {
  const std::vector<std::string> lines = read_lines(project_path / "tinygrad_cpp/tinygrad.hpp");
  for (const std::string& file : files_under("tinygrad_cpp/nn"))
    if (file.ends_with(".hpp")) {
      const bool is_included = std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
        return line.starts_with("#include \"" + file + "\"");
      });
      CHECK_MESSAGE(is_included, file);
    }
}

// tinygrad.hpp lists the files with their lengths: "//   autograd/plain.cpp    59  backward in forty lines".
TEST_CASE("the engine reads in an evening: the files that tinygrad.hpp lists have less than 1,600 lines") {
  static const std::regex row("//   (\\S+\\.[ch]pp) +(\\d+)(  .*)?");
  std::size_t files = 0, all = 0;
  for (const std::string& line : read_lines(project_path / "tinygrad_cpp/tinygrad.hpp")) {
    std::smatch match;
    if (!std::regex_match(line, match, row)) continue;
    const std::size_t lines = read_lines(project_path / "tinygrad_cpp" / match[1].str()).size();
    CHECK_MESSAGE(lines > 0, match[1] << ": there is no such file");
    const int stated = std::stoi(match[2]), difference = static_cast<int>(lines) - stated;
    CHECK_MESSAGE(std::abs(difference) <= 9,
                  match[1] << " has " << lines << " lines, tinygrad.hpp says " << stated);
    all += lines;
    ++files;
  }
  CHECK(files >= 20);
  CHECK(files <= 25);
  CHECK_MESSAGE(all < 1600, all << " lines");
}

TEST_CASE("tools that read code find what the engine's headers declare") {
  if (!has_program("ctags")) return;
  std::vector<std::string> headers;
  for (const std::string& file : files_under("tinygrad_cpp"))
    if (file.ends_with(".hpp") && file != "tinygrad_cpp/tinygrad.hpp")
      headers.push_back((project_path / file).string());
  Words words = {"ctags", "--sort=no", "-f", "-", "--kinds-C++=fpstvu"};
  words.insert(words.end(), headers.begin(), headers.end());
  const Printed tags = run_program(words);
  CHECK(tags.status == 0);
  std::set<std::string> seen;
  for (const std::string& tag : lines_of(tags.text))  // name, file, pattern, kind, scope
    if (tag.find(":tg") != std::string::npos) {
      const std::size_t tab = tag.find('\t') + 1;
      seen.insert(tag.substr(tab, tag.find('\t', tab) - tab));
    }
  for (const std::string& header : headers)
    if (header.find("/real.hpp") == std::string::npos) CHECK_MESSAGE(seen.contains(header), header);
}
