#include "support/exercises/slips.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <set>
#include <sstream>

namespace judge {
namespace {

using Tokens = std::vector<Token>;

const Token nothing{Kind::sign, "", 0, true, ""};
const Token& at(const Tokens& tokens, std::size_t i) { return i < tokens.size() ? tokens[i] : nothing; }
bool is_any(const Token& token, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(), [&](const char* word) { return token.is(word); });
}

bool are_partners(const Token& open, const Token& close) {
  return (open.is("(") && close.is(")")) || (open.is("[") && close.is("]")) ||
         (open.is("{") && close.is("}"));
}

// The brackets of a text, read until the first that is wrong.
class Brackets {
 public:
  Brackets(const std::string& source, const Tokens& tokens) : tokens_(tokens) {
    std::istringstream lines(source);
    for (std::string line; std::getline(lines, line);) lines_.push_back(line);
  }

  Slip slip() {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const Token& token = tokens_[i];
      const char quote = token.text.front();
      if ((quote == '"' || quote == '\'') && (token.text.size() < 2 || token.text.back() != quote))
        return wrong(i, "here a text begins, and it does not end in this line");
      const bool in_braces = open_.empty() || of(open_.back()).is("{");
      // A ; may stand in for (..; ..; ..) and in if (const int a = b; a > 0).
      if (token.is(";") && !in_braces &&
          !is_any(at(tokens_, open_.back().index - 1), {"for", "if", "switch", "constexpr"}))
        return unclosed(open_.back());
      if (is_any(token, {"(", "[", "{"})) open_.push_back({i, start_});
      if (is_any(token, {")", "]", "}"})) {
        if (Slip found = close(i); found.line > 0) return found;
      }
      if (is_any(token, {";", "{", "}"})) start_ = i + 1;
    }
    if (open_.empty()) return {};
    if (!of(open_.back()).is("{")) return unclosed(open_.back());
    if (too_far_left_.line > 0) return too_far_left_;
    return unclosed(last_);
  }

 private:
  struct Open {
    std::size_t index = 0, start = 0;  // of the bracket, and of the statement that it is in
  };

  const Token& of(const Open& open) const { return tokens_[open.index]; }
  std::size_t indent(const Token& token) const {
    const std::string& line = lines_.at(static_cast<std::size_t>(token.line));
    return std::min(line.find_first_not_of(" \t"), line.size());
  }
  Slip wrong(std::size_t i, const std::string& sentence) const {
    const int number = tokens_[i].line;
    const std::string& line = lines_.at(static_cast<std::size_t>(number));
    std::size_t first = i, end = 0;
    while (first > 0 && tokens_[first - 1].line == number) --first;
    for (; first < i; ++first) end = line.find(tokens_[first].text, end) + tokens_[first].text.size();
    return {number, static_cast<int>(line.find(tokens_[i].text.front(), end)) + 1, "error: " + sentence};
  }
  Slip unclosed(const Open& open) const {
    const Token& token = of(open);
    const char* close = token.is("(") ? ")" : token.is("[") ? "]" : "}";
    return wrong(open.index, fmt::format("this {} has no {}", token.text, close));
  }

  Slip close(std::size_t i) {
    const Token& token = tokens_[i];
    if (open_.empty() || !are_partners(of(open_.back()), token)) {
      if (!open_.empty() && !of(open_.back()).is("{")) return unclosed(open_.back());
      if (token.is("}") && too_far_right_.line > 0) return too_far_right_;
      return wrong(i, fmt::format("this {} is too many, or what it closes is missing", token.text));
    }
    const Open open = open_.back();
    open_.pop_back();
    if (!token.is("}")) return {};
    last_ = open;
    const Token &start = tokens_[open.start], &next = at(tokens_, i + 1);
    if (is_any(start, {"struct", "class", "enum"}) && next.first && !next.is(";") &&
        std::none_of(tokens_.begin() + static_cast<std::ptrdiff_t>(open.start),
                     tokens_.begin() + static_cast<std::ptrdiff_t>(open.index),
                     [](const Token& part) { return part.is("("); }))
      return wrong(i, fmt::format("a {} ends with }};, and here the ; is missing", start.text));
    // A } stands below the beginning of its statement, unless the braces are part of a call.
    const bool in_call =
        std::any_of(open_.begin(), open_.end(), [&](const Open& outer) { return !of(outer).is("{"); });
    if (!token.first || in_call) return {};
    if (indent(token) < indent(start) && too_far_left_.line == 0) too_far_left_ = unclosed(open);
    if (indent(token) > indent(start) && too_far_right_.line == 0)
      too_far_right_ = wrong(i, "this } is too many");
    return {};
  }

  const Tokens& tokens_;
  std::vector<std::string> lines_ = {""};  // from 1 on
  std::vector<Open> open_;
  std::size_t start_ = 0;
  Open last_;                          // what the last } closed
  Slip too_far_left_, too_far_right_;  // the first } that stands so, should there be one too few or too many
};

bool is_whole(const Token& token) {
  return token.kind == Kind::number && std::all_of(token.text.begin(), token.text.end(),
                                                   [](unsigned char c) { return std::isdigit(c) != 0; });
}

// The names that are whole numbers wherever the answer declares them.
std::set<std::string> whole_names(const Tokens& tokens) {
  std::set<std::string> whole, other;
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    const Token &name = tokens[i], &type = tokens[i - 1], &after = at(tokens, i + 1);
    if (name.kind != Kind::word || (type.kind != Kind::word && !is_any(type, {"&", ">", "*"})) ||
        after.is("("))
      continue;
    if (is_any(type, {"return", "else"})) continue;
    (is_any(type, {"int", "long", "size_t", "int64_t"}) ? whole : other).insert(name.text);
  }
  for (const std::string& name : other) whole.erase(name);
  return whole;
}

// Whether the division at `i` is the value of a double: `double a = p / q`, or `return p / q` in a function
// that gives one. Inside v[p / q] or f(p / q) it may be meant.
bool wants_fraction(const Tokens& tokens, std::size_t i) {
  std::size_t start = i;
  int open = 0;
  for (; start > 0 && !is_any(tokens[start - 1], {";", "{", "}"}); --start) {
    const Token &token = tokens[start - 1], &before = at(tokens, start - 2);
    open += is_any(token, {")", "]"}) ? 1 : is_any(token, {"(", "["}) ? -1 : 0;
    if (open < 0 && (token.is("[") || (before.kind == Kind::word && !before.is("return")))) return false;
    open = std::max(open, 0);
  }
  const auto is_fraction = [](const Token& token) {
    return is_any(token, {"double", "float", "Real", "Tensor"});
  };
  if (!tokens[start].is("return"))
    return std::any_of(tokens.begin() + static_cast<std::ptrdiff_t>(start),
                       tokens.begin() + static_cast<std::ptrdiff_t>(i),
                       [](const Token& t) { return t.is("="); }) &&
           (is_fraction(tokens[start]) ||
            is_fraction(at(tokens, start + (at(tokens, start + 1).is("::") ? 2 : 1))));
  // Outwards to the braces of a function.
  int depth = 0;
  for (std::size_t k = start; k-- > 0;) {
    depth += tokens[k].is("}") ? 1 : tokens[k].is("{") ? -1 : 0;
    if (depth >= 0 || !tokens[k].is("{")) continue;
    depth = 0;
    std::size_t begin = k - (at(tokens, k - 1).is("const") ? 2 : 1);
    if (at(tokens, begin).is("]")) return false;  // a lambda's
    if (!at(tokens, begin).is(")")) continue;
    for (int parentheses = 0; begin > 0; --begin) {
      parentheses += tokens[begin].is(")") ? 1 : tokens[begin].is("(") ? -1 : 0;
      if (parentheses == 0) break;
    }
    const Token& name = at(tokens, begin - 1);
    if (is_any(name, {"if", "for", "while", "switch"})) continue;
    return name.kind == Kind::word && is_fraction(at(tokens, begin - 2));
  }
  return false;
}

}  // namespace

Slip broken_brackets(const std::string& source, const Tokens& answer) {
  return Brackets(source, answer).slip();
}

Slip integer_division(const Tokens& tokens) {
  const std::set<std::string> whole = whole_names(tokens);
  for (std::size_t i = 1; i + 1 < tokens.size(); ++i) {
    const Token &a = tokens[i - 1], &b = tokens[i + 1], &before = at(tokens, i - 2),
                &after = at(tokens, i + 2);
    // In 0.5 * a / b no whole number is divided, and a.b and b(..) may be anything.
    if (!tokens[i].is("/") || is_any(before, {"*", "/", ".", "->", "::"}) ||
        is_any(after, {"(", ".", "->", "["}))
      continue;
    if (is_whole(a) && is_whole(b)) {
      const long quotient =
          std::atol(b.text.c_str()) == 0 ? 0 : std::atol(a.text.c_str()) / std::atol(b.text.c_str());
      if (quotient * std::atol(b.text.c_str()) == std::atol(a.text.c_str())) continue;
      return {a.line, 0,
              fmt::format(
                  "{0} / {1} is {2}: of whole numbers, / drops what is after the point. Write {0}.0 / {1}.",
                  a.text, b.text, quotient)};
    }
    const bool names = (whole.contains(a.text) || is_whole(a)) && (whole.contains(b.text) || is_whole(b));
    if (!names || !wants_fraction(tokens, i)) continue;
    const std::string better = is_whole(a) ? a.text + ".0" : fmt::format("static_cast<double>({})", a.text);
    return {a.line, 0,
            fmt::format("{0} / {1} divides whole numbers and drops what is after the point. Write {2} / {1}.",
                        a.text, b.text, better)};
  }
  return {};
}

}  // namespace judge
