// A figure as an SVG picture.
#pragma once
#include <string>

#include "support/figure/drawing.hpp"

namespace lesson {

/// The text of the file: with the finding above the plots and as its description, ids that no other figure
/// has, and the same for the same figure.
std::string svg_of(const Drawing& drawing);

}  // namespace lesson
