// Knobs: what a reader may turn without opening the source.
#pragma once
#include <limits>
#include <string>
#include <utility>

namespace lesson {

/// The numbers that a knob takes, both ends among them.
struct from_to {
  double least = std::numeric_limits<double>::lowest(), most = std::numeric_limits<double>::max();
};
struct at_least : from_to {
  explicit at_least(double value) : from_to{value} {}
};

/// A double, int, bool or std::string that is also a command-line flag. Declare it at namespace scope; use it
/// like the value.
///   lesson::Knob<double> lr{"lr", 0.1, "step size of Adam"};      // --lr 0.1, and in a notebook: lr = 0.01;
///   lesson::Knob<double> dropout{"dropout", 0.2, "share of zeros", lesson::from_to{0, 0.9}};
template <class T>
class Knob {
 public:
  Knob(const char* name, T value, const char* meaning, from_to range = {}, bool of_data = false);
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

/// A knob that is of use only beside a file of the learner's own. The book's pages do not show it.
template <class T>
struct DataKnob : Knob<T> {
  DataKnob(const char* name, T value, const char* meaning, from_to range = {})
      : Knob<T>(name, std::move(value), meaning, range, true) {}
  using Knob<T>::operator=;
};

extern template class Knob<double>;
extern template class Knob<int>;
extern template class Knob<bool>;
extern template class Knob<std::string>;

}  // namespace lesson
