#include "support/exercises/verdict.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <random>
#include <sstream>
#include <vector>

#include "support/exercises/compiler_text.hpp"
#include "support/exercises/directives.hpp"
#include "support/exercises/limited.hpp"
#include "support/exercises/rules.hpp"
#include "support/exercises/slips.hpp"
#include "support/exercises/test_output.hpp"
#include "support/exercises/tokens.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/file.hpp"

namespace judge {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

const std::string counts_file = "tests/exercises/counts.txt";

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
  std::istringstream lines(tg::read_whole("judge", "lessons/exercises/hints/" + name + ".txt"));
  const std::string key = "without:";
  Words names;
  for (std::string line; std::getline(lines, line) && !line.starts_with("---");) {
    if (!line.starts_with(key)) continue;
    std::istringstream parts(line.substr(key.size()));
    for (std::string part; std::getline(parts >> std::ws, part, ',');)
      names.push_back(part.substr(0, part.find_last_not_of(' ') + 1));
  }
  return names;
}

// The test cases of a file, by name, each with the number of checks that the solution makes in it.
std::vector<Test> tests_of(const std::string& file, const std::string& name) {
  std::vector<Test> tests;
  const std::vector<Token> tokens = tokens_of(tg::read_whole("judge", file));
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i)
    if (tokens[i].is("TEST_CASE") && tokens[i + 2].kind == Kind::text) {
      Test test;
      for (std::size_t k = i + 2; tokens[k].kind == Kind::text; ++k)
        for (std::size_t c = 1; c + 1 < tokens[k].text.size(); ++c)
          if (tokens[k].text[c] != '\\' || tokens[k].text[c - 1] == '\\') test.name += tokens[k].text[c];
      tests.push_back(test);
    }
  std::istringstream lines(tg::read_whole("judge", counts_file));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string of;
    if (words >> of && of == name)
      for (Test& test : tests) words >> test.needed;
  }
  return tests;
}

std::string drawn_number() {
  std::random_device random;
  std::string number;
  for (int i = 0; i < 4; ++i) number += fmt::format("{:08x}", random());
  return number;
}

std::string crash_text(int signal) {
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

class Judging {
 public:
  Judging(const Case& what, fs::path work)
      : case_(what),
        work_(std::move(work)),
        answer_(what.answer.starts_with("./") ? what.answer.substr(2) : what.answer),
        test_(test_file(what.name)),
        commands_(commands_of(what.build)),
        tests_(tests_of(test_, what.name)) {}

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
                        {});
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

  Verdict compile() {
    Words words = commands_.at("compile");
    if (!case_.compile_option.empty()) words.push_back(case_.compile_option);
    Ended ended = run_limited(joined(words, {define(answer_), "-c", test_, "-o", in_work("answer.o")}), {});
    const std::string warning = first_warning(ended.output, answer_, source_);
    if (!warning.empty()) warning_ = "\nThe compiler warns:\n" + warning;
    if (ended.how == Ending::exited && ended.status == 0)
      ended =
          run_limited(joined(joined(commands_.at("link"), {in_work("answer.o"), "-o", in_work("program")}),
                             commands_.at("libraries")),
                      {});
    return ended.how == Ending::exited && ended.status == 0 ? Verdict{} : failed_to_compile(ended);
  }

  // What the answer does to the tests' text. After compiling, since a forgotten brace does much to it.
  Verdict look_around() {
    const std::string empty = in_work("empty.hpp");
    tg::write_whole("judge", empty, {""});
    Ended ended;
    const std::vector<Token> test = text_.of(test_), alone = preprocessed(empty, ended).of(test_);
    if (const std::string wrong = wrong_place(text_.of(answer_), alone); !wrong.empty())
      return refused(wrong);
    return same(test, alone) && !test.empty()
               ? Verdict{}
               : refused("The answer's macros change the tests: #undef them at its end.");
  }

  Verdict run() {
    const std::string number = drawn_number();
    ended_ = run_limited({in_work("program"), "--no-colors=true", "--no-version=true"},
                         {.seconds = case_.seconds, .writes = false}, number);
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
                   fmt::format("The program crashed: {}\n{}", crash_text(ended_.status), output) + warning_);
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

}  // namespace judge
