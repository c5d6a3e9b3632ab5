#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tg {

/// A character of a text in UTF-8 and the number of its bytes. A byte that is no UTF-8 stands alone, with
/// `valid` false.
struct Character {
  char32_t code;
  std::size_t size;
  bool valid;
};

/// The first character of a text, which must not be empty. Source: RFC 3629.
Character first_character(std::string_view text);

/// The place of the first byte that is no UTF-8; the text's size where there is none.
std::size_t utf8_end(std::string_view text);

/// White space, as Unicode has it: U+00A0 and U+3000 too.
bool is_space(char32_t code);

/// Foreign text (of a file, of the command line) as a message may hold it: on one line, at most `max_columns`
/// columns and then "...". What a terminal obeys or does not show is escaped: \n, \x1b, \u202e; so is a byte
/// that is no UTF-8: \xff.
std::string shown(std::string_view text, std::size_t max_columns = 60);

/// The same for the path of a file; a very long one keeps its end.
std::string shown_path(const std::string& path);

/// The same for a list, with at most `max_columns` columns of each: "a, b, c and 2000 more".
std::string shown_list(const std::vector<std::string>& names, std::size_t max_columns = 40);

}  // namespace tg
