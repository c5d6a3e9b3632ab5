// The person at the terminal: what they are asked, and what they answer.
#pragma once
#include <optional>
#include <string>

namespace lesson {

/// Whether anybody can be asked: stdin and stdout are terminals.
bool reader_is_there();

/// Shows a prompt and waits for a line, which comes back without white space at its ends. What was typed
/// before the prompt is dropped: it was not meant for this. Nothing when the input has ended.
std::optional<std::string> ask(const std::string& prompt);

/// Thrown when the reader answers a question with q.
struct Left {};

}  // namespace lesson
