#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tg {

/// A regular file, open for reading. Error naming `op` if there is no such file, it cannot be opened, or it
/// is not a regular file: reading a pipe could wait for ever, and a device may have no end.
class InputFile {
 public:
  InputFile(const char* op, const std::string& path);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  std::uint64_t size() const { return size_; }
  int descriptor() const { return descriptor_; }
  /// `count` bytes from `offset` on, or fewer if the file ends before. Error if they cannot be read or do not
  /// fit into memory.
  std::string read(std::uint64_t offset, std::uint64_t count) const;

 private:
  [[noreturn]] void fail_here() const;

  const char* op_;
  std::string path_;
  int descriptor_;
  std::uint64_t size_ = 0;
};

/// All bytes of a file. Error naming `op` if it cannot be read, is not a regular file, or has more than
/// 500 MB.
std::string read_whole(const char* op, const std::string& path);

/// Writes a file completely or not at all: writes the parts to a temporary file in the same directory, and
/// then renames it to `path`. Follows links, keeps the permissions of an old file, and removes temporary
/// files that killed programs have left. Error naming `op` if a step fails (no space, no permission), or if
/// `path` is read-only or not a regular file. After an error the old file is unchanged and the temporary file
/// is removed.
void write_whole(const char* op, const std::string& path, const std::vector<std::string_view>& parts);

}  // namespace tg
