// The learner's loop: what `make exercise` and its like do.
#pragma once
#include <string>

#include "support/exercises/learner.hpp"

namespace exercises {

/// What make was given: N, LEVEL, FORCE, ANSWER.
struct Asked {
  std::string number, level, force, answer;
};

// Each prints, and gives the exit status. Refusal where something else must be asked for.

/// Judges the answer; 0 when it is right. With `answer`, judges that file, and 0 whatever the verdict.
int exercise(const Learner& learner, const Asked& asked);
/// The same again whenever the answer is saved, until q; without a terminal once.
int watch(const Learner& learner, const Asked& asked);
int hint(const Learner& learner, const Asked& asked);
int progress(const Learner& learner);
int solution(const Learner& learner, const Asked& asked);
int reset(const Learner& learner, const Asked& asked);
/// Writes the project without solutions to a new directory.
int handout(const Learner& learner, const std::string& directory);

/// The exercise and its verdict. On green also what comes next; watch has a key for that.
std::string page_of(const Learner& learner, const Exercise& exercise, const judge::Verdict& verdict,
                    bool watching = false);

}  // namespace exercises
