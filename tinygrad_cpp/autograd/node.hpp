#pragma once
#include <cstdint>
#include <vector>

#include "tinygrad_cpp/array/pool.hpp"
#include "tinygrad_cpp/autograd/history.hpp"

// Internal: no public header includes this one.

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// A vertex of the computation graph. Tensors are handles of nodes.
struct Node {
  explicit Node(Array array);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  static void* operator new(std::size_t bytes);
  static void operator delete(void* memory, std::size_t bytes) noexcept { pool::release(memory, bytes); }

  /// What it was made from; none for a leaf.
  Inputs inputs() const { return history == nullptr ? Inputs() : history->inputs(); }
  /// Destroys the history, and the inputs that have no other handle. Uses a loop, not recursion.
  void free_history() noexcept;

  // Fields read during traversal share a cache line.
  ReferenceCount references{0};
  bool requires_grad = false;
  bool shared = false;              // a parameter, whose handles several threads may copy and destroy
  bool freed = false;               // backward freed its history
  std::uint32_t active_passes = 0;  // backward passes that are running over it
  std::uint32_t index = 0;          // its position in the pass numbered `pass`, while that is set up
  std::uint64_t pass = 0;
  std::uint64_t id;  // rises with time: every input of a node has a smaller one
  const char* op = "leaf";
  History* history = nullptr;        // null for a leaf
  Tensor gradient;                   // of a leaf; no other tensor shares its values
  Node* next_unreachable = nullptr;  // while it waits to be destroyed
  Array value;
};

/// Destroys a node without handles, and all that only it kept alive.
void destroy(Node* node) noexcept;

/// The tensor and everything that it was made from, oldest first.
std::vector<Tensor> nodes_behind(const Tensor& tensor);

}}  // namespace tg
