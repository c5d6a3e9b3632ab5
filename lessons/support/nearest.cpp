#include "support/nearest.hpp"

#include <algorithm>

#include "tinygrad_cpp/decode/edit_distance.hpp"

namespace lesson {

std::string nearest(const std::string& word, const std::vector<std::string>& known) {
  const auto best =
      std::min_element(known.begin(), known.end(), [&](const std::string& a, const std::string& b) {
        return tg::decode::edit_distance(word, a) < tg::decode::edit_distance(word, b);
      });
  return best == known.end() ? "" : *best;
}

}  // namespace lesson
