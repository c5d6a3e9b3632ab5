// Whether probabilities are true.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "support/figure.hpp"
#include "tinygrad_cpp/array/real.hpp"

namespace lesson {

/// Groups of equal width from 0 to 1, of which those with an item are kept.
struct Reliability {
  std::vector<int> numbers;            // of each group, from 0
  std::vector<double> said, happened;  // of each group: the mean probability, and the share that came true
  std::vector<int> counts;             // items of each group
  double ece = 0;                      // expected calibration error: mean over items of |said - happened|
};

/// What became of events that were given these probabilities; `happened` holds 1 for each that came true, and
/// 0. Error unless both have the same size, at least 1, and the probabilities are from 0 to 1.
Reliability reliability(std::span<const tg::Real> probabilities, std::span<const int> happened,
                        int groups = 10);

/// The calibration error that these probabilities would have, on average, if they were true: how much of a
/// measured one is luck. Draws outcomes from a random stream of its own.
double ece_by_luck(std::span<const tg::Real> probabilities, int groups = 10);

/// One panel of a reliability diagram: what happened over what was said, beside the diagonal. Of several runs
/// with the same groups each point is a median, with the range over runs.
void draw_reliability(Figure& figure, const std::string& title, const std::vector<Reliability>& runs);

}  // namespace lesson
