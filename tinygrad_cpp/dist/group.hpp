#pragma once
#include <optional>
#include <vector>

#include "tinygrad_cpp/nn/parameters.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace dist {

/// A part of a batch: the items begin <= i < end.
struct Shard {
  int number = 0, begin = 0, end = 0;
  int size() const { return end - begin; }
};

/// Cuts a batch into `count` shards whose sizes differ by at most one. The same cut on any number of processes
/// is what gives the same weights on any number of them. Error if count is below 1 or the batch is negative.
std::vector<Shard> shards(int batch, int count);

/// The rank that a launcher gave this process, known before there is a Group; none if nobody launched it.
std::optional<int> launched_rank();

/// The processes ("ranks") that train one model, each on its part of every batch. A launcher starts them:
///   mpirun -np 4 build/my_program
/// They send each other gradients over MPI (the MPI Forum's standard 3.1). A program that no launcher started
/// is rank 0 of 1, and needs no MPI: nothing below changes anything then. Make one Group, at the start of
/// main(); all ranks then call the same functions in the same order. Where a rank ends with an uncaught
/// exception, the launcher stops the others. Error for a second Group in a process.
class Group {
 public:
  Group(int& argc, char**& argv);
  ~Group();
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

  int rank() const { return rank_; }
  int size() const { return size_; }
  /// This rank's shards: neighbours, as many as any other rank's or one more. None if there are more ranks.
  std::vector<Shard> mine(const std::vector<Shard>& shards) const;

  /// Every rank gets the values of rank 0. Error if names or shapes differ between ranks.
  void broadcast(const nn::Parameters& parameters) const;
  /// Each gradient becomes the sum over ranks of weight * gradient, divided by the sum of weights. The weight is
  /// what this rank's mean was divided by (items, or steps that a mask selects); 0 for a rank that had nothing
  /// to do, whose gradients are not read. Returns the sum of weights. GradientSum is the same for several parts
  /// on each rank, and has the errors.
  double average_gradients(const nn::Parameters& parameters, double weight) const;

  /// The sum of all ranks' values.
  double sum(double value) const;
  /// Whether any rank says so.
  bool any(bool condition) const;
  /// Waits until every rank is here.
  void barrier() const;

 private:
  int rank_ = 0, size_ = 1;
};

}}}  // namespace tg::dist
