#include "support/seeds.hpp"

#include <limits>
#include <utility>

#include "support/progress.hpp"
#include "support/settings.hpp"
#include "tinygrad_cpp/error.hpp"

namespace lesson {

SeedRange::Iterator::Iterator(int seed, std::shared_ptr<Progress> progress)
    : seed_(seed), progress_(std::move(progress)) {}

SeedRange::Iterator& SeedRange::Iterator::operator++() {
  ++seed_;
  if (progress_) progress_->step();
  return *this;
}

SeedRange::Iterator SeedRange::begin() const {
  return {first_, count_ > 1 ? std::make_shared<Progress>("seeds", count_) : nullptr};
}

SeedRange::Iterator SeedRange::end() const { return {first_ + count_, nullptr}; }

SeedRange seeds(int quick, int normal, int full) {
  for (const int count : {quick, normal, full})
    if (count < 1) tg::fail("seeds", "{} seeds; at least 1 is needed, with --quick too", count);
  const Settings& s = settings();
  const int count = s.seeds ? s.seeds : s.quick ? quick : s.full ? full : normal;
  if (s.seed > std::numeric_limits<int>::max() - count)
    tg::fail("seeds", "--seed {} leaves no room for {} seeds; choose a smaller one", s.seed, count);
  return {s.seed, count};
}

SeedRange seeds(int count) { return seeds(count, count, count); }

}  // namespace lesson
