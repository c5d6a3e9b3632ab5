// The knobs of this program, for whoever reads flags or prints them.
#pragma once
#include <string>
#include <variant>
#include <vector>

#include "support/knob.hpp"

namespace lesson {

struct KnobEntry {
  std::string name, meaning;
  std::variant<double*, int*, bool*, std::string*> value;
  at_least least;
  std::string original;  // the value it was declared with, as text
};

/// In the order of declaration.
std::vector<KnobEntry>& knobs();
std::string text_of(const KnobEntry& entry);

}  // namespace lesson
