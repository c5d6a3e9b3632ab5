#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

using Labels = std::vector<int>;

Tensor random_frames(int frames, int classes) {
  manual_seed(2);
  return softmax(randn({frames, classes}));
}

Labels states_of(const Labels& target, int blank) {
  Labels states = {blank};
  for (const int label : target) states.insert(states.end(), {label, blank});
  return states;
}

// The forward recursion, in plain numbers: [T,S]
Tensor alpha(const Tensor& p, const Labels& target, int blank) {
  const Labels states = states_of(target, blank);
  const int S = static_cast<int>(states.size());
  std::vector<Real> values;
  const auto before = [&](int t, int s) { return s < 0 ? 0 : values[std::size_t((t - 1) * S + s)]; };
  for (int t = 0; t < p.dim(0); ++t)
    for (int s = 0; s < S; ++s) {
      const int label = states[std::size_t(s)];
      const bool skip = s >= 2 && label != blank && label != states[std::size_t(s - 2)];
      const double ways = t == 0 ? s < 2 : before(t, s) + before(t, s - 1) + (skip ? before(t, s - 2) : 0);
      values.push_back(p.at({t, label}) * ways);
    }
  return {Shape{p.dim(0), S}, values};
}

// P(target) by beta alone: a way begins in one of the first two states.
Tensor probability(const Tensor& p, const Labels& target, int blank) {
  const Tensor first = select(exercise::beta(p, target, blank), 0, 0), said = select(p, 0, 0);
  const Tensor blanks = select(first, 0, 0) * select(said, 0, blank);
  return target.empty() ? blanks : blanks + select(first, 0, 1) * select(said, 0, target[0]);
}

// The same by the definition: the sum over all paths that say the target.
double by_listing(const Tensor& p, const Labels& target, int blank) {
  const int frames = p.dim(0), classes = p.dim(1);
  Labels path(static_cast<std::size_t>(frames), 0);
  for (double total = 0;;) {
    double product = 1;
    for (int t = 0; t < frames; ++t) product *= p.at({t, path[static_cast<std::size_t>(t)]});
    if (decode::collapse(path, blank) == target) total += product;
    std::size_t t = 0;
    while (t < path.size() && ++path[t] == classes) path[t++] = 0;
    if (t == path.size()) return total;
  }
}

// From how many states at the last frame a way may end, for each state at the frame before. All classes are equally likely.
Tensor ways_on(const Labels& target) {
  return 3 * select(exercise::beta(full({2, 3}, 1. / 3), target, 0), 0, 0);
}

}  // namespace

TEST_CASE("two frames, by hand") {
  const Tensor found = exercise::beta(tensor({{0.6, 0.4}, {0.3, 0.7}}), {1}, 0);
  REQUIRE(fmt::format("{}", found.shape()) == "[2, 3]");
  const Tensor last = select(found, 0, 1);
  CHECK_MESSAGE(!near(last, tensor({0, 0.7, 0.3})),
                "p of the last frame is in beta: alpha holds it already, so alpha * beta counts it twice");
  CHECK_MESSAGE(
      !near(last, tensor({0, 0, 1})),
      "a way ends only in the last blank; nothing need follow the last label, so it may end there too");
  CHECK_MESSAGE(
      !near(last, tensor({0, 1, 0})),
      "a way ends only in the last label; blanks may follow it, so it may end in the last blank too");
  {
    INFO(
        "at the last frame nothing is left to be said, and the probability of that is 1 where a way may end");
    CHECK(near(last, tensor({0, 1, 1})));
  }
  INFO(
      "at the frame before: what is said next, 0.3 for a blank and 0.7 for the label, at each state where a way may go");
  CHECK(near(select(found, 0, 0), tensor({0.7, 1, 0.3})));
}

TEST_CASE("where a way may go") {
  {
    INFO(
        "_ 1 _ 2 _: from 1 to 2 the blank may be left out, since skip is 1 at 2, the state where the way *arrives*; at 1, "
        "where it comes from, skip is 0. Multiply by skip first and move the row then");
    CHECK(near(ways_on({1, 2}), tensor({0, 1, 1, 2, 1})));
  }
  {
    INFO("_ 1 _ 1 _: from 1 to 1 no way leaves out the blank: they would be merged");
    CHECK(near(ways_on({1, 1}), tensor({0, 0, 1, 2, 1})));
  }
  INFO("_ 1 _ 2 _ 2 _: from 2 to 2 no way leaves out the blank, though skip is 1 at the first 2");
  CHECK(near(ways_on({1, 2, 2}), tensor({0, 0, 0, 0, 1, 2, 1})));
}

TEST_CASE("nothing said: only blanks") {
  INFO("of one state, the last two are this one");
  CHECK(near(exercise::beta(tensor({{0.6, 0.4}, {0.3, 0.7}}), {}, 0), tensor({{0.3}, {1}})));
}

TEST_CASE("the same at every frame") {
  const Tensor p = random_frames(5, 3);
  for (const int blank : {0, 2})
    for (Labels target : {Labels{}, {1}, {1, 1}, {1, 0}, {1, 0, 0}, {1, 0, 1}}) {
      for (int& label : target)
        if (blank == 0 && label == 0) label = 2;
      INFO("target [" << fmt::format("{}", fmt::join(target, " ")) << "], blank " << blank << ", 5 frames");
      INFO("each path is in one state at frame t: sum_s alpha beta is the sum over all paths, whatever t is");
      CHECK(near(sum(alpha(p, target, blank) * exercise::beta(p, target, blank), 1),
                 full({5}, by_listing(p, target, blank))));
    }
}

TEST_CASE("the posterior is CTC's gradient") {
  const Tensor p = random_frames(6, 3), log_p = log(p).detach().requires_grad(true);
  const Labels target = {1, 2, 2}, states = states_of(target, 0);
  const Tensor paths = alpha(p, target, 0) * exercise::beta(p, target, 0);  // [T,S]
  const Tensor posterior = paths / sum(paths, 1, keepdim);
  const Tensor by_class = matmul(posterior, one_hot(Indices({7}, states), 3));  // [T,C]
  INFO("dL / d ln p[t][k] is minus the posterior of the states of class k, added up");
  CHECK(near(-by_class, grad(ctc_loss_from_log_probs(reshape(log_p, {1, 6, 3}), {target}, 0), {log_p})[0]));
}

TEST_CASE("gradients") {
  const auto f = [](Inputs in) { return probability(in[0], {1, 2}, 0); };
  INFO("keep everything that is made from p a Tensor: plain numbers have no gradient");
  CHECK(gradients_right(f, {random_frames(4, 3)}));
}
