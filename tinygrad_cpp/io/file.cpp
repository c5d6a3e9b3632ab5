#include "tinygrad_cpp/io/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <new>
#include <stdexcept>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace tg {
namespace {

namespace fs = std::filesystem;

// The kind of a file that is not a regular file, for a message.
const char* file_kind(mode_t mode) {
  return S_ISDIR(mode) ? "a directory" : S_ISFIFO(mode) ? "a pipe" : S_ISSOCK(mode) ? "a socket" : "a device";
}

/// Blocks the signal SIGXFSZ in this thread. A write past the limit on file sizes sends it, and it would end
/// the program. If it is blocked, the write fails with an errno.
class BlockedSignal {
 public:
  BlockedSignal() {
    sigemptyset(&signal_);
    sigaddset(&signal_, SIGXFSZ);
    pthread_sigmask(SIG_BLOCK, &signal_, &old_mask_);
  }
  ~BlockedSignal() {
    sigset_t pending;
    if (sigpending(&pending) == 0 && sigismember(&pending, SIGXFSZ) == 1 &&
        sigismember(&old_mask_, SIGXFSZ) == 0) {
      int received;
      sigwait(&signal_, &received);
    }
    pthread_sigmask(SIG_SETMASK, &old_mask_, nullptr);
  }
  BlockedSignal(const BlockedSignal&) = delete;
  BlockedSignal& operator=(const BlockedSignal&) = delete;

 private:
  sigset_t signal_, old_mask_;
};

// The path at the end of a chain of links. There need not be a file at that path.
fs::path resolve_links(const char* op, const std::string& path) {
  fs::path target = path;
  for (int links = 0; links < 40; ++links) {
    std::error_code none;
    if (!fs::is_symlink(fs::symlink_status(target, none))) return target;
    target = target.parent_path() / fs::read_symlink(target, none);
    if (none) break;
  }
  fail(op, "{}: the link cannot be resolved; the path of a file, or of a new one, is needed",
       shown_path(path));
}

constexpr std::string_view temporary_suffix = ".unfinished";

// The beginning of the names of temporary files for `target`.
std::string temporary_prefix(const fs::path& target) {
  return fmt::format(".{}.", target.filename().string().substr(0, 200));
}

// Removes the temporary files that killed programs have left. A program that is still writing holds a lock on
// its file; the lock ends with the process.
void remove_stale_files(const fs::path& target) {
  const std::string prefix = temporary_prefix(target);
  std::error_code failed;  // if the directory cannot be listed, nothing is removed
  const fs::path directory = target.has_parent_path() ? target.parent_path() : ".";
  for (auto entry = fs::directory_iterator(directory, failed); !failed && entry != fs::directory_iterator();
       entry.increment(failed)) {
    const std::string name = entry->path().filename().string();
    if (!name.starts_with(prefix) || !name.ends_with(temporary_suffix)) continue;
    const int descriptor = open(entry->path().c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (descriptor < 0) continue;
    // Before the lock was taken, the program may have renamed its file and begun another with this name.
    struct stat locked = {}, named = {};
    if (flock(descriptor, LOCK_EX | LOCK_NB) == 0 && fstat(descriptor, &locked) == 0 &&
        lstat(entry->path().c_str(), &named) == 0 && locked.st_dev == named.st_dev &&
        locked.st_ino == named.st_ino)
      unlink(entry->path().c_str());
    close(descriptor);
  }
}

/// A temporary file that can replace the file at `path`. The destructor removes it if it has not.
class NewFile {
 public:
  NewFile(const char* op, const std::string& path) : op_(op), path_(path), target_(resolve_links(op, path)) {}
  ~NewFile() {
    if (!temporary_path_.empty()) unlink(temporary_path_.c_str());
    if (descriptor_ >= 0) close(descriptor_);
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void create() {
    struct stat old = {};
    const bool replaces = stat(target_.c_str(), &old) == 0;
    if (replaces) check_replaceable(old);
    remove_stale_files(target_);
    // A first file has mode 0666 without the bits of the umask. A replacement is private at first, because
    // nobody may read it who cannot read the old file.
    create_locked(replaces ? old.st_mode & 0600 : 0666);
    if (!replaces) return;
    // Only root can change the owner. A member of the group can change the group.
    const bool kept = fchown(descriptor_, old.st_uid, old.st_gid) == 0 ||
                      fchown(descriptor_, static_cast<uid_t>(-1), old.st_gid) == 0;
    fchmod(descriptor_, old.st_mode & (kept ? 0777 : 0707));  // has no effect on file systems without modes
  }

  void write_all(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = write(descriptor_, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) fail_here("cannot write");
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }

  void replace_target() {
    if (fsync(descriptor_) != 0) fail_here("cannot write to the disk");
    if (rename(temporary_path_.c_str(), target_.c_str()) != 0) fail_here("cannot rename the temporary file");
    temporary_path_.clear();
    // The new name must reach the disk too. Not all file systems can guarantee this, so errors are ignored.
    const fs::path directory = target_.has_parent_path() ? target_.parent_path() : ".";
    const int directory_descriptor = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory_descriptor < 0) return;
    fsync(directory_descriptor);
    close(directory_descriptor);
  }

 private:
  // rename() would replace a read-only or special file without an error. Root may write to every file, so the
  // mode is checked as well as the access.
  void check_replaceable(const struct stat& old) const {
    if (!S_ISREG(old.st_mode))
      fail(op_, "{}: this is {}; the path of a file, or of a new one, is needed", shown_path(path_),
           file_kind(old.st_mode));
    if ((old.st_mode & 0222) == 0 || faccessat(AT_FDCWD, target_.c_str(), W_OK, AT_EACCESS) != 0)
      fail(op_, "{}: the file is read-only and was not changed. Make it writable, or choose another name",
           shown_path(path_));
  }

  // Creates a file with a new name and locks it.
  void create_locked(mode_t mode) {
    for (int attempt = 0; attempt < 10000; ++attempt) {
      temporary_path_ = target_.parent_path() / (temporary_prefix(target_) + std::to_string(getpid()) + "." +
                                                 std::to_string(attempt));
      temporary_path_ += temporary_suffix;
      descriptor_ = open(temporary_path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
      if (descriptor_ < 0 && errno == EEXIST) continue;
      if (descriptor_ < 0) break;
      flock(descriptor_, LOCK_EX);  // if locks do not work here, remove_stale_files() removes nothing
      struct stat own = {};
      if (fstat(descriptor_, &own) == 0 && own.st_nlink > 0) return;
      close(descriptor_);  // another program removed the file before it was locked
      descriptor_ = -1;
    }
    const int reason = errno;
    temporary_path_.clear();  // nothing to remove
    errno = reason;
    fail_here("cannot create a temporary file in the same directory");
  }

  [[noreturn]] void fail_here(const char* what) const {
    const int reason = errno;
    fail(op_, "{}: {}: {}; the old file, if any, is unchanged", shown_path(path_), what,
         std::strerror(reason));
  }

  const char* op_;
  const std::string& path_;
  const fs::path target_;
  fs::path temporary_path_;
  int descriptor_ = -1;
};

}  // namespace

InputFile::InputFile(const char* op, const std::string& path) : op_(op), path_(path), descriptor_(-1) {
  struct stat status = {};
  // Checks the file before it is opened, because opening a pipe may wait for ever and opening a tape may move
  // it. Checks it again afterwards, because the name may then belong to another file.
  if (stat(path.c_str(), &status) != 0 && errno == ENOENT) {
    std::error_code unknown;
    fail(op, "there is no file \"{}\"; looked for {}", shown_path(path),
         shown_path(fs::absolute(path, unknown).string()));
  }
  if (status.st_mode == 0 || S_ISREG(status.st_mode)) {
    descriptor_ = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor_ < 0 || fstat(descriptor_, &status) != 0) fail_here();
  }
  if (!S_ISREG(status.st_mode)) {
    if (descriptor_ >= 0) close(descriptor_);
    fail(op, "{}: this is {}; the path of a file is needed", shown_path(path), file_kind(status.st_mode));
  }
  size_ = static_cast<std::uint64_t>(status.st_size);
}

InputFile::~InputFile() { close(descriptor_); }

void InputFile::fail_here() const {
  fail(op_, "{}: cannot read: {}", shown_path(path_), std::strerror(errno));
}

std::string InputFile::read(std::uint64_t offset, std::uint64_t count) const try {
  std::string bytes, buffer(static_cast<std::size_t>(std::min<std::uint64_t>(count, 1 << 20)), '\0');
  bytes.reserve(static_cast<std::size_t>(std::min(count, size_ - std::min(offset, size_))));
  while (bytes.size() < count) {
    const std::size_t wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(count - bytes.size(), buffer.size()));
    const ssize_t got = pread(descriptor_, buffer.data(), wanted, static_cast<off_t>(offset + bytes.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail_here();
    if (got == 0) break;
    bytes.append(buffer, 0, static_cast<std::size_t>(got));
  }
  return bytes;
} catch (const std::bad_alloc&) {
  fail(op_, "{}: no memory for {} bytes of it", shown_path(path_), count);
} catch (const std::length_error&) {
  fail(op_, "{}: no memory for {} bytes of it", shown_path(path_), count);
}

std::string read_whole(const char* op, const std::string& path) {
  constexpr std::uint64_t max_bytes = 500'000'000;
  const InputFile file(op, path);
  // Checks the size first, so that no part of a file that is too long is read. Files of /proc report size 0,
  // so the number of bytes read is checked too.
  std::string bytes = file.size() > max_bytes ? "" : file.read(0, max_bytes + 1);
  if (std::max<std::uint64_t>(file.size(), bytes.size()) > max_bytes)
    fail(op, "{}: the file has {} bytes; at most {} are read", shown_path(path),
         std::max<std::uint64_t>(file.size(), bytes.size()), max_bytes);
  return bytes;
}

void write_whole(const char* op, const std::string& path, const std::vector<std::string_view>& parts) {
  const BlockedSignal blocked;
  NewFile file(op, path);
  file.create();
  for (std::string_view part : parts) file.write_all(part);
  file.replace_target();
}

}  // namespace tg
