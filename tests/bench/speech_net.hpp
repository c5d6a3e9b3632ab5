#pragma once
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

// A network like that of lesson 06, which more than one program times.

struct SpeechNet {
  tg::nn::BiLSTM first, second;
  tg::nn::Dense dense;

  explicit SpeechNet(int hidden) : first(20, hidden), second(2 * hidden, hidden), dense(2 * hidden, 29) {}
  tg::Tensor operator()(const tg::Tensor& x) const { return dense(second(first(x).sequence).sequence); }
  tg::nn::Parameters parameters() const { return {{"first", first}, {"second", second}, {"dense", dense}}; }
};

/// `length` labels of 28 classes for each of `batch` sequences; class 28 is the blank.
inline std::vector<std::vector<int>> random_targets(int batch, int length) {
  std::vector<std::vector<int>> targets(static_cast<std::size_t>(batch));
  for (auto& labels : targets)
    for (int i = 0; i < length; ++i) labels.push_back(tg::random_stream().below(28));
  return targets;
}
