#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "tinygrad_cpp/array/real.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// A type of numbers in a safetensors file.
struct StoredType {
  std::string_view name;  // F32
  std::size_t size;       // bytes of a number
  /// Converts numbers.size() numbers. Gives the first that Real does not hold, as text: a finite one beyond
  /// its range, or a whole one that would be rounded.
  std::optional<std::string> (*to_real)(const char* bytes, std::span<Real> numbers);
};

/// The type of that name: F64, F32, F16, BF16, I8 to I64, U8 to U64 or BOOL. Null where it is another.
const StoredType* stored_type(std::string_view name);

/// The type in which Real is stored.
const StoredType& type_of_real();

}}  // namespace tg
