// What gnuplot leaves to be done to its SVG.
#pragma once
#include <string>

namespace lesson {

/// With a title and a description of its own, ids that begin with the name, and no empty groups.
std::string finished_svg(std::string svg, const std::string& name, const std::string& description);

/// A text in which nothing is a tag.
std::string escaped(const std::string& text);

}  // namespace lesson
