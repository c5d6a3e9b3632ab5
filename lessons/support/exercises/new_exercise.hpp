// A new exercise, for its author.
#pragma once
#include <string>
#include <vector>

#include "support/exercises/exercise.hpp"

namespace exercises {

/// Writes the five files of an exercise that compiles: stub, solution, hints, test, a wrong answer. They are
/// the sections of skeleton.txt. Gives their paths. Refusal where `name` is no name of an exercise, or its
/// number is taken.
std::vector<std::string> begin_exercise(const Places& places, const std::string& name);

}  // namespace exercises
