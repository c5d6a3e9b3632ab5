// What the programs in lessons/programs share: commands, files and flags, one screen of help, errors, the
// exit status.
//
//   int main(int argc, char** argv) {
//     std::string model = "model.safetensors";
//     return lesson::run_program(argc, argv, {
//         .meaning = "Counts, once it was trained to.",
//         .commands = {{"train", "FILE", "learn from a table, and save the model",
//                       {{.name = "save", .meaning = "the model", .value = &model, .kind = "FILE"}},
//                       [&](const lesson::Words& files) { train(files[0], model); }},
//                      {"apply", "MODEL FILE...", "count in each file", {}, apply}},
//         .example = "count train table.csv --save m.safetensors"});
//   }
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "support/flags.hpp"
#include "support/say.hpp"

namespace lesson {

using Words = std::vector<std::string>;

/// What a program can be told to do: `program name arguments flags`.
struct Command {
  std::string name;
  std::string arguments;  // "MODEL FILE...": a word for each; "..." means one or more of the last
  std::string meaning;
  std::vector<Flag> flags;
  std::function<void(const Words&)> run;  // gets the arguments; an exception is status 1
  bool on_ranks = false;                  // whether several ranks may run it together
};

struct ProgramOptions {
  std::string meaning;  // of the whole program, a sentence
  std::vector<Command> commands;
  std::string example;  // a command line
};

/// Reads the command line, runs the command and gives the program's exit status. 0: done, and for --help. 1:
/// an error, explained on stderr, or output that could not be written. 2: the command line is wrong.
/// --help prints all commands and flags. --quiet, which every command has, leaves only the results.
int run_program(int argc, char** argv, const ProgramOptions& options);

/// Where a command that trains keeps its model, and whether it goes on with the training that is there.
struct SavedTraining {
  std::string save;
  bool resume = false;

  /// --save and --resume, with the command's other flags behind them.
  std::vector<Flag> flags(std::vector<Flag> others);
  /// --shards, of a command that trains on ranks.
  static Flag shards_flag(int& shards);
  /// Before a new training writes to `save`: keep_old by rank 0, and a note of it.
  void keep_old() const;
  /// Says that --resume goes on with a training, "after step 3 of 10".
  void note_resumed(const std::string& after) const;
  /// Error that a training was stopped, "after step 3 of 10".
  [[noreturn]] void fail_stopped(const char* program, const std::string& after) const;
};

/// Whether --quiet was given.
bool quiet();

/// say(), but nothing with --quiet: for what a reader wants to know and another program does not.
template <class... Args>
void note(Format<Args...> text, const Args&... args) {
  if (!quiet()) say(text, args...);
}

/// note() for each of these sentences, as readers of files give them.
void note_lines(const std::vector<std::string>& lines);

/// Prints rows as a table; with --quiet each row as a line with tabs between its cells, without a header. For
/// the book's page, which sets LESSON_RECORD=1, they are a record.
void results(const Row& header, const std::vector<Row>& rows);

}  // namespace lesson
