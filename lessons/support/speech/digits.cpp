#include "support/speech/digits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

#include "support/speech/digit_files.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

constexpr double longest_digit = 10;  // seconds

/// What is said of the sounds: how many files have each rate, and what was noticed in each file.
struct Read {
  std::map<int, int> rates;
  std::vector<std::pair<std::string, Noticed>> noticed;
};

// Reads the sounds. One Error for all that cannot be read: it says why of the first.
Read read_sounds(const std::string& folder, std::vector<Recording>& recordings) {
  Read read;
  std::string first;
  Names failed;
  for (Recording& recording : recordings) try {
      const std::string path = (fs::path(folder) / recording.file).string();
      recording.sound = read_sound(path, &read.noticed.emplace_back(recording.file, Noticed()).second);
      if (recording.sound.seconds() > longest_digit)
        tg::fail("read_digits",
                 "{}: it lasts {:.1f} s; one digit is needed, at most {:g} s. Cut it, or leave it out",
                 tg::shown_path(path), recording.sound.seconds(), longest_digit);
      ++read.rates[recording.sound.rate];
      recording.sound = resampled(recording.sound, speech_rate);
    } catch (const tg::Error& error) {
      failed.push_back(recording.file);
      if (first.empty()) first = error.what();
    }
  if (failed.size() > 1) {
    failed.erase(failed.begin());
    first += fmt::format(". Nor can {} other file{} be used: {}", failed.size(),
                         failed.size() == 1 ? "" : "s", tg::shown_list(failed));
  }
  if (!first.empty()) throw tg::Error(first);
  return read;
}

// Two files that are one recording by their names: 7_theo_1.wav and 7_theo_01.wav, or a WAV and its FLAC.
void drop_repeated(const std::string& folder, DigitFiles& files) {
  std::map<std::tuple<int, std::string, int>, const Recording*> seen;
  std::vector<Recording> kept;
  kept.reserve(files.recordings.size());  // so that pointers into it stay
  for (Recording& recording : files.recordings) {
    const auto [same, is_new] =
        seen.try_emplace({recording.digit, recording.speaker, recording.index}, nullptr);
    if (is_new) {
      kept.push_back(std::move(recording));
      same->second = &kept.back();
    } else if (same->second->sound.samples == recording.sound.samples) {
      files.ignored[same_recording].push_back(recording.file);
    } else {
      tg::fail(
          "read_digits",
          "{}: by their names, {} and {} are both recording {} of digit {} by {}, and they sound different. "
          "Give one another index, or remove it",
          tg::shown_path(folder), tg::shown_path(same->second->file), tg::shown_path(recording.file),
          recording.index, recording.digit, tg::shown(recording.speaker));
    }
  }
  files.recordings = std::move(kept);
}

// One sound under two names, of another digit or speaker: one of them is wrong.
void check_copies(const std::string& folder, const std::vector<Recording>& recordings) {
  const auto by_samples = [](const Recording* a, const Recording* b) {
    return a->sound.samples < b->sound.samples;
  };
  std::set<const Recording*, decltype(by_samples)> seen;
  for (const Recording& recording : recordings) {
    const Recording& same = **seen.insert(&recording).first;
    if (same.digit != recording.digit || same.speaker != recording.speaker)
      tg::fail(
          "read_digits",
          "{}: {} and {} hold the same sound; it is one digit by one speaker. Remove the one that is wrong",
          tg::shown_path(folder), tg::shown_path(same.file), tg::shown_path(recording.file));
  }
}

std::string read_line(const std::string& folder, const std::vector<Recording>& recordings,
                      const std::map<int, int>& rates) {
  std::map<std::string, int> counts;
  for (const Recording& recording : recordings) ++counts[recording.speaker];
  Names speakers, others;
  for (const auto& [speaker, count] : counts) speakers.push_back(fmt::format("{} ({})", speaker, count));
  for (const auto& [rate, count] : rates)
    if (rate != speech_rate) others.push_back(fmt::format("{} from {}", count, rate));
  return fmt::format("Read {} recordings in {}. Speakers: {}. {}.", recordings.size(), tg::shown_path(folder),
                     tg::shown_list(speakers, 60),
                     others.empty()
                         ? fmt::format("All have {} samples a second", speech_rate)
                         : fmt::format("Resampled to {} a second: {}", speech_rate, tg::shown_list(others)));
}

// The digits of `all` that are not among `said`: "3 8".
std::string missing_digits(const std::set<int>& all, const std::set<int>& said) {
  std::vector<int> missing;
  std::set_difference(all.begin(), all.end(), said.begin(), said.end(), std::back_inserter(missing));
  return fmt::format("{}", fmt::join(missing, " "));
}

// Digits that a speaker never says, or nobody does; and speakers who may be one. Empty where all is well.
std::string missing_line(const std::vector<Recording>& recordings) {
  std::set<int> all;
  std::map<std::string, std::set<int>> said;
  for (const Recording& recording : recordings) {
    all.insert(recording.digit);
    said[recording.speaker].insert(recording.digit);
  }
  Names missing;
  for (const auto& [speaker, digits] : said)
    if (const std::string none = missing_digits(all, digits); !none.empty())
      missing.push_back(fmt::format("{} never says {}", speaker, none));
  if (const std::string none = missing_digits({0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, all); !none.empty())
    missing.push_back(fmt::format("nobody says {}", none));
  const Names alike = names_alike(speakers_of(recordings));
  std::string line = missing.empty() ? "" : fmt::format("Missing: {}.", tg::shown_list(missing, 80));
  if (!alike.empty())
    line += fmt::format("{}Taken for different speakers: {}.", line.empty() ? "" : " ",
                        tg::shown_list(alike, 120));
  if (said.size() > 1 && std::all_of(said.begin(), said.end(), [](const auto& one) {
        return one.first.size() == 1 && one.first[0] >= '0' && one.first[0] <= '9';
      }))
    line += fmt::format("{}The speakers are named like digits; the digit must come first in a file's name.",
                        line.empty() ? "" : " ");
  return line;
}

}  // namespace

const std::string& digit_name(int digit) {
  static const std::array<std::string, 10> names = {"zero", "one", "two",   "three", "four",
                                                    "five", "six", "seven", "eight", "nine"};
  if (digit < 0 || digit > 9) tg::fail("digit_name", "{} is not a digit; 0 to 9 is needed", digit);
  return names[static_cast<std::size_t>(digit)];
}

Digits read_digits(const std::string& folder) {
  DigitFiles files = digit_files(folder);
  if (files.recordings.empty())
    tg::fail("read_digits",
             "{}: no recording of a digit is in it. {}. Files named digit_speaker_index.wav are needed, as "
             "7_theo_12.wav",
             tg::shown_path(folder), files.ignored.empty() ? "It is empty" : ignored_line(files));
  const Read read = read_sounds(folder, files.recordings);
  drop_repeated(folder, files);
  check_copies(folder, files.recordings);
  Digits digits;
  digits.understood = noticed_lines(read.noticed);
  digits.understood.insert(digits.understood.begin(), read_line(folder, files.recordings, read.rates));
  if (!files.ignored.empty()) digits.understood.push_back(ignored_line(files) + ".");
  if (const std::string line = missing_line(files.recordings); !line.empty())
    digits.understood.push_back(line);
  for (const auto& [reason, paths] : files.ignored) digits.ignored += static_cast<int>(paths.size());
  digits.recordings = std::move(files.recordings);
  return digits;
}

std::vector<std::string> speakers_of(const std::vector<Recording>& recordings, int at_least) {
  std::set<std::string> names;
  for (const Recording& recording : recordings) names.insert(recording.speaker);
  if (static_cast<int>(names.size()) < at_least)
    tg::fail(
        "speakers_of",
        "the number of speakers is {} ({}); at least {} are needed. The speaker's name stands between the "
        "underscores: 7_theo_12.wav",
        names.size(), tg::shown_list({names.begin(), names.end()}), at_least);
  return {names.begin(), names.end()};
}

}  // namespace lesson
