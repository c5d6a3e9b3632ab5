#include "support/speech/digits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

constexpr double longest_digit = 10;  // seconds
constexpr std::size_t most_files = 100'000;

// Why a file is no recording of a digit; each goes on "3 files ...".
constexpr const char* not_sound = "with another ending";
constexpr const char* not_read = "of a format that is not read (convert them to WAV)";
constexpr const char* not_named = "not named digit_speaker_index";
constexpr const char* not_digit = "whose digit is not 0 to 9";
constexpr const char* not_index = "whose index is no whole number";
constexpr const char* not_shown = "with a name that cannot be printed";
constexpr const char* link = "that lead to another folder";
constexpr const char* twice = "with the same recording as another file";

/// The files that were ignored, by reason.
using Ignored = std::map<std::string_view, Names>;

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_one_of(std::string_view ending, std::initializer_list<std::string_view> endings) {
  return std::find(endings.begin(), endings.end(), ending) != endings.end();
}

// What a path says about its recording; why it says nothing, where `why` is set.
Recording named(const std::string& path, const char*& why) {
  Recording recording{0, "", 0, {}, path};
  const std::string_view file = std::string_view(path).substr(path.find_last_of('/') + 1);
  const std::size_t dot = file.find_last_of('.');
  std::string ending(dot == std::string_view::npos ? "" : file.substr(dot + 1));
  std::transform(ending.begin(), ending.end(), ending.begin(), lower);
  why = nullptr;
  if (is_one_of(ending, {"mp3", "m4a", "mp4", "aac", "wma", "amr", "3gp", "webm", "weba"}))
    why = not_read;
  else if (!is_one_of(ending,
                      {"wav", "flac", "ogg", "oga", "opus", "aif", "aiff", "aifc", "au", "caf", "w64"}))
    why = not_sound;
  if (why) return recording;

  const std::string_view stem = file.substr(0, dot);
  const std::size_t first = stem.find('_'), last = stem.rfind('_');
  const std::string_view digit = stem.substr(0, first);
  if (first == std::string_view::npos || last < first + 2 || !is_number(digit)) {
    why = not_named;
  } else if (digit.size() != 1) {
    why = not_digit;
  } else if (tg::shown(path, 4 * path.size() + 4) != path) {
    why = not_shown;
  } else {
    const std::string_view index = stem.substr(last + 1);
    const auto read = std::from_chars(index.data(), index.data() + index.size(), recording.index);
    if (!is_number(index) || read.ec != std::errc()) why = not_index;
  }
  if (why) return recording;
  recording.digit = digit[0] - '0';
  recording.speaker = stem.substr(first + 1, last - first - 1);
  return recording;
}

// The files of a folder and of those in it, by their paths in it.
Names files_in(const std::string& folder, Ignored& ignored) {
  std::error_code failed;
  const auto status = fs::status(folder, failed);
  if (status.type() == fs::file_type::not_found)
    tg::fail("read_digits", "there is no folder \"{}\"; looked for {}", tg::shown_path(folder),
             tg::shown_path(fs::absolute(folder, failed).string()));
  if (!fs::is_directory(status))
    tg::fail("read_digits", "{}: this is not a folder; the folder that holds the recordings is needed",
             tg::shown_path(folder));
  Names files, folders = {""};
  while (!folders.empty()) {
    const std::string inner = folders.back();
    folders.pop_back();
    const fs::path path = inner.empty() ? fs::path(folder) : fs::path(folder) / inner;
    for (auto entry = fs::directory_iterator(path, failed); !failed && entry != fs::directory_iterator();
         entry.increment(failed)) {
      const std::string name = entry->path().filename().string();
      if (name.starts_with('.')) continue;
      std::error_code unknown;
      const bool is_folder = fs::is_directory(entry->status(unknown));
      const bool is_link = fs::is_symlink(entry->symlink_status(unknown));  // may lead in a circle
      (is_folder && is_link ? ignored[link]
       : is_folder          ? folders
                            : files)
          .push_back(inner.empty() ? name : inner + "/" + name);
    }
    if (failed)
      tg::fail("read_digits", "{}: the folder cannot be read: {}", tg::shown_path(path.string()),
               failed.message());
    if (files.size() + folders.size() > most_files)
      tg::fail("read_digits",
               "{}: more than {} files are in it; the folder that holds the recordings is needed",
               tg::shown_path(folder), most_files);
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Reads the sounds. One Error for all that cannot be read: it says why of the first.
void read_sounds(const std::string& folder, std::vector<Recording>& recordings, std::map<int, int>& rates) {
  std::string first;
  Names failed;
  for (Recording& recording : recordings) try {
      const std::string path = (fs::path(folder) / recording.file).string();
      recording.sound = read_sound(path);
      if (recording.sound.seconds() > longest_digit)
        tg::fail("read_digits",
                 "{}: it lasts {:.1f} s; one digit is needed, at most {:g} s. Cut it, or leave it out",
                 tg::shown_path(path), recording.sound.seconds(), longest_digit);
      ++rates[recording.sound.rate];
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
}

// Two files that are one recording by their names: 7_theo_1.wav and 7_theo_01.wav, or a WAV and its FLAC.
void drop_repeated(const std::string& folder, std::vector<Recording>& recordings, Ignored& ignored) {
  std::map<std::tuple<int, std::string, int>, const Recording*> seen;
  std::vector<Recording> kept;
  kept.reserve(recordings.size());  // so that pointers into it stay
  for (Recording& recording : recordings) {
    const auto [same, is_new] =
        seen.try_emplace({recording.digit, recording.speaker, recording.index}, nullptr);
    if (is_new) {
      kept.push_back(std::move(recording));
      same->second = &kept.back();
    } else if (same->second->sound.samples == recording.sound.samples) {
      ignored[twice].push_back(recording.file);
    } else {
      tg::fail(
          "read_digits",
          "{}: by their names, {} and {} are both recording {} of digit {} by {}, and they sound different. "
          "Give one another index, or remove it",
          tg::shown_path(folder), tg::shown_path(same->second->file), tg::shown_path(recording.file),
          recording.index, recording.digit, tg::shown(recording.speaker));
    }
  }
  recordings = std::move(kept);
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

std::string ignored_line(const Ignored& ignored) {
  std::size_t count = 0;
  std::string reasons;
  for (const auto& [reason, files] : ignored) {
    count += files.size();
    reasons +=
        fmt::format("{}{} {} ({})", reasons.empty() ? "" : ", ", files.size(), reason, tg::shown(files[0]));
  }
  return fmt::format("Ignored {} file{}: {}", count, count == 1 ? "" : "s", reasons);
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
  std::map<std::string, Names> alike;  // names without capitals, spaces and strokes
  for (const auto& [speaker, digits] : said) {
    if (const std::string none = missing_digits(all, digits); !none.empty())
      missing.push_back(fmt::format("{} never says {}", speaker, none));
    std::string plain;
    for (char c : speaker)
      if (c != ' ' && c != '_' && c != '-') plain += lower(c);
    alike[plain].push_back(speaker);
  }
  if (const std::string none = missing_digits({0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, all); !none.empty())
    missing.push_back(fmt::format("nobody says {}", none));
  Names pairs;
  for (const auto& [plain, names] : alike)
    if (names.size() > 1) pairs.push_back(fmt::format("\"{}\"", fmt::join(names, "\" and \"")));
  std::string line = missing.empty() ? "" : fmt::format("Missing: {}.", tg::shown_list(missing, 80));
  if (!pairs.empty())
    line += fmt::format("{}Taken for different speakers: {}.", line.empty() ? "" : " ",
                        tg::shown_list(pairs, 80));
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
  Digits digits;
  Ignored ignored;
  for (const std::string& file : files_in(folder, ignored)) {
    const char* why = nullptr;
    Recording recording = named(file, why);
    if (why)
      ignored[why].push_back(file);
    else
      digits.recordings.push_back(std::move(recording));
  }
  if (digits.recordings.empty())
    tg::fail("read_digits",
             "{}: no recording of a digit is in it. {}. Files named digit_speaker_index.wav are needed, as "
             "7_theo_12.wav",
             tg::shown_path(folder), ignored.empty() ? "It is empty" : ignored_line(ignored));
  std::map<int, int> rates;
  read_sounds(folder, digits.recordings, rates);
  drop_repeated(folder, digits.recordings, ignored);
  digits.understood.push_back(read_line(folder, digits.recordings, rates));
  if (!ignored.empty()) digits.understood.push_back(ignored_line(ignored) + ".");
  if (const std::string line = missing_line(digits.recordings); !line.empty())
    digits.understood.push_back(line);
  for (const auto& [reason, files] : ignored) digits.ignored += static_cast<int>(files.size());
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
