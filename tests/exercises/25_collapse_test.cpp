#include <map>

#include EXERCISE
#include "check.hpp"

namespace {

using Labels = std::vector<int>;

std::string words(const Labels& labels) { return "[" + fmt::format("{}", fmt::join(labels, " ")) + "]"; }

// What collapse says, as text, so that a failed CHECK shows it.
std::string said(const Labels& path, int blank) { return words(exercise::collapse(path, blank)); }

}  // namespace

TEST_CASE("equal neighbours are merged") {
  CHECK(said({1, 1, 2, 2, 2, 1}, 0) == "[1 2 1]");
  CHECK(said({3}, 0) == "[3]");
}

TEST_CASE("blanks are dropped") {
  CHECK(said({0, 1, 0, 2, 0}, 0) == "[1 2]");
  CHECK(said({0, 0, 0}, 0) == "[]");
  CHECK(said({}, 0) == "[]");
}

TEST_CASE("a blank keeps two equal letters apart") {
  INFO(
      "l _ l says \"ll\". Merge first and drop the blanks after; the other way round no text has double letters");
  CHECK(said({2, 0, 2}, 0) == "[2 2]");
  CHECK(said({1, 1, 0, 1, 2, 2}, 0) == "[1 1 2]");
}

TEST_CASE("the blank is the one that is given") {
  INFO("Keras puts the blank last, PyTorch first: use the argument, not 0 and not the largest class");
  CHECK(said({0, 3, 0, 1, 1}, 3) == "[0 0 1]");
  CHECK(said({0, 1, 0, 2}, 1) == "[0 0 2]");
}

TEST_CASE("how many paths say a text") {
  std::map<std::string, int> paths;  // of 4 frames and the classes 0, 1 and the blank 2, by what they say
  for (int number = 0; number < 81; ++number)
    ++paths[said({number / 27, number / 9 % 3, number / 3 % 3, number % 3}, 2)];
  INFO("of the 81 paths of 4 frames, as many say a text as there are ways through its places");
  CHECK(paths["[]"] == 1);
  CHECK(paths["[0]"] == 10);
  CHECK(paths["[0 1]"] == 15);
  CHECK(paths["[0 0]"] == 5);
  CHECK(paths["[0 1 0 1]"] == 1);
  CHECK(paths.count("[0 0 0]") == 0);
}
