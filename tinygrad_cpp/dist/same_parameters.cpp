#include "tinygrad_cpp/dist/same_parameters.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "tinygrad_cpp/dist/messages.hpp"
#include "tinygrad_cpp/error.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace dist {
namespace {

std::vector<std::string> lines_of(const nn::Parameters& parameters) {
  std::vector<std::string> lines;
  for (const auto& [name, tensor] : parameters) lines.push_back(fmt::format("{} {}", name, tensor.shape()));
  return lines;
}

/// The text of rank `from`, on every rank.
std::string text_of(std::string text, int from, int rank) {
  std::int64_t size = rank == from ? std::ssize(text) : 0;
  greatest({&size, 1});
  text.resize(static_cast<std::size_t>(size));
  send_to_all(std::as_writable_bytes(std::span(text)), from);
  return text;
}

/// What differs first, or nothing.
std::string difference(const std::vector<std::string>& here, const std::string& text_of_first, int rank) {
  std::size_t begin = 0;
  for (std::size_t i = 0;; ++i) {
    const std::size_t end = text_of_first.find('\n', begin);
    const bool there_ended = end == std::string::npos, here_ended = i == here.size();
    if (there_ended && here_ended) return "";
    const std::string there = there_ended ? "no more" : text_of_first.substr(begin, end - begin);
    const std::string mine = here_ended ? "no more" : here[i];
    if (there != mine) return fmt::format("rank 0 has {}, and rank {} has {}", there, rank, mine);
    begin = end + 1;
  }
}

}  // namespace

void check_same(const char* op, const nn::Parameters& parameters, int rank) {
  const std::vector<std::string> lines = lines_of(parameters);
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  const auto hash = static_cast<std::int64_t>(std::hash<std::string>()(text));
  std::int64_t ends[] = {hash, ~hash};  // ~ turns the order round: all are equal if both maxima are ours
  greatest(ends);
  if (ends[0] == hash && ends[1] == ~hash) return;
  const std::string found = difference(lines, text_of(text, 0, rank), rank);
  std::int64_t lowest = found.empty() ? std::numeric_limits<std::int64_t>::min() : -rank;
  greatest({&lowest, 1});
  fail(op, "the ranks' models differ: {}; the same names and shapes in the same order are needed",
       text_of(found, static_cast<int>(-lowest), rank));
}

}}}  // namespace tg::dist
