// Knobs: what a reader may turn without opening the source.
#pragma once
#include <limits>
#include <string>
#include <utility>

namespace lesson {

/// The smallest value a number knob takes.
struct at_least {
  double value = std::numeric_limits<double>::lowest();
};

/// A double, int, bool or std::string that is also a command-line flag. Declare it at namespace scope; use it
/// like the value.
///   lesson::Knob<double> lr{"lr", 0.1, "step size of Adam"};      // --lr 0.1, and in a notebook: lr = 0.01;
template <class T>
class Knob {
 public:
  Knob(const char* name, T value, const char* meaning, at_least least = {});
  ~Knob();
  Knob(const Knob&) = delete;  // the command line holds the address

  Knob& operator=(T value) {
    value_ = std::move(value);
    return *this;
  }
  operator const T&() const { return value_; }
  const T& value() const { return value_; }

 private:
  T value_;
};

extern template class Knob<double>;
extern template class Knob<int>;
extern template class Knob<bool>;
extern template class Knob<std::string>;

}  // namespace lesson
