#include "support/statistics.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace lesson {
namespace {

// Without the % sign, which stands once in a range.
std::string bare_text(double number, const NumberStyle& style) {
  if (number >= style.limit && std::isfinite(style.limit))
    return ">" + bare_text(style.limit, {style.percent, style.decimals});
  const double shown = style.percent ? 100 * number : number;
  const int decimals = style.decimals < 0 && style.percent ? 0 : style.decimals;
  std::string text = decimals < 0 ? Cell(shown).text : fmt::format("{:.{}f}", shown, decimals);
  return style.sign && shown >= 0 ? "+" + text : text;
}

}  // namespace

Spread spread(std::vector<double> numbers) {
  if (numbers.empty()) throw std::invalid_argument("[spread] no numbers: a median needs at least one");
  if (std::any_of(numbers.begin(), numbers.end(), [](double number) { return std::isnan(number); }))
    return {NAN, NAN, NAN};
  std::sort(numbers.begin(), numbers.end());
  const std::size_t n = numbers.size();
  return {(numbers[(n - 1) / 2] + numbers[n / 2]) / 2, numbers.front(), numbers.back()};
}

std::string number_text(double number, const NumberStyle& style) {
  return bare_text(number, style) + (style.percent ? "%" : "");
}

std::string number_text(const Spread& spread, const NumberStyle& style) {
  const std::string median = number_text(spread.median, style), low = bare_text(spread.low, style),
                    high = bare_text(spread.high, style);
  return low == high ? median : fmt::format("{} ({} to {})", median, low, high);
}

Cell percent(double share, int decimals) {
  return right(number_text(share, {.percent = true, .decimals = decimals}));
}

}  // namespace lesson
