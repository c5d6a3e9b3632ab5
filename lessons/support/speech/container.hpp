// What the bytes of a sound file say about it, apart from the sound.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tinygrad_cpp/io/file.hpp"

namespace lesson {

/// At most 8 bytes as a whole number of at least 0.
std::uint64_t number(std::string_view bytes, bool big_endian);

/// A part of a file that says what it holds.
struct Chunk {
  std::string id;
  std::uint64_t begin, length;  // of what it holds
};

/// The first chunk of a WAV file with this id, such as "data"; nothing where there is none.
std::optional<Chunk> wav_chunk(const tg::InputFile& file, std::string_view id);

/// What a file is, by how it begins, where that is no format that read_sound reads: "an MP3 file",
/// "a text that begins with ...". Empty where nothing is known.
std::string foreign_kind(const tg::InputFile& file);

/// Error naming `name` that the file is `kind` ("it is ..", "this is .."), where one of `formats` is needed.
[[noreturn]] void fail_kind(const std::string& name, const std::string& kind, const char* formats);

/// Error naming `op` and `name` when a WAV, RF64, W64, AIFF, CAF, AU or Ogg file holds fewer bytes of sound
/// than its header promises, or many more, or when files were joined: what reads it would stop in the middle,
/// without a word. A length that the writer did not know, 2 GB or more, promises nothing.
void check_length(const char* op, const std::string& name, const tg::InputFile& file);

}  // namespace lesson
