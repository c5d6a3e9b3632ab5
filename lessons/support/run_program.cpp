#include "support/run_program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <filesystem>

#include "support/checkpoint.hpp"
#include "support/nearest.hpp"
#include "support/ranks.hpp"
#include "support/record_mode.hpp"
#include "support/settings.hpp"
#include "support/terminal.hpp"
#include "support/text.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

constexpr int help_column = 30;
bool quiet_ = false;

std::string help(const std::string& name, const ProgramOptions& options) {
  std::string text = wrapped(options.meaning, text_width()) + "\n\n";
  for (const Command& command : options.commands) {
    text += described(fmt::format("{} {} {}", name, command.name, command.arguments), command.meaning,
                      help_column);
    text += flags_help(command.flags, help_column);
  }
  text += described("every command: --quiet", "print results alone, with tabs between them", help_column);
  return text + "\n" + wrapped("Example: " + options.example, text_width()) + "\n";
}

// Why these are not the arguments that a command takes; empty where they are.
std::string wrong_arguments(const Command& command, const Words& given) {
  Words needed;
  for (std::string word; const char c : command.arguments + " ")
    if (c != ' ')
      word += c;
    else if (!word.empty())
      needed.push_back(std::exchange(word, ""));
  const bool many = !needed.empty() && needed.back().ends_with("...");
  if (given.size() < needed.size())
    return fmt::format("{} is missing; needed: {} {}", needed[given.size()], command.name, command.arguments);
  if (given.size() > needed.size() && !many)
    return fmt::format("unexpected argument '{}'; needed: {} {}", tg::shown(given[needed.size()]),
                       command.name, command.arguments);
  return "";
}

std::string unknown_command(const std::string& typed, const ProgramOptions& options) {
  Words known;
  for (const Command& command : options.commands) known.push_back(command.name);
  if (typed.empty()) return fmt::format("a command is missing: {}", fmt::join(known, ", "));
  return fmt::format("unknown command '{}'; did you mean {}? The command comes first", tg::shown(typed),
                     nearest(typed, known));
}

struct Outcome {
  int status = 0;
  std::string error;
};

Outcome run_command(const std::string& name, Words words, const ProgramOptions& options) {
  const auto refuse = [&](const std::string& why) {
    return Outcome{2, fmt::format("{}: {} (--help shows how)", name, why)};
  };
  if (std::find(words.begin(), words.end(), "--help") != words.end()) {
    write(help(name, options));
    return {};
  }
  const std::string typed = words.empty() ? "" : words[0];
  const auto command = std::find_if(options.commands.begin(), options.commands.end(),
                                    [&](const Command& one) { return one.name == typed; });
  if (command == options.commands.end()) return refuse(unknown_command(typed, options));
  words.erase(words.begin());
  std::vector<Flag> flags = command->flags;
  flags.push_back({"quiet", "", &quiet_});
  const Parsed parsed = parse_flags(words, flags);
  if (!parsed.refused.empty()) return refuse(parsed.refused);
  if (const std::string wrong = wrong_arguments(*command, parsed.words); !wrong.empty()) return refuse(wrong);
  if (quiet_) be_plain();
  settings().record = is_recorded();
  if (rank_count() > 1 && !command->on_ranks)
    return refuse(fmt::format("{} works alone; start it without mpirun", command->name));
  try {
    command->run(parsed.words);
    return {};
  } catch (const std::exception& error) {
    return {1, fmt::format("{}: {}", name, error.what())};
  } catch (...) {
    return {1, fmt::format("{}: something was thrown that is no std::exception", name)};
  }
}

Words texts_of(const Row& row) {
  Words texts;
  for (const Cell& cell : row.cells) texts.push_back(cell.text);
  return texts;
}

}  // namespace

int run_program(int argc, char** argv, const ProgramOptions& options) {
  hold_standard_streams();
  const std::string name = argc > 0 ? std::filesystem::path(argv[0]).filename().string() : "program";
  try {
    const Ranks ranks(argc, argv);
    const Outcome outcome = run_command(name, {argv + std::min(argc, 1), argv + argc}, options);
    if (explains(outcome.status != 0))
      complain(rank() > 0 ? fmt::format("rank {}: {}", rank(), outcome.error) : outcome.error);
    const int status = finished(name, outcome.status);
    if (failed_in_step()) std::_Exit(status);
    return status;
  } catch (const std::exception& error) {
    complain(fmt::format("{}: {}", name, error.what()));
    return 1;
  }
}

std::vector<Flag> SavedTraining::flags(std::vector<Flag> others) {
  others.insert(others.begin(), {Flag{.name = "save",
                                      .meaning = "the model, and all that --resume needs",
                                      .value = &save,
                                      .kind = "FILE"},
                                 Flag{"resume", "go on with the training in --save", &resume}});
  return others;
}

Flag SavedTraining::shards_flag(int& shards) {
  return {.name = "shards",
          .meaning =
              "parts of a batch that mpirun's ranks share; 0: 4 (1 alone). Link cut: kill -9 "
              "mpirun, --resume",
          .value = &shards,
          .least = 0,
          .most = 1000};
}

void SavedTraining::keep_old() const {
  if (rank() == 0 && lesson::keep_old(save))
    note("The model of an earlier training is now {}.old.", tg::shown_path(save));
}

void SavedTraining::note_resumed(const std::string& after) const {
  note("Going on from {} {}.", tg::shown_path(save), after);
}

void SavedTraining::fail_stopped(const char* program, const std::string& after) const {
  tg::fail(program, "stopped {}: {} holds all of it, and --resume goes on from there", after,
           tg::shown_path(save));
}

bool quiet() { return quiet_; }

void note_lines(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) note("{}", line);
}

void results(const Row& header, const std::vector<Row>& rows) {
  std::vector<Words> texts = {texts_of(header)};
  for (const Row& row : rows) texts.push_back(texts_of(row));
  if (settings().record) return write(results_record(texts));
  if (!quiet()) return table(header, rows);
  for (std::size_t i = 1; i < texts.size(); ++i) write(fmt::format("{}\n", fmt::join(texts[i], "\t")));
}

}  // namespace lesson
