#include "support/speech/wav_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "support/speech/container.hpp"
#include "tinygrad_cpp/error.hpp"

namespace lesson {
namespace {

int whole(std::string_view bytes) { return static_cast<int>(number(bytes, false)); }

template <class T>
float real(std::string_view bytes) {
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return static_cast<float>(value);
}

float sample(std::string_view bytes, bool is_float) {
  if (is_float) return bytes.size() == 4 ? real<float>(bytes) : real<double>(bytes);
  // In the upper bits, so that its sign is theirs.
  auto bits = static_cast<std::uint32_t>(number(bytes, false) << (8 * (4 - bytes.size())));
  if (bytes.size() == 1) bits ^= 0x80000000u;  // 8 bits have no sign
  return static_cast<float>(static_cast<std::int32_t>(bits)) / 2147483648.0f;
}

// The name of a format that libsndfile reads.
const char* other_format(const tg::InputFile& file) {
  constexpr std::pair<std::string_view, const char*> beginnings[] = {
      {"fLaC", "a FLAC file"}, {"OggS", "an Ogg file"}, {"FORM", "an AIFF file"}, {"RF64", "an RF64 file"},
      {"caff", "a CAF file"},  {".snd", "an AU file"},  {"riff", "a W64 file"},   {"RIFX", "a RIFX file"}};
  const std::string head = file.read(0, 4);
  for (const auto& [beginning, format] : beginnings)
    if (head == beginning) return format;
  return nullptr;
}

[[noreturn]] void fail_without(const std::string& name, const std::string& kind) {
  tg::fail(
      "read_sound",
      "{}: {}, and this program was built without libsndfile; a WAV file of whole numbers or floats is "
      "needed. Convert it: ffmpeg -i FILE -ac 1 -c:a pcm_s16le NEW.wav. Or install libsndfile (make deps, "
      "or Debian's libsndfile1-dev) and run make again",
      name, kind);
}

// Why the file is no WAV file.
[[noreturn]] void refuse(const tg::InputFile& file, const std::string& name) {
  if (const char* format = other_format(file)) fail_without(name, fmt::format("this is {}", format));
  const std::string kind = foreign_kind(file);
  fail_kind(name, "this is " + (kind.empty() ? "not a sound file" : kind), "a WAV file");
}

}  // namespace

WavFile::WavFile(const tg::InputFile& file, const std::string& name) : file_(file) {
  constexpr std::size_t least = 16, most = 40;  // bytes that describe the samples
  const std::string head = file.read(0, 12);
  const auto about = wav_chunk(file, "fmt "), data = wav_chunk(file, "data");
  const std::string text = about ? file.read(about->begin, std::min<std::uint64_t>(about->length, most)) : "";
  if (!head.starts_with("RIFF") || head.substr(8) != "WAVE" || !data || text.size() < least)
    refuse(file, name);
  constexpr int numbers = 1, floats = 3, more = 0xfffe;  // of encodings; the last one says more at its end
  const std::string_view bytes = text;
  int encoding = whole(bytes.substr(0, 2));
  if (encoding == more && bytes.size() >= 26) encoding = whole(bytes.substr(24, 2));
  channels_ = whole(bytes.substr(2, 2));
  rate_ = whole(bytes.substr(4, 4));
  const auto frame = static_cast<std::size_t>(whole(bytes.substr(12, 2)));
  const int bits = whole(bytes.substr(14, 2));
  bytes_ = channels_ > 0 ? frame / static_cast<std::size_t>(channels_) : 0;
  is_float_ = encoding == floats;
  const bool known =
      is_float_ ? bytes_ == 4 || bytes_ == 8 : encoding == numbers && bytes_ >= 1 && bytes_ <= 4;
  if (!known || frame != frame_bytes() || bits > 8 * static_cast<int>(bytes_))
    fail_without(name, fmt::format("its encoding is {} with {} bits in {} bytes", encoding, bits, bytes_));
  begin_ = data->begin;
  end_ = std::min(data->length, file.size() - data->begin) / frame;
}

std::size_t WavFile::read(std::span<float> block) {
  const std::size_t size = frame_bytes(), most = block.size() / static_cast<std::size_t>(channels_);
  const std::uint64_t count = std::min<std::uint64_t>(most, end_ - next_);
  const std::string bytes = file_.read(begin_ + next_ * size, count * size);
  const std::size_t samples = bytes.size() / size * static_cast<std::size_t>(channels_);
  for (std::size_t i = 0; i < samples; ++i)
    block[i] = sample(std::string_view(bytes).substr(i * bytes_, bytes_), is_float_);
  next_ += count;
  return static_cast<std::size_t>(count);
}

}  // namespace lesson
