// Several processes under mpirun: the same weights to the last bit, and errors that every user sees.
#include <doctest/doctest.h>

#include <sstream>
#include <string>

#include "program.hpp"

namespace {

/// What `ranks` prints as several processes.
Printed ranks(int count, const std::string& what) {
  return run_ranks(count, {(build_path / "float/ranks").string(), what});
}

double number_after(const std::string& text, const std::string& word) {
  const std::size_t at = text.find(word + " ");
  REQUIRE_MESSAGE(at != std::string::npos, text);
  return std::stod(text.substr(at + word.size() + 1));
}

}  // namespace

TEST_CASE("ranks: 1, 2, 3 and 4 processes end with the same weights, to the last bit") {
  if (!has_ranks()) return;
  const Printed alone = run_program({(build_path / "float/ranks").string(), "train"});
  CHECK(alone.status == 0);
  REQUIRE(alone.text.starts_with("1 ranks: weights "));
  for (int count : {1, 2, 3, 4}) {
    const Printed together = ranks(count, "train");
    CHECK(together.status == 0);
    CHECK(together.text == std::to_string(count) + alone.text.substr(1));
  }
}

TEST_CASE("ranks: weighted by real steps the average is the joined batch's gradient; otherwise it is not") {
  if (!has_ranks()) return;
  for (int count : {2, 4}) {
    const Printed printed = ranks(count, "forms");
    CHECK(printed.status == 0);
    CHECK(number_after(printed.text, "naive") > 0.05);
    CHECK(number_after(printed.text, "items") > 0.05);
    CHECK(number_after(printed.text, "steps") < 1e-5);
  }
}

TEST_CASE("ranks: models that differ, and a rank that throws, end all processes with a text") {
  if (!has_ranks()) return;
  const Printed differ = ranks(2, "differ");
  CHECK(differ.status != 0);
  CHECK(differ.text.find(
            "[broadcast] the ranks' models differ: rank 0 has w [2, 1], and rank 1 has w [2, 2]; the "
            "same names and shapes in the same order are needed") != std::string::npos);
  const Printed thrown = ranks(3, "throw");
  CHECK(thrown.status != 0);
  CHECK(thrown.text.find("error: [ranks] rank 1 cannot go on") != std::string::npos);
}
