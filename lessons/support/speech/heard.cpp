#include "support/speech/heard.hpp"

#include "support/run_program.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {

Sound heard(const std::string& file) {
  Noticed noticed;
  const Sound sound = read_sound(file, &noticed);
  note("{}: {:.2f} s, {} samples a second.", tg::shown_path(file), sound.seconds(), sound.rate);
  note_lines(noticed_lines({{file, noticed}}));
  return resampled(sound, speech_rate);
}

}  // namespace lesson
