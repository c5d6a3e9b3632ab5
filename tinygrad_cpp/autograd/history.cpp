#include "tinygrad_cpp/autograd/history.hpp"

#include <algorithm>
#include <memory>
#include <new>
#include <utility>

#include "tinygrad_cpp/autograd/node.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

static_assert(sizeof(History) % alignof(Tensor) == 0 && sizeof(History) % alignof(Rule) == 0 &&
              alignof(JointRule) == alignof(Rule) && alignof(FastRule) == alignof(Rule));

std::size_t History::block_size(std::size_t inputs, bool is_joint, bool is_fast) {
  return sizeof(History) + bytes_of_inputs(inputs) + (is_joint ? sizeof(JointRule) : inputs * sizeof(Rule)) +
         (is_fast ? sizeof(FastRule) : 0);
}

void* History::new_block(std::size_t inputs, bool is_joint, bool is_fast) {
  return pool::Allocator<std::byte>().allocate(block_size(inputs, is_joint, is_fast));
}

History::History(std::span<const TensorRef> list, bool is_joint, FastRule&& fast)
    : count_(static_cast<std::uint32_t>(list.size())), is_joint_(is_joint), is_fast_(fast != nullptr) {
  auto* to = reinterpret_cast<Tensor*>(this + 1);
  for (const Tensor& input : list) has_leaves_ |= (new (to++) Tensor(input))->node()->history == nullptr;
  if (has_leaves_) versions_ = sum_of_versions();
  if (is_fast_) new (const_cast<FastRule*>(behind_rules())) FastRule(std::move(fast));
}

History* History::make(std::span<const TensorRef> inputs, std::span<const Rule> rules, FastRule&& fast) {
  void* block = new_block(inputs.size(), false, fast != nullptr);
  History* history = new (block) History(inputs, false, std::move(fast));
  std::uninitialized_copy(rules.begin(), rules.end(), const_cast<Rule*>(history->rules().data()));
  return history;
}

History* History::make(std::span<const TensorRef> inputs, JointRule&& joint, FastRule&& fast) {
  void* block = new_block(inputs.size(), true, fast != nullptr);
  History* history = new (block) History(inputs, true, std::move(fast));
  new (const_cast<JointRule*>(history->joint())) JointRule(std::move(joint));
  return history;
}

void History::destroy(History* history) noexcept {
  if (history == nullptr) return;
  const std::size_t size = block_size(history->count_, history->is_joint_, history->is_fast_);
  if (history->is_fast_) std::destroy_at(history->behind_rules());
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

}}  // namespace tg
