#include "support/exercises/tokens.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>

namespace judge {
namespace {

bool begins_word(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) || c == '_' || c == '$' || c == '\\' || (c & 0x80);
}
bool in_word(char c) { return begins_word(c) || std::isdigit(static_cast<unsigned char>(c)); }

// Reads a text whose spliced lines are joined. Raw strings alone see the text as it was.
class Reader {
 public:
  explicit Reader(std::string_view original) : original_(original) {
    int line = 1;
    for (std::size_t i = 0; i < original.size(); ++i) {
      std::size_t end = i + 1;
      if (original[i] == '\\') {
        while (end < original.size() &&
               std::string_view(" \t\r\f\v").find(original[end]) != std::string_view::npos)
          ++end;
        if (end < original.size() && original[end] == '\n') {
          ++line;
          i = end;
          continue;
        }
      }
      joined_ += original[i];
      places_.push_back({i, line});
      if (original[i] == '\n') ++line;
    }
    places_.push_back({original.size(), line});
  }

  std::vector<Token> read() {
    while (skip_space()) {
      Token token{Kind::sign, "", places_[at_].line, first_, ""};
      first_ = false;
      const std::size_t begin = at_;
      const char c = joined_[at_];
      if (begins_word(c)) {
        while (at_ < joined_.size() && in_word(joined_[at_])) ++at_;
        token.kind = Kind::word;
        token.text = joined_.substr(begin, at_ - begin);
        if (at_ < joined_.size() && (joined_[at_] == '"' || joined_[at_] == '\'')) read_prefixed(token);
      } else if (std::isdigit(static_cast<unsigned char>(c)) || (c == '.' && digit_at(at_ + 1))) {
        token.kind = Kind::number;
        skip_number();
        token.text = joined_.substr(begin, at_ - begin);
      } else if (c == '"' || c == '\'') {
        token.kind = Kind::text;
        skip_quoted();
        token.text = joined_.substr(begin, at_ - begin);
      } else {
        const std::string_view two = std::string_view(joined_).substr(at_, 2);
        static constexpr std::array<std::string_view, 5> pairs = {"::", "->", "<%", "%>", "%:"};
        token.text = two.substr(0, std::find(pairs.begin(), pairs.end(), two) == pairs.end() ? 1 : 2);
        at_ += token.text.size();
      }
      tokens_.push_back(std::move(token));
    }
    return std::move(tokens_);
  }

 private:
  struct Place {
    std::size_t original;
    int line;
  };

  bool digit_at(std::size_t i) const {
    return i < joined_.size() && std::isdigit(static_cast<unsigned char>(joined_[i]));
  }

  // To the next token; false at the end.
  bool skip_space() {
    while (at_ < joined_.size()) {
      const std::string_view two = std::string_view(joined_).substr(at_, 2);
      if (two == "//") {
        at_ = std::min(joined_.find('\n', at_), joined_.size());
      } else if (two == "/*") {
        const std::size_t end = joined_.find("*/", at_ + 2);
        at_ = end == std::string::npos ? joined_.size() : end + 2;
      } else if (std::isspace(static_cast<unsigned char>(joined_[at_]))) {
        first_ = first_ || joined_[at_] == '\n';
        ++at_;
      } else {
        return true;
      }
    }
    return false;
  }

  void skip_number() {
    for (++at_; at_ < joined_.size(); ++at_) {
      const char c = joined_[at_],
                 before = static_cast<char>(std::tolower(static_cast<unsigned char>(joined_[at_ - 1])));
      const bool sign = (c == '+' || c == '-') && (before == 'e' || before == 'p');
      const bool separator = c == '\'' && at_ + 1 < joined_.size() && in_word(joined_[at_ + 1]);
      if (!in_word(c) && c != '.' && !sign && !separator) return;
    }
  }

  void skip_quoted() {
    const char quote = joined_[at_++];
    while (at_ < joined_.size() && joined_[at_] != quote && joined_[at_] != '\n')
      at_ += joined_[at_] == '\\' ? 2 : 1;
    at_ = std::min(at_ + 1, joined_.size());
  }

  // A literal after a word that is its prefix.
  void read_prefixed(Token& token) {
    static constexpr std::array<std::string_view, 5> raw = {"R", "u8R", "uR", "UR", "LR"};
    static constexpr std::array<std::string_view, 4> plain = {"u8", "u", "U", "L"};
    const std::size_t begin = at_;
    if (joined_[at_] == '"' && std::find(raw.begin(), raw.end(), token.text) != raw.end()) {
      const std::size_t start = places_[at_].original, open = original_.find('(', start);
      std::size_t end = original_.size();
      if (open != std::string_view::npos) {
        const std::string close = ")" + std::string(original_.substr(start + 1, open - start - 1)) + "\"";
        const std::size_t found = original_.find(close, open);
        if (found != std::string_view::npos) end = found + close.size();
      }
      token.kind = Kind::text;
      token.text += original_.substr(start, end - start);
      at_ = static_cast<std::size_t>(
          std::lower_bound(places_.begin(), places_.end(), end,
                           [](const Place& place, std::size_t to) { return place.original < to; }) -
          places_.begin());
    } else if (std::find(plain.begin(), plain.end(), token.text) != plain.end()) {
      token.kind = Kind::text;
      skip_quoted();
      token.text += joined_.substr(begin, at_ - begin);
    }
  }

  std::string_view original_;
  std::string joined_;
  std::vector<Place> places_;  // of each character of joined_
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  bool first_ = true;
};

// The path in a line marker's string: "./a\"b" is a"b. Bytes outside ASCII may be written as \303.
std::string unquoted(const std::string& literal) {
  std::string path;
  for (std::size_t i = 1; i + 1 < literal.size(); ++i) {
    if (literal[i] != '\\') {
      path += literal[i];
    } else if (std::isdigit(static_cast<unsigned char>(literal[i + 1]))) {
      path += static_cast<char>(std::strtol(literal.substr(i + 1, 3).c_str(), nullptr, 8));
      i += 3;
    } else {
      path += literal[++i];
    }
  }
  return path.starts_with("./") ? path.substr(2) : path;
}

}  // namespace

std::vector<Token> tokens_of(std::string_view text) { return Reader(text).read(); }

Preprocessed read_preprocessed(std::string_view text, const std::string& inside) {
  Preprocessed result;
  const std::vector<Token> all = tokens_of(text);
  std::vector<std::string> stack = {""};
  int shift = 0;  // what a file's own line number is more than that of the preprocessed text
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!all[i].first || !all[i].is("#") || i + 2 >= all.size() || all[i + 1].kind != Kind::number ||
        all[i + 2].kind != Kind::text) {
      result.tokens.push_back(all[i]);
      result.tokens.back().line += shift;
      result.tokens.back().file = stack.back();
      continue;
    }
    // A line marker: # line "file" flags; 1 enters a file, 2 returns to it.
    const std::string file = unquoted(all[i + 2].text);
    shift = std::atoi(all[i + 1].text.c_str()) - all[i].line - 1;
    std::size_t end = i + 3;
    std::string flags;
    while (end < all.size() && !all[end].first) flags += all[end++].text;
    i = end - 1;
    if (flags.starts_with("1")) {
      if (std::find(stack.begin(), stack.end(), inside) != stack.end()) result.entered.push_back(file);
      stack.push_back(file);
    } else if (flags.starts_with("2") && stack.size() > 1) {
      stack.pop_back();
    }
    stack.back() = file;
  }
  return result;
}

std::vector<Token> Preprocessed::of(const std::string& file) const {
  std::vector<Token> found;
  std::copy_if(tokens.begin(), tokens.end(), std::back_inserter(found),
               [&](const Token& token) { return token.file == file; });
  return found;
}

}  // namespace judge
