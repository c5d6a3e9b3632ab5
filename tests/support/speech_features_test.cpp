#include <doctest/doctest.h>

#include "../support.hpp"
#include "sounds.hpp"
#include "support/speech/features.hpp"

// Features of speech. The numbers come from numpy (1.24): tests/peers/peer_speech.py, its mfcc(signal) and what that takes the
// cosine transform of, for the signal below.

namespace {

// Whole numbers divided by a power of two: the same samples in every program.
lesson::Sound signal(int length = 1000) {
  lesson::Sound sound;
  for (int n = 0; n < length; ++n)
    sound.samples.push_back(static_cast<float>(((n * n * 7 + n * 13) % 401 - 200) * (n % 250)) / 65536);
  return sound;
}

// Some columns of one frame.
bool has(const tg::Tensor& features, int t, const std::vector<int>& columns,
         const std::vector<double>& expected) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const double got = static_cast<double>(features.at({t, columns[i]}));
    if (std::abs(got - expected[i]) <= 2e-4 * std::max(1.0, std::abs(expected[i]))) continue;
    fmt::print(stderr, "  frame {}, column {}: {} and not {}\n", t, columns[i], got, expected[i]);
    return false;
  }
  return true;
}

}  // namespace

TEST_CASE("features: cepstral coefficients are numpy's") {
  const tg::Tensor x = lesson::mfcc(signal());
  CHECK(x.shape() == tg::Shape{11, 20});
  CHECK(has(x, 0, {0, 1, 5, 19}, {-31.131356, -13.156205, -0.065265, 0.550155}));
  CHECK(has(x, 5, {0, 1, 5, 19}, {-24.249735, -13.599663, 1.342874, 0.284533}));
  CHECK(has(x, 10, {0, 1, 5, 19}, {-25.70432, -13.260383, 0.043271, 0.54246}));
}

TEST_CASE("features: the log mel spectrogram is numpy's") {
  const tg::Tensor x = lesson::log_mel(signal());
  CHECK(x.shape() == tg::Shape{11, 26});
  CHECK(has(x, 0, {0, 1, 13, 25}, {-10.2063, -9.050621, -3.436794, -0.431547}));
  CHECK(has(x, 5, {0, 1, 13, 25}, {-9.013634, -7.933925, -1.813129, 0.315824}));
  CHECK(has(x, 10, {0, 1, 13, 25}, {-9.560672, -8.411015, -2.647871, 0.359828}));
}

TEST_CASE("features: normalised over the recording, they are numpy's too") {
  const tg::Tensor x = lesson::normalised(lesson::mfcc(signal()));
  CHECK(has(x, 0, {0, 1, 5, 19}, {-1.124981, -0.742482, 0.280086, 1.30065}));
  CHECK(has(x, 10, {0, 1, 5, 19}, {0.247675, -0.928738, 0.38751, 1.275967}));
  const tg::Tensor constant = lesson::normalised(tg::full({3, 2}, 7));
  CHECK(close(constant, tg::zeros({3, 2})));
}

TEST_CASE("features: a sound shorter than a frame is one frame, and what fills no frame is left out") {
  const tg::Tensor x = lesson::mfcc(signal(50));
  CHECK(x.shape() == tg::Shape{1, 20});
  CHECK(has(x, 0, {0, 1, 5, 19}, {-72.946994, -16.489146, -2.003767, 0.118629}));
  CHECK(lesson::mfcc(signal(1)).dim(0) == 1);
  CHECK(lesson::mfcc(signal(279)).dim(0) == 1);
  CHECK(lesson::mfcc(signal(280)).dim(0) == 2);
}

TEST_CASE("features: a frame does not depend on the frames beside it") {
  const tg::Tensor all = lesson::log_mel(signal(4000));
  for (int t : {1, 7, 8, 15, 16, 31, 40}) {
    lesson::Sound piece = signal(4000);
    // One sample more in front: the first one has none before it to be taken off.
    piece.samples = {piece.samples.begin() + 80 * t - 80, piece.samples.begin() + 80 * t + 200};
    const tg::Tensor alone = lesson::log_mel(piece);
    for (int m = 0; m < 26; ++m)
      CHECK(close(static_cast<double>(all.at({t, m})), static_cast<double>(alone.at({1, m}))));
  }
  CHECK(same(all, lesson::log_mel(signal(4000))));
}

TEST_CASE("features: a tone is loudest in the filter around it, whatever the options") {
  // 1000 Hz is mel 1000 (999.99), and at 8000 Hz half the rate is mel 2146: filter i has its tip at 2146 (i + 1) / (filters + 1).
  const lesson::Sound high = tone(1000, 0.5, 16000);
  const auto loudest = [](const tg::Tensor& x) {
    int best = 0;
    for (int m = 0; m < x.dim(1); ++m)
      if (x.at({3, m}) > x.at({3, best})) best = m;
    return best;
  };
  CHECK(loudest(lesson::log_mel(tone(1000, 0.5))) == 12);  // tip at 1033, and 954 of filter 11
  CHECK(loudest(lesson::log_mel(tone(1000, 0.5), {.filters = 20})) == 9);       // 1022
  CHECK(loudest(lesson::log_mel(high, {.rate = 16000, .filters = 30})) == 10);  // of 2840: 1008, and 916
  const tg::Tensor slow = lesson::log_mel(high, {.rate = 16000, .window = 0.05, .step = 0.025});
  CHECK(slow.shape() == tg::Shape{19, 26});
  CHECK(lesson::mfcc(high, {.rate = 16000, .filters = 40, .coefficients = 13}).shape() == tg::Shape{48, 13});
}

TEST_CASE("features: bad input") {
  const auto told = [](const lesson::FeatureOptions& options, const std::string& text) {
    return fails_with([&] { lesson::mfcc(signal(), options); }, text);
  };
  CHECK(fails_with(
      [] { lesson::mfcc(tone(440, 0.1, 16000)); },
      "the sound has 16000 samples a second, the options say 8000; call resampled(sound, 8000) first"));
  CHECK(fails_with([] { lesson::mfcc({}); }, "the sound has no samples; at least one is needed"));
  CHECK(told({.rate = 0}, "rate is 0; 1000 to 768000 is needed"));
  CHECK(told({.pre_emphasis = 2}, "pre_emphasis is 2; 0 to 1 is needed"));
  CHECK(told({.window = 0}, "window is 0; 0.002 to 1 is needed"));
  CHECK(told({.step = std::numeric_limits<double>::quiet_NaN()}, "step is nan; 0.001 to 1 is needed"));
  CHECK(told({.filters = 0}, "filters is 0; 1 to 1000 is needed"));
  CHECK(told({.coefficients = 27}, "coefficients is 27; 1 to 26 is needed"));
  CHECK(told({.filters = 100},
             "filters is 100; filter 0 would be narrower than a bin of the spectrum, so fewer are needed"));
  CHECK(fails_with(
      [] {
        lesson::normalised(tg::zeros({0, 3}));
      },
      "features are [0, 3]; [T,D] with at least one frame"));
  CHECK(fails_with([] { lesson::normalised(tg::zeros({3})); },
                   "features are [3]; [T,D] with at least one frame"));
}
