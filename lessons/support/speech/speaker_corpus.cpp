#include "support/speech/speaker_corpus.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "support/speech/digit_files.hpp"
#include "support/speech/digit_split.hpp"
#include "support/speech/features.hpp"
#include "support/speech/voice.hpp"
#include "tinygrad_cpp/array/random.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

namespace fs = std::filesystem;

constexpr double longest_recording = 60;  // seconds
constexpr int fewest_speakers = 3;

// The recordings of a folder in which each folder is a speaker, without copies.
std::vector<Recording> read_folders(const std::string& folder, const DigitFiles& files,
                                    SpeakerCorpus& corpus) {
  std::vector<Recording> recordings;
  std::vector<std::string> nobodys, copies;
  std::vector<std::pair<std::string, Noticed>> noticed;
  std::map<std::vector<float>, std::size_t> seen;
  for (const std::string& file : files.sounds) {
    const std::size_t slash = file.find('/');
    if (slash == std::string::npos) {
      nobodys.push_back(file);
      continue;
    }
    const std::string path = (fs::path(folder) / file).string();
    const Sound sound = read_sound(path, &noticed.emplace_back(file, Noticed()).second);
    if (sound.seconds() > longest_recording)
      tg::fail("read_speakers", "{}: it lasts {:.0f} s; at most {:g} s are needed. Cut it",
               tg::shown_path(path), sound.seconds(), longest_recording);
    Recording recording = {0, file.substr(0, slash), 0, resampled(sound, speech_rate), file};
    const auto [same, is_new] = seen.try_emplace(recording.sound.samples, recordings.size());
    if (is_new) {
      recordings.push_back(std::move(recording));
    } else if (const Recording& other = recordings[same->second]; other.speaker == recording.speaker) {
      copies.push_back(file);
    } else {
      tg::fail("read_speakers",
               "{}: {} and {} hold the same sound; it is by one speaker. Remove the one that is wrong",
               tg::shown_path(folder), tg::shown_path(other.file), tg::shown_path(file));
    }
  }
  corpus.understood = noticed_lines(noticed);
  corpus.understood.insert(corpus.understood.begin(),
                           fmt::format("Read {} recordings in {}: each folder in it is a speaker.",
                                       recordings.size(), tg::shown_path(folder)));
  if (!nobodys.empty())
    corpus.understood.push_back(
        fmt::format("Ignored, since they are in no speaker's folder: {}.", tg::shown_list(nobodys)));
  if (!copies.empty())
    corpus.understood.push_back(fmt::format("Left out, since they are copies: {}.", tg::shown_list(copies)));
  return recordings;
}

// A fifth of each speaker's recordings for the test and a fifth for the validation.
DigitSplit divided(const std::vector<Recording>& recordings) {
  std::map<std::string, std::vector<const Recording*>> by_speaker;
  for (const Recording& recording : recordings) by_speaker[recording.speaker].push_back(&recording);
  DigitSplit split;
  for (auto& [speaker, own] : by_speaker) {
    tg::RandomStream random(0);  // of its own, and the same for each speaker
    for (int left = static_cast<int>(own.size()); left > 1; --left)
      std::swap(own[static_cast<std::size_t>(left - 1)], own[static_cast<std::size_t>(random.below(left))]);
    const std::size_t share = std::clamp<std::size_t>(own.size() / 5, 2, 20);
    for (std::size_t i = 0; i < own.size(); ++i)
      (i < share ? split.test : i < 2 * share ? split.validation : split.train).push_back(*own[i]);
  }
  split.understood.push_back(
      "Test and validation are drawn, the same in every run: a fifth each of what a speaker says, 2 to 20.");
  return split;
}

DigitSplit read_split(const std::string& folder, SpeakerCorpus& corpus) {
  const DigitFiles files = digit_files(folder);
  const bool folders = std::any_of(files.sounds.begin(), files.sounds.end(), [](const std::string& file) {
    return file.find('/') != std::string::npos;
  });
  if (files.recordings.empty() && folders) return divided(read_folders(folder, files, corpus));
  if (files.recordings.empty() && !files.sounds.empty())
    tg::fail("read_speakers",
             "{}: nothing says who speaks in its sound files, as {}; a folder for each speaker is needed, or "
             "names as 7_theo_12.wav",
             tg::shown_path(folder), tg::shown_path(files.sounds[0]));
  Digits digits = read_digits(folder);
  corpus.understood = std::move(digits.understood);
  speakers_of(digits.recordings, fewest_speakers);
  return split_digits(std::move(digits.recordings));
}

void check_part(const SpeakerCorpus& corpus, const char* part, const std::vector<SpeakerItem>& items) {
  for (std::size_t speaker = 0; speaker < corpus.names.size(); ++speaker) {
    const auto own = std::count_if(items.begin(), items.end(), [&](const SpeakerItem& item) {
      return item.speaker == static_cast<int>(speaker);
    });
    if (own < 2)
      tg::fail(
          "read_speakers",
          "{} has fewer than 2 recordings in the {} part, and a pair needs 2; a speaker with a folder of 6 "
          "recordings has them, and one who says one digit 10 times, or two digits 3 times each",
          tg::shown(corpus.names[speaker]), part);
  }
}

void add_items(SpeakerCorpus& corpus, const DigitSplit& split) {
  for (const auto& [items, recordings] : {std::pair{&corpus.train, &split.train},
                                          {&corpus.validation, &split.validation},
                                          {&corpus.test, &split.test}})
    for (const Recording& recording : *recordings) {
      const auto name = std::find(corpus.names.begin(), corpus.names.end(), recording.speaker);
      items->push_back({mfcc(recording.sound), static_cast<int>(name - corpus.names.begin())});
    }
}

}  // namespace

SpeakerCorpus synthetic_corpus(int speakers, int times) {
  const DigitSplit split = split_by_index(synthetic_recordings(synthetic_speakers(speakers), times));
  SpeakerCorpus corpus;
  corpus.names = speakers_of(split.train);
  add_items(corpus, split);
  return corpus;
}

SpeakerCorpus read_speakers(const std::string& folder) {
  SpeakerCorpus corpus;
  const DigitSplit split = read_split(folder, corpus);
  corpus.understood.insert(corpus.understood.end(), split.understood.begin(), split.understood.end());
  std::vector<Recording> all;
  for (const auto* part : {&split.train, &split.validation, &split.test})
    all.insert(all.end(), part->begin(), part->end());
  corpus.names = speakers_of(all, fewest_speakers);
  add_items(corpus, split);
  check_part(corpus, "training", corpus.train);
  check_part(corpus, "validation", corpus.validation);
  check_part(corpus, "test", corpus.test);
  for (const auto* part : {&split.validation, &split.test})
    for (const Recording& recording : *part) corpus.held_out += recording.file + "\n";
  corpus.understood.push_back(
      fmt::format("{} speakers: {}. {} recordings are trained on, {} choose the threshold, {} "
                  "are the test.",
                  corpus.names.size(), tg::shown_list(corpus.names), corpus.train.size(),
                  corpus.validation.size(), corpus.test.size()));
  return corpus;
}

}  // namespace lesson
