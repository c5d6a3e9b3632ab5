// A lesson's own source, read back: it holds the prose and, for notebooks, the code.
#pragma once
#include <string>
#include <vector>

namespace lesson {

/// One cell of jupytext's percent format.
struct SourceCell {
  bool prose;            // markdown; its text is without comment marks
  int line;              // of its `// %%`
  std::string text;      // as it stands below that line
  std::string tag = "";  // of `// %% tags=["unfolded"]`
};

/// The cells of a lesson; none where the file cannot be read.
std::vector<SourceCell> read_cells(const std::string& path);

/// "03_timestep_differencing" of ".../03_timestep_differencing.cpp".
std::string lesson_name(const std::string& path);

/// The first heading, without its number and marks; `otherwise` where there is none.
std::string question_of(const std::vector<SourceCell>& cells, const std::string& otherwise);

}  // namespace lesson
