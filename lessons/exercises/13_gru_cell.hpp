#pragma once
#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// One step of a gated recurrent unit, GRU (Cho and others 2014): a cell like the LSTM's with one state and two gates. The
// update gate z says how much of the old state stays, the reset gate r how much of it the proposal g gets to see:
//
//   z = sigmoid(x Wz + bz + h Uz + cz)
//   r = sigmoid(x Wr + br + h Ur + cr)
//   g = tanh(x Wg + bg + r (h Ug + cg))      r multiplies the product, its bias c included
//   next h = z h + (1 - z) g                 (z keeps. In other papers it lets in: both conventions exist)
//
// W, b, U and c are weight_x, bias_x, weight_h and bias_h below, each with its three parts side by side in the order z r g.
// So that a cell may be used again and again, the state comes in and goes out, and is not kept inside.
// Useful: matmul, sigmoid, tanh, tg::slice(a, 1, start, stop) for columns start .. stop - 1.

namespace exercise {

using tg::Tensor;

struct GRUCell {
  GRUCell(int in, int hidden)
      : weight_x(tg::nn::glorot_uniform(in, 3 * hidden)),
        weight_h(tg::nn::orthogonal(hidden, 3 * hidden)),
        bias_x(tg::zeros({3 * hidden}).requires_grad(true)),
        bias_h(tg::zeros({3 * hidden}).requires_grad(true)) {}

  // x [B,D] and h [B,H] -> the next h [B,H]
  Tensor operator()(const Tensor& x, const Tensor& h) const {
    not_done_yet("GRUCell::operator", R"(lessons/03_timestep_differencing.cpp, "The model")");
  }
  tg::nn::Parameters parameters() const {
    return {{"weight_x", weight_x}, {"weight_h", weight_h}, {"bias_x", bias_x}, {"bias_h", bias_h}};
  }

  Tensor weight_x, weight_h;  // [D,3H], [H,3H]
  Tensor bias_x, bias_h;      // [3H], [3H]
};

}  // namespace exercise
