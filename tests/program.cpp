#include "program.hpp"

#include <doctest/doctest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "files.hpp"

// The only file that make tells where they are: in a copy of the project little else is compiled again.
const std::filesystem::path project_path = TG_ROOT, build_path = TG_BUILD;

namespace {

std::vector<char*> pointers(Words& words) {
  std::vector<char*> all;
  for (std::string& word : words) all.push_back(word.data());
  all.push_back(nullptr);
  return all;
}

}  // namespace

Program::Program(Words words, Words variables, const std::string& input) : output_(nullptr, &std::fclose) {
  for (const char* name : {"PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH"})
    if (const char* value = std::getenv(name)) variables.push_back(std::string(name) + "=" + value);
  // In this order: where a stream of this process is closed, the files get its number.
  const std::unique_ptr<FILE, int (*)(FILE*)> given(std::tmpfile(), &std::fclose);
  output_.reset(std::tmpfile());
  REQUIRE(given);
  REQUIRE(output_);
  std::fwrite(input.data(), 1, input.size(), given.get());
  std::rewind(given.get());
  posix_spawn_file_actions_t streams;
  posix_spawn_file_actions_init(&streams);
  posix_spawn_file_actions_adddup2(&streams, fileno(given.get()), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&streams, fileno(output_.get()), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&streams, STDOUT_FILENO, STDERR_FILENO);
  if (posix_spawnp(&id, words[0].c_str(), &streams, nullptr, pointers(words).data(),
                   pointers(variables).data()) != 0)
    id = 0;
  posix_spawn_file_actions_destroy(&streams);
}

Printed Program::wait() {
  int status = 0;
  if (id == 0 || waitpid(id, &status, 0) != id) return {"", 127};
  Printed printed{"", WIFEXITED(status) ? WEXITSTATUS(status) : -1};
  std::rewind(output_.get());
  std::array<char, 4096> part;
  while (const std::size_t size = std::fread(part.data(), 1, part.size(), output_.get()))
    printed.text.append(part.data(), size);
  return printed;
}

bool has_program(const std::string& name) {
  std::istringstream path(std::getenv("PATH") ? std::getenv("PATH") : "");
  for (std::string folder; std::getline(path, folder, ':');)
    if (access((folder + "/" + name).c_str(), X_OK) == 0) return true;
  MESSAGE("skipped: ", name, " is missing");
  return false;
}

bool has_ranks() {
  if (!has_program("mpirun")) return false;
  const bool built = std::ifstream(build_path / "toolchain.mpi").peek() != EOF;
  if (!built) MESSAGE("skipped: this build found no MPI");
  return built;
}

Printed run_ranks(int count, Words words) {
  Words all = {"mpirun", "--oversubscribe", "--bind-to", "none", "--mca", "mpi_yield_when_idle", "1", "-np"};
  all.push_back(std::to_string(count));
  all.insert(all.end(), words.begin(), words.end());
  // Two mpiruns at once, a user's first, would both make the user's folder, and one of them would fail.
  const Folder own("ranks");
  return run_program(all,
                     {"OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1", "OMP_NUM_THREADS=1",
                      "PMIX_MCA_gds=hash", "OMPI_MCA_orte_tmpdir_base=" + own.path.string()});
}
