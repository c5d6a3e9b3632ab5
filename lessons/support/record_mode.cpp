#include "support/record_mode.hpp"

#include <nlohmann/json.hpp>

namespace lesson {
namespace {

using Json = nlohmann::ordered_json;

std::string record(const Json& object) {
  return "\x1e" + object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string step_record(int line) { return record({{"step", {{"line", line}}}}); }

std::string display_record(const std::string& svg, const std::string& description) {
  return record({{"display", {{"image/svg+xml", svg}, {"text/plain", description}}}});
}

std::string error_record(const std::string& message) { return record({{"error", message}}); }

std::string end_record(int passed, int failed, int skipped) {
  return record({{"end", {{"passed", passed}, {"failed", failed}, {"skipped", skipped}}}});
}

}  // namespace lesson
