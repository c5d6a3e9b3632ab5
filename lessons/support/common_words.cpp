#include "support/common_words.hpp"

#include <set>
#include <sstream>

#include "tinygrad_cpp/array/random.hpp"
#include "tinygrad_cpp/error.hpp"

namespace lesson {
namespace {

const char* const list =
    "the and for you that with this have from they will would there their what about which when make "
    "like time just know take people into year good some could them see other than then now look only "
    "come over think also back after use two how our work first well way even new want because any "
    "these give day most very find thing many here tell more one must where before right too mean old "
    "great same big group begin seem country help talk turn start might show part against place such "
    "again case week company system program question during small number always night point believe "
    "today bring happen without large million under water write mother money story young month "
    "different study business issue black little house since provide service around friend important "
    "father until power often political among stand however member almost include continue later "
    "community white least president learn change minute several nothing social whether watch together "
    "follow parent anything create public already speak others level allow office spend health person "
    "history party within result morning reason research early moment himself teacher force enough "
    "education across although remember second toward policy process including consider appear "
    "actually probably market expect nation college interest course someone behind remain effect "
    "suggest control perhaps former sometimes require report better economic effort decide strong "
    "possible leader police finally return military according decision explain develop federal receive "
    "building action society director position special support official everyone project activity "
    "produce situation industry picture practice describe product patient certain personal computer "
    "attention century evidence difficult culture billion brother realize available condition daughter "
    "campaign material hospital thousand increase security certainly behavior represent treatment "
    "determine recognize character everybody professor operation financial authority knowledge";

// The letter beside this one in its row of the keyboard.
char neighbour_of(char letter) {
  for (const std::string row : {"qwertyuiop", "asdfghjkl", "zxcvbnm"}) {
    const std::size_t at = row.find(letter);
    if (at == std::string::npos) continue;
    const bool is_last = at + 1 == row.size();
    return row[is_last || (at > 0 && tg::random_stream().below(2) == 0) ? at - 1 : at + 1];
  }
  return letter;
}

// The word with one mistake.
std::string mistyped(std::string word) {
  const int kind = tg::random_stream().below(4), count = static_cast<int>(word.size());
  const auto at = static_cast<std::size_t>(tg::random_stream().below(kind == 0 ? count - 1 : count));
  if (kind == 0) std::swap(word[at], word[at + 1]);
  if (kind == 1) word.erase(at, 1);
  if (kind == 2) word.insert(at, 1, word[at]);
  if (kind == 3) word[at] = neighbour_of(word[at]);
  return word;
}

}  // namespace

std::vector<std::string> common_words(int count) {
  std::vector<std::string> all, chosen;
  std::istringstream in(list);
  for (std::string word; in >> word;) all.push_back(word);
  const auto wanted = static_cast<std::size_t>(count);
  if (count < 1 || wanted > all.size())
    tg::fail("common_words", "got a count of {}; from 1 to {} is needed", count, all.size());
  for (std::size_t i = 0; i < wanted; ++i) chosen.push_back(all[i * all.size() / wanted]);
  return chosen;
}

std::vector<Pair> made_pairs(const std::vector<std::string>& words, int typos) {
  std::set<std::string> taken(words.begin(), words.end());
  std::vector<Pair> pairs, mixed;
  for (const std::string& word : words) {
    pairs.push_back({word, word});
    int made = 0;
    for (int trial = 0; trial < 10 * typos && made < typos; ++trial) {
      const std::string typo = mistyped(word);
      if (!taken.insert(typo).second) continue;
      pairs.push_back({typo, word});
      ++made;
    }
  }
  for (const int i : tg::random_permutation(static_cast<int>(pairs.size())))
    mixed.push_back(pairs[static_cast<std::size_t>(i)]);
  return mixed;
}

}  // namespace lesson
