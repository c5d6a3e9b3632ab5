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

// Step sizes are tried over powers of ten, and shares from end to end; but twice as many of something already
// take twice the time.
Json slider_of(const Flag& knob, const Json& value, bool has_ends) {
  const double middle = value, low = std::max(knob.least, middle / 10);
  if (value.is_number_float()) return has_ends ? Json{knob.least, knob.most} : Json{low, 10 * middle};
  const double high = std::min({2 * middle, knob.most, double{std::numeric_limits<int>::max()}});
  return {static_cast<int>(low), static_cast<int>(high)};
}

Json listed(const Flag& knob) {
  Json entry = {{"name", knob.name}, {"meaning", knob.meaning}};
  entry.update(std::visit([](const auto* value) { return default_of(*value); }, knob.value));
  const Json value = entry["default"];  // a copy: an entry that is added moves the others
  if (!value.is_number()) return entry;
  const bool has_least = knob.least > std::numeric_limits<double>::lowest(),
             has_most = knob.most < std::numeric_limits<double>::max();
  if (has_least) entry["least"] = knob.least;
  if (has_most) entry["most"] = knob.most;
  const bool has_ends = has_least && has_most;
  if (value > 0 || (value.is_number_float() && value == 0 && has_ends))
    entry["slider"] = slider_of(knob, value, has_ends);
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

std::string prediction_record(const std::string& question, const std::string& answer) {
  return record({{"prediction", {{"question", question}, {"answer", answer}}}});
}

std::string display_record(const std::string& svg, const std::string& description) {
  return record({{"display", {{"image/svg+xml", svg}, {"text/plain", description}}}});
}

std::string results_record(const std::vector<std::vector<std::string>>& rows) {
  return record({{"results", rows}});
}

std::string error_record(const std::string& message) { return record({{"error", message}}); }

std::string end_record(int passed, int failed, int skipped) {
  return record({{"end", {{"passed", passed}, {"failed", failed}, {"skipped", skipped}}}});
}

}  // namespace lesson
