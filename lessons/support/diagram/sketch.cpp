#include "support/diagram/sketch.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace lesson {
namespace {

using Reached = std::vector<std::vector<bool>>;

std::string joined(const std::vector<std::string>& parts, const char* separator) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : separator) + part;
  return text;
}

// Of one time step: all states, or those listed.
std::vector<bool> ends(const Trellis& trellis, const std::vector<int>& listed) {
  std::vector<bool> allowed(trellis.states.size(), listed.empty());
  for (int state : listed) allowed[static_cast<std::size_t>(state)] = true;
  return allowed;
}

std::string state_name(const Trellis& trellis, int state) {
  return trellis.states[static_cast<std::size_t>(state)];
}

std::string in_words(const Trellis& trellis) {
  std::string text = fmt::format("A trellis of the states {} (from top to bottom) at {} time steps.",
                                 joined(trellis.states, ", "), trellis.times.size());
  std::vector<std::string> steps;
  for (int s = 0; s < static_cast<int>(trellis.states.size()); ++s)
    if (const std::string words = steps_from(trellis, s); !words.empty()) steps.push_back(words);
  text += " Steps allowed: " + joined(steps, "; ") + ".";
  if (trellis.path.empty()) return text;
  std::vector<std::string> path;
  for (int state : trellis.path) path.push_back(state_name(trellis, state));
  return text + " The marked path: " + joined(path, ", ") + ".";
}

}  // namespace

std::string SketchBox::name() const {
  if (!is_grid()) return text;
  const std::string size = fmt::format("grid of {} by {}", rows, columns);
  return text.empty() ? size : fmt::format("{} ({})", text, size);
}

Reached reachable(const Trellis& trellis) {
  const std::size_t times = trellis.times.size(), states = trellis.states.size();
  Reached forward(times, std::vector<bool>(states)), backward = forward;
  forward.front() = ends(trellis, trellis.first);
  backward.back() = ends(trellis, trellis.last);
  const auto spread_along = [&](std::vector<bool>& to, const std::vector<bool>& from, bool ahead) {
    for (const TrellisStep& step : trellis.steps) {
      if (step.style.crossed) continue;
      const auto start = static_cast<std::size_t>(ahead ? step.from : step.to);
      if (from[start]) to[static_cast<std::size_t>(ahead ? step.to : step.from)] = true;
    }
  };
  for (std::size_t t = 1; t < times; ++t) spread_along(forward[t], forward[t - 1], true);
  for (std::size_t t = times - 1; t > 0; --t) spread_along(backward[t - 1], backward[t], false);
  for (std::size_t t = 0; t < times; ++t)
    for (std::size_t s = 0; s < states; ++s) forward[t][s] = forward[t][s] && backward[t][s];
  return forward;
}

std::string steps_from(const Trellis& trellis, int state) {
  std::vector<std::string> allowed, forbidden;
  for (const TrellisStep& step : trellis.steps) {
    if (step.from != state) continue;
    const std::string& label = step.style.label;
    const std::string to = state_name(trellis, step.to) + (label.empty() ? "" : fmt::format(" ({})", label));
    (step.style.crossed ? forbidden : allowed).push_back(to);
  }
  if (allowed.empty() && forbidden.empty()) return "";
  return state_name(trellis, state) + " -> " + joined(allowed, ", ") +
         (forbidden.empty() ? "" : (allowed.empty() ? "not " : "; not ") + joined(forbidden, ", "));
}

std::string description_of(const Sketch& sketch) {
  if (sketch.trellis) return in_words(*sketch.trellis);
  std::vector<std::string> boxes, arrows;
  for (const SketchBox& box : sketch.boxes) {
    std::string text = box.name();
    if (box.is_grid()) text += ": " + joined(box.cells, " ");
    if (!box.style.note.empty()) text += fmt::format(" ({})", box.style.note);
    boxes.push_back(text);
  }
  const auto name = [&](int box) { return sketch.boxes[static_cast<std::size_t>(box)].name(); };
  for (const SketchArrow& arrow : sketch.arrows)
    arrows.push_back(fmt::format("{} {} {}{}", name(arrow.from),
                                 arrow.style.crossed    ? "not to"
                                 : arrow.style.headless ? "with"
                                                        : "to",
                                 name(arrow.to),
                                 arrow.style.label.empty() ? "" : fmt::format(" ({})", arrow.style.label)));
  return "Boxes: " + joined(boxes, "; ") + "." +
         (arrows.empty() ? "" : " Arrows: " + joined(arrows, "; ") + ".");
}

}  // namespace lesson
