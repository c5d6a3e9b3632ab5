#include "support/exercises/test_output.hpp"

#include <algorithm>
#include <sstream>

#include "support/exercises/tokens.hpp"

namespace judge {
namespace {

bool is_blank(const std::string& line) { return line.find_first_not_of(" \t\r") == std::string::npos; }
bool is_frame(const std::string& line) {
  return !line.empty() && line.find_first_not_of('=') == std::string::npos;
}

// "  values: CHECK( 1 == 1 )" and "  values: CHECK( false )" show nothing.
bool shows_nothing(std::string values) {
  const std::size_t open = values.find("( "), close = values.rfind(" )");
  if (open == std::string::npos || close == std::string::npos || close < open) return false;
  values = values.substr(open + 2, close - open - 2);
  const std::size_t sides = values.find(" != ");
  return values == "true" || values == "false" ||
         (sides != std::string::npos && values.substr(0, sides) == values.substr(sides + 4));
}

}  // namespace

std::string readable(std::string_view printed) {
  std::istringstream in{std::string(printed)};
  std::string text, others;
  int frames = 0;
  bool before = false;  // whether the last line had text: no blank lines at the beginning
  for (std::string line; std::getline(in, line);) {
    const std::string test = "TEST CASE: ";
    if (is_frame(line)) {
      ++frames;
    } else if (line.starts_with("[doctest]")) {
      continue;
    } else if (frames < 2) {
      if (!is_blank(line) || before) text += line + "\n";
      before = !is_blank(line);
    } else if (line.starts_with(test)) {
      others += (others.empty() ? "" : "; ") +
                line.substr(std::min(line.find_first_not_of(' ', test.size()), line.size()));
    }
  }
  return text + (others.empty() ? "" : "Also red: " + others + ".\n");
}

std::string crash_first(std::string_view printed) {
  std::istringstream in{std::string(printed)};
  std::string text, others;
  for (std::string line; std::getline(in, line);) {
    // What the library's check says; crash_text says it in other words.
    if (line.find(": Assertion '") != std::string::npos && line.ends_with("' failed.")) continue;
    if (is_frame(line) && text.find("test case CRASHED") == std::string::npos) {
      others += text;
      text.clear();
    }
    text += line + "\n";
  }
  return text.find("test case CRASHED") == std::string::npos ||
                 others.find("TEST CASE: ") == std::string::npos
             ? others + text
             : text + others;
}

std::string plainly(std::string_view text) {
  std::istringstream in{std::string(text)};
  const std::string error = ": ERROR: ", logged = "  logged: ";
  std::string shown, message, bare;
  const auto show = [&] {
    if (!message.empty()) shown += message + "\n";
    if (!bare.empty() && message.find("ERROR") != std::string::npos) shown += bare + "\n";
    message.clear();
    bare.clear();
  };
  for (std::string line; std::getline(in, line);) {
    if (line.find(error) != std::string::npos) {
      show();
      message = line;
      continue;
    }
    if (!message.empty() && line.starts_with("  values: ") && shows_nothing(line)) {
      bare = line;
      continue;
    }
    if (!message.empty() && !bare.empty() && line.starts_with(logged)) {
      message.erase(message.find(error) + 1);
      line = "  " + line.substr(logged.size());
    }
    show();
    shown += line + "\n";
  }
  show();
  return shown;
}

std::vector<Test> tests_in(std::string_view text, const std::vector<std::string>& counts,
                           const std::string& exercise) {
  std::vector<Test> tests;
  const std::vector<Token> tokens = tokens_of(text);
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i)
    if (tokens[i].is("TEST_CASE") && tokens[i + 2].kind == Kind::text) {
      Test test;
      for (std::size_t k = i + 2; tokens[k].kind == Kind::text; ++k)
        for (std::size_t c = 1; c + 1 < tokens[k].text.size(); ++c)
          if (tokens[k].text[c] != '\\' || tokens[k].text[c - 1] == '\\') test.name += tokens[k].text[c];
      tests.push_back(test);
    }
  for (const std::string& line : counts) {
    std::istringstream words(line);
    std::string of;
    if (words >> of && of == exercise)
      for (Test& test : tests) words >> test.needed;
  }
  return tests;
}

Report read_report(std::string_view reported, const std::string& number, std::vector<Test>& tests) {
  std::istringstream lines{std::string(reported)};
  bool over = false;
  Test* running = nullptr;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string said, what;
    words >> said >> what;
    if (said != number || number.empty() || over) return Report::forged;
    if (what == "begin" && !running) {
      std::string name;
      std::getline(words >> std::ws, name);
      const auto found =
          std::find_if(tests.begin(), tests.end(), [&](const Test& test) { return test.name == name; });
      if (found == tests.end() || found->ended) return Report::forged;
      running = &*found;
    } else if (what == "end" && running) {
      if (!(words >> running->checks >> running->failed >> running->passed)) return Report::forged;
      running->ended = true;
      running = nullptr;
    } else if (what == "over" && !running) {
      over = true;
    } else {
      return Report::forged;
    }
  }
  const bool all = std::all_of(tests.begin(), tests.end(), [](const Test& test) { return test.ended; });
  return over && all ? Report::complete : Report::cut_off;
}

}  // namespace judge
