#include "support/speech/speaker_voices.hpp"

#include <fmt/format.h>

#include "support/checkpoint.hpp"
#include "support/text.hpp"
#include "tinygrad_cpp/io/safetensors.hpp"
#include "tinygrad_cpp/tinygrad.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

const char* const writer = "tell_speakers enrol";

// Equal for equal networks, and hardly ever for others: embeddings of two networks must not be compared.
std::string identity_of(const SpeakerEmbedder& net) {
  double sum = 0, place = 0;
  for (const auto& [name, tensor] : net.state())
    for (const tg::Real number : tensor.clone().values())
      sum += static_cast<double>(number) * std::cos(++place);
  return fmt::format("{}", sum);
}

tg::nn::Parameters parameters_of(const Voices& voices) {
  tg::nn::Parameters all;
  for (const auto& [name, voice] : voices) all.add(name, voice);
  return all;
}

}  // namespace

void save_voices(const std::string& path, const Voices& voices, const SpeakerEmbedder& net) {
  std::string names;
  for (const auto& [name, voice] : voices) {
    if (name.empty() || tg::shown(name, 4 * name.size() + 4) != name)
      tg::fail(writer, "the name is \"{}\"; a name that can be printed is needed", tg::shown(name));
    names += (names.empty() ? "" : "\n") + name;
  }
  tg::save(path, parameters_of(voices),
           {{"program", writer}, {"network", identity_of(net)}, {"names", names}});
}

Voices load_voices(const std::string& path, const SpeakerEmbedder& net) {
  const CheckpointEntries about(writer, path);
  if (about.text("network") != identity_of(net))
    tg::fail(writer,
             "{}: its voices were enrolled with another model; embeddings of one model are needed. Enrol "
             "them again",
             tg::shown_path(path));
  Voices voices;
  for (const std::string& name : lines_of(about.text("names")))
    voices[name] = tg::zeros({1, net.last.weight.dim(1)});
  tg::load(path, parameters_of(voices));
  return voices;
}

}  // namespace lesson
