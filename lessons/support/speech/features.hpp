// What a network hears: a recording as a row of numbers for every 10 ms.
#pragma once
#include "support/speech/wav.hpp"
#include "tinygrad_cpp/autograd/tensor.hpp"

namespace lesson {

struct FeatureOptions {
  int rate = speech_rate;
  double pre_emphasis = 0.97;          // how much of the sample before is taken off each one
  double window = 0.025, step = 0.01;  // of a frame, in seconds
  int filters = 26, coefficients = 20;

  bool operator==(const FeatureOptions&) const = default;
};

/// The log mel spectrogram [T,filters]: the energy of each frame in bands that are as wide as the ear's, in
/// nats. T = max(1, 1 + floor((samples - window) / step)).
///   x[n] - 0.97 x[n-1],  frames in a window of Hamming,  |FFT|^2 / N,  triangles on the mel scale,  log(. + 1e-8)
/// Error unless the sound has the options' rate.
tg::Tensor log_mel(const Sound& sound, const FeatureOptions& options = {});

/// Mel-frequency cepstral coefficients [T,coefficients]: the shape of each frame's spectrum without its details.
///   log_mel and then a cosine transform:  c[k] = sqrt(2/M) sum_m cos(pi/M k (m + 1/2)) mel[m]
/// Source: Davis and Mermelstein, Comparison of parametric representations for monosyllabic word recognition,
/// IEEE Transactions on Acoustics, Speech and Signal Processing, 1980.
tg::Tensor mfcc(const Sound& sound, const FeatureOptions& options = {});

/// Every feature [T,D] less its mean over the recording, divided by its deviation + 1e-5: how loud it was and
/// through which microphone no longer shows.
tg::Tensor normalised(const tg::Tensor& features);

/// Neighbouring frames side by side, so that a network has fewer steps to take: [T,D] -> [ceil(T / count),
/// count D], the last filled up with zeros. Gradients flow through.
tg::Tensor joined_frames(const tg::Tensor& x, int count);

}  // namespace lesson
