// A network that corrects spelling, and how it is applied.
#pragma once
#include <string>
#include <vector>

#include "support/alphabet.hpp"
#include "support/known_words.hpp"
#include "tinygrad_cpp/nn/dense.hpp"
#include "tinygrad_cpp/nn/lstm.hpp"

namespace lesson {

/// Reads a typo in both directions and writes a word letter by letter. The decoder starts from the encoder's
/// last state. At its step t it reads the letter before, and what the encoder shows at letter t of the typo:
/// typo and word mostly run side by side.
struct SpellingNetwork {
  int classes;
  tg::nn::BiLSTM encoder;
  tg::nn::LSTM decoder;
  tg::nn::Dense readout;

  SpellingNetwork(int class_count, int hidden);
  tg::nn::LSTMOutput read(const tg::Indices& typos, const std::vector<int>& lengths) const;
  /// What the decoder gets at its steps from `first` on, where it reads these letters: [B,T,C + 2H].
  tg::Tensor inputs(const tg::Indices& letters, const tg::nn::LSTMOutput& reading, int first) const;
  tg::nn::Parameters parameters() const;
};

/// The classes of the network: padding, the start and the end of a word, and these characters.
Alphabet spelling_alphabet(const std::string& characters);

/// A corrected word, and why it is that one.
struct Correction {
  enum class By { known, network, nearest, nothing } by;
  std::string word;
};
const char* name_of(Correction::By by);

struct Corrector {
  std::string characters;  // in the order of their ids
  Alphabet letters;
  KnownWords words;
  SpellingNetwork network;

  /// An untrained network, drawn from the random stream.
  Corrector(const std::string& characters, const KnownWords& words, int hidden);

  /// The mean of -ln p over letters and ends, in nats: p is the probability of what is right, where the
  /// decoder reads the right word, moved by one step (teacher forcing). Padding is masked, and the encoder is
  /// told the lengths.
  tg::Tensor loss(const std::vector<Pair>& pairs) const;
  /// What the network writes for each of these, by greedy decoding, with no list of words to choose from.
  /// Error for a character that no pair had.
  std::vector<std::string> written(const std::vector<std::string>& typos) const;
  /// A known right word stays. Else: the network's word where that is known, the nearest known word where it
  /// is near, or the text as it is (`nothing`), also where it has a character that no pair had.
  std::vector<Correction> corrected(const std::vector<std::string>& typos) const;
};

}  // namespace lesson
