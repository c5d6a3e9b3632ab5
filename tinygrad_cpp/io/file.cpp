#include "tinygrad_cpp/io/file.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "tinygrad_cpp/error.hpp"

namespace tg {
namespace {

/// Writing past a limit on file sizes sends a signal that ends the program; held back, it leaves an errno behind.
class HeldBackSignal {
 public:
  HeldBackSignal() {
    sigemptyset(&signal_);
    sigaddset(&signal_, SIGXFSZ);
    pthread_sigmask(SIG_BLOCK, &signal_, &before_);
  }
  ~HeldBackSignal() {
    sigset_t waiting;
    if (sigpending(&waiting) == 0 && sigismember(&waiting, SIGXFSZ) == 1 &&
        sigismember(&before_, SIGXFSZ) == 0) {
      int taken;
      sigwait(&signal_, &taken);
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  HeldBackSignal(const HeldBackSignal&) = delete;
  HeldBackSignal& operator=(const HeldBackSignal&) = delete;

 private:
  sigset_t signal_, before_;
};

/// A file of its own name beside `path`, removed unless it was given that name.
class NewFile {
 public:
  NewFile(const char* op, const std::string& path) : op_(op), path_(path), own_name_(path + ".XXXXXX") {
    descriptor_ = mkstemp(own_name_.data());
    if (descriptor_ < 0) fail_here("cannot make a file beside it");
    const mode_t mask = umask(0);
    umask(mask);
    fchmod(descriptor_, 0666 & ~mask);  // mkstemp's files are for their owner alone
  }
  ~NewFile() {
    if (descriptor_ >= 0) close(descriptor_);
    if (!named_) unlink(own_name_.c_str());
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void write_all(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = write(descriptor_, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) fail_here("cannot write");
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }

  void take_name() {
    if (fsync(descriptor_) != 0) fail_here("cannot write to the disk");
    const int written = descriptor_;
    descriptor_ = -1;
    if (close(written) != 0) fail_here("cannot finish writing");
    if (rename(own_name_.c_str(), path_.c_str()) != 0) fail_here("cannot give the new file its name");
    named_ = true;
  }

 private:
  [[noreturn]] void fail_here(const char* what) const {
    fail(op_, "{}: {}: {}; what was there before is untouched", path_, what, std::strerror(errno));
  }

  const char* op_;
  const std::string& path_;
  std::string own_name_;
  int descriptor_ = -1;
  bool named_ = false;
};

}  // namespace

void write_whole(const char* op, const std::string& path, const std::vector<std::string_view>& parts) {
  const HeldBackSignal held_back;
  NewFile file(op, path);
  for (std::string_view part : parts) file.write_all(part);
  file.take_name();
}

std::string read_whole(const char* op, const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  std::string bytes;
  bool good = descriptor >= 0;
  struct stat about = {};
  if (good && fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode))
    bytes.reserve(static_cast<std::size_t>(about.st_size));
  std::string buffer(1 << 20, '\0');
  while (good) {
    const ssize_t count = read(descriptor, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count == 0) break;
    good = count > 0;
    if (good) bytes.append(buffer, 0, static_cast<std::size_t>(count));
  }
  const int reason = errno;
  if (descriptor >= 0) close(descriptor);
  if (!good) fail(op, "{}: cannot read: {}", path, std::strerror(reason));
  return bytes;
}

}  // namespace tg
