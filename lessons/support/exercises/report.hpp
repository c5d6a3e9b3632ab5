// The report: a verdict kept in a file, together with what it is about.
#pragma once
#include <optional>
#include <string>

#include "support/exercises/verdict.hpp"

namespace judge {

/// The text of a file; empty when it cannot be read.
std::string text_of(const std::string& path);

/// Stands for the contents of two files, an answer and its test: where one of them is changed, it is another.
std::string fingerprint(const std::string& answer, const std::string& test);

/// Judges, and writes the report: the word and the fingerprint, "n of m", the text. Whoever reads it finds the
/// old one or all of the new one. The compiler's whole text goes beside it.
Verdict write_report(const Case& what, const std::string& report);

/// The verdict in a report, or nothing: when there is none, or when it is about something else than
/// `fingerprint` stands for.
std::optional<Verdict> verdict_in(const std::string& report, const std::string& fingerprint = "");

}  // namespace judge
