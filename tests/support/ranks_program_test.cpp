#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <string>
#include <vector>

#include "../files.hpp"
#include "checkpoints.hpp"
#include "lesson_run.hpp"
#include "program_run.hpp"
#include "sounds.hpp"
#include "voices.hpp"

// Programs that train under mpirun: the same results on any number of ranks.

namespace {

Printed on_ranks(int count, const std::string& name, Words words) {
  words.insert(words.begin(), (build_path / "lessons/programs" / name).string());
  return run_ranks(count, words);
}

std::string wave() {
  std::string text = "wave,half\n";
  for (int k = 0; k < 150; ++k) text += fmt::format("{:.4f},{:.4f}\n", std::sin(0.6 * k), std::cos(0.6 * k));
  return text;
}

}  // namespace

TEST_CASE("ranks: reconstruct trains to the same bits on 1, 2 and 4 ranks, resumed on others too") {
  if (!has_program("mpirun")) return;
  const Folder folder("reconstruct_ranks");
  const std::string series = folder.file("s.csv", wave()), alone = folder.file("alone");
  const auto train = [&](const std::string& model, int epochs, const Words& more = {}) {
    Words words = {"train", series, "--save", model, "--window", "10", "--epochs", std::to_string(epochs)};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  const Printed one = run_built("reconstruct", train(alone, 4, {"--shards", "4", "--quiet"}));
  CHECK(one.status == 0);
  for (int count : {2, 4}) {
    const std::string model = folder.file(fmt::format("on{}", count));
    const Printed together = on_ranks(count, "reconstruct", train(model, 4, {"--quiet"}));
    CHECK_MESSAGE(together.status == 0, together.text);
    CHECK(together.text == one.text);
    CHECK(same_checkpoints(alone, model));
  }
  const std::string moved = folder.file("moved");
  CHECK(on_ranks(3, "reconstruct", train(moved, 2)).status == 0);
  CHECK(on_ranks(2, "reconstruct", train(moved, 3, {"--resume"})).status == 0);
  CHECK(run_built("reconstruct", train(moved, 4, {"--resume"})).status == 0);
  CHECK(same_checkpoints(alone, moved));

  const Printed many = on_ranks(5, "reconstruct", train(folder.file("many"), 1));
  CHECK(many.status == 1);
  CHECK(holds(many.text, "5 ranks share batches that are cut into 4 shards; at least 5 are needed"));
  const Printed apply = on_ranks(2, "reconstruct", {"apply", alone, series});
  CHECK(apply.status == 2);
  CHECK(holds(apply.text, "apply works alone; start it without mpirun"));
}

TEST_CASE("ranks: transcribe trains with dropout to the same bits on 1, 2 and 4 ranks") {
  if (!has_program("mpirun") || !has_libsndfile()) return;
  const Folder folder("transcribe_ranks");
  const std::string recordings = folder.file("recordings"), alone = folder.file("alone");
  record_digits(recordings, 1, 4);
  const auto train = [&](const std::string& model, const Words& more = {}) {
    Words words = {"train", recordings, "--save", model, "--steps", "14", "--hidden", "4", "--batch", "6"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  CHECK(run_built("transcribe", train(alone, {"--shards", "4"})).status == 0);
  for (int count : {2, 4}) {
    const std::string model = folder.file(fmt::format("on{}", count));
    const Printed together = on_ranks(count, "transcribe", train(model));
    CHECK_MESSAGE(together.status == 0, together.text);
    CHECK((numbers_of(alone) == numbers_of(model)));
    About first = about_of(alone), second = about_of(model);
    for (const char* name : {"step", "shards", "loss_sum", "looks", "random"})
      CHECK(first[name] == second[name]);
  }
}
