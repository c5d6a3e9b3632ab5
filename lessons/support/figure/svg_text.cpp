#include "support/figure/svg_text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>

namespace lesson {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

// Erases from each `start` up to the next `end`, both included.
void erase_all(std::string& text, std::string_view start, std::string_view end) {
  for (std::size_t from; (from = text.find(start)) != std::string::npos;)
    text.erase(from, text.find(end, from + start.size()) + end.size() - from);
}

// Groups without anything in them are most of what gnuplot writes.
void erase_empty_groups(std::string& svg) {
  for (std::size_t end; (end = svg.find("\">\n</g>\n")) != std::string::npos;) {
    const std::size_t start = svg.rfind('<', end);
    svg.erase(start, end + 8 - start);
  }
}

}  // namespace

std::string escaped(const std::string& text) {
  std::string out = text;
  replace_all(out, "&", "&amp;");
  replace_all(out, "<", "&lt;");
  replace_all(out, ">", "&gt;");
  replace_all(out, "\"", "&quot;");
  std::replace_if(
      out.begin(), out.end(), [](unsigned char c) { return c < ' '; }, ' ');  // XML has no word for them
  return out;
}

std::string finished_svg(std::string svg, const std::string& name, const std::string& description) {
  const std::size_t size = svg.find("width=\""), size_end = svg.find('"', svg.find("viewBox=\"") + 9) + 1;
  std::string dimensions = svg.substr(size, size_end - size);
  replace_all(dimensions, "\n", "");
  svg.erase(0, svg.find("</desc>") + 7);
  erase_all(svg, "<filter", "</filter>");
  erase_all(svg, "<title>gnuplot_plot", "</title>");
  erase_all(svg, " id=\"gnuplot_", "\"");
  erase_empty_groups(svg);
  const std::size_t symbols = svg.find("<defs>"), symbols_end = svg.find("</defs>") + 7;
  if (svg.find("<use", symbols_end) == std::string::npos) svg.erase(symbols, symbols_end - symbols);
  replace_all(svg, "stroke-linejoin=\"miter\"", "stroke-linejoin=\"round\"");
  replace_all(svg, " id='gp", " id='" + name + "-");
  replace_all(svg, "href='#gp", "href='#" + name + "-");
  replace_all(svg, "sans-serif:Bold\"", "sans-serif\" font-weight=\"bold\"");
  std::string title = name;
  std::replace(title.begin(), title.end(), '_', ' ');
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" {0} "
      "style=\"max-width:100%;height:auto\" role=\"img\" aria-labelledby=\"{1}-title {1}-finding\">\n"
      "<title id=\"{1}-title\">{2}</title>\n<desc id=\"{1}-finding\">{3}</desc>{4}",
      dimensions, name, title, escaped(description), svg);
}

}  // namespace lesson
