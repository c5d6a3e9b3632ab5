#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "../files.hpp"
#include "lesson_run.hpp"
#include "program_run.hpp"
#include "support/flags.hpp"
#include "support/text.hpp"

// What all programs in lessons/programs have in common: their command line.

namespace {

Words programs() {
  Words names;
  for (const auto& file : fs::directory_iterator(project_path / "lessons/programs"))
    if (file.path().extension() == ".cpp") names.push_back(file.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

// The commands of a program, by its help: lines that begin with its name.
Words commands(const std::string& name, const std::string& help) {
  Words words;
  for (const std::string& line : lesson::lines_of(help))
    if (line.starts_with(name + " "))
      words.push_back(line.substr(name.size() + 1, line.find(' ', name.size() + 1) - name.size() - 1));
  return words;
}

}  // namespace

TEST_CASE("programs: --help fits a screen, and names the commands and flags") {
  REQUIRE(!programs().empty());
  for (const std::string& name : programs()) {
    CAPTURE(name);
    const Printed help = run_built(name, {"--help"});
    CHECK(help.status == 0);
    const Words lines = lesson::lines_of(help.text);
    CHECK(lines.size() <= 24);  // with the empty one after the last, where the prompt stands
    for (const std::string& line : lines) CHECK_MESSAGE(lesson::visible_width(line) <= 80, line);
    const Words names = commands(name, help.text);
    CHECK(names.size() >= 2);
    CHECK(std::count(names.begin(), names.end(), "train") == 1);
    for (const char* part : {"--save FILE=", "--resume", "--seed N=0", "--quiet", "Example: "})
      CHECK_MESSAGE(holds(help.text, part), part);
    for (const std::string& command : names) {
      CAPTURE(command);
      CHECK(run_built(name, {command, "--help"}).text == help.text);
      const Printed alone = run_built(name, {command});
      CHECK(alone.status == 2);
      CHECK_MESSAGE(holds(alone.text, " is missing; needed: " + command), alone.text);
    }
  }
}

TEST_CASE("programs: a wrong command line is status 2 and one line that says what is wrong") {
  const auto refused = [](const std::string& name, const Words& words, const std::string& text) {
    const Printed printed = run_built(name, words);
    INFO(printed.text);
    return printed.status == 2 && holds(printed.text, name + ": " + text) && printed.text.size() < 400 &&
           std::count(printed.text.begin(), printed.text.end(), '\n') == 1;
  };
  for (const std::string& name : programs()) {
    CAPTURE(name);
    CHECK(refused(name, {}, "a command is missing: train, "));
    CHECK(refused(name, {"trian", "x"}, "unknown command 'trian'; did you mean train?"));
    CHECK(refused(name, {"--quiet", "train", "x"}, "unknown command '--quiet'"));
    CHECK(refused(name, {"train", "x", "y"}, "unexpected argument 'y'; needed: train "));
    CHECK(refused(name, {"train", "x", "--sed", "1"}, "unknown flag --sed; did you mean --seed?"));
    CHECK(refused(name, {"train", "x", "--seed", "1.5"}, "--seed: '1.5' is no whole number"));
    CHECK(refused(name, {"train", "x", "--save"}, "--save"));
    CHECK(refused(name, {"train", "x", "--save", "--resume"}, "--save: a value is needed, and the flag"));
    CHECK(refused(name, {"\033]0;x\007" + std::string(100000, 'x')}, "unknown command '\\x1b]0;x\\x07xxx"));
    const Printed nowhere = run_built(name, {"train", "/no/such/place"});
    CHECK(nowhere.status == 1);
    CHECK_MESSAGE(holds(nowhere.text, "/no/such/place"), nowhere.text);
  }
}

TEST_CASE("flags: values, words between them, and words after --") {
  int count = 3;
  double rate = 0.5;
  bool on = true, prose = true, no_row = false;
  std::string path;
  const std::vector<lesson::Flag> flags = {
      {.name = "count", .meaning = "", .value = &count, .least = 1, .most = 9},
      {"rate", "", &rate},
      {"on", "", &on},
      {"no-prose", "", &prose},
      {"no-row", "", &no_row},
      {"path", "", &path}};
  const lesson::Parsed parsed =
      lesson::parse_flags({"a", "--count", "7", "b c", "--no-on", "--rate=-1e3", "-", "--no-prose",
                           "--no-row", "--path", "p", "--", "--count", "-x"},
                          flags);
  CHECK(parsed.refused == "");
  CHECK(parsed.words == Words{"a", "b c", "-", "--count", "-x"});
  CHECK(count == 7);
  CHECK(rate == -1000);
  CHECK(!on);
  CHECK(!prose);
  CHECK(no_row);
  CHECK(path == "p");
  CHECK(lesson::parse_flags({"--help"}, flags).help);
  const auto refused = [&](const Words& words) { return lesson::parse_flags(words, flags).refused; };
  CHECK(refused({"--count", "0"}).ends_with("0 is too small, the least is 1"));
  CHECK(refused({"--count", "10"}).ends_with("10 is too large, the most is 9"));
  CHECK(refused({"x", "-y"}) == "unknown flag -y; did you mean --on?");
  CHECK(refused({"--count", "4", "--count", "5"}) != "");
}
