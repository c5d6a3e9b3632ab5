// Recordings are few: a network hears each in many forms, so that it does not learn them by heart.
#pragma once
#include "tinygrad_cpp/autograd/tensor.hpp"

namespace lesson {

/// The frames of an utterance as somebody else might have said it, drawn with the random stream: up to a
/// fifth faster or slower, two stretches of up to 11 frames and a band of up to 3 features silenced.
/// [T,D] -> [T',D]
/// Error unless there is a frame, with 4 features or more.
/// Source: Park and others, SpecAugment, Interspeech 2019.
tg::Tensor varied(const tg::Tensor& x);

}  // namespace lesson
