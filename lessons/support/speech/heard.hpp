// A sound file for a network, and what a reader should know of it.
#pragma once
#include <string>

#include "support/speech/wav.hpp"

namespace lesson {

/// The sound of a file at speech_rate, with a note() of its length, its rate and what was noticed in it.
/// Error where read_sound has one.
Sound heard(const std::string& file);

}  // namespace lesson
