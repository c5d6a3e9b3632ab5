// Trains the networks of transcribe, spell and classify for seconds on data made here, and writes their
// checkpoints, inputs and outputs, for check_onnx.py.
// Usage: trained FOLDER: NAME.safetensors of each, and NAME_scores.safetensors.
#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <vector>

#include "support/batches.hpp"
#include "support/classifier.hpp"
#include "support/common_words.hpp"
#include "support/corrector_training.hpp"
#include "support/speech/transcriber_training.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

namespace {

using namespace tg;

Tensor lengths_of(const std::vector<int>& lengths) {
  return Tensor({static_cast<int>(lengths.size())}, {lengths.begin(), lengths.end()});
}

void transcribe(const std::string& path) {
  const lesson::SpeechCorpus corpus =
      lesson::synthetic_speech({.speakers = 1, .times = 12, .validation = 6, .test = 5});
  lesson::TranscriberTraining training(corpus, {.steps = 150, .hidden = 24, .batch = 8, .lr = 0.01});
  lesson::train(training, corpus, path + ".safetensors");
  const NoGrad off;
  const lesson::Transcriber reader = lesson::load_transcriber(path + ".safetensors");
  const auto batch = lesson::batch_of(lesson::spoken(corpus.test, reader.sizes.joined), reader.letters);
  const Tensor scores = reader(batch.x, batch.lengths, nn::Mode::eval);
  std::string texts;
  for (const auto& labels : decode::greedy(scores, reader.blank(), {.lengths = batch.lengths}))
    texts += reader.letters.decode(labels) + "\n";
  save(path + "_scores.safetensors",
       {{"in", nn::Parameters{{"x", batch.x}, {"lengths", lengths_of(batch.lengths)}}},
        {"out", nn::Parameters{{"scores", scores}}}},
       {{"texts", texts}});
}

void spell(const std::string& path) {
  const lesson::PairParts pairs = lesson::split_pairs(lesson::made_pairs(lesson::common_words(60), 3));
  lesson::CorrectorTraining training(pairs, {.hidden = 12, .epochs = 4}, 0);
  lesson::train_corrector(training, pairs, path + ".safetensors");
  const NoGrad off;
  const lesson::Corrector& model = training.model;
  std::vector<std::vector<int>> typos;
  for (const lesson::Pair& pair : pairs.test) typos.push_back(model.letters.encode(pair.typo));
  typos.resize(5);
  const lesson::PaddedTokens padded = lesson::pad_tokens(typos);
  const nn::LSTMOutput reading = model.network.read(padded.ids, padded.lengths);
  const Tensor ids(padded.ids.shape(), {padded.ids.values().begin(), padded.ids.values().end()});
  save(path + "_scores.safetensors",
       {{"in", nn::Parameters{{"ids", ids}, {"lengths", lengths_of(padded.lengths)}}},
        {"out",
         nn::Parameters{{"sequence", reading.sequence}, {"h", reading.state.h}, {"c", reading.state.c}}}});
}

// Two columns, one of them with an offset that float would not get over, and three classes in turn.
void classify(const std::string& path) {
  lesson::Csv csv{.names = {"height", "time"}, .rows = 150, .columns = 2, .class_column = "kind"};
  manual_seed(1);
  const Tensor noise = randn({csv.rows, 2});
  for (int i = 0; i < csv.rows; ++i) {
    csv.values.push_back(i % 3 + 0.5 * noise.at({i, 0}));
    csv.values.push_back(1e6 + 2 * (i % 2) + std::round(16 * noise.at({i, 1})) / 16);
    csv.classes.push_back(fmt::format("kind {}", i % 3));
    csv.lines.push_back(i + 1);
  }
  const lesson::ClassTable table = lesson::class_table(csv, "table");
  lesson::ClassifierTraining training(table, {}, 0);
  lesson::train_classifier(training, table, 60, path + ".safetensors");
  const NoGrad off;
  const Tensor x({csv.rows, 2}, {csv.values.begin(), csv.values.end()});
  save(path + "_scores.safetensors",
       {{"in", nn::Parameters{{"x", x}}},
        {"out", nn::Parameters{
                    {"log_probabilities", training.best.log_probabilities(training.best.scale.of(csv))}}}});
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 2) fail("trained", "no folder is named; needed: trained FOLDER");
    transcribe(std::string(argv[1]) + "/transcribe");
    spell(std::string(argv[1]) + "/spell");
    classify(std::string(argv[1]) + "/classify");
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
