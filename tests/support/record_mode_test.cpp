#include "support/record_mode.hpp"

#include <doctest/doctest.h>

#include <string>

#include "lesson_run.hpp"

// What programs read of a lesson: the knobs, and claims as they come.

TEST_CASE("records: the listing of knobs says what a field and a slider need") {
  double lr = 1e-3, offset = 0, share = 0.2;
  int hidden = 100, layers = 1, most = 2000000000, pairs = 36;
  bool clip = false;
  std::string data = "a \"name\"";
  const auto listed = [](lesson::Flag flag) { return lesson::knob_listing({flag}); };
  CHECK(listed({"lr", "step size", &lr, 0}) ==
        "[{\"name\":\"lr\",\"meaning\":\"step size\",\"type\":\"number\",\"default\":0.001,\"least\":0.0,"
        "\"slider\":[0.0001,0.01]}]\n");
  CHECK(listed({"offset", "share", &offset}) ==
        "[{\"name\":\"offset\",\"meaning\":\"share\",\"type\":\"number\",\"default\":0.0}]\n");
  CHECK(listed({"hidden", "units", &hidden, 1}) ==
        "[{\"name\":\"hidden\",\"meaning\":\"units\",\"type\":\"whole\",\"default\":100,\"least\":1.0,"
        "\"slider\":[10,200]}]\n");
  CHECK(holds(listed({"layers", "", &layers, 1}), "\"slider\":[1,2]"));
  CHECK(holds(listed({"layers", "", &layers}), "\"slider\":[0,2]"));
  CHECK(holds(listed({"most", "", &most}), "\"slider\":[200000000,2147483647]"));
  CHECK(holds(listed({"pairs", "", &pairs, 1, 40}), "\"least\":1.0,\"most\":40.0,\"slider\":[3,40]"));
  CHECK(holds(listed({"share", "", &share, 0, 0.9}), "\"least\":0.0,\"most\":0.9,\"slider\":[0.0,0.9]"));
  CHECK(holds(listed({"offset", "", &offset, -20, 20}), "\"slider\":[-20.0,20.0]"));
  CHECK(listed({"clip", "wrong turn", &clip}) ==
        "[{\"name\":\"clip\",\"meaning\":\"wrong turn\",\"type\":\"switch\",\"default\":false}]\n");
  CHECK(holds(listed({"data", "", &data}), "\"type\":\"text\",\"default\":\"a \\\"name\\\"\""));
  CHECK(lesson::knob_listing({}) == "[]\n");
}

TEST_CASE("records: a claim is one line, with what makes it false") {
  CHECK(lesson::claim_record("it falls", "pass", "--lr 1") ==
        "\x1e{\"claim\":{\"text\":\"it falls\",\"result\":\"pass\",\"fails_with\":\"--lr 1\"}}\n");
  CHECK(lesson::claim_record("a\nb", "skipped", "") ==
        "\x1e{\"claim\":{\"text\":\"a\\nb\",\"result\":\"skipped\",\"fails_with\":\"\"}}\n");
}

TEST_CASE("records: a prediction is one line, with this run's answer") {
  CHECK(lesson::prediction_record("how many?", "57 steps") ==
        "\x1e{\"prediction\":{\"question\":\"how many?\",\"answer\":\"57 steps\"}}\n");
}

TEST_CASE("records: what a program found out is one line, a table") {
  CHECK(lesson::results_record({{"file", "text"}, {"a\tb", "\"ja\""}}) ==
        "\x1e{\"results\":[[\"file\",\"text\"],[\"a\\tb\",\"\\\"ja\\\"\"]]}\n");
}

TEST_CASE("records: what goes with a file of the reader's own is in the help, and in no page") {
  const std::string name = "02_sigmoid_or_softmax", knobs = run_lesson(name, {"--list-knobs"}).text,
                    help = run_lesson(name, {"--help"}).text;
  for (const std::string of_data : {"data", "target", "header", "missing"}) {
    CHECK(!holds(knobs, "\"" + of_data + "\""));
    CHECK(holds(help, "--" + of_data));
  }
  CHECK(holds(knobs, "{\"name\":\"keras-shape\""));
}

TEST_CASE("records: a knob that has ends refuses what is beyond them") {
  const auto tried = [](const std::string& same) {
    return run_lesson("07_speaker_embeddings", {"--only", "2", "--same", same});
  };
  const Printed refused = tried("37");
  CHECK(refused.status == 2);
  CHECK(holds(refused.text, "--same: 37 is too large, the most is 36 (--help lists the flags)"));
  CHECK(holds(tried("0").text, "--same: 0 is too small, the least is 1"));
  CHECK(tried("36").status == 0);
}

TEST_CASE("records: a lesson lists its knobs, and tells each claim behind its printed lines") {
  const Printed knobs = run_lesson("03_timestep_differencing", {"--list-knobs"});
  CHECK(knobs.status == 0);
  CHECK(knobs.text.starts_with("[{\"name\":\"lr\","));
  CHECK(holds(knobs.text, "\"default\":0.001,\"least\":0.0,\"slider\":[0.0001,0.01]}"));
  CHECK(!holds(knobs.text, "list-knobs"));
  CHECK(!holds(run_lesson("03_timestep_differencing", {"--help"}).text, "list-knobs"));

  const std::string right = "pass\",\"fails_with\":\"--askers-lr 1e-3\"}}",
                    wrong = "fail\",\"fails_with\":\"--askers-lr 1e-3\"}}";
  const Words recorded = {"LESSON_RECORD=1"};
  const Printed plain = run_lesson("03_timestep_differencing", {"--only", "1"}, recorded);
  CHECK(holds(plain.text, "\x1e{\"step\":{\"line\":"));
  CHECK(holds(plain.text, ",\"title\":\"The asker's step size\"}}"));
  CHECK(holds(plain.text, "becomes false with --askers-lr 1e-3\n\x1e{\"claim\":{\"text\":\""));
  CHECK(holds(plain.text, right));
  CHECK(!holds(plain.text, wrong));
  CHECK(holds(plain.text, "asker's step size?\",\"answer\":\"0.0003\"}}"));
  const Printed broken =
      run_lesson("03_timestep_differencing", {"--only", "1", "--askers-lr", "1e-3"}, recorded);
  CHECK(holds(broken.text, wrong));
  CHECK(holds(broken.text, "\"answer\":\"0.3\"}}"));
  CHECK(holds(broken.text, "step size 0.001  "));
}
