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

int times(const std::string& text, const std::string& part) {
  int count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++count;
  return count;
}

std::string wave() {
  std::string text = "wave,half\n";
  for (int k = 0; k < 150; ++k) text += fmt::format("{:.4f},{:.4f}\n", std::sin(0.6 * k), std::cos(0.6 * k));
  return text;
}

}  // namespace

TEST_CASE("ranks: reconstruct trains to the same bits on 1, 2 and 4 ranks, resumed on others too") {
  if (!has_ranks()) return;
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
  CHECK(times(many.text, "5 ranks share") == 1);
  const Printed apply = on_ranks(2, "reconstruct", {"apply", alone, series});
  CHECK(apply.status == 2);
  CHECK(holds(apply.text, "apply works alone; start it without mpirun"));
  CHECK(times(apply.text, "works alone") == 1);
}

TEST_CASE("ranks: an error that all have is told once, and that of one rank with its number") {
  if (!has_ranks()) return;
  const Folder folder("ranks_errors");
  const std::string series = folder.file("s.csv", wave()), none = folder.file("none.csv");
  const std::string program = (build_path / "lessons/programs/reconstruct").string();
  const Words saved = {"--save", folder.file("model")};
  // The last word differs between rank `odd` and the others.
  const auto apart = [&](int odd, const std::string& its, const std::string& of_others, const Words& more) {
    const char* const script =
        "[ $OMPI_COMM_WORLD_RANK = $1 ] && last=$2 || last=$3; shift 3; exec \"$@\" \"$last\"";
    Words words = {"sh", "-c", script, "sh", std::to_string(odd), its, of_others, program, "train"};
    for (const char* word : {"--window", "10", "--epochs", "2"}) words.push_back(word);
    words.insert(words.end(), more.begin(), more.end());
    const Printed printed = run_ranks(3, words);
    CHECK(printed.status == 1);
    CHECK_MESSAGE(times(printed.text, "reconstruct: ") == 1, printed.text);
    return printed.text;
  };
  apart(0, none, none, saved);
  CHECK(times(apart(0, none, series, saved), "rank 2: ") == 0);
  CHECK(times(apart(2, none, series, saved), "rank 2: ") == 1);
  CHECK(holds(apart(1, "1", "2", {series, "--save", saved[1], "--seed"}),
              "begin at different steps or with other data"));
  // Rank 0 alone cannot save, and the others wait for it.
  apart(0, folder.file("none") + "/model", saved[1], {series, "--save"});
}

TEST_CASE("ranks: transcribe trains with dropout to the same bits on 1, 2 and 4 ranks") {
  if (!has_ranks() || !has_libsndfile()) return;
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
