#include "support/predict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "support/decimal.hpp"
#include "support/reader.hpp"
#include "support/record_mode.hpp"
#include "support/settings.hpp"
#include "support/terminal.hpp"
#include "support/text.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

struct Counts {
  std::array<int, 4> by_nearness = {};
  int skipped = 0;
};
Counts& counts() {
  static Counts all;
  return all;
}

// As it is written, without a unit.
std::string digits_of(double number, const PredictionStyle& style) {
  const double shown = style.percent ? 100 * number : number;
  const bool whole = shown == std::round(shown) && std::abs(shown) < 1e15;
  return whole || std::abs(shown) >= 1000 ? fmt::format("{:.0f}", shown) : fmt::format("{:.3g}", shown);
}

std::string with_unit(double number, const PredictionStyle& style) {
  return digits_of(number, style) + (style.percent ? "%" : style.unit.empty() ? "" : " " + style.unit);
}

bool drop_end(std::string& text, std::string_view end) {
  if (end.empty() || !text.ends_with(end)) return false;
  text.resize(text.size() - end.size());
  text = trimmed(text);
  return true;
}

std::optional<double> number_in(std::string text, const PredictionStyle& style) {
  const bool percent = drop_end(text, "%");
  if (percent && !style.percent) return std::nullopt;
  drop_end(text, style.unit);
  if (text.starts_with('+')) text.erase(0, 1);
  double number = 0;
  const auto [end, error] = read_decimal(text, number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
  return style.percent ? number / 100 : number;
}

std::optional<double> yes_in(const std::string& text) {
  for (const char* word : {"yes", "no"})
    if (!text.empty() && std::string_view(word).starts_with(lower_case(text))) return word[0] == 'y';
  return std::nullopt;
}

// By its number, its words, or how they begin.
std::optional<double> choice_in(const std::string& text, const std::vector<std::string>& choices) {
  std::optional<double> found;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (text == std::to_string(i + 1) || lower_case(text) == lower_case(choices[i]))
      return static_cast<double>(i);
    if (!lower_case(choices[i]).starts_with(lower_case(text))) continue;
    if (found) return std::nullopt;  // several begin so
    found = static_cast<double>(i);
  }
  return found;
}

double rounded(double number, int digits) {
  const std::string text = fmt::format("{:.{}e}", number, digits - 1);
  read_decimal(text, number);
  return number;
}

// Whether the number is what it was said to be, once it is rounded as that was: to two digits or more, of a
// percentage to whole percent or finer.
bool rounds_to(double said, double is, const PredictionStyle& style) {
  if (style.percent && rounded(100 * said, 12) == std::round(100 * said))
    return std::round(100 * is) == std::round(100 * said);
  int digits = 2;
  while (digits < 17 && rounded(said, digits) != said) ++digits;
  return rounded(is, digits) == said;
}

std::string comparison(double said, double is, const PredictionStyle& style) {
  const char* side = said > is ? "high" : "low";
  if (style.percent) return fmt::format("{} points too {}", digits_of(std::abs(said - is), style), side);
  if (!(said * is > 0) || !std::isfinite(is)) return "";
  const double factor = rounded(std::max(said / is, is / said), 2);
  if (factor == 1) return fmt::format("a little too {}", side);
  return fmt::format("too {} by a factor of {}", side, digits_of(factor, {}));
}

// The answer is shown in bold.
std::string sentence(const std::string& said, const std::string& is, const std::string& measure) {
  const std::string shown = styled(Style::strong, is);
  if (measure == "right" && said == is) return fmt::format("You said {}: right.", shown);
  return fmt::format("You said {}; it is {}{}.", said, shown, measure.empty() ? "" : ": " + measure);
}

}  // namespace

Nearness nearness(double said, double is, const PredictionStyle& style) {
  if (rounds_to(said, is, style) || digits_of(said, style) == digits_of(is, style)) return Nearness::right;
  const double apart = std::abs(said - is);
  if (style.percent) return apart <= 0.05 ? Nearness::near : apart <= 0.2 ? Nearness::not_far : Nearness::off;
  if (!(said * is > 0)) return Nearness::off;
  const bool neighbours = apart == 1 && is == std::round(is);
  if (neighbours || apart <= 0.25 * std::abs(is)) return Nearness::near;
  return std::max(said / is, is / said) <= 10 ? Nearness::not_far : Nearness::off;
}

std::string compared(double said, double is, const PredictionStyle& style) {
  const Nearness how = nearness(said, is, style);
  std::string measure = how == Nearness::right ? "right" : comparison(said, is, style);
  if (how == Nearness::near) measure = measure.empty() ? "near" : "near, " + measure;
  return sentence(with_unit(said, style), with_unit(is, style), measure);
}

std::string predictions_made() {
  const Counts& c = counts();
  const std::array<const char*, 4> names = {"right", "near", "not far", "off"};
  std::vector<std::string> parts;
  int made = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    made += c.by_nearness[i];
    if (c.by_nearness[i]) parts.push_back(fmt::format("{} {}", c.by_nearness[i], names[i]));
  }
  if (made + c.skipped == 0) return "";
  std::string text = fmt::format("{} prediction{}", made, made == 1 ? "" : "s");
  if (made) text += fmt::format(": {}", fmt::join(parts, ", "));
  return c.skipped ? fmt::format("{}; {} skipped", text, c.skipped) : text;
}

namespace detail {

Prediction::Prediction(std::string question, Kind kind, std::vector<std::string> choices,
                       PredictionStyle style)
    : question_(std::move(question)), kind_(kind), choices_(std::move(choices)), style_(std::move(style)) {
  if (kind_ == Kind::choice && choices_.size() < 2)
    tg::fail("predict", "{} choices for \"{}\"; at least 2 are needed", choices_.size(),
             tg::shown(question_));
  if (!settings().ask || muted()) return;
  asked_ = true;
  write("\n" + wrapped(styled(Style::strong, "Predict: ") + question_, text_width(), 2) + "\n");
  for (std::size_t i = 0; i < choices_.size(); ++i)
    write(wrapped(fmt::format("  {}  {}", i + 1, choices_[i]), text_width(), 3) + "\n");
  const std::string wanted = kind_ == Kind::yes_or_no ? "y or n"
                             : kind_ == Kind::choice  ? fmt::format("1 to {}", choices_.size())
                             : style_.percent         ? "in percent"
                             : style_.unit.empty()    ? "a number"
                                                      : "how many " + style_.unit;
  while (!answered_) {
    const std::optional<std::string> line = ask(styled(Style::dim, wanted + ", Enter skips:") + " ");
    if (!line) settings().ask = false;
    if (!line || line->empty()) return;
    const std::optional<double> said = kind_ == Kind::yes_or_no ? yes_in(*line)
                                       : kind_ == Kind::choice  ? choice_in(*line, choices_)
                                                                : number_in(*line, style_);
    if (said) {
      said_ = *said;
      answered_ = true;
    } else if (*line == "q") {
      throw Left();
    } else {
      write(wrapped(fmt::format("'{}' is no such answer: {}. Enter skips, q leaves the lesson.",
                                tg::shown(*line, 40),
                                kind_ == Kind::number ? "a number, as 1000 or 0.5" : wanted),
                    text_width(), 2) +
            "\n");
    }
  }
}

void Prediction::is(double answer) const {
  if (kind_ == Kind::choice && !(answer >= 0 && answer < static_cast<double>(choices_.size())))
    tg::fail("predict", "\"{}\": the answer is choice {}; 0 to {} is needed", tg::shown(question_), answer,
             choices_.size() - 1);
  const auto text = [&](double value) {
    return kind_ == Kind::choice      ? choices_[static_cast<std::size_t>(value)]
           : kind_ == Kind::yes_or_no ? (value != 0 ? "yes" : "no")
                                      : with_unit(value, style_);
  };
  const std::string shown = styled(Style::strong, text(answer));
  if (!asked_) {
    write(wrapped(fmt::format("{} {}", question_, shown), text_width(), 2) + "\n\n");
    if (settings().record) write(prediction_record(question_, text(answer)));
    return;
  }
  if (!answered_) {
    ++counts().skipped;
    return write(wrapped(fmt::format("It is {}.", shown), text_width(), 2) + "\n\n");
  }
  const bool number = kind_ == Kind::number;
  const Nearness how = number            ? nearness(said_, answer, style_)
                       : said_ == answer ? Nearness::right
                                         : Nearness::off;
  ++counts().by_nearness[static_cast<std::size_t>(how)];
  const std::string line = number
                               ? compared(said_, answer, style_)
                               : sentence(text(said_), text(answer), how == Nearness::right ? "right" : "");
  write(wrapped(line, text_width(), 2) + "\n\n");
}

}  // namespace detail

}  // namespace lesson
