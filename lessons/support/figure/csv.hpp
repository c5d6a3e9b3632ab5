// The numbers of a figure.
#pragma once
#include <string>

#include "support/figure/drawing.hpp"

namespace lesson {

/// A line for each number: panel, series, x, y. A band is two series, an error range two more; of a heat
/// map each row is one.
std::string csv_of(const Drawing& drawing);

}  // namespace lesson
