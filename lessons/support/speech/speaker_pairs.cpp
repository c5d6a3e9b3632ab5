#include "support/speech/speaker_pairs.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tinygrad_cpp/array/random.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

namespace lesson {
namespace {

// Distances [P], one for each pair; both kinds of pairs must be there.
std::vector<tg::Real> checked(const tg::Tensor& d, const SpeakerPairs& pairs) {
  const auto same = std::count(pairs.same.begin(), pairs.same.end(), tg::Real(1));
  if (d.shape() != tg::Shape{pairs.size()} || same == 0 || same == pairs.size())
    tg::fail(
        "speaker_pairs",
        "{} distances for {} pairs, {} of them by one speaker; one distance for each pair is needed, and "
        "pairs of both kinds",
        d.shape(), pairs.size(), same);
  return d.clone().values();
}

}  // namespace

void SpeakerPairs::add(int a, int b, bool equal) {
  first.push_back(a);
  second.push_back(b);
  same.push_back(equal ? 1 : 0);
}

tg::Tensor SpeakerPairs::labels() const { return tg::Tensor(tg::Shape{size()}, same); }

SpeakerPairs all_pairs(const std::vector<SpeakerItem>& items) {
  SpeakerPairs pairs;
  for (int a = 0; a < static_cast<int>(items.size()); ++a)
    for (int b = 0; b < a; ++b)
      pairs.add(b, a,
                items[static_cast<std::size_t>(a)].speaker == items[static_cast<std::size_t>(b)].speaker);
  return pairs;
}

SpeakerPairs some_of(const SpeakerPairs& all, int same_ones, int different) {
  SpeakerPairs pairs;
  int left[2] = {different, same_ones};
  for (const int place : tg::random_permutation(all.size())) {
    const auto at = static_cast<std::size_t>(place);
    const bool same = all.same[at] == 1;
    if (left[same]-- > 0) pairs.add(all.first[at], all.second[at], same);
  }
  return pairs;
}

SpeakerPairs balanced(const SpeakerPairs& all, int most) {
  const auto equal = static_cast<int>(std::count(all.same.begin(), all.same.end(), tg::Real(1)));
  const int count = std::min({most, equal, all.size() - equal});
  return some_of(all, count, count);
}

tg::Tensor cosine_distances(const tg::Tensor& rows, const SpeakerPairs& pairs) {
  const tg::Tensor unit = rows / tg::norm(rows, -1, tg::keepdim);
  const tg::Shape shape = {pairs.size()};
  return 1 - tg::sum(tg::take(unit, tg::Indices(shape, pairs.first)) *
                         tg::take(unit, tg::Indices(shape, pairs.second)),
                     -1);
}

Crossing equal_error(const tg::Tensor& d, const SpeakerPairs& pairs) {
  const std::vector<tg::Real> values = checked(d, pairs);
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  const double same = std::accumulate(pairs.same.begin(), pairs.same.end(), 0.0), other = pairs.size() - same;
  double left = same, in = 0;  // counts: shares that were added up would not be equal where they should be
  for (std::size_t at = 0; at < order.size();) {
    const double rejected_before = left / same, accepted_before = in / other, here = values[order[at]];
    for (; at < order.size() && values[order[at]] == here; ++at)
      if (pairs.same[order[at]] == 1)
        --left;
      else
        ++in;
    const double rejected = left / same, accepted = in / other;
    if (accepted < rejected) continue;
    const double gap = rejected_before - accepted_before, part = gap / (gap + accepted - rejected);
    const double next = at < order.size() ? values[order[at]] : here;
    return {accepted_before + part * (accepted - accepted_before), (here + next) / 2};
  }
  return {0.5, 0};
}

ErrorShares error_shares(const tg::Tensor& d, const SpeakerPairs& pairs, double threshold) {
  const std::vector<tg::Real> values = checked(d, pairs);
  double same = 0, accepted = 0, rejected = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool near = static_cast<double>(values[i]) < threshold;
    same += pairs.same[i];
    (pairs.same[i] == 1 ? rejected : accepted) += (pairs.same[i] == 1) != near;
  }
  return {accepted / (pairs.size() - same), rejected / same};
}

double threshold_accepting(const tg::Tensor& d, const SpeakerPairs& pairs, double share) {
  const std::vector<tg::Real> values = checked(d, pairs);
  std::vector<double> other;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (pairs.same[i] != 1) other.push_back(values[i]);
  std::sort(other.begin(), other.end());
  const auto most = static_cast<std::size_t>(share * static_cast<double>(other.size()));
  return most < other.size() ? other[most] : INFINITY;
}

}  // namespace lesson
