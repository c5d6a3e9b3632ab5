#include <doctest/doctest.h>
#include <fmt/format.h>

#include "../files.hpp"
#include "../support.hpp"
#include "support/csv.hpp"

// Columns that only look like numbers, and messages whose advice must lead on.

namespace {

using Names = std::vector<std::string>;
using Values = std::vector<double>;
using lesson::CsvOptions;

lesson::Csv read(const std::string& bytes, const CsvOptions& options = {}) {
  const Folder folder("csv_advice");
  return lesson::read_csv(folder.file("table.csv", bytes), options);
}

bool refused(const std::string& bytes, const std::string& text, const CsvOptions& options = {}) {
  return fails_with([&] { read(bytes, options); }, text);
}

/// Whether a message leaves something unsaid.
bool refused_without(const std::string& bytes, const std::string& text, const CsvOptions& options = {}) {
  try {
    read(bytes, options);
  } catch (const std::exception& error) {
    return std::string(error.what()).find(text) == std::string::npos;
  }
  return false;
}

/// A table of these values beside a feature.
std::string beside(const std::string& name, const std::vector<std::string>& values) {
  std::string text = name + ";temp\n";
  for (std::size_t i = 0; i < values.size(); ++i) text += fmt::format("{};0.{}\n", values[i], 4 + i * i % 5);
  return text;
}

/// Why the first of two columns is left out; empty where it is used.
std::string left_out(const std::string& name, const std::vector<std::string>& values) {
  return read(beside(name, values)).left_out[0];
}

}  // namespace

TEST_CASE("csv: dates, times and codes that are written like numbers are left out, and said") {
  CHECK(left_out("tag", {"1.1", "2.1", "3.1", "31.1", "1.2"}) == "days and months: 1.1");
  CHECK(left_out("Datum", {"1.1", "2.1", "3.1"}) == "days and months: 1.1");
  CHECK(left_out("date", {"1.15", "1.16", "1.18", "2.1"}) == "months and days: 1.15");
  CHECK(left_out("Uhrzeit", {"9.15", "9.30", "9.45", "10.00"}) == "times of day: 9.15");
  CHECK(left_out("month", {"2010.01", "2010.02", "2010.03"}) == "years and months: 2010.01");
  CHECK(left_out("time", {"915", "930", "945", "1000", "1015"}) == "times of day: 915");
  std::vector<std::string> days, clock, months;
  for (int i = 0; i < 40; ++i) {
    days.push_back(i < 31 ? fmt::format("{}.1", i + 1) : fmt::format("{}.2", i - 30));
    clock.push_back(fmt::format("{}.{:02}", 9 + i / 4, i % 4 * 15));
    months.push_back(fmt::format("{}.{:02}", 2010 + i / 12, i % 12 + 1));
  }
  CHECK(left_out("a", days) == "days and months: 1.1");
  CHECK(left_out("a", clock) == "times of day: 9.00");
  CHECK(left_out("a", months) == "years and months: 2010.01");
  CHECK(left_out("icd11", {"1E50", "2E51", "1E52"}) == "codes: 1E50");
  CHECK(left_out("icd", {"1E10", "2E5", "3E2"}) == "codes: 1E10");
  std::vector<std::string> two_days;
  for (int i = 40; i < 160; ++i) two_days.push_back(fmt::format("{}", i / 4 % 24 * 100 + i % 4 * 15));
  CHECK(left_out("hhmm", two_days) == "times of day: 1000");
  CHECK(left_out("id", {"12345678901234567", "12345678901234599"}) == "codes: 12345678901234567");
  CHECK(read(beside("tag", {"1.1", "2.1", "3.1"}), {.columns = "tag"}).values == Values{1.1, 2.1, 3.1});
  // Numbers.
  CHECK(left_out("a", {"1.1", "2.1", "3.1"}).empty());
  CHECK(left_out("time", {"0.50", "1.00", "1.50", "2.00"}).empty());
  CHECK(left_out("time", {"1.1", "1.2", "1.5", "2.3"}).empty());
  CHECK(left_out("time", {"100", "150", "200", "250", "300"}).empty());
  CHECK(left_out("hour", {"9.15", "9.75", "10.00"}).empty());
  CHECK(left_out("year", {"2010.04", "2010.13", "2010.21"}).empty());
  CHECK(left_out("x", {"1E5", "2E5", "1E6"}).empty());
  CHECK(left_out("x", {"1e5", "2e5", "1e6"}).empty());
}

TEST_CASE("csv: a point before three digits may separate thousands where semicolons separate") {
  CHECK(refused(
      "Umsatz;Kunden\n6.414;4\n12.300;7\n950;5\n",
      "line 2, column 1 (Umsatz): got \"6.414\"; each point of the column has three digits behind it"));
  CHECK(refused("a\tb\n6.414\t1,5\n7.250\t2,5\n", "got \"6.414\"; each point", {.columns = "a"}));
  CHECK(read("a;b\n6.414;4\n12.3000;7\n").values == Values{6.414, 4, 12.3, 7});
  CHECK(read("a;b\n6.414;4.5\n12.300;7\n").rows == 2);  // a fraction elsewhere
  CHECK(read("a;b\n6.414;4\n0.300;7\n").rows == 2);
  CHECK(read("a;b\n6.414;4\n1200;7\n").rows == 2);
  CHECK(read("a,b\n6.414,4\n12.300,7\n").rows == 2);
}

TEST_CASE("csv: the only column of numbers is never to be skipped") {
  CHECK(refused_without("x\n5\n7 5\n", "--skip"));
  CHECK(refused_without("x,sick\n5,no\n7 5,yes\n", "--skip", {.classes = "sick"}));
}

TEST_CASE("csv: several marks for missing numbers are asked for together") {
  std::string text = "a,b\n";
  for (int row = 0; row < 20; ++row)
    text += fmt::format("{},{}\n", row % 5 ? 0.1 * row : -999, row % 7 ? 20 + row : 9999);
  CHECK(refused(text, "--missing -999 leaves out such rows"));
  CHECK(refused(text, "--missing -999,9999 leaves out such rows", {.missing = "-999"}));
  CHECK(read(text, {.missing = "-999,9999"}).rows == 14);
}

TEST_CASE("csv: exponents as Fortran writes them") {
  CHECK(read("a b\n 0.25D+01 1.5d-01\n -2.D0 7.0D+00\n").values == Values{2.5, 0.15, -2, 7});
  for (const char* other : {"3D7", "1.5D", "1.5D+", "1.5Da", "1.5D1.5", "D.5"})
    CHECK(refused(std::string("a,b\n1,2\n") + other + ",4\n", "got", {.columns = "a"}));
}

TEST_CASE("csv: names that begin with a number") {
  CHECK(read("50Hz,100Hz\n1,2\n5,9\n").names == Names{"50Hz", "100Hz"});
  CHECK(read("1st,2nd\n1.5,2\n5,9\n").names == Names{"1st", "2nd"});
  CHECK(read("country,1990 [YR1990],1991 [YR1991]\nA,5.1,2\nB,7.1,3\n").column("1991 [YR1991]") == 1);
  CHECK(refused("50Hz\n1\n5\n",
                "line 1, column 1: got \"50Hz\"; write the number alone; its unit can stand in the "
                "column's name. If this line holds names: --header yes"));
  CHECK(refused("1.5 kg,2 m\n1,2\n5,9\n", "line 1, column 1: got \"1.5 kg\""));
}

TEST_CASE("csv: advice that a shell takes, and that names what the file has") {
  CHECK(refused("air temp,b\n5x,1\n7,2\n", "--skip 'air temp' leaves out"));
  CHECK(refused("a;b\n5x;1\n7;2\n", "--skip a leaves out"));
  CHECK(refused("it's,b\n5x,1\n7,2\n", "--skip 1 leaves out"));
  CHECK(refused("a,b\n?,1\n7,2\n", "(--missing '?') or columns (--skip a)"));
  CHECK(refused("a,b\n.a,1\n.,2\n.b,\n7,3\n",
                "line 2, column 1 (a): got \".a\"; a finite number is needed. Fill the "
                "hole; or leave out such rows (--missing .,.a,.b,empty)"));
  CHECK(read("a,b\n.a,1\n.,2\n.b,5\n7,3\n", {.missing = ".,.a,.b"}).values == Values{7, 3});
  CHECK(refused("\"t,a,b\"\n\"0,0.36,0.36\"\n\"1,0.4,0.5\"\n",
                "line 2: the line stands in double quotes as a whole: \"0,0.36,0.36\"; take them off"));
  CHECK(refused("t,a,b\n\"0,0.36,0.36\"\n\"1,0.4,0.5\"\n",
                "line 2: the line stands in double quotes as a whole"));
  CHECK(refused(std::string("a,b\n1,2\n\0\0\0", 11),
                "The file ends in zero bytes, as after a crash. Cut them off"));
}

TEST_CASE("csv: equal rows have the same number") {
  CHECK(read("a,b\n1,2\n5,9\n1,2\n1,3\n5,9\n").equal_rows() == std::vector<int>{0, 1, 0, 2, 1});
}
