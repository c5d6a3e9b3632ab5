// Training of a transcriber: it stops and goes on, keeps its state in a file, and is tested at the end.
#pragma once
#include <string>
#include <vector>

#include "support/speech/speech_corpus.hpp"
#include "support/speech/transcriber.hpp"
#include "tinygrad_cpp/optim/optimizers.hpp"

namespace lesson {

struct TranscriberOptions {
  int seed = 0;
  int steps = 2400;  // of Adam
  int hidden = 96, joined = 2, batch = 16;
  double lr = 3e-3, dropout = 0.4;
  bool plain = false;           // as tests/peers/peer_speech.py trains, to compare
  std::string characters = "";  // that can be written; empty: those of the corpus
  int shards = 0;               // of a batch; 0: as shards_of() decides

  bool operator==(const TranscriberOptions&) const = default;
};

/// One look at the validation utterances.
struct TranscriberLook {
  int step = 0;
  double loss = 0;  // mean over the steps since the look before, nats per utterance
  double error = 1, blank_share = 0;
};

/// A training, from its first step on.
struct TranscriberTraining {
  TranscriberOptions options;
  Transcriber reader, best;  // the weights as they are, and those that read the validation utterances best
  tg::optim::Adam adam;
  int step = 0;
  double loss_sum = 0;  // over the steps since the last look
  double seconds = 0;   // spent in training
  std::vector<TranscriberLook> looks;
  int round_steps = 0;       // taken of a round of batches that was not finished
  std::string round_random;  // the random stream as that round began
  std::string held_out;      // SpeechCorpus::held_out, when it began

  /// A new one: the seed decides its weights and all that it draws. Error when an option is out of bounds.
  TranscriberTraining(const SpeechCorpus& corpus, const TranscriberOptions& options);
  /// The one that a checkpoint holds, the random stream included. Error when the file is no checkpoint of
  /// `transcribe` or is damaged, and when the corpus holds out other files now.
  static TranscriberTraining saved(const std::string& path, const SpeechCorpus& corpus);
  void save(const std::string& path) const;
  int since_look() const { return step - (looks.empty() ? 0 : looks.back().step); }
  bool done() const { return step == options.steps; }
};

/// Trains up to the last step or until Ctrl-C. With a path, saves with each look and at the end. Under mpirun the
/// ranks share each batch; rank 0 alone looks and saves.
///
/// Each round draws utterances for several batches and sorts them by length, so that little of a batch is
/// padding. Each is varied: said up to a fifth faster or slower, two stretches of time and a band of features
/// silenced. The step size rises over the first twentieth of the steps and then falls along half a cosine.
/// Error when nearly all utterances have fewer steps than their letters need.
void train(TranscriberTraining& training, const SpeechCorpus& corpus, const std::string& path = "");

/// The looks as a table; nothing with --quiet.
void print_looks(const TranscriberTraining& training);

/// A table of the errors on the test utterances, in characters and words: of the best constant answer, of
/// greedy decoding and of beam search; and some texts that are read wrongly.
void print_test(const Transcriber& transcriber, const SpeechCorpus& corpus);

}  // namespace lesson
