#include "support/speech/transcriber_training.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "support/interrupt.hpp"
#include "support/progress.hpp"
#include "support/ranks.hpp"
#include "support/run_program.hpp"
#include "support/speech/features.hpp"
#include "support/speech/varied.hpp"
#include "support/statistics.hpp"
#include "tinygrad_cpp/tinygrad.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

constexpr int batches_a_round = 4;
constexpr double longest_gradient = 5;
const char* const program = "transcribe";

// The options whose values are none of whoever typed them.
const TranscriberOptions& checked(const TranscriberOptions& o) {
  const auto need = [](const char* name, double value, bool good, const char* needed) {
    if (!good) tg::fail(program, "{} is {}; {} is needed", name, value, needed);
  };
  need("steps", o.steps, o.steps >= 1, "at least 1");
  need("hidden", o.hidden, o.hidden >= 1, "at least 1");
  need("joined", o.joined, o.joined >= 1, "at least 1");
  need("batch", o.batch, o.batch >= 1, "at least 1");
  need("shards", o.shards, o.shards >= 0, "at least 0");
  need("lr", o.lr, o.lr >= 0 && std::isfinite(o.lr), "a number of 0 or more");
  need("dropout", o.dropout, o.dropout >= 0 && o.dropout < 1, "a share from 0 to below 1");
  return o;
}

// Before any weight is drawn.
const TranscriberOptions& seeded(const TranscriberOptions& options) {
  tg::manual_seed(static_cast<std::uint64_t>(options.seed));
  return options;
}

TranscriberSizes sizes_of(const SpeechCorpus& corpus, const TranscriberOptions& options) {
  return {options.characters.empty() ? corpus.characters : options.characters, options.joined,
          options.hidden};
}

double dropout_of(const TranscriberOptions& options) { return options.plain ? 0 : options.dropout; }

tg::nn::Parameters state_of(const TranscriberTraining& training) {
  return {{"reader", training.reader.parameters()},
          {"best", training.best.parameters()},
          {"adam", training.adam.state()}};
}

// Utterances for several batches, sorted by length and cut; the order of the batches is drawn. A round that
// was begun before is drawn again, the same.
std::vector<SpokenBatch> batches_of_round(TranscriberTraining& training, const SpeechCorpus& corpus) {
  const TranscriberOptions& options = training.options;
  const int left = options.steps - training.step + training.round_steps;
  const int count = options.plain ? 1 : std::min(batches_a_round, left);
  const std::string now = tg::random_state();
  if (training.round_steps == 0)
    training.round_random = now;
  else
    tg::random_state(training.round_random);
  const Alphabet& letters = training.reader.letters;
  std::function<tg::Tensor(const tg::Tensor&)> change;
  if (!options.plain) change = varied;
  std::vector<Spoken> round =
      draw_spoken(program, corpus.draw, count * options.batch, options.joined, letters, change);
  if (!options.plain)
    std::sort(round.begin(), round.end(),
              [](const Spoken& a, const Spoken& b) { return a.frames.dim(0) < b.frames.dim(0); });
  std::vector<SpokenBatch> batches = batches_of(round, options.batch, letters);
  if (training.round_steps > 0) tg::random_state(now);
  return batches;
}

double step_size(const TranscriberOptions& options, int step) {
  if (options.plain) return options.lr;
  const int rise = options.steps / 20 + 1;
  return step < rise ? tg::optim::warm_up(step, rise, options.lr)
                     : tg::optim::cosine(step - rise, options.steps - rise, options.lr);
}

// One step of Adam.
void learn(TranscriberTraining& training, const SpokenBatch& batch) {
  training.adam.lr(step_size(training.options, training.step));
  const tg::Reduction mean = training.options.plain ? tg::Reduction::target_length_mean : tg::Reduction::mean;
  const tg::nn::Parameters parameters = training.reader.parameters();
  const double loss =
      learn_in_shards(parameters, batch.x.dim(0), training.options.shards,
                      [&](const tg::dist::Shard& shard) -> ShardLoss {
                        const auto part = [&](const auto& all) {
                          return std::decay_t<decltype(all)>(all.begin() + shard.begin,
                                                             all.begin() + shard.end);
                        };
                        const std::vector<int> lengths = part(batch.lengths);
                        const tg::Tensor x = tg::slice(batch.x, 0, shard.begin, shard.end);
                        const tg::Tensor scores = training.reader(x, lengths, tg::nn::Mode::train);
                        return {tg::ctc_loss(scores, part(batch.labels), training.reader.blank(),
                                             {.lengths = lengths, .reduction = mean}),
                                static_cast<double>(shard.size())};
                      });
  tg::optim::clip_grad_norm(parameters, longest_gradient);
  training.adam.step();
  training.loss_sum += loss;
  ++training.step;
}

void look(TranscriberTraining& training, const std::vector<Spoken>& validation) {
  if (rank() > 0) {  // rank 0 keeps the best weights
    training.looks.push_back({.step = training.step});
    training.loss_sum = 0;
    return;
  }
  const Reading reading = reading_of(training.reader, validation);
  double least = INFINITY;
  for (const TranscriberLook& before : training.looks) least = std::min(least, before.error);
  if (training.options.plain || reading.characters() < least)
    tg::nn::restore(training.best.parameters(), tg::nn::snapshot(training.reader.parameters()));
  training.looks.push_back(
      {training.step, training.loss_sum / training.since_look(), reading.characters(), reading.blank_share});
  training.loss_sum = 0;
}

}  // namespace

TranscriberTraining::TranscriberTraining(const SpeechCorpus& corpus, const TranscriberOptions& given)
    : options(seeded(checked(given))),
      reader(sizes_of(corpus, given), dropout_of(given)),
      best(reader.sizes),
      adam(reader.parameters(), {.lr = given.lr}),
      held_out(corpus.held_out) {
  options.shards = shards_of(program, given.shards);
}

void TranscriberTraining::save(const std::string& path) const {
  std::string lines;
  for (const TranscriberLook& look : looks)
    lines += fmt::format("{} {} {} {}\n", look.step, look.loss, look.error, look.blank_share);
  tg::save(path, state_of(*this),
           {{"program", program},
            {"characters", reader.sizes.characters},
            {"seed", std::to_string(options.seed)},
            {"steps", std::to_string(options.steps)},
            {"hidden", std::to_string(options.hidden)},
            {"joined", std::to_string(options.joined)},
            {"batch", std::to_string(options.batch)},
            {"lr", fmt::format("{}", options.lr)},
            {"dropout", fmt::format("{}", options.dropout)},
            {"plain", std::to_string(options.plain)},
            {"shards", std::to_string(options.shards)},
            {"step", std::to_string(step)},
            {"loss_sum", fmt::format("{}", loss_sum)},
            {"seconds", fmt::format("{}", seconds)},
            {"looks", lines},
            {"held_out", held_out},
            {"round_steps", std::to_string(round_steps)},
            {"round_random", round_random},
            {"random", tg::random_state()}});
}

TranscriberTraining TranscriberTraining::saved(const std::string& path, const SpeechCorpus& corpus) {
  const CheckpointEntries about(program, path);
  about.need_held_out(corpus.held_out);
  const TranscriberSizes sizes = saved_transcriber_sizes(about, path);
  const int most = std::numeric_limits<int>::max();
  TranscriberTraining training(corpus, {.seed = about.whole("seed", -most - 1, most),
                                        .steps = about.whole("steps", 1, 1'000'000'000),
                                        .hidden = sizes.hidden,
                                        .joined = sizes.joined,
                                        .batch = about.whole("batch", 1, most),
                                        .lr = about.number("lr"),
                                        .dropout = about.number("dropout"),
                                        .plain = about.whole("plain", 0, 1) == 1,
                                        .characters = sizes.characters,
                                        .shards = about.has("shards") ? about.whole("shards", 1, 1000) : 1});
  tg::load(path, state_of(training));
  training.step = about.whole("step", 0, training.options.steps);
  training.loss_sum = about.number("loss_sum");
  training.seconds = about.number("seconds");
  for (const std::vector<double>& look : about.rows("looks", 4)) {
    if (look[0] != std::floor(look[0]) || look[0] > training.step)
      about.refuse("looks", "steps up to that of the training");
    training.looks.push_back({static_cast<int>(look[0]), look[1], look[2], look[3]});
  }
  const int longest = training.options.plain ? 0 : std::min(batches_a_round - 1, training.step);
  if (about.has("round_steps")) training.round_steps = about.whole("round_steps", 0, longest);
  if (training.round_steps > 0) {
    about.restore_random("round_random");
    training.round_random = tg::random_state();
  }
  about.restore_random("random");
  return training;
}

void train(TranscriberTraining& training, const SpeechCorpus& corpus, const std::string& path) {
  using Clock = std::chrono::steady_clock;
  const int steps = training.options.steps;
  const std::vector<Spoken> validation = spoken(corpus.validation, training.options.joined);
  // Looks are close together at first, when much happens.
  const auto between = [&] { return std::min(std::max(10, training.step / 2), steps / 10 + 1); };
  const Interruptible loop;
  const InStep in_step(program, state_of(training),
                       fmt::format("{} {} {}", training.step, tg::random_state(), corpus.held_out));
  Progress progress("training", steps - training.step);
  for (bool stopped = false; !training.done() && !stopped;) {
    const Clock::time_point start = Clock::now();
    const std::vector<SpokenBatch> round = batches_of_round(training, corpus);
    const int size = static_cast<int>(round.size());
    while (training.round_steps < size && !stopped) {
      learn(training, round[static_cast<std::size_t>(training.round_steps++)]);
      progress.step("loss {:.3g}", training.loss_sum / training.since_look());
      stopped = any_rank(loop.interrupted());
    }
    const bool whole = training.round_steps == size;
    if (whole) training.round_steps = 0, training.round_random.clear();
    training.seconds += std::chrono::duration<double>(Clock::now() - start).count();
    const bool due = whole && (training.since_look() >= between() || training.done());
    if (due) look(training, validation);
    if (!path.empty() && rank() == 0 && (due || stopped)) training.save(path);
  }
}

void print_looks(const TranscriberTraining& training) {
  if (quiet()) return;
  std::vector<Row> rows;
  for (const TranscriberLook& look : training.looks)
    rows.push_back(
        {look.step, right("{:.2f}", look.loss), percent(look.error, 1), percent(look.blank_share, 1)});
  table({right("steps"), right("loss (nats)"), right("character errors"), right("blank's share")}, rows);
}

void print_test(const Transcriber& transcriber, const SpeechCorpus& corpus) {
  const tg::NoGrad off;
  const Reading greedy = reading_of(transcriber, spoken(corpus.test, transcriber.sizes.joined));
  std::vector<std::string> by_beam;
  for (const Utterance& utterance : corpus.test)
    by_beam.push_back(transcribed(transcriber, utterance.sound, 8).text);
  const auto row = [&](const std::string& name, const std::vector<std::string>& said) {
    return Row{name, percent(tg::decode::character_error_rate(said, greedy.meant), 1),
               percent(tg::decode::word_error_rate(said, greedy.meant), 1)};
  };
  const std::string answer = best_answer(corpus.answers, greedy.meant);
  results({"test", right("character errors"), right("word errors")},
          {row(fmt::format("always \"{}\"", tg::shown(answer)),
               std::vector<std::string>(greedy.meant.size(), answer)),
           row("greedy", greedy.said), row("beam search, width 8", by_beam)});
  std::vector<Row> wrong;
  for (std::size_t i = 0; i < corpus.test.size() && wrong.size() < 5; ++i)
    if (greedy.said[i] != greedy.meant[i])
      wrong.push_back(
          {tg::shown(greedy.meant[i]), tg::shown(greedy.said[i]), tg::shown(corpus.test[i].speaker)});
  if (!quiet() && !wrong.empty()) table({"meant", "read (greedy)", "speaker"}, wrong);
}

}  // namespace lesson
