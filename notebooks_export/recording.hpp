// A run of a lesson, kept for its notebook.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "notebooks_export/notebook.hpp"

namespace notebook {

/// What a lesson printed in record mode (lessons/support/record_mode.hpp).
struct Recording {
  std::map<int, std::vector<Output>> outputs;  // by the line of the step in the source
  std::vector<std::string> claims;             // as in Notebook
  bool held = false;                           // no claim failed, no step stopped
};

/// Reads back a lesson's output. Error where it lacks its end: the lesson died.
Recording recording_of(const std::string& printed);

/// The claims that a run wrote to a file, as Notebook has them.
std::vector<std::string> read_claims(const std::string& path);

/// Runs build/lessons/NAME. Pictures also go to `figures`, a directory. Error where it cannot run or dies.
Recording record(const std::string& build, const std::string& name, const std::string& figures);

}  // namespace notebook
