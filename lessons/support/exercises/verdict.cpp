#include "support/exercises/verdict.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>
#include <random>
#include <sstream>
#include <vector>

#include "support/exercises/compiler_text.hpp"
#include "support/exercises/directives.hpp"
#include "support/exercises/hints.hpp"
#include "support/exercises/limited.hpp"
#include "support/exercises/rules.hpp"
#include "support/exercises/slips.hpp"
#include "support/exercises/test_output.hpp"
#include "support/exercises/tokens.hpp"
#include "support/text.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/file.hpp"

namespace judge {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

// The words of the commands that make wrote, a line each: "compile", a tab, a word.
std::map<std::string, Words> commands_of(const std::string& build) {
  std::istringstream lines(tg::read_whole("judge", build + "/exercises/commands"));
  std::map<std::string, Words> commands;
  for (std::string line; std::getline(lines, line);)
    if (const std::size_t tab = line.find('\t'); tab != std::string::npos)
      commands[line.substr(0, tab)].push_back(line.substr(tab + 1));
  return commands;
}

Words joined(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// What `without:` of the hints lists.
Words without(const std::string& name) {
  const exercises::Hints hints(tg::read_whole("judge", "lessons/exercises/hints/" + name + ".txt"));
  Words names;
  for (const std::string& line : hints.lines("without")) {
    std::istringstream parts(line);
    for (std::string part; std::getline(parts >> std::ws, part, ',');)
      names.push_back(part.substr(0, part.find_last_not_of(' ') + 1));
  }
  return names;
}

std::string drawn_number() {
  std::random_device random;
  std::string number;
  for (int i = 0; i < 4; ++i) number += fmt::format("{:08x}", random());
  return number;
}

std::string crash_text(int signal, const std::string& output) {
  if (signal == SIGABRT && output.find("Assertion '__n < this->size()'") != std::string::npos)
    return "an element outside a vector. The first is v[0], the last v[v.size() - 1]";
  if (signal == SIGABRT && output.find("Assertion '!this->empty()'") != std::string::npos)
    return "the first or the last element of an empty vector";
  if (signal == SIGSEGV)
    return "segmentation fault: an element outside a vector, or a function that calls itself for ever?";
  if (signal == SIGXFSZ) return "it wrote into a file, and an answer may not";
  const char* name = strsignal(signal);
  return name ? name : fmt::format("signal {}", signal);
}

// What a stub's tests say, where nothing but the stub is wrong.
std::string not_done_yet(const std::string& output) {
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    // Of an exception in a check doctest quotes what it says.
    for (const std::string& thrown : {std::string("exception: \""), std::string("exception: ")}) {
      const std::size_t at = line.find(thrown + "not done yet: ");
      if (at == std::string::npos) continue;
      const std::string said = line.substr(at + thrown.size());
      return thrown.ends_with('"') && said.ends_with('"') ? said.substr(0, said.size() - 1) : said;
    }
  }
  return "";
}

// A program with the tests of several answers. The names of each answer's tests begin with a mark.
struct Together {
  std::string program, compiler_output;
  std::vector<Token> alone;  // the test's text as no answer has changed it
  static std::string mark(std::size_t i) { return fmt::format("answer {}: ", i); }
};

std::string without_all(std::string text, const std::string& part) {
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos;) text.erase(at, part.size());
  return text;
}

class Judging {
 public:
  /// With `together`, the answer's tests are those of its program that begin with `mark`.
  Judging(const Case& what, fs::path work, const Together* together = nullptr, std::string mark = "")
      : case_(what),
        work_(std::move(work)),
        together_(together),
        mark_(std::move(mark)),
        answer_(what.answer.starts_with("./") ? what.answer.substr(2) : what.answer),
        test_(test_file(what.name)),
        commands_(commands_of(what.build)),
        tests_(tests_in(tg::read_whole("judge", test_),
                        lesson::lines_of(tg::read_whole("judge", "tests/exercises/counts.txt")), what.name)) {
  }

  /// Compiles the tests of several answers to this one's exercise into one program; nothing where that fails.
  std::optional<Together> compile_together(const std::vector<Case>& all) {
    Together made{in_work("program"), "", test_alone()};
    std::string includes, text;
    for (std::size_t i = 0; i < all.size(); ++i) {
      for (const std::string& line : lesson::lines_of(tg::read_whole("judge", all[i].answer)))
        if (line.starts_with("#include <")) includes += line + "\n";  // not inside a namespace
      text += fmt::format(
          "namespace answer_{} {{\n#define EXERCISE \"{}\"\n#define ANSWER \"{}\"\n#include \"{}\"\n"
          "#undef EXERCISE\n#undef ANSWER\n}}\n",
          i, all[i].answer, Together::mark(i), test_);
    }
    const std::string file = in_work("together.cpp");
    tg::write_whole("judge", file,
                    {includes, "#undef TEST_CASE\n#define TEST_CASE(name) DOCTEST_TEST_CASE(ANSWER name)\n",
                     text});
    const Ended ended = built({"-fmacro-prefix-map=./=", file});
    made.compiler_output = ended.output;
    return ended.how == Ending::exited && ended.status == 0 ? std::optional(made) : std::nullopt;
  }

  Verdict verdict() {
    std::error_code no_error;
    if (!fs::is_regular_file(answer_, no_error))
      return say("COMPILE", fmt::format("There is no file {}.\n", answer_));
    source_ = tg::read_whole("judge", answer_);
    for (const auto step : {&Judging::read, &Judging::compile, &Judging::look_around, &Judging::run})
      if (const Verdict found = (this->*step)(); !found.word.empty()) return found;
    return say("PASS", readable(ended_.output) + warning_);
  }

 private:
  Verdict say(const std::string& word, const std::string& text) {
    Verdict verdict{word, 0, static_cast<int>(tests_.size()), text};
    for (const Test& test : tests_) {
      verdict.passed += test.right();
      verdict.counts += fmt::format("{}{}", verdict.counts.empty() ? "" : " ", test.checks);
    }
    return verdict;
  }
  Verdict refused(const std::string& sentence) {
    return sentence.empty() ? Verdict{} : say("REFUSED", sentence + "\n");
  }

  std::string in_work(const char* name) const { return (work_ / name).string(); }

  Preprocessed preprocessed(const std::string& answer, Ended& ended) {
    const std::string file = in_work("preprocessed");
    ended = run_limited(joined(commands_.at("compile"),
                               {"-E", "-fpch-preprocess", "-v", define(answer), test_, "-o", file}),
                        {.inside = case_.inside});
    if (ended.how != Ending::exited || ended.status != 0) return {};
    return read_preprocessed(tg::read_whole("judge", file), answer);
  }
  static std::string define(const std::string& answer) { return "-DEXERCISE=\"" + answer + "\""; }

  // The answer's text, as it is and after the preprocessor.
  Verdict read() {
    if (const std::string wrong = wrong_directive(source_); !wrong.empty()) return refused(wrong);
    Ended ended;
    text_ = preprocessed(answer_, ended);
    const std::vector<Token> answer = text_.of(answer_);
    for (const std::string& wrong : {borrowed_word(answer, without(case_.name)), wrong_word(answer),
                                     wrong_file(text_.entered, system_folders(ended.output))})
      if (!wrong.empty()) return refused(wrong);
    return {};
  }

  Verdict failed_to_compile(const Ended& ended) {
    Verdict found = say("COMPILE", first_error(ended.output, answer_, source_));
    if (ended.how == Ending::out_of_time)
      found.text = "The compiler did not end within its time.\n" + found.text;
    found.compiler_text = ended.output;
    return found;
  }

  // Compiles with these words more, and links.
  Ended built(const Words& more) {
    Words words = joined(commands_.at("compile"), more);
    if (!case_.compile_option.empty()) words.push_back(case_.compile_option);
    const Limits limits = {.inside = case_.inside};
    Ended compiled = run_limited(joined(words, {"-c", "-o", in_work("answer.o")}), limits);
    if (compiled.how != Ending::exited || compiled.status != 0) return compiled;
    Ended linked =
        run_limited(joined(joined(commands_.at("link"), {in_work("answer.o"), "-o", in_work("program")}),
                           commands_.at("libraries")),
                    limits);
    linked.output = compiled.output + linked.output;
    return linked;
  }

  Verdict compile() {
    Ended ended;
    if (together_)
      ended.output = together_->compiler_output;
    else
      ended = built({define(answer_), test_});
    const std::string warning = first_warning(ended.output, answer_, source_);
    if (!warning.empty()) warning_ = "\nThe compiler warns:\n" + warning;
    return ended.how == Ending::exited && ended.status == 0 ? Verdict{} : failed_to_compile(ended);
  }

  std::vector<Token> test_alone() {
    const std::string empty = in_work("empty.hpp");
    tg::write_whole("judge", empty, {""});
    Ended ended;
    return preprocessed(empty, ended).of(test_);
  }

  // What the answer does to the tests' text. After compiling, since a forgotten brace does much to it.
  Verdict look_around() {
    const std::vector<Token> test = text_.of(test_), alone = together_ ? together_->alone : test_alone();
    if (const std::string wrong = wrong_place(text_.of(answer_), alone); !wrong.empty())
      return refused(wrong);
    return same(test, alone) && !test.empty()
               ? Verdict{}
               : refused("The answer's macros change the tests: #undef them at its end.");
  }

  Verdict run() {
    const std::string number = drawn_number();
    Words words = {together_ ? together_->program : in_work("program"), "--no-colors=true",
                   "--no-version=true"};
    if (together_) words.push_back("--test-case=" + mark_ + "*");
    ended_ = run_limited(words, {.seconds = case_.seconds, .writes = false, .inside = case_.inside}, number);
    if (together_) {
      ended_.reported = without_all(ended_.reported, mark_);
      ended_.output = without_all(ended_.output, mark_);
    }
    const Report report = read_report(ended_.reported, number, tests_);
    const std::string output = readable(std::string_view(ended_.output).substr(0, 20000));
    switch (ended_.how) {
      case Ending::out_of_time:
        return say(
            "TIME",
            fmt::format("Stopped after {} seconds of computing. Is there a loop that does not end?\n{}",
                        case_.seconds, output));
      case Ending::printed_too_much:
        return say("TIME", "Stopped: it printed more than 4 MB. Is there a loop that does not end?\n");
      case Ending::signalled:
        return say("CRASH",
                   fmt::format("The program crashed: {}\n{}", crash_text(ended_.status, ended_.output),
                               plainly(readable(crash_first(ended_.output).substr(0, 20000)))) +
                       warning_);
      case Ending::exited:
        break;
    }
    if (report == Report::forged) return refused("Something else than the tests reported to the judge.");
    if (report == Report::cut_off)
      return say("CRASH", fmt::format("The program ended, with exit status {}, before its tests did.\n{}",
                                      ended_.status, output));
    const auto red =
        std::find_if(tests_.begin(), tests_.end(), [](const Test& test) { return !test.right(); });
    if (red == tests_.end() && ended_.status == 0) return {};
    if (red == tests_.end())
      return say("CRASH", fmt::format("Its tests passed, but the program ended with exit status {}.\n",
                                      ended_.status));
    const std::string todo = not_done_yet(output);
    if (!todo.empty() && output.find("is NOT correct") == std::string::npos) return say("TODO", todo + "\n");
    std::string text = plainly(output);
    if (red != tests_.end() && red->passed && red->failed == 0)
      text += fmt::format("Test \"{}\" made {} checks; {} are needed, so not all of it was looked at.\n",
                          red->name, red->checks, red->needed);
    const Slip slip = integer_division(text_.of(answer_));
    if (slip.line > 0) text += fmt::format("\nLine {}: {}\n", slip.line, slip.sentence);
    return say("RED", text + warning_);
  }

  const Case& case_;
  const fs::path work_;
  const Together* const together_;
  const std::string mark_;
  const std::string answer_, test_;
  const std::map<std::string, Words> commands_;
  std::vector<Test> tests_;
  std::string source_, warning_;
  Preprocessed text_;
  Ended ended_;
};

}  // namespace

std::string test_file(const std::string& name) { return "tests/exercises/" + name + "_test.cpp"; }

Verdict judged(const Case& what, const fs::path& work) { return Judging(what, work).verdict(); }

std::vector<Verdict> judged_together(const std::vector<Case>& all, const fs::path& work) {
  std::optional<Together> together;
  if (all.size() > 1) together = Judging(all.front(), work).compile_together(all);
  std::vector<Verdict> verdicts;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const fs::path own = work / std::to_string(i);
    fs::create_directories(own);
    verdicts.push_back(together ? Judging(all[i], own, &*together, Together::mark(i)).verdict()
                                : judged(all[i], own));
  }
  return verdicts;
}

}  // namespace judge
