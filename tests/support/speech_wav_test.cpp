#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <limits>

#include "../files.hpp"
#include "../support.hpp"
#include "sounds.hpp"
#include "support/speech/wav.hpp"

#if __has_include(<sndfile.h>)
#include <sndfile.h>
#endif

// Recordings as files.

namespace {

using lesson::Sound;

// Reading these bytes fails; the error names the file and then says this.
bool refused(const std::string& bytes, const std::string& text) {
  const Folder folder("refused_sound");
  const std::string path = folder.file("bad.wav", bytes);
  return fails_with([&] { lesson::read_sound(path); }, "[read_sound] " + path + ": " + text);
}

}  // namespace

TEST_CASE("sound: what was written is read, and what is too loud is clipped") {
  if (!has_libsndfile()) return;
  const Folder folder("sound");
  Sound sound{.samples = std::vector<float>(400), .rate = 16000};
  for (std::size_t n = 0; n < 400; ++n) sound.samples[n] = (static_cast<float>(n * 163) - 32768) / 32768;
  lesson::write_sound(folder.file("a.wav"), sound);
  const Sound again = lesson::read_sound(folder.file("a.wav"));
  CHECK(again.rate == 16000);
  CHECK(again.samples == sound.samples);
  CHECK(again.seconds() == 0.025);

  sound.samples[0] = -3;
  sound.samples[1] = 1.5f;
  lesson::write_sound(folder.file("a.wav"), sound);
  const Sound clipped = lesson::read_sound(folder.file("a.wav"));
  CHECK(clipped.samples[0] == -1);
  CHECK(clipped.samples[1] == 32767 / 32768.0f);
}

TEST_CASE("sound: channels are averaged, and encodings are all brought to -1 .. 1") {
  if (!has_libsndfile()) return;
  const Folder folder("sound");
  std::vector<std::int16_t> left_and_right, one_silent, four;
  std::vector<std::int32_t> wide;
  std::vector<Int24> three_bytes;
  std::vector<float> real, expected, half;
  std::vector<double> long_real;
  std::vector<std::uint8_t> narrow;
  for (int n = 0; n < 200; ++n) {
    const int loud = n % 2 == 0 ? 4 : n % 5;  // eighths of full scale
    const auto all = static_cast<std::int16_t>(4096 * loud);
    left_and_right.insert(left_and_right.end(), {static_cast<std::int16_t>(all + 4096), -4096});
    one_silent.insert(one_silent.end(), {0, all});
    four.insert(four.end(),
                {all, static_cast<std::int16_t>(all + 1000), all, static_cast<std::int16_t>(all - 1000)});
    wide.push_back(loud << 28);
    three_bytes.emplace_back(loud << 20);
    long_real.push_back(loud / 8.0);
    real.push_back(static_cast<float>(loud) / 8);
    narrow.push_back(static_cast<std::uint8_t>(128 + 16 * loud));
    expected.push_back(static_cast<float>(loud) / 8);
    half.push_back(static_cast<float>(loud) / 16);
  }
  const auto read = [&](const std::string& bytes) {
    return lesson::read_sound(folder.file("a.wav", bytes)).samples;
  };
  CHECK(read(wav_bytes(left_and_right, 2)) == half);
  CHECK(read(wav_bytes(one_silent, 2)) == half);
  CHECK(read(wav_bytes(four, 4)) == expected);
  CHECK(read(wav_bytes(wide, 1)) == expected);
  CHECK(read(wav_bytes(three_bytes, 1)) == expected);
  CHECK(read(wav_bytes(real, 1, 8000, 3)) == expected);
  CHECK(read(wav_bytes(long_real, 1, 8000, 3)) == expected);
  CHECK(read(wav_bytes(narrow, 1)) == expected);
}

TEST_CASE("sound: what each bad file is told") {
  if (!has_libsndfile()) return;
  const Folder folder("sound");
  const std::string missing = folder.file("no.wav"), here = folder.path.string();
  CHECK(
      fails_with([&] { lesson::read_sound(missing); }, "there is no file \"" + missing + "\"; looked for /"));
  CHECK(fails_with([&] { lesson::read_sound(here); },
                   here + ": this is a directory; the path of a file is needed"));
  CHECK(refused("", "the file is empty; a recording is needed"));
  CHECK(refused(
      "name,age\nAda,36\n",
      "this is a text that begins with \"name,age\\nAda,36\\n\"; a WAV, FLAC or Ogg file is needed. Get"));
  CHECK(refused(std::string(2000, '\1'),
                "this is not a sound file; a WAV, FLAC or Ogg file is needed. Convert it"));
  const std::vector<std::int16_t> second(8000, 100);
  CHECK(refused(wav_bytes(second, 1, 8000, 0x1234),
                "it is damaged, or encoded in a way that libsndfile does not know (Error in WAV"));
  CHECK(refused(wav_bytes<std::int16_t>({}, 1), "there is no sample in it; a recording is needed"));
  CHECK(refused(wav_bytes<std::int16_t>({1, 2, 3, 4}, 1),
                "it lasts 0.5 ms (4 samples); at least 10 ms are needed"));
  CHECK(refused(wav_bytes(second, 1, 20), "the rate is 20 samples a second; 1000 to 768000 is needed"));
  std::vector<float> broken(300, 0.1f);
  broken[7] = std::numeric_limits<float>::quiet_NaN();
  CHECK(refused(wav_bytes(broken, 1, 8000, 3), "sample 7 is nan; finite numbers are needed"));
  broken[7] = -std::numeric_limits<float>::infinity();
  CHECK(refused(wav_bytes(broken, 1, 8000, 3), "sample 7 is -inf; finite numbers are needed"));

  const Sound sound = tone(440);
  CHECK(fails_with([&] { lesson::write_sound(folder.file("no/a.wav"), sound); },
                   "a.wav: cannot make a file beside it"));
  CHECK(fails_with([&] { lesson::write_sound(folder.file("a.wav"), {}); }, "there is no sample in it"));
}

TEST_CASE("sound: channels that cancel do not make silence") {
  if (!has_libsndfile()) return;
  const Folder folder("sound");
  std::vector<std::int16_t> opposite, nearly;
  std::vector<float> expected;
  for (int n = 0; n < 200; ++n) {
    const auto sample = static_cast<std::int16_t>(16384 * std::sin(n));
    opposite.insert(opposite.end(), {static_cast<std::int16_t>(-sample), sample});
    nearly.insert(nearly.end(), {sample, static_cast<std::int16_t>(5 - sample)});
    expected.push_back(static_cast<float>(sample) / 32768);
  }
  CHECK(lesson::read_sound(folder.file("a.wav", wav_bytes(nearly, 2))).samples == expected);
  for (float& sample : expected) sample = -sample;
  CHECK(lesson::read_sound(folder.file("a.wav", wav_bytes(opposite, 2))).samples == expected);
}

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

TEST_CASE("sound: numbers that are no sound between -1 and 1") {
  if (!has_libsndfile()) return;
  std::vector<float> real;
  std::vector<double> long_real;
  for (int n = 0; n < 400; ++n) {
    real.push_back(static_cast<float>(std::round(13732 * std::sin(n))));
    long_real.push_back(std::sin(n));
  }
  real[7] = 13732;
  const std::string whole =
      "a sample is 13732, and all are whole numbers, as of 16 bits; floats from -1 to 1 are";
  CHECK(refused(wav_bytes(real, 1, 8000, 3), whole));
  CHECK(refused(wav_bytes(real, 2, 8000, 3), whole));
  real[8] += 0.25f;
  CHECK(refused(wav_bytes(real, 1, 8000, 3), "a sample is 13732; full scale is 1, and at most 8 is read"));
  for (float& sample : real) sample = 0.25f;
  real[6] = 1e30f, real[7] = -1e30f;
  CHECK(refused(wav_bytes(real, 1, 8000, 3), "a sample is 1e+30; full scale is 1, and at most 8 is read"));
  CHECK(refused(wav_bytes(real, 2, 8000, 3), "a sample is 1e+30; full scale is 1, and at most 8 is read"));
  long_real[5] = 1e300;
  CHECK(refused(wav_bytes(long_real, 1, 8000, 3), "sample 5 is inf; finite numbers are needed"));
}

TEST_CASE("sound: a recording in which nothing is heard") {
  if (!has_libsndfile()) return;
  std::vector<std::int16_t> samples(8000, 0);
  const std::string heard = "nothing is heard: all samples lie between ";
  CHECK(refused(wav_bytes(samples, 1), heard + "0 and 0, where full scale is -1 to 1. Record it again"));
  CHECK(refused(wav_bytes(samples, 2), heard));
  CHECK(refused(wav_bytes(std::vector<float>(8000, 0.25f), 1, 8000, 3), heard + "0.25 and 0.25"));
  for (std::size_t n = 0; n < samples.size(); ++n) samples[n] = static_cast<std::int16_t>(n % 3 - 1);
  CHECK(refused(wav_bytes(samples, 1), heard + "-3.05e-05 and 3.05e-05"));
  std::vector<std::int32_t> not_scaled;  // 16 bits, at the wrong end of 32
  for (int n = 0; n < 8000; ++n) not_scaled.push_back(static_cast<std::int32_t>(10000 * std::sin(n)));
  CHECK(refused(wav_bytes(not_scaled, 1), heard));
}

TEST_CASE("sound: only regular files are read, and only so much of them") {
  if (!has_libsndfile()) return;
  const Folder folder("sound");
  const std::string pipe = folder.file("pipe.wav");
  if (mkfifo(pipe.c_str(), 0600) == 0)
    CHECK(fails_with([&] { lesson::read_sound(pipe); }, "this is a pipe; the path of a file is needed"));
  CHECK(fails_with([&] { lesson::read_sound("/dev/zero"); }, "this is a device"));

  // 16 bits of silence, the last of them a hole in the file.
  const std::size_t size = 2 * (lesson::longest_sound + 8000);
  std::string header =
      wav_bytes<std::int16_t>({}, 1).substr(0, 40) + bytes_of(static_cast<std::uint32_t>(size));
  const std::string path = folder.file("long.wav", header);
  fs::resize_file(path, header.size() + size);
  CHECK(fails_with([&] { lesson::read_sound(path); },
                   "long.wav: it lasts longer than 125 min; at most 60000000 samples are read"));
}

TEST_CASE("sound: the file that is written is the published format, whole or not at all") {
  const Folder folder("sound");
  const std::string path = folder.file("a.wav", "old");
  std::vector<std::int16_t> samples(200, 0x1234);
  samples[7] = -2;
  Sound sound{.samples = {}, .rate = 11025};
  for (const std::int16_t sample : samples) sound.samples.push_back(static_cast<float>(sample) / 32768);
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  lesson::write_sound(path, sound);
  CHECK(contents(path) == wav_bytes(samples, 1, 11025));
  CHECK(fs::status(path).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(fails_with([&] { lesson::write_sound(folder.path.string(), sound); }, "this is a directory"));
}

TEST_CASE("sound: without libsndfile the error says how to get it") {
  if (has_libsndfile()) return;
  for (const char* what : {"make deps", "libsndfile1-dev", "run make again"}) {
    CHECK(fails_with([&] { lesson::read_sound("a.wav"); }, what));
  }
}
