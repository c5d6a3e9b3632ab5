#include "support/text_file.hpp"

#include <algorithm>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/file.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {

std::string read_text(const char* op, const std::string& path, const std::string& hint) {
  std::string bytes = tg::read_whole(op, path);
  // A zero byte may stand in UTF-8, but in no text.
  if (const std::size_t end = std::min(tg::utf8_end(bytes), bytes.find('\0')); end < bytes.size())
    tg::fail(op, "{}, line {}: byte {:#04x} is no text in UTF-8; a text file is needed{}",
             tg::shown_path(path),
             1 + std::count(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(end), '\n'),
             static_cast<unsigned char>(bytes[end]), hint.empty() ? "" : ". " + hint);
  if (bytes.starts_with("\xef\xbb\xbf")) bytes.erase(0, 3);
  bytes.erase(bytes.find_last_not_of(" \r\n") + 1);
  return bytes;
}

}  // namespace lesson
