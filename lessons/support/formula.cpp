#include <array>
#include <cctype>

#include "support/markdown.hpp"
#include "support/text.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

struct Sign {
  std::string_view tex, text;
};

constexpr std::array signs = {Sign{"alpha", "α"},    Sign{"beta", "β"},       Sign{"gamma", "γ"},
                              Sign{"delta", "δ"},    Sign{"Delta", "Δ"},      Sign{"epsilon", "ε"},
                              Sign{"eta", "η"},      Sign{"theta", "θ"},      Sign{"lambda", "λ"},
                              Sign{"mu", "μ"},       Sign{"pi", "π"},         Sign{"sigma", "σ"},
                              Sign{"sum", "Σ"},      Sign{"prod", "Π"},       Sign{"partial", "∂"},
                              Sign{"nabla", "∇"},    Sign{"infty", "∞"},      Sign{"in", " ∈ "},
                              Sign{"cdot", "·"},     Sign{"times", " × "},    Sign{"odot", " ⊙ "},
                              Sign{"pm", " ± "},     Sign{"le", " ≤ "},       Sign{"leq", " ≤ "},
                              Sign{"ge", " ≥ "},     Sign{"geq", " ≥ "},      Sign{"ne", " ≠ "},
                              Sign{"approx", " ≈ "}, Sign{"to", " → "},       Sign{"dots", "..."},
                              Sign{"ldots", "..."},  Sign{"cdots", "..."},    Sign{"quad", "  "},
                              Sign{"left", ""},      Sign{"right", ""},       Sign{"lvert", "|"},
                              Sign{"rvert", "|"},    Sign{"mathrm", ""},      Sign{"mathbf", ""},
                              Sign{"text", ""},      Sign{"operatorname", ""}};

class Reader {
 public:
  explicit Reader(std::string_view tex) : tex_(tex) {}

  std::string all(bool inside_braces = false) {
    std::string out;
    while (!tex_.empty()) {
      if (inside_braces && tex_.front() == '}') {
        tex_.remove_prefix(1);
        break;
      }
      out += piece();
    }
    return out;
  }

 private:
  std::string_view take(std::size_t n) {
    const std::string_view front = tex_.substr(0, n);
    tex_.remove_prefix(front.size());
    return front;
  }

  // What an index, a power, a root or a fraction stands for: a group in braces or one sign.
  std::string argument() {
    while (!tex_.empty() && tex_.front() == ' ') take(1);
    return tex_.empty() ? "" : piece();
  }

  static std::string grouped(const std::string& text) {
    return visible_width(text) > 1 ? "(" + text + ")" : text;
  }

  std::string piece() {
    if (depth_ == deepest) return std::string(take(tex_.size()));
    ++depth_;
    const std::string text = shallow_piece();
    --depth_;
    return text;
  }

  std::string shallow_piece() {
    const char c = tex_.front();
    if (c == '\\') return command();
    if (c == '{') {
      take(1);
      return all(true);
    }
    if (c == '_') {
      take(1);
      const std::string index = argument();
      return "_" + (index.find_first_of("+-=, ") == std::string::npos ? index : "(" + index + ")");
    }
    if (c == '^') {
      take(1);
      const std::string power = argument();
      if (power == "2") return "²";
      if (power == "3") return "³";
      return "^" + grouped(power);
    }
    return std::string(take(tg::first_character(tex_).size));
  }

  std::string command() {
    std::size_t n = 1;
    while (n < tex_.size() && std::isalpha(static_cast<unsigned char>(tex_[n]))) ++n;
    if (n == 1) {  // a space (\, \; \!) or a sign that TeX wants marked (\{ \%)
      take(1);
      const std::string_view sign = take(tex_.empty() ? 0 : tg::first_character(tex_).size);
      if (sign == "!") return "";
      return sign == "," || sign == ";" || sign == ":" ? " " : std::string(sign);
    }
    const std::string_view name = take(n).substr(1);
    if (name == "hat") return argument() + "\u0302";
    if (name == "bar") return argument() + "\u0304";
    if (name == "sqrt") return "√" + grouped(argument());
    if (name == "frac") {
      const std::string above = argument();
      return grouped(above) + "/" + grouped(argument());
    }
    for (const Sign& sign : signs)
      if (sign.tex == name) return std::string(sign.text);
    return std::string(name);  // \log, \exp, \tanh and the like
  }

  static constexpr int deepest =
      100;  // what is nested deeper stays as it is: no formula is, and the stack has an end
  std::string_view tex_;
  int depth_ = 0;
};

}  // namespace

std::string readable_formula(std::string_view tex) {
  const std::string text = Reader(tex).all();
  std::string out;  // signs bring their own spaces: one is enough
  for (char c : text)
    if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace lesson
