#ifndef __SOFTPLUS_HPP__
#define __SOFTPLUS_HPP__
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

#define LARGER(a, b) ((a) > (b) ? (a) : (b))

using namespace std;
using namespace tg;
using tg::Tensor;

namespace exercise {
namespace {

struct Value {
  Real operator()(Real signal) const {
    assert(!isnan(signal) || signal != INFINITY);
    return LARGER(signal, Real(0)) + log1p(exp(-abs(signal)));
  }
};

[[maybe_unused]] constexpr auto text = R"(#pragma once "doctest" extern fork())";

}  // namespace

namespace rules {
Tensor of_softplus(const Tensor& g, const Tensor&, Inputs in) { return g / (1 + tg::exp(-in[0])); }
}  // namespace rules

auto softplus(const Tensor& link) -> Tensor {
  return record("my_softplus", tg::map(link, Value{}), {link}, {rules::of_softplus});
}

}  // namespace exercise
#undef LARGER
#endif
