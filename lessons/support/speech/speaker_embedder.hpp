// A network that turns a recording into numbers that tell who speaks.
#pragma once
#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "support/checkpoint.hpp"
#include "support/speech/speaker_pairs.hpp"
#include "support/speech/wav.hpp"
#include "tinygrad_cpp/autograd/record.hpp"
#include "tinygrad_cpp/nn/activation.hpp"
#include "tinygrad_cpp/nn/dense.hpp"
#include "tinygrad_cpp/nn/dropout.hpp"
#include "tinygrad_cpp/nn/lstm.hpp"
#include "tinygrad_cpp/ops/movement.hpp"

namespace lesson {

/// The repaired network of lesson 07: two bidirectional LSTM layers over three frames at a time, their mean
/// over time, a dense layer with PReLU, and a softmax. An embedding is a distribution of C numbers.
struct SpeakerEmbedder {
  tg::nn::BiLSTM first, second;
  tg::nn::Dropout drop;
  tg::nn::Dense dense, last;
  tg::nn::PReLU bend;
  tg::Tensor mean, deviation;  // of each coefficient over the training frames, [1,20]

  SpeakerEmbedder(int hidden, int outputs, double dropout = 0);
  /// Recordings -> [N,C]
  tg::Tensor operator()(const std::vector<SpeakerItem>& items, tg::nn::Mode mode) const;
  /// The mean and deviation of these frames from now on.
  void scale_to(const std::vector<SpeakerItem>& items);
  tg::nn::Parameters parameters() const;  // what is trained
  tg::nn::Parameters state() const;       // and the scale
};

/// Embeddings without gradients, some recordings at a time: [N,C]. A network is called as a SpeakerEmbedder is.
template <class Network>
tg::Tensor embedded(const Network& net, const std::vector<SpeakerItem>& items) {
  const tg::NoGrad off;
  std::vector<tg::Tensor> parts;
  for (std::size_t from = 0; from < items.size(); from += 100) {
    const auto begin = items.begin() + static_cast<std::ptrdiff_t>(from);
    const auto count = static_cast<std::ptrdiff_t>(std::min<std::size_t>(100, items.size() - from));
    parts.push_back(net({begin, begin + count}, tg::nn::Mode::eval));
  }
  return tg::concat(parts, 0);
}

/// How far apart rows [P,C] of distributions are: both directions of KL, in nats -> [P].
tg::Tensor embedding_distance(const tg::Tensor& a, const tg::Tensor& b);

/// The distance of each pair of rows of embeddings [N,C] -> [P].
tg::Tensor pair_distances(const tg::Tensor& embeddings, const SpeakerPairs& pairs);

/// A network with the threshold that was chosen for it.
struct SpeakerJudge {
  SpeakerEmbedder net;
  double threshold;   // a distance below it: the same speaker
  double error_rate;  // on validation pairs, of both kinds
};

/// Sizes of a network, as a checkpoint of `tell_speakers` names them. Error when they are none, or more than
/// the file can hold.
struct SpeakerSizes {
  int hidden, outputs;
};
SpeakerSizes saved_speaker_sizes(const CheckpointEntries& entries, const std::string& path);

/// The judge of a checkpoint of `tell_speakers`. Error when its training has not come to the end.
SpeakerJudge load_judge(const std::string& path);

/// The embedding of a sound at speech_rate: [1,C]. Error when it lasts more than 10 minutes.
tg::Tensor voice_of(const SpeakerEmbedder& net, const Sound& sound);

}  // namespace lesson
