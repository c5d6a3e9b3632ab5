// A learner's own text, from a file.
#pragma once
#include <string>

namespace lesson {

/// The text of a file, without a byte-order mark and without blank lines at the end. Lines end in \n, also
/// where the file has \r\n or \r.
/// Error naming `op` and the file when there is none, when it is a directory, or cannot be read; when it is
/// of another format (compressed, a spreadsheet, UTF-16), with what to do; and, with the line and the hint,
/// when it is no text in UTF-8.
std::string read_text(const char* op, const std::string& path, const std::string& hint = "");

}  // namespace lesson
