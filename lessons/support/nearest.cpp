#include "support/nearest.hpp"

#include <algorithm>

#include "tinygrad_cpp/decode/edit_distance.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {

std::string nearest(const std::string& word, const std::vector<std::string>& known) {
  const std::string typed = tg::shown(word);  // what is no UTF-8, or very long, has a nearest one too
  const auto best =
      std::min_element(known.begin(), known.end(), [&](const std::string& a, const std::string& b) {
        return tg::decode::edit_distance(typed, a) < tg::decode::edit_distance(typed, b);
      });
  return best == known.end() ? "" : *best;
}

}  // namespace lesson
