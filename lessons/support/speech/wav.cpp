#include "support/speech/wav.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>

#include "tinygrad_cpp/error.hpp"

#if __has_include(<sndfile.h>)
#include <sndfile.h>
#endif

namespace lesson {

#if __has_include(<sndfile.h>)

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

struct Close {
  void operator()(SNDFILE* file) const { sf_close(file); }
};
using File = std::unique_ptr<SNDFILE, Close>;

void check_path(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code unknown;  // what the system cannot tell, opening will
  const auto status = fs::status(path, unknown);
  if (status.type() == fs::file_type::not_found)
    tg::fail("read_sound", "there is no file \"{}\"; looked for {}", path,
             fs::absolute(path, unknown).string());
  if (fs::is_directory(status))
    tg::fail("read_sound", "{}: this is a directory; the path of a file is needed", path);
  if (fs::is_regular_file(status) && fs::file_size(path, unknown) == 0)
    tg::fail("read_sound", "{}: the file is empty; a recording is needed", path);
}

[[noreturn]] void fail_to_open(const std::string& path) {
  const int cause = sf_error(nullptr);
  const std::string reason = sf_strerror(nullptr);
  if (cause == SF_ERR_SYSTEM) tg::fail("read_sound", "{}: it cannot be read: {}", path, reason);
  tg::fail(
      "read_sound",
      "{}: {}; a WAV, FLAC or Ogg file is needed. Convert it: ffmpeg -i FILE -ac 1 -c:a pcm_s16le NEW.wav",
      path,
      cause == SF_ERR_UNRECOGNISED_FORMAT
          ? "this is not a sound file"
          : "it is damaged, or encoded in a way that libsndfile does not know (" + reason + ")");
}

}  // namespace

Sound read_sound(const std::string& path) {
  check_path(path);
  SF_INFO about = {};
  const File file(sf_open(path.c_str(), SFM_READ, &about));
  if (!file) fail_to_open(path);

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
  }
  if (sf_error(file.get()) != SF_ERR_NO_ERROR)
    tg::fail("read_sound", "{}: reading stopped after {:.2f} s: {}", path, sound.seconds(),
             sf_strerror(file.get()));
  check("read_sound", path, sound);
  return sound;
}

void write_sound(const std::string& path, const Sound& sound) {
  check("write_sound", path, sound);
  std::vector<short> samples;
  for (float sample : sound.samples)
    samples.push_back(static_cast<short>(std::lround(std::clamp(sample * 32768, -32768.0f, 32767.0f))));
  SF_INFO about = {};
  about.samplerate = sound.rate;
  about.channels = 1;
  about.format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
  const File file(sf_open(path.c_str(), SFM_WRITE, &about));
  if (!file) tg::fail("write_sound", "{}: it cannot be written: {}", path, sf_strerror(nullptr));
  const auto count = static_cast<sf_count_t>(samples.size());
  if (sf_write_short(file.get(), samples.data(), count) != count)
    tg::fail("write_sound", "{}: writing stopped: {}", path, sf_strerror(file.get()));
}

#else

namespace {

[[noreturn]] void fail_without_library(const char* op, const std::string& path) {
  tg::fail(
      op,
      "{}: this program was built without libsndfile, which knows sound files. Install it (make deps, or "
      "Debian's libsndfile1-dev) and run make again",
      path);
}

}  // namespace

Sound read_sound(const std::string& path) { fail_without_library("read_sound", path); }
void write_sound(const std::string& path, const Sound&) { fail_without_library("write_sound", path); }

#endif

}  // namespace lesson
