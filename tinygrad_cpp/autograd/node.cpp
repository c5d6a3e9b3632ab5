#include "tinygrad_cpp/autograd/node.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <utility>

#include "tinygrad_cpp/error.hpp"

namespace tg::inline TG_REAL_NAMESPACE {
namespace {

std::atomic<std::uint64_t> last_id =
    0;  // shared by all threads: an input's id is smaller wherever it was made
thread_local bool recording = true;
thread_local bool looking_for_anomalies = false;

// Nodes that nobody holds any more. One loop takes them apart and finds their inputs here in turn: a destructor that
// called the next one would overflow the stack on a long chain.
thread_local Node* unreachable = nullptr;
thread_local bool taking_apart = false;

/// Tensors made minus tensors destroyed, per thread. Only its own thread writes a counter, so no locked
/// addition is needed.
struct Count {
  std::atomic<std::int64_t> number = 0;
  Count* next = nullptr;
};
std::mutex counting;
Count* counts = nullptr;
std::atomic<std::int64_t> of_ended_threads = 0;
constinit thread_local Count* own_count = nullptr;

void count_without_own(std::int64_t change) {
  static thread_local bool ended = false;
  struct Owner {
    Owner() {
      const std::lock_guard<std::mutex> alone(counting);
      count.next = std::exchange(counts, &count);
      own_count = &count;
    }
    ~Owner() {
      const std::lock_guard<std::mutex> alone(counting);
      of_ended_threads += count.number;
      Count** at = &counts;
      while (*at != &count) at = &(*at)->next;
      *at = count.next;
      own_count = nullptr;
      ended = true;
    }
    Count count;
  };
  if (ended) return void(of_ended_threads += change);
  static thread_local Owner owner;
  owner.count.number += change;
}

void count(std::int64_t change) {
  if (own_count == nullptr) return count_without_own(change);
  std::atomic<std::int64_t>& number = own_count->number;
  number.store(number.load(std::memory_order_relaxed) + change, std::memory_order_relaxed);
}

void* allocate(std::size_t bytes) {
  if (void* memory = pool::allocate(bytes)) return memory;
  throw std::bad_alloc();
}

}  // namespace

std::size_t History::bytes(std::size_t count, bool is_joint) {
  static_assert(sizeof(History) % alignof(Tensor) == 0 && alignof(Rule) == alignof(Tensor));
  return sizeof(History) + count * sizeof(Tensor) + (is_joint ? sizeof(JointRule) : count * sizeof(Rule));
}

template <class List>
History::History(const List& list, bool is_joint)
    : count_(static_cast<std::uint32_t>(list.size())), is_joint_(is_joint) {
  auto* to = reinterpret_cast<Tensor*>(this + 1);
  for (const Tensor& input : list) has_leaves_ |= (new (to++) Tensor(input))->node()->history == nullptr;
  if (has_leaves_) versions_ = sum_of_versions();
}

History* History::make(std::span<const TensorRef> inputs, std::span<const Rule> rules) {
  History* history = new (allocate(bytes(inputs.size(), false))) History(inputs, false);
  std::uninitialized_copy(rules.begin(), rules.end(), const_cast<Rule*>(history->rules().data()));
  return history;
}

template <class List>
History* History::make(const List& inputs, JointRule rule) {
  History* history = new (allocate(bytes(inputs.size(), true))) History(inputs, true);
  new (const_cast<JointRule*>(history->joint())) JointRule(std::move(rule));
  return history;
}

void History::destroy(History* history) noexcept {
  if (history == nullptr) return;
  const std::size_t size = bytes(history->count_, history->is_joint_);
  if (history->is_joint_)
    std::destroy_at(history->joint());
  else
    std::destroy(history->rules().begin(), history->rules().end());
  std::destroy(history->inputs().begin(), history->inputs().end());
  pool::release(history, size);
}

std::uint64_t History::sum_of_versions() const {
  std::uint64_t sum = 0;
  for (const Tensor& input : inputs()) sum += input.node()->value.version();
  return sum;
}

void* Node::operator new(std::size_t bytes) { return allocate(bytes); }

Node::Node(Array array) : id(last_id.fetch_add(1, std::memory_order_relaxed)), value(std::move(array)) {
  count(1);
}

Node::~Node() {
  count(-1);
  History::destroy(history);
}

Tensor::Tensor(Node* node) : node_(node) {
  if (node == nullptr) return;
  if (node->shared)
    std::atomic_ref(node->references).fetch_add(1, std::memory_order_relaxed);
  else
    ++node->references;
}

Tensor::Tensor(const Tensor& other) noexcept : Tensor(other.node_) {}

void Tensor::release() noexcept {
  const std::uint32_t left =
      node_->shared ? std::atomic_ref(node_->references).fetch_sub(1, std::memory_order_acq_rel) - 1
                    : --node_->references;
  if (left > 0) return;
  node_->next_unreachable = std::exchange(unreachable, node_);
  if (std::exchange(taking_apart, true)) return;
  while (unreachable != nullptr) {
    Node* node = std::exchange(unreachable, unreachable->next_unreachable);
    delete node;
  }
  taking_apart = false;
}

void free_history(Node& node) noexcept {
  History::destroy(std::exchange(node.history, nullptr));
  node.freed = true;
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

std::size_t live_nodes() {
  const std::lock_guard<std::mutex> alone(counting);
  std::int64_t total = of_ended_threads;
  for (const Count* each = counts; each != nullptr; each = each->next) total += each->number;
  return static_cast<std::size_t>(total);
}

bool is_recording() { return recording; }
bool set_recording(bool on) { return std::exchange(recording, on); }

AnomalyMode::AnomalyMode() : before_(std::exchange(looking_for_anomalies, true)) {}
AnomalyMode::~AnomalyMode() { looking_for_anomalies = before_; }
bool looks_for_anomalies() { return looking_for_anomalies; }

namespace {

/// The first element that is not finite, or null.
const Real* anomaly_in(const Array& array) {
  const auto values = array.values();
  const auto found = std::find_if(values.begin(), values.end(), [](Real v) { return !std::isfinite(v); });
  return found == values.end() ? nullptr : &*found;
}

void check_finite(const char* op, const Array& value, const auto& inputs) {
  const Real* bad = anomaly_in(value);
  if (bad == nullptr) return;
  int position = 0;
  for (const Tensor& input : inputs) {
    if (const Real* before = anomaly_in(input.array()))
      fail(op, "input {}, shape {}, already holds {}; it came from outside AnomalyMode", position,
           input.shape(), *before);
    ++position;
  }
  const char* outer = op_being_differentiated();
  fail(op, "{}{} at element {} of its result, shape {}, from finite inputs",
       outer == nullptr ? "" : fmt::format("in the gradient of {}: ", outer), *bad, bad - value.data(),
       value.shape());
}

}  // namespace

void check_gradient(const char* op, std::size_t input, const Tensor& gradient) {
  if (!looking_for_anomalies) return;
  if (const Real* bad = anomaly_in(gradient.array()))
    fail(op, "its rule gave {} at element {} of the gradient of input {}, shape {}", *bad,
         bad - gradient.array().data(), input, gradient.shape());
}

namespace {

/// The result's node. It requires a gradient if one will flow through it; its history is still missing then.
Node* make_node(const char* op, Array value, const auto& inputs) {
  bool needed = false;
  int position = 0;
  for (const Tensor& input : inputs) {
    if (!input.defined()) fail(op, "input {} is undefined: a default-constructed Tensor", position);
    ++position;
    const Node& made = *input.node();
    needed = needed || made.requires_grad;
    // A leaf can be assigned to, and its new values must not show through in what was made from the old ones.
    if (made.history == nullptr && made.value.data() == value.data()) value = value.clone();
  }
  if (!value.defined()) fail(op, "its value is an Array() without values; give record() what was computed");
  if (looking_for_anomalies) check_finite(op, value, inputs);
  Node* node = new Node(std::move(value));
  node->op = op;
  node->requires_grad = recording && needed;
  return node;
}

}  // namespace

Tensor record(const char* op, Array value, std::initializer_list<TensorRef> inputs,
              std::initializer_list<Rule> rules) {
  if (rules.size() != inputs.size())
    fail(op, "{} rules for {} inputs; each input needs its own (Rule{{}} where no gradient flows)",
         rules.size(), inputs.size());
  Tensor result(make_node(op, std::move(value), inputs));
  if (result.requires_grad())
    result.node()->history = History::make({inputs.begin(), inputs.size()}, {rules.begin(), rules.size()});
  return result;
}

namespace {

Tensor record_joint(const char* op, Array value, const auto& inputs, JointRule rule) {
  if (!rule)
    fail(op, "the joint rule is empty; it must give a gradient for each of {} inputs", inputs.size());
  Tensor result(make_node(op, std::move(value), inputs));
  if (result.requires_grad()) result.node()->history = History::make(inputs, std::move(rule));
  return result;
}

}  // namespace

Tensor record(const char* op, Array value, std::initializer_list<TensorRef> inputs, JointRule rule) {
  return record_joint(op, std::move(value), inputs, std::move(rule));
}

Tensor record(const char* op, Array value, Inputs inputs, JointRule rule) {
  return record_joint(op, std::move(value), inputs, std::move(rule));
}

}  // namespace tg::inline TG_REAL_NAMESPACE
