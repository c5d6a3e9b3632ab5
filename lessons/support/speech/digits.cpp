#include "support/speech/digits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string_view>

#include "support/text.hpp"
#include "tinygrad_cpp/array/random.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/file.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

namespace fs = std::filesystem;

std::optional<int> whole_number(std::string_view text) {
  int number = 0;
  const auto [stop, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = status == std::errc() && stop == text.data() + text.size() && text[0] != '-';
  return whole ? std::optional(number) : std::nullopt;
}

// What a name says about its recording; nothing when it is no digit_speaker_index.wav.
std::optional<Recording> named(const std::string& file) {
  constexpr std::string_view ending = ".wav";
  if (!file.ends_with(ending)) return std::nullopt;
  const std::string_view stem = std::string_view(file).substr(0, file.size() - ending.size());
  const std::size_t first = stem.find('_'), last = stem.rfind('_');
  if (first != 1 || last < 3) return std::nullopt;
  const auto digit = whole_number(stem.substr(0, 1)), index = whole_number(stem.substr(last + 1));
  const std::string_view speaker = stem.substr(2, last - 2);
  const bool one_word =
      std::none_of(speaker.begin(), speaker.end(), [](unsigned char c) { return c <= ' '; });
  if (!digit || !index || !one_word) return std::nullopt;
  return Recording{*digit, std::string(speaker), *index, {}, file};
}

std::vector<std::string> names_in(const std::string& folder) {
  std::error_code failed;
  const auto status = fs::status(folder, failed);
  if (status.type() == fs::file_type::not_found)
    tg::fail("read_digits", "there is no folder \"{}\"; looked for {}", tg::shown_path(folder),
             tg::shown_path(fs::absolute(folder, failed).string()));
  if (!fs::is_directory(status))
    tg::fail("read_digits", "{}: this is not a folder; the folder that holds the recordings is needed",
             tg::shown_path(folder));
  std::vector<std::string> names;
  for (auto entry = fs::directory_iterator(folder, failed); !failed && entry != fs::directory_iterator();
       entry.increment(failed))
    names.push_back(entry->path().filename().string());
  if (failed)
    tg::fail("read_digits", "{}: the folder cannot be read: {}", tg::shown_path(folder), failed.message());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

const std::string& digit_name(int digit) {
  static const std::array<std::string, 10> names = {"zero", "one", "two",   "three", "four",
                                                    "five", "six", "seven", "eight", "nine"};
  if (digit < 0 || digit > 9) tg::fail("digit_name", "{} is not a digit; 0 to 9 is needed", digit);
  return names[static_cast<std::size_t>(digit)];
}

Digits read_digits(const std::string& folder) {
  const std::vector<std::string> names = names_in(folder);
  Digits digits;
  for (const std::string& name : names) {
    if (auto recording = named(name))
      digits.recordings.push_back(std::move(*recording));
    else
      ++digits.ignored;
  }
  if (digits.recordings.empty())
    tg::fail("read_digits",
             "{}: no recording of a digit is in it ({}); files named digit_speaker_index.wav are needed, as "
             "7_theo_12.wav",
             tg::shown_path(folder),
             names.empty()
                 ? "it is empty"
                 : fmt::format("{} other files, the first is {}", names.size(), tg::shown(names[0])));
  for (Recording& recording : digits.recordings)
    recording.sound = resampled(read_sound((fs::path(folder) / recording.file).string()), speech_rate);
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

DigitSplit split_by_index(std::vector<Recording> recordings) {
  constexpr int held_out = 5;  // for the test, and as many for the validation
  std::map<int, int> rank;     // of each index
  for (const Recording& recording : recordings) rank[recording.index] = 0;
  const int count = static_cast<int>(rank.size());
  if (count <= 2 * held_out)
    tg::fail("split_by_index",
             "the recordings have {} different indices; at least {} are needed: {} for the test, {} for the "
             "validation, the rest to train on. The index is the last number of a name: 7_theo_12.wav",
             count, 2 * held_out + 1, held_out, held_out);
  int next = 0;
  for (auto& [index, position] : rank) position = next++;
  DigitSplit split;
  for (Recording& recording : recordings) {
    const int position = rank[recording.index];
    auto& part = position < held_out ? split.test : position < 2 * held_out ? split.validation : split.train;
    part.push_back(std::move(recording));
  }
  return split;
}

Utterance join(const std::vector<Recording>& recordings) {
  if (recordings.empty()) tg::fail("join", "no recordings; at least one is needed");
  const std::string& speaker = recordings[0].speaker;
  const int rate = recordings[0].sound.rate;
  Utterance whole{.text = "", .speaker = speaker, .sound = {.samples = {}, .rate = rate}, .files = {}};
  for (const Recording& recording : recordings) {
    if (recording.speaker != speaker || recording.sound.rate != rate)
      tg::fail(
          "join",
          "a recording of {} at {} samples a second follows one of {} at {}; one speaker and one rate are needed",
          tg::shown(recording.speaker), recording.sound.rate, tg::shown(speaker), rate);
    whole.text += (whole.text.empty() ? "" : " ") + digit_name(recording.digit);
    whole.sound.samples.insert(whole.sound.samples.end(), recording.sound.samples.begin(),
                               recording.sound.samples.end());
    if (!recording.file.empty()) whole.files.push_back(recording.file);
  }
  return whole;
}

Utterance draw_utterance(const std::vector<Recording>& recordings) {
  if (recordings.empty()) tg::fail("draw_utterance", "no recordings; at least one is needed");
  tg::RandomStream& random = tg::random_stream();
  const auto any = [&]() -> const Recording& {
    return recordings[static_cast<std::size_t>(random.below(static_cast<int>(recordings.size())))];
  };
  std::vector<Recording> chosen = {any()};
  const std::size_t count = 2 + static_cast<std::size_t>(random.below(3));
  while (chosen.size() < count)
    if (const Recording& next = any(); next.speaker == chosen[0].speaker) chosen.push_back(next);
  return join(chosen);
}

void write_utterances(const std::string& path, const std::vector<Utterance>& utterances) {
  std::string list;
  for (const Utterance& utterance : utterances) {
    if (utterance.files.empty())
      tg::fail("write_utterances", "\"{}\" by {} is not made of files; utterances of recordings are needed",
               tg::shown(utterance.text), tg::shown(utterance.speaker));
    list += fmt::format("{}\t{}\n", fmt::join(utterance.files, " "), utterance.text);
  }
  tg::write_whole("write_utterances", path, {list});
}

std::vector<Utterance> read_utterances(const std::string& path, const std::vector<Recording>& recordings) {
  std::map<std::string, const Recording*> by_name;
  for (const Recording& recording : recordings) by_name[recording.file] = &recording;
  std::string list = tg::read_whole("read_utterances", path);
  std::erase(list, '\r');
  list.erase(list.find_last_not_of('\n') + 1);
  if (list.empty())
    tg::fail("read_utterances", "{}: the list is empty; a line for each utterance is needed",
             tg::shown_path(path));

  std::vector<Utterance> utterances;
  for (const std::string& line : lines_of(list)) {
    const auto refuse = [&](const std::string& why) {
      tg::fail("read_utterances", "{}, line {}: {}", tg::shown_path(path), utterances.size() + 1, why);
    };
    const std::size_t tab = line.find('\t');
    if (tab == std::string::npos)
      refuse(fmt::format("there is no tab in \"{}\"; names of files, a tab and the text are needed",
                         tg::shown(line, 40)));
    std::vector<Recording> parts;
    std::istringstream names(line.substr(0, tab));
    for (std::string name; names >> name;) {
      const auto found = by_name.find(name);
      if (found == by_name.end())
        refuse(fmt::format("no recording is called \"{}\"; names of the recordings that were read are needed",
                           tg::shown(name, 40)));
      parts.push_back(*found->second);
      if (parts.back().speaker != parts[0].speaker)
        refuse(fmt::format("{} follows {}; one speaker is needed", tg::shown(parts.back().speaker),
                           tg::shown(parts[0].speaker)));
    }
    if (parts.empty()) refuse("no file is named before the tab; at least one is needed");
    Utterance utterance = join(parts);
    if (const std::string text = line.substr(tab + 1); text != utterance.text)
      refuse(fmt::format("the text is \"{}\", but the files say \"{}\"", tg::shown(text, 40),
                         tg::shown(utterance.text)));
    utterances.push_back(std::move(utterance));
  }
  return utterances;
}

}  // namespace lesson
