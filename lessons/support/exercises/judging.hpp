// Verdicts on answers, each found in a process of its own.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "support/exercises/exercise.hpp"
#include "support/exercises/task.hpp"

namespace exercises {

/// Begins to judge an answer: `make exercise-kit` brings up to date what that needs, and then a report is
/// written. An empty `answer` is the exercise's own.
std::unique_ptr<Task> start_judging(const Places& places, const Exercise& exercise,
                                    const std::string& answer = "", const std::string& report = "");

/// Waits for a task and prints what it prints, or only if it fails. False when it has failed.
bool finish(Task& task, bool only_failure = false);

/// Judges the answers to several exercises, as many at a time as there are processors. Shows on a terminal
/// how many are judged. False when what judging needs cannot be built, which make explains.
bool judge_all(const Places& places, const std::vector<const Exercise*>& which);

}  // namespace exercises
