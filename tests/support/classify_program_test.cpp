#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "../files.hpp"
#include "checkpoints.hpp"
#include "lesson_run.hpp"
#include "program_run.hpp"
#include "support/classifier.hpp"
#include "support/csv_line.hpp"
#include "support/text.hpp"
#include "tinygrad_cpp/array/random.hpp"

// The program `classify` on small tables.

namespace {

Printed run(const Words& words) { return run_built("classify", words); }

const char* class_of(double x, double y) { return x + y > 1 ? "high, far" : x - y > 1 ? "low" : "mid"; }

// Two numbers that tell the class, a text, and the class.
std::string table_of(int rows, int seed, bool reversed = false) {
  tg::RandomStream random(static_cast<std::uint64_t>(seed));
  std::string text = reversed ? "note,y,x\n" : "x,y,note,kind\n";
  for (int i = 0; i < rows; ++i) {
    const double x = random.uniform(-2, 2), y = random.uniform(-2, 2);
    text += reversed ? fmt::format("n,{},{}\n", y, x) : fmt::format("{},{},n,\"{}\"\n", x, y, class_of(x, y));
  }
  return text;
}

}  // namespace

TEST_CASE("classify: learns, tests, saves, and gives the probabilities of new rows") {
  const Folder folder("classify");
  const std::string table = folder.file("t.csv", table_of(400, 1)), model = folder.file("m"),
                    rows = folder.file("new.csv", table_of(60, 2, true)), out = folder.file("out.csv");
  const Words train = {"train", table, "--target", "kind", "--save", model, "--epochs", "120"};
  const Printed printed = run(train);
  CHECK_MESSAGE(printed.status == 0, printed.text);
  for (const char* part :
       {"columns used: x, y; left out: note (text: n), kind (the classes)",
        "classes of \"kind\": high, far (", "240 rows to train on, 80 for validation, 80 for the test",
        "majority", "Of each class", "Test rows in groups"})
    CHECK_MESSAGE(holds(printed.text, part), part);
  Words quiet = train;
  quiet.push_back("--quiet");
  const Printed alone = run(quiet);
  const std::vector<std::string> lines = lesson::lines_of(alone.text);
  REQUIRE(lines.size() >= 3);  // majority, network, and the end
  CHECK(lines[0].starts_with("majority\t"));
  CHECK(lines[1].starts_with("network\t"));
  CHECK(std::atof(lines[1].substr(lines[1].find('\t')).c_str()) > 90);
  CHECK(std::atof(lines[0].substr(lines[0].find('\t')).c_str()) < 70);
  CHECK(fs::exists(model + ".old"));

  const Printed applied = run({"apply", model, rows, "--out", out});
  CHECK_MESSAGE(applied.status == 0, applied.text);
  CHECK(holds(applied.text, "columns used: y, x; left out: note (not used by the model)"));
  CHECK(holds(applied.text, "60 rows written to"));
  const std::vector<std::string> written = lesson::lines_of(contents(out));
  REQUIRE(written.size() == 62);
  CHECK(written[0] == "line,class,\"high, far\",low,mid");
  const std::vector<std::string> given = lesson::lines_of(contents(rows));
  int right = 0;
  for (std::size_t i = 1; i <= 60; ++i) {
    double x = 0, y = 0, sum = 0;
    REQUIRE(std::sscanf(given[i].c_str(), "n,%lf,%lf", &y, &x) == 2);
    const std::string start = lesson::csv_line({std::to_string(i + 1), class_of(x, y)});
    right += written[i].starts_with(start.substr(0, start.size() - 1) + ",");
    std::string rest = written[i];
    for (int k = 0; k < 3; ++k) {
      const std::size_t comma = rest.rfind(',');
      sum += std::atof(rest.c_str() + comma + 1);
      rest.resize(comma);
    }
    CHECK(std::abs(sum - 1) < 1e-4);
  }
  CHECK(right > 50);
  CHECK(holds(run({"apply", model, rows}).text, "line  class"));
}

TEST_CASE("classify: names what is cheapest, where missing a class has a cost") {
  CHECK(lesson::miss_costs("", {"a", "b"}) == std::vector<double>{1, 1});
  CHECK(lesson::miss_costs(" b = 2.5 ,a=0.5", {"a", "b"}) == std::vector<double>{0.5, 2.5});
  CHECK(lesson::miss_costs("a=b=3", {"a", "a=b"}) == std::vector<double>{1, 3});
  const tg::Tensor p = tg::tensor({{0.9, 0.06, 0.04}, {0.96, 0.02, 0.02}});
  const std::vector<double> costs = {1, 20, 2};
  const tg::Indices named = lesson::cheapest_class(tg::log(p), costs);
  for (int i = 0; i < 2; ++i) {
    std::vector<double> expected;  // of naming each class
    for (int j = 0; j < 3; ++j) {
      expected.push_back(0);
      for (int k = 0; k < 3; ++k)
        if (k != j) expected.back() += p.at({i, k}) * costs[static_cast<std::size_t>(k)];
    }
    CHECK(named.at({i}) == std::min_element(expected.begin(), expected.end()) - expected.begin());
  }
  CHECK(named.at({0}) == 1);  // 0.06 is above 1/(1 + 20), and 0.02 is not
  CHECK(named.at({1}) == 0);
  CHECK(lesson::mean_cost(named, tg::indices({1, 1}), costs) == 10);

  const Folder folder("classify_costs");
  const std::string table = folder.file("t.csv", table_of(200, 6)), model = folder.file("m");
  const auto lows = [&](const char* given) {
    std::size_t count = 0;
    const std::string text = run({"apply", model, table, "--quiet", "--costs", given}).text;
    for (const std::string& line : lesson::lines_of(text)) count += holds(line, "\tlow\t");
    return count;
  };
  const Printed trained =
      run({"train", table, "--target", "kind", "--save", model, "--epochs", "20", "--costs", "low=50"});
  CHECK_MESSAGE(holds(trained.text, "Named with --costs low=50: a test row costs"), trained.text);
  CHECK(lows("low=50") > lows("low=1"));
  CHECK(lows("high, far=50,mid=50") < lows("low=1"));
}

TEST_CASE("classify: training in parts gives the numbers of one training, also after Ctrl-C") {
  const Folder folder("classify");
  const std::string table = folder.file("t.csv", table_of(150, 3)), whole = folder.file("whole"),
                    parts = folder.file("parts");
  const auto train = [&](const std::string& save, const char* epochs, bool resume) {
    Words words = {"train", table, "--target", "kind", "--save", save, "--epochs", epochs};
    if (resume) words.push_back("--resume");
    return words;
  };
  CHECK(run(train(whole, "12", false)).status == 0);
  CHECK(run(train(parts, "5", false)).status == 0);
  CHECK(holds(run(train(parts, "12", true)).text, "after epoch 5."));
  CHECK(same_checkpoints(whole, parts));

  // What was stopped after some epochs goes on to a round number of them.
  fs::remove(parts);
  const Printed stopped = interrupted(start_built("classify", train(parts, "1000000", false)), parts, 20);
  CHECK(stopped.status == 1);
  CHECK_MESSAGE(holds(stopped.text, "holds all of it, and --resume goes on from there"), stopped.text);
  const int done = std::atoi(about_of(parts)["epoch"].c_str());
  const std::string more = std::to_string(std::max(done, 12) + 4);
  CHECK(run(train(parts, more.c_str(), true)).status == 0);
  CHECK(run(train(whole, more.c_str(), true)).status == 0);
  CHECK(same_checkpoints(whole, parts));
}

TEST_CASE("classify: what it refuses, in words") {
  const Folder folder("classify");
  const auto refuses = [](const Words& words, const std::string& text) {
    const Printed printed = run(words);
    INFO(printed.text);
    return printed.status == 1 && holds(printed.text, text);
  };
  const std::string table = folder.file("t.csv", table_of(60, 4)), model = folder.file("m"),
                    other = folder.file("other.csv", table_of(60, 5)), empty = folder.file("empty.csv", "");
  const auto train = [&](const std::string& file, Words more) {
    more.insert(more.begin(), {"train", file, "--epochs", "1", "--save", model});
    return more;
  };
  CHECK(
      refuses(train(table, {}), "--target is missing; it names the column of classes. The columns are x, y"));
  CHECK(refuses(train(table, {"--target", "kid"}), "there is no column \"kid\"; did you mean \"kind\"?"));
  CHECK(refuses(train(table, {"--target", "note"}), "\"note\" is n in all 60 rows; two classes are needed"));
  CHECK(refuses(train(table, {"--target", "x"}), "\"x\" has 60 different values in 60 rows"));
  CHECK(refuses(train(table, {"--target", "kind", "--skip", "x,y"}), "no column is left"));
  CHECK(refuses(train(empty, {"--target", "kind"}), "is empty"));
  CHECK(!fs::exists(model));  // nothing is written before the table is read
  CHECK(refuses(train(table, {"--target", "kind", "--resume"}), "there is no file"));
  CHECK(refuses({"train", table, "--target", "kind", "--save", folder.path.string()}, folder.path.string()));
  CHECK(run(train(table, {"--target", "kind"})).status == 0);
  CHECK(refuses(train(other, {"--target", "kind", "--resume"}),
                "the table is not the one that this training began with"));
  CHECK(refuses(train(table, {"--target", "kind", "--resume", "--hidden", "3"}),
                "leave out --hidden and --seed"));
  CHECK(refuses({"apply", model, folder.file("no.csv", "x,z\n1,2\n")},
                "columns that the model was trained on are missing: y. The columns are x, z"));
  CHECK(refuses({"apply", model, empty}, "is empty"));
  CHECK(refuses({"apply", model, folder.file("text.csv", "x,y\n1,2\n2,b\n")},
                "line 3, column 2 (y): got \"b\""));
  CHECK(refuses({"apply", table, table}, "t.csv"));
  CHECK(
      refuses({"apply", saved_by(folder, "spell"), table}, "is no model of classify: it was saved by spell"));
  const auto refuses_costs = [&](const char* costs, const char* text) {
    return refuses({"apply", model, table, "--costs", costs}, text) &&
           refuses(train(table, {"--target", "kind", "--costs", costs}), text);
  };
  CHECK(refuses_costs("lwo=2", "there is no class \"lwo\"; the classes are high, far, low, mid"));
  CHECK(refuses_costs("low=2,low=3", "twice the class \"low\""));
  for (const char* cost : {"low", "low=", "low=x", "low=0", "low=-1", "low=inf", "low=nan", "low=1e999"})
    CHECK_MESSAGE(refuses_costs(cost, "for class low; a number above 0 is needed, as in low=20"), cost);
  // Entries that a damaged file may hold.
  for (const auto& [name, value] : {std::pair("hidden", "99999999"),
                                    {"temperature", "0.5"},
                                    {"spread", "1 0"},
                                    {"mean", "1"},
                                    {"features", "x\n\n"},
                                    {"classes", ""},
                                    {"epoch", "-1"},
                                    {"best_loss", "nan"},
                                    {"random", "0"}})
    CHECK(refuses({"apply", damaged(model, folder, name, value), table},
                  fmt::format("its entry \"{}\" is \"", name)));
}
