#include "support/exercises/judging.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "support/exercises/limited.hpp"
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

bool judge_all(const Places& places, const std::vector<const Exercise*>& which,
               const std::function<void(const Exercise&)>& judged) {
  Task kit([&] { make_kit(places); });
  if (!finish(kit)) return false;
  struct Running {
    const Exercise* exercise;
    std::unique_ptr<Task> task;
  };
  std::vector<Running> running;
  const std::size_t together = std::max(1U, std::thread::hardware_concurrency());
  for (std::size_t begun = 0, ended = 0; ended < which.size();) {
    lesson::show_status(fmt::format("judging: {} of {} done", ended, which.size()));
    for (; begun < which.size() && running.size() < together; ++begun) {
      const Exercise& next = *which[begun];
      running.push_back(
          {&next, std::make_unique<Task>([&] { judge_here(places, next, next.answer, next.report); })});
    }
    std::vector<int> descriptors;
    for (const Running& each : running) descriptors.push_back(each.task->descriptor());
    wait_for(descriptors, 1000);
    for (std::size_t i = running.size(); i-- > 0;) {
      if (running[i].task->running()) continue;
      if (!finish(*running[i].task, true)) return false;
      judged(*running[i].exercise);
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
      ++ended;
    }
  }
  lesson::show_status("");
  return true;
}

}  // namespace exercises
