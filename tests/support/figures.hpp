#pragma once
#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <exception>
#include <sstream>
#include <string>
#include <vector>

#include "../files.hpp"
#include "support/figure.hpp"
#include "support/settings.hpp"

// Figures of every kind, and what becomes of them.

using lesson::Figure;

inline const std::string nothing_refused = "(nothing was refused)";

template <class F>
std::string refusal(F f) {
  try {
    f();
  } catch (const std::exception& error) {
    return error.what();
  }
  return nothing_refused;
}

/// What show() prints on so many columns, or the error. Settings are as before afterwards. (The body is in
/// figure_test.cpp.)
std::string shown(const Figure& figure, const lesson::Settings& with = {}, const char* columns = "80");

/// A directory that does not exist yet, gone afterwards.
struct Directory {
  Directory() { fs::remove_all(path); }
  ~Directory() { fs::remove_all(path); }
  fs::path path = fs::temp_directory_path() / fmt::format("figures_{}", getpid());
};

inline Figure losses(const std::string& name = "loss_curves") {
  Figure figure(name, "Centred data is <sooner> & \"lower\" than 'raw' data, here {1} and below 50%.");
  figure.axes({.x = "step", .y = "squared error", .log_y = true});
  std::vector<double> raw;
  for (int i = 0; i < 300; ++i) raw.push_back(std::exp(-i / 100.0));
  figure.line("raw & <old>", raw);
  figure.line("centred", {0.5, 0.1, 0.01});
  figure.points("'seen'", {1, 2, 250}, std::vector<float>{0.5F, 0.5F, 0.1F});
  figure.baseline("mean of 100%", 0.3);
  return figure;
}

inline Figure panels() {
  Figure figure("panels", "Only the last panel follows.");
  figure.axes({.x = "t", .y = "x"});
  for (int k = 0; k < 4; ++k) {
    figure.panel(fmt::format("size {}", k));
    figure.band("target", {0, 1, 2}, {0, 1.0 * k, 1}, {1, 2.0 * k, 3});
    figure.line("target", {0.5, 1.5 * k, 2});
  }
  return figure;
}

inline Figure bars() {
  Figure figure("seconds", "Ours is faster.");
  figure.axes({.y = "milliseconds"});
  figure.bars("ours", {"small", "a larger one"}, {0.07, 2});
  figure.bars("peer", {"small", "a larger one"}, {-1, NAN});
  figure.baseline("limit", 1);
  return figure;
}

inline Figure heat_map(int columns = 3) {
  Figure figure(fmt::format("map_{}", columns), "The diagonal is dark.");
  figure.axes({.x = "frame", .y = "label"});
  std::vector<double> values(static_cast<std::size_t>(2 * columns), 0.25);
  values[0] = NAN;
  values[1] = 1;
  figure.heat_map(values, 2, columns, {.row_names = {"a", "b"}, .value = "probability"});
  return figure;
}

inline Figure strips() {
  Figure figure("strips", "The last form is the best one.");
  figure.axes({.y = "error", .log_y = true});
  figure.strip("small", {"raw", "centred"}, {{0.1, 0.2, 0.2, 0.4, NAN}, {0.001}});
  figure.strip("large", {"raw", "centred"}, {{0.1, 0.1, 0.1}, {0.01, 0.02, 0.04}});
  figure.baseline("goal", 0.002);
  return figure;
}

inline Figure ranges() {
  Figure figure("ranges", "Medians over seeds, with the lowest and the highest.");
  figure.panel("bars");
  figure.axes({.y = "error"});
  figure.bars("ours", {"raw", "centred"}, {{2, 1, 4}, {1, 0.5, 1}});
  figure.panel("points");
  figure.axes({.x = "size", .y = "error"});
  figure.points("ours", {1, 2, 3}, {{2, 1, 4}, {1, 0.5, 1}, {3, NAN, NAN}});
  return figure;
}

inline std::vector<Figure> one_of_each_kind() {
  std::vector<Figure> figures;
  figures.push_back(losses());
  figures.push_back(panels());
  figures.push_back(bars());
  figures.push_back(heat_map());
  figures.push_back(heat_map(200));
  figures.push_back(strips());
  figures.push_back(ranges());
  return figures;
}
