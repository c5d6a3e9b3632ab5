#include "support/speech/container.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {

std::uint64_t number(std::string_view bytes, bool big_endian) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    value = value << 8 | static_cast<unsigned char>(bytes[big_endian ? i : bytes.size() - 1 - i]);
  return value;
}

namespace {

/// A format that is a row of chunks: an id, a size, and so many bytes.
struct Layout {
  std::string_view begins, data;  // the file; the id of the chunk that holds the samples
  std::uint64_t first;            // where the first chunk begins
  std::size_t id, size;           // how long these are
  bool big_endian;
  std::uint64_t aligned;  // chunks begin at multiples of it
  bool whole;             // the size counts id and size too
};
constexpr Layout layouts[] = {{"RIFF", "data", 12, 4, 4, false, 2, false},   // WAV
                              {"RIFX", "data", 12, 4, 4, true, 2, false},    // WAV, the highest byte first
                              {"RF64", "data", 12, 4, 4, false, 2, false},   // WAV of more than 4 GB
                              {"FORM", "SSND", 12, 4, 4, true, 2, false},    // AIFF
                              {"caff", "data", 8, 4, 8, true, 1, false},     // CAF
                              {"riff", "data", 40, 16, 8, false, 8, true}};  // W64
constexpr int most_chunks = 1000;

// Where the next chunk begins; behind the end of the file where this one is cut off.
std::uint64_t after(const Chunk& chunk, const tg::InputFile& file, const Layout& layout) {
  if (chunk.length > file.size()) return file.size() + layout.aligned;
  const std::uint64_t end = chunk.begin + chunk.length + layout.aligned - 1;
  return end - end % layout.aligned;
}

std::optional<Chunk> chunk_at(const tg::InputFile& file, const Layout& layout, std::uint64_t at) {
  const std::size_t header = layout.id + layout.size;
  const std::string bytes = file.read(at, header);
  if (bytes.size() < header) return std::nullopt;
  Chunk chunk{bytes.substr(0, 4), at + header, number(bytes.substr(layout.id), layout.big_endian)};
  if (layout.whole) chunk.length -= std::min<std::uint64_t>(chunk.length, header);
  return chunk;
}

// The first chunk of this id.
std::optional<Chunk> first_chunk(const tg::InputFile& file, const Layout& layout, std::string_view id) {
  std::uint64_t at = layout.first;
  for (int i = 0; i < most_chunks; ++i) {
    auto chunk = chunk_at(file, layout, at);
    if (!chunk || chunk->id == id) return chunk;
    at = after(*chunk, file, layout);
  }
  return std::nullopt;
}

// Whether nothing but chunks stands from there to the end, and none that is sound or another file.
bool only_chunks(const tg::InputFile& file, const Layout& layout, std::uint64_t at) {
  for (int i = 0; i < most_chunks && at < file.size(); ++i) {
    const auto chunk = chunk_at(file, layout, at);
    if (!chunk || chunk->id == layout.data || chunk->id == layout.begins ||
        std::any_of(chunk->id.begin(), chunk->id.end(), [](char c) { return c < ' ' || c > '~'; }))
      return false;
    at = after(*chunk, file, layout);
  }
  return at >= file.size() && at < file.size() + layout.aligned;
}

// Where a recorder fills up its file, nothing is lost.
bool only_zeros(const tg::InputFile& file, std::uint64_t at) {
  const std::string rest = file.read(at, 1 << 20);
  return rest.size() < 1 << 20 && rest.find_first_not_of('\0') == std::string::npos;
}

/// The sound data of a file: what its header promises, what there is, and whether the rest belongs to it.
struct Data {
  std::uint64_t promised, there;
  bool more;  // what stands behind is no chunk
};

std::optional<Data> data_of(const tg::InputFile& file) {
  const std::string head = file.read(0, 36);
  if (head.starts_with(".snd")) {  // AU
    if (head.size() < 12) return std::nullopt;
    const std::uint64_t begin = number(head.substr(4, 4), true), size = file.size();
    const std::uint64_t there = size - std::min(size, begin), promised = number(head.substr(8, 4), true);
    return Data{promised, there, promised < there};
  }
  const auto layout = std::find_if(std::begin(layouts), std::end(layouts),
                                   [&](const Layout& one) { return head.starts_with(one.begins); });
  if (layout == std::end(layouts)) return std::nullopt;
  auto chunk = first_chunk(file, *layout, layout->data);
  if (!chunk) return std::nullopt;
  if (layout->begins == "RF64" && chunk->length == 0xffffffff && head.size() == 36 &&
      head.substr(12, 4) == "ds64")
    chunk->length = number(head.substr(28, 8), false);
  const std::uint64_t next = after(*chunk, file, *layout);
  return Data{chunk->length, file.size() - chunk->begin,
              !only_chunks(file, *layout, next) && !only_zeros(file, next)};
}

// What is wrong with an Ogg file; nullptr where nothing is. It is a row of pages, and the last one of a
// stream says that it is the last. Of streams one after the other only the first would be read.
const char* ogg_fault(const tg::InputFile& file) {
  constexpr int begins = 2, ends = 4;
  constexpr const char* cut =
      "its last page is missing or damaged: the file was cut off, as by a download that stopped. "
      "Get the whole file, or keep what is there";
  bool last = false;
  std::uint64_t at = 0;
  while (at < file.size()) {
    const std::string page = file.read(at, 27 + 255);
    if (page.size() < 27 || !page.starts_with("OggS")) return cut;
    if (last && (page[5] & begins)) return "it holds several recordings, one after the other. Join them";
    last = page[5] & ends;
    const std::size_t parts = static_cast<unsigned char>(page[26]);
    at += 27 + parts;
    for (std::size_t i = 0; i < parts && 27 + i < page.size(); ++i)
      at += static_cast<unsigned char>(page[27 + i]);
  }
  return last && at == file.size() ? nullptr : cut;
}

bool is_text(std::string_view bytes) {
  if (bytes.empty() || tg::utf8_end(bytes) + 3 < bytes.size()) return false;  // the end may cut a character
  return std::all_of(bytes.begin(), bytes.end(), [](unsigned char c) {
    return c >= ' ' ? c != 0x7f : c == '\t' || c == '\r' || c == '\n';
  });
}

}  // namespace

std::string foreign_kind(const tg::InputFile& file) {
  using namespace std::string_view_literals;
  constexpr std::pair<std::string_view, const char*> beginnings[] = {{"#!AMR"sv, "an AMR file"},
                                                                     {"\x30\x26\xb2\x75"sv, "a WMA file"},
                                                                     {"\x1a\x45\xdf\xa3"sv,
                                                                      "a WebM or Matroska file"},
                                                                     {"wvpk"sv, "a WavPack file"},
                                                                     {"PK\3\4"sv, "a ZIP archive"},
                                                                     {"\x1f\x8b"sv, "a gzip archive"}};
  std::string head = file.read(0, 512);
  if (head.starts_with("ID3") && head.size() >= 10) {  // a title and so on, before the sound
    std::uint64_t size = 10;
    for (std::size_t i = 6; i < 10; ++i) size += static_cast<std::uint64_t>(head[i] & 0x7f) << (7 * (9 - i));
    head = file.read(size, 512);
    if (!head.starts_with("fLaC")) return "an MP3 file";
  }
  if (head.starts_with("\xff\xfe")) return "a text in UTF-16";
  if (head.size() > 2 && head[0] == '\xff' && (head[1] & 0xf6) == 0xf0) return "an AAC file";
  if (head.size() > 2 && head[0] == '\xff' && (head[1] & 0xe0) == 0xe0) return "an MP3 file";
  if (head.size() > 8 && head.substr(4, 4) == "ftyp") return "an M4A or MP4 file";
  for (const auto& [beginning, kind] : beginnings)
    if (head.starts_with(beginning)) return kind;
  if (is_text(head)) return fmt::format("a text that begins with \"{}\"", tg::shown(head, 40));
  return "";
}

std::optional<Chunk> wav_chunk(const tg::InputFile& file, std::string_view id) {
  return first_chunk(file, layouts[0], id);
}

void fail_kind(const std::string& name, const std::string& kind, const char* formats) {
  tg::fail("read_sound", "{}: {}; {} is needed. {}", name, kind, formats,
           kind.starts_with("this is a text") ? "Get the recording itself"
                                              : "Convert it: ffmpeg -i FILE -ac 1 -c:a pcm_s16le NEW.wav");
}

void check_length(const char* op, const std::string& name, const tg::InputFile& file) {
  const std::string head = file.read(0, 4);
  if (head == "OggS") {
    if (const char* fault = ogg_fault(file)) tg::fail(op, "{}: {}: ffmpeg -i FILE NEW.wav", name, fault);
    return;
  }
  if (head == "fLaC" && file.read(4, file.size()).find("fLaC") != std::string::npos)
    tg::fail(op, "{}: it holds several recordings, one after the other. Give each a file of its own", name);
  const std::optional<Data> data = data_of(file);
  constexpr std::uint64_t unknown = 0x7fff0000, little = 1024;
  if (!data || data->promised >= unknown) return;
  if (data->promised > data->there)
    tg::fail(op,
             "{}: its header promises {} bytes of sound, and {} are there: the file was cut off, as by a "
             "download that stopped. Get the whole file, or keep what is there: ffmpeg -i FILE NEW.wav",
             name, data->promised, data->there);
  // A few bytes behind the sound are a program's signature.
  const std::uint64_t behind = data->there - data->promised;
  if (data->more && behind > (data->promised == 0 ? 1 : little))
    tg::fail(op,
             "{}: its header says that {} bytes of sound follow, and there are {} more: its length was not "
             "known, or two files were joined. Mend it: ffmpeg -ignore_length 1 -i FILE NEW.wav",
             name, data->promised, behind);
}

}  // namespace lesson
