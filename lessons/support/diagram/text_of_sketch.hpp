// A diagram as plain text.
#pragma once
#include <string>

#include "support/diagram/sketch.hpp"

namespace lesson {

/// Boxes as [text] and (text) in their columns and rows, [[text]] where they are strong, with the arrows
/// between neighbours; other arrows are listed below. All is listed where `width` columns are too few.
std::string text_of(const Sketch& sketch, int width);

}  // namespace lesson
