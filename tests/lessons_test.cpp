#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

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
  for (const auto& file : fs::directory_iterator(TG_ROOT "/lessons"))
    if (file.path().extension() == ".cpp")
      programs.push_back(fs::path(TG_BUILD "/lessons") / file.path().stem());
  std::sort(programs.begin(), programs.end());
  return programs;
}

Run run(const fs::path& program, const std::string& setting) {
  const fs::path file = fs::temp_directory_path() / ("claims_" + std::to_string(getpid()));
  fs::remove(file);
  const std::string command =
      program.string() + " --quick --no-prose --claims " + file.string() + " " + setting;
  const int status = std::system((command + " > /dev/null 2>&1 < /dev/null").c_str());
  Run result{WIFEXITED(status) ? WEXITSTATUS(status) : -1, {}};
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    std::vector<std::string> fields = split(line, '\t');
    fields.resize(3);
    result.claims[fields[0]] = {fields[1], fields[2]};
  }
  fs::remove(file);
  return result;
}

}  // namespace

TEST_CASE("lessons: claims hold, and fail where they say they must") {
  if (is_double) return;  // the lessons are float programs: once is enough
  REQUIRE(!lessons().empty());
  for (const fs::path& lesson : lessons()) {
    CAPTURE(lesson.string());
    const Run good = run(lesson, "");
    CHECK(good.status == 0);
    CHECK(!good.claims.empty());
    std::set<std::string> settings;
    for (const auto& [text, claim] : good.claims) {
      INFO(text);
      CHECK(claim.verdict == "pass");
      if (!claim.fails_with.empty()) settings.insert(claim.fails_with);
    }
    CHECK(!settings.empty());
    for (const std::string& setting : settings) {
      const Run wrong = run(lesson, setting);
      CAPTURE(setting);
      CHECK(wrong.status == 1);
      for (const auto& [text, claim] : good.claims) {
        if (claim.fails_with != setting) continue;
        INFO(text);
        const auto reached = wrong.claims.find(text);
        REQUIRE(reached != wrong.claims.end());
        CHECK(reached->second.verdict == "fail");
      }
    }
  }
}

TEST_CASE("lessons: a mistyped flag is refused") {
  if (is_double) return;
  for (const fs::path& lesson : lessons()) CHECK(run(lesson, "--no-such-flag").status == 2);
}
