#include "support/diagram.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "support/diagram/sketch.hpp"
#include "support/diagram/svg_of_sketch.hpp"
#include "support/diagram/text_of_sketch.hpp"
#include "support/figure/picture.hpp"
#include "support/terminal.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

template <class... Args>
[[noreturn]] void fail(const Sketch& sketch, fmt::format_string<const Args&...> format, const Args&... args) {
  tg::fail("diagram " + sketch.name, "{}", fmt::format(format, args...));
}

// Boxes stand in half columns and half rows of a drawing of sensible size.
void check_place(const Sketch& sketch, double column, double row) {
  for (double place : {column, row})
    if (!(place >= 0 && place <= 100) || place * 2 != std::floor(place * 2))
      fail(sketch, "a box at column {}, row {}; whole numbers or halves from 0 to 100 are needed", column,
           row);
  for (const SketchBox& box : sketch.boxes)
    if (box.column == column && box.row == row)
      fail(sketch, "two boxes at column {}, row {}: '{}' stands there; each needs its own place", column, row,
           tg::shown(box.name()));
}

int add(Sketch& sketch, SketchBox box) {
  if (sketch.trellis) fail(sketch, "a box beside a trellis; give each a diagram");
  check_place(sketch, box.column, box.row);
  sketch.boxes.push_back(std::move(box));
  return static_cast<int>(sketch.boxes.size()) - 1;
}

void check_index(const Sketch& sketch, const char* what, int index, std::size_t size) {
  if (index < 0 || index >= static_cast<int>(size))
    fail(sketch, "{} {} of {}; 0 to {} are needed", what, index, size, static_cast<int>(size) - 1);
}

}  // namespace

Diagram::Diagram(const std::string& name, const std::string& finding) : sketch_(std::make_unique<Sketch>()) {
  check_picture("diagram", name, finding);
  sketch_->name = name;
  sketch_->finding = finding;
}

Diagram::Diagram(Diagram&& other) noexcept = default;
Diagram::~Diagram() = default;

int Diagram::box(double column, double row, const std::string& text, const BoxStyle& style) {
  if (text.find_first_not_of(" \n\t") == std::string::npos)
    fail(*sketch_, "a box without a text; arrows and readers need one");
  return add(*sketch_, {column, row, text, style, 0, 0, {}, {}});
}

int Diagram::grid(double column, double row, int rows, int columns, const std::vector<std::string>& cells,
                  const GridStyle& style) {
  if (rows < 1 || columns < 1 ||
      cells.size() != static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns))
    fail(*sketch_, "{} cells for {} rows and {} columns; rows times columns are needed", cells.size(), rows,
         columns);
  for (const std::vector<int>& chosen : {style.strong, style.faint})
    for (int cell : chosen) check_index(*sketch_, "cell", cell, cells.size());
  return add(*sketch_, {column, row, style.title, {}, rows, columns, cells, style});
}

void Diagram::arrow(int from, int to, const ArrowStyle& style) {
  for (int box : {from, to}) check_index(*sketch_, "an arrow at box", box, sketch_->boxes.size());
  sketch_->arrows.push_back({from, to, style});
}

void Diagram::trellis(const Trellis& trellis) {
  const Sketch& sketch = *sketch_;
  if (!sketch.boxes.empty() || sketch.trellis)
    fail(sketch, "a trellis beside something else; give each a diagram");
  const std::size_t states = trellis.states.size();
  if (states == 0 || trellis.times.empty())
    fail(sketch, "a trellis of {} states and {} time steps; at least one of each is needed", states,
         trellis.times.size());
  for (const TrellisStep& step : trellis.steps)
    for (int state : {step.from, step.to}) check_index(sketch, "a step at state", state, states);
  for (const std::vector<int>& listed : {trellis.first, trellis.last, trellis.path})
    for (int state : listed) check_index(sketch, "state", state, states);
  if (!trellis.path.empty() && trellis.path.size() != trellis.times.size())
    fail(sketch, "a path of {} states through {} time steps; one for each is needed", trellis.path.size(),
         trellis.times.size());
  for (std::size_t t = 1; t < trellis.path.size(); ++t) {
    const bool allowed = std::any_of(trellis.steps.begin(), trellis.steps.end(), [&](const TrellisStep& s) {
      return !s.style.crossed && s.from == trellis.path[t - 1] && s.to == trellis.path[t];
    });
    if (!allowed)
      fail(sketch, "the path goes from state {} to state {}, which is no step that is allowed",
           trellis.path[t - 1], trellis.path[t]);
  }
  sketch_->trellis = trellis;
}

void show(const Diagram& diagram) {
  const Sketch& sketch = diagram.sketch();
  if (sketch.boxes.empty() && !sketch.trellis)
    fail(sketch, "it is empty; it needs a box, a grid or a trellis");
  if (muted()) return;
  show_picture(
      sketch.name, sketch.finding, [&] { return svg_of(sketch); },
      [&](int width) { return text_of(sketch, width); });
}

}  // namespace lesson
