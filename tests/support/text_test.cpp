#include "support/text.hpp"

#include <doctest/doctest.h>

#include "../support.hpp"

using lesson::shortened;

TEST_CASE("text: what is cut keeps whole letters, and the marks on them") {
  CHECK(shortened("abcdef", 6) == "abcdef");
  CHECK(shortened("abcdefg", 6) == "abc...");
  CHECK(shortened("\u00e9\u00e9\u00e9\u00e9\u00e9", 4) == "\u00e9...");
  CHECK(shortened("x\u0302x\u0302x\u0302x\u0302x", 4) == "x\u0302...");
  CHECK(shortened("\x1b[1mab\x1b[0mcdef", 5) == "\x1b[1mab\x1b[0m...");
  CHECK(shortened("abcd", 3) == "...");
  for (const char* odd : {"\x1b", "\x1b[1", "\xcc", "\xcd", "\x80", ""}) {
    CHECK(lesson::visible_width("a" + std::string(odd)) <= 2);
    CHECK(shortened(std::string("abcd") + odd, 3) == "...");
  }
}

TEST_CASE("text: cutting a long line takes time in proportion to its length") {
  const auto seconds = [](int marks) {
    std::string line = "a";
    for (int i = 0; i < marks; ++i) line += "\u0302";
    line += "bcdef";
    const double start = computed_seconds();
    for (int i = 0; i < 10; ++i) REQUIRE(shortened(line, 4).size() == line.size() - 5 + 3);
    return computed_seconds() - start;
  };
  seconds(4000);
  CHECK(seconds(16'000) < 10 * seconds(4000));
}
