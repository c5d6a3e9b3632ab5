#include "support/pair_line.hpp"

#include <algorithm>

#include "support/text.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

// Signs that are an arrow: \u2192 and its longer, double and bold forms.
bool is_arrow(char32_t code) {
  constexpr std::u32string_view signs = U"\u2192\u21d2\u27f6\u27f9\u2794\u279c\u279e\u27a1\u21a6\u21e8";
  return signs.find(code) != std::u32string_view::npos;
}

// Dashes, of which any number with > behind it is an arrow.
bool is_dash(char32_t code) {
  return code == '-' || code == '=' || (code >= 0x2010 && code <= 0x2015) || code == 0x2212;
}

}  // namespace

Arrow arrow_in(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    tg::Character character = tg::first_character(text.substr(at));
    at += character.size;
    if (is_arrow(character.code)) return {start, at, false};
    if (!is_dash(character.code)) continue;
    while (at < text.size() && is_dash((character = tg::first_character(text.substr(at))).code))
      at += character.size;
    if (at < text.size() && (text[at] == '>' || text.substr(at).starts_with("\u203a"))) {
      const std::size_t stop = at + tg::first_character(text.substr(at)).size;
      return {start, stop, text.substr(start, stop - start) == "->"};
    }
  }
  return {};
}

bool points_left(std::string_view text) {
  for (const std::string_view arrow : {"\u2190", "\u21d0", "\u27f5", "\u2b05", "<-", "<=", "<\u2013",
                                       "<\u2014", "\u2039-", "\u2039\u2013", "\u2039\u2014"})
    if (text.find(arrow) != std::string_view::npos) return true;
  return false;
}

std::string_view without_bullet(std::string_view line) {
  const std::size_t digits = std::min(line.find_first_not_of("0123456789"), line.size());
  std::size_t mark = 0;
  if (digits > 0)
    mark = digits < line.size() && (line[digits] == '.' || line[digits] == ')') ? digits + 1 : 0;
  else
    for (const std::string_view bullet : {"-", "*", "+", "\u2022", "\u2013", "\u00b7"})
      if (line.starts_with(bullet)) mark = bullet.size();
  const std::string_view rest = trimmed(line.substr(mark));
  return mark > 0 && line.size() > mark && rest.data() > line.data() + mark ? rest : line;
}

std::string_view without_note(std::string_view line) {
  for (std::size_t at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1))
    if (at > 0 && (line[at - 1] == ' ' || line[at - 1] == '\t')) return trimmed(line.substr(0, at));
  return line;
}

std::string_view without_count(std::string_view word) {
  const std::size_t open = word.rfind('(');
  if (!word.ends_with(')') || open == std::string_view::npos || open == 0) return word;
  const std::string_view count = word.substr(open + 1, word.size() - open - 2);
  const bool digits = !count.empty() && count.find_first_not_of("0123456789") == std::string_view::npos;
  return digits ? trimmed(word.substr(0, open)) : word;
}

std::string_view without_stop(std::string_view word) {
  return word.size() > 1 && word.find('.') == word.size() - 1 ? word.substr(0, word.size() - 1) : word;
}

}  // namespace lesson
