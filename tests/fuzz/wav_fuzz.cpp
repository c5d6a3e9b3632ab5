#include <algorithm>
#include <cmath>

#include "fuzz.hpp"
#include "support/speech/wav.hpp"

// Recordings in whichever format libsndfile finds in the bytes.

namespace {

std::string number(unsigned value, int size) {
  std::string bytes;
  for (int i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xff);
  return bytes;
}

// A tenth of a second at 1000 a second. Kind 1 is whole numbers, 3 floating point, 6 and 7 the logarithms of telephones.
std::string wav(unsigned kind, unsigned channels, unsigned bits) {
  const unsigned block = channels * bits / 8;
  std::string samples;
  for (unsigned i = 0; i < 100 * block; ++i) samples += static_cast<char>(i % 60);
  const std::string form = "WAVEfmt " + number(16, 4) + number(kind, 2) + number(channels, 2) +
                           number(1000, 4) + number(1000 * block, 4) + number(block, 2) + number(bits, 2) +
                           "data" + number(100 * block, 4) + samples;
  return "RIFF" + number(static_cast<unsigned>(form.size()), 4) + form;
}

}  // namespace

const Target target = {[](std::string_view bytes) {
                         const lesson::Sound sound = lesson::read_sound(file_of(bytes));
                         require(sound.seconds() >= .010 && sound.rate >= 1000,
                                 "a sound has a length and a rate");
                         require(std::all_of(sound.samples.begin(), sound.samples.end(),
                                             [](float sample) { return std::isfinite(sample); }),
                                 "samples are finite");
                       },
                       {wav(1, 1, 16), wav(1, 2, 8), wav(1, 1, 24), wav(3, 1, 32), wav(3, 2, 64),
                        wav(6, 1, 8), wav(7, 1, 8), "RIFF", ".snd" + std::string(30, '\1')}};
