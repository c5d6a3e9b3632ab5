#include "support/command_line.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "support/flags.hpp"
#include "support/knob_list.hpp"
#include "support/reader.hpp"
#include "support/record_mode.hpp"
#include "support/settings.hpp"
#include "support/step.hpp"
#include "support/terminal.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

std::string list_of_steps() {
  std::string list;
  for (const Part part : {Part::spine, Part::further}) {
    std::string titles;
    for (std::size_t i = 0; i < steps().size(); ++i)
      if (steps()[i].part == part) titles += fmt::format("  {:2}  {}\n", i + 1, steps()[i].title);
    if (titles.empty()) continue;
    list += part == Part::spine ? "Steps (for --only):\n" : "Further steps (with --further, or --only):\n";
    list += titles;
  }
  return list;
}

// make gives --figures, and a reader may give another.
Flag directory(const char* name, const char* meaning, std::string* value) {
  return {.name = name, .meaning = meaning, .value = value, .kind = "DIR", .repeatable = true};
}

std::vector<Flag> shared_flags() {
  Settings& s = settings();
  return {{"seed", "start of the random numbers", &s.seed},
          {.name = "seeds",
           .meaning = "seeds of each experiment (0: as many as the lesson says)",
           .value = &s.seeds,
           .least = 0},
          {"quick", "less training; claims that need more are skipped", &s.quick},
          {"full", "as many runs as a careful answer needs", &s.full},
          {.name = "only",
           .meaning = "show this step alone; those before run silently",
           .value = &s.only,
           .least = 1,
           .most = static_cast<double>(steps().size())},
          {"further", "run the further steps too", &s.further},
          {"no-ask", "on a terminal: do not wait and do not ask for predictions", &s.ask},
          {"no-prose", "leave out the text between the outputs", &s.prose},
          {"no-color", "plain output", &s.colour},
          directory("figures", "write pictures, and the numbers in them, to this directory", &s.figures),
          directory("csv", "write the numbers of the pictures to this directory", &s.csv),
          {.name = "summary",
           .meaning = "write name, question, claims and seconds to this file",
           .value = &s.summary,
           .kind = "FILE"},
          {.name = "claims",
           .meaning = "write each claim and its result to this file",
           .value = &s.claims,
           .kind = "FILE"}};
}

}  // namespace

std::optional<int> read_command_line(int argc, char** argv, const std::string& name,
                                     const std::string& question) {
  Settings& s = settings();
  s.record = is_recorded();
  s.ask = true;
  const std::vector<Flag> own(knobs().begin(), knobs().end()), shared = shared_flags();
  std::vector<Flag> all = own;
  all.insert(all.end(), shared.begin(), shared.end());
  bool listing = false;
  all.push_back({.name = "list-knobs", .meaning = "for programs", .value = &listing, .hidden = true});
  Parsed parsed = parse_flags({argv + std::min(argc, 1), argv + argc}, all);
  if (parsed.help) {
    write(fmt::format("{}\nUsage: {} [FLAGS]\n\nKnobs of this lesson:\n{}\nEvery lesson has:\n{}\n{}",
                      question, name, flags_help(own, 26),
                      flags_help(shared, 26) + described("  --help", "show this and stop", 26),
                      list_of_steps()));
    return 0;
  }
  if (listing) {
    std::vector<Flag> of_pages;
    for (const KnobEntry& knob : knobs())
      if (!knob.of_data) of_pages.push_back(knob);
    write(knob_listing(of_pages));
    return 0;
  }
  if (parsed.refused.empty() && !parsed.words.empty())
    parsed.refused = fmt::format("unexpected argument '{}'", tg::shown(parsed.words.front()));
  if (parsed.refused.empty() && s.quick && s.full) parsed.refused = "--full excludes --quick";
  s.ask = s.ask && !s.record && reader_is_there();
  if (s.record) s.further = true;  // a notebook holds all
  if (parsed.refused.empty()) return std::nullopt;
  complain(fmt::format("{}: {} (--help lists the flags)", name, parsed.refused));
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
  if (s.seeds != 0) flags += fmt::format(" --seeds {}", s.seeds);
  if (s.quick) flags += " --quick";
  if (s.full) flags += " --full";
  if (s.further && !s.record) flags += " --further";
  if (s.only) flags += fmt::format(" --only {}", s.only);
  return flags;
}

}  // namespace lesson
