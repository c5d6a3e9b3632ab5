#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "../files.hpp"
#include "sounds.hpp"
#include "support/speech/wav.hpp"

#if __has_include(<sndfile.h>)
#include <sndfile.h>
#endif

// What the bytes of a sound file say about it.

using lesson::Sound;

TEST_CASE("sound: a file of another kind under the name of a WAV is told what it is") {
  if (!has_libsndfile()) return;
  std::string frames, zeros(600, '\0');  // frames of MP3 at which its library complains
  for (int i = 0; i < 20; ++i) frames += "\xff\xfb\x90\x64" + std::string(413, '\xff');
  const std::string description = "fmt " + bytes_of(std::uint32_t{30}) + std::string("\x55\0\1\0", 4) +
                                  bytes_of(std::uint32_t{44100}) + bytes_of(std::uint32_t{16000}) +
                                  std::string("\1\0\0\0\x0c\0\1\0\2\0\0\0\xa1\1\1\0\0\0", 18),
                    chunks = "WAVE" + description + "data" +
                             bytes_of(static_cast<std::uint32_t>(frames.size())) + frames;
  const std::string title = std::string("ID3\4\0\0\0\0\1\2", 10) + std::string(130, '\0');
  const Folder folder("sound");
  const std::string errors = folder.file("errors", "");
  const int stderr_kept = dup(STDERR_FILENO);
  REQUIRE(std::freopen(errors.c_str(), "w", stderr) != nullptr);
  const bool mp3 = refused(frames, "this is an MP3 file; a WAV, FLAC or Ogg file is needed. Conv"),
             titled = refused(title + frames, "this is an MP3 file; a WAV, FLAC or Ogg file is needed"),
             inside = refused("RIFF" + bytes_of(static_cast<std::uint32_t>(chunks.size())) + chunks,
                              "it is encoded as MP3; a WAV, FLAC or Ogg file");
  std::fflush(stderr);
  dup2(stderr_kept, STDERR_FILENO);
  close(stderr_kept);
  CHECK(mp3);
  CHECK(titled);
  CHECK(inside);
  CHECK(contents(errors) == "");

  CHECK(
      refused("\xff\xf1\x50" + zeros, "this is an AAC file; a WAV, FLAC or Ogg file is needed. Convert it"));
  CHECK(
      refused(std::string("\0\0\0\x20", 4) + "ftypM4A " + zeros, "this is an M4A or MP4 file; a WAV, FLAC"));
  CHECK(refused("\x1a\x45\xdf\xa3" + zeros, "this is a WebM or Matroska file; a WAV, FLAC or Ogg file"));
  CHECK(refused(std::string("\xff\xfe<\0h\0", 6), "this is a text in UTF-16; a WAV, FLAC or Ogg file"));
  CHECK(refused("\x1f\x8b\x08" + zeros, "this is a gzip archive; a WAV, FLAC or Ogg file"));
  CHECK(
      refused("<!DOCTYPE html>\n<html><title>404</title>",
              "this is a text that begins with \"<!DOCTYPE html>\\n<html><title>404</ti...\"; a WAV, FLAC or "
              "Ogg file is needed. Get the recording itself"));
}

TEST_CASE("sound: a header that says a wrong length") {
  if (!has_libsndfile()) return;
  const Folder folder("sound");
  std::vector<std::int16_t> samples;
  for (int n = 0; n < 8000; ++n) samples.push_back(static_cast<std::int16_t>(10000 * std::sin(n)));
  const std::string whole = wav_bytes(samples, 1);
  const auto with_size = [&](std::uint32_t riff, std::uint32_t data) {
    return std::string(whole).replace(4, 4, bytes_of(riff)).replace(40, 4, bytes_of(data));
  };
  const auto count = [&](const std::string& bytes) {
    return lesson::read_sound(folder.file("a.wav", bytes)).samples.size();
  };
  // Written into a pipe by ffmpeg, sox and arecord: a length that nobody could know.
  CHECK(count(with_size(0xffffffff, 0xffffffff)) == 8000);
  CHECK(count(with_size(0x7ffff024, 0x7ffff000)) == 8000);
  CHECK(count(with_size(0x80000024, 0x80000000)) == 8000);
  for (const std::uint32_t riff : {0u, 8u, 36u, 16036u})
    CHECK(refused(with_size(riff, 0),
                  "its header says that 0 bytes of sound follow, and there are 16000 more"));
  CHECK(refused(with_size(16036, 8000),
                "its header says that 8000 bytes of sound follow, and there are 8000 mo"));
  const std::string cut =
      ": the file was cut off, as by a download that stopped. Get the whole file, or keep";
  CHECK(refused(whole.substr(0, 8022), "its header promises 16000 bytes of sound, and 7978 are there" + cut));
  CHECK(refused(whole.substr(0, 44), "its header promises 16000 bytes of sound, and 0 are there" + cut));
  // What other programs write behind the sound is theirs.
  const std::string list = "LIST" + bytes_of(std::uint32_t{10}) + "INFOISFT12";
  CHECK(count(whole + list) == 8000);
  CHECK(count(whole + list + list + std::string(100, '\1')) == 8000);
  CHECK(count(whole + std::string(5000, '\0')) == 8000);
  CHECK(refused(wav_bytes<std::int16_t>({}, 1) + list, "there is no sample in it"));
  for (const std::string& second : {whole, whole.substr(36), whole.substr(44)})
    CHECK(refused(whole + second,
                  fmt::format("its header says that 16000 bytes of sound follow, and there are {} more",
                              second.size())));
}

#if __has_include(<sndfile.h>)
TEST_CASE("sound: a header that ends too early is refused") {
  CHECK(refused(".snd\4", ""));
  CHECK(
      refused("RF64\xff\xff\xff\xffWAVE"
              "data\xff\xff\xff\xff",
              ""));
}

TEST_CASE("sound: half of a file, or two in one, is refused in every format") {
  const Folder folder("sound");
  const Sound sound = tone(440, 0.5);
  const struct {
    const char* name;
    int format;
  } formats[] = {{"a.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT},    {"a.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16},
                 {"a.au", SF_FORMAT_AU | SF_FORMAT_PCM_16},     {"a.caf", SF_FORMAT_CAF | SF_FORMAT_PCM_16},
                 {"a.w64", SF_FORMAT_W64 | SF_FORMAT_PCM_16},   {"a.rf64", SF_FORMAT_RF64 | SF_FORMAT_PCM_16},
                 {"a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16}, {"a.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS}};
  for (const auto& [file_name, format] : formats) {
    const std::string name = file_name;
    CAPTURE(name);
    SF_INFO about = {};
    about.samplerate = 8000, about.channels = 1, about.format = format;
    SNDFILE* file = sf_open(folder.file(name).c_str(), SFM_WRITE, &about);
    REQUIRE(file);
    sf_writef_float(file, sound.samples.data(), static_cast<sf_count_t>(sound.samples.size()));
    sf_close(file);
    CHECK(distance(lesson::read_sound(folder.file(name)), sound) < 0.1);
    const std::string whole = contents(folder.file(name));
    for (const std::size_t size : {std::size_t{5}, std::size_t{11}, std::size_t{21}, std::size_t{35},
                                   whole.size() / 2, whole.size() - 100})
      CHECK_MESSAGE(refused(whole.substr(0, size), ""), size);
    CHECK(refused(whole + whole, ""));
  }
}
#endif
