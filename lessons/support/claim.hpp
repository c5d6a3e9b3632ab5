// Claims: sentences that a run can prove wrong.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace lesson {

/// Flags under which a claim must come out false. They show the reader that the claim can fail, and a test
/// tries them.
struct fails_with {
  explicit fails_with(const char* text) : flags(text) {}
  const char* flags;
};

/// Prints whether the sentence held. One that did not makes the program's exit status 1.
/// The text names the claim: keep it the same in every run, and say the numbers beside it.
void claim(std::string_view text, bool holds);
void claim(std::string_view text, bool holds, fails_with wrong_turn);

/// Says that this run could not test a claim, and why ("--quick trains one seed").
void skip_claim(std::string_view text, std::string_view why);

/// What became of the claims so far.
struct Tally {
  int passed = 0, failed = 0, skipped = 0;
  std::vector<std::string> failures;
};
const Tally& tally();

/// From now on each claim is also a line of this file: text, pass or fail or skipped, flags of fails_with;
/// tabs between. Error if the file cannot be written, also later by claim().
void record_claims(const std::string& path);

}  // namespace lesson
