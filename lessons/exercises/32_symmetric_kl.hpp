#pragma once
#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// The distance of two embeddings that are given as scores: numbers of any size and sign, [N,C] each. The softmax of
// a row of a is a distribution p, that of the same row of b is q. The result is a number for each row, [N]:
//
//   KL(p || q) + KL(q || p) = sum over c of (p_c - q_c) (ln p_c - ln q_c)
//
// It is finite, with a gradient, for scores that are 1000 apart too. The engine has softmax, log_softmax, exp, log,
// clamp, and sum(x, axis).

namespace exercise {

using tg::Tensor;

inline Tensor symmetric_kl(const Tensor& a, const Tensor& b) {
  not_done_yet("symmetric_kl",
               R"(lessons/07_speaker_embeddings.cpp, "Cause 4: KL of things that are not distributions")");
}

}  // namespace exercise
