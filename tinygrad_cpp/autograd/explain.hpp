#pragma once
#include <string>

#include "tinygrad_cpp/autograd/tensor.hpp"

// Looking into a graph: why does nothing learn?

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// A table with a line for each tensor that gets a gradient of the loss, in the order of computation:
/// operation, shape, inputs, the Euclidean norm of its gradient, the share of gradient elements that are
/// exactly 0 (clamp or a dead relu shows here), and whether value or gradient hold NaN or infinities. Keeps
/// the graph. Error unless the loss is a single number that requires a gradient.
std::string explain(const Tensor& loss);

/// The graph of a tensor in the language of Graphviz; `dot -Tsvg` draws it. Leaves that require a gradient
/// are boxes.
std::string graphviz(const Tensor& tensor);

}}  // namespace tg
