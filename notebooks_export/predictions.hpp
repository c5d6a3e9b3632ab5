// What a lesson asks its reader to predict: a notebook shows it before the code, and folds what follows.
#pragma once
#include <string>
#include <vector>

namespace notebook {

struct Question {
  std::string text;
  std::vector<std::string> choices;  // none where a number, or yes or no, is asked for
};

/// The calls of lesson::predict in a piece of source. Error where a question or a choice is no text between
/// quotes: it could not be shown before the code runs.
std::vector<Question> questions_in(const std::string& source);

/// A cell of markdown that asks them.
std::string asked(const std::vector<Question>& questions);

/// Markdown whose part before its first heading is folded, as the answer to a question.
std::string folded_to_heading(const std::string& markdown);

}  // namespace notebook
