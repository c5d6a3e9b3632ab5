#include "notebooks_export/notebook.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/file.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace notebook {
namespace {

using Json = nlohmann::ordered_json;

// A line of the text for each string, so that a change of one line is a change of one line of the file.
Json lines_of(const std::string& text) {
  Json lines = Json::array();
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size() - 1) + 1;
    lines.push_back(text.substr(from, end - from));
    from = end;
  }
  return lines;
}

std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  std::string text;
  for (const Json& line : value) text += line.get<std::string>();
  return text;
}

Json json_of(const Output& output) {
  switch (output.kind) {
    case Output::Kind::picture: {
      Json data = {{"image/svg+xml", output.svg}, {"text/plain", output.text}};
      if (!output.png_base64.empty()) data["image/png"] = output.png_base64;
      return {{"output_type", "display_data"}, {"data", data}, {"metadata", Json::object()}};
    }
    case Output::Kind::error:
      return {{"output_type", "error"},
              {"ename", "Error"},
              {"evalue", output.text},
              {"traceback", Json::array({output.text})}};
    case Output::Kind::text:
      break;
  }
  return {{"output_type", "stream"}, {"name", "stdout"}, {"text", lines_of(output.text)}};
}

Output output_of(const Json& json) {
  const std::string type = json.at("output_type");
  if (type == "stream") return {Output::Kind::text, text_of(json.at("text"))};
  if (type == "error") return {Output::Kind::error, json.at("evalue")};
  const Json& data = json.at("data");
  const auto at = [&](const char* kind) { return data.contains(kind) ? text_of(data[kind]) : ""; };
  return {Output::Kind::picture, at("text/plain"), at("image/svg+xml"), at("image/png")};
}

Json json_of(const Cell& cell, int& count) {
  Json metadata = Json::object();
  if (!cell.tag.empty()) metadata["tags"] = {cell.tag};
  if (cell.tag == "prediction") metadata["jupyter"] = {{"source_hidden", true}, {"outputs_hidden", true}};
  Json json = {{"cell_type", cell.prose ? "markdown" : "code"}, {"id", cell.id}, {"metadata", metadata}};
  if (!cell.prose) {
    json["execution_count"] = ++count;
    json["outputs"] = Json::array();
    for (const Output& output : cell.outputs) json["outputs"].push_back(json_of(output));
  }
  json["source"] = lines_of(cell.source);
  return json;
}

}  // namespace

std::string json_of(const Notebook& notebook) try {
  Json cells = Json::array();
  int count = 0;
  for (const Cell& cell : notebook.cells) cells.push_back(json_of(cell, count));
  const Json kernel = {{"name", "xcpp20"}, {"display_name", "C++20"}, {"language", "cpp"}};
  const Json language = {{"name", "C++"},
                         {"version", "cxx20"},
                         {"file_extension", ".cpp"},
                         {"mimetype", "text/x-c++src"},
                         {"codemirror_mode", "text/x-c++src"}};
  const Json metadata = {{"kernelspec", kernel},
                         {"language_info", language},
                         {"tinygrad_cpp", {{"claims", notebook.claims}}}};
  return Json{{"cells", cells}, {"metadata", metadata}, {"nbformat", 4}, {"nbformat_minor", 5}}.dump(1) +
         "\n";
} catch (const Json::exception& error) {
  tg::fail("notebook", "a cell, or what it printed, is no text in UTF-8: {}", tg::shown(error.what(), 200));
}

Notebook read_notebook(const std::string& path) {
  const std::string text = tg::read_whole("notebook", path);
  try {
    const Json json = Json::parse(text);
    Notebook notebook;
    for (const Json& cell : json.at("cells")) {
      Cell read = {cell.at("cell_type") == "markdown", cell.at("id"), text_of(cell.at("source"))};
      const Json& metadata = cell.at("metadata");
      if (metadata.contains("tags")) read.tag = metadata["tags"].at(0);
      if (!read.prose)
        for (const Json& output : cell.at("outputs")) read.outputs.push_back(output_of(output));
      notebook.cells.push_back(read);
    }
    notebook.claims = json.at("metadata").at("tinygrad_cpp").at("claims");
    return notebook;
  } catch (const Json::exception& error) {
    tg::fail("notebook", "{} is no notebook that `make notebooks` wrote: {}", tg::shown_path(path),
             tg::shown(error.what(), 200));
  }
}

std::string id_of(const std::string& notebook, const std::string& cell) {
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a, https://datatracker.ietf.org/doc/html/rfc9923
  for (const char c : notebook + "/" + cell) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return fmt::format("{:016x}", hash);
}

}  // namespace notebook
