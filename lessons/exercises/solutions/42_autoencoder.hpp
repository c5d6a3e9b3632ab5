#pragma once
#include <functional>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

using Model = std::function<Tensor(const Tensor&)>;

// One scale for all series: a new series is then measured with the same rule as those that were trained on. A
// spread of 0 has nothing to divide by, and 1 leaves the feature at 0.
struct Scale {
  explicit Scale(const Tensor& x) : mean(tg::mean(x, {0, 1})) {
    const Tensor found = stddev(x, {0, 1});
    spread = where(found > 0, found, 1);
  }
  Tensor standardised(const Tensor& x) const { return (x - mean) / spread; }
  Tensor back(const Tensor& z) const { return z * spread + mean; }

  Tensor mean, spread;  // [D], [D]
};

// Both errors are of the same numbers, in the same units; else their quotient says nothing.
inline double explained(const Tensor& output, const Tensor& x) {
  const Tensor flat = tg::broadcast_to(mean(x, {0, 1}), x.shape());
  return 1 - mse_loss(output, x).item() / mse_loss(flat, x).item();
}

struct Result {
  Tensor output;            // [N,T,D], in the units of x
  double error, explained;  // of this output
};

// The model sees the standardised series alone, as input and as target. What it says is brought back before
// anything is judged, and it is said anew after the last step.
inline Result trained(const Model& model, const tg::nn::Parameters& parameters, const Tensor& x, int steps,
                      double rate) {
  const Scale scale(x);
  const Tensor z = scale.standardised(x);
  tg::optim::Adam adam(parameters, {.lr = rate});
  for (int step = 0; step < steps; ++step) {
    adam.zero_grad();
    mse_loss(model(z), z).backward();
    adam.step();
  }
  const tg::NoGrad off;
  const Tensor output = scale.back(model(z));
  return {output, mse_loss(output, x).item(), explained(output, x)};
}

}  // namespace exercise
