#include "notebooks_export/recording.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "notebooks_export/command.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/file.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace notebook {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

void add_text(std::vector<Output>& outputs, const std::string& line) {
  if (outputs.empty() || outputs.back().kind != Output::Kind::text)
    outputs.push_back({Output::Kind::text, ""});
  outputs.back().text += line + "\n";
}

// Blank lines set steps and pictures apart on a terminal; a notebook does that itself.
void trim(std::vector<Output>& outputs) {
  for (Output& output : outputs) {
    if (output.kind != Output::Kind::text) continue;
    output.text.erase(0, output.text.find_first_not_of('\n'));
    output.text.erase(output.text.find_last_not_of('\n') + 1);
    if (!output.text.empty()) output.text += '\n';
  }
  std::erase_if(outputs, [](const Output& o) { return o.kind == Output::Kind::text && o.text.empty(); });
}

// Code hosts show bitmaps more reliably than SVG. Empty where the tool is missing.
std::string png_of(const std::string& svg) {
  const fs::path file = fs::temp_directory_path() / fmt::format("picture_{}.svg", id_of("", svg));
  tg::write_whole("notebook", file.string(), {svg});
  const Printed png = run(fmt::format("rsvg-convert {} 2>/dev/null | base64 -w 0", quoted(file)));
  fs::remove(file);
  return png.text;
}

int line_of(const Json& number) {
  if (!number.is_number_unsigned() || number > std::numeric_limits<int>::max())
    tg::fail("notebook", "the lesson printed a step at line {}; a whole number is needed",
             tg::shown(number.dump(), 40));
  return number;
}

}  // namespace

Recording recording_of(const std::string& printed) try {
  Recording recording;
  std::vector<Output>* outputs = nullptr;
  bool stopped = false, ended = false;
  std::istringstream lines(printed);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with('\x1e')) {
      if (outputs) add_text(*outputs, line);
      continue;
    }
    const Json record = Json::parse(line.substr(1));
    if (record.contains("step")) {
      outputs = &recording.outputs[line_of(record.at("step").at("line"))];
    } else if (record.contains("display") && outputs) {
      const Json& display = record.at("display");
      outputs->push_back({Output::Kind::picture, display.at("text/plain"), display.at("image/svg+xml")});
    } else if (record.contains("error")) {
      stopped = true;
      if (outputs) outputs->push_back({Output::Kind::error, record.at("error")});
      outputs = nullptr;
    } else if (record.contains("end")) {
      ended = true;
      recording.held = !stopped && record.at("end").at("failed") == 0;
    }
  }
  if (!ended)
    tg::fail("notebook", "the lesson ended before its last claim; it printed: {}", tg::shown(printed, 300));
  for (auto& [line, of_step] : recording.outputs) trim(of_step);
  return recording;
} catch (const Json::exception& error) {
  tg::fail("notebook", "the lesson printed a record that cannot be read: {}", tg::shown(error.what(), 200));
}

std::vector<std::string> read_claims(const std::string& path) {
  std::vector<std::string> claims;
  std::istringstream file(tg::read_whole("notebook", path));
  for (std::string text, verdict, rest;
       std::getline(file, text, '\t') && std::getline(file, verdict, '\t') && std::getline(file, rest);)
    claims.push_back(verdict + "\t" + text);
  return claims;
}

Recording record(const std::string& build, const std::string& name, const std::string& figures) {
  const std::string claims = fmt::format("{}/notebooks/{}.claims", build, name);
  fs::create_directories(fs::path(claims).parent_path());
  Recording recording = recording_of(
      run(fmt::format("LESSON_RECORD=1 {} --claims {} --figures {} </dev/null",
                      quoted(fmt::format("{}/lessons/{}", build, name)), quoted(claims), quoted(figures)))
          .text);
  for (auto& [line, outputs] : recording.outputs)
    for (Output& output : outputs)
      if (output.kind == Output::Kind::picture) output.png_base64 = png_of(output.svg);
  recording.claims = read_claims(claims);
  return recording;
}

}  // namespace notebook
