// From numbers to places on an axis.
#pragma once
#include <string>
#include <vector>

#include "support/figure/drawing.hpp"

namespace lesson {

struct Tick {
  double value;
  std::string label;
};

/// One axis: its ends, and how far apart its ticks are. On a logarithmic one `step` counts powers of ten, and
/// 0 stands for ticks at 1, 2 and 5 times each. Ends are at most 1e300 from 0, and those of a logarithmic one at
/// least 1e-300.
struct Scale {
  double low = 0, high = 1;
  bool log = false;
  double step = 1;
  /// 0 at low, 1 at high.
  double place(double value) const;
  std::vector<Tick> ticks() const;
};

/// Of all panels that share these axes, with about so many ticks. Lines take all of the x axis; the other ends
/// are round numbers.
Scale x_scale(const Drawing& drawing, std::size_t axes, int ticks);
Scale y_scale(const Drawing& drawing, std::size_t axes, int ticks);
/// Of the lengths of bars: from 0.
Scale bar_scale(const Drawing& drawing, std::size_t axes);
/// Of the values of strips, with about so many ticks.
Scale strip_scale(const Drawing& drawing, std::size_t axes, int ticks);
/// Of the cells of heat maps: from 0 where none is negative. Its step is what their numbers are rounded to.
Scale cell_scale(const Drawing& drawing, std::size_t axes);

/// A number in about three digits: 0.0123, 1e-4, 215, 20000.
std::string short_number(double value);
/// The median of a strip's category, and how many of its values are finite where not all are.
std::string strip_number(const Series& series, std::size_t category);
/// One cell of a heat map. Empty for NaN.
std::string cell_number(double value, const Scale& scale);

}  // namespace lesson
