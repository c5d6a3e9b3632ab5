#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tg {

/// A character of UTF-8 text and its number of bytes. A byte that is not UTF-8 counts as a character of one
/// byte with `valid` false.
struct Character {
  char32_t code;
  std::size_t size;
  bool valid;
};

/// The first character of a text. The text must not be empty. Source: RFC 3629.
Character first_character(std::string_view text);

/// The index of the first byte that is not UTF-8, or the text's size if all bytes are.
std::size_t utf8_end(std::string_view text);

/// Whether Unicode counts a character as white space. U+00A0 and U+3000 are white space too.
bool is_space(char32_t code);

/// Foreign text (from a file or the command line), made safe for a message: one line of at most `max_columns`
/// characters, of which the last three are "..." where it was cut. Escapes characters that control a terminal or that it does not show (\n, \x1b,
/// \u202e), and bytes that are not UTF-8 (\xff).
std::string shown(std::string_view text, std::size_t max_columns = 60);

/// The same for a file's path. A very long path keeps its end.
std::string shown_path(const std::string& path);

/// The same for a list, with at most `max_columns` columns per name: "a, b, c and 2000 more".
std::string shown_list(const std::vector<std::string>& names, std::size_t max_columns = 40);

}  // namespace tg
