// The program that draws.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/figure/scale.hpp"

namespace lesson {

/// What gnuplot prints when it is given a script; nothing where it is not installed, which it says
/// the first time. Error where it does not accept the script.
std::optional<std::string> gnuplot(const std::string& script);

/// A text as a script holds it: nothing in it means anything to gnuplot.
std::string quoted(std::string_view text);
/// Ticks as `set xtics` takes them.
std::string tick_list(const std::vector<Tick>& ticks);

}  // namespace lesson
