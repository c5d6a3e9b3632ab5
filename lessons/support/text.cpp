#include "support/text.hpp"

#include <algorithm>

#include "tinygrad_cpp/utf8.hpp"

namespace lesson {

namespace {

struct Piece {
  std::size_t size;  // bytes
  int width;         // columns
};

// The first byte of a text, or more where several belong together and take no room.
Piece first_piece(std::string_view text) {
  const auto byte = [&](std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
  };
  // A colour code ends at its 'm'.
  if (byte(0) == 0x1b) return {std::min(text.find('m'), text.size() - 1) + 1, 0};
  // U+0300 to U+036F: a mark on the letter before, as in x with a hat
  if (byte(0) == 0xcc || (byte(0) == 0xcd && byte(1) != 0 && byte(1) < 0xb0))
    return {std::min<std::size_t>(2, text.size()), 0};
  return {1, (byte(0) & 0xc0) == 0x80 ? 0 : 1};
}

}  // namespace

int visible_width(std::string_view text) {
  int width = 0;
  while (!text.empty()) {
    const Piece piece = first_piece(text);
    width += piece.width;
    text.remove_prefix(piece.size);
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
  for (int columns = 3;;) {  // of the dots
    const Piece piece = first_piece(text.substr(end));
    if ((columns += piece.width) > width) return std::string(text.substr(0, end)) + "...";
    end += piece.size;
  }
}

static std::string spaces(int n) { return std::string(static_cast<std::size_t>(std::max(n, 0)), ' '); }

std::string left_aligned(std::string_view text, int width) {
  return std::string(text) + spaces(width - visible_width(text));
}

std::string right_aligned(std::string_view text, int width) {
  return spaces(width - visible_width(text)) + std::string(text);
}

std::string without_trailing_spaces(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (c == '\n') out.erase(out.find_last_not_of(' ') + 1);
    out += c;
  }
  return out;
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

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
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
