#include "support/corrector.hpp"

#include <algorithm>

#include "support/batches.hpp"
#include "support/progress.hpp"
#include "support/text.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

namespace lesson {
namespace {

const int pad_id = 0, start_id = 1, end_id = 2;

// Of a few hundred typos: the letter with the highest score, until the end is said.
std::vector<std::string> written_at_once(const Corrector& model, const std::vector<std::string>& typos) {
  const tg::NoGrad off;
  std::vector<std::vector<int>> given;
  for (const std::string& typo : typos) given.push_back(model.letters.encode(typo));
  const PaddedTokens padded = pad_tokens(given, pad_id);
  const tg::nn::LSTMOutput reading = model.network.read(padded.ids, padded.lengths);
  const auto count = static_cast<int>(typos.size());
  tg::nn::LSTMState state = reading.state;
  std::vector<int> last(typos.size(), start_id);
  std::vector<std::vector<int>> ids(typos.size());
  for (int t = 0; t < padded.ids.dim(1) + 4; ++t) {
    const tg::Tensor inputs = model.network.inputs(tg::Indices({count, 1}, last), reading, t);
    state = model.network.decoder(inputs, {.initial_state = state}).state;
    last = tg::argmax(model.network.readout(state.h), -1).values();
    for (std::size_t i = 0; i < last.size(); ++i) ids[i].push_back(last[i]);
  }
  std::vector<std::string> words;
  for (const std::vector<int>& row : ids)  // a word that never ends is no word: its last letters show that
    words.push_back(model.letters.decode({row.begin(), std::find(row.begin(), row.end(), end_id)}));
  return words;
}

// Whether the network can read it.
bool is_readable(const Alphabet& letters, const std::string& text) {
  try {
    return !letters.encode(text).empty();
  } catch (const tg::Error&) {
    return false;
  }
}

}  // namespace

SpellingNetwork::SpellingNetwork(int class_count, int hidden)
    : classes(class_count),
      encoder(classes, hidden),
      decoder(classes + 2 * hidden, 2 * hidden),
      readout(2 * hidden, classes) {}

tg::nn::LSTMOutput SpellingNetwork::read(const tg::Indices& typos, const std::vector<int>& lengths) const {
  return encoder(tg::one_hot(typos, classes), {.lengths = lengths});
}

tg::Tensor SpellingNetwork::inputs(const tg::Indices& letters, const tg::nn::LSTMOutput& reading,
                                   int first) const {
  const int last = first + letters.dim(1), missing = std::max(0, last - reading.sequence.dim(1));
  const tg::Tensor beside = tg::slice(tg::pad(reading.sequence, 1, 0, missing), 1, first, last);
  return tg::concat({tg::one_hot(letters, classes), beside}, 2);
}

tg::nn::Parameters SpellingNetwork::parameters() const {
  return {{"encoder", encoder}, {"decoder", decoder}, {"readout", readout}};
}

Alphabet spelling_alphabet(const std::string& characters) {
  return Alphabet(characters, {{"pad", pad_id}, {"start", start_id}, {"end", end_id}});
}

const char* name_of(Correction::By by) {
  constexpr const char* names[] = {"known", "network", "nearest", "nothing"};
  return names[static_cast<std::size_t>(by)];
}

Corrector::Corrector(const std::string& given, const KnownWords& known, int hidden)
    : characters(given), letters(spelling_alphabet(given)), words(known), network(letters.size(), hidden) {}

tg::Tensor Corrector::loss(const std::vector<Pair>& pairs) const {
  std::vector<std::vector<int>> typos, reads, says;
  for (const Pair& pair : pairs) {
    typos.push_back(letters.encode(pair.typo));
    says.push_back(letters.encode(pair.word));
    reads.push_back(says.back());
    reads.back().insert(reads.back().begin(), start_id);
    says.back().push_back(end_id);
  }
  const PaddedTokens typo = pad_tokens(typos, pad_id), read = pad_tokens(reads, pad_id),
                     say = pad_tokens(says, pad_id);
  const tg::nn::LSTMOutput reading = network.read(typo.ids, typo.lengths);
  const tg::Tensor inputs = network.inputs(read.ids, reading, 0);
  const tg::Tensor scores =
      network.readout(network.decoder(inputs, {.initial_state = reading.state}).sequence);
  return tg::cross_entropy(scores, say.ids, {.mask = tg::sequence_mask(say.lengths, say.ids.dim(1))});
}

std::vector<std::string> Corrector::written(const std::vector<std::string>& typos) const {
  const std::ptrdiff_t most = 500;  // at a time, for the memory's sake
  std::vector<std::string> all;
  for (auto start = typos.begin(); start != typos.end();) {
    const auto stop = start + std::min(most, typos.end() - start);
    for (const std::string& word : written_at_once(*this, {start, stop})) all.push_back(word);
    start = stop;
  }
  return all;
}

std::vector<Correction> Corrector::corrected(const std::vector<std::string>& typos) const {
  std::vector<Correction> found;
  std::vector<std::string> read;
  for (const std::string& typo : typos) {
    found.push_back({words.is_right(typo) ? Correction::By::known : Correction::By::nothing, typo});
    if (found.back().by == Correction::By::nothing && is_readable(letters, typo)) read.push_back(typo);
  }
  const std::vector<std::string> said = written(read);
  std::size_t next = 0;
  Progress progress("words", static_cast<int>(read.size()));
  for (Correction& one : found) {
    if (next == read.size() || one.by == Correction::By::known || one.word != read[next]) continue;
    const std::string& word = said[next++];
    progress.step();
    if (words.contains(word)) {
      one = {Correction::By::network, word};
      continue;
    }
    const KnownWords::Nearest near = words.nearest(one.word);
    if (near.distance <= 1 + static_cast<int>(character_count(one.word)) / 3)
      one = {Correction::By::nearest, near.word};
  }
  return found;
}

}  // namespace lesson
