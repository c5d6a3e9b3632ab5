// What a learner reads: an exercise, its verdict, its hints. A width of 0 stands for no terminal: lines stay as
// they are.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "support/exercises/exercise.hpp"
#include "support/exercises/verdict.hpp"

namespace exercises {

/// The columns of stdout where it is a terminal, else 0.
int page_width();

/// Breaks long lines between words. Of code that the compiler quotes it shows the part with the mark below,
/// so that the mark stays where it belongs.
std::string fitted(std::string_view text, int width);

/// "03  SGD written with assign", as a heading.
std::string title_of(const Exercise& exercise);

/// What is to be done, and where.
std::string opening(const Exercise& exercise);

/// What a verdict says; on green, why the answer works. A long text is cut: the rest is in `report`.
std::string told(const Exercise& exercise, const judge::Verdict& verdict, const std::string& report,
                 int width);

std::string hint_text(const Exercise& exercise, int level, int width);

/// A line of the table: "03  SGD written with assign  fill  lesson 01  10 min", then the state.
std::string row_heading();
std::string row(const Exercise& exercise, const std::string& state);

/// A table in pages of so many lines, each with the heading. All of it where no height is known (below 2).
std::vector<std::string> pages_of(const std::string& table, int height);

/// The lines of stdout where it is a terminal, else 0.
int page_height();

/// "[#####-----] 5 of 10 done"
std::string bar(int done, int all);

}  // namespace exercises
