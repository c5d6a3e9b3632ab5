#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "fuzz.hpp"
#include "support/speech/digits.hpp"

// Folders of recordings: a line is a file's name, and its first byte says what sound it holds.

namespace {

namespace fs = std::filesystem;

/// A hundredth of a second at 8000 a second, of 16 bits.
std::string wav(int channels, int step) {
  const auto number = [](int value, int size) {
    std::string bytes;
    for (int i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xff);
    return bytes;
  };
  std::string samples;
  for (int i = 0; i < 80 * channels; ++i) samples += number(step * i % 9000, 2);
  const int size = static_cast<int>(samples.size());
  return "RIFF" + number(36 + size, 4) + "WAVEfmt " + number(16, 4) + number(1, 2) + number(channels, 2) +
         number(8000, 4) + number(16000 * channels, 4) + number(2 * channels, 2) + number(16, 2) + "data" +
         number(size, 4) + samples;
}

struct Folder {
  fs::path path = fs::temp_directory_path() / ("digits_fuzz_" + std::to_string(getpid()));
  Folder() { fs::create_directory(path); }
  ~Folder() { fs::remove_all(path); }
};

void run(std::string_view bytes) {
  const Folder folder;
  constexpr int most_files = 8;
  for (int i = 0; i < most_files && !bytes.empty(); ++i) {
    const int kind = take_byte(bytes) % 6,
              step = kind < 4 ? 300 + i : 1700;  // some sound alike
    const std::string sound = kind == 3 ? "no sound" : wav(kind == 2 ? 2 : 1, step);
    const fs::path name = std::string(take_until(bytes, '\n'));
    std::error_code refused;  // a name that is too long, or a folder's
    if (name.is_absolute() || std::find(name.begin(), name.end(), "..") != name.end() ||
        name.string().find('\0') != std::string::npos)
      continue;
    fs::create_directories((folder.path / name).parent_path(), refused);
    std::ofstream(folder.path / name, std::ios::binary) << sound;
  }
  const lesson::Digits digits = lesson::read_digits(folder.path.string());
  require(!digits.recordings.empty(), "there is a recording");
  for (const std::string& line : digits.understood) require_message(line);
  for (const lesson::Recording& recording : digits.recordings) {
    require(recording.digit >= 0 && recording.digit <= 9 && recording.index >= 0, "a recording has numbers");
    require(!recording.speaker.empty() && recording.sound.rate == lesson::speech_rate,
            "a recording has a speaker and the rate of all");
  }
}

}  // namespace

const Target target = {run,
                       {"01_ada_0.wav\n01_ada_00.wav\n22_ben smith_1.FLAC\n",
                        "0eight/george_nohash_0.wav\n0seven_ada_1.wav\n",
                        "01_j\xc3\xbcrgen_1.wav\n12_ju\xcc\x88rgen_1.wav\n13_JU-RGEN_2.wav\n",
                        "0a/b/1_ada_1.ogg\n0._1_ada_1.wav\n0x\n",
                        "310_ada_1.wav\n01_ada_x.mp3\n0"
                        "1__1.wav\n"}};
