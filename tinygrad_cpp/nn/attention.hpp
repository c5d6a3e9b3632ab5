#pragma once
#include "tinygrad_cpp/autograd/tensor.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

struct AttentionOptions {
  /// 1 where a query may look at a key, else 0: [T,S] for all items, or as many axes as the scores; each
  /// size is that of the scores or 1. A mask of keys is reshape(sequence_mask(lengths, S), {B, 1, S}),
  /// with heads {B, 1, 1, S}.
  Tensor mask = {};
};

/// Scaled dot-product attention (Vaswani and others 2017, equation 1): each of T queries gets a weighted mean
/// of S values, with more weight where the value's key fits the query:
///   softmax(q k^T / sqrt(D)) v,   q [..,T,D], k [..,S,D], v [..,S,E] to [..,T,E]
/// with the same axes before them: none, [B] or [B,heads]. Padding changes neither values nor gradients, not
/// even if it is NaN: a key that no query may look at gets no weight, a query that may look at nothing gets
/// 0. Error for sizes that do not fit, for a mask with other numbers than 0 and 1 (PyTorch adds every float
/// mask to the scores), and if a whole matrix of the mask (its last two axes) is 0.
Tensor attention(const Tensor& q, const Tensor& k, const Tensor& v, const AttentionOptions& options = {});

/// The mask [steps, steps] that lets each step look at itself and at the steps before it.
Tensor causal_mask(int steps);

}}  // namespace tg
