#include "support/exercises/hints.hpp"

#include <algorithm>
#include <sstream>

namespace exercises {

Hints::Hints(std::string_view text) {
  std::istringstream lines{std::string(text)};
  bool head = true;
  for (std::string line; std::getline(lines, line);) {
    head = head && !line.starts_with("---");
    if (const std::size_t colon = line.find(':'); head && colon != std::string::npos) {
      const std::size_t begin = std::min(line.find_first_not_of(' ', colon + 1), line.size());
      facts_.emplace_back(line.substr(0, colon), line.substr(begin));
    } else if (line.starts_with("--- hint ")) {
      texts_.emplace_back();
    } else if (!texts_.empty()) {
      texts_.back() += line + "\n";
    }
  }
}

std::vector<std::string> Hints::lines(std::string_view key) const {
  std::vector<std::string> found;
  for (const auto& [fact, text] : facts_)
    if (fact == key) found.push_back(text);
  return found;
}

std::string Hints::about(std::string_view key) const {
  const std::vector<std::string> found = lines(key);
  return found.empty() ? "" : found.front();
}

}  // namespace exercises
