// Which files of a folder are recordings of digits, by their names.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "support/speech/digits.hpp"

namespace lesson {

/// The files of a folder that are recordings of digits, and the others.
struct DigitFiles {
  std::vector<Recording> recordings;  // in the order of their paths, and without their sound
  std::map<std::string_view, std::vector<std::string>> ignored;  // by reason, which goes on "3 files ..."
  std::vector<std::string> sounds;  // of those ignored, sound files whose names say nothing of a digit
};

/// Looks into a folder and those in it. Error when there is no such folder or it has too many files.
DigitFiles digit_files(const std::string& folder);

/// The reason for which a file is ignored that is the same recording as another by its name.
inline constexpr const char* same_recording = "with the same recording as another file";

/// "Ignored 3 files: ...", and how to rename those whose digit is a word or the name of their folder; no full
/// stop.
std::string ignored_line(const DigitFiles& files);

/// Groups of names that a reader may take for one: they differ in capitals, spaces and strokes, or in how
/// letters with accents are encoded. Each as text: "\"Ben Smith\" and \"ben_smith\"".
std::vector<std::string> names_alike(const std::vector<std::string>& names);

}  // namespace lesson
