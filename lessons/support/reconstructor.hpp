// An LSTM autoencoder of windows: model, training, checkpoint.
#pragma once
#include <string>
#include <vector>

#include "support/say.hpp"
#include "support/series_windows.hpp"
#include "tinygrad_cpp/nn/dense.hpp"
#include "tinygrad_cpp/nn/lstm.hpp"
#include "tinygrad_cpp/optim/optimizers.hpp"

namespace lesson {

/// The autoencoder of lesson 03: the encoder's last state is all that the decoder gets, which then reads its
/// own last output.
struct WindowAutoencoder {
  tg::nn::LSTM encoder;
  tg::nn::LSTMCell decoder;
  tg::nn::Dense readout;

  WindowAutoencoder(int features, int hidden);
  /// [B,T,D] -> [B,T,D]; of each item the first lengths[b] rows are read.
  tg::Tensor operator()(const tg::Tensor& x, const std::vector<int>& lengths) const;
  tg::nn::Parameters parameters() const;
};

/// What the network is given: the values as they stand in the file, which is what stalls it; each feature
/// less its mean, divided by its spread; or the first row of that and then the differences between rows.
enum class SeriesForm { raw, scaled, differences };

/// Error that lists the names unless the text is "raw", "scaled" or "differences".
SeriesForm series_form(const std::string& name);
std::string name_of(SeriesForm form);

struct ReconstructorSettings {
  SeriesForm form = SeriesForm::scaled;
  int window = 14, overlap = 7;  // rows
  int hidden = 32, batch = 8;
  double lr = 0.01;  // of Adam
  int shards = 0;    // of a batch; 0: as shards_of() decides
};

/// A network and what it needs to take windows of other series.
struct Reconstructor {
  ReconstructorSettings settings;
  FeatureScale scale;
  WindowAutoencoder network;
  /// The error that one in a hundred training windows exceeds: a window above it is unusual.
  double usual = 0;

  /// Windows in the scale, reconstructed, in the scale: [B,T,D].
  tg::Tensor operator()(const Padded& windows) const;
};

/// A training, from its first epoch on.
struct ReconstructorTraining {
  Reconstructor model;
  tg::optim::Adam adam;
  int epoch = 0;
  std::string fingerprint;  // of the series

  /// A new one, whose weights and batches `seed` decides.
  ReconstructorTraining(const SeriesWindows& series, const ReconstructorSettings& settings, int seed);
  /// The one that a checkpoint holds, the random stream included. Error when it is no checkpoint of
  /// `reconstruct`, or damaged.
  static ReconstructorTraining saved(const std::string& path);
  void save(const std::string& path) const;

 private:
  explicit ReconstructorTraining(const Reconstructor& model);
};

/// Trains until `epochs` are done, or until Ctrl-C; so many epochs at once, or in several trainings, give the
/// same numbers. Batches are shuffled, and each gradient is clipped to a norm of 1. With a path, saves now
/// and then and at the end. Under mpirun the ranks share each batch, and rank 0 saves. Error when the series is
/// not the one that the training began with.
void train_reconstructor(ReconstructorTraining& training, const SeriesWindows& series, int epochs,
                         const std::string& path = "");

/// A predictor of the held-out windows, and its error in units of the variance.
struct LazyPredictor {
  std::string name;
  tg::Tensor prediction;  // [B,T,D]
  double error;
};
/// The mean of the training part, the mean of each window, and the row before.
std::vector<LazyPredictor> lazy_predictors(const Padded& windows);

}  // namespace lesson
