// The words that a spelling corrector may write.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "support/pairs.hpp"

namespace lesson {

/// The right words of training pairs.
class KnownWords {
 public:
  struct Word {
    int pairs = 0;         // that have it
    bool is_typo = false;  // of another word, in some pair
  };
  /// The known word with the smallest edit distance to another; of equally near ones, the one that more pairs
  /// have.
  struct Nearest {
    std::string word;
    int distance;
  };

  explicit KnownWords(const std::vector<Pair>& pairs);
  explicit KnownWords(std::map<std::string, Word> words);

  bool contains(const std::string& word) const { return words_.contains(word); }
  /// Whether it is known, and no pair says that another word is meant.
  bool is_right(const std::string& word) const;
  Nearest nearest(const std::string& typo) const;
  const std::map<std::string, Word>& words() const { return words_; }

 private:
  std::map<std::string, Word> words_;
  std::vector<std::vector<int>> letters_;  // of each word, in their order
};

}  // namespace lesson
