#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

const int blank = 0, classes = 4, count = 27;  // each of the 9 pairs of letters three times

// What a trained network says of recordings of which we know when what is said.
struct Experiment {
  Tensor scores;  // [B,T,C]
  std::vector<int> lengths;
  std::vector<std::vector<int>> texts;
  double letter = 0,
         silence = 0;  // for how many frames a letter lasts, in the mean; and the share of silent frames
};

Experiment made() {
  manual_seed(1);
  RandomStream& random = random_stream();
  Experiment all;
  std::vector<std::vector<int>> heard(count);  // of each recording a class for each frame
  double spoken = 0, silent = 0;
  std::size_t steps = 0;
  for (std::vector<int>& frames : heard) {
    const auto last = [&](int what, int duration) {
      frames.insert(frames.end(), static_cast<std::size_t>(duration), what);
      (what == blank ? silent : spoken) += duration;
    };
    const int pair = static_cast<int>(all.texts.size()) % 9;
    const std::vector<int> text = {1 + pair / 3, 1 + pair % 3};
    last(blank, 2 + random.below(3));
    for (const int letter : text) {
      last(letter, 5 + random.below(3));
      last(blank, 2 + random.below(3));
    }
    all.texts.push_back(text);
    all.lengths.push_back(static_cast<int>(frames.size()));
    steps = std::max(steps, frames.size());
  }
  all.letter = spoken / (2 * count);
  all.silence = silent / (spoken + silent);

  std::vector<Real> values;  // of each frame: 1 at what is heard, and noise
  for (std::vector<int>& frames : heard) {
    frames.resize(steps, blank);
    for (const int what : frames)
      for (int feature = 0; feature < classes; ++feature)
        values.push_back((feature == what) + 0.1 * random.normal());
  }
  const Tensor x({count, static_cast<int>(steps), classes}, values);
  const nn::Dense dense(classes, classes);
  dense.weight.assign(zeros({classes, classes}));  // no class is ahead by luck
  optim::Adam adam(dense.parameters(), {.lr = 0.1});
  for (int step = 0; step < 100; ++step) {
    adam.zero_grad();
    ctc_loss(dense(x), all.texts, blank, {.lengths = all.lengths}).backward();
    adam.step();
  }
  const NoGrad off;
  all.scores = dense(x);
  return all;
}

const Experiment& trained() {
  static const Experiment all = made();
  return all;
}

// The share of real frames whose likeliest class is the blank.
double blank_share(const Tensor& scores, const std::vector<int>& lengths) {
  const Indices best = argmax(scores, -1);
  double blanks = 0, frames = 0;
  for (int item = 0; item < scores.dim(0); ++item)
    for (int t = 0; t < lengths[static_cast<std::size_t>(item)]; ++t)
      ++frames, blanks += best.at({item, t}) == blank;
  return blanks / frames;
}

// For how many frames a letter lasts, in the mean, on the likeliest path that says the text.
double frames_of_a_letter(const Experiment& all, const Tensor& scores) {
  double frames = 0;
  for (const decode::Alignment& item : decode::align(scores, all.texts, blank, {.lengths = all.lengths}))
    for (const decode::Span& span : item.spans) frames += span.stop - span.start;
  return frames / (2 * count);
}

// How many texts greedy decoding reads.
int read_rightly(const Experiment& all, const Tensor& scores) {
  const std::vector<std::vector<int>> said = decode::greedy(scores, blank, {.lengths = all.lengths});
  int right = 0;
  for (std::size_t item = 0; item < said.size(); ++item) right += said[item] == all.texts[item];
  return right;
}

// softmax(scores) / prior^weight, each frame divided by its sum; as logarithms.
Tensor divided(const Tensor& scores, const Tensor& prior, double weight) {
  return log_softmax(log_softmax(scores) - weight * log(prior));
}

// The mean of the probabilities of real frames, [C].
Tensor prior_of(const Tensor& scores, const std::vector<int>& lengths) {
  std::vector<Tensor> real;
  for (int item = 0; item < scores.dim(0); ++item)
    real.push_back(slice(softmax(select(scores, 0, item)), 0, 0, lengths[static_cast<std::size_t>(item)]));
  return mean(concat(real, 0), 0);
}

}  // namespace

TEST_CASE("the prediction") {
  const double prediction = exercise::predicted_blank_share();
  const Experiment& all = trained();
  const Tensor prior = prior_of(all.scores, all.lengths);
  const double before = blank_share(all.scores, all.lengths);
  const double after = blank_share(divided(all.scores, prior, 1), all.lengths);
  {
    INFO("what the exercise says of the experiment");
    REQUIRE(before > 0.95);
    REQUIRE(near(prior, tensor({0.88, 0.04, 0.04, 0.04}), 0.01));
    REQUIRE(frames_of_a_letter(all, all.scores) < 1.1);
  }
  INFO("you predict " << prediction << "; before the division it is " << before);
  CHECK_MESSAGE(
      prediction < 0.8,
      "too much. You may think that a prior, the same for all frames, cannot change what is likeliest in a frame. "
      "It does where a class leads only because it leads everywhere: .3 for a letter is 7 times that letter's mean, "
      "and .7 for the blank is less than the blank's");
  CHECK_MESSAGE(
      prediction > 0.1,
      "too little. You may think that the blank, divided by so much, vanishes. In silence the blank has more than its "
      "mean, and each letter far less than its own");
  CHECK_MESSAGE(
      !near(prediction, 1. / classes, 0.05),
      "you may think that after the division all classes are said equally often, one frame in four each. What "
      "becomes 1 is the mean of each class; what is likeliest in a frame is decided by what is heard there");
  const bool close = std::abs(prediction - after) <= 0.05;
  CHECK_MESSAGE(
      close,
      "ask of one frame of silence, and of one of a letter, which class is furthest above its own mean. Then count "
      "the frames of both");
}

TEST_CASE("one recording, by hand") {
  const Tensor p = tensor({{{0.7, 0.2, 0.1}, {0.6, 0.3, 0.1}, {0.3, 0.6, 0.1}, {0.8, 0.1, 0.1}}});
  const Tensor prior = tensor({0.6, 0.3, 0.1});
  const Tensor scores =
      log(p) + tensor({{{3}, {-2}, {0}, {5}}});  // raw: each frame with a constant of its own
  const Tensor found = exercise::without_priors(scores, {4}, 1);
  CHECK_MESSAGE(
      !near(found, divided(scores, prior, -1)),
      "multiplied by the prior, what is said often is said more often still. Divide: subtract its logarithm");
  CHECK_MESSAGE(!near(found, log(p) - log(prior)),
                "the quotients p / prior do not add up to 1 in a frame, so they are no probabilities: "
                "ctc_loss_from_log_probs would refuse them. Divide each frame by its sum");
  CHECK_MESSAGE(
      !near(found, divided(scores, exp(mean(log(p), {0, 1})), 1)),
      "the mean of scores, or of logarithms, is not that of probabilities: softmax first, mean over the "
      "frames, logarithm last");
  const bool finite = std::isfinite(sum(found).item());
  CHECK_MESSAGE(
      finite,
      "a class has a prior of 0. Counted in texts the blank would have none, since no text holds it; and counted "
      "by what is likeliest or read, so would what never is. Take the mean of the probabilities");
  INFO("a prior is the mean of a class's probabilities over the frames, .6, .3 and .1 here, and no count");
  CHECK(near(found, divided(scores, prior, 1)));
}

TEST_CASE("real frames, of all recordings") {
  const Tensor scores = tensor({{{1, 0, 0}, {0, 2, 0}, {1, 1, 0}}, {{0, 0, 3}, {90, 0, 0}, {90, 0, 0}}});
  const std::vector<int> lengths = {3, 1};
  // Only the first frame of both, since nobody looks at what becomes of padding.
  const Tensor found = slice(exercise::without_priors(scores, lengths, 1), 1, 0, 1);
  const auto with = [&](const Tensor& prior) { return slice(divided(scores, prior, 1), 1, 0, 1); };
  const Tensor first = prior_of(slice(scores, 0, 0, 1), {3}), second = prior_of(slice(scores, 0, 1, 2), {1});
  CHECK_MESSAGE(!near(found, with(mean(softmax(scores), {0, 1}))),
                "what stands after a recording's length counts in the prior");
  CHECK_MESSAGE(
      !near(found, with(reshape(stack({first, second}, 0), {2, 1, 3}))),
      "a prior for each recording: what one says all the time would count as nothing there. The prior is that of "
      "the network, over all recordings");
  CHECK_MESSAGE(
      !near(found, with((first + second) / 2)),
      "the mean of the recordings' means: frames of a short recording would count more than those of a long one");
  CHECK(near(found, with(prior_of(scores, lengths))));
}

TEST_CASE("the weight") {
  manual_seed(2);
  const Tensor scores = randn({3, 5, 4});
  const std::vector<int> lengths = {5, 2, 4};
  const auto found = [&](double weight) {
    return slice(exercise::without_priors(scores, lengths, weight), 1, 0, 2);
  };
  {
    INFO("with weight 0 nothing is divided");
    CHECK(near(found(0), slice(log_softmax(scores), 1, 0, 2)));
  }
  INFO("the weight is an exponent of the prior, so a factor of its logarithm: p / prior^0.5");
  CHECK(near(found(0.5), slice(divided(scores, prior_of(scores, lengths), 0.5), 1, 0, 2)));
}

TEST_CASE("letters last longer") {
  const Experiment& all = trained();
  const Tensor found = exercise::without_priors(all.scores, all.lengths, 1);
  INFO("a letter is said for " << all.letter << " frames, and " << all.silence
                               << " of all frames are silent");
  CHECK(near(frames_of_a_letter(all, found), all.letter, 0.05));
  CHECK(near(blank_share(found, all.lengths), all.silence, 0.02));
  INFO("greedy decoding read nothing rightly before, and reads nearly all of " << count << " texts now");
  CHECK(read_rightly(all, all.scores) == 0);
  CHECK(read_rightly(all, found) > 20);
}
