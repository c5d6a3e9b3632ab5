#include "support/exercises/patch.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "support/text.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace exercises {
namespace {

using Lines = std::vector<std::string>;

Lines lines_in(std::string_view text) {
  return lesson::lines_of(text.substr(0, text.size() - text.ends_with('\n')));
}

struct Change {
  Lines before, after;
};

std::vector<Change> changes_of(std::string_view patch) {
  std::vector<Change> changes;
  for (const std::string& line : lines_in(patch)) {
    if (line.starts_with("@@")) {
      changes.emplace_back();
    } else if (!changes.empty() && !line.starts_with("\\")) {  // "\ No newline at end of file"
      const char sign = line.empty() ? ' ' : line[0];          // editors remove a space at the end of a line
      if (sign != '-' && sign != '+' && sign != ' ')
        tg::fail("patch", "got the line \"{}\"; a line of a change begins with -, + or a space",
                 tg::shown(line));
      const std::string rest = line.substr(std::min<std::size_t>(line.size(), 1));
      if (sign != '+') changes.back().before.push_back(rest);
      if (sign != '-') changes.back().after.push_back(rest);
    }
  }
  return changes;
}

}  // namespace

std::string patched(std::string_view text, std::string_view patch) {
  const std::vector<Change> changes = changes_of(patch);
  if (changes.empty()) tg::fail("patch", "got no change; each begins with a line @@");
  const Lines lines = lines_in(text);
  Lines result;
  auto done = lines.begin();
  for (const Change& change : changes) {
    const Lines& before = change.before;
    const auto found = [&](auto from) {
      return std::search(from, lines.end(), before.begin(), before.end());
    };
    const auto place = found(done);
    const std::string first = before.empty() ? "" : tg::shown(before.front());
    if (place == lines.end() && !before.empty())
      tg::fail("patch", "the lines of a change, from \"{}\" on, do not follow in the solution", first);
    if (before.empty() || found(place + 1) != lines.end())
      tg::fail(
          "patch",
          "the lines of a change, from \"{}\" on, stand in more than one place; add a line before or after "
          "them that begins with a space",
          first);
    result.insert(result.end(), done, place);
    result.insert(result.end(), change.after.begin(), change.after.end());
    done = place + static_cast<std::ptrdiff_t>(before.size());
  }
  result.insert(result.end(), done, lines.end());
  return fmt::format("{}\n", fmt::join(result, "\n"));
}

}  // namespace exercises
