#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

using Labels = std::vector<int>;

Tensor random_frames(int frames, int classes) {
  manual_seed(2);
  return softmax(randn({frames, classes}));
}

// P(text): a way ends in one of the last two states.
Tensor probability(const Tensor& alpha) {
  const Tensor last = select(alpha, 0, -1);
  return sum(slice(last, 0, std::max(0, last.dim(0) - 2), last.dim(0)));
}

// The same by the definition: the sum over all paths that say the text.
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

}  // namespace

TEST_CASE("two frames, by hand") {
  const Tensor p = tensor({{0.6, 0.4}, {0.3, 0.7}});
  const Tensor found = exercise::alpha(p, {1}, 0);
  REQUIRE(fmt::format("{}", found.shape()) == "[2, 3]");
  {
    INFO("a way begins in the first blank or in the first label, nowhere else");
    CHECK(near(select(found, 0, 0), tensor({0.6, 0.4, 0})));
  }
  INFO("what is said at frame t belongs to alpha[t]: multiply by p[t], also when staying where one is");
  CHECK(near(select(found, 0, 1), tensor({0.18, 0.7, 0.12})));
}

TEST_CASE("the blank between two labels") {
  const Tensor p = full({3, 3}, 1. / 3);
  {
    INFO("different labels: the blank between them may be left out, so 1 2 is said in 5 ways by 3 frames");
    CHECK(near(probability(exercise::alpha(p, {1, 2}, 0)), tensor(5. / 27)));
  }
  INFO("equal labels: without the blank between them they would be merged, so 1 1 is said only by 1 _ 1");
  CHECK(near(probability(exercise::alpha(p, {1, 1}, 0)), tensor(1. / 27)));
}

TEST_CASE("nothing said: only blanks") {
  CHECK(near(exercise::alpha(tensor({{0.6, 0.4}, {0.3, 0.7}}), {}, 0), tensor({{0.6}, {0.18}})));
}

TEST_CASE("against the list of all paths") {
  const Tensor p = random_frames(5, 3);
  for (const int blank : {0, 2})
    for (Labels target : {Labels{}, {1}, {1, 1}, {1, 0}, {1, 0, 1}}) {
      for (int& label : target)
        if (blank == 0 && label == 0) label = 2;
      INFO("target [" << fmt::format("{}", fmt::join(target, " ")) << "], blank " << blank << ", 5 frames");
      CHECK(near(probability(exercise::alpha(p, target, blank)), tensor(by_listing(p, target, blank))));
    }
}

TEST_CASE("gradients") {
  const Tensor p = random_frames(4, 3);
  const auto f = [](Inputs in) { return probability(exercise::alpha(in[0], {1, 2}, 0)); };
  INFO("keep everything that is made from p a Tensor: plain numbers have no gradient");
  CHECK(gradients_right(f, {p}));
  const Tensor scores = log(p).clone().detach().requires_grad(true);
  const Tensor loss = -log(probability(exercise::alpha(softmax(scores), {1, 2}, 0)));
  INFO("-ln P is the CTC loss, and its gradient the one of tg::ctc_loss");
  const Tensor reference = ctc_loss(reshape(scores, {1, 4, 3}), {{1, 2}}, 0);
  CHECK(near(loss.item(), reference.item()));
  CHECK(near(grad(loss, {scores})[0], grad(reference, {scores})[0]));
}
