#include "support/figure/picture.hpp"

#include <algorithm>
#include <filesystem>

#include "support/record_mode.hpp"
#include "support/settings.hpp"
#include "support/terminal.hpp"
#include "support/text.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/file.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {

void check_picture(const std::string& what, const std::string& name, const std::string& finding) {
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  if (!plain)
    tg::fail(what, "the name is '{}'; it names files, so it needs letters, digits, _ and - only",
             tg::shown(name));
  if (finding.find_first_not_of(" \n\t") == std::string::npos)
    tg::fail(what + " " + name,
             "the finding is empty; it needs a sentence that says what to see, for who cannot see it too");
}

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

void show_picture(const std::string& name, const std::string& finding,
                  const std::function<std::string()>& svg, const std::function<std::string(int)>& text) {
  const Settings& s = settings();
  const std::string drawn = s.record || !s.figures.empty() ? svg() : "";
  const std::string file = s.figures.empty() ? "" : write_file(s.figures, name + ".svg", drawn);
  if (s.record) {
    write(display_record(drawn, finding));
    return;
  }
  write(text(std::min(text_width(), 72)));
  const std::string place = file.empty() ? "" : styled(Style::dim, "picture: " + file) + "\n";
  write(wrapped(finding, text_width()) + "\n" + place + "\n");
}

}  // namespace lesson
