#pragma once
#include <cstdint>
#include <span>
#include <utility>

#include "tinygrad_cpp/array/real.hpp"
#include "tinygrad_cpp/array/reference_count.hpp"
#include "tinygrad_cpp/array/shape.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// Numbers in a dense row-major block, with a shape and no gradients. Copies share the block until one of
/// them is written: mutable_data() copies a shared block first (copy on write). Only one thread may use an
/// array at a time. After share_between_threads() several threads may read it.
class Array {
 public:
  /// An undefined array: defined() is false.
  Array() = default;
  /// The values are uninitialised.
  explicit Array(const Shape& shape);
  Array(const Shape& shape, Real fill);
  /// Row-major values. Error unless their number is the shape's size.
  Array(const Shape& shape, std::span<const Real> values);
  Array(const Array& other) noexcept
      : shape_(other.shape_), size_(other.size_), data_(other.data_), block_(other.block_) {
    if (block_ != nullptr) block_->references.add(block_->shared);
  }
  Array(Array&& other) noexcept
      : shape_(other.shape_),
        size_(std::exchange(other.size_, 0)),
        data_(std::exchange(other.data_, nullptr)),
        block_(std::exchange(other.block_, nullptr)) {}
  Array& operator=(Array other) noexcept {
    std::swap(shape_, other.shape_);
    std::swap(size_, other.size_);
    std::swap(data_, other.data_);
    std::swap(block_, other.block_);
    return *this;
  }
  ~Array() {
    if (block_ != nullptr && block_->references.remove(block_->shared)) release_block();
  }

  bool defined() const { return block_ != nullptr; }
  /// Error naming `op` if the array is undefined.
  void check_defined(const char* op) const {
    if (block_ == nullptr) fail_undefined(op);
  }
  const Shape& shape() const { return shape_; }
  int rank() const { return shape_.rank(); }
  int dim(int axis) const { return shape_.dim(axis); }
  std::int64_t size() const { return size_; }
  const Real* data() const { return data_; }
  std::span<const Real> values() const { return {data_, static_cast<std::size_t>(size_)}; }

  /// The values for writing. Copies the block first if another array shares it.
  Real* mutable_data() {
    check_defined("mutable_data");
    if (!block_->references.is_one()) *this = clone();
    return data_;
  }
  /// Whether no other array shares the block.
  bool unique() const {
    check_defined("unique");
    return block_->references.is_one();
  }
  /// From now on counts the block's references atomically, so several threads may copy and destroy arrays
  /// that share it. Call this while only one thread uses the block.
  void share_between_threads() { block_->shared = true; }
  Array clone() const;
  /// An array that shares the values and has another shape. Error unless both shapes have the same size.
  Array reshaped(const Shape& shape) const;

  /// The values for writing in place: every array that shares the block sees the change. Increments
  /// version(), so that backward can refuse values that changed after an operation used them.
  Real* overwrite() {
    check_defined("overwrite");
    ++block_->version;
    return data_;
  }
  std::uint32_t version() const {
    check_defined("version");
    return block_->version;
  }

 private:
  struct Block {
    ReferenceCount references;
    std::uint32_t version;
    std::uint64_t bytes : 63, shared : 1;
  };
  [[noreturn]] static void fail_undefined(const char* op);
  void release_block() noexcept;

  Shape shape_;
  std::int64_t size_ = 0;
  Real* data_ = nullptr;
  Block* block_ = nullptr;
};

}}  // namespace tg
