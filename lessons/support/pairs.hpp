// A learner's own pairs of words, from a file.
#pragma once
#include <string>
#include <vector>

namespace lesson {

struct Pair {
  std::string typo, word;
};

struct Pairs {
  std::vector<Pair> pairs;  // those of the file; then each word once as it is, unless it is somewhere a typo
  /// How the file was read, in at most three lines: how many pairs, words and characters; what was left out
  /// and why, with an example of each reason; what was read in a way of its own.
  std::string understood;
};

/// Reads lines `typo->word` in UTF-8, at least `least` of them. Of several words after the arrow, with
/// commas or semicolons between, the first counts. Arrows are ->, -->, =>, U+2192 and others to the right;
/// quotes, marks of lists, counts in brackets, notes behind # and a full stop are taken off. Lines of # and
/// blank lines do not count. Names above the pairs, pairs of several words, of more than `longest`
/// characters, with signs that no word has, and repeated typos are left out. Error, with the line, when there
/// is no arrow to the right or nothing on one side of it; when the sides seem to be the other way round; when
/// too few pairs are left.
Pairs read_pairs(const std::string& path, int least = 100, int longest = 30);

}  // namespace lesson
