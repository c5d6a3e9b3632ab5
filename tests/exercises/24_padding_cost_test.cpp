#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

using Words = std::vector<std::string>;

const Words in_order = {"the",         "with", "international", "you",  "and", "for", "that", "from",
                        "development", "time", "now",           "make", "one", "all", "year", "they"};

Words sorted() {
  Words words = in_order;
  std::stable_sort(words.begin(), words.end(),
                   [](const std::string& a, const std::string& b) { return a.size() < b.size(); });
  return words;
}

// What was counted, batch by batch.
struct Cost {
  double positions = 0, letters = 0, shares = 0, batches = 0;
  double loss = 0, letter_loss = 0, mean_losses = 0;  // sums of nats; the sum of the batches' means
  std::string text;

  double padding() const { return 1 - letters / positions; }
  double mean_of_shares() const { return shares / batches; }
  double loss_share() const { return loss / positions / (letter_loss / letters); }
};

// Pads the batches as an encoder would read them, and lets a model that knows only where words end name each id.
Cost measured(const Words& words, std::size_t size) {
  Cost cost;
  for (std::size_t start = 0; start < words.size(); start += size) {
    const Words batch(words.begin() + static_cast<std::ptrdiff_t>(start),
                      words.begin() + static_cast<std::ptrdiff_t>(start + size));
    std::vector<int> lengths, ids;
    for (const std::string& word : batch) lengths.push_back(static_cast<int>(word.size()));
    const int width = *std::max_element(lengths.begin(), lengths.end());
    for (const std::string& word : batch)
      for (std::size_t t = 0; t < static_cast<std::size_t>(width); ++t)
        ids.push_back(t < word.size() ? word[t] - 'a' + 1 : 0);
    const Indices says({static_cast<int>(size), width}, ids);
    const Tensor mask = sequence_mask(lengths, width), ends = reshape(1 - mask, {-1, width, 1});
    const Tensor scores = 50 * ends * one_hot(says, 27);
    const double loss = cross_entropy(scores, says, {.reduction = Reduction::sum}).item();

    cost.positions += static_cast<double>(mask.size());
    cost.letters += sum(mask).item();
    cost.shares += 1 - mean(mask).item();
    cost.batches += 1;
    cost.loss += loss;
    cost.letter_loss += cross_entropy(scores, says, {.reduction = Reduction::sum, .mask = mask}).item();
    cost.mean_losses += loss / static_cast<double>(mask.size());
    cost.text += fmt::format("{}{} steps wide with {} letters", cost.text.empty() ? "" : ", ", width,
                             sum(mask).item());
  }
  return cost;
}

bool close(double predicted, double number) { return std::abs(predicted - number) < 0.005; }

}  // namespace

TEST_CASE("shares are from 0 to 1") {
  const exercise::Prediction p = exercise::prediction();
  INFO("43% is 0.43");
  for (const double share : {p.mixed_by_4, p.mixed_by_8, p.sorted_by_4}) {
    const bool is_share = share >= 0 && share < 1;
    CHECK(is_share);
  }
}

TEST_CASE("batches of four, as the words come") {
  const double predicted = exercise::prediction().mixed_by_4;
  const Cost cost = measured(in_order, 4);
  CHECK_MESSAGE(
      !close(predicted, cost.mean_of_shares()),
      "that is the mean of the four batches' shares. A wide batch has more positions than a narrow one, "
      "so it weighs more: add up first, divide at the end");
  CHECK_MESSAGE(!close(predicted, measured(in_order, 16).padding()),
                "that is one rectangle for all: each batch is padded to its own longest word only");
  CHECK_MESSAGE(!close(predicted, 1 - cost.padding()),
                "that is the share of the letters; padding is the rest");
  CHECK_MESSAGE(!close(predicted, cost.positions / cost.letters - 1),
                "that is padding for each letter: divide by all positions, letters and padding");
  INFO("measured: the batches are " << cost.text);
  CHECK(close(predicted, cost.padding()));
}

TEST_CASE("batches of eight") {
  const double predicted = exercise::prediction().mixed_by_8;
  const Cost cost = measured(in_order, 8), fours = measured(in_order, 4);
  CHECK_MESSAGE(
      !close(predicted, fours.padding()),
      "the same as with four would mean that the size does not matter. But the longest word of a batch "
      "makes all others wait: in a batch of eight these are seven");
  CHECK_MESSAGE(!close(predicted, 2 * fours.padding()),
                "not twice as much: two of the four batches were as wide as their new ones already");
  CHECK_MESSAGE(!(predicted < fours.padding()),
                "less than with four cannot be: joined, two batches are as wide as the wider one");
  INFO("measured: the batches are " << cost.text);
  CHECK(close(predicted, cost.padding()));
}

TEST_CASE("sorted by length") {
  const double predicted = exercise::prediction().sorted_by_4;
  const Cost cost = measured(sorted(), 4);
  CHECK_MESSAGE(
      !close(predicted, 0),
      "0 would need groups of one length each. Sorted batches of four also cross from one length to the "
      "next, and the two long words have nobody of their length");
  CHECK_MESSAGE(!close(predicted, measured(in_order, 4).padding()),
                "the order matters: what counts is with whom a long word shares its batch");
  CHECK_MESSAGE(!close(predicted, cost.mean_of_shares()),
                "that is the mean of the four batches' shares: add up first, divide at the end");
  INFO("measured: the batches are " << cost.text);
  CHECK(close(predicted, cost.padding()));
}

TEST_CASE("the loss that padding makes small") {
  const double predicted = exercise::prediction().loss;
  const Cost cost = measured(in_order, 4);
  CHECK_MESSAGE(
      !close(predicted, 1),
      "the same would mean that padding does not count. It adds 0 to the sum, but it is counted in what "
      "the sum is divided by");
  CHECK_MESSAGE(!close(predicted, cost.padding()),
                "that is what is missing: by this share the loss is too small, so this share of it is gone");
  CHECK_MESSAGE(!(predicted > 1),
                "more than 1 cannot be: padding adds nothing to the sum, and only divides it");
  CHECK_MESSAGE(
      !close(predicted, cost.mean_losses / cost.batches / (cost.letter_loss / cost.letters)),
      "that is the mean of the four batches' mean losses, in which a narrow batch counts as much as a wide "
      "one. Here each position counts the same");
  INFO("measured: the batches are " << cost.text << "; a letter costs "
                                    << fmt::format("{:.3g}", cost.letter_loss / cost.letters) << " nats");
  CHECK(close(predicted, cost.loss_share()));
}
