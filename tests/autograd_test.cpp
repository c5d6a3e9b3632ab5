#include <doctest/doctest.h>

#include "support.hpp"

using namespace tg;

namespace {

Tensor leaf(const Tensor& values) { return values.detach().clone().requires_grad(true); }

}  // namespace

TEST_CASE("gradients add up where a value is used more than once") {
  const Tensor x = leaf(3);
  (x * x + x).backward();
  CHECK(x.grad().item() == 7);
  (x * x + x).backward();  // and over calls, until zero_grad
  CHECK(x.grad().item() == 14);
  x.zero_grad();
  CHECK(!x.has_grad());

  const Tensor a = leaf(2), b = a + a, c = b + b;  // each node's rules run once, after all its uses
  (c * b).backward();
  CHECK(a.grad().item() == 32);
}

TEST_CASE("broadcasting is undone in the gradient") {
  const Tensor row = leaf(tensor({1, 2, 3})), column = leaf(tensor({{10}, {20}})), number = leaf(2);
  sum(row * column * number).backward();
  CHECK(same(row.grad(), tensor({60, 60, 60})));
  CHECK(same(column.grad(), tensor({{12}, {12}})));
  CHECK(number.grad().item() == 180);
}

TEST_CASE("gradients of gradients") {
  const Tensor x = leaf(2);
  Tensor y = pow(x, 4);
  for (double expected : {32.0, 48.0, 48.0, 24.0}) {
    y = grad(y, {x}, {.create_graph = true})[0];
    CHECK(close(static_cast<double>(y.item()), expected));
  }
  const Tensor z = leaf(0.5), t = grad(tanh(z), {z}, {.create_graph = true})[0];
  const double value = std::tanh(0.5);
  CHECK(close(static_cast<double>(grad(t, {z})[0].item()), -2 * value * (1 - value * value), 1e-5));
}

TEST_CASE("grad visits only what lies between, touches no grad() and leaves the graph") {
  const Tensor x = leaf(2), w = leaf(3), h = x * w, y = h * h;
  CHECK(grad(y, {h})[0].item() == 12);
  CHECK(grad(y, {h, w})[1].item() == 24);
  CHECK(grad(y, {y})[0].item() == 1);
  CHECK(!w.has_grad());
  int below_h = 0;
  const Tensor counted =
      record("counted", x.array().clone(), {x}, {[&below_h](auto& g, auto&, auto) { return ++below_h, g; }});
  const Tensor top = counted * counted;
  CHECK(grad(top, {counted})[0].item() == 4);
  CHECK(below_h == 0);
  CHECK(grad(top, {x})[0].item() == 4);
  CHECK(below_h == 1);

  const Tensor v = leaf(tensor({1, 2}));
  CHECK(same(grad(v * v, {v}, {.upstream = tensor({10, 100})})[0], tensor({20, 400})));
  CHECK(same(grad(sum(v), {v, w}, {.zero_if_unused = true})[1], 0));
}

TEST_CASE("a rule may itself differentiate, even the graph that is being walked, but not free it") {
  const Tensor x = leaf(2), z = leaf(3), h = x * z;
  const auto twice = [&](Rule rule) {
    return record("twice", map(h, [](Real v) { return 2 * v; }), {h}, {rule}) * x;
  };
  // y = 2 x z x: dy/dx = 4 x z, dy/dz = 2 x^2
  const Tensor y = twice([](auto& g, auto&, auto in) {
    const Tensor inner = in[0];
    set_recording(true);
    const double slope =
        static_cast<double>(grad(inner * inner, {inner})[0].item()) / static_cast<double>(inner.item());
    set_recording(false);
    return slope * g;  // 2, found by a pass over the same nodes
  });
  y.backward({.retain_graph = true});
  CHECK(x.grad().item() == 24);
  CHECK(z.grad().item() == 8);
  const std::vector<Tensor> again = grad(y, {x, z});
  CHECK(again[0].item() == 24);
  CHECK(again[1].item() == 8);

  x.zero_grad();
  const Tensor freeing = twice([](auto& g, auto&, auto in) { return in[0].backward(), 2 * g; });
  CHECK(fails_with([&] { freeing.backward(); }, "[backward] called from a rule: it would free mul"));
  CHECK(!x.has_grad());  // and nothing was half done
  const Tensor itself = twice([](auto& g, auto& result, auto) { return result.backward(), 2 * g; });
  CHECK(fails_with([&] { itself.backward(); }, "[backward] called from a rule: it would free twice"));
}

TEST_CASE("NoGrad, detach, clone and assign") {
  const Tensor w = leaf(tensor({1, 2}));
  {
    NoGrad off;
    CHECK(!(w * w).requires_grad());
  }
  CHECK((w * w).requires_grad());
  CHECK(!w.detach().requires_grad());

  const Tensor shared = w.detach(), copy = w.clone();
  w.assign(tensor({5, 6}));
  CHECK(same(shared, tensor({5, 6})));
  CHECK(same(copy, tensor({1, 2})));

  const Tensor view = reshape(w, {2, 1}), whole = slice(w, 0, 0, 2), wide = broadcast_to(w, {2}),
               summed = sum_to(w, {2});
  w.overwrite()[0] = 9;  // nothing that an operation made changes with it
  for (const Tensor& made : {view, whole, wide, summed}) CHECK(made.values()[0] == 5);
  const Tensor made = w * 1, cut = made.detach();
  cut.assign(tensor({0, 0}));
  CHECK(made.values()[0] == 9);

  sum(w.clone() * 3).backward();
  CHECK(same(w.grad(), tensor({3, 3})));
  const Tensor p = leaf(1), q = leaf(1);
  (p + q).backward();
  p.grad().overwrite()[0] = 100;  // each leaf's gradient is its own
  CHECK(q.grad().item() == 1);
}

TEST_CASE("mistakes are errors, not wrong numbers") {
  const Tensor x = leaf(tensor({1, 2}));
  const Tensor y = sum(x * x);
  y.backward();
  CHECK(fails_with([&] { y.backward(); }, "retain_graph"));
  CHECK(fails_with([&] { (y * 2).backward(); }, "detach()"));
  const Tensor kept = sum(x * x);
  x.zero_grad();
  kept.backward({.retain_graph = true});
  kept.backward();
  CHECK(same(x.grad(), tensor({4, 8})));

  const Tensor before = x.grad().clone(), z = sum(x * x);
  x.assign(tensor({3, 4}));
  CHECK(fails_with([&] { z.backward(); }, "[backward] an input of mul was changed after mul used it"));
  CHECK(same(x.grad(), before));  // and nothing was half done
  const Tensor through_detach = sum(x * 2);
  x.detach().assign(tensor({5, 6}));
  CHECK(fails_with([&] { through_detach.backward(); }, "was changed"));
}

TEST_CASE("gradcheck accepts the right rule and rejects wrong ones") {
  const Tensor x = tensor({0.5, -1.5, 2});
  const auto check = [&](Rule rule) {
    return gradcheck(
        [&](Inputs in) {
          return record("cube", map(in[0], [](Real v) { return v * v * v; }), {in[0]}, {rule});
        },
        {x}, {.second_order = true});
  };
  if (!is_double) return;
  const GradcheckResult right = check([](auto& g, auto&, auto in) { return g * 3 * pow(in[0], 2); });
  CHECK(right.ok);
  CHECK(right.worst < 1e-7);
  CHECK(right.largest > 1);
  CHECK(right.largest_second > 1);
  const GradcheckResult twice = check([](auto& g, auto&, auto in) { return g * 6 * pow(in[0], 2); });
  CHECK(!twice.ok);
  CHECK(twice.text.find("first order, input 0, element [") == 0);
  CHECK(!check([](auto& g, auto&, auto in) {
           return g * 3 * pow(in[0], 2) - g * in[0];
         }).ok);  // a term too many
  CHECK(!check([](auto& g, auto&, auto) { return g * 0; }).ok);
  CHECK(!check(Rule{}).ok);
  CHECK(!check([](auto& g, auto&, auto in) { return g * NAN * in[0]; }).ok);
  // Right in value, but cut off from its input: only the second order shows it.
  const GradcheckResult cut = check([](auto& g, auto&, auto in) { return g * 3 * pow(in[0].detach(), 2); });
  CHECK(!cut.ok);
  CHECK(cut.text.find("second order") == 0);
  // A softmax whose rule forgets the sum: invisible to a plain sum of the outputs, not to a random upstream gradient.
  const auto lame = [](Inputs in) {
    const Tensor value = softmax(in[0].detach());
    return record("lame", value.array().clone(), {in[0]}, {[](auto& g, auto& y, auto) { return y * g; }});
  };
  CHECK(!gradcheck(lame, {x}).ok);
}

TEST_CASE("AnomalyMode is silent about a sum of gradients of many uses") {
  const Tensor w = tensor(1).requires_grad(true);
  std::vector<Tensor> uses;
  for (int i = 0; i < 100; ++i) uses.push_back(w * (sizeof(Real) == 4 ? 3e38 : 1e308));
  const AnomalyMode on;
  const Tensor some = stack(uses, 0) * 0;
  sum(some).backward();
  CHECK(w.grad().item() == 0);
}

TEST_CASE("grad gives tensors of the caller's own, and looks only at what lies between") {
  const Tensor a = leaf(1), b = leaf(2), up = tensor(1);
  const std::vector<Tensor> g = grad(a + b, {a, b, a}, {.upstream = up});
  g[0].overwrite()[0] = 50;
  CHECK(g[1].item() == 1);
  CHECK(g[2].item() == 1);
  CHECK(up.item() == 1);
  const Tensor y = a * a + b * b;
  b.assign(5);
  CHECK(grad(y, {a})[0].item() == 2);  // b's change does not matter here
  CHECK(fails_with([&] { grad(y, {b}); }, "an input of mul was changed"));
}
