#include "tinygrad_cpp/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace tg {
namespace {

struct Range {
  char32_t first, last;
};

template <std::size_t n>
bool in(const Range (&ranges)[n], char32_t code) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [=](Range range) { return range.first <= code && code <= range.last; });
}

// Control characters, characters that change the direction of text, characters of no width, and spaces that
// look like another space.
constexpr Range invisible[] = {{0, 0x1f},        {0x7f, 0xa0},     {0xad, 0xad},     {0x61c, 0x61c},
                               {0x180e, 0x180e}, {0x2000, 0x200f}, {0x2028, 0x202f}, {0x205f, 0x206f},
                               {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xfffe, 0xffff}, {0xe0000, 0xe007f}};
constexpr Range spaces[] = {{0x9, 0xd},       {0x20, 0x20},     {0x85, 0x85},     {0xa0, 0xa0},
                            {0x1680, 0x1680}, {0x2000, 0x200a}, {0x2028, 0x2029}, {0x202f, 0x202f},
                            {0x205f, 0x205f}, {0x3000, 0x3000}};

std::string escaped(const Character& character) {
  const auto code = static_cast<unsigned>(character.code);
  if (code == '\n') return "\\n";
  if (code == '\r') return "\\r";
  if (code == '\t') return "\\t";
  return character.size == 1 ? fmt::format("\\x{:02x}", code) : fmt::format("\\u{:04x}", code);
}

}  // namespace

Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const Character invalid_byte = {byte(0), 1, false};
  if (byte(0) < 0x80) return {byte(0), 1, true};
  if (byte(0) < 0xc2 || byte(0) > 0xf4) return invalid_byte;
  const std::size_t size = byte(0) < 0xe0 ? 2 : byte(0) < 0xf0 ? 3 : 4;
  if (text.size() < size) return invalid_byte;
  char32_t code = byte(0) & (0xffu >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return invalid_byte;
    code = code << 6 | (byte(i) & 0x3fu);
  }
  const bool overlong = code < (size == 3 ? 0x800u : size == 4 ? 0x10000u : 0x80u);
  const bool surrogate = code >= 0xd800 && code < 0xe000;
  return overlong || surrogate || code > 0x10ffff ? invalid_byte : Character{code, size, true};
}

std::size_t utf8_end(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const Character character = first_character(text.substr(at));
    if (!character.valid) return at;
    at += character.size;
  }
  return text.size();
}

bool is_space(char32_t code) { return in(spaces, code); }

std::string shown(std::string_view text, std::size_t max_columns) {
  std::string out;
  std::size_t columns = 0, cut = 0;  // cut: the size of `out` to which the dots can still be added
  while (!text.empty()) {
    const Character character = first_character(text);
    const bool plain = character.valid && !in(invisible, character.code);
    const std::string piece = plain ? std::string(text.substr(0, character.size)) : escaped(character);
    columns += plain ? 1 : piece.size();
    if (columns > max_columns) return out.substr(0, cut) + "...";
    out += piece;
    if (columns + 3 <= max_columns) cut = out.size();
    text.remove_prefix(character.size);
  }
  return out;
}

std::string shown_path(const std::string& path) {
  constexpr std::size_t max_columns = 240;
  if (path.size() <= max_columns) return shown(path, max_columns);
  std::size_t at = path.size() - (max_columns - 3);
  while (at < path.size() && (static_cast<unsigned char>(path[at]) & 0xc0) == 0x80)
    ++at;  // do not start inside a character
  return "..." + shown(path.substr(at), max_columns);
}

std::string shown_list(const std::vector<std::string>& names, std::size_t max_columns) {
  constexpr std::size_t max_names = 12, max_bytes = 160;
  std::string list;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string name = shown(names[i], max_columns);
    if (i > 0 && (i == max_names || list.size() + name.size() > max_bytes))
      return fmt::format("{} and {} more", list, names.size() - i);
    if (i > 0) list += ", ";
    list += name;
  }
  return list;
}

}  // namespace tg
