#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "support.hpp"

// Numbers at their limits: infinities and NaN, the largest and the smallest.

using namespace tg;

namespace {

Tensor leaf(std::initializer_list<Nested<Real>> values) { return Tensor(values).requires_grad(true); }

/// The gradient of the sum of f at x.
template <class F>
std::vector<Real> slope(const Tensor& x, F f) {
  return Tensor(grad(sum(f(x)), {x})[0]).values();
}

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("numbers: what a mask leaves out stays out of the gradient, even where that is infinite") {
  const Tensor x = leaf({-1, 4});
  CHECK(slope(x, [](auto& a) { return sqrt(relu(a)); }) == std::vector<Real>{0, .25});
  CHECK(slope(x, [](auto& a) { return sqrt(clamp(a, 0, 9)); }) == std::vector<Real>{0, .25});
  CHECK(slope(x, [](auto& a) { return sqrt(maximum(a, 0)); }) == std::vector<Real>{0, .25});
  CHECK(slope(x, [](auto& a) { return sqrt(maximum(0, a)); }) == std::vector<Real>{0, .25});
  CHECK(slope(x, [](auto& a) { return sqrt(-minimum(-a, 0)); }) == std::vector<Real>{0, .25});
  CHECK(slope(leaf({0, 4}), [](auto& a) { return sqrt(abs(a)); }) == std::vector<Real>{0, .25});
  // The other element of a pair whose larger one is 0.
  CHECK(slope(leaf({{0, -1}, {4, 1}}), [](auto& a) { return sqrt(max(a, 1)); }) ==
        std::vector<Real>{Real(infinity), 0, .25, 0});
  CHECK(slope(leaf({{0, 1}, {-4, 1}}), [](auto& a) { return sqrt(abs(min(a, 1))); }) ==
        std::vector<Real>{0, 0, -.25, 0});
  CHECK(slope(leaf({0, 0}), [](auto& a) { return sqrt(norm(a)); }) == std::vector<Real>{0, 0});
  CHECK(slope(leaf({2, 3}), [](auto& a) { return sqrt(pow(a, 0) - 1); }) == std::vector<Real>{0, 0});

  const nn::PReLU prelu(1);
  const Tensor above = leaf({{4}, {1}});
  const auto both = grad(sum(log(prelu(above) - 4)), {above, prelu.slope});  // infinite at the first
  CHECK(both[1].item() == 0);
  CHECK(static_cast<double>(sum(prelu(tensor({{infinity}, {-2}}))).item()) == infinity);
  CHECK(grad(sum(prelu(leaf({{infinity}, {-2}}))), {prelu.slope})[0].item() == -2);

  manual_seed(1);
  const Tensor dropped = nn::Dropout(.5)(full({64}, infinity), nn::Mode::train);
  int zero = 0;
  for (Real v : dropped.values()) {
    CHECK((v == 0 || static_cast<double>(v) == infinity));
    zero += v == 0;
  }
  CHECK((zero > 0 && zero < 64));
  // The frames after the end of a sequence, where another one's loss is infinite.
  const Tensor scores = leaf({{{1, 2}, {3, 4}}});
  const auto g = grad(ctc_loss(scores, {{1}}, 0, {.lengths = {1}}) * infinity, {scores})[0];
  CHECK(same(slice(g, 1, 1, 2), zeros({1, 1, 2})));
}

TEST_CASE("numbers: where lets nothing through that it does not choose, and shows its idiom") {
  const Tensor x = leaf({0, 4});
  CHECK(std::isnan(slope(x, [](auto& a) { return where(a > 0, sqrt(a), 0); })[0]));
  CHECK(slope(x, [](auto& a) { return where(a > 0, sqrt(where(a > 0, a, 1)), 0); }) ==
        std::vector<Real>{0, .25});
  CHECK(same(where(tensor({{1}, {0}}), tensor({1, 2}), 7), tensor({{1, 2}, {7, 7}})));
  CHECK(same(where(1, 2, tensor({3, 4})), tensor({2, 2})));
  CHECK(same(where(tensor({0, 1}), NAN, 5) == 5, tensor({1, 0})));
}

TEST_CASE("numbers: a NaN never makes a good loss") {
  const Tensor bad = tensor({{NAN, .5}}), good = tensor({{.5, .5}}), row = tensor({{1, 0}});
  const auto is_refused = [](auto loss) {
    try {
      return std::isnan(loss().item());
    } catch (const Error&) {
      return true;
    }
  };
  for (const bool first : {true, false}) {
    const Tensor &a = first ? bad : good, &b = first ? good : bad;
    CHECK(is_refused([&] { return kl_divergence(a, b); }));
    CHECK(is_refused([&] { return kl_divergence(softmax(a), softmax(b)); }));
    CHECK(is_refused([&] { return symmetric_kl_divergence(a, b); }));
    CHECK(is_refused([&] { return mse_loss(a, b); }));
    CHECK(is_refused([&] { return binary_cross_entropy(a, b); }));
    CHECK(is_refused([&] { return binary_cross_entropy_with_logits(a, b); }));
  }
  CHECK(is_refused([&] { return kl_divergence(tensor({{NAN, 0, 0}}), tensor({{.2, .3, .5}})); }));
  CHECK(is_refused([&] { return symmetric_kl_divergence(tensor({{NAN, 1}}), row); }));
  CHECK(is_refused([&] { return kl_divergence(row, tensor({{1, NAN}})); }));  // where p is 0
  CHECK(is_refused([&] { return cross_entropy(bad, indices({1})); }));
  CHECK(is_refused([&] { return hinge_loss(bad, tensor({{1, -1}})); }));
  CHECK(is_refused([&] { return ctc_loss(reshape(bad, {1, 1, 2}), {{1}}, 0, {.zero_infinity = true}); }));
}

TEST_CASE("numbers: a length whose squares are too large or too small for a Real") {
  const double large = is_double ? 1e200 : 1e20, small = is_double ? 1e-200 : 1e-30;
  for (const double scale : {large, small, 1.}) {
    CAPTURE(scale);
    const Tensor x = (tensor({{3, 4}, {0, 0}}) * scale).detach().requires_grad(true);
    CHECK(matches((norm(x, 1) / scale).values(), {5, 0}));
    const std::vector<Real> g = slope(x, [](auto& a) { return norm(a, 1); });
    CHECK(matches(g, {.6, .8, 0, 0}));
    CHECK(matches((stddev(x) / scale).values(), {std::sqrt(3.1875)}));
  }
  CHECK(static_cast<double>(norm(tensor({infinity, 1})).item()) == infinity);
  CHECK(std::isnan(norm(tensor({NAN, 1})).item()));
  // A subgradient of 0 at 0, whose own derivative is 0 too.
  const Tensor zero = leaf({0, 0});
  const Tensor first = grad(norm(zero), {zero}, {.create_graph = true})[0];
  CHECK(same(first, zeros({2})));
  CHECK(same(grad(sum(first), {zero})[0], zeros({2})));
  const std::vector<Real> equal = slope(leaf({2, 2, 2}), [](auto& a) { return stddev(a); });
  CHECK(equal == std::vector<Real>{0, 0, 0});
}

TEST_CASE("numbers: the deviation's mean square, divided by n") {
  const Tensor x = tensor({{1, 2, 3, 4}, {2, 2, 2, 2}});
  CHECK(matches(var(x, 1).values(), {1.25, 0}));
  CHECK(matches(stddev(x, 1).values(), {std::sqrt(1.25), 0}));
  CHECK(var(x, 1, keepdim).shape() == Shape{2, 1});
  CHECK(matches(var(x).values(), {.6875}));
}

TEST_CASE("numbers: CTC of losses as large as its header says") {
  // One path: 500 equal labels with a blank between all, of 1000 frames; each label costs 4e5.
  Array scores({1, 1000, 2}, 0);
  for (int t = 0; t < 1000; ++t) scores.mutable_data()[2 * t + 1] = Real(-4e5);
  const Tensor x = Tensor(scores).requires_grad(true);
  const std::vector<std::vector<int>> labels = {std::vector<int>(500, 1)};
  const Tensor loss = ctc_loss(x, labels, 0, {.reduction = Reduction::sum});
  CHECK(std::abs(static_cast<double>(loss.item()) - 2e8) < 200);
  const Tensor g = grad(loss, {x})[0];
  CHECK(std::abs(static_cast<double>(sum(abs(g)).item()) - 1000) < 30);
  const Tensor double_loss = ctc_loss(x * 2, labels, 0, {.reduction = Reduction::sum});
  if (is_double)
    CHECK(std::abs(static_cast<double>(double_loss.item()) - 4e8) < 400);
  else
    CHECK(static_cast<double>(double_loss.item()) == infinity);
}

TEST_CASE("numbers: a float that is too large is an error, and not infinite") {
  if (is_double) return;
  CHECK(fails_with([] { tensor({1e39}); },
                   "[tensor] 1e+39 is too large for a float, which goes up to 3.403e+38"));
  CHECK(fails_with([] { Tensor(-1e39); }, "[tensor] -1e+39 is too large"));
  CHECK(fails_with([] { tensor(std::vector<double>{1, 1e300}); }, "[tensor] 1e+300 is too large"));
  CHECK(fails_with([] { full({2}, 1e39); }, "[full] 1e+39 is too large"));
  CHECK(fails_with([] { arange(1e39, 3e39, 1e39); }, "[arange] 1e+39 is too large"));
  CHECK(fails_with([] { ones({2}) * 1e39; }, "1e+39 is too large"));
  CHECK(static_cast<double>(tensor({infinity}).item()) == infinity);
  CHECK(static_cast<double>((ones({1}) * infinity).item()) == infinity);
  CHECK(matches(clamp(tensor({-5, 5}), -1e39, 1e39).values(), {-5, 5}));
}

TEST_CASE("numbers: arange stops before its stop, also where rounding would carry it there") {
  CHECK(arange(1, 1.3, .1).size() == 3);
  CHECK(arange(0, 1, .1).size() == 10);
  CHECK(arange(0, .3, .1).size() == 3);
  CHECK(arange(1.3, 1, -.1).size() == 3);
  CHECK(arange(0, 1.0001, .25).size() == 5);
  CHECK(arange(5).size() == 5);
  CHECK(arange(1e9, 1e9 + 3).size() == 3);
  for (int count = 1; count < 200; ++count)
    for (const double step : {.1, .3, .7, 1 / 3., .01})
      for (const double start : {0., 1., 17.3, -5.})
        CHECK(arange(start, start + count * step, step).size() == count);
}

TEST_CASE("numbers: plain gradient descent forgets an infinite gradient") {
  const auto after = [](auto optimizer, const Tensor& w) {
    for (const double g : {infinity, 1.}) {
      w.assign(1);
      optimizer.zero_grad();
      (w * g).backward();
      optimizer.step();
    }
    return static_cast<double>(w.item());
  };
  const Tensor w = tensor(1).requires_grad(true);
  CHECK(close(after(optim::SGD({{"w", w}}, {.lr = .1}), w), .9));
  CHECK(close(after(optim::RMSprop({{"w", w}}, {.lr = .1, .alpha = 0}), w), .9, 1e-6));
  CHECK(close(after(optim::Adam({{"w", w}}, {.lr = .1, .beta1 = 0, .beta2 = 0}), w), .9, 1e-6));
}

TEST_CASE("numbers: a gradient whose square is infinite stops a weight, and does not make it NaN") {
  const double large = is_double ? 2e160 : 2e19;
  const Tensor w = tensor(1).requires_grad(true);
  optim::RMSprop rms({{"w", w}}, {.lr = .1});
  for (const double g : {large, 1., 1.}) {
    rms.zero_grad();
    (w * g).backward();
    rms.step();
  }
  CHECK(w.item() == 1);
}

TEST_CASE("numbers: options of an optimizer that a float would round to 1") {
  const auto after_one = [](auto optimizer, const Tensor& w) {
    w.assign(1);
    optimizer.zero_grad();
    w.backward();
    optimizer.step();
    return static_cast<double>(w.item());
  };
  const Tensor w = tensor(1).requires_grad(true);
  CHECK(close(after_one(optim::Adam({{"w", w}}, {.lr = .1, .beta2 = .99999999}), w), .9, 1e-5));
  CHECK(close(after_one(optim::Adam({{"w", w}}, {.lr = .1, .beta1 = .99999999}), w), .9, 1e-5));
  // v = 1e-8 after a step, and its root 1e-4.
  CHECK(close(after_one(optim::RMSprop({{"w", w}}, {.lr = 1e-5, .alpha = .99999999}), w), .9, 1e-4));
}

TEST_CASE("numbers: Adam counts the steps of each parameter") {
  const Tensor often = tensor(1).requires_grad(true), late = tensor(1).requires_grad(true);
  optim::Adam adam({{"often", often}, {"late", late}}, {.lr = 1e-3});
  for (int i = 0; i < 5000; ++i) {
    adam.zero_grad();
    (often * 1).backward();
    adam.step();
  }
  CHECK(late.item() == 1);
  adam.zero_grad();
  (late * 1).backward();
  adam.step();
  CHECK(close(1 - static_cast<double>(late.item()), 1e-3, 1e-6));  // its first step is about lr
}

TEST_CASE("numbers: a tensor that is clipped under two names is scaled once") {
  const Tensor w = tensor({3, 4}).requires_grad(true);
  sum(w * w).backward();
  CHECK(close(optim::clip_grad_norm({{"a", w}, {"b", w}}, 1), 10));
  CHECK(matches(w.grad().values(), {.6, .8}));
}

TEST_CASE("numbers: NaN is printed without a sign") {
  const double minus = std::copysign(std::numeric_limits<double>::quiet_NaN(), -1.);
  CHECK(fmt::format("{}", tensor({minus, 1})) == "[nan, 1]");
  CHECK(fmt::format("{:.2f}", tensor({minus, 1})) == "[nan, 1.00]");
  CHECK(fails_with([&] { optim::SGD(nn::Parameters{{"w", leaf({1})}}, {.lr = minus}); }, "lr is nan;"));
  const Tensor w = leaf({1});
  (sum(w) * minus).backward();
  CHECK(fails_with([&] { optim::clip_grad_norm({{"w", w}}, 1); }, "the gradients' norm is nan;"));
}
