#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

using Labels = std::vector<int>;

// P(text) by the definition: the sum over all paths that say the text.
double by_listing(const Tensor& scores, const Labels& text, int blank) {
  const Tensor p = softmax(scores);
  const int frames = p.dim(0), classes = p.dim(1);
  Labels path(static_cast<std::size_t>(frames), 0);
  for (double total = 0;;) {
    double product = 1;
    for (int t = 0; t < frames; ++t) product *= p.at({t, path[static_cast<std::size_t>(t)]});
    if (decode::collapse(path, blank) == text) total += product;
    std::size_t t = 0;
    while (t < path.size() && ++path[t] == classes) path[t++] = 0;
    if (t == path.size()) return total;
  }
}

double loss(const Tensor& scores, const Labels& text, int blank) {
  return exercise::heard(scores, scores.dim(0), text, blank).loss;
}

Tensor random_scores(int frames, int classes) {
  manual_seed(3);
  return 2 * randn({frames, classes});
}

// Scores whose likeliest classes are these.
Tensor scores_of(const Labels& path, int classes) { return 3 * one_hot(indices(path), classes); }

bool says(const Labels& path, int blank, const Labels& needed) {
  const Tensor scores = scores_of(path, 4);
  return exercise::heard(scores, scores.dim(0), {}, blank).said == needed;
}

}  // namespace

TEST_CASE("two frames, by hand") {
  // The paths _a, a_ and aa say "a": .6 .7 + .4 .3 + .4 .7
  const Tensor scores = log(tensor({{0.6, 0.4}, {0.3, 0.7}})) + tensor({{5}, {-3}});
  const double found = loss(scores, {1}, 0);
  CHECK_MESSAGE(!near(found, 0.82), "this is P(text): the loss is -ln of it");
  CHECK_MESSAGE(!near(found, -std::log(0.42)),
                "only ways that end in the last label count: they may end in the last blank too");
  CHECK_MESSAGE(!near(found, -std::log(0.12)),
                "only ways that end in the last blank count: they may end in the label too");
  CHECK(near(found, -std::log(0.82)));
  INFO("an empty text is said by blanks alone");
  CHECK(near(loss(scores, {}, 0), -std::log(0.6 * 0.3)));
}

TEST_CASE("equal to the list of all paths") {
  const Tensor scores = random_scores(5, 3);
  {
    INFO("between different labels the blank may be left out");
    CHECK(near(loss(scores, {1, 2}, 0), -std::log(by_listing(scores, {1, 2}, 0))));
  }
  {
    INFO("between equal labels the blank may not be left out: they would be merged");
    CHECK(near(loss(scores, {1, 1}, 0), -std::log(by_listing(scores, {1, 1}, 0))));
  }
  for (const int blank : {0, 1, 2})
    for (const Labels& text : {Labels{}, Labels{0}, Labels{2, 0}, Labels{2, 2, 1}, Labels{0, 1, 0}}) {
      if (std::count(text.begin(), text.end(), blank)) continue;
      INFO("text [" << fmt::format("{}", fmt::join(text, " ")) << "], blank " << blank);
      CHECK(near(loss(scores, text, blank), -std::log(by_listing(scores, text, blank))));
    }
}

TEST_CASE("the gradient") {
  const Tensor scores = random_scores(4, 3);
  for (const Labels& text : {Labels{1, 2}, Labels{1, 1}, Labels{}}) {
    std::vector<Real> slopes;
    for (int i = 0; i < 12; ++i) {
      const Tensor there = reshape(one_hot(indices(std::vector<int>{i}), 12), {4, 3}) * 1e-4;
      slopes.push_back(
          (std::log(by_listing(scores - there, text, 0)) - std::log(by_listing(scores + there, text, 0))) /
          2e-4);
    }
    const Tensor needed({4, 3}, slopes), found = exercise::heard(scores, 4, text, 0).gradient,
                                         p = softmax(scores);
    const double tolerance = 1e-6;
    CHECK_MESSAGE(
        !near(found, needed - p, tolerance),
        "this is the gradient of log-probabilities, minus the posterior: the softmax lies between them and "
        "the scores, and adds its own output");
    CHECK_MESSAGE(
        !near(found, (needed - p) / p, tolerance),
        "this is the gradient of probabilities: the loss is differentiated with respect to the scores");
    CHECK_MESSAGE(!near(found, -needed, tolerance), "the sign: the gradient points to where the loss grows");
    CHECK(near(found, needed, tolerance));
  }
}

TEST_CASE("padding") {
  const Tensor real = random_scores(4, 3), scores = pad(real, 0, 0, 2, std::nan(""));
  const exercise::Heard found = exercise::heard(scores, 4, {1, 2}, 0),
                        needed = exercise::heard(real, 4, {1, 2}, 0);
  const Tensor likely = pad(real, 0, 0, 2);
  CHECK_MESSAGE(!near(exercise::heard(likely, 4, {1, 2}, 0).loss, loss(likely, {1, 2}, 0)),
                "the frames after `length` were read: nothing is said there");
  INFO("padding that is not a number changes nothing");
  CHECK(near(found.loss, needed.loss));
  INFO("[T,C], and 0 at padding");
  CHECK(near(found.gradient, pad(needed.gradient, 0, 0, 2)));
}

TEST_CASE("a text that cannot be said") {
  const Tensor scores = random_scores(2, 3);
  const exercise::Heard merged = exercise::heard(scores, 2, {1, 1}, 0);
  {
    INFO("two equal labels need three frames: no path says them in two");
    CHECK(near(merged.loss, HUGE_VAL));
  }
  CHECK_MESSAGE(near(merged.gradient, zeros({2, 3})),
                "infinity minus infinity is not a number: if the loss is infinite the gradient is 0");
  CHECK(near(exercise::heard(scores, 2, {1, 2, 1}, 0).loss, HUGE_VAL));
}

TEST_CASE("a thousand frames") {
  const Tensor scores = random_scores(1000, 5).requires_grad(true);
  Labels text;
  for (int i = 0; i < 100; ++i) text.push_back(i * i % 4 + (i % 3 == 0));  // 0 to 2, with repetitions
  const Tensor needed = ctc_loss(reshape(scores, {1, 1000, 5}), {text}, 4);
  const exercise::Heard found = exercise::heard(scores.detach(), 1000, text, 4);
  const bool finite = std::isfinite(found.loss);
  CHECK_MESSAGE(finite, "probabilities of whole paths have become 0: calculate with their logarithms");
  CHECK(near(found.loss, needed.item()));
  CHECK(near(found.gradient, grad(needed, {scores})[0], 1e-8));
}

TEST_CASE("what is said") {
  const bool merged_last = says({1, 1, 0, 1, 2}, 0, {1, 2}),
             nothing_merged = says({1, 1, 0, 1, 2}, 0, {1, 1, 1, 2});
  CHECK_MESSAGE(!merged_last,
                "blanks went first and repetitions after: the blank between two equal labels keeps both");
  CHECK_MESSAGE(!nothing_merged, "a label that lasts several frames is said once");
  const bool first = says({1, 1, 0, 1, 2}, 0, {1, 1, 2}),
             other_blank = says({0, 0, 3, 3, 0, 1, 1}, 3, {0, 0, 1}), silence = says({2, 2, 2}, 2, {});
  CHECK(first);
  CHECK(other_blank);
  CHECK(silence);
  const Tensor padded = scores_of({1, 0, 2, 2}, 3);
  const bool cut = exercise::heard(padded, 2, {1}, 0).said == Labels{1};
  INFO("the frames after `length` say nothing");
  CHECK(cut);
}

TEST_CASE("it teaches a text") {
  const Labels text = {2, 1, 1, 3};
  Tensor scores = random_scores(12, 4);
  for (int step = 0; step < 200; ++step) scores = scores - exercise::heard(scores, 12, text, 0).gradient;
  const exercise::Heard found = exercise::heard(scores, 12, text, 0);
  const bool learned = found.said == text;
  INFO("200 steps against the gradient, and the scores say [" << fmt::format("{}", fmt::join(found.said, " "))
                                                              << "]");
  CHECK(learned);
  CHECK(found.loss < 0.1);
}
