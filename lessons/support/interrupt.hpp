// Ctrl-C during a long training.
#pragma once

namespace lesson {

/// While one of these lives, the first Ctrl-C is only remembered, so that a loop can save and stop; a second
/// one ends the program as always.
class Interruptible {
 public:
  Interruptible();
  ~Interruptible();
  Interruptible(const Interruptible&) = delete;

  bool interrupted() const;

 private:
  void (*before_)(int);
};

}  // namespace lesson
