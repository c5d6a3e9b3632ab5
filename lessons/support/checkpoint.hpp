// Checkpoints of programs: what stands beside the weights, read back.
#pragma once
#include <map>
#include <string>
#include <vector>

namespace lesson {

/// The entries that a program wrote beside the weights of its checkpoint: "program", its name, and those that
/// it reads here. What cannot be used is an Error that names the file and the entry: a checkpoint may be
/// damaged, or another program's.
class CheckpointEntries {
 public:
  /// Error when the file is no checkpoint, or was saved by another program.
  CheckpointEntries(const std::string& program, const std::string& path);

  /// Whether there is one: files of earlier versions lack some.
  bool has(const std::string& name) const;
  /// The entry as it stands.
  const std::string& text(const std::string& name) const;
  /// A whole number from `least` to `most`.
  int whole(const std::string& name, int least, int most) const;
  /// A finite number that is not negative.
  double number(const std::string& name) const;
  /// Lines of so many such numbers.
  std::vector<std::vector<double>> rows(const std::string& name, std::size_t columns) const;
  /// Finite numbers of any sign, so many, with spaces between.
  std::vector<double> numbers(const std::string& name, std::size_t count) const;
  /// The lines of a text, at least one, none of them empty.
  std::vector<std::string> lines(const std::string& name) const;
  /// How many rows of `size` weights the file can hold, so that no damaged entry asks for more memory.
  int room_for(double size) const;
  /// Error unless the entry "held_out" says that these recordings are held out.
  void need_held_out(const std::string& recordings) const;
  /// Puts the random stream into the state that was saved.
  void restore_random(const std::string& name) const;

  [[noreturn]] void refuse(const std::string& name, const std::string& needed) const;

 private:
  std::string program_, path_;
  std::map<std::string, std::string> entries_;
};

/// Before a new training writes to `path`: the checkpoint of an earlier one is copied to path.old. Gives
/// whether there was one. Error when it cannot be copied.
bool keep_old(const std::string& path);

}  // namespace lesson
