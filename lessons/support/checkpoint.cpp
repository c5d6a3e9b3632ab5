#include "support/checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <optional>
#include <string_view>

#include "support/decimal.hpp"
#include "support/text.hpp"
#include "tinygrad_cpp/array/random.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/safetensors.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

std::from_chars_result read(std::string_view text, double& value) { return read_decimal(text, value); }
std::from_chars_result read(std::string_view text, int& value) {
  return std::from_chars(text.data(), text.data() + text.size(), value);
}

template <class T>
std::optional<T> parsed(std::string_view text) {
  T value{};
  const auto [stop, status] = read(text, value);
  return status == std::errc() && stop == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::optional<double> amount(std::string_view text) {
  const auto value = parsed<double>(text);
  return value && std::isfinite(*value) && *value >= 0 ? value : std::nullopt;
}

}  // namespace

CheckpointEntries::CheckpointEntries(const std::string& program, const std::string& path)
    : program_(program), path_(path), entries_(tg::load_metadata(path)) {
  const auto writer = entries_.find("program");
  if (writer != entries_.end() && writer->second == program) return;
  tg::fail(program, "{} is no model of {}: it {}; a file that `{} train` saved is needed",
           tg::shown_path(path), program,
           writer == entries_.end() ? "does not say which program saved it"
                                    : fmt::format("was saved by {}", tg::shown(writer->second, 40)),
           program);
}

int CheckpointEntries::whole(const std::string& name, int least, int most) const {
  const auto value = parsed<int>(text(name));
  if (!value || *value < least || *value > most)
    refuse(name, fmt::format("a whole number from {} to {}", least, most));
  return *value;
}

double CheckpointEntries::number(const std::string& name) const {
  const auto value = amount(text(name));
  if (!value) refuse(name, "a number of 0 or more");
  return *value;
}

std::vector<std::vector<double>> CheckpointEntries::rows(const std::string& name, std::size_t columns) const {
  std::vector<std::vector<double>> rows;
  std::string_view rest = text(name);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    rows.emplace_back();
    while (!line.empty()) {
      const std::size_t space = std::min(line.find(' '), line.size());
      const auto value = amount(line.substr(0, space));
      if (!value) break;
      rows.back().push_back(*value);
      line.remove_prefix(std::min(space + 1, line.size()));
    }
    if (!line.empty() || rows.back().size() != columns)
      refuse(name, fmt::format("lines of {} numbers", columns));
  }
  return rows;
}

std::vector<double> CheckpointEntries::numbers(const std::string& name, std::size_t count) const {
  std::vector<double> numbers;
  for (std::string_view rest = text(name); !rest.empty();) {
    const std::size_t space = std::min(rest.find(' '), rest.size());
    const auto value = parsed<double>(rest.substr(0, space));
    if (!value || !std::isfinite(*value)) refuse(name, fmt::format("{} numbers", count));
    numbers.push_back(*value);
    rest.remove_prefix(std::min(space + 1, rest.size()));
  }
  if (numbers.size() != count) refuse(name, fmt::format("{} numbers", count));
  return numbers;
}

std::vector<std::string> CheckpointEntries::lines(const std::string& name) const {
  const std::vector<std::string> lines = lines_of(text(name));
  if (lines.empty() || std::find(lines.begin(), lines.end(), "") != lines.end())
    refuse(name, "a text on each line");
  return lines;
}

int CheckpointEntries::room_for(double size) const {
  const double weights = static_cast<double>(std::filesystem::file_size(path_)) / sizeof(float);
  return static_cast<int>(std::clamp(weights / size, 1.0, 1e9));
}

void CheckpointEntries::need_held_out(const std::string& recordings) const {
  if (text("held_out") != recordings)
    tg::fail(
        program_,
        "{}: other recordings are held out now than when this training began, so some that it was trained "
        "on could be tested. Give the same recordings, or train anew",
        tg::shown_path(path_));
}

void CheckpointEntries::restore_random(const std::string& name) const {
  try {
    tg::random_state(text(name));
  } catch (const tg::Error&) {
    refuse(name, "the state of a random stream");
  }
}

void CheckpointEntries::refuse(const std::string& name, const std::string& needed) const {
  tg::fail(program_, "{}: its entry \"{}\" is \"{}\"; {} is needed. The file is damaged: train again",
           tg::shown_path(path_), name, tg::shown(text(name), 40), needed);
}

bool CheckpointEntries::has(const std::string& name) const { return entries_.count(name) > 0; }

const std::string& CheckpointEntries::text(const std::string& name) const {
  const auto entry = entries_.find(name);
  if (entry == entries_.end())
    tg::fail(program_, "{}: it has no entry \"{}\". The file is damaged: train again", tg::shown_path(path_),
             name);
  return entry->second;
}

bool keep_old(const std::string& path) {
  if (!std::filesystem::is_regular_file(path)) return false;
  std::filesystem::copy_file(path, path + ".old", std::filesystem::copy_options::overwrite_existing);
  return true;
}

}  // namespace lesson
