#include "support/figure/page.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

// A number of pixels to one decimal. What lies halfway goes up, also where the last bits of a double differ
// from one machine to the next, so that all write the same. Beyond a million pixels nothing is seen.
std::string number(double pixels) {
  const double tenths = std::floor(std::clamp(pixels, -1e6, 1e6) * 10 + 0.5 + 1e-6);
  const long n = std::isnan(tenths) ? 0 : static_cast<long>(tenths);
  const long size = std::abs(n);
  return fmt::format("{}{}{}", n < 0 ? "-" : "", size / 10,
                     size % 10 ? fmt::format(".{}", size % 10) : std::string());
}

std::string pair(Point point) { return number(point.x) + " " + number(point.y); }

std::string attribute(const char* name, std::string_view value) {
  return fmt::format(" {}=\"{}\"", name, value);
}

// A text in which nothing is a tag, and every character is one that XML allows.
std::string escaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const tg::Character character = tg::first_character(text);
    const std::string_view bytes = text.substr(0, character.size);
    text.remove_prefix(character.size);
    if (!character.valid || character.code == 0xfffe || character.code == 0xffff)
      out += "\xef\xbf\xbd";  // U+FFFD stands for what cannot be written
    else if (character.code < ' ' || (character.code >= 0x7f && character.code < 0xa0))
      out += ' ';
    else if (bytes == "&")
      out += "&amp;";
    else if (bytes == "<")
      out += "&lt;";
    else if (bytes == ">")
      out += "&gt;";
    else if (bytes == "\"")
      out += "&quot;";
    else
      out += bytes;
  }
  return out;
}

std::string stroke(const Pen& pen) {
  std::string text = attribute("stroke", pen.colour), dashes;
  if (pen.width != 1) text += attribute("stroke-width", number(pen.width));
  for (double length : pen.dashes)
    if (length > 0) dashes += (dashes.empty() ? "" : " ") + number(length);
  return dashes.empty() ? text : text + attribute("stroke-dasharray", dashes);
}

std::string fill(std::string_view colour, double opacity = 1) {
  std::string text = attribute("fill", colour);
  return opacity < 1 ? text + attribute("fill-opacity", fmt::format("{:.2g}", opacity)) : text;
}

// The outline of a symbol.
std::string outline(Symbol symbol, Point at, double r) {
  const auto start = [&](double dx, double dy) { return "M" + pair({at.x + dx, at.y + dy}); };
  const auto by = [&](double dx, double dy) { return "l" + pair({dx, dy}); };
  const double tall = r * 1.4;
  switch (symbol) {
    case Symbol::square:
      return start(-r, -r) + by(2 * r, 0) + by(0, 2 * r) + by(-2 * r, 0) + "z";
    case Symbol::diamond:
      return start(0, -tall) + by(tall, tall) + by(-tall, tall) + by(-tall, -tall) + "z";
    case Symbol::triangle:
    case Symbol::open_triangle:
      return start(0, -tall) + by(tall, 2 * r) + by(-2 * tall, 0) + "z";
    case Symbol::triangle_down:
      return start(0, tall) + by(tall, -2 * r) + by(-2 * tall, 0) + "z";
    default: {
      const std::string half = fmt::format("a{0} {0} 0 1 0 ", number(r));
      return start(-r, 0) + half + number(2 * r) + " 0" + half + number(-2 * r) + " 0";
    }
  }
}

Point towards(Point from, Point to, double length) {
  const double distance = std::hypot(to.x - from.x, to.y - from.y);
  const double share = distance > 0 ? length / distance : 0;
  return {from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share};
}

}  // namespace

Page::Page(const std::string& name, double width, double height)
    : name_(name), width_(width), height_(height) {}

void Page::text(double x, double y, std::string_view text, const Font& font, Align align, bool upwards) {
  if (text.empty()) return;
  const double down = 0.325 * font.size;  // from the middle of small letters to where they stand
  const Point at = upwards ? Point{x + down, y} : Point{x, y + down};
  body_ += "<text" + attribute("x", number(at.x)) + attribute("y", number(at.y));
  if (font.size != tick_font.size) body_ += attribute("font-size", number(font.size));
  if (font.bold) body_ += attribute("font-weight", "bold");
  if (std::string_view(font.colour) != tick_font.colour) body_ += attribute("fill", font.colour);
  if (align != Align::left) body_ += attribute("text-anchor", align == Align::center ? "middle" : "end");
  if (upwards) body_ += attribute("transform", "rotate(-90 " + pair(at) + ")");
  body_ += ">" + escaped(text) + "</text>\n";
}

void Page::path(const std::string& data, const std::string& attributes) {
  if (!data.empty()) body_ += "<path" + attributes + attribute("d", data) + "/>\n";
}

void Page::segment(double x1, double y1, double x2, double y2, const Pen& pen) {
  polyline({{x1, y1}, {x2, y2}}, pen);
}

void Page::polyline(const std::vector<Point>& points, const Pen& pen) {
  std::string data, before;
  bool drawing = false;
  for (const Point& point : points) {
    const bool there = std::isfinite(point.x) && std::isfinite(point.y);
    if (there) {
      const std::string here = pair(point);
      if (!drawing) data += "M" + here;
      if (drawing && here != before) data += " " + here;  // numbers after those of an M are a line's
      before = here;
    }
    drawing = there;
  }
  path(data, " fill=\"none\"" + stroke(pen));
}

void Page::polygon(const std::vector<Point>& corners, std::string_view colour, double opacity) {
  std::string data;
  for (const Point& corner : corners) data += (data.empty() ? "M" : " ") + pair(corner);
  path(data + "z", fill(colour, opacity));
}

void Page::arrow(std::vector<Point> points, const Pen& pen) {
  const double length = 6 + 2 * pen.width, half = 2.5 + pen.width;
  const Point tip = points.back();
  points.pop_back();
  while (points.size() > 1 && std::hypot(tip.x - points.back().x, tip.y - points.back().y) < length)
    points.pop_back();
  const Point base = towards(tip, points.back(), length),
              side = towards({0, 0}, {base.y - tip.y, tip.x - base.x}, half);
  points.push_back(towards(tip, base, length - 1));
  polyline(points, pen);
  polygon({tip, {base.x + side.x, base.y + side.y}, {base.x - side.x, base.y - side.y}}, pen.colour);
}

void Page::rectangle(const Box& box, std::string_view colour, const Pen& edge, double rounding) {
  body_ += "<rect" + attribute("x", number(box.left)) + attribute("y", number(box.top)) +
           attribute("width", number(box.width())) + attribute("height", number(box.height()));
  if (rounding > 0) body_ += attribute("rx", number(rounding));
  body_ += fill(colour) + (edge.width > 0 ? stroke(edge) : "") + "/>\n";
}

void Page::ellipse(const Box& box, std::string_view colour, const Pen& edge) {
  const Point middle = box.middle();
  body_ += "<ellipse" + attribute("cx", number(middle.x)) + attribute("cy", number(middle.y)) +
           attribute("rx", number(box.width() / 2)) + attribute("ry", number(box.height() / 2)) +
           fill(colour) + stroke(edge) + "/>\n";
}

void Page::symbols(const std::vector<Point>& points, Symbol symbol, double radius, std::string_view colour,
                   double opacity) {
  std::string data;
  for (const Point& point : points)
    if (std::isfinite(point.x) && std::isfinite(point.y)) data += outline(symbol, point, radius);
  const bool open = symbol == Symbol::ring || symbol == Symbol::open_triangle;
  path(data, open ? " fill=\"none\"" + attribute("stroke", colour) : fill(colour, opacity));
}

void Page::stripes(const std::vector<Stripe>& stripes, double height, std::string_view colour) {
  std::string data;
  for (const Stripe& stripe : stripes)  // absolute ends, so that neighbours have the very same one
    data += "M" + pair({stripe.left, stripe.y}) + "H" + number(stripe.right);
  path(data, attribute("stroke", colour) + attribute("stroke-width", number(height)) +
                 " shape-rendering=\"crispEdges\"");
}

void Page::begin_clip(const Box& box) {
  const std::string id = fmt::format("{}-clip{}", name_, ++clips_);
  body_ += "<clipPath" + attribute("id", id) + ">";
  rectangle(box, "none");
  body_ += "</clipPath>\n<g" + attribute("clip-path", "url(#" + id + ")") + ">\n";
}

void Page::end_clip() { body_ += "</g>\n"; }

std::string Page::svg(std::string_view description) const {
  std::string title = name_;
  std::replace(title.begin(), title.end(), '_', ' ');
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
      "style=\"max-width:100%;height:auto\" role=\"img\" aria-labelledby=\"{2}-title {2}-finding\">\n"
      "<title id=\"{2}-title\">{3}</title>\n<desc id=\"{2}-finding\">{4}</desc>\n"
      "<rect width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>\n"
      "<g font-family=\"sans-serif\"{5}{6} stroke-linejoin=\"round\">\n{7}</g>\n</svg>\n",
      number(width_), number(height_), name_, title, escaped(description),
      attribute("font-size", number(tick_font.size)), fill(tick_font.colour), body_);
}

}  // namespace lesson
