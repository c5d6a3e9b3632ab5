#include "support/settings.hpp"

namespace lesson {

Settings& settings() {
  static Settings all;
  return all;
}

}  // namespace lesson
