// Utterances as a network for CTC gets them, and how well it reads them.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "support/alphabet.hpp"
#include "support/speech/utterances.hpp"
#include "tinygrad_cpp/autograd/tensor.hpp"

namespace lesson {

/// An utterance as a network gets it.
struct Spoken {
  tg::Tensor frames;  // [T,D]
  std::string text;
};

/// The MFCCs of each utterance [T,20], normalised over the utterance. Every processor takes a part of them.
std::vector<tg::Tensor> spoken_features(const std::vector<Utterance>& utterances);

/// The same, `joined` frames at a time, with the texts.
std::vector<Spoken> spoken(const std::vector<Utterance>& utterances, int joined);

/// U + r: as many steps as U labels need, of which r equal the one before.
int steps_needed(const std::vector<int>& labels);

/// Utterances for training: draws until `count` have as many steps as their letters need. `change` makes
/// other frames of an utterance's [T,20] before they are joined. Error that names `program` and an utterance when
/// nearly all have too few steps.
std::vector<Spoken> draw_spoken(const char* program, const std::function<Utterance()>& draw, int count,
                                int joined, const Alphabet& letters,
                                const std::function<tg::Tensor(const tg::Tensor&)>& change = {});

struct SpokenBatch {
  tg::Tensor x;                          // [B,T,D]
  std::vector<int> lengths;              // the true T of each
  std::vector<std::vector<int>> labels;  // of the texts
};

/// Error when a text has a character that is not among the letters.
SpokenBatch batch_of(const std::vector<Spoken>& spoken, const Alphabet& letters);

/// Batches of `size` neighbours, in an order that is drawn. What is left over at the end is dropped.
std::vector<SpokenBatch> batches_of(const std::vector<Spoken>& spoken, int size, const Alphabet& letters);

/// What a network reads of utterances, by greedy decoding.
struct Reading {
  std::vector<std::string> said, meant;
  double blank_share = 0;  // the blank's probability, the mean over all real frames
  double characters() const;
  double words() const;  // error rates
};

/// `scores` is the network: [B,T,D] and lengths -> raw scores [B,T,C].
Reading reading_of(const std::function<tg::Tensor(const SpokenBatch&)>& scores,
                   const std::vector<Spoken>& spoken, const Alphabet& letters, int blank);

/// The answer that has the lowest character error rate if it is given whatever is heard. Empty when saying
/// nothing is as good.
std::string best_answer(const std::vector<std::string>& answers, const std::vector<std::string>& meant);

}  // namespace lesson
