#include "tinygrad_cpp/dist/group.hpp"

#include <algorithm>
#include <cstdlib>
#include <exception>

#include "tinygrad_cpp/dist/gradient_sum.hpp"
#include "tinygrad_cpp/dist/messages.hpp"
#include "tinygrad_cpp/dist/same_parameters.hpp"
#include "tinygrad_cpp/error.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace dist {
namespace {

/// Where part `number` of `count` begins, if `size` is divided into parts that differ by at most one.
int begin_of(int number, int size, int count) {
  return static_cast<int>(std::int64_t{size} * number / count);
}

}  // namespace

std::vector<Shard> shards(int batch, int count) {
  if (batch < 0 || count < 1)
    fail("shards", "a batch of {} and {} shards; at least 0 and at least 1 are needed", batch, count);
  std::vector<Shard> result;
  for (int number = 0; number < count; ++number)
    result.push_back({number, begin_of(number, batch, count), begin_of(number + 1, batch, count)});
  return result;
}

std::optional<int> launched_rank() {
  const char* variable = rank_variable();
  return variable ? std::optional(std::atoi(std::getenv(variable))) : std::nullopt;
}

Group::Group(int& argc, char**& argv) {
  static bool made = false;
  if (made) fail("dist", "this is the second Group of a process; one is needed, at the start of main()");
  const Place place = join(argc, argv);
  made = true;
  rank_ = place.rank, size_ = place.size;
}

// While an exception is on its way to main(), the other ranks may wait for this one for ever: leaving in peace
// would wait for them. The process ends without a goodbye, after main() has printed the exception, and the
// launcher stops the others.
Group::~Group() {
  if (std::uncaught_exceptions() == 0) leave();
}

std::vector<Shard> Group::mine(const std::vector<Shard>& shards) const {
  const int count = static_cast<int>(shards.size());
  return {shards.begin() + begin_of(rank_, count, size_), shards.begin() + begin_of(rank_ + 1, count, size_)};
}

void Group::broadcast(const nn::Parameters& parameters) const {
  check_same("broadcast", parameters, rank_);
  for (const auto& [name, tensor] : parameters) send_to_all(std::as_writable_bytes(tensor.overwrite()), 0);
}

double Group::average_gradients(const nn::Parameters& parameters, double weight) const {
  return GradientSum(parameters, weight).average(*this);
}

double Group::sum(double value) const {
  add_up({&value, 1});
  return value;
}

bool Group::any(bool condition) const {
  std::int64_t value = condition;
  greatest({&value, 1});
  return value != 0;
}

void Group::barrier() const { any(false); }

}}}  // namespace tg::dist
