#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace tg {

/// A stream of random numbers that is the same on every compiler: xoshiro256** (Blackman and Vigna 2018), seeded
/// through splitmix64, with distributions of its own made of exactly rounded operations only.
class RandomStream {
 public:
  explicit RandomStream(std::uint64_t seed = 0);

  std::uint64_t bits();  // 64 random bits
  double uniform();      // in [0, 1), a multiple of 2^-53
  double uniform(double low, double high);
  double normal();                       // mean 0, deviation 1 (Marsaglia's polar method)
  int below(int count);                  // 0 .. count - 1, each as likely
  std::string state() const;             // 64 hexadecimal digits
  void state(const std::string& state);  // goes on from there; Error when the text is not a state

 private:
  std::uint64_t state_[4];
};

/// The stream that randn, uniform, initialisers and dropout draw from; one per thread.
RandomStream& random_stream();

/// Starts this thread's random stream anew: everything it draws afterwards is decided by `seed`. Every thread's stream begins
/// as after manual_seed(0).
void manual_seed(std::uint64_t seed);

/// The random stream's state, for a checkpoint, and back.
std::string random_state();
void random_state(const std::string& state);

/// 0 .. count - 1 in a random order.
std::vector<int> random_permutation(int count);

}  // namespace tg
