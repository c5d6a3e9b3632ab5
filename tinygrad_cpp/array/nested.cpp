#include "tinygrad_cpp/array/nested.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "tinygrad_cpp/error.hpp"

namespace tg {

Real to_real(const char* op, double number) {
  const auto real = static_cast<Real>(number);
  if (std::isinf(real) && !std::isinf(number))
    fail(op, "{} is too large for a {}, which goes up to {:.4g}", number,
         sizeof(Real) == 4 ? "float" : "double", std::numeric_limits<Real>::max());
  return real;
}

template <class T>
Nested<T>::Nested(std::initializer_list<Nested> items) : shape{static_cast<int>(items.size())} {
  if (items.size() == 0) return;
  const Shape& first = items.begin()->shape;
  int position = 0;
  for (const Nested& item : items) {
    if (item.shape != first)
      fail(std::is_integral_v<T> ? "indices" : "tensor",
           "ragged: item 0 has shape {}, item {} has shape {}; all must be equal. A shape and its values go "
           "in round brackets: ({{2, 2}}, {{1, 2, 3, 4}})",
           first, position, item.shape);
    values.insert(values.end(), item.values.begin(), item.values.end());
    ++position;
  }
  shape = first.inserted(0, position);
}

template <class T>
void Nested<T>::set(Wide number) {
  if constexpr (std::is_integral_v<T>) {
    if (!std::in_range<T>(number)) fail("indices", "{} does not fit into an int", number);
    values.assign(1, static_cast<T>(number));
  } else {
    values.assign(1, to_real("tensor", number));
  }
}

template struct Nested<Real>;
template struct Nested<int>;

}  // namespace tg
