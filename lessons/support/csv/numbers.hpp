// What a field of a table says: a number, and in which way of writing, or why it is none.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace lesson::csv {

enum class Kind {
  number,
  empty,
  missing,  // a word for it: NA, null, ?
  absent,   // what --missing names
  text,     // dates too
  // What begins as a number does:
  thousands,  // 1,234.5
  unit,       // 1.5 kg
  other,      // 1.5*
  not_finite,
  out_of_range,  // of a double
};

struct Number {
  Kind kind = Kind::text;
  double value = 0;                      // of a number
  bool point = false, exponent = false;  // 1.5, 1e3
  bool comma = false;                    // a decimal comma: 1,5
  bool may_be_thousands = false;         // a comma or point of which nobody knows: 1,234
  bool leading_zero = false;             // 0123
  bool percent = false;
  bool minus = false;  // U+2212, the sign that is no hyphen
};

/// Reads a field that has no quotes any more. White space around it does not count.
Number read_number(std::string_view field);

/// Takes the digits at the beginning of a text, at most four; none, and nothing is taken, where they are more.
std::optional<int> take_digits(std::string_view& text);

/// Why such a field is no number, and what to do about it; `field` is what it says.
std::string hint(Kind kind, std::string_view field);

}  // namespace lesson::csv
