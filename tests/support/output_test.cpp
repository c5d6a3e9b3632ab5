#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "../files.hpp"
#include "lesson_run.hpp"
#if __has_include(<sys/sysmacros.h>)
#include <sys/sysmacros.h>  // makedev, which other systems have in <sys/types.h>
#endif

// Output that cannot be written: the exit status says so, and a line on stderr.

namespace {

/// A program whose stdout a shell has redirected; the text is that of stderr.
Printed run_redirected(Words words, const std::string& to, const Words& variables = {}) {
  words.insert(words.begin(), {"sh", "-c", "exec 3>&1; exec \"$@\" 2>&3 " + to, "sh"});
  return run_program(words, variables);
}

Printed run(const Words& flags, const std::string& to) {
  Words words = {(build_path / "lessons/03_timestep_differencing").string(), "--quick", "--only", "1"};
  words.insert(words.end(), flags.begin(), flags.end());
  return run_redirected(words, to);
}

}  // namespace

TEST_CASE("lessons: a full or closed stdout is noticed") {
  for (const char* to : {">/dev/full", ">&-"}) {
    if (std::string(to) != ">&-" && !fs::exists("/dev/full")) {
      MESSAGE("there is no /dev/full here: left out");
      continue;
    }
    for (const Words& flags : {Words(), Words{"--help"}}) {
      CAPTURE(to);
      CAPTURE(flags.size());
      const Printed printed = run(flags, to);
      CHECK(printed.status == 1);
      CHECK_MESSAGE(holds(printed.text, "cannot write all of the output: "), printed.text);
      CHECK_MESSAGE(holds(printed.text, std::string(to) == ">&-" ? "Bad file descriptor" : "No space left"),
                    printed.text);
    }
  }
  CHECK(run({}, ">/dev/null").status == 0);
  CHECK(run({}, ">/dev/null 2>&- <&-").status == 0);
}

TEST_CASE("lessons: where stdout is closed, no file takes its place") {
  const Folder folder("output");
  const std::string summary = folder.file("summary"), claims = folder.file("claims");
  CHECK(run({"--summary", summary, "--claims", claims}, ">&-").status == 1);
  CHECK(contents(summary).starts_with("03_timestep_differencing\t"));
  CHECK(!holds(contents(summary) + contents(claims), "\033"));
  CHECK(!holds(contents(claims), "claims:"));
}

TEST_CASE("lessons: --claims, --summary and --figures touch nothing but regular files") {
  const Folder folder("output");
  const std::string pipe = folder.file("pipe"), device = folder.file("device");
  std::vector<std::string> refused = {folder.path.string(), folder.file("none/a")};
  if (mkfifo(pipe.c_str(), 0600) == 0) refused.push_back(pipe);
  if (mknod(device.c_str(), S_IFCHR | 0666, makedev(1, 7)) == 0)
    refused.push_back(device);
  else if (geteuid() != 0 && fs::exists("/dev/full"))
    refused.push_back("/dev/full");
  else
    MESSAGE("no device can be made here: left out");
  for (const std::string& path : refused)
    for (const char* flag : {"--claims", "--summary"}) {
      CAPTURE(flag);
      CAPTURE(path);
      const fs::file_type before = fs::status(path).type();
      const Printed printed = run({flag, path}, ">/dev/null");
      CHECK(printed.status == 2);
      CHECK_MESSAGE(holds(printed.text, path), printed.text);
      CHECK(fs::status(path).type() == before);
    }
  const std::string private_file = folder.file("private", "old"), link = folder.file("link");
  fs::permissions(private_file, fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("private", link);
  for (const char* flag : {"--claims", "--summary"}) {
    CHECK(run({flag, link}, ">/dev/null").status == 0);
    CHECK(fs::is_symlink(link));
    CHECK(fs::status(private_file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  }
  CHECK(contents(private_file).starts_with("03_timestep_differencing\t"));
}

TEST_CASE("notebooks: the program that runs them notices an output that cannot be written") {
  const std::string program = (build_path / "notebooks_export/run").string();
  if (!fs::exists(program) || !fs::exists("/dev/full")) {
    MESSAGE("the program is not built, or there is no /dev/full here: left out");
    return;
  }
  const Folder folder("output");
  const Words command = {program, folder.file("none.ipynb")}, variables = {"BUILD=" + folder.path.string()};
  CHECK(holds(run_program(command, variables).text, "FAIL"));
  CHECK(holds(run_redirected(command, ">/dev/full", variables).text,
              "run: cannot write all of the output: No space left"));
  CHECK(run_redirected({program}, ">&-").status == 0);  // nothing to print
}
