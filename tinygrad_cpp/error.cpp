#include "tinygrad_cpp/error.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tinygrad_cpp/utf8.hpp"

namespace tg {

void vfail(std::string_view op, fmt::string_view format, fmt::format_args args) {
  const std::string message = fmt::format("[{}] {}", op, fmt::vformat(format, args));
  // Callers escape foreign text with shown(). This pass over all lines catches text that a caller forgot.
  constexpr std::size_t max_bytes = 1000;
  std::string text;
  for (std::size_t from = 0; from <= message.size() && text.size() < max_bytes;) {
    const std::size_t end = std::min(message.find('\n', from), message.size());
    if (from > 0) text += '\n';
    text += shown(std::string_view(message).substr(from, end - from), max_bytes - text.size());
    from = end + 1;
  }
  throw Error(text);
}

}  // namespace tg
