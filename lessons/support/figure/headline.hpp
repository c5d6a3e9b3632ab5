// The sentence above a picture.
#pragma once
#include <string>
#include <vector>

#include "support/figure/page.hpp"

namespace lesson {

inline constexpr double page_width = 720, edge = 16, line_step = 20;

/// Lines of about the same length, as few as a page of this width allows.
std::vector<std::string> headline(const std::string& finding, double width = page_width);

/// Where the page goes on below so many lines.
double below_headline(std::size_t lines);

void draw_headline(Page& page, const std::vector<std::string>& lines);

}  // namespace lesson
