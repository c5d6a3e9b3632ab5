// Where the arrows of a diagram run.
#pragma once
#include <vector>

#include "support/figure/page.hpp"

namespace lesson {

struct Shape {
  Box box;
  bool round = false;  // an ellipse in the box
};

struct Route {
  std::vector<Point> points;
  Point middle;
  Point label;  // its middle or the end that is near the line
  Align align = Align::center;
  bool on_line = false;  // the label lies on the line, which it hides
};

/// From the edge of one shape to the edge of another, straight or, round shapes between, in a bow. `beside`
/// moves it to its left, as seen along the arrow, so that several arrows between two shapes are apart.
Route route(const std::vector<Shape>& shapes, std::size_t from, std::size_t to, double beside);

/// A loop above one shape.
Route loop(const Shape& shape);

}  // namespace lesson
