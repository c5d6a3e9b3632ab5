#include "support/claim.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>

#include "support/record_mode.hpp"
#include "support/settings.hpp"
#include "support/terminal.hpp"
#include "support/text.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/file.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

struct State {
  Tally tally;
  std::ofstream file;
};

State& state() {
  static State all;
  return all;
}

// One line, whatever the text holds: the file is read by its tabs.
std::string one_line(std::string_view given) {
  std::string text(given);
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\t' || c == '\n'; }, ' ');
  return text;
}

void record(std::string_view text, const char* result, std::string_view flags) {
  if (settings().record) write(claim_record(std::string(text), result, std::string(flags)));
  if (!state().file.is_open()) return;
  state().file << one_line(text) << '\t' << result << '\t' << one_line(flags) << '\n' << std::flush;
  if (!state().file)
    throw std::runtime_error("[claims] cannot write the claims: " + std::string(std::strerror(errno)));
}

void print(Style style, const char* word, std::string_view text, const std::string& more = "") {
  write(wrapped(fmt::format("{}  {}", styled(style, word), text), text_width(), 8) + "\n" + more);
}

void settle(std::string_view text, bool holds, std::string_view flags) {
  Tally& tally = state().tally;
  if (holds) {
    const std::string wrong_turn = wrapped(fmt::format("        becomes false with {}", flags), text_width());
    ++tally.passed;
    print(Style::pass, "✓ pass", text, flags.empty() ? "" : styled(Style::dim, wrong_turn) + "\n");
  } else {
    ++tally.failed;
    tally.failures.emplace_back(text);
    print(Style::fail, "✗ FAIL", text);
  }
  record(text, holds ? "pass" : "fail", flags);
}

}  // namespace

void claim(std::string_view text, bool holds) { settle(text, holds, ""); }

void claim(std::string_view text, bool holds, fails_with wrong_turn) {
  settle(text, holds, wrong_turn.flags);
}

void skip_claim(std::string_view text, std::string_view why) {
  ++state().tally.skipped;
  print(Style::dim, "- skip", fmt::format("{} ({})", text, why));
  record(text, "skipped", "");
}

const Tally& tally() { return state().tally; }

void record_claims(const std::string& path) {
  tg::write_whole(
      "claims", path,
      {});  // refuses what is no file of one's own; then a line at a time, as a notebook has no end
  state().file.open(path, std::ios::app);
  if (!state().file) tg::fail("claims", "{}: cannot write: {}", tg::shown_path(path), std::strerror(errno));
}

}  // namespace lesson
