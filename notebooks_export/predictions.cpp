#include "notebooks_export/predictions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <string_view>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace notebook {
namespace {

void skip_space(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \n\t"), text.size()));
}

// The literals at the front of the text, one behind the other, as the compiler joins them.
std::optional<std::string> take_literal(std::string_view& text) {
  std::optional<std::string> value;
  for (skip_space(text); text.starts_with('"'); skip_space(text)) {
    text.remove_prefix(1);
    if (!value) value = "";
    while (!text.empty() && text[0] != '"') {
      const bool escaped = text[0] == '\\' && text.size() > 1;
      *value += escaped && text[1] == 'n' ? '\n' : text[escaped];
      text.remove_prefix(escaped ? 2 : 1);
    }
    if (!text.empty()) text.remove_prefix(1);
  }
  return value;
}

std::string literal(std::string_view& text) {
  const std::string_view before = text.substr(0, 40);
  if (const std::optional<std::string> value = take_literal(text)) return *value;
  tg::fail(
      "notebook",
      "lesson::predict({}: questions and choices must stand there between quotes, since the notebook shows "
      "them before the code",
      tg::shown(before));
}

Question question_at(std::string_view text) {
  Question question{literal(text), {}};
  if (!text.starts_with(',')) return question;
  text.remove_prefix(1);
  skip_space(text);
  if (!text.starts_with('{')) return question;
  do {
    text.remove_prefix(1);
    question.choices.push_back(literal(text));
  } while (text.starts_with(','));
  return question;
}

bool in_comment(const std::string& source, std::size_t at) {
  const std::size_t line = source.rfind('\n', at) + 1;
  return source.substr(line, at - line).find("//") != std::string::npos;
}

}  // namespace

std::vector<Question> questions_in(const std::string& source) {
  constexpr std::string_view call = "lesson::predict(";
  std::vector<Question> questions;
  for (std::size_t at = 0; (at = source.find(call, at)) != std::string::npos; at += call.size())
    if (!in_comment(source, at))
      questions.push_back(question_at(std::string_view(source).substr(at + call.size())));
  return questions;
}

std::string asked(const std::vector<Question>& questions) {
  const auto text_of = [](const Question& question) {
    return question.choices.empty()
               ? question.text
               : fmt::format("{} ({})", question.text, fmt::join(question.choices, ", or "));
  };
  if (questions.size() == 1) return "**Predict first.** " + text_of(questions[0]);
  std::string text = "**Predict first.**\n";
  for (const Question& question : questions) text += "\n- " + text_of(question);
  return text;
}

std::string folded_to_heading(const std::string& markdown) {
  std::istringstream lines(markdown);
  std::size_t heading = 0;  // where it begins
  bool code = false;
  for (std::string line; std::getline(lines, line); heading += line.size() + 1) {
    if (line.starts_with("```")) code = !code;
    if (line.starts_with('#') && !code) break;
  }
  if (heading == 0) return markdown;
  const std::string rest = heading < markdown.size() ? "\n\n" + markdown.substr(heading) : "";
  std::string answer = markdown.substr(0, heading);
  answer.resize(answer.find_last_not_of('\n') + 1);
  return fmt::format("<details class=\"answer\"><summary>What it shows</summary>\n\n{}\n\n</details>{}",
                     answer, rest);
}

}  // namespace notebook
