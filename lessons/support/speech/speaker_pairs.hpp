// Pairs of recordings, by one speaker or by different ones, and the errors that a threshold makes on them.
#pragma once
#include <vector>

#include "tinygrad_cpp/autograd/tensor.hpp"

namespace lesson {

/// A recording as a network for speakers gets it.
struct SpeakerItem {
  tg::Tensor frames;  // [T,20]
  int speaker;
};

struct SpeakerPairs {
  std::vector<int> first, second;  // positions in a list of items
  std::vector<tg::Real> same;      // 1: the same speaker
  void add(int a, int b, bool equal);
  int size() const { return static_cast<int>(same.size()); }
  tg::Tensor labels() const;  // [P]
};

SpeakerPairs all_pairs(const std::vector<SpeakerItem>& items);

/// So many pairs of the same speaker and so many of different ones, or all where there are fewer, drawn with
/// the random stream.
SpeakerPairs some_of(const SpeakerPairs& all, int same, int different);
/// At most `most` pairs of the same speaker, and as many of different ones.
SpeakerPairs balanced(const SpeakerPairs& all, int most);

/// 1 - cos of the angle between the two rows of each pair, of rows [N,C] -> [P].
tg::Tensor cosine_distances(const tg::Tensor& rows, const SpeakerPairs& pairs);

/// Where as many pairs of the same speaker are rejected as pairs of different speakers are accepted.
struct Crossing {
  double rate, threshold;
};

/// The equal error rate of distances [P]. Walks the threshold up from below all distances, until more is
/// falsely accepted than falsely rejected; between two thresholds both shares are taken as straight lines.
Crossing equal_error(const tg::Tensor& d, const SpeakerPairs& pairs);

/// The shares of pairs that a threshold judges wrongly: it says "the same speaker" where d < threshold.
struct ErrorShares {
  double accepted;  // of the pairs of different speakers
  double rejected;  // of the pairs of the same speaker
};
ErrorShares error_shares(const tg::Tensor& d, const SpeakerPairs& pairs, double threshold);

/// The largest threshold that accepts at most this share of the pairs of different speakers.
double threshold_accepting(const tg::Tensor& d, const SpeakerPairs& pairs, double share);

}  // namespace lesson
