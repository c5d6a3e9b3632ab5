// Work in several processes at once. The judge waits for whatever its process has begun, so that threads
// would wait for each other's programs.
#pragma once
#include <cstddef>
#include <functional>

namespace exercises {

/// Calls work(0), .., work(count - 1), each in a child of its own, as many at once as `workers` says, and
/// `ended(n)` here whenever n of them have ended. What they find out they leave in files. Error when a call
/// ended in one, or in another way than by returning.
void in_processes(std::size_t count, int workers, const std::function<void(std::size_t)>& work,
                  const std::function<void(std::size_t)>& ended);

/// How many programs this machine runs at once.
int processors();

}  // namespace exercises
