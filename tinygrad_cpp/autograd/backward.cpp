#include "tinygrad_cpp/autograd/backward.hpp"

#include <algorithm>
#include <atomic>
#include <limits>

#include "tinygrad_cpp/autograd/arithmetic.hpp"
#include "tinygrad_cpp/autograd/node.hpp"
#include "tinygrad_cpp/error.hpp"

namespace tg::inline TG_REAL_NAMESPACE {
namespace {

constexpr std::uint32_t no_slot = std::numeric_limits<std::uint32_t>::max();

/// One walk from y back to what it was made from. Everything it needs is in here and not in the nodes, so that a rule
/// may itself call grad() or backward().
struct Pass {
  std::vector<Tensor> nodes;  // by falling id: each stands before its inputs; a node's place is its slot
  std::vector<std::uint32_t>
      edges;  // for each node in turn, the slots of its inputs; no_slot where no gradient flows
  std::vector<Tensor> gradients;  // by slot
};

void check_usable(const Node& node) {
  if (node.freed)
    fail("backward",
         "the graph behind {} was freed by an earlier backward(); it can be walked once. Call the first one "
         "with "
         "{{.retain_graph = true}}, or, if you carry a recurrent state from batch to batch, detach() it",
         node.op);
  if (node.history != nullptr && node.history->inputs_changed())
    fail("backward",
         "an input of {} was changed after {} used it (assign, an optimizer's step, load); its gradient "
         "would be wrong. "
         "Call backward() before changing it, or use a clone()",
         node.op, node.op);
}

/// The nodes that need a gradient between y and ids below `lowest`, found by falling id without recursion.
Pass collect(const Tensor& y, std::uint64_t lowest) {
  static std::atomic<std::uint64_t> passes = 0;
  const std::uint64_t pass = ++passes;
  const auto older = [](const Node* a, const Node* b) { return a->id < b->id; };
  Pass result;
  std::vector<Node*> open = {y.node()};  // a heap: the youngest node on top
  y.node()->pass = pass;
  while (!open.empty()) {
    std::pop_heap(open.begin(), open.end(), older);
    Node* node = open.back();
    open.pop_back();
    check_usable(*node);
    node->slot = static_cast<std::uint32_t>(result.nodes.size());
    result.nodes.emplace_back(node);
    for (const Tensor& input : node->inputs()) {
      Node* next = input.node();
      if (!next->requires_grad || next->pass == pass || next->id < lowest) continue;
      next->pass = pass;
      open.push_back(next);
      std::push_heap(open.begin(), open.end(), older);
    }
  }
  for (const Tensor& node : result.nodes)
    for (const Tensor& input : node.node()->inputs())
      result.edges.push_back(input.node()->pass == pass ? input.node()->slot : no_slot);
  result.gradients.resize(result.nodes.size());
  return result;
}

/// Drops the edges that lead to none of the wanted slots.
void keep_paths_to(const std::vector<std::uint32_t>& wanted, Pass& pass) {
  std::vector<bool> needed(pass.nodes.size(), false);
  for (std::uint32_t slot : wanted)
    if (slot != no_slot) needed[slot] = true;
  std::size_t edge = pass.edges.size();
  for (std::size_t slot = pass.nodes.size(); slot-- > 0;) {
    for (std::size_t i = pass.nodes[slot].node()->inputs().size(); i-- > 0;) {
      std::uint32_t& to = pass.edges[--edge];
      if (to != no_slot && !needed[to]) to = no_slot;
      if (to != no_slot) needed[slot] = true;
    }
  }
}

/// Whether the engine alone holds the tensor and its values, so that it may add to them in place.
bool is_own(const Tensor& tensor) {
  return tensor.node()->references == 1 && tensor.node()->history == nullptr && tensor.array().unique();
}

/// sum += term
void accumulate(Tensor& sum, Tensor term) {
  if (!sum.defined()) {
    sum = std::move(term);
  } else if (is_own(sum) && !term.requires_grad()) {
    Real* p = sum.node()->value.mutable_data();
    const Real* q = term.array().data();
    parallel_for(sum.size(), 1, [=](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) p[i] += q[i];
    });
  } else {
    sum = add(sum, term);
  }
}

/// A rule's result in the shape of the input it belongs to.
Tensor fitted(const Node& node, std::size_t input, Tensor gradient) {
  const Shape& needed = node.inputs()[input].shape();
  if (!gradient.defined()) fail(node.op, "the rule of input {} gave an undefined gradient", input);
  if (gradient.shape() == needed) return gradient;
  if (gradient.shape() == node.value.shape()) return sum_to(gradient, needed);
  fail(node.op,
       "the rule of input {} gave a gradient of shape {}; the input's shape {} is needed, or the output's {} "
       "(then "
       "broadcasting is undone for the rule)",
       input, gradient.shape(), needed, node.value.shape());
}

/// What gradient_sum() answers from while a node's rules run. A rule may start a pass of its own, hence `outer`.
struct RunningRules {
  Pass& pass;
  std::span<const std::uint32_t> edges;
  RunningRules* outer;
  std::size_t added_in_place = 0;
};
thread_local RunningRules* running = nullptr;

/// Runs the rules of a node whose inputs' slots are `edges`.
void run_rules(Pass& pass, const Node& node, const Tensor& y, const Tensor& g,
               std::span<const std::uint32_t> edges) {
  if (std::all_of(edges.begin(), edges.end(), [](std::uint32_t to) { return to == no_slot; })) return;
  RunningRules now{pass, edges, running};
  running = &now;
  struct Restore {
    ~Restore() { running = running->outer; }
  } const restore;

  const History& history = *node.history;
  const Inputs inputs = node.inputs();
  if (const JointRule* joint = history.joint()) {
    std::vector<Tensor> all = (*joint)(g, y, inputs);
    if (all.size() != inputs.size())
      fail(node.op, "the joint rule gave {} gradients for {} inputs", all.size(), inputs.size());
    std::size_t undefined = 0;
    for (std::size_t i = 0; i < edges.size(); ++i) {
      if (edges[i] == no_slot) continue;
      if (!all[i].defined() && ++undefined <= now.added_in_place) continue;
      accumulate(pass.gradients[edges[i]], fitted(node, i, std::move(all[i])));
    }
    return;
  }
  for (std::size_t i = 0; i < edges.size(); ++i) {
    const Rule& rule = history.rule(i);
    if (edges[i] == no_slot || !rule) continue;
    now.added_in_place = 0;
    Tensor gradient = rule(g, y, inputs);
    if (!gradient.defined() && now.added_in_place > 0) continue;
    accumulate(pass.gradients[edges[i]], fitted(node, i, std::move(gradient)));
  }
}

/// Sends the gradients down to the leaves: at_leaf is called for each node without a history that got one.
template <class AtLeaf>
void propagate(Pass& pass, bool create_graph, bool free_graph, const std::vector<bool>& kept,
               AtLeaf at_leaf) {
  struct Recording {
    bool before;
    ~Recording() { set_recording(before); }
  } const restored{set_recording(create_graph)};
  std::span<const std::uint32_t> edges = pass.edges;
  for (std::size_t slot = 0; slot < pass.nodes.size(); ++slot) {
    const Tensor y = std::move(pass.nodes[slot]);
    Node& node = *y.node();
    const std::size_t count = node.inputs().size();
    const Tensor g = kept.empty() || !kept[slot] ? std::move(pass.gradients[slot]) : pass.gradients[slot];
    if (g.defined() && node.history != nullptr) run_rules(pass, node, y, g, edges.first(count));
    if (g.defined() && node.history == nullptr) at_leaf(node, g);
    if (free_graph && node.history != nullptr) free_history(node);
    edges = edges.subspan(count);
  }
}

Tensor first_gradient(const char* op, const Tensor& y, const Tensor& upstream) {
  if (!upstream.defined()) {
    if (y.size() == 1) return ones(y.shape());
    fail(op, "the result has shape {}; a single number is needed. Take its sum or mean{}", y.shape(),
         op == std::string_view("grad") ? ", or pass {.upstream = ...}" : "");
  }
  if (upstream.shape() != y.shape())
    fail(op, "upstream has shape {}, y has shape {}; they must be equal", upstream.shape(), y.shape());
  return upstream;
}

}  // namespace

Array* gradient_sum(std::size_t i) {
  if (running == nullptr || is_recording() || i >= running->edges.size() || running->edges[i] == no_slot)
    return nullptr;
  Tensor& sum = running->pass.gradients[running->edges[i]];
  if (!sum.defined()) return nullptr;
  if (!is_own(sum)) sum = Tensor(sum.array().clone());
  ++running->added_in_place;
  return &sum.node()->value;
}

void Tensor::backward(BackwardOptions options) const {
  if (!requires_grad())
    fail("backward",
         "no gradient flows to {}; requires_grad(true) must be set on a leaf before it is used, and outside "
         "NoGrad",
         node_->op);
  Tensor first = first_gradient("backward", *this, {});
  Pass pass = collect(*this, 0);
  pass.gradients[0] = std::move(first);
  propagate(pass, false, !options.retain_graph, {}, [](Node& leaf, const Tensor& g) {
    // A leaf's gradient is its own: what changes it in place (clipping) must not reach another leaf's.
    if (leaf.gradient.defined())
      accumulate(leaf.gradient, g);
    else
      leaf.gradient = is_own(g) ? g : Tensor(g.array().clone());
  });
}

std::vector<Tensor> grad(const Tensor& y, Inputs xs, const GradOptions& options) {
  Tensor first = first_gradient("grad", y, options.upstream);
  std::uint64_t lowest = std::numeric_limits<std::uint64_t>::max();
  for (const Tensor& x : xs) {
    if (!x.requires_grad())
      fail("grad", "xs[{}] does not require a gradient; requires_grad(true) must be set before it is used",
           &x - xs.data());
    lowest = std::min(lowest, x.node()->id);
  }
  std::vector<Tensor> results(xs.size());
  Pass pass;
  std::vector<std::uint32_t> wanted(xs.size(), no_slot);
  std::vector<bool> kept;
  if (y.requires_grad()) {
    pass = collect(y, lowest);
    for (std::size_t i = 0; i < xs.size(); ++i) {
      const auto found = std::find_if(pass.nodes.begin(), pass.nodes.end(),
                                      [&](const Tensor& node) { return node.node() == xs[i].node(); });
      if (found != pass.nodes.end()) wanted[i] = static_cast<std::uint32_t>(found - pass.nodes.begin());
    }
    keep_paths_to(wanted, pass);
    kept.assign(pass.nodes.size(), false);
    for (std::uint32_t slot : wanted)
      if (slot != no_slot) kept[slot] = true;
    pass.gradients[0] = std::move(first);
    propagate(pass, options.create_graph, false, kept, [](Node&, const Tensor&) {});
  }
  for (std::size_t i = 0; i < xs.size(); ++i) {
    if (wanted[i] != no_slot) results[i] = pass.gradients[wanted[i]];
    if (results[i].defined()) continue;
    if (!options.zero_if_unused)
      fail("grad",
           "y does not depend on xs[{}], shape {}; {{.zero_if_unused = true}} gives zeros instead of this "
           "error",
           i, xs[i].shape());
    results[i] = zeros(xs[i].shape());
  }
  return results;
}

}  // namespace tg::inline TG_REAL_NAMESPACE
