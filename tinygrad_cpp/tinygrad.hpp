#pragma once

// The table of contents, in reading order; formatters must not sort it. Each header documents what it
// declares, and the .cpp beside it holds the bodies.
//
// An evening's reading: these 25 files in this order, with their line counts, are enough to understand the
// engine.
//   error.hpp                    42
//   array/shape.hpp              96
//   array/array.hpp             101  the numbers, without gradients
//   autograd/tensor.hpp         164  Tensor, a handle to a node of the computation graph
//   autograd/record.hpp          72  an operation: a value, inputs, and a rule for each gradient
//   autograd/node.hpp            48  what is behind a Tensor
//   autograd/history.hpp         56  inputs and rules of a node
//   autograd/plain.hpp           13
//   autograd/plain.cpp           61  backward in forty lines
//   autograd/arithmetic.hpp      19
//   autograd/arithmetic.cpp      34  add, the first operation
//   autograd/record.cpp          67
//   ops/matmul.hpp               12
//   ops/matmul.cpp               62  a matrix product and its two rules
//   ops/pointwise.hpp            83
//   ops/pointwise.cpp           206  operations on single elements
//   ops/softmax.hpp              13
//   ops/softmax.cpp              45
//   nn/parameters.hpp            60  named leaves
//   nn/dense.hpp                 21
//   nn/dense.cpp                 31  a layer is a struct with leaves
//   ops/recurrence.hpp           41
//   ops/recurrence.cpp           87  a walk over the steps of a sequence
//   ops/lstm_of_operations.hpp   33
//   ops/lstm_of_operations.cpp   46  an LSTM
// Skip what is only speed: fast_rule and gradient_sums, array/pool (memory), array/kernels/ (loops, products,
// threads, scaled numbers), ops/fused_lstm and lstm_kernel, and the kernel in ops/fused_ctc. Skip autograd/pass
// and autograd/backward.cpp too. They hold Tensor::backward and grad(): the loop of plain.cpp for long graphs,
// with checks. Tensor::backward also adds the gradients to grad() of the leaves, and frees the graph.

// clang-format off

#include "tinygrad_cpp/error.hpp"  // the one type of error

// array/: numbers, no gradients
#include "tinygrad_cpp/array/real.hpp"  // Real, the type of every number
#include "tinygrad_cpp/array/shape.hpp"  // sizes of axes
#include "tinygrad_cpp/array/array.hpp"  // dense row-major values
#include "tinygrad_cpp/array/indices.hpp"  // integers with a shape
#include "tinygrad_cpp/array/map.hpp"  // a function on every element
#include "tinygrad_cpp/array/random.hpp"  // the random stream

// autograd/: the computation graph
#include "tinygrad_cpp/autograd/tensor.hpp"  // Tensor
#include "tinygrad_cpp/autograd/record.hpp"  // how to write an operation; NoGrad
#include "tinygrad_cpp/autograd/plain.hpp"  // plain_grad(): backward in forty lines
#include "tinygrad_cpp/autograd/backward.hpp"  // grad()
#include "tinygrad_cpp/autograd/arithmetic.hpp"  // the three operations that backward needs
#include "tinygrad_cpp/autograd/gradcheck.hpp"  // compares gradients with finite differences
#include "tinygrad_cpp/autograd/explain.hpp"  // a graph as a table and as a picture
#include "tinygrad_cpp/autograd/anomaly.hpp"  // which operation made the first NaN
#include "tinygrad_cpp/autograd/live_nodes.hpp"  // the number of tensors in memory
#include "tinygrad_cpp/autograd/fast_rule.hpp"  // only speed

// ops/: each operation once, forward and backward side by side
#include "tinygrad_cpp/ops/pointwise.hpp"
#include "tinygrad_cpp/ops/reduce.hpp"
#include "tinygrad_cpp/ops/movement.hpp"
#include "tinygrad_cpp/ops/matmul.hpp"
#include "tinygrad_cpp/ops/softmax.hpp"
#include "tinygrad_cpp/ops/lstm_of_operations.hpp"
#include "tinygrad_cpp/ops/fused_lstm.hpp"
#include "tinygrad_cpp/ops/ctc_targets.hpp"  // labels and lengths for CTC
#include "tinygrad_cpp/ops/fused_ctc.hpp"

// nn/: layers as plain structs
#include "tinygrad_cpp/nn/parameters.hpp"  // the trainable tensors, by name
#include "tinygrad_cpp/nn/check.hpp"  // compares a layer's gradients with finite differences
#include "tinygrad_cpp/nn/init.hpp"
#include "tinygrad_cpp/nn/dense.hpp"
#include "tinygrad_cpp/nn/activation.hpp"
#include "tinygrad_cpp/nn/embedding.hpp"
#include "tinygrad_cpp/nn/dropout.hpp"
#include "tinygrad_cpp/nn/lstm.hpp"
#include "tinygrad_cpp/nn/rnn.hpp"  // RNN and GRU
#include "tinygrad_cpp/nn/layer_norm.hpp"
#include "tinygrad_cpp/nn/attention.hpp"

// losses/
#include "tinygrad_cpp/losses/options.hpp"  // reduction, mask, weights
#include "tinygrad_cpp/losses/regression.hpp"
#include "tinygrad_cpp/losses/classification.hpp"
#include "tinygrad_cpp/losses/divergence.hpp"
#include "tinygrad_cpp/losses/time.hpp"  // masks and weights over time
#include "tinygrad_cpp/losses/ctc.hpp"  // targets without time alignment

// optim/
#include "tinygrad_cpp/optim/optimizers.hpp"
#include "tinygrad_cpp/optim/schedules.hpp"

// dist/: one model on many machines
#include "tinygrad_cpp/dist/group.hpp"  // the processes, and the average of their gradients
#include "tinygrad_cpp/dist/gradient_sum.hpp"  // gradient accumulation

// decode/: turns the outputs of a network trained with CTC into labels
#include "tinygrad_cpp/decode/greedy.hpp"
#include "tinygrad_cpp/decode/beam.hpp"
#include "tinygrad_cpp/decode/align.hpp"  // in which frames each label of a known target lies
#include "tinygrad_cpp/decode/edit_distance.hpp"  // edit distance, error rates

// io/
#include "tinygrad_cpp/io/safetensors.hpp"  // weights and checkpoints
