// Learns from a table which class a row belongs to, says how good and how true its probabilities are, and
// gives those of new rows. Lesson 02 explains the method, lesson 12 --costs.
#include "support/classifier.hpp"
#include "support/csv_line.hpp"
#include "support/knob_list.hpp"
#include "support/run_program.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/file.hpp"
#include "tinygrad_cpp/tinygrad.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace {

using lesson::right;

struct Flags {
  lesson::SavedTraining saved{.save = "classify.safetensors"};
  std::string target, out, costs;
  int epochs = 200, hidden = 16, seed = 0;
};
Flags flags;
lesson::CsvKnobs table_flags;

// Of each class, how many of its test rows are found, and how often it is said rightly.
void print_classes(const lesson::Classifier& model, const lesson::ClassTable& table) {
  const tg::Tensor log_p = model.log_probabilities(table.test.x);
  const std::vector<double> costs = lesson::miss_costs(flags.costs, model.classes);
  const tg::Indices cheapest = lesson::cheapest_class(log_p, costs);
  const auto said = cheapest.values();
  std::vector<lesson::Row> rows;
  for (int k = 0; k < static_cast<int>(model.classes.size()); ++k) {
    int count = 0, named = 0, both = 0;
    for (std::size_t i = 0; i < said.size(); ++i) {
      const bool is_it = table.test.labels.values()[i] == k;
      count += is_it;
      named += said[i] == k;
      both += is_it && said[i] == k;
    }
    rows.push_back({tg::shown(model.classes[static_cast<std::size_t>(k)], 30), count, both, named, both});
  }
  lesson::say(
      "\nOf each class: its test rows, and how many of them are named so; how often it is named, and how "
      "often rightly\n");
  lesson::table({"class", right("rows"), right("found"), right("named"), right("rightly")}, rows);
  if (flags.costs.empty()) return;
  lesson::say(
      "\nNamed with --costs {}: a test row costs {:.3g} on average. It would cost {:.3g} if the most probable "
      "class were named.",
      tg::shown(flags.costs, 60), lesson::mean_cost(cheapest, table.test.labels, costs),
      lesson::mean_cost(tg::argmax(log_p, -1), table.test.labels, costs));
}

// Whether what is said with 90% is true in 90%.
void print_reliability(const lesson::Reliability& named) {
  std::vector<lesson::Row> rows;
  for (std::size_t k = 0; k < named.said.size(); ++k)
    rows.push_back({right("{:.3f}", named.said[k]), right("{:.3f}", named.happened[k]), named.counts[k]});
  lesson::say(
      "\nTest rows in groups by the probability of the most probable class: its mean, and how often that "
      "class was right\n");
  lesson::table({right("said"), right("was right"), right("rows")}, rows);
}

void report(const lesson::ClassifierTraining& training, const lesson::ClassTable& table) {
  lesson::note(
      "\nOn the test rows. Log loss in nats; ECE is the calibration error of the most probable class, beside "
      "what luck alone would make of it\n");
  lesson::results({"", right("accuracy"), right("log loss"), right("ECE"), right("by luck")},
                  lesson::class_rows(training.best, table));
  if (lesson::quiet()) return;
  print_classes(training.best, table);
  print_reliability(
      lesson::class_score(training.best.log_probabilities(table.test.x), table.test.labels).named);
}

lesson::ClassTable read_table(const std::string& path) {
  lesson::CsvOptions how = table_flags.options();
  how.classes = flags.target;
  const lesson::Csv csv = lesson::read_csv(path, how);
  lesson::note("{}", csv.understood);
  const lesson::ClassTable table = lesson::class_table(csv, tg::shown_path(path));
  lesson::note_lines(table.understood);
  return table;
}

lesson::ClassifierTraining begun(const lesson::ClassTable& table) {
  if (!flags.saved.resume) {
    flags.saved.keep_old();
    return lesson::ClassifierTraining(table, {.hidden = flags.hidden}, flags.seed);
  }
  if (flags.hidden != Flags().hidden || flags.seed != Flags().seed)
    tg::fail("classify", "--resume goes on as the training began; leave out --hidden and --seed");
  auto training = lesson::ClassifierTraining::saved(flags.saved.save);
  flags.saved.note_resumed(fmt::format("after epoch {}", training.epoch));
  return training;
}

void train(const lesson::Words& files) {
  const lesson::ClassTable table = read_table(files[0]);
  lesson::miss_costs(flags.costs, table.classes);  // an error is told before the training
  const std::string file = tg::shown_path(flags.saved.save);
  lesson::ClassifierTraining training = begun(table);
  lesson::train_classifier(training, table, flags.epochs, flags.saved.save);
  if (training.epoch < flags.epochs)
    flags.saved.fail_stopped("classify", fmt::format("after epoch {} of {}", training.epoch, flags.epochs));
  lesson::note(
      "{} epochs. {} has the network of epoch {}: it has the least log loss on the validation rows, {:.4f}.",
      training.epoch, file, training.best_epoch, training.best_loss);
  report(training, table);
}

void apply(const lesson::Words& files) {
  const lesson::Classifier model = lesson::ClassifierTraining::saved(files[0]).best;
  const std::vector<double> costs = lesson::miss_costs(flags.costs, model.classes);
  lesson::CsvOptions how = table_flags.options();
  how.exactly = model.scale.names;
  const lesson::Csv csv = lesson::read_csv(files[1], how);
  lesson::note("{}", csv.understood);
  const tg::Tensor log_p = model.log_probabilities(model.scale.of(csv));
  const std::vector<int> named = lesson::cheapest_class(log_p, costs).values();

  lesson::Row header = {right("line"), "class"};
  lesson::Words names = {"line", "class"};
  for (const std::string& name : model.classes) {
    header.add(right(tg::shown(name, 20)));
    names.push_back(name);
  }
  std::string text = lesson::csv_line(names);
  std::vector<lesson::Row> rows;
  for (int i = 0; i < csv.rows; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const std::string& name = model.classes[static_cast<std::size_t>(named[at])];
    lesson::Row row = {csv.lines[at], tg::shown(name, 20)};
    lesson::Words fields = {std::to_string(csv.lines[at]), name};
    for (int k = 0; k < log_p.dim(1); ++k) {
      const double p = std::exp(static_cast<double>(log_p.at({i, k})));
      row.add(right("{:.3f}", p));
      fields.push_back(fmt::format("{:.6g}", p));
    }
    rows.push_back(row);
    text += lesson::csv_line(fields);
  }
  if (flags.out.empty()) return lesson::results(header, rows);
  tg::write_whole("classify", flags.out, {text});
  lesson::note("{} rows written to {}", csv.rows, tg::shown_path(flags.out));
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<lesson::Flag> reading(lesson::knobs().begin(), lesson::knobs().end());
  std::vector<lesson::Flag> training =
      flags.saved.flags({{"epochs", "times through the training rows, in all", &flags.epochs, 1},
                         {"hidden", "units of the hidden layer; 0: none", &flags.hidden, 0, 10000},
                         {"seed", "start of the random numbers", &flags.seed, 0}});
  training.insert(training.begin(), {.name = "target",
                                     .meaning = "the column of classes: its name or number",
                                     .value = &flags.target,
                                     .kind = "COLUMN"});
  const lesson::Flag costs = {.name = "costs",
                              .meaning = "what to miss a class costs, else 1; the cheapest is named",
                              .value = &flags.costs,
                              .kind = "CLASS=N,.."};
  training.push_back(costs);
  std::vector<lesson::Flag> applying = {
      costs, {.name = "out", .meaning = "write CSV, and print nothing", .value = &flags.out, .kind = "FILE"}};
  for (lesson::Flag flag : reading) {
    training.push_back(flag);
    flag.hidden = true;
    if (flag.name != "columns" && flag.name != "skip") applying.push_back(flag);
  }
  return lesson::run_program(
      argc, argv,
      {.meaning = "Learns classes from a table, and gives their probabilities for new rows.",
       .commands = {{"train", "TABLE", "learn from a table, test, save the model", training, train},
                    {"apply", "MODEL TABLE", "probabilities of its rows; --missing, .. too", applying,
                     apply}},
       .example = "classify train iris.csv --target species --save iris.safetensors"});
}
