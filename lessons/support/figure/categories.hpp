// What bars and strips share: a row for each category, its name at the left, lines across all rows.
#pragma once
#include <string>
#include <vector>

#include "support/figure/drawing.hpp"
#include "support/figure/page.hpp"
#include "support/figure/panels.hpp"

namespace lesson {

/// The rows of a panel whose series each take a row of this height in each category.
class Rows {
 public:
  Rows(const Panel& panel, Mark mark, double height);

  /// The room that the names of the categories need.
  double width_of_names() const;
  double height() const { return group_height() * static_cast<double>(panel_.categories.size()); }
  /// The middle of a series' row in a category.
  double middle(std::size_t category, std::size_t series, const Box& box) const;

  /// With their right ends at this x.
  void draw_names(Page& page, double right, const Box& box) const;
  /// With their names at this distance below the plot.
  void draw_baselines(Page& page, const Drawing& drawing, const Scale& scale, const Box& box,
                      double below) const;

 private:
  double group_height() const;
  const Panel& panel_;
  std::size_t series_;
  double height_;
};

/// Where a length lies in a plot that it need not fit in.
double pixel_of(double length, const Scale& scale, const Box& box);

/// A number on white, so that no line crosses it.
void draw_number(Page& page, double x, double y, const std::string& text, Align align = Align::left);

/// A line from one value to another with short ends.
void draw_range(Page& page, double from, double to, double y, const Pen& pen);

}  // namespace lesson
