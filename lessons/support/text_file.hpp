// A learner's own text, from a file.
#pragma once
#include <string>

namespace lesson {

/// The text of a file, without a byte-order mark and without blank lines at the end.
/// Error naming `op` and the file when there is none, when it is a directory, or cannot be read; and, with the
/// line and the hint, when it is no text in UTF-8.
std::string read_text(const char* op, const std::string& path, const std::string& hint = "");

}  // namespace lesson
