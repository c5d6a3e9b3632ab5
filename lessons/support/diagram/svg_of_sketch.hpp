// A diagram as an SVG picture.
#pragma once
#include <string>
#include <vector>

#include "support/diagram/sketch.hpp"
#include "support/figure/page.hpp"

namespace lesson {

/// The text of the file. Its description is the finding and the drawing in sentences.
std::string svg_of(const Sketch& sketch);

/// The same for what holds a trellis.
std::string svg_of_trellis(const Sketch& sketch);

void draw_arrow(Page& page, const std::vector<Point>& points, const ArrowStyle& style);
/// A cross in the middle of what is not allowed.
void draw_cross(Page& page, Point middle);

inline constexpr const char* strong_colour = "#D55E00";

}  // namespace lesson
