// says: compared with saying 0
#pragma once
#include <functional>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

using Model = std::function<Tensor(const Tensor&)>;
struct Scale {
  explicit Scale(const Tensor& x) : mean(tg::mean(x, {0, 1})) {
    const Tensor found = stddev(x, {0, 1});
    spread = where(found > 0, found, 1);
  }
  Tensor standardised(const Tensor& x) const { return (x - mean) / spread; }
  Tensor back(const Tensor& z) const { return z * spread + mean; }

  Tensor mean, spread;
};
inline double explained(const Tensor& output, const Tensor& x) {
  const Tensor flat = tg::broadcast_to(mean(x, {0, 1}), x.shape());
  return 1 - mse_loss(output, x).item() / mse_loss(0 * flat, x).item();
}

struct Result {
  Tensor output;
  double error, explained;
};
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

}
