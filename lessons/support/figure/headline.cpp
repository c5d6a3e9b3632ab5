#include "support/figure/headline.hpp"

#include "support/text.hpp"

namespace lesson {
namespace {

constexpr Font font{15, true, "#222222"};

}  // namespace

std::vector<std::string> headline(const std::string& finding, double width) {
  int letters = static_cast<int>((width - 2 * edge) / (font.size * 0.6));
  const std::size_t count = lines_of(wrapped(finding, letters)).size();
  while (letters > 20 && lines_of(wrapped(finding, letters - 1)).size() == count) --letters;
  return lines_of(wrapped(finding, letters));
}

double below_headline(std::size_t lines) { return edge + line_step * static_cast<double>(lines); }

void draw_headline(Page& page, const std::vector<std::string>& lines) {
  for (std::size_t i = 0; i < lines.size(); ++i)
    page.text(edge, edge + line_step * (static_cast<double>(i) + 0.5), lines[i], font);
}

}  // namespace lesson
