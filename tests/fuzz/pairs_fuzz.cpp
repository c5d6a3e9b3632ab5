#include "fuzz.hpp"
#include "support/alphabet.hpp"
#include "support/pairs.hpp"

// Lists of typos and the words that were meant. With one pair at least, so that small inputs are read to their end.

const Target target = {[](std::string_view bytes) {
                         const lesson::Pairs read = lesson::read_pairs(file_of(bytes), 1);
                         require(!read.pairs.empty(), "there is a pair");
                         require_message(read.understood);
                         for (const lesson::Pair& pair : read.pairs)
                           require(!pair.typo.empty() && !pair.word.empty(), "a pair has two words");
                       },
                       {"teh->the\nthe->the\n", "a --> b, c; d\n\n# e\n\"f\" => 'g'\r\n",
                        "\xef\xbb\xbf\xd0\xb6\xe2\x86\x92\xd0\xb4\rx\xc2\xa0->\xe2\x80\x8by\n",
                        "t->x;xs\na->b->c\nalot->a lot\na\tb->c\n"}};
