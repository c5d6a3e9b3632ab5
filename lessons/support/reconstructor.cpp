#include "support/reconstructor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "support/interrupt.hpp"
#include "support/progress.hpp"
#include "support/ranks.hpp"
#include "tinygrad_cpp/tinygrad.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

const char* const program = "reconstruct";
constexpr const char* form_names[] = {"raw", "scaled", "differences"};

// [1,1,D]
tg::Tensor row_of(const std::vector<double>& numbers) {
  return tg::Tensor({1, 1, static_cast<int>(numbers.size())}, {numbers.begin(), numbers.end()});
}

// Windows in the scale as the network gets them, and back.
tg::Tensor given_form(const Reconstructor& model, const tg::Tensor& x) {
  const int steps = x.dim(1);
  switch (model.settings.form) {
    case SeriesForm::raw:
      return x * row_of(model.scale.spread) + row_of(model.scale.mean);
    case SeriesForm::differences:
      return x - tg::pad(tg::slice(x, 1, 0, steps - 1), 1, 1, 0);
    case SeriesForm::scaled:
      break;
  }
  return x;
}
tg::Tensor scaled_form(const Reconstructor& model, const tg::Tensor& y) {
  switch (model.settings.form) {
    case SeriesForm::raw:
      return (y - row_of(model.scale.mean)) / row_of(model.scale.spread);
    case SeriesForm::differences:
      return tg::cumsum(y, 1);
    case SeriesForm::scaled:
      break;
  }
  return y;
}

// Once through all training windows. Gives the mean loss of the batches, in the form that is trained on.
double learn_epoch(ReconstructorTraining& training, const Padded& windows) {
  const Reconstructor& model = training.model;
  const auto all = batches(static_cast<int>(windows.lengths.size()), model.settings.batch);
  double total = 0;
  for (const std::vector<int>& items : all) {
    const Padded batch = chosen_windows(windows, items);
    const tg::Tensor x = given_form(model, batch.values);
    const tg::nn::Parameters parameters = model.network.parameters();
    total += learn_in_shards(parameters, x.dim(0), model.settings.shards,
                             [&](const tg::dist::Shard& shard) -> ShardLoss {
                               const std::vector<int> lengths(batch.lengths.begin() + shard.begin,
                                                              batch.lengths.begin() + shard.end);
                               const tg::Tensor part = tg::slice(x, 0, shard.begin, shard.end);
                               return {window_loss(model.network(part, lengths), {part, lengths}),
                                       std::accumulate(lengths.begin(), lengths.end(), 0.0)};
                             });
    tg::optim::clip_grad_norm(parameters, 1);
    training.adam.step();
  }
  ++training.epoch;
  return total / static_cast<double>(all.size());
}

double usual_error(const Reconstructor& model, const Padded& windows) {
  std::vector<double> errors = window_errors(model(windows), windows);
  std::sort(errors.begin(), errors.end());
  return errors[errors.size() - 1 - errors.size() / 100];
}

Reconstructor new_reconstructor(const SeriesWindows& series, const ReconstructorSettings& settings,
                                int seed) {
  tg::manual_seed(static_cast<std::uint64_t>(seed));
  return {settings, series.scale, WindowAutoencoder(series.train.values.dim(2), settings.hidden)};
}

}  // namespace

WindowAutoencoder::WindowAutoencoder(int features, int hidden)
    : encoder(features, hidden), decoder(features, hidden), readout(hidden, features) {}

tg::Tensor WindowAutoencoder::operator()(const tg::Tensor& x, const std::vector<int>& lengths) const {
  tg::nn::LSTMState state = encoder(x, {.lengths = lengths}).state;
  std::vector<tg::Tensor> rows = {readout(state.h)};  // [B,D] each
  while (static_cast<int>(rows.size()) < x.dim(1)) {
    state = decoder(rows.back(), state);
    rows.push_back(readout(state.h));
  }
  return tg::stack(rows, 1);
}

tg::nn::Parameters WindowAutoencoder::parameters() const {
  return {{"encoder", encoder}, {"decoder", decoder}, {"readout", readout}};
}

SeriesForm series_form(const std::string& name) {
  const auto found = std::find(std::begin(form_names), std::end(form_names), name);
  if (found == std::end(form_names))
    tg::fail(program, "--form is \"{}\"; raw, scaled or differences is needed", tg::shown(name, 30));
  return static_cast<SeriesForm>(found - form_names);
}

std::string name_of(SeriesForm form) { return form_names[static_cast<std::size_t>(form)]; }

tg::Tensor Reconstructor::operator()(const Padded& windows) const {
  const tg::NoGrad off;
  return scaled_form(*this, network(given_form(*this, windows.values), windows.lengths));
}

ReconstructorTraining::ReconstructorTraining(const Reconstructor& given)
    : model(given), adam(model.network.parameters(), {.lr = given.settings.lr}) {}

ReconstructorTraining::ReconstructorTraining(const SeriesWindows& series,
                                             const ReconstructorSettings& settings, int seed)
    : ReconstructorTraining(new_reconstructor(series, settings, seed)) {
  fingerprint = series.fingerprint;
  model.settings.shards = shards_of(program, settings.shards);
}

void ReconstructorTraining::save(const std::string& path) const {
  const ReconstructorSettings& settings = model.settings;
  std::map<std::string, std::string> metadata = {{"program", program},
                                                 {"form", name_of(settings.form)},
                                                 {"window", fmt::format("{}", settings.window)},
                                                 {"overlap", fmt::format("{}", settings.overlap)},
                                                 {"hidden", fmt::format("{}", settings.hidden)},
                                                 {"batch", fmt::format("{}", settings.batch)},
                                                 {"lr", fmt::format("{}", settings.lr)},
                                                 {"shards", fmt::format("{}", settings.shards)},
                                                 {"usual", fmt::format("{}", model.usual)},
                                                 {"epoch", fmt::format("{}", epoch)},
                                                 {"table", fingerprint},
                                                 {"random", tg::random_state()}};
  model.scale.save_in(metadata);
  tg::save(path, {{"network", model.network}, {"adam", adam.state()}}, metadata);
}

ReconstructorTraining ReconstructorTraining::saved(const std::string& path) {
  const CheckpointEntries about(program, path);
  constexpr int most = 1'000'000'000;
  const FeatureScale scale = FeatureScale::saved_in(about);
  const auto features = static_cast<int>(scale.names.size());
  ReconstructorSettings settings;
  const std::string& form = about.text("form");
  if (std::find(std::begin(form_names), std::end(form_names), form) == std::end(form_names))
    about.refuse("form", fmt::format("{}", fmt::join(form_names, ", ")));
  settings.form = series_form(form);
  settings.window = about.whole("window", 1, most);
  settings.overlap = about.whole("overlap", 0, settings.window - 1);
  // The file holds [H,4H] and [D,4H] numbers.
  settings.hidden =
      about.whole("hidden", 1,
                  std::min(about.room_for(4 * features), 1 + static_cast<int>(std::sqrt(about.room_for(4)))));
  settings.batch = about.whole("batch", 1, most);
  settings.lr = about.number("lr");
  settings.shards = about.has("shards") ? about.whole("shards", 1, 1000) : 1;
  ReconstructorTraining training({settings, scale, WindowAutoencoder(features, settings.hidden)});
  tg::load(path, {{"network", training.model.network}, {"adam", training.adam.state()}});
  training.model.usual = about.number("usual");
  training.epoch = about.whole("epoch", 0, most);
  training.fingerprint = about.text("table");
  about.restore_random("random");
  return training;
}

void train_reconstructor(ReconstructorTraining& training, const SeriesWindows& series, int epochs,
                         const std::string& path) {
  if (training.fingerprint != series.fingerprint)
    tg::fail(
        program,
        "the series is not the one that this training began with, so rows that it was trained on could be "
        "held out. Give the same file and flags, or train anew");
  shards_of(program, training.model.settings.shards);
  const Interruptible loop;
  const InStep in_step(program, {{"network", training.model.network}, {"adam", training.adam.state()}},
                       fmt::format("{} {} {} {}", training.epoch, epochs, tg::random_state(),
                                   series.fingerprint));
  const bool saves = !path.empty() && rank() == 0;
  if (saves) training.save(path);  // so that a path that cannot be written is told now
  Progress progress("training", epochs - training.epoch);
  for (int since = 1; training.epoch < epochs && !any_rank(loop.interrupted()); ++since) {
    const double loss = learn_epoch(training, series.train);
    progress.step("{}: loss {:.3g}", name_of(training.model.settings.form), loss);
    if (!saves || since % (epochs / 20 + 1) != 0) continue;
    training.model.usual = usual_error(training.model, series.train);
    training.save(path);
  }
  training.model.usual = usual_error(training.model, series.train);
  if (saves) training.save(path);
}

std::vector<LazyPredictor> lazy_predictors(const Padded& windows) {
  std::vector<LazyPredictor> all = {{"mean of the training part", tg::zeros(windows.values.shape()), 0},
                                    {"window mean", window_means(windows), 0},
                                    {"copy", rows_before(windows), 0}};
  for (LazyPredictor& lazy : all)
    lazy.error = static_cast<double>(window_loss(lazy.prediction, windows).item());
  return all;
}

}  // namespace lesson
