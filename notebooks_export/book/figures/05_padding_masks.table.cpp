// What the figure of lesson 5 shows, measured by the lesson's own code: `make figure-tables` writes it.
#include "lessons/05_padding_masks.cpp"

#include <fmt/format.h>

namespace {

template <class Numbers>
std::string row(const Numbers& numbers) {
  std::vector<std::string> texts;
  for (const auto number : numbers) texts.push_back(fmt::format("{:.3g}", number));
  return fmt::format("[{}]", fmt::join(texts, ","));
}

}  // namespace

int main() {
  const int most = padding, demo = padding / 2, seed_count = 5;
  const Texts plain = texts_of(corpus().held_out);

  // The network of the step "A loss that looks good", with k padded steps after every word; the typos stay.
  const Speller& model = trained(counted(demo), 0, few_epochs);
  std::size_t shown = 0;  // the first pair with a typo
  while (corpus().held_out[shown].typo == corpus().held_out[shown].word) ++shown;
  std::vector<double> all, masked, positions;
  Batch batch = held_out(counted(demo));
  for (int k = 0; k <= most; ++k) {
    batch.reads = padded(plain.reads, Place::after, longest + k);
    batch.says = padded(plain.says, Place::after, longest + k);
    const Scored result = scored(model, batch);
    all.push_back(result.loss()), masked.push_back(result.masked_loss());
    for (int t = 0; k == most && t < longest + k; ++t)
      positions.push_back(result.losses.at({static_cast<int>(shown), t}));
  }

  // How far padding moves the encoder's last h in the step "Four places for padding".
  std::vector<std::string> moved[2];
  double most_with_lengths = 0;
  for (int seed = 0; seed < seed_count; ++seed) {
    const Speller& fixed = trained(the_fix(), seed);
    const tg::NoGrad off;
    const auto state = [&](const Batch& one) { return fixed.read(one.typos, one.lengths).state.h; };
    const tg::Tensor alone = state(batch_of(plain, {}));
    for (const Place place : {Place::after, Place::before}) {
      std::vector<double> shares;
      for (int k = 0; k <= most; ++k) {
        Texts longer = plain;
        longer.typos = lengthened(plain.typos, place, k);
        shares.push_back(distance(state(batch_of(longer, {})), alone));
        most_with_lengths = std::max(most_with_lengths, distance(state(batch_of(plain, the_fix(k))), alone));
      }
      moved[place == Place::before].push_back(row(shares));
    }
  }

  fmt::print(
      "// Made by `make figure-tables`.\n"
      "figures.tables[\"05_padding_masks\"] = {{\n"
      "  typo: \"{}\", word: \"{}\", longest: {}, pairs: {}, trained_with: {}, epochs: {},\n"
      "  all: {},\n  masked: {},\n  positions: {},\n"
      "  after: [\n    {},\n  ],\n  before: [\n    {},\n  ],\n  with_lengths: {:.3g},\n}};\n",
      corpus().held_out[shown].typo, corpus().held_out[shown].word, longest, corpus().held_out.size(), demo,
      few_epochs, row(all), row(masked), row(positions), fmt::join(moved[0], ",\n    "),
      fmt::join(moved[1], ",\n    "), most_with_lengths);
}
