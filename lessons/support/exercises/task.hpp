// Work in a process of its own: whoever waits for it can do something else meanwhile, and can end it.
#pragma once
#include <poll.h>
#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

namespace exercises {

/// Does `work` in a process that begins a process group. What the process and the programs that it starts
/// print is kept. Where `work` throws, the task has failed and the exception's text is printed.
class Task {
 public:
  explicit Task(const std::function<void()>& work);
  /// Ends the group where it still runs, and waits until it has ended.
  ~Task();
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;

  /// Readable when there is news.
  int descriptor() const { return output_; }
  /// Takes the news. False when the task has ended.
  bool running();
  bool failed() const { return status_ != 0; }
  const std::string& printed() const { return printed_; }

 private:
  pid_t child_ = -1;
  int output_ = -1, status_ = 0;
  std::string printed_;
};

/// Waits until one of these descriptors is readable, a signal comes, or the time is over. Says which of them
/// are readable. Throws judge::Interrupted after Ctrl-C.
std::vector<bool> wait_for(const std::vector<int>& descriptors, int milliseconds);

}  // namespace exercises
