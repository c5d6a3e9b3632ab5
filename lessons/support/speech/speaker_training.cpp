#include "support/speech/speaker_training.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "support/checkpoint.hpp"
#include "support/interrupt.hpp"
#include "support/progress.hpp"
#include "support/run_program.hpp"
#include "support/statistics.hpp"
#include "tinygrad_cpp/tinygrad.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

constexpr int speakers_a_step = 6, recordings_a_step = 24, most_pairs = 36;  // of one kind
constexpr int steps_between_saves = 50;
constexpr double longest_gradient = 5;
const char* const program = "tell_speakers";

const SpeakerOptions& checked(const SpeakerOptions& o) {
  const auto need = [](const char* name, double value, bool good, const char* needed) {
    if (!good) tg::fail(program, "{} is {}; {} is needed", name, value, needed);
  };
  need("steps", o.steps, o.steps >= 1, "at least 1");
  need("hidden", o.hidden, o.hidden >= 1, "at least 1");
  need("outputs", o.outputs, o.outputs >= 2, "at least 2");
  need("margin", o.margin, o.margin > 0 && std::isfinite(o.margin), "a number above 0");
  need("lr", o.lr, o.lr >= 0 && std::isfinite(o.lr), "a number of 0 or more");
  need("dropout", o.dropout, o.dropout >= 0 && o.dropout < 1, "a share from 0 to below 1");
  return o;
}

// Before any weight is drawn.
const SpeakerOptions& seeded(const SpeakerOptions& options) {
  tg::manual_seed(static_cast<std::uint64_t>(options.seed));
  return options;
}

tg::nn::Parameters state_of(const SpeakerTraining& training) {
  return {{"embedder", training.judge.net.state()}, {"adam", training.adam.state()}};
}

// Recordings of a few speakers, as many of each, drawn with the random stream.
std::vector<SpeakerItem> drawn(const SpeakerCorpus& corpus) {
  std::vector<std::vector<const SpeakerItem*>> by_speaker(corpus.names.size());
  for (const SpeakerItem& item : corpus.train)
    by_speaker[static_cast<std::size_t>(item.speaker)].push_back(&item);
  const auto count = static_cast<int>(by_speaker.size());
  const std::vector<int> order = tg::random_permutation(count);
  std::vector<SpeakerItem> items;
  for (int i = 0; i < recordings_a_step; ++i) {
    const int speaker = order[static_cast<std::size_t>(i % std::min(count, speakers_a_step))];
    const auto& own = by_speaker[static_cast<std::size_t>(speaker)];
    items.push_back(*own[static_cast<std::size_t>(tg::random_stream().below(static_cast<int>(own.size())))]);
  }
  return items;
}

// One step of Adam. Gives the loss.
double learn(SpeakerTraining& training, const SpeakerCorpus& corpus) {
  const SpeakerEmbedder& net = training.judge.net;
  const std::vector<SpeakerItem> items = drawn(corpus);
  const SpeakerPairs pairs = balanced(all_pairs(items), most_pairs);
  const tg::Tensor d = pair_distances(net(items, tg::nn::Mode::train), pairs), same = pairs.labels();  // [P]
  const tg::Tensor loss = tg::mean(same * d + (1 - same) * tg::relu(training.options.margin - d));
  training.adam.lr(tg::optim::cosine(training.step, training.options.steps, training.options.lr));
  training.adam.zero_grad();
  loss.backward();
  tg::optim::clip_grad_norm(net.parameters(), longest_gradient);
  training.adam.step();
  ++training.step;
  return loss.item();
}

void choose_threshold(SpeakerJudge& judge, const std::vector<SpeakerItem>& validation) {
  const SpeakerPairs pairs = all_pairs(validation);
  const Crossing crossing = equal_error(pair_distances(embedded(judge.net, validation), pairs), pairs);
  judge.threshold = crossing.threshold;
  judge.error_rate = crossing.rate;
}

// The equal error rate of mean MFCCs, scaled as the network gets them, by cosine distance.
double baseline(const SpeakerEmbedder& net, const std::vector<SpeakerItem>& items,
                const SpeakerPairs& pairs) {
  std::vector<tg::Tensor> rows;
  for (const SpeakerItem& item : items)
    rows.push_back((tg::mean(item.frames, 0, tg::keepdim) - net.mean) / net.deviation);
  return equal_error(cosine_distances(tg::concat(rows, 0), pairs), pairs).rate;
}

}  // namespace

SpeakerTraining::SpeakerTraining(const SpeakerCorpus& corpus, const SpeakerOptions& given)
    : options(seeded(checked(given))),
      judge{SpeakerEmbedder(given.hidden, given.outputs, given.dropout), 0, 0.5},
      adam(judge.net.parameters(), {.lr = given.lr}),
      held_out(corpus.held_out) {
  judge.net.scale_to(corpus.train);
}

void SpeakerTraining::save(const std::string& path) const {
  tg::save(path, state_of(*this),
           {{"program", program},
            {"seed", std::to_string(options.seed)},
            {"steps", std::to_string(options.steps)},
            {"hidden", std::to_string(options.hidden)},
            {"outputs", std::to_string(options.outputs)},
            {"margin", fmt::format("{}", options.margin)},
            {"lr", fmt::format("{}", options.lr)},
            {"dropout", fmt::format("{}", options.dropout)},
            {"step", std::to_string(step)},
            {"seconds", fmt::format("{}", seconds)},
            {"threshold", fmt::format("{}", judge.threshold)},
            {"error_rate", fmt::format("{}", judge.error_rate)},
            {"held_out", held_out},
            {"random", tg::random_state()}});
}

SpeakerTraining SpeakerTraining::saved(const std::string& path, const SpeakerCorpus& corpus) {
  const CheckpointEntries about(program, path);
  about.need_held_out(corpus.held_out);
  const SpeakerSizes sizes = saved_speaker_sizes(about, path);
  const int most = std::numeric_limits<int>::max();
  SpeakerTraining training(corpus, {.seed = about.whole("seed", -most - 1, most),
                                    .steps = about.whole("steps", 1, 1'000'000'000),
                                    .hidden = sizes.hidden,
                                    .outputs = sizes.outputs,
                                    .margin = about.number("margin"),
                                    .lr = about.number("lr"),
                                    .dropout = about.number("dropout")});
  tg::load(path, state_of(training));
  training.step = about.whole("step", 0, training.options.steps);
  training.seconds = about.number("seconds");
  training.judge.threshold = about.number("threshold");
  training.judge.error_rate = about.number("error_rate");
  about.restore_random("random");
  return training;
}

void train(SpeakerTraining& training, const SpeakerCorpus& corpus, const std::string& path) {
  using Clock = std::chrono::steady_clock;
  const Interruptible loop;
  Progress progress("training", training.options.steps - training.step);
  while (!training.done() && !loop.interrupted()) {
    const Clock::time_point start = Clock::now();
    const double loss = learn(training, corpus);
    progress.step("loss {:.3f}", loss);
    training.seconds += std::chrono::duration<double>(Clock::now() - start).count();
    if (training.done()) choose_threshold(training.judge, corpus.validation);
    if (!path.empty() && (training.step % steps_between_saves == 0 || training.done() || loop.interrupted()))
      training.save(path);
  }
}

void print_test(const SpeakerJudge& judge, const SpeakerCorpus& corpus) {
  const tg::NoGrad off;
  const SpeakerPairs validation = all_pairs(corpus.validation), test = all_pairs(corpus.test);
  const tg::Tensor chosen_on = pair_distances(embedded(judge.net, corpus.validation), validation),
                   d = pair_distances(embedded(judge.net, corpus.test), test);
  results({"test pairs", "equal error rate"},
          {{"mean MFCCs, nothing learned", percent(baseline(judge.net, corpus.test, test), 1)},
           {"network", percent(equal_error(d, test).rate, 1)}});
  std::vector<Row> rows;
  const auto add = [&](const std::string& name, double threshold) {
    const ErrorShares on_validation = error_shares(chosen_on, validation, threshold),
                      on_test = error_shares(d, test, threshold);
    rows.push_back({name, right("{:.3g}", threshold), percent(on_validation.accepted, 1),
                    percent(on_validation.rejected, 1), percent(on_test.accepted, 1),
                    percent(on_test.rejected, 1)});
  };
  add("equal errors", judge.threshold);
  for (const double share : {0.1, 0.01})
    add(fmt::format("accepts {:g}%", 100 * share), threshold_accepting(chosen_on, validation, share));
  results({"threshold chosen for", "threshold", "accepted", "rejected", "accepted, test", "rejected, test"},
          rows);
  note(
      "Accepted: pairs of different speakers that are taken for one. Rejected: pairs of one speaker that are "
      "taken for different ones. Thresholds are chosen on validation pairs.");
}

}  // namespace lesson
