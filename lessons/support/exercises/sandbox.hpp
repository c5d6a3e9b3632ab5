// A wall around the programs of people who are not known.
#pragma once
#include <string>
#include <vector>

namespace exercises {

/// What of the system's own a program runs in, beside the judge's limits.
struct Sandbox {
  std::string name;                // "bwrap", "unshare", or nothing
  std::string keeps_out;           // what it does, in a sentence; without one, what is missing
  std::vector<std::string> words;  // before those of the program

  /// The words for programs that may write into the folder `work`.
  std::vector<std::string> around(const std::string& work) const;
};

/// The best that works here. `hidden` are folders that a program finds empty.
Sandbox sandbox(const std::vector<std::string>& hidden);

/// A certain one, whether it works or not: "bwrap", "unshare", or none.
Sandbox sandbox_named(const std::string& name, const std::vector<std::string>& hidden);

}  // namespace exercises
