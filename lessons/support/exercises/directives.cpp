#include "support/exercises/directives.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "support/exercises/tokens.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace judge {
namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string, std::less<>>;

const Names directives = {"if",   "ifdef", "ifndef", "elif",  "elifdef", "elifndef",
                          "else", "endif", "define", "undef", "error",   "warning"};
const Names headers_of_c = {"assert.h", "ctype.h",  "errno.h", "float.h",  "limits.h", "math.h",
                            "stddef.h", "stdint.h", "stdio.h", "stdlib.h", "string.h", "time.h"};
// They read files, or leave a function without returning.
const Names headers_refused = {"csetjmp", "csignal", "filesystem", "fstream"};

std::string wrong_include(const std::string& target) {
  const bool up = target.find("..") != std::string::npos;
  const bool engine = target.starts_with("tinygrad_cpp/") || target.starts_with("fmt/");
  const bool standard = !target.empty() && std::all_of(target.begin(), target.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  }) && !headers_refused.contains(target);
  if (!up && (engine || standard || headers_of_c.contains(target) || target == "bits/stdc++.h" ||
              target == "exercises/not_done_yet.hpp"))
    return "";
  return fmt::format("An answer includes tinygrad_cpp/... and the standard library; this one includes {}.",
                     tg::shown_path(target));
}

// Empty for a name that no file can have.
std::string whole_path(const fs::path& path) {
  std::error_code failed;
  return fs::weakly_canonical(path, failed).string();
}

}  // namespace

std::string wrong_directive(std::string_view source) {
  for (std::size_t i = 0; i < source.size(); ++i)
    if (source[i] == '\r' && i + 1 < source.size() && source[i + 1] != '\n')
      return "The file has a carriage return inside a line: save it with ordinary line ends.";
  const std::vector<Token> tokens = tokens_of(source);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    // Some of its kinds leave no trace after the preprocessor.
    if (tokens[i].is("_Pragma"))
      return fmt::format("Line {}: an answer may not use _Pragma.", tokens[i].line);
    if (!tokens[i].first || !(tokens[i].is("#") || tokens[i].is("%:"))) continue;
    std::size_t end = i + 1;
    while (end < tokens.size() && !tokens[end].first) ++end;
    if (end == i + 1) continue;
    const std::string& name = tokens[i + 1].text;
    std::string rest;
    for (std::size_t k = i + 2; k < end; ++k) rest += tokens[k].text;
    if (tokens[i].is("#") && name == "include") {
      const std::size_t closed = rest.empty() ? std::string::npos : rest.find(rest[0] == '<' ? '>' : '"', 1);
      const bool named = closed != std::string::npos && (rest[0] == '<' || rest[0] == '"');
      const std::string wrong = wrong_include(named ? rest.substr(1, closed - 1) : rest);
      if (!wrong.empty()) return wrong;
    } else if (!(tokens[i].is("#") && directives.contains(name)) &&
               !(tokens[i].is("#") && name == "pragma" && rest == "once")) {
      return fmt::format(
          "Line {}: {}{} is no directive for an answer. It may have #include, #define, #undef, #if, "
          "#error and #pragma once.",
          tokens[i].line, tokens[i].text, tg::shown(name));
    }
  }
  return "";
}

std::string wrong_file(const std::vector<std::string>& entered, const std::vector<std::string>& system) {
  const fs::path root = fs::current_path();
  for (const std::string& path : entered) {
    // The compiler joins a folder and a name, so this is the same file by another name.
    const std::string whole = whole_path(root / path);
    const auto inside = [&](const fs::path& folder) {
      const std::string start = whole_path(folder);
      return !start.empty() && whole.starts_with(start + "/");
    };
    const bool of_system = std::any_of(system.begin(), system.end(), [&](const std::string& folder) {
      return fs::path(folder).is_absolute() && inside(folder);
    });
    if (inside(root)
            ? inside(root / "tinygrad_cpp") || whole == (root / "lessons/exercises/not_done_yet.hpp").string()
            : of_system)
      continue;
    return fmt::format("An answer includes tinygrad_cpp/... and the standard library; this one includes {}.",
                       tg::shown_path(path));
  }
  return "";
}

}  // namespace judge
