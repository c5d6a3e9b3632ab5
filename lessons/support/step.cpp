#include "support/step.hpp"

#include <fmt/core.h>

#include <exception>

#include "support/terminal.hpp"

namespace lesson {

std::vector<Step>& steps() {
  static std::vector<Step> all;
  return all;
}

bool add_step(Step step) {
  steps().push_back(step);
  return true;
}

void run_now(const char* title, void (*body)()) {
  try {
    body();
  } catch (const std::exception& error) {
    write(fmt::format("{} stopped: {}\n", title, error.what()));
  }
}

}  // namespace lesson
