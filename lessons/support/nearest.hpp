// The word that was probably meant.
#pragma once
#include <string>
#include <vector>

namespace lesson {

/// The known word with the fewest letters to insert, drop or change; of several the first. Empty when none is
/// known.
std::string nearest(const std::string& word, const std::vector<std::string>& known);

}  // namespace lesson
