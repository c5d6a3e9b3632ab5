#include "support/speech/digit_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <initializer_list>
#include <utility>

#include "support/text.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

constexpr std::size_t most_files = 100'000;

// Why a file is no recording of a digit; each goes on "3 files ...".
constexpr const char* not_sound = "with another ending";
constexpr const char* not_read = "of a format that is not read (convert them to WAV)";
constexpr const char* not_named = "not named digit_speaker_index";
constexpr const char* not_digit = "whose digit is not 0 to 9";
constexpr const char* not_index = "whose index is no whole number, or beyond 2147483647";
constexpr const char* not_shown = "with a name that cannot be printed";
constexpr const char* link = "that lead to another folder";
constexpr const char* broken_link = "that lead to a missing file";

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_one_of(std::string_view ending, std::initializer_list<std::string_view> endings) {
  return std::find(endings.begin(), endings.end(), ending) != endings.end();
}

// What a path says about its recording; why it says nothing, where `why` is set.
Recording named(const std::string& path, const char*& why) {
  Recording recording{0, "", 0, {}, path};
  const std::string_view file = std::string_view(path).substr(path.find_last_of('/') + 1);
  const std::size_t dot = file.find_last_of('.');
  const std::string ending = lower_case(dot == std::string_view::npos ? "" : file.substr(dot + 1));
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
Names files_in(const std::string& folder, std::map<std::string_view, Names>& ignored) {
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
      const bool is_lost = is_link && entry->status(unknown).type() == fs::file_type::not_found;
      (is_lost                ? ignored[broken_link]
       : is_folder && is_link ? ignored[link]
       : is_folder            ? folders
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

// The name that a file needs whose digit is a word, or the name of its folder: 8_george_1.wav for
// eight_george_1.wav and for eight/george_1.wav. Empty where that is no name of a recording either.
std::string renamed(const std::string& path) {
  const std::size_t slash = path.find_last_of('/'), begin = slash == std::string::npos ? 0 : slash + 1;
  const std::string file = path.substr(begin), folder = path.substr(0, begin - (begin > 0));
  const std::size_t end = std::min(file.find('_'), file.size());
  const auto with_digit = [](std::string_view said_in_any_case, const std::string& rest) {
    const std::string said = lower_case(said_in_any_case);
    for (int digit = 0; digit < 10; ++digit) {
      if (said != digit_name(digit) && said != std::to_string(digit)) continue;
      const char* why = nullptr;
      std::string name = fmt::format("{}_{}", digit, rest);
      named(name, why);
      if (!why) return name;
    }
    return std::string();
  };
  const std::string name = with_digit(file.substr(0, end), file.substr(std::min(end + 1, file.size())));
  return name.empty() ? with_digit(folder.substr(folder.find_last_of('/') + 1), file) : name;
}

// A name's letters, each with its marks; without what is no letter's difference: capitals, spaces, strokes.
Names letters_of(std::string_view name) {
  Names letters;
  while (!name.empty()) {
    const tg::Character character = tg::first_character(name);
    const char32_t code = character.code;
    const std::string letter(name.substr(0, character.size));
    name.remove_prefix(character.size);
    // Accents, those of Arabic and of kana, and the vowels and finals of Korean.
    const bool mark = (code >= 0x300 && code <= 0x36f) || (code >= 0x653 && code <= 0x655) ||
                      (code >= 0x1160 && code <= 0x11ff) || code == 0x3099 || code == 0x309a;
    if (mark && !letters.empty())
      letters.back() += letter;
    else if (!tg::is_space(code) && code != '_' && code != '-')
      letters.push_back(lower_case(letter));
  }
  return letters;
}

// Of one character beyond ASCII, as \u00fc; of several, as u and U+0308.
bool is_composed(const std::string& letter) {
  return static_cast<unsigned char>(letter[0]) >= 0x80 && tg::first_character(letter).size == letter.size();
}
bool is_decomposed(const std::string& letter) { return tg::first_character(letter).size < letter.size(); }

bool same_letters(const Names& a, const Names& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const std::string& x, const std::string& y) {
    return x == y || (is_composed(x) && is_decomposed(y)) || (is_decomposed(x) && is_composed(y));
  });
}

}  // namespace

DigitFiles digit_files(const std::string& folder) {
  DigitFiles files;
  for (const std::string& file : files_in(folder, files.ignored)) {
    const char* why = nullptr;
    Recording recording = named(file, why);
    if (why == not_named || why == not_digit || why == not_index) files.sounds.push_back(file);
    if (why)
      files.ignored[why].push_back(file);
    else
      files.recordings.push_back(std::move(recording));
  }
  return files;
}

std::string ignored_line(const DigitFiles& files) {
  std::size_t count = 0;
  std::string reasons, hint;
  for (const auto& [reason, paths] : files.ignored) {
    count += paths.size();
    reasons +=
        fmt::format("{}{} {} ({})", reasons.empty() ? "" : ", ", paths.size(), reason, tg::shown(paths[0]));
    if (reason != not_named && reason != not_digit) continue;
    for (const std::string& path : paths)
      if (const std::string name = hint.empty() ? renamed(path) : ""; !name.empty())
        hint =
            fmt::format(". A name begins with the digit as a number: rename {} to {}, and the others alike",
                        tg::shown_path(path), tg::shown(name));
  }
  return fmt::format("Ignored {} file{}: {}{}", count, count == 1 ? "" : "s", reasons, hint);
}

std::vector<std::string> names_alike(const std::vector<std::string>& names) {
  struct Group {
    Names letters, names;  // of the first
    bool encoded = false;  // whether letters differ in how they are encoded
  };
  std::map<std::size_t, std::vector<Group>> by_length;
  for (const std::string& name : names) {
    const Names letters = letters_of(name);
    std::vector<Group>& groups = by_length[letters.size()];
    const auto group = std::find_if(groups.begin(), groups.end(),
                                    [&](const Group& one) { return same_letters(one.letters, letters); });
    if (group == groups.end()) {
      groups.push_back({letters, {name}});
    } else {
      group->names.push_back(name);
      group->encoded |= group->letters != letters;
    }
  }
  Names alike;
  for (const auto& [length, groups] : by_length)
    for (const Group& group : groups)
      if (group.names.size() > 1)
        alike.push_back(fmt::format("\"{}\"{}", fmt::join(group.names, "\" and \""),
                                    group.encoded ? " (letters with accents in two encodings)" : ""));
  return alike;
}

}  // namespace lesson
