#include "tinygrad_cpp/autograd/gradcheck.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "tinygrad_cpp/autograd/arithmetic.hpp"
#include "tinygrad_cpp/autograd/backward.hpp"
#include "tinygrad_cpp/autograd/node.hpp"
#include "tinygrad_cpp/error.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {
namespace {

using Tensors = std::vector<Tensor>;
/// Several outputs of several inputs.
using Function = std::function<Tensors(Inputs)>;

double dot(const Tensor& a, const Tensor& b) {
  double total = 0;
  for (std::int64_t i = 0; i < a.size(); ++i)
    total += static_cast<double>(a.array().data()[i]) * static_cast<double>(b.array().data()[i]);
  return total;
}

Tensor random_like(const Tensor& tensor, RandomStream& stream) {
  Array values(tensor.shape());
  std::generate_n(values.mutable_data(), values.size(), [&] { return static_cast<Real>(stream.normal()); });
  return Tensor(std::move(values));
}

/// sum over outputs of <upstream, output>
double projected(const Function& f, Inputs inputs, const Tensors& upstream) {
  const Tensors outputs = f(inputs);
  double total = 0;
  for (std::size_t i = 0; i < outputs.size(); ++i) total += dot(outputs[i], upstream[i]);
  return total;
}

/// The gradients of `projected`, by backward.
Tensors gradients(const Tensors& outputs, Inputs inputs, const Tensors& upstream, bool create_graph) {
  Tensors sums;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    Tensors some = grad(outputs[i], inputs,
                        {.create_graph = create_graph, .zero_if_unused = true, .upstream = upstream[i]});
    for (std::size_t k = 0; k < some.size(); ++k)
      if (i == 0)
        sums.push_back(some[k]);
      else
        sums[k] = add(sums[k], some[k]);
  }
  return sums;
}

std::string position(const Shape& shape, std::int64_t offset) {
  std::string text;
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    text = fmt::format("{}{}{}", offset % shape[axis], text.empty() ? "" : ", ", text);
    offset /= shape[axis];
  }
  return "[" + text + "]";
}

/// An element of a leaf. The destructor restores its value.
class Element {
 public:
  Element(const Tensor& leaf, std::int64_t place)
      : leaf_(leaf), place_(static_cast<std::size_t>(place)), value_(leaf.values()[place_]) {}
  ~Element() { leaf_.overwrite()[place_] = value_; }
  Element(const Element&) = delete;
  Element& operator=(const Element&) = delete;

  double value() const { return static_cast<double>(value_); }
  void set(double value) const { leaf_.overwrite()[place_] = static_cast<Real>(value); }

 private:
  const Tensor& leaf_;
  std::size_t place_;
  Real value_;
};

/// Restores the random stream before each call of f, and at the end.
class SameRandomNumbers {
 public:
  ~SameRandomNumbers() { begin(); }
  void begin() const { random_state(state_); }

 private:
  const std::string state_ = random_state();
};

/// Whether y was made from one of the xs, and which other leaves it was made from that require a gradient.
struct Reached {
  bool any = false;
  std::vector<std::string> others = {};
};
Reached reached(const Tensor& y, Inputs xs) {
  Reached result;
  for (const Tensor& tensor : nodes_behind(y)) {
    const bool one =
        std::any_of(xs.begin(), xs.end(), [&](const Tensor& x) { return x.node() == tensor.node(); });
    result.any = result.any || one;
    if (!one && tensor.is_leaf() && tensor.requires_grad())
      result.others.push_back(fmt::format("a leaf of shape {} is not among those to check", tensor.shape()));
  }
  return result;
}

/// Compares every element of `analytic` with a central difference of f. `largest` covers the first `counted`
/// inputs.
void compare(const char* order, const Function& f, Inputs inputs, const std::vector<std::string>& names,
             const Tensors& upstream, const Tensors& analytic, double tolerance, std::size_t counted,
             double& largest, GradcheckResult& result) {
  for (std::size_t k = 0; k < inputs.size(); ++k)
    for (std::int64_t i = 0; i < inputs[k].size(); ++i) {
      const Element element(inputs[k], i);
      const double step = 1e-5 * std::max(1.0, std::abs(element.value()));
      element.set(element.value() + step);
      const double above = projected(f, inputs, upstream);
      element.set(element.value() - step);
      const double below = projected(f, inputs, upstream);

      const double numeric = (above - below) / (2 * step),
                   found = static_cast<double>(analytic[k].values()[static_cast<std::size_t>(i)]);
      const double error = std::abs(found - numeric) / std::max(1.0, std::abs(numeric));
      if (k < counted) largest = std::max(largest, std::abs(numeric));
      if (error <= result.worst) continue;  // false for NaN
      result.worst = error;
      if (!(error <= tolerance)) {
        result.ok = false;
        result.text = fmt::format("{} order, {}, element {} of {}: analytic {:.9g}, numeric {:.9g}", order,
                                  names[k], position(inputs[k].shape(), i), inputs[k].shape(),
                                  plain_nan(found), plain_nan(numeric));
        if (std::isnan(error)) return;
      }
    }
}

/// The check itself, on leaves whose values it changes and restores.
GradcheckResult check(const std::function<Tensor(Inputs)>& f, Tensors xs, std::vector<std::string> names,
                      const GradcheckOptions& options) {
  const Recording recording(true);  // also inside NoGrad
  const SameRandomNumbers random;
  RandomStream stream(1);
  const Function forward = [&](Inputs in) {
    random.begin();
    return Tensors{f(in)};
  };
  GradcheckResult result;
  const Tensor y = forward(xs)[0];
  const Reached found = reached(y, xs);
  result.unchecked = found.others;
  if (!found.any)
    fail("gradcheck",
         "the result, shape {}, depends on none of the {} inputs, so there is nothing to check. f must use "
         "the tensors that it is given; to check a layer's weights, pass its parameters: "
         "gradcheck(layer.parameters(), f)",
         y.shape(), xs.size());
  const Tensor upstream = random_like(y, stream);
  compare("first", forward, xs, names, {upstream}, gradients({y}, xs, {upstream}, false), options.tolerance,
          xs.size(), result.largest, result);
  if (!options.second_order || !result.ok) return result;

  // The gradients are themselves a function of the inputs and of the upstream gradient, which is last.
  const std::size_t count = xs.size();
  xs.push_back(upstream.requires_grad(true));
  names.emplace_back("the upstream gradient");
  const Function first = [&](Inputs in) {
    return gradients(forward(in.first(count)), in.first(count), {in[count]}, true);
  };
  const Tensors outputs = first(xs);
  Tensors weights;
  for (const Tensor& output : outputs) weights.push_back(random_like(output, stream));
  compare("second", first, xs, names, weights, gradients(outputs, xs, weights, false), options.tolerance,
          count, result.largest_second, result);
  return result;
}

void check_build() {
  if (std::is_same_v<Real, float>)
    fail("gradcheck",
         "this is the float build; differences need the digits of double. Compile with -DTG_REAL=double and "
         "link tinygrad_cpp_double");
}

}  // namespace

GradcheckResult gradcheck(const std::function<Tensor(Inputs)>& f, Inputs inputs,
                          const GradcheckOptions& options) {
  check_build();
  if (!f) fail("gradcheck", "f is empty; a function from tensors to a tensor is needed");
  if (inputs.empty()) fail("gradcheck", "no inputs; at least one is needed");
  Tensors xs;
  std::vector<std::string> names;
  for (const Tensor& input : inputs) {
    names.push_back(fmt::format("input {}", xs.size()));
    xs.push_back(Tensor(input.array().clone()).requires_grad(true));
  }
  return check(f, std::move(xs), std::move(names), options);
}

GradcheckResult gradcheck_in_place(const std::function<Tensor()>& f, Inputs leaves,
                                   const std::vector<std::string>& names, const GradcheckOptions& options) {
  check_build();
  if (!f) fail("gradcheck", "f is empty; a function that gives a tensor is needed");
  if (names.size() != leaves.size())
    fail("gradcheck", "{} names for {} leaves; each needs its own", names.size(), leaves.size());
  Tensors xs;
  std::vector<std::string> used;
  std::vector<std::string> skipped;
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    if (!leaves[i].requires_grad()) {
      skipped.push_back(names[i] + " requires no gradient");
      continue;
    }
    if (!leaves[i].is_leaf())
      fail("gradcheck", "{} was made by an operation; only a leaf can be changed", names[i]);
    xs.push_back(leaves[i]);
    used.push_back(names[i]);
  }
  if (xs.empty())
    fail("gradcheck", "none of {} leaves requires a gradient; at least one is needed", leaves.size());
  GradcheckResult result = check([&](Inputs) { return f(); }, std::move(xs), std::move(used), options);
  result.unchecked.insert(result.unchecked.begin(), skipped.begin(), skipped.end());
  return result;
}

}}  // namespace tg
