#include <doctest/doctest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <thread>

#include "program.hpp"
#include "support.hpp"

// Runs the lessons as programs: their claims hold, and each that names a setting under which it must fail does fail
// there. A claim that cannot fail is not one.

namespace {

namespace fs = std::filesystem;

struct Claim {
  std::string verdict, fails_with;
};

struct Run {
  int status;
  std::map<std::string, Claim> claims;  // by text
};

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

std::vector<fs::path> lessons() {
  std::vector<fs::path> programs;
  for (const auto& file : fs::directory_iterator(project_path / "lessons"))
    if (file.path().extension() == ".cpp") programs.push_back(build_path / "lessons" / file.path().stem());
  std::sort(programs.begin(), programs.end());
  return programs;
}

Run run(const fs::path& program, const std::string& setting) {
  static std::atomic<int> runs = 0;
  const fs::path file =
      fs::temp_directory_path() / ("claims_" + std::to_string(getpid()) + "_" + std::to_string(++runs));
  fs::remove(file);
  Words words = {program.string(), "--quick", "--further", "--no-prose", "--claims", file.string()};
  for (const std::string& word : split(setting, ' ')) words.push_back(word);
  Run result{run_program(words).status, {}};
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    std::vector<std::string> fields = split(line, '\t');
    fields.resize(3);
    result.claims[fields[0]] = {fields[1], fields[2]};
  }
  fs::remove(file);
  return result;
}

struct Job {
  fs::path lesson;
  std::string setting;
};

/// As many at once as there are processors: for most of its time a lesson needs only one.
std::vector<Run> run_all(const std::vector<Job>& jobs) {
  std::vector<Run> runs(jobs.size());
  std::atomic<std::size_t> next = 0;
  std::vector<std::jthread> workers(std::max(1u, std::thread::hardware_concurrency()));
  for (std::jthread& worker : workers)
    worker = std::jthread([&] {
      for (std::size_t i; (i = next++) < jobs.size();) runs[i] = run(jobs[i].lesson, jobs[i].setting);
    });
  for (std::jthread& worker : workers) worker.join();
  return runs;
}

void check_that_claims_hold(const Job& job, const Run& run) {
  CAPTURE(job.lesson.string());
  CAPTURE(job.setting);
  CHECK(run.status == 0);
  CHECK(!run.claims.empty());
  for (const auto& claim : run.claims) {
    INFO(claim.first);
    CHECK(claim.second.verdict != "fail");  // --quick may skip a claim about full training; it says so
  }
}

}  // namespace

TEST_CASE("lessons: claims hold, and fail where they say they must") {
  if (is_double) return;  // the lessons are float programs: once is enough
  std::vector<Job> as_it_is, set_wrong;
  for (const fs::path& lesson : lessons()) as_it_is.push_back({lesson, ""});
  REQUIRE(!as_it_is.empty());
  std::map<fs::path, Run> good;
  for (const Run& run : run_all(as_it_is)) {
    const Job& job = as_it_is[good.size()];
    const fs::path& lesson = job.lesson;
    check_that_claims_hold(job, run);
    CAPTURE(lesson.string());
    std::set<std::string> settings;
    for (const auto& [text, claim] : run.claims)
      if (!claim.fails_with.empty()) settings.insert(claim.fails_with);
    CHECK(!settings.empty());
    for (const std::string& setting : settings) set_wrong.push_back({lesson, setting});
    good[lesson] = run;
  }
  const std::vector<Run> wrong = run_all(set_wrong);
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    const Job& job = set_wrong[i];
    CAPTURE(job.lesson.string());
    CAPTURE(job.setting);
    CHECK(wrong[i].status == 1);
    for (const auto& claim : good[job.lesson].claims) {
      if (claim.second.fails_with != job.setting) continue;
      INFO(claim.first);
      const auto reached = wrong[i].claims.find(claim.first);
      REQUIRE(reached != wrong[i].claims.end());
      CHECK(reached->second.verdict == "fail");
    }
  }
}

TEST_CASE("lessons: claims hold for other seeds") {
  if (is_double) return;
  std::vector<Job> jobs;
  for (const char* seed : {"--seed 7", "--seed 100"})
    for (const fs::path& lesson : lessons()) jobs.push_back({lesson, seed});
  const std::vector<Run> runs = run_all(jobs);
  for (std::size_t i = 0; i < jobs.size(); ++i) check_that_claims_hold(jobs[i], runs[i]);
}

// Prose under "## Further" is shown where those steps run, and steps are counted in the order of the source.
TEST_CASE("lessons: further steps come last, under their heading") {
  if (is_double) return;
  for (const fs::path& lesson : lessons()) {
    const fs::path source = project_path / "lessons" / (lesson.filename().string() + ".cpp");
    std::ifstream lines(source);
    bool under_further = false, came = false;
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
      ++number;
      CAPTURE(source.string() + ":" + std::to_string(number));
      if (line.starts_with("// ## ")) under_further = line.starts_with("// ## Further");
      const bool further = line.starts_with("FURTHER(") || line.starts_with("FURTHER_ON_DATA(");
      const bool spine = line.starts_with("STEP(") || line.starts_with("STEP_ON_DATA(");
      if (further) CHECK(under_further);
      if (spine) CHECK(!came);
      came = came || further;
    }
    CHECK(number > 0);
  }
}

TEST_CASE("lessons: a mistyped flag is refused") {
  if (is_double) return;
  for (const fs::path& lesson : lessons()) CHECK(run(lesson, "--no-such-flag").status == 2);
}
