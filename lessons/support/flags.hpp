// The flags of a command line: those of lessons and those of programs are read in the same way.
#pragma once
#include <limits>
#include <string>
#include <variant>
#include <vector>

namespace lesson {

/// A flag, and where its value goes. A bool is a switch: --NAME sets it to true, --no-NAME to false. Only where
/// its name begins with "no-" and it is true, --NAME sets it to false.
struct Flag {
  std::string name, meaning;  // the name without its dashes
  std::variant<double*, int*, bool*, std::string*> value;
  double least = std::numeric_limits<double>::lowest(), most = std::numeric_limits<double>::max();
  std::string kind = "";    // of its value, for the help, as FILE
  bool repeatable = false;  // the last one counts
  bool hidden = false;      // not in the help
};

/// The value as text.
std::string text_of(const Flag& flag);

/// What a command line says beside the values that it sets.
struct Parsed {
  std::vector<std::string> words;  // that belong to no flag; after "--" all do
  std::string refused;             // why the line is refused; empty where it is not
  bool help = false;               // --help was asked for
};

/// Sets the values of the flags that stand in the words of a command line. Nothing is thrown: an unknown flag
/// (answered with the nearest known one), a missing value or one out of bounds is told in `refused`.
Parsed parse_flags(const std::vector<std::string>& words, const std::vector<Flag>& flags);

/// A line of a help text: what one types, and from `column` on what it means, wrapped to the terminal.
std::string described(const std::string& typed, const std::string& meaning, int column);

/// Such a line for each flag, with the kind of its value and its value now.
std::string flags_help(const std::vector<Flag>& flags, int column);

}  // namespace lesson
