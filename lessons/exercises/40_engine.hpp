#pragma once
#include <functional>
#include <vector>

#include "exercises/not_done_yet.hpp"

// The quiz of lesson 1: an engine of your own, for single numbers. It must keep what made a number, go back
// through it, be compared with central differences, and train something. Nothing of tg is needed, and its
// Tensor may not be used.
//
//   variable       a number that nothing made
//   +, *, tanh     the number, and all that the way back will need
//   gradient       the derivative of y with respect to each of xs; 0 for one that y does not depend on.
//                  Nothing stays behind: a second call gives the same.
//   largest_error  gradient against central differences with the step h, at the point `at`: the largest
//                  |difference| over all its numbers
//   descended      `steps` steps of gradient descent from `start`, each of the size `rate`; gives the end
//
// A Function makes a number out of variables. Number may be copied at will: a copy is the same number. The
// engine's time is linear in the number of operations, however often a number is used.

namespace exercise {

struct Number {
  double value = 0;
  // and what else it must remember
};

using Function = std::function<Number(const std::vector<Number>&)>;

inline Number variable(double value) {
  not_done_yet("variable", R"(lessons/01_autodiff.cpp, "The fix: the chain rule, kept by the computer")");
}
inline Number operator+(const Number& a, const Number& b) {
  not_done_yet("operator+", R"(lessons/01_autodiff.cpp, "The fix: the chain rule, kept by the computer")");
}
inline Number operator*(const Number& a, const Number& b) {
  not_done_yet("operator*", R"(lessons/01_autodiff.cpp, "The fix: the chain rule, kept by the computer")");
}
inline Number tanh(const Number& a) {
  not_done_yet("tanh", R"(lessons/01_autodiff.cpp, "The fix: the chain rule, kept by the computer")");
}

inline std::vector<double> gradient(const Number& y, const std::vector<Number>& xs) {
  not_done_yet("gradient", R"(lessons/01_autodiff.cpp, "The fix: the chain rule, kept by the computer")");
}

inline double largest_error(const Function& f, const std::vector<double>& at, double h) {
  not_done_yet("largest_error",
               R"(lessons/01_autodiff.cpp, "The fix: the chain rule, kept by the computer")");
}

inline std::vector<double> descended(const Function& loss, const std::vector<double>& start, double rate,
                                     int steps) {
  not_done_yet("descended", R"(lessons/01_autodiff.cpp, "The fix: the chain rule, kept by the computer")");
}

}  // namespace exercise
