#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "../files.hpp"
#include "../support.hpp"
#include "sounds.hpp"
#include "support/speech/noticed.hpp"
#include "support/speech/voice.hpp"

// What is noticed in recordings that are read all the same.

namespace {

using lesson::Noticed;
using Channel = std::vector<std::int16_t>;

Channel whole(const std::vector<float>& samples) {
  Channel numbers;
  for (const float sample : samples)
    numbers.push_back(static_cast<std::int16_t>(std::clamp(std::round(32768 * sample), -32768.0f, 32767.0f)));
  return numbers;
}

Channel scaled(Channel channel, double factor, double offset = 0) {
  for (std::int16_t& sample : channel)
    sample = static_cast<std::int16_t>(std::clamp(factor * sample + offset, -32768.0, 32767.0));
  return channel;
}

/// What was read of a file with these channels, and what was said of it.
struct Heard {
  std::vector<float> samples;
  std::string text;
};

Heard heard(const std::vector<Channel>& channels) {
  Channel all;
  for (std::size_t n = 0; n < channels[0].size(); ++n)
    for (const Channel& channel : channels) all.push_back(channel[n]);
  const Folder folder("noticed");
  Noticed noticed;
  const lesson::Sound sound =
      lesson::read_sound(folder.file("a.wav", wav_bytes(all, static_cast<int>(channels.size()))), &noticed);
  return {sound.samples, fmt::format("{}", fmt::join(lesson::noticed_lines({{"a.wav", noticed}}), " "))};
}

Channel noise(double amplitude) {
  std::minstd_rand random(1);
  Channel samples;
  for (int n = 0; n < 8000; ++n)
    samples.push_back(static_cast<std::int16_t>(amplitude * (2.0 * random() / std::minstd_rand::max() - 1)));
  return samples;
}

std::string swapped(std::string bytes, std::size_t from = 44) {
  for (std::size_t i = from; i + 1 < bytes.size(); i += 2) std::swap(bytes[i], bytes[i + 1]);
  return bytes;
}

}  // namespace

TEST_CASE("sound: what becomes of several channels, and the words for it") {
  if (!has_libsndfile()) return;
  const Channel loud = whole(tone(300, 1).samples), other = scaled(whole(tone(470, 1).samples), 0.75),
                half = scaled(loud, 0.5), none(8000, 0), constant(8000, -9000);
  const std::vector<float> alone = heard({loud}).samples;
  CHECK(heard({loud}).text == "");

  const Heard averaged = heard({loud, half});
  CHECK(averaged.text == "a.wav has 2 channels; they were averaged.");
  for (std::size_t n = 0; n < alone.size(); ++n)
    CHECK(averaged.samples[n] == (static_cast<float>(loud[n]) + static_cast<float>(half[n])) / 65536);

  const std::string left_out = " channels, and not all are heard; silent ones were left out.";
  for (const Channel& silent : {none, constant, noise(40)})
    for (const Heard& one : {heard({silent, loud}), heard({loud, silent})}) {
      CHECK(one.samples == alone);
      CHECK(one.text == "a.wav has 2" + left_out);
    }
  CHECK(heard({none, loud, loud, constant, none, loud}).samples == alone);
  CHECK(heard({none, loud, loud, constant, none, loud}).text == "a.wav has 6" + left_out);

  const std::string strongest =
      " channels that differ; only the strongest was taken, since a mixture is no recording of one voice.";
  for (const Heard& one : {heard({loud, other}), heard({other, loud}), heard({loud, noise(1000)})}) {
    CHECK(one.samples == alone);
    CHECK(one.text == "a.wav has 2" + strongest);
  }
  CHECK(heard({other, loud, none}).samples == alone);
  CHECK(heard({other, loud, none}).text == "a.wav has 3" + strongest);
}

TEST_CASE("sound: channels that cancel do not make silence") {
  if (!has_libsndfile()) return;
  const Folder folder("sound");
  std::vector<std::int16_t> opposite, nearly;
  std::vector<float> expected;
  for (int n = 0; n < 200; ++n) {
    const auto sample = static_cast<std::int16_t>(16384 * std::sin(n));
    opposite.insert(opposite.end(), {static_cast<std::int16_t>(-sample), sample});
    nearly.insert(nearly.end(), {sample, static_cast<std::int16_t>(5 - sample)});
    expected.push_back(static_cast<float>(sample) / 32768);
  }
  CHECK(lesson::read_sound(folder.file("a.wav", wav_bytes(nearly, 2))).samples == expected);
  for (float& sample : expected) sample = -sample;
  CHECK(lesson::read_sound(folder.file("a.wav", wav_bytes(opposite, 2))).samples == expected);
}

TEST_CASE("sound: clipped peaks and a constant offset are told") {
  if (!has_libsndfile()) return;
  const Channel sound = whole(tone(300, 1).samples);  // half of full scale
  CHECK(heard({scaled(sound, 2)}).text == "");
  CHECK(heard({scaled(sound, 3)}).text ==
        "a.wav has clipped peaks: more than 1% of the samples are cut off at full scale. Record at a lower "
        "level.");
  CHECK(heard({scaled(scaled(sound, 3), 0.5)}).text == "");  // says nothing of full scale
  const auto with_peaks = [](int rows, std::ptrdiff_t length, float peak) {
    std::vector<float> samples = tone(300, 1).samples;
    for (int i = 0; i < rows; ++i) std::fill_n(samples.begin() + 100 * i, length, i % 2 ? peak : -peak);
    return samples;
  };
  CHECK(lesson::is_clipped(with_peaks(27, 3, 1)));
  CHECK(!lesson::is_clipped(with_peaks(26, 3, 1)));  // 78 of 8000
  CHECK(!lesson::is_clipped(with_peaks(80, 2, 1)));
  CHECK(!lesson::is_clipped(with_peaks(80, 3, 0.9f)));
  CHECK(!lesson::is_clipped({}));

  const double deviation = 16384 / std::sqrt(2);
  for (const double sign : {-1.0, 1.0}) {
    CHECK(heard({scaled(sound, 1, 0.48 * sign * deviation)}).text == "");
    CHECK(heard({scaled(sound, 1, 0.52 * sign * deviation)}).text ==
          "a.wav has a constant offset: the samples lie around another number than 0. Take it out: ffmpeg -i "
          "FILE -af highpass=f=20 NEW.wav.");
  }
  CHECK(!lesson::has_offset({1 / 32768.0f, 3 / 32768.0f, 2 / 32768.0f}));
  CHECK(!lesson::has_offset({}));
}

TEST_CASE("sound: samples whose bytes are swapped are refused") {
  if (!has_libsndfile()) return;
  tg::manual_seed(1);
  const lesson::Speaker speaker = lesson::synthetic_speakers(1)[0];
  const std::string text = "this is noise, and a sound once the two bytes of each sample are swapped: they";
  for (int digit = 0; digit < 10; ++digit) {
    const Channel voice = whole(lesson::synthetic_digit(digit, speaker).samples);
    CHECK(heard({voice}).text == "");
    const std::string mono = wav_bytes(voice, 1);
    CHECK(refused(swapped(mono), text));
    CHECK(refused(std::string(mono).erase(44, 1) + '\0', text));  // a byte is missing
    Channel both;
    for (const std::int16_t sample : voice)
      both.insert(both.end(), {sample, static_cast<std::int16_t>(sample / 2)});
    CHECK(refused(swapped(wav_bytes(both, 2)), text));
  }
  for (const double amplitude : {100.0, 1000.0, 30000.0}) CHECK(heard({noise(amplitude)}).text == "");
  for (const double hertz : {2500.0, 3000.0, 3500.0})  // hiss: each sample unlike the next
    CHECK(heard({whole(tone(hertz, 0.04).samples)}).text == "");
  CHECK(!lesson::is_swapped({}));
}

TEST_CASE("sound: nothing is noticed in the synthetic voices") {
  tg::manual_seed(2);
  for (const lesson::Recording& recording : lesson::synthetic_recordings(lesson::synthetic_speakers(6), 2)) {
    CHECK(!lesson::is_clipped(recording.sound.samples));
    CHECK(!lesson::has_offset(recording.sound.samples));
    CHECK(!lesson::is_swapped(recording.sound.samples));
  }
}

TEST_CASE("sound: of several files, how many and which is said") {
  const Noticed mono, stereo{.channels = 2}, surround{.channels = 6, .differ = true},
      loud{.channels = 2, .clipped = true, .offset = true};
  CHECK(lesson::noticed_lines({}).empty());
  CHECK(lesson::noticed_lines({{"a", mono}, {"b", mono}}).empty());
  CHECK(lesson::noticed_lines({{"a", mono}, {"b", stereo}, {"c", stereo}}) ==
        std::vector<std::string>{"2 of 3 files have 2 channels (b); they were averaged."});
  CHECK(lesson::noticed_lines({{"b", stereo}, {"c", {.channels = 4}}}) ==
        std::vector<std::string>{"2 of 2 files have 2 to 4 channels (b); they were averaged."});
  const auto lines = lesson::noticed_lines({{"a", mono}, {"b\n", surround}, {"c", loud}, {"d", stereo}});
  REQUIRE(lines.size() == 4);
  CHECK(lines[0] == "2 of 4 files have 2 channels (c); they were averaged.");
  CHECK(lines[1].starts_with("1 of 4 files has 6 channels that differ (b\\n); only the strongest was taken"));
  CHECK(lines[2].starts_with("1 of 4 files has clipped peaks (c): more than 1%"));
  CHECK(lines[3].starts_with("1 of 4 files has a constant offset (c): the samples lie"));
}
