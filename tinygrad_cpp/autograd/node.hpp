#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "tinygrad_cpp/array/pool.hpp"
#include "tinygrad_cpp/autograd/record.hpp"

// The engine's own view of a tensor; no header that users include includes this one.

namespace tg::inline TG_REAL_NAMESPACE {

/// How a tensor was made: what backward needs of it. A million of these may be alive at once, so inputs and rules
/// stand behind it in the same block, which for an operation of one input is one cache line.
class History {
 public:
  static History* make(std::span<const TensorRef> inputs, std::span<const Rule> rules);
  template <class List>
  static History* make(const List& inputs, JointRule rule);
  static void destroy(History* history) noexcept;
  History(const History&) = delete;
  History& operator=(const History&) = delete;

  Inputs inputs() const { return {reinterpret_cast<const Tensor*>(this + 1), count_}; }
  /// The rules, one per input; none when there is a joint rule.
  std::span<const Rule> rules() const {
    return {static_cast<const Rule*>(behind_inputs()), is_joint_ ? 0 : count_};
  }
  const JointRule* joint() const {
    return is_joint_ ? static_cast<const JointRule*>(behind_inputs()) : nullptr;
  }
  /// Whether an input's values were written to since they were used.
  bool inputs_changed() const { return has_leaves_ && versions_ != sum_of_versions(); }

 private:
  template <class List>
  History(const List& inputs, bool is_joint);
  static std::size_t bytes(std::size_t count, bool is_joint);
  const void* behind_inputs() const { return inputs().data() + count_; }
  std::uint64_t sum_of_versions() const;

  std::uint64_t versions_ = 0;  // a version only rises, so the sum tells whether one has
  std::uint32_t count_;
  bool is_joint_, has_leaves_ = false;  // leaves alone can be written to
};

/// What a Tensor is a handle of.
struct Node {
  explicit Node(Array array);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  static void* operator new(std::size_t bytes);
  static void operator delete(void* memory, std::size_t bytes) noexcept { pool::release(memory, bytes); }

  /// What it was made from; none for a leaf.
  Inputs inputs() const { return history == nullptr ? Inputs() : history->inputs(); }

  // What finding one's way through a graph reads is together in one cache line; the values follow.
  std::uint32_t references = 0;
  bool requires_grad = false;
  bool shared = false;      // a parameter, of which several threads may take and give back handles
  bool freed = false;       // backward ran over the history and freed it
  std::uint32_t walks = 0;  // backward passes that are at work on it
  std::uint32_t slot = 0;   // the place in the backward pass numbered `pass`, while it collects its nodes
  std::uint64_t pass = 0;
  std::uint64_t id;  // rises with time: every input of a node has a smaller one
  const char* op = "leaf";
  History* history = nullptr;        // null for a leaf
  Tensor gradient;                   // of a leaf; the node's own: no other tensor shares its values
  Node* next_unreachable = nullptr;  // while it waits to be taken apart
  Array value;
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

/// Whether an AnomalyMode lives in this thread.
bool looks_for_anomalies();

/// Under AnomalyMode, an Error unless a rule's result is finite.
void check_gradient(const char* op, std::size_t input, const Tensor& gradient);

/// Everything that `tensor` was made from and itself, oldest first.
std::vector<Tensor> nodes_behind(const Tensor& tensor);

/// Frees a node's history; inputs that nobody else holds go with it, without recursion however long the chain.
void free_history(Node& node) noexcept;

}  // namespace tg::inline TG_REAL_NAMESPACE
