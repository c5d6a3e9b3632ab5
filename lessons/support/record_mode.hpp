// What programs read of a lesson: a listing of its knobs, and lines of output for one that makes a notebook or a page
// of it. LESSON_RECORD=1 asks for these. Each begins with the byte 0x1E, holds one JSON object and stands between the
// lines that the lesson prints, in true order.
#pragma once
#include <string>
#include <vector>

#include "support/flags.hpp"

namespace lesson {

/// A JSON array with an object for each knob: name, meaning, type (switch, whole, number or text), default; for a
/// number least and most, where it has them, and slider, the range that suits a slider, where the default is above 0.
std::string knob_listing(const std::vector<Flag>& knobs);

/// What follows belongs to the step on this line of the source.
std::string step_record(int line, const std::string& title);
/// The claim before: pass, fail or skipped, and the flags that make it false.
std::string claim_record(const std::string& text, const std::string& result, const std::string& fails_with);
/// What this run answers to a question that was printed before.
std::string prediction_record(const std::string& question, const std::string& answer);
/// A picture and its description.
std::string display_record(const std::string& svg, const std::string& description);
/// What a program found out: a table, its header first.
std::string results_record(const std::vector<std::vector<std::string>>& rows);
/// A step stopped with this error.
std::string error_record(const std::string& message);
/// The last line: without it, the program died.
std::string end_record(int passed, int failed, int skipped);

}  // namespace lesson
