#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "tinygrad_cpp/array/real.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// A number type of the safetensors format.
struct StoredType {
  std::string_view name;  // for example F32
  std::size_t size;       // bytes of a number
  /// Converts numbers.size() numbers. If a number does not fit into Real, returns the first such number as
  /// text: a finite number beyond Real's range, or an integer that would be rounded.
  std::optional<std::string> (*to_real)(const char* bytes, std::span<Real> numbers);
};

/// The type with this name: F64, F32, F16, BF16, I8 to I64, U8 to U64 or BOOL. Null for any other name.
const StoredType* stored_type(std::string_view name);

/// The type that stores a Real: F32 or F64.
const StoredType& type_of_real();

}}  // namespace tg
