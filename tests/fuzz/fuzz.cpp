#include "fuzz.hpp"

#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>

#include "tinygrad_cpp/utf8.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* bytes, std::size_t size, std::size_t most);

// Before libFuzzer reads the directory of inputs, the last argument: puts the seeds there.
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  std::signal(SIGPROF, [](int) { require(false, "5 s are far more than a small input may take"); });
  struct stat about = {};
  const std::string last = (*argv)[*argc - 1];
  if (stat(last.c_str(), &about) == 0 && S_ISDIR(about.st_mode))
    for (std::size_t i = 0; i < target.seeds.size(); ++i)
      std::ofstream(last + "/seed_" + std::to_string(i), std::ios::binary) << target.seeds[i];
  return 0;
}

// Processor time, unlike libFuzzer's own -timeout: on a busy machine any run may take long.
void allow_seconds(int seconds) {
  const itimerval timer = {{0, 0}, {seconds, 0}};
  setitimer(ITIMER_PROF, &timer, nullptr);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  allow_seconds(5);
  succeeds([&] { target.run({reinterpret_cast<const char*>(bytes), size}); });
  allow_seconds(0);
  return 0;
}

// What libFuzzer changes by itself; now and then a piece is repeated until the input is as long as allowed, since what recurses,
// or takes the square of the time, needs length to show it.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* bytes, std::size_t size, std::size_t most,
                                               unsigned seed) {
  std::minstd_rand random(seed);
  const auto below = [&](std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random);
  };
  size = LLVMFuzzerMutate(bytes, size, most);
  if (size > 0 && size < most && below(200) == 0) {
    const std::size_t from = below(size), length = 1 + below(std::min<std::size_t>(size - from, 16)),
                      rest = size - from - length;
    const std::size_t copies = below(1 + (most - size) / length);
    std::memmove(bytes + from + length * (1 + copies), bytes + from + length, rest);
    for (std::size_t i = 0; i < length * copies; ++i) bytes[from + length + i] = bytes[from + i];
    size += length * copies;
  }
  if (target.repair == nullptr) return size;
  std::string repaired(reinterpret_cast<const char*>(bytes), size);
  target.repair(repaired, most);
  size = std::min(repaired.size(), most);
  std::memcpy(bytes, repaired.data(), size);
  return size;
}

void require(bool condition, std::string_view what) {
  if (condition) return;
  std::fprintf(stderr, "fault: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

void require_error(std::string_view text) {
  require(text.starts_with('[') && text.find("] ") + 3 < text.size(), "an Error begins with [op] and words");
  require_message(text);
}

void require_message(std::string_view text) {
  require(text.size() < 4096, "a message is under 4 kB");
  require(tg::utf8_end(text) == text.size(), "a message is UTF-8");
  std::string lines(text);
  std::erase(lines, '\n');
  require(tg::shown(lines, lines.size()) == lines, "nothing in a message is obeyed or hidden by a terminal");
}

std::string file_of(std::string_view bytes) {
  static const int descriptor = memfd_create("input", MFD_CLOEXEC);
  const auto size = static_cast<ssize_t>(bytes.size());
  if (ftruncate(descriptor, 0) != 0 || pwrite(descriptor, bytes.data(), bytes.size(), 0) != size) {
    std::perror("the input cannot be written");
    std::exit(1);
  }
  return "/proc/self/fd/" + std::to_string(descriptor);
}

std::string_view take_until(std::string_view& bytes, char separator) {
  const std::string_view taken = bytes.substr(0, bytes.find(separator));
  bytes.remove_prefix(std::min(taken.size() + 1, bytes.size()));
  return taken;
}

int take_byte(std::string_view& bytes) {
  if (bytes.empty()) return 0;
  const auto byte = static_cast<unsigned char>(bytes.front());
  bytes.remove_prefix(1);
  return byte;
}
