#include <doctest/doctest.h>

#include <sstream>
#include <thread>

#include "support.hpp"

// What people type first, and what they get.

using namespace tg;

namespace {

template <class T>
std::string streamed(const T& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

template <class A, class B>
concept CanBeSummedOver = requires(const A& a, B axis) {
  sum(a, axis);
};
template <class A, class B>
concept HasLargerOf = requires(A a, B b) {
  tg::max(a, b);
};
template <class T>
concept CanBeOverwritten = requires(T tensor) {
  static_cast<T&&>(tensor).overwrite();
};
template <class T>
concept CanBeAsked = requires(T value) {
  static_cast<bool>(value);
};

}  // namespace

TEST_CASE("a beginner: nested lists are what they look like, with a capital letter too") {
  const Tensor matrix({{1, 2}, {3, 4}}), same_matrix = {{1, 2}, {3, 4}}, expected = tensor({{1, 2}, {3, 4}});
  CHECK(same(matrix, expected));
  CHECK(same(same_matrix, expected));
  CHECK(sum({{1, 2}, {3, 4}}).item() == 10);
  CHECK(same(Tensor({2, 3}), tensor({2, 3})));
  CHECK(Tensor({{{1}, {2}}}).shape() == Shape{1, 2, 1});
  CHECK(same(Tensor({2, 2}, {1, 2, 3, 4}), expected));  // a shape and its values
  CHECK(same(Tensor(Shape{2, 2}, std::vector<Real>{1, 2, 3, 4}), expected));
  CHECK(!Tensor{}.defined());
  CHECK(fails_with([] { Tensor({{1, 2}, {3}}); }, "[tensor] ragged"));
  CHECK(same(mse_loss({{1}, {2}}, {{1}, {4}}), tensor(2)));

  const Indices ids = {{1, 2}, {0, 1}};
  CHECK(ids.shape() == Shape{2, 2});
  CHECK(ids.at({1, 1}) == 1);
  CHECK(Indices({{1, 2}, {0, 1}}).shape() == Shape{2, 2});
  CHECK(Indices({2, 2}, {1, 2, 0, 1}).at({0, 1}) == 2);
  const nn::Embedding embedding(4, 3);
  CHECK(embedding({{1, 2}, {3, 0}}).shape() == Shape{2, 2, 3});
  CHECK(same(cross_entropy(zeros({2, 2, 4}), {{0, 1}, {2, 3}}),
             cross_entropy(zeros({2, 2, 4}), indices({{0, 1}, {2, 3}}))));
  CHECK(same(gather(matrix, 1, {{0}, {1}}), tensor({{1}, {4}})));
  CHECK(fails_with([] { Indices({{1, 2}, {0}}); }, "[indices] ragged"));
}

TEST_CASE("a beginner: vectors become tensors and indices") {
  CHECK(same(tensor(std::vector<double>{1, 2.5}), tensor({1, 2.5})));
  CHECK(same(tensor(std::vector<float>{1, 2.5f}), tensor({1, 2.5})));
  CHECK(same(tensor(std::vector<int>{1, 2, 3}), tensor({1, 2, 3})));
  CHECK(same(tensor({1., 2.}), tensor({1, 2})));
  CHECK(tensor(std::vector<double>()).shape() == Shape{0});
  CHECK(indices(std::vector<int>{3, 4}).shape() == Shape{2});
}

TEST_CASE("a beginner: axes count from the end everywhere, and may be of any integer type") {
  const Tensor x = ones({2, 3, 5});
  CHECK(x.shape()[-1] == 5);
  CHECK(x.shape()[-3] == 2);
  CHECK(fails_with([&] { (void)x.shape()[3]; }, "[shape] axis 3 of shape [2, 3, 5]; axes go from -3 to 2"));
  CHECK(fails_with([&] { (void)x.shape()[-4]; }, "axis -4 of shape [2, 3, 5]"));
  const std::vector<int> v = {1, 2};
  CHECK(sum(x, v.size() - 1).shape() == Shape{2, 5});
  CHECK(sum(x, 1L).shape() == Shape{2, 5});
  CHECK(mean(x, -1LL).shape() == Shape{2, 3});
  CHECK(fails_with([&] { sum(x, v.size() - 3); }, "[sum] axis 2147483647 of shape [2, 3, 5]"));
  enum Axis { batch, time_axis };
  CHECK(sum(x, time_axis).shape() == Shape{2, 5});
  static_assert(!CanBeSummedOver<Tensor, double>);
  static_assert(!CanBeSummedOver<Tensor, bool>);  // keepdim in the wrong place
  static_assert(CanBeSummedOver<Tensor, int>);
  static_assert(!HasLargerOf<int, int>);  // std::max
  static_assert(!HasLargerOf<double, int>);
  static_assert(HasLargerOf<Tensor, int>);
}

TEST_CASE("a beginner: printing with streams, and each number in a format") {
  const Tensor x = tensor({{1, 2}, {3, 0.12345}});
  CHECK(streamed(x) == "[[1, 2],\n [3, 0.12345]]");
  CHECK(streamed(x) == fmt::format("{}", x));
  CHECK(streamed(x.shape()) == "[2, 2]");
  CHECK(streamed(indices({{1, 2}, {3, 4}})) == "[[1, 2],\n [3, 4]]");
  CHECK(streamed(Tensor()) == "undefined");
  CHECK(fmt::format("{:.3f}", x) == "[[1.000, 2.000],\n [3.000, 0.123]]");
  CHECK(fmt::format("{:+.1e}", tensor({1, -2})) == "[+1.0e+00, -2.0e+00]");
  CHECK(fmt::format("{:6.2f}", tensor(3)) == "  3.00");
  CHECK(fmt::format("{:3}", indices({1, 22})) == "[  1,  22]");
  CHECK(fmt::format("{:.1f}", arange(20)) == "[0.0, 1.0, 2.0, ..., 17.0, 18.0, 19.0]");
}

TEST_CASE("a beginner: += and friends make a new tensor with a history, but not of what an optimizer holds") {
  const Tensor w = tensor({1, 2}).requires_grad(true);
  Tensor a = w * 1, b = a;
  a += 1, a *= w, a -= 0.5, a /= tensor({1, 2});
  CHECK(matches(a.values(), {1.5, 2.75}));
  CHECK(same(b, tensor({1, 2})));  // another handle of the old one
  CHECK(same(grad(sum(a), {w})[0], tensor({3, 2.5})));
  Tensor total = 0;
  for (int i = 0; i < 3; ++i) total += tensor({1, 2});
  CHECK(same(total, tensor({3, 6})));
  Tensor trained = w;
  const char* hint =
      "[-=] this tensor is a leaf that requires a gradient, and -= would make a new tensor, while an optimizer "
      "would still update the old one; assign() overwrites its values";
  CHECK(fails_with([&] { trained -= 0.1 * w; }, hint));
  const NoGrad off;
  CHECK(fails_with([&] { trained -= 0.1 * w; }, hint));
  CHECK(same(trained, tensor({1, 2})));
}

TEST_CASE("a beginner: == and != compare elements, all_close whole tensors") {
  const Tensor a = tensor({1, 2, NAN}), b = tensor({1, 3, NAN});
  CHECK(same(a == b, tensor({1, 0, 0})));
  CHECK(same(a != b, tensor({0, 1, 1})));
  CHECK(same(a == 2, tensor({0, 1, 0})));
  CHECK(same(mean(tensor({{1}, {2}}) == tensor({1, 2})), tensor(.5)));  // every pair
  CHECK(!(tensor({1}).requires_grad(true) == 1).requires_grad());
  static_assert(!CanBeAsked<Tensor>);  // if (a == b)
  CHECK(all_close(tensor({1, 1000, INFINITY}), tensor({1, 1000.0001, INFINITY})));
  CHECK(!all_close(tensor({1, 1000}), tensor({1, 1000.01})));
  CHECK(all_close(tensor({1, 1000}), tensor({1, 1000.01}), 1e-4));
  CHECK(!all_close(tensor(NAN), tensor(NAN)));
  CHECK(!all_close(tensor(INFINITY), tensor(-INFINITY)));
  CHECK(fails_with(
      [] {
        all_close(ones({2}), ones({1, 2}));
      },
      "[all_close] shapes differ: a is [2], b is [1, 2]"));
}

TEST_CASE("a beginner: powers of tensors, running products, the largest few, accuracy") {
  CHECK(matches(pow(tensor({2, 3}), tensor({3, 2})).values(), {8, 9}));
  CHECK(matches(pow(2, tensor({3, .5})).values(), {8, std::sqrt(2.)}));
  CHECK(matches(pow(tensor({2, 3}), 2).values(), {4, 9}));
  const Tensor base = tensor({0, 2, 0, -2}).requires_grad(true),
               exponent = tensor({2, 0, 0, 2}).requires_grad(true);
  const auto g = grad(sum(pow(base, exponent)), {base, exponent});
  CHECK(matches(g[0].values(), {0, 0, 0, -4}));
  CHECK(matches(slice(g[1], 0, 0, 3).values(), {0, std::log(2.), 0}));
  CHECK(std::isnan(g[1].at({3})));  // a power of -2 has no slope along its exponent

  const Tensor x = tensor({{1, 2, 0, 4}}).requires_grad(true);
  CHECK(same(cumprod(x, 1), tensor({{1, 2, 0, 0}})));
  CHECK(same(grad(sum(cumprod(x, -1)), {x})[0], tensor({{3, 1, 10, 0}})));
  CHECK(cumprod(zeros({2, 0}), 1).shape() == Shape{2, 0});

  const Tensor scores = tensor({{1, 5, 3, 5}, {NAN, 1, 2, 0}});
  const TopK best = topk(scores, 2);
  CHECK(fmt::format("{}", best.indices) == "[[1, 3],\n [0, 2]]");
  CHECK(fmt::format("{}", best.values) == "[[5, 5],\n [nan, 2]]");
  CHECK(fmt::format("{}", topk(scores, 1, 0).indices) == "[[1, 0, 0, 0]]");
  CHECK(accuracy(argmax(scores, -1), indices({1, 1})) == .5);
}

TEST_CASE("a beginner: views of temporaries do not compile") {
  static_assert(!std::is_convertible_v<decltype((Tensor() * 3).values()), std::span<const Real>>);
  static_assert(!std::is_convertible_v<decltype(indices({1}).values()), std::span<const int>>);
  static_assert(std::is_convertible_v<decltype((Tensor() * 3).values()), std::vector<Real>>);
  static_assert(!CanBeOverwritten<Tensor>);
  static_assert(CanBeOverwritten<const Tensor&>);
  const std::vector<Real> kept = (tensor({1, 2}) * 3).values();
  CHECK(kept == std::vector<Real>{3, 6});
  Real total = 0;
  for (Real v : (tensor({1, 2}) * 3).values()) total += v;
  CHECK(total == 9);
}

TEST_CASE("a beginner: a layer's gradients are checked in place") {
  // The rule of this layer is wrong by a factor of 2.
  struct Wrong {
    Tensor w = tensor({{1, 2}, {3, 4}}).requires_grad(true);
    Tensor operator()(const Tensor& x) const {
      return record("wrong", map(x, w, [](Real p, Real q) { return p * q; }), {x, w},
                    {[](auto& g, auto&, auto in) { return g * in[1]; },
                     [](auto& g, auto&, auto in) { return 2 * g * in[0]; }});
    }
    nn::Parameters parameters() const { return {{"w", w}}; }
  } const wrong;
  const Tensor x = tensor({{1, 2}, {3, 4}});
  if (!is_double) {
    CHECK(fails_with([&] { (void)gradcheck(wrong.parameters(), [&] { return wrong(x); }); },
                     "this is the float build"));
    return;
  }
  CHECK(fails_with([&] { (void)gradcheck([&](Inputs) { return wrong(x); }, {wrong.w}); },
                   "[gradcheck] the result, shape [2, 2], depends on none of the 1 inputs"));
  const GradcheckResult found = gradcheck(wrong.parameters(), [&] { return wrong(x); });
  CHECK(!found.ok);
  CHECK(found.text.starts_with("first order, w, element ["));
  CHECK(same(wrong.w, tensor({{1, 2}, {3, 4}})));  // put back

  manual_seed(3);
  const nn::LSTM lstm(2, 3);
  const nn::Dropout dropout(.5);
  const std::string before = random_state();
  const GradcheckResult good = gradcheck(lstm.parameters(),
                                         [&] {
                                           return dropout(lstm(ones({2, 4, 2})).sequence, nn::Mode::train);
                                         },
                                         {.second_order = true});
  CHECK_MESSAGE(good.ok, good.text);
  CHECK(good.largest > .01);
  CHECK(random_state() == before);
  // What throws leaves the weights as they were.
  int calls = 0;
  const std::vector<Real> bias(lstm.bias.values().begin(), lstm.bias.values().end());
  CHECK_THROWS((void)gradcheck(lstm.parameters(), [&] {
    if (++calls == 4) fail("test", "enough");
    return lstm(ones({1, 2, 2})).sequence;
  }));
  CHECK(std::equal(bias.begin(), bias.end(), lstm.bias.values().begin()));
}

TEST_CASE("a beginner: a check of gradients says which weights it did not check") {
  if (!is_double) return;
  struct Forgetful {
    Tensor w = tensor({1, 2}).requires_grad(true), slope = tensor({3}).requires_grad(true);
    Tensor scale = tensor({4, 5});
    Tensor operator()(const Tensor& x) const { return w * x * slope * scale; }
    nn::Parameters parameters() const { return {{"w", w}, {"scale", scale}}; }
  } const layer;
  const Tensor x = tensor({{1, 2}, {3, 4}});
  const GradcheckResult result = gradcheck(layer.parameters(), [&] { return layer(x); });
  CHECK(result.ok);
  CHECK(result.unchecked == std::vector<std::string>{"scale requires no gradient",
                                                     "a leaf of shape [1] is not among those to check"});
  CHECK(gradcheck({{"w", layer.w}, {"slope", layer.slope}}, [&] { return layer(x); }).unchecked.empty());
}

TEST_CASE("a beginner: decoders refuse probabilities, and one takes them") {
  std::vector<Real> values;
  for (int t = 0; t < 6; ++t) values.insert(values.end(), {Real(.98), Real(.01), Real(.01)});
  const Tensor probs({1, 6, 3}, values);
  CHECK(fails_with([&] { decode::beam(probs, 0); }, "Probabilities go into beam_from_probs"));
  CHECK(fails_with([&] { decode::greedy(probs, 0); }, "If these are probabilities, pass log(p)"));
  CHECK(fails_with([&] { decode::align(probs, {{1}}, 0); }, "If these are probabilities, pass log(p)"));
  const auto best = decode::beam_from_probs(probs, 0, {.width = 4})[0][0];
  CHECK(best.labels.empty());
  CHECK(close(best.score, 6 * std::log(.98), 1e-5));
  CHECK(close(decode::beam(log(probs), 0, {.width = 4})[0][0].score, best.score, 1e-5));
  CHECK(fails_with(
      [&] {
        decode::beam(where(tensor({{{1}, {0}, {0}, {0}, {0}, {0}}}), tensor({1, 0, 0}), probs), 0);
      },
      "every frame is a distribution"));  // with an exact 0 among them
  // A probability of exactly 0, and an end before which alone they must add up.
  const auto sure = decode::beam_from_probs(tensor({{{0, 1}, {.5, .5}, {7, 7}}}), 0, {.lengths = {2}})[0][0];
  CHECK(sure.labels == std::vector<int>{1});
  CHECK(fails_with(
      [] {
        decode::beam_from_probs(tensor({{{2, -1}}}), 0);
      },
      "[beam_from_probs] sequence 0, frame 0: its numbers add up to 1, the smallest is -1"));
}

TEST_CASE("a beginner: an optimizer's groups, such as no decay on biases") {
  const nn::Dense dense(2, 1);
  dense.weight.assign({{1}, {1}});
  dense.bias.assign(tensor({1}));
  const auto is_bias = [](const std::string& name) { return name.ends_with("bias"); };
  const nn::Parameters all = dense.parameters(), biases = all.filter(is_bias),
                       others = all.filter(std::not_fn(is_bias));
  CHECK(biases.size() == 1);
  CHECK(others.begin()->name == "weight");
  optim::Adam adam({{others, {.lr = .1, .weight_decay = .5}}, {biases, {.lr = .2}}});
  const auto step = [&](auto& optimizer) {
    optimizer.zero_grad();
    (sum(dense.weight) * 0 + sum(dense.bias) * 0).backward();
    optimizer.step();
  };
  step(adam);
  CHECK(matches(dense.weight.values(), {.95, .95}));
  CHECK(dense.bias.item() == 1);
  CHECK(adam.state().size() == 6);
  adam.lr(.2);  // and the other group's to .4
  CHECK(adam.lr() == .2);
  (sum(dense.weight) * 0 + sum(dense.bias) * 1).backward();
  optim::SGD sgd({{others, {.lr = .1}}, {biases, {.lr = .2}}});
  sgd.lr(.5);
  dense.bias.assign(tensor({1}));
  sgd.zero_grad();
  sum(dense.bias).backward();
  sgd.step();
  CHECK(close(static_cast<double>(dense.bias.item()), 0));
  optim::RMSprop rms({{others, {}}, {biases, {.lr = .5, .alpha = 0}}});
  sgd.zero_grad();
  sum(dense.bias).backward();
  rms.step();
  CHECK(close(static_cast<double>(dense.bias.item()), -.5, 1e-6));
}
