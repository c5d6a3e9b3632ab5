#include "fuzz.hpp"
#include "support/speech/utterances.hpp"

// Lists of utterances.

const Target target = {[](std::string_view bytes) {
                         const auto utterances = lesson::read_utterances(file_of(bytes));
                         require(!utterances.empty(), "there is an utterance");
                         for (const lesson::Utterance& utterance : utterances)
                           require(!utterance.files.empty() && !utterance.text.empty(),
                                   "an utterance has files and a text");
                       },
                       {"1_ada_0.wav \"2 ada\\\\\\\".wav\"\tone two\nb/3_bob_0.wav\tGood day.\n",
                        "d d\tfour four\r\n",
                        "\xef\xbb\xbf"
                        "d\tfour\rd b/3_bob_0.wav\tfour three\r",
                        "1_ada_0.wav d\tone four\n"}};
