#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "tinygrad_cpp/array/real.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace decode {

/// The fewest insertions, deletions and substitutions that turn what was said into what was meant (Levenshtein 1966).
int edit_distance(const std::vector<int>& hypothesis, const std::vector<int>& reference);
/// The same by characters, of text in UTF-8. Error where it is something else.
int edit_distance(std::string_view hypothesis, std::string_view reference);

/// All edits of a set divided by the length of all that was meant: 0 is perfect, and more than 1 is possible. Error when the
/// numbers of the two differ, nothing was meant, or a text is no UTF-8. For labels, for characters, and for
/// words between white space, as Unicode has it: a no-break space (U+00A0) and an ideographic one (U+3000)
/// too.
double label_error_rate(const std::vector<std::vector<int>>& hypotheses,
                        const std::vector<std::vector<int>>& references);
double character_error_rate(const std::vector<std::string>& hypotheses,
                            const std::vector<std::string>& references);
double word_error_rate(const std::vector<std::string>& hypotheses,
                       const std::vector<std::string>& references);

}}}  // namespace tg::decode
