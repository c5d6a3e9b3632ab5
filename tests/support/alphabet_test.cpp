#include "support/alphabet.hpp"

#include <doctest/doctest.h>

#include "../support.hpp"

using lesson::Alphabet;
using Ids = std::vector<int>;

TEST_CASE("alphabet: characters take the ids that special symbols leave, in their order") {
  const Alphabet last("abc ", {{"blank", 4}}), first("abc ", {{"blank", 0}}),
      both("abc", {{"end", 1}, {"pad", 4}});
  CHECK(last.size() == 5);
  CHECK(last.encode("cab a") == Ids{2, 0, 1, 3, 0});
  CHECK(first.encode("cab a") == Ids{3, 1, 2, 4, 1});
  CHECK(both.encode("abc") == Ids{0, 2, 3});
  CHECK(last.id("blank") == 4);
  CHECK(last.id("<blank>") == 4);
  CHECK(first.id(" ") == 4);
  CHECK(both.symbol(1) == "<end>");
  CHECK(both.symbol(2) == "b");
  CHECK(first.decode({0, 2, 0, 4, 3}) == "b c");
  CHECK(both.decode(both.encode("")) == "");
}

TEST_CASE("alphabet: a letter with an accent is one character") {
  const Alphabet letters("aéz", {{"blank", 3}});
  CHECK(letters.size() == 4);
  CHECK(letters.encode("zéa") == Ids{2, 1, 0});
  CHECK(letters.decode({1, 0}) == "éa");
}

TEST_CASE("alphabet: the characters in some texts, each once and in order") {
  CHECK(lesson::characters_in({"cab", "", "aé'b"}) == "'abcé");
  CHECK(lesson::characters_in({}).empty());
}

TEST_CASE("alphabet: what it refuses") {
  const Alphabet letters("abc ", {{"blank", 4}});
  CHECK(fails_with([&] { letters.encode("ab%"); },
                   "[alphabet] '%', character 3 of 'ab%', is not in the alphabet, which has 5 classes: abc "
                   "<blank>. Take it out of the text, or add it"));
  CHECK(fails_with([&] { letters.encode("é"); }, "'é', character 1 of 'é'"));
  CHECK(fails_with([&] { letters.decode({5}); },
                   "[alphabet] there is no class 5; with 5 classes, ids go from 0 to 4"));
  CHECK(fails_with([&] { letters.id("end"); },
                   "[alphabet] 'end' is not in the alphabet, which has 5 classes: abc <blank>"));
  CHECK(fails_with(
      [] {
        Alphabet("ab", {{"pad", 0}, {"end", 0}});
      },
      "[alphabet] <pad> and <end> are both 0; each needs an id of its own"));
  CHECK(fails_with([] { Alphabet("ab", {{"pad", 0}, {"pad", 1}}); }, "[alphabet] <pad> comes twice"));
  CHECK(fails_with(
      [] {
        Alphabet("ab", {{"blank", 3}});
      },
      "[alphabet] <blank> is 3; with 3 classes, ids go from 0 to 2"));
  CHECK(fails_with([] { Alphabet("aba"); }, "[alphabet] 'a' comes twice in 'aba'"));
}

TEST_CASE("alphabet: thousands of characters, as writing systems have, take the time of a few") {
  const auto seconds = [](int count) {
    std::string characters, text;
    for (int code = 0x4e00; code < 0x4e00 + count; ++code)
      for (const int byte : {0xe0 | code >> 12, 0x80 | (code >> 6 & 63), 0x80 | (code & 63)})
        characters += static_cast<char>(byte);
    while (text.size() < 150'000) text += characters;
    const double start = computed_seconds();
    const Ids ids = Alphabet(characters).encode(text);
    REQUIRE(ids.back() == count - 1);
    return computed_seconds() - start;
  };
  CHECK(seconds(8192) < 20 * seconds(4));
}
