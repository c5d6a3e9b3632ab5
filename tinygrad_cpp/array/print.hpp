#pragma once
#include <fmt/core.h>

#include <functional>

#include "tinygrad_cpp/array/shape.hpp"

namespace tg {

/// Writes the elements of a shape in nested brackets, each row on a line of its own: `[[1, 2],` and below it
/// ` [3, 4]]`. `element` writes the element at an offset and returns the output iterator after it. Of an axis
/// longer than 12, only the first and last three are shown.
fmt::format_context::iterator print_bracketed(
    fmt::format_context& context, const Shape& shape,
    const std::function<fmt::format_context::iterator(std::int64_t offset)>& element);

}  // namespace tg
