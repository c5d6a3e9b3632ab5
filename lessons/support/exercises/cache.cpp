#include "support/exercises/cache.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "support/exercises/report.hpp"
#include "support/fingerprint.hpp"
#include "support/text.hpp"
#include "tinygrad_cpp/io/file.hpp"

namespace exercises {
namespace {

namespace fs = std::filesystem;

std::string judge_of(const std::string& home, const std::string& tests) {
  const fs::path build = fs::path(home).parent_path();
  std::vector<std::string> files = {home + "/exercises",
                                    home + "/commands",
                                    build / "double/obj/tests/exercises/reporter.o",
                                    build / "libtinygrad_cpp_double.a",
                                    tests + "/check.hpp",
                                    "lessons/exercises/not_done_yet.hpp"};
  std::error_code no_error;
  for (const auto& entry : fs::recursive_directory_iterator("tinygrad_cpp", no_error))
    if (entry.path().extension() == ".hpp") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  lesson::Fingerprint all;
  for (const std::string& path : files) all.add(judge::text_of(path));
  return all.text();
}

}  // namespace

Cache::Cache(const Places& places)
    : folder_(places.home + "/cache"),
      counts_(judge::text_of(places.tests + "/counts.txt")),
      judge_(judge_of(places.home, places.tests)) {
  fs::create_directories(folder_);
}

std::string Cache::key(const Exercise& exercise, const std::string& text, const judge::Case& how) const {
  lesson::Fingerprint all;
  for (const std::string& line : lesson::lines_of(counts_))
    if (line.starts_with(exercise.name + " ")) all.add(line);
  for (const std::string& part : {judge_, exercise.name, text, judge::text_of(exercise.test),
                                  judge::text_of(exercise.hints), how.compile_option})
    all.add(part);
  all.add(static_cast<double>(how.seconds));
  return all.text();
}

std::string Cache::file(const std::string& key) const { return folder_ + "/" + key; }

std::optional<judge::Verdict> Cache::find(const std::string& key) const {
  std::istringstream lines(judge::text_of(file(key)));
  judge::Verdict verdict;
  if (!(lines >> verdict.word >> verdict.passed >> verdict.tests).ignore()) return std::nullopt;
  std::getline(lines, verdict.counts);
  std::ostringstream rest;
  if (lines.peek() != EOF) rest << lines.rdbuf();
  verdict.text = rest.str();
  return verdict;
}

void Cache::keep(const std::string& key, const judge::Verdict& verdict) const {
  tg::write_whole("exercises", file(key),
                  {fmt::format("{} {} {}\n{}\n{}", verdict.word, verdict.passed, verdict.tests,
                               verdict.counts, verdict.text)});
}

}  // namespace exercises
