#pragma once
#include <vector>

#include "support.hpp"

// A row per mistake in calling a public function. bad_input_test.cpp runs them all, and fails for a function without a row.

namespace bad_input {

struct Row {
  const char* function;  // as its header declares it; a member as Class::name
  const char* call;
  void (*run)();
  const char* text;  // what the error says, in most rows up to its hint
};

/// A call as text and as a function.
#define CALL(...) #__VA_ARGS__, [] { (void)(__VA_ARGS__); }

constexpr const char* undefined = "[tensor] undefined: a default-constructed Tensor has no values";

/// Ones that require a gradient.
inline tg::Tensor leaf(const tg::Shape& shape) { return tg::ones(shape).requires_grad(true); }

std::vector<Row> array_rows();
std::vector<Row> autograd_rows();
std::vector<Row> op_rows();
std::vector<Row> layer_rows();
std::vector<Row> sequence_rows();  // layers over steps: recurrent ones and attention
std::vector<Row> training_rows();  // losses/, optim/ and io/
std::vector<Row> ctc_rows();       // its loss, and decode/

}  // namespace bad_input
