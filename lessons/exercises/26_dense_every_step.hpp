#pragma once
#include <vector>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// The last layer of the lesson's network: a dense layer at every step. x is [B,T,H], and recording b has lengths[b] real
// steps. The scores are [B,T,C]:
//
//   scores[b][t] = x[b][t] weight + bias     at real steps: the same weight [H,C] and bias [C] at every step
//   scores[b][t] = 0                         after them, whatever x holds there, NaN too; no gradient from there
//
// Below is what somebody wrote: one layer from all numbers of a recording to all its scores. It has far too many weights,
// mixes the steps, takes no other number of steps, and speaks in the padding. Delete the line with not_done_yet, and
// mend constructor and operator(). `steps` is T of the longest recording so far; it stays an argument, needed or not.
// Useful: tg::matmul(x, weight), tg::sequence_mask(lengths, T) [B,T], tg::reshape, and tg::where(condition, a, b), where
// what is not chosen reaches neither value nor gradient.

namespace exercise {

using tg::Tensor;

struct DenseEveryStep {
  Tensor weight, bias;

  DenseEveryStep(int steps, int features, int classes)
      : weight(tg::nn::glorot_uniform(steps * features, steps * classes)),
        bias(tg::zeros({steps * classes}).requires_grad(true)) {}

  Tensor operator()(const Tensor& x, const std::vector<int>& lengths) const {
    not_done_yet("DenseEveryStep", R"(lessons/06_ctc.cpp, "The asker's network")");
    const Tensor flat = tg::reshape(x, {x.dim(0), -1});  // [B, T H]
    return tg::reshape(tg::matmul(flat, weight) + bias, {x.dim(0), x.dim(1), -1});
  }

  tg::nn::Parameters parameters() const { return {{"weight", weight}, {"bias", bias}}; }
};

}  // namespace exercise
