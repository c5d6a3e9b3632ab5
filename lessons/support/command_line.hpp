// The flags of a lesson's program: the shared ones and one for each knob.
#pragma once
#include <optional>
#include <string>

namespace lesson {

/// Sets settings() and the knobs. A status means that the program ends here with it: 0 after --help, 2 after
/// a mistake (which is explained; an unknown flag with the nearest known one).
std::optional<int> read_command_line(int argc, char** argv, const std::string& name,
                                     const std::string& question);

/// The flags that make this run differ from a plain one, as one would type them.
std::string flags_given();

}  // namespace lesson
