// A voice made of arithmetic, for lessons on speech that come without recordings.
#pragma once
#include <string>
#include <vector>

#include "support/speech/utterances.hpp"

namespace lesson {

/// Who says it.
struct Speaker {
  std::string name;
  double pitch = 120;     // pulses of the vocal folds a second: about 85 to 260
  double tract = 1;       // scale of the formants: 1 for a long vocal tract to 1.3 for a short one
  double breath = 0.05;   // noise of the breath beside the pulses
  double softness = 0.2;  // 0 to 1: how gently the folds close, which takes high frequencies away
  double speed = 1;       // of speaking
};

/// Voices spread over the human range, drawn with the random stream and named voice1, voice2, ... Pitch and tract
/// mostly rise together. Error unless count is at least 1.
std::vector<Speaker> synthetic_speakers(int count);

/// A digit's English name at speech_rate, a little different each time (the random stream decides): pulses of
/// the vocal folds and noise pass through three resonances, the formants, which glide from phone to phone.
/// Error when a number of the speaker's is not a voice's.
/// Source: Klatt, Software for a cascade/parallel formant synthesizer, Journal of the Acoustical Society of
/// America, 1980.
Sound synthetic_digit(int digit, const Speaker& speaker);

/// Two to four digits in a row.
Utterance synthetic_utterance(const Speaker& speaker);

/// Every digit said so often by each speaker, in the form and order in which read_digits has recordings.
std::vector<Recording> synthetic_recordings(const std::vector<Speaker>& speakers, int times);

}  // namespace lesson
