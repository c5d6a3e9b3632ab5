// Whether data are those that a training began with.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace lesson {

/// A hash of texts and numbers in their order (FNV-1a). Equal data give equal texts; unequal data hardly ever
/// do.
///   lesson::Fingerprint all;
///   for (const std::string& name : names) all.add(name);
class Fingerprint {
 public:
  void add(std::string_view text);
  void add(double number);
  /// 16 hexadecimal digits.
  std::string text() const;

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325;
};

}  // namespace lesson
