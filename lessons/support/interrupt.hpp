// Ctrl-C, SIGTERM and SIGUSR1 during a long training.
#pragma once

namespace lesson {

/// While one of these lives, the first Ctrl-C (SIGINT), SIGTERM and SIGUSR1 are only remembered, so that a loop
/// can save and stop; a second of the same kind ends the program as always. mpirun turns Ctrl-C into SIGTERM,
/// and hands SIGUSR1 on. One that is made while another lives only looks at what that remembers.
class Interruptible {
 public:
  Interruptible();
  ~Interruptible();
  Interruptible(const Interruptible&) = delete;

  bool interrupted() const;

 private:
  void (*before_[3])(int);
};

}  // namespace lesson
