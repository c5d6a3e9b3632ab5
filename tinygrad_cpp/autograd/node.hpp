#pragma once
#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

#include "tinygrad_cpp/array/pool.hpp"
#include "tinygrad_cpp/autograd/record.hpp"

// The engine's own view of a tensor; no header that users include includes this one.

namespace tg::inline TG_REAL_NAMESPACE {

/// A list whose first N items need no memory of their own.
template <class T, std::size_t N>
class SmallList {
 public:
  void assign(std::span<const T> items) {
    resize(items.size());
    std::copy(items.begin(), items.end(), view().begin());
  }
  void resize(std::size_t size) {
    size_ = size;
    if (size > N) spilled_.resize(size);
  }
  std::span<const T> view() const { return {spilled_.empty() ? inside_.data() : spilled_.data(), size_}; }
  std::span<T> view() { return {spilled_.empty() ? inside_.data() : spilled_.data(), size_}; }

 private:
  std::array<T, N> inside_ = {};
  std::size_t size_ = 0;
  std::vector<T> spilled_;
};

/// Memory from the pool for a type that comes and goes with every operation.
template <class T>
struct Pooled {
  static void* operator new(std::size_t bytes) { return pool::allocate(bytes); }
  static void operator delete(void* memory, std::size_t bytes) noexcept { pool::release(memory, bytes); }
};

/// How a tensor was made: what backward needs of it.
struct History : Pooled<History> {
  SmallList<Tensor, 3> inputs;
  SmallList<std::uint32_t, 3> versions;  // of the inputs' values, when they were used
  SmallList<Rule, 2> rules;              // one per input, or none when there is a joint rule
  JointRule joint;
};

/// What a Tensor is a handle of.
struct Node : Pooled<Node> {
  explicit Node(Array array);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// What it was made from; none for a leaf.
  Inputs inputs() const {
    return history == nullptr ? Inputs() : Inputs(std::as_const(history->inputs).view());
  }

  std::uint32_t references = 0;
  bool requires_grad = false;
  bool freed = false;  // backward ran over the history and freed it
  std::uint32_t slot =
      0;  // the node's place in the backward pass numbered `pass`, while that one collects its nodes
  std::uint64_t pass = 0;
  std::uint64_t id;  // rises with time: every input of a node has a smaller one
  const char* op = "leaf";
  Array value;
  History* history = nullptr;        // null for a leaf
  Tensor gradient;                   // of a leaf; the node's own: no other tensor shares its values
  Node* next_unreachable = nullptr;  // while it waits to be taken apart
};

/// Frees a node's history; inputs that nobody else holds go with it, without recursion however long the chain.
void free_history(Node& node) noexcept;

}  // namespace tg::inline TG_REAL_NAMESPACE
