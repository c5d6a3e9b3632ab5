#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace tg {

/// A stream of random numbers that is the same with every compiler and on every system: xoshiro256**
/// (Blackman and Vigna 2018), seeded by splitmix64. The distributions use exactly rounded operations only.
class RandomStream {
 public:
  explicit RandomStream(std::uint64_t seed = 0);

  std::uint64_t bits();  // 64 random bits
  double uniform();      // in [0, 1), a multiple of 2^-53
  double uniform(double low, double high);
  double normal();                       // mean 0, standard deviation 1 (Marsaglia's polar method)
  int below(int count);                  // 0 .. count - 1, all equally likely
  std::string state() const;             // 64 hexadecimal digits
  void state(const std::string& state);  // continues from a state; Error if the text is not one

 private:
  std::uint64_t state_[4];
};

/// The stream from which randn, uniform, initialisers and dropout draw. Each thread has its own.
RandomStream& random_stream();

/// Restarts this thread's random stream: `seed` determines all numbers drawn afterwards. Before any call, a
/// thread's stream is that of manual_seed(0).
void manual_seed(std::uint64_t seed);

/// Gets and sets the state of this thread's random stream, for checkpoints.
std::string random_state();
void random_state(const std::string& state);

/// 0 .. count - 1 in a random order.
std::vector<int> random_permutation(int count);

}  // namespace tg
