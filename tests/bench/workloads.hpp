// The models, losses and data that the programs of this directory time.
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace workloads {

using namespace tg;

/// The seed's model: LSTM encoder, LSTM-cell decoder fed its own output, dense readout.
struct Autoencoder {
  nn::LSTM encoder;
  nn::LSTMCell cell;
  nn::Dense readout;

  Autoencoder(int features, int hidden)
      : encoder(features, hidden), cell(features, hidden), readout(hidden, features) {}
  Tensor operator()(const Tensor& x) const {
    nn::LSTMState state = encoder(x).state;
    std::vector<Tensor> steps = {readout(state.h)};
    for (int t = 1; t < x.dim(1); ++t) {
      state = cell(steps.back(), state);
      steps.push_back(readout(state.h));
    }
    return stack(steps, 1);
  }
  nn::Parameters parameters() const { return {{"encoder", encoder}, {"cell", cell}, {"readout", readout}}; }
};

struct SpeechNet {
  nn::BiLSTM first, second;
  nn::Dense dense;

  explicit SpeechNet(int hidden, int features = 20, int classes = 29)
      : first(features, hidden), second(2 * hidden, hidden), dense(2 * hidden, classes) {}
  Tensor operator()(const Tensor& x) const { return dense(second(first(x).sequence).sequence); }
  nn::Parameters parameters() const { return {{"first", first}, {"second", second}, {"dense", dense}}; }
};

struct Perceptron {
  nn::Dense first{784, 256}, second{256, 10};
  Tensor operator()(const Tensor& x) const { return second(relu(first(x))); }
  nn::Parameters parameters() const { return {{"first", first}, {"second", second}}; }
};

inline std::vector<int> random_labels(int count, int classes) {
  std::vector<int> labels(static_cast<std::size_t>(count));
  for (int& label : labels) label = random_stream().below(classes);
  return labels;
}

/// `length` labels of 28 classes for each of `batch` sequences; class 28 is the blank.
inline std::vector<std::vector<int>> random_targets(int batch, int length) {
  std::vector<std::vector<int>> targets(static_cast<std::size_t>(batch));
  for (auto& labels : targets) labels = random_labels(length, 28);
  return targets;
}

inline Tensor speech_loss(const Tensor& scores, const std::vector<std::vector<int>>& targets) {
  return ctc_loss(scores, targets, 28, {.reduction = Reduction::target_length_mean});
}

}  // namespace workloads
