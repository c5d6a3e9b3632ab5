// Several runs in two numbers, the middle one and how far they spread, and how a table writes them.
#pragma once
#include <limits>
#include <string>
#include <vector>

#include "support/say.hpp"

namespace lesson {

/// The median and the range of some numbers. Of an even number of them the median is the mean of the middle
/// two.
struct Spread {
  double median, low, high;
};

/// There must be at least one number. A NaN among them makes all three NaN, so that no comparison holds.
Spread spread(std::vector<double> numbers);

/// How a number is written.
struct NumberStyle {
  bool percent = false;  // of 1: 0.67 is written 67%
  int decimals = -1;     // -1: three digits; of a percentage none behind the point
  bool sign = false;     // +3, not 3
  double limit = std::numeric_limits<double>::infinity();  // a run stopped there: written >1000
};

/// 67%
std::string number_text(double number, const NumberStyle& style = {});
/// 67% (63 to 77): the median and the range. The median alone where both ends are written like it.
std::string number_text(const Spread& spread, const NumberStyle& style = {});

/// A share as a cell of a table: 0.67 is 67%.
Cell percent(double share, int decimals = 0);

}  // namespace lesson
