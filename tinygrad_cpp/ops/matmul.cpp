#include "tinygrad_cpp/ops/matmul.hpp"

#include "tinygrad_cpp/array/kernels/products.hpp"
#include "tinygrad_cpp/autograd/fast_rule.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/ops/movement.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {
namespace {

/// A B, where A is a or its transpose, and B is b or its transpose. No transpose is copied.
///   dL/dA = g B^T,  dL/dB = A^T g,  or their transposes where a or b is transposed
Tensor product(const Tensor& a, bool transpose_a, const Tensor& b, bool transpose_b) {
  return record("matmul", kernels::matmul(a.array(), transpose_a, b.array(), transpose_b), {a, b},
                {[=](auto& g, auto&, auto in) {
                   return transpose_a ? product(in[1], transpose_b, g, true)
                                      : product(g, false, in[1], !transpose_b);
                 },
                 [=](auto& g, auto&, auto in) {
                   return transpose_b ? product(g, true, in[0], transpose_a)
                                      : product(in[0], !transpose_a, g, false);
                 }},
                // only speed: the same two products
                [=](InputGradients& to, auto& g, auto&, auto in) {
                  const Array &left = in[0].array(), &right = in[1].array();
                  transpose_a ? to.add_product(0, right, transpose_b, g.array(), true)
                              : to.add_product(0, g.array(), false, right, !transpose_b);
                  transpose_b ? to.add_product(1, g.array(), true, left, transpose_a)
                              : to.add_product(1, left, !transpose_a, g.array(), false);
                });
}

bool same_items(const Shape& a, const Shape& b) {
  for (int i = 0; i < a.rank() - 2; ++i)
    if (a[i] != b[i]) return false;
  return a.rank() == b.rank();
}

}  // namespace

Tensor matmul(const Tensor& a, const Tensor& b) {
  if (a.rank() < 2 || b.rank() < 2)
    fail("matmul", "a is {}, b is {}; matrices are needed. reshape a vector to [1, n] or [n, 1]", a.shape(),
         b.shape());
  if (a.dim(-1) != b.dim(-2))
    fail("matmul", "inner sizes differ: a is {}, b is {}; columns of a must equal rows of b", a.shape(),
         b.shape());
  if (b.rank() == 2 && a.rank() > 2) {
    // One product of all rows is faster than one per item.
    const Shape& shape = a.shape();
    const auto rows = static_cast<int>(shape.without(a.rank() - 1).size());
    return reshape(product(reshape(a, Shape{rows, a.dim(-1)}), false, b, false),
                   shape.with(a.rank() - 1, b.dim(-1)));
  }
  if (!same_items(a.shape(), b.shape()))
    fail("matmul", "leading sizes differ: a is {}, b is {}; they must be equal, or b one matrix for all",
         a.shape(), b.shape());
  return product(a, false, b, false);
}

}}  // namespace tg
