// A network that reads speech letter by letter, and what it reads in a sound.
#pragma once
#include <string>
#include <vector>

#include "support/alphabet.hpp"
#include "support/checkpoint.hpp"
#include "support/speech/spoken.hpp"
#include "tinygrad_cpp/decode/align.hpp"
#include "tinygrad_cpp/nn/dense.hpp"
#include "tinygrad_cpp/nn/dropout.hpp"
#include "tinygrad_cpp/nn/lstm.hpp"

namespace lesson {

/// Sizes of a transcriber.
struct TranscriberSizes {
  std::string characters;  // that it can write, in UTF-8
  int joined = 2;          // frames of 10 ms that it reads at a time
  int hidden = 96;         // units of each LSTM
};

/// Two bidirectional LSTM layers and a dense layer at every step, with dropout between them. The blank is the
/// last class.
struct Transcriber {
  TranscriberSizes sizes;
  Alphabet letters;
  tg::nn::BiLSTM first, second;
  tg::nn::Dense dense;
  tg::nn::Dropout drop;

  explicit Transcriber(const TranscriberSizes& sizes, double dropout = 0);
  int blank() const { return letters.size() - 1; }
  /// [B,T,20 joined] -> scores [B,T,C]
  tg::Tensor operator()(const tg::Tensor& x, const std::vector<int>& lengths, tg::nn::Mode mode) const;
  tg::nn::Parameters parameters() const;
};

/// What a transcriber reads of utterances, by greedy decoding.
Reading reading_of(const Transcriber& transcriber, const std::vector<Spoken>& spoken);

/// A letter of a transcript: the forced alignment of the text says when.
struct SaidLetter {
  std::string letter;
  double start, stop;  // seconds
  double probability;  // geometric mean over its steps
};

struct Transcript {
  std::string text;
  double log_probability;  // of the text, the sum over all its paths, in nats
  std::vector<SaidLetter> letters;
  tg::Tensor scores;           // [T,C], what the network gives at each of its steps
  tg::decode::Alignment path;  // of the text, over these steps
};

/// What a sound says, at speech_rate. Beam search of this width; 0: greedy decoding.
/// Error when the sound has another rate or lasts more than 10 minutes.
Transcript transcribed(const Transcriber& transcriber, const Sound& sound, int width = 16);

/// The sizes that a checkpoint of `transcribe` names. Error when they are none, or more than the file holds.
TranscriberSizes saved_transcriber_sizes(const CheckpointEntries& entries, const std::string& path);

/// The transcriber of a checkpoint of `transcribe`: the weights that read the validation utterances best.
Transcriber load_transcriber(const std::string& path);

}  // namespace lesson
