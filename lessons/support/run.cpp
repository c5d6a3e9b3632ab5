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
#include "support/markdown.hpp"
#include "support/record_mode.hpp"
#include "support/settings.hpp"
#include "support/source.hpp"
#include "support/step.hpp"
#include "support/terminal.hpp"
#include "support/text.hpp"
#include "tinygrad_cpp/io/file.hpp"

namespace lesson {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Where the prose of the section begins that the step belongs to: at its heading.
int section_of(const std::vector<SourceCell>& cells, const Step& step) {
  int line = 0;
  for (const SourceCell& cell : cells)
    if (cell.prose && cell.line < step.line && cell.text.starts_with("#")) line = cell.line - 1;
  return line;
}

// The prose between two lines of the source.
void print_prose(const std::vector<SourceCell>& cells, int after, int before) {
  if (!settings().prose) return;
  for (const SourceCell& cell : cells)
    if (cell.prose && cell.line > after && cell.line < before)
      write(rendered(cell.text, text_width()) + "\n");
}

// The reader's turn: to predict. The end of the input means that nobody is there to press Enter.
void wait_for_enter() {
  write(styled(Style::dim, "Enter goes on") + "\n");
  for (int c = std::getchar(); c != '\n'; c = std::getchar()) {
    if (c != EOF) continue;
    settings().step = false;
    return;
  }
}

void run_step(int number, const Step& step) {
  if (settings().record) write(step_record(step.line));
  const std::string title = styled(Style::strong, fmt::format("[{}] {}", number, step.title));
  const std::string place = styled(Style::dim, fmt::format("(line {})", step.line));
  if (!settings().record) write(wrapped(title + "  " + place, text_width(), 4) + "\n\n");
  try {
    step.body();
  } catch (const std::exception& error) {
    throw std::runtime_error(fmt::format("step {} ({}) stopped: {}", number, step.title, error.what()));
  } catch (...) {
    throw std::runtime_error(
        fmt::format("step {} ({}) stopped: something was thrown that is no std::exception", number,
                    step.title));
  }
  write("\n");
}

bool has_data(const Step& step) { return step.data != nullptr && !step.data->value().empty(); }
bool given_data() { return std::any_of(steps().begin(), steps().end(), has_data); }

void run_steps(const std::vector<SourceCell>& cells) {
  const int count = static_cast<int>(steps().size()), only = settings().only;
  const bool on_data = given_data();
  int after = 0;
  for (int number = 1; number <= count && (!only || number <= only); ++number) {
    const Step& step = steps()[static_cast<std::size_t>(number - 1)];
    if (!on_data || has_data(step)) {
      mute(only && number != only);  // the steps before it may compute what it needs
      print_prose(cells, on_data ? section_of(cells, step) : after, step.line);
      if (settings().step && !muted()) wait_for_enter();
      run_step(number, step);
    }
    after = step.line;
  }
  if (!only && !on_data) print_prose(cells, after, 1 << 30);
}

void print_end(double seconds) {
  const Tally& t = tally();
  for (const std::string& text : t.failures)
    write(fmt::format("{}: {}\n", styled(Style::fail, "failed"), text));
  if (settings().record) return write(end_record(t.passed, t.failed, t.skipped));
  write(fmt::format("claims: {} passed, {} failed, {} skipped; {:.1f} s\n", t.passed, t.failed, t.skipped,
                    seconds));
}

void write_summary(const std::string& name, const std::string& question, double seconds) {
  const Tally& t = tally();
  tg::write_whole("summary", settings().summary,
                  {fmt::format("{}\t{}\t{}\t{}\t{}\t{:.1f}\n", name, question, t.passed, t.failed, t.skipped,
                               seconds)});
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
    run_steps(cells);
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
