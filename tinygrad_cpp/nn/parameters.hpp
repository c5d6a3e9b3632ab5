#pragma once
#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

#include "tinygrad_cpp/autograd/tensor.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace nn {

/// The trainable tensors of a model with their names, in order: what optimizers, checkpoints and snapshots take. A layer
/// lists its own in one line; a model joins its layers', and names grow dots:
///   nn::Parameters parameters() const { return {{"lstm", lstm}, {"dense", dense}}; }    // lstm.bias, dense.weight, ...
class Parameters {
 public:
  struct Parameter {
    std::string name;
    Tensor tensor;
  };
  /// A named tensor, or a named group: a layer, or other Parameters.
  struct Entry {
    Entry(const std::string& name, const Tensor& tensor) : parameters{{name, tensor}} {}
    Entry(const std::string& name, const Parameters& group);
    template <class Layer>
    requires requires(const Layer& layer) { layer.parameters(); }
    Entry(const std::string& name, const Layer& layer) : Entry(name, layer.parameters()) {}

    std::vector<Parameter> parameters;
  };

  Parameters() = default;
  /// Error when two have the same name, or a tensor is undefined.
  Parameters(std::initializer_list<Entry> entries);

  /// Error when there is one of this name already, or the tensor is undefined.
  void add(const std::string& name, const Tensor& tensor);

  /// Those whose names the predicate takes.
  Parameters filter(const std::function<bool(const std::string& name)>& wanted) const;

  auto begin() const { return parameters_.begin(); }
  auto end() const { return parameters_.end(); }
  /// The number of tensors, and of numbers in all of them.
  std::size_t size() const { return parameters_.size(); }
  std::int64_t count() const;

 private:
  std::vector<Parameter> parameters_;
};

/// Copies of the values, to come back to: the best weights so far. (A copied layer shares its weights with the original.)
Parameters snapshot(const Parameters& parameters);
/// Puts a snapshot's values back. Error, with nothing changed, when names or shapes differ.
void restore(const Parameters& parameters, const Parameters& values);

}}}  // namespace tg::nn
