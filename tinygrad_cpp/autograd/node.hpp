#pragma once
#include <array>
#include <memory>
#include <new>
#include <span>
#include <vector>

#include "tinygrad_cpp/array/pool.hpp"
#include "tinygrad_cpp/autograd/record.hpp"

// The engine's own view of a tensor; no header that users include includes this one.

namespace tg::inline TG_REAL_NAMESPACE {

/// Memory from the pool for a type that comes and goes with every operation.
template <class T>
struct Pooled {
  static void* operator new(std::size_t bytes) {
    if (void* memory = pool::allocate(bytes)) return memory;
    throw std::bad_alloc();
  }
  static void operator delete(void* memory, std::size_t bytes) noexcept { pool::release(memory, bytes); }
};

/// How a tensor was made: what backward needs of it. Two cache lines: a million of these may be alive at once.
class History : public Pooled<History> {
 public:
  explicit History(Inputs inputs);

  Inputs inputs() const { return {more_ ? more_->inputs.data() : few_inputs_.data(), count_}; }
  /// The rules, one per input; none when there is a joint rule.
  void rules(std::span<const Rule> rules);
  const Rule& rule(std::size_t input) const { return more_ ? more_->rules[input] : few_rules_[input]; }
  void joint(JointRule rule);
  const JointRule* joint() const { return more_ && more_->joint ? &more_->joint : nullptr; }
  /// Whether an input's values were written to since they were used.
  bool inputs_changed() const { return versions_ != sum_of_versions(); }

 private:
  /// What operations of many inputs need, and those with a joint rule.
  struct More {
    std::vector<Tensor> inputs;
    std::vector<Rule> rules;
    JointRule joint;
  };
  More& more();
  std::uint64_t sum_of_versions() const;

  std::array<Tensor, 2> few_inputs_;
  std::array<Rule, 2> few_rules_;
  std::size_t count_;
  std::uint64_t versions_;  // a version only rises, so the sum tells whether one has
  std::unique_ptr<More> more_;
};

/// What a Tensor is a handle of.
struct Node : Pooled<Node> {
  explicit Node(Array array);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// What it was made from; none for a leaf.
  Inputs inputs() const { return history == nullptr ? Inputs() : history->inputs(); }

  std::uint32_t references = 0;
  bool requires_grad = false;
  bool freed = false;       // backward ran over the history and freed it
  std::uint32_t walks = 0;  // backward passes that are at work on it
  std::uint32_t slot = 0;   // the place in the backward pass numbered `pass`, while it collects its nodes
  std::uint64_t pass = 0;
  std::uint64_t id;  // rises with time: every input of a node has a smaller one
  const char* op = "leaf";
  Array value;
  History* history = nullptr;        // null for a leaf
  Tensor gradient;                   // of a leaf; the node's own: no other tensor shares its values
  Node* next_unreachable = nullptr;  // while it waits to be taken apart
};

/// While it lives, operations in this thread record their history, or do not.
class Recording {
 public:
  explicit Recording(bool on) : before_(set_recording(on)) {}
  ~Recording() { set_recording(before_); }
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

 private:
  bool before_;
};

/// The operation whose rules are running in this thread, for messages; null outside backward.
const char* op_being_differentiated();

/// Under AnomalyMode, an Error unless a rule's result is finite.
void check_gradient(const char* op, std::size_t input, const Tensor& gradient);

/// Frees a node's history; inputs that nobody else holds go with it, without recursion however long the chain.
void free_history(Node& node) noexcept;

}  // namespace tg::inline TG_REAL_NAMESPACE
