#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "files.hpp"
#include "support.hpp"

using namespace tg;

namespace {

/// Writes a file with this header and `data` bytes of zeros behind it.
void forge(const std::string& path, const std::string& header, std::size_t data,
           std::uint64_t claimed = ~0ULL) {
  const std::uint64_t length = claimed == ~0ULL ? header.size() : claimed;
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(&length), 8);
  out << header << std::string(data, '\0');
}

/// Runs f in a child process and gives its exit status, or minus the signal that ended it.
template <class F>
int in_child(F f) {
  const pid_t child = fork();
  if (child == 0) _exit(f());
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// A small training run whose every number depends on weights, optimizer state and random stream.
struct Training {
  nn::LSTM lstm{2, 3};
  nn::Dense dense{3, 1};
  nn::Dropout dropout{0.2};
  nn::Parameters parameters() const { return {{"lstm", lstm}, {"dense", dense}}; }
  optim::Adam adam{parameters()};

  void steps(int count) {
    for (int i = 0; i < count; ++i) {
      const Tensor x = randn({2, 4, 2}), h = dropout(lstm(x).sequence, nn::Mode::train);
      adam.zero_grad();
      mse_loss(dense(h), sum(x, -1, keepdim)).backward();
      adam.step();
    }
  }
  nn::Parameters checkpoint() const { return {{"model", parameters()}, {"adam", adam.state()}}; }
};

const std::string f = sizeof(Real) == 4 ? "F32" : "F64";
constexpr int size = sizeof(Real);

}  // namespace

TEST_CASE("save and load give everything back, and the file is the published format") {
  const Folder folder("tinygrad_io");
  const std::string path = folder.file("a.safetensors");
  const Tensor a = tensor({{1, 2.5}, {-3, 4}}), b = tensor(7), none = zeros({0, 3});
  save(path, {{"a", a}, {"b", b}, {"none", none}}, {{"step", "12"}, {"said", "\"é"}});
  // For a reader of another project, see check-safetensors in the Makefile.
  if (const char* copy = std::getenv("SAVE_EXAMPLE"))
    fs::copy_file(path, copy, fs::copy_options::overwrite_existing);
  const Tensor a2 = zeros({2, 2}), b2 = tensor(0);
  const auto about = load(path, {{"a", a2}, {"b", b2}, {"none", none}});
  CHECK(same(a2, a));
  CHECK(same(b2, b));
  CHECK(about.at("step") == "12");
  CHECK(about.at("said") == "\"é");
  CHECK(load_about(path) == about);
  CHECK(folder.count() == 1);  // nothing is left beside it

  const std::string bytes = contents(path);
  std::uint64_t length;
  std::memcpy(&length, bytes.data(), 8);
  CHECK(length % 8 == 0);
  const std::string header = bytes.substr(8, length);
  CHECK(header.find("\"a\":{\"dtype\":\"" + f + "\",\"shape\":[2,2],\"data_offsets\":[0," +
                    std::to_string(4 * size) + "]}") != std::string::npos);
  CHECK(bytes.size() == 8 + length + 5 * size);
  Real second;
  std::memcpy(&second, bytes.data() + 8 + length + size, size);
  CHECK(second == Real(2.5));
}

TEST_CASE(
    "a checkpoint resumes bit for bit in a new process: 20 steps are 10 steps, save, load and 10 steps") {
  const Folder folder("tinygrad_io");
  const std::string half = folder.file("half"), whole = folder.file("whole"),
                    resumed = folder.file("resumed");
  manual_seed(11);
  Training once;
  once.steps(10);
  save(half, once.checkpoint(), {{"random", random_state()}});
  once.steps(10);
  save(whole, once.checkpoint());
  const int status = in_child([&] {
    manual_seed(99);  // nothing is left of the first process's stream
    Training again;
    random_state(load(half, again.checkpoint()).at("random"));
    again.steps(10);
    save(resumed, again.checkpoint());
    return 0;
  });
  CHECK(status == 0);
  CHECK(contents(resumed) == contents(whole));
}

TEST_CASE("what does not fit is named, and nothing is changed") {
  const Folder folder("tinygrad_io");
  const std::string path = folder.file("a");
  save(path, {{"a", tensor({1, 2})}, {"b", tensor({3})}, {"c", tensor({4})}});
  const Tensor a = tensor({9, 9}), b = tensor({9, 9}), d = tensor({9});
  const auto wrong = [&] { load(path, {{"a", a}, {"b", b}, {"d", d}}); };
  CHECK(fails_with(wrong, "Missing: d. Unexpected: c. Different: b (" + f + " [1] in the file, " + f +
                              " [2] needed)."));
  const Tensor made = 2 * tensor({1}).requires_grad(true);
  CHECK(fails_with(
      [&] {
        load(path, {{"a", a}, {"b", made}, {"c", d}});
      },
      "[load] \"b\" was made by an operation; only a leaf can be overwritten"));
  CHECK(same(a, tensor({9, 9})));
  CHECK(fails_with([&] { save(path, {{"__metadata__", a}}); }, "which the format keeps for itself"));
  CHECK(fails_with([&] { save(path, {{"\xff", a}}); }, "not UTF-8"));
  CHECK(fails_with([&] { load(folder.file("none"), {{"a", a}}); }, "cannot read: No such file"));
  CHECK(fails_with([&] { load(folder.path.string(), {{"a", a}}); }, "cannot read: Is a directory"));
  CHECK(fails_with([&] { save(folder.path.string(), {{"a", a}}); }, "what was there before is untouched"));
  CHECK(fails_with([&] { save(folder.file("no/such/folder"), {{"a", a}}); }, "No such file"));
  CHECK(folder.count() == 1);
}

TEST_CASE("damaged files are refused with the reason") {
  const Folder folder("tinygrad_io");
  const std::string path = folder.file("bad");
  const Tensor a = zeros({2});
  const auto refused = [&](const std::string& reason) {
    return fails_with([&] { load(path, {{"a", a}}); }, reason);
  };
  const auto entry = [&](const std::string& name, int begin, int end, const std::string& shape = "[2]",
                         const std::string& type = f) {
    return "\"" + name + "\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":[" +
           std::to_string(begin) + "," + std::to_string(end) + "]}";
  };
  forge(path, "{" + entry("a", 0, 2 * size) + "}", 2 * size);
  load(path, {{"a", a}});

  std::ofstream(path) << "abc";
  CHECK(refused("3 bytes; at least 8"));
  forge(path, "{}", 0, 1000);
  CHECK(refused("its header claims 1000 bytes, 2 follow"));
  forge(path, "{}", 0, ~1ULL);
  CHECK(refused("its header claims 18446744073709551614 bytes"));
  forge(path, "{" + entry("a", 0, 2 * size) + "}", size);
  CHECK(refused("a lies at bytes 0 to"));
  forge(path, "{" + entry("a", 0, 2 * size) + "," + entry("b", size, 3 * size) + "}", 3 * size);
  CHECK(refused("b lies at bytes " + std::to_string(size)));  // overlap
  forge(path, "{" + entry("a", size, 3 * size) + "}", 3 * size);
  CHECK(refused("a lies at bytes " + std::to_string(size)));  // a gap
  forge(path, "{" + entry("a", 2 * size, 0) + "}", 2 * size);
  CHECK(refused("a lies at bytes"));
  forge(path, "{" + entry("a", 0, 2 * size) + "}", 3 * size);
  CHECK(refused("of which the header describes"));
  forge(path, "{" + entry("a", 0, size) + "}", size);
  CHECK(refused("a has " + std::to_string(size) + " bytes for 2 numbers"));
  forge(path, "{" + entry("a", 0, 2 * size) + "," + entry("a", 0, 2 * size) + "}", 2 * size);
  CHECK(refused("its header names a twice"));
  forge(path, "{" + entry("a", 0, 4, "[2]", "F16") + "}", 4);
  CHECK(refused("Different: a (F16 [2] in the file, " + f + " [2] needed)"));
  forge(path, "{" + entry("a", 0, 2 * size, "[-2]") + "}", 2 * size);
  CHECK(refused("a: -2 stands where a count is needed"));
  forge(path, "{" + entry("a", 0, 2 * size, "\"2\"") + "}", 2 * size);
  CHECK(refused("a list of sizes and two offsets are needed"));
  forge(path, "{\"a\":{}}", 0);
  CHECK(refused("its header cannot be read"));
  forge(path, "{\"a\"", 0);
  CHECK(refused("its header cannot be read"));
  forge(path, "[1, 2]", 0);
  CHECK(refused("its header is no JSON object"));
  forge(path, "{\"__metadata__\":{\"x\":1}}", 0);
  CHECK(refused("its header cannot be read"));
  forge(path, std::string(200000, '['), 0);
  CHECK(refused("its header cannot be read"));
}

TEST_CASE("no space left: a clear error, and the old file whole") {
  const Folder folder("tinygrad_io");
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

TEST_CASE("killed while saving: the file is the old one or the new one, whole") {
  const Folder folder("tinygrad_io");
  const std::string path = folder.file("a");
  const Tensor large = zeros({4000000});
  save(path, {{"a", large}});
  int seen_in_the_middle = 0;
  for (int attempt = 0; attempt < 20; ++attempt) {
    const pid_t child = fork();
    if (child == 0)
      for (int i = 0;; ++i) {
        std::fill_n(large.overwrite().begin(), large.size(), Real(i));
        save(path, {{"a", large}});
      }
    usleep(static_cast<useconds_t>(3000 + 4700 * attempt));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    seen_in_the_middle += folder.count() > 1;  // a new file without its name yet
    load(path, {{"a", large}});
    const std::span<const Real> values = large.values();
    CHECK(std::all_of(values.begin(), values.end(), [&](Real v) { return v == values[0]; }));
    for (const auto& file : fs::directory_iterator(folder.path))
      if (file.path() != path) fs::remove(file.path());
  }
  CHECK(seen_in_the_middle > 0);
}
