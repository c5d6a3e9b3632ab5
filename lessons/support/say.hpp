// Printing: a sentence, a table.
#pragma once
#include <fmt/core.h>

#include <concepts>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "support/knob.hpp"

namespace lesson {

namespace detail {
template <class T>
const T& plain(const T& value) {
  return value;
}
template <class T>
const T& plain(const Knob<T>& knob) {
  return knob.value();
}
template <class T>
const T& plain(const DataKnob<T>& knob) {
  return knob.value();
}
void say(fmt::string_view text, fmt::format_args args);
std::string text_of(fmt::string_view text, fmt::format_args args);
}  // namespace detail

/// A text with places for arguments, which the compiler checks.
template <class... Args>
using Format = fmt::format_string<decltype(detail::plain(std::declval<const Args&>()))...>;

/// Prints a line, as fmt::print does, and wraps it to the terminal. Knobs may be arguments.
///   lesson::say("loss {:.3g} after {} steps", loss, steps);
template <class... Args>
void say(Format<Args...> text, const Args&... args) {
  detail::say(text, fmt::make_format_args(detail::plain(args)...));
}

/// One cell of a table: text on the left of its column; numbers, and what right() marks, on the right.
/// (The bodies are in table.cpp: a lesson makes hundreds of cells, and should compile fast.)
class Cell {
 public:
  Cell(const char* text);
  Cell(const std::string& text);
  Cell(double number);  // 3 digits
  template <std::integral T>
  Cell(T number) : Cell(whole(number)) {}
  Cell(const Cell& other);
  Cell& operator=(const Cell& other);
  ~Cell();

  std::string text;
  bool right = false;

 private:
  static Cell whole(long long number);
};

/// A text that stands in a column of numbers, as "never" or "215 (200 to 300)".
Cell right(const std::string& text);
template <class... Args>
Cell right(Format<Args...> text, const Args&... args) {
  return right(detail::text_of(text, fmt::make_format_args(detail::plain(args)...)));
}

class Row {
 public:
  Row(std::initializer_list<Cell> cells = {});
  Row(const Row& other);
  Row& operator=(const Row& other);
  ~Row();
  void add(const Cell& cell);

  std::vector<Cell> cells;
};

/// Prints rows under a header and a rule. Where the terminal is too narrow, text cells wrap; where even that
/// is not enough, each row becomes a list of `column: cell`.
void table(const Row& header, const std::vector<Row>& rows);

/// The same table as text, at most `width` columns wide.
std::string table_text(const Row& header, const std::vector<Row>& rows, int width);

}  // namespace lesson
