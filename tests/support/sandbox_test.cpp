// The wall around a class's answers, and work in several processes.
#include "support/exercises/sandbox.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "../files.hpp"
#include "../program.hpp"
#include "support/error_of.hpp"
#include "support/exercises/limited.hpp"
#include "support/exercises/processes.hpp"

using namespace exercises;
using judge::Ended;
using judge::Ending;

namespace {

// A server on this machine, for as long as it lives.
struct Server {
  Server() : descriptor(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(bind(descriptor, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(listen(descriptor, 8) == 0);
    getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
    port = std::to_string(ntohs(address.sin_port));
  }
  ~Server() { close(descriptor); }
  Server(const Server&) = delete;
  int descriptor;
  std::string port;
};

// The walls that work here.
std::vector<Sandbox> walls(const std::vector<std::string>& hidden = {}) {
  std::vector<Sandbox> all;
  for (const char* name : {"bwrap", "unshare"}) {
    const Sandbox wall = sandbox_named(name, hidden);
    if (judge::run_limited({"true"}, {.inside = wall.around(".")}).status == 0) all.push_back(wall);
  }
  return all;
}

Ended in_shell(const Sandbox& wall, const std::string& work, const std::string& command,
               const std::string& secret = "") {
  return judge::run_limited({"bash", "-c", command}, {.seconds = 1, .inside = wall.around(work)}, secret);
}

}  // namespace

TEST_CASE("sandbox: what works here is taken, and said") {
  const Sandbox wall = sandbox({});
  const std::vector<Sandbox> all = walls();
  CHECK(wall.name == (all.empty() ? "" : all.front().name));
  CHECK_FALSE(wall.keeps_out.empty());
  const Sandbox none = sandbox_named("", {});
  CHECK(none.around(".").empty());
  CHECK(none.keeps_out.find("neither bwrap") != std::string::npos);
}

TEST_CASE("sandbox: there is no network inside") {
  const Server server;
  const std::string connect = "exec 9<>/dev/tcp/127.0.0.1/" + server.port;
  CHECK(in_shell(sandbox_named("", {}), ".", connect).status == 0);
  for (const Sandbox& wall : walls()) CHECK_MESSAGE(in_shell(wall, ".", connect).status != 0, wall.name);
}

TEST_CASE("sandbox: how a program ended is told as without one") {
  for (const Sandbox& wall : walls()) {
    CAPTURE(wall.name);
    const Ended both = in_shell(wall, ".", "cat <&3; echo said >&4; exit 7", "secret");
    CHECK(both.how == Ending::exited);
    CHECK(both.status == 7);
    CHECK(both.output == "secret");
    CHECK(both.reported == "said\n");
    const Ended crashed = in_shell(wall, ".", "kill -SEGV $$");
    CHECK(crashed.how == Ending::signalled);
    CHECK(crashed.status == SIGSEGV);
    CHECK(in_shell(wall, ".", "while :; do :; done").how == Ending::out_of_time);
  }
}

TEST_CASE("sandbox: bwrap lets a program write into its folder alone, and hides others") {
  const Folder work("work"), open("open");
  const fs::path before = fs::current_path();
  fs::current_path(project_path);
  const std::string hidden = project_path / "lessons/support",
                    written = fs::absolute(open.file("written.txt"));
  for (const Sandbox& wall : walls({hidden})) {
    if (wall.name != "bwrap") continue;
    const std::string inside = work.file("inside.txt");
    CHECK(in_shell(wall, work.path, "echo text >'" + inside + "'").status == 0);
    CHECK(contents(inside) == "text\n");
    CHECK(in_shell(wall, work.path, "ls '" + hidden + "'").output == "");
    CHECK(in_shell(wall, work.path, "ls lessons").output.find("support") != std::string::npos);
    in_shell(wall, work.path, "echo text >'" + written + "'");
    CHECK_FALSE(fs::exists(written));
    CHECK(in_shell(wall, work.path, "echo text >Makefile").status != 0);
  }
  fs::current_path(before);
}

TEST_CASE("processes: each call runs once, and a failure is told") {
  const Folder folder("processes");
  std::size_t last = 0;
  in_processes(
      5, 2, [&](std::size_t i) { folder.file(std::to_string(i), std::to_string(getpid())); },
      [&](std::size_t ended) { last = ended; });
  CHECK(last == 5);
  CHECK(folder.count() == 5);
  CHECK(contents(folder.path / "3") != std::to_string(getpid()));
  const auto call = [](std::size_t i) {
    if (i == 1) _exit(3);
  };
  CHECK(lesson::error_of([&] { in_processes(3, 2, call, [](std::size_t) {}); }) ==
        "[exercises] 1 of 3 processes ended without a result");
}
