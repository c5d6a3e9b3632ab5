#pragma once
#include <fmt/core.h>

#include <functional>

#include "tinygrad_cpp/array/shape.hpp"

namespace tg {

/// Writes nested brackets around the elements of a shape, `[[1, 2], [3, 4]]`; `element` writes the one at an
/// offset and gives the place behind it. Axes longer than 12 show their ends.
fmt::format_context::iterator print_bracketed(
    fmt::format_context& context, const Shape& shape,
    const std::function<fmt::format_context::iterator(std::int64_t offset)>& element);

}  // namespace tg
