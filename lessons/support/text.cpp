#include "support/text.hpp"

#include <algorithm>

#include "tinygrad_cpp/utf8.hpp"

namespace lesson {

int visible_width(std::string_view text) {
  int width = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == 0x1b) {  // a colour code ends at its 'm'
      while (i + 1 < text.size() && text[i] != 'm') ++i;
    } else if (byte == 0xcc ||
               (byte == 0xcd && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xb0)) {
      ++i;  // U+0300 to U+036F: a mark on the letter before, as in x with a hat
    } else if ((byte & 0xc0) != 0x80) {
      ++width;
    }
  }
  return width;
}

std::string wrapped(std::string_view text, int width, int hang) {
  std::string out;
  while (true) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
    int column = static_cast<int>(indent);
    out.append(indent, ' ');
    for (std::size_t at = indent; at < line.size();) {
      const std::size_t stop = std::min(line.find(' ', at), line.size());
      const std::string_view word = line.substr(at, stop - at);
      const std::size_t next = std::min(line.find_first_not_of(' ', stop), line.size());
      if (at > indent) {
        const std::size_t gap = at - line.find_last_not_of(' ', at - 1) - 1;  // keeps columns set with spaces
        if (column + static_cast<int>(gap) + visible_width(word) <= width) {
          out.append(gap, ' ');
          column += static_cast<int>(gap);
        } else {
          column = static_cast<int>(indent) + hang;
          out += '\n';
          out.append(static_cast<std::size_t>(column), ' ');
        }
      }
      out += word;
      column += visible_width(word);
      at = next;
    }
    if (end == text.size()) return out;
    out += '\n';
    text.remove_prefix(end + 1);
  }
}

std::string shortened(std::string_view text, int width) {
  if (visible_width(text) <= width) return std::string(text);
  std::size_t end = 0;
  while (visible_width(text.substr(0, end + 1)) + 3 <= width) ++end;  // later bytes of a letter add no width
  return std::string(text.substr(0, end)) + "...";
}

static std::string spaces(int n) { return std::string(static_cast<std::size_t>(std::max(n, 0)), ' '); }

std::string left_aligned(std::string_view text, int width) {
  return std::string(text) + spaces(width - visible_width(text));
}

std::string right_aligned(std::string_view text, int width) {
  return spaces(width - visible_width(text)) + std::string(text);
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines(1);
  for (char c : text) {
    if (c == '\n')
      lines.emplace_back();
    else
      lines.back() += c;
  }
  return lines;
}

std::size_t character_count(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(tg::first_character(text).size);
  return count;
}

std::string_view trimmed(std::string_view text) {
  std::size_t first = text.size(),
              last = 0;  // where the first character begins that stays, where the last ends
  for (std::size_t at = 0; at < text.size();) {
    const tg::Character character = tg::first_character(text.substr(at));
    const bool stays = !tg::is_space(character.code) && character.code != 0x200b && character.code != 0xfeff;
    if (stays) first = std::min(first, at);
    at += character.size;
    if (stays) last = at;
  }
  return first < last ? text.substr(first, last - first) : text.substr(0, 0);
}

}  // namespace lesson
