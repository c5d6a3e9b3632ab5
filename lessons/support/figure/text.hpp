// A figure as plain text.
#pragma once
#include <string>

#include "support/figure/drawing.hpp"

namespace lesson {

/// At most `width` columns wide. Lines and points are plotted by gnuplot, and left out where it is not
/// installed; bars are rows of #; heat maps are numbers or, where there are too many, shades.
std::string text_of(const Drawing& drawing, int width);

std::string text_of_lines(const Drawing& drawing, const Panel& panel, int width, int height);
std::string text_of_bars(const Drawing& drawing, const Panel& panel, int width);
std::string text_of_heat_map(const Drawing& drawing, const Panel& panel, int width);

/// The letter that stands for a series in text_of_lines.
char letter_of(const Drawing& drawing, const Series& series);

}  // namespace lesson
