// STEP("title") { ... }: the parts of a lesson that run.
#pragma once
#include <vector>

namespace lesson {

struct Step {
  const char* title;
  const char* file;
  int line;
  void (*body)();
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
#define LESSON_STEP(n, title)                                         \
  struct LESSON_JOIN(LessonStep, n) {                                 \
    LESSON_JOIN(LessonStep, n)() { ::lesson::run_now(title, &body); } \
    static void body();                                               \
  } LESSON_JOIN(lesson_step_, n);                                     \
  void LESSON_JOIN(LessonStep, n)::body()
#else
#define LESSON_STEP(n, title)                                                         \
  [[gnu::cold]] static void LESSON_JOIN(lesson_step_, n)();                           \
  [[maybe_unused]] static const bool LESSON_JOIN(lesson_added_, n) =                  \
      ::lesson::add_step({title, __FILE__, __LINE__, &LESSON_JOIN(lesson_step_, n)}); \
  static void LESSON_JOIN(lesson_step_, n)()
#endif

/// STEP("The smallest check") { ... }  Compiled, it is a function that main runs in its turn; in a notebook
/// it runs at once. Numbered by __COUNTER__, not by line, so that a cell of a notebook can run again.
#define STEP(title) LESSON_STEP(__COUNTER__, title)
