#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "files.hpp"
#include "support.hpp"

using namespace tg;

// Files of other programs: their types of numbers, a part of a model, and text that nobody vouches for.

namespace {

/// Bytes from the 16-bit or wider numbers of a published format.
template <class T>
std::string bytes_of(const std::vector<T>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(T)};
}

/// Writes a file with one tensor "a" [n] of that type.
void forge_numbers(const std::string& path, const std::string& type, std::size_t n,
                   const std::string& bytes) {
  forge(path,
        fmt::format(R"({{"a":{{"dtype":"{}","shape":[{}],"data_offsets":[0,{}]}}}})", type, n, bytes.size()),
        0);
  std::ofstream(path, std::ios::binary | std::ios::app) << bytes;
}

const std::string f = sizeof(Real) == 4 ? "F32" : "F64";

}  // namespace

TEST_CASE("numbers of other types are converted") {
  const Folder folder("tinygrad_io");
  const std::string path = folder.file("a");
  const auto loaded = [&](const std::string& type, std::size_t n, const std::string& bytes) {
    forge_numbers(path, type, n, bytes);
    const Tensor a = full({static_cast<int>(n)}, 7);
    load(path, {{"a", a}});
    return std::vector<double>(a.values().begin(), a.values().end());
  };
  using Values = std::vector<double>;
  constexpr double inf = std::numeric_limits<double>::infinity();
  // 1, -2, the largest, the smallest normal, the largest and smallest subnormal, 0, -0, infinities. IEEE 754,
  // binary16.
  const std::vector<std::uint16_t> half = {0x3c00, 0xc000, 0x7bff, 0x0400, 0x03ff, 0x0001,
                                           0x0000, 0x8000, 0x7c00, 0xfc00, 0x3555};
  const Values as_half = loaded("F16", half.size(), bytes_of(half));
  CHECK(as_half == Values{1, -2, 65504, 0x1p-14, 1023 * 0x1p-24, 0x1p-24, 0, 0, inf, -inf, 0.333251953125});
  CHECK(std::signbit(as_half[7]));
  CHECK(std::isnan(loaded("F16", 1, bytes_of<std::uint16_t>({0x7e01}))[0]));
  const std::vector<std::uint16_t> brain = {0x3f80, 0xc000, 0x4049, 0x7f80, 0xff80, 0x0080};
  CHECK(loaded("BF16", brain.size(), bytes_of(brain)) == Values{1, -2, 3.140625, inf, -inf, 0x1p-126});
  CHECK(std::isnan(loaded("BF16", 1, bytes_of<std::uint16_t>({0x7fc0}))[0]));
  CHECK(loaded("F32", 3, bytes_of<float>({0.1f, -static_cast<float>(inf), 0x1p-149f})) ==
        Values{0.1f, -inf, 0x1p-149});
  const Values wide = loaded("F64", 4, bytes_of<double>({0.1, inf, -1.5, 1e-320}));
  CHECK(wide == Values{static_cast<double>(Real(0.1)), inf, -1.5, static_cast<double>(Real(1e-320))});
  CHECK(std::isnan(loaded("F64", 1, bytes_of<double>({std::nan("")}))[0]));

  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  CHECK(loaded("I64", 4, bytes_of<std::int64_t>({0, -5, 1 << 24, least})) == Values{0, -5, 1 << 24, -0x1p63});
  CHECK(loaded("I32", 2, bytes_of<std::int32_t>({-7, 1 << 30})) == Values{-7, 1 << 30});
  CHECK(loaded("I16", 2, bytes_of<std::int16_t>({-32768, 32767})) == Values{-32768, 32767});
  CHECK(loaded("I8", 2, bytes_of<std::int8_t>({-128, 127})) == Values{-128, 127});
  CHECK(loaded("U64", 1, bytes_of<std::uint64_t>({1ULL << 63})) == Values{0x1p63});
  CHECK(loaded("U32", 1, bytes_of<std::uint32_t>({1u << 31})) == Values{0x1p31});
  CHECK(loaded("U16", 1, bytes_of<std::uint16_t>({65535})) == Values{65535});
  CHECK(loaded("U8", 2, bytes_of<std::uint8_t>({0, 255})) == Values{0, 255});
  CHECK(loaded("BOOL", 3, bytes_of<std::uint8_t>({0, 1, 1})) == Values{0, 1, 1});
}

TEST_CASE("a number that Real does not hold is an error, and nothing is changed") {
  const Folder folder("tinygrad_io");
  const std::string path = folder.file("a");
  const Tensor a = tensor({9, 9});
  const auto refused = [&](const std::string& type, const std::string& bytes, const std::string& text) {
    forge_numbers(path, type, 2, bytes);
    return fails_with([&] { load(path, {{"a", a}}); }, text);
  };
  constexpr std::int64_t odd = is_double ? (1LL << 53) + 1 : (1 << 24) + 1;
  CHECK(refused("I64", bytes_of<std::int64_t>({1, -odd}),
                fmt::format("a holds {} (I64), which {} cannot hold", -odd, f)));
  CHECK(refused("U64", bytes_of<std::uint64_t>({1, ~0ULL}), "a holds 18446744073709551615 (U64)"));
  if (!is_double) {
    CHECK(refused("F64", bytes_of<double>({1, 1e300}),
                  "a holds 1e+300 (F64), which F32 cannot hold. The double build might"));
    CHECK(refused("F64", bytes_of<double>({1, -3.5e38}), "a holds -3.5e+38 (F64)"));
    CHECK(refused("I32", bytes_of<std::int32_t>({16777217, 0}), "a holds 16777217 (I32)"));
  }
  CHECK(refused("F16", std::string(6, '\0'), "a has 6 bytes for 2 numbers"));
  CHECK(same(a, tensor({9, 9})));
}

TEST_CASE("load: a part of a model, where that is asked for") {
  const Folder folder("tinygrad_io");
  const std::string path = folder.file("a");
  save(path, {{"body", tensor({1, 2})}, {"head", tensor({3})}}, {{"step", "12"}});
  const Tensor body = tensor({0, 0}), fresh = tensor({7});
  CHECK(fails_with(
      [&] {
        load(path, {{"body", body}, {"fresh", fresh}}, {.allow_missing = true});
      },
      "parameters. Unexpected: head."));
  CHECK(fails_with(
      [&] {
        load(path, {{"body", body}, {"fresh", fresh}}, {.allow_unexpected = true});
      },
      "parameters. Missing: fresh."));
  CHECK(same(body, tensor({0, 0})));
  const LoadOptions both = {.allow_missing = true, .allow_unexpected = true};
  CHECK(load(path, {{"body", body}, {"fresh", fresh}}, both).at("step") == "12");
  CHECK(same(body, tensor({1, 2})));
  CHECK(same(fresh, tensor({7})));
  CHECK(fails_with(
      [&] {
        load(path, {{"bodi", body}, {"fresh", fresh}}, both);
      },
      "parameters. Missing: bodi, fresh. Unexpected: body, head."));
  CHECK(fails_with(
      [&] {
        load(path, {{"body", ones({3})}}, both);
      },
      "Different shape: body ([2] in the file, [3]"));
}

TEST_CASE("load: no foreign text stands whole in a message") {
  const Folder folder("tinygrad_io");
  const std::string path = folder.file("a"), name = "\\u001b]0;x\\u0007" + std::string(1'000'000, 'n'),
                    entry = R"({"dtype":"F32","shape":[1],"data_offsets":[0,4]})";
  const auto harmless = [&](const std::string& header, std::size_t data = 4) {
    forge(path, header, data);
    return fails_harmlessly([&] { load(path, {{"a", zeros({1})}}); });
  };
  CHECK(harmless("{\"" + name + "\":" + entry + "}"));
  CHECK(harmless("{\"" + name + "\":" + entry + "}", 5));
  CHECK(harmless("{\"" + name + "\":" + entry + ",\"" + name + "\":" + entry + "}"));
  CHECK(harmless("{\"" + name + "\":{\"dtype\":1,\"shape\":1,\"data_offsets\":1}}"));
  CHECK(harmless(R"({"a":{"dtype":")" + name + R"(","shape":[1],"data_offsets":[0,4]}})"));
  CHECK(harmless(R"({"a":{"dtype":"F32","shape":[")" + name + R"("],"data_offsets":[0,4]}})"));
  CHECK(harmless(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[")" + name + R"(",4]}})"));
  std::string many = R"({"a":{"dtype":"F32","shape":[1)";
  for (int i = 0; i < 100000; ++i) many += ",1";
  CHECK(harmless(many + R"(],"data_offsets":[0,4]}})"));
  CHECK(harmless("{\"" + name));
  CHECK(harmless("\x1b\x07\xff" + name));
  CHECK(harmless("{\"a\":1e" + std::string(1'000'000, '9') + "}"));
  many = "{";
  for (int i = 0; i < 5000; ++i)
    many += fmt::format(R"({}"a{}":{{"dtype":"F32","shape":[0],"data_offsets":[0,0]}})", i ? "," : "", i);
  CHECK(harmless(many + "}", 0));
  const std::string shown_whole(1'000'000, 'm');  // of the program's own names too
  CHECK(fails_harmlessly([&] { load(path, {{shown_whole, zeros({1})}}); }));
  for (const std::string& odd : {"\x1b]0;x\x07" + std::string(1'000'000, '/'), std::string("\x1b]0;x\x07")}) {
    CHECK(fails_harmlessly([&] { load(odd, {}); }));
    CHECK(fails_harmlessly([&] { save(odd + "/none/a", {}); }));
    CHECK(fails_harmlessly([&] { random_state(odd); }));
  }
}
