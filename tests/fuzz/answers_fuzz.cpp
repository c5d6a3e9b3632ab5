#include "fuzz.hpp"
#include "support/exercises/compiler_text.hpp"
#include "support/exercises/directives.hpp"
#include "support/exercises/rules.hpp"
#include "support/exercises/test_output.hpp"
#include "support/exercises/tokens.hpp"

// What the judge of exercises reads: an answer, the same after the preprocessor, what the compiler says of it, what its tests
// print, and their report. The part before a byte of 1 is the answer or the number of the run, the part after it the rest.

const Target target = {
    [](std::string_view bytes) {
      const std::string before(take_until(bytes, '\1')), rest(bytes);
      const std::vector<judge::Token> tokens = judge::tokens_of(before);
      for (const judge::Token& token : tokens) require(!token.text.empty(), "a token has a text");
      require(judge::same(tokens, tokens), "a text has its own tokens");
      judge::wrong_directive(before);
      judge::borrowed_word(tokens, {"tg::softplus", "LSTM", "optim::"});
      judge::wrong_word(tokens);
      judge::wrong_place(tokens, judge::tokens_of(rest));
      const judge::Preprocessed read = judge::read_preprocessed(rest, "answer.hpp");
      judge::wrong_word(read.of("answer.hpp"));
      judge::wrong_file(read.entered, judge::system_folders(rest));
      judge::first_error(rest, "answer.hpp", before);
      judge::first_warning(rest, "answer.hpp", before);
      judge::plainly(judge::readable(rest));
      std::vector<judge::Test> tests = {{"one"}, {"two"}};
      const bool whole = judge::read_report(rest, before, tests) == judge::Report::complete;
      require(!whole || (tests[0].ended && tests[1].ended), "a whole report has all tests");
    },
    {"#pragma once\nnamespace exercise { inline double f(double x) { return tg::optim::SGD(x); } }\n\1TEST_CASE(\"one\") { CHECK(f(1) == 2); }",
     "x\1# 1 \"answer.hpp\" 1\nint f() { return R\"a(b)a\"[0]; }\n# 3 \"/usr/include/c++/12/cmath\" 1 3\nint g();\n# 2 \"answer.hpp\" 2\n",
     "int f( {\n\1answer.hpp:1:8: error: expected ')' before '{' token\n    1 | int f( {\n      |       ~^\n"
     "In file included from a_test.cpp:1:\nanswer.hpp: In function 'int f()':\nanswer.hpp:1:2:   required from here\n",
     "x\1#include <...> search starts here:\n /usr/include\nEnd of search list.\n",
     "7\1"
     "7 begin one\n7 end 2 0 1\n7 begin two\n7 end 1 1 0\n7 over\n",
     "x\1[doctest] doctest version\n=====\na_test.cpp:3:\nTEST CASE:  one\n\na_test.cpp:4: ERROR: CHECK( a == b ) is NOT correct!\n"
     "  values: CHECK( 1 == 1 )\n  logged: it says\n\n=====\nTEST CASE:  two\n"}};
