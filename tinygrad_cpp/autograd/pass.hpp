#pragma once
#include <vector>

#include "tinygrad_cpp/autograd/gradient_sums.hpp"
#include "tinygrad_cpp/autograd/node.hpp"

// Internal: no public header includes this one.

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// One walk over the graph of y, from y to its leaves. While rules run, its state is here and not in the
/// nodes, so that a rule may start another pass. The nodes only count the passes that run over them.
class Pass {
 public:
  enum class Graph { kept, freed };

  /// Finds the nodes from y down to id `lowest` that need a gradient, without recursion. Error when a part of
  /// the graph was freed, or when this pass would free it during another pass.
  Pass(const Tensor& y, std::uint64_t lowest, Graph graph);
  ~Pass();
  Pass(const Pass&) = delete;
  Pass& operator=(const Pass&) = delete;

  /// Keeps only the nodes between y and the xs, and the gradients of the xs.
  void only(Inputs xs);
  /// Error when values that a rule needs were overwritten since they were used.
  void check_unchanged() const;
  /// Computes all gradients from the upstream gradient of y.
  void run(const Tensor& upstream, bool create_graph);

  /// After run(): the gradient of each x of only(); undefined where y does not depend on x.
  std::vector<Tensor> gradients_of_xs();
  /// After run() without only(): adds the gradients to grad() of the leaves.
  void add_to_leaves();

 private:
  explicit Pass(Graph graph) : graph_(graph) {}  // so that ~Pass runs when the other constructor throws

  struct Found {
    Tensor tensor;
    std::uint32_t inputs : 31;  // how many; the history may have been freed since
    std::uint32_t keep_gradient : 1 = false;
  };
  void run_rules(const Tensor& y, const Tensor& g, std::span<const std::uint32_t> edges);

  Graph graph_;
  pool::Vector<Found> found_;  // by falling id: each stands before its inputs
  pool::Vector<std::uint32_t>
      edges_;  // for each node in turn the indices of its inputs; no_index where no gradient is needed
  GradientSums gradients_;
  std::vector<std::uint32_t> xs_indices_;  // of only()
};

}}  // namespace tg
