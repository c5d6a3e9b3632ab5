#pragma once
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "tinygrad_cpp/array/pool.hpp"
#include "tinygrad_cpp/autograd/tensor.hpp"

// Internal: no public header includes this one. Only speed, except add(). Skip it in a first
// reading.

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// The index of a gradient that is not needed.
inline constexpr std::uint32_t no_index = ~std::uint32_t{0};

/// The gradients of the nodes of a pass, by index. Each is the sum of the terms that have arrived, one for
/// each use of the node.
class GradientSums {
 public:
  void resize(std::size_t nodes) { sums_.resize(nodes); }
  /// The sum so far; undefined where nothing has arrived. Incomplete before finish().
  const Tensor& operator[](std::uint32_t index) const { return sums_[index].gradient; }
  Tensor take(std::uint32_t index) { return std::move(sums_[index].gradient); }
  void add(std::uint32_t index, Tensor term);
  /// The array of the sum, for adding in place; null where nothing has arrived. `part` is the number of
  /// elements to be added, divided by the size of the sum. When the parts reach 32, the sum moves to doubles.
  Array* accumulated(std::uint32_t index, double part);
  /// Keeps a [K,M] and g [K,N], to add their product a^T g later, together with others like it. Returns
  /// false, and does nothing, if deferring would not be faster: for a small product, or factors that are
  /// larger than it. Axes in front of the last count as K.
  bool defer_product(std::uint32_t index, const Array& a, const Array& g);
  /// Completes the sum.
  void finish(std::uint32_t index) {
    if (!deferred_.empty()) add_deferred(index);
    if (!long_sums_.empty()) add_long_sum(index);
  }
  void clear() { sums_.clear(); }

 private:
  struct Sum {
    Tensor gradient;
    float terms = 0;  // added in place since they were last moved to long_sums_
  };
  /// Products a^T g that are to be added to the same gradient.
  struct DeferredProducts {
    std::uint32_t index;
    std::int64_t rows;
    std::vector<Array> a, g;
  };
  void count_terms(std::uint32_t index, double terms);
  void add_deferred(std::uint32_t index);
  void add_long_sum(std::uint32_t index);
  std::vector<DeferredProducts>::iterator deferred_for(std::uint32_t index);

  pool::Vector<Sum> sums_;
  std::vector<DeferredProducts> deferred_;  // at most one for an index
  // Partial sums in double, moved out of sums_ every 32 terms: a million floats added one by one are wrong by
  // a hundredth.
  std::unordered_map<std::uint32_t, std::vector<double>> long_sums_;
};

/// Whether the term may be added to the sum in place: nobody else holds the sum, and the term requires no
/// gradient.
bool may_add_in_place(const Tensor& sum, const Tensor& term);

/// sum += term, in place.
void add_in_place(const Tensor& sum, const Tensor& term);

/// The tensor itself if nobody else holds it or its values, else a copy: what changes it in place, clipping
/// for example, must not reach another tensor.
Tensor unshared(const Tensor& tensor);

}}  // namespace tg
