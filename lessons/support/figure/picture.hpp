// What figures and diagrams share: a name for files, a finding, and where they are shown.
#pragma once
#include <functional>
#include <string>

namespace lesson {

/// Error, as of `what`, unless the name can name files and the finding says something.
void check_picture(const std::string& what, const std::string& name, const std::string& finding);

/// Makes the directory where it is missing; gives back the path of the file. Error if either is refused.
std::string write_file(const std::string& directory, const std::string& name, const std::string& text);

/// In a notebook the SVG, in a terminal the text for so many columns; both with the finding. --figures DIR also
/// writes DIR/name.svg.
void show_picture(const std::string& name, const std::string& finding,
                  const std::function<std::string()>& svg, const std::function<std::string(int)>& text);

}  // namespace lesson
