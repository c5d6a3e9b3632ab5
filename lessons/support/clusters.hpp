// Groups of rows that lie close together.
#pragma once
#include <functional>
#include <vector>

#include "tinygrad_cpp/autograd/tensor.hpp"

namespace lesson {

/// Agglomerative clustering: the cluster, from 0 to wanted - 1, of each row of [N,D]. At first each row is a
/// cluster. The two closest become one, with the mean of their rows, until `wanted` are left. How close they are is
/// the distance of their means, rows [P,D] and [P,D] -> [P], times a b / (a + b) for clusters of a and b rows.
/// Error unless wanted is from 1 to N.
/// Source: Ward, Hierarchical grouping to optimize an objective function, Journal of the American Statistical
/// Association, 1963.
std::vector<int> clusters(const tg::Tensor& rows, int wanted,
                          const std::function<tg::Tensor(const tg::Tensor&, const tg::Tensor&)>& distance);

/// The share of items whose label is the most frequent one in their cluster. Error unless each item has both.
double purity(const std::vector<int>& cluster, const std::vector<int>& labels);

}  // namespace lesson
