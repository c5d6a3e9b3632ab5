#include "tinygrad_cpp/decode/edit_distance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace decode {
namespace {

/// The characters of a text in UTF-8. `what` names the text: where it is no UTF-8, its bytes would be
/// compared as if they were.
std::vector<int> characters(const char* op, const std::string& what, std::string_view text) {
  std::vector<int> all;
  for (std::size_t at = 0; at < text.size();) {
    const Character character = first_character(text.substr(at));
    if (!character.valid)
      fail(op, "{} is no UTF-8: its byte {}, counted from 0, is {:#04x}. Convert it, as iconv -t UTF-8 does",
           what, at, static_cast<unsigned>(character.code));
    all.push_back(static_cast<int>(character.code));
    at += character.size;
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
    const std::vector<int> right = split(fmt::format("text {} of what was meant", i), meant[i]);
    edits += edit_distance(split(fmt::format("text {} of what was said", i), said[i]), right);
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
  return edit_distance(characters("edit_distance", "what was said", said),
                       characters("edit_distance", "what was meant", meant));
}

double label_error_rate(const std::vector<std::vector<int>>& said,
                        const std::vector<std::vector<int>>& meant) {
  return error_rate("label_error_rate", said, meant,
                    [](const std::string&, const auto& labels) { return labels; });
}

double character_error_rate(const std::vector<std::string>& said, const std::vector<std::string>& meant) {
  const char* op = "character_error_rate";
  return error_rate(op, said, meant, [op](const std::string& what, const std::string& text) {
    return characters(op, what, text);
  });
}

double word_error_rate(const std::vector<std::string>& said, const std::vector<std::string>& meant) {
  const char* op = "word_error_rate";
  std::map<std::vector<int>, int> numbers;
  return error_rate(op, said, meant, [&](const std::string& what, const std::string& text) {
    std::vector<int> all = characters(op, what, text), words, word;
    all.push_back(' ');  // ends the last word
    for (int character : all) {
      if (!is_space(static_cast<char32_t>(character))) {
        word.push_back(character);
      } else if (!word.empty()) {
        words.push_back(numbers.try_emplace(word, static_cast<int>(numbers.size())).first->second);
        word.clear();
      }
    }
    return words;
  });
}

}}}  // namespace tg::decode
