#include <doctest/doctest.h>
#include <fmt/format.h>

#include "../files.hpp"
#include "../support.hpp"
#include "lesson_run.hpp"
#include "notebooks_export/cells.hpp"
#include "notebooks_export/notebook.hpp"
#include "notebooks_export/recording.hpp"
#include "sounds.hpp"
#include "support/alphabet.hpp"
#include "support/checkpoint.hpp"
#include "support/csv.hpp"
#include "support/speech/digit_split.hpp"
#include "support/speech/utterances.hpp"
#include "support/text_file.hpp"
#include "tinygrad_cpp/io/file.hpp"

// Foreign text in messages: short, and nothing in it that a terminal obeys, whoever reads it.

namespace {

const std::string obeyed = "\x1b]0;title\x07\x1b[31m\u009b\u202e",
                  huge = obeyed + std::string(1'000'000, 'x');

}  // namespace

TEST_CASE("hostile text: tables") {
  const Folder folder("hostile");
  const auto refused = [&](const std::string& bytes) {
    const std::string path = folder.file("table.csv", bytes);
    return fails_harmlessly([&] { lesson::read_csv(path); });
  };
  CHECK(refused("a\n" + huge + "\n"));
  CHECK(refused(huge + "\nword\n"));
  CHECK(refused(huge + "," + huge + "\n1,2\n"));
  CHECK(refused("a\n\"1\"" + huge + "\n"));
  CHECK(refused("a\n\"" + huge));
  CHECK(refused("a\n1" + huge + "\n"));
  CHECK(refused("a\n1e400" + std::string(1'000'000, '0') + "\n"));
  const lesson::Csv csv = lesson::read_csv(folder.file("names.csv", huge + ",b\n1,2\n"));
  for (const std::string& name : {huge, std::string("\xff\x1b"), "1" + std::string(1'000'000, '0')})
    CHECK(fails_harmlessly([&] { csv.column(name); }));
}

TEST_CASE("hostile text: paths") {
  const Folder folder("hostile");
  for (const std::string& name : {obeyed, huge, "\xff" + std::string(3000, '/')}) {
    const std::string path = (folder.path / name).string();
    CHECK(fails_harmlessly([&] { lesson::read_text("text", path); }));
    CHECK(fails_harmlessly([&] { lesson::read_csv(path); }));
    CHECK(fails_harmlessly([&] { lesson::read_digits(path); }));
    CHECK(fails_harmlessly([&] { lesson::read_utterances(path); }));
    CHECK(fails_harmlessly([&] { lesson::read_sound(path); }));
    CHECK(fails_harmlessly([&] { lesson::write_sound(path + "/none/a.wav", tone(440)); }));
    CHECK(fails_harmlessly([&] { notebook::read_notebook(path); }));
    CHECK(fails_harmlessly([&] { notebook::cells_of_lesson(path); }));
  }
  const std::string named = folder.file(obeyed + ".txt", "\xff");
  CHECK(fails_harmlessly([&] { lesson::read_text("text", named); }));
  if (has_libsndfile()) CHECK(fails_harmlessly([&] { lesson::read_sound(named); }));
  CHECK(fails_harmlessly([&] { lesson::read_digits(folder.path.string()); }));  // names the first file
}

TEST_CASE("hostile text: alphabets and lists of utterances") {
  const lesson::Alphabet letters("abc", {{"blank", 3}});
  CHECK(fails_harmlessly([&] { letters.encode(huge); }));
  CHECK(fails_harmlessly([&] { letters.encode(std::string(1'000'000, 'a') + "\xff"); }));
  CHECK(fails_harmlessly([&] { letters.id(huge); }));
  CHECK(fails_harmlessly([] { lesson::Alphabet(huge, {}); }));
  CHECK(fails_harmlessly([] { lesson::Alphabet("ab", {{huge, 9}}); }));
  CHECK(fails_harmlessly([] { lesson::Alphabet("ab", {{huge, 0}, {huge + "2", 0}}); }));
  std::string many;
  for (int i = 0; i < 50000; ++i)
    many += "\xe4" + std::string(1, static_cast<char>(0x80 + i / 64 % 64)) + static_cast<char>(0x80 + i % 64);
  CHECK(fails_harmlessly([&] { lesson::Alphabet(many.substr(0, 9000), {}).encode("a"); }));

  const Folder folder("hostile");
  lesson::Recording recording{1, huge, 0, tone(440), "1_a_0.wav"}, other{1, "b", 0, tone(440), "1_b_0.wav"};
  for (const std::string& line : {huge, "\t" + huge, huge + "\t", "1_a_0.wav\t" + huge + "\t" + huge}) {
    const std::string path = folder.file("list", line);
    CHECK(fails_harmlessly([&] { lesson::read_utterances(path); }));
  }
  CHECK(fails_harmlessly([&] { lesson::speakers_of({recording, other}, 3); }));
  CHECK(fails_harmlessly([&] { lesson::join({recording, other}); }));
  CHECK(fails_harmlessly([&] { lesson::split_digits({recording, other}); }));
  CHECK(fails_harmlessly([&] { lesson::write_utterances(folder.file("new"), {{huge, huge, {}, {}}}); }));
}

TEST_CASE("hostile text: notebooks") {
  const Folder folder("hostile");
  for (const std::string& text :
       {huge, "{\"" + huge, "{\"cells\":" + std::string(100'000, '['), "[1," + huge}) {
    const std::string path = folder.file("a.ipynb", text);
    CHECK(fails_harmlessly([&] { notebook::read_notebook(path); }));
  }
  CHECK(fails_harmlessly([] { notebook::recording_of(huge); }));
  for (const std::string& record : {"{\"" + huge, "{\"a\":" + std::string(1'000'000, '1') + "x",
                                    std::string("{\"step\":{}}"), "{\"" + std::string(1'000'000, 'x')})
    CHECK(fails_harmlessly([&] { notebook::recording_of("\x1e" + record + "\n"); }));
}

TEST_CASE("lessons: hostile text on the command line, and an option without its value") {
  const auto refused = [](Words flags, const std::string& text) {
    flags.insert(flags.begin(), "--no-prose");
    const Printed printed = run_lesson("03_timestep_differencing", flags);
    CHECK(printed.status == 2);
    CHECK(printed.text.size() < 600);
    CHECK_MESSAGE(holds(printed.text, text), printed.text);
    std::string line = printed.text;
    std::erase(line, '\n');
    return line == tg::shown(line, 2000);
  };
  const std::string odd = "\033]0;x\007\377" + std::string(100000, 'x');
  CHECK(refused({"--\033\007"}, "unknown flag --\\x1b\\x07; did you mean"));
  CHECK(refused({"--" + odd}, "unknown flag --\\x1b]0;x\\x07\\xffxxx"));
  CHECK(refused({odd}, "unexpected argument '\\x1b"));
  for (const char* flag : {"--epochs", "--seed", "--only"}) CHECK(refused({flag, odd}, "\\x1b"));
  CHECK(refused({"--epochs", std::string(400, '9')}, "99"));
  CHECK(refused({"--no-color=" + std::string(400, '9')}, "takes true or false"));
  for (const char* flag : {"--figures", "--csv", "--claims", "--summary", "--data", "--seed", "--only"}) {
    CAPTURE(flag);
    CHECK(refused({flag, "--quick"}, flag));
    CHECK(refused({flag, "--quick"}, "--quick"));
  }
  CHECK(refused({"--figures", "--quick"}, "--figures: a value is needed, and the flag --quick follows"));
  CHECK(!fs::exists("--quick"));
}
