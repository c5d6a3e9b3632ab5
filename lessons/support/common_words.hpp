// Common English words, and pairs of a made typo and its word.
#pragma once
#include <string>
#include <vector>

#include "support/pairs.hpp"

namespace lesson {

/// `count` common English words of three to nine letters, a to z. Error unless count is from 1 to the number
/// of words in the list, which is some hundreds.
std::vector<std::string> common_words(int count);

/// Each word as it is, and `typos` different typos of it, or fewer where there are not as many; all in a
/// random order. A typo has one mistake: two neighbours swapped, a letter dropped, doubled, or replaced by
/// its neighbour on the keyboard. No typo is a word of the list, and no two words share one. Takes all that is
/// random from the random stream.
std::vector<Pair> made_pairs(const std::vector<std::string>& words, int typos);

}  // namespace lesson
