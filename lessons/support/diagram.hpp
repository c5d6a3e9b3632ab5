// Drawings of ideas: boxes and arrows, grids of cells, trellises.
#pragma once
#include <memory>
#include <string>
#include <vector>

namespace lesson {

struct BoxStyle {
  bool strong = false;    // coloured
  bool dashed = false;    // with a dashed edge
  bool round = false;     // an oval: a value beside operations
  bool bare = false;      // only the text
  std::string note = "";  // small, below the box
};

struct GridStyle {
  std::string title = "";                    // above the cells
  std::vector<int> strong = {}, faint = {};  // indices of cells: coloured ones, grey ones
};

struct ArrowStyle {
  std::string label = "";
  bool strong = false;  // coloured and thicker
  bool dashed = false;
  bool headless = false;  // a line that joins both boxes
  bool crossed = false;   // with a cross on it: not allowed
};

/// From one state to another in the next time step.
struct TrellisStep {
  int from, to;
  ArrowStyle style = {};
};

/// States, from top to bottom, at each of some time steps, with the steps that are allowed at any time. What no
/// path reaches is grey. Indices count from 0.
struct Trellis {
  std::vector<std::string> states, times;
  std::vector<TrellisStep> steps;
  std::vector<int> first = {}, last = {};  // the states in which a path may begin and end; empty: in any
  std::vector<int> path = {};              // one state for each time step, drawn over the others
};

struct Sketch;

/// One drawing. Boxes stand in columns and rows that count from 0; halves are allowed (1.5 lies between).
/// Arrows end at the edges of boxes and go round the boxes between. Error for a box on another, and for an
/// arrow without its boxes.
///   lesson::Diagram diagram("chain", "Slopes multiply along a path.");
///   const int x = diagram.box(0, 0, "x", {.round = true}), y = diagram.box(1, 0, "tanh");
///   diagram.arrow(x, y, {.label = "times 0.8"});
///   lesson::show(diagram);
class Diagram {
 public:
  /// The stem of its files, and the sentence that says what to see in it.
  Diagram(const std::string& name, const std::string& finding);
  Diagram(Diagram&& other) noexcept;
  ~Diagram();

  /// Gives back its number, for arrow().
  int box(double column, double row, const std::string& text, const BoxStyle& style = {});
  /// A box of cells, row by row. Gives back its number.
  int grid(double column, double row, int rows, int columns, const std::vector<std::string>& cells,
           const GridStyle& style = {});
  /// To the same box: a loop above it.
  void arrow(int from, int to, const ArrowStyle& style = {});
  /// In place of boxes and arrows.
  void trellis(const Trellis& trellis);

  const Sketch& sketch() const { return *sketch_; }

 private:
  std::unique_ptr<Sketch> sketch_;
};

/// Prints the diagram with letters, and its finding. --figures DIR also draws DIR/name.svg. Error if it is
/// empty or the file cannot be written.
void show(const Diagram& diagram);

}  // namespace lesson
