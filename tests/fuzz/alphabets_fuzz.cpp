#include <algorithm>

#include "fuzz.hpp"
#include "support/alphabet.hpp"
#include "tinygrad_cpp/utf8.hpp"

// Text as characters: alphabets, and how messages show it. The first byte is a width, the second the number of special symbols;
// each has a line of its own, whose first byte is its id. Then come a line of characters and a text.

namespace {

void show(const std::string& text, std::size_t most) {
  const std::string shown = tg::shown(text, most), list = tg::shown_list({text, text, "a"}, most),
                    path = tg::shown_path(text);
  require_message(shown);
  require_message(list);
  require_message(path);
  require(shown.size() <= std::max<std::size_t>(4 * most, 3) && path.size() <= 4 * 240, "it is cut");
  require(tg::shown(shown, 4 * most) == shown, "what is shown is shown as it is");
  const std::size_t end = tg::utf8_end(text);
  require(end <= text.size() && tg::utf8_end(text.substr(0, end)) == end, "UTF-8 ends where it ends");
}

}  // namespace

const Target target = {
    [](std::string_view bytes) {
      const auto most = static_cast<std::size_t>(take_byte(bytes));
      std::vector<lesson::Special> specials(static_cast<std::size_t>(take_byte(bytes)) % 5);
      for (auto& [name, id] : specials) {
        id = take_byte(bytes) - 2;
        name = take_until(bytes, '\n');
      }
      const std::string characters(take_until(bytes, '\n')), text(bytes);
      show(text, most);
      const std::string all = lesson::characters_in({text, characters});
      require(lesson::Alphabet(all).decode(lesson::Alphabet(all).encode(text)) == text, "text comes back");
      const lesson::Alphabet alphabet(characters, specials);
      for (const lesson::Special& special : specials)
        require(alphabet.id("<" + special.name + ">") == special.id, "a special symbol has its id");
      require(alphabet.decode(alphabet.encode(characters)) == characters, "characters come back");
      require(alphabet.decode(alphabet.encode(text)) == text, "text of the alphabet comes back");
      alphabet.id(text);
    },
    {std::string("\x3c\1\5blank\nabc\ncab", 15), std::string("\0\0a\xc3\xa9\n\xc3\xa9 a\xe2\x82\xac", 12),
     std::string("\4\2\2<pad>\n\3end\nab\n<pad>", 22),
     "\x1e\x1b[31m\xc2\x9b\xe2\x80\xae\xff\xf0\x9f\x98\x80"}};
