#include "support/speech/alignment_pictures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "support/speech/features.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

namespace lesson {
namespace {

/// `count` columns, with a letter where the middle of its span is. A space would not be seen.
std::vector<std::string> marked(const AlignedText& aligned, const Alphabet& letters, int count, int joined) {
  std::vector<std::string> columns(static_cast<std::size_t>(count));
  for (const tg::decode::Span& span : aligned.path.spans) {
    const std::string letter = letters.symbol(span.label);
    const int middle = std::min((span.start + span.stop) / 2 * joined, count - 1);
    columns[static_cast<std::size_t>(middle)] = letter == " " ? "·" : letter;
  }
  return columns;
}

}  // namespace

Figure posterior_picture(const AlignedText& aligned, const Alphabet& letters, int blank,
                         const std::string& name) {
  std::vector<int> shown;
  for (const tg::decode::Span& span : aligned.path.spans)
    if (std::find(shown.begin(), shown.end(), span.label) == shown.end()) shown.push_back(span.label);
  std::vector<std::string> names;
  for (const int label : shown)
    names.push_back(letters.symbol(label) == " " ? "space" : letters.symbol(label));
  shown.push_back(blank);
  names.push_back("blank");

  const tg::Tensor p = tg::transpose(tg::softmax(aligned.scores));  // [C,T]
  const int rows = static_cast<int>(shown.size()), steps = p.dim(1);
  Figure figure(name, "What the network says at each step, and where the path has each letter.");
  figure.axes({.x = fmt::format("\"{}\": steps of the network", aligned.text), .y = "class"});
  figure.heat_map(tg::take(p, tg::Indices({rows}, shown)).values(), rows, steps,
                  {.row_names = names,
                   .column_names = marked(aligned, letters, steps, 1),
                   .value = "probability"});
  return figure;
}

Figure spectrogram_picture(const AlignedText& aligned, const Alphabet& letters, const Sound& sound,
                           int joined) {
  const tg::Tensor mel =
      tg::transpose(tg::flip(log_mel(sound, {.filters = 16, .coefficients = 16}), 1));  // [bands,T]
  const int bands = mel.dim(0), frames = mel.dim(1);
  std::vector<std::string> heights(static_cast<std::size_t>(bands));
  heights.front() = "high", heights.back() = "low";
  Figure figure("alignment", "The letters over the sound, where the likeliest path has them.");
  figure.axes({.x = fmt::format("\"{}\": time, frames of 10 ms", aligned.text), .y = "frequency"});
  figure.heat_map(mel.values(), bands, frames,
                  {.row_names = heights,
                   .column_names = marked(aligned, letters, frames, joined),
                   .value = "log energy"});
  return figure;
}

}  // namespace lesson
