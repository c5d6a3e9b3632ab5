#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tg {

/// A regular file, open for reading. Error naming `op` where there is none, it cannot be opened, or it is
/// something else: a pipe could wait for ever, and a device may have no end.
class InputFile {
 public:
  InputFile(const char* op, const std::string& path);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  std::uint64_t size() const { return size_; }
  int descriptor() const { return descriptor_; }
  /// `count` bytes from `offset` on; fewer where the file ends. Error when they cannot be read, or memory is
  /// too small.
  std::string read(std::uint64_t offset, std::uint64_t count) const;

 private:
  [[noreturn]] void fail_here() const;

  const char* op_;
  std::string path_;
  int descriptor_;
  std::uint64_t size_ = 0;
};

/// A file's bytes. Error naming `op` when it cannot be read, is no regular file, or is longer than 500 MB.
std::string read_whole(const char* op, const std::string& path);

/// Puts a file at `path` whole or not at all: the parts are written to a new file beside it, which then takes
/// its name. A link is followed, a file's mode is kept, and new files that killed programs left beside it are
/// removed. Error naming `op` when anything fails (no space, no permission), or when `path` is read-only or
/// no regular file; the new file is gone then, and the old one untouched.
void write_whole(const char* op, const std::string& path, const std::vector<std::string_view>& parts);

}  // namespace tg
