#include "support/exercises/grade.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <set>
#include <sstream>

#include "support/exercises/cache.hpp"
#include "support/exercises/processes.hpp"
#include "support/exercises/report.hpp"
#include "support/exercises/sandbox.hpp"
#include "support/terminal.hpp"
#include "support/text.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/file.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace exercises {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t most_bytes = 1'000'000;  // of an answer
constexpr const char* did_you_mean = "Did you mean ";

// Words between spaces and commas.
std::vector<std::string> words_of(std::string text) {
  std::replace(text.begin(), text.end(), ',', ' ');
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

const Exercise& named(const std::vector<Exercise>& all, const std::string& wanted, const char* variable) {
  const Exercise* found = find(all, wanted);
  if (!found)
    tg::fail("grade", "{} names the exercise {}; there are {} to {}, as 3 or {}", variable, tg::shown(wanted),
             all.front().number, all.back().number, all.front().name);
  return *found;
}

// Where an answer may lie: in the folder itself, or where the project has it.
std::vector<fs::path> places_of(const fs::path& folder, const Exercise& exercise) {
  return {folder / (exercise.name + ".hpp"), folder / "lessons/exercises" / (exercise.name + ".hpp")};
}

// Up to the first dot, without leading zeros and the difference between capitals, "_" and "-".
std::string plain_name(const fs::path& file) {
  std::string name = file.filename();
  name.resize(std::min(name.find('.'), name.size()));
  name.erase(0, name.find_first_not_of('0'));
  std::string plain;
  for (const char c : name)
    if (std::isalnum(static_cast<unsigned char>(c)))
      plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return plain;
}

// A file that the student may have meant: with the number of the exercise, or with its name and no number.
// Empty where there is none.
std::string nearly_named(const std::string& folder, const Exercise& exercise) {
  const auto number_of = [](const std::string& name) {
    return name.substr(0, std::min(name.find_first_not_of("0123456789"), name.size()));
  };
  const std::string name = plain_name(exercise.name), number = number_of(name);
  std::vector<std::string> found;
  for (const fs::path& place : places_of(folder, exercise)) {
    std::error_code no_error;
    for (const auto& entry : fs::directory_iterator(place.parent_path(), no_error)) {
      const std::string other = plain_name(entry.path());
      if (entry.is_regular_file(no_error) &&
          (number_of(other) == number || other == name.substr(number.size())))
        found.push_back(entry.path().filename());
    }
  }
  return found.empty() ? "" : *std::min_element(found.begin(), found.end());
}

bool has_answers(const fs::path& folder, const std::vector<Exercise>& all) {
  for (const Exercise& exercise : all)
    for (const fs::path& path : places_of(folder, exercise))
      if (std::error_code no_error; fs::exists(fs::symlink_status(path, no_error))) return true;
  return false;
}

void check_writable(const std::string& report) {
  as_suffix_says({"", "", {Student{}}}, report);
  fs::path folder = fs::path(report).parent_path();
  if (folder.empty()) folder = ".";
  const bool there = fs::exists(report);
  if (!fs::is_directory(folder) || access(folder.c_str(), W_OK) != 0 ||
      (there && (!fs::is_regular_file(report) || access(report.c_str(), W_OK) != 0)))
    tg::fail("grade",
             "the report {} cannot be written; a file in a folder that is there and may be written is "
             "needed",
             tg::shown_path(report));
}

std::string line_of(const Student& student, const std::vector<Choice>& choices) {
  std::string line = fmt::format("{} {:g} of {:g}", lesson::left_aligned(tg::shown(student.name, 28), 28),
                                 student.points(), student.of());
  for (const char* word :
       {"PASS", "RED", "TODO", "COMPILE", "REFUSED", "CRASH", "TIME", "MISSING", "ERROR"}) {
    std::string numbers;
    for (std::size_t i = 0; i < choices.size(); ++i)
      if (student.marks[i].verdict.word == word) numbers += " " + choices[i].exercise->number;
    if (!numbers.empty()) line += fmt::format("   {}{}", word, numbers);
  }
  line += "\n";
  for (const Mark& mark : student.marks)
    if (const std::size_t asked = mark.verdict.text.find(did_you_mean);
        mark.verdict.word == "MISSING" && asked != std::string::npos)
      line += fmt::format("    {}: {}", mark.exercise, mark.verdict.text.substr(asked));
  return line;
}

// An answer that is to be judged: the same text of two students once.
struct Job {
  const Exercise* exercise;
  std::string text, key;
};

void judge_jobs(const Places& places, const std::string& build, const std::vector<Job>& jobs,
                const Cache& cache, const Sandbox& wall) {
  in_processes(
      jobs.size(), processors(),
      [&](std::size_t i) {
        const auto& [exercise, text, key] = jobs[i];
        // The folder's name says nothing about the student, since the verdict is another's too.
        const std::string folder = places.home + "/graded/" + key, work = folder + "/work",
                          answer = fmt::format("{}/{}.hpp", folder, exercise->name);
        fs::remove_all(folder);
        fs::create_directories(work);
        tg::write_whole("grade", answer, {text});
        judge::Verdict verdict;
        try {
          verdict = judge::judged(
              {.name = exercise->name, .answer = answer, .build = build, .inside = wall.around(work)}, work);
        } catch (const tg::Error& error) {  // a class has other answers
          verdict = {"ERROR", 0, 0, fmt::format("There is no verdict: {}\n", error.what())};
        }
        cache.keep(key, verdict);
        fs::remove_all(folder);
      },
      [&](std::size_t ended) { lesson::show_status(fmt::format("judged {} of {}", ended, jobs.size())); });
  lesson::show_status("");
}

}  // namespace

std::vector<Choice> chosen(const std::vector<Exercise>& all, const std::string& only,
                           const std::string& points) {
  std::set<const Exercise*> wanted;
  for (const std::string& word : words_of(only)) wanted.insert(&named(all, word, "N"));
  std::vector<Choice> choices;
  for (const Exercise& each : all)
    if (wanted.empty() || wanted.contains(&each)) choices.push_back({&each});
  for (const std::string& word : words_of(points)) {
    const std::size_t sign = word.find('=');
    const std::string number = sign == std::string::npos ? "" : word.substr(sign + 1);
    char* end = nullptr;
    const double value = std::strtod(number.c_str(), &end);
    if (number.empty() || *end != '\0' || !(value >= 0 && value <= 1e6))
      tg::fail("grade",
               "POINTS has {}; a number or name, = and points are needed, as in POINTS=\"3=2 9=0.5\"",
               tg::shown(word));
    const Exercise& exercise = named(all, word.substr(0, sign), "POINTS");
    const auto found = std::find_if(choices.begin(), choices.end(),
                                    [&](const Choice& choice) { return choice.exercise == &exercise; });
    if (found == choices.end())
      tg::fail("grade", "POINTS gives points to {}, which N leaves out", exercise.name);
    found->points = value;
  }
  return choices;
}

std::map<std::string, std::string> students_in(const std::string& folder, const std::vector<Exercise>& all) {
  if (folder.empty())
    tg::fail("grade",
             "DIR is not given; the folder of a class is needed, with a folder a student: DIR=class");
  if (!fs::is_directory(folder)) tg::fail("grade", "there is no folder DIR={}", tg::shown_path(folder));
  std::map<std::string, std::string> students;
  bool below = false;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    if (!entry.is_directory() || name.starts_with(".")) continue;
    students[name] = entry.path();
    below = below || has_answers(entry.path(), all);
  }
  const bool here = has_answers(folder, all);
  if (here && below)
    tg::fail("grade",
             "{} has answers, and its folders have answers too; either a class or one student is needed",
             tg::shown_path(folder));
  if (here) return {{fs::canonical(folder).filename(), folder}};
  if (students.empty())
    tg::fail("grade",
             "{} has no folders; a folder for each student is needed, with answers named as here: {}.hpp",
             tg::shown_path(folder), all.front().name);
  return students;
}

HandedIn handed_in(const std::string& folder, const Exercise& exercise) {
  const auto no = [](const char* word, const std::string& text) {
    return HandedIn{"", {word, 0, 0, text + "\n"}};
  };
  for (const fs::path& path : places_of(folder, exercise)) {
    std::error_code failed;
    if (!fs::exists(fs::symlink_status(path, failed))) continue;
    // A link may lead to the solution, or to another's answer.
    const fs::path whole = fs::weakly_canonical(path, failed), root = fs::canonical(folder, failed);
    if (failed || !whole.string().starts_with(root.string() + "/") || !fs::is_regular_file(path, failed))
      return no("REFUSED", "It is a link that leads out of the folder, or no ordinary file.");
    if (fs::file_size(path, failed) > most_bytes) return no("REFUSED", "The file has more than 1 MB.");
    try {
      return {tg::read_whole("grade", path)};
    } catch (const tg::Error& error) {
      return no("REFUSED", error.what());
    }
  }
  const std::string missing = fmt::format("There is no {}.hpp in the folder.", exercise.name),
                    near = nearly_named(folder, exercise);
  return no("MISSING", near.empty() ? missing
                                    : fmt::format("{} {}{}? Rename it to {}.hpp.", missing, did_you_mean,
                                                  tg::shown(near), exercise.name));
}

void grade(const Places& places, const Grading& asked) {
  const std::vector<Exercise> all = catalogue(places);
  const std::vector<Choice> choices = chosen(all, asked.only, asked.points);
  const std::map<std::string, std::string> folders = students_in(asked.folder, all);
  if (!asked.report.empty()) check_writable(asked.report);

  const Sandbox wall = sandbox({asked.folder, places.here + "/solutions"});
  lesson::write(fmt::format("sandbox: {}{}\n", wall.name.empty() ? "" : wall.name + ", ", wall.keeps_out));
  const Cache cache(places);
  Graded graded = {asked.folder, wall.name.empty() ? "none" : wall.name, {}};
  std::vector<Job> jobs;
  std::vector<std::vector<std::string>> keys;  // of each answer; empty where there is none to judge
  std::set<std::string> seen;
  std::size_t answers = 0;
  for (const auto& [name, folder] : folders) {
    Student& student = graded.students.emplace_back(Student{name, {}});
    keys.emplace_back();
    for (const Choice& choice : choices) {
      const HandedIn got = handed_in(folder, *choice.exercise);
      student.marks.push_back({choice.exercise->name, choice.points, got.refused});
      std::string& key = keys.back().emplace_back();
      if (!got.refused.word.empty()) continue;
      ++answers;
      key = cache.key(*choice.exercise, got.text, judge::Case{});
      const std::optional<judge::Verdict> before = cache.find(key);
      if (seen.insert(key).second && (!before || before->word == "ERROR"))
        jobs.push_back({choice.exercise, got.text, key});
    }
  }
  judge_jobs(places, asked.build, jobs, cache, wall);
  for (std::size_t i = 0; i < graded.students.size(); ++i) {
    Student& student = graded.students[i];
    for (std::size_t k = 0; k < student.marks.size(); ++k)
      if (!keys[i][k].empty()) student.marks[k].verdict = cache.find(keys[i][k]).value_or(judge::Verdict{});
    lesson::write(line_of(student, choices));
  }
  lesson::write(fmt::format("folders: {}, answers: {}; {} judged now, the others as before\n", folders.size(),
                            answers, jobs.size()));
  if (asked.report.empty()) return;
  tg::write_whole("grade", asked.report, {as_suffix_says(graded, asked.report)});
  lesson::write(fmt::format("wrote {}\n", tg::shown_path(asked.report)));
}

}  // namespace exercises
