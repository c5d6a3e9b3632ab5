#include "support/exercises/report.hpp"

#include <fmt/format.h>
#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "support/exercises/limited.hpp"
#include "support/fingerprint.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/file.hpp"

namespace judge {
namespace {

namespace fs = std::filesystem;

// This run's own folder: another may judge the same exercise. It goes when judging is over.
struct Folder {
  explicit Folder(const std::string& beside) : path(beside + ".XXXXXX") {
    if (!mkdtemp(path.data())) tg::fail("judge", "cannot make the folder {}: {}", path, std::strerror(errno));
  }
  ~Folder() {
    std::error_code no_error;
    fs::remove_all(path, no_error);
  }
  Folder(const Folder&) = delete;
  std::string path;
};

}  // namespace

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::string fingerprint(const std::string& answer, const std::string& test) {
  lesson::Fingerprint all;
  for (const std::string& file : {answer, test}) all.add(text_of(file));
  return all.text();
}

Verdict write_report(const Case& what, const std::string& report) {
  if (const fs::path folder = fs::path(report).parent_path(); !folder.empty()) fs::create_directories(folder);
  const std::string beside = report.substr(0, report.size() - (report.ends_with(".report") ? 7 : 0));
  const std::string before = fingerprint(what.answer, test_file(what.name));
  const Noted noted;  // so that the folder goes even if a signal comes between two programs
  const Folder work(beside);
  Verdict verdict = judged(what, work.path);
  if (!verdict.compiler_text.empty()) {
    const std::string file = beside + ".compiler.txt";
    tg::write_whole("judge", file, {verdict.compiler_text});
    verdict.text += "The compiler's whole text: " + file + "\n";
  }
  // Of an answer that was saved meanwhile nobody knows which text was compiled.
  const bool same = fingerprint(what.answer, test_file(what.name)) == before;
  const std::string text = fmt::format("{} {}\n{} of {}\n{}", verdict.word, same ? before : "changed",
                                       verdict.passed, verdict.tests, verdict.text),
                    written = work.path + "/report";
  tg::write_whole("judge", written, {text});
  fs::rename(written, report);
  return verdict;
}

std::optional<Verdict> verdict_in(const std::string& report, const std::string& fingerprint) {
  std::istringstream lines(text_of(report));
  std::string first, counts, about, of;
  std::getline(lines, first);
  std::getline(lines, counts);
  Verdict verdict;
  std::istringstream(first) >> verdict.word >> about;
  std::istringstream(counts) >> verdict.passed >> of >> verdict.tests;
  if (verdict.word.empty() || (!fingerprint.empty() && about != fingerprint) || of != "of")
    return std::nullopt;
  std::ostringstream rest;
  if (lines.peek() != EOF) rest << lines.rdbuf();
  verdict.text = rest.str();
  return verdict;
}

}  // namespace judge
