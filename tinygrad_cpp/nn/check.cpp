#include "tinygrad_cpp/nn/check.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

GradcheckResult gradcheck(const nn::Parameters& parameters, const std::function<Tensor()>& loss,
                          const GradcheckOptions& options) {
  std::vector<Tensor> leaves;
  std::vector<std::string> names;
  for (const auto& [name, tensor] : parameters) {
    leaves.push_back(tensor);
    names.push_back(name);
  }
  return gradcheck_in_place(loss, leaves, names, options);
}

}}  // namespace tg
