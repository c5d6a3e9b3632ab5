#include "support/command_line.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "support/knob_list.hpp"
#include "support/nearest.hpp"
#include "support/settings.hpp"
#include "support/step.hpp"
#include "support/terminal.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

// --help without CLI11's own shorthand: each flag, the kind of value it takes, its value now.
class Help : public CLI::Formatter {
 public:
  std::string make_option_name(const CLI::Option* option, bool) const override {
    return "--" + CLI::detail::join(option->get_lnames(), ", --");
  }
  std::string make_option_opts(const CLI::Option* option) const override {
    if (option->get_type_size() == 0) return "";
    const std::string now = option->get_default_str();
    return " " + option->get_type_name() + (now.empty() ? "" : "=" + now);
  }
};

std::string unknown_flag(const CLI::App& app, const std::string& typed) {
  if (!typed.starts_with("-")) return fmt::format("unexpected argument '{}'", tg::shown(typed));
  const std::string flag = typed.substr(0, typed.find('='));
  std::vector<std::string> known;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  return fmt::format("unknown flag {}; did you mean {}?", tg::shown(flag), nearest(flag, known));
}

// What is wrong with a text that must be a number from low to high; empty where nothing is.
template <class Number>
std::string between(const std::string& text, Number low, Number high) {
  Number number{};
  if (!CLI::detail::lexical_cast(text, number))
    return fmt::format("'{}' is no {}", tg::shown(text),
                       std::is_integral_v<Number> ? "whole number" : "number");
  if (low <= number && number <= high) return "";
  if (number < low) return fmt::format("{} is too small, the least is {}", tg::shown(text), low);
  return number > high ? fmt::format("{} is too large, the most is {}", tg::shown(text), high)
                       : tg::shown(text) + " is no number";
}

template <class Number>
void add_number(CLI::App& app, const std::string& flag, Number* value, const KnobEntry& knob) {
  using Limits = std::numeric_limits<Number>;
  const Number low =
      knob.least.value > Limits::lowest() ? static_cast<Number>(knob.least.value) : Limits::lowest();
  app.add_option(flag, *value, knob.meaning)->capture_default_str()->check([low](const std::string& text) {
    return between(text, low, Limits::max());
  });
}

void add_flag_of(CLI::App& app, const KnobEntry& knob) {
  const std::string flag = "--" + knob.name;
  if (auto* number = std::get_if<double*>(&knob.value)) add_number(app, flag, *number, knob);
  if (auto* number = std::get_if<int*>(&knob.value)) add_number(app, flag, *number, knob);
  if (auto* text = std::get_if<std::string*>(&knob.value))
    app.add_option(flag, **text, knob.meaning)->capture_default_str();
  if (auto* on = std::get_if<bool*>(&knob.value))
    app.add_flag(flag + ",!--no-" + knob.name, **on, knob.meaning);
}

// A flag behind one that takes a value is more likely a value forgotten than a value.
std::string no_flag(const std::string& text) {
  return text.starts_with("--") ? fmt::format("a value is needed, and the flag {} follows", tg::shown(text))
                                : "";
}

std::string list_of_steps() {
  std::string list = "Steps (for --only):\n";
  for (std::size_t i = 0; i < steps().size(); ++i)
    list += fmt::format("  {:2}  {}\n", i + 1, steps()[i].title);
  return list;
}

}  // namespace

std::optional<int> read_command_line(int argc, char** argv, const std::string& name,
                                     const std::string& question) {
  Settings& s = settings();
  const char* record = std::getenv("LESSON_RECORD");
  s.record = record && std::string_view(record) == "1";
  CLI::App app(question, name);
  app.formatter(std::make_shared<Help>());
  app.get_formatter()->column_width(26);
  app.allow_extras();  // so that an unknown flag can be answered with the nearest
  app.footer(list_of_steps());
  app.set_help_flag("--help", "show this and stop");
  app.option_defaults()->group("Knobs of this lesson");
  std::string refused;
  try {
    for (const KnobEntry& knob : knobs()) add_flag_of(app, knob);
    app.option_defaults()->group("Every lesson has");
    app.add_option("--seed", s.seed, "start of the random numbers")->capture_default_str();
    auto* quick = app.add_flag("--quick", s.quick, "less training; claims that need more are skipped");
    app.add_flag("--full", s.full, "as many runs as a careful answer needs")->excludes(quick);
    app.add_option("--only", s.only, "show this step alone; those before run silently")
        ->check([](const std::string& text) { return between(text, 1, static_cast<int>(steps().size())); });
    app.add_flag("--step", s.step, "wait for Enter before each step: time to predict");
    app.add_flag("!--no-prose", s.prose, "leave out the text between the outputs");
    app.add_flag("!--no-color", s.colour, "plain output");
    app.add_option("--figures", s.figures, "write pictures, and the numbers in them, to this directory")
        ->type_name("DIR")
        ->take_last();
    app.add_option("--csv", s.csv, "write the numbers of the pictures to this directory")
        ->type_name("DIR")
        ->take_last();
    app.add_option("--summary", s.summary, "write name, question, claims and seconds to this file")
        ->type_name("FILE");
    app.add_option("--claims", s.claims, "write each claim and its result to this file")->type_name("FILE");
    for (CLI::Option* option : app.get_options())
      if (option->get_type_size() > 0) option->check(no_flag);
    app.parse(argc, argv);
    if (!app.remaining().empty()) refused = unknown_flag(app, app.remaining().front());
  } catch (const CLI::CallForHelp&) {
    write(app.help());
    return 0;
  } catch (const CLI::Error& error) {
    refused = tg::shown(error.what(), 300);
  } catch (const std::out_of_range&) {  // CLI11 reads a number behind a flag, and lets this through
    refused = "a number behind = is too large, and a flag without a value takes true or false";
  }
  if (refused.empty()) return std::nullopt;
  complain(fmt::format("{}: {} (--help lists the flags)", name, refused));
  return 2;
}

std::string flags_given() {
  std::string flags;
  for (const KnobEntry& knob : knobs()) {
    const std::string now = text_of(knob);
    if (now == knob.original) continue;
    if (std::holds_alternative<bool*>(knob.value))
      flags += (now == "true" ? " --" : " --no-") + knob.name;
    else
      flags += " --" + knob.name + " " + tg::shown_path(now);
  }
  const Settings& s = settings();
  if (s.seed != 0) flags += fmt::format(" --seed {}", s.seed);
  if (s.quick) flags += " --quick";
  if (s.full) flags += " --full";
  if (s.only) flags += fmt::format(" --only {}", s.only);
  return flags;
}

}  // namespace lesson
