#include "tinygrad_cpp/array/random.hpp"

#include <fmt/format.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <numeric>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

// The Makefile compiles this file with -ffp-contract=off: some machines would fuse a product and a sum, and
// round differently from the others.

namespace tg {
namespace {

/// ln(x) for x > 0, with exactly rounded operations only, because std::log differs between systems.
/// x = m 2^e with m in [sqrt(1/2), sqrt(2)), and ln m = 2 artanh((m - 1) / (m + 1)).
double portable_log(double x) {
  int exponent;
  double mantissa = std::frexp(x, &exponent);  // in [1/2, 1)
  if (mantissa < 0.70710678118654752) mantissa *= 2, --exponent;
  const double z = (mantissa - 1) / (mantissa + 1), square = z * z;
  double series = 0;
  for (int k = 25; k >= 1; k -= 2) series = series * square + 1.0 / k;
  return exponent * 0.69314718055994531 + 2 * z * series;
}

}  // namespace

RandomStream::RandomStream(std::uint64_t seed) {
  for (std::uint64_t& word : state_) {
    seed += 0x9e3779b97f4a7c15;
    std::uint64_t z = seed;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    word = z ^ z >> 31;
  }
}

std::uint64_t RandomStream::bits() {
  auto& s = state_;
  const std::uint64_t result = std::rotl(s[1] * 5, 7) * 9;
  const std::uint64_t shifted = s[1] << 17;
  s[2] ^= s[0], s[3] ^= s[1], s[1] ^= s[2], s[0] ^= s[3];
  s[2] ^= shifted;
  s[3] = std::rotl(s[3], 45);
  return result;
}

double RandomStream::uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

double RandomStream::uniform(double low, double high) {
  if (!(low <= high) || std::isinf(low) || std::isinf(high))
    fail("uniform", "low is {}, high is {}; two finite numbers are needed, low not above high", low, high);
  return low + (high - low) * uniform();
}

double RandomStream::normal() {
  for (;;) {
    const double u = 2 * uniform() - 1, v = 2 * uniform() - 1, s = u * u + v * v;
    // The method gives a second number, v * sqrt(..). It is dropped, so that the state is only that of
    // bits().
    if (s > 0 && s < 1) return u * std::sqrt(-2 * portable_log(s) / s);
  }
}

int RandomStream::below(int count) {
  if (count < 1) fail("below", "count is {}; at least 1 is needed", count);
  const auto range = static_cast<std::uint64_t>(count);
  // A multiple of `range`: the draws below it are equally distributed over 0 .. range - 1.
  const std::uint64_t limit = ~std::uint64_t{0} - ~std::uint64_t{0} % range;
  for (;;)
    if (const std::uint64_t drawn = bits(); drawn < limit) return static_cast<int>(drawn % range);
}

std::string RandomStream::state() const {
  return fmt::format("{:016x}{:016x}{:016x}{:016x}", state_[0], state_[1], state_[2], state_[3]);
}

void RandomStream::state(const std::string& state) {
  std::uint64_t words[4] = {};
  bool valid = state.size() == 64;
  for (std::size_t i = 0; valid && i < 4; ++i) {
    const char *begin = state.data() + 16 * i, *end = begin + 16;
    valid = std::from_chars(begin, end, words[i], 16).ptr == end;
  }
  if (!valid || (words[0] | words[1] | words[2] | words[3]) == 0)
    fail("random_state",
         "got \"{}\"; 64 hexadecimal digits, not all 0, are needed. Pass a text that random_state() returned",
         shown(state, 80));
  std::copy(std::begin(words), std::end(words), state_);
}

RandomStream& random_stream() {
  static thread_local RandomStream stream;
  return stream;
}

void manual_seed(std::uint64_t seed) { random_stream() = RandomStream(seed); }

std::string random_state() { return random_stream().state(); }

void random_state(const std::string& state) { random_stream().state(state); }

std::vector<int> random_permutation(int count) {
  if (count < 0) fail("random_permutation", "count is {}; it must not be negative", count);
  std::vector<int> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  for (int i = count - 1; i > 0; --i)
    std::swap(order[static_cast<std::size_t>(i)],
              order[static_cast<std::size_t>(random_stream().below(i + 1))]);
  return order;
}

}  // namespace tg
