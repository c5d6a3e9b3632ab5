#include "support/record_mode.hpp"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

namespace lesson {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& object) {
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string record(const Json& object) { return "\x1e" + text_of(object) + "\n"; }

Json default_of(bool value) { return {{"type", "switch"}, {"default", value}}; }
Json default_of(int value) { return {{"type", "whole"}, {"default", value}}; }
Json default_of(double value) { return {{"type", "number"}, {"default", value}}; }
Json default_of(const std::string& value) { return {{"type", "text"}, {"default", value}}; }

// Step sizes are tried over powers of ten; but twice as many of something already take twice the time.
Json slider_of(const Flag& knob, const Json& value) {
  const double middle = value, low = std::max(knob.least, middle / 10);
  if (value.is_number_float()) return {low, 10 * middle};
  return {static_cast<int>(low),
          static_cast<int>(std::min(2 * middle, double{std::numeric_limits<int>::max()}))};
}

Json listed(const Flag& knob) {
  Json entry = {{"name", knob.name}, {"meaning", knob.meaning}};
  entry.update(std::visit([](const auto* value) { return default_of(*value); }, knob.value));
  const Json value = entry["default"];  // a copy: an entry that is added moves the others
  if (!value.is_number()) return entry;
  if (knob.least > std::numeric_limits<double>::lowest()) entry["least"] = knob.least;
  if (value > 0) entry["slider"] = slider_of(knob, value);
  return entry;
}

}  // namespace

std::string knob_listing(const std::vector<Flag>& knobs) {
  Json list = Json::array();
  for (const Flag& knob : knobs) list.push_back(listed(knob));
  return text_of(list) + "\n";
}

std::string step_record(int line, const std::string& title) {
  return record({{"step", {{"line", line}, {"title", title}}}});
}

std::string claim_record(const std::string& text, const std::string& result, const std::string& fails_with) {
  return record({{"claim", {{"text", text}, {"result", result}, {"fails_with", fails_with}}}});
}

std::string display_record(const std::string& svg, const std::string& description) {
  return record({{"display", {{"image/svg+xml", svg}, {"text/plain", description}}}});
}

std::string error_record(const std::string& message) { return record({{"error", message}}); }

std::string end_record(int passed, int failed, int skipped) {
  return record({{"end", {{"passed", passed}, {"failed", failed}, {"skipped", skipped}}}});
}

}  // namespace lesson
