#pragma once
#include <functional>
#include <string>

#include "tinygrad_cpp/array/shape.hpp"

namespace tg {

/// Nested brackets around the elements of a shape, `[[1, 2], [3, 4]]`. Axes longer than 12 show their ends.
std::string bracketed(const Shape& shape, const std::function<std::string(std::int64_t offset)>& element);

}  // namespace tg
