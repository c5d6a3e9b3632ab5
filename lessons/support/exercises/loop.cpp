#include "support/exercises/loop.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <vector>

#include "support/exercises/judging.hpp"
#include "support/exercises/page.hpp"
#include "support/exercises/report.hpp"
#include "support/exercises/watching.hpp"
#include "support/reader.hpp"
#include "support/terminal.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/file.hpp"

namespace exercises {

namespace fs = std::filesystem;

namespace {

// The verdict that a judge has just written. It may be about a text that has been saved again meanwhile.
judge::Verdict judged(const std::string& report) {
  const std::optional<judge::Verdict> verdict = judge::verdict_in(report);
  if (!verdict) tg::fail("exercises", "the report {} cannot be read", report);
  return *verdict;
}

std::string now() {
  const std::time_t seconds = std::time(nullptr);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d_%H%M%S", std::localtime(&seconds));
  return text;
}

}  // namespace

std::string page_of(const Learner& learner, const Exercise& exercise, const judge::Verdict& verdict,
                    bool watching) {
  std::string text = opening(exercise) + told(exercise, verdict, exercise.report, page_width());
  if (verdict.word != "PASS") return text;
  text += fmt::format("Compare with ours: make solution N={}\n", exercise.number);
  const Exercise* next = learner.next_after(&exercise);
  if (!next)
    text += fmt::format("That was the last: all {} are done.\n", learner.all().size());
  else if (!watching)
    text += fmt::format("Next: make exercise N={}\n", next->number);
  return text;
}

int exercise(const Learner& learner, const Asked& asked) {
  const Exercise& at = learner.pick(asked.number);
  if (!asked.answer.empty()) {  // a file elsewhere, as notebooks write it
    const std::string report =
        asked.answer.substr(0, asked.answer.size() - (asked.answer.ends_with(".hpp") ? 4 : 0)) + ".report";
    if (!finish(*start_judging(learner.places(), at, asked.answer, report), true)) return 1;
    lesson::write(told(at, judged(report), report, page_width()));
    return 0;
  }
  if (!finish(*start_judging(learner.places(), at))) return 1;
  const judge::Verdict verdict = judged(at.report);
  lesson::write(page_of(learner, at, verdict));
  if (verdict.word == "PASS") return 0;
  lesson::write(
      fmt::format("\nEdit the file, then: make exercise N={0}      Stuck? make hint N={0}\n", at.number));
  return 1;
}

int watch(const Learner& learner, const Asked& asked) {
  const char* term = std::getenv("TERM");
  const Exercise& at = learner.pick(asked.number);
  if (lesson::reader_is_there() && term && *term && std::string_view(term) != "dumb")
    return watch_terminal(learner, at);
  if (!finish(*start_judging(learner.places(), at))) return 1;
  const judge::Verdict verdict = judged(at.report);
  lesson::write(
      fmt::format("{}\n{}This is no terminal, so this was one look. In a terminal, watch looks again "
                  "whenever you save.\n",
                  page_of(learner, at, verdict), learner.bar_of_all()));
  return verdict.word == "PASS" ? 0 : 1;
}

int hint(const Learner& learner, const Asked& asked) {
  const Exercise& at = learner.pick(asked.number);
  int level = std::min(learner.hints_shown(at) + 1, 3);
  if (!asked.level.empty()) {
    if (asked.level != "1" && asked.level != "2" && asked.level != "3")
      throw Refusal("LEVEL is " + asked.level + "; 1, 2 or 3 is needed.");
    level = asked.level[0] - '0';
  }
  learner.set_hints_shown(at, level);
  lesson::write(fmt::format("{}   hint {} of 3\n\n{}\n{}: make hint N={}{}\n", title_of(at), level,
                            hint_text(at, level, page_width()),
                            level < 3 ? "One more" : "That was the last. Begin with hint 1", at.number,
                            level < 3 ? "" : " LEVEL=1"));
  return 0;
}

int progress(const Learner& learner) {
  lesson::write(learner.table());
  std::vector<const Exercise*> unjudged;
  for (const Exercise& each : learner.all())
    if (!each.is_stub() && !each.verdict()) unjudged.push_back(&each);
  if (!unjudged.empty()) {
    lesson::write(fmt::format("\nJudging {} that {} not judged yet:\n", unjudged.size(),
                              unjudged.size() == 1 ? "is" : "are"));
    if (!judge_all(learner.places(), unjudged)) return 1;
    for (const Exercise* each : unjudged) lesson::write(learner.row_of(*each));
  }
  const Exercise* next = learner.next();
  lesson::write(
      "\n" + learner.bar_of_all() +
      (next ? fmt::format("Next: make exercise N={}\n", next->number)
            : fmt::format("All {} are done. Now add a layer of your own: .github/CONTRIBUTING.md says how.\n",
                          learner.all().size())));
  return 0;
}

int solution(const Learner& learner, const Asked& asked) {
  const Exercise& at = learner.pick(asked.number);
  if (!fs::exists(at.solution)) throw Refusal("There are no solutions in this copy.");
  if (asked.force.empty()) {
    if (!at.verdict() && !finish(*start_judging(learner.places(), at))) return 1;
    if (!at.is_done())
      throw Refusal(fmt::format(
          "Yours is not green yet, and finding it yourself is worth more.\n"
          "One step at a time: make hint N={0}      Show it all the same: make solution N={0} FORCE=1",
          at.number));
  }
  lesson::write(fmt::format("// {}\n{}", at.solution, judge::text_of(at.solution)));
  return 0;
}

int reset(const Learner& learner, const Asked& asked) {
  const Exercise& at = learner.pick(asked.number);
  const std::string stub = at.original();
  if (stub.empty())
    throw Refusal(fmt::format(
        "The stub of {} is neither in git nor under {}; take it from a fresh copy of the project.", at.name,
        learner.places().home));
  if (judge::text_of(at.answer) == stub) {
    lesson::write(at.answer + " is as it came; nothing to do.\n");
  } else {
    const std::string kept = fmt::format("{}/kept/{}.{}.hpp", learner.places().home, at.name, now());
    fs::create_directories(fs::path(kept).parent_path());
    if (fs::exists(at.answer)) fs::copy_file(at.answer, kept, fs::copy_options::overwrite_existing);
    tg::write_whole("reset", at.answer, {stub});
    lesson::write(fmt::format("{0} is as it came.\nWhat you wrote is kept; to have it back: cp {1} {0}\n",
                              at.answer, kept));
  }
  learner.set_hints_shown(at, 0);
  return 0;
}

}  // namespace exercises
