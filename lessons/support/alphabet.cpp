#include "support/alphabet.hpp"

#include <fmt/format.h>

#include <set>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

// Text in UTF-8 in pieces of a character each; a byte that is no text is a piece of its own.
std::vector<std::string> characters_of(std::string_view text) {
  std::vector<std::string> all;
  while (!text.empty()) {
    const std::size_t size = tg::first_character(text).size;
    all.emplace_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return all;
}

std::string joined(const std::vector<std::string>& symbols) {
  return tg::shown(fmt::format("{}", fmt::join(symbols, "")), 120);
}

}  // namespace

std::string characters_in(const std::vector<std::string>& texts) {
  std::set<std::string> all;
  for (const std::string& text : texts)
    for (const std::string& character : characters_of(text)) all.insert(character);
  return fmt::format("{}", fmt::join(all, ""));
}

Alphabet::Alphabet(std::string_view characters, const std::vector<Special>& specials) {
  const std::vector<std::string> wanted = characters_of(characters);
  const std::size_t count = wanted.size() + specials.size();
  symbols_.resize(count);
  special_.resize(count);
  for (const auto& [name, id] : specials) {
    const std::string symbol = "<" + name + ">";
    if (id < 0 || id >= size())
      tg::fail("alphabet", "{} is {}; with {} classes, ids go from 0 to {}", tg::shown(symbol), id, count,
               size() - 1);
    const auto at = static_cast<std::size_t>(id);
    if (special_[at])
      tg::fail("alphabet",
               "{} and {} are both {}; each needs an id of its own, or what is meant for one meets the other",
               tg::shown(symbols_[at]), tg::shown(symbol), id);
    if (!ids_.emplace(symbol, id).second)
      tg::fail("alphabet", "{} comes twice; each symbol needs a name of its own", tg::shown(symbol));
    symbols_[at] = symbol;
    special_[at] = true;
  }
  std::size_t next = 0;
  for (const std::string& character : wanted) {
    while (special_[next]) ++next;
    if (!ids_.emplace(character, static_cast<int>(next)).second)
      tg::fail("alphabet", "'{}' comes twice in '{}'; each character has one id", tg::shown(character),
               tg::shown(characters));
    symbols_[next++] = character;
  }
}

int Alphabet::id(std::string_view symbol) const {
  for (const std::string& name : {std::string(symbol), fmt::format("<{}>", symbol)})
    if (const auto found = ids_.find(name); found != ids_.end()) return found->second;
  tg::fail("alphabet", "'{}' is not in the alphabet, which has {} classes: {}", tg::shown(symbol), size(),
           joined(symbols_));
}

const std::string& Alphabet::symbol(int id) const {
  if (id < 0 || id >= size())
    tg::fail("alphabet", "there is no class {}; with {} classes, ids go from 0 to {}", id, size(),
             size() - 1);
  return symbols_[static_cast<std::size_t>(id)];
}

std::vector<int> Alphabet::encode(std::string_view text) const {
  std::vector<int> ids;
  for (const std::string& character : characters_of(text)) {
    const auto found = ids_.find(character);
    if (found == ids_.end())
      tg::fail(
          "alphabet",
          "'{}', character {} of '{}', is not in the alphabet, which has {} classes: {}. Take it out of the "
          "text, or add it",
          tg::shown(character), ids.size() + 1, tg::shown(text), size(), joined(symbols_));
    ids.push_back(found->second);
  }
  return ids;
}

std::string Alphabet::decode(const std::vector<int>& ids) const {
  std::string text;
  for (const int id : ids)
    if (const std::string& written = symbol(id); !special_[static_cast<std::size_t>(id)]) text += written;
  return text;
}

}  // namespace lesson
