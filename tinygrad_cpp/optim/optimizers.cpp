#include "tinygrad_cpp/optim/optimizers.hpp"

#include <cmath>

#include "tinygrad_cpp/error.hpp"

namespace tg::optim {
namespace {

void check_lr(double lr) {
  if (!(lr >= 0) || std::isinf(lr))
    fail("optimizer", "lr is {}; a finite number of at least 0 is needed", lr);
}

/// Zeros beside each parameter.
nn::Parameters zeros_like(const nn::Parameters& parameters) {
  nn::Parameters result;
  for (const auto& [name, tensor] : parameters) result.add(name, zeros(tensor.shape()));
  return result;
}

}  // namespace

Optimizer::Optimizer(nn::Parameters parameters, double lr) : parameters_(std::move(parameters)), lr_(lr) {
  check_lr(lr);
  for (const auto& [name, tensor] : parameters_)
    if (!tensor.requires_grad())
      fail("optimizer", "{} does not require a gradient, so it cannot be trained", name);
}

void Optimizer::zero_grad() const {
  for (const auto& [name, tensor] : parameters_) tensor.zero_grad();
}

void Optimizer::lr(double lr) {
  check_lr(lr);
  lr_ = lr;
}

Adam::Adam(const nn::Parameters& parameters, AdamOptions options)
    : Optimizer(parameters, options.lr),
      options_(options),
      m_(zeros_like(parameters)),
      v_(zeros_like(parameters)),
      steps_(0) {}

void Adam::step() {
  const double steps = static_cast<double>(steps_.item()) + 1;
  steps_.assign(steps);
  const double correction1 = 1 - std::pow(options_.beta1, steps),
               correction2 = 1 - std::pow(options_.beta2, steps);
  const auto beta1 = static_cast<Real>(options_.beta1), beta2 = static_cast<Real>(options_.beta2);
  const auto rate = static_cast<Real>(lr() / correction1),
             root = static_cast<Real>(1 / std::sqrt(correction2));
  const auto epsilon = static_cast<Real>(options_.epsilon),
             keep = static_cast<Real>(1 - lr() * options_.weight_decay);
  auto first = m_.begin(), second = v_.begin();
  for (const auto& [name, tensor] : parameters_) {
    const Tensor m_here = (first++)->tensor, v_here = (second++)->tensor;
    if (!tensor.has_grad()) continue;
    const Real* __restrict g = tensor.grad().array().data();
    Real* __restrict w = tensor.overwrite().data();
    Real* __restrict m = m_here.overwrite().data();
    Real* __restrict v = v_here.overwrite().data();
    const std::int64_t size = tensor.size();
    for (std::int64_t i = 0; i < size; ++i) {
      m[i] += (1 - beta1) * (g[i] - m[i]);
      v[i] += (1 - beta2) * (g[i] * g[i] - v[i]);
      w[i] = keep * w[i] - rate * m[i] / (root * std::sqrt(v[i]) + epsilon);
    }
  }
}

nn::Parameters Adam::state() const { return {{"m", m_}, {"v", v_}, {"steps", steps_}}; }

}  // namespace tg::optim
