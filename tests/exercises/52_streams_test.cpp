#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

const int old = 50;  // steps since the event

struct Series {
  std::vector<Real> x, y;
  std::vector<int> age;
  Tensor input() const { return {{static_cast<int>(x.size()), 1}, x}; }
  Tensor target() const { return {{static_cast<int>(y.size()), 1}, y}; }
};

// Events +1 and -1 at 2 % of the steps, and the sign of the last one.
Series latch(int length) {
  Series series;
  for (int t = 0; t < length; ++t) {
    const bool event = t == 0 || random_stream().uniform() < 0.02;
    series.x.push_back(event ? 2 * random_stream().below(2) - 1 : 0);
    series.y.push_back(event ? series.x.back() > 0 : series.y.back());
    series.age.push_back(event ? 0 : series.age.back() + 1);
  }
  return series;
}

}  // namespace

TEST_CASE("targets that teach") {
  CHECK_MESSAGE(!near(exercise::teaching(3, 10), 0.3),
                "this is the share whose input is in another window: the rest has it in the same one");
  CHECK_MESSAGE(!near(exercise::teaching(3, 10), 0.6),
                "places 3 to 9 of the window can look back over 3 steps: these are 7 of 10");
  CHECK(near(exercise::teaching(3, 10), 0.7));
  CHECK(near(exercise::teaching(0, 4), 1));
  INFO("from a lag of the window's length on no target teaches: 0, and never less");
  CHECK(near(exercise::teaching(10, 10), 0));
  CHECK(near(exercise::teaching(15, 10), 0));
}

TEST_CASE("states that fit") {
  {
    INFO("2 rows, batches (0 1) (2 3) (4 5): window 2 gets the state of window 0, and no state fits");
    CHECK(near(exercise::fitting({0, 1, 2, 3, 4, 5}, 2), 0));
  }
  {
    INFO(
        "2 rows, batches (0 3) (1 4) (2 5): all states fit. The first batch gets none, so it does not count");
    CHECK(near(exercise::fitting({0, 3, 1, 4, 2, 5}, 2), 1));
  }
  {
    INFO("with one row, windows in order fit");
    CHECK(near(exercise::fitting({0, 1, 2, 3}, 1), 1));
  }
  INFO("2 rows, batches (0 3) (1 5) (2 4): 0, 1, 2 fit in row 0; 3, 5, 4 do not in row 1");
  CHECK(near(exercise::fitting({0, 3, 1, 5, 2, 4}, 2), 0.5));
}

TEST_CASE("reading in windows") {
  manual_seed(1);
  const nn::LSTM lstm(1, 4);
  const nn::Dense head(4, 1);
  const Tensor x = randn({11, 1});
  const auto pass = [&](const Tensor& part) {
    return reshape(head(lstm(reshape(part, {1, -1, 1})).sequence), {-1, 1});
  };
  const Tensor whole = pass(x);
  const Tensor got = exercise::read(lstm, head, x, 4);
  CHECK_MESSAGE(got.dim(0) != 8, "the last window is shorter: 11 steps are 4, 4 and 3, and all have a score");
  CHECK_MESSAGE(
      !near(got, concat({pass(slice(x, 0, 0, 4)), pass(slice(x, 0, 4, 8)), pass(slice(x, 0, 8, 11))}, 0)),
      "each window began at 0: hand the state on");
  for (const int steps : {1, 3, 4, 11, 20}) {
    INFO("in windows of " << steps << " steps: the scores of one long pass");
    CHECK(near(exercise::read(lstm, head, x, steps), whole));
  }
}

TEST_CASE("learning carries numbers") {
  manual_seed(5);
  const Series series = latch(320 * 2);
  const nn::LSTM lstm(1, 3);
  const nn::Dense head(3, 1);
  INFO(
      "two batches: the state of the first must be detached, or the gradient of the second runs back into a graph that is "
      "gone");
  CHECK_NOTHROW(exercise::learn(lstm, head, series.input(), series.target()));
}

TEST_CASE("learning") {
  manual_seed(3);
  const Series series = latch(320 * 720), fresh = latch(20'000);
  const nn::LSTM lstm(1, 16);
  const nn::Dense head(16, 1);
  exercise::learn(lstm, head, series.input(), series.target());
  for (const auto& [name, weight] : lstm.parameters()) {
    INFO("the weights stay leaves, changed in place by the optimizer");
    REQUIRE(weight.is_leaf());
  }
  const NoGrad no_grad;
  const Tensor score = head(lstm(reshape(fresh.input(), {1, 20'000, 1})).sequence);
  double young = 0, young_right = 0, right = 0, all = 0;
  for (std::size_t i = 0; i < fresh.age.size(); ++i) {
    const bool hit = (score.values()[i] > 0) == (fresh.y[i] > 0.5);
    if (fresh.age[i] < 5) ++young, young_right += hit;
    if (fresh.age[i] >= old) ++all, right += hit;
  }
  {
    INFO("right where the event is less than 5 steps old: " << written(young_right / young)
                                                            << ", above 0.9 is needed");
    CHECK(young_right > 0.9 * young);
  }
  INFO(
      "right where the event is "
      << old << " or more steps old: " << written(right / all)
      << ", above 0.9 is needed. Its memory ends with the window: each row must go on where it was in the batch before, and "
         "get the state from there");
  CHECK(right > 0.9 * all);
}
