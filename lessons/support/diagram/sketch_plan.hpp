// Where the boxes of a diagram stand, and how large they are.
#pragma once
#include <string>
#include <vector>

#include "support/diagram/sketch.hpp"

namespace lesson {

inline constexpr double text_step = 17, cell_height = 24;

/// A box before it has its place.
struct PlannedBox {
  std::vector<std::string> lines;
  double width = 0, height = 0;                // of its edge
  double cell_width = 0, title = 0, note = 0;  // of a grid; the heights of what stands above and below
  double full_width = 0;
};

/// Columns, or rows: the sizes of the whole ones and the gaps between them.
class Track {
 public:
  void size(double place, double needed);
  /// Between two neighbours.
  void gap(double first, double second, double needed);
  void least_gap(double least);
  void widen(double by);
  double total() const;
  std::size_t count() const { return sizes_.size(); }
  /// Of a whole column, or halfway between two.
  double middle(double place) const;

 private:
  std::vector<double> sizes_, gaps_;
};

struct Plan {
  std::vector<PlannedBox> parts;
  Track columns, rows;
};

/// The widest lines whose columns fit the room, and then the widest gaps.
Plan plan_of(const Sketch& sketch, double room);

}  // namespace lesson
