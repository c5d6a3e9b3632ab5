#include "support/run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <stdexcept>

#include "support/claim.hpp"
#include "support/command_line.hpp"
#include "support/guide.hpp"
#include "support/predict.hpp"
#include "support/record_mode.hpp"
#include "support/sections.hpp"
#include "support/settings.hpp"
#include "support/source.hpp"
#include "support/step.hpp"
#include "support/terminal.hpp"
#include "support/text.hpp"
#include "tinygrad_cpp/dist/group.hpp"
#include "tinygrad_cpp/io/file.hpp"

namespace lesson {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

bool given_data() { return std::any_of(steps().begin(), steps().end(), has_data); }

// Steps that this run did not take, by their titles.
void print_steps(const std::string& head, const std::vector<int>& numbers) {
  if (numbers.empty()) return;
  write(head + "\n");
  for (const int number : numbers)
    write(wrapped(fmt::format("  {:2}  {}", number, steps()[static_cast<std::size_t>(number - 1)].title),
                  text_width(), 4) +
          "\n");
}

void print_further() {
  const Settings& s = settings();
  if (s.further || s.only || given_data()) return;
  std::vector<int> numbers;
  for (std::size_t i = 0; i < steps().size(); ++i)
    if (steps()[i].part == Part::further) numbers.push_back(static_cast<int>(i) + 1);
  print_steps("further, with --further or --only:", numbers);
}

void print_end(double seconds) {
  const Tally& t = tally();
  for (const std::string& text : t.failures)
    write(fmt::format("{}: {}\n", styled(Style::fail, "failed"), text));
  if (settings().record) return write(end_record(t.passed, t.failed, t.skipped));
  if (const std::string made = predictions_made(); !made.empty()) write(wrapped(made, text_width()) + "\n");
  write(wrapped(fmt::format("claims: {} passed, {} failed, {} skipped; {:.1f} s", t.passed, t.failed,
                            t.skipped, seconds),
                text_width()) +
        "\n");
}

void write_summary(const std::string& name, const std::string& question, double seconds) {
  const Tally& t = tally();
  tg::write_whole("summary", settings().summary,
                  {fmt::format("{}\t{}\t{}\t{}\t{}\t{:.1f}\n", name, question, t.passed, t.failed, t.skipped,
                               seconds)});
}

// Of the processes that mpirun or srun started, the first one speaks. Errors of the others stay.
void hush_other_ranks() {
  if (tg::dist::launched_rank().value_or(0) > 0 && std::freopen("/dev/null", "w", stdout) == nullptr)
    complain("cannot write to /dev/null");
}

}  // namespace

int run(int argc, char** argv) {
  if (steps().empty()) {
    complain("this lesson has no STEP(\"title\") { ... }, so there is nothing to run");
    return 2;
  }
  const auto start = Clock::now();
  const std::string path = steps().front().file, name = lesson_name(path);
  const std::vector<SourceCell> cells = read_cells(path);
  const std::string question = question_of(cells, name);
  if (const auto status = read_command_line(argc, argv, name, question)) return *status;
  hush_other_ranks();
  if (settings().record) settings().prose = false;  // the notebook has it
  if (settings().record) be_plain();
  if (!settings().colour) forbid_colour();
  if (settings().only && given_data() && !has_data(steps()[static_cast<std::size_t>(settings().only - 1)])) {
    complain(
        fmt::format("{}: step {} does not work on --data; leave out one of the two", name, settings().only));
    return 2;
  }
  try {  // now, since a run may take long
    if (!settings().claims.empty()) record_claims(settings().claims);
    if (!settings().summary.empty()) tg::write_whole("summary", settings().summary, {});
  } catch (const std::exception& error) {
    complain(fmt::format("{}: {}", name, error.what()));
    return 2;
  }

  if (!settings().record) write(styled(Style::strong, name) + flags_given() + "\n\n");
  if (cells.empty() && settings().prose)
    write(fmt::format("(without its text: {} cannot be read)\n\n", path));
  int status = 0;
  try {
    const std::vector<Section> sections =
        sections_of(cells, steps(), {settings().further || settings().only > 0, given_data()});
    print_steps("left out:", show_sections(sections));
    if (!settings().record) print_further();
    if (!settings().summary.empty()) write_summary(name, question, seconds_since(start));
  } catch (const std::exception& error) {
    mute(false);
    if (settings().record)
      write(error_record(error.what()));
    else
      write(fmt::format("{}\n", styled(Style::fail, error.what())));
    if (!isatty(STDOUT_FILENO)) complain(fmt::format("{}: {}", name, error.what()));
    status = 1;
  }
  mute(false);
  print_end(seconds_since(start));
  return tally().failed ? 1 : status;
}

}  // namespace lesson
