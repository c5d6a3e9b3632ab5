// The parts of the judge of exercises. `make check-exercises` tries whole verdicts, of answers right, wrong
// and forged.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "../program.hpp"
#include "support/exercises/compiler_text.hpp"
#include "support/exercises/directives.hpp"
#include "support/exercises/limited.hpp"
#include "support/exercises/rules.hpp"
#include "support/exercises/test_output.hpp"
#include "support/exercises/tokens.hpp"

using namespace judge;

namespace {

std::string joined(const std::vector<Token>& tokens) {
  std::string text;
  for (const Token& token : tokens) text += (text.empty() ? "" : " ") + token.text;
  return text;
}
std::string words(std::string_view text) { return joined(tokens_of(text)); }
std::string in_exercise(const std::string& text) { return "namespace exercise {\n" + text + "\n}\n"; }
std::string wrong(const std::string& text) { return wrong_word(tokens_of(in_exercise(text))); }
std::string borrowed(const std::string& text, const std::string& name) {
  return borrowed_word(tokens_of(in_exercise(text)), {name});
}
std::string place(const std::string& text, const std::string& test = "") {
  return wrong_place(tokens_of(text), tokens_of(test));
}
std::string included(const std::string& target) { return wrong_directive("#include " + target + "\n"); }

// Whether a process ends. Where it is not ours, it is there until the system has waited for it.
bool ends(const std::string& process) {
  const int id = std::atoi(process.c_str());
  for (int tries = 0; id > 1 && tries < 1000; ++tries) {
    if (kill(id, 0) != 0) return true;
    usleep(10000);
  }
  return false;
}

}  // namespace

TEST_CASE("tokens: comments, spliced lines, strings and numbers") {
  CHECK(words("a /* b */ c // d \\\n e\nf") == "a c f");
  CHECK(words("op\\\ntim::x->y") == "optim :: x -> y");
  CHECK(words("\"/* no comment */\" 'a' '\\'' u8\"x\" L'b' x\"y\"") ==
        "\"/* no comment */\" 'a' '\\'' u8\"x\" L'b' x \"y\"");
  CHECK(words("R\"(a // \" \\\n b)\" c") == "R\"(a // \" \\\n b)\" c");
  CHECK(words("R\"x( )\" )x\" c") == "R\"x( )\" )x\" c");
  CHECK(words("1'000'000 1e-5 .5f 0x1p+3 a.b 3'") == "1'000'000 1e-5 .5f 0x1p+3 a . b 3 '");
  const std::vector<Token> tokens = tokens_of("a\nb \\\n c\nd");
  CHECK(tokens[1].line == 2);
  CHECK(tokens[2].line == 3);
  CHECK_FALSE(tokens[2].first);
  CHECK(tokens[3].line == 4);
  CHECK(tokens[3].first);
}

TEST_CASE("tokens: what a preprocessor wrote") {
  const Preprocessed text = read_preprocessed(
      "# 1 \"test.cpp\"\n"
      "# 1 \"./my answer.hpp\" 1\n"
      "\n# 1 \"/usr/include/x.h\" 1 3\nint x;\n# 3 \"./my answer.hpp\" 2\n"
      "int a = R\"(\n# 1 \"/usr/include/y.h\" 1 3\n)\"; int b;\n"
      "# 2 \"test.cpp\" 2\nint c;\n# 1 \"late.hpp\" 1\n",
      "my answer.hpp");
  CHECK(joined(text.of("my answer.hpp")) == "int a = R\"(\n# 1 \"/usr/include/y.h\" 1 3\n)\" ; int b ;");
  CHECK(text.of("my answer.hpp")[0].line == 3);
  CHECK(joined(text.of("test.cpp")) == "int c ;");
  CHECK(text.of("test.cpp")[0].line == 2);
  CHECK(text.entered == std::vector<std::string>{"/usr/include/x.h"});
}

TEST_CASE("an answer's directives") {
  CHECK(wrong_directive("#pragma once\n#include <cmath>\n # define X 1\n#ifdef X\n#else\n#endif\n#\n") == "");
  CHECK(wrong_directive("// #pragma GCC\nconst char* a = R\"(\n#line 1\n)\";") == "");
  for (const char* text :
       {"#pragma GCC system_header", "#pragma \\\n GCC poison x", "#line 3 \"x\"",
        "# 1 \"/usr/include/x.h\" 1 3", "%:pragma once", "#include_next <cmath>", "_Pragma(\"once\")",
        "#import <cmath>", "/* */ #pragma GCC optimize", "#ident \"x\""})
    CHECK_MESSAGE(wrong_directive(text) != "", std::string(text));
  CHECK(wrong_directive("a\n\n#line 3\n").starts_with("Line 3: #line is no directive"));
  CHECK(wrong_directive("// a\r#line 3").find("carriage return") != std::string::npos);
  CHECK(wrong_directive("#include <cmath>\r\n") == "");
  for (const char* target :
       {"<numeric>", "\"tinygrad_cpp/tinygrad.hpp\"", "<math.h>", "\"exercises/not_done_yet.hpp\""})
    CHECK(included(target) == "");
  for (const char* target :
       {"\"x.hpp\"", "</etc/passwd>", "\"tinygrad_cpp/../lessons/exercises/solutions/01_softplus.hpp\"",
        "<unistd.h>", "<fstream>", "<csetjmp>", "NAME", "\"/proc/self/environ\""})
    CHECK_MESSAGE(included(target).find("this one includes ") != std::string::npos, target);
}

TEST_CASE("the files an answer opens") {
  const std::filesystem::path here = std::filesystem::current_path();
  const std::vector<std::string> system = {"/usr/lib/gcc/../include", ".", "lessons"};
  CHECK(wrong_file({"/usr/lib/include/cmath", "tinygrad_cpp/error.hpp", "lessons/exercises/not_done_yet.hpp"},
                   system) == "");
  for (const std::string& path :
       {std::string("lessons/exercises/solutions/01_softplus.hpp"), std::string("/usr/lib/other/x.h"),
        std::string("tinygrad_cpp/../x.hpp"), (here / "tests/x.hpp").string(), std::string("/proc/self/maps"),
        "/usr/lib/include/" + std::string(100'000, 'x')})
    CHECK_MESSAGE(wrong_file({path}, system) != "", path.substr(0, 80));
  CHECK(wrong_file({"/etc/passwd"}, {"/" + std::string(100'000, 'x')}) != "");
}

TEST_CASE("words that are not for an answer") {
  for (const char* text :
       {"int a = fork();", "::_exit(0);", "std::quick_exit(0);", "asm(\"nop\");", "extern \"C\" int x;",
        "__attribute__((constructor)) void f();", "[[gnu::constructor]] void f();",
        "[[using gnu: used]] int a;", "doctest::Context c;", "auto k = rename; k(a, b);",
        "int open; ::open(a, 0);", "int open; f(&open(a));", "std::system(\"ls\");", "__builtin_trap();",
        "\n#pragma redefine_extname a b\n", "_Pragma(\"once\")", "return kill(1, 9);"})
    CHECK_MESSAGE(wrong(text) != "", std::string(text));
  for (const char* text :
       {"const Tensor& signal, std::vector<int> link", "Tensor copy = x.clone();",
        "const char* a = \"fork()\";", "int open = 3; f(open); open = open + 1;", "[[nodiscard]] int f();",
        "double a = __builtin_inff();", "std::remove(a.begin(), a.end(), 0); exit_rate(3);"})
    CHECK_MESSAGE(wrong(text) == "", std::string(text));
}

TEST_CASE("names that an exercise is about") {
  for (const char* text : {"return tg::softplus(x);", "tg::\nsoftplus(x)", "using tg::softplus;",
                           "namespace t = tg; t::softplus(x);", "Tensor f(Tensor x) { return softplus(x); }",
                           "return not softplus(x);", "auto f = softplus;"})
    CHECK_MESSAGE(borrowed(text, "tg::softplus") != "", std::string(text));
  for (const char* text : {"inline Tensor softplus(const Tensor& x) {", "exercise::softplus(x)",
                           "record(\"softplus\", x)", "my_softplus(x)"})
    CHECK_MESSAGE(borrowed(text, "tg::softplus") == "", std::string(text));
  for (const char* text :
       {"tg::optim\n::SGD s;", "namespace o = tg::optim;", "using namespace optim;", "optim::Adam a;"})
    CHECK_MESSAGE(borrowed(text, "optim::") != "", std::string(text));
  CHECK(borrowed("int optimum = decode(x); void decode(int x);", "decode::") == "");
  for (const char* text : {"tg::nn::Dropout d(0.5);", "namespace n = tg::nn;", "using namespace tg::nn;",
                           "using tg::nn::Dropout;", "struct A : nn::Dropout {};", "Dropout d(1);"})
    CHECK_MESSAGE(borrowed(text, "nn::Dropout") != "", std::string(text));
  for (const char* text :
       {"struct Dropout { Dropout(int); tg::nn::Parameters p; }; Dropout::Dropout(int) {} Dropout d(1);"})
    CHECK_MESSAGE(borrowed(text, "nn::Dropout") == "", std::string(text));
}

TEST_CASE("what stands outside namespace exercise") {
  CHECK(
      place(
          "using namespace std; using tg::Tensor; namespace exercise { int f() { return 1; } } namespace exercise::x { };") ==
      "");
  for (const char* text :
       {"Finding near(A a);", "using namespace exercise;", "using exercise::sum;",
        "inline namespace exercise { }", "namespace tg { }", "namespace e = exercise;",
        "template <> struct std::hash<int>;", "namespace exercise { } }", "namespace { int a; }",
        "namespace exercise {", "bool operator==(A, B);", "namespace std { }"})
    CHECK_MESSAGE(place(text) != "", std::string(text));
  // A function of the test, for which an answer's type would find the answer's.
  const std::string test =
      "namespace { double total(const exercise::Endings& a) { return sum(a); } } static void case_1() { total(x); count(x); }";
  for (const char* text : {"double total(Endings&& a);", "struct A { friend double total(A&& a); };",
                           "template <class T> std::vector<T> total(T a);"})
    CHECK_MESSAGE(place(in_exercise(text), test) != "", std::string(text));
  for (const char* text : {"double f() { double total(1); return total; }", "const int a = total(1);",
                           "struct A { int total(); };", "int count(int a);"})
    CHECK_MESSAGE(place(in_exercise(text), test) == "", std::string(text));
}

TEST_CASE("the report of the tests") {
  const auto read = [](const std::string& text) {
    std::vector<Test> tests = {{.name = "one"}, {.name = "the other", .needed = 2}};
    const Report report = read_report(text, "77", tests);
    return std::pair(report, int(tests[0].right()) + int(tests[1].right()));
  };
  const std::string one = "77 begin one\n77 end 1 0 1\n", other = "77 begin the other\n77 end 2 0 1\n",
                    over = "77 over\n";
  CHECK(read(one + other + over) == std::pair(Report::complete, 2));
  CHECK(read(one + other) == std::pair(Report::cut_off, 2));
  CHECK(read(one + over).first == Report::cut_off);
  CHECK(read("").first == Report::cut_off);
  CHECK(read(one + "77 begin the other\n" + over).first == Report::forged);
  CHECK(read(one + one + other + over).first == Report::forged);
  CHECK(read(one + other + over + one).first == Report::forged);
  CHECK(read("78 over\n" + one + other + over).first == Report::forged);
  CHECK(read(one + "77 begin third\n" + over).first == Report::forged);
  CHECK(read("77 end 1 0 1\n").first == Report::forged);
  CHECK(read(one + "77 begin the other\n77 end 1 0 1\n" + over) ==
        std::pair(Report::complete, 1));  // a check too few
  CHECK(read(one + "77 begin the other\n77 end 2 1 0\n" + over) == std::pair(Report::complete, 1));
  CHECK(read(one + "77 begin the other\n77 end 2 0 0\n" + over) ==
        std::pair(Report::complete, 1));  // an exception
}

TEST_CASE("a program that is not trusted") {
  const Ended both = run_limited({"sh", "-c", "cat <&3; echo; echo said >&4; exit 7"}, {}, "secret");
  CHECK(both.how == Ending::exited);
  CHECK(both.status == 7);
  CHECK(both.output == "secret\n");
  CHECK(both.reported == "said\n");
  CHECK(run_limited({"sh", "-c", "kill -SEGV $$"}, {}).how == Ending::signalled);
  CHECK(run_limited({"sh", "-c", "while :; do :; done"}, {.seconds = 1}).how == Ending::out_of_time);
  const Ended much =
      run_limited({"sh", "-c", "while :; do echo 0123456789012345678901234567890123456789; done"}, {});
  CHECK(much.how == Ending::printed_too_much);
  CHECK(much.output.size() <= 4096 * 1024);
  const std::string file =
      fmt::format("{}/judge_writes.{}", std::filesystem::temp_directory_path().string(), getpid());
  run_limited({"sh", "-c", "echo text >\"" + file + "\""}, {.writes = false});
  CHECK(std::filesystem::file_size(file) == 0);
  std::filesystem::remove(file);
  CHECK(run_limited({"/no/such/program"}, {}).status == 127);
}

TEST_CASE("what a program began has ended when the program has") {
  CHECK(ends(run_limited({"sh", "-c", "sleep 100 & echo $!"}, {}).output));
#ifdef __linux__
  // One that made itself a session, and so a group, of its own, and whose parent has ended.
  if (!has_program("setsid")) return;
  const std::string begin = "(setsid sh -c 'echo $$; exec sleep 100 >/dev/null 2>&1' &) | head -n 1";
  CHECK(ends(run_limited({"sh", "-c", begin}, {}).output));
#endif
}

TEST_CASE("a learner's own first error") {
  const std::string source = "// one\nint f() {\n\treturn g(y);\n}\n// five\n";
  const std::string shown =
      "mine.hpp:3:18: error: 'y' was not declared\n"
      "    2 | int f() {\n"
      "    3 |         return g(y);\n"
      "      |                  ^\n"
      "    4 | }\n"
      "What to do: There is no `y` here. Is it misspelt? A variable begins with its type and a value: double y = "
      "0;\n";
  const std::string direct =
      "In file included from test.cpp:1:\n./mine.hpp: In function 'int f()':\n"
      "./mine.hpp:3:18: error: 'y' was not declared\n    3 |         return g(y);\n      |                  ^\n";
  CHECK(first_error("x.h:1:1: error: 'a' in another file\n" + direct, "./mine.hpp", source) == shown);
  // clang++ counts a tab as one column, and draws no line numbers.
  CHECK(first_error("mine.hpp:3:11: error: 'y' was not declared\n        return g(y);\n                 ^\n",
                    "mine.hpp", source) ==
        "mine.hpp:3:11: error: 'y' was not declared\n" + shown.substr(shown.find('\n') + 1));
  const std::string chain =
      "/usr/include/x.h: In instantiation of 'f<tg::real_double::Tensor>':\n/usr/include/y.h:7:1:   required from 'h'\n"
      "mine.hpp:3:10:   required from here\n/usr/include/x.h:9:1: error: no match for 'tg::real_double::Tensor'\n";
  CHECK(first_error(chain, "mine.hpp", source)
            .starts_with("mine.hpp:3:10: error: no match for 'tg::Tensor'\n    2 | int f() {\n"));
  const std::string notes =
      "/usr/include/x.h:9:1: error: no match\n  code\n  ^\nmine.hpp:3:10: note: in instantiation of function template "
      "specialization 'f' requested here\n";
  CHECK(first_error(notes, "mine.hpp", source).starts_with("mine.hpp:3:10: error: no match\n"));
  CHECK(first_error(
            "mine.hpp:4:1: error: no return statement in function returning non-void [-Werror=return-type]\n",
            "mine.hpp", source)
            .ends_with("ends in `return value;`. One does not: the end, or an if without else.\n"));
  CHECK(
      first_error(
          "test.cpp:3:1: error: 'f' is not a member of 'exercise'\n    3 | f();\n      | ^\ntest.cpp:4:1: error: x\n",
          "mine.hpp",
          source) == "test.cpp:3:1: error: 'f' is not a member of 'exercise'\n    3 | f();\n      | ^\n");
  CHECK(first_warning("x.h:1:1: warning: a\nmine.hpp:3:10: warning: b\n", "mine.hpp", source)
            .starts_with("mine.hpp:3:10: warning: b\n    2 |"));
  CHECK(first_warning("mine.hpp:3:1: warning: a [-Wsign-compare]\nmine.hpp:4:1: warning: b\n", "mine.hpp",
                      source)
            .starts_with("mine.hpp:4:1: warning: b\n"));
  const std::string hides = "mine.hpp:1:1: warning: declaration of 'v' shadows a ";
  CHECK(first_warning(hides + "member of 'A' [-Wshadow]\n", "mine.hpp", "A(int v) : v(v) {}\n") == "");
  CHECK(first_warning(hides + "member of 'A' [-Wshadow]\n", "mine.hpp", "A() { int v = 1; }\n") != "");
  CHECK(first_warning(hides + "parameter [-Wshadow]\n", "mine.hpp", "map(v, [](Real v) { return v; })\n") ==
        "");
  CHECK(first_warning("x.h:1:1: warning: a\n", "mine.hpp", source) == "");
  CHECK(first_error("ld: undefined reference to `f'\n", "mine.hpp", source) ==
        "ld: undefined reference to `f'\n");
}

TEST_CASE("what doctest printed, for a learner") {
  const std::string frame(79, '=');
  const std::string printed =
      "[doctest] run\n" + frame +
      "\nx.cpp:1:\nTEST CASE:  one\n\nx.cpp:2: ERROR: CHECK( is_right ) is NOT correct!\n"
      "  values: CHECK( false )\n  logged: because\n\n" +
      frame + "\nTEST CASE:  two\n\n" + frame + "\nTEST CASE:  three\n";
  CHECK(readable(frame + "\n" + frame + "\nTEST CASE:  \n").empty());  // a name of blanks
  const std::string read = readable(printed);
  CHECK(
      read ==
      "x.cpp:1:\nTEST CASE:  one\n\nx.cpp:2: ERROR: CHECK( is_right ) is NOT correct!\n  values: CHECK( false )\n"
      "  logged: because\n\nAlso red: two; three.\n");
  const std::string crash = "TEST CASE:  two\n\nx.cpp:9: FATAL ERROR: test case CRASHED: SIGABRT\n\n",
                    first = frame + "\nTEST CASE:  one\n\nx.cpp:2: ERROR\n\n", end = frame + "\nthe end\n",
                    assertion = "stl_vector.h:9: int f(): Assertion '__n < this->size()' failed.\n";
  CHECK(readable(crash_first(assertion + first + frame + "\n" + crash + end)) == crash + "Also red: one.\n");
  CHECK(crash_first("seen\n" + frame + "\n" + crash + end) == "seen\n" + frame + "\n" + crash + end);
  CHECK(crash_first(first + end) == first + end);
  CHECK(plainly(read) == "x.cpp:1:\nTEST CASE:  one\n\nx.cpp:2:\n  because\n\nAlso red: two; three.\n");
  CHECK(plainly("x.cpp:2: ERROR: CHECK( a == b ) is NOT correct!\n  values: CHECK( 1 == 2 )\n") ==
        "x.cpp:2: ERROR: CHECK( a == b ) is NOT correct!\n  values: CHECK( 1 == 2 )\n");
}
