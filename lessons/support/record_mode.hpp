// Lines of output for a program that makes a notebook of it: LESSON_RECORD=1 asks for them. Each begins with the byte
// 0x1E, holds one JSON object and stands between the lines that the lesson prints, in true order.
#pragma once
#include <string>

namespace lesson {

/// What follows belongs to the step on this line of the source.
std::string step_record(int line);
/// A picture and its description.
std::string display_record(const std::string& svg, const std::string& description);
/// A step stopped with this error.
std::string error_record(const std::string& message);
/// The last line: without it, the program died.
std::string end_record(int passed, int failed, int skipped);

}  // namespace lesson
