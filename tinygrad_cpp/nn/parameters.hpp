#pragma once
#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

#include "tinygrad_cpp/autograd/tensor.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace nn {

/// The trainable tensors of a model with their names, in order. Optimizers, checkpoints and snapshots take
/// them. A layer lists its tensors in one line. A model lists its layers, and a layer's name becomes a prefix
/// (lstm.bias, dense.weight):
///   nn::Parameters parameters() const { return {{"lstm", lstm}, {"dense", dense}}; }
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
  /// Error if two tensors have the same name or a tensor is undefined.
  Parameters(std::initializer_list<Entry> entries);

  /// Error if the name is taken or the tensor is undefined.
  void add(const std::string& name, const Tensor& tensor);

  /// The parameters for whose names the predicate is true.
  Parameters filter(const std::function<bool(const std::string& name)>& wanted) const;

  auto begin() const { return parameters_.begin(); }
  auto end() const { return parameters_.end(); }
  /// The number of tensors.
  std::size_t size() const { return parameters_.size(); }
  /// The number of elements of all tensors together.
  std::int64_t count() const;

 private:
  std::vector<Parameter> parameters_;
};

/// Copies of the values, for example of the best weights so far. (A copied layer would share its weights with
/// the original.)
Parameters snapshot(const Parameters& parameters);
/// Writes a snapshot's values back to the parameters. Error if names or shapes differ; then nothing is
/// changed.
void restore(const Parameters& parameters, const Parameters& values);

}}}  // namespace tg::nn
