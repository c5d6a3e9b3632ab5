// The seeds of an experiment.
#pragma once
#include <memory>

namespace lesson {

class Progress;

/// Seeds in a row, for a loop that shows on the terminal how far it has come.
class SeedRange {
 public:
  class Iterator {
   public:
    Iterator(int seed, std::shared_ptr<Progress> progress);
    int operator*() const { return seed_; }
    Iterator& operator++();
    bool operator==(const Iterator& other) const { return seed_ == other.seed_; }

   private:
    int seed_;
    std::shared_ptr<Progress> progress_;
  };

  SeedRange(int first, int count) : first_(first), count_(count) {}
  Iterator begin() const;
  Iterator end() const;
  int first() const { return first_; }
  int size() const { return count_; }

 private:
  int first_, count_;
};

/// As many seeds as an experiment takes with --quick, without a flag and with --full, from --seed on. --seeds
/// decides otherwise.
///   for (int seed : lesson::seeds(3, 5, 20)) errors.add("mask", "after", train(seed));
SeedRange seeds(int quick, int normal, int full);

/// The same number with --quick and with --full.
SeedRange seeds(int count);

}  // namespace lesson
