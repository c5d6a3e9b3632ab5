#include "support/reliability.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "tinygrad_cpp/array/random.hpp"
#include "tinygrad_cpp/error.hpp"

namespace lesson {

Reliability reliability(std::span<const tg::Real> probabilities, std::span<const int> happened, int groups) {
  if (probabilities.empty() || probabilities.size() != happened.size())
    tg::fail("reliability", "{} probabilities and {} outcomes; as many are needed, and at least one",
             probabilities.size(), happened.size());
  if (groups < 1) tg::fail("reliability", "groups is {}; at least 1 is needed", groups);
  const auto count = static_cast<std::size_t>(groups);
  std::vector<double> said(count), came_true(count);
  std::vector<int> counts(count);
  for (std::size_t i = 0; i < happened.size(); ++i) {
    const double p = static_cast<double>(probabilities[i]);
    if (!(p >= 0 && p <= 1))
      tg::fail("reliability", "probability {} is {}; 0 to 1 is needed. Raw scores need a softmax first", i,
               p);
    const auto group = std::min(count - 1, static_cast<std::size_t>(p * groups));
    said[group] += p;
    came_true[group] += happened[i];
    ++counts[group];
  }
  Reliability found;
  for (std::size_t k = 0; k < count; ++k) {
    if (counts[k] == 0) continue;
    found.numbers.push_back(static_cast<int>(k));
    found.said.push_back(said[k] / counts[k]);
    found.happened.push_back(came_true[k] / counts[k]);
    found.counts.push_back(counts[k]);
    found.ece += std::abs(said[k] - came_true[k]) / static_cast<double>(happened.size());
  }
  return found;
}

double ece_by_luck(std::span<const tg::Real> probabilities, int groups) {
  constexpr int draws = 50;
  tg::RandomStream random(1);
  double total = 0;
  for (int draw = 0; draw < draws; ++draw) {
    std::vector<int> happened;
    for (const tg::Real p : probabilities) happened.push_back(random.uniform() < p ? 1 : 0);
    total += reliability(probabilities, happened, groups).ece;
  }
  return total / draws;
}

void draw_reliability(Figure& figure, const std::string& title, const std::vector<Reliability>& runs) {
  std::map<int, std::vector<double>> said, happened;  // by group
  for (const Reliability& run : runs)
    for (std::size_t k = 0; k < run.numbers.size(); ++k) {
      said[run.numbers[k]].push_back(run.said[k]);
      happened[run.numbers[k]].push_back(run.happened[k]);
    }
  std::vector<double> x;
  std::vector<Spread> y;
  for (const auto& [number, values] : said) {
    x.push_back(spread(values).median);
    y.push_back(spread(happened[number]));
  }
  figure.panel(title);
  figure.line("calibrated", {0, 1}, {0, 1});
  figure.points("measured", x, y);
}

}  // namespace lesson
