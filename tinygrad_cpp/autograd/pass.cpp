#include "tinygrad_cpp/autograd/pass.hpp"

#include <algorithm>
#include <atomic>

#include "tinygrad_cpp/autograd/anomaly.hpp"
#include "tinygrad_cpp/autograd/arithmetic.hpp"
#include "tinygrad_cpp/autograd/fast_rule.hpp"
#include "tinygrad_cpp/error.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

Pass::Pass(const Tensor& y, std::uint64_t lowest, Graph graph) : Pass(graph) {
  // Nodes hold this pass's number and their index until the edges are known; afterwards another pass may
  // overwrite them.
  static std::atomic<std::uint64_t> passes = 0;
  const std::uint64_t number = ++passes;
  const auto older = [](const Node* a, const Node* b) { return a->id < b->id; };
  pool::Vector<Node*> open = {y.node()};  // a heap: the newest node on top
  pool::Vector<const Node*> to;           // the targets of the edges
  y.node()->pass = number;
  while (!open.empty()) {
    std::pop_heap(open.begin(), open.end(), older);
    Node* node = open.back();
    open.pop_back();
    if (node->freed)
      fail(
          "backward",
          "the graph behind {} was freed by an earlier backward(); it can be walked once. Call the first "
          "one with {{.retain_graph = true}}, or, if you carry a recurrent state from batch to batch, detach() it",
          node->op);
    if (node->active_passes > 0 && graph == Graph::freed && node->history != nullptr)
      fail(
          "backward",
          "called from a rule: it would free {}, which the running backward() still needs. Use grad() in a rule",
          node->op);
    node->index = static_cast<std::uint32_t>(found_.size());
    const Inputs inputs = node->inputs();
    found_.push_back({Tensor(node), static_cast<std::uint32_t>(inputs.size())});
    ++node->active_passes;
    for (const Tensor& input : inputs) {
      Node* next = input.node();
      to.push_back(next->requires_grad && next->id >= lowest ? next : nullptr);
      if (to.back() == nullptr || next->pass == number) continue;
      next->pass = number;
      open.push_back(next);
      std::push_heap(open.begin(), open.end(), older);
    }
  }
  edges_.resize(to.size());
  std::transform(to.begin(), to.end(), edges_.begin(),
                 [](const Node* node) { return node == nullptr ? no_index : node->index; });
  gradients_.resize(found_.size());
}

Pass::~Pass() {
  for (const Found& found : found_)
    if (found.tensor.defined()) --found.tensor.node()->active_passes;
}

void Pass::only(Inputs xs) {
  // Called right after the constructor, while the nodes still hold this pass's number.
  const std::uint64_t number = found_[0].tensor.node()->pass;
  for (const Tensor& x : xs) {
    const bool reached = x.node()->pass == number;
    xs_indices_.push_back(reached ? x.node()->index : no_index);
    if (reached) found_[x.node()->index].keep_gradient = true;
  }
  std::vector<bool> needed(found_.size(), false);
  std::size_t edge = edges_.size();
  for (std::size_t index = found_.size(); index-- > 0;) {
    needed[index] = found_[index].keep_gradient;
    for (std::uint32_t i = found_[index].inputs; i-- > 0;) {
      std::uint32_t& to = edges_[--edge];
      if (to != no_index && !needed[to]) to = no_index;
      if (to != no_index) needed[index] = true;
    }
  }
}

void Pass::check_unchanged() const {
  auto edge = edges_.begin();
  for (const Found& found : found_) {
    const Node& node = *found.tensor.node();
    const auto end = edge + found.inputs;
    const bool walked = std::any_of(edge, end, [](std::uint32_t to) { return to != no_index; });
    edge = end;
    if (walked && node.history->inputs_changed())
      fail("backward",
           "an input of {} was changed after {} used it (assign, an optimizer's step, load); its gradient "
           "would be wrong. Call backward() before changing it, or use a clone()",
           node.op, node.op);
  }
}

void Pass::run(const Tensor& upstream, bool create_graph) {
  const Recording recording(create_graph);
  gradients_.add(0, upstream);
  std::span<const std::uint32_t> edges = edges_;
  for (std::uint32_t index = 0; index < found_.size(); ++index) {
    Found& found = found_[index];
    Node& node = *found.tensor.node();
    gradients_.finish(index);
    if (gradients_[index].defined() && node.history != nullptr) {
      const Tensor g = found.keep_gradient ? gradients_[index] : gradients_.take(index);
      run_rules(found.tensor, g, edges.first(found.inputs));
    }
    edges = edges.subspan(found.inputs);
    if (node.history == nullptr) continue;  // a leaf waits for add_to_leaves()
    --node.active_passes;
    if (graph_ == Graph::freed) node.free_history();
    found.tensor = Tensor();
  }
}

void Pass::run_rules(const Tensor& y, const Tensor& g, std::span<const std::uint32_t> edges) {
  if (std::all_of(edges.begin(), edges.end(), [](std::uint32_t to) { return to == no_index; })) return;
  const History& history = *y.node()->history;
  const Differentiating now(y.node()->op);
  InputGradients gradients(gradients_, y, edges);
  const FastRule* fast = is_recording() ? nullptr : history.fast();
  if (fast != nullptr) return (*fast)(gradients, g, y, history.inputs());
  if (const JointRule* joint = history.joint()) {
    std::vector<Tensor> all = (*joint)(g, y, history.inputs());
    if (all.size() != edges.size())
      fail(y.node()->op, "the joint rule gave {} gradients for {} inputs", all.size(), edges.size());
    for (std::size_t i = 0; i < edges.size(); ++i) gradients.add(i, std::move(all[i]));
    return;
  }
  for (std::size_t i = 0; i < edges.size(); ++i)
    if (const Rule& rule = history.rules()[i]; rule && gradients.needs(i))
      gradients.add(i, rule(g, y, history.inputs()));
}

std::vector<Tensor> Pass::gradients_of_xs() {
  std::vector<Tensor> results;
  for (std::uint32_t index : xs_indices_) results.push_back(index == no_index ? Tensor() : gradients_[index]);
  gradients_.clear();  // drops our references, so that unshared results need no copy
  return results;
}

void Pass::add_to_leaves() {
  for (std::uint32_t index = 0; index < found_.size(); ++index) {
    if (!found_[index].tensor.defined() || !gradients_[index].defined()) continue;
    Tensor& sum = found_[index].tensor.node()->gradient;
    const Tensor g = gradients_.take(index);
    if (sum.defined() && may_add_in_place(sum, g))
      add_in_place(sum, g);
    else if (sum.defined())
      sum = add(sum, g);
    else
      sum = unshared(g);
  }
}

}}  // namespace tg
