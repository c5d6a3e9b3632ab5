#include "tinygrad_cpp/autograd/pass.hpp"

#include <algorithm>
#include <atomic>

#include "tinygrad_cpp/array/kernels.hpp"
#include "tinygrad_cpp/autograd/arithmetic.hpp"
#include "tinygrad_cpp/error.hpp"

namespace tg::inline TG_REAL_NAMESPACE {
namespace {

/// What gradient_sum() and add_product_later() answer from while a node's rules run. A rule may start a pass of its own, hence `outer`.
struct RunningRules {
  const Node& node;
  Pass& pass;
  std::span<const std::uint32_t> edges;
  RunningRules* outer;
  bool creates_graph = is_recording();
  std::vector<std::size_t> seen_to = {};  // inputs whose gradient was added in place or left for later
};
thread_local RunningRules* running = nullptr;

/// Whether the rule that runs may add to the gradient of input i itself. A rule that turns recording off within a pass that creates
/// a graph may not: what others recorded would be lost.
bool may_add(std::size_t i) {
  return running != nullptr && !running->creates_graph && !is_recording() && i < running->edges.size();
}

/// Whether the engine alone holds the tensor and its values, so that it may add to them in place. Never a parameter: other threads
/// may be counting its holders.
bool is_own(const Tensor& tensor) {
  const Node& node = *tensor.node();
  return !node.shared && node.references == 1 && node.history == nullptr && node.value.unique();
}

/// Whether a term may be added to a sum in place: nobody else sees it.
bool may_add_to(const Tensor& sum, const Tensor& term) { return is_own(sum) && !term.node()->requires_grad; }

/// sum += term, in place.
void add_in_place(const Tensor& sum, const Tensor& term) {
  Real* p = sum.node()->value.mutable_data();
  const Real* q = term.node()->value.data();
  parallel_for(sum.size(), 1, [=](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) p[i] += q[i];
  });
}

/// A rule's result in the shape of the input it belongs to.
Tensor fitted(const Node& node, std::size_t input, Tensor gradient) {
  const Shape& needed = node.inputs()[input].shape();
  if (!gradient.defined()) fail(node.op, "the rule of input {} gave an undefined gradient", input);
  check_gradient(node.op, input, gradient);
  if (gradient.shape() == needed) return gradient;
  if (gradient.shape() == node.value.shape() && broadcasts_to(needed, node.value.shape()))
    return sum_to(gradient, needed);
  fail(node.op,
       "the rule of input {} gave a gradient of shape {}; the input's shape {} is needed, or the output's {} "
       "where the input was broadcast to it",
       input, gradient.shape(), needed, node.value.shape());
}

}  // namespace

Tensor own_values(const Tensor& tensor) { return is_own(tensor) ? tensor : Tensor(tensor.array().clone()); }

const char* op_being_differentiated() { return running == nullptr ? nullptr : running->node.op; }

Array* gradient_sum(std::size_t i, double part) {
  if (!may_add(i)) return nullptr;
  Array* sum = running->pass.gradient_sum(running->edges[i], part);
  if (sum != nullptr) running->seen_to.push_back(i);
  return sum;
}

Array* Pass::gradient_sum(std::uint32_t slot, double part) {
  if (slot == no_slot || !gradients_[slot].defined()) return nullptr;
  gradients_[slot] = own_values(gradients_[slot]);
  count_terms(slot, part);
  return &gradients_[slot].node()->value;
}

void Pass::accumulate(std::uint32_t slot, Tensor term) {
  Tensor& sum = gradients_[slot];
  if (!sum.defined()) return void(sum = std::move(term));
  if (!may_add_to(sum, term)) return void(sum = add(sum, term));
  count_terms(slot, 1);
  add_in_place(sum, term);
}

void Pass::count_terms(std::uint32_t slot, double terms) {
  float& count = found_[slot].terms;
  if ((count += static_cast<float>(terms)) < kernels::few_terms) return;
  count = static_cast<float>(terms);
  Array& recent = gradients_[slot].node()->value;
  kernels::move_to_doubles({recent.mutable_data(), static_cast<std::size_t>(recent.size())},
                           long_sums_[slot]);
}

void Pass::finish(std::uint32_t slot) {
  add_waiting(slot);
  const auto found = long_sums_.find(slot);
  if (found == long_sums_.end()) return;
  Tensor& gradient = gradients_[slot];
  const bool recorded = gradient.requires_grad();  // then the sum must be, too
  Array all = recorded ? Array(gradient.shape(), 0) : gradient.array();
  kernels::add_doubles({all.mutable_data(), static_cast<std::size_t>(all.size())}, found->second);
  gradient = recorded ? add(gradient, Tensor(std::move(all))) : Tensor(std::move(all));
  long_sums_.erase(found);
}

bool add_product_later(std::size_t i, const Array& a, const Array& g) {
  if (!may_add(i) || looks_for_anomalies())
    return false;  // under AnomalyMode each product is looked at alone
  const Node& node = running->node;
  const Shape& needed = node.inputs()[i].shape();
  if (needed != Shape{a.dim(-1), g.dim(-1)} || a.size() * g.dim(-1) != g.size() * a.dim(-1))
    fail(node.op,
         "the rule of input {} left the product of a {} and g {}; [K,M] and [K,N] are needed where the input "
         "is [M,N], here {}",
         i, a.shape(), g.shape(), needed);
  if (!running->pass.add_product_later(running->edges[i], a, g)) return false;
  running->seen_to.push_back(i);
  return true;
}

bool Pass::add_product_later(std::uint32_t slot, const Array& a, const Array& g) {
  constexpr std::int64_t large = 4096;  // numbers: a smaller product stays in the nearest cache
  if (slot == no_slot) return false;
  const std::int64_t m = a.dim(-1), n = g.dim(-1);
  // As many rows, and the factors are as large as their product: then it pays, and to keep more would cost more memory.
  const std::int64_t enough = m * n / std::max<std::int64_t>(1, m + n);
  if (m * n < large || a.size() / m >= enough) return false;
  auto all = waiting_for(slot);
  if (all == waiting_.end()) all = waiting_.insert(all, {slot, 0, {}, {}});
  const int rows = static_cast<int>(a.size() / m);
  all->rows += rows;
  all->a.push_back(a.reshaped({rows, a.dim(-1)}));
  all->g.push_back(g.reshaped({rows, g.dim(-1)}));
  if (all->rows >= enough) add_waiting(slot);
  return true;
}

std::vector<Pass::Waiting>::iterator Pass::waiting_for(std::uint32_t slot) {
  return std::find_if(waiting_.begin(), waiting_.end(),
                      [=](const Waiting& each) { return each.slot == slot; });
}

void Pass::add_waiting(std::uint32_t slot) {
  const auto found = waiting_for(slot);
  if (found == waiting_.end()) return;
  const Waiting all = std::move(*found);
  waiting_.erase(found);
  const Array a = all.a.size() == 1 ? all.a[0] : kernels::concat(all.a, 0),
              g = all.g.size() == 1 ? all.g[0] : kernels::concat(all.g, 0);
  if (!gradients_[slot].defined()) gradients_[slot] = Tensor(Array({a.dim(1), g.dim(1)}, 0));
  kernels::add_matmul(*gradient_sum(slot, 1), a, true, g, false);
}

Pass::Pass(const Tensor& y, std::uint64_t lowest, Graph graph) : Pass(graph) {
  // Nodes carry this pass's number and their slot only until the edges are known: from then on another pass may mark them.
  static std::atomic<std::uint64_t> passes = 0;
  const std::uint64_t number = ++passes;
  const auto older = [](const Node* a, const Node* b) { return a->id < b->id; };
  std::vector<Node*> open = {y.node()};  // a heap: the youngest node on top
  std::vector<const Node*> to;           // where the edges lead
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
    if (node->walks > 0 && graph == Graph::freed && node->history != nullptr)
      fail("backward",
           "called from a rule, over {} of the graph that is being walked, which it would free. Use grad() "
           "there",
           node->op);
    node->slot = static_cast<std::uint32_t>(found_.size());
    const Inputs inputs = node->inputs();
    found_.push_back({Tensor(node), static_cast<std::uint32_t>(inputs.size())});
    ++node->walks;
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
                 [](const Node* node) { return node == nullptr ? no_slot : node->slot; });
  gradients_.resize(found_.size());
}

Pass::~Pass() {
  for (const Found& found : found_)
    if (found.tensor.defined()) --found.tensor.node()->walks;
}

void Pass::only(Inputs xs) {
  // Right after the constructor: the marks are still this pass's own.
  const std::uint64_t number = found_[0].tensor.node()->pass;
  for (const Tensor& x : xs) {
    const bool reached = x.node()->pass == number;
    xs_slots_.push_back(reached ? x.node()->slot : no_slot);
    if (reached) found_[x.node()->slot].keep_gradient = true;
  }
  std::vector<bool> needed(found_.size(), false);
  std::size_t edge = edges_.size();
  for (std::size_t slot = found_.size(); slot-- > 0;) {
    needed[slot] = found_[slot].keep_gradient;
    for (std::uint32_t i = found_[slot].inputs; i-- > 0;) {
      std::uint32_t& to = edges_[--edge];
      if (to != no_slot && !needed[to]) to = no_slot;
      if (to != no_slot) needed[slot] = true;
    }
  }
}

void Pass::check_unchanged() const {
  auto edge = edges_.begin();
  for (const Found& found : found_) {
    const Node& node = *found.tensor.node();
    const auto end = edge + found.inputs;
    const bool walked = std::any_of(edge, end, [](std::uint32_t to) { return to != no_slot; });
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
  gradients_[0] = upstream;
  std::span<const std::uint32_t> edges = edges_;
  for (std::size_t slot = 0; slot < found_.size(); ++slot) {
    Found& found = found_[slot];
    Node& node = *found.tensor.node();
    if (!waiting_.empty() || !long_sums_.empty()) finish(static_cast<std::uint32_t>(slot));
    if (gradients_[slot].defined() && node.history != nullptr) {
      const Tensor g = found.keep_gradient ? gradients_[slot] : std::move(gradients_[slot]);
      run_rules(found.tensor, g, edges.first(found.inputs));
    }
    edges = edges.subspan(found.inputs);
    if (node.history == nullptr) continue;  // a leaf waits for add_to_leaves()
    --node.walks;
    if (graph_ == Graph::freed) free_history(node);
    found.tensor = Tensor();
  }
}

void Pass::run_rules(const Tensor& y, const Tensor& g, std::span<const std::uint32_t> edges) {
  if (std::all_of(edges.begin(), edges.end(), [](std::uint32_t to) { return to == no_slot; })) return;
  const Node& node = *y.node();
  RunningRules now{node, *this, edges, running};
  running = &now;
  struct Restore {
    ~Restore() { running = running->outer; }
  } const restore;

  const auto receive = [&](std::size_t i, Tensor gradient) {
    const Tensor& sum = gradients_[edges[i]];
    if (gradient.defined() || std::find(now.seen_to.begin(), now.seen_to.end(), i) == now.seen_to.end())
      accumulate(edges[i], fitted(node, i, std::move(gradient)));
    else if (sum.defined())
      check_gradient(node.op, i, sum);
  };
  const History& history = *node.history;
  if (const JointRule* joint = history.joint()) {
    std::vector<Tensor> all = (*joint)(g, y, history.inputs());
    if (all.size() != edges.size())
      fail(node.op, "the joint rule gave {} gradients for {} inputs", all.size(), edges.size());
    for (std::size_t i = 0; i < edges.size(); ++i)
      if (edges[i] != no_slot) receive(i, std::move(all[i]));
    return;
  }
  const std::span<const Rule> rules = history.rules();
  for (std::size_t i = 0; i < edges.size(); ++i)
    if (edges[i] != no_slot && rules[i]) receive(i, rules[i](g, y, history.inputs()));
}

std::vector<Tensor> Pass::gradients_of_xs() {
  std::vector<Tensor> results;
  for (std::uint32_t slot : xs_slots_) results.push_back(slot == no_slot ? Tensor() : gradients_[slot]);
  gradients_.clear();  // so that what nobody else holds is known to be the caller's own
  return results;
}

void Pass::add_to_leaves() {
  for (std::size_t slot = 0; slot < found_.size(); ++slot) {
    if (!found_[slot].tensor.defined() || !gradients_[slot].defined()) continue;
    Tensor& sum = found_[slot].tensor.node()->gradient;
    const Tensor g = std::move(gradients_[slot]);
    if (sum.defined() && may_add_to(sum, g))
      add_in_place(sum, g);
    else if (sum.defined())
      sum = add(sum, g);
    else
      sum = own_values(g);
  }
}

}  // namespace tg::inline TG_REAL_NAMESPACE
