// Voices that a network for speakers knows by name.
#pragma once
#include <map>
#include <string>

#include "support/speech/speaker_embedder.hpp"

namespace lesson {

/// The mean embedding [1,C] of what each person said, by name.
using Voices = std::map<std::string, tg::Tensor>;

/// Error when a name is empty or cannot be printed, or the file cannot be written.
void save_voices(const std::string& path, const Voices& voices, const SpeakerEmbedder& net);

/// Error when the file is none that save_voices wrote, or its voices were made by another network.
Voices load_voices(const std::string& path, const SpeakerEmbedder& net);

}  // namespace lesson
