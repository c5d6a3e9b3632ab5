#include "support/exercises/learner.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "support/exercises/page.hpp"
#include "support/exercises/report.hpp"
#include "support/text.hpp"
#include "tinygrad_cpp/io/file.hpp"

namespace exercises {

namespace fs = std::filesystem;

namespace {

std::string word_in(const std::string& file) { return std::string(lesson::trimmed(judge::text_of(file))); }

}  // namespace

Learner::Learner(const Places& places) : places_(places), all_(catalogue(places)) {
  if (all_.empty()) throw Refusal("There are no exercises in " + places.here + ".");
  fs::create_directories(places.home);
  for (const Exercise& each : all_) each.keep_stub();
}

const Exercise& Learner::pick(const std::string& wanted) const {
  const std::string current = word_in(in_home("current"));
  const Exercise* found = find(all_, wanted.empty() ? current : wanted);
  if (!found && !wanted.empty()) {
    std::string text = "There is no exercise N=" + wanted + ". There are:";
    for (const Exercise& each : all_) text += "\n  " + each.name;
    throw Refusal(text);
  }
  if (!found) found = next_after(nullptr);
  if (!found) found = &all_.front();
  if (found->name != current) tg::write_whole("exercise", in_home("current"), {found->name, "\n"});
  return *found;
}

bool Learner::is_done(const Exercise& exercise) const {
  return exercise.is_done() || std::any_of(all_.begin(), all_.end(), [&](const Exercise& each) {
           return each.about("kind") == "quiz" && each.lesson() == exercise.lesson() && each.is_done();
         });
}

const Exercise* Learner::next_after(const Exercise* exercise) const {
  const std::size_t begin = exercise ? static_cast<std::size_t>(exercise - all_.data()) + 1 : 0;
  for (std::size_t i = 0; i < all_.size(); ++i) {
    const Exercise& each = all_[(begin + i) % all_.size()];
    if (&each != exercise && !is_done(each)) return &each;
  }
  return nullptr;
}

const Exercise* Learner::next() const {
  const Exercise* last = find(all_, word_in(in_home("current")));
  return last && !is_done(*last) ? last : next_after(last);
}

int Learner::done() const {
  return static_cast<int>(
      std::count_if(all_.begin(), all_.end(), [&](const Exercise& each) { return is_done(each); }));
}

int Learner::hints_shown(const Exercise& exercise) const {
  return std::clamp(std::atoi(word_in(in_home(exercise.name + ".hint")).c_str()), 0, 3);
}

void Learner::set_hints_shown(const Exercise& exercise, int count) const {
  tg::write_whole("exercise", in_home(exercise.name + ".hint"), {std::to_string(count), "\n"});
}

std::string Learner::row_of(const Exercise& exercise) const {
  const std::optional<judge::Verdict> verdict = exercise.verdict();
  std::string state;
  if (verdict && verdict->word != "TODO") state = verdict->word == "PASS" ? "done" : "red";
  if (!verdict && !exercise.is_stub()) state = "not judged yet";
  if (state != "done" && is_done(exercise)) state = "done by the quiz";
  if (exercise.name == word_in(in_home("current"))) state += state.empty() ? "<- here" : "  <- here";
  return row(exercise, state);
}

std::string Learner::table() const {
  std::string text = row_heading();
  for (const Exercise& each : all_) text += row_of(each);
  return text;
}

std::string Learner::bar_of_all() const { return bar(done(), static_cast<int>(all_.size())); }

}  // namespace exercises
