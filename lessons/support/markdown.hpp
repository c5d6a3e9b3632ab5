// Markdown for a terminal: headings, paragraphs, lists, quotes, code, tables, formulas left readable.
#pragma once
#include <string>
#include <string_view>

namespace lesson {

/// The text of a markdown cell, wrapped to `width`; a blank line between its blocks.
std::string rendered(const std::string& markdown, int width);

/// A TeX formula in letters that a terminal has: \hat{x}_{t-1}^2 becomes x̂_(t-1)². What it does not know
/// stays as it is.
std::string readable_formula(std::string_view tex);

}  // namespace lesson
