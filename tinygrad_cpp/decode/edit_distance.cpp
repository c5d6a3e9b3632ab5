#include "tinygrad_cpp/decode/edit_distance.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <sstream>

#include "tinygrad_cpp/error.hpp"

namespace tg::inline TG_REAL_NAMESPACE::decode {
namespace {

/// A number for each character: the bytes of its UTF-8 form, one after the other.
std::vector<int> characters(std::string_view text) {
  std::vector<int> all;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool continues = (byte & 0xC0) == 0x80 && !all.empty();
    if (!continues) all.push_back(0);
    all.back() = static_cast<int>(static_cast<unsigned>(all.back()) << 8 | byte);
  }
  return all;
}

template <class Item, class Split>
double error_rate(const char* op, const std::vector<Item>& said, const std::vector<Item>& meant,
                  Split split) {
  if (said.size() != meant.size())
    fail(op, "{} were said, {} were meant; they go in pairs", said.size(), meant.size());
  double edits = 0, length = 0;
  for (std::size_t i = 0; i < said.size(); ++i) {
    const std::vector<int> right = split(meant[i]);
    edits += edit_distance(split(said[i]), right);
    length += static_cast<double>(right.size());
  }
  if (length == 0) fail(op, "nothing was meant in {} pairs; at least one must not be empty", meant.size());
  return edits / length;
}

}  // namespace

int edit_distance(const std::vector<int>& said, const std::vector<int>& meant) {
  // After each item of `said`: the distance from what was said so far to each beginning of `meant`.
  std::vector<int> distance(meant.size() + 1);
  std::iota(distance.begin(), distance.end(), 0);
  for (int item : said) {
    int diagonal = distance[0]++;
    for (std::size_t j = 1; j < distance.size(); ++j) {
      const int substituted = diagonal + (item != meant[j - 1]);
      diagonal = distance[j];
      distance[j] = std::min({substituted, distance[j] + 1, distance[j - 1] + 1});
    }
  }
  return distance.back();
}

int edit_distance(std::string_view said, std::string_view meant) {
  return edit_distance(characters(said), characters(meant));
}

double label_error_rate(const std::vector<std::vector<int>>& said,
                        const std::vector<std::vector<int>>& meant) {
  return error_rate("label_error_rate", said, meant, [](const auto& labels) { return labels; });
}

double character_error_rate(const std::vector<std::string>& said, const std::vector<std::string>& meant) {
  return error_rate("character_error_rate", said, meant, characters);
}

double word_error_rate(const std::vector<std::string>& said, const std::vector<std::string>& meant) {
  std::map<std::string, int> numbers;
  return error_rate("word_error_rate", said, meant, [&](const std::string& text) {
    std::vector<int> words;
    std::istringstream in(text);
    for (std::string word; in >> word;)
      words.push_back(numbers.try_emplace(word, static_cast<int>(numbers.size())).first->second);
    return words;
  });
}

}  // namespace tg::inline TG_REAL_NAMESPACE::decode
