#include "fuzz.hpp"
#include "support/markdown.hpp"
#include "support/terminal.hpp"
#include "tinygrad_cpp/utf8.hpp"

// Markdown and formulas for a terminal. The first byte is the width.

const Target target = {
    [](std::string_view bytes) {
      const int width = 1 + take_byte(bytes) % 120;
      lesson::forbid_colour();
      const bool is_text = tg::utf8_end(bytes) == bytes.size();
      for (const std::string& made :
           {lesson::rendered(std::string(bytes), width), lesson::readable_formula(bytes)})
        require(!is_text || tg::utf8_end(made) == made.size(), "text stays UTF-8");
    },
    {"P# A title\n\nSome **strong** and *soft* words, `code` and a [link](http://a.b).\n\n- one\n- two\n  more\n",
     "(> quoted\n> > twice\n\n1. first\n2. second $x^2$\n\n```cpp\nint x;\n```\n",
     "\x14| a | b |\n|---|--:|\n| `c|d` | \\| |\n\n$$\n\\hat{x}_{t-1} = \\frac{\\alpha}{\\sqrt{2}} \\odot y^{n+1}\n$$\n",
     "\n$\\sum_i \\mathrm{exp}(x_i) \\le \\infty$ \\* \\\\ \xc3\xa9\xcc\x82"}};
