#include "support/settings.hpp"

#include <cstdlib>
#include <string_view>

namespace lesson {

Settings& settings() {
  static Settings all;
  return all;
}

bool is_recorded() {
  const char* record = std::getenv("LESSON_RECORD");
  return record && std::string_view(record) == "1";
}

}  // namespace lesson
