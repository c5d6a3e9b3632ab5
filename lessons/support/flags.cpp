#include "support/flags.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <stdexcept>

#include "support/nearest.hpp"
#include "support/terminal.hpp"
#include "support/text.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

std::string unknown_flag(const CLI::App& app, const std::string& typed) {
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
CLI::Option* add_number(CLI::App& app, const Flag& flag, Number* value) {
  using Limits = std::numeric_limits<Number>;
  const double lowest = static_cast<double>(Limits::lowest()), highest = static_cast<double>(Limits::max());
  const auto low = static_cast<Number>(std::max(flag.least, lowest)),
             high = static_cast<Number>(std::min(flag.most, highest));
  return app.add_option("--" + flag.name, *value, flag.meaning)
      ->capture_default_str()
      ->check([low, high](const std::string& text) { return between(text, low, high); });
}

// A flag behind one that takes a value is more likely a value forgotten than a value.
std::string no_flag(const std::string& text) {
  return text.starts_with("--") ? fmt::format("a value is needed, and the flag {} follows", tg::shown(text))
                                : "";
}

bool is_negative(const Flag& flag) {
  return flag.name.starts_with("no-") && **std::get_if<bool*>(&flag.value);
}

std::string kind_of(const Flag& flag) {
  if (!flag.kind.empty()) return flag.kind;
  return std::holds_alternative<std::string*>(flag.value) ? "TEXT"
         : std::holds_alternative<int*>(flag.value)       ? "N"
                                                          : "NUMBER";
}

void add(CLI::App& app, const Flag& flag) {
  if (auto* on = std::get_if<bool*>(&flag.value)) {
    app.add_flag(is_negative(flag) ? "!--" + flag.name : "--" + flag.name + ",!--no-" + flag.name, **on,
                 flag.meaning);
    return;
  }
  CLI::Option* option = nullptr;
  if (auto* number = std::get_if<double*>(&flag.value)) option = add_number(app, flag, *number);
  if (auto* number = std::get_if<int*>(&flag.value)) option = add_number(app, flag, *number);
  if (auto* text = std::get_if<std::string*>(&flag.value))
    option = app.add_option("--" + flag.name, **text, flag.meaning)->capture_default_str();
  if (flag.repeatable) option->take_last();
  option->check(no_flag);
}

std::unique_ptr<CLI::App> app_of(const std::vector<Flag>& flags) {
  auto app = std::make_unique<CLI::App>();
  app->allow_extras();  // so that an unknown flag can be answered with the nearest
  app->set_help_flag("--help");
  for (const Flag& flag : flags) add(*app, flag);
  return app;
}

}  // namespace

std::string text_of(const Flag& flag) {
  return std::visit([](const auto* value) { return fmt::format("{}", *value); }, flag.value);
}

std::string described(const std::string& left, const std::string& meaning, int column) {
  const auto indent = static_cast<int>(left.find_first_not_of(' '));
  return wrapped(left_aligned(left, column - 2) + "  " + meaning, text_width(), column - indent) + "\n";
}

Parsed parse_flags(const std::vector<std::string>& words, const std::vector<Flag>& flags) {
  Parsed parsed;
  const std::unique_ptr<CLI::App> app = app_of(flags);
  try {
    app->parse(std::vector<std::string>(words.rbegin(), words.rend()));  // CLI11 takes the last one first
    bool only_words = false;
    for (const std::string& word : app->remaining()) {
      if (!only_words && word == "--")
        only_words = true;
      else if (!only_words && word.size() > 1 && word.starts_with("-") && parsed.refused.empty())
        parsed.refused = unknown_flag(*app, word);
      else
        parsed.words.push_back(word);
    }
  } catch (const CLI::CallForHelp&) {
    parsed.help = true;
  } catch (const CLI::Error& error) {
    parsed.refused = tg::shown(error.what(), 300);
  } catch (const std::out_of_range&) {  // CLI11 reads a number behind a flag, and lets this through
    parsed.refused = "a number behind = is too large, and a flag without a value takes true or false";
  }
  return parsed;
}

std::string flags_help(const std::vector<Flag>& flags, int column) {
  std::string help;
  for (const Flag& flag : flags) {
    if (flag.hidden) continue;
    const std::string now = text_of(flag);
    const bool is_switch = std::holds_alternative<bool*>(flag.value);
    std::string left = is_switch && now == "true" && !is_negative(flag) ? "  --[no-]" : "  --";
    left += flag.name;
    if (!is_switch) left += " " + kind_of(flag) + (now.empty() ? "" : "=" + now);
    help += described(left, flag.meaning, column);
  }
  return help;
}

}  // namespace lesson
