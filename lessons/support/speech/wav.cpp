#include "support/speech/wav.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/file.hpp"
#include "tinygrad_cpp/utf8.hpp"

#if __has_include(<sndfile.h>)
#include <sndfile.h>
#endif

namespace lesson {

namespace {

constexpr double shortest = 0.010;  // seconds
constexpr int lowest_rate = 1000, highest_rate = 768000;

void check(const char* op, const std::string& name, const Sound& sound) {
  if (sound.rate < lowest_rate || sound.rate > highest_rate)
    tg::fail(op, "{}: the rate is {} samples a second; {} to {} is needed", name, sound.rate, lowest_rate,
             highest_rate);
  if (sound.samples.empty()) tg::fail(op, "{}: there is no sample in it; a recording is needed", name);
  if (sound.seconds() < shortest)
    tg::fail(op, "{}: it lasts {:.2g} ms ({} samples); at least {:g} ms are needed", name,
             1000 * sound.seconds(), sound.samples.size(), 1000 * shortest);
  const auto bad = std::find_if_not(sound.samples.begin(), sound.samples.end(),
                                    [](float sample) { return std::isfinite(sample); });
  if (bad != sound.samples.end())
    tg::fail(op, "{}: sample {} is {}; finite numbers are needed. Record or convert it again", name,
             bad - sound.samples.begin(), *bad);
}

// Numbers as WAV files hold them, the lowest byte first.
void append(std::string& bytes, std::size_t value, int size) {
  for (int i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xff);
}

}  // namespace

void write_sound(const std::string& path, const Sound& sound) {
  check("write_sound", tg::shown_path(path), sound);
  const auto rate = static_cast<std::size_t>(sound.rate), size = 2 * sound.samples.size();
  std::string bytes = "RIFF";
  append(bytes, 36 + size, 4);
  bytes += "WAVEfmt ";
  append(bytes, 16, 4);        // the length of this description:
  append(bytes, 1, 2);         // whole numbers
  append(bytes, 1, 2);         // one channel
  append(bytes, rate, 4);      // samples a second
  append(bytes, 2 * rate, 4);  // bytes a second
  append(bytes, 2, 2);         // bytes a sample
  append(bytes, 16, 2);        // bits of them
  bytes += "data";
  append(bytes, size, 4);
  for (float sample : sound.samples)
    append(bytes, static_cast<std::size_t>(std::lround(std::clamp(sample * 32768, -32768.0f, 32767.0f))), 2);
  tg::write_whole("write_sound", path, {bytes});
}

#if __has_include(<sndfile.h>)

namespace {

struct Close {
  void operator()(SNDFILE* file) const { sf_close(file); }
};
using File = std::unique_ptr<SNDFILE, Close>;

[[noreturn]] void fail_to_open(const std::string& name) {
  const int cause = sf_error(nullptr);
  const std::string reason = sf_strerror(nullptr);
  if (cause == SF_ERR_SYSTEM) tg::fail("read_sound", "{}: it cannot be read: {}", name, reason);
  tg::fail(
      "read_sound",
      "{}: {}; a WAV, FLAC or Ogg file is needed. Convert it: ffmpeg -i FILE -ac 1 -c:a pcm_s16le NEW.wav",
      name,
      cause == SF_ERR_UNRECOGNISED_FORMAT
          ? "this is not a sound file"
          : "it is damaged, or encoded in a way that libsndfile does not know (" + reason + ")");
}

}  // namespace

Sound read_sound(const std::string& path) {
  const tg::InputFile input("read_sound", path);
  const std::string name = tg::shown_path(path);
  if (input.size() == 0) tg::fail("read_sound", "{}: the file is empty; a recording is needed", name);
  SF_INFO about = {};
  const File file(sf_open_fd(input.descriptor(), SFM_READ, &about, SF_FALSE));
  if (!file) fail_to_open(name);

  // Block by block until nothing comes: the number of samples in the header may be wrong, or not known.
  Sound sound{.samples = {}, .rate = about.samplerate};
  const auto channels = static_cast<std::size_t>(about.channels);
  constexpr std::size_t frames = 4096;
  std::vector<float> block(frames * channels);
  while (const auto got = sf_readf_float(file.get(), block.data(), frames)) {
    for (std::size_t frame = 0; frame < static_cast<std::size_t>(got); ++frame) {
      float sum = 0;
      for (std::size_t channel = 0; channel < channels; ++channel) sum += block[frame * channels + channel];
      sound.samples.push_back(sum / static_cast<float>(channels));
    }
    // A small file may unpack to any number of zeros.
    if (sound.samples.size() > longest_sound)
      tg::fail("read_sound",
               "{}: it lasts longer than {:.0f} min; at most {} samples are read, which is that long at {} a "
               "second. Cut it: ffmpeg -i FILE -t 60 NEW.wav",
               name, static_cast<double>(longest_sound) / sound.rate / 60, longest_sound, sound.rate);
  }
  if (sf_error(file.get()) != SF_ERR_NO_ERROR)
    tg::fail("read_sound", "{}: reading stopped after {:.2f} s: {}", name, sound.seconds(),
             sf_strerror(file.get()));
  check("read_sound", name, sound);
  return sound;
}

#else

Sound read_sound(const std::string& path) {
  tg::fail(
      "read_sound",
      "{}: this program was built without libsndfile, which knows sound files. Install it (make deps, or "
      "Debian's libsndfile1-dev) and run make again",
      tg::shown_path(path));
}

#endif

}  // namespace lesson
