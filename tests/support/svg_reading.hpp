#pragma once
#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "figures.hpp"
#include "support/figure/svg.hpp"

// What stands in an SVG file.

inline std::string svg_of(const Figure& figure) { return lesson::svg_of(figure.drawing()); }

// Every tag is closed in its turn, every quote too, every & begins a name: what is wrong first, or nothing.
inline std::string malformed(const std::string& xml) {
  std::vector<std::string> open;
  for (std::size_t at = 0; (at = xml.find_first_of("<&", at)) != std::string::npos; ++at) {
    const std::string near = xml.substr(at, 40);
    if (xml[at] == '&') {
      const auto names = {"&amp;", "&lt;", "&gt;", "&quot;"};
      if (std::none_of(names.begin(), names.end(), [&](const char* name) { return near.starts_with(name); }))
        return near;
      continue;
    }
    const std::string name = near.substr(1, near.find_first_of(" \t\n/>", 2) - 1);
    for (++at; at < xml.size() && xml[at] != '>'; ++at) {  // to its end, over what is in quotes
      if (xml[at] == '"' || xml[at] == '\'')
        at = std::min(xml.find_first_of({xml[at], '<'}, at + 1), xml.size() - 1);
      if (xml[at] == '<') return near;
    }
    if (name[0] == '/') {
      if (open.empty() || "/" + open.back() != name) return near;
      open.pop_back();
    } else if (xml[at - 1] != '/') {
      open.push_back(name);
    }
  }
  return open.empty() ? "" : "not closed: " + open.back();
}

// What stands between each `start` and the next character of `end`.
inline std::vector<std::string> all(const std::string& text, const std::string& start, const char* end) {
  std::vector<std::string> found;
  for (std::size_t at = 0; (at = text.find(start, at)) != std::string::npos;) {
    at += start.size();
    found.push_back(text.substr(at, text.find_first_of(end, at) - at));
  }
  return found;
}

inline std::vector<std::string> ids_of(const std::string& svg) { return all(svg, " id=\"", "\""); }

// The data of the last path in the first colour.
inline std::string path_of(const std::string& svg) {
  return all(all(svg, "stroke=\"#0072B2\"", ">").back(), " d=\"", "\"").back();
}

// The heights of a path's corners.
inline std::vector<double> heights_of(std::string path) {
  std::replace(path.begin(), path.end(), 'M', ' ');
  std::istringstream numbers(path);
  std::vector<double> heights;
  for (double x = 0, y = 0; numbers >> x >> y;) heights.push_back(y);
  return heights;
}

inline std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++n;
  return n;
}
