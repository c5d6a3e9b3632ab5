// A text into the rows and fields of a table: separators, quotes, comments, blank lines.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace lesson::csv {

/// Views into the text. A quoted field still has its quotes.
struct Row {
  int line = 0;          // on which it begins
  int blank_before = 0;  // the last blank line between it and the row before; 0 where there is none
  std::vector<std::string_view> fields;
};

struct Split {
  char separator = 0;  // 0: each line is one field
  std::string why;     // that separator
  std::vector<Row> rows;
  Row comment;  // the last before the first row, without its #: names, perhaps
  int comments = 0, blanks = 0;
  int first_blank = 0;  // the line of the first behind a row; 0 where there is none
  std::string dropped;  // what was left out at the ends of lines
};

/// `separator` is auto, comma, semicolon, tab, pipe or space; auto looks at the first thousand rows, unless
/// the text begins with Excel's line "sep=;". Lines of # and blank lines are left out, and so are rows of
/// separators alone. `header` is "yes" where the first row is known to hold names. Error, with the line,
/// when a quote is not closed; and when nobody can say whether a comma or a blank stands within numbers or
/// between them: 20,39 and 1 234.
Split split(const std::string& path, std::string_view text, const std::string& separator,
            const std::string& header);

/// "comma", "semicolon", ..
std::string name_of(char separator);

}  // namespace lesson::csv
