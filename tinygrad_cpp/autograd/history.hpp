#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "tinygrad_cpp/autograd/record.hpp"

// Internal: no public header includes this one.

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// How a tensor was made: its inputs and the rules of the operation. A million of these may be alive at once,
/// so all of it is one block of memory: the inputs, the rules (or the joint rule) and the fast rule follow
/// the object. With one input and one rule the block is one cache line.
class History {
 public:
  static History* make(std::span<const TensorRef> inputs, std::span<const Rule> rules, FastRule&& fast);
  static History* make(std::span<const TensorRef> inputs, JointRule&& joint, FastRule&& fast);
  static void destroy(History* history) noexcept;
  History(const History&) = delete;
  History& operator=(const History&) = delete;

  Inputs inputs() const { return {reinterpret_cast<const Tensor*>(this + 1), count_}; }
  /// The rules, one per input; none when there is a joint rule.
  std::span<const Rule> rules() const {
    const auto* place = reinterpret_cast<const std::byte*>(this + 1) + bytes_of_inputs(count_);
    return {reinterpret_cast<const Rule*>(place), is_joint_ ? 0 : count_};
  }
  const JointRule* joint() const {
    return is_joint_ ? reinterpret_cast<const JointRule*>(rules().data()) : nullptr;
  }
  /// Null when the operation has none.
  const FastRule* fast() const { return is_fast_ ? behind_rules() : nullptr; }
  /// Whether an input's values were overwritten since they were used.
  bool inputs_changed() const { return has_leaves_ && versions_ != sum_of_versions(); }

 private:
  // Where a pointer has 32 bits, a rule after an odd number of inputs needs a gap before it.
  static constexpr std::size_t bytes_of_inputs(std::size_t count) {
    return (count * sizeof(Tensor) + alignof(Rule) - 1) / alignof(Rule) * alignof(Rule);
  }
  static std::size_t block_size(std::size_t inputs, bool is_joint, bool is_fast);
  static void* new_block(std::size_t inputs, bool is_joint, bool is_fast);
  History(std::span<const TensorRef> inputs, bool is_joint, FastRule&& fast);
  const FastRule* behind_rules() const {
    return is_joint_ ? reinterpret_cast<const FastRule*>(joint() + 1)
                     : reinterpret_cast<const FastRule*>(rules().data() + count_);
  }
  std::uint64_t sum_of_versions() const;

  std::uint64_t versions_ = 0;  // versions only rise, so any change changes their sum
  std::uint32_t count_;
  bool is_joint_, is_fast_, has_leaves_ = false;  // only leaves can be overwritten
};

}}  // namespace tg
