#include "support/statistics.hpp"

#include <algorithm>
#include <stdexcept>

namespace lesson {

Spread spread(std::vector<double> numbers) {
  if (numbers.empty()) throw std::invalid_argument("[spread] no numbers: a median needs at least one");
  std::sort(numbers.begin(), numbers.end());
  const std::size_t n = numbers.size();
  return {(numbers[(n - 1) / 2] + numbers[n / 2]) / 2, numbers.front(), numbers.back()};
}

}  // namespace lesson
