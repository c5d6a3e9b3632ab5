#include "support/sections.hpp"

#include <algorithm>
#include <sstream>

namespace lesson {
namespace {

// Prose from one heading to the next.
struct Block {
  int line;   // of the cell
  int level;  // of the heading: 2 of "## "; 0 without one
  bool further;
  std::string text;
};

int level_of(const std::string& line) {
  const std::size_t level = line.find_first_not_of('#');
  return level != std::string::npos && line[level] == ' ' ? static_cast<int>(level) : 0;
}

std::vector<Block> blocks_of(const std::vector<SourceCell>& cells) {
  std::vector<Block> blocks;
  bool further = false;
  for (const SourceCell& cell : cells) {
    if (!cell.prose) continue;
    bool code = false, first = true;
    std::istringstream lines(cell.text);
    for (std::string line; std::getline(lines, line); first = false) {
      if (line.starts_with("```")) code = !code;
      const int level = code ? 0 : level_of(line);
      if (level == 1 || level == 2) further = line.starts_with("## Further");
      if (first || level > 0) blocks.push_back({cell.line, level, further, ""});
      blocks.back().text += line + "\n";
    }
  }
  return blocks;
}

bool shown(const Step& step, const Choice& choice) {
  return choice.on_data ? has_data(step) : choice.further || step.part == Part::spine;
}

using Place = std::vector<Block>::const_iterator;

std::string text_of(Place from, Place to) {
  std::string text;
  for (; from != to; ++from) text += from->text + "\n";
  return text;
}

// The opening, a piece for each heading of level 2. The first of them stays with what stands before it.
std::vector<Section> opening_of(Place from, Place to) {
  std::vector<Section> pieces;
  for (int headings = 0; from != to; ++from) {
    if (pieces.empty() || (from->level == 2 && ++headings > 1)) pieces.emplace_back();
    pieces.back().before += from->text + "\n";
  }
  return pieces;
}

}  // namespace

bool has_data(const Step& step) { return step.data != nullptr && !step.data->value().empty(); }

std::vector<Section> sections_of(const std::vector<SourceCell>& cells, const std::vector<Step>& steps,
                                 const Choice& choice) {
  std::vector<Block> blocks = blocks_of(cells);
  if (!choice.further && !choice.on_data)
    std::erase_if(blocks, [](const Block& block) { return block.further; });
  std::vector<Section> sections;
  Place at = blocks.begin();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (!shown(steps[i], choice)) continue;
    const Place step =
        std::find_if(at, blocks.cend(), [&](const Block& block) { return block.line > steps[i].line; });
    Place own = std::find_if(at, step, [](const Block& block) { return block.level > 0; });
    const bool first = sections.empty();
    if (first || choice.on_data) {
      for (Place block = at; block != step; ++block)
        if (block->level > (choice.on_data ? 0 : 1)) own = block;
    } else if (own == step) {
      own = at;  // no heading tells where the step before ends
    }
    if (first && !choice.on_data)
      sections = opening_of(at, own);
    else if (!choice.on_data)
      sections.back().after = text_of(at, own);
    sections.push_back({static_cast<int>(i) + 1, text_of(own, step), ""});
    at = step;
  }
  if (sections.empty()) return opening_of(at, blocks.cend());
  if (!choice.on_data) sections.back().after = text_of(at, blocks.cend());
  return sections;
}

}  // namespace lesson
