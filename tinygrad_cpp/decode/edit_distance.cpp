#include "tinygrad_cpp/decode/edit_distance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace decode {
namespace {

/// The characters of a UTF-8 text. `what` names the text in the error. Without the error, text in another
/// encoding would be compared byte by byte, as if it were UTF-8.
std::vector<int> characters(const char* op, const std::string& what, std::string_view text) {
  std::vector<int> all;
  for (std::size_t at = 0; at < text.size();) {
    const Character character = first_character(text.substr(at));
    if (!character.valid)
      fail(op, "{} is not UTF-8: its byte {}, counted from 0, is {:#04x}. Convert it, as iconv -t UTF-8 does",
           what, at, static_cast<unsigned>(character.code));
    all.push_back(static_cast<int>(character.code));
    at += character.size;
  }
  return all;
}

template <class Item, class Split>
double error_rate(const char* op, const std::vector<Item>& hypotheses, const std::vector<Item>& references,
                  Split split) {
  if (hypotheses.size() != references.size())
    fail(op, "{} hypotheses, {} references; the numbers must be equal", hypotheses.size(), references.size());
  double edits = 0, length = 0;
  for (std::size_t i = 0; i < hypotheses.size(); ++i) {
    const std::vector<int> reference = split(fmt::format("reference {}", i), references[i]);
    edits += edit_distance(split(fmt::format("hypothesis {}", i), hypotheses[i]), reference);
    length += static_cast<double>(reference.size());
  }
  if (length == 0) fail(op, "{} references, all empty; at least one must not be empty", references.size());
  return edits / length;
}

}  // namespace

int edit_distance(const std::vector<int>& hypothesis, const std::vector<int>& reference) {
  // distance[j]: the edits from the items of the hypothesis so far to the first j items of the reference.
  std::vector<int> distance(reference.size() + 1);
  std::iota(distance.begin(), distance.end(), 0);
  for (int item : hypothesis) {
    int diagonal = distance[0]++;
    for (std::size_t j = 1; j < distance.size(); ++j) {
      const int substituted = diagonal + (item != reference[j - 1]);
      diagonal = distance[j];
      distance[j] = std::min({substituted, distance[j] + 1, distance[j - 1] + 1});
    }
  }
  return distance.back();
}

int edit_distance(std::string_view hypothesis, std::string_view reference) {
  return edit_distance(characters("edit_distance", "the hypothesis", hypothesis),
                       characters("edit_distance", "the reference", reference));
}

double label_error_rate(const std::vector<std::vector<int>>& hypotheses,
                        const std::vector<std::vector<int>>& references) {
  return error_rate("label_error_rate", hypotheses, references,
                    [](const std::string&, const auto& labels) { return labels; });
}

double character_error_rate(const std::vector<std::string>& hypotheses,
                            const std::vector<std::string>& references) {
  const char* op = "character_error_rate";
  return error_rate(op, hypotheses, references, [op](const std::string& what, const std::string& text) {
    return characters(op, what, text);
  });
}

double word_error_rate(const std::vector<std::string>& hypotheses,
                       const std::vector<std::string>& references) {
  const char* op = "word_error_rate";
  std::map<std::vector<int>, int> numbers;
  return error_rate(op, hypotheses, references, [&](const std::string& what, const std::string& text) {
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
