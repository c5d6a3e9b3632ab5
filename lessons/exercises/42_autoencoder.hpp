#pragma once
#include <functional>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// The quiz of lesson 3: train an autoencoder so that it does not stop at the mean, and judge it. x are N
// series of T steps with D features, [N,T,D].
//
//   Scale       each feature's mean and spread over all series and steps (the spread as in the lesson). A
//               feature that never changes is divided by 1. `standardised` takes any series to this scale,
//               and `back` undoes it
//   explained   which share of the mean's error a reconstruction explains, in the units of x: 1 when
//               perfect, 0 for flat lines at each feature's mean, below 0 when worse
//   trained     trains the model to repeat the standardised series, by mean squared error, with `steps`
//               steps of Adam of the size `rate`; then gives its output in the units of x, its mean squared
//               error in those units, and what it explains
//
// A Model gives a series of the same shape; `parameters` are its weights. Useful: mean and stddev over axes
// {0, 1}, where(condition, a, b), mse_loss, tg::optim::Adam adam(parameters, {.lr = rate}).

namespace exercise {

using tg::Tensor;

using Model = std::function<Tensor(const Tensor&)>;

struct Scale {
  explicit Scale(const Tensor& x) {
    not_done_yet("Scale", R"(lessons/03_timestep_differencing.cpp, "The fix: take the offset away")");
  }
  Tensor standardised(const Tensor& x) const {
    not_done_yet("Scale::standardised",
                 R"(lessons/03_timestep_differencing.cpp, "The fix: take the offset away")");
  }
  Tensor back(const Tensor& z) const {
    not_done_yet("Scale::back", R"(lessons/03_timestep_differencing.cpp, "The fix: take the offset away")");
  }

  Tensor mean, spread;  // of shapes that broadcast against [N,T,D]
};

inline double explained(const Tensor& output, const Tensor& x) {
  not_done_yet("explained", R"(lessons/03_timestep_differencing.cpp, "The fix: take the offset away")");
}

struct Result {
  Tensor output;            // [N,T,D], in the units of x
  double error, explained;  // of this output
};

inline Result trained(const Model& model, const tg::nn::Parameters& parameters, const Tensor& x, int steps,
                      double rate) {
  not_done_yet("trained", R"(lessons/03_timestep_differencing.cpp, "The fix: take the offset away")");
}

}  // namespace exercise
