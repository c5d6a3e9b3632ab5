#include "support/text_file.hpp"

#include <doctest/doctest.h>

#include "../files.hpp"
#include "../support.hpp"
#include "support/text.hpp"

using lesson::read_text;

TEST_CASE("text file: read without a byte-order mark and without blank lines at the end") {
  const Folder folder("text_file");
  CHECK(read_text("pairs", folder.file("a.txt", "\xef\xbb\xbfteh->the\n\né\r\n \n\n")) == "teh->the\n\né");
  CHECK(read_text("pairs", folder.file("mac.txt", "one\rtwo\r\n\rthree\r")) == "one\ntwo\n\nthree");
  CHECK(read_text("pairs", folder.file("dos.txt", "one\r\ntwo\r\n\x1a")) == "one\ntwo");
  CHECK(read_text("pairs", folder.file("empty.txt", "")).empty());
}

TEST_CASE("text file: each bad one is refused by name, with the line and the hint") {
  const Folder folder("text_file");
  const std::string binary = folder.file("b.txt", "one\ntwo \xff\n"), missing = folder.path / "none.txt";
  CHECK(fails_with([&] { read_text("pairs", binary, "Save it as text"); },
                   "[pairs] " + binary +
                       ", line 2: byte 0xff is no text in UTF-8; a text file is needed. Save it as text"));
  CHECK(fails_with([&] { read_text("pairs", missing); }, "[pairs] there is no file \"" + missing + "\""));
  const std::string mac = folder.file("m.txt", "one\rtwo\r\nthree \xff");
  CHECK(fails_with([&] { read_text("pairs", mac); }, ", line 3: byte 0xff is no text in UTF-8"));
  CHECK(fails_with([&] { read_text("pairs", folder.path); }, "this is a directory"));
}

TEST_CASE("text: white space of any kind at its ends, and characters counted") {
  CHECK(lesson::trimmed(" \t\u00a0a b\u3000\u200b\r\n") == "a b");
  CHECK(lesson::trimmed("\ufeffé\u2009") == "é");
  CHECK(lesson::trimmed(" \u00a0 ").empty());
  CHECK(lesson::character_count("größe\u2192\U0001f600") == 7);
  CHECK(lesson::character_count("") == 0);
}
