#include "support/speech/speaker_embedder.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "support/batches.hpp"
#include "support/speech/features.hpp"
#include "tinygrad_cpp/tinygrad.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

constexpr int features = 20, joined = 3;  // numbers in a frame; frames read at a time
constexpr double epsilon = 1e-7;          // keeps the logarithms of KL finite
constexpr double longest = 600;           // seconds

}  // namespace

SpeakerEmbedder::SpeakerEmbedder(int units, int size, double dropout)
    : first(features * joined, units),
      second(2 * units, units),
      drop(dropout),
      dense(2 * units, 2 * units),
      last(2 * units, size),
      bend(2 * units),
      mean(tg::zeros({1, features})),
      deviation(tg::ones({1, features})) {}

tg::Tensor SpeakerEmbedder::operator()(const std::vector<SpeakerItem>& items, tg::nn::Mode mode) const {
  std::vector<tg::Tensor> sequences;
  for (const SpeakerItem& item : items)
    sequences.push_back(joined_frames((item.frames - mean) / deviation, joined));
  const Padded x = pad_sequences(sequences);
  const tg::Tensor low = drop(first(x.values, {.lengths = x.lengths}).sequence, mode);
  const tg::Tensor high = second(low, {.lengths = x.lengths}).sequence;  // [B,T,2H], 0 after each length
  const tg::Tensor real = tg::sequence_mask(x.lengths, high.dim(1));     // [B,T]
  const tg::Tensor body = tg::sum(high, 1) / tg::sum(real, 1, tg::keepdim);
  return tg::softmax(last(drop(bend(dense(body)), mode)));
}

void SpeakerEmbedder::scale_to(const std::vector<SpeakerItem>& items) {
  std::vector<tg::Tensor> frames;
  for (const SpeakerItem& item : items) frames.push_back(item.frames);
  const tg::Tensor all = tg::concat(frames, 0), centre = tg::mean(all, 0, tg::keepdim);
  mean.assign(centre);
  deviation.assign(tg::sqrt(tg::mean(tg::pow(all - centre, 2), 0, tg::keepdim) + epsilon));
}

tg::nn::Parameters SpeakerEmbedder::parameters() const {
  return {{"first", first}, {"second", second}, {"dense", dense}, {"last", last}, {"bend", bend}};
}

tg::nn::Parameters SpeakerEmbedder::state() const {
  return {{"net", parameters()}, {"mean", mean}, {"deviation", deviation}};
}

tg::Tensor embedding_distance(const tg::Tensor& a, const tg::Tensor& b) {
  return tg::symmetric_kl_divergence(a + epsilon, b + epsilon, {.reduction = tg::Reduction::none});
}

tg::Tensor pair_distances(const tg::Tensor& embeddings, const SpeakerPairs& pairs) {
  const tg::Shape shape = {pairs.size()};
  return embedding_distance(tg::take(embeddings, tg::Indices(shape, pairs.first)),
                            tg::take(embeddings, tg::Indices(shape, pairs.second)));
}

SpeakerSizes saved_speaker_sizes(const CheckpointEntries& entries, const std::string& path) {
  // The file holds [H,4H] and [2H,C] floats; numbers of other sizes would only take memory.
  const double floats = static_cast<double>(std::filesystem::file_size(path)) / 4;
  const auto most = [](double count) { return static_cast<int>(std::clamp(count, 2.0, 1e6)); };
  const int hidden = entries.whole("hidden", 1, most(std::sqrt(floats / 4)));
  return {hidden, entries.whole("outputs", 2, most(floats / hidden))};
}

SpeakerJudge load_judge(const std::string& path) {
  const CheckpointEntries about("tell_speakers", path);
  const SpeakerSizes sizes = saved_speaker_sizes(about, path);
  const SpeakerJudge judge = {SpeakerEmbedder(sizes.hidden, sizes.outputs), about.number("threshold"),
                              about.number("error_rate")};
  if (const std::string step = about.text("step"), steps = about.text("steps"); step != steps)
    tg::fail("tell_speakers",
             "{}: its training stopped after step {} of {}, before a threshold was chosen; "
             "finish it with `tell_speakers train FOLDER --resume`",
             tg::shown_path(path), tg::shown(step), tg::shown(steps));
  tg::load(path, {{"embedder", judge.net.state()}}, {.allow_unexpected = true});
  return judge;
}

tg::Tensor voice_of(const SpeakerEmbedder& net, const Sound& sound) {
  if (sound.seconds() > longest)
    tg::fail("tell_speakers", "the sound lasts {:.0f} s; at most {:g} s are needed. Cut it", sound.seconds(),
             longest);
  return embedded(net, {{mfcc(sound), 0}});
}

}  // namespace lesson
