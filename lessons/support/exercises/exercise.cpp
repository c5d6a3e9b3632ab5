#include "support/exercises/exercise.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <sstream>

#include "support/exercises/report.hpp"
#include "support/text.hpp"
#include "tinygrad_cpp/io/file.hpp"

namespace exercises {
namespace {

namespace fs = std::filesystem;
using judge::text_of;

// What git prints; nothing where there is no git, or no history.
std::string git(const std::string& arguments) {
  std::string printed;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(("git " + arguments + " 2>/dev/null").c_str(), "r"),
                                                   pclose);
  for (int c; pipe && (c = std::fgetc(pipe.get())) != EOF;) printed += static_cast<char>(c);
  return printed;
}

}  // namespace

Exercise::Exercise(const Places& places, const std::string& given)
    : name(given),
      number(given.substr(0, given.find('_'))),
      answer(places.here + "/" + name + ".hpp"),
      solution(places.here + "/solutions/" + name + ".hpp"),
      hints(places.here + "/hints/" + name + ".txt"),
      test(places.tests + "/" + name + "_test.cpp"),
      report(places.home + "/" + name + ".report"),
      kept_(places.home + "/original/" + name + ".hpp"),
      said_(text_of(hints)) {}

std::string Exercise::lesson() const {
  const std::string text = about("lesson");
  return text.substr(0, text.find(','));
}

std::string Exercise::hint(int level) const {
  const auto at = static_cast<std::size_t>(level - 1);
  return level >= 1 && at < said_.texts().size() ? said_.texts()[at] : "";
}

bool Exercise::is_stub() const { return exercises::is_stub(text_of(answer)); }

std::string Exercise::original() const {
  std::istringstream commits(git("log --format=%h -- '" + answer + "'"));
  for (std::string commit; std::getline(commits, commit);)
    if (const std::string text = git("show '" + commit + ":./" + answer + "'"); exercises::is_stub(text))
      return text;
  return text_of(kept_);
}

void Exercise::keep_stub() const {
  if (fs::exists(kept_)) return;
  const std::string text = text_of(answer);
  if (!exercises::is_stub(text)) return;
  fs::create_directories(fs::path(kept_).parent_path());
  tg::write_whole("exercise", kept_, {text});  // another command may do the same now
}

std::optional<judge::Verdict> Exercise::verdict() const {
  return judge::verdict_in(report, judge::fingerprint(answer, test));
}

bool Exercise::is_done() const {
  const std::optional<judge::Verdict> last = verdict();
  return last && last->word == "PASS";
}

std::vector<Exercise> catalogue(const Places& places) {
  std::vector<std::string> names;
  std::error_code no_error;
  for (const auto& entry : fs::directory_iterator(places.here, no_error))
    if (entry.path().extension() == ".hpp" && names_an_exercise(entry.path().stem()))
      names.push_back(entry.path().stem());
  std::sort(names.begin(), names.end());
  std::vector<Exercise> all;
  for (const std::string& name : names) all.emplace_back(places, name);
  std::stable_sort(all.begin(), all.end(),
                   [](const Exercise& a, const Exercise& b) { return a.lesson() < b.lesson(); });
  return all;
}

const Exercise* find(const std::vector<Exercise>& all, const std::string& wanted) {
  for (const Exercise& each : all)
    if (each.name == wanted || each.name.starts_with(wanted + "_") ||
        each.name.starts_with("0" + wanted + "_"))
      return &each;
  return nullptr;
}

bool names_an_exercise(const std::string& name) {
  const auto is = [&](std::size_t i, char first, char last) { return name[i] >= first && name[i] <= last; };
  return name.size() > 3 && is(0, '0', '9') && is(1, '0', '9') && name[2] == '_' && is(3, 'a', 'z') &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
}

bool is_stub(std::string_view text) {
  for (const std::string& line : lesson::lines_of(text))
    if (line.substr(0, line.find("//")).find("not_done_yet(") != std::string::npos) return true;
  return false;
}

}  // namespace exercises
