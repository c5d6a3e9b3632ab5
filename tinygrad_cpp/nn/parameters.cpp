#include "tinygrad_cpp/nn/parameters.hpp"

#include <algorithm>
#include <iterator>

#include "tinygrad_cpp/error.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace nn {

Parameters::Entry::Entry(const std::string& name, const Parameters& group) {
  for (const auto& [own_name, tensor] : group) parameters.push_back({name + "." + own_name, tensor});
}

Parameters::Parameters(std::initializer_list<Entry> entries) {
  for (const Entry& entry : entries)
    for (const auto& [name, tensor] : entry.parameters) add(name, tensor);
}

void Parameters::add(const std::string& name, const Tensor& tensor) {
  const auto same = [&](const Parameter& other) { return other.name == name; };
  if (std::any_of(begin(), end(), same))
    fail("parameters", "two tensors are named \"{}\"; each needs its own name", name);
  if (!tensor.defined())
    fail("parameters", "\"{}\" is undefined: a default-constructed Tensor; assign one to it first", name);
  parameters_.push_back({name, tensor});
}

Parameters Parameters::filter(const std::function<bool(const std::string& name)>& wanted) const {
  Parameters result;
  std::copy_if(begin(), end(), std::back_inserter(result.parameters_),
               [&](const Parameter& parameter) { return wanted(parameter.name); });
  return result;
}

std::int64_t Parameters::count() const {
  std::int64_t total = 0;
  for (const auto& [name, tensor] : parameters_) total += tensor.size();
  return total;
}

Parameters snapshot(const Parameters& parameters) {
  Parameters copies;
  for (const auto& [name, tensor] : parameters) copies.add(name, tensor.detach().clone());
  return copies;
}

void restore(const Parameters& parameters, const Parameters& values) {
  if (parameters.size() != values.size())
    fail("restore", "the snapshot has {} tensors, the model {}; it must be of the same model", values.size(),
         parameters.size());
  for (auto to = parameters.begin(), from = values.begin(); to != parameters.end(); ++to, ++from) {
    if (!to->tensor.is_leaf())
      fail("restore", "\"{}\" was made by an operation; only a leaf can be overwritten", to->name);
    if (to->name != from->name || to->tensor.shape() != from->tensor.shape())
      fail("restore", "the snapshot has {} {} where the model has {} {}; it must be of the same model",
           from->name, from->tensor.shape(), to->name, to->tensor.shape());
  }
  for (auto to = parameters.begin(), from = values.begin(); to != parameters.end(); ++to, ++from)
    to->tensor.assign(from->tensor);
}

}}}  // namespace tg::nn
