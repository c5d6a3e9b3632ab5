#include "support/speech/features.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numbers>
#include <optional>

#include "tinygrad_cpp/error.hpp"

namespace lesson {
namespace {

using std::numbers::pi;

/// The same number of eight frames side by side: one instruction works on all of them.
using Lanes = Eigen::Array<double, 8, 1>;
constexpr std::size_t lanes = 8;
struct Complex {
  Lanes re, im;
};

/// x[n] - share x[n-1]: speech falls off towards high frequencies, and this lifts them. Silence follows.
void pre_emphasis(const std::vector<float>& samples, double share, std::vector<double>& x) {
  std::copy(samples.begin(), samples.end(), x.begin());
  for (std::size_t n = samples.size() - 1; n > 0; --n) x[n] -= share * x[n - 1];
  std::fill(x.begin() + static_cast<std::ptrdiff_t>(samples.size()), x.end(), 0.0);
}

/// Fades a frame in and out, so that its ends do not look like clicks.
std::vector<double> hamming(std::size_t size) {
  std::vector<double> window(size);
  for (std::size_t n = 0; n < size; ++n)
    window[n] = 0.54 - 0.46 * std::cos(2 * pi * static_cast<double>(n) / static_cast<double>(size - 1));
  return window;
}

/// The Fourier transform of a power of two of complex numbers, as Cooley and Tukey 1965 do it:
///   X[k] = even[k] + root^k odd[k],  root = e^(-2 pi i / N),  with transforms of the even and of the odd half
class Fourier {
 public:
  explicit Fourier(std::size_t size) : reversed_(size), roots_(size / 2) {
    for (std::size_t n = 1; n < size; ++n) reversed_[n] = reversed_[n / 2] / 2 + n % 2 * (size / 2);
    for (std::size_t k = 0; k < size / 2; ++k) {
      const double angle = 2 * pi * static_cast<double>(k) / static_cast<double>(size);
      roots_[k] = {std::cos(angle), -std::sin(angle)};
    }
  }
  std::size_t size() const { return reversed_.size(); }
  /// Where transform() expects number n: halving over and over puts them in the order of their mirrored bits.
  std::size_t place(std::size_t n) const { return reversed_[n]; }

  void transform(std::vector<Complex>& x) const {
    for (std::size_t half = 1; half < size(); half *= 2)
      for (std::size_t start = 0; start < size(); start += 2 * half)
        for (std::size_t k = 0; k < half; ++k) {
          const auto [cosine, sine] = roots_[k * (size() / 2 / half)];
          Complex &even = x[start + k], &odd = x[start + k + half];
          const Lanes re = cosine * odd.re - sine * odd.im, im = cosine * odd.im + sine * odd.re;
          odd = {even.re - re, even.im - im};
          even = {even.re + re, even.im + im};
        }
  }

 private:
  std::vector<std::size_t> reversed_;
  std::vector<std::array<double, 2>> roots_;
};

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
    if (tip > high)
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

/// What is the same for every recording, and room to work in: getting that anew would take as long as the work.
struct Recipe {
  explicit Recipe(const FeatureOptions& o)
      : options(o),
        window(hamming(static_cast<std::size_t>(std::lround(o.window * o.rate)))),
        step(static_cast<std::size_t>(std::lround(o.step * o.rate))),
        fourier(std::bit_ceil(window.size())),
        filters(mel_filters(o.filters, fourier.size(), o.rate)),
        cosines(dct(o.coefficients, o.filters)),
        block(fourier.size()) {
    power.fill(std::vector<Lanes>(fourier.size() / 2 + 1));
  }

  FeatureOptions options;
  std::vector<double> window;
  std::size_t step;
  Fourier fourier;
  std::vector<Filter> filters;
  std::vector<std::vector<double>> cosines;

  std::vector<double> x;
  std::vector<Complex> block;
  std::array<std::vector<Lanes>, 2> power;
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

/// Pieces of the sound in the window, each begun a step after the one before, in the places of the transform.
/// Frames t .. t + 7 are the real parts and the eight after them the imaginary parts: one transform serves
/// both. Behind the window there are zeros.
void frames(std::size_t t, Recipe& with) {
  using Column = Eigen::Map<const Lanes, Eigen::Unaligned, Eigen::InnerStride<>>;
  const Eigen::InnerStride<> step(static_cast<Eigen::Index>(with.step));
  for (std::size_t n = 0; n < with.block.size(); ++n) {
    Complex& number = with.block[with.fourier.place(n)];
    number = {Lanes::Zero(), Lanes::Zero()};
    if (n >= with.window.size()) continue;
    number.re = with.window[n] * Column(&with.x[t * with.step + n], step);
    number.im = with.window[n] * Column(&with.x[(t + lanes) * with.step + n], step);
  }
}

/// |FFT|^2 / N of the real and of the imaginary part, from the transform of both: that of numbers without an
/// imaginary part is mirrored, so Z[k] and Z[N-k] tell the two apart.
void power_spectrum(const std::vector<Complex>& z, std::array<std::vector<Lanes>, 2>& power) {
  const std::size_t size = z.size();
  const double scale = 0.25 / static_cast<double>(size);
  for (std::size_t k = 0; k <= size / 2; ++k) {
    const Complex &p = z[k], &q = z[(size - k) % size];
    power[0][k] = scale * ((p.re + q.re).square() + (p.im - q.im).square());
    power[1][k] = scale * ((p.im + q.im).square() + (p.re - q.re).square());
  }
}

std::vector<Lanes> log_energies(const std::vector<Lanes>& power, const std::vector<Filter>& filters) {
  std::vector<Lanes> energies(filters.size());
  for (std::size_t i = 0; i < filters.size(); ++i) {
    const auto& [first, weights] = filters[i];
    Lanes sum = Lanes::Constant(1e-8);
    for (std::size_t bin = 0; bin < weights.size(); ++bin) sum += weights[bin] * power[first + bin];
    energies[i] = sum.log();
  }
  return energies;
}

std::vector<Lanes> transformed(const std::vector<Lanes>& x, const std::vector<std::vector<double>>& rows) {
  std::vector<Lanes> y(rows.size());
  for (std::size_t k = 0; k < rows.size(); ++k) {
    Lanes sum = Lanes::Zero();
    for (std::size_t m = 0; m < x.size(); ++m) sum += rows[k][m] * x[m];
    y[k] = sum;
  }
  return y;
}

tg::Tensor features(const Sound& sound, Recipe& with, bool cepstral) {
  if (sound.rate != with.options.rate)
    tg::fail("features",
             "the sound has {} samples a second, the options say {}; call resampled(sound, {}) first",
             sound.rate, with.options.rate, with.options.rate);
  if (sound.samples.empty()) tg::fail("features", "the sound has no samples; at least one is needed");
  const std::size_t length = sound.samples.size(), size = with.window.size(),
                    count = length < size ? 1 : 1 + (length - size) / with.step,
                    width = cepstral ? with.cosines.size() : with.filters.size();
  with.x.resize((count + 2 * lanes) * with.step + size);  // what the last block of frames may touch
  pre_emphasis(sound.samples, with.options.pre_emphasis, with.x);
  tg::Array rows({static_cast<int>(count), static_cast<int>(width)});
  tg::Real* out = rows.mutable_data();
  for (std::size_t start = 0; start < count; start += 2 * lanes) {
    frames(start, with);
    with.fourier.transform(with.block);
    power_spectrum(with.block, with.power);
    std::size_t t = start;
    for (const std::vector<Lanes>& power : with.power) {
      std::vector<Lanes> columns = log_energies(power, with.filters);
      if (cepstral) columns = transformed(columns, with.cosines);
      for (Eigen::Index lane = 0; lane < Lanes::SizeAtCompileTime && t < count; ++lane, ++t)
        for (const Lanes& column : columns) *out++ = static_cast<tg::Real>(column[lane]);
    }
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

}  // namespace lesson
