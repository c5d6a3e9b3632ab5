#pragma once
#include <unordered_map>
#include <vector>

#include "tinygrad_cpp/autograd/node.hpp"

// The engine's own; no header that users include includes this one.

namespace tg::inline TG_REAL_NAMESPACE {

/// The tensor itself if nobody else holds it or its values, else a copy: what changes it in place, clipping for one, must not
/// reach another tensor.
Tensor own_values(const Tensor& tensor);

/// One walk from y back to what it was made from. What it finds is kept here and not in the nodes, so that a rule may
/// itself differentiate.
class Pass {
 public:
  enum class Graph { kept, freed };

  /// Finds the nodes that need a gradient between y and those older than id `lowest`, without recursion. Error when a part of
  /// the graph was freed, or will be freed here while another pass walks it.
  Pass(const Tensor& y, std::uint64_t lowest, Graph graph);
  ~Pass();
  Pass(const Pass&) = delete;
  Pass& operator=(const Pass&) = delete;

  /// Of all that was found, keeps what lies between y and the xs, and the gradients of the xs.
  void only(Inputs xs);
  /// Error when values that a kept edge needs were overwritten since.
  void check_unchanged() const;
  /// Sends the upstream gradient of y down.
  void run(const Tensor& upstream, bool create_graph);

  /// After run: the gradient of each x of only(), undefined where none arrived.
  std::vector<Tensor> gradients_of_xs();
  /// After run without only(): adds up the gradients in the leaves' grad().
  void add_to_leaves();

  /// See record.hpp.
  Array* gradient_sum(std::uint32_t slot, double part);
  bool add_product_later(std::uint32_t slot, const Array& a, const Array& g);

 private:
  explicit Pass(Graph graph) : graph_(graph) {}  // so that ~Pass runs when the other constructor throws

  static constexpr std::uint32_t no_slot = ~std::uint32_t{0};

  struct Found {
    Tensor tensor;
    std::uint32_t inputs : 31;  // how many; the graph may be freed by the time one asks
    std::uint32_t keep_gradient : 1 = false;
    float terms = 0;  // added to its gradient in place since they were last moved to long_sums_
  };
  /// Products a^T g that wait to be added to a gradient.
  struct Waiting {
    std::uint32_t slot;
    std::int64_t rows;
    std::vector<Array> a, g;
  };
  void accumulate(std::uint32_t slot, Tensor term);
  void count_terms(std::uint32_t slot, double terms);
  void finish(std::uint32_t slot);
  void run_rules(const Tensor& y, const Tensor& g, std::span<const std::uint32_t> edges);
  std::vector<Waiting>::iterator waiting_for(std::uint32_t slot);
  void add_waiting(std::uint32_t slot);

  Graph graph_;
  std::vector<Found> found_;  // by falling id: each stands before its inputs. A node's place is its slot
  std::vector<std::uint32_t>
      edges_;  // for each node in turn the slots of its inputs; no_slot where nothing flows
  std::vector<Tensor> gradients_;  // by slot
  std::vector<Waiting> waiting_;   // at most one for a slot
  // Partial sums in double, moved out of gradients_ every 32 terms: a million floats added one by one are
  // wrong by a hundredth.
  std::unordered_map<std::uint32_t, std::vector<double>> long_sums_;
  std::vector<std::uint32_t> xs_slots_;  // of only()
};

}  // namespace tg::inline TG_REAL_NAMESPACE
