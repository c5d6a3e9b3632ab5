#include "support/classifier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "support/decimal.hpp"
#include "support/interrupt.hpp"
#include "support/progress.hpp"
#include "support/statistics.hpp"
#include "support/text.hpp"
#include "tinygrad_cpp/tinygrad.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

const char* const name = "classify";

// The temperature with the least log loss, found by gradient descent on its logarithm.
double best_temperature(const tg::Tensor& scores, const tg::Indices& labels) {
  const tg::Tensor log_t = tg::tensor(0).requires_grad(true);
  tg::optim::Adam adam({{"log_t", log_t}}, {.lr = 0.05});
  for (int step = 0; step < 150; ++step) {
    adam.zero_grad();
    tg::cross_entropy(scores * tg::exp(-log_t), labels).backward();
    adam.step();
  }
  return std::max(1.0, std::exp(static_cast<double>(log_t.item())));
}

double loss_on(const ClassNetwork& network, const ClassRows& rows) {
  const tg::NoGrad off;
  return static_cast<double>(tg::cross_entropy(network(rows.x), rows.labels).item());
}

// Once through all training rows. Gives the loss on the validation rows.
double learn_epoch(ClassifierTraining& training, const ClassTable& table) {
  for (const std::vector<int>& items : batches(table.train.x.dim(0), training.settings.batch)) {
    std::vector<int> labels;
    for (const int item : items) labels.push_back(table.train.labels.at({item}));
    const tg::Tensor scores = training.network(tg::take(table.train.x, tg::indices(items)));
    const tg::Tensor loss = tg::cross_entropy(scores, tg::indices(labels));
    training.adam.zero_grad();
    loss.backward();
    training.adam.step();
  }
  ++training.epoch;
  const double loss = loss_on(training.network, table.validation);
  if (loss < training.best_loss) {
    training.best_loss = loss;
    training.best_epoch = training.epoch;
    tg::nn::restore(training.best.network.parameters(), tg::nn::snapshot(training.network.parameters()));
  }
  return loss;
}

// Before anything is learned.
Classifier new_classifier(const ClassTable& table, int hidden, int seed) {
  tg::manual_seed(static_cast<std::uint64_t>(seed));
  return {table.scale, table.target, table.classes,
          ClassNetwork(table.train.x.dim(1), hidden, static_cast<int>(table.classes.size()))};
}

}  // namespace

ClassNetwork::ClassNetwork(int features, int hidden, int classes) {
  if (hidden > 0) layers.emplace_back(features, hidden);
  layers.emplace_back(hidden > 0 ? hidden : features, classes);
  layers.back().weight.assign(tg::zeros(layers.back().weight.shape()));
}

tg::Tensor ClassNetwork::operator()(const tg::Tensor& x) const {
  tg::Tensor at = x;
  for (std::size_t i = 0; i + 1 < layers.size(); ++i) at = tg::tanh(layers[i](at));
  return layers.back()(at);
}

tg::nn::Parameters ClassNetwork::parameters() const {
  return layers.size() == 1 ? tg::nn::Parameters{{"scores", layers[0]}}
                            : tg::nn::Parameters{{"hidden", layers[0]}, {"scores", layers[1]}};
}

tg::Tensor Classifier::log_probabilities(const tg::Tensor& x) const {
  const tg::NoGrad off;
  return tg::log_softmax(network(x) * (1 / temperature), -1);
}

ClassifierTraining::ClassifierTraining(const Classifier& model, const ClassifierSettings& given)
    : settings(given),
      best(model),
      network(static_cast<int>(model.scale.names.size()), given.hidden,
              static_cast<int>(model.classes.size())),
      adam(network.parameters(), {.lr = given.lr}),
      best_loss(std::log(static_cast<double>(model.classes.size()))) {}

ClassifierTraining::ClassifierTraining(const ClassTable& table, const ClassifierSettings& given, int seed)
    : ClassifierTraining(new_classifier(table, given.hidden, seed), given) {
  fingerprint = table.fingerprint;
}

void ClassifierTraining::save(const std::string& path) const {
  std::map<std::string, std::string> metadata = {{"program", name},
                                                 {"target", best.target},
                                                 {"classes",
                                                  fmt::format("{}", fmt::join(best.classes, "\n"))},
                                                 {"temperature", fmt::format("{}", best.temperature)},
                                                 {"hidden", fmt::format("{}", settings.hidden)},
                                                 {"batch", fmt::format("{}", settings.batch)},
                                                 {"lr", fmt::format("{}", settings.lr)},
                                                 {"epoch", fmt::format("{}", epoch)},
                                                 {"best_epoch", fmt::format("{}", best_epoch)},
                                                 {"best_loss", fmt::format("{}", best_loss)},
                                                 {"table", fingerprint},
                                                 {"random", tg::random_state()}};
  best.scale.save_in(metadata);
  tg::save(path, {{"best", best.network}, {"network", network}, {"adam", adam.state()}}, metadata);
}

ClassifierTraining ClassifierTraining::saved(const std::string& path) {
  const CheckpointEntries about(name, path);
  constexpr int most = 1'000'000'000;
  const FeatureScale scale = FeatureScale::saved_in(about);
  const std::vector<std::string> classes = about.lines("classes");
  const auto features = static_cast<int>(scale.names.size()), count = static_cast<int>(classes.size());
  const ClassifierSettings settings{about.whole("hidden", 0, about.room_for(features + count)),
                                    about.whole("batch", 1, most), about.number("lr")};
  const double temperature = about.number("temperature");
  if (temperature < 1) about.refuse("temperature", "a number of 1 or more");
  ClassifierTraining training(Classifier{scale, about.text("target"), classes,
                                         ClassNetwork(features, settings.hidden, count), temperature},
                              settings);
  tg::load(path,
           {{"best", training.best.network}, {"network", training.network}, {"adam", training.adam.state()}});
  training.epoch = about.whole("epoch", 0, most);
  training.best_epoch = about.whole("best_epoch", 0, training.epoch);
  training.best_loss = about.number("best_loss");
  training.fingerprint = about.text("table");
  about.restore_random("random");
  return training;
}

void train_classifier(ClassifierTraining& training, const ClassTable& table, int epochs,
                      const std::string& path) {
  if (training.fingerprint != table.fingerprint)
    tg::fail(
        name,
        "the table is not the one that this training began with, so rows that it was trained on could be "
        "tested. Give the same file and flags, or train anew");
  const Interruptible loop;
  if (!path.empty()) training.save(path);  // so that a path that cannot be written is told now
  Progress progress("training", epochs - training.epoch);
  for (int since = 1; training.epoch < epochs && !loop.interrupted(); ++since) {
    const double loss = learn_epoch(training, table);
    progress.step("log loss on validation rows {:.4f}, best {:.4f}", loss, training.best_loss);
    if (!path.empty() && since % (epochs / 20 + 1) == 0) training.save(path);
  }
  training.best.temperature =
      best_temperature(training.best.network(table.validation.x).detach(), table.validation.labels);
  if (!path.empty()) training.save(path);
}

ClassScore class_score(const tg::Tensor& log_probabilities, const tg::Indices& labels) {
  const std::vector<int> said = tg::argmax(log_probabilities, -1).values();
  std::vector<tg::Real> named;
  std::vector<int> right;
  double log_loss = 0;
  for (int i = 0; i < labels.dim(0); ++i) {
    const int label = labels.at({i}), guess = said[static_cast<std::size_t>(i)];
    named.push_back(std::min<tg::Real>(1, std::exp(log_probabilities.at({i, guess}))));
    right.push_back(guess == label ? 1 : 0);
    log_loss -= static_cast<double>(log_probabilities.at({i, label})) / labels.dim(0);
  }
  return {tg::accuracy(tg::indices(said), labels), log_loss, reliability(named, right), ece_by_luck(named)};
}

std::vector<double> miss_costs(const std::string& text, const std::vector<std::string>& classes) {
  std::vector<double> costs(classes.size(), 1);
  std::vector<bool> said(classes.size(), false);
  for (std::size_t from = 0; from < text.size();) {
    // The first comma behind a '=', since names may hold commas.
    const std::size_t end =
        std::min(text.find(',', std::min(text.find('=', from), text.size())), text.size());
    const std::string item = text.substr(from, end - from);
    from = end + 1;
    const std::size_t equals = item.rfind('=');
    const std::string class_name(trimmed(item.substr(0, equals)));
    const auto at = std::find(classes.begin(), classes.end(), class_name);
    const auto k = static_cast<std::size_t>(at - classes.begin());
    if (at == classes.end() || said[k])
      tg::fail(name, "--costs: {} \"{}\"; the classes are {}, each at most once, as in {}=20",
               at == classes.end() ? "there is no class" : "twice the class", tg::shown(class_name, 30),
               tg::shown_list(classes), tg::shown(classes.back(), 30));
    const std::string number(trimmed(equals == std::string::npos ? "" : item.substr(equals + 1)));
    const auto read = read_decimal(number, costs[k]);
    if (read.ec != std::errc() || read.ptr != number.data() + number.size() || !(costs[k] > 0) ||
        !std::isfinite(costs[k]))
      tg::fail(name, "--costs: got \"{}\" for class {}; a number above 0 is needed, as in {}=20",
               tg::shown(number, 30), tg::shown(class_name, 30), tg::shown(class_name, 30));
    said[k] = true;
  }
  return costs;
}

tg::Indices cheapest_class(const tg::Tensor& log_probabilities, const std::vector<double>& costs) {
  std::vector<tg::Real> logs;
  for (const double cost : costs) logs.push_back(static_cast<tg::Real>(std::log(cost)));
  return tg::argmax(log_probabilities + tg::Tensor({1, static_cast<int>(logs.size())}, logs), -1);
}

double mean_cost(const tg::Indices& named, const tg::Indices& labels, const std::vector<double>& costs) {
  double cost = 0;
  for (int i = 0; i < labels.dim(0); ++i)
    if (named.at({i}) != labels.at({i})) cost += costs[static_cast<std::size_t>(labels.at({i}))];
  return cost / labels.dim(0);
}

tg::Tensor share_log_probabilities(const ClassTable& table, int rows) {
  std::vector<tg::Real> row;
  for (const double share : table.shares) row.push_back(static_cast<tg::Real>(std::log(share)));
  const auto classes = static_cast<int>(row.size());
  return tg::broadcast_to(tg::Tensor({1, classes}, row), {rows, classes});
}

std::vector<Row> class_rows(const Classifier& model, const ClassTable& table) {
  std::vector<Row> rows;
  const auto add = [&](const std::string& text, const tg::Tensor& log_probabilities) {
    const ClassScore score = class_score(log_probabilities, table.test.labels);
    rows.push_back({text, percent(score.accuracy, 1), right("{:.4f}", score.log_loss),
                    right("{:.3f}", score.named.ece), right("{:.3f}", score.ece_by_luck)});
  };
  Classifier plain = model;
  plain.temperature = 1;
  add("majority", share_log_probabilities(table, table.test.x.dim(0)));
  add("network", plain.log_probabilities(table.test.x));
  if (model.temperature > 1)
    add(fmt::format("network, divided by the temperature {:.3g}", model.temperature),
        model.log_probabilities(table.test.x));
  return rows;
}

}  // namespace lesson
