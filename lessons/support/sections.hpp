// A lesson cut into what a reader sees at a time: a step with the prose that belongs to it.
#pragma once
#include <string>
#include <vector>

#include "support/source.hpp"
#include "support/step.hpp"

namespace lesson {

struct Section {
  int number = 0;             // of the step, from 1, in the source; 0: no step, a piece of the opening
  std::string before, after;  // markdown
};

/// Which steps a run shows.
struct Choice {
  bool further = false;  // what stands under "## Further" too
  bool on_data = false;  // only what works on the learner's own data, without what the rest of the text says
};

/// The sections of a run, in order. Prose belongs to the step before it up to the next heading, and from
/// there on to the step after it. Up to the last heading before the first step it is the opening, in pieces:
/// up to and with "In short", and then one for each heading.
std::vector<Section> sections_of(const std::vector<SourceCell>& cells, const std::vector<Step>& steps,
                                 const Choice& choice);

/// Whether a knob holds the name of the learner's own data, and the step works on them.
bool has_data(const Step& step);

}  // namespace lesson
