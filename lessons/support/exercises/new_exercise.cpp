#include "support/exercises/new_exercise.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "support/exercises/learner.hpp"
#include "support/text.hpp"
#include "tinygrad_cpp/io/file.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace exercises {
namespace {

namespace fs = std::filesystem;

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

}  // namespace

std::vector<std::string> begin_exercise(const Places& places, const std::string& name) {
  if (!names_an_exercise(name))
    throw Refusal(
        fmt::format("error: NAME is '{}'; two digits, _ and words in small letters, digits and _ are needed\n"
                    "  for example: make new-exercise NAME=36_my_exercise",
                    tg::shown(name)));
  const std::vector<Exercise> all = catalogue(places);
  if (const Exercise* taken = find(all, name.substr(0, 2)))
    throw Refusal(fmt::format("error: NAME is '{}', but there is {}; the last is {}", name, taken->answer,
                              all.back().name));
  const std::string skeleton =
      replaced(replaced(tg::read_whole("new-exercise", "lessons/support/exercises/skeleton.txt"), "NAME",
                        name),
               "FUNCTION", name.substr(3));
  std::vector<std::string> files;
  std::string text;
  const auto write = [&] {
    if (files.empty()) return;
    fs::create_directories(fs::path(files.back()).parent_path());
    tg::write_whole("new-exercise", files.back(), {text});
    text.clear();
  };
  const std::string mark = "==== ";
  for (const std::string& line : lesson::lines_of(lesson::trimmed(skeleton))) {
    if (line.starts_with(mark)) {
      write();
      files.push_back(line.substr(mark.size()));
    } else {
      text += line + "\n";
    }
  }
  write();
  return files;
}

}  // namespace exercises
