#pragma once
#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"
#include "tinygrad_cpp/utf8.hpp"

// What tests of all floors share.

constexpr bool is_double = std::is_same_v<tg::Real, double>;
/// Equalities hold to 1e-12 in double and to 1e-6 in float, relative to the larger of 1 and the value.
constexpr double equality = is_double ? 1e-12 : 1e-6;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
constexpr bool sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool sanitized = false;
#endif

inline bool close(double a, double b, double tolerance = equality) {
  return std::abs(a - b) <= tolerance * std::max(1.0, std::abs(b));
}

inline bool matches(std::span<const tg::Real> a, const std::vector<double>& b, double tolerance = equality) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [=](tg::Real p, double q) { return close(static_cast<double>(p), q, tolerance); });
}

inline bool matches(const std::vector<tg::Real>& a, const std::vector<double>& b,
                    double tolerance = equality) {
  return matches(std::span<const tg::Real>(a), b, tolerance);
}

inline bool close(const tg::Tensor& a, const tg::Tensor& b, double tolerance = equality) {
  if (a.shape() != b.shape()) return false;
  const std::span<const tg::Real> p = a.values(), q = b.values();
  return std::equal(p.begin(), p.end(), q.begin(), [=](tg::Real x, tg::Real y) {
    return close(static_cast<double>(x), static_cast<double>(y), tolerance);
  });
}

/// The same shape and, bit for bit, the same values.
inline bool same(const tg::Tensor& a, const tg::Tensor& b) { return close(a, b, 0); }

/// Seconds that this thread has computed: what other programs do meanwhile does not count.
inline double computed_seconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// A number that differs where a bit of the values differs.
inline std::uint64_t hash_of(std::span<const tg::Real> values) {
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a, a number at a time
  for (const tg::Real& value : values) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof value);
    hash = (hash ^ bits) * 0x100000001b3;
  }
  return hash;
}

/// Whether f throws an Error or another exception whose text is short and free of all that a terminal obeys
/// or does not show.
template <class F>
bool fails_harmlessly(F f) {
  try {
    f();
  } catch (const std::exception& error) {
    const std::string text = error.what(), harmless = tg::shown(text, 2000);
    if (text == harmless && text.size() < 600) return true;
    fmt::print(stderr, "  the error has {} bytes and says: {}\n", text.size(), harmless);
    return false;
  }
  fmt::print(stderr, "  no error, where one was expected\n");
  return false;
}

/// Whether f throws an Error whose text holds `text`.
template <class F>
bool fails_with(F f, const std::string& text) {
  try {
    f();
  } catch (const tg::Error& error) {
    if (std::string(error.what()).find(text) != std::string::npos) return true;
    fmt::print(stderr, "  the error says: {}\n  and not:        {}\n", error.what(), text);
    return false;
  }
  fmt::print(stderr, "  no error, where this was expected: {}\n", text);
  return false;
}
