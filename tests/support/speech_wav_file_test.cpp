#include <doctest/doctest.h>

#include <cmath>

#include "../files.hpp"
#include "sounds.hpp"
#include "support/speech/wav.hpp"
#include "support/speech/wav_file.hpp"

// WAV files read without libsndfile, as the book's page does.

namespace {

// In blocks that divide neither the samples nor the moments evenly.
std::vector<float> samples_of(lesson::WavFile& wav) {
  std::vector<float> all, block(static_cast<std::size_t>(wav.channels()) * 7 + 1);
  while (const std::size_t got = wav.read(block))
    all.insert(all.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(got) * wav.channels());
  return all;
}

std::vector<float> samples_of(const std::string& path, int channels = 1) {
  const tg::InputFile file("test", path);
  lesson::WavFile wav(file, path);
  CHECK(wav.channels() == channels);
  const std::vector<float> all = samples_of(wav);
  wav.rewind();
  CHECK(samples_of(wav) == all);
  return all;
}

bool refused_without(const std::string& bytes, const std::string& text) {
  const Folder folder("refused_wav");
  const std::string path = folder.file("bad.wav", bytes);
  const tg::InputFile file("test", path);
  return fails_with([&] { lesson::WavFile(file, path); }, "[read_sound] " + path + ": " + text);
}

// Of WAVE_FORMAT_EXTENSIBLE, which says the encoding at the end of the description.
std::string extensible(const std::string& wav) {
  const std::string more = bytes_of(std::uint16_t{22}) + std::string(6, '\0') + wav.substr(20, 2) +
                           std::string("\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71", 14);
  return wav.substr(0, 16) + bytes_of(std::uint32_t{40}) + "\xfe\xff" + wav.substr(22, 14) + more +
         wav.substr(36);
}

}  // namespace

TEST_CASE("wav: the samples are those that libsndfile reads, bit by bit") {
  const Folder folder("wav");
  std::vector<std::uint8_t> narrow;
  std::vector<std::int16_t> usual, both;
  std::vector<std::int32_t> wide;
  std::vector<Int24> three_bytes;
  std::vector<float> real;
  std::vector<double> long_real;
  for (int n = 0; n < 500; ++n) {
    const double value = 0.9 * std::sin(0.05 * n * n);
    narrow.push_back(static_cast<std::uint8_t>(128 + 127 * value));
    usual.push_back(static_cast<std::int16_t>(32767 * value));
    both.insert(both.end(), {usual.back(), static_cast<std::int16_t>(20000 * std::sin(n))});
    wide.push_back(static_cast<std::int32_t>(2147483000 * value));
    three_bytes.emplace_back(static_cast<std::int32_t>(8388607 * value));
    real.push_back(static_cast<float>(value));
    long_real.push_back(value);
  }
  CHECK(samples_of(folder.file("both.wav", wav_bytes(both, 2)), 2)[2] == static_cast<float>(both[2]) / 32768);
  const std::string odd = "LIST" + bytes_of(std::uint32_t{3}) + std::string("abc\0", 4);
  const std::string with_list = wav_bytes(usual, 1).insert(12, odd);
  if (!has_libsndfile()) return;
  for (const std::string& bytes :
       {wav_bytes(narrow, 1), wav_bytes(usual, 1), wav_bytes(wide, 1), wav_bytes(three_bytes, 1),
        wav_bytes(real, 1, 16000, 3), wav_bytes(long_real, 1, 8000, 3), extensible(wav_bytes(usual, 1)),
        extensible(wav_bytes(real, 1, 8000, 3)), with_list}) {
    const std::string path = folder.file("a.wav", bytes);
    CHECK(samples_of(path) == lesson::read_sound(path).samples);
  }
}

TEST_CASE("wav: what is not read without libsndfile is told, and how to get it") {
  const std::vector<std::int16_t> second(8000, 100);
  const std::string without =
      ", and this program was built without libsndfile; a WAV file of whole numbers or floats is needed. "
      "Convert it: ffmpeg -i FILE -ac 1 -c:a pcm_s16le NEW.wav. Or install libsndfile (make deps, or Debian's "
      "libsndfile1-dev) and run make again";
  CHECK(refused_without("fLaC" + std::string(100, '\0'), "this is a FLAC file" + without));
  CHECK(refused_without("OggS" + std::string(100, '\0'), "this is an Ogg file" + without));
  CHECK(
      refused_without(wav_bytes(second, 1, 8000, 6), "its encoding is 6 with 16 bits in 2 bytes" + without));
  CHECK(refused_without(wav_bytes(second, 1, 8000, 3), "its encoding is 3 with 16 bits in 2 bytes"));
  CHECK(refused_without("name,age\n", "this is a text that begins with \"name,age\\n\"; a WAV file is need"));
  CHECK(refused_without(std::string(2000, '\1'), "this is not a sound file; a WAV file is needed. Conv"));
  std::string none = wav_bytes(second, 1);
  none.replace(22, 2, std::string(2, '\0'));  // channels
  CHECK(refused_without(none, "its encoding is 1 with 16 bits in 0 bytes"));
  none.replace(12, 4, "fmt?");
  CHECK(refused_without(none, "this is not a sound file"));
  // The description stands last, and the file ends in it.
  const std::string whole = wav_bytes(second, 1);
  CHECK(refused_without(whole.substr(0, 12) + whole.substr(36) + whole.substr(12, 20), "this is not a"));
}
