// How a spelling corrector is trained on pairs of words: the parts, the loop, the checkpoint.
#pragma once
#include <string>
#include <vector>

#include "support/corrector.hpp"
#include "support/pairs.hpp"
#include "support/say.hpp"
#include "tinygrad_cpp/optim/optimizers.hpp"

namespace lesson {

/// Pairs to train on, to look at meanwhile, and to report on.
struct PairParts {
  std::vector<Pair> train, validation, test;
  std::string understood = {};  // a sentence: how they were split
};

/// Holds out one pair in ten for the test and as many for validation, drawn at random, the same in every run.
/// At least one pair of each word stays in training: unknown typos of known words are asked for. Errors as
/// split_within_groups.
PairParts split_pairs(const std::vector<Pair>& pairs);

struct CorrectorSettings {
  int hidden = 96, batch = 64;
  int epochs = 10;    // the step size falls to 0 over these, along half a cosine
  double lr = 0.003;  // of Adam, at first
};

/// How often to go through so many pairs: the fewer there are, the more often. 4 to 60.
int usual_epochs(std::size_t pairs);

/// A training, from its first batch on.
struct CorrectorTraining {
  CorrectorSettings settings;
  Corrector model;
  tg::optim::Adam adam;
  int epoch = 0;            // whole ones that are done
  int batch = 0;            // batches of the next epoch that are done
  double right = 0;         // share of validation words that the network writes rightly, after an epoch
  std::string random;       // the random stream at the beginning of that epoch
  std::string fingerprint;  // of the pairs

  /// A new one, whose weights and batches `seed` decides.
  CorrectorTraining(const PairParts& pairs, const CorrectorSettings& settings, int seed);
  /// The one that a checkpoint holds. Error when it is no checkpoint of `spell`, or damaged.
  static CorrectorTraining saved(const std::string& path);
  void save(const std::string& path) const;
  bool done() const { return epoch == settings.epochs; }

 private:
  CorrectorTraining(const CorrectorSettings& settings, const Corrector& model);
};

/// Trains until all epochs are done, or until Ctrl-C; in one go or in several trainings, the numbers are the
/// same. Of 5000 pairs or more, a batch takes pairs of equal lengths. Each gradient is clipped to a norm of
/// 1. With a path, saves with each epoch and at the end. Error when the pairs are not those that the training
/// began with.
void train_corrector(CorrectorTraining& training, const PairParts& pairs, const std::string& path = "");

std::vector<std::string> typos_of(const std::vector<Pair>& pairs);
/// The share of pairs whose word was said.
double share_of_words_right(const std::vector<std::string>& said, const std::vector<Pair>& pairs);

/// A way to correct, and what it says for each of some typos.
struct Corrected {
  std::string name;
  std::vector<std::string> said;
};
/// "leave it": the text as it is; "nearest word": the nearest known one; "the network": what it writes; and
/// "spell": Corrector::corrected.
std::vector<Corrected> ways_to_correct(const Corrector& model, const std::vector<Pair>& pairs);
/// A row of a table: the name, and the shares of words right of all pairs, of those with a typo, and of those
/// whose word was right already.
Row words_right_row(const Corrected& way, const std::vector<Pair>& pairs);

}  // namespace lesson
