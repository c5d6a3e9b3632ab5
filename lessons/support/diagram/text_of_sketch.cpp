#include "support/diagram/text_of_sketch.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "support/text.hpp"

namespace lesson {
namespace {

using Lines = std::vector<std::string>;
using Key = std::pair<std::size_t, std::size_t>;  // row and column, counted among those that are used

std::string in_one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

std::string centred(const std::string& text, int width) {
  return left_aligned(right_aligned(text, (width + visible_width(text)) / 2), width);
}

// Cells in rows; *strong* and (faint) ones.
Lines block_of_grid(const SketchBox& box) {
  Lines cells = box.cells;
  for (int k : box.grid.strong)
    cells[static_cast<std::size_t>(k)] = "*" + cells[static_cast<std::size_t>(k)] + "*";
  for (int k : box.grid.faint)
    cells[static_cast<std::size_t>(k)] = "(" + cells[static_cast<std::size_t>(k)] + ")";
  int width = 0;
  for (const std::string& cell : cells) width = std::max(width, visible_width(cell));
  Lines lines;
  for (int row = 0; row < box.rows; ++row) {
    std::string line = "|";
    for (int column = 0; column < box.columns; ++column)
      line += " " + centred(cells[static_cast<std::size_t>(row * box.columns + column)], width);
    lines.push_back(line + " |");
  }
  if (!box.text.empty()) lines.insert(lines.begin(), in_one_line(box.text));
  return lines;
}

Lines block_of(const SketchBox& box) {
  if (box.is_grid()) return block_of_grid(box);
  std::string text = in_one_line(box.text);
  for (int k = 0; k < (box.style.bare ? 0 : box.style.strong ? 2 : 1); ++k)
    text = box.style.round ? "(" + text + ")" : "[" + text + "]";
  Lines lines = {text};
  if (!box.style.note.empty()) lines.push_back(in_one_line(box.style.note));
  return lines;
}

int width_of(const Lines& lines) {
  int width = 0;
  for (const std::string& line : lines) width = std::max(width, visible_width(line));
  return width;
}

char shaft_of(const ArrowStyle& style) {
  return style.crossed ? 'x' : style.strong ? '=' : style.dashed ? '.' : '-';
}

std::string in_words(const Sketch& sketch, const SketchArrow& arrow) {
  const auto name = [&](int box) { return in_one_line(sketch.boxes[static_cast<std::size_t>(box)].name()); };
  return fmt::format("{} {}{} {}{}", name(arrow.from), std::string(2, shaft_of(arrow.style)),
                     arrow.style.headless ? "" : ">", name(arrow.to),
                     arrow.style.label.empty() ? "" : ": " + arrow.style.label);
}

// The boxes among the rows and columns that are used, and the arrows that are not drawn yet.
class Sheet {
 public:
  explicit Sheet(const Sketch& sketch) : sketch_(sketch), drawn_(sketch.arrows.size()) {
    std::set<double> rows, columns;
    for (const SketchBox& box : sketch.boxes) {
      rows.insert(box.row);
      columns.insert(box.column);
    }
    const auto rank = [](const std::set<double>& all, double place) {
      return static_cast<std::size_t>(std::distance(all.begin(), all.find(place)));
    };
    rows_ = rows.size();
    starts_.resize(columns.size());
    widths_.resize(columns.size());
    std::vector<int> gaps(columns.size(), 4);
    for (std::size_t i = 0; i < sketch.boxes.size(); ++i) {
      const SketchBox& box = sketch.boxes[i];
      const std::size_t column = rank(columns, box.column);
      at_[{rank(rows, box.row), column}] = static_cast<int>(i);
      blocks_.push_back(block_of(box));
      widths_[column] = std::max(widths_[column], width_of(blocks_.back()));
    }
    for (const SketchArrow& arrow : sketch.arrows) {
      const SketchBox &from = box(arrow.from), &to = box(arrow.to);
      if (from.row != to.row || arrow.from == arrow.to) continue;
      const std::size_t left = rank(columns, std::min(from.column, to.column));
      gaps[left] = std::max(gaps[left], std::min(visible_width(arrow.style.label), 20) + 4);
    }
    for (std::size_t c = 1; c < starts_.size(); ++c)
      starts_[c] = starts_[c - 1] + widths_[c - 1] + gaps[c - 1];
  }

  int width() const { return starts_.back() + widths_.back(); }

  std::string text() {
    std::string out;
    for (std::size_t row = 0; row < rows_; ++row) out += row_text(row) + (row + 1 < rows_ ? below(row) : "");
    return out;
  }

  // What text() could not draw.
  std::string rest() const {
    std::string out;
    for (std::size_t i = 0; i < drawn_.size(); ++i) {
      const std::string line = in_words(sketch_, sketch_.arrows[i]) + "\n";
      if (!drawn_[i] && out.find(line) == std::string::npos) out += line;
    }
    return out;
  }

 private:
  const SketchBox& box(int index) const { return sketch_.boxes[static_cast<std::size_t>(index)]; }

  // The first arrow between two boxes that can be drawn, in either direction; -1 where there is none.
  int arrow_between(int a, int b) const {
    for (std::size_t i = 0; i < sketch_.arrows.size(); ++i) {
      const SketchArrow& arrow = sketch_.arrows[i];
      if ((arrow.from == a && arrow.to == b) || (arrow.from == b && arrow.to == a))
        return static_cast<int>(i);
    }
    return -1;
  }

  // "-label->", so many columns wide.
  std::string connector(int left, int right, int width) {
    const int index = arrow_between(left, right);
    if (index < 0) return std::string(static_cast<std::size_t>(width), ' ');
    const SketchArrow& arrow = sketch_.arrows[static_cast<std::size_t>(index)];
    const std::string& label = arrow.style.label;
    std::string line(static_cast<std::size_t>(width - 2), shaft_of(arrow.style));
    if (!arrow.style.headless)
      (arrow.from == left ? line.back() : line.front()) = arrow.from == left ? '>' : '<';
    const int room = visible_width(label) + 2;
    drawn_[static_cast<std::size_t>(index)] = label.empty() || room <= width - 2;
    if (!label.empty() && room <= width - 2) {
      const auto start = static_cast<std::size_t>((width - 2 - visible_width(label)) / 2);
      line.replace(start, static_cast<std::size_t>(visible_width(label)), label);
    }
    return " " + line + " ";
  }

  std::string row_text(std::size_t row) {
    std::size_t height = 0;
    std::vector<std::pair<std::size_t, int>> boxes;  // column and box
    for (std::size_t c = 0; c < starts_.size(); ++c)
      if (const auto found = at_.find({row, c}); found != at_.end()) {
        boxes.emplace_back(c, found->second);
        height = std::max(height, blocks_[static_cast<std::size_t>(found->second)].size());
      }
    std::string out;
    const std::size_t middle = (height - 1) / 2;
    for (std::size_t k = 0; k < height; ++k) {
      std::string line;
      for (std::size_t i = 0; i < boxes.size(); ++i) {
        const auto& [column, index] = boxes[i];
        const Lines& block = blocks_[static_cast<std::size_t>(index)];
        const std::size_t top = middle - std::min(middle, (block.size() - 1) / 2);
        const int inner = starts_[column] + (widths_[column] - width_of(block)) / 2;
        if (k == middle && i > 0)
          line += connector(boxes[i - 1].second, index, inner - visible_width(line));
        else
          line = left_aligned(line, inner);
        if (k >= top && k - top < block.size()) line += centred(block[k - top], width_of(block));
      }
      out += line + "\n";
    }
    return out;
  }

  // The arrows from a row to the next one that are upright.
  std::string below(std::size_t row) {
    std::string shaft, head;
    for (std::size_t c = 0; c < starts_.size(); ++c) {
      const auto upper = at_.find({row, c}), lower = at_.find({row + 1, c});
      if (upper == at_.end() || lower == at_.end()) continue;
      const int index = arrow_between(upper->second, lower->second);
      if (index < 0) continue;
      const SketchArrow& arrow = sketch_.arrows[static_cast<std::size_t>(index)];
      const bool down = arrow.from == upper->second, headless = arrow.style.headless;
      const char line = arrow.style.dashed ? ':' : arrow.style.crossed ? 'x' : '|';
      const int column = starts_[c] + widths_[c] / 2;
      shaft = left_aligned(shaft, column) + (down || headless ? line : '^');
      head = left_aligned(head, column) + (down && !headless ? 'v' : line);
      if (!arrow.style.label.empty()) shaft += " " + arrow.style.label;
      drawn_[static_cast<std::size_t>(index)] = true;
    }
    return shaft + "\n" + head + (head.empty() ? "" : "\n");
  }

  const Sketch& sketch_;
  std::vector<bool> drawn_;
  std::map<Key, int> at_;
  std::vector<Lines> blocks_;
  std::vector<int> starts_, widths_;
  std::size_t rows_ = 0;
};

std::string listed(const Sketch& sketch, int width) {
  std::string out;
  for (const SketchBox& box : sketch.boxes)
    for (const std::string& line : block_of(box)) out += wrapped(line, width) + "\n";
  for (const SketchArrow& arrow : sketch.arrows) out += wrapped(in_words(sketch, arrow), width, 2) + "\n";
  return out;
}

std::string text_of_trellis(const Trellis& trellis, int width) {
  const std::vector<std::vector<bool>> reached = reachable(trellis);
  int names = 0, column = 2;
  for (const std::string& state : trellis.states) names = std::max(names, visible_width(state));
  for (const std::string& time : trellis.times) column = std::max(column, visible_width(time) + 1);
  const bool narrow = names + column * static_cast<int>(trellis.times.size()) > width;
  if (narrow) column = 1;
  std::string out = left_aligned("", names);
  for (const std::string& time : trellis.times) out += narrow ? "" : right_aligned(time, column);
  out += "\n";
  for (std::size_t s = 0; s < trellis.states.size(); ++s) {
    out += left_aligned(trellis.states[s], names) + (narrow ? " " : "");
    for (std::size_t t = 0; t < trellis.times.size(); ++t) {
      const bool taken = !trellis.path.empty() && trellis.path[t] == static_cast<int>(s);
      out += right_aligned(taken ? "#" : reached[t][s] ? "o" : ".", column);
    }
    out += "\n";
  }
  out +=
      wrapped(std::string(trellis.path.empty() ? "" : "# the path, ") + "o on some path, . on none", width) +
      "\n";
  for (int s = 0; s < static_cast<int>(trellis.states.size()); ++s)
    if (const std::string steps = steps_from(trellis, s); !steps.empty())
      out += wrapped(steps, width, 2) + "\n";
  return out;
}

}  // namespace

std::string text_of(const Sketch& sketch, int width) {
  if (sketch.trellis) return text_of_trellis(*sketch.trellis, width) + "\n";
  Sheet sheet(sketch);
  if (sheet.width() > width) return listed(sketch, width) + "\n";
  const std::string drawn = sheet.text();
  std::string rest;
  for (const std::string& line : lines_of(sheet.rest()))
    rest += line.empty() ? "" : wrapped(line, width, 2) + "\n";
  return without_trailing_spaces(drawn) + (rest.empty() ? "" : "\n" + rest) + "\n";
}

}  // namespace lesson
