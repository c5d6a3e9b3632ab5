// C++ text as a compiler reads it: words and signs, without comments.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace judge {

enum class Kind { word, number, text, sign };

/// A word, a number, a string or character literal, or a sign. `::`, `->`, `<%`, `%>` and `%:` are one sign;
/// any other is one character.
struct Token {
  Kind kind;
  std::string text;
  int line = 0;        // in `file`, from 1 on
  bool first = false;  // whether a line begins here
  std::string file;    // only read_preprocessed sets it

  bool is(std::string_view other) const { return kind != Kind::text && text == other; }
};

/// The tokens of a text, its directives included.
std::vector<Token> tokens_of(std::string_view text);

/// What a preprocessor wrote: the tokens of each file, and which files it entered while it was in `inside`.
/// Paths are as the compiler writes them, without "./" at the beginning.
struct Preprocessed {
  std::vector<Token> tokens;
  std::vector<std::string> entered;

  std::vector<Token> of(const std::string& file) const;
};
Preprocessed read_preprocessed(std::string_view text, const std::string& inside);

}  // namespace judge
