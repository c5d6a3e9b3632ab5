// What the shared flags set. A lesson asks seed(), quick() and full(); the rest is for support.
#pragma once
#include <string>

namespace lesson {

struct Settings {
  int seed = 0;
  bool quick = false, full = false;
  bool colour = true, prose = true;
  int only = 0;                 // the one step to show; 0 means all
  std::string summary, claims;  // files to write; empty means none
};

Settings& settings();

inline int seed() { return settings().seed; }
inline bool quick() { return settings().quick; }
inline bool full() { return settings().full; }

}  // namespace lesson
