// What the shared flags set. A lesson asks seed(), quick() and full(); the rest is for support.
#pragma once
#include <string>

namespace lesson {

struct Settings {
  int seed = 0;
  int seeds = 0;  // of each experiment; 0 means as many as the lesson says
  bool quick = false, full = false;
  bool colour = true, prose = true;
  bool further = false;         // run what stands under "## Further" too
  bool ask = false;             // somebody is there to answer: go step by step, and ask for predictions
  int only = 0;                 // the one step to show; 0 means all
  bool record = false;          // for a program that makes a notebook of the output
  std::string summary, claims;  // files to write; empty means none
  std::string figures, csv;     // directories to write pictures and their numbers to; empty means none
};

Settings& settings();

/// Whether LESSON_RECORD=1 asks for a record of the output.
bool is_recorded();

inline int seed() { return settings().seed; }
inline bool quick() { return settings().quick; }
inline bool full() { return settings().full; }

}  // namespace lesson
