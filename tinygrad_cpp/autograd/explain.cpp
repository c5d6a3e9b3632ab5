#include "tinygrad_cpp/autograd/explain.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "tinygrad_cpp/autograd/backward.hpp"
#include "tinygrad_cpp/autograd/node.hpp"
#include "tinygrad_cpp/error.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {
namespace {

/// Positions in a list of nodes, by id.
std::map<std::uint64_t, std::size_t> numbered(const std::vector<Tensor>& nodes) {
  std::map<std::uint64_t, std::size_t> number;
  for (const Tensor& node : nodes) number.emplace(node.node()->id, number.size());
  return number;
}

const char* trouble(const Tensor& tensor) {
  const char* found = "";
  for (Real value : tensor.values()) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) found = "infinite";
  }
  return found;
}

}  // namespace

std::string explain(const Tensor& loss) {
  if (loss.size() != 1)
    fail("explain", "the loss has shape {}; a single number is needed. Take its sum or mean", loss.shape());
  if (!loss.requires_grad())
    fail("explain",
         "{} does not require a gradient; requires_grad(true) must be set on a leaf before it is used",
         loss.node()->op);
  std::vector<Tensor> nodes = nodes_behind(loss);
  std::erase_if(nodes, [](const Tensor& node) { return !node.requires_grad(); });
  const auto number = numbered(nodes);
  const std::vector<Tensor> gradients = grad(loss, nodes, {.zero_if_unused = true});
  std::string text = fmt::format("{:>4}  {:<14} {:<14} {:<12} {:>13} {:>6}  {}\n", "#", "operation", "shape",
                                 "made from", "gradient norm", "zeros", "trouble");
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    std::string from;
    for (const Tensor& input : nodes[i].node()->inputs())
      if (const auto place = number.find(input.node()->id); place != number.end())
        from += fmt::format("{}{}", from.empty() ? "" : " ", place->second);
    double squares = 0;
    std::int64_t zeros = 0;
    for (Real g : gradients[i].values()) {
      squares += static_cast<double>(g) * static_cast<double>(g);
      zeros += g == 0;
    }
    const double share =
        100.0 * static_cast<double>(zeros) / static_cast<double>(std::max<std::int64_t>(1, nodes[i].size()));
    std::string bad;
    if (const char* what = trouble(nodes[i]); *what != 0) bad += fmt::format("value {} ", what);
    if (const char* what = trouble(gradients[i]); *what != 0) bad += fmt::format("gradient {}", what);
    text += fmt::format("{:>4}  {:<14} {:<14} {:<12} {:>13.4g} {:>5.0f}%  {}\n", i, nodes[i].node()->op,
                        fmt::format("{}", nodes[i].shape()), from, std::sqrt(squares), share, bad);
  }
  return text;
}

std::string graphviz(const Tensor& tensor) {
  const std::vector<Tensor> nodes = nodes_behind(tensor);
  const auto number = numbered(nodes);
  std::string text = "digraph {\n  rankdir=LR;\n  node [shape=ellipse];\n";
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Node& node = *nodes[i].node();
    text += fmt::format("  n{} [label=\"{}\\n{}\"{}];\n", i, node.op, nodes[i].shape(),
                        node.history == nullptr && node.requires_grad ? ", shape=box" : "");
    for (const Tensor& input : node.inputs())
      text += fmt::format("  n{} -> n{};\n", number.at(input.node()->id), i);
  }
  return text + "}\n";
}

}}  // namespace tg
