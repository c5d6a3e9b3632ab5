#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "../files.hpp"
#include "checkpoints.hpp"
#include "lesson_run.hpp"
#include "program_run.hpp"
#include "support/text.hpp"

// The program `reconstruct` on small series.

namespace {

Printed run(const Words& words) { return run_built("reconstruct", words); }

// A wave around 1000, and its half with a shift; rows from `odd` on are something else, five of them.
std::string series_of(int rows, int odd = -1, bool reversed = false) {
  std::string text = reversed ? "note,half,wave\n" : "wave,half,same\n";
  for (int k = 0; k < rows; ++k) {
    const double bump = odd >= 0 && k >= odd && k < odd + 5 ? 12 : 0,
                 wave = 1000 + 4 * std::sin(0.6 * k) + bump, half = 2 * std::cos(0.6 * k);
    text += reversed ? fmt::format("x,{:.4f},{:.4f}\n", half, wave)
                     : fmt::format("{:.4f},{:.4f},7\n", wave, half);
  }
  return text;
}

// The error of a predictor, as `--quiet` prints it.
double error_of_row(const std::string& text, const std::string& name) {
  const std::size_t at = text.find(name + "\t");
  return at == std::string::npos ? -1 : std::atof(text.c_str() + at + name.size() + 1);
}

}  // namespace

TEST_CASE("reconstruct: learns, says how far it is off in each unit, and finds the unusual windows") {
  const Folder folder("reconstruct");
  const std::string series = folder.file("s.csv", series_of(300)), model = folder.file("m"),
                    odd = folder.file("odd.csv", series_of(120, 62, true)), out = folder.file("out.csv");
  const Words train = {"train",     series, "--save",   model, "--window", "10",
                       "--overlap", "5",    "--hidden", "12",  "--epochs", "20"};
  const Printed printed = run(train);
  CHECK_MESSAGE(printed.status == 0, printed.text);
  for (const char* part :
       {"columns used: wave, half, same",
        "300 rows of 2 features: 47 training windows, 11 held out, 10 rows each",
        "1 of 3 features never change in the training part and are left out: same", "window mean",
        "By how much each feature is missed, in its own unit", " windows are unusual"})
    CHECK_MESSAGE(holds(printed.text, part), part);
  Words quiet = train;
  quiet.push_back("--quiet");
  const std::string alone = run(quiet).text;
  CHECK(error_of_row(alone, "mean of the training part") > 0.8);
  CHECK(error_of_row(alone, "the model") > 0);
  CHECK(error_of_row(alone, "the model") < error_of_row(alone, "window mean") / 4);

  const Printed applied = run({"apply", model, odd, "--out", out});
  CHECK_MESSAGE(applied.status == 0, applied.text);
  CHECK(holds(applied.text, "left out: note (not used by the model)"));
  const std::vector<std::string> lines = lesson::lines_of(contents(out));
  REQUIRE(lines.size() == 1 + 23 + 1);
  CHECK(lines[0] == "first_line,last_line,error,unusual,wave,half");
  CHECK(lines[1].starts_with("2,11,"));
  double most = 0;
  std::string worst;
  for (std::size_t i = 1; i <= 23; ++i) {
    int first = 0, last = 0, unusual = 0;
    double error = 0, wave = 0, half = 0;
    REQUIRE(std::sscanf(lines[i].c_str(), "%d,%d,%lf,%d,%lf,%lf", &first, &last, &error, &unusual, &wave,
                        &half) == 6);
    const bool holds_odd = first < 64 + 5 && last >= 64;  // lines 64 to 68
    if (holds_odd) CHECK(unusual == 1);
    if (error > most) most = error, worst = fmt::format("{} to {}", first, last);
  }
  CHECK((worst == "62 to 71" || worst == "57 to 66"));
  CHECK(holds(applied.text, worst));
}

TEST_CASE("reconstruct: differences and raw values are other forms, and raw ones are far off") {
  const Folder folder("reconstruct");
  const std::string series = folder.file("s.csv", series_of(150));
  const auto error_of = [&](const char* form) {
    const Printed printed = run({"train", series, "--save", folder.file("m"), "--window", "10", "--overlap",
                                 "5", "--hidden", "8", "--epochs", "60", "--form", form, "--quiet"});
    CHECK_MESSAGE(printed.status == 0, printed.text);
    return error_of_row(printed.text, "the model");
  };
  CHECK(error_of("raw") > 100);  // it does not even reach the level
  CHECK(error_of("scaled") < 0.2);
  CHECK(error_of("differences") < 0.2);
}

TEST_CASE("reconstruct: training in parts gives the numbers of one training, also after Ctrl-C") {
  const Folder folder("reconstruct");
  const std::string series = folder.file("s.csv", series_of(120)), whole = folder.file("whole"),
                    parts = folder.file("parts");
  const auto train = [&](const std::string& save, const std::string& epochs, const Words& more) {
    Words words = {"train", series, "--save", save, "--window", "8", "--overlap", "4", "--epochs", epochs};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  CHECK(run(train(whole, "6", {"--hidden", "5"})).status == 0);
  CHECK(run(train(parts, "2", {"--hidden", "5"})).status == 0);
  CHECK(holds(run(train(parts, "6", {"--resume"})).text, "after epoch 2."));
  CHECK(same_checkpoints(whole, parts));

  fs::remove(parts);
  const Printed stopped =
      interrupted(start_built("reconstruct", train(parts, "1000000", {"--hidden", "5"})), parts, 20);
  CHECK(stopped.status == 1);
  CHECK_MESSAGE(holds(stopped.text, "holds all of it, and --resume goes on from there"), stopped.text);
  const std::string more = std::to_string(std::max(6, std::atoi(about_of(parts)["epoch"].c_str())) + 7);
  CHECK(run(train(parts, more, {"--resume"})).status == 0);
  CHECK(run(train(whole, more, {"--resume"})).status == 0);
  CHECK(same_checkpoints(whole, parts));
}

TEST_CASE("reconstruct: what it refuses, in words") {
  const Folder folder("reconstruct");
  const auto refuses = [](const Words& words, const std::string& text) {
    const Printed printed = run(words);
    INFO(printed.text);
    return printed.status == 1 && holds(printed.text, text);
  };
  const std::string series = folder.file("s.csv", series_of(60)), model = folder.file("m"),
                    other = folder.file("other.csv", series_of(61)), empty = folder.file("empty.csv", "");
  const auto train = [&](const std::string& file, Words more = {}) {
    more.insert(more.begin(),
                {"train", file, "--epochs", "1", "--save", model, "--window", "6", "--overlap", "2"});
    return more;
  };
  CHECK(refuses(train(empty), "is empty"));
  CHECK(refuses(train(folder.file("short.csv", series_of(20))), "with windows of 6 at least 30 are needed"));
  CHECK(
      refuses({"train", series, "--window", "6", "--overlap", "6", "--save", model}, "overlap is 6; 0 to 5"));
  CHECK(refuses(train(series, {"--form", "smooth"}),
                "--form is \"smooth\"; raw, scaled or differences is needed"));
  CHECK(refuses(train(series, {"--columns", "wav"}), "did you mean \"wave\"?"));
  CHECK(refuses(train(series, {"--columns", "same"}), "all 1 features are constant in the 48 training rows"));
  CHECK(!fs::exists(model));
  CHECK(refuses(train(series, {"--resume"}), "there is no file"));
  CHECK(run(train(series)).status == 0);
  CHECK(refuses(train(other, {"--resume"}), "the series is not the one that this training began with"));
  CHECK(refuses({"train", series, "--save", model, "--window", "7", "--overlap", "2", "--resume"},
                "the series is not the one"));
  CHECK(refuses(train(series, {"--resume", "--form", "raw"}),
                "leave out --form, --hidden, --seed and --shards"));
  CHECK(refuses({"apply", model, folder.file("no.csv", "wave,x\n1.5,2\n2.5,3\n")},
                "columns that the model was trained on are missing: half. The columns are wave, x"));
  CHECK(refuses({"apply", model, empty}, "is empty"));
  CHECK(refuses({"apply", series, series}, "s.csv"));
  CHECK(refuses({"apply", saved_by(folder, "classify"), series},
                "is no model of reconstruct: it was saved by classify"));
  for (const auto& [name, value] : {std::pair("hidden", "99999999"),
                                    {"window", "0"},
                                    {"overlap", "6"},
                                    {"form", "smooth"},
                                    {"usual", "-1"},
                                    {"spread", "1 2 3"},
                                    {"features", ""}})
    CHECK(refuses({"apply", damaged(model, folder, name, value), series},
                  fmt::format("its entry \"{}\" is \"", name)));
}
