#include "support/checkpoint.hpp"

#include <doctest/doctest.h>

#include "../files.hpp"
#include "../support.hpp"

// What a lesson wrote beside the weights, read back from a file that may be damaged or another's.

TEST_CASE("checkpoint: entries are read as they were written") {
  const Folder folder("checkpoint");
  const std::string path = folder.file("a.safetensors");
  tg::manual_seed(3);
  tg::save(path, {},
           {{"lesson", "06_ctc"},
            {"hidden", "96"},
            {"seconds", "1.5e3"},
            {"looks", "12 134.5 1 0.9\n24 46 0.5 0\n"},
            {"none", ""},
            {"random", tg::random_state()}});
  const double next = tg::random_stream().uniform();
  const lesson::CheckpointEntries entries("06_ctc", path);
  CHECK(entries.whole("hidden", 1, 96) == 96);
  CHECK(entries.number("seconds") == 1500);
  CHECK(entries.rows("looks", 4) == std::vector<std::vector<double>>{{12, 134.5, 1, 0.9}, {24, 46, 0.5, 0}});
  CHECK(entries.rows("none", 4).empty());
  entries.restore_random("random");
  CHECK(tg::random_stream().uniform() == next);
}

TEST_CASE("checkpoint: what cannot be used is told with the file and the entry") {
  const Folder folder("checkpoint");
  const std::string path = folder.file("a.safetensors");
  const auto refused = [&](const char* text, auto read, const std::string& needed) {
    tg::save(path, {}, {{"lesson", "06_ctc"}, {"it", text}});
    const lesson::CheckpointEntries entries("06_ctc", path);
    return fails_with([&] { read(entries); }, "[06_ctc] " + path + ": its entry \"it\" is \"" + text +
                                                  "\"; " + needed +
                                                  " is needed. The checkpoint is damaged, or not this");
  };
  using Entries = lesson::CheckpointEntries;
  const auto whole = [](const Entries& entries) { entries.whole("it", 1, 500); };
  for (const char* text : {"", "x", "0", "501", "-3", "9x", " 9", "9 ", "1e2", "2.5", "99999999999999999999"})
    CHECK(refused(text, whole, "a whole number from 1 to 500"));
  const auto number = [](const Entries& entries) { entries.number("it"); };
  for (const char* text : {"", "x", "-1", "1 2", "nan", "inf", "1e999", "0x10", "1,5"})
    CHECK(refused(text, number, "a number of 0 or more"));
  const auto rows = [](const Entries& entries) { entries.rows("it", 2); };
  for (const char* text : {"1", "1 2 3", "1 x", "1  2", "1 nan", "1 -2"})
    CHECK(refused(text, rows, "lines of 2 numbers"));
  const auto random = [](const Entries& entries) { entries.restore_random("it"); };
  for (const char* text : {"", "0", "xyz"}) CHECK(refused(text, random, "the state of a random stream"));

  tg::save(path, {}, {{"lesson", "06_ctc"}, {"it", "1"}});
  const Entries entries("06_ctc", path);
  for (const auto& read :
       {+[](const Entries& e) { e.whole("gone", 0, 1); }, +[](const Entries& e) { e.number("gone"); },
        +[](const Entries& e) { e.rows("gone", 2); }, +[](const Entries& e) { e.restore_random("gone"); }})
    CHECK(fails_with([&] { read(entries); }, path + ": it has no entry \"gone\". The checkpoint is damaged"));
  CHECK(fails_with([&] { Entries("07", path); }, "[07] " + path + " is no checkpoint of this lesson"));
  CHECK(fails_with([&] { Entries("07", folder.file("b", "hello")); }, folder.file("b")));
  const std::string odd = "\x1b[31m" + std::string(100000, 'x');
  tg::save(path, {}, {{"lesson", "06_ctc"}, {"it", odd}});
  CHECK(fails_harmlessly([&] { Entries("06_ctc", path).number("it"); }));
}
