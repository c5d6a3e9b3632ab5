// Shows the sections of a lesson, one after the other: straight through, or step by step with a reader.
#pragma once
#include <vector>

#include "support/sections.hpp"
#include "support/source.hpp"

namespace lesson {

/// Runs the sections with their prose. Where settings().ask says that a reader is there, waits after each:
/// the reader may go on, go back, jump or leave. With settings().only the others run muted, and nobody waits.
/// Gives back the numbers of the steps that the reader left out.
std::vector<int> show_sections(const std::vector<Section>& sections);

}  // namespace lesson
