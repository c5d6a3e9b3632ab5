#include "support/csv_line.hpp"

#include <fmt/format.h>

namespace lesson {
namespace {

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

}  // namespace

std::string csv_line(const std::vector<std::string>& fields) {
  std::vector<std::string> all;
  for (const std::string& field : fields) all.push_back(quoted(field));
  return fmt::format("{}\n", fmt::join(all, ","));
}

}  // namespace lesson
