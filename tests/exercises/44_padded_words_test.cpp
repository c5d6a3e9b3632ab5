#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

bool same(const Indices& got, const Indices& needed) {
  return fmt::format("{}", got) == fmt::format("{}", needed);
}

exercise::Batch two_words() { return {{{1, 5, 6, 7}, {1, 8, 0, 0}}, {{5, 6, 7, 2}, {8, 2, 0, 0}}, {4, 2}}; }

// Scores whose softmax gives the id that must be said the probability p[b][t], and each of the 9 others the
// same share of the rest; or, where `wrong`, the id after it.
Tensor scores_of(const std::vector<std::vector<double>>& p, const Indices& says) {
  std::vector<Real> values;
  for (std::size_t item = 0; item < p.size(); ++item)
    for (std::size_t t = 0; t < p[item].size(); ++t)
      for (int id = 0; id < 10; ++id) {
        const bool right = id == says.at({static_cast<int>(item), static_cast<int>(t)});
        values.push_back(std::log(right ? p[item][t] : (1 - p[item][t]) / 9));
      }
  return Tensor({static_cast<int>(p.size()), static_cast<int>(p[0].size()), 10}, values);
}

}  // namespace

TEST_CASE("words, marks and padding") {
  const exercise::Batch batch = exercise::batch_of({{5, 6, 7}, {8}});
  const bool no_end = same(batch.says, {{5, 6, 7}, {8, 0, 0}}),
             in_front = same(batch.says, {{5, 6, 7, 2}, {0, 0, 8, 2}}),
             end_last = same(batch.says, {{5, 6, 7, 2}, {8, 0, 0, 2}});
  CHECK_MESSAGE(!no_end, "nobody says where a word ends: end_id stands behind its letters");
  CHECK_MESSAGE(!in_front, "the padding stands in front: it goes after the end");
  CHECK_MESSAGE(!end_last, "the end mark stands in the last column: it follows the word's own last letter");
  const bool right = same(batch.says, two_words().says);
  CHECK(right);
  const bool unshifted = same(batch.reads, batch.says),
             end_read = same(batch.reads, {{1, 5, 6, 7}, {1, 8, 2, 0}});
  CHECK_MESSAGE(!unshifted, "the decoder reads what it must say at the same step: it would learn to copy");
  CHECK_MESSAGE(!end_read, "the decoder reads an end mark: after it nothing is said, so nothing is read");
  const bool reads_right = same(batch.reads, two_words().reads);
  CHECK(reads_right);
  const bool without_marks = batch.lengths == std::vector<int>{3, 1};
  CHECK_MESSAGE(!without_marks, "the lengths leave out the end mark: it must be learned as well");
  const bool lengths_right = batch.lengths == std::vector<int>{4, 2};
  CHECK(lengths_right);
  const exercise::Batch empty = exercise::batch_of({{}, {4}});
  const bool empty_right = same(empty.says, {{2, 0}, {4, 2}}) && same(empty.reads, {{1, 0}, {1, 4}});
  INFO("an empty word is an end mark");
  CHECK(empty_right);
}

TEST_CASE("the state at each item's end") {
  manual_seed(1);
  const nn::LSTMCell cell(2, 3);
  const Tensor x = randn({3, 4, 2});
  const std::vector<int> lengths = {4, 2, 1};
  const Tensor found = exercise::last_state(cell, x, lengths);
  // Each item alone, without padding.
  const auto alone = [&](int item, int steps) {
    nn::LSTMState state = cell.zero_state(1);
    for (int t = 0; t < steps; ++t) state = cell(select(slice(x, 0, item, item + 1), 1, t), state);
    return state.h;
  };
  CHECK_MESSAGE(!near(found, concat({alone(0, 4), alone(1, 4), alone(2, 4)}, 0)),
                "the padding was read: a mask on the loss does not keep it out of the state");
  CHECK_MESSAGE(!near(slice(found, 0, 1, 3), zeros({2, 3})),
                "the state after the end was set to 0: it must stay as it was");
  CHECK_MESSAGE(!near(slice(found, 0, 1, 2), alone(1, 1)),
                "one step too few was read: the last real one counts");
  CHECK(near(found, concat({alone(0, 4), alone(1, 2), alone(2, 1)}, 0)));
}

TEST_CASE("padding that is not a number, before the state") {
  manual_seed(2);
  const nn::LSTMCell cell(2, 3);
  const Tensor real = randn({2, 3, 2});
  const Tensor x = where(reshape(sequence_mask({3, 1}, 3), {2, 3, 1}), real, std::nan(""));
  const Tensor found = exercise::last_state(cell, x, {3, 1}),
               needed = exercise::last_state(cell, real, {3, 1});
  INFO("a product with 0 does not stop a NaN");
  CHECK(near(found, needed));
  const auto slope = [&](const Tensor& state) { return grad(sum(state * state), {cell.weight_x})[0]; };
  CHECK_MESSAGE(
      near(slope(found), slope(needed)),
      "the gradient of the weights is not that of clean padding: replace padded inputs before the cell "
      "reads them");
  CHECK(gradients_right([&](Inputs in) { return exercise::last_state(cell, in[0], {3, 1}); }, {real}));
}

TEST_CASE("the loss") {
  const exercise::Batch batch = two_words();
  const std::vector<std::vector<double>> p = {{0.5, 0.25, 0.5, 0.5}, {0.125, 0.5, 0.9, 0.01}};
  const auto ln2 = [](double bits) { return bits * std::log(2); };
  const Tensor scores = scores_of(p, batch.says);
  const Tensor found = exercise::judged(scores, batch).loss;
  const double padding = -std::log(0.9) - std::log(0.01);  // what the padded places would cost
  CHECK_MESSAGE(!near(found, (ln2(9) + padding) / 8),
                "padded places count as if pad_id had to be said there");
  CHECK_MESSAGE(!near(found, ln2(9) / 8),
                "divided by all places: the mean of the 6 real ones does not depend on padding");
  CHECK_MESSAGE(!near(found, (ln2(5. / 4) + ln2(4. / 2)) / 2),
                "the mean of the words' means: a place of a short word counts more than one of a long one");
  CHECK_MESSAGE(!near(found, ln2(7) / 4), "the end marks are left out: they must be learned as well");
  CHECK_MESSAGE(!near(found, ln2(9)), "the mean over the real places, not the sum");
  CHECK(near(found, ln2(9. / 6)));
  CHECK(fmt::format("{}", found.shape()) == "[]");

  exercise::Batch wide = {{{1, 5, 6, 7, 0}, {1, 8, 0, 0, 0}}, {{5, 6, 7, 2, 0}, {8, 2, 0, 0, 0}}, {4, 2}};
  const Tensor mask = reshape(sequence_mask({4, 2}, 5), {2, 5, 1});
  const Tensor spoilt = where(mask, pad(scores, 1, 0, 1), std::nan("")).requires_grad(true);
  const Tensor wider = exercise::judged(spoilt, wide).loss;
  INFO("wider, and NaN at padded places: nothing changes");
  CHECK(near(wider, found));
  const bool is_number = std::isfinite(sum(grad(wider, {spoilt})[0]).item());
  CHECK_MESSAGE(is_number, "the gradient is not a number: replace padded scores before any arithmetic");
}

TEST_CASE("the shares that are right") {
  const exercise::Batch batch = two_words();
  const auto judged = [&](const std::vector<std::vector<double>>& p) {
    return exercise::judged(scores_of(p, batch.says), batch);
  };
  // Right everywhere, but at padding.
  const exercise::Score padding_wrong = judged({{0.5, 0.5, 0.5, 0.5}, {0.5, 0.5, 0.01, 0.01}});
  CHECK_MESSAGE(near(padding_wrong.places, 1), "what is said at padded places does not matter");
  CHECK_MESSAGE(near(padding_wrong.words, 1), "a word is right if its real places are");
  // The end mark of the second word is wrong, and all padding is right.
  const exercise::Score end_wrong = judged({{0.5, 0.5, 0.5, 0.5}, {0.5, 0.01, 0.9, 0.9}});
  CHECK_MESSAGE(!near(end_wrong.places, 7 / 8.), "padded places count as right: of the 6 real ones 5 are");
  CHECK(near(end_wrong.places, 5 / 6.));
  CHECK_MESSAGE(!near(end_wrong.words, 1), "a word whose end is not said goes on: it is not right");
  CHECK(near(end_wrong.words, 0.5));
  const exercise::Score both_wrong = judged({{0.5, 0.5, 0.01, 0.5}, {0.01, 0.5, 0.9, 0.9}});
  CHECK(near(both_wrong.places, 4 / 6.));
  CHECK(near(both_wrong.words, 0));
}

TEST_CASE("gradients of the loss") {
  manual_seed(3);
  const exercise::Batch batch = two_words();
  CHECK(gradients_right([&](Inputs in) { return exercise::judged(in[0], batch).loss; }, {randn({2, 4, 10})}));
}
