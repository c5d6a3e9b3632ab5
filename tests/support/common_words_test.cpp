#include "support/common_words.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "../support.hpp"
#include "tinygrad_cpp/decode/edit_distance.hpp"

// The words of lesson 05, and the typos that it makes of them.

namespace {

// Insertions, deletions and changes that lead from one to the other.
int distance(std::string_view a, std::string_view b) { return tg::decode::edit_distance(a, b); }

}  // namespace

TEST_CASE("common words: of three to nine letters a to z, each once, as many as asked for") {
  for (const int count : {1, 60, 286}) {
    const std::vector<std::string> words = lesson::common_words(count);
    CHECK(static_cast<int>(words.size()) == count);
    CHECK(std::set<std::string>(words.begin(), words.end()).size() == words.size());
    for (const std::string& word : words) {
      CAPTURE(word);
      CHECK((word.size() >= 3 && word.size() <= 9));
      CHECK(word.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string::npos);
    }
  }
  for (const int count : {0, -1, 287})
    CHECK(fails_with([&] { lesson::common_words(count); }, "[common_words] got a count of"));
}

TEST_CASE("common words: each word stands as it is, and has typos with one mistake that no word shares") {
  tg::manual_seed(3);
  const std::vector<std::string> words = lesson::common_words(60);
  const std::vector<lesson::Pair> pairs = lesson::made_pairs(words, 6);
  std::map<std::string, int> of_word;
  std::set<std::string> typos;
  for (const lesson::Pair& pair : pairs) {
    CAPTURE(pair.typo);
    CAPTURE(pair.word);
    ++of_word[pair.word];
    CHECK(typos.insert(pair.typo).second);
    const bool is_word = std::find(words.begin(), words.end(), pair.typo) != words.end();
    CHECK(is_word == (pair.typo == pair.word));
    CHECK(distance(pair.typo, pair.word) <= 2);  // 2: two neighbours swapped
  }
  CHECK(of_word.size() == words.size());
  for (const auto& [word, count] : of_word) CHECK((count >= 4 && count <= 7));
  tg::manual_seed(3);
  CHECK(lesson::made_pairs(words, 6)[5].typo == pairs[5].typo);
  tg::manual_seed(4);
  CHECK(lesson::made_pairs(words, 6)[5].typo != pairs[5].typo);
}
