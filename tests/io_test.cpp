#include <doctest/doctest.h>

#include <cstdlib>
#include <cstring>

#include "files.hpp"
#include "support.hpp"

using namespace tg;

namespace {

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
  CHECK(load_metadata(path) == about);
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
  CHECK(
      fails_with(wrong,
                 "a does not match the parameters. Missing: d. Unexpected: c. Different shape: b ([1] in the "
                 "file, [2] needed)."));
  const Tensor made = 2 * tensor({1}).requires_grad(true);
  CHECK(fails_with(
      [&] {
        load(path, {{"a", a}, {"b", made}, {"c", d}});
      },
      "[load] \"b\" was made by an operation; only a leaf can be overwritten"));
  CHECK(same(a, tensor({9, 9})));
  CHECK(fails_with([&] { save(path, {{"__metadata__", a}}); }, "the format reserves this name"));
  CHECK(fails_with([&] { save(path, {{"\xff", a}}); }, "not UTF-8"));
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
  std::ofstream(path) << "<!DOCTYPE html>";
  CHECK(refused("bytes, 7 follow; it begins with \"<!DOCTYPE ht\", like a file of another format"));
  forge(path, "{" + entry("a", 0, 2 * size) + "}", size);
  CHECK(refused("a lies at bytes 0 to"));
  forge(path, "{" + entry("a", 0, 2 * size) + "," + entry("b", size, 3 * size) + "}", 3 * size);
  CHECK(refused("b lies at bytes " + std::to_string(size)));  // overlap
  forge(path, "{" + entry("a", size, 3 * size) + "}", 3 * size);
  CHECK(refused("a lies at bytes " + std::to_string(size)));  // a gap
  forge(path, "{" + entry("a", 2 * size, 0) + "}", 2 * size);
  CHECK(refused("a lies at bytes"));
  forge(path, "{" + entry("a", 0, 2 * size) + "}", 3 * size);
  CHECK(refused("bytes of data; the header describes"));
  forge(path, "{" + entry("a", 0, size) + "}", size);
  CHECK(refused("a has " + std::to_string(size) + " bytes for 2 numbers"));
  forge(path, "{" + entry("a", 0, 2 * size) + "," + entry("a", 0, 2 * size) + "}", 2 * size);
  CHECK(refused("its header names a twice"));
  forge(path, "{" + entry("a", 0, 4, "[4]", "F8_E4M3") + "}", 4);
  CHECK(fails_with([&] { load(path, {{"a", zeros({4})}}); }, ": a is of type F8_E4M3; floating point of 16"));
  forge(path, "{" + entry("a", 0, 2 * size, "[-2]") + "}", 2 * size);
  CHECK(refused("a: -2 is not a count"));
  forge(path, "{" + entry("a", 0, 2 * size, "\"2\"") + "}", 2 * size);
  CHECK(refused("a list of sizes and two offsets are needed"));
  forge(path, "{\"a\":{}}", 0);
  CHECK(refused("its header cannot be read"));
  forge(path, "{\"a\"", 0);
  CHECK(refused("its header cannot be read"));
  forge(path, "[1, 2]", 0);
  CHECK(refused("its header is not a JSON object"));
  forge(path, "{\"__metadata__\":{\"x\":1}}", 0);
  CHECK(refused("its header cannot be read"));
  for (const char* open : {"[", "{\"a\":"}) {
    std::string deep;
    for (int i = 0; i < 100000; ++i) deep += open;
    forge(path, deep, 0);
    CHECK(refused("its header is nested too deeply"));
    forge(path, "{" + entry("a", 0, 8, deep), 0);
    CHECK(refused("its header is nested too deeply"));
  }
}

TEST_CASE("what was written about the tensors comes back whole") {
  const Folder folder("tinygrad_io");
  const std::string path = folder.file("a"), note = "\x1b[31m\n" + std::string(100'000, 'x');
  save(path, {{"a", ones({1})}}, {{"note", note}});
  CHECK(load_metadata(path).at("note") == note);
}
