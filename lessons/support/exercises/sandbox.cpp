#include "support/exercises/sandbox.hpp"

#include <filesystem>

#include "support/exercises/limited.hpp"

namespace exercises {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

void append(Words& words, const Words& more) { words.insert(words.end(), more.begin(), more.end()); }

// Whether a folder holds the project: it cannot be hidden then.
bool holds_project(const std::string& folder) {
  const std::string project = fs::current_path().string() + "/";
  return folder == "/" || project.starts_with(folder + "/");
}

// Everything can be read but what is hidden, nothing can be written, and there is no other process and no
// network. Compilers write into /tmp, which is a new one.
Sandbox bubblewrap(const Words& hidden) {
  const std::string project = fs::current_path();
  Words words = {
      "bwrap",  "--unshare-all", "--die-with-parent", "--ro-bind", "/",         "/",     "--dev", "/dev",
      "--proc", "/proc",         "--tmpfs",           "/tmp",      "--ro-bind", project, project};
  for (const std::string& folder : hidden)
    if (const std::string path = fs::weakly_canonical(folder); fs::is_directory(path) && !holds_project(path))
      append(words, {"--tmpfs", path});
  append(words, {"--chdir", project});
  return {"bwrap", "no network, no other process, no file to write", words};
}

Sandbox unshare() {
  return {"unshare", "no network", {"unshare", "--map-root-user", "--net", "--ipc", "--"}};
}

}  // namespace

std::vector<std::string> Sandbox::around(const std::string& work) const {
  Words all = words;
  const std::string path = fs::absolute(work);
  if (name == "bwrap") append(all, {"--bind", path, path, "--"});
  return all;
}

Sandbox sandbox_named(const std::string& name, const Words& hidden) {
  if (name == "bwrap") return bubblewrap(hidden);
  if (name == "unshare") return unshare();
  return {"",
          "neither bwrap (Debian's bubblewrap) nor unshare works here: answers can reach the network",
          {}};
}

Sandbox sandbox(const Words& hidden) {
  for (const char* name : {"bwrap", "unshare"}) {
    const Sandbox each = sandbox_named(name, hidden);
    Words words = each.around(".");
    words.emplace_back("true");
    const judge::Ended ended = judge::run_limited(words, {.seconds = 5});
    if (ended.how == judge::Ending::exited && ended.status == 0) return each;
  }
  return sandbox_named("", hidden);
}

}  // namespace exercises
