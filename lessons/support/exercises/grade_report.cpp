#include "support/exercises/grade_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace exercises {
namespace {

constexpr std::size_t most_text = 8000;  // of a verdict, in characters

// Each character in the way that `written` says; bytes that are not UTF-8 as U+FFFD.
template <class Written>
std::string each_character(std::string_view text, Written written) {
  std::string result;
  for (std::size_t count = 0; !text.empty() && count < most_text; ++count) {
    const tg::Character first = tg::first_character(text);
    result += first.valid ? written(first.code, text.substr(0, first.size)) : "\xef\xbf\xbd";
    text.remove_prefix(first.size);
  }
  return result;
}

std::string json(std::string_view text) {
  return '"' +
         each_character(text,
                        [](char32_t code, std::string_view bytes) {
                          if (code == '"' || code == '\\') return "\\" + std::string(bytes);
                          if (code == '\n') return std::string("\\n");
                          return code < 0x20 ? fmt::format("\\u{:04x}", static_cast<unsigned>(code))
                                             : std::string(bytes);
                        }) +
         '"';
}

std::string csv(std::string_view text) {
  const std::string clean =
      each_character(text, [](char32_t, std::string_view bytes) { return std::string(bytes); });
  if (clean.find_first_of(",\"\r\n") == std::string::npos) return clean;
  std::string quoted = "\"";
  for (const char c : clean) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

// XML has no way to write most control characters.
std::string xml(std::string_view text) {
  return each_character(text, [](char32_t code, std::string_view bytes) -> std::string {
    switch (code) {
      case '<':
        return "&lt;";
      case '>':
        return "&gt;";
      case '&':
        return "&amp;";
      case '"':
        return "&quot;";
      case '\n':
        return "&#10;";
    }
    return (code < 0x20 && code != '\t') || code == 0xfffe || code == 0xffff ? "\xef\xbf\xbd"
                                                                             : std::string(bytes);
  });
}

double sum(const std::vector<Mark>& marks, double (*of)(const Mark&)) {
  double total = 0;
  for (const Mark& mark : marks) total += of(mark);
  return total;
}

}  // namespace

double Student::points() const {
  return sum(marks, [](const Mark& mark) { return mark.points(); });
}
double Student::of() const {
  return sum(marks, [](const Mark& mark) { return mark.of; });
}

std::string as_json(const Graded& graded) {
  std::vector<std::string> students;
  for (const Student& student : graded.students) {
    std::vector<std::string> marks;
    for (const Mark& mark : student.marks)
      marks.push_back(fmt::format(
          "        {{\"name\": {}, \"verdict\": {}, \"points\": {}, \"of\": {}, \"tests_passed\": {}, "
          "\"tests\": {}, \"text\": {}}}",
          json(mark.exercise), json(mark.verdict.word), mark.points(), mark.of, mark.verdict.passed,
          mark.verdict.tests, json(mark.verdict.text)));
    students.push_back(
        fmt::format("    {{\n      \"name\": {}, \"points\": {}, \"of\": {},\n      \"exercises\": [\n{}\n"
                    "      ]\n    }}",
                    json(student.name), student.points(), student.of(), fmt::join(marks, ",\n")));
  }
  return fmt::format("{{\n  \"folder\": {},\n  \"sandbox\": {},\n  \"students\": [\n{}\n  ]\n}}\n",
                     json(graded.folder), json(graded.sandbox), fmt::join(students, ",\n"));
}

std::string as_csv(const Graded& graded) {
  std::string text = "student,points,of";
  for (const Mark& mark : graded.students.front().marks) text += "," + csv(mark.exercise);
  text += "\r\n";
  for (const Student& student : graded.students) {
    text += fmt::format("{},{},{}", csv(student.name), student.points(), student.of());
    for (const Mark& mark : student.marks) text += "," + csv(mark.verdict.word);
    text += "\r\n";
  }
  return text;
}

std::string as_junit(const Graded& graded) {
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const Student& student : graded.students) {
    int failures = 0;
    std::string cases;
    for (const Mark& mark : student.marks) {
      cases +=
          fmt::format("    <testcase classname=\"{}\" name=\"{}\"", xml(student.name), xml(mark.exercise));
      if (mark.verdict.word == "PASS") {
        cases += "/>\n";
        continue;
      }
      ++failures;
      cases +=
          fmt::format(">\n      <failure message=\"{}: {} of {} tests pass\">{}</failure>\n    </testcase>\n",
                      xml(mark.verdict.word), mark.verdict.passed, mark.verdict.tests,
                      xml(mark.verdict.text));
    }
    text +=
        fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\">\n{}  </testsuite>\n",
                    xml(student.name), student.marks.size(), failures, cases);
  }
  return text + "</testsuites>\n";
}

std::string as_suffix_says(const Graded& graded, const std::string& file) {
  const std::string suffix = std::filesystem::path(file).extension();
  if (suffix == ".json") return as_json(graded);
  if (suffix == ".csv") return as_csv(graded);
  if (suffix == ".xml") return as_junit(graded);
  tg::fail("grade", "REPORT is {}; a name that ends in .json, .csv or .xml (JUnit) is needed",
           tg::shown_path(file));
}

}  // namespace exercises
