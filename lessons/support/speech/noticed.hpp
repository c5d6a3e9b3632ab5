// What a recording is like, apart from what is said in it.
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace lesson {

/// What read_sound noticed in a file that it read all the same.
struct Noticed {
  int channels = 1;
  bool silent = false;   // some channels are silent beside the others, and were left out
  bool differ = false;   // the channels do, so only the strongest was taken
  bool clipped = false;  // is_clipped
  bool offset = false;   // has_offset
};

/// Whether a recording was too loud for its microphone or its format: more than 1 % of the samples stand in
/// rows of at least 3 equal ones at full scale.
bool is_clipped(const std::vector<float>& samples);

/// Whether the samples lie around another number than 0: the mean is beyond half of the standard deviation.
bool has_offset(const std::vector<float>& samples);

/// Whether samples of 16 bits are noise as they stand and a sound when the two bytes of each are swapped: the
/// correlation of each sample with the next is then above 0.5, and higher by more than 0.4. The file has its
/// bytes in the wrong order.
bool is_swapped(const std::vector<float>& samples);

/// A sentence for each kind of thing that was noticed in these files, by their names: in how many files it is
/// so, one of them, and what it means. No sentence where nothing was noticed.
std::vector<std::string> noticed_lines(const std::vector<std::pair<std::string, Noticed>>& files);

}  // namespace lesson
