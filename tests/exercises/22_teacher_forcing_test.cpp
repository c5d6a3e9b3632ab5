#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

// Rows of ids as text, so that a failed CHECK shows them; `legend` tells how.
std::string text(const Indices& ids) {
  std::string rows;
  for (int item = 0; ids.rank() == 2 && item < ids.dim(0); ++item) {
    for (int t = 0; t < ids.dim(1); ++t) {
      const int id = ids.at({item, t});
      rows += id < 0 || id > 28 ? '?' : "-<>abcdefghijklmnopqrstuvwxyz"[id];
    }
    rows += ' ';
  }
  return rows;
}

const std::string legend =
    "a row for each word: < is <start>, > is <end>, - is padding, and a, b, .. are 3, 4, ..";

// The words abc, a and abcd.
const Indices& three_words() {
  static const Indices words = indices({{3, 4, 5, 0}, {3, 0, 0, 0}, {3, 4, 5, 6}});
  return words;
}

const int letters = 8;

// What a letter costs a decoder that sees the ids of this step and of the one before, after a short training on words of
// random letters. Nobody can foresee them: an honest decoder stays at ln 8.
double loss_on_random_letters() {
  const int classes = 3 + letters;
  manual_seed(1);
  std::vector<int> ids;
  for (int i = 0; i < 300 * 6; ++i) ids.push_back(3 + random_stream().below(letters));
  const exercise::Forced forced = exercise::teacher_forcing(Indices({300, 6}, ids));
  std::vector<Real> is_letter;
  for (const int id : forced.says.values()) is_letter.push_back(id > 2);
  const Tensor mask(forced.says.shape(), is_letter), now = one_hot(forced.reads, classes);
  const Tensor seen = concat({now, slice(pad(now, 1, 1, 0), 1, 0, now.dim(1))}, 2);
  const nn::Dense decoder(2 * classes, classes);
  optim::Adam adam(decoder.parameters(), {.lr = 0.3});
  double last = 0;
  for (int step = 0; step < 50; ++step) {
    const Tensor loss = cross_entropy(decoder(seen), forced.says, {.mask = mask});
    adam.zero_grad();
    loss.backward();
    adam.step();
    last = loss.item();
  }
  return last;
}

}  // namespace

TEST_CASE("shapes") {
  const exercise::Forced forced = exercise::teacher_forcing(three_words());
  INFO(
      "the longest word fills all L = 4 steps, and <start> or <end> comes on top: 5 steps, or a letter is lost");
  REQUIRE(fmt::format("{}", forced.reads.shape()) == "[3, 5]");
  REQUIRE(fmt::format("{}", forced.says.shape()) == "[3, 5]");
}

TEST_CASE("the direction") {
  const exercise::Forced forced = exercise::teacher_forcing(three_words());
  const std::string reads = text(forced.reads), says = text(forced.says);
  const bool unmoved = reads == says, exchanged = says == "<abc- <a--- <abcd ";
  if (unmoved || exchanged) {
    INFO("trained so on words of random letters, which nobody can foresee, a decoder comes to a loss of "
         << fmt::format("{:.2g} nats a letter; honest guessing costs {:.2g}", loss_on_random_letters(),
                        std::log(letters)));
    CHECK_MESSAGE(
        !unmoved,
        "it reads what it must say at the same step: it only has to copy, and can write nothing alone");
    CHECK_MESSAGE(
        !exchanged,
        "moved the wrong way: it reads each letter first and says it one step later. Exchange the two");
  }
  CHECK_MESSAGE(reads.substr(0, 3) != "bc>",
                "moved the wrong way: it reads the letter after the one to be said");
  CHECK(reads.substr(0, 3) == "<ab");
  CHECK(says.substr(0, 3) == "abc");
}

TEST_CASE("what the decoder reads") {
  const std::string reads = text(exercise::teacher_forcing(three_words()).reads);
  CHECK_MESSAGE(reads != "<abc< <a<<< <abcd ",
                "padding is read as <start>: it begins a word only once, and pad_id fills up");
  CHECK_MESSAGE(reads != "<abc> <a>-- <abcd ",
                "it reads <end>, but after <end> there is nothing to say: that step is padding, in both");
  INFO(legend);
  CHECK(reads == "<abc- <a--- <abcd ");
}

TEST_CASE("what it must say") {
  const std::string says = text(exercise::teacher_forcing(three_words()).says);
  CHECK_MESSAGE(says != "abc-- a---- abcd- ",
                "<end> is never said, so the decoder never learns to stop: it is a step like a letter");
  CHECK_MESSAGE(says != "abc-> a---> abcd> ",
                "<end> stands behind the padding: each word ends right after its own last letter");
  CHECK_MESSAGE(says != "abc>- a>--- abc>- ",
                "the last letter of the longest word is lost: <end> took its place");
  CHECK_MESSAGE(says != "abc>- a>--- abcd- ",
                "the longest word has no <end>: there it is step L, after the last");
  CHECK_MESSAGE(says != "abc>> a>>>> abcd> ", "<end> is said once in a word; what comes after is padding");
  INFO(legend);
  CHECK(says == "abc>- a>--- abcd> ");
}

TEST_CASE("an empty word") {
  const exercise::Forced forced = exercise::teacher_forcing(indices({{0, 0}, {3, 4}}));
  INFO("of an empty word the decoder still reads <start>, and must say <end> at once");
  CHECK(text(forced.reads) == "<-- <ab ");
  CHECK(text(forced.says) == ">-- ab> ");
}

TEST_CASE("nothing is given away") {
  INFO(
      "trained on words of random letters, a decoder must be able to do no better than guess: ln 8 nats a letter. Less means that what is read gives away what must be said");
  CHECK(loss_on_random_letters() > 0.95 * std::log(letters));
}
