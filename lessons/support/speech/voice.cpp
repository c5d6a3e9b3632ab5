#include "support/speech/voice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "tinygrad_cpp/array/random.hpp"
#include "tinygrad_cpp/error.hpp"

namespace lesson {
namespace {

using std::numbers::pi;

/// What the mouth does for one sound of speech.
struct Phone {
  char name;
  std::array<double, 3> formants;  // Hz
  std::array<double, 5> sources;   // strength of voice, breath and hiss; the hiss's centre and width in Hz
};

// Formants of vowels: men's averages of Peterson and Barney, Control methods used in a study of the vowels, Journal of the
// Acoustical Society of America, 1952. Those of consonants: about Klatt's, 1980. The sources look right beside recordings.
constexpr std::array phones = {
    Phone{'i', {270, 2290, 3010}, {1, 0, 0, 3500, 900}},          // three
    Phone{'I', {390, 1990, 2550}, {1, 0, 0, 3500, 900}},          // six
    Phone{'e', {530, 1840, 2480}, {1, 0, 0, 3500, 900}},          // seven
    Phone{'a', {730, 1090, 2440}, {1, 0, 0, 3500, 900}},          // nine, as it begins
    Phone{'A', {640, 1190, 2390}, {1, 0, 0, 3500, 900}},          // one
    Phone{'o', {570, 840, 2410}, {1, 0, 0, 3500, 900}},           // four
    Phone{'U', {440, 1020, 2240}, {0.9, 0, 0, 3500, 900}},        // zero, as it ends
    Phone{'u', {300, 870, 2240}, {0.9, 0, 0, 3500, 900}},         // two
    Phone{'w', {290, 610, 2150}, {0.6, 0, 0, 3500, 900}},         //
    Phone{'r', {310, 1060, 1380}, {0.7, 0, 0, 3500, 900}},        //
    Phone{'n', {280, 1340, 2470}, {0.35, 0, 0, 3500, 900}},       //
    Phone{'v', {220, 1100, 2080}, {0.25, 0, 0.02, 2600, 2500}},   //
    Phone{'z', {240, 1390, 2530}, {0.2, 0, 0.04, 3700, 500}},     //
    Phone{'s', {320, 1390, 2530}, {0, 0, 0.08, 3700, 500}},       //
    Phone{'f', {340, 1100, 2080}, {0, 0.02, 0.025, 2600, 2500}},  //
    Phone{'T', {320, 1290, 2540}, {0, 0.02, 0.025, 3300, 1800}},  // three, as it begins
    Phone{'t', {400, 1600, 2600}, {0, 0.2, 0.12, 3300, 900}},     //
    Phone{'k', {300, 1990, 2850}, {0, 0.1, 0.3, 2000, 350}},      //
};

struct Timed {
  char phone;
  double milliseconds;
};
// A stop is a closed mouth, '-', and then a burst.
const std::array<std::vector<Timed>, 10> words = {{
    {{'z', 90}, {'I', 60}, {'r', 70}, {'o', 90}, {'U', 80}},
    {{'w', 80}, {'A', 120}, {'n', 90}},
    {{'-', 30}, {'t', 45}, {'u', 170}},
    {{'T', 80}, {'r', 70}, {'i', 160}},
    {{'f', 90}, {'o', 140}, {'r', 90}},
    {{'f', 90}, {'a', 130}, {'I', 80}, {'v', 70}},
    {{'s', 110}, {'I', 80}, {'-', 55}, {'k', 30}, {'s', 110}},
    {{'s', 100}, {'e', 80}, {'v', 60}, {'A', 60}, {'n', 80}},
    {{'e', 80}, {'i', 90}, {'-', 60}, {'t', 45}},
    {{'n', 80}, {'a', 140}, {'I', 80}, {'n', 90}},
}};

const Phone& phone_of(char name) {
  return *std::find_if(phones.begin(), phones.end(), [&](const Phone& phone) { return phone.name == name; });
}

/// One phone of a word that is being said, and when it ends.
struct Said {
  Phone phone;
  double end;  // seconds
};

double around(double value, double share) { return value * (1 + share * tg::random_stream().uniform(-1, 1)); }

void silence(Phone& phone) { std::fill_n(phone.sources.begin(), 3, 0.0); }

/// The word as this speaker says it this time, between two silences.
std::vector<Said> said(int digit, const Speaker& speaker) {
  std::vector<Said> word;
  const double speed = around(speaker.speed, 0.1);
  double time = tg::random_stream().uniform(0.02, 0.05);
  const std::vector<Timed>& script = words[static_cast<std::size_t>(digit)];
  for (auto next = script.begin(); next != script.end(); ++next) {
    // A closed mouth takes the shape of what follows.
    Phone phone = phone_of(next->phone == '-' ? next[1].phone : next->phone);
    if (next->phone == '-') silence(phone);
    for (double& formant : phone.formants) formant = around(formant * speaker.tract, 0.03);
    for (std::size_t i = 0; i < 3; ++i) phone.sources[i] = around(phone.sources[i], 0.2);
    if (word.empty()) {
      word.push_back({phone, time});
      silence(word[0].phone);
    }
    time += around(next->milliseconds, 0.15) / 1000 / speed;
    word.push_back({phone, time});
  }
  word.push_back({word.back().phone, time + tg::random_stream().uniform(0.02, 0.05)});
  silence(word.back().phone);
  return word;
}

/// Values that glide from each phone's to the next one's, within `spread` seconds around the end of a phone.
/// Phones shorter than that are not fully reached, as in speech.
template <std::size_t N>
std::array<double, N> glide(const std::vector<Said>& word, std::array<double, N> Phone::*values,
                            double spread, double time) {
  std::array<double, N> now = word[0].phone.*values;
  for (std::size_t k = 0; k + 1 < word.size(); ++k) {
    const double u = std::clamp((time - word[k].end) / spread + 0.5, 0.0, 1.0), share = u * u * (3 - 2 * u);
    if (share == 0) break;
    for (std::size_t i = 0; i < N; ++i)
      now[i] += share * ((word[k + 1].phone.*values)[i] - (word[k].phone.*values)[i]);
  }
  return now;
}

/// What a tube does to sound: one frequency rings.   y[n] = gain x[n] + 2 r cos(2 pi F) y[n-1] - r^2 y[n-2]
class Resonator {
 public:
  void tune(double hertz, double width) {
    const double r = std::exp(-pi * width / speech_rate);
    b_ = 2 * r * std::cos(2 * pi * std::min(hertz, 0.49 * speech_rate) / speech_rate);
    c_ = -r * r;
  }
  /// Leaves the lowest frequencies as they are: a formant.
  double formant(double x) { return next((1 - b_ - c_) * x); }
  /// Takes all others out: the colour of a hiss.
  double band(double x) { return next((1 + c_) * x); }

 private:
  double next(double x) {
    const double y = x + b_ * before_ + c_ * before_that_;
    before_that_ = before_;
    return before_ = y;
  }
  double b_ = 0, c_ = 0, before_ = 0, before_that_ = 0;
};

/// The pulses of the vocal folds: how fast the flow of air through them changes.
///   t (2 - 3 t) while they are open, t from 0 to 1, then 0
/// Source: Klatt and Klatt, Journal of the Acoustical Society of America, 1990.
class Folds {
 public:
  explicit Folds(double softness) : softness_(softness) {}

  double next(double pitch) {
    constexpr double open = 0.6;
    phase_ += pitch * wobble_ / speech_rate;
    if (phase_ >= 1) {
      phase_ -= 1;
      wobble_ = around(1, 0.02);
      strength_ = around(1, 0.1);
    }
    const double t = phase_ / open;
    const double hard = t < 1 ? strength_ * t * (2 - 3 * t) : 0;
    return soft_ = softness_ * soft_ + (1 - softness_) * hard;
  }

 private:
  double softness_, soft_ = 0, phase_ = 0, wobble_ = 1, strength_ = 1;
};

void check(const Speaker& speaker) {
  const auto within = [&](const char* what, double value, double least, double most) {
    if (!(value >= least && value <= most))
      tg::fail("synthetic_digit", "speaker {}: {} is {:g}; {:g} to {:g} is needed", speaker.name, what, value,
               least, most);
  };
  within("pitch", speaker.pitch, 40, 600);
  within("tract", speaker.tract, 0.7, 1.6);
  within("breath", speaker.breath, 0, 1);
  within("softness", speaker.softness, 0, 0.9);
  within("speed", speaker.speed, 0.3, 3);
}

}  // namespace

std::vector<Speaker> synthetic_speakers(int count) {
  if (count < 1) tg::fail("synthetic_speakers", "count is {}; at least 1 is needed", count);
  tg::RandomStream& random = tg::random_stream();
  std::vector<Speaker> speakers;
  // Each has a part of the range for itself, so that no two are alike.
  for (int part : tg::random_permutation(count)) {
    const double height = (part + random.uniform(0.2, 0.8)) / count;
    speakers.push_back({.name = fmt::format("voice{}", speakers.size() + 1),
                        .pitch = 85 * std::pow(3, height),
                        .tract = 0.95 + 0.25 * height + random.uniform(0, 0.1),
                        .breath = random.uniform(0.01, 0.12),
                        .softness = random.uniform(0, 0.6),
                        .speed = random.uniform(0.85, 1.2)});
  }
  return speakers;
}

Sound synthetic_digit(int digit, const Speaker& speaker) {
  digit_name(digit);  // an Error when it is none
  check(speaker);
  tg::RandomStream& random = tg::random_stream();
  const std::vector<Said> word = said(digit, speaker);
  const double seconds = word.back().end, pitch = around(speaker.pitch, 0.06);

  Sound sound;
  constexpr std::array widths = {60.0, 90.0, 150.0};
  std::array<Resonator, 3> formants;
  Resonator hiss;
  Folds folds(speaker.softness);
  std::array<double, 5> source = {};
  double noise_before = 0;
  const int count = static_cast<int>(seconds * speech_rate);
  constexpr int hold = 16;  // samples between two looks at the mouth: 2 ms
  for (int n = 0; n < count; ++n) {
    const double time = static_cast<double>(n) / speech_rate;
    if (n % hold == 0) {
      const auto hertz = glide(word, &Phone::formants, 0.06, time);
      for (std::size_t i = 0; i < hertz.size(); ++i) formants[i].tune(hertz[i], widths[i] * speaker.tract);
      source = glide(word, &Phone::sources, 0.02, time);
      hiss.tune(source[3], source[4]);
    }
    const double noise = random.uniform(-1, 1);
    // The pitch falls towards the end.
    double x = source[0] * (folds.next(pitch * (1.1 - 0.25 * time / seconds)) + speaker.breath * noise) +
               source[1] * noise;
    for (Resonator& formant : formants) x = formant.formant(x);
    x += source[2] * hiss.band(noise - noise_before);
    noise_before = noise;
    sound.samples.push_back(static_cast<float>(x));
  }
  double loudest = 0;
  for (float x : sound.samples) loudest = std::max(loudest, std::abs(static_cast<double>(x)));
  const double scale = around(0.5, 0.4) / loudest, room = random.uniform(0.0005, 0.003);
  for (float& x : sound.samples)
    x = static_cast<float>(scale * static_cast<double>(x) + room * random.uniform(-1, 1));
  return sound;
}

Utterance synthetic_utterance(const Speaker& speaker) {
  tg::RandomStream& random = tg::random_stream();
  std::vector<Recording> said(2 + static_cast<std::size_t>(random.below(3)));
  for (Recording& recording : said) {
    const int digit = random.below(10);
    recording = {digit, speaker.name, 0, synthetic_digit(digit, speaker), {}};
  }
  return join(said);
}

std::vector<Recording> synthetic_recordings(const std::vector<Speaker>& speakers, int times) {
  if (times < 1) tg::fail("synthetic_recordings", "times is {}; at least 1 is needed", times);
  std::vector<Recording> recordings;
  for (int digit = 0; digit < 10; ++digit)
    for (const Speaker& speaker : speakers)
      for (int index = 0; index < times; ++index)
        recordings.push_back({digit, speaker.name, index, synthetic_digit(digit, speaker), {}});
  return recordings;
}

}  // namespace lesson
