// What stands beside the weights in a checkpoint, read back.
#pragma once
#include <map>
#include <string>
#include <vector>

namespace lesson {

/// The entries that a lesson wrote beside the weights of its checkpoint. What cannot be used is an Error that
/// names the file and the entry: a checkpoint may be damaged, or another program's.
class CheckpointEntries {
 public:
  /// Error when the file is no checkpoint, or its entry "lesson" is another's.
  CheckpointEntries(const std::string& lesson, const std::string& path);

  /// The entry as it stands.
  const std::string& text(const std::string& name) const;
  /// A whole number from `least` to `most`.
  int whole(const std::string& name, int least, int most) const;
  /// A finite number that is not negative.
  double number(const std::string& name) const;
  /// Lines of so many such numbers.
  std::vector<std::vector<double>> rows(const std::string& name, std::size_t columns) const;
  /// Puts the random stream into the state that was saved.
  void restore_random(const std::string& name) const;

  [[noreturn]] void refuse(const std::string& name, const std::string& needed) const;

 private:
  std::string lesson_, path_;
  std::map<std::string, std::string> entries_;
};

}  // namespace lesson
