#include "support/fingerprint.hpp"

#include <fmt/format.h>

#include <cstring>

namespace lesson {

void Fingerprint::add(std::string_view text) {
  for (const char c : text) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  hash_ = (hash_ ^ 0x100) * 0x100000001b3;  // "ab", "c" is not "a", "bc"
}

void Fingerprint::add(double number) {
  number += 0.0;  // -0 is 0
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  add(std::string_view(bytes, sizeof bytes));
}

std::string Fingerprint::text() const { return fmt::format("{:016x}", hash_); }

}  // namespace lesson
