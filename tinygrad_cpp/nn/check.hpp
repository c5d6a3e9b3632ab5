#pragma once
#include "tinygrad_cpp/autograd/gradcheck.hpp"
#include "tinygrad_cpp/nn/parameters.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// Compares the gradients of a layer's or a model's loss with central differences, for every number of every
/// parameter that requires a gradient; skips the others. Changes each number in place and restores it. A
/// weight that parameters() forgets is not checked: `unchecked` tells of it. The loss may have any shape. Error
/// if the loss depends on none of the parameters, and in the float build.
///   CHECK(gradcheck(layer.parameters(), [&] { return layer(x); }, {.second_order = true}).ok);
GradcheckResult gradcheck(const nn::Parameters& parameters, const std::function<Tensor()>& loss,
                          const GradcheckOptions& options = {});

}}  // namespace tg
