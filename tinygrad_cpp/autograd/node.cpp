#include "tinygrad_cpp/autograd/node.hpp"

#include <atomic>
#include <map>
#include <utility>

#include "tinygrad_cpp/autograd/live_nodes.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {
namespace {

// Shared by all threads: an input's id is smaller wherever it was made.
std::atomic<std::uint64_t> last_id = 0;

}  // namespace

void* Node::operator new(std::size_t bytes) { return pool::Allocator<std::byte>().allocate(bytes); }

Node::Node(Array array) : id(last_id.fetch_add(1, std::memory_order_relaxed)), value(std::move(array)) {
  count_node(1);
}

Node::~Node() {
  count_node(-1);
  History::destroy(history);
}

void Node::free_history() noexcept {
  History::destroy(std::exchange(history, nullptr));
  freed = true;
}

void destroy(Node* node) noexcept {
  // A destructor that called the next one would overflow the stack on a long chain: one loop destroys them
  // all, and their inputs are added to its list.
  thread_local Node* unreachable = nullptr;
  thread_local bool destroying = false;
  node->next_unreachable = std::exchange(unreachable, node);
  if (std::exchange(destroying, true)) return;
  while (unreachable != nullptr) delete std::exchange(unreachable, unreachable->next_unreachable);
  destroying = false;
}

std::vector<Tensor> nodes_behind(const Tensor& tensor) {
  std::map<std::uint64_t, Tensor> found;
  std::vector<Tensor> open = {tensor};
  while (!open.empty()) {
    const Tensor here = open.back();
    open.pop_back();
    if (!found.emplace(here.checked_node().id, here).second) continue;
    for (const Tensor& input : here.node()->inputs()) open.push_back(input);
  }
  std::vector<Tensor> nodes;
  for (const auto& [id, node] : found) nodes.push_back(node);
  return nodes;
}

}}  // namespace tg
