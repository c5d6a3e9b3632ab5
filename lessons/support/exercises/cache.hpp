// Verdicts that are kept, by what they are about.
#pragma once
#include <optional>
#include <string>

#include "support/exercises/exercise.hpp"
#include "support/exercises/verdict.hpp"

namespace exercises {

/// A verdict holds for an answer's text, the exercise's test, hints and number of checks, and for the judge:
/// its program, its commands, the engine.
class Cache {
 public:
  /// Kept in the folder `cache` of `home`.
  explicit Cache(const Places& places);

  /// What a verdict on this text is kept under. Two verdicts that differ have, as good as always, two keys.
  std::string key(const Exercise& exercise, const std::string& text, const judge::Case& how) const;
  std::optional<judge::Verdict> find(const std::string& key) const;
  void keep(const std::string& key, const judge::Verdict& verdict) const;

 private:
  std::string file(const std::string& key) const;

  std::string folder_, counts_, judge_;
};

}  // namespace exercises
