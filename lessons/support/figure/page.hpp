// A page in pixels, counted from its upper left corner. It writes SVG.
#pragma once
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "support/figure/look.hpp"

namespace lesson {

struct Point {
  double x, y;
};
/// Between two points of a path: the pen is lifted. Any point that is not finite does the same.
inline constexpr Point pen_up{std::numeric_limits<double>::quiet_NaN(), 0};

struct Box {
  double left, top, right, bottom;
  double width() const { return right - left; }
  double height() const { return bottom - top; }
  Point middle() const { return {(left + right) / 2, (top + bottom) / 2}; }
};

enum class Align { left, center, right };

class Page {
 public:
  /// What is drawn first lies behind what is drawn later. The name begins the page's ids.
  Page(const std::string& name, double width, double height);

  /// One line of text, its middle at this height. Upwards: turned by 90 degrees, its middle at this x.
  void text(double x, double y, std::string_view text, const Font& font = {}, Align align = Align::left,
            bool upwards = false);
  void segment(double x1, double y1, double x2, double y2, const Pen& pen);
  void polyline(const std::vector<Point>& points, const Pen& pen);
  void polygon(const std::vector<Point>& corners, std::string_view colour, double opacity = 1);
  /// A line that ends in a head at its last point.
  void arrow(std::vector<Point> points, const Pen& pen);
  /// Without an edge unless the pen has a width.
  void rectangle(const Box& box, std::string_view colour, const Pen& edge = {"none", 0}, double rounding = 0);
  void ellipse(const Box& box, std::string_view colour, const Pen& edge);
  /// The same symbol at each point. The radius is about half of its width.
  void symbols(const std::vector<Point>& points, Symbol symbol, double radius, std::string_view colour,
               double opacity = 1);
  /// Horizontal bars of one height and one colour, as [left, right] at the y of their middles. Those that
  /// touch leave no seam.
  struct Stripe {
    double left, right, y;
  };
  void stripes(const std::vector<Stripe>& stripes, double height, std::string_view colour);

  /// Until end_clip(), only what lies inside the box is seen.
  void begin_clip(const Box& box);
  void end_clip();

  /// The text of the file, with a title and a description for those who cannot see it.
  std::string svg(std::string_view description) const;

 private:
  void path(const std::string& data, const std::string& attributes);
  std::string name_;
  double width_, height_;
  int clips_ = 0;
  std::string body_;
};

}  // namespace lesson
