#pragma once
#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// The temperature as a layer, for any head: raw scores [N,C] in, raw scores [N,C] out, all divided by one number T that is
// trained. T begins at `initial`, and is above 0 whatever value an optimizer gives to the number that parameters() lists.
// (A Tensor is trained when it has been told requires_grad(true). tg::full({}, number) is a Tensor of one number.)
//
// And `fitted`: the layer whose temperature makes the cross-entropy of a network least. You get what the network said about
// the days it was trained on, and about days it has not seen. Which do you need? Its weights have had their training and
// must stay as they are: scores.detach() has no history. With Adam and a step size of 0.05, about 200 steps are enough.

namespace exercise {

using tg::Tensor;
using tg::nn::Parameters;

struct Temperature {
  explicit Temperature(double initial) {
    not_done_yet("Temperature", R"(lessons/02_sigmoid_or_softmax.cpp, "Are they true?")");
  }

  Tensor operator()(const Tensor& scores) const { return scores; }

  Parameters parameters() const { return {}; }
};

// What a network said about some days, and what happened.
struct Scored {
  Tensor scores;       // [N,C]
  tg::Indices labels;  // [N]
};

inline Temperature fitted(const Scored& training, const Scored& validation) { return Temperature(1); }

}  // namespace exercise
