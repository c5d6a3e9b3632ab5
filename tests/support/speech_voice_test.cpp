#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "../support.hpp"
#include "support/speech/digit_split.hpp"
#include "support/speech/features.hpp"
#include "support/speech/speech_corpus.hpp"
#include "support/speech/voice.hpp"

// The synthetic voice: its words and its speakers can be told apart, by simple means.

namespace {

using lesson::Recording;
using lesson::Sound;
using lesson::Speaker;
using Numbers = std::vector<double>;

double squared_distance(const Numbers& a, const Numbers& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

// The means of `parts` equal stretches of features [T,D].
Numbers means(const tg::Tensor& x, int parts) {
  Numbers all;
  for (int part = 0; part < parts; ++part) {
    const int start = x.dim(0) * part / parts, stop = x.dim(0) * (part + 1) / parts;
    for (int d = 0; d < x.dim(1); ++d) {
      double sum = 0;
      for (int t = start; t < stop; ++t) sum += static_cast<double>(x.at({t, d}));
      all.push_back(sum / (stop - start));
    }
  }
  return all;
}

struct Example {
  std::string name;
  Numbers x;
};

// The share of examples whose class has the nearest mean among those of the known examples.
double share_recognised(const std::vector<Example>& known, const std::vector<Example>& asked) {
  std::map<std::string, std::pair<Numbers, int>> sums;
  for (const Example& example : known) {
    auto& [sum, count] = sums[example.name];
    sum.resize(example.x.size());
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += example.x[i];
    ++count;
  }
  for (auto& [name, mean] : sums)
    for (double& x : mean.first) x /= mean.second;
  int right = 0;
  for (const Example& example : asked)
    right +=
        std::min_element(sums.begin(), sums.end(), [&](const auto& a, const auto& b) {
          return squared_distance(a.second.first, example.x) < squared_distance(b.second.first, example.x);
        })->first == example.name;
  return static_cast<double>(right) / static_cast<double>(asked.size());
}

// Pulses a second: where the middle third of a sound is most like itself.
double pitch_of(const Sound& sound) {
  const std::size_t size = sound.samples.size(), start = size / 3, stop = size * 2 / 3;
  std::size_t best = 0;
  double most = 0;
  for (std::size_t lag = 8000 / 400; lag <= 8000 / 60; ++lag) {
    double both = 0, early = 0, late = 0;
    for (std::size_t n = start; n < stop; ++n) {
      const auto a = static_cast<double>(sound.samples[n]), b = static_cast<double>(sound.samples[n - lag]);
      both += a * b, early += b * b, late += a * a;
    }
    if (both / std::sqrt(early * late) > most + 0.02) most = both / std::sqrt(early * late), best = lag;
  }
  return 8000.0 / static_cast<double>(best);
}

double mean_of(const tg::Tensor& x, int t, int first, int last) {
  double sum = 0;
  for (int d = first; d < last; ++d) sum += static_cast<double>(x.at({t, d}));
  return sum / (last - first);
}

}  // namespace

TEST_CASE("voice: words of a plausible length and loudness, a little different each time; the seed decides") {
  tg::manual_seed(1);
  const Speaker speaker = lesson::synthetic_speakers(1)[0];
  for (int digit = 0; digit < 10; ++digit) {
    const Sound sound = lesson::synthetic_digit(digit, speaker);
    CHECK(sound.rate == 8000);
    CHECK(sound.seconds() > 0.2);
    CHECK(sound.seconds() < 0.9);
    float loudest = 0;
    for (float x : sound.samples) loudest = std::max(loudest, std::abs(x));
    CHECK(loudest > 0.25f);
    CHECK(loudest < 0.75f);
    CHECK(sound.samples != lesson::synthetic_digit(digit, speaker).samples);
  }
  tg::manual_seed(2);
  const Sound first = lesson::synthetic_digit(7, speaker);
  tg::manual_seed(2);
  CHECK(lesson::synthetic_digit(7, speaker).samples == first.samples);
  CHECK(fails_with([&] { lesson::synthetic_digit(-1, speaker); }, "-1 is not a digit; 0 to 9 is needed"));
  CHECK(fails_with([] { lesson::synthetic_digit(1, {.name = "a", .pitch = 5}); },
                   "[synthetic_digit] speaker a: pitch is 5; 40 to 600 is needed"));
  CHECK(fails_with([] { lesson::synthetic_digit(1, {.name = "a", .speed = std::nan("")}); }, "speed is nan"));
}

TEST_CASE("voice: the pulses have the speaker's pitch") {
  tg::manual_seed(3);
  for (double pitch : {90.0, 120.0, 180.0, 240.0}) {
    Numbers heard;
    for (int i = 0; i < 9; ++i)
      heard.push_back(pitch_of(lesson::synthetic_digit(1, {.name = "a", .pitch = pitch})));
    std::nth_element(heard.begin(), heard.begin() + 4, heard.end());
    CAPTURE(pitch);
    CHECK(std::abs(heard[4] / pitch - 1) < 0.1);
  }
}

TEST_CASE("voice: a hiss is high, a vowel is low, and a stop is silent before it bursts") {
  tg::manual_seed(4);
  for (int i = 0; i < 10; ++i) {
    const Speaker speaker = lesson::synthetic_speakers(1)[0];
    const tg::Tensor six = lesson::log_mel(lesson::synthetic_digit(6, speaker));
    CHECK(mean_of(six, 8, 22, 26) > mean_of(six, 8, 2, 8) + 3);  // nats: s
    const tg::Tensor two = lesson::log_mel(lesson::synthetic_digit(2, speaker));
    const int late = two.dim(0) * 2 / 3;
    CHECK(mean_of(two, late, 2, 8) > mean_of(two, late, 22, 26) + 3);  // u

    const tg::Tensor eight = lesson::log_mel(lesson::synthetic_digit(8, speaker));
    double quiet = 0, burst = -100;
    int closed = 0;
    for (int t = eight.dim(0) / 2; t < eight.dim(0) * 9 / 10; ++t)
      if (mean_of(eight, t, 0, 26) < quiet) quiet = mean_of(eight, t, 0, 26), closed = t;
    for (int t = closed; t < eight.dim(0); ++t) burst = std::max(burst, mean_of(eight, t, 18, 26));
    CHECK(mean_of(eight, eight.dim(0) / 3, 0, 26) > quiet + 3);
    CHECK(burst > quiet + 2);
  }
}

TEST_CASE("voice: a shorter tract has higher formants") {
  tg::manual_seed(5);
  const auto centre = [](double tract) {
    double weighted = 0, total = 0;
    for (int i = 0; i < 10; ++i) {
      const tg::Tensor x = lesson::log_mel(lesson::synthetic_digit(4, {.name = "a", .tract = tract}));
      for (int d = 0; d < 16; ++d) {
        const double energy = std::exp(static_cast<double>(x.at({x.dim(0) / 2, d})));
        weighted += d * energy, total += energy;
      }
    }
    return weighted / total;
  };
  CHECK(centre(1.25) > centre(1) + 0.7);
}

TEST_CASE("voice: speakers are spread over the range, whatever their number") {
  for (int seed = 0; seed < 20; ++seed) {
    tg::manual_seed(static_cast<std::uint64_t>(seed));
    const std::vector<Speaker> speakers = lesson::synthetic_speakers(6);
    REQUIRE(speakers.size() == 6);
    Numbers pitches;
    std::set<std::string> names;
    for (const Speaker& speaker : speakers) {
      names.insert(speaker.name);
      pitches.push_back(speaker.pitch);
      CHECK(speaker.tract >= 0.95);
      CHECK(speaker.tract <= 1.3);
    }
    CHECK(names.size() == 6);
    std::sort(pitches.begin(), pitches.end());
    CHECK(pitches.front() >= 85);
    CHECK(pitches.back() <= 255);
    for (std::size_t i = 1; i < pitches.size(); ++i) CHECK(pitches[i] > 1.05 * pitches[i - 1]);
  }
  CHECK(lesson::synthetic_speakers(3)[2].name == "voice3");
  CHECK(fails_with([] { lesson::synthetic_speakers(0); }, "count is 0; at least 1 is needed"));
}

TEST_CASE("voice: recordings have the form and the order of a folder's") {
  tg::manual_seed(6);
  const std::vector<Recording> recordings = lesson::synthetic_recordings(lesson::synthetic_speakers(2), 11);
  REQUIRE(recordings.size() == 220);
  CHECK(recordings[0].speaker == "voice1");
  CHECK(recordings[23].digit == 1);
  CHECK(recordings[23].index == 1);
  CHECK(lesson::split_by_index(recordings).train.size() == 20);
  CHECK(lesson::draw_utterance(recordings).files.empty());
  CHECK(fails_with([] { lesson::synthetic_recordings({}, 0); }, "times is 0; at least 1 is needed"));
}

TEST_CASE("voice: a corpus of synthetic voices holds out the same in every run") {
  const lesson::SyntheticSpeech sizes = {.speakers = 2, .times = 11, .validation = 3, .test = 4};
  tg::manual_seed(5);
  const lesson::SpeechCorpus one = lesson::synthetic_speech(sizes);
  tg::manual_seed(6);
  const lesson::SpeechCorpus other = lesson::synthetic_speech(sizes);
  REQUIRE(one.validation.size() == 3);
  REQUIRE(one.test.size() == 4);
  for (std::size_t i = 0; i < one.test.size(); ++i)
    CHECK(one.test[i].sound.samples == other.test[i].sound.samples);
  CHECK(one.draw().ends.size() >= 2);
  lesson::SyntheticSpeech single = sizes;
  single.single = true;
  CHECK(lesson::synthetic_speech(single).draw().ends.size() == 1);
}

TEST_CASE("voice: utterances of two to four digits") {
  tg::manual_seed(9);
  std::set<std::ptrdiff_t> spaces;
  for (int i = 0; i < 50; ++i) {
    const lesson::Utterance utterance = lesson::synthetic_utterance({.name = "ada"});
    CHECK(utterance.speaker == "ada");
    CHECK(utterance.sound.seconds() > 0.4);
    spaces.insert(std::count(utterance.text.begin(), utterance.text.end(), ' '));
  }
  CHECK(spaces == std::set<std::ptrdiff_t>{1, 2, 3});
}

TEST_CASE("voice: the words of new speakers can be told apart") {
  tg::manual_seed(7);
  std::vector<Example> known, asked;
  for (const Recording& recording : lesson::synthetic_recordings(lesson::synthetic_speakers(8), 4)) {
    const bool is_new = recording.speaker == "voice7" || recording.speaker == "voice8";
    (is_new ? asked : known)
        .push_back({lesson::digit_name(recording.digit),
                    means(lesson::normalised(lesson::mfcc(recording.sound)), 4)});
  }
  CHECK(share_recognised(known, asked) > 0.9);  // by chance a tenth
}

TEST_CASE("voice: speakers can be told apart when they count to nine again") {
  tg::manual_seed(8);
  std::vector<Example> known, asked;
  for (const Speaker& speaker : lesson::synthetic_speakers(8))
    for (int i = 0; i < 10; ++i) {
      Numbers colour = means(lesson::mfcc(lesson::join(lesson::synthetic_recordings({speaker}, 1)).sound), 1);
      colour.erase(colour.begin());  // how loud it is
      (i < 5 ? known : asked).push_back({speaker.name, colour});
    }
  CHECK(share_recognised(known, asked) > 0.8);  // by chance an eighth
}
