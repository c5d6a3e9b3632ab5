#include "tinygrad_cpp/optim/optimizers.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

#include "tinygrad_cpp/array/parallel.hpp"
#include "tinygrad_cpp/error.hpp"

namespace tg::inline TG_REAL_NAMESPACE::optim {
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

/// Zeros beside each parameter.
nn::Parameters zeros_like(const nn::Parameters& parameters) {
  nn::Parameters result;
  for (const auto& [name, tensor] : parameters) result.add(name, zeros(tensor.shape()));
  return result;
}

/// What a number's update costs, in simple operations: but for SGD, mostly a root and a quotient.
constexpr std::int64_t work_of_update = 8;

/// update(gradient, weight, state ..) for a run of numbers. They do not overlap, which a compiler must be told before it makes
/// vectors of this; inlined, it would forget it again.
template <class Update, class... State>
[[gnu::noinline]] void update_run(std::int64_t size, Update update, const Real* __restrict g,
                                  Real* __restrict w, State* __restrict... state) {
  for (std::int64_t i = 0; i < size; ++i) update(g[i], w[i], state[i]...);
}

/// update(gradient, weight, state ..) for every number of each parameter that has a gradient. The states stand beside the parameters,
/// in the same order.
template <class Update, class... States>
void each_with_gradient(const nn::Parameters& parameters, Update update, const States&... states) {
  const auto share = [=](std::int64_t size, const Real* g, Real* w, auto*... state) {
    parallel_for(size, work_of_update, [=](std::int64_t begin, std::int64_t end) {
      update_run(end - begin, update, g + begin, w + begin, state + begin...);
    });
  };
  for (std::ptrdiff_t i = 0; i < std::ssize(parameters); ++i) {
    const Tensor& tensor = parameters.begin()[i].tensor;
    if (tensor.has_grad())
      share(tensor.size(), tensor.grad().array().data(), tensor.overwrite().data(),
            states.begin()[i].tensor.overwrite().data()...);
  }
}

}  // namespace

Optimizer::Optimizer(nn::Parameters parameters, double lr) : parameters_(std::move(parameters)), lr_(lr) {
  check_lr(lr);
  if (parameters_.size() == 0) fail("optimizer", "no parameters; at least one is needed to be trained");
  std::set<const void*> seen;
  for (const auto& [name, tensor] : parameters_) {
    if (!tensor.requires_grad())
      fail("optimizer", "{} does not require a gradient, so it cannot be trained", name);
    if (!tensor.is_leaf()) fail("optimizer", "{} was made by an operation; only leaves can be trained", name);
    if (!seen.insert(tensor.node()).second)
      fail("optimizer",
           "{} is the same tensor as another one in the list and would be moved twice; list it once", name);
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

SGD::SGD(const nn::Parameters& parameters, SGDOptions options)
    : Optimizer(parameters, options.lr), options_(options), v_(zeros_like(parameters)) {
  check_range("momentum", options.momentum, 0, 1);
  check_range("weight_decay", options.weight_decay, 0, 1);
}

void SGD::step() {
  check_gradients();
  const auto rate = static_cast<Real>(lr()), momentum = static_cast<Real>(options_.momentum);
  const auto decay = static_cast<Real>(options_.weight_decay);
  const auto update = [=](Real g, Real& w, Real& v) {
    v = momentum * v + g + decay * w;
    w -= rate * v;
  };
  each_with_gradient(parameters_, update, v_);
}

RMSprop::RMSprop(const nn::Parameters& parameters, RMSpropOptions options)
    : Optimizer(parameters, options.lr), options_(options), v_(zeros_like(parameters)) {
  check_range("alpha", options.alpha, 0, 1);
  check_range("epsilon", options.epsilon, 1e-30, 1);
}

void RMSprop::step() {
  check_gradients();
  const auto rate = static_cast<Real>(lr()), alpha = static_cast<Real>(options_.alpha);
  const auto epsilon = static_cast<Real>(options_.epsilon);
  const auto update = [=](Real g, Real& w, Real& v) {
    v = alpha * v + (1 - alpha) * g * g;
    w -= rate * g / (std::sqrt(v) + epsilon);
  };
  each_with_gradient(parameters_, update, v_);
}

Adam::Adam(const nn::Parameters& parameters, AdamOptions options)
    : Optimizer(parameters, options.lr),
      options_(options),
      m_(zeros_like(parameters)),
      v_(zeros_like(parameters)),
      steps_(0) {
  check_range("beta1", options.beta1, 0, 1);
  check_range("beta2", options.beta2, 0, 1);
  check_range("epsilon", options.epsilon, 1e-30, 1);
  check_range("weight_decay", options.weight_decay, 0, 1);
}

void Adam::step() {
  check_gradients();
  const double steps = static_cast<double>(steps_.item()) + 1;
  steps_.assign(steps);
  const double correction1 = 1 - std::pow(options_.beta1, steps),
               correction2 = 1 - std::pow(options_.beta2, steps);
  const auto beta1 = static_cast<Real>(options_.beta1), beta2 = static_cast<Real>(options_.beta2);
  const auto rate = static_cast<Real>(lr() / correction1),
             root = static_cast<Real>(1 / std::sqrt(correction2));
  const auto epsilon = static_cast<Real>(options_.epsilon),
             keep = static_cast<Real>(1 - lr() * options_.weight_decay);
  const auto update = [=](Real gradient, Real& weight, Real& mean, Real& square) {
    mean += (1 - beta1) * (gradient - mean);
    square += (1 - beta2) * (gradient * gradient - square);
    weight = keep * weight - rate * mean / (root * std::sqrt(square) + epsilon);
  };
  each_with_gradient(parameters_, update, m_, v_);
}

double clip_grad_norm(const nn::Parameters& parameters, double most) {
  if (!(most > 0)) fail("clip_grad_norm", "the largest norm is {}; it must be above 0", most);
  double squares = 0;
  for (const auto& [name, tensor] : parameters)
    if (tensor.has_grad())
      for (Real g : tensor.grad().values()) squares += static_cast<double>(g) * static_cast<double>(g);
  const double norm = std::sqrt(squares);
  if (!std::isfinite(norm))
    fail("clip_grad_norm",
         "the gradients' norm is {}; AnomalyMode names the operation that first made an infinity or NaN",
         norm);
  if (norm > most)
    for (const auto& [name, tensor] : parameters)
      if (tensor.has_grad())
        for (Real& g : tensor.grad().overwrite()) g *= static_cast<Real>(most / norm);
  return norm;
}

}  // namespace tg::inline TG_REAL_NAMESPACE::optim
