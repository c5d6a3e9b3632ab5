// watch, on a terminal.
#pragma once
#include "support/exercises/learner.hpp"

namespace exercises {

/// Shows an exercise and its verdict, and judges again whenever the answer or its test is saved. Keys go on,
/// give hints and list the exercises. 0 after q, 1 when there can be no verdict.
int watch_terminal(const Learner& learner, const Exercise& exercise);

}  // namespace exercises
