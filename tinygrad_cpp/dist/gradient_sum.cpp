#include "tinygrad_cpp/dist/gradient_sum.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <type_traits>
#include <utility>

#include "tinygrad_cpp/autograd/node.hpp"
#include "tinygrad_cpp/dist/messages.hpp"
#include "tinygrad_cpp/dist/same_parameters.hpp"
#include "tinygrad_cpp/error.hpp"

// The plain form is sum w g / sum w. A sum of floating-point numbers depends on its order, and so on which rank
// had which part; a sum of integers does not. So each number x of a parameter becomes the integer nearest to
// x 2^k, with one k for the whole parameter, as large as leaves room for the sum in 64 bits.

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace dist {
namespace {

// In place of an exponent: no gradient at all, zeros only, a NaN or an infinity.
constexpr std::int64_t none = std::numeric_limits<std::int64_t>::min(), zero = -5000, not_finite = 5000;

/// The least e so that weight * |value| < 2^e for all values.
std::int64_t exponent_of(double weight, std::span<const Real> values) {
  // Read as integers, sizes have the same order, and NaN comes last: a maximum that compilers vectorise.
  using Bits = std::conditional_t<sizeof(Real) == 4, std::uint32_t, std::uint64_t>;
  Bits bits = 0;
  for (Real value : values) bits = std::max(bits, std::bit_cast<Bits>(std::abs(value)));
  const double largest = weight * static_cast<double>(std::bit_cast<Real>(bits));
  if (!std::isfinite(largest)) return not_finite;
  int exponent = 0;
  std::frexp(largest, &exponent);
  return largest == 0 ? zero : exponent;
}

/// Turns numbers below 2^exponent into integers of which `count` can be added in 64 bits, and back.
class Scale {
 public:
  Scale(std::int64_t exponent, std::int64_t count) {
    const int room = 62 - std::bit_width(static_cast<std::uint64_t>(count - 1));
    const int bits = static_cast<int>(std::min<std::int64_t>(1000, room - exponent));
    factor_ = std::ldexp(1.0, bits), inverse_ = std::ldexp(1.0, -bits);
  }
  std::int64_t whole(double number) const { return std::llrint(number * factor_); }
  double number(std::int64_t whole) const { return static_cast<double>(whole) * inverse_; }

 private:
  double factor_, inverse_;  // powers of two: products with them are exact
};

}  // namespace

GradientSum::GradientSum(const nn::Parameters& parameters) : parameters_(parameters) {
  for (const auto& [name, tensor] : parameters_) tensor.zero_grad();
}
GradientSum::GradientSum(const nn::Parameters& parameters, double weight) : parameters_(parameters) {
  add(weight);
}

void GradientSum::add(double weight) {
  if (!(weight >= 0 && std::isfinite(weight)))
    fail("average_gradients",
         "the weight is {}; a finite number of at least 0 is needed: what the mean was divided by", weight);
  if (averaged_)
    fail("average_gradients", "add() comes after average(); make a new GradientSum for each step");
  Part part{weight, {}};
  // A tensor that is listed twice has no gradient the second time.
  for (const auto& [name, tensor] : parameters_) {
    part.gradients.push_back(tensor.has_grad() ? tensor.grad() : Tensor());
    tensor.zero_grad();
  }
  if (weight > 0) parts_.push_back(std::move(part));
}

double GradientSum::average(const Group& group) { return average(group.rank(), group.size()); }
double GradientSum::average() { return average(0, 1); }

double GradientSum::average(int rank, int size) {
  const bool together = size > 1;
  if (together) check_same("average_gradients", parameters_, rank);
  const std::vector<Part> parts = std::exchange(parts_, {});
  averaged_ = true;

  // How many parts each rank has, and the exponents of the weights and of each parameter.
  const std::size_t ranks = static_cast<std::size_t>(size);
  std::vector<std::int64_t> facts(ranks + 1 + parameters_.size(), none);
  const std::span counts(facts.data(), ranks);
  const std::span exponents(facts.data() + ranks, 1 + parameters_.size());
  counts[static_cast<std::size_t>(rank)] = std::ssize(parts);
  for (const Part& part : parts) {
    const Real one[] = {1};
    exponents[0] = std::max(exponents[0], exponent_of(part.weight, one));
    for (std::size_t i = 0; i < parameters_.size(); ++i)
      if (part.gradients[i].defined())
        exponents[i + 1] = std::max(exponents[i + 1], exponent_of(part.weight, part.gradients[i].values()));
  }
  if (together) greatest(facts);
  const std::int64_t count = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  if (count == 0) fail("average_gradients", "all weights are 0; one part at least needs a weight above 0");
  const auto reached = [&](auto use) {
    std::size_t i = 0;
    for (const auto& [name, tensor] : parameters_)
      if (const std::size_t at = i++; exponents[at + 1] != none) use(at, tensor, exponents[at + 1]);
  };

  if (count == 1) {  // the mean of all is the mean of that part, to the last bit
    double weight = parts.empty() ? 0 : parts[0].weight;
    if (together) add_up({&weight, 1});
    const auto owner = std::max_element(counts.begin(), counts.end()) - counts.begin();
    reached([&](std::size_t i, const Tensor& tensor, std::int64_t) {
      const Tensor gradient = parts.empty() ? zeros(tensor.shape()) : parts[0].gradients[i];
      if (together) send_to_all(std::as_writable_bytes(gradient.overwrite()), static_cast<int>(owner));
      tensor.checked_node().gradient = gradient;
    });
    return weight;
  }

  const Scale weights(exponents[0], count);
  std::vector<std::int64_t> wholes;
  wholes.reserve(1 + static_cast<std::size_t>(parameters_.count()));
  wholes.push_back(0);
  for (const Part& part : parts) wholes[0] += weights.whole(part.weight);
  reached([&](std::size_t i, const Tensor& tensor, std::int64_t exponent) {
    const std::size_t begin = wholes.size();
    wholes.resize(begin + static_cast<std::size_t>(tensor.size()));
    if (exponent == not_finite) return;
    const Scale scale(exponent, count);
    for (const Part& part : parts) {
      if (!part.gradients[i].defined()) continue;
      std::int64_t* sum = wholes.data() + begin;
      for (Real g : part.gradients[i].values()) *sum++ += scale.whole(part.weight * static_cast<double>(g));
    }
  });
  if (together) add_up(wholes);

  const double total = weights.number(wholes[0]);
  const std::int64_t* sum = wholes.data() + 1;
  reached([&](std::size_t, const Tensor& tensor, std::int64_t exponent) {
    const Tensor gradient = zeros(tensor.shape());
    const Scale scale(exponent, count);
    for (Real& g : gradient.overwrite()) {
      const double number = scale.number(*sum++) / total;
      g = static_cast<Real>(exponent == not_finite ? std::numeric_limits<double>::quiet_NaN() : number);
    }
    tensor.checked_node().gradient = gradient;
  });
  return total;
}

}}}  // namespace tg::dist
