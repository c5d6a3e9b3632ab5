// torch_test.cpp has PyTorch's numbers.
#include <doctest/doctest.h>

#include "support.hpp"

using namespace tg;

namespace {

struct WithGradients {
  Tensor y;
  std::vector<Tensor> gradients;  // of q, k and v
};

/// Attention and its gradients, from a given gradient of its result.
WithGradients run(Inputs in, const Tensor& mask, const Tensor& up) {
  std::vector<Tensor> own;
  for (const Tensor& input : in) own.push_back(input.clone().detach().requires_grad(true));
  const Tensor y = attention(own[0], own[1], own[2], {.mask = mask});
  return {y, grad(y, own, {.upstream = up})};
}

bool same_gradients(const WithGradients& a, const WithGradients& b) {
  for (std::size_t i = 0; i < 3; ++i)
    if (!same(a.gradients[i], b.gradients[i])) return false;
  return true;
}

}  // namespace

TEST_CASE("attention: by hand") {
  // Scores ln 3 and 0 give the weights 3/4 and 1/4.
  const double logit = std::log(3);
  CHECK(
      close(attention(tensor({{logit}}), tensor({{1}, {0}}), tensor({{4, 0}, {8, 1}})), tensor({{5, 0.25}})));
  // Four features: the product is divided by 2.
  CHECK(close(attention(tensor({{2 * logit, 0, 0, 7}}), tensor({{1, 1, 0, 0}, {0, 1, 1, 0}}),
                        tensor({{4, 0}, {8, 1}})),
              tensor({{5, 0.25}})));
  CHECK(close(attention(tensor({{2 * logit}}), tensor({{1}, {NAN}, {0.5}}), tensor({{4}, {NAN}, {8}}),
                        {.mask = tensor({{1, 0, 1}})}),
              tensor({{5}})));
}

TEST_CASE("attention: items and heads do not see each other") {
  manual_seed(1);
  const Tensor q = randn({2, 3, 4, 5}), k = randn({2, 3, 6, 5}), v = randn({2, 3, 6, 2});
  const Tensor mask = where(uniform({2, 3, 4, 6}, 0, 1) > 0.4, 1, 0) + one_hot(indices({0, 1, 2, 3}), 6) > 0;
  const Tensor all = attention(q, k, v), masked = attention(q, k, v, {.mask = mask});
  CHECK(all.shape() == Shape{2, 3, 4, 2});
  for (int item = 0; item < 2; ++item)
    for (int head = 0; head < 3; ++head) {
      const auto own = [&](const Tensor& a) { return select(select(a, 0, item), 0, head); };
      CHECK(close(own(all), attention(own(q), own(k), own(v))));
      CHECK(close(own(masked), attention(own(q), own(k), own(v), {.mask = own(mask)})));
    }
}

TEST_CASE("attention: a mask's axes of size 1 are repeated; one that hides nothing changes nothing") {
  manual_seed(2);
  const Tensor q = randn({2, 3, 4}), k = randn({2, 5, 4}), v = randn({2, 5, 4});
  CHECK(close(attention(q, k, v, {.mask = ones({1, 1})}), attention(q, k, v)));
  for (const Tensor& mask :
       {tensor({{1, 0, 1, 1, 0}}), tensor({{1}, {0}, {1}}), reshape(sequence_mask({3, 5}, 5), {2, 1, 5}),
        reshape(tensor({1, 0, 1}), {1, 3, 1})})
    CHECK(same(attention(q, k, v, {.mask = mask}),
               attention(q, k, v, {.mask = broadcast_to(mask, {2, 3, 5})})));
}

TEST_CASE("attention: what stands under the mask reaches neither value nor gradient") {
  manual_seed(3);
  const Tensor q = randn({2, 3, 4}), k = randn({2, 5, 4}), v = randn({2, 5, 2}), up = randn({2, 3, 2});
  const Tensor key_mask = sequence_mask({3, 5}, 5), mask = reshape(key_mask, {2, 1, 5});
  const Tensor real = reshape(key_mask, {2, 5, 1});
  const WithGradients clean = run({q, k, v}, mask, up);
  for (double bad : {double{NAN}, double{INFINITY}, -1e30}) {
    const WithGradients poisoned = run({q, where(real, k, bad), where(real, v, bad)}, mask, up);
    CHECK(same(poisoned.y, clean.y));
    CHECK(same_gradients(poisoned, clean));
    CHECK(same(poisoned.gradients[1] * (1 - real), zeros({2, 5, 4})));
  }
  const Tensor bad_k = where(real, k, NAN), bad_v = where(real, v, NAN);
  const AnomalyMode on;
  CHECK(attention(q, bad_k, bad_v, {.mask = mask}).defined());
}

TEST_CASE("attention: a padded query gets 0 and no gradient; an item alone equals the item in a batch") {
  manual_seed(4);
  const Tensor x = randn({2, 4, 3}), up = randn({2, 4, 3}),
               real = reshape(sequence_mask({2, 4}, 4), {2, 4, 1});
  const Tensor mask = real * transpose(real) * causal_mask(4), poisoned = where(real, x, NAN);
  const WithGradients clean = run({x, x, x}, mask, up), batch = run({poisoned, poisoned, poisoned}, mask, up);
  CHECK(same(batch.y, clean.y));
  CHECK(same_gradients(batch, clean));
  CHECK(same(batch.y * (1 - real), zeros({2, 4, 3})));
  for (const Tensor& gradient : batch.gradients) CHECK(same(gradient * (1 - real), zeros({2, 4, 3})));
  CHECK(same_gradients(run({x, x, x}, mask, where(real, up, NAN)), clean));
  const auto own = [](const Tensor& a) { return slice(slice(a, 0, 0, 1), 1, 0, 2); };
  const WithGradients alone = run({own(x), own(x), own(x)}, causal_mask(2), own(up));
  CHECK(close(alone.y, own(batch.y)));
  for (std::size_t i = 0; i < 3; ++i) CHECK(close(alone.gradients[i], own(batch.gradients[i])));
}

TEST_CASE("causal_mask: a step sees itself and what is before it") {
  CHECK(same(causal_mask(3), tensor({{1, 0, 0}, {1, 1, 0}, {1, 1, 1}})));
  manual_seed(5);
  const Tensor x = randn({1, 5, 3}), past = slice(x, 1, 0, 3);
  const Tensor is_past = reshape(sequence_mask({3}, 5), {1, 5, 1});
  const Tensor up = where(is_past, randn({1, 5, 3}), 0), other = where(is_past, x, 100);
  const WithGradients all = run({other, other, other}, causal_mask(5), up);
  const WithGradients alone = run({past, past, past}, causal_mask(3), slice(up, 1, 0, 3));
  CHECK(close(slice(all.y, 1, 0, 3), alone.y));
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(close(slice(all.gradients[i], 1, 0, 3), alone.gradients[i]));
    CHECK(same(slice(all.gradients[i], 1, 3, 5), zeros({1, 2, 3})));
  }
}

TEST_CASE("attention: gradients, first and second order") {
  if (!is_double) return;
  manual_seed(6);
  const Tensor mask = tensor({{1, 0, 1, 1}, {0, 0, 0, 0}, {0, 1, 1, 0}});
  for (const AttentionOptions& options : {AttentionOptions{}, AttentionOptions{.mask = mask}}) {
    const GradcheckResult check =
        gradcheck([&](Inputs in) { return attention(in[0], in[1], in[2], options); },
                  {randn({2, 3, 2}), randn({2, 4, 2}), randn({2, 4, 3})}, {.second_order = true});
    CHECK_MESSAGE(check.ok, check.text);
  }
}
