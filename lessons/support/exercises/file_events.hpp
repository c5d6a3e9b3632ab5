// Notices that files were written.
#pragma once
#include <string>
#include <vector>

namespace exercises {

/// Events of the files in some folders: written and closed, or moved there, as editors do it. Only Linux has
/// them, and not on every file system: look from time to time as well.
class FileEvents {
 public:
  explicit FileEvents(const std::vector<std::string>& folders);
  ~FileEvents();
  FileEvents(const FileEvents&) = delete;

  /// Readable when something happened; below 0 where there are no events.
  int descriptor() const { return descriptor_; }
  /// Forgets what happened.
  void take() const;

 private:
  int descriptor_ = -1;
};

}  // namespace exercises
