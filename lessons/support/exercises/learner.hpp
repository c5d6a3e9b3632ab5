// Where a learner is: which exercise, how many hints, what is done.
#pragma once
#include <stdexcept>
#include <string>
#include <vector>

#include "support/exercises/exercise.hpp"

namespace exercises {

/// What is said instead of doing what was asked.
class Refusal : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// All exercises, and what is remembered in `home` between two commands.
class Learner {
 public:
  /// Reads the exercises, and keeps a copy of those that are stubs. Refusal where there are none.
  explicit Learner(const Places& places);

  const Places& places() const { return places_; }
  const std::vector<Exercise>& all() const { return all_; }

  /// The exercise `wanted`, else the one last worked at, else the first that is not done. It is then the one
  /// last worked at. Refusal that lists them where `wanted` is none.
  const Exercise& pick(const std::string& wanted) const;
  /// Whether its answer is green, or a quiz of its lesson has been solved: that implies the lesson's others.
  bool is_done(const Exercise& exercise) const;
  /// The first that is not done after this one, around the end; of all, where this is a null pointer. A null
  /// pointer when the others are done.
  const Exercise* next_after(const Exercise* exercise) const;
  /// What to do now: the exercise last worked at, or when that is done the first after it that is not.
  const Exercise* next() const;
  int done() const;

  /// How many hints have been shown, 0 to 3.
  int hints_shown(const Exercise& exercise) const;
  void set_hints_shown(const Exercise& exercise, int count) const;

  /// A heading, and a line for each exercise: is it done, red or not judged yet, and is the learner there.
  std::string table() const;
  std::string row_of(const Exercise& exercise) const;
  std::string bar_of_all() const;

 private:
  std::string in_home(const std::string& file) const { return places_.home + "/" + file; }

  Places places_;
  std::vector<Exercise> all_;
};

}  // namespace exercises
