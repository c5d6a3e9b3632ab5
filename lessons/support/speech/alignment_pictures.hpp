// Pictures of when a network says each letter of a text.
#pragma once
#include <string>

#include "support/alphabet.hpp"
#include "support/figure.hpp"
#include "support/speech/wav.hpp"
#include "tinygrad_cpp/autograd/tensor.hpp"
#include "tinygrad_cpp/decode/align.hpp"

namespace lesson {

/// A text that was aligned with what a network gave for its sound.
struct AlignedText {
  std::string text;
  tg::Tensor scores;           // [T,C]
  tg::decode::Alignment path;  // of T steps
};

/// The probability of each class of the text, and of the blank, at each step. Each letter is marked at the
/// middle of its span.
Figure posterior_picture(const AlignedText& aligned, const Alphabet& letters, int blank,
                         const std::string& name = "posterior");

/// The letters over the spectrogram of the sound, of which a step of the network joins `joined` frames.
Figure spectrogram_picture(const AlignedText& aligned, const Alphabet& letters, const Sound& sound,
                           int joined);

}  // namespace lesson
