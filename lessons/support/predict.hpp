// Predictions: what the reader thinks before the run shows it.
#pragma once
#include <string>
#include <type_traits>
#include <vector>

namespace lesson {

/// How a predicted number is asked for and written.
struct PredictionStyle {
  bool percent = false;   // a share: 0.34 is asked for and written as 34%
  std::string unit = "";  // "steps"
};

namespace detail {

enum class Kind { number, choice, yes_or_no };

/// Asks when it is made; is() compares and prints.
class Prediction {
 public:
  Prediction(std::string question, Kind kind, std::vector<std::string> choices, PredictionStyle style);
  /// The number, the index of the choice, or 1 for yes.
  void is(double answer) const;

 private:
  std::string question_;
  Kind kind_;
  std::vector<std::string> choices_;
  PredictionStyle style_;
  bool asked_ = false, answered_ = false;
  double said_ = 0;
};

template <class Answer>
auto predict(const std::string& question, Kind kind, const std::vector<std::string>& choices,
             const Answer& answer, const PredictionStyle& style) {
  const Prediction prediction(question, kind, choices, style);
  if constexpr (std::is_invocable_v<const Answer&>) {
    const auto value = answer();
    prediction.is(static_cast<double>(value));
    return value;
  } else {
    prediction.is(static_cast<double>(answer));
    return answer;
  }
}

template <class Answer>
struct ValueOf {
  using Type = Answer;
};
template <class Answer>
requires std::is_invocable_v<const Answer&>
struct ValueOf<Answer> {
  using Type = std::invoke_result_t<const Answer&>;
};

}  // namespace detail

/// Asks the reader to predict a number, or yes or no where the answer is a bool, and then says what it is and
/// how near they were. Where nobody can be asked it prints question and answer. The answer is a value, or a
/// call that computes it once the reader has answered. Gives the answer back.
///   const int steps = lesson::predict("After how many steps is it below the mean?", first_below(mean));
///   lesson::predict("Does the loss still fall?", [&] { return train(100) < loss; });
///   lesson::predict("How much of the error is left?", 0.34, {.percent = true});
template <class Answer>
auto predict(const std::string& question, const Answer& answer, const PredictionStyle& style = {}) {
  constexpr bool yes_or_no = std::is_same_v<typename detail::ValueOf<Answer>::Type, bool>;
  return detail::predict(question, yes_or_no ? detail::Kind::yes_or_no : detail::Kind::number, {}, answer,
                         style);
}

/// The same for one of several choices; the answer is the index of the right one.
///   lesson::predict("Which one wins?", {"the sum", "the mean"}, 1);
template <class Answer>
auto predict(const std::string& question, const std::vector<std::string>& choices, const Answer& answer) {
  return detail::predict(question, detail::Kind::choice, choices, answer, {});
}

/// How good a prediction was.
enum class Nearness { right, near, not_far, off };

/// tests/support/predictions.txt holds it and the book's notebooks_export/book/predict.js to the same cases.
/// Right: the same as far as the answer is written, or the answer rounded to what was said, if that has two
/// digits or more (200 for 203), or is a whole percentage. Near: within a quarter of it, one beside it where both
/// are whole numbers, or within 5 points of a percentage. Not far: within a factor of 10, or 20 points. No
/// factor leads from or to 0, or to the other sign.
Nearness nearness(double said, double is, const PredictionStyle& style = {});

/// What the reader of a number is told: "You said 200; it is 57: too high by a factor of 3.5."
std::string compared(double said, double is, const PredictionStyle& style = {});

/// "5 predictions: 1 right, 2 near, 1 not far, 1 off; 1 skipped"; empty when nothing was asked.
std::string predictions_made();

}  // namespace lesson
