#include "support/diagram/routes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lesson {
namespace {

constexpr int pieces = 16;        // of a bow
constexpr double clearance = 5;   // from shapes that an arrow passes
constexpr double label_off = 10;  // from a line to the middle of its label

Point plus(Point a, Point b, double times = 1) { return {a.x + b.x * times, a.y + b.y * times}; }

Point unit(Point from, Point to) {
  const double length = std::hypot(to.x - from.x, to.y - from.y);
  return length > 0 ? Point{(to.x - from.x) / length, (to.y - from.y) / length} : Point{1, 0};
}

// To the left, as seen along a direction.
Point left_of(Point direction) { return {direction.y, -direction.x}; }

// How far it is from a point in a shape to its edge.
double to_edge(const Shape& shape, Point from, Point direction) {
  const Point middle = shape.box.middle();
  const double a = shape.box.width() / 2, b = shape.box.height() / 2;
  if (!shape.round) {
    const double right = direction.x > 0 ? a : -a, down = direction.y > 0 ? b : -b;
    const double endless = std::numeric_limits<double>::infinity();
    const double x = direction.x == 0 ? endless : (middle.x + right - from.x) / direction.x;
    const double y = direction.y == 0 ? endless : (middle.y + down - from.y) / direction.y;
    return std::max(std::min(x, y), 0.0);
  }
  // |(from + t direction - middle) / (a, b)| = 1
  const Point p{(from.x - middle.x) / a, (from.y - middle.y) / b}, d{direction.x / a, direction.y / b};
  const double dd = d.x * d.x + d.y * d.y, pd = p.x * d.x + p.y * d.y, pp = p.x * p.x + p.y * p.y;
  const double inside = pd * pd - dd * (pp - 1);
  return inside > 0 ? std::max((-pd + std::sqrt(inside)) / dd, 0.0) : 0;
}

// A bow whose middle lies `bend` to the left of the straight way; none is straight.
std::vector<Point> way(const Shape& from, const Shape& to, double beside, double bend) {
  const Point side = left_of(unit(from.box.middle(), to.box.middle()));
  const Point a = plus(from.box.middle(), side, beside), b = plus(to.box.middle(), side, beside);
  const Point control = plus({(a.x + b.x) / 2, (a.y + b.y) / 2}, side, 2 * bend);
  const Point first = unit(a, bend == 0 ? b : control), last = unit(b, bend == 0 ? a : control);
  const Point start = plus(a, first, to_edge(from, a, first)), end = plus(b, last, to_edge(to, b, last));
  if (bend == 0) return {start, end};
  std::vector<Point> points;
  for (int k = 0; k <= pieces; ++k) {
    const double t = static_cast<double>(k) / pieces, s = 1 - t;
    points.push_back({s * s * start.x + 2 * s * t * control.x + t * t * end.x,
                      s * s * start.y + 2 * s * t * control.y + t * t * end.y});
  }
  return points;
}

bool meets(const std::vector<Point>& points, const Box& box) {
  for (std::size_t i = 1; i < points.size(); ++i) {
    for (int k = 0; k <= 40; ++k) {
      const double t = k / 40.0, x = points[i - 1].x + (points[i].x - points[i - 1].x) * t,
                   y = points[i - 1].y + (points[i].y - points[i - 1].y) * t;
      if (x > box.left - clearance && x < box.right + clearance && y > box.top - clearance &&
          y < box.bottom + clearance)
        return true;
    }
  }
  return false;
}

Point middle_of(const std::vector<Point>& points) {
  if (points.size() == 2) return {(points[0].x + points[1].x) / 2, (points[0].y + points[1].y) / 2};
  return points[points.size() / 2];
}

// Above or below what is level, right or left of what is upright, on what is neither.
void place_label(Route& route, Point direction, double moved) {
  route.middle = route.label = middle_of(route.points);
  const Point side = left_of(direction);
  if (std::abs(direction.x) > 0.9) {
    const double up = side.y * moved > 0 ? 1 : -1;
    route.label.y += up * label_off;
  } else if (std::abs(direction.y) > 0.9) {
    const bool right = side.x * moved >= 0;
    route.label.x += right ? 7 : -7;
    route.align = right ? Align::left : Align::right;
  } else {
    route.on_line = true;
  }
}

}  // namespace

Route route(const std::vector<Shape>& shapes, std::size_t from, std::size_t to, double beside) {
  const auto free = [&](const std::vector<Point>& points) {
    for (std::size_t i = 0; i < shapes.size(); ++i)
      if (i != from && i != to && meets(points, shapes[i].box)) return false;
    return true;
  };
  Route found{way(shapes[from], shapes[to], beside, 0), {}, {}};
  double bend = 0;
  if (!free(found.points)) {
    for (double tried : {34, -34, 56, -56, 90, -90, 130, -130}) {
      const std::vector<Point> points = way(shapes[from], shapes[to], beside, tried);
      if (!free(points)) continue;
      found.points = points;
      bend = tried;
      break;
    }
  }
  place_label(found, unit(shapes[from].box.middle(), shapes[to].box.middle()), bend == 0 ? beside : bend);
  return found;
}

Route loop(const Shape& shape) {
  const Point middle = shape.box.middle();
  const double half = std::min(shape.box.width() / 4, 14.0), top = shape.box.top;
  const double start = shape.round ? top + shape.box.height() * 0.07 : top;
  Route found{{}, {middle.x, top - 24}, {middle.x, top - 33}};
  for (int k = 0; k <= pieces; ++k) {
    const double t = static_cast<double>(k) / pieces, s = 1 - t;
    const double x = half * (s * s * s + 3 * s * s * t * 1.9 - 3 * s * t * t * 1.9 - t * t * t);
    found.points.push_back({middle.x + x, start - 3 * s * t * 32});
  }
  return found;
}

}  // namespace lesson
