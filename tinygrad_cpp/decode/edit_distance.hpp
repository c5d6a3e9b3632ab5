#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "tinygrad_cpp/array/real.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace decode {

/// The smallest number of insertions, deletions and substitutions that turn the hypothesis into the reference
/// (Levenshtein 1966).
int edit_distance(const std::vector<int>& hypothesis, const std::vector<int>& reference);
/// The same for the characters (Unicode code points) of UTF-8 text. Error if a text is not UTF-8.
int edit_distance(std::string_view hypothesis, std::string_view reference);

/// The edits of all pairs, divided by the total length of the references, in labels, characters or words: 0
/// is perfect, and more than 1 is possible. White space separates words, including no-break spaces (U+00A0)
/// and ideographic spaces (U+3000). Error if the numbers of hypotheses and references differ, all references
/// are empty, or a text is not UTF-8.
double label_error_rate(const std::vector<std::vector<int>>& hypotheses,
                        const std::vector<std::vector<int>>& references);
double character_error_rate(const std::vector<std::string>& hypotheses,
                            const std::vector<std::string>& references);
double word_error_rate(const std::vector<std::string>& hypotheses,
                       const std::vector<std::string>& references);

}}}  // namespace tg::decode
