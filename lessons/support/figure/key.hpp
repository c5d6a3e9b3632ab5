// The key: what each colour, dash and symbol stands for.
#pragma once
#include <vector>

#include "support/figure/drawing.hpp"
#include "support/figure/page.hpp"

namespace lesson {

struct KeyEntry {
  std::string name;
  int style = 0;
  bool baseline = false, line = false, points = false, area = false;
  double x = 0;  // where it begins
};

/// Every name of the figure once, in rows of at most this width. None where there is nothing to tell apart.
std::vector<std::vector<KeyEntry>> key_rows(const Drawing& drawing, double width);

/// One row, its middle at this height.
void draw_key(Page& page, const std::vector<KeyEntry>& row, double left, double y);

}  // namespace lesson
