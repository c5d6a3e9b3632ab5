// Learns to reconstruct windows of a series, says how far it is off, and finds the windows that it
// reconstructs badly: the unusual ones. Lesson 03 explains the method.
#include <algorithm>
#include <numeric>

#include "support/csv_line.hpp"
#include "support/knob_list.hpp"
#include "support/ranks.hpp"
#include "support/reconstructor.hpp"
#include "support/run_program.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/file.hpp"
#include "tinygrad_cpp/tinygrad.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace {

using lesson::right;

struct Flags {
  lesson::SavedTraining saved{.save = "reconstruct.safetensors"};
  std::string form = "scaled", out;
  int window = 14, overlap = 7, epochs = 50, hidden = 32, seed = 0, shards = 0;
};
Flags flags;
lesson::CsvKnobs table_flags;

lesson::Csv read_series(const std::string& path, const std::vector<std::string>& columns) {
  lesson::CsvOptions how = table_flags.options();
  how.series = true;
  how.exactly = columns;
  const lesson::Csv csv = lesson::read_csv(path, how);
  lesson::note("{}", csv.understood);
  return csv;
}

// Windows of a file, reconstructed.
struct Result {
  const lesson::Csv& csv;
  lesson::Padded windows;
  lesson::Places places;
  tg::Tensor output;
  std::vector<double> errors;  // of each window

  std::string lines_of(std::size_t item) const {
    const auto& [start, stop] = places[item];
    return fmt::format("{} to {}", csv.lines[static_cast<std::size_t>(start)],
                       csv.lines[static_cast<std::size_t>(stop - 1)]);
  }
};

Result result_of(const lesson::Reconstructor& model, const lesson::Csv& csv, const lesson::Padded& windows,
                 const lesson::Places& places) {
  const tg::Tensor output = model(windows);
  return {csv, windows, places, output, lesson::window_errors(output, windows)};
}

// By how much each feature is missed, beside someone who knows the mean of each window.
void print_features(const lesson::Reconstructor& model, const Result& result) {
  const std::vector<double> missed = lesson::feature_errors(result.output, result.windows, model.scale);
  const std::vector<double> by_mean =
      lesson::feature_errors(lesson::window_means(result.windows), result.windows, model.scale);
  std::vector<lesson::Row> rows;
  for (std::size_t d = 0; d < missed.size(); ++d)
    rows.push_back(
        {tg::shown(model.scale.names[d], 30), right("{:.3g}", missed[d]), right("{:.3g}", by_mean[d])});
  lesson::say("\nBy how much each feature is missed, in its own unit (root of the mean squared error)\n");
  lesson::table({"feature", right("the model"), right("the window's mean")}, rows);
}

// The windows above the usual error, the worst first.
void print_unusual(const lesson::Reconstructor& model, const Result& result) {
  std::vector<std::size_t> order(result.errors.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return result.errors[a] > result.errors[b]; });
  const auto unusual = std::count_if(order.begin(), order.end(),
                                     [&](std::size_t i) { return result.errors[i] > model.usual; });
  lesson::note(
      "\n{} of {} windows are unusual: their error is above {:.3g}, which one in a hundred training "
      "windows exceeds\n",
      unusual, order.size(), model.usual);
  if (unusual == 0) return;
  std::vector<lesson::Row> rows;
  for (std::size_t i = 0; i < static_cast<std::size_t>(std::min<std::ptrdiff_t>(unusual, 10)); ++i) {
    std::vector<double> missed =
        lesson::feature_errors(result.output, result.windows, model.scale, static_cast<int>(order[i]));
    for (std::size_t d = 0; d < missed.size(); ++d) missed[d] /= model.scale.spread[d];
    const auto worst =
        static_cast<std::size_t>(std::max_element(missed.begin(), missed.end()) - missed.begin());
    rows.push_back({right(result.lines_of(order[i])), right("{:.3g}", result.errors[order[i]]),
                    right("{:.1f}", result.errors[order[i]] / model.usual),
                    tg::shown(model.scale.names[worst], 30),
                    right("{:.3g}", missed[worst] * model.scale.spread[worst])});
  }
  lesson::results({right("lines"), right("error"), right("times"), "most missed", right("by")}, rows);
}

// A line for each window: its place, its error, and by how much each feature is missed, in its own unit.
void write_windows(const lesson::Reconstructor& model, const Result& result) {
  if (flags.out.empty()) return;
  lesson::Words names = {"first_line", "last_line", "error", "unusual"};
  names.insert(names.end(), model.scale.names.begin(), model.scale.names.end());
  std::string text = lesson::csv_line(names);
  for (std::size_t i = 0; i < result.errors.size(); ++i) {
    const auto& [start, stop] = result.places[i];
    lesson::Words fields = {std::to_string(result.csv.lines[static_cast<std::size_t>(start)]),
                            std::to_string(result.csv.lines[static_cast<std::size_t>(stop - 1)]),
                            fmt::format("{:.6g}", result.errors[i]),
                            result.errors[i] > model.usual ? "1" : "0"};
    for (const double missed :
         lesson::feature_errors(result.output, result.windows, model.scale, static_cast<int>(i)))
      fields.push_back(fmt::format("{:.6g}", missed));
    text += lesson::csv_line(fields);
  }
  tg::write_whole("reconstruct", flags.out, {text});
  lesson::note("{} windows written to {}", result.errors.size(), tg::shown_path(flags.out));
}

void report(const lesson::Reconstructor& model, const Result& result) {
  std::vector<lesson::Row> rows;
  for (const lesson::LazyPredictor& lazy : lesson::lazy_predictors(result.windows))
    rows.push_back({lazy.name, right("{:.3g}", lazy.error)});
  rows.push_back(
      {"the model",
       right("{:.3g}", static_cast<double>(lesson::window_loss(result.output, result.windows).item()))});
  lesson::note(
      "\nMean squared error of {} windows, in units of each feature's variance in training. The window's "
      "mean and copy (the row before) look at what they predict\n",
      result.errors.size());
  lesson::results({"predictor", right("error")}, rows);
  if (!lesson::quiet()) print_features(model, result);
  print_unusual(model, result);
  write_windows(model, result);
}

lesson::ReconstructorTraining begun(const lesson::SeriesWindows& series) {
  if (!flags.saved.resume) {
    const lesson::ReconstructorSettings settings{.form = lesson::series_form(flags.form),
                                                 .window = flags.window,
                                                 .overlap = flags.overlap,
                                                 .hidden = flags.hidden,
                                                 .shards = flags.shards};
    lesson::ReconstructorTraining training(series, settings, flags.seed);
    flags.saved.keep_old();
    return training;
  }
  if (flags.hidden != Flags().hidden || flags.seed != Flags().seed || flags.form != Flags().form ||
      flags.shards != Flags().shards)
    tg::fail("reconstruct",
             "--resume goes on as the training began; leave out --form, --hidden, --seed and --shards");
  auto training = lesson::ReconstructorTraining::saved(flags.saved.save);
  flags.saved.note_resumed(fmt::format("after epoch {}", training.epoch));
  return training;
}

void train(const lesson::Words& files) {
  const lesson::Csv csv = read_series(files[0], {});
  const lesson::SeriesWindows series = lesson::series_windows(csv, flags.window, flags.overlap);
  lesson::note_lines(series.understood);
  const std::string file = tg::shown_path(flags.saved.save);
  lesson::ReconstructorTraining training = begun(series);
  lesson::train_reconstructor(training, series, flags.epochs, flags.saved.save);
  if (training.epoch < flags.epochs)
    flags.saved.fail_stopped("reconstruct",
                             fmt::format("after epoch {} of {}", training.epoch, flags.epochs));
  if (lesson::rank() > 0) return;
  lesson::note("{} epochs on windows in the form \"{}\"; saved in {}", training.epoch,
               lesson::name_of(training.model.settings.form), file);
  lesson::note("\nThe last fifth, which was held out:");
  report(training.model, result_of(training.model, csv, series.test, series.test_places));
}

void apply(const lesson::Words& files) {
  const lesson::Reconstructor model = lesson::ReconstructorTraining::saved(files[0]).model;
  const lesson::Csv csv = read_series(files[1], model.scale.names);
  const lesson::Places places = lesson::windows(csv.rows, model.settings.window, model.settings.overlap);
  report(model, result_of(model, csv, lesson::cut_windows(model.scale.of(csv), places), places));
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<lesson::Flag> reading(lesson::knobs().begin(), lesson::knobs().end());
  const lesson::Flag out = {.name = "out",
                            .meaning = "write a line for each window as CSV",
                            .value = &flags.out,
                            .kind = "FILE"};
  std::vector<lesson::Flag> training =
      flags.saved.flags({{"window", "rows of a window", &flags.window, 2},
                         {"overlap", "rows shared with the window before", &flags.overlap, 0},
                         {"form", "scaled, differences or raw: see lesson 03", &flags.form},
                         {"epochs", "times through the windows, in all", &flags.epochs, 1},
                         {"hidden", "units of each LSTM", &flags.hidden, 1, 10000},
                         {"seed", "start of the random numbers", &flags.seed, 0},
                         lesson::SavedTraining::shards_flag(flags.shards),
                         out});
  std::vector<lesson::Flag> applying = {out};
  for (lesson::Flag flag : reading) {
    training.push_back(flag);
    flag.hidden = true;
    if (flag.name != "columns" && flag.name != "skip") applying.push_back(flag);
  }
  applying[0].hidden = true;
  return lesson::run_program(
      argc, argv,
      {.meaning = "Learns to reconstruct windows of a series, and finds the unusual ones.",
       .commands = {{"train", "SERIES", "learn, test on the last fifth, save the model", training, train,
                     true},
                    {"apply", "MODEL SERIES", "errors of its windows; --out, --missing, .. too", applying,
                     apply}},
       .example = "reconstruct train pump.csv --window 24 --save pump.safetensors"});
}
