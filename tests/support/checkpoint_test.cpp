#include "support/checkpoint.hpp"

#include <doctest/doctest.h>

#include "../files.hpp"
#include "../support.hpp"

// What a program wrote beside the weights, read back from a file that may be damaged or another's.

TEST_CASE("checkpoint: entries are read as they were written") {
  const Folder folder("checkpoint");
  const std::string path = folder.file("a.safetensors");
  tg::manual_seed(3);
  tg::save(path, {},
           {{"program", "transcribe"},
            {"hidden", "96"},
            {"seconds", "1.5e3"},
            {"looks", "12 134.5 1 0.9\n24 46 0.5 0\n"},
            {"none", ""},
            {"mean", "-1.5 1e-3 7"},
            {"names", "a b\nc"},
            {"random", tg::random_state()}});
  const double next = tg::random_stream().uniform();
  const lesson::CheckpointEntries entries("transcribe", path);
  CHECK(entries.whole("hidden", 1, 96) == 96);
  CHECK(entries.number("seconds") == 1500);
  CHECK(entries.rows("looks", 4) == std::vector<std::vector<double>>{{12, 134.5, 1, 0.9}, {24, 46, 0.5, 0}});
  CHECK(entries.rows("none", 4).empty());
  CHECK(entries.numbers("mean", 3) == std::vector<double>{-1.5, 1e-3, 7});
  CHECK(entries.lines("names") == std::vector<std::string>{"a b", "c"});
  const double floats = static_cast<double>(fs::file_size(path)) / 4;
  CHECK(entries.room_for(1) == static_cast<int>(floats));
  CHECK(entries.room_for(10 * floats) == 1);
  entries.restore_random("random");
  CHECK(tg::random_stream().uniform() == next);
}

TEST_CASE("checkpoint: what cannot be used is told with the file and the entry") {
  const Folder folder("checkpoint");
  const std::string path = folder.file("a.safetensors");
  const auto refused = [&](const char* text, auto read, const std::string& needed) {
    tg::save(path, {}, {{"program", "transcribe"}, {"it", text}});
    const lesson::CheckpointEntries entries("transcribe", path);
    return fails_with([&] { read(entries); }, "[transcribe] " + path + ": its entry \"it\" is \"" + text +
                                                  "\"; " + needed +
                                                  " is needed. The file is damaged: train again");
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
  const auto numbers = [](const Entries& entries) { entries.numbers("it", 2); };
  for (const char* text : {"", "1", "1 2 3", "1 x", "1  2", "1 nan", "inf 1"})
    CHECK(refused(text, numbers, "2 numbers"));
  const auto lines = [](const Entries& entries) { entries.lines("it"); };
  CHECK(refused("", lines, "a text on each line"));
  const auto random = [](const Entries& entries) { entries.restore_random("it"); };
  for (const char* text : {"", "0", "xyz"}) CHECK(refused(text, random, "the state of a random stream"));

  tg::save(path, {}, {{"program", "transcribe"}, {"it", "1"}});
  const Entries entries("transcribe", path);
  for (const auto& read :
       {+[](const Entries& e) { e.whole("gone", 0, 1); }, +[](const Entries& e) { e.number("gone"); },
        +[](const Entries& e) { e.rows("gone", 2); }, +[](const Entries& e) { e.restore_random("gone"); }})
    CHECK(fails_with([&] { read(entries); }, path + ": it has no entry \"gone\". The file is damaged"));
  CHECK(fails_with([&] { Entries("spell", path); },
                   "[spell] " + path +
                       " is no model of spell: it was saved by transcribe; a file that `spell "
                       "train` saved is needed"));
  tg::save(path, {}, {{"it", "1"}});
  CHECK(fails_with([&] { Entries("spell", path); }, "it does not say which program saved it"));
  CHECK(fails_with([&] { Entries("07", folder.file("b", "hello")); }, folder.file("b")));
  const std::string odd = "\x1b[31m" + std::string(100000, 'x');
  tg::save(path, {}, {{"program", "transcribe"}, {"it", odd}});
  CHECK(fails_harmlessly([&] { Entries("transcribe", path).number("it"); }));
  tg::save(path, {}, {{"program", odd}});
  CHECK(fails_harmlessly([&] { Entries("transcribe", path); }));
}

TEST_CASE("checkpoint: that of an earlier training is kept") {
  const Folder folder("checkpoint");
  const std::string path = folder.file("a.safetensors");
  CHECK(!lesson::keep_old(path));
  CHECK(!lesson::keep_old(folder.path.string()));
  folder.file("a.safetensors", "first");
  CHECK(lesson::keep_old(path));
  folder.file("a.safetensors", "second");
  CHECK(lesson::keep_old(path));
  CHECK(contents(path) == "second");
  CHECK(contents(path + ".old") == "second");
}
