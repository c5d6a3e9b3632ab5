#include "support/pairs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "support/alphabet.hpp"
#include "support/pair_line.hpp"
#include "support/text.hpp"
#include "support/text_file.hpp"
#include "tinygrad_cpp/decode/edit_distance.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

// Whether hardly a letter of one word comes in the other.
bool are_unlike(const std::string& a, const std::string& b) {
  const std::size_t longer = std::max(character_count(a), character_count(b));
  return longer >= 4 && 4 * static_cast<std::size_t>(tg::decode::edit_distance(a, b)) > 3 * longer;
}

// Whether a pair is the names of its columns.
bool is_heading(const Pair& pair) {
  constexpr std::string_view typos =
                                 " typo typos misspelling misspellings misspelled misspelt wrong error "
                                 "incorrect mistake mistakes bad before input source falsch fehler from ",
                             words =
                                 " word words correction corrections correct corrected right spelling good "
                                 "after output target richtig wort to ";
  const auto among = [](std::string_view list, const std::string& word) {
    return list.find(" " + lower_case(word) + " ") != std::string_view::npos;
  };
  return among(typos, pair.typo) && among(words, pair.word);
}

// A word without a pair of quotes around it.
std::string_view unquoted(std::string_view word) {
  constexpr std::pair<std::string_view, std::string_view> quotes[] = {
      {"\"", "\""},         {"'", "'"},           {"`", "`"},           {"\u201c", "\u201d"},
      {"\u201e", "\u201c"}, {"\u2018", "\u2019"}, {"\u00ab", "\u00bb"}, {"`", "'"}};
  for (const auto& [open, close] : quotes)
    if (word.size() > open.size() + close.size() && word.starts_with(open) && word.ends_with(close))
      return trimmed(word.substr(open.size(), word.size() - open.size() - close.size()));
  return word;
}

// Why a word cannot stand in a pair; nullptr where it can.
const char* refusal(std::string_view word, std::size_t longest) {
  if (character_count(word) > longest) return "too long";
  constexpr std::string_view signs = "\"()[]{}<>|=*_~`^$@!?:;,\\/";
  for (std::string_view rest = word; !rest.empty();) {
    const tg::Character character = tg::first_character(rest);
    if (tg::is_space(character.code)) return "of several words";
    const bool is_joiner =
        character.code == 0x200c || character.code == 0x200d;  // parts of Persian and Hindi words
    if (!is_joiner && tg::shown(rest.substr(0, character.size)) != rest.substr(0, character.size))
      return "with an invisible character";
    if (arrow_in(rest.substr(0, character.size)).stop > 0) return "with several arrows";
    if (character.size == 1 && signs.find(rest[0]) != std::string_view::npos)
      return "with a sign that no word has";
    rest.remove_prefix(character.size);
  }
  return nullptr;
}

// Whether an accent is a character of its own, as in names of files on macOS: \u00e9 is one, e\u0301 is two.
bool has_loose_accent(std::string_view word) {
  for (; !word.empty(); word.remove_prefix(tg::first_character(word).size)) {
    const char32_t code = tg::first_character(word).code;
    if (code >= 0x300 && code < 0x370) return true;
  }
  return false;
}

// How often something happened, and where first.
class Reasons {
 public:
  void add(const std::string& reason, int line, std::string_view text) {
    auto& [count, example] = all_[reason];
    if (count++ == 0) example = fmt::format("line {}: {}", line, tg::shown(trimmed(text), 24));
  }
  std::string text() const {
    std::string list;
    for (const auto& [reason, found] : all_)
      list += fmt::format("{}{} {} ({})", list.empty() ? "" : ", ", found.first, reason, found.second);
    return list.empty() ? "none" : list;
  }
  bool empty() const { return all_.empty(); }

 private:
  std::map<std::string, std::pair<int, std::string>> all_;
};

class Reader {
 public:
  Reader(const std::string& path, int longest)
      : path_(tg::shown_path(path)), longest_(static_cast<std::size_t>(longest)) {}

  void take(std::string_view text, int line) {
    std::string_view whole = trimmed(text);
    if (whole.empty()) return;
    if (whole.starts_with('#')) return left_out.add("of comment", line, whole);
    const std::string_view bare = without_bullet(whole), pair = without_note(bare);
    const auto note_marks = [&] {
      if (bare.size() < trimmed(text).size()) notes.add("with a bullet or number taken off", line, text);
      if (pair.size() < bare.size()) notes.add("with a note behind # taken off", line, text);
    };
    whole = pair;
    const bool is_first = line_of_first_ == 0;
    if (is_first) line_of_first_ = line;
    const Arrow arrow = arrow_in(whole);
    if (points_left(whole))
      tg::fail("pairs", "{}, line {}: the arrow of \"{}\" points to the left; typo->word is needed", path_,
               line, tg::shown(whole, 40));
    if (arrow.start == std::string_view::npos)
      tg::fail("pairs", "{}, line {}: got \"{}\"; typo->word is needed{}", path_, line, tg::shown(whole, 40),
               whole.find_first_of("\t,;") != std::string_view::npos ? ", with an arrow between the two"
                                                                     : "");
    std::string_view after = whole.substr(arrow.stop);
    if (arrow_in(after).start != std::string_view::npos)
      return left_out.add("with several arrows", line, whole);
    const std::size_t list = after.find_first_of(",;");
    after = after.substr(0, list);
    const std::string_view before = trimmed(whole.substr(0, arrow.start)), behind = trimmed(after);
    const std::string_view uncounted = without_count(behind);
    const std::string_view unstopped = before.ends_with('.') ? uncounted : without_stop(uncounted);
    const std::string typo(unquoted(before)), word(unquoted(unstopped));
    if (typo.empty() || word.empty())
      tg::fail("pairs", "{}, line {}: nothing stands {} the arrow in \"{}\"; typo->word is needed", path_,
               line, typo.empty() ? "before" : "after", tg::shown(whole, 40));
    if (is_first && is_heading({typo, word})) return left_out.add("of names above the pairs", line, whole);
    left_.insert(typo);
    for (std::string_view list = whole.substr(arrow.stop); !list.empty();) {
      const std::size_t end = std::min(list.find_first_of(",;"), list.size());
      if (const std::string_view each = trimmed(list.substr(0, end)); !each.empty()) right_.emplace(each);
      list.remove_prefix(std::min(end + 1, list.size()));
    }
    for (const std::string& part : {typo, word})
      if (const char* why = refusal(part, longest_))
        return left_out.add(why == std::string_view("too long")
                                ? fmt::format("longer than {} letters", longest_)
                                : why,
                            line, whole);
    const auto [same, is_new] = words_.emplace(typo, word);
    if (!is_new)
      return left_out.add(same->second == word ? "twice the same" : "of a typo with two words", line, whole);
    if (list != std::string_view::npos && !trimmed(whole.substr(arrow.stop + list + 1)).empty())
      notes.add("with several words after the arrow, of which the first counts", line, whole);
    if (!arrow.plain) notes.add("with an arrow of another form", line, whole);
    note_marks();
    if (uncounted.size() < behind.size()) notes.add("with a count in brackets taken off", line, whole);
    if (unstopped.size() < uncounted.size()) notes.add("with a full stop taken off", line, whole);
    if (typo.size() < before.size() || word.size() < unstopped.size())
      notes.add("with quotes taken off", line, whole);
    if (has_loose_accent(typo + word))
      notes.add("with an accent that is a character of its own, apart from its letter", line, whole);
    pairs.push_back({typo, word});
    lines_.push_back(line);
  }

  // Line 1, where it is no pair but two names: all others are alike.
  void leave_out_heading() {
    if (pairs.size() < 10 || lines_[0] != line_of_first_ || !are_unlike(pairs[0].typo, pairs[0].word)) return;
    for (std::size_t i = 1; i < pairs.size(); ++i)
      if (are_unlike(pairs[i].typo, pairs[i].word)) return;
    left_out.add("unlike all others, as names above the pairs are", lines_[0],
                 pairs[0].typo + "->" + pairs[0].word);
    words_.erase(pairs[0].typo);
    pairs.erase(pairs.begin());
  }

  // Many typos have one word; where many words have one typo, the sides are the other way round.
  void check_direction() const {
    if (right_.size() < 20 || 2 * right_.size() < 3 * left_.size()) return;
    tg::fail(
        "pairs",
        "{}: the right side has {} different words and the left {}; typo->word is needed, and these lines "
        "seem to be word->typo. Turn them round",
        path_, right_.size(), left_.size());
  }

  bool is_typo(const std::string& word) const { return words_.contains(word); }
  const std::string& path() const { return path_; }

  std::vector<Pair> pairs;
  Reasons left_out, notes;

 private:
  const std::string path_;
  const std::size_t longest_;
  std::unordered_map<std::string, std::string> words_;  // of each typo
  std::unordered_set<std::string> left_, right_;        // the words of each side
  std::vector<int> lines_;                              // of the pairs
  int line_of_first_ = 0;                               // that is no comment
};

}  // namespace

Pairs read_pairs(const std::string& path, int least, int longest) {
  Reader reader(path, longest);
  int line = 0;
  for (const std::string& text : lines_of(read_text("pairs", path))) reader.take(text, ++line);
  reader.check_direction();
  reader.leave_out_heading();
  if (reader.pairs.size() < static_cast<std::size_t>(least))
    tg::fail(
        "pairs",
        "{}: {} pairs of single words; at least {} are needed, to train on and to hold some out. Lines left "
        "out: {}",
        reader.path(), reader.pairs.size(), least, reader.left_out.text());
  Pairs found{reader.pairs, ""};
  std::set<std::string> words;
  std::vector<std::string> texts;
  for (const Pair& pair : reader.pairs) {
    texts.insert(texts.end(), {pair.typo, pair.word});
    if (words.insert(pair.word).second && !reader.is_typo(pair.word))
      found.pairs.push_back({pair.word, pair.word});
  }
  const std::string characters = characters_in(texts);
  found.understood = fmt::format("{} pairs of {} words; {} characters: {}\nlines left out: {}",
                                 reader.pairs.size(), words.size(), character_count(characters),
                                 tg::shown(characters, 60), reader.left_out.text());
  if (!reader.notes.empty()) found.understood += "\nlines read: " + reader.notes.text();
  return found;
}

}  // namespace lesson
