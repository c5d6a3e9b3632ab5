#include "support/diagram/svg_of_sketch.hpp"

#include <algorithm>
#include <cmath>

#include "support/diagram/routes.hpp"
#include "support/diagram/sketch_plan.hpp"
#include "support/figure/headline.hpp"

namespace lesson {
namespace {

constexpr const char *edge_colour = "#33547a", *fill_colour = "#eef4fb", *strong_fill = "#fde6d2";
constexpr const char *faint_fill = "#f1f1f1", *faint_text = "#6b6b6b";

void draw_box(Page& page, const SketchBox& box, const PlannedBox& part, const Box& at) {
  const Point middle = at.middle();
  const BoxStyle& style = box.style;
  Pen pen{style.strong ? strong_colour : edge_colour, style.strong ? 2.0 : 1.3};
  if (style.dashed) pen.dashes = {5, 3};
  const char* fill = style.strong ? strong_fill : fill_colour;
  if (!style.bare && style.round) page.ellipse(at, fill, pen);
  if (!style.bare && !style.round) page.rectangle(at, fill, pen, 4);
  const double top = middle.y - text_step * (static_cast<double>(part.lines.size()) - 1) / 2;
  for (std::size_t i = 0; i < part.lines.size(); ++i)
    page.text(middle.x, top + text_step * static_cast<double>(i), part.lines[i],
              {13, style.strong, style.bare && style.strong ? "#BB5200" : "#222222"}, Align::center);
  if (style.note.empty()) return;
  const double half = pixel_width(style.note, tick_font) / 2;  // on white: an arrow may leave the box here
  page.rectangle({middle.x - half, at.bottom + 3, middle.x + half, at.bottom + 17}, "#ffffff");
  page.text(middle.x, at.bottom + 10, style.note, tick_font, Align::center);
}

void draw_grid(Page& page, const SketchBox& box, const PlannedBox& part, const Box& at) {
  const auto chosen = [](const std::vector<int>& cells, int cell) {
    return std::find(cells.begin(), cells.end(), cell) != cells.end();
  };
  for (int k = 0; k < box.rows * box.columns; ++k) {
    const bool strong = chosen(box.grid.strong, k), faint = chosen(box.grid.faint, k);
    const double left = at.left + part.cell_width * (k % box.columns),
                 top = at.top + cell_height * (k / box.columns);
    const Box cell{left, top, left + part.cell_width, top + cell_height};
    page.rectangle(cell, strong ? strong_fill : faint ? faint_fill : fill_colour, {"#8ba0b8"});
    page.text(cell.middle().x, cell.middle().y, box.cells[static_cast<std::size_t>(k)],
              {13, strong, faint ? faint_text : "#222222"}, Align::center);
  }
  page.text(at.middle().x, at.top - 10, box.text, tick_font, Align::center);
}

// Several arrows between the same two boxes are apart.
double beside(const Sketch& sketch, std::size_t index) {
  const SketchArrow& arrow = sketch.arrows[index];
  int before = 0, same = 0, opposite = 0;
  for (std::size_t i = 0; i < sketch.arrows.size(); ++i) {
    const SketchArrow& other = sketch.arrows[i];
    if (other.from == arrow.from && other.to == arrow.to) {
      ++same;
      before += i < index;
    }
    opposite += other.from == arrow.to && other.to == arrow.from;
  }
  return opposite > 0 ? 5 + 10 * before : 10 * before - 5 * (same - 1);
}

std::vector<Route> routes_of(const Sketch& sketch, const std::vector<Shape>& shapes) {
  std::vector<Route> routes;
  for (std::size_t i = 0; i < sketch.arrows.size(); ++i) {
    const auto from = static_cast<std::size_t>(sketch.arrows[i].from);
    const auto to = static_cast<std::size_t>(sketch.arrows[i].to);
    routes.push_back(from == to ? loop(shapes[from]) : route(shapes, from, to, beside(sketch, i)));
  }
  return routes;
}

Pen pen_of(const ArrowStyle& style) {
  Pen pen{style.strong ? strong_colour : style.crossed ? "#777777" : "#444444", style.strong ? 2.2 : 1.3};
  if (style.dashed || style.crossed) pen.dashes = {5, 4};
  return pen;
}

std::vector<Shape> shapes_of(const Sketch& sketch, const Plan& plan) {
  std::vector<Shape> shapes;
  for (std::size_t i = 0; i < sketch.boxes.size(); ++i) {
    const SketchBox& box = sketch.boxes[i];
    const PlannedBox& part = plan.parts[i];
    const double x = plan.columns.middle(box.column), y = plan.rows.middle(box.row);
    shapes.push_back({{x - part.width / 2, y - part.height / 2, x + part.width / 2, y + part.height / 2},
                      box.style.round});
  }
  return shapes;
}

// Of all that is drawn.
Box extent_of(const Sketch& sketch, const Plan& plan, const std::vector<Shape>& shapes) {
  Box all = shapes[0].box;
  const auto include = [&](double left, double right, double y) {
    all = {std::min(all.left, left), std::min(all.top, y), std::max(all.right, right),
           std::max(all.bottom, y)};
  };
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const Box& box = shapes[i].box;
    const double middle = box.middle().x, half = plan.parts[i].full_width / 2;
    include(middle - half, middle + half, box.top - plan.parts[i].title);
    include(middle - half, middle + half, box.bottom + plan.parts[i].note);
  }
  const std::vector<Route> routes = routes_of(sketch, shapes);
  for (std::size_t i = 0; i < routes.size(); ++i) {
    for (const Point& point : routes[i].points) include(point.x, point.x, point.y);
    const std::string& label = sketch.arrows[i].style.label;
    if (label.empty()) continue;
    const double width = pixel_width(label, tick_font);
    const double left = routes[i].label.x - (routes[i].align == Align::left     ? 0
                                             : routes[i].align == Align::center ? width / 2
                                                                                : width);
    include(left, left + width, routes[i].label.y - 8);
    include(left, left + width, routes[i].label.y + 8);
  }
  return all;
}

void draw_label(Page& page, const Route& route, const std::string& label) {
  if (label.empty()) return;
  const double half = pixel_width(label, tick_font) / 2;
  if (route.on_line)
    page.rectangle({route.label.x - half, route.label.y - 8, route.label.x + half, route.label.y + 8},
                   "#ffffff");
  page.text(route.label.x, route.label.y, label, tick_font, route.align);
}

}  // namespace

void draw_arrow(Page& page, const std::vector<Point>& points, const ArrowStyle& style) {
  if (style.headless)
    page.polyline(points, pen_of(style));
  else
    page.arrow(points, pen_of(style));
}

void draw_cross(Page& page, Point at) {
  page.polyline(
      {{at.x - 5, at.y - 5}, {at.x + 5, at.y + 5}, pen_up, {at.x - 5, at.y + 5}, {at.x + 5, at.y - 5}},
      {"#b3201c", 2.2});
}

std::string svg_of(const Sketch& sketch) {
  if (sketch.trellis) return svg_of_trellis(sketch);
  Plan plan = plan_of(sketch, page_width - 2 * edge);
  const double free = page_width - 2 * edge - plan.columns.total();
  if (free > 0 && plan.columns.count() > 1)
    plan.columns.widen(std::min(free / static_cast<double>(plan.columns.count() - 1), 40.0));
  std::vector<Shape> shapes = shapes_of(sketch, plan);
  const Box all = extent_of(sketch, plan, shapes);
  const double width = std::max(page_width, all.width() + 2 * edge);
  const std::vector<std::string> lines = headline(sketch.finding, width);
  const double right = (width - all.width()) / 2 - all.left,
               down = below_headline(lines.size()) + 18 - all.top;
  for (Shape& shape : shapes)
    shape.box = {shape.box.left + right, shape.box.top + down, shape.box.right + right,
                 shape.box.bottom + down};

  Page page(sketch.name, width, down + all.bottom + edge);
  draw_headline(page, lines);
  const std::vector<Route> routes = routes_of(sketch, shapes);
  for (std::size_t i = 0; i < routes.size(); ++i) {
    draw_arrow(page, routes[i].points, sketch.arrows[i].style);
    if (sketch.arrows[i].style.crossed) draw_cross(page, routes[i].middle);
  }
  for (std::size_t i = 0; i < shapes.size(); ++i)
    (sketch.boxes[i].is_grid() ? draw_grid : draw_box)(page, sketch.boxes[i], plan.parts[i], shapes[i].box);
  for (std::size_t i = 0; i < routes.size(); ++i) draw_label(page, routes[i], sketch.arrows[i].style.label);
  return page.svg(sketch.finding + " " + description_of(sketch));
}

}  // namespace lesson
