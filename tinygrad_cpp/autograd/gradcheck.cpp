#include "tinygrad_cpp/autograd/gradcheck.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "tinygrad_cpp/autograd/arithmetic.hpp"
#include "tinygrad_cpp/autograd/backward.hpp"
#include "tinygrad_cpp/autograd/node.hpp"
#include "tinygrad_cpp/error.hpp"

namespace tg::inline TG_REAL_NAMESPACE {
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

/// Holds every element of `analytic` against a central difference of f; `largest` is over the first `counted` inputs.
void compare(const char* order, const Function& f, Inputs inputs, const Tensors& upstream,
             const Tensors& analytic, double tolerance, std::size_t counted, double& largest,
             GradcheckResult& result) {
  for (std::size_t k = 0; k < inputs.size(); ++k)
    for (std::int64_t i = 0; i < inputs[k].size(); ++i) {
      const auto place = static_cast<std::size_t>(i);
      const Real value = inputs[k].values()[place];
      const double step = 1e-5 * std::max(1.0, std::abs(static_cast<double>(value)));
      inputs[k].overwrite()[place] = static_cast<Real>(static_cast<double>(value) + step);
      const double above = projected(f, inputs, upstream);
      inputs[k].overwrite()[place] = static_cast<Real>(static_cast<double>(value) - step);
      const double below = projected(f, inputs, upstream);
      inputs[k].overwrite()[place] = value;

      const double numeric = (above - below) / (2 * step),
                   found = static_cast<double>(analytic[k].values()[place]);
      const double error = std::abs(found - numeric) / std::max(1.0, std::abs(numeric));
      if (k < counted) largest = std::max(largest, std::abs(numeric));
      if (error <= result.worst) continue;  // not so for NaN
      result.worst = error;
      if (!(error <= tolerance)) {
        result.ok = false;
        result.text =
            fmt::format("{} order, input {}, element {} of {}: analytic {:.9g}, numeric {:.9g}", order, k,
                        position(inputs[k].shape(), i), inputs[k].shape(), found, numeric);
        if (std::isnan(error)) return;
      }
    }
}

}  // namespace

GradcheckResult gradcheck(const std::function<Tensor(Inputs)>& f, Inputs inputs,
                          const GradcheckOptions& options) {
  if (std::is_same_v<Real, float>)
    fail("gradcheck",
         "this is the float build; differences need the digits of double. Compile with -DTG_REAL=double and "
         "link tinygrad_cpp_double");
  if (!f) fail("gradcheck", "f is empty; a function from tensors to a tensor is needed");
  if (inputs.empty()) fail("gradcheck", "no inputs; at least one is needed");
  const Recording recording(true);  // also inside NoGrad
  RandomStream stream(1);
  Tensors xs;
  for (const Tensor& input : inputs) xs.push_back(Tensor(input.array().clone()).requires_grad(true));

  GradcheckResult result;
  const Function forward = [&](Inputs in) { return Tensors{f(in)}; };
  const Tensor y = f(xs);
  const Tensor upstream = random_like(y, stream);
  compare("first", forward, xs, {upstream}, gradients({y}, xs, {upstream}, false), options.tolerance,
          xs.size(), result.largest, result);
  if (!options.second_order || !result.ok) return result;

  // The gradients are themselves a function, of the inputs and of the upstream gradient (the last one here).
  const std::size_t count = xs.size();
  xs.push_back(upstream.requires_grad(true));
  const Function first = [&](Inputs in) {
    return gradients({f(in.first(count))}, in.first(count), {in[count]}, true);
  };
  const Tensors outputs = first(xs);
  Tensors weights;
  for (const Tensor& output : outputs) weights.push_back(random_like(output, stream));
  compare("second", first, xs, weights, gradients(outputs, xs, weights, false), options.tolerance, count,
          result.largest_second, result);
  return result;
}

}  // namespace tg::inline TG_REAL_NAMESPACE
