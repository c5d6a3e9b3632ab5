// Text in columns: how wide it is, where it breaks.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace lesson {

/// Columns that a text takes: letters of any alphabet count 1, colour codes and combining marks 0.
int visible_width(std::string_view text);

/// Breaks each line of the text at spaces so that it fits. A broken line goes on under its own first letter,
/// or `hang` columns further right (for list items).
std::string wrapped(std::string_view text, int width, int hang = 0);

/// The text, or as much of its beginning as fits with "..." after it. Widths from 3 on.
std::string shortened(std::string_view text, int width);

/// With spaces after or before it, so many columns wide.
std::string left_aligned(std::string_view text, int width);
std::string right_aligned(std::string_view text, int width);

/// The text without the spaces before its line breaks.
std::string without_trailing_spaces(const std::string& text);

std::vector<std::string> lines_of(std::string_view text);

/// The text with a to z for A to Z; other letters stay as they are.
std::string lower_case(std::string_view text);

/// How many characters a text in UTF-8 has.
std::size_t character_count(std::string_view text);

/// The text without white space, of any kind that Unicode has, at its ends; U+200B and U+FEFF, which nobody
/// sees, count as white space.
std::string_view trimmed(std::string_view text);

}  // namespace lesson
