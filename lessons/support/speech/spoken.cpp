#include "support/speech/spoken.hpp"

#include <algorithm>

#include "support/batches.hpp"
#include "support/speech/features.hpp"
#include "tinygrad_cpp/tinygrad.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {

std::vector<tg::Tensor> spoken_features(const std::vector<Utterance>& utterances) {
  std::vector<tg::Tensor> frames(utterances.size());
  tg::parallel_for(std::ssize(utterances), tg::parallel_grain, [&](std::int64_t begin, std::int64_t end) {
    for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i)
      frames[i] = normalised(mfcc(utterances[i].sound));
  });
  return frames;
}

std::vector<Spoken> spoken(const std::vector<Utterance>& utterances, int joined) {
  const std::vector<tg::Tensor> frames = spoken_features(utterances);
  std::vector<Spoken> all;
  for (std::size_t i = 0; i < utterances.size(); ++i)
    all.push_back({joined_frames(frames[i], joined), utterances[i].text});
  return all;
}

int steps_needed(const std::vector<int>& labels) {
  int steps = static_cast<int>(labels.size());
  for (std::size_t i = 1; i < labels.size(); ++i) steps += labels[i] == labels[i - 1];
  return steps;
}

std::vector<Spoken> draw_spoken(const char* program, const std::function<Utterance()>& draw, int count,
                                int joined, const Alphabet& letters,
                                const std::function<tg::Tensor(const tg::Tensor&)>& change) {
  std::vector<Spoken> drawn;
  int too_short = 0;
  for (int missing; (missing = count - static_cast<int>(drawn.size())) > 0;) {
    std::vector<Utterance> utterances;
    for (int i = 0; i < missing; ++i) utterances.push_back(draw());
    const std::vector<tg::Tensor> frames = spoken_features(utterances);
    for (std::size_t i = 0; i < utterances.size(); ++i) {
      const Spoken one = {joined_frames(change ? change(frames[i]) : frames[i], joined), utterances[i].text};
      if (one.frames.dim(0) >= steps_needed(letters.encode(one.text)))
        drawn.push_back(one);
      else if (++too_short > 20 * count)
        tg::fail(
            program,
            "of {} utterances {} have fewer steps than their letters need, as \"{}\" with {} steps ({}): "
            "the recordings are too short, or --joined is too large",
            too_short + static_cast<int>(drawn.size()), too_short, tg::shown(one.text), one.frames.dim(0),
            tg::shown_list(utterances[i].files));
    }
  }
  return drawn;
}

SpokenBatch batch_of(const std::vector<Spoken>& spoken, const Alphabet& letters) {
  std::vector<tg::Tensor> frames;
  std::vector<std::vector<int>> labels;
  for (const Spoken& one : spoken) {
    frames.push_back(one.frames);
    labels.push_back(letters.encode(one.text));
  }
  const Padded padded = pad_sequences(frames);
  return {padded.values, padded.lengths, labels};
}

std::vector<SpokenBatch> batches_of(const std::vector<Spoken>& spoken, int size, const Alphabet& letters) {
  std::vector<SpokenBatch> batches;
  for (const int place : tg::random_permutation(static_cast<int>(spoken.size()) / size)) {
    const auto first = spoken.begin() + std::ptrdiff_t{place} * size;
    batches.push_back(batch_of({first, first + size}, letters));
  }
  return batches;
}

double Reading::characters() const { return tg::decode::character_error_rate(said, meant); }
double Reading::words() const { return tg::decode::word_error_rate(said, meant); }

Reading reading_of(const std::function<tg::Tensor(const SpokenBatch&)>& scores_of,
                   const std::vector<Spoken>& spoken, const Alphabet& letters, int blank) {
  const tg::NoGrad off;
  Reading reading;
  double blanks = 0, frames = 0;
  for (std::size_t first = 0; first < spoken.size(); first += 50) {
    const auto begin = spoken.begin() + static_cast<std::ptrdiff_t>(first);
    const auto count = static_cast<std::ptrdiff_t>(std::min<std::size_t>(50, spoken.size() - first));
    const SpokenBatch batch = batch_of({begin, begin + count}, letters);
    const tg::Tensor scores = scores_of(batch);
    for (const std::vector<int>& said : tg::decode::greedy(scores, blank, {.lengths = batch.lengths}))
      reading.said.push_back(letters.decode(said));
    for (const std::vector<int>& meant : batch.labels) reading.meant.push_back(letters.decode(meant));
    const tg::Tensor blank_probability = tg::slice(tg::softmax(scores), 2, blank, blank + 1);  // [B,T,1]
    const tg::Tensor real =
        tg::reshape(tg::sequence_mask(batch.lengths, scores.dim(1)), blank_probability.shape());
    blanks += tg::sum(blank_probability * real).item();
    frames += tg::sum(real).item();
  }
  reading.blank_share = blanks / frames;
  return reading;
}

std::string best_answer(const std::vector<std::string>& answers, const std::vector<std::string>& meant) {
  std::string best;
  double least = 1;  // of saying nothing
  for (const std::string& answer : answers) {
    const std::vector<std::string> always(meant.size(), answer);
    const double error = tg::decode::character_error_rate(always, meant);
    if (error < least) least = error, best = answer;
  }
  return best;
}

}  // namespace lesson
