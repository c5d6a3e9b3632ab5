#include "tinygrad_cpp/utf8.hpp"

#include <doctest/doctest.h>

#include "support.hpp"

using namespace tg;

TEST_CASE("utf8: a text ends at the first byte that is none") {
  const auto end = [](const std::string& text) { return utf8_end(text); };
  CHECK(end("") == 0);
  CHECK(end("aé€😀") == 1 + 2 + 3 + 4);
  CHECK(end(std::string("a\0b", 3)) == 3);
  CHECK(end("\xf4\x8f\xbf\xbf") == 4);  // U+10FFFF, the last
  for (const char* wrong : {"\x80", "\xff", "\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xc3(",  // cut off, or alone
                            "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf",  // longer than needed
                            "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80"})  // no characters
    CHECK(end("é" + std::string(wrong) + "z") == 2);
}

TEST_CASE("shown: foreign text is short, on one line, and nothing in it that a terminal obeys") {
  CHECK(shown("plain text, größer, 😀") == "plain text, größer, 😀");
  CHECK(shown("\x1b]0;title\x07 a\nb\tc\rd\x7f") == "\\x1b]0;title\\x07 a\\nb\\tc\\rd\\x7f");
  CHECK(shown("\u0085\u009b31m\u00a0") == "\\u0085\\u009b31m\\u00a0");  // a new line, CSI, a no-break space
  CHECK(shown("a\u202eb\u2066c\u200fd\ufeff") ==
        "a\\u202eb\\u2066c\\u200fd\\ufeff");  // the other way round, unseen
  CHECK(shown("\xff\x80\xe2\x82z\xed\xa0\x80") == "\\xff\\x80\\xe2\\x82z\\xed\\xa0\\x80");
  CHECK(shown(std::string("a\0b", 3)) == "a\\x00b");
  CHECK(shown(std::string(60, 'x')) == std::string(60, 'x'));
  CHECK(shown(std::string(61, 'x')) == std::string(57, 'x') + "...");
  CHECK(shown("ééééé", 4) == "é...");
  CHECK(shown("aa\n\n\n", 6) == "aa...");  // no half of an escape
  CHECK(shown(std::string(4'000'000, '\x1b')).size() <= 60);
  CHECK(shown(shown("a\x1b\xff\u202e")) == shown("a\x1b\xff\u202e"));
}

TEST_CASE("shown: of a path the end, of a list the beginning") {
  CHECK(shown_path("/a/b\n.csv") == "/a/b\\n.csv");
  const std::string deep = std::string(5000, 'd') + "/file.csv", at_end = shown_path(deep);
  CHECK(at_end.size() <= 240);
  CHECK(at_end.starts_with("...ddd"));
  CHECK(at_end.ends_with("ddd/file.csv"));
  std::string letters;
  for (int i = 0; i < 1000; ++i) letters += "é";
  for (const char* before : {"", "x"}) {
    const std::string cut = shown_path(before + letters);
    CHECK(utf8_end(cut) == cut.size());
    CHECK(cut.find('\\') == std::string::npos);
  }

  CHECK(shown_list({}) == "");
  CHECK(shown_list({"a", "b\x07"}) == "a, b\\x07");
  CHECK(shown_list(std::vector<std::string>(2012, "n")) ==
        "n, n, n, n, n, n, n, n, n, n, n, n and 2000 more");
  const std::string huge = shown_list(std::vector<std::string>(5, std::string(100000, 'x')));
  CHECK(huge.size() < 200);
  CHECK(huge.ends_with("... and 2 more"));
}

TEST_CASE("errors: foreign text that was put into a message as it is does no harm either") {
  CHECK(fails_with([] { fail("op", "got {}; another\nis needed", "\x1b[31m\x07\xff"); },
                   "[op] got \\x1b[31m\\x07\\xff; another\nis needed"));
  try {
    fail("op", "got {}", std::string(1'000'000, 'x'));
  } catch (const Error& error) {
    CHECK(std::string(error.what()).size() == 1000);
  }
  try {
    fail("op", "got {}", std::string(1'000'000, '\n'));
  } catch (const Error& error) {
    CHECK(std::string(error.what()).size() <= 1003);
  }
}
