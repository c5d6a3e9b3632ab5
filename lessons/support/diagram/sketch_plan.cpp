#include "support/diagram/sketch_plan.hpp"

#include <algorithm>
#include <cmath>

#include "support/figure/look.hpp"
#include "support/text.hpp"

namespace lesson {
namespace {

constexpr double title_height = 18, note_height = 17, row_gap = 40;
PlannedBox part_of(const SketchBox& box, int letters) {
  PlannedBox part;
  const double note_width = pixel_width(box.style.note, tick_font);
  part.note = box.style.note.empty() ? 0 : note_height;
  if (box.is_grid()) {
    for (const std::string& cell : box.cells)
      part.cell_width = std::max(part.cell_width, pixel_width(cell, {}));
    part.cell_width = std::max(part.cell_width + 10, 28.0);
    part.width = part.cell_width * box.columns;
    part.height = cell_height * box.rows;
    part.title = box.text.empty() ? 0 : title_height;
    part.full_width = std::max(part.width, pixel_width(box.text, tick_font));
    return part;
  }
  part.lines = lines_of(wrapped(box.text, letters));
  for (const std::string& line : part.lines) part.width = std::max(part.width, pixel_width(line, {}));
  part.width += box.style.bare ? 4 : box.style.round ? 22 : 16;
  part.height = text_step * static_cast<double>(part.lines.size()) + (box.style.bare ? 4 : 14);
  if (box.style.round) part.width = std::max(part.width, part.height + 4);
  part.full_width = std::max(part.width, note_width);
  return part;
}

Plan plan_with(const Sketch& sketch, int letters, double least_gap) {
  Plan plan;
  for (const SketchBox& box : sketch.boxes) {
    plan.parts.push_back(part_of(box, letters));
    const PlannedBox& part = plan.parts.back();
    // A box between two columns or rows takes half of its room from each. Rows stand on the middles of edges.
    const double high = part.height + 2 * std::max(part.title, part.note);
    for (double whole : {std::floor(box.column), std::ceil(box.column)})
      plan.columns.size(whole, whole == box.column ? part.full_width : part.full_width / 2);
    for (double whole : {std::floor(box.row), std::ceil(box.row)}) plan.rows.size(whole, high);
  }
  for (const SketchArrow& arrow : sketch.arrows) {
    const SketchBox& from = sketch.boxes[static_cast<std::size_t>(arrow.from)];
    const SketchBox& to = sketch.boxes[static_cast<std::size_t>(arrow.to)];
    if (from.column != to.column)
      plan.columns.gap(from.column, to.column, pixel_width(arrow.style.label, tick_font) + 22);
  }
  plan.columns.least_gap(least_gap);
  plan.rows.least_gap(row_gap);
  return plan;
}

}  // namespace

void Track::size(double place, double needed) {
  const auto at = static_cast<std::size_t>(place);
  if (sizes_.size() <= at) {
    sizes_.resize(at + 1, 0.0);
    gaps_.resize(at + 1, 0.0);
  }
  sizes_[at] = std::max(sizes_[at], needed);
}

void Track::gap(double first, double second, double needed) {
  const auto at = static_cast<std::size_t>(std::min(first, second));
  if (std::abs(first - second) <= 1) gaps_[at] = std::max(gaps_[at], needed);
}

void Track::least_gap(double least) {
  for (double& gap : gaps_) gap = std::max(gap, least);
}

void Track::widen(double by) {
  for (double& gap : gaps_) gap += by;
}

double Track::total() const { return middle(static_cast<double>(sizes_.size()) - 1) + sizes_.back() / 2; }

double Track::middle(double place) const {
  const double whole = std::floor(place);
  if (whole != place) return (middle(whole) + middle(whole + 1)) / 2;
  const auto end = static_cast<std::size_t>(whole);
  double at = sizes_[end] / 2;
  for (std::size_t i = 0; i < end; ++i) at += sizes_[i] + gaps_[i];
  return at;
}

Plan plan_of(const Sketch& sketch, double room) {
  for (double gap : {48.0, 32.0})
    for (int letters : {28, 20, 14, 10})
      if (const Plan plan = plan_with(sketch, letters, gap); plan.columns.total() <= room) return plan;
  return plan_with(sketch, 10, 32);
}

}  // namespace lesson
