#include "support/speech/wav.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>

#include "support/speech/container.hpp"
#include "support/speech/wav_file.hpp"
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

namespace {

#if __has_include(<sndfile.h>)
constexpr const char* formats = "a WAV, FLAC or Ogg file";

/// A file of any format that libsndfile reads.
class SoundFile {
 public:
  SoundFile(const tg::InputFile& file, const std::string& name) : name_(name) {
    const std::string kind = foreign_kind(file);  // before the library closes what it cannot read
    file_.reset(sf_open_fd(file.descriptor(), SFM_READ, &about_, SF_FALSE));
    if (!file_) fail_to_open(kind);
    constexpr int mpeg_1 = 0x80, mpeg_3 = 0x82;  // of encodings; older headers have no names for them
    const int encoding = about_.format & SF_FORMAT_SUBMASK;
    if (encoding >= mpeg_1 && encoding <= mpeg_3) fail_kind(name, "it is encoded as MP3", formats);
  }

  int channels() const { return about_.channels; }
  int rate() const { return about_.samplerate; }
  std::size_t read(std::span<float> block) {
    const auto most = static_cast<sf_count_t>(block.size()) / about_.channels;
    const auto got = static_cast<std::size_t>(sf_readf_float(file_.get(), block.data(), most));
    read_ += got;
    if (got == 0) check_end();
    return got;
  }
  void rewind() {
    if (sf_seek(file_.get(), 0, SEEK_SET) != 0)
      tg::fail("read_sound", "{}: it cannot be read again from its beginning: {}", name_,
               sf_strerror(file_.get()));
    read_ = 0;
  }

 private:
  [[noreturn]] void fail_to_open(const std::string& kind) const {
    const int cause = sf_error(nullptr);
    const std::string reason = sf_strerror(nullptr);
    if (cause == SF_ERR_SYSTEM) tg::fail("read_sound", "{}: it cannot be read: {}", name_, reason);
    if (!kind.empty()) fail_kind(name_, "this is " + kind, formats);
    if (cause == SF_ERR_UNRECOGNISED_FORMAT) fail_kind(name_, "this is not a sound file", formats);
    fail_kind(name_, "it is damaged, or encoded in a way that libsndfile does not know (" + reason + ")",
              formats);
  }
  void check_end() const {
    if (sf_error(file_.get()) != SF_ERR_NO_ERROR)
      tg::fail("read_sound", "{}: reading stopped after {:.2f} s: {}", name_,
               static_cast<double>(read_) / rate(), sf_strerror(file_.get()));
    if (about_.frames < SF_COUNT_MAX && static_cast<sf_count_t>(read_) < about_.frames)
      tg::fail("read_sound",
               "{}: its header promises {} samples, and {} are there: the file was cut off, as by a download "
               "that stopped. Get the whole file, or keep what is there: ffmpeg -i FILE NEW.wav",
               name_, about_.frames, read_);
  }

  struct Close {
    void operator()(SNDFILE* file) const { sf_close(file); }
  };
  const std::string& name_;
  SF_INFO about_ = {};
  std::unique_ptr<SNDFILE, Close> file_;
  std::size_t read_ = 0;
};
#else
constexpr const char* formats = "a WAV file";
using SoundFile = WavFile;
#endif

// The file, where it is none of a foreign kind and not cut off.
const tg::InputFile& checked(const tg::InputFile& file, const std::string& name) {
  if (file.size() == 0) tg::fail("read_sound", "{}: the file is empty; a recording is needed", name);
  const std::string kind = foreign_kind(file);
  // Not given to the library, which would print what it thinks of an MP3. (A text may be NIST's header.)
  if (!kind.empty() && !kind.starts_with("a text")) fail_kind(name, "this is " + kind, formats);
  check_length("read_sound", name, file);
  return file;
}

/// The samples of a file as they stand in it, one moment after the other.
class Reader {
 public:
  Reader(const std::string& path, const std::string& name)
      : file_("read_sound", path), sound_(checked(file_, name), name), name_(name) {}

  int channels() const { return sound_.channels(); }
  int rate() const { return sound_.rate(); }

  /// Calls visit(samples), one for each channel, from the first moment to the last. Block by block until
  /// nothing comes: the number of samples in the header may be wrong, or not known.
  template <class Visit>
  void each(Visit visit) {
    const auto channels = static_cast<std::size_t>(sound_.channels());
    std::vector<float> block(4096 * channels);
    std::size_t read = 0;
    while (const std::size_t got = sound_.read(block)) {
      read += got;
      // A small file may unpack to any number of zeros.
      if (read > longest_sound)
        tg::fail(
            "read_sound",
            "{}: it lasts longer than {:.0f} min; at most {} samples are read, which is that long at {} a "
            "second. Cut it: ffmpeg -i FILE -t 60 NEW.wav",
            name_, static_cast<double>(longest_sound) / rate() / 60, longest_sound, rate());
      for (std::size_t frame = 0; frame < got; ++frame)
        visit(std::span<const float>(&block[frame * channels], channels));
    }
  }
  void rewind() { sound_.rewind(); }

 private:
  const tg::InputFile file_;
  SoundFile sound_;
  const std::string& name_;
};

// Numbers far beyond full scale are no recording, or one in another unit.
void check_scale(const std::string& name, const Sound& sound, float loudest) {
  constexpr float most = 8;
  if (!(loudest > most)) return;
  const bool whole = std::all_of(sound.samples.begin(), sound.samples.end(), [&](float sample) {
    const float twice = 2 * sample;  // of two channels that were averaged, a half
    return twice == std::round(twice);
  });
  if (whole && loudest <= 32768)
    tg::fail(
        "read_sound",
        "{}: a sample is {:g}, and all are whole numbers, as of 16 bits; floats from -1 to 1 are needed. "
        "Divide them: ffmpeg -i FILE -af volume=1/32768 -c:a pcm_s16le NEW.wav",
        name, loudest);
  tg::fail("read_sound",
           "{}: a sample is {:g}; full scale is 1, and at most {:g} is read. Record or convert it again",
           name, loudest, most);
}

// A microphone that was off, or a plug that was out.
void check_heard(const std::string& name, const Sound& sound) {
  constexpr float least = 2.5f / 32768;  // between the lowest and the highest: noise of the last bit
  const auto [low, high] = std::minmax_element(sound.samples.begin(), sound.samples.end());
  if (*high - *low < least)
    tg::fail("read_sound",
             "{}: nothing is heard: all samples lie between {:.3g} and {:.3g}, where full scale is -1 to 1. "
             "Record it again, or leave it out",
             name, *low, *high);
}

// What noise it is, where it is not what was recorded.
void check_order(const std::string& name, const Sound& sound) {
  if (is_swapped(sound.samples))
    tg::fail(
        "read_sound",
        "{}: this is noise, and a sound once the two bytes of each sample are swapped: they stand in the "
        "wrong order, or a byte is missing before them. Convert the original again, in the other order "
        "(s16le and s16be in ffmpeg)",
        name);
}

/// What one channel of a file holds, summed over its samples.
struct Channel {
  double mean = 0, energy = 0;  // of what goes up and down: a constant is not heard
  double common = 0;            // covariance with the strongest
};

// Which channels make up the recording: 1 for each that does.
std::vector<char> chosen_channels(Reader& reader, std::vector<Channel>& channels, Noticed& noticed) {
  constexpr double silent = 1e-4, alike = 0.5;  // 40 dB; a correlation
  const auto weaker = [](const Channel& a, const Channel& b) { return a.energy < b.energy; };
  const double most = std::max_element(channels.begin(), channels.end(), weaker)->energy;
  // The first of those that differ by nothing but rounding.
  const auto strongest =
      static_cast<std::size_t>(std::find_if(channels.begin(), channels.end(),
                                            [&](const Channel& one) { return one.energy >= 0.99 * most; }) -
                               channels.begin());
  reader.rewind();
  reader.each([&](std::span<const float> samples) {
    const double reference = static_cast<double>(samples[strongest]) - channels[strongest].mean;
    for (std::size_t i = 0; i < channels.size(); ++i)
      channels[i].common += reference * (static_cast<double>(samples[i]) - channels[i].mean);
  });
  std::vector<char> chosen;
  for (const Channel& channel : channels) {
    const bool heard = channel.energy >= silent * most;
    if (!heard) noticed.silent = true;
    if (heard && channel.common < alike * std::sqrt(channel.energy * channels[strongest].energy))
      noticed.differ = true;
    chosen.push_back(heard);
  }
  if (noticed.differ) {
    chosen.assign(channels.size(), 0);
    chosen[strongest] = 1;
  }
  return chosen;
}

}  // namespace

Sound read_sound(const std::string& path, Noticed* noticed) {
  const std::string name = tg::shown_path(path);
  Reader reader(path, name);
  Sound sound{.samples = {}, .rate = reader.rate()};
  std::vector<Channel> channels(static_cast<std::size_t>(reader.channels()));
  float loudest = 0;
  const auto append_mean = [&](std::span<const float> samples, const std::vector<char>& chosen) {
    float sum = 0, count = 0;
    for (std::size_t i = 0; i < samples.size(); ++i)
      if (chosen[i]) sum += samples[i], ++count;
    sound.samples.push_back(sum / count);
  };
  reader.each([&, all = std::vector<char>(channels.size(), 1)](std::span<const float> samples) {
    append_mean(samples, all);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const auto sample = static_cast<double>(samples[i]);
      channels[i].mean += sample;
      channels[i].energy += sample * sample;
      loudest = std::max(loudest, std::abs(samples[i]));
    }
  });
  check("read_sound", name, sound);
  check_scale(name, sound, loudest);
  Noticed seen{.channels = reader.channels()};
  if (channels.size() > 1) {
    const auto count = static_cast<double>(sound.samples.size());
    for (Channel& channel : channels) {
      channel.mean /= count;
      channel.energy = std::max(0.0, channel.energy - count * channel.mean * channel.mean);
    }
    const std::vector<char> chosen = chosen_channels(reader, channels, seen);
    if (seen.silent || seen.differ) {
      sound.samples.clear();
      reader.rewind();
      reader.each([&](std::span<const float> samples) { append_mean(samples, chosen); });
    }
  }
  check_heard(name, sound);
  check_order(name, sound);
  seen.clipped = is_clipped(sound.samples);
  seen.offset = has_offset(sound.samples);
  if (noticed) *noticed = seen;
  return sound;
}

}  // namespace lesson
