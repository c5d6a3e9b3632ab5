#pragma once
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "program.hpp"

// The project's own files, as tests of the house read them.

using Lines = std::vector<std::string>;

inline Lines lines_of(std::istream&& in) {
  Lines lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}
inline Lines lines_of(const std::string& text) { return lines_of(std::istringstream(text)); }
inline Lines read_lines(const std::filesystem::path& path) { return lines_of(std::ifstream(path)); }

/// Paths from the root, sorted, so that a failure reads the same everywhere.
inline Lines files_under(const std::string& directory) {
  Lines found;
  const std::filesystem::path& root = project_path;
  if (std::filesystem::is_regular_file(root / directory)) found.push_back(directory);
  if (std::filesystem::is_directory(root / directory)) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / directory)) {
      if (entry.is_regular_file()) found.push_back(entry.path().lexically_relative(root).generic_string());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

inline bool is_source(const std::string& path) { return path.ends_with(".cpp") || path.ends_with(".hpp"); }
