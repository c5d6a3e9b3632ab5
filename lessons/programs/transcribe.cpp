// Reads spoken words letter by letter, with the network and the loss of lesson 06.
#include <fmt/format.h>

#include <string>
#include <vector>

#include "support/checkpoint.hpp"
#include "support/ranks.hpp"
#include "support/run_program.hpp"
#include "support/settings.hpp"
#include "support/speech/alignment_pictures.hpp"
#include "support/speech/heard.hpp"
#include "support/speech/transcriber_training.hpp"
#include "support/terminal.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace {

struct TrainFlags {
  lesson::SavedTraining saved{.save = "transcribe.safetensors"};
  std::string held_out;
  lesson::TranscriberOptions options;
};

struct ReadFlags {
  int width = 16;
  bool letters = false, picture = false;
};

lesson::TranscriberTraining begun(const TrainFlags& flags, const lesson::SpeechCorpus& corpus) {
  if (!flags.saved.resume) {
    lesson::TranscriberTraining training(corpus, flags.options);
    flags.saved.keep_old();
    if (lesson::rank() == 0)
      training.save(flags.saved.save);  // so that a path that cannot be written is told now
    return training;
  }
  if (flags.options != lesson::TranscriberOptions())
    tg::fail("transcribe",
             "--resume goes on as the training began, and other flags change that; leave out all but --save");
  auto training = lesson::TranscriberTraining::saved(flags.saved.save, corpus);
  flags.saved.note_resumed(fmt::format("after step {} of {}", training.step, training.options.steps));
  return training;
}

void train(const std::string& path, const TrainFlags& flags) {
  const bool plain = flags.saved.resume
                         ? lesson::CheckpointEntries("transcribe", flags.saved.save).whole("plain", 0, 1) == 1
                         : flags.options.plain;
  const lesson::SpeechCorpus corpus = lesson::read_speech(path, plain);
  lesson::note_lines(corpus.understood);
  if (!flags.held_out.empty() && lesson::rank() == 0) lesson::write_utterances(flags.held_out, corpus.test);
  lesson::TranscriberTraining training = begun(flags, corpus);
  lesson::note("{} weights, {} steps of {} utterances.", training.reader.parameters().count(),
               training.options.steps, training.options.batch);
  lesson::train(training, corpus, flags.saved.save);
  lesson::print_looks(training);
  if (!training.done())
    flags.saved.fail_stopped("transcribe",
                             fmt::format("after step {} of {}", training.step, training.options.steps));
  if (lesson::rank() > 0) return;
  lesson::note("Training took {:.0f} s. {} has the weights of the step that read the validation best.",
               training.seconds, tg::shown_path(flags.saved.save));
  lesson::print_test(training.best, corpus);
}

// A page rounds what it shows by itself.
lesson::Cell rounded(double number, int places) {
  return lesson::right("{:.{}f}", number, lesson::settings().record ? 6 : places);
}

std::string seen(const std::string& letter) { return letter == " " ? "space" : tg::shown(letter); }

// A model's file, then sound files. One that cannot be read is told, and the others are read.
void read(const lesson::Words& files, const ReadFlags& flags) {
  const lesson::Transcriber transcriber = lesson::load_transcriber(files[0]);
  std::vector<lesson::Row> texts, letters;
  std::size_t failed = 0;
  for (std::size_t i = 1; i < files.size(); ++i) try {
      const std::string name = tg::shown_path(files[i]);
      const lesson::Transcript transcript =
          lesson::transcribed(transcriber, lesson::heard(files[i]), flags.width);
      if (flags.picture)
        lesson::show(lesson::posterior_picture({transcript.text, transcript.scores, transcript.path},
                                               transcriber.letters, transcriber.blank(), "read"));
      texts.push_back({name, tg::shown(transcript.text, 10000), rounded(transcript.log_probability, 3)});
      for (const lesson::SaidLetter& one : transcript.letters)
        letters.push_back({name, seen(one.letter), rounded(one.start, 2), rounded(one.stop, 2),
                           rounded(one.probability, 2)});
    } catch (const tg::Error& error) {
      lesson::complain(fmt::format("transcribe: {}", error.what()));
      ++failed;
    }
  if (!flags.letters || lesson::settings().record)
    lesson::results({"file", "text", "log-probability"}, texts);
  if (flags.letters) lesson::results({"file", "letter", "from (s)", "to (s)", "probability"}, letters);
  if (failed > 0) tg::fail("transcribe", "{} of {} files could not be read", failed, files.size() - 1);
}

}  // namespace

int main(int argc, char** argv) {
  TrainFlags training;
  ReadFlags reading;
  lesson::TranscriberOptions& o = training.options;
  return lesson::run_program(
      argc, argv,
      {.meaning = "Reads spoken words letter by letter, once it was trained on recordings of them.",
       .commands = {{"train", "FOLDER|LIST", "learn from 7_ada_12.wav or lines FILE.. TAB TEXT",
                     training.saved.flags(
                         {{"seed", "start of the random numbers", &o.seed},
                          {.name = "steps", .meaning = "steps of Adam", .value = &o.steps, .least = 1},
                          {.name = "batch", .meaning = "utterances in a step", .value = &o.batch, .least = 1},
                          {.name = "hidden", .meaning = "units of each LSTM", .value = &o.hidden, .least = 1},
                          {.name = "joined",
                           .meaning = "frames of 10 ms read at a time",
                           .value = &o.joined,
                           .least = 1},
                          {.name = "lr", .meaning = "largest step size", .value = &o.lr, .least = 0},
                          {.name = "dropout",
                           .meaning = "share set to 0 in training",
                           .value = &o.dropout,
                           .least = 0,
                           .most = 0.99},
                          {.name = "held-out",
                           .meaning = "write the list of test utterances to it",
                           .value = &training.held_out,
                           .kind = "FILE"},
                          {"plain", "train as tests/peers/peer_speech.py does", &o.plain},
                          lesson::SavedTraining::shards_flag(o.shards)}),
                     [&](const lesson::Words& files) { train(files[0], training); }, true},
                    {"read",
                     "MODEL FILE...",
                     "print what is said, and its log-probability",
                     {{"letters", "print when each letter is said instead", &reading.letters},
                      {"picture", "show what the network says at each step", &reading.picture},
                      {.name = "beam",
                       .meaning = "width of the search; 0: greedy",
                       .value = &reading.width,
                       .least = 0,
                       .most = 1000}},
                     [&](const lesson::Words& files) { read(files, reading); }}},
       .example = "transcribe read transcribe.safetensors voice.wav --letters --quiet"});
}
