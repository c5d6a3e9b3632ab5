#pragma once
#include <span>
#include <utility>
#include <vector>

namespace tg {

/// The values of a temporary tensor, held in a vector, because a span of them would dangle.
template <class T>
struct TemporaryValues : std::vector<T> {
  TemporaryValues(std::vector<T> values) : std::vector<T>(std::move(values)) {}
  // `std::span<const Real> s = (a * 3).values();` would dangle, so it does not compile. Use a vector.
  operator std::span<const T>() && = delete;
};

}  // namespace tg
