// A figure as plain text.
#pragma once
#include <string>

#include "support/figure/drawing.hpp"
#include "support/figure/scale.hpp"

namespace lesson {

/// At most `width` columns wide. Lines and points are drawn with letters; bars are rows of #, strips rows of
/// dots; heat maps are numbers or, where there are too many, shades.
std::string text_of(const Drawing& drawing, int width);

std::string text_of_lines(const Drawing& drawing, const Panel& panel, int width, int height);
std::string text_of_bars(const Drawing& drawing, const Panel& panel, int width);
std::string text_of_strips(const Drawing& drawing, const Panel& panel, int width);
std::string text_of_heat_map(const Drawing& drawing, const Panel& panel, int width);

/// The x axis of a plot of characters in two lines: its ticks, and their labels. Left of it are `left` columns.
std::string text_of_axis(const Scale& x, int left, int columns, int width);
/// The column, of so many, for what Scale::place gives.
int column_of(double place, int columns);

/// The letter that stands for a series in text_of_lines.
char letter_of(const Drawing& drawing, const Series& series);

}  // namespace lesson
