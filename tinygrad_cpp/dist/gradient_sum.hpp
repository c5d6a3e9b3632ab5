#pragma once
#include <vector>

#include "tinygrad_cpp/dist/group.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace dist {

/// The gradient of a mean over a whole batch, from gradients of means over its parts (gradient accumulation).
/// Each step has a GradientSum of its own:
///   dist::GradientSum sum(model.parameters());
///   for (const dist::Shard& shard : group.mine(dist::shards(batch, 4))) {
///     loss_of(shard).backward();
///     sum.add(steps_of(shard));   // what the mean was divided by: items, or the steps that a mask selects
///   }
///   sum.average(group);           // without a group: of this process alone
/// Weights by reduction: a mean has its divisor (masked: selected elements; cross-entropy: rows; ctc_loss,
/// mean and target_length_mean: items). A sum has 1; the average is then the whole sum divided by the number
/// of parts. The result is the same to the last bit however the parts are spread over ranks.
class GradientSum {
 public:
  /// Removes the gradients that the parameters have.
  explicit GradientSum(const nn::Parameters& parameters);

  /// Takes the gradients, times `weight`, and removes them from the parameters: each part's are kept until
  /// average(). A weight of 0 takes nothing.
  /// Error unless the weight is a finite number of at least 0, and after average().
  void add(double weight);

  /// Sets each gradient to sum weight * gradient / sum weight over all parts of all ranks, and returns the sum
  /// of weights. A parameter that no part reached has no gradient. One with a NaN or an infinity in any part
  /// becomes NaN as a whole. Error if all weights are 0, or names or shapes differ between ranks.
  double average(const Group& group);
  double average();

 private:
  struct Part {
    double weight;
    std::vector<Tensor> gradients;  // undefined where backward() did not reach
  };

  friend Group;
  GradientSum(const nn::Parameters& parameters, double weight);  // of the gradients that there are
  double average(int rank, int size);

  nn::Parameters parameters_;
  std::vector<Part> parts_;
  bool averaged_ = false;
};

}}}  // namespace tg::dist
