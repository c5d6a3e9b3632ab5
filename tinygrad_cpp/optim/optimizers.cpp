#include "tinygrad_cpp/optim/optimizers.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

#include "tinygrad_cpp/array/kernels/parallel.hpp"
#include "tinygrad_cpp/error.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace optim {
namespace {

void check_lr(double lr) {
  if (!(lr >= 0) || std::isinf(lr))
    fail("optimizer", "lr is {}; a finite number of at least 0 is needed", lr);
}

/// Error unless low <= value < high.
void check_range(const char* option, double value, double low, double high) {
  if (!(value >= low && value < high))
    fail("optimizer", "{} is {}; {} <= {} < {} is needed", option, value, low, option, high);
}

/// Zeros with the names and shapes of the parameters.
nn::Parameters zeros_like(const nn::Parameters& parameters) {
  nn::Parameters result;
  for (const auto& [name, tensor] : parameters) result.add(name, zeros(tensor.shape()));
  return result;
}

/// The cost of updating one number, in simple operations. (Measured: Adam takes 5 us for 40,000 numbers, less
/// than waking a second thread does. With a cost of 8 a step of autoencoder_h100 took 1.06 times as long on two
/// threads as on one.)
constexpr std::int64_t update_cost = 1;

/// Calls update(gradient, weight, state ..) for each number of a range. __restrict says that the arrays do
/// not overlap, so that the compiler vectorises the loop. The function is not inlined, because the compiler
/// loses __restrict when it inlines.
template <class Update, class... State>
[[gnu::noinline]] void update_range(std::int64_t size, Update update, const Real* __restrict g,
                                    Real* __restrict w, State* __restrict... state) {
  for (std::int64_t i = 0; i < size; ++i) update(g[i], w[i], state[i]...);
}

/// Calls update_of(i)(gradient, weight, state ..) for every number of each parameter i that has a gradient.
/// The states have the order of the parameters.
template <class UpdateOf, class... States>
void update_parameters(const nn::Parameters& parameters, UpdateOf update_of, const States&... states) {
  const auto update_all = [](auto update, std::int64_t size, const Real* g, Real* w, auto*... state) {
    parallel_for(size, update_cost, [=](std::int64_t begin, std::int64_t end) {
      update_range(end - begin, update, g + begin, w + begin, state + begin...);
    });
  };
  for (std::ptrdiff_t i = 0; i < std::ssize(parameters); ++i) {
    const Tensor& tensor = parameters.begin()[i].tensor;
    if (tensor.has_grad())
      update_all(update_of(static_cast<std::size_t>(i)), tensor.size(), tensor.grad().array().data(),
                 tensor.overwrite().data(), states.begin()[i].tensor.overwrite().data()...);
  }
}

const Tensor& at(const nn::Parameters& parameters, std::size_t i) {
  return parameters.begin()[static_cast<std::ptrdiff_t>(i)].tensor;
}

// In the steps below, 1 - beta is computed in double, because beta itself may round to 1 in float.

/// Clears a running mean whose old value gets the factor 0. The product of 0 and an infinite old value would
/// be NaN.
void clear_unused_mean(double factor, const Tensor& mean) {
  if (factor == 0) std::fill_n(mean.overwrite().begin(), mean.size(), Real(0));
}

}  // namespace

void Optimizer::add(const nn::Parameters& parameters, double lr) {
  check_lr(lr);
  if (ratios_.empty()) lr_ = lr;
  for (const auto& [name, tensor] : parameters) {
    parameters_.add(name, tensor);
    group_of_.push_back(ratios_.size());
  }
  if (lr_ == 0 && lr != 0)
    fail("optimizer",
         "the first group's lr is 0, another's {}; groups keep their ratio, so the first must not be 0", lr);
  ratios_.push_back(lr == lr_ ? 1 : lr / lr_);
}

void Optimizer::check_parameters() const {
  if (parameters_.size() == 0) fail("optimizer", "no parameters; at least one is needed");
  std::set<const void*> seen;
  for (const auto& [name, tensor] : parameters_) {
    if (!tensor.requires_grad())
      fail("optimizer", "{} does not require a gradient, so it cannot be trained", name);
    if (!tensor.is_leaf()) fail("optimizer", "{} was made by an operation; only leaves can be trained", name);
    if (!seen.insert(tensor.node()).second)
      fail("optimizer",
           "{} is the same tensor as another one in the list and would be updated twice; list it once", name);
  }
}

void Optimizer::zero_grad() const {
  for (const auto& [name, tensor] : parameters_) tensor.zero_grad();
}

void Optimizer::check_gradients() const {
  if (std::none_of(parameters_.begin(), parameters_.end(), [](const auto& p) { return p.tensor.has_grad(); }))
    fail("optimizer", "no parameter has a gradient; backward() must come between zero_grad() and step()");
}

void Optimizer::lr(double lr) {
  check_lr(lr);
  lr_ = lr;
}

SGD::SGD(const std::vector<Group<SGDOptions>>& groups)
    : Optimizer(groups), groups_(groups), v_(zeros_like(parameters_)) {
  for (const auto& [parameters, options] : groups) {
    check_range("momentum", options.momentum, 0, 1);
    check_range("weight_decay", options.weight_decay, 0, 1);
  }
}

void SGD::step() {
  check_gradients();
  const auto update_of = [this](std::size_t i) {
    const SGDOptions& options = groups_[group_of_[i]].options;
    const auto rate = static_cast<Real>(lr_of(group_of_[i])), decay = static_cast<Real>(options.weight_decay);
    const auto momentum = static_cast<Real>(options.momentum);
    clear_unused_mean(options.momentum, at(v_, i));
    return [=](Real g, Real& w, Real& v) {
      v = momentum * v + (g + decay * w);
      w -= rate * v;
    };
  };
  update_parameters(parameters_, update_of, v_);
}

RMSprop::RMSprop(const std::vector<Group<RMSpropOptions>>& groups)
    : Optimizer(groups), groups_(groups), v_(zeros_like(parameters_)) {
  for (const auto& [parameters, options] : groups) {
    check_range("alpha", options.alpha, 0, 1);
    check_range("epsilon", options.epsilon, 1e-30, 1);
  }
}

void RMSprop::step() {
  check_gradients();
  const auto update_of = [this](std::size_t i) {
    const RMSpropOptions& options = groups_[group_of_[i]].options;
    const auto rate = static_cast<Real>(lr_of(group_of_[i])), epsilon = static_cast<Real>(options.epsilon);
    const auto alpha = static_cast<Real>(options.alpha),
               one_minus_alpha = static_cast<Real>(1 - options.alpha);
    clear_unused_mean(options.alpha, at(v_, i));
    return [=](Real g, Real& w, Real& v) {
      v = alpha * v + one_minus_alpha * (g * g);
      w -= rate * g / (std::sqrt(v) + epsilon);
    };
  };
  update_parameters(parameters_, update_of, v_);
}

Adam::Adam(const std::vector<Group<AdamOptions>>& groups)
    : Optimizer(groups), groups_(groups), m_(zeros_like(parameters_)), v_(zeros_like(parameters_)) {
  for (const auto& [name, tensor] : parameters_) steps_.add(name, zeros({}));
  for (const auto& [parameters, options] : groups) {
    check_range("beta1", options.beta1, 0, 1);
    check_range("beta2", options.beta2, 0, 1);
    check_range("epsilon", options.epsilon, 1e-30, 1);
    check_range("weight_decay", options.weight_decay, 0, 1);
  }
}

void Adam::step() {
  check_gradients();
  const auto update_of = [this](std::size_t i) {
    const AdamOptions& options = groups_[group_of_[i]].options;
    Real& count = at(steps_, i).overwrite()[0];
    const double steps = static_cast<double>(++count), rate = lr_of(group_of_[i]);
    const auto step = static_cast<Real>(rate / (1 - std::pow(options.beta1, steps)));
    const auto root_correction = static_cast<Real>(1 / std::sqrt(1 - std::pow(options.beta2, steps)));
    const auto epsilon = static_cast<Real>(options.epsilon),
               decay = static_cast<Real>(rate * options.weight_decay);
    const auto beta1 = static_cast<Real>(options.beta1),
               one_minus_beta1 = static_cast<Real>(1 - options.beta1);
    const auto beta2 = static_cast<Real>(options.beta2),
               one_minus_beta2 = static_cast<Real>(1 - options.beta2);
    clear_unused_mean(options.beta1, at(m_, i));
    clear_unused_mean(options.beta2, at(v_, i));
    return [=](Real gradient, Real& weight, Real& mean, Real& square) {
      mean = beta1 * mean + one_minus_beta1 * gradient;
      square = beta2 * square + one_minus_beta2 * (gradient * gradient);
      weight -= decay * weight + step * mean / (root_correction * std::sqrt(square) + epsilon);
    };
  };
  update_parameters(parameters_, update_of, m_, v_);
}

double clip_grad_norm(const nn::Parameters& parameters, double max_norm) {
  if (!(max_norm > 0)) fail("clip_grad_norm", "max_norm is {}; it must be above 0", max_norm);
  std::set<const void*> seen;
  std::vector<std::span<Real>> gradients;
  double squares = 0;
  for (const auto& [name, tensor] : parameters) {
    if (!tensor.has_grad() || !seen.insert(tensor.node()).second) continue;
    gradients.push_back(tensor.grad().overwrite());
    for (Real g : gradients.back()) squares += static_cast<double>(g) * static_cast<double>(g);
  }
  const double norm = std::sqrt(squares);
  if (!std::isfinite(norm))
    fail("clip_grad_norm",
         "the gradients' norm is {}; AnomalyMode names the operation that first made an infinity or NaN",
         norm);
  if (norm > max_norm)
    for (std::span<Real> gradient : gradients)
      for (Real& g : gradient) g *= static_cast<Real>(max_norm / norm);
  return norm;
}

}}}  // namespace tg::optim
