// Training of a network that tells speakers apart: it stops and goes on, and chooses a threshold at the end.
#pragma once
#include <string>

#include "support/speech/speaker_corpus.hpp"
#include "support/speech/speaker_embedder.hpp"
#include "tinygrad_cpp/optim/optimizers.hpp"

namespace lesson {

struct SpeakerOptions {
  int seed = 0;
  int steps = 400;  // of Adam
  int hidden = 16, outputs = 32;
  double margin = 0.5;  // nats: pairs of different speakers should be so far apart
  double lr = 5e-3, dropout = 0.2;

  bool operator==(const SpeakerOptions&) const = default;
};

/// A training, from its first step on.
struct SpeakerTraining {
  SpeakerOptions options;
  SpeakerJudge judge;  // the threshold is chosen when all steps are done
  tg::optim::Adam adam;
  int step = 0;
  double seconds = 0;    // spent in training
  std::string held_out;  // SpeakerCorpus::held_out, when it began

  /// A new one: the seed decides its weights and all that it draws. Error when an option is out of bounds.
  SpeakerTraining(const SpeakerCorpus& corpus, const SpeakerOptions& options);
  /// The one that a checkpoint holds, the random stream included. Error when the file is no checkpoint of
  /// `tell_speakers` or is damaged, and when the corpus holds out other files now.
  static SpeakerTraining saved(const std::string& path, const SpeakerCorpus& corpus);
  void save(const std::string& path) const;
  bool done() const { return step == options.steps; }
};

/// Trains up to the last step or until Ctrl-C, and then chooses the threshold with equal errors on validation
/// pairs. With a path, saves from time to time and at the end.
///
/// A step draws up to 6 speakers and 24 of their recordings, and embeds each once. Of all pairs among them it
/// takes those of one speaker and as many of different ones.
///   mean over pairs of  s d + (1 - s) max(margin - d, 0),  d: both directions of KL,  s: 1 for one speaker
void train(SpeakerTraining& training, const SpeakerCorpus& corpus, const std::string& path = "");

/// Two tables on the test pairs: equal error rates of the network and of mean MFCCs, which have learned
/// nothing; and thresholds chosen on validation pairs, with the errors that each makes.
void print_test(const SpeakerJudge& judge, const SpeakerCorpus& corpus);

}  // namespace lesson
