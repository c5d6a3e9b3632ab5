#include "support/speech/transcriber.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "support/speech/features.hpp"
#include "tinygrad_cpp/tinygrad.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

constexpr int features = 20;             // of a frame
constexpr double longest_reading = 600;  // seconds
constexpr double frame_seconds = FeatureOptions().step;

int class_count(const std::string& characters) { return static_cast<int>(Alphabet(characters).size()); }

Alphabet with_blank(const std::string& characters) {
  return Alphabet(characters, {{"blank", class_count(characters)}});
}

}  // namespace

Transcriber::Transcriber(const TranscriberSizes& given, double dropout)
    : sizes(given),
      letters(with_blank(given.characters)),
      first(features * given.joined, given.hidden),
      second(2 * given.hidden, given.hidden),
      dense(2 * given.hidden, letters.size()),
      drop(dropout) {}

tg::Tensor Transcriber::operator()(const tg::Tensor& x, const std::vector<int>& lengths,
                                   tg::nn::Mode mode) const {
  const tg::Tensor low = drop(first(x, {.lengths = lengths}).sequence, mode);
  return dense(drop(second(low, {.lengths = lengths}).sequence, mode));
}

tg::nn::Parameters Transcriber::parameters() const {
  return {{"first", first}, {"second", second}, {"dense", dense}};
}

Reading reading_of(const Transcriber& transcriber, const std::vector<Spoken>& spoken) {
  const auto scores = [&](const SpokenBatch& batch) {
    return transcriber(batch.x, batch.lengths, tg::nn::Mode::eval);
  };
  return reading_of(scores, spoken, transcriber.letters, transcriber.blank());
}

Transcript transcribed(const Transcriber& transcriber, const Sound& sound, int width) {
  if (sound.seconds() > longest_reading)
    tg::fail("transcribe", "the sound lasts {:.0f} s; at most {:g} s are needed. Cut it", sound.seconds(),
             longest_reading);
  const tg::NoGrad off;
  const int blank = transcriber.blank(), joined = transcriber.sizes.joined;
  const tg::Tensor frames = joined_frames(normalised(mfcc(sound)), joined);
  const tg::Tensor scores = transcriber(tg::reshape(frames, {1, frames.dim(0), frames.dim(1)}),
                                        {frames.dim(0)}, tg::nn::Mode::eval);
  const std::vector<int> said = width > 0 ? tg::decode::beam(scores, blank, {.width = width})[0][0].labels
                                          : tg::decode::greedy(scores, blank)[0];
  Transcript transcript{.text = transcriber.letters.decode(said),
                        .log_probability = -tg::ctc_loss(scores, {said}, blank).item(),
                        .letters = {},
                        .scores = tg::select(scores, 0, 0),
                        .path = tg::decode::align(scores, {said}, blank)[0]};
  for (const tg::decode::Span& span : transcript.path.spans)
    transcript.letters.push_back({transcriber.letters.symbol(span.label), frame_seconds * joined * span.start,
                                  std::min(frame_seconds * joined * span.stop, sound.seconds()),
                                  std::exp(span.score)});
  return transcript;
}

TranscriberSizes saved_transcriber_sizes(const CheckpointEntries& entries, const std::string& path) {
  // The file holds [H,4H], [20 joined,4H] and [2H,C] floats; numbers of other sizes would only take memory.
  const double floats = static_cast<double>(std::filesystem::file_size(path)) / 4;
  const auto most = [&](double count) { return static_cast<int>(std::clamp(count, 1.0, 1e6)); };
  TranscriberSizes sizes;
  sizes.hidden = entries.whole("hidden", 1, most(std::sqrt(floats / 4)));
  sizes.joined = entries.whole("joined", 1, most(floats / sizes.hidden / (4 * features)));
  sizes.characters = entries.text("characters");
  try {
    const int count = class_count(sizes.characters);
    if (count >= 1 && count <= floats / sizes.hidden / 2) return sizes;
  } catch (const tg::Error&) {  // a character comes twice
  }
  entries.refuse("characters", "each character of the texts, once,");
}

Transcriber load_transcriber(const std::string& path) {
  const CheckpointEntries about("transcribe", path);
  const Transcriber transcriber(saved_transcriber_sizes(about, path));
  if (about.text("looks").empty())
    tg::fail(
        "transcribe",
        "{}: its training stopped after step {}, before its first look at validation utterances; finish it "
        "with `transcribe train .. --resume`",
        tg::shown_path(path), tg::shown(about.text("step")));
  tg::load(path, {{"best", transcriber.parameters()}}, {.allow_unexpected = true});
  return transcriber;
}

}  // namespace lesson
