// What the figure of lesson 3 shows, measured by the lesson's own code: `make figure-tables` writes it.
#include "lessons/03_timestep_differencing.cpp"

#include <fmt/format.h>

namespace {

const int seed_count = 5, stride = 10;  // a loss for every so many steps

// The asker's series with a share of each feature's mean left in it.
Form with_offset(double share) {
  const tg::Tensor taken = (1 - share) * mean_row(events);
  return {"", events - taken, [=](const tg::Tensor& y) { return y + taken; }};
}

int steps_to_goal(const Run& run) {
  for (int step = 0; step <= run.steps(); ++step)
    if (run.error_after(step) < goal) return step;
  return -1;
}

std::vector<int> thousandths(const tg::Tensor& x) {
  std::vector<int> numbers;
  for (const tg::Real value : x.clone().values())
    numbers.push_back(static_cast<int>(std::lround(1000 * value)));
  return numbers;
}

}  // namespace

int main() {
  const std::vector<int> stops = {0,   10,  20,  50,  100,  200,  300,  400, 500,
                                  600, 700, 800, 900, 1000, 1100, 1200, 1300};
  std::vector<std::string> runs;
  for (const int percent : {100, 50, 30, 10, 3, 0}) {
    const Form form = with_offset(percent / 100.0);
    const Run whole = train(form, hidden, 0);
    std::vector<int> goals = {steps_to_goal(whole)};
    for (int seed = 1; seed < seed_count; ++seed) goals.push_back(steps_to_goal(train(form, hidden, seed)));
    std::vector<std::string> losses, outputs;
    for (int step = 0; step < goals[0]; step += stride)
      losses.push_back(fmt::format("{:.3g}", whole.error_after(step)));
    const auto add_output = [&](int stop) {
      const Run run = train(form, hidden, 0, {.limit = stop});
      outputs.push_back(fmt::format("[{}]", fmt::join(thousandths(run.output), ",")));
    };
    for (const int stop : stops)
      if (stop < goals[0]) add_output(stop);
    add_output(goals[0]);
    runs.push_back(fmt::format(
        "    {{ share: {}, goals: [{}], last: {:.3g},\n      losses: [{}],\n      outputs: [\n{}] }}",
        percent, fmt::join(goals, ", "), whole.error_after(goals[0]), fmt::join(losses, ","),
        fmt::join(outputs, ",\n")));
  }
  std::vector<int> small;
  for (int seed = 0; seed < seed_count; ++seed)
    small.push_back(steps_to_goal(train(with_offset(1), small_model, seed)));
  std::vector<std::string> truth;
  for (const tg::Real value : events.clone().values()) truth.push_back(fmt::format("{:.4f}", value));
  fmt::print(
      "// Made by `make figure-tables`. An output holds T rows of D numbers, in thousandths.\n"
      "figures.tables[\"03_timestep_differencing\"] = {{\n  T: {}, D: {}, goal: {}, limit: {}, hidden: {}, small: {}, stride: {},\n"
      "  stops: [{}],\n  small_goals: [{}],\n  events: [{}],\n  runs: [\n{},\n  ],\n}};\n",
      T, D, goal, step_limit.value(), hidden.value(), small_model, stride, fmt::join(stops, ", "),
      fmt::join(small, ", "), fmt::join(truth, ","), fmt::join(runs, ",\n"));
}
