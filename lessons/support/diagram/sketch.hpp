// What a diagram holds, for those who draw it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "support/diagram.hpp"

namespace lesson {

struct SketchBox {
  double column, row;
  std::string text;  // of a grid its title
  BoxStyle style;
  int rows = 0, columns = 0;  // of a grid
  std::vector<std::string> cells;
  GridStyle grid;
  bool is_grid() const { return rows > 0; }
  /// How a sentence names it.
  std::string name() const;
};

struct SketchArrow {
  int from, to;
  ArrowStyle style;
};

struct Sketch {
  std::string name, finding;
  std::vector<SketchBox> boxes;
  std::vector<SketchArrow> arrows;
  std::optional<Trellis> trellis;
};

/// Which states of a trellis lie on a path from a first to a last one: [time][state].
std::vector<std::vector<bool>> reachable(const Trellis& trellis);

/// The steps from one state in words: "h -> h, e; not l". Empty where there are none.
std::string steps_from(const Trellis& trellis, int state);

/// The drawing in sentences, for those who cannot see it: what stands in it and what points where.
std::string description_of(const Sketch& sketch);

}  // namespace lesson
