// Says whether one person speaks in two recordings, and who, with the repaired network of lesson 07.
#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "support/run_program.hpp"
#include "support/speech/heard.hpp"
#include "support/speech/speaker_training.hpp"
#include "support/speech/speaker_voices.hpp"
#include "tinygrad_cpp/tinygrad.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace {

const char* const program = "tell_speakers";

struct TrainFlags {
  lesson::SavedTraining saved{.save = "tell_speakers.safetensors"};
  lesson::SpeakerOptions options;
};

struct VoiceFlags {
  std::string voices = "voices.safetensors";
  double threshold = 0;  // 0: the model's
};

lesson::SpeakerTraining begun(const TrainFlags& flags, const lesson::SpeakerCorpus& corpus) {
  if (!flags.saved.resume) {
    lesson::SpeakerTraining training(corpus, flags.options);
    flags.saved.keep_old();
    training.save(flags.saved.save);  // so that a path that cannot be written is told now
    return training;
  }
  if (flags.options != lesson::SpeakerOptions())
    tg::fail(program,
             "--resume goes on as the training began, and other flags change that; leave out all but --save");
  auto training = lesson::SpeakerTraining::saved(flags.saved.save, corpus);
  flags.saved.note_resumed(fmt::format("after step {} of {}", training.step, training.options.steps));
  return training;
}

void train(const std::string& folder, const TrainFlags& flags) {
  const lesson::SpeakerCorpus corpus = lesson::read_speakers(folder);
  lesson::note_lines(corpus.understood);
  lesson::SpeakerTraining training = begun(flags, corpus);
  lesson::note("{} weights, {} steps.", training.judge.net.parameters().count(), training.options.steps);
  lesson::train(training, corpus, flags.saved.save);
  if (!training.done())
    flags.saved.fail_stopped(program,
                             fmt::format("after step {} of {}", training.step, training.options.steps));
  lesson::note("Training took {:.0f} s.", training.seconds);
  lesson::print_test(training.judge, corpus);
}

lesson::SpeakerJudge judge_of(const std::string& model, const VoiceFlags& flags) {
  lesson::SpeakerJudge judge = lesson::load_judge(model);
  if (flags.threshold > 0)
    judge.threshold = flags.threshold;
  else
    lesson::note("Threshold {:.3g}: it judges {:.1f}% of the validation pairs of either kind wrongly.",
                 judge.threshold, 100 * judge.error_rate);
  return judge;
}

// The embedding of a file [1,C], and what was noticed in it.
tg::Tensor voice_in(const lesson::SpeakerJudge& judge, const std::string& file) {
  return lesson::voice_of(judge.net, lesson::heard(file));
}

double distance(const tg::Tensor& a, const tg::Tensor& b) { return lesson::embedding_distance(a, b).item(); }

void compare(const lesson::Words& files, const VoiceFlags& flags) {
  const lesson::SpeakerJudge judge = judge_of(files[0], flags);
  const tg::Tensor one = voice_in(judge, files[1]), other = voice_in(judge, files[2]);
  const double d = distance(one, other);
  lesson::results({"file", "other file", "distance", "verdict"},
                  {{tg::shown_path(files[1]), tg::shown_path(files[2]), lesson::right("{:.3g}", d),
                    d < judge.threshold ? "same speaker" : "different speakers"}});
}

// A model's file, a name, then sound files of that voice.
void enrol(const lesson::Words& words, const VoiceFlags& flags) {
  const lesson::SpeakerJudge judge = lesson::load_judge(words[0]);
  lesson::Voices voices;
  if (std::filesystem::exists(flags.voices)) voices = lesson::load_voices(flags.voices, judge.net);
  std::vector<tg::Tensor> said;
  for (std::size_t i = 2; i < words.size(); ++i) said.push_back(voice_in(judge, words[i]));
  voices[words[1]] = tg::mean(tg::concat(said, 0), 0, tg::keepdim);
  lesson::save_voices(flags.voices, voices, judge.net);
  std::vector<std::string> names;
  for (const auto& [name, voice] : voices) names.push_back(name);
  lesson::note("{} has the voices of {}.", tg::shown_path(flags.voices), tg::shown_list(names));
}

// Whose voice is the nearest to that in a file, and is it near enough?
lesson::Row nearest(const std::string& file, const tg::Tensor& voice, const lesson::Voices& voices,
                    double threshold) {
  double least = INFINITY;
  std::string who;
  for (const auto& [name, enrolled] : voices)
    if (const double d = distance(voice, enrolled); d < least) least = d, who = name;
  return {tg::shown_path(file), tg::shown(who), lesson::right("{:.3g}", least),
          least < threshold ? tg::shown(who) : "nobody"};
}

void who(const lesson::Words& files, const VoiceFlags& flags) {
  const lesson::SpeakerJudge judge = judge_of(files[0], flags);
  const lesson::Voices voices = lesson::load_voices(flags.voices, judge.net);
  std::vector<lesson::Row> rows;
  for (std::size_t i = 1; i < files.size(); ++i)
    rows.push_back(nearest(files[i], voice_in(judge, files[i]), voices, judge.threshold));
  lesson::results({"file", "nearest", "distance", "verdict"}, rows);
}

}  // namespace

int main(int argc, char** argv) {
  TrainFlags training;
  VoiceFlags voice;
  lesson::SpeakerOptions& o = training.options;
  const lesson::Flag voices = {.name = "voices",
                               .meaning = "the enrolled voices",
                               .value = &voice.voices,
                               .kind = "FILE"},
                     threshold = {.name = "threshold",
                                  .meaning = "one voice below this; 0: the model's",
                                  .value = &voice.threshold,
                                  .least = 0};
  return lesson::run_program(
      argc, argv,
      {.meaning = "Tells who speaks, once it was trained on recordings of at least 3 speakers.",
       .commands =
           {{"train", "FOLDER", "learn from a folder a speaker, or 7_ada_12.wav",
             training.saved.flags(
                 {{"seed", "start of the random numbers", &o.seed},
                  {.name = "steps", .meaning = "steps of Adam", .value = &o.steps, .least = 1},
                  {.name = "hidden", .meaning = "units of each LSTM", .value = &o.hidden, .least = 1},
                  {.name = "outputs", .meaning = "numbers in an embedding", .value = &o.outputs, .least = 2},
                  {.name = "margin",
                   .meaning = "how far apart voices should be",
                   .value = &o.margin,
                   .least = 0},
                  {.name = "lr", .meaning = "largest step size", .value = &o.lr, .least = 0},
                  {.name = "dropout",
                   .meaning = "share set to 0 in training",
                   .value = &o.dropout,
                   .least = 0,
                   .most = 0.99}}),
             [&](const lesson::Words& files) { train(files[0], training); }},
            {"compare",
             "MODEL A B",
             "is one person heard in both files?",
             {threshold},
             [&](const lesson::Words& files) { compare(files, voice); }},
            {"enrol",
             "MODEL NAME FILE...",
             "keep a voice under a name",
             {voices},
             [&](const lesson::Words& words) { enrol(words, voice); }},
            {"who",
             "MODEL FILE...",
             "whose voice is it?",
             {voices, threshold},
             [&](const lesson::Words& files) { who(files, voice); }}},
       .example = "tell_speakers compare tell_speakers.safetensors a.wav b.wav"});
}
