#pragma once

// The table of contents, in reading order. Each header is a reference card; the .cpp beside it holds the bodies.

#include "tinygrad_cpp/error.hpp"  // the one type of error

// array/: numbers, no gradients
#include "tinygrad_cpp/array/array.hpp"    // dense row-major values
#include "tinygrad_cpp/array/indices.hpp"  // integers with a shape
#include "tinygrad_cpp/array/map.hpp"      // a function on every element
#include "tinygrad_cpp/array/random.hpp"   // the random stream
#include "tinygrad_cpp/array/real.hpp"     // Real, the type of every number
#include "tinygrad_cpp/array/shape.hpp"    // sizes of axes

// autograd/: who made whom
#include "tinygrad_cpp/autograd/arithmetic.hpp"  // the three operations that backward needs
#include "tinygrad_cpp/autograd/backward.hpp"    // grad()
#include "tinygrad_cpp/autograd/gradcheck.hpp"   // gradients against differences
#include "tinygrad_cpp/autograd/record.hpp"      // how an operation is written; NoGrad
#include "tinygrad_cpp/autograd/tensor.hpp"      // Tensor

// ops/: each operation once, forward and backward side by side
#include "tinygrad_cpp/ops/lstm.hpp"
#include "tinygrad_cpp/ops/matmul.hpp"
#include "tinygrad_cpp/ops/movement.hpp"
#include "tinygrad_cpp/ops/pointwise.hpp"
#include "tinygrad_cpp/ops/reduce.hpp"
#include "tinygrad_cpp/ops/softmax.hpp"

// nn/: layers as plain structs
#include "tinygrad_cpp/nn/dense.hpp"
#include "tinygrad_cpp/nn/init.hpp"
#include "tinygrad_cpp/nn/lstm.hpp"
#include "tinygrad_cpp/nn/parameters.hpp"

// losses/
#include "tinygrad_cpp/losses/options.hpp"  // reduction, mask, weights
#include "tinygrad_cpp/losses/regression.hpp"

// optim/
#include "tinygrad_cpp/optim/optimizers.hpp"
