// A lesson's own source, read back: it holds the prose.
#pragma once
#include <string>
#include <vector>

namespace lesson {

/// One cell of jupytext's percent format.
struct SourceCell {
  bool prose;        // markdown, without its comment marks
  int line;          // of its `// %%`
  std::string text;  // empty for code
};

/// The cells of a lesson; none where the file cannot be read.
std::vector<SourceCell> read_cells(const std::string& path);

/// "03_timestep_differencing" of ".../03_timestep_differencing.cpp".
std::string lesson_name(const std::string& path);

/// The first heading, without its number and marks; `otherwise` where there is none.
std::string question_of(const std::vector<SourceCell>& cells, const std::string& otherwise);

}  // namespace lesson
