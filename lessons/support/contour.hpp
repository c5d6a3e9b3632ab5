// The line where a function of two numbers is zero, as the decision boundary of a classifier.
#pragma once
#include <functional>
#include <vector>

#include "support/figure.hpp"
#include "tinygrad_cpp/autograd/tensor.hpp"

namespace lesson {

/// Pieces of a line, with a NaN after each: two lists for Figure::line.
struct Contour {
  std::vector<double> x, y;
};

/// Where the scores change their sign, on a grid of cells x cells. score_of maps points [N,2] to scores [N,1]
/// and is called once. Empty where they have one sign everywhere. Error when both ends of a range are not
/// given, or there is no cell, or the scores have another shape.
Contour zero_contour(const Range& x, const Range& y, int cells,
                     const std::function<tg::Tensor(const tg::Tensor&)>& score_of);

}  // namespace lesson
