#pragma once
#include <string>

#include "tinygrad_cpp/autograd/tensor.hpp"

// Looking into a graph: why does nothing learn?

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// A table with a line for each tensor that a gradient of the loss flows to, in the order they were made:
/// operation, shape, what it was made from, the Euclidean norm of its gradient, the share of that gradient's
/// elements that are exactly 0 (a clip or a dead relu shows here), and whether value or gradient hold NaN or
/// infinities. The graph is left as it was. Error unless the loss is a single number that a gradient flows
/// to.
std::string explain(const Tensor& loss);

/// The graph behind a tensor in Graphviz' language: `dot -Tsvg` draws it. Leaves that need a gradient are
/// boxes.
std::string graphviz(const Tensor& tensor);

}}  // namespace tg
