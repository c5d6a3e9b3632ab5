// What stands in an exercise's file of hints.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace exercises {

/// A head of lines `key: text`, then the hints, each after a line `--- hint N`.
class Hints {
 public:
  explicit Hints(std::string_view text);

  /// The texts of a key in the head: title, kind, lesson, minutes, needs; two why; without.
  std::vector<std::string> lines(std::string_view key) const;
  /// The first of these, or nothing.
  std::string about(std::string_view key) const;
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  std::vector<std::pair<std::string, std::string>> facts_;
  std::vector<std::string> texts_;
};

}  // namespace exercises
