// A network that says how probable each class is, from the numbers of a row: model, training, checkpoint.
#pragma once
#include <string>
#include <vector>

#include "support/class_table.hpp"
#include "support/reliability.hpp"
#include "support/say.hpp"
#include "tinygrad_cpp/nn/dense.hpp"
#include "tinygrad_cpp/optim/optimizers.hpp"

namespace lesson {

/// One dense layer, the softmax head of lesson 02; or a hidden one of tanh units before it. The last layer
/// begins at 0: every class is equally probable.
struct ClassNetwork {
  std::vector<tg::nn::Dense> layers;

  /// `hidden` units; 0: no hidden layer.
  ClassNetwork(int features, int hidden, int classes);
  tg::Tensor operator()(const tg::Tensor& x) const;  // [N,D] -> raw scores [N,C]
  tg::nn::Parameters parameters() const;
};

/// A network and what it needs to take rows of other tables.
struct Classifier {
  FeatureScale scale;
  std::string target;                // the name of the column of classes, for reports
  std::vector<std::string> classes;  // C
  ClassNetwork network;
  double temperature = 1;  // what scores are divided by

  /// ln of the probability of each class, for features in the network's scale: [N,D] -> [N,C].
  tg::Tensor log_probabilities(const tg::Tensor& x) const;
};

struct ClassifierSettings {
  int hidden = 16, batch = 64;
  double lr = 0.01;  // of Adam
};

/// A training, from its first epoch on. The network with the least log loss on the validation rows is kept in
/// `best`.
struct ClassifierTraining {
  ClassifierSettings settings;
  Classifier best;
  ClassNetwork network;  // that is trained
  tg::optim::Adam adam;
  int epoch = 0, best_epoch = 0;
  double best_loss;         // the least on the validation rows; at first that of equally probable classes
  std::string fingerprint;  // of the table

  /// A new one, whose weights and batches `seed` decides.
  ClassifierTraining(const ClassTable& table, const ClassifierSettings& settings, int seed);
  /// The one that a checkpoint holds, the random stream included. Error when it is no checkpoint of
  /// `classify`, or damaged.
  static ClassifierTraining saved(const std::string& path);
  void save(const std::string& path) const;

 private:
  ClassifierTraining(const Classifier& model, const ClassifierSettings& settings);
};

/// Trains until `epochs` are done, or until Ctrl-C; so many epochs at once, or in several trainings, give the
/// same numbers. Then chooses the temperature: the one with the least log loss on the validation rows, and at
/// least 1, so that it takes off over-confidence and never adds any. With a path, saves now and then and at
/// the end. Error when the table is not the one that the training began with.
void train_classifier(ClassifierTraining& training, const ClassTable& table, int epochs,
                      const std::string& path = "");

/// How good probabilities are, given as their logarithms [N,C].
struct ClassScore {
  double accuracy, log_loss;  // nats
  Reliability named;          // of the class that each row is given, and whether it is the right one
  double ece_by_luck;
};
ClassScore class_score(const tg::Tensor& log_probabilities, const tg::Indices& labels);

/// What it costs to give a row of a class another name, for each class, read from "snow=20,fog=5"; 1 for a class
/// that is not mentioned. Error naming the classes when one is unknown, or mentioned twice, and when a cost is no
/// number above 0.
std::vector<double> miss_costs(const std::string& text, const std::vector<std::string>& classes);

/// The class of each row that is cheapest to name: the one with the largest probability times cost. (To name
/// class j costs, on average, the sum of all products but the j-th.) With two classes that cost c and 1, the
/// first is named where its probability is above 1 / (1 + c). [N,C] -> [N]
tg::Indices cheapest_class(const tg::Tensor& log_probabilities, const std::vector<double>& costs);

/// The mean over the rows of what it costs to name them so.
double mean_cost(const tg::Indices& named, const tg::Indices& labels, const std::vector<double>& costs);

/// The probabilities of someone who knows the shares of the classes in training and nothing else: [N,C].
tg::Tensor share_log_probabilities(const ClassTable& table, int rows);

/// A table of the test rows: the majority, the network, and with a temperature above 1; accuracy, log loss,
/// ECE, and the ECE that luck alone would make.
std::vector<Row> class_rows(const Classifier& model, const ClassTable& table);

}  // namespace lesson
