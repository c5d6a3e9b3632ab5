// STEP("title") { ... } and FURTHER("title") { ... }: the parts of a lesson that run.
#pragma once
#include <string>
#include <vector>

#include "support/knob.hpp"

namespace lesson {

/// What a step is to the lesson: a part of its argument, or something beside it.
enum class Part { spine, further };

struct Step {
  const char* title;
  const char* file;
  int line;
  void (*body)();
  Part part;
  const Knob<std::string>* data;  // set: the step can work on the learner's own data
};

/// The steps of this program, in the order of the source.
std::vector<Step>& steps();
bool add_step(Step step);

/// Runs a step of a notebook: what it throws is printed and goes no further, since it would end the kernel.
void run_now(const char* title, void (*body)());

}  // namespace lesson

#define LESSON_JOIN_(a, b) a##b
#define LESSON_JOIN(a, b) LESSON_JOIN_(a, b)

#if defined(__CLANG_REPL__)
#define LESSON_STEP(n, title, part, data)                             \
  struct LESSON_JOIN(LessonStep, n) {                                 \
    LESSON_JOIN(LessonStep, n)() { ::lesson::run_now(title, &body); } \
    static void body();                                               \
  } LESSON_JOIN(lesson_step_, n);                                     \
  void LESSON_JOIN(LessonStep, n)::body()
#else
#define LESSON_STEP(n, title, part, data)                                                      \
  [[gnu::cold]] static void LESSON_JOIN(lesson_step_, n)();                                    \
  [[maybe_unused]] static const bool LESSON_JOIN(lesson_added_, n) = ::lesson::add_step(       \
      {title, __FILE__, __LINE__, &LESSON_JOIN(lesson_step_, n), ::lesson::Part::part, data}); \
  static void LESSON_JOIN(lesson_step_, n)()
#endif

/// STEP("The smallest check") { ... }  A part of the lesson's argument, its spine. Compiled, it is a function
/// that main runs in its turn; in a notebook it runs at once. Numbered by __COUNTER__, not by line, so that a
/// cell of a notebook can run again.
#define STEP(title) LESSON_STEP(__COUNTER__, title, spine, nullptr)

/// FURTHER("Other optimizers") { ... }  The same for what is interesting beside the argument. It stands under
/// the heading "## Further", after all steps of the spine, and runs with --further or --only, and in a
/// notebook. What it claims counts only when it runs.
#define FURTHER(title) LESSON_STEP(__COUNTER__, title, further, nullptr)

/// STEP_ON_DATA(data, "title") { ... }  The same for a step that takes the learner's own data from the knob
/// `data`. Where that is given, such steps are all that runs: the others are about the lesson's own.
#define STEP_ON_DATA(data, title) LESSON_STEP(__COUNTER__, title, spine, &data)
#define FURTHER_ON_DATA(data, title) LESSON_STEP(__COUNTER__, title, further, &data)
