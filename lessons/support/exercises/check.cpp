#include "support/exercises/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <memory>
#include <set>

#include "support/exercises/cache.hpp"
#include "support/exercises/patch.hpp"
#include "support/exercises/processes.hpp"
#include "support/exercises/report.hpp"
#include "support/terminal.hpp"
#include "support/text.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/file.hpp"

namespace exercises {
namespace {

namespace fs = std::filesystem;
using judge::text_of;

const std::set<std::string> kinds = {"fix", "fill", "extend", "investigate", "quiz"};

// `lessons/01_autodiff.cpp, "Why gradients add up"`: a heading of that lesson, letter for letter.
bool section_exists(const std::string& lesson) {
  const std::size_t comma = lesson.find(", \"");
  if (comma == std::string::npos || !lesson.ends_with('"')) return false;
  const std::string section = lesson.substr(comma + 3, lesson.size() - comma - 4);
  for (const std::string& line : lesson::lines_of(text_of(lesson.substr(0, comma))))
    if (line == "// ## " + section || line == "// ### " + section) return true;
  return false;
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code no_error;
  for (const auto& entry : fs::directory_iterator(folder, no_error)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::string squeezed(std::string text) {
  std::erase_if(text, [](unsigned char c) { return std::isspace(c); });
  return text;
}

// The statements of a solution that fill a line, or that a line returns, as far as the stub has not the same.
// Short ones are no secret.
std::vector<std::string> lines_to_find(const Exercise& exercise) {
  const std::string stub = squeezed(exercise.is_stub() ? text_of(exercise.answer) : exercise.original());
  std::vector<std::string> found;
  for (std::string line : lesson::lines_of(text_of(exercise.solution))) {
    line.resize(std::min(line.size(), line.find("//")));
    line.resize(std::min(line.size(), line.rfind(';')));
    if (const std::size_t returned = line.find("return "); returned != std::string::npos)
      line.erase(0, returned + 7);
    line = squeezed(line);
    if (line.size() >= 20 && !line.starts_with("#") && stub.find(line) == std::string::npos)
      found.push_back(line);
  }
  return found;
}

// A sample, what its verdict is kept under, and the verdict.
struct Judged {
  Sample sample;
  judge::Case how;
  std::string key;
  judge::Verdict verdict = {};
};

struct Checked {
  const Exercise* exercise;
  std::vector<Held> held;
  std::vector<Judged> judged;  // the stub, the solution, the samples
};

// Everything of one exercise that is to be judged.
std::vector<Judged> to_judge(const Places& places, const Exercise& exercise, const std::string& build) {
  const std::string work = places.home + "/check/" + exercise.name;
  fs::remove_all(work);
  fs::create_directories(work);
  std::string stub = exercise.answer;
  if (!exercise.is_stub()) tg::write_whole("check", stub = work + "/stub.hpp", {exercise.original()});
  std::vector<Judged> all;
  const auto add = [&](const Sample& sample, int seconds, const std::string& option) {
    all.push_back({sample, {exercise.name, sample.file, build, seconds, option}, ""});
  };
  add({.name = "the stub", .file = stub}, 10, "-Werror");
  add({.name = "the solution", .file = exercise.solution, .right = true}, 10, "-Werror");
  for (const Sample& sample : samples_of(exercise, places.tests, work)) add(sample, 5, "");
  return all;
}

// Judges what the cache does not hold, each in a process: the changes of one solution together, the others
// alone.
void judge_all(const Places& places, std::vector<Checked>& all) {
  const Cache cache(places);
  std::vector<std::vector<Judged*>> jobs;
  for (Checked& checked : all) {
    std::vector<Judged*> together;
    for (Judged& each : checked.judged) {
      each.key = cache.key(*checked.exercise, text_of(each.sample.file), each.how);
      if (cache.find(each.key)) continue;
      if (each.sample.patched)
        together.push_back(&each);
      else
        jobs.push_back({&each});
    }
    if (!together.empty()) jobs.insert(jobs.begin(), together);
  }
  in_processes(
      jobs.size(), processors(),
      [&](std::size_t i) {
        const fs::path work = fs::path(places.home) / "check" / fmt::format("job{}", i);
        fs::remove_all(work);
        fs::create_directories(work);
        std::vector<judge::Case> cases;
        for (const Judged* each : jobs[i]) cases.push_back(each->how);
        const std::vector<judge::Verdict> verdicts = judge::judged_together(cases, work);
        for (std::size_t k = 0; k < verdicts.size(); ++k) cache.keep(jobs[i][k]->key, verdicts[k]);
        fs::remove_all(work);
      },
      [&](std::size_t ended) {
        lesson::show_status(fmt::format("compiled and ran {} of {}", ended, jobs.size()));
      });
  lesson::show_status("");
  for (Checked& checked : all)
    for (Judged& each : checked.judged) each.verdict = cache.find(each.key).value_or(judge::Verdict{});
}

std::vector<Held> verdicts_held(const Places& places, const Checked& checked) {
  const Exercise& exercise = *checked.exercise;
  const judge::Verdict &stub = checked.judged[0].verdict, &solution = checked.judged[1].verdict;
  const std::string counts = exercise.name + " " + solution.counts;
  const std::vector<std::string> lines = lesson::lines_of(text_of(places.tests + "/counts.txt"));
  std::vector<Held> held = {{"the stub compiles without warnings and is red with its own message",
                             stub.word == "TODO"},
                            {"its message names the lesson as the hints do",
                             stub.text.find("read " + exercise.about("lesson")) != std::string::npos},
                            {"the solution is green, without warnings", solution.word == "PASS"},
                            {fmt::format("{}/counts.txt has the line: {}", places.tests, counts),
                             std::find(lines.begin(), lines.end(), counts) != lines.end()}};
  int wrong = 0;
  for (std::size_t i = 2; i < checked.judged.size(); ++i) {
    const auto& [sample, how, key, verdict] = checked.judged[i];
    if (sample.right) {
      held.push_back({sample.name + " is green", verdict.word == "PASS"});
      continue;
    }
    held.push_back({sample.name + " begins with // says: and a text", !sample.says.empty()});
    held.push_back({fmt::format("{} is red and told: {} (it is {}: {})", sample.name, sample.says,
                                verdict.word, verdict.text.substr(0, verdict.text.find('\n'))),
                    !sample.says.empty() && is_told(verdict, sample.says)});
    wrong += sample.name.find("/wrong/") != std::string::npos;
  }
  held.push_back({"there are two wrong answers at least", wrong >= 2});
  return held;
}

}  // namespace

std::vector<Held> files_held(const Exercise& exercise) {
  std::vector<Held> held;
  for (const std::string& file : {exercise.solution, exercise.hints, exercise.test})
    held.push_back({file + " is there", !text_of(file).empty()});
  const auto has_lines = [&](const std::string& key, std::size_t count) {
    const std::vector<std::string> lines = exercise.lines(key);
    return lines.size() == count && std::find(lines.begin(), lines.end(), "") == lines.end();
  };
  for (const char* key : {"title", "kind", "lesson", "minutes", "needs"})
    held.push_back({fmt::format("its hints have one line {}:", key), has_lines(key, 1)});
  held.push_back({"its hints have two lines why:", has_lines("why", 2)});
  held.push_back(
      {fmt::format("its kind is one of {}", fmt::join(kinds, ", ")), kinds.contains(exercise.about("kind"))});
  held.push_back({fmt::format("the section {} exists", exercise.about("lesson")),
                  section_exists(exercise.about("lesson"))});
  const std::vector<std::string> secrets = lines_to_find(exercise);
  for (int level = 1; level <= 3; ++level) {
    const std::string hint = squeezed(exercise.hint(level));
    held.push_back({fmt::format("hint {} is not empty", level), !hint.empty()});
    for (const std::string& line : secrets)
      if (hint.find(line) != std::string::npos)
        held.push_back(
            {fmt::format("hint {} leads, and gives no line of the solution: {}", level, line), false});
  }
  return held;
}

std::vector<Sample> samples_of(const Exercise& exercise, const std::string& tests, const std::string& work) {
  const std::string solution = text_of(exercise.solution), mark = "// says:";
  std::vector<Sample> samples;
  for (const char* kind : {"wrong", "right", "cheats"})
    for (const fs::path& path : files_in(fs::path(tests) / kind / exercise.name)) {
      const std::string text = text_of(path), first = text.substr(0, text.find('\n'));
      Sample sample = {.name = path, .file = path, .right = kind == std::string("right")};
      if (first.starts_with(mark)) sample.says = lesson::trimmed(first.substr(mark.size()));
      sample.patched = path.extension() == ".patch";
      if (sample.patched) {
        sample.file = fmt::format("{}/{}.hpp", work, path.stem().string());
        try {
          tg::write_whole("check", sample.file, {patched(solution, text)});
        } catch (const tg::Error& error) {
          throw tg::Error(sample.name + ": " + error.what());
        }
      }
      samples.push_back(sample);
    }
  return samples;
}

bool is_told(const judge::Verdict& verdict, const std::string& text) {
  if (verdict.word == "PASS" || verdict.word == "TODO" || verdict.word.empty()) return false;
  if (verdict.word == "COMPILE" && !text.starts_with("error:")) return false;
  return verdict.text.find(text) != std::string::npos;
}

std::vector<std::string> strays(const Places& places, const std::vector<Exercise>& all) {
  std::set<std::string> names, allowed = {places.here + "/README.md",     places.here + "/not_done_yet.hpp",
                                          places.here + "/exercises.cpp", places.tests + "/check.hpp",
                                          places.tests + "/reporter.cpp", places.tests + "/counts.txt",
                                          places.tests + "/class.sh"};
  for (const Exercise& each : all) {
    names.insert(each.name);
    allowed.insert({each.answer, each.solution, each.hints, each.test});
  }
  std::vector<std::string> found;
  for (const std::string& folder : {places.here, places.tests})
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (!entry.is_regular_file() || allowed.contains(entry.path())) continue;
      const fs::path path = entry.path(), of = path.parent_path(), kind = of.parent_path().filename();
      const bool sample = (path.extension() == ".hpp" || path.extension() == ".patch") &&
                          names.contains(of.filename()) && of.parent_path().parent_path() == places.tests &&
                          (kind == "wrong" || kind == "right" || kind == "cheats");
      if (!sample) found.push_back(path);
    }
  std::sort(found.begin(), found.end());
  return found;
}

bool check(const Places& places, const std::string& build) {
  if (!fs::is_directory(places.here + "/solutions"))
    tg::fail("check",
             "this copy has no solutions, so its exercises cannot be checked; leave that out: make check "
             "SKIP=\"check-exercises check-grade\"");
  const std::vector<Exercise> exercises = catalogue(places);
  std::vector<Checked> all;
  for (const Exercise& each : exercises)
    all.push_back({&each, files_held(each), to_judge(places, each, build)});
  judge_all(places, all);
  int passed = 0;
  std::vector<std::string> failures;
  for (Checked& checked : all) {
    const std::vector<Held> verdicts = verdicts_held(places, checked);
    checked.held.insert(checked.held.end(), verdicts.begin(), verdicts.end());
    lesson::write(fmt::format("{:<28} {:3} checks\n", checked.exercise->name, checked.held.size()));
    for (const auto& [what, holds] : checked.held) {
      passed += holds;
      if (!holds) failures.push_back(fmt::format("FAIL  {}: {}", checked.exercise->name, what));
    }
  }
  for (const std::string& file : strays(places, exercises))
    failures.push_back(fmt::format("FAIL  {} belongs to no exercise", file));
  for (const std::string& failure : failures) lesson::write(failure + "\n");
  lesson::write(fmt::format("{} passed, {} failed\n", passed, failures.size()));
  return failures.empty() && passed > 0;
}

}  // namespace exercises
