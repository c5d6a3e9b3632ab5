#include "support/text_file.hpp"

#include <algorithm>
#include <string_view>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/file.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

// What people pass for a text file, by its first bytes.
struct FileFormat {
  std::string_view start;
  const char *name, *hint;
};
constexpr FileFormat formats[] = {
    {"\x1f\x8b", "compressed (gzip)", "Unpack it first: gunzip -k FILE"},
    {"BZh", "compressed (bzip2)", "Unpack it first: bunzip2 -k FILE"},
    {"\xfd"
     "7zXZ",
     "compressed (xz)", "Unpack it first: unxz -k FILE"},
    {"\x28\xb5\x2f\xfd", "compressed (zstd)", "Unpack it first: unzstd FILE"},
    {"PK\x03\x04", "a ZIP archive, as .xlsx and .ods files are",
     "Unpack it; from a spreadsheet, save the table as CSV in UTF-8"},
    {"\xd0\xcf\x11\xe0", "a spreadsheet or document of old Office", "Save the table as CSV in UTF-8"},
    {"PAR1", "a Parquet file", "With pandas: read_parquet(..).to_csv(.., index=False)"},
    {"\x89HDF", "an HDF5 file", "With pandas: read_hdf(..).to_csv(.., index=False)"},
    {"\x93NUMPY", "a NumPy array", "With NumPy: savetxt(.., delimiter=\",\")"},
    {"%PDF", "a PDF document", "Save its table as CSV in UTF-8"},
    {"\xff\xfe", "text in UTF-16", "Convert it: iconv -f UTF-16 -t UTF-8 FILE > NEW"},
    {"\xfe\xff", "text in UTF-16", "Convert it: iconv -f UTF-16 -t UTF-8 FILE > NEW"},
    {"<!DOCTYPE html", "a web page", "Download the file itself (on GitHub: Raw)"},
    {"<!doctype html", "a web page", "Download the file itself (on GitHub: Raw)"},
    {"<html", "a web page", "Download the file itself (on GitHub: Raw)"},
};

const FileFormat* format_of(std::string_view bytes) {
  for (const FileFormat& format : formats)
    if (bytes.starts_with(format.start)) return &format;
  return nullptr;
}

// Ends of lines become \n, whatever system wrote them.
void use_line_feeds(std::string& text) {
  std::size_t to = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n') continue;
    text[to++] = text[at] == '\r' ? '\n' : text[at];
  }
  text.resize(to);
}

}  // namespace

std::string read_text(const char* op, const std::string& path, const std::string& hint) {
  std::string bytes = tg::read_whole(op, path);
  if (const FileFormat* format = format_of(bytes))
    tg::fail(op, "{}: the file is {}; a text file in UTF-8 is needed. {}", tg::shown_path(path), format->name,
             format->hint);
  // A zero byte may stand in UTF-8, but in no text.
  if (const std::size_t end = std::min(tg::utf8_end(bytes), bytes.find('\0')); end < bytes.size()) {
    std::string before = bytes.substr(0, end);
    use_line_feeds(before);
    const bool zero_tail = bytes.find_first_not_of('\0', end) == std::string::npos;
    const char* encoding =
        zero_tail ? "The file ends in zero bytes, as after a crash. Cut them off: tr -d '\\0' < FILE > NEW"
        : bytes[end] == 0
            ? "If it is text in UTF-16, convert it: iconv -f UTF-16LE -t UTF-8 FILE > NEW"
            : "If it is text in another encoding, convert it: iconv -f WINDOWS-1252 -t UTF-8 FILE > NEW";
    tg::fail(op, "{}, line {}: byte {:#04x} is no text in UTF-8; a text file is needed. {}{}{}",
             tg::shown_path(path), 1 + std::count(before.begin(), before.end(), '\n'),
             static_cast<unsigned char>(bytes[end]), hint, hint.empty() ? "" : ". ", encoding);
  }
  if (bytes.starts_with("\xef\xbb\xbf")) bytes.erase(0, 3);
  use_line_feeds(bytes);
  bytes.erase(bytes.find_last_not_of(" \n\x1a") + 1);  // DOS ended a text with the sign 0x1a
  return bytes;
}

}  // namespace lesson
