#include <algorithm>
#include <cmath>
#include <numeric>

#include "support/say.hpp"
#include "support/terminal.hpp"
#include "support/text.hpp"

namespace lesson {
namespace {

constexpr int gap = 2;  // columns between columns

std::string spaces(int n) { return std::string(static_cast<std::size_t>(std::max(n, 0)), ' '); }

int longest_word(const std::string& text) {
  int longest = 0;
  for (const std::string& word : lines_of(wrapped(text, 1))) longest = std::max(longest, visible_width(word));
  return longest;
}

// One row of the table, which takes several lines where a cell was wrapped.
std::string row_text(const Row& row, const std::vector<int>& widths, const std::vector<bool>& right,
                     Style style) {
  std::vector<std::vector<std::string>> cells;
  std::size_t height = 1;
  for (std::size_t c = 0; c < row.cells.size(); ++c) {
    cells.push_back(lines_of(wrapped(row.cells[c].text, widths[c])));
    height = std::max(height, cells.back().size());
  }
  std::string out;
  for (std::size_t l = 0; l < height; ++l) {
    std::string line;
    for (std::size_t c = 0; c < row.cells.size(); ++c) {
      const std::string text = l < cells[c].size() ? cells[c][l] : "";
      const std::string fill = spaces(widths[c] - visible_width(text));
      line += (c ? spaces(gap) : "") + (right[c] ? fill + text : text + fill);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += styled(style, line) + "\n";
  }
  return out;
}

std::string as_list(const Row& header, const std::vector<Row>& rows, int width) {
  std::string out;
  for (const Row& row : rows) {
    for (std::size_t c = 0; c < row.cells.size(); ++c) {
      const std::string line = (c ? "  " : "") + header.cells[c].text + ": " + row.cells[c].text;
      out += wrapped(line, width, 2) + "\n";
    }
  }
  return out;
}

}  // namespace

Cell::Cell(const char* words) : text(words) {}
Cell::Cell(const std::string& words) : text(words) {}
Cell::Cell(double number) : right(true) {
  text = std::abs(number) < 1000 ? fmt::format("{:#.3g}", number) : fmt::format("{:.0f}", number);
  if (text.ends_with('.')) text.pop_back();
}
Cell Cell::whole(long long number) { return lesson::right(fmt::format("{}", number)); }
Cell::Cell(const Cell& other) = default;
Cell& Cell::operator=(const Cell& other) = default;
Cell::~Cell() = default;

Cell right(const std::string& text) {
  Cell cell(text);
  cell.right = true;
  return cell;
}

Row::Row(std::initializer_list<Cell> given) : cells(given) {}
Row::Row(const Row& other) = default;
Row& Row::operator=(const Row& other) = default;
Row::~Row() = default;
void Row::add(const Cell& cell) { cells.push_back(cell); }

std::string table_text(const Row& header, const std::vector<Row>& given, int width) {
  const std::size_t columns = header.cells.size();
  std::vector<Row> rows = given;
  for (Row& row : rows) row.cells.resize(columns, Cell(""));
  std::vector<int> widths(columns), least(columns);
  std::vector<bool> right(columns);
  for (std::size_t c = 0; c < columns; ++c) {
    widths[c] = visible_width(header.cells[c].text);
    least[c] = longest_word(header.cells[c].text);
    right[c] = header.cells[c].right;
    for (const Row& row : rows) {
      widths[c] = std::max(widths[c], visible_width(row.cells[c].text));
      least[c] = std::max(least[c], longest_word(row.cells[c].text));
      right[c] = right[c] || row.cells[c].right;
    }
  }
  const int gaps = gap * static_cast<int>(columns - 1);
  int total = std::accumulate(widths.begin(), widths.end(), gaps);
  if (std::accumulate(least.begin(), least.end(), gaps) > width) return as_list(header, rows, width);
  for (; total > width; --total) {  // take a column from the widest that can still give one
    std::size_t widest = columns;
    for (std::size_t c = 0; c < columns; ++c)
      if (widths[c] > least[c] && (widest == columns || widths[c] > widths[widest])) widest = c;
    --widths[widest];
  }
  std::string out = row_text(header, widths, right, Style::strong);
  Row rule;
  for (int w : widths) rule.add(std::string(static_cast<std::size_t>(w), '-'));
  out += row_text(rule, widths, right, Style::dim);
  for (const Row& row : rows) out += row_text(row, widths, right, Style::plain);
  return out;
}

void table(const Row& header, const std::vector<Row>& rows) {
  write(table_text(header, rows, text_width()) + "\n");
}

namespace detail {
std::string text_of(fmt::string_view text, fmt::format_args args) { return fmt::vformat(text, args); }
void say(fmt::string_view text, fmt::format_args args) {
  write(wrapped(text_of(text, args), text_width()) + "\n");
}
}  // namespace detail

}  // namespace lesson
