// Programs on several processes ("ranks"), which mpirun starts: tinygrad_cpp/dist/group.hpp.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "support/interrupt.hpp"
#include "tinygrad_cpp/dist/group.hpp"

namespace lesson {

/// While one of these lives, the functions below are about the ranks that were started together. Without one,
/// as in lessons, there is rank 0 of 1. Rank 0 alone prints. Signals are remembered from the start, as mpirun
/// hands them on before any training has begun. Errors as of dist::Group.
class Ranks {
 public:
  Ranks(int& argc, char**& argv);
  ~Ranks();
  Ranks(const Ranks&) = delete;

 private:
  std::unique_ptr<Interruptible> signals_;
  tg::dist::Group group_;
};

int rank();
int rank_count();
bool any_rank(bool condition);

/// Into how many shards a training cuts its batches: as many as were asked for, or with 0 so many that a few
/// ranks can share them, and 1 alone. The file of a training keeps the number, since it decides the results.
/// Error that names the program if there are more ranks than shards.
int shards_of(const char* program, int asked);

/// While one of these lives, the ranks train in step. First every rank gets the tensors of rank 0. Error that
/// names the program unless each rank is at the same `place`, a text that tells steps and random numbers, and
/// if another rank has failed by then.
class InStep {
 public:
  InStep(const char* program, const tg::nn::Parameters& state, const std::string& place);
  ~InStep();
  InStep(const InStep&) = delete;
};

/// What each rank asks once, at its end: whether to say why it failed. In step it says so, since the others
/// may wait for it. Before and after, the ranks meet here. Where rank 0 failed, mostly all did, for one
/// reason, and rank 0 alone says why.
bool explains(bool failed);
/// Whether a rank failed in step. A program that then ends without a goodbye makes mpirun end the others.
bool failed_in_step();

/// A mean over a shard of a batch, and what it was divided by.
struct ShardLoss {
  tg::Tensor mean;
  double weight;
};

/// Sets the gradients of the mean over a batch, and returns the mean. The ranks share the shards. Their number
/// decides the results, the number of ranks does not: each shard has random numbers of its own, which the
/// random stream decides, and sums are the same in any order. One shard is the batch as a whole.
double learn_in_shards(const tg::nn::Parameters& parameters, int batch, int shards,
                       const std::function<ShardLoss(const tg::dist::Shard&)>& loss);

}  // namespace lesson
