#include "support/exercises/judging.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "support/exercises/limited.hpp"
#include "support/exercises/processes.hpp"
#include "support/exercises/report.hpp"
#include "support/terminal.hpp"
#include "tinygrad_cpp/error.hpp"

namespace exercises {
namespace {

// One at a time: two makes at once would write the same files.
void make_kit(const Places& places) {
  // make inherits the lock, and so holds it until it has ended too.
  const int lock = open((places.home + "/lock").c_str(), O_RDWR | O_CREAT, 0666);
  while (lock >= 0 && flock(lock, LOCK_EX) != 0 && errno == EINTR) judge::stop_if_asked();
  const int status = std::system("\"${MAKE:-make}\" -s exercise-kit");
  close(lock);
  judge::stop_if_asked();
  if (status != 0) tg::fail("exercises", "make exercise-kit has failed");
}

void judge_here(const Places& places, const Exercise& exercise, const std::string& answer,
                const std::string& report) {
  const std::string build = std::filesystem::path(places.home).parent_path();
  judge::write_report({.name = exercise.name, .answer = answer, .build = build}, report);
}

}  // namespace

std::unique_ptr<Task> start_judging(const Places& places, const Exercise& exercise, const std::string& answer,
                                    const std::string& report) {
  return std::make_unique<Task>([&] {
    make_kit(places);
    judge_here(places, exercise, answer.empty() ? exercise.answer : answer,
               report.empty() ? exercise.report : report);
  });
}

bool finish(Task& task, bool only_failure) {
  std::size_t shown = 0;
  const auto show = [&] {
    lesson::write(std::string_view(task.printed()).substr(shown));
    shown = task.printed().size();
  };
  while (task.running()) {
    if (!only_failure) show();
    wait_for({task.descriptor()}, 1000);
  }
  if (!only_failure || task.failed()) show();
  return !task.failed();
}

bool judge_all(const Places& places, const std::vector<const Exercise*>& which) {
  Task kit([&] { make_kit(places); });
  if (!finish(kit)) return false;
  in_processes(
      which.size(), processors(),
      [&](std::size_t i) { judge_here(places, *which[i], which[i]->answer, which[i]->report); },
      [&](std::size_t ended) { lesson::show_status(fmt::format("judged {} of {}", ended, which.size())); });
  lesson::show_status("");
  return true;
}

}  // namespace exercises
