// Several runs in two numbers: the middle one, and how far they spread.
#pragma once
#include <vector>

namespace lesson {

/// The median and the range of some numbers. Of an even number of them the median is the mean of the middle
/// two.
struct Spread {
  double median, low, high;
};

/// There must be at least one number.
Spread spread(std::vector<double> numbers);

}  // namespace lesson
