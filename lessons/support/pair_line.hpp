// What stands in a line of typo->word beside the two words.
#pragma once
#include <string_view>

namespace lesson {

/// Where the next arrow to the right begins and ends; npos where there is none.
struct Arrow {
  std::size_t start = std::string_view::npos, stop = 0;
  bool plain = false;  // ->
};
Arrow arrow_in(std::string_view text);

/// Whether there is an arrow to the left.
bool points_left(std::string_view text);

/// A line without the mark of a list before it: "- ", "* ", "12. ", "12) ".
std::string_view without_bullet(std::string_view line);

/// A line without a note behind " #".
std::string_view without_note(std::string_view line);

/// A word without a count behind it: "believe (12)".
std::string_view without_count(std::string_view word);

/// A word without a full stop, unless it has another, as "e.g." has.
std::string_view without_stop(std::string_view word);

}  // namespace lesson
