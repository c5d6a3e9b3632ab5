#include "support/speech/features.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <complex>
#include <numbers>
#include <numeric>
#include <optional>
#include <unsupported/Eigen/FFT>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/ops/movement.hpp"

namespace lesson {
namespace {

using std::numbers::pi;

/// x[n] - share x[n-1]: speech falls off towards high frequencies, and this lifts them.
std::vector<double> pre_emphasis(const std::vector<float>& samples, double share) {
  std::vector<double> x(samples.begin(), samples.end());
  for (std::size_t n = x.size() - 1; n > 0; --n) x[n] -= share * x[n - 1];
  return x;
}

/// Fades a frame in and out, so that its ends do not look like clicks.
std::vector<double> hamming(std::size_t size) {
  std::vector<double> window(size);
  for (std::size_t n = 0; n < size; ++n)
    window[n] = 0.54 - 0.46 * std::cos(2 * pi * static_cast<double>(n) / static_cast<double>(size - 1));
  return window;
}

double mel_of(double hertz) { return 2595 * std::log10(1 + hertz / 700); }
double hertz_of(double mel) { return 700 * (std::pow(10, mel / 2595) - 1); }

/// A triangle over the bins first, first + 1, ... of a spectrum.
struct Filter {
  std::size_t first;
  std::vector<double> weights;
};

/// Triangles as far apart as the ear tells tones apart: each begins where the one before has its tip.
std::vector<Filter> mel_filters(int count, std::size_t size, int rate) {
  std::vector<int> edges;
  for (int i = 0; i < count + 2; ++i)
    edges.push_back(static_cast<int>(static_cast<double>(size + 1) *
                                     hertz_of(mel_of(rate / 2.0) * i / (count + 1)) / rate));
  std::vector<Filter> filters;
  for (auto low = edges.begin(); low + 2 != edges.end(); ++low) {
    const int tip = low[1], high = low[2];
    if (tip == high)
      tg::fail("mel_filters",
               "filters is {}; filter {} would be narrower than a bin of the spectrum, so fewer are needed",
               count, filters.size());
    filters.push_back({static_cast<std::size_t>(*low), {}});
    for (int bin = *low; bin < tip; ++bin)
      filters.back().weights.push_back(static_cast<double>(bin - *low) / (tip - *low));
    for (int bin = tip; bin < high; ++bin)
      filters.back().weights.push_back(static_cast<double>(high - bin) / (high - tip));
  }
  return filters;
}

/// The rows of the cosine transform.
std::vector<std::vector<double>> dct(int count, int size) {
  std::vector<std::vector<double>> rows;
  for (int k = 0; k < count; ++k) {
    rows.emplace_back();
    for (int m = 0; m < size; ++m)
      rows.back().push_back(std::sqrt(2.0 / size) * std::cos(pi / size * k * (m + 0.5)));
  }
  return rows;
}

/// What is the same for every recording, and room to work in.
struct Recipe {
  explicit Recipe(const FeatureOptions& o)
      : options(o),
        window(hamming(static_cast<std::size_t>(std::lround(o.window * o.rate)))),
        step(static_cast<std::size_t>(std::lround(o.step * o.rate))),
        frame(std::bit_ceil(window.size())),
        filters(mel_filters(o.filters, frame.size(), o.rate)),
        cosines(dct(o.coefficients, o.filters)) {
    fourier.SetFlag(Eigen::FFT<float>::HalfSpectrum);
  }

  FeatureOptions options;
  std::vector<double> window;
  std::size_t step;
  std::vector<float> frame;  // what is transformed: the window and zeros
  std::vector<Filter> filters;
  std::vector<std::vector<double>> cosines;
  Eigen::FFT<float> fourier;
  std::vector<std::complex<float>> spectrum;
};

void check(const FeatureOptions& o) {
  const auto within = [](const char* name, double value, double least, double most) {
    if (!(value >= least && value <= most))
      tg::fail("features", "{} is {:g}; {:g} to {:g} is needed", name, value, least, most);
  };
  within("rate", o.rate, 1000, 768000);
  within("pre_emphasis", o.pre_emphasis, 0, 1);
  within("window", o.window, 0.002, 1);
  within("step", o.step, 0.001, 1);
  within("filters", o.filters, 1, 1000);
  within("coefficients", o.coefficients, 1, o.filters);
}

Recipe& recipe(const FeatureOptions& options) {
  thread_local std::optional<Recipe> last;
  if (!last || last->options != options) {
    check(options);
    last.emplace(options);
  }
  return *last;
}

/// |FFT|^2 / N of the samples that begin at x, in the window.
std::vector<double> power_spectrum(const double* x, Recipe& with) {
  for (std::size_t n = 0; n < with.window.size(); ++n)
    with.frame[n] = static_cast<float>(with.window[n] * x[n]);
  with.fourier.fwd(with.spectrum, with.frame);
  std::vector<double> power;
  power.reserve(with.spectrum.size());
  for (const std::complex<float>& bin : with.spectrum)
    power.push_back(static_cast<double>(std::norm(bin)) / static_cast<double>(with.frame.size()));
  return power;
}

std::vector<double> log_energies(const std::vector<double>& power, const std::vector<Filter>& filters) {
  std::vector<double> energies;
  for (const auto& [first, weights] : filters)
    energies.push_back(
        std::log(std::inner_product(weights.begin(), weights.end(),
                                    power.begin() + static_cast<std::ptrdiff_t>(first), 1e-8)));
  return energies;
}

std::vector<double> transformed(const std::vector<double>& x, const std::vector<std::vector<double>>& rows) {
  std::vector<double> y;
  for (const std::vector<double>& row : rows)
    y.push_back(std::inner_product(row.begin(), row.end(), x.begin(), 0.0));
  return y;
}

tg::Tensor features(const Sound& sound, Recipe& with, bool cepstral) {
  if (sound.rate != with.options.rate)
    tg::fail("features",
             "the sound has {} samples a second, the options say {}; call resampled(sound, {}) first",
             sound.rate, with.options.rate, with.options.rate);
  if (sound.samples.empty()) tg::fail("features", "the sound has no samples; at least one is needed");
  std::vector<double> x = pre_emphasis(sound.samples, with.options.pre_emphasis);
  x.resize(std::max(x.size(), with.window.size()));  // silence, where it is shorter than a frame
  const std::size_t count = 1 + (x.size() - with.window.size()) / with.step,
                    width = cepstral ? with.cosines.size() : with.filters.size();
  tg::Array rows({static_cast<int>(count), static_cast<int>(width)});
  tg::Real* out = rows.mutable_data();
  for (std::size_t t = 0; t < count; ++t) {
    std::vector<double> row = log_energies(power_spectrum(&x[t * with.step], with), with.filters);
    if (cepstral) row = transformed(row, with.cosines);
    for (const double number : row) *out++ = static_cast<tg::Real>(number);
  }
  return tg::Tensor(rows);
}

}  // namespace

tg::Tensor log_mel(const Sound& sound, const FeatureOptions& options) {
  return features(sound, recipe(options), false);
}

tg::Tensor mfcc(const Sound& sound, const FeatureOptions& options) {
  return features(sound, recipe(options), true);
}

tg::Tensor normalised(const tg::Tensor& features) {
  if (features.rank() != 2 || features.size() == 0)
    tg::fail("normalised", "features are {}; [T,D] with at least one frame is needed", features.shape());
  const int count = features.dim(0), width = features.dim(1);
  const tg::Array& x = features.array();
  tg::Array y(features.shape());
  for (int d = 0; d < width; ++d) {
    const tg::Real* in = x.data() + d;
    double mean = 0, square = 0;
    for (int t = 0; t < count; ++t) mean += static_cast<double>(in[t * width]) / count;
    for (int t = 0; t < count; ++t) square += std::pow(static_cast<double>(in[t * width]) - mean, 2) / count;
    const double scale = 1 / (std::sqrt(square) + 1e-5);
    tg::Real* out = y.mutable_data() + d;
    for (int t = 0; t < count; ++t)
      out[t * width] = static_cast<tg::Real>((static_cast<double>(in[t * width]) - mean) * scale);
  }
  return tg::Tensor(y);
}

tg::Tensor joined_frames(const tg::Tensor& x, int count) {
  if (x.rank() != 2 || count < 1)
    tg::fail("joined_frames", "x is {} and count is {}; frames [T,D] and a count of at least 1 are needed",
             x.shape(), count);
  const tg::Tensor whole = tg::pad(x, 0, 0, (count - x.dim(0) % count) % count);
  return tg::reshape(whole, {whole.dim(0) / count, count * x.dim(1)});
}

}  // namespace lesson
