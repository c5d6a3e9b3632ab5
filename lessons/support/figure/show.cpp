#include <algorithm>
#include <filesystem>

#include "support/figure/csv.hpp"
#include "support/figure/drawing.hpp"
#include "support/figure/svg.hpp"
#include "support/figure/text.hpp"
#include "support/record_mode.hpp"
#include "support/settings.hpp"
#include "support/terminal.hpp"
#include "support/text.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/file.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

// Gives back the path.
std::string write_file(const std::string& directory, const std::string& name, const std::string& text) {
  const std::string path = (std::filesystem::path(directory) / name).string();
  std::error_code refused;
  std::filesystem::create_directories(directory, refused);
  if (refused)
    tg::fail("show", "cannot make the directory {}: {}; one that can be made or written is needed",
             tg::shown_path(directory), refused.message());
  tg::write_whole("show", path, {text});
  return path;
}

}  // namespace

void show(const Figure& figure) {
  const Drawing& drawing = figure.drawing();
  const Settings& s = settings();
  check(drawing);
  if (muted()) return;
  for (const std::string& directory : {s.figures, s.csv})
    if (!directory.empty()) write_file(directory, drawing.name + ".csv", csv_of(drawing));

  std::optional<std::string> svg;
  if (s.record || !s.figures.empty()) svg = svg_of(drawing);
  const std::string picture =
      svg && !s.figures.empty() ? write_file(s.figures, drawing.name + ".svg", *svg) : "";
  if (svg && s.record) {
    write(display_record(*svg, drawing.finding));
    return;
  }
  write(text_of(drawing, std::min(text_width(), 72)));
  write(wrapped(drawing.finding, text_width()) + "\n");
  if (!picture.empty()) write(styled(Style::dim, "picture: " + picture) + "\n");
  write("\n");
}

}  // namespace lesson
