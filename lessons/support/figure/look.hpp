// How things look: fonts, pens, colours and symbols.
#pragma once
#include <array>
#include <string_view>

namespace lesson {

struct Font {
  double size = 13;
  bool bold = false;
  const char* colour = "#333333";
};
inline constexpr Font tick_font{12, false, "#555555"};
inline constexpr Font title_font{13, true};

/// About the width that a browser needs for a text. Its font is unknown here, so this is rather too much.
double pixel_width(std::string_view text, const Font& font);

/// Pixels on, off, on, off, ...; all 0 is a solid line.
using Dashes = std::array<double, 6>;

struct Pen {
  const char* colour;
  double width = 1;
  Dashes dashes = {};
};

inline constexpr double symbol_radius = 3.6;
enum class Symbol { circle, triangle, square, diamond, triangle_down, ring, open_triangle };

/// How a series looks. Colours are those of Okabe and Ito, which the colour-blind can tell apart, in falling
/// contrast with white; dashes and symbols differ too. Text is darkened until it is easy to read.
struct Look {
  Pen pen;
  const char* text_colour;
  Symbol symbol;
};
const Look& look(int style);
/// Baselines are grey, and differ by their dashes.
const Pen& baseline_pen(int style);

}  // namespace lesson
