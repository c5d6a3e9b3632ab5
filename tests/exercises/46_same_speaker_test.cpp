#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

// Rows with the softmax (1/2, 1/2), (1/4, 3/4) and (3/4, 1/4), each with a constant of its own.
const double ln3 = std::log(3);
Tensor even() { return tensor({{7, 7}}); }
Tensor right() { return tensor({{0, ln3}}); }
Tensor left() { return tensor({{ln3 - 5, -5}}); }

// Of even and right: (1/2 - 1/4) (ln 1/2 - ln 1/4) + (1/2 - 3/4) (ln 1/2 - ln 3/4) = ln(3) / 4. Of left and
// right: 2 (1/2 ln 3) = ln 3.
const double near_pair = ln3 / 4, far_pair = ln3;

// Four pairs with the distances 0, ln(3) / 4, ln 3 and ln 3.
Tensor four_a() { return concat({even(), even(), left(), right()}, 0); }
Tensor four_b() { return concat({even(), right(), right(), left()}, 0); }
Tensor four_labels() { return tensor({1, 0, 1, 0}); }

double loss(const Tensor& same, double margin) {
  return exercise::pair_loss(four_a(), four_b(), same, margin).item();
}

// Recordings: where the speaker is, in 3 coordinates, and in 3 others a noise that is louder.
struct Pairs {
  Tensor a, b, same;
  explicit Pairs(int count) {
    const Tensor one = randn({count, 3}), other = randn({count, 3});
    same = reshape(uniform({count}, 0, 1) > 0.5, {count, 1});
    const auto recording = [&](const Tensor& speaker) {
      return concat({speaker + 0.2 * randn({count, 3}), 3 * randn({count, 3})}, 1);
    };
    a = recording(one), b = recording(where(same, one, other));
  }
};

}  // namespace

TEST_CASE("the distance") {
  const Tensor found = exercise::distance(four_a(), four_b());
  {
    INFO("one number for each pair, [B]");
    REQUIRE(fmt::format("{}", found.shape()) == "[4]");
  }
  const double one_way = select(found, 0, 1).item();
  CHECK_MESSAGE(!near(one_way, std::log(2) - ln3 / 2),
                "one direction only, KL(p || q). Who comes first must not matter: add KL(q || p)");
  CHECK_MESSAGE(!near(one_way, std::log(2) * -1 + 0.75 * ln3),
                "one direction only, KL(q || p). Who comes first must not matter: add KL(p || q)");
  CHECK_MESSAGE(!near(one_way, near_pair / 2), "both directions are added up; this is their mean");
  CHECK(near(found, tensor({0, near_pair, far_pair, far_pair})));
}

TEST_CASE("scores that are 1000 apart") {
  const Tensor a = tensor({{1000, 0}}).requires_grad(true), b = tensor({{0, 1000}});
  const Tensor found = exercise::distance(a, b);
  const bool finite = std::isfinite(sum(found).item());
  CHECK_MESSAGE(
      finite, "a probability has become 0, and its logarithm infinite: take the logarithms from the scores");
  CHECK_MESSAGE(
      near(found, tensor({2000})),
      "a clip holds the distance back, and behind a clip there is no gradient: log_softmax needs none");
  CHECK(near(grad(sum(found), {a})[0], tensor({{1, -1}})));
}

TEST_CASE("the loss") {
  const double needed = (0 + (2 - near_pair) + far_pair + (2 - far_pair)) / 4;
  CHECK_MESSAGE(
      !near(loss(four_labels(), 2), (2 + near_pair + (2 - far_pair) + far_pair) / 4),
      "1 and 0 are exchanged: pairs of one speaker have the label 1, and their distance should shrink");
  CHECK_MESSAGE(!near(loss(four_labels(), 2), 4 * needed), "the mean over the pairs, not the sum");
  CHECK(near(loss(four_labels(), 2), needed));
  const Tensor column = reshape(four_labels(), {4, 1});
  const double mean_distance = (near_pair + 2 * far_pair) / 4;
  CHECK_MESSAGE(
      !near(loss(column, 2), (mean_distance + 2 - mean_distance) / 2),
      "labels [B,1] have met distances [B], so each label was put beside every distance, and the loss "
      "knows no longer who is who: bring both to one shape");
  CHECK(near(loss(column, 2), needed));
  INFO("one number, of shape []");
  CHECK(fmt::format("{}", exercise::pair_loss(four_a(), four_b(), column, 2).shape()) == "[]");
}

TEST_CASE("the hinge") {
  // With a margin of 1/2 the pair at ln 3 is far enough, and that at ln(3) / 4 is not.
  const double needed = (0 + (0.5 - near_pair) + far_pair + 0) / 4;
  const double found = loss(four_labels(), 0.5);
  CHECK_MESSAGE(!near(found, (0.5 - near_pair + far_pair + 0.5 - far_pair) / 4),
                "without max(0, ..) a pair that is far enough earns something, and is pushed away for ever");
  CHECK_MESSAGE(
      !near(found, far_pair / 4),
      "the mean came before the hinge: close pairs of two speakers hide behind far ones. Each has its own");
  CHECK_MESSAGE(
      !near(found, far_pair / 4 + std::max(0., 0.5 - (near_pair + far_pair) / 2) / 2),
      "the mean came before the hinge: close pairs of two speakers hide behind far ones. Each has its own");
  CHECK(near(found, needed));
}

TEST_CASE("gradients") {
  manual_seed(1);
  const Tensor same = tensor({{1}, {0}, {0}});
  const auto f = [&](Inputs in) { return exercise::pair_loss(in[0], in[1], same, 2); };
  CHECK(gradients_right(f, {randn({3, 4}), randn({3, 4})}));
}

TEST_CASE("errors") {
  // Of one speaker: 1, 2 and 9. Of two: 3 and seven times 8.
  const Tensor d = tensor({1, 3, 2, 8, 8, 8, 9, 8, 8, 8, 8}),
               same = tensor({1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0});
  const double found = exercise::errors(d, same, 4);
  CHECK_MESSAGE(
      !near(found, 2 / 11.),
      "counted over all pairs. Most pairs are of two speakers, and saying so of all would look good: take "
      "the "
      "share of each kind, and their mean");
  CHECK_MESSAGE(!near(found, 1 - (1 / 3. + 1 / 8.) / 2), "this is the share that is right");
  CHECK(near(found, (1 / 3. + 1 / 8.) / 2));
  INFO("at the threshold counts as one speaker");
  CHECK(near(exercise::errors(d, same, 8), (1 / 3. + 1) / 2));
  CHECK(near(exercise::errors(d, same, 9), 0.5));
  CHECK(near(exercise::errors(d, reshape(same, {11, 1}), 4), (1 / 3. + 1 / 8.) / 2));
}

TEST_CASE("the best threshold") {
  const auto found = [](const Tensor& d, const Tensor& same) { return exercise::best_threshold(d, same); };
  CHECK_MESSAGE(
      !near(found(tensor({5, 1, 2, 7}), tensor({0, 1, 1, 0})), 2),
      "halfway to the next distance: at 2 itself, a pair of one speaker that is only just farther is "
      "rejected");
  CHECK(near(found(tensor({5, 1, 2, 7}), tensor({0, 1, 1, 0})), 3.5));
  INFO(
      "1 and 3 of one speaker, 2 and 4 of two: 1.5, 2.5 and 3.5 misjudge 1 or 2 of 4. The lowest of the "
      "best is 1.5");
  CHECK(near(found(tensor({1, 2, 3, 4}), tensor({1, 0, 1, 0})), 1.5));
  INFO("distances that are equal are on one side, and their order in the list does not matter");
  CHECK(near(found(tensor({2, 2, 2, 6}), tensor({{1}, {0}, {1}, {0}})), 4));
  CHECK(near(found(tensor({9, 0, 3, 3}), tensor({0, 1, 0, 1})), 1.5));
}

TEST_CASE("it learns who is who") {
  manual_seed(2);
  const nn::Dense hidden(6, 16), readout(16, 8);
  const auto embedded = [&](const Tensor& x) { return readout(tanh(hidden(x))); };
  const Pairs validation(400), test(400);
  const auto misjudged = [&] {
    const NoGrad off;
    const auto distances = [&](const Pairs& pairs) {
      return exercise::distance(embedded(pairs.a), embedded(pairs.b));
    };
    return exercise::errors(distances(test), test.same,
                            exercise::best_threshold(distances(validation), validation.same));
  };
  const double before = misjudged();
  optim::Adam adam({{"hidden", hidden}, {"readout", readout}}, {.lr = 0.02});
  for (int step = 0; step < 300; ++step) {
    const Pairs batch(64);
    adam.zero_grad();
    exercise::pair_loss(embedded(batch.a), embedded(batch.b), batch.same, 2).backward();
    adam.step();
  }
  INFO("before training " << before << " of new pairs are misjudged: the noise is louder than the speakers");
  CHECK(misjudged() < before / 2);
}
