#include "support/text_file.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/file.hpp"

namespace lesson {
namespace {

// Where the bytes stop being text in UTF-8; their number when they never do. A zero byte is no text.
std::size_t end_of_text(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const auto first = static_cast<unsigned char>(bytes[at]);
    if (first > 0 && first < 0x80) continue;
    if (first < 0xc2 || first > 0xf4) return at;
    const std::size_t more = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    for (std::size_t i = at + 1; i <= at + more; ++i)
      if (i >= bytes.size() || (static_cast<unsigned char>(bytes[i]) & 0xc0) != 0x80) return at;
    at += more;
  }
  return bytes.size();
}

}  // namespace

std::string read_text(const char* op, const std::string& path, const std::string& hint) {
  std::error_code unknown;  // what the system cannot tell, reading will
  const auto status = std::filesystem::status(path, unknown);
  if (status.type() == std::filesystem::file_type::not_found)
    tg::fail(op, "there is no file \"{}\"; looked for {}", path,
             std::filesystem::absolute(path, unknown).string());
  if (std::filesystem::is_directory(status))
    tg::fail(op, "{}: this is a directory; the path of a file is needed", path);
  std::string bytes = tg::read_whole(op, path);
  if (const std::size_t end = end_of_text(bytes); end < bytes.size())
    tg::fail(op, "{}, line {}: byte {:#04x} is no text in UTF-8; a text file is needed{}", path,
             1 + std::count(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(end), '\n'),
             static_cast<unsigned char>(bytes[end]), hint.empty() ? "" : ". " + hint);
  if (bytes.starts_with("\xef\xbb\xbf")) bytes.erase(0, 3);
  bytes.erase(bytes.find_last_not_of(" \r\n") + 1);
  return bytes;
}

}  // namespace lesson
