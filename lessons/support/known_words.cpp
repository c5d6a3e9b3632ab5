#include "support/known_words.hpp"

#include <cstdlib>
#include <limits>
#include <utility>

#include "tinygrad_cpp/decode/edit_distance.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

std::vector<int> letters_of(std::string_view text) {
  std::vector<int> letters;
  while (!text.empty()) {
    const tg::Character character = tg::first_character(text);
    letters.push_back(static_cast<int>(character.code));
    text.remove_prefix(character.size);
  }
  return letters;
}

std::map<std::string, KnownWords::Word> words_of(const std::vector<Pair>& pairs) {
  std::map<std::string, KnownWords::Word> words;
  for (const Pair& pair : pairs) ++words[pair.word].pairs;
  for (const Pair& pair : pairs)
    if (const auto found = words.find(pair.typo); found != words.end() && pair.typo != pair.word)
      found->second.is_typo = true;
  return words;
}

}  // namespace

KnownWords::KnownWords(const std::vector<Pair>& pairs) : KnownWords(words_of(pairs)) {}

KnownWords::KnownWords(std::map<std::string, Word> words) : words_(std::move(words)) {
  if (words_.empty()) tg::fail("known words", "there is no word; at least one is needed");
  for (const auto& [word, about] : words_) letters_.push_back(letters_of(word));
}

bool KnownWords::is_right(const std::string& word) const {
  const auto found = words_.find(word);
  return found != words_.end() && !found->second.is_typo;
}

KnownWords::Nearest KnownWords::nearest(const std::string& typo) const {
  const std::vector<int> letters = letters_of(typo);
  Nearest best{"", std::numeric_limits<int>::max()};
  int most_pairs = 0;
  auto known = letters_.begin();
  for (const auto& [word, about] : words_) {
    const std::vector<int>& each = *known++;
    // So many letters must be inserted or dropped at least.
    if (std::abs(static_cast<int>(each.size()) - static_cast<int>(letters.size())) > best.distance) continue;
    const int distance = tg::decode::edit_distance(letters, each);
    if (distance > best.distance || (distance == best.distance && about.pairs <= most_pairs)) continue;
    best = {word, distance};
    most_pairs = about.pairs;
  }
  return best;
}

}  // namespace lesson
