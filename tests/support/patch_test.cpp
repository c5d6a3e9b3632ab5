// Wrong answers as changes of the solution.
#include "support/exercises/patch.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support/error_of.hpp"

using exercises::patched;

namespace {

const std::string text = "a\nb\nc\n\nb\nd\n";

bool refuses(const std::string& patch, const std::string& why) {
  return lesson::error_of([&] { patched(text, patch); }).find(why) != std::string::npos;
}

}  // namespace

TEST_CASE("patch: lines are replaced, removed and added") {
  CHECK(patched(text, "// says: x\n@@\n-c\n+C\n+D\n") == "a\nb\nC\nD\n\nb\nd\n");
  CHECK(patched(text, "@@\n-a\n@@\n d\n+e\n") == "b\nc\n\nb\nd\ne\n");
  CHECK(patched(text, "@@\n a\n-b\n@@\n-b\n") == "a\nc\n\nd\n");  // the second b follows the first change
}

TEST_CASE("patch: a unified diff, whatever its numbers say") {
  CHECK(
      patched(text,
              "--- one\n+++ two\n@@ -90,3 +90,3 @@ f()\n c\n\n-b\n+B\n d\n\\ No newline at end of file\n") ==
      "a\nb\nc\n\nB\nd\n");
}

TEST_CASE("patch: what cannot be applied says why") {
  CHECK(refuses("// says: x\n", "got no change; each begins with a line @@"));
  CHECK(refuses("@@\n-x\n", "from \"x\" on, do not follow in the solution"));
  CHECK(refuses("@@\n-c\n@@\n-a\n", "from \"a\" on, do not follow"));
  CHECK(refuses("@@\n-b\n", "from \"b\" on, stand in more than one place; add a line"));
  CHECK(refuses("@@\n+b\n", "stand in more than one place"));
  CHECK(refuses("@@\n-a\nc\n", "got the line \"c\"; a line of a change begins with -, + or a space"));
}
