#include "tinygrad_cpp/io/file.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <utility>

#include "files.hpp"
#include "support.hpp"
#if __has_include(<sys/sysmacros.h>)
#include <sys/sysmacros.h>  // makedev, which other systems have in <sys/types.h>
#endif

using namespace tg;

#ifdef __linux__
// Called once, when the library is about to lock a file: what another program may do just then.
static std::function<void()> before_lock;
extern "C" int flock(int descriptor, int operation) noexcept {
  if (before_lock) std::exchange(before_lock, nullptr)();
  return static_cast<int>(syscall(SYS_flock, descriptor, operation));
}
#endif

// Files: what is no regular file is neither read nor replaced, and a save leaves the old file or the new one.

namespace {

mode_t mode_of(const std::string& path) {
  struct stat about = {};
  return stat(path.c_str(), &about) == 0 ? about.st_mode & 07777 : 0;
}

void write(const std::string& path, const std::string& text) { write_whole("write", path, {text}); }

struct NoFile {
  std::string path, kind;
};

/// A directory, and in it a pipe, a socket and a device, with the words for each.
std::vector<NoFile> no_files(const Folder& folder) {
  std::vector<NoFile> all = {{folder.path.string(), "this is a directory"}};
  const std::string pipe = folder.file("pipe"), socket_path = folder.file("socket"),
                    device = folder.file("device");
  if (mkfifo(pipe.c_str(), 0600) == 0) all.push_back({pipe, "this is a pipe"});
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, socket_path.c_str(), sizeof address.sun_path - 1);
  const int descriptor = socket(AF_UNIX, SOCK_STREAM, 0);
  if (socket_path.size() < sizeof address.sun_path &&
      bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0)
    all.push_back({socket_path, "this is a socket"});
  close(descriptor);
  if (mknod(device.c_str(), S_IFCHR | 0600, makedev(1, 3)) == 0)
    all.push_back({device, "this is a device"});
  else
    MESSAGE("no device can be made here (only root can): left out");
  return all;
}

}  // namespace

TEST_CASE("files: only regular ones are read") {
  const Folder folder("tinygrad_files");
  for (const NoFile& other : no_files(folder)) {
    CAPTURE(other.path);
    CHECK(fails_with([&] { read_whole("read", other.path); }, other.kind + "; the path of a file is needed"));
    CHECK(fails_with([&] { load(other.path, {{"a", ones({2})}}); }, other.kind));
  }
  CHECK(fails_with([] { read_whole("read", "/dev/zero"); }, "[read] /dev/zero: this is a device"));
  CHECK(fails_with([&] { read_whole("read", folder.file("none")); }, "there is no file \""));
  CHECK(read_whole("read", folder.file("empty", "")).empty());
  const std::string text(3'000'000, 'x');
  CHECK(read_whole("read", folder.file("long", text)) == text);
  if (fs::exists("/proc/self/status"))  // claims to be empty
    CHECK(read_whole("read", "/proc/self/status").find("Name:") != std::string::npos);
}

TEST_CASE("files: a length that no memory holds is an error") {
  const Folder folder("tinygrad_files");
  const std::string path = folder.file("sparse", "");
  std::error_code refused;
  fs::resize_file(path, 1ULL << 40, refused);
  if (refused) {
    MESSAGE("no file of 1 TB can be made here: left out");
    return;
  }
  CHECK(fails_with([&] { read_whole("read", path); }, "has 1099511627776 bytes; at most 500000000 are read"));
  CHECK(fails_with([&] { load(path, {{"a", ones({2})}}); }, "its header cannot be read"));
  CHECK(fails_with([&] { load_metadata(path); }, "its header cannot be read"));
}

TEST_CASE("files: a link stays, and its target is written") {
  const Folder folder("tinygrad_files");
  fs::create_directories(folder.path / "far");
  const std::string target = folder.file("far/target", "old"), link = folder.file("link"),
                    chain = folder.file("far/chain"), dangling = folder.file("dangling"),
                    loop = folder.file("loop");
  fs::create_symlink("far/target", link);
  fs::create_symlink("../link", chain);
  write(chain, "new");
  CHECK(fs::is_symlink(link));
  CHECK(fs::is_symlink(chain));
  CHECK(!fs::is_symlink(target));
  CHECK(contents(target) == "new");
  fs::create_symlink(folder.path / "far" / "later", dangling);
  write(dangling, "made");
  CHECK(fs::is_symlink(dangling));
  CHECK(contents(folder.path / "far" / "later") == "made");
  fs::create_symlink("loop", loop);
  CHECK(fails_with([&] { write(loop, "x"); }, "loop: the link cannot be resolved"));
}

TEST_CASE("files: a mode is kept, and a new file's is what the umask leaves") {
  const Folder folder("tinygrad_files");
  const std::string path = folder.file("a", "old");
  for (const mode_t mode : {0600, 0644, 0660, 0755, 0200}) {
    chmod(path.c_str(), mode);
    write(path, "new");
    CHECK(mode_of(path) == mode);
  }
  const std::string fresh = folder.file("fresh");
  CHECK(in_child([&] {
          umask(027);
          write(fresh, "x");
          return mode_of(fresh) == 0640 && umask(0) == 027 ? 0 : 1;
        }) == 0);
  if (geteuid() != 0) {
    MESSAGE("only root can give a file to another: left out");
    return;
  }
  if (chown(path.c_str(), 12345, 23456) != 0) return;
  write(path, "newer");
  struct stat about = {};
  stat(path.c_str(), &about);
  CHECK(about.st_uid == 12345);
  CHECK(about.st_gid == 23456);
}

TEST_CASE("files: what is read-only, or no regular file, is not replaced") {
  const Folder folder("tinygrad_files");
  const std::string path = folder.file("a", "old");
  chmod(path.c_str(), 0444);
  CHECK(fails_with([&] { write(path, "new"); }, "a: the file is read-only and was not changed"));
  CHECK(contents(path) == "old");
  CHECK(mode_of(path) == 0444);
  for (const NoFile& other : no_files(folder)) {
    CAPTURE(other.path);
    const fs::file_type before = fs::status(other.path).type();
    CHECK(fails_with([&] { write(other.path, "x"); },
                     other.kind + "; the path of a file, or of a new one, is"));
    CHECK(fails_with([&] { save(other.path, {{"a", ones({2})}}); }, other.kind));
    CHECK(fs::status(other.path).type() == before);
  }
  CHECK(fails_with([&] { write(folder.file("none/a"), "x"); },
                   "cannot create a temporary file in the same directory: No such file"));
}

TEST_CASE(
    "files: what killed programs left is removed; what a running one writes, or anybody else's, is not") {
  const Folder folder("tinygrad_files");
  const std::string path = folder.file("a", "old"), left = folder.file(".a.1.0.unfinished", "half"),
                    written = folder.file(".a.2.0.unfinished", "half"),
                    others = folder.file(".b.1.0.unfinished", "half"),
                    notes = folder.file(".a.notes", "mine");
  const int running = open(written.c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(flock(running, LOCK_EX) == 0);
  write(path, "new");
  CHECK(!fs::exists(left));
  CHECK(fs::exists(written));
  CHECK(fs::exists(others));
  CHECK(fs::exists(notes));
  close(running);
  write(path, "newer");
  CHECK(!fs::exists(written));
  CHECK(contents(path) == "newer");
}

#ifdef __linux__
TEST_CASE("files: a name that another program uses again is not taken for what it was") {
  const Folder folder("tinygrad_files");
  const std::string path = folder.file("a", "old"), name = folder.file(".a.1.0.unfinished", "half");
  before_lock = [&] {
    fs::rename(name, folder.path / "done");
    folder.file(".a.1.0.unfinished", "its next");
  };
  write(path, "new");
  CHECK(!before_lock);
  CHECK(fs::exists(name));
}
#endif

TEST_CASE("files: two writers at once, and each save is whole") {
  const Folder folder("tinygrad_files");
  const std::string path = folder.file("a", std::string(100'000, 'a'));
  std::vector<pid_t> writers;
  for (const char letter : {'b', 'c'}) {
    writers.push_back(fork());
    if (writers.back() != 0) continue;
    try {
      for (int i = 0; i < 25; ++i) write(path, std::string(100'000, letter));
    } catch (const Error&) {
      _exit(1);
    }
    _exit(0);
  }
  for (const pid_t writer : writers) {
    int status = 1;
    while (waitpid(writer, &status, WNOHANG) == 0) {
      const std::string seen = contents(path);
      CHECK(seen == std::string(100'000, seen.empty() ? '?' : seen[0]));
    }
    CHECK(status == 0);
  }
  CHECK(folder.count() == 1);
}

TEST_CASE("no space left: a clear error, and the old file whole") {
  const Folder folder("tinygrad_files");
  const std::string path = folder.file("a");
  save(path, {{"a", tensor({1, 2})}});
  const std::string before = contents(path);
  const int status = in_child([&] {
    const rlimit small{100000, 100000};
    setrlimit(RLIMIT_FSIZE, &small);
    return fails_with([&] { save(path, {{"a", zeros({100000})}}); }, "cannot write: File too large") ? 0 : 1;
  });
  CHECK(status == 0);
  CHECK(contents(path) == before);
  CHECK(folder.count() == 1);
}

// The program that saves is stopped again and again until it has written so much and not yet all of it: so
// each kill comes in the middle of a save, however fast the machine is.
TEST_CASE("killed while saving: the file is the old one or the new one, whole; the next save clears up") {
  const Folder folder("tinygrad_files");
  const std::string path = folder.file("a");
  const Tensor large = zeros({2'000'000});
  save(path, {{"a", large}});
  const std::uintmax_t whole = fs::file_size(path);
  constexpr int kills = 8;
  for (int attempt = 0; attempt < kills; ++attempt) {
    save(path, {{"a", large}});
    CHECK(folder.count() == 1);
    const pid_t child = fork();
    if (child == 0)
      for (int i = 0;; ++i) {
        std::fill_n(large.overwrite().begin(), large.size(), Real(i));
        save(path, {{"a", large}});
      }
    const auto in_the_middle = [&] {
      const std::uintmax_t least = whole * static_cast<std::uintmax_t>(attempt) / kills;
      for (const auto& file : fs::directory_iterator(folder.path))
        if (file.file_size() >= least && (file.path() != path || file.file_size() < whole)) return true;
      return false;
    };
    bool found = false;
    for (int look = 0; look < 100'000 && !found; ++look) {
      usleep(200);
      kill(child, SIGSTOP);
      int status = 0;
      REQUIRE(waitpid(child, &status, WUNTRACED) == child);
      REQUIRE(WIFSTOPPED(status));
      found = in_the_middle();
      kill(child, found ? SIGKILL : SIGCONT);
    }
    waitpid(child, nullptr, 0);
    REQUIRE(found);
    load(path, {{"a", large}});
    const std::span<const Real> values = large.values();
    CHECK(std::all_of(values.begin(), values.end(), [&](Real v) { return v == values[0]; }));
  }
  CHECK(folder.count() > 1);
  save(path, {{"a", large}});
  CHECK(folder.count() == 1);
}
