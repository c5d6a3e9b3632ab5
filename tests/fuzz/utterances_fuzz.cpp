#include "fuzz.hpp"
#include "support/speech/utterances.hpp"

// Lists of utterances, by the names of recordings that are there.

namespace {

const std::vector<lesson::Recording>& recordings() {
  const auto one = [](int digit, const char* speaker, const char* file) {
    return lesson::Recording{digit, speaker, 0, {std::vector<float>(80, 0.1f), 8000}, file};
  };
  static const std::vector<lesson::Recording> all = {one(1, "ada", "1_ada_0.wav"),
                                                     one(2, "ada", "2 ada\\\".wav"),
                                                     one(3, "bob", "b/3_bob_0.wav"), one(4, "bob", "d")};
  return all;
}

}  // namespace

const Target target = {[](std::string_view bytes) {
                         const auto utterances = lesson::read_utterances(file_of(bytes), recordings());
                         require(!utterances.empty(), "there is an utterance");
                         for (const lesson::Utterance& utterance : utterances) {
                           require(!utterance.files.empty() && !utterance.text.empty(),
                                   "an utterance has files and a text");
                           require(utterance.sound.samples.size() == 80 * utterance.files.size(),
                                   "an utterance has the sound of its files");
                         }
                       },
                       {"1_ada_0.wav \"2 ada\\\\\\\".wav\"\tone two\nb/3_bob_0.wav\tthree\n",
                        "d d\tfour four\r\n",
                        "\xef\xbb\xbf"
                        "d\tfour\rd b/3_bob_0.wav\tfour three\r",
                        "1_ada_0.wav d\tone four\n"}};
