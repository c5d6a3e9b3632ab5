#pragma once
#include <cstdlib>
#include <string>

/// An environment variable; as it was afterwards.
class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name), was_set_(std::getenv(name)) {
    if (was_set_) before_ = std::getenv(name);
    setenv(name, value, 1);
  }
  ~Environment() { was_set_ ? setenv(name_, before_.c_str(), 1) : unsetenv(name_); }

 private:
  const char* name_;
  bool was_set_;
  std::string before_;
};
