#include "support/markdown.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <vector>

#include "support/say.hpp"
#include "support/terminal.hpp"
#include "support/text.hpp"

namespace lesson {
namespace {

constexpr char unbroken = '\x1f';  // stands for a space at which no line may break

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

std::string kept_together(std::string text) {
  std::replace(text.begin(), text.end(), ' ', unbroken);
  return text;
}

std::string with_spaces(std::string text) {
  std::replace(text.begin(), text.end(), unbroken, ' ');
  return text;
}

std::string inline_text(std::string_view text);

// What stands between two marks at the front of the text, if the second is there; the text then begins after
// it.
std::optional<std::string_view> between(std::string_view& text, std::string_view mark) {
  if (!text.starts_with(mark)) return std::nullopt;
  const std::size_t end = text.find(mark, mark.size() + 1);
  if (end == std::string_view::npos || text[mark.size()] == ' ' || text[end - 1] == ' ') return std::nullopt;
  const std::string_view inside = text.substr(mark.size(), end - mark.size());
  text.remove_prefix(end + mark.size());
  return inside;
}

// [words](address) at the front of the text.
std::optional<std::string> link(std::string_view& text) {
  if (!text.starts_with("[")) return std::nullopt;
  const std::size_t middle = text.find("](");
  const std::size_t end = middle == std::string_view::npos ? middle : text.find(')', middle);
  if (end == std::string_view::npos || text.substr(0, middle).find('[', 1) != std::string_view::npos)
    return std::nullopt;
  const std::string words = inline_text(text.substr(1, middle - 1)),
                    address(text.substr(middle + 2, end - middle - 2));
  text.remove_prefix(end + 1);
  return address.ends_with(words) ? address : words + " (" + address + ")";
}

// <https://..> at the front of the text: the address alone.
std::optional<std::string> address(std::string_view& text) {
  if (!text.starts_with("<http")) return std::nullopt;
  const std::size_t end = text.find_first_of("> ");
  if (end == std::string_view::npos || text[end] != '>') return std::nullopt;
  const std::string inside(text.substr(1, end - 1));
  text.remove_prefix(end + 1);
  return inside;
}

std::string inline_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (auto code = between(text, "`")) {
      const std::string shown = styled(Style::code, *code);
      out += kept_together(shown == *code ? "`" + shown + "`" : shown);  // without colour the marks stay
    } else if (auto formula = between(text, "$")) {
      const std::string shown = readable_formula(*formula);
      out += visible_width(shown) <= 24 ? kept_together(shown) : shown;
    } else if (auto strong = between(text, "**")) {
      out += styled(Style::strong, inline_text(*strong));
    } else if (auto emphasis = between(text, "*")) {
      out += styled(Style::strong, inline_text(*emphasis));
    } else if (auto reference = link(text)) {
      out += *reference;
    } else if (auto plain = address(text)) {
      out += *plain;
    } else {
      if (text.size() > 1 && text.front() == '\\' && std::ispunct(static_cast<unsigned char>(text[1])))
        text.remove_prefix(1);
      out += text.front();
      text.remove_prefix(1);
    }
  }
  return out;
}

// Columns of `- ` or `2. ` at the start of a line; 0 where it is no list item.
std::size_t bullet_width(std::string_view line) {
  const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
  std::size_t at = indent;
  while (at < line.size() && std::isdigit(static_cast<unsigned char>(line[at]))) ++at;
  const bool numbered = at > indent && at < line.size() && line[at] == '.';
  const bool dashed =
      at == indent && at < line.size() && (line[at] == '-' || line[at] == '*' || line[at] == '+');
  if (!(numbered || dashed) || at + 1 >= line.size() || line[at + 1] != ' ') return 0;
  return at + 2;
}

Row table_row(std::string_view line) {
  Row row;
  std::string cell;
  bool code = false;
  const std::string inside = trimmed(line) + " ";
  for (std::size_t i = 1; i < inside.size(); ++i) {
    if (inside[i] == '`') code = !code;
    if (inside[i] == '|' && !code && inside[i - 1] != '\\') {
      row.add(with_spaces(inline_text(trimmed(cell))));
      cell.clear();
    } else {
      cell += inside[i];
    }
  }
  return row;
}

bool is_rule(std::string_view line) {
  return line.starts_with("|") && line.find('-') != std::string_view::npos &&
         line.find_first_not_of("|-: ") == std::string_view::npos;
}

class Page {
 public:
  explicit Page(int width) : width_(width) {}

  void read(const std::vector<std::string>& lines) {
    for (std::size_t i = 0; i < lines.size();) i = block(lines, i);
  }
  std::string text() const { return with_spaces(out_); }

 private:
  // Reads the block that begins at a line and returns the line after it.
  std::size_t block(const std::vector<std::string>& lines, std::size_t at) {
    const std::string& line = lines[at];
    if (trimmed(line).empty()) {
      blank_ = true;
      return at + 1;
    }
    if (line.starts_with("```")) {
      std::string code;
      for (++at; at < lines.size() && !lines[at].starts_with("```"); ++at) code += "    " + lines[at] + "\n";
      add(code);
      return at + 1;
    }
    if (line.starts_with("#")) {
      const std::string words =
          inline_text(trimmed(line.substr(std::min(line.find_first_not_of('#'), line.size()))));
      const char under = line.starts_with("# ") ? '=' : line.starts_with("## ") ? '-' : ' ';
      const int columns = under == ' ' ? 0 : std::min(visible_width(words), width_);
      add(styled(Style::heading, wrapped(words, width_)) + "\n" +
          (columns ? std::string(static_cast<std::size_t>(columns), under) + "\n" : ""));
      return at + 1;
    }
    if (line.starts_with("|") && at + 1 < lines.size() && is_rule(lines[at + 1])) {
      const Row header = table_row(line);
      std::vector<Row> rows;
      for (at += 2; at < lines.size() && lines[at].starts_with("|"); ++at)
        rows.push_back(table_row(lines[at]));
      for (Row& row : rows)
        for (Cell& cell : row.cells) cell.right = false;
      add(table_text(header, rows, width_));
      return at;
    }
    if (trimmed(line).starts_with("$$")) {
      std::string formula = trimmed(line);
      while (++at < lines.size() && !(formula.size() >= 4 && formula.ends_with("$$")))
        formula += " " + trimmed(lines[at]);
      if (formula.size() >= 4 && formula.ends_with("$$")) formula.erase(formula.size() - 2);
      add(wrapped("    " + readable_formula(formula.substr(2)), width_) + "\n");
      return at;
    }
    if (line.starts_with(">") && width_ > narrowest) {
      std::vector<std::string> quoted;
      for (; at < lines.size() && lines[at].starts_with(">"); ++at)
        quoted.push_back(lines[at].substr(lines[at].starts_with("> ") ? 2 : 1));
      Page inner(std::max(width_ - 2, narrowest));
      inner.read(quoted);
      add(indented(inner.out_, "| "));
      return at;
    }
    return flowing(lines, at);
  }

  // A paragraph or a list item: lines that run on until a blank one or the next block.
  std::size_t flowing(const std::vector<std::string>& lines, std::size_t at) {
    const std::size_t bullet = bullet_width(lines[at]);
    const std::size_t indent = bullet ? lines[at].find_first_not_of(' ') : 0;
    std::string text = trimmed(lines[at]);
    for (++at; at < lines.size() && !begins_block(lines[at]); ++at) text += " " + trimmed(lines[at]);
    const int hang = static_cast<int>(bullet - indent);
    add(wrapped(std::string(indent, ' ') + inline_text(text), width_, hang) + "\n", bullet > 0);
    return at;
  }

  static bool begins_block(const std::string& line) {
    const std::string text = trimmed(line);
    for (const char* mark : {"#", "|", ">", "```", "$$"})
      if (text.starts_with(mark)) return true;
    return text.empty() || bullet_width(line);
  }

  static std::string indented(const std::string& text, const std::string& by) {
    std::string out = by;
    for (std::size_t i = 0; i < text.size(); ++i) {
      out += text[i];
      if (text[i] == '\n' && i + 1 < text.size()) out += by;
    }
    return out;
  }

  // A blank line between blocks, but not between the items of a list where the source has none.
  void add(const std::string& block, bool item = false) {
    if (!out_.empty() && (blank_ || !item || !after_item_)) out_ += "\n";
    out_ += block;
    after_item_ = item;
    blank_ = false;
  }

  static constexpr int narrowest = 10;  // quotes within quotes that would leave less are text
  int width_;
  std::string out_;
  bool after_item_ = false, blank_ = false;
};

}  // namespace

std::string rendered(const std::string& markdown, int width) {
  Page page(width);
  page.read(lines_of(markdown));
  return page.text();
}

}  // namespace lesson
