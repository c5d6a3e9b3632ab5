#include "support/source.hpp"

#include <sstream>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/file.hpp"

namespace lesson {
namespace {

std::string tag_in(const std::string& line) {
  const std::string before = "tags=[\"";
  const std::size_t at = line.find(before);
  if (at == std::string::npos) return "";
  return line.substr(at + before.size(), line.find('"', at + before.size()) - at - before.size());
}

}  // namespace

std::vector<SourceCell> read_cells(const std::string& path) {
  std::vector<SourceCell> cells;
  std::istringstream lines;
  try {
    lines.str(tg::read_whole("source", path));
  } catch (const tg::Error&) {
    return cells;
  }
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.starts_with("// %%")) {
      cells.push_back({line.find("[markdown]") != std::string::npos, number, "", tag_in(line)});
    } else if (!cells.empty() && !cells.back().prose) {
      cells.back().text += line + "\n";
    } else if (!cells.empty() && line.starts_with("//")) {
      cells.back().text += line.substr(line.starts_with("// ") ? 3 : 2) + "\n";
    }
  }
  return cells;
}

std::string lesson_name(const std::string& path) {
  const std::string file = path.substr(path.find_last_of('/') + 1);
  return file.substr(0, file.find_last_of('.'));
}

std::string question_of(const std::vector<SourceCell>& cells, const std::string& otherwise) {
  for (const SourceCell& cell : cells) {
    if (!cell.prose) continue;
    std::istringstream lines(cell.text);
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with("#")) continue;
      std::erase_if(line, [](char c) { return c == '`' || c == '*'; });
      const std::size_t start = line.find_first_not_of("#0123456789. ");
      if (start != std::string::npos) return line.substr(start);
    }
  }
  return otherwise;
}

}  // namespace lesson
