// Text to class ids and back.
#pragma once
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lesson {

/// A symbol that is no character, as a blank or the end of a word, and its id.
struct Special {
  std::string name;
  int id;
};

/// The characters (UTF-8) of all texts, each once, in order: what an alphabet is made of.
std::string characters_in(const std::vector<std::string>& texts);

/// The classes of a network that reads or writes text: an id for each character and each special symbol.
///   lesson::Alphabet letters("abcdefghijklmnopqrstuvwxyz ", {{"blank", 27}});   // the space is 26
class Alphabet {
 public:
  /// Special symbols get the ids they name; the characters (UTF-8) get the ids left over, in their order.
  /// Error when two have the same id or name, when a character comes twice, or when an id lies outside.
  explicit Alphabet(std::string_view characters, const std::vector<Special>& specials = {});

  int size() const { return static_cast<int>(symbols_.size()); }
  /// The id of a character or of a special symbol. Error when there is none.
  int id(std::string_view symbol) const;
  /// The character, or <name> of a special symbol. Error unless 0 <= id < size().
  const std::string& symbol(int id) const;

  /// Error that names the character, where it is, and the text, when the alphabet lacks it. Special symbols
  /// are never made.
  std::vector<int> encode(std::string_view text) const;
  /// Special symbols are left out.
  std::string decode(const std::vector<int>& ids) const;

 private:
  std::vector<std::string> symbols_;  // of each id
  std::vector<bool> special_;
  std::unordered_map<std::string, int> ids_;  // of each symbol: writing systems have thousands
};

}  // namespace lesson
