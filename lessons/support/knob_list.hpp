// The knobs of this program, for whoever reads flags or prints them.
#pragma once
#include <string>
#include <vector>

#include "support/flags.hpp"

namespace lesson {

struct KnobEntry : Flag {
  std::string original;  // the value it was declared with, as text
  bool of_data = false;  // a DataKnob
};

/// In the order of declaration.
std::vector<KnobEntry>& knobs();

}  // namespace lesson
