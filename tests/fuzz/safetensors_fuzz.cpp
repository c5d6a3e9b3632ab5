#include <algorithm>
#include <cstdint>
#include <cstring>

#include "fuzz.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// Files of weights, read into parameters of four shapes. In this target the header's length is nearly always right, so that the
// changes reach what is behind it.

namespace {

using namespace tg;

// Everything that the parameters hold, to see a change.
std::string held(const nn::Parameters& parameters) {
  std::string bytes;
  for (const auto& [name, tensor] : parameters)
    bytes.append(reinterpret_cast<const char*>(tensor.array().data()),
                 static_cast<std::size_t>(tensor.size()) * sizeof(Real));
  return bytes;
}

void run(std::string_view bytes) {
  static const nn::Parameters parameters = {{"w", full({2, 3}, 7)},
                                            {"b", full({3}, 7)},
                                            {"s", full({}, 7)},
                                            {"none", zeros({0, 2})}};
  const std::string path = file_of(bytes);
  const bool whole = succeeds([&] { load_metadata(path); });
  const LoadOptions all_options[] = {{}, {.allow_missing = true}, {true, true}};
  const std::string before = held(parameters);
  const bool loaded = succeeds([&] { load(path, parameters, all_options[bytes.size() % 3]); });
  require(whole || !loaded, "what is loaded is whole");
  require(loaded || held(parameters) == before, "an Error leaves everything as it was");
}

std::string with_length(const std::string& header, const std::string& data, std::uint64_t length) {
  std::string bytes(sizeof length, '\0');
  std::memcpy(bytes.data(), &length, sizeof length);
  return bytes + header + data;
}

// The header ends where the last brace closes.
void repair(std::string& bytes, std::size_t most) {
  if (bytes.size() < 8 || bytes.back() % 32 == 1) return;
  const std::size_t brace = bytes.rfind('}'),
                    end = brace == std::string::npos || brace < 8 ? bytes.size() : brace + 1;
  bytes = with_length(bytes.substr(8, end - 8), bytes.substr(end), end - 8).substr(0, most);
}

std::string file(const std::string& header, std::size_t data) {
  return with_length(header, std::string(data, '\2'), header.size());
}

std::vector<std::string> seeds() {
  std::vector<std::string> all;
  for (const auto& [type, size] : {std::pair{"F64", 8},
                                   {"F32", 4},
                                   {"F16", 2},
                                   {"BF16", 2},
                                   {"I64", 8},
                                   {"I32", 4},
                                   {"I16", 2},
                                   {"I8", 1},
                                   {"U64", 8},
                                   {"U32", 4},
                                   {"U16", 2},
                                   {"U8", 1},
                                   {"BOOL", 1}}) {
    const auto entry = [type = type](const char* name, const char* shape, int begin, int end) {
      return fmt::format(R"("{}":{{"dtype":"{}","shape":{},"data_offsets":[{},{}]}})", name, type, shape,
                         begin, end);
    };
    all.push_back(
        file(fmt::format(R"({{"__metadata__":{{"step":"12"}},{},{},{},{}}})",
                         entry("w", "[2,3]", 0, 6 * size), entry("b", "[3]", 6 * size, 9 * size),
                         entry("s", "[]", 9 * size, 10 * size), entry("none", "[0,2]", 10 * size, 10 * size)),
             static_cast<std::size_t>(10 * size)));
  }
  all.push_back(file(R"({"s":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"x":{"dtype":"C64","shape":[1],)"
                     R"("data_offsets":[8,16]}})",
                     16));
  std::string deep, names;
  for (int i = 0; i < 20'000; ++i) deep += '[';
  for (int i = 0; i < 500; ++i)
    names += fmt::format(R"("n{}":{{"dtype":"U8","shape":[0],"data_offsets":[0,0]}},)", i);
  all.push_back(file(R"({"w":{"dtype":"F32","data_offsets":[0,0],"shape":)" + deep, 0));
  all.push_back(file("{" + names + R"("__metadata__":{}})", 0));
  all.push_back(file("{}", 0));
  return all;
}

}  // namespace

const Target target = {run, seeds(), repair};
