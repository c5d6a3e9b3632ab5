#include "tinygrad_cpp/array/array.hpp"

#include <algorithm>
#include <new>

#include "tinygrad_cpp/array/kernels/parallel.hpp"
#include "tinygrad_cpp/array/pool.hpp"
#include "tinygrad_cpp/error.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

Array::Array(const Shape& shape) : shape_(shape), size_(shape.size()) {
  // One allocation holds the header and the values. A few values share the header's cache line; many values
  // start on the next line, so that they are aligned for vector instructions.
  const std::uint64_t values = static_cast<std::uint64_t>(size_) * sizeof(Real);
  const std::uint64_t header = sizeof(Block) + values <= 64 ? sizeof(Block) : 64;
  const bool countable = values <= PTRDIFF_MAX;  // not 2^32 bytes where a pointer has 32 bits
  void* memory = countable ? pool::allocate(static_cast<std::size_t>(header + values)) : nullptr;
  if (memory == nullptr) fail("array", "no memory for {} numbers, shape {}, {} bytes", size_, shape, values);
  block_ = new (memory) Block{ReferenceCount(1), 0, header + values, 0};
  data_ = reinterpret_cast<Real*>(static_cast<std::byte*>(memory) + header);
}

Array::Array(const Shape& shape, Real fill) : Array(shape) {
  parallel_for(size_, 1, [=, this](std::int64_t begin, std::int64_t end) {
    std::fill(data_ + begin, data_ + end, fill);
  });
}

Array::Array(const Shape& shape, std::span<const Real> values) : Array(shape) {
  if (static_cast<std::int64_t>(values.size()) != size_)
    fail("array", "{} values for shape {}; {} are needed", values.size(), shape, size_);
  std::copy(values.begin(), values.end(), data_);
}

Array Array::clone() const {
  check_defined("clone");
  return Array(shape_, values());
}

Array Array::reshaped(const Shape& shape) const {
  check_defined("reshape");
  if (shape.size() != size_)
    fail("reshape", "{} ({} elements) cannot become {} ({} elements)", shape_, size_, shape, shape.size());
  Array result = *this;
  result.shape_ = shape;
  return result;
}

void Array::fail_undefined(const char* op) {
  fail(op, "undefined: a default-constructed Array has no values; give it a shape first");
}

void Array::release_block() noexcept { pool::release(block_, static_cast<std::size_t>(block_->bytes)); }

}}  // namespace tg
